package items

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

type submissionFormPage struct {
	page.Base
	Action, Back string
	Failure      string
	Organs       []page.Option
	Fields       []page.Field
	Files        []proactive.File // that are there already
	Upload       page.Field
	Amounts      []amountLine
	AmountsBad   string
	Version      int64
	Ask          bool
	Reason       string // of a return
}

type amountLine struct {
	N                                          int
	Project, Fund, Basis, Yuan, Receiver, Note string
}

var submissionFormTemplate = page.NewTemplate(templates, "templates/submission_form.html", "templates/submission_fields.html")

// moreAmounts is how many empty lines a form offers.
const moreAmounts = 4

func (t *Items) submissionNew(w http.ResponseWriter, r *http.Request) error {
	return t.showSubmissionForm(w, r, http.StatusOK, proactive.Submission{}, "", nil, false)
}

func (t *Items) submissionAskForm(w http.ResponseWriter, r *http.Request) error {
	return t.showSubmissionForm(w, r, http.StatusOK, proactive.Submission{}, "", nil, true)
}

// submissionFields are the inputs of the slip.
func (t *Items) submissionFields(x proactive.Submission, raw map[string]string, bad map[string]string, ask bool) []page.Field {
	value := func(name, v string) string {
		if s, ok := raw[name]; ok {
			return s
		}
		return v
	}
	kinds := []page.Option{{Text: "由政务公开办公室确定"}}
	kinds = append(kinds, kindOptions(x.Kind)...)
	out := []page.Field{{Name: "title", Label: "材料标题", Required: true, Max: proactive.MaxTitle, Value: value("title", x.Title), Hint: "例如“2026年第三季度农村低保资金发放情况”。", Message: bad["title"]},
		{Name: "kind", Label: "拟定的信息类别", Kind: "select", Options: kinds, Message: bad["kind"]}}
	if ask {
		return append(out, page.Field{Name: "due", Label: "要求在这一天以前移送", Kind: "date", Required: true, Value: value("due", x.Due.String()), Message: bad["due"]},
			page.Field{Name: "note", Label: "要求", Kind: "textarea", Rows: 3, Max: 1000, Value: value("note", x.Note), Hint: "要哪些内容、什么格式。", Message: bad["note"]})
	}
	return append(out, page.Field{Name: "made", Label: "形成日期", Kind: "date", Value: value("made", x.Made.String()), Hint: "公开期限从这一天起算。", Message: bad["made"]},
		page.Field{Name: "note", Label: "说明", Kind: "textarea", Rows: 3, Max: 1000, Value: value("note", x.Note), Hint: "没有文件的，把要公开的内容写在这里。", Message: bad["note"]})
}

func (t *Items) showSubmissionForm(w http.ResponseWriter, r *http.Request, code int, x proactive.Submission, failure string, bad map[string]string, ask bool) error {
	verb, title, action := org.EditItems, "移送材料", "/desk/submissions/new"
	if ask {
		verb, title, action = org.PublishItems, "催要材料", "/desk/submissions/ask"
	}
	_, options, err := t.sectionOf(r, verb)
	if err != nil {
		return err
	}
	p := submissionFormPage{Base: t.base(r, "submissions", title), Action: action, Back: "/desk/submissions", Failure: failure, Organs: options, Ask: ask}
	p.Crumbs = submissionCrumbs()
	t.fillSubmissionForm(r, &p, x, bad)
	return page.RenderStatus(w, r, code, submissionFormTemplate, p)
}

func submissionCrumbs() []page.Link {
	return []page.Link{{Text: "材料移送", Href: "/desk/submissions"}}
}

