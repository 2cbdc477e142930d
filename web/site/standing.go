package site

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var standingTemplate = page.NewTemplate(files, "standing.html")

// standingPage is how the organs below one stand with their reports of a year,
// as far as the 主管部门 has switched it on. Every part says its formula and opens
// to the reports behind it.
type standingPage struct {
	page.Base
	Organ    string
	Year     int
	Parts    []page.Link // Key is "on" for the one shown whole
	Late     *standingList
	Missing  *standingList
	Findings *findingList
	Ranking  *ranking
	Reversal *ranking
}

type standingList struct {
	Total, Of int
	Rows      []standingRow
	Pager     page.Pager
}

type standingRow struct {
	Organ, Href    string
	Due, Published string
	Days           int
	Basis          string
}

type findingList struct {
	Rows  []findingRow
	Pager page.Pager
}

type findingRow struct {
	Organ, Href      string
	Errors, Warnings int
}

// ranking puts organs in order by a share.
type ranking struct {
	Choices []page.Option // of the indicator
	Label   string
	Formula string
	Note    string
	Source  string
	Least   int64
	Total   int
	Rows    []rankRow
	Pager   page.Pager
}

type rankRow struct {
	Rank        int // 0 where nobody is first
	Organ, Href string
	Share       cell
}

// standingRows is how many rows a part shows on its own, and beside the others.
const (
	standingRows = 100
	standingFew  = 20
)

func standingHref(key string, year int) string {
	return "/reports/standing/" + key + "/" + strconv.Itoa(year)
}

// standingBlocks are the blocks of the page, in its order.
var standingBlocks = []struct {
	part  string
	block org.Block
	text  string
}{
	{"late", org.BlockLate, "逾期公布"}, {"missing", org.BlockMissing, "未报"}, {"findings", org.BlockFindings, "核对意见"},
	{"ranking", org.BlockRanking, "排名"}, {"reversal", org.BlockReversal, "纠错率"},
}

// anyStanding reports whether the page has anything to show.
func (a *tableAsk) anyStanding() bool {
	return slices.ContainsFunc(org.Blocks(), func(b org.Block) bool { return b != org.BlockNeighbours && b != org.BlockAnswers && a.on(b) })
}

func (s *Site) standing(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	a := &tableAsk{year: year, under: o, scope: o.ID, after: r.URL.Query().Get("after")}
	if a.switches, err = s.store.Switches(r.Context()); err != nil {
		return err
	}
	if !a.anyStanding() {
		return page.ErrNotFound
	}
	then, err := s.store.OrganOn(r.Context(), o.ID, law.Day(year, 12, 31))
	if err != nil {
		return err
	}
	p := standingPage{Base: s.cfg.Base(r, "reports", fmt.Sprintf("%s%d年度报告公布情况", then.Name, year)), Organ: then.Name, Year: year}
	p.Crumbs = []page.Link{{Text: "公开年报", Href: "/reports?year=" + strconv.Itoa(year)}}
	p.QR = true
	only := r.URL.Query().Get("part")
	here := standingHref(organKey(o), year)
	shown := 0
	for _, b := range standingBlocks {
		if !a.on(b.block) {
			continue
		}
		l := page.Link{Text: b.text, Href: here + "?part=" + b.part}
		if only == b.part {
			l.Key = "on"
		}
		p.Parts = append(p.Parts, l)
		if only != "" && only != b.part {
			continue
		}
		shown++
		if err := s.standingPart(r, &p, a, b.part, b.block, only != "", l.Href); err != nil {
			return err
		}
	}
	if shown == 0 {
		return page.ErrNotFound
	}
	return page.Render(w, r, standingTemplate, p)
}

