package requests

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

type letterLine struct {
	N        int
	Name, No string
	On       law.Date
	Void     string
	State    string // 盖章、送达、旧版本
	Href     string
	Docx     string
	PDF      string
}

func letterLines(x *store.RequestFile) []letterLine {
	var out []letterLine
	for i, l := range x.Content.Letters {
		k, _ := casework.LetterOf(l.Code, l.On)
		base := fmt.Sprintf("/desk/requests/%d/letters/%d/", x.ID, i+1)
		out = append(out, letterLine{N: i + 1, Name: k.Name, No: l.No, On: l.On, Void: l.Void, State: letterState(x, i+1), Href: strings.TrimSuffix(base, "/"), Docx: base + "docx", PDF: base + "pdf"})
	}
	return out
}

// letterLinks are the letters that may be of use now.
func letterLinks(x *store.RequestFile, today law.Date) []page.Link {
	var out []page.Link
	for _, k := range casework.LetterKinds(today) {
		if k.Outcome != "" && !x.Can(act.RequestDecided) || k.Outcome == "" && !x.State.Open() && k.Code != "C01" && k.Code != "C02" {
			continue
		}
		name := k.Name
		if res, ok := casework.ResultOf(k.Outcome); ok {
			name = res.Chinese
		}
		out = append(out, page.Link{Key: k.Code, Text: name, Href: fmt.Sprintf("/desk/requests/%d/letters/new/%s", x.ID, k.Code)})
	}
	return out
}

type letterPage struct {
	page.Base
	X       *store.RequestFile
	Kind    casework.LetterKind
	Key     string
	Fields  []page.Field
	Draft   casework.Draft
	Body    string // edited text, "" for the composed one
	No      page.Field
	Dated   page.Field
	Net     page.Field
	Third   *page.Field
	Failure string
	Changed bool
	Seen    bool   // the preview was asked for
	Why     []fact // what each paragraph is and which answers it was made of, as Draft.Paras
	Of      int    // the version it takes the place of, 0 for none
	OfNo    string
}

var letterTemplate = page.NewTemplate(templates, "templates/letter.html")

func (q *Requests) letterForm(w http.ResponseWriter, r *http.Request) error {
	return q.showLetter(w, r, http.StatusOK, "", false)
}

// letterFacts gathers what the program knows for a letter.
func (q *Requests) letterFacts(r *http.Request, x *store.RequestFile, cal *calendar.Calendar, bad map[string]string) (casework.Facts, error) {
	f := casework.Facts{Organ: x.OrganName, Applicant: x.Content.Person.Name, Third: strings.TrimSpace(r.FormValue("third")), Wanted: strings.ReplaceAll(x.Content.Wanted, "\n", "；"),
		No: strings.TrimSpace(r.FormValue("no")), Dated: dayOf(r, "dated", bad), ByNet: r.FormValue("net") != ""}
	if f.Dated.IsZero() {
		f.Dated = q.cfg.Today()
	}
	if row := x.Row(cal, q.cfg.Today()); !row.Due.IsZero() {
		f.Due = row.Due
	}
	if x.Payment != nil {
		f.Fee = x.Payment.Fen.String()
	}
	for _, k := range []org.RemedyKind{org.Review, org.Court} {
		m, _, err := q.store.RemedyOn(r.Context(), x.Organ, k, f.Dated)
		if err != nil {
			return f, err
		}
		if k == org.Review {
			f.Where.Review, f.Where.ReviewAddress, f.Where.ReviewWeb = m.Name, m.Address, m.Web
		} else {
			f.Where.Court = m.Name
		}
	}
	return f, nil
}

func (q *Requests) letterOf(r *http.Request) (*store.RequestFile, casework.LetterKind, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, casework.LetterKind{}, err
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return nil, casework.LetterKind{}, err
	}
	k, ok := casework.LetterOf(r.PathValue("code"), q.cfg.Today())
	if !ok || !x.Handles || x.Erased {
		return nil, k, page.ErrNotFound
	}
	return x, k, nil
}

