package desk

import (
	"errors"
	"fmt"
	"net/http"

	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// compileLines is how many lines one page of a list has.
const compileLines = 50

type compileListPage struct {
	page.Base
	Label  string
	Value  string
	Unit   string
	Known  bool
	Live   bool
	Parts  []compilePart
	Rows   []compileRow
	Pager  page.Pager
	Enter  string // address of the form for entries by hand, "" for a sum or who may not
	Back   string
	Hidden bool // titles are not for this viewer
	Sum    bool
}

type compileRow struct {
	Ref, Title, Href, On, Why, Note, Adds, Source string
	Doc, File                                     string
}

var compileListTemplate = page.NewTemplate(templates, "templates/compile_list.html", "templates/compile_parts.html")

// compileCases lists what a figure counts.
func (d *Desk) compileCases(w http.ResponseWriter, r *http.Request) error {
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	id := r.PathValue("cell")
	list, next, err := d.store.CompiledCases(r.Context(), c.viewer, c.Organ, c.Year, id, r.FormValue("after"), compileLines)
	if errors.Is(err, store.ErrCursor) {
		return page.ErrNotFound
	}
	if err != nil {
		return missing(err)
	}
	name, live := reporting.LiveNames()[id]
	p := compileListPage{Label: name, Live: live, Back: c.path("")}
	t := annual.Count
	if !live {
		f := c.Figure(id)
		i, _ := c.Form.Index(id)
		t = c.Form.Cells[i].Type
		p.Label, p.Unit, p.Known, p.Value = reporting.CellName(c.Form, id), c.Form.Cells[i].Unit, f.Value.Known(), f.Value.Format(t)
		p.Sum = reporting.Sums(c.Form, id)
		for _, x := range f.Parts {
			if n := len(p.Parts); n > 0 && p.Parts[n-1].Source == x.Source.Chinese() && x.Source == reporting.FromEntry {
				continue
			}
			p.Parts = append(p.Parts, compilePart{Source: x.Source.Chinese(), Value: partSum(f, x.Source).Format(t)})
		}
		if c.takes() && !p.Sum {
			p.Enter = page.With(c.path(""), "cell", id) + "#enter"
		}
		p.Back += "#" + page.CellID(id)
	}
	p.Base = d.compileBase(r, c, p.Label)
	p.Crumbs = c.crumbs(true)
	for _, x := range list {
		row := compileRow{Ref: x.Ref, Title: x.Title, Href: x.Href, On: x.On.String(), Why: x.Why, Note: x.Note, Adds: x.Adds.Format(t), Source: x.Source.Chinese()}
		if x.Entry != 0 {
			row.Doc, row.File, row.Adds = c.path(fmt.Sprintf("/file/%d", x.Entry)), x.File, withSign(x.Adds, t)
		}
		p.Hidden = p.Hidden || x.Title == ""
		p.Rows = append(p.Rows, row)
	}
	if r.FormValue("after") != "" {
		p.Pager.First = c.path("/" + id)
	}
	if next != "" {
		p.Pager.Next = page.With(c.path("/"+id), "after", next)
	}
	return page.Render(w, r, compileListTemplate, p)
}

// partSum is what one source puts into a figure.
func partSum(f *reporting.CompiledFigure, s reporting.FigureSource) annual.Value {
	n := int64(0)
	for _, p := range f.Parts {
		if p.Source == s {
			n += p.Value.N
		}
	}
	return annual.Num(n)
}
