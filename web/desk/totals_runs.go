package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

type runsPage struct {
	page.Base
	May       bool
	Running   string // since when
	Stuck     bool   // it should have ended long ago
	Ended     string
	Took      string
	Reports   int
	Years     []int
	Groups    []runGroup
	None      bool // never checked
	Clean     bool
	YearForms []page.Option
}

// runGroup are the rules of one level.
type runGroup struct {
	Title string
	Rows  []runRow
}

type runRow struct {
	Code, Title string
	Tag         page.Tag
	Cells       []runCell
}

type runCell struct {
	Text, Href string
}

var runsTemplate = page.NewTemplate(templates, "templates/totals_runs.html")

// totalsRuns shows what the last check of all reports found, by rule and year.
func (d *Desk) totalsRuns(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	v := page.VisitOf(r).Viewer
	p := runsPage{Base: d.totalsBase(r, "全面核对"), May: org.Able(v, org.SumReports), YearForms: append([]page.Option{{Value: "", Text: "全部年度"}}, d.totalsYears(0)...)}
	x, err := d.store.LastCheck(r.Context(), v)
	switch {
	case errors.Is(err, store.ErrNotFound):
		p.None = true
		return page.Render(w, r, runsTemplate, p)
	case err != nil:
		return err
	}
	if x.Ended.IsZero() {
		p.Running = clock(x.Began)
		p.Stuck = d.cfg.Now().Sub(x.Began) > time.Hour
		return page.Render(w, r, runsTemplate, p)
	}
	p.Ended, p.Took, p.Reports = clock(x.Ended), took(x.Ended.Sub(x.Began)), x.Reports
	for y := x.First; y <= x.Last; y++ {
		p.Years = append(p.Years, y)
	}
	p.Clean = len(x.Counts) == 0
	p.fill(x)
	return page.Render(w, r, runsTemplate, p)
}

func (p *runsPage) fill(x *store.CheckRun) {
	for _, lv := range []struct {
		level annual.Level
		title string
	}{{annual.Error, "错误"}, {annual.Warning, "待核实"}, {annual.Info, "提示"}} {
		g := runGroup{Title: lv.title}
		var codes []string
		for _, c := range x.Counts {
			if c.Level == lv.level && !slices.Contains(codes, c.Code) {
				codes = append(codes, c.Code)
			}
		}
		for _, code := range codes {
			row := runRow{Code: code, Title: ruleTitle(code), Tag: page.LevelTag(lv.level), Cells: make([]runCell, len(p.Years))}
			for _, c := range x.Counts {
				if c.Code == code && c.Level == lv.level {
					row.Cells[c.Year-x.First] = runCell{strconv.Itoa(c.Reports), page.With("/desk/totals/checks/"+url.PathEscape(code)+"/"+strconv.Itoa(c.Year), "run", strconv.FormatInt(x.ID, 10))}
				}
			}
			g.Rows = append(g.Rows, row)
		}
		if len(g.Rows) > 0 {
			p.Groups = append(p.Groups, g)
		}
	}
}

func ruleTitle(code string) string {
	if r, ok := annual.FindRule(code); ok {
		return r.Title
	}
	return code
}

func clock(t time.Time) string {
	l := t.In(law.Beijing)
	return law.DateOf(t).Chinese() + l.Format(" 15:04")
}

func took(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("用时%d秒", max(1, int(d.Seconds())))
	}
	return fmt.Sprintf("用时%d分%d秒", int(d.Minutes()), int(d.Seconds())%60)
}

// totalsRunStart has everything checked again.
func (d *Desk) totalsRunStart(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	first, last := annual.Editions()[0].FromYear, d.cfg.Today().Year-1
	if s := r.PostFormValue("year"); s != "" {
		y, err := strconv.Atoi(s)
		if err != nil || y < first || y > last+1 {
			return &page.Input{Text: "年度请写成四位数字，例如 2025。"}
		}
		first, last = y, y
	}
	done, err := d.store.AskCheck(r.Context(), page.By(r), first, last)
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/totals/checks", "checking", done)
}

type hitsPage struct {
	page.Base
	Code, Says string
	Tag        page.Tag
	Year       int
	Rows       []hitRow
	Pager      page.Pager
	Tree       bool // the rule is between a government and its organs
}

type hitRow struct {
	Name, Href string
	Messages   []string
	Gone       bool
}

var hitsTemplate = page.NewTemplate(templates, "templates/totals_hits.html")

// hitsOnPage is how many reports one page of findings lists: each is asked anew.
const hitsOnPage = 50

// totalsHits lists the reports of a year in which a rule found something.
func (d *Desk) totalsHits(w http.ResponseWriter, r *http.Request) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	year, err := strconv.Atoi(r.PathValue("year"))
	run, runErr := strconv.ParseInt(r.FormValue("run"), 10, 64)
	code := r.PathValue("code")
	if err != nil || runErr != nil || year < 1 || year > 9999 || len(code) > 40 || strings.ContainsFunc(code, func(c rune) bool { return c < '-' || c > 'Z' }) {
		return page.ErrNotFound
	}
	rule, ok := annual.FindRule(code)
	if !ok {
		return page.ErrNotFound
	}
	after, _ := strconv.ParseInt(r.FormValue("after"), 10, 64)
	hits, next, err := d.store.CheckHits(r.Context(), page.VisitOf(r).Viewer, run, code, year, after, hitsOnPage)
	if err != nil {
		return missing(err)
	}
	p := hitsPage{Base: d.totalsBase(r, fmt.Sprintf("%d年度：%s", year, rule.Title)), Code: code, Says: rule.Says, Tag: page.LevelTag(rule.Level), Year: year,
		Tree: code == reporting.RuleSum || code == reporting.RuleChild || code == "H-MISSING"}
	p.Crumbs = []page.Link{{Text: "全面核对", Href: "/desk/totals/checks"}}
	for _, h := range hits {
		row := hitRow{Name: h.Organ.Name, Href: filingPath(h.Organ.ID, year), Gone: h.Gone}
		if p.Tree && code != reporting.RuleChild {
			row.Href = page.With("/desk/totals", "organ", strconv.FormatInt(h.Organ.ID, 10), "year", strconv.Itoa(year)) + "#checks"
		}
		for _, f := range h.Findings {
			row.Messages = append(row.Messages, f.Message)
		}
		p.Rows = append(p.Rows, row)
	}
	here := func(after string) string {
		return page.With("/desk/totals/checks/"+url.PathEscape(code)+"/"+strconv.Itoa(year), "run", strconv.FormatInt(run, 10), "after", after)
	}
	if after != 0 {
		p.Pager.First = here("")
	}
	if next != 0 {
		p.Pager.Next = here(strconv.FormatInt(next, 10))
	}
	return page.Render(w, r, hitsTemplate, p)
}