func (s *Site) standingPart(r *http.Request, p *standingPage, a *tableAsk, part string, block org.Block, whole bool, href string) error {
	limit, after := standingFew, ""
	if whole {
		limit, after = standingRows, a.after
	}
	pager := func(next string) (out page.Pager) {
		switch {
		case next == "":
		case !whole:
			out.Next = href
		default:
			out.Next = page.With(standingHref(organKey(a.under), a.year), "part", part, "by", r.URL.Query().Get("by"), "after", next)
		}
		if after != "" {
			out.First = href
		}
		return out
	}
	shows := func(id int64) bool { return a.switches.Shows(id, block) }
	switch part {
	case "late", "missing":
		t, err := s.store.Standings(r.Context(), store.StandingQuery{Year: a.year, Under: a.under.ID, Missing: part == "missing", Today: s.cfg.Today(), Only: shows, After: after, Limit: limit})
		if err != nil {
			return err
		}
		l := &standingList{Total: t.Total, Of: t.Of, Pager: pager(t.Next)}
		for _, x := range t.Rows {
			row := standingRow{Organ: x.Organ.Name, Due: x.Due.String(), Days: x.Days, Basis: x.Basis}
			if !x.Published.IsZero() {
				row.Published, row.Href = x.Published.String(), reportHref(organKey(x.Organ), a.year)
			}
			l.Rows = append(l.Rows, row)
		}
		if part == "late" {
			p.Late = l
		} else {
			p.Missing = l
		}
	case "findings":
		l := &findingList{}
		rows, next, err := s.store.Reports(r.Context(), store.ReportQuery{Year: a.year, Under: a.under.Path, Status: store.StatusErrors, Sort: store.SortErrors, After: after, Limit: limit})
		if err != nil {
			return err
		}
		for _, x := range rows {
			if shows(x.Organ.ID) && !x.Published.IsZero() {
				l.Rows = append(l.Rows, findingRow{x.Organ.Name, reportHref(organKey(x.Organ), a.year) + "#findings", x.Errors, x.Warnings})
			}
		}
		l.Pager = pager(next)
		p.Findings = l
	case "ranking":
		x, _ := annual.IndicatorOf("disclosed_share")
		for _, y := range annual.Indicators() {
			if y.Share() && y.Key == r.URL.Query().Get("by") && a.sortable(y) {
				x = y
			}
		}
		var err error
		p.Ranking, err = s.rank(r, a, x, limit, after, pager)
		if err != nil {
			return err
		}
		for _, y := range annual.Indicators() {
			if y.Share() && a.sortable(y) {
				p.Ranking.Choices = append(p.Ranking.Choices, page.Option{Value: y.Key, Text: y.Label, Selected: y.Key == x.Key})
			}
		}
	case "reversal":
		x, _ := annual.IndicatorOf("reversal_rate")
		var err error
		p.Reversal, err = s.rank(r, a, x, limit, after, pager)
		return err
	}
	return nil
}

// rank lists organs by a share. Without rankings they stand in the order of the
// tree and nobody is first.
func (s *Site) rank(r *http.Request, a *tableAsk, x annual.Indicator, limit int, after string, pager func(string) page.Pager) (*ranking, error) {
	out := &ranking{Label: x.Label, Formula: x.Formula, Note: x.Note, Source: x.Cite.String(), Least: x.Least}
	b := *a
	b.sort, b.after = x.Key, after
	if !a.sortable(x) {
		b.sort = store.TableTree
	}
	q := b.query(limit)
	if b.sort == store.TableTree {
		q.Only = func(id int64) bool { return a.switches.Shows(id, blockOf(x.Key)) }
	}
	t, err := s.store.Table(r.Context(), q)
	if err != nil {
		return nil, err
	}
	at := places([]annual.Indicator{x})[0]
	for _, row := range t.Rows {
		if f := a.figureAt(row, at, x); f.Shown() {
			out.Rows = append(out.Rows, rankRow{row.Rank, row.Organ.Name, reportHref(organKey(row.Organ), a.year), cellText(x, f)})
		}
	}
	out.Total = t.Total
	out.Pager = pager(t.Next)
	return out, nil
}
