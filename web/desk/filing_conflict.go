package desk

import (
	"fmt"
	"net/http"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/web/page"
)

// filingConflictPage shows what two people wrote over the same content, place by
// place, to take one or the other.
type filingConflictPage struct {
	page.Base
	Organ   string
	Path    string
	Key     string
	Version int64
	Content int64
	Was     string
	Who     string // who saved meanwhile, and when
	Refused string // why nothing can be saved at all any more
	Rows    []conflictRow
	Hidden  []hiddenField // the form as it was sent
	Message string
}

// A conflictRow is one place in which the two differ.
type conflictRow struct {
	Name, Label  string
	Was          string
	Mine, Theirs string
	Both         bool   // both changed it
	Take         string // mine, theirs or "" while nobody has chosen
	Long         bool
	Missing      bool // it has to be chosen
}

type hiddenField struct{ Name, Value string }

var filingConflictTemplate = page.NewTemplate(templates, "templates/filing_conflict.html")

// A place is one field of a draft with its name in the form.
type place struct {
	name, label string
	at          func(d *draft) *string
	front       string // key of a front field, which has no address of its own
}

func (p place) get(d *draft) string {
	if p.front != "" {
		return d.Front[p.front]
	}
	return *p.at(d)
}

func (p place) set(d *draft, s string) {
	if p.front != "" {
		d.Front[p.front] = s
		return
	}
	*p.at(d) = s
}

// places are the fields of a draft in the order of the form.
func places(f *annual.Form) []place {
	var out []place
	front := func(name, label string) { out = append(out, place{name: name, label: label, front: name}) }
	front("title", "标题")
	front("intro", "引言")
	out = append(out, place{name: "opening", label: "一、总体情况（总的情况）", at: func(d *draft) *string { return &d.Opening }})
	for i, a := range f.Aspects {
		out = append(out, place{name: fmt.Sprintf("aspect.%d", i+1), label: "一、总体情况（" + a + "）", at: func(d *draft) *string { return &d.Aspects[i] }})
	}
	for i, c := range f.Cells {
		out = append(out, place{name: c.ID, label: reporting.CellName(f, c.ID), at: func(d *draft) *string { return &d.Figures[i] }})
	}
	for i, c := range f.Chapters {
		if i > 0 {
			out = append(out, place{name: fmt.Sprintf("chapter.%d", i+1), label: c.Ordinal + "、" + c.Title, at: func(d *draft) *string { return &d.Prose[i] }})
		}
	}
	front("signature", "落款")
	front("dated", "成文日期")
	front("contact", "联系方式")
	return out
}

// plain is the draft as it would stand when it is read again, so that only what
// says something else is called different. A day that is none stays as typed.
func (d *draft) plain() *draft {
	n := draftOf(d.report())
	if _, err := parseDay(d.Front["dated"]); err != nil {
		n.Front["dated"] = d.Front["dated"]
	}
	return n
}

// conflict is where mine and theirs differ. Where only one of them changed what
// was there, that one stands unless a person says otherwise.
func conflict(was, mine, theirs *draft) []conflictRow {
	var out []conflictRow
	for _, p := range places(mine.Form) {
		w, m, t := p.get(was), p.get(mine), p.get(theirs)
		if m == t {
			continue
		}
		row := conflictRow{Name: p.name, Label: p.label, Was: w, Mine: m, Theirs: t, Both: m != w && t != w, Long: len(m) > 80 || len(t) > 80}
		switch {
		case m == w:
			row.Take = "theirs"
		case t == w:
			row.Take = "mine"
		}
		out = append(out, row)
	}
	return out
}

// showConflict shows what somebody else saved since the form was opened, beside
// what was typed here. chosen are the choices made so far, refused why nothing
// can be saved any more.
func (d *Desk) showConflict(w http.ResponseWriter, r *http.Request, c *filingCase, f form, dr *draft, chosen map[string]string, refused string) error {
	mine := dr.plain()
	theirs, err := d.filingDraft(r, c)
	if err != nil {
		return err
	}
	was := newDraft(mine.Form, c.Year)
	if rep, err := decode(f.Get("was")); err == nil && rep.Form == mine.Form {
		was = draftOf(rep)
	}
	p := filingConflictPage{Base: d.filingBase(r, "内容已被改动"), Organ: c.Organ.Name, Path: c.path(""), Key: page.NewKey(), Version: c.Version, Content: c.Content, Refused: refused, Was: f.Get("was")}
	p.Crumbs = c.crumbs(true)
	if !c.Saved.IsZero() {
		p.Who = c.SavedBy + "（" + law.DateOf(c.Saved).Chinese() + c.Saved.In(law.Beijing).Format("15:04") + "）"
	}
	p.Rows = conflict(was, mine, theirs.plain())
	if chosen != nil {
		p.Message = "标红的几处两个人都改过，请逐处选择用哪一个。"
		for i := range p.Rows {
			row := &p.Rows[i]
			row.Take = chosen[row.Name]
			row.Missing = row.Take == ""
		}
	}
	for _, x := range places(mine.Form) {
		if v := x.get(mine); v != "" {
			p.Hidden = append(p.Hidden, hiddenField{x.name, v})
		}
	}
	return page.RenderStatus(w, r, http.StatusConflict, filingConflictTemplate, p)
}

// filingMerge saves what was chosen place by place, over the content it was
// chosen against.
func (d *Desk) filingMerge(w http.ResponseWriter, r *http.Request, c *filingCase, f form, dr *draft) error {
	if fmt.Sprint(c.Content) != f.Get("content") { // changed once more
		return d.showConflict(w, r, c, f, dr, nil, c.locked())
	}
	theirs, err := d.filingDraft(r, c)
	if err != nil {
		return err
	}
	mine, other := dr.plain(), theirs.plain()
	chosen, open := map[string]string{}, false
	for _, x := range places(mine.Form) {
		if x.get(mine) == x.get(other) {
			continue
		}
		take := f.Get("take." + x.name)
		switch take {
		case "mine":
		case "theirs":
			x.set(dr, x.get(other))
		default:
			take, open = "", true
		}
		chosen[x.name] = take
	}
	if open {
		return d.showConflict(w, r, c, f, mine, chosen, c.locked())
	}
	return d.saveFill(w, r, c, f, dr)
}
