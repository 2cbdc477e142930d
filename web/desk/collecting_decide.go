package desk

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// reviewVerb runs a verb of the office on the filing that the form was drawn
// for. What is refused, and what somebody else changed meanwhile, is said on the
// page as it stands now.
func (d *Desk) reviewVerb(w http.ResponseWriter, r *http.Request, f *store.FilingFile, kind, word, anchor string, verb store.FilingVerb) error {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = -1 // a form that says nothing is a form of another page
	}
	done, err := d.store.WithFiling(r.Context(), page.By(r), f.Organ.ID, f.Year, version, kind, verb)
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return d.showReview(w, r, http.StatusUnprocessableEntity, f, refused.Text)
	case errors.Is(err, store.ErrConflict):
		return d.showReview(w, r, http.StatusConflict, f, "在您查看期间，这份报告有了变化（例如机关撤回了报告，或者同事已经办理）。下面是现在的样子，请核对后再办。")
	case err != nil:
		return missing(err)
	}
	if done.Repeated {
		word = "again"
	}
	http.Redirect(w, r, reviewHref(f.Organ.ID, f.Year)+"?done="+word+anchor, http.StatusSeeOther)
	return nil
}

// posted is the filing of a POST, its form read.
func (d *Desk) posted(r *http.Request) (*store.FilingFile, error) {
	if err := r.ParseForm(); err != nil {
		return nil, &page.Input{Text: "表单内容无法识别，请返回重新提交。"}
	}
	return d.reviewed(r)
}

// reviewAccept ends the review: the organ may publish.
func (d *Desk) reviewAccept(w http.ResponseWriter, r *http.Request) error {
	f, err := d.posted(r)
	if err != nil {
		return err
	}
	if r.PostFormValue("do") == "withdraw" {
		return d.reviewVerb(w, r, f, act.FilingWithdrawn, "withdrawn", "", func(f *store.FilingFile, _ law.Date) error { return f.Withdraw() })
	}
	return d.reviewVerb(w, r, f, act.FilingAccepted, "accepted", "", func(f *store.FilingFile, on law.Date) error { return f.Accept(f.Findings, on) })
}

// reviewRemind asks an organ for its report.
func (d *Desk) reviewRemind(w http.ResponseWriter, r *http.Request) error {
	f, err := d.posted(r)
	if err != nil {
		return err
	}
	return d.reviewVerb(w, r, f, act.FilingReminded, "reminded", "", func(f *store.FilingFile, on law.Date) error { return f.Remind(on, false) })
}

// reviewDecide keeps the office's word on one finding.
func (d *Desk) reviewDecide(w http.ResponseWriter, r *http.Request) error {
	f, err := d.posted(r)
	if err != nil {
		return err
	}
	v, key := page.VisitOf(r).Viewer, r.PostFormValue("finding")
	text := strings.TrimSpace(r.PostFormValue("text"))
	stands := r.PostFormValue("stands") == "1"
	n := 0
	for i, x := range sorted(f.Findings) {
		if findingKey(x) == key {
			n = i + 1
		}
	}
	if n == 0 {
		return d.showReview(w, r, http.StatusConflict, f, "这条意见已经不在了：报告重新核对后不再有这个问题。")
	}
	if len([]rune(text)) > maxMark {
		return d.showReview(w, r, http.StatusUnprocessableEntity, f, fmt.Sprintf("认定的理由过长，最多 %d 字。", maxMark))
	}
	return d.reviewVerb(w, r, f, act.FilingDecided, "decided", fmt.Sprintf("#finding-%d", n), func(f *store.FilingFile, on law.Date) error {
		x := findingBy(f.Findings, key)
		if x == nil {
			return act.Refuse("这条意见已经不在了：报告重新核对后不再有这个问题。")
		}
		return f.Decide(*x, stands, text, v.Person, v.Name, on)
	})
}

// returnPage is where the reasons of a return are written down one by one.
type returnPage struct {
	page.Base
	Name    string
	Organ   string
	At      string
	Back    string // the review page with the same ticks
	Version int64
	Key     string
	Rows    []returnRow
	Whole   page.Field
	By      page.Field
	Number  page.Field
	Failure string
	Fixed   bool // the filing cannot be returned: why stands in Failure
	Auto    bool // nothing was ticked, so what is open was taken
}

// A returnRow is one reason: at a cell, of a rule, or both.
type returnRow struct {
	N                   int
	Cell, Code          string
	Where, Now, Message string
	Text                page.Field
}

var returnTemplate = page.NewTemplate(templates, "templates/collecting_return.html")

