package desk

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type compileTakePage struct {
	page.Base
	Organ   string
	Year    int
	Own     bool
	Path    string
	Target  page.Link
	Key     string
	Version int64
	Closed  string
	Failure string
	Differ  []takeRow // somebody wrote another figure
	Empty   []takeTable
	Same    int
	Unknown int
	New     int // how many empty cells would be filled in
}

// A takeRow is one cell of the target that the data would change.
type takeRow struct {
	Cell, Label, Was, Is, Href string
	Ticked                     bool
}

// A takeTable is the empty cells of a table, those that would be 0 apart.
type takeTable struct {
	Name        string
	Rows, Zeros []takeRow
}

var compileTakeTemplate = page.NewTemplate(templates, "templates/compile_take.html")

// compileTakeForm shows what would change where, before anything does.
func (d *Desk) compileTakeForm(w http.ResponseWriter, r *http.Request) error {
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	return d.showTake(w, r, c, http.StatusOK, "")
}

func (d *Desk) showTake(w http.ResponseWriter, r *http.Request, c *compileCase, code int, failure string) error {
	draft, err := d.compileDraft(r, c)
	if err != nil {
		return err
	}
	p := compileTakePage{Base: d.compileBase(r, c, "取数到"+c.target().Text), Organ: c.organ.Name, Year: c.Year, Own: c.own, Path: c.path(""), Target: c.target(), Key: page.NewKey(), Version: draft.version, Closed: draft.closed, Failure: failure}
	p.Crumbs = c.crumbs(true)
	if draft.report != nil && draft.report.Form != c.Form {
		p.Closed = "草稿用的是另一版格式，不能取数。请先在填写页核对年度。"
	}
	names := map[string]string{"t2": "表二", "t3": "表三", "t4": "表四"}
	for i, f := range c.Figures {
		cell := c.Form.Cells[i]
		if !f.Value.Known() {
			p.Unknown++
			continue
		}
		row := takeRow{Cell: cell.ID, Label: cell.Label, Was: draft.text(c, i), Is: f.Value.Format(cell.Type), Href: reporting.CasesPath(c.Organ, c.Year, cell.ID), Ticked: true}
		switch row.Was {
		case row.Is:
			p.Same++
		case "":
			if n := len(p.Empty); n == 0 || p.Empty[n-1].Name != names[cell.Table] {
				p.Empty = append(p.Empty, takeTable{Name: names[cell.Table]})
			}
			at := &p.Empty[len(p.Empty)-1]
			if f.Value.N == 0 {
				at.Zeros = append(at.Zeros, row)
			} else {
				at.Rows = append(at.Rows, row)
			}
			p.New++
		default:
			row.Label, row.Ticked = reporting.CellName(c.Form, cell.ID), false
			p.Differ = append(p.Differ, row)
		}
	}
	return page.RenderStatus(w, r, code, compileTakeTemplate, p)
}

// errMoved says that what was shown is not what is there any more.
var errMoved = errors.New("desk: the draft or the data changed meanwhile")

// compileTake puts the chosen figures in. Each was shown with what it replaces:
// where either is not the same any more, nothing is written.
func (d *Desk) compileTake(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	c, err := d.compileOf(r)
	if err != nil {
		return err
	}
	draft, err := d.compileDraft(r, c)
	if err != nil {
		return err
	}
	if draft.closed != "" || !c.takes() {
		return d.showTake(w, r, c, http.StatusUnprocessableEntity, "")
	}
	cells := r.PostForm["cell"]
	if r.PostForm.Get("do") == "all" { // everything that differs, as listed
		cells = append(slices.Clone(cells), r.PostForm["differs"]...)
	}
	cells = slices.Compact(sortedCells(c.Form, slices.Clone(cells)))
	if len(cells) == 0 {
		return d.showTake(w, r, c, http.StatusUnprocessableEntity, "没有勾选任何一格，没有填入。")
	}
	version, _ := strconv.ParseInt(r.PostForm.Get("version"), 10, 64) // what is no number is an old version
	for _, id := range cells {
		i, ok := c.Form.Index(id)
		if !ok {
			return page.ErrNotFound
		}
		f := c.Figures[i]
		if !f.Value.Known() || f.Value.Format(c.Form.Cells[i].Type) != r.PostForm.Get("is."+id) || draft.text(c, i) != r.PostForm.Get("was."+id) {
			err = errMoved
		}
	}
	var done store.Done
	if err == nil {
		by := keyed(page.By(r), append([]string{"take"}, cells...)...)
		if c.own {
			done, err = d.takeOwn(r, c, draft, by, version, cells)
		} else {
			done, err = d.takeFiling(r, c, draft, by, version, cells)
		}
	}
	if errors.Is(err, errMoved) || errors.Is(err, store.ErrConflict) {
		return d.showTake(w, r, c, http.StatusConflict, "在您查看期间，草稿或者系统数据有了变化，没有填入。下面是现在的情况，请核对后再办一次。")
	}
	if code, text := compileRefusal(err); code != 0 {
		return d.showTake(w, r, c, code, text)
	}
	if err != nil {
		return missing(err)
	}
	return page.Done(w, r, c.path(""), "compiled", done)
}

// takeFiling puts figures into the organ's filing; whatever else stands in the
// draft stays.
func (d *Desk) takeFiling(r *http.Request, c *compileCase, x *compileDraft, by store.By, version int64, cells []string) (store.Done, error) {
	dr, err := d.filingDraft(r, x.filing)
	if err != nil {
		return store.Done{}, err
	}
	if dr.Form != c.Form {
		return store.Done{}, act.Refuse("草稿用的是另一版格式，不能取数。")
	}
	for _, id := range cells {
		i, _ := c.Form.Index(id)
		dr.Figures[i] = c.Figures[i].Value.Format(c.Form.Cells[i].Type)
	}
	rep := dr.over(x.report)
	findings, err := d.judge(r, x.filing, rep)
	if err != nil {
		return store.Done{}, err
	}
	return d.store.WithFiling(r.Context(), by, c.Organ, c.Year, version, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		if err := f.Edited(); err != nil {
			return err
		}
		f.Report, f.Findings = rep.Clone(), findings
		return nil
	})
}

// takeOwn puts figures into a government's own part.
func (d *Desk) takeOwn(r *http.Request, c *compileCase, x *compileDraft, by store.By, version int64, cells []string) (store.Done, error) {
	if x.own == nil || x.own.Report.Form != c.Form {
		return store.Done{}, act.Refuse("本级数据用的是另一版格式，不能取数。")
	}
	own := *x.own
	own.Report = annual.New(c.Form, c.organ.Name, c.Year)
	copy(own.Report.Values, x.own.Report.Values)
	for _, id := range cells {
		i, _ := c.Form.Index(id)
		own.Report.Values[i] = c.Figures[i].Value
	}
	if own.Version = version; own.Note == "" {
		own.Note = fmt.Sprintf("系统数据，%s取数", c.today.Chinese())
	}
	return d.store.SaveOwnFigures(r.Context(), by, own)
}
