package site

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var sumTemplate = page.NewTemplate(files, "sum.html")

// sumPage is the sum over an organ and its subordinates in the layout of the
// form. It names who is counted and nobody else.
type sumPage struct {
	page.Base
	Organ     string
	Year      int
	Edition   string
	Count     int
	Tables    []headedTable
	Cell      *cellParts
	Parts     []treePart
	PartsCut  bool
	Summaries []string // organs whose report is itself a sum
	Years     []page.Link
	CSV       string
}

type headedTable struct {
	Heading string
	Table   page.ReportTable
}

// treePart is what one organ brings in, with everything below it.
type treePart struct {
	Organ, Href                                  string
	Count                                        int
	New, Results, CarriedOut, Review, Litigation string
}

// cellParts is one figure of the sum opened.
type cellParts struct {
	Label, Total, Unit string
	Zero, Unknown      int
	Rows               []part
	Cut                bool
	Close              string
}

type part struct {
	Organ, Href, Value string
	n                  int64
}

// mostParts bounds the lists of a sum page; no tree of organs known is wider.
const mostParts = 400

func (s *Site) sum(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	t, err := s.store.PublicSum(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	if len(t.Filed) == 0 {
		return page.ErrNotFound
	}
	o = t.Root // under its name of that year
	here := sumHref(organKey(o), year)
	if r.URL.Query().Get("format") == "csv" {
		return sumCSV(w, t)
	}
	p := sumPage{Base: s.cfg.Base(r, "reports", fmt.Sprintf("%s%d年度政府信息公开数据汇总", o.Name, year)),
		Organ: o.Name, Year: year, Edition: t.Form.Edition, Count: len(t.Filed), CSV: here + "?format=csv"}
	p.QR = true
	if p.Crumbs, err = s.crumbs(r.Context(), o, year); err != nil {
		return err
	}
	marks := map[string]page.Mark{}
	if id := r.URL.Query().Get("cell"); id != "" {
		i, ok := t.Form.Index(id)
		if !ok {
			return page.ErrNotFound
		}
		if p.Cell, err = s.cellParts(r.Context(), t, i); err != nil {
			return err
		}
		p.Cell.Close = here
		marks[id] = page.Mark{Tone: "on"}
	}
	for _, c := range t.Form.Chapters {
		if tb := t.Form.Table(c.Table); tb != nil {
			p.Tables = append(p.Tables, headedTable{c.Title, page.ReportTableOf(t.Sum, tb, page.TableOptions{Marks: marks,
				Link: func(cell string) string { return here + "?cell=" + cell + "#cell" }})})
		}
	}
	if err := s.fillParts(r.Context(), &p, t); err != nil {
		return err
	}
	return page.Render(w, r, sumTemplate, p)
}

func sumHref(key string, year int) string { return "/reports/sum/" + key + "/" + strconv.Itoa(year) }

// crumbs leads from the head of the tree down to the organ.
func (s *Site) crumbs(ctx context.Context, o org.Organ, year int) ([]page.Link, error) {
	links := []page.Link{{Text: "公开年报", Href: "/reports?year=" + strconv.Itoa(year)}}
	var up []page.Link
	for id, n := o.Parent, 0; id != 0 && n < 12; n++ {
		a, err := s.store.OrganOn(ctx, id, law.Day(year, 12, 31))
		if err != nil {
			return nil, err
		}
		up = append([]page.Link{{Text: a.Name + "汇总", Href: sumHref(organKey(a), year)}}, up...)
		id = a.Parent
	}
	return append(links, up...), nil
}

// inSum reports whether the organ's own report is added.
func inSum(t store.TreeSum, id int64) bool {
	for _, f := range t.Filed {
		if f == id {
			return true
		}
	}
	return false
}

func (s *Site) fillParts(ctx context.Context, p *sumPage, t store.TreeSum) error {
	if inSum(t, t.Root.ID) {
		f, err := s.store.Report(ctx, t.Root.ID, t.Year)
		if err != nil {
			return err
		}
		v := func(fg figure) string { return shown(fg.of(f.Report), annual.Count) }
		p.Parts = append(p.Parts, treePart{Organ: t.Root.Name + "本级", Href: reportHref(organKey(t.Root), t.Year), Count: 1,
			New: v(received), Results: v(results), CarriedOut: v(carriedOut), Review: v(review), Litigation: v(litigation)})
	}
	own := map[int64]bool{}
	for _, id := range t.Filed {
		own[id] = true
	}
	for _, part := range t.Parts {
		if part.Filed == 0 {
			continue
		}
		if len(p.Parts) == mostParts {
			p.PartsCut = true
			break
		}
		c := part.Counts
		v := func(v annual.Value) string { return shown(v, annual.Count) }
		p.Parts = append(p.Parts, treePart{Organ: part.Organ.Name, Href: partHref(part, own, t.Year), Count: part.Filed,
			New: v(c.New), Results: v(c.ResultTotal), CarriedOut: v(c.CarriedOut), Review: v(c.Review), Litigation: v(c.Litigation)})
	}
	for i, id := range t.Summaries {
		if i == 20 {
			break
		}
		o, err := s.store.OrganOn(ctx, id, law.Day(t.Year, 12, 31))
		if err != nil {
			return err
		}
		p.Summaries = append(p.Summaries, o.Name)
	}
	return nil
}

// partHref leads to the one report behind a part, or to its own sum.
func partHref(part store.TreePart, own map[int64]bool, year int) string {
	if part.Filed == 1 && own[part.Organ.ID] {
		return reportHref(organKey(part.Organ), year)
	}
	return sumHref(organKey(part.Organ), year)
}

// cellParts lists what the root and every organ directly below it put into one
// figure, the greatest first. An organ with others below it opens in turn.
func (s *Site) cellParts(ctx context.Context, t store.TreeSum, i int) (*cellParts, error) {
	cell := t.Form.Cells[i]
	c := &cellParts{Label: cell.Label, Unit: cell.Unit, Total: shown(t.Sum.Values[i], cell.Type)}
	add := func(name, href string, v annual.Value) {
		switch {
		case !v.Known():
			c.Unknown++
		case v.N == 0:
			c.Zero++
		default:
			c.Rows = append(c.Rows, part{name, href, v.Format(cell.Type), v.N})
		}
	}
	own := map[int64]bool{}
	for _, id := range t.Filed {
		own[id] = true
	}
	if own[t.Root.ID] {
		f, err := s.store.Report(ctx, t.Root.ID, t.Year)
		if err != nil {
			return nil, err
		}
		add(t.Root.Name+"本级", reportHref(organKey(t.Root), t.Year), f.Report.Values[i])
	}
	asked := 0
	for _, p := range t.Parts {
		if p.Filed == 0 {
			continue
		}
		if asked++; asked > mostParts {
			c.Cut = true
			break
		}
		href := partHref(p, own, t.Year)
		if p.Filed == 1 && own[p.Organ.ID] {
			f, err := s.store.Report(ctx, p.Organ.ID, t.Year)
			if err != nil {
				return nil, err
			}
			add(p.Organ.Name, href, f.Report.Values[i])
			continue
		}
		sub, err := s.store.PublicSum(ctx, p.Organ.ID, t.Year)
		if err != nil {
			return nil, err
		}
		add(p.Organ.Name, href+"?cell="+cell.ID+"#cell", sub.Sum.Values[i])
	}
	sort.SliceStable(c.Rows, func(a, b int) bool { return c.Rows[a].n > c.Rows[b].n })
	return c, nil
}