// maxMarks bounds the reasons of one return.
const maxMarks = 120

// reviewReturnForm shows what was ticked as reasons to be worded.
func (d *Desk) reviewReturnForm(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	if f.Report == nil {
		return page.ErrNotFound
	}
	q := r.URL.Query()
	var marks []reporting.Mark
	for _, key := range q["finding"] {
		if x := findingBy(f.Findings, key); x != nil {
			marks = append(marks, reporting.MarkOf(*x))
		}
	}
	for _, id := range q["alike"] {
		if m, ok := d.alikeMark(r, f, id); ok {
			marks = append(marks, m)
		}
	}
	for _, c := range q["cell"] {
		if _, ok := f.Report.Form.Index(c); ok {
			marks = append(marks, reporting.Mark{Cell: c})
		}
	}
	auto := len(marks) == 0
	if auto {
		marks = f.OpenMarks(f.Findings)
	}
	return d.showReturn(w, r, http.StatusOK, f, marks, auto, nil, "")
}

// alikeMark is the reason for a report that is like a neighbour's.
func (d *Desk) alikeMark(r *http.Request, f *store.FilingFile, id string) (reporting.Mark, bool) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return reporting.Mark{}, false
	}
	o, err := d.store.Filing(r.Context(), page.VisitOf(r).Viewer, n, f.Year)
	if err != nil || o.Report == nil {
		return reporting.Mark{}, false
	}
	score, _ := annual.Similarity(f.Report, o.Report)
	return reporting.Mark{Code: "D-SIMILAR", Text: fmt.Sprintf("文字与“%s”的报告相同的部分约占%.0f%%，请结合本机关当年实际重写。", o.Organ.Name, score*100)}, true
}

func (d *Desk) showReturn(w http.ResponseWriter, r *http.Request, code int, f *store.FilingFile, marks []reporting.Mark, auto bool, bad map[string]string, failure string) error {
	title := "退回修改"
	at := reviewHref(f.Organ.ID, f.Year)
	p := returnPage{Base: d.collectingBase(r, title), Name: fmt.Sprintf("%s%d年度报告", f.Organ.Name, f.Year), Organ: f.Organ.Name, At: at, Back: at, Version: f.Version, Key: page.NewKey(), Failure: failure, Auto: auto}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: f.Year}.at()}, {Text: f.Organ.Name, Href: at}}
	if r.URL.RawQuery != "" {
		p.Back = at + "?" + r.URL.RawQuery
	}
	if key := r.PostFormValue("key"); key != "" && code != http.StatusConflict {
		p.Key = key
	}
	if f.State != reporting.FilingSubmitted && f.State != reporting.FilingAccepted {
		p.Fixed, p.Failure = true, "报告现在的状态是“"+filingTag(f.Filing, true).Text+"”，不能退回。"
	}
	for i, m := range marks {
		if i == maxMarks {
			break
		}
		row := returnRow{N: i + 1, Cell: m.Cell, Code: m.Code}
		if k, ok := f.Report.Form.Index(m.Cell); ok && m.Cell != "" {
			row.Where, row.Now = reporting.CellName(f.Report.Form, m.Cell), f.Report.Values[k].Format(f.Report.Form.Cells[k].Type)
			if row.Now == "" {
				row.Now = kindName(f.Report.Values[k].Kind)
			}
		}
		row.Text = page.Field{Name: "text", Kind: "textarea", Label: "退回理由", Rows: 2, Max: maxMark, Value: m.Text, Message: bad[strconv.Itoa(i)]}
		p.Rows = append(p.Rows, row)
	}
	day, hint, err := d.returnDay(r.Context(), officeOf(page.VisitOf(r).Viewer, f.Organ.Path))
	if err != nil {
		return err
	}
	p.Whole = page.Field{Name: "whole", Kind: "textarea", Label: "总的意见", Rows: 3, Max: maxMark, Value: r.PostFormValue("whole"), Message: bad["whole"], Hint: "对整份报告的要求，例如：请补盖公章，并与台账逐件核对。可以不写。"}
	p.By = page.Field{Name: "by", Kind: "date", Label: "改好重报的期限", Value: r.PostFormValue("by"), Message: bad["by"], Hint: hint}
	if p.By.Value == "" && code == http.StatusOK {
		p.By.Value = day.String()
	}
	p.Number = page.Field{Name: "number", Kind: "text", Label: "文号", Value: r.PostFormValue("number"), Max: 40, Hint: "只印在退回意见上，可以不写，例如：云政办函〔2026〕7号"}
	return page.RenderStatus(w, r, code, returnTemplate, p)
}