func (t *Items) fillSubmissionForm(r *http.Request, p *submissionFormPage, x proactive.Submission, bad map[string]string) {
	raw := map[string]string{}
	if r.Method == http.MethodPost {
		for _, f := range []string{"title", "made", "due", "note"} {
			raw[f] = r.PostFormValue(f)
		}
	}
	p.Fields, p.Files, p.Version = t.submissionFields(x, raw, bad, p.Ask), x.Files, x.Version
	p.Upload = page.Field{Name: "files", Label: "文件", Kind: "file", Multiple: true, Accept: strings.Join(attachable, ","), Hint: "Word、WPS、PDF、Excel、图片等，每个不超过64 MB，合计不超过90 MB。", Message: bad["files"]}
	p.AmountsBad = bad["amounts"]
	if r.Method == http.MethodPost && !p.Ask {
		p.Amounts = amountRows(r)
	} else {
		for i, a := range x.Amounts {
			p.Amounts = append(p.Amounts, amountLine{i, a.Project, a.Fund, a.Basis, proactive.Yuan(a.Fen), a.Receiver, a.Note})
		}
	}
	for range moreAmounts {
		p.Amounts = append(p.Amounts, amountLine{})
	}
	for i := range p.Amounts {
		p.Amounts[i].N = i
	}
}

// amountRows are the lines of amounts as they were typed, or pasted from a
// spreadsheet, without the empty ones.
func amountRows(r *http.Request) []amountLine {
	var out []amountLine
	n := len(r.PostForm["a_project"])
	get := func(name string, i int) string {
		if list := r.PostForm[name]; i < len(list) {
			return clip(oneLine(list[i]), 200)
		}
		return ""
	}
	for i := 0; i < n && len(out) <= proactive.MaxAmounts; i++ {
		l := amountLine{0, get("a_project", i), get("a_fund", i), get("a_basis", i), get("a_yuan", i), get("a_receiver", i), get("a_note", i)}
		if l != (amountLine{}) {
			out = append(out, l)
		}
	}
	for line := range strings.Lines(r.PostFormValue("paste")) {
		c := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if strings.TrimSpace(line) == "" || strings.Contains(line, "项目") && strings.Contains(line, "金额") || len(out) > proactive.MaxAmounts {
			continue
		}
		for len(c) < 6 {
			c = append(c, "")
		}
		for i := range c {
			c[i] = clip(oneLine(c[i]), 200)
		}
		out = append(out, amountLine{0, c[0], c[1], c[2], c[3], c[4], c[5]})
	}
	return out
}

// submissionOf reads the slip of a form, without its files.
func (t *Items) submissionOf(r *http.Request, x *proactive.Submission, ask bool) map[string]string {
	bad := map[string]string{}
	x.Title, x.Kind, x.Note = oneLine(r.PostFormValue("title")), proactive.Kind(r.PostFormValue("kind")), strings.TrimSpace(r.PostFormValue("note"))
	if ask {
		if x.Due = catDay(r, "due", bad); x.Due.IsZero() && bad["due"] == "" {
			bad["due"] = "请写要求移送的日期。"
		} else if x.Due.Before(t.cfg.Today()) && bad["due"] == "" {
			bad["due"] = "日期已经过去，请写今天或者以后的日期。"
		}
	} else {
		x.Made = catDay(r, "made", bad)
		x.Amounts = nil
		for i, l := range amountRows(r) {
			fen, ok := proactive.ParseYuan(l.Yuan)
			switch {
			case l.Project == "":
				bad["amounts"] = fmt.Sprintf("第%d行没有写项目。", i+1)
			case !ok:
				bad["amounts"] = fmt.Sprintf("第%d行的金额“%s”读不出来，请以元为单位写数字，最多两位小数，例如 123456.78。", i+1, clip(l.Yuan, 30))
			}
			x.Amounts = append(x.Amounts, proactive.Amount{Project: l.Project, Fund: l.Fund, Basis: l.Basis, Fen: fen, Receiver: l.Receiver, Note: l.Note})
		}
	}
	for f, why := range x.Check(t.cfg.Today()) {
		if bad[f] == "" {
			bad[f] = why
		}
	}
	return bad
}

