package requests

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// paperActions are the forms that the letter has a place for now.
func (q *Requests) paperActions(r *http.Request, p *paperPage, s shown) []action {
	x, l := p.X, p.Record
	if l.Void != "" || !x.Current(p.N) {
		return nil
	}
	var out []action
	add := func(a action, fields func(f *form)) {
		f := &form{r: r, mine: s.do == a.Key, bad: s.bad}
		fields(f)
		f.add("on", "日期", "date", "不填为今天。")
		if a.Fact {
			f.add("fact", "此事已经发生，如实补登", "checkbox", "不符合规定的，会连同条文一起记录在案，不会被阻止。")
		}
		if a.Button == "" {
			a.Button = a.Label
		}
		a.Fields, a.Open = f.out, s.do == a.Key
		out = append(out, a)
	}
	if !p.Kind.Inside || l.No != "" {
		add(action{Key: "seal", Label: "登记用印", Hint: "写明份数、用印申请人和用印人；批准取自签发审批，线下签批的写签批日期和签批人。", Fact: true}, func(f *form) {
			people, err := q.people(r, x)
			if err != nil {
				people = nil
			}
			f.add("copies", "份数", "number", "").add("asker", "用印申请人", "select", "", people...).add("keeper", "用印人", "select", "", people...).
				add("paper", "纸质签批日期", "date", "线下签批的写").add("signer", "签批人", "text", "")
		})
	}
	add(action{Key: "stamp", Label: "上传盖章扫描件", Hint: "上传后，申请人查询、下载的就是这份盖章件。", Main: l.Scan == "" && l.Served.IsZero(), Fact: !l.Served.IsZero()}, func(f *form) {
		f.add("files", "盖章文书（PDF、图片）", "file", "")
	})
	if l.Served.IsZero() {
		add(action{Key: "served", Label: "登记送达", Main: l.Scan != "", Fact: true}, func(f *form) {
			f.add("way", "送达方式", "select", "", pairs(casework.Ways())...).serviceFields()
		})
		add(action{Key: "try", Label: "登记未能送达"}, func(f *form) {
			f.add("way", "送达方式", "select", "", pairs(casework.Ways())...).add("why", "原因", "select", "", pairs(casework.TryReasons())...).add("files", "退件、退信凭证", "file", "")
		})
		days, _ := q.store.NoticeDays(r.Context(), x.Organ)
		add(action{Key: "notice", Label: "公告送达", Hint: fmt.Sprintf("其他方式都送不到才用。公告%d日，期满视为送达；公告里不写申请人的个人信息。", days), Fact: true}, func(f *form) {
			f.add("record", "公告登在哪里", "textarea", "网站栏目的网址、公告栏的位置、报纸的日期和版面").add("files", "公告的截图、照片", "file", "")
		})
		add(action{Key: "voidletter", Label: "作废文书", Hint: "文号保留，不再使用；重新写的用新的文号。已签发、没有送出的答复随之收回，要重新签发。"}, func(f *form) {
			f.add("reason", "原因", "select", "", pairs(casework.VoidReasons())...)
		})
	}
	return out
}

// paperAct does what one of the forms of a letter asks.
func (q *Requests) paperAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	x, n, err := q.letterAt(r)
	if err != nil {
		return err
	}
	do := r.FormValue("do")
	verb, ok := paperVerbs[do]
	if !ok {
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	bad := map[string]string{}
	day := dayOf(r, "on", bad)
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	by := signedBy(r, bad)
	if len(bad) > 0 {
		return q.showPaper(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: bad})
	}
	files, err := q.upload(r, x.ID, "files", map[string]string{"stamp": "scan"}[do])
	if err == nil {
		var d store.Done
		d, err = q.store.WithRequest(r.Context(), by, x.ID, version, func(x *store.RequestFile, cal *calendar.Calendar, today law.Date) error {
			s := sent{r, q, x, cal, casework.Doing{On: day, Today: today, Fact: r.FormValue("fact") != ""}, bad, files}
			if s.d.On.IsZero() {
				s.d.On = today
			}
			if n > len(x.Content.Letters) {
				return page.ErrNotFound
			}
			if err := verb(s, n); err != nil {
				return err
			}
			for i := range files {
				if files[i].Kind == "" {
					files[i].Kind = "proof"
				}
			}
			x.Content.Files = append(x.Content.Files, files...)
			return nil
		})
		if err == nil {
			return page.Done(w, r, fmt.Sprintf("/desk/requests/%d/letters/%d", x.ID, n), "saved", d)
		}
	}
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showPaper(w, r, http.StatusUnprocessableEntity, shown{do: do, bad: bad, refusal: no})
	case errors.Is(err, store.ErrConflict):
		return q.showPaper(w, r, http.StatusConflict, shown{do: do, changed: true})
	}
	return err
}