// reviewReturn returns the report, or writes the letter to look at first.
func (d *Desk) reviewReturn(w http.ResponseWriter, r *http.Request) error {
	f, err := d.posted(r)
	if err != nil {
		return err
	}
	if f.Report == nil {
		return page.ErrNotFound
	}
	marks, bad := marksPosted(r, d.cfg.Today())
	if len(bad) > 0 {
		return d.showReturn(w, r, http.StatusUnprocessableEntity, f, rowsPosted(r), false, bad, "有几项需要修改，见红色的说明。")
	}
	if do := r.PostFormValue("do"); do == "docx" || do == "pdf" {
		return d.writeNotice(w, r, f, f.Report, marks, f.Findings, do)
	}
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		version = -1
	}
	by := page.By(r)
	by.Reason = clip(strings.TrimSpace(r.PostFormValue("whole")), maxMark)
	done, err := d.store.WithFiling(r.Context(), by, f.Organ.ID, f.Year, version, act.FilingReturned, func(f *store.FilingFile, _ law.Date) error { return f.Return(marks) })
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return d.showReturn(w, r, http.StatusUnprocessableEntity, f, rowsPosted(r), false, nil, refused.Text)
	case errors.Is(err, store.ErrConflict):
		return d.showReturn(w, r, http.StatusConflict, f, rowsPosted(r), false, nil, "在您写意见期间，这份报告有了变化（例如机关撤回后又改了）。您写的都还在，请打开报告核对后再退回。")
	case err != nil:
		return missing(err)
	}
	word := "returned"
	if done.Repeated {
		word = "again"
	}
	to := page.With(reviewHref(f.Organ.ID, f.Year), "done", word, "number", clip(strings.TrimSpace(r.PostFormValue("number")), 40))
	http.Redirect(w, r, to+"#marks", http.StatusSeeOther)
	return nil
}

// rowsPosted are the rows of the form as they were sent, blank ones too.
func rowsPosted(r *http.Request) []reporting.Mark {
	var out []reporting.Mark
	cells, codes := r.PostForm["cell"], r.PostForm["code"]
	for i, text := range r.PostForm["text"] {
		if i == maxMarks {
			break
		}
		m := reporting.Mark{Text: strings.TrimSpace(text)}
		if i < len(cells) {
			m.Cell = clip(cells[i], 80)
		}
		if i < len(codes) {
			m.Code = clip(codes[i], 40)
		}
		out = append(out, m)
	}
	return out
}

// marksPosted are the reasons to return a report for: every row that was not
// dropped, and the remark on the whole. bad says what has to be mended, by the
// number of the row or the name of the field.
func marksPosted(r *http.Request, today law.Date) (marks []reporting.Mark, bad map[string]string) {
	bad = map[string]string{}
	drop := map[string]bool{}
	for _, n := range r.PostForm["drop"] {
		drop[n] = true
	}
	until, err := parseDay(r.PostFormValue("by"))
	switch {
	case err != nil:
		bad["by"] = "日期请写成年-月-日的形式，例如 " + today.AddDays(7).String() + "。"
	case !until.IsZero() && until.Before(today):
		bad["by"] = "期限不能早于今天。"
	}
	put := func(m reporting.Mark, field string) {
		if len([]rune(m.Text)) > maxMark {
			bad[field] = fmt.Sprintf("理由过长，最多 %d 字。", maxMark)
		}
		m.By = until
		marks = append(marks, m)
	}
	if whole := strings.TrimSpace(r.PostFormValue("whole")); whole != "" {
		put(reporting.Mark{Text: whole}, "whole")
	}
	for i, m := range rowsPosted(r) {
		switch {
		case drop[strconv.Itoa(i+1)]:
		case m.Text == "":
			bad[strconv.Itoa(i)] = "请写明要改什么；不需要的，请勾选“不列入”。"
		default:
			put(m, strconv.Itoa(i))
		}
	}
	if len(marks) == 0 && len(bad) == 0 {
		bad["whole"] = "退回须写明理由：请回到报告勾选格子或问题，或者在这里写总的意见。"
	}
	return marks, bad
}

// reviewSource gives the file that the report was read from, as it came.
func (d *Desk) reviewSource(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	name, file, err := d.store.FilingSource(r.Context(), page.VisitOf(r).Viewer, f.Organ.ID, f.Year)
	if err != nil {
		return missing(err)
	}
	defer file.Close()
	attach(w, cleanName(name), "application/octet-stream")
	_, err = io.Copy(w, file)
	return err
}
