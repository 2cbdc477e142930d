package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type ownPage struct {
	page.Base
	Name       string
	Year       int
	Organ      int64
	Key        string
	Version    int64
	By         string
	Instead    string // who files for the government, so that nothing belongs here
	Tables     []headedTable
	NoteField  page.Field
	Messages   []page.Link
	Failure    string
	Back, List string
	Compiled   string // where the same figures are compiled from the registers
	May        bool
}

var ownTemplate = page.NewTemplate(templates, "templates/totals_own.html")

// totalsOwn shows the government's own figures as a form.
func (d *Desk) totalsOwn(w http.ResponseWriter, r *http.Request) error {
	return d.showOwn(w, r, http.StatusOK, nil, "")
}

// showOwn draws the form; typed is what was sent and not accepted.
func (d *Desk) showOwn(w http.ResponseWriter, r *http.Request, code int, typed *typedOwn, failure string) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	if c.Organ.ID == 0 {
		return page.ErrNotFound
	}
	x, err := d.store.OwnFigures(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return missing(err)
	}
	s, err := d.store.Counted(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return missing(err)
	}
	p := ownPage{Base: d.totalsBase(r, fmt.Sprintf("%s%d年度本级数据", s.Root.Name, c.Year)), Name: s.Root.Name, Year: c.Year, Organ: c.Organ.ID, Key: page.NewKey(),
		Version: x.Version, By: x.By, Failure: failure, Back: c.at(""), List: c.at("/list"), Compiled: filingPath(c.Organ.ID, c.Year) + "/compile", May: c.may()}
	p.Crumbs = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", s.Root.Name, c.Year), Href: c.at("")}}
	list := s.InForce()
	if own := list.Line(c.Organ.ID); own != nil && own.Way == reporting.WayOut {
		p.Instead = own.Reason
	}
	options := page.TableOptions{Input: p.May}
	note := x.Note
	if typed != nil {
		note = typed.note
		options.Text = func(i int) string { return typed.raw[x.Report.Form.Cells[i].ID] }
		options.Marks = map[string]page.Mark{}
		for id, m := range typed.bad {
			options.Marks[id] = page.Mark{Tone: "bad", Note: m}
		}
		p.Messages = messageLinks(x.Report.Form, typed.bad)
	}
	shown := func(i int) string { return x.Report.Values[i].Format(x.Report.Form.Cells[i].Type) }
	if options.Text != nil {
		shown = options.Text
	}
	if options.Data, err = d.compileMarks(r, c.Organ.ID, c.Year, x.Report.Form, shown); err != nil {
		return err
	}
	for _, def := range x.Report.Form.Chapters {
		if tb := x.Report.Form.Table(def.Table); tb != nil {
			p.Tables = append(p.Tables, headedTable{def.Ordinal + "、" + def.Title, page.ReportTableOf(x.Report, tb, options)})
		}
	}
	p.NoteField = page.Field{Name: "note", Label: "数据来源", Hint: "可不填，例如：县政府办依申请公开台账，2026年1月12日导出。", Value: note, Max: 300}
	return page.RenderStatus(w, r, code, ownTemplate, p)
}

// typedOwn is a form as it was sent.
type typedOwn struct {
	raw  map[string]string
	bad  map[string]string
	note string
}

// maxFigure bounds what is typed into a cell.
const maxFigure = 24

// readOwn reads the figures of a form. A cell left empty is blank, not zero.
func readOwn(r *http.Request, form *annual.Form, organ string, year int) (*annual.Report, *typedOwn) {
	rep, t := annual.New(form, organ, year), &typedOwn{raw: map[string]string{}, bad: map[string]string{}, note: strings.TrimSpace(r.PostForm.Get("note"))}
	for i, c := range form.Cells {
		raw := strings.TrimSpace(r.PostForm.Get(c.ID))
		t.raw[c.ID] = raw
		v := annual.ParseValue(raw, c.Type)
		switch {
		case len(raw) > maxFigure || v.Kind == annual.Text || v.Kind == annual.NA:
			t.bad[c.ID] = "请填数字，没有的填 0。"
			if c.Type == annual.Money {
				t.bad[c.ID] = "请填数字，单位为万元，例如 0.038；没有的填 0。"
			}
		case v.Kind == annual.Number && v.N < 0 && c.Type != annual.Signed:
			t.bad[c.ID] = "不能是负数。"
		}
		rep.Values[i] = v
	}
	if len([]rune(t.note)) > 300 || strings.ContainsFunc(t.note, func(r rune) bool { return r < ' ' }) {
		t.bad["note"] = "数据来源请写成一行，最多300字。"
	}
	return rep, t
}

func (d *Desk) totalsOwnSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	form, err := annual.FormFor(c.Year)
	if err != nil {
		return err
	}
	if r.PostForm.Get("zero") == "1" { // 空白的格都填 0
		for _, cell := range form.Cells {
			if strings.TrimSpace(r.PostForm.Get(cell.ID)) == "" {
				r.PostForm.Set(cell.ID, "0")
			}
		}
	}
	rep, typed := readOwn(r, form, c.Organ.Name, c.Year)
	if len(typed.bad) > 0 {
		return d.showOwn(w, r, http.StatusUnprocessableEntity, typed, "有几格没有被接受，没有保存。")
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64)
	done, err := d.store.SaveOwnFigures(r.Context(), page.By(r), store.OwnFigures{Organ: c.Organ.ID, Year: c.Year, Report: rep, Note: typed.note, Version: version})
	var refusal *act.Refusal
	switch {
	case errors.Is(err, store.ErrConflict):
		return d.showOwn(w, r, http.StatusConflict, typed, "在您填写期间，别人改了本级数据。您填的内容还在，请与同事核对后再保存。")
	case errors.As(err, &refusal):
		return d.showOwn(w, r, http.StatusForbidden, typed, refusal.Text)
	case err != nil:
		return missing(err)
	}
	return page.Done(w, r, c.at("/own"), "saved", done)
}