// materialFiles keeps the files of a form for the slip.
func (t *Items) materialFiles(r *http.Request, x *proactive.Submission, bad map[string]string) error {
	var keep []proactive.File
	for _, f := range x.Files {
		if !slices.Contains(r.PostForm["drop"], strconv.FormatInt(f.ID, 10)) {
			keep = append(keep, f)
		}
	}
	x.Files = keep
	if r.MultipartForm == nil {
		return nil
	}
	list := r.MultipartForm.File["files"]
	if len(x.Files)+len(list) > proactive.MaxMaterial {
		bad["files"] = fmt.Sprintf("附件最多%d个，请打包或者分几次移送。", proactive.MaxMaterial)
		return nil
	}
	for _, h := range list {
		if h.Size == 0 {
			continue
		}
		name := fileName(h.Filename)
		data, wrong, err := content(h)
		if err != nil {
			return err
		}
		var f proactive.File
		if wrong == "" {
			if f, wrong, err = t.putPrivate(r, store.SubmissionRef(x.ID), name, data); err != nil {
				return err
			}
		}
		if wrong != "" {
			bad["files"] = wrong
			return nil
		}
		x.Files = append(x.Files, f)
	}
	return nil
}

func (t *Items) submissionSend(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, _, err := t.sectionOf(r, org.EditItems)
	if err != nil {
		return err
	}
	x := proactive.Submission{ID: t.store.NewID(), Organ: o.ID}
	bad := t.submissionOf(r, &x, false)
	if len(bad) == 0 {
		if err := t.materialFiles(r, &x, bad); err != nil {
			return err
		}
	}
	if len(bad) > 0 {
		x.Files = nil
		return t.showSubmissionForm(w, r, http.StatusUnprocessableEntity, x, filesAgain(r), bad, false)
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.SendMaterial(r.Context(), by, x)
	var no *act.Refusal
	if errors.As(err, &no) {
		x.Files = nil
		return t.showSubmissionForm(w, r, http.StatusUnprocessableEntity, x, no.Text, nil, false)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/submissions/"+d.Answer, "handedin", d)
}

// filesAgain says that a browser forgets chosen files when a form comes back.
func filesAgain(r *http.Request) string {
	if firstFile(r, "files") == nil {
		return ""
	}
	return "还有内容要改，文件请重新选择一次。"
}

func (t *Items) submissionAsk(w http.ResponseWriter, r *http.Request) error {
	if err := parseForm(r); err != nil {
		return err
	}
	o, _, err := t.sectionOf(r, org.PublishItems)
	if err != nil {
		return err
	}
	x := proactive.Submission{Organ: o.ID}
	if bad := t.submissionOf(r, &x, true); len(bad) > 0 {
		return t.showSubmissionForm(w, r, http.StatusUnprocessableEntity, x, "", bad, true)
	}
	by := page.By(r)
	by.Reason = ""
	d, err := t.store.AskMaterial(r.Context(), by, x)
	var no *act.Refusal
	if errors.As(err, &no) {
		return t.showSubmissionForm(w, r, http.StatusUnprocessableEntity, x, no.Text, nil, true)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/submissions/"+d.Answer, "askedfor", d)
}

// submissionDay is a day of a form that may be empty.
func submissionDay(r *http.Request, field string) (law.Date, string) {
	bad := map[string]string{}
	d := catDay(r, field, bad)
	return d, bad[field]
}

// putPrivate keeps a file under a reference of its own.
func (t *Items) putPrivate(r *http.Request, ref, name string, data []byte) (f proactive.File, bad string, err error) {
	if !slices.Contains(attachable, strings.ToLower(path.Ext(name))) {
		return f, "“" + name + "”不能上传：只收文档、表格、图片、音视频和压缩包。", nil
	}
	p, err := t.store.PutPrivate(r.Context(), ref, bytes.NewReader(data))
	var no *act.Refusal
	switch {
	case errors.As(err, &no):
		return f, no.Text, nil
	case errors.Is(err, store.ErrTooLarge):
		return f, "“" + name + "”超过64 MB，请压缩或者拆分。", nil
	case err != nil:
		return f, "", err
	}
	return proactive.File{ID: p.ID, Name: name, Type: p.Type, Size: p.Size, Hash: p.Hash}, "", nil
}