// paperVerbs are what the forms of a letter do, by their do.
var paperVerbs = map[string]func(s sent, n int) error{
	"seal": func(s sent, n int) error {
		return s.x.SealLetter(s.d, n, casework.Seal{Copies: s.num("copies"), Consent: s.sealConsent(n), Asker: int64(s.num("asker")), Keeper: int64(s.num("keeper"))})
	},
	"stamp": func(s sent, n int) error {
		if len(s.files) != 1 {
			return act.Refuse("请选择盖章文书的扫描件，一个文件（多页的合成一个 PDF）。")
		}
		p, f, err := s.q.store.OpenPrivate(s.r.Context(), s.files[0].ID)
		if err != nil {
			return err
		}
		_ = f.Close() // only its hash was asked for
		if p.Type != "application/pdf" && !strings.HasPrefix(p.Type, "image/") {
			return act.Refuse("盖章文书请上传 PDF 或者图片（JPG、PNG）。")
		}
		if err := s.x.StampLetter(s.d, n, p.Hash, s.files[0].ID); err != nil {
			return err
		}
		s.x.Content.Letters[n-1].Scan = s.files[0].ID
		return nil
	},
	"served": sent.serveLetter,
	"try":    func(s sent, n int) error { return s.x.TryService(s.d, n, s.text("way"), s.text("why")) },
	"notice": func(s sent, n int) error {
		days, err := s.q.store.NoticeDays(s.r.Context(), s.x.Organ)
		if err != nil {
			return err
		}
		text := s.text("record")
		if text == "" {
			return act.Refuse("请写明公告登在哪里。")
		}
		if err := s.x.PostNotice(s.d, n, days); err != nil {
			return err
		}
		s.x.Content.Notes = append(s.x.Content.Notes, casework.Note{On: s.d.On, Kind: "remark", Text: "公告送达：" + clip(text, 1000)})
		return nil
	},
	"voidletter": func(s sent, n int) error {
		if err := s.x.VoidLetter(s.d, n, s.text("reason")); err != nil {
			return err
		}
		s.x.Content.Letters[n-1].Void = casework.VoidChinese(s.text("reason"))
		return nil
	},
}

// sealConsent is what approves the use of the seal: that the answer was signed, or
// for letters on the way the signature or consent of this very act.
func (s sent) sealConsent(n int) string {
	switch l := s.x.Letter(n); {
	case l != nil && l.No != "" && l.No == s.x.LetterNo && (s.x.State == casework.Decided || s.x.State == casework.Closed):
		return "answer"
	case s.x.Signed != "":
		return s.x.Signed
	}
	if k, _ := casework.LetterOf(s.x.Content.Letters[n-1].Code, s.d.On); k.Outcome == "" {
		return s.x.Consent
	}
	return ""
}

// people are those who work at the organ of a file, to choose from.
func (q *Requests) people(r *http.Request, x *store.RequestFile) ([]page.Option, error) {
	list, err := q.store.PeopleAt(r.Context(), x.Organ, q.cfg.Today())
	out := []page.Option{{Text: "—"}}
	for _, p := range list {
		out = append(out, page.Option{Value: strconv.FormatInt(p.ID, 10), Text: strings.TrimSpace(p.Name + " " + p.Title)})
	}
	return out, err
}

// printed is a sheet as the printer takes it.
func printed(s casework.Sheet) reporting.Letter {
	l := reporting.Letter{Title: s.Title, Number: s.No, To: s.To, Text: strings.Join(s.Paras, "\n"), From: s.From, Dated: s.Dated}
	for _, t := range s.Tables {
		l.Tables = append(l.Tables, reporting.LetterTable{Caption: t.Caption, Head: t.Head, Shares: t.Shares, Rows: t.Rows})
	}
	return l
}

// give answers with a document as docx or pdf.
func (q *Requests) give(w http.ResponseWriter, r *http.Request, x *store.RequestFile, paper reporting.Letter, name string) error {
	return page.Send(w, x.Number+name, r.PathValue("format"), page.Writers{
		"docx": func(to io.Writer) error { return render.Letter(to, paper) },
		"pdf":  func(to io.Writer) error { return render.LetterPDF(to, paper, q.cfg.Fonts) },
	}, func() error { return q.store.PersonalRead(r.Context(), page.By(r), name, store.RequestRef(x.ID)) })
}

// send answers with a private file.
func send(w http.ResponseWriter, b io.Reader, kind, name string) error {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Cache-Control", "private, no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_, err := io.Copy(w, b)
	return err
}

// paperReceipt prints the receipt of service 送达回证, filled in as far as it is known.
func (q *Requests) paperReceipt(w http.ResponseWriter, r *http.Request) error {
	x, n, err := q.letterAt(r)
	if err != nil {
		return err
	}
	return q.give(w, r, x, printed(receiptOf(x, n)), "送达回证")
}

// receiptOf is the receipt of service of a letter.
func receiptOf(x *store.RequestFile, n int) casework.Sheet {
	l := x.Content.Letters[n-1]
	var done *casework.Service
	for i := range x.Content.Services {
		if x.Content.Services[i].Letter == n {
			done = &x.Content.Services[i]
		}
	}
	return casework.ServiceReceipt(x.Request, x.OrganName, l, letterPaper(x, l).To, done)
}
