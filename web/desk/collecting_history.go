package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/collect"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// history fills the snapshots, the reasons of the last return with whether they
// are settled, and what changed since.
func (d *Desk) history(ctx context.Context, v org.Viewer, f *store.FilingFile, p *reviewPage) error {
	versions, err := d.store.FilingVersions(ctx, v, f.Organ.ID, f.Year)
	if err != nil {
		return err
	}
	const most = 12
	for _, x := range versions {
		vv := reviewSnapshot{N: x.N, What: page.Tag{Text: "报送"}, On: x.On.String(), Name: x.Name, Note: x.Note, Errors: x.Errors, Warns: x.Warnings,
			Href: fmt.Sprintf("%s/version/%d", p.At, x.N)}
		if x.Public != 0 {
			vv.What = page.Tag{Tone: "ok", Text: "发布"}
		}
		if vv.Name == "" {
			vv.Name = "程序"
		}
		for i, c := range x.Differences {
			if i == most {
				vv.More = len(x.Differences) - most
				break
			}
			vv.Changes = append(vv.Changes, changedOf(c))
		}
		p.Versions = append(p.Versions, vv)
	}
	if len(f.Marks) == 0 {
		return nil
	}
	back, err := d.returnedVersion(ctx, v, f, versions)
	if err != nil {
		return err
	}
	marks, judged := f.Marks, false
	if back != nil && f.Report != nil && f.MayEdit() != nil {
		marks, judged = reporting.Settle(f.Marks, back.Report, f.Report, f.Findings), true
		for _, c := range reporting.Differences(back.Report, f.Report) {
			p.Changes = append(p.Changes, changedOf(c))
		}
	}
	for _, m := range marks {
		mv := reviewMark{Cell: m.Cell, Code: m.Code, Text: m.Text, By: m.By.Chinese(), Settled: m.Settled, Judged: judged}
		if f.Report != nil && m.Cell != "" {
			mv.Where, mv.Href = reporting.CellName(f.Report.Form, m.Cell), "#"+page.CellID(m.Cell)
		}
		p.Marks = append(p.Marks, mv)
	}
	return nil
}

func changedOf(c reporting.Difference) reviewChange {
	x := reviewChange{Label: c.Label, Old: clip(c.Old, 200), New: clip(c.New, 200)}
	if c.Cell != "" {
		x.Href = "#" + page.CellID(c.Cell)
	}
	return x
}

// returnedVersion is the snapshot that was returned: the newest one handed in
// while the report is back with the organ, else the one before it; nil if there
// is none.
func (d *Desk) returnedVersion(ctx context.Context, v org.Viewer, f *store.FilingFile, versions []store.FilingVersion) (*store.FilingFile, error) {
	skip := 0
	if f.MayEdit() != nil {
		skip = 1
	}
	for _, x := range versions {
		if x.Public != 0 || x.Correction != f.Correction {
			continue
		}
		if skip--; skip < 0 {
			return d.store.FilingVersion(ctx, v, f.Organ.ID, f.Year, x.N)
		}
	}
	return nil, nil
}

// maxNeighbours is up to how many organs of the same superior are compared on
// the page of one; beyond it the comparison has a page of its own.
const maxNeighbours = 120

// neighbours finds the organs of the same superior whose prose is like this
// one's.
func (d *Desk) neighbours(ctx context.Context, v org.Viewer, f *store.FilingFile, p *reviewPage, ticked []string) error {
	if f.Organ.Parent == 0 {
		return nil
	}
	rows, next, err := d.store.Filings(ctx, store.FilingQuery{Year: f.Year, Viewer: v, Under: f.Organ.Parent, Direct: true, Limit: maxNeighbours})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if next != "" {
		p.AlikeAll = page.With("/desk/collecting/alike", "year", strconv.Itoa(f.Year), "under", strconv.FormatInt(f.Organ.Parent, 10), "of", strconv.FormatInt(f.Organ.ID, 10))
		return nil
	}
	c := &reporting.Collection{Year: f.Year, Rows: []reporting.Row{{ID: f.Organ.ID, Organ: f.Organ.Name, Report: f.Report}}}
	for _, x := range rows {
		if !x.Begun || x.Organ.ID == f.Organ.ID {
			continue
		}
		o, err := d.store.Filing(ctx, v, x.Organ.ID, f.Year)
		if err != nil {
			return err
		}
		if o.Report != nil {
			c.Rows = append(c.Rows, reporting.Row{ID: x.Organ.ID, Organ: x.Organ.Name, Report: o.Report})
		}
	}
	pairs, err := collect.Alike(ctx, c, 0)
	if err != nil {
		return err
	}
	for _, x := range pairs {
		p.Alike = append(p.Alike, alikeOf(c, x, f.Year, ticked))
	}
	return nil
}