func (q *Requests) showLetter(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, k, err := q.letterOf(r)
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	f, err := q.letterFacts(r, x, cal, bad)
	if err != nil {
		return err
	}
	p := letterPage{Base: q.base(r, "requests", k.Name), X: x, Kind: k, Key: page.NewKey(), Failure: failure, Changed: changed, Body: r.FormValue("body"), Seen: r.Method == http.MethodPost}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: x.Number, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}}
	values := map[string]string{}
	p.Of, _ = strconv.Atoi(r.FormValue("of"))
	if former := formerLetter(x, k, p.Of); former != nil {
		p.OfNo = former.No
		if r.Method == http.MethodGet {
			values = maps.Clone(former.Fields)
			if values == nil {
				values = map[string]string{}
			}
			f.No, f.Third = former.No, former.To
		}
	} else {
		p.Of = 0
	}
	answered, sources := x.Prefill(k, x.Content)
	for _, y := range k.Fields {
		if x := strings.TrimSpace(r.FormValue("f_" + y.Name)); x != "" || r.Method == http.MethodPost {
			values[y.Name] = x
		}
		if values[y.Name] == "" && r.Method == http.MethodGet {
			if values[y.Name] = answered[y.Name]; values[y.Name] == "" {
				values[y.Name] = proposed(x, y.Name)
			}
		}
		p.Fields = append(p.Fields, page.Field{Name: "f_" + y.Name, Label: y.Label, Hint: y.Hint, Kind: "textarea", Rows: 2, Max: 1500, Value: values[y.Name]})
	}
	for name := range sources { // what somebody wrote himself comes from no answer
		if values[name] != answered[name] {
			delete(sources, name)
		}
	}
	f.Sources = sources
	p.Draft = casework.Compose(k, x.Request, f, values)
	for _, y := range p.Draft.Paras {
		from := strings.Join(y.From, "、")
		if from == "" {
			from = "文书的固定文字"
		}
		p.Why = append(p.Why, fact{casework.ElementChinese(y.Element), from})
	}
	p.No = page.Field{Name: "no", Label: "文号", Value: f.No, Max: 40, Hint: "设置了机关代字的，不填则保存时自动编号；由办公系统编号的照填"}
	p.Dated = page.Field{Name: "dated", Label: "成文日期", Kind: "date", Value: f.Dated.String(), Message: bad["dated"]}
	p.Net = page.Field{Name: "net", Label: "通过互联网送达", Kind: "checkbox", Value: r.FormValue("net"), Hint: "告知书须同时写明互联网申请复议的渠道（行政复议法第二十二条第二款）"}
	if k.To == "third" {
		p.Third = &page.Field{Name: "third", Label: "第三方的姓名、名称", Value: f.Third, Max: 100}
	}
	return page.RenderStatus(w, r, code, letterTemplate, p)
}

// proposed is what the file already says for a field of a letter.
func proposed(x *store.RequestFile, name string) string {
	switch name {
	case "search":
		return x.Content.Findings[casework.FoundSearch]
	case "items":
		return strings.Join(x.Content.Items, "；")
	case "danger":
		return x.Content.Findings[casework.FoundDanger]
	case "law":
		return x.Content.Findings[casework.FoundLaw]
	case "former":
		return x.Content.Findings[casework.FoundFormer]
	case "whom":
		return x.Content.Findings[casework.FoundOwner]
	case "why":
		return x.Content.Findings[casework.FoundGround]
	}
	return ""
}

func (q *Requests) letterSave(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	if r.FormValue("do") != "save" {
		return q.showLetter(w, r, http.StatusOK, "", false)
	}
	x, k, err := q.letterOf(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
	by := page.By(r)
	fields := map[string]string{}
	for _, y := range k.Fields {
		fields[y.Name] = strings.TrimSpace(r.FormValue("f_" + y.Name))
	}
	d, err := q.store.WithRequest(r.Context(), by, x.ID, version, func(x *store.RequestFile, cal *calendar.Calendar, today law.Date) error {
		f, err := q.letterFacts(r, x, cal, bad)
		if err != nil {
			return err
		}
		of, _ := strconv.Atoi(r.FormValue("of"))
		of = versionOf(x, k, of)
		if former := formerLetter(x, k, of); former != nil && f.No == "" {
			f.No = former.No
		}
		if f.No == "" && k.Numbered() {
			if f.No, err = x.NextLetter(f.Dated.Year); err != nil {
				return err
			}
		}
		draft := casework.Compose(k, x.Request, f, fields)
		if len(draft.Missing) > 0 {
			return act.Refuse("文书还缺少：" + strings.Join(draft.Missing, "、") + "。")
		}
		l := casework.Letter{Code: k.Code, No: f.No, On: f.Dated, Fields: fields, By: by.Viewer.Person, Of: of, To: draft.To}
		for _, p := range draft.Paras {
			l.Body = append(l.Body, p.Text)
		}
		if text := strings.TrimSpace(strings.ReplaceAll(r.FormValue("body"), "\r\n", "\n")); text != "" {
			edited := strings.Split(text, "\n")
			if gone := draft.Dropped(x.Request, edited); len(gone) > 0 {
				return act.Refuse("改写后的正文缺少必备要素：" + strings.Join(gone, "、") + "。请补上或者恢复原来的文字。")
			}
			l.Body = edited
		}
		if l.No != "" && slices.ContainsFunc(x.Content.Letters, func(o casework.Letter) bool { return o.No == l.No && (o.Code != l.Code || o.Void != "") }) {
			return act.Refuse("文号“" + l.No + "”已经用在这件申请的另一份文书上。")
		}
		x.Content.Letters = append(x.Content.Letters, l)
		return x.WriteLetter(casework.Doing{On: f.Dated, Today: today}, len(x.Content.Letters), k.Code, f.No, of)
	})
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return q.showLetter(w, r, http.StatusUnprocessableEntity, no.Text, false)
	case errors.Is(err, store.ErrConflict):
		return q.showLetter(w, r, http.StatusConflict, "", true)
	case err != nil:
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/requests/%d", x.ID), "saved", d)
}

// letterDownload writes a letter as docx or pdf.
func (q *Requests) letterDownload(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	x, err := q.store.Request(r.Context(), page.VisitOf(r).Viewer, id)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 1 || n > len(x.Content.Letters) {
		return page.ErrNotFound
	}
	l := x.Content.Letters[n-1]
	k, _ := casework.LetterOf(l.Code, l.On)
	return q.give(w, r, x, letterPaper(x, l), k.Name)
}