// alikeOf draws a pair from the side of its first organ.
func alikeOf(c *reporting.Collection, x reporting.Pair, year int, ticked []string) alikeView {
	a := alikeView{Organ: page.Link{Text: x.B}, Score: fmt.Sprintf("%.0f%%", x.Score*100)}
	for _, s := range x.Shared {
		a.Shared = append(a.Shared, clip(s, 160))
	}
	if row := c.Row(x.B); row != nil {
		a.ID = strconv.FormatInt(row.ID, 10)
		a.Organ.Href = reviewHref(row.ID, year)
		for _, t := range ticked {
			a.Ticked = a.Ticked || t == a.ID
		}
	}
	return a
}

// alikePage lists the pairs of a county whose prose is alike.
type alikePage struct {
	page.Base
	Year   int
	Years  []page.Option
	Under  string
	Looked int
	Pairs  []alikePair
	Cut    bool
}

type alikePair struct {
	A, B   page.Link
	Score  string
	Shared []string
}

var alikeTemplate = page.NewTemplate(templates, "templates/collecting_alike.html")

// maxAlike bounds how many reports are compared with each other at once.
const maxAlike = 1000

// collectingAlike compares the prose of all reports below an organ, or of one
// with the others.
func (d *Desk) collectingAlike(w http.ResponseWriter, r *http.Request) error {
	q, err := d.listQueryOf(r.URL.Query().Get)
	if err != nil {
		return err
	}
	if d.store == nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	of, _ := strconv.ParseInt(r.URL.Query().Get("of"), 10, 64)
	p := alikePage{Base: d.collectingBase(r, fmt.Sprintf("%d年度年报文字雷同比对", q.Year)), Year: q.Year, Years: d.collectingYears(q.Year)}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: q.Year, Under: q.Under}.at()}}
	if q.Under != 0 {
		p.Under = strconv.FormatInt(q.Under, 10)
	}
	c := &reporting.Collection{Year: q.Year}
	ids := map[string]int64{}
	own := -1
	f := store.FilingQuery{Year: q.Year, Viewer: v, Under: q.Under, Limit: store.MaxReports}
	for more := true; more; {
		rows, next, err := d.store.Filings(ctx, f)
		if err != nil {
			return missing(err)
		}
		for _, x := range rows {
			if !x.Begun {
				continue
			}
			if len(c.Rows) == maxAlike {
				p.Cut = true
				break
			}
			o, err := d.store.Filing(ctx, v, x.Organ.ID, q.Year)
			if err != nil {
				return err
			}
			if o.Report == nil {
				continue
			}
			if x.Organ.ID == of {
				own = len(c.Rows)
			}
			o.Report.Values, o.Report.Sources = nil, nil // only the words are compared
			ids[x.Organ.Name] = x.Organ.ID
			c.Rows = append(c.Rows, reporting.Row{ID: x.Organ.ID, Organ: x.Organ.Name, Report: o.Report})
		}
		f.After = next
		more = next != "" && !p.Cut
	}
	p.Looked = len(c.Rows)
	pairs, err := collect.Alike(ctx, c, own)
	if err != nil {
		return err
	}
	for _, x := range pairs {
		a := alikePair{A: page.Link{Text: x.A, Href: reviewHref(ids[x.A], q.Year) + "#alike"}, B: page.Link{Text: x.B, Href: reviewHref(ids[x.B], q.Year) + "#alike"}, Score: fmt.Sprintf("%.0f%%", x.Score*100)}
		for _, s := range x.Shared {
			a.Shared = append(a.Shared, clip(s, 200))
		}
		p.Pairs = append(p.Pairs, a)
	}
	return page.Render(w, r, alikeTemplate, p)
}

// reviewVersion shows a report as it was handed in or published.
func (d *Desk) reviewVersion(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	x, err := d.store.FilingVersion(ctx, v, f.Organ.ID, f.Year, n)
	if err != nil {
		return missing(err)
	}
	if x.Report == nil {
		return page.ErrNotFound
	}
	one := read{name: x.FileName, report: x.Report, findings: x.Findings}
	if one.name == "" {
		one.name = "在线填报"
	}
	if name, file, err := d.store.FilingVersionSource(ctx, v, f.Organ.ID, f.Year, n); err == nil {
		one.data, one.doc = openDoc(ctx, name, file)
	}
	crumbs := []page.Link{{Text: "收集审核", Href: listQuery{Year: f.Year}.at()}, {Text: f.Organ.Name, Href: reviewHref(f.Organ.ID, f.Year)}}
	var last *annual.Report
	if last, err = d.lastOf(ctx, v, f); err != nil {
		return err
	}
	return d.showResultAt(w, r, "collecting", crumbs, one, last, nil, &storedInfo{fmt.Sprintf("第 %d 版存档", n)})
}
