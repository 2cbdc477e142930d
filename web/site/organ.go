package site

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/web/page"
)

var organTemplate = page.NewTemplate(files, "organ.html")

// organPage is one organ over the years.
type organPage struct {
	page.Base
	Organ       string
	Span        string
	EditionNote string
	Years       []page.Link
	Groups      []lineGroup
	Notes       []string
	Charts      []page.Chart
	Pairs       []page.Option // the earlier report of a comparison
	PairsTo     []page.Option
	Children    []page.Link
	SumHref     string
	Office      []officeLine // 办公信息, as far as it is filled in
	Reversal    *ratesOver   // public where the office has switched it on
	Peers       *peers       // the same
}

// officeLine is one line of an organ's office record.
type officeLine struct{ Label, Text, Href string }

type lineGroup struct {
	Title string
	Lines []line
}

type line struct {
	Label  string
	Sum    bool
	Note   string
	Values []string
}

// mostYears bounds how many years a page shows; the form exists since 2019.
const mostYears = 12

func (s *Site) organ(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	years, err := s.store.PublishedYears(r.Context(), o.ID)
	if err != nil {
		return err
	}
	k := organKey(o)
	p := organPage{Base: s.cfg.Base(r, "reports", o.Name), Organ: o.Name}
	p.Crumbs = []page.Link{{Text: "公开年报", Href: "/reports"}}
	p.QR = true
	last := 0
	if len(years) > 0 {
		years = years[max(0, len(years)-mostYears):]
		last = years[len(years)-1]
		var reports []*annual.Report
		for _, y := range years {
			f, err := s.publishedReport(r.Context(), o.ID, y)
			if err != nil {
				return err
			}
			reports = append(reports, f.Report)
		}
		p.fill(k, years, reports)
		if err := s.organBlocks(r.Context(), &p, o, years, reports); err != nil {
			return err
		}
	} else if all, err := s.years(r.Context()); err != nil {
		return err
	} else if len(all) > 0 {
		last = all[0]
	}
	if err := s.below(r.Context(), &p, o, last); err != nil {
		return err
	}
	if len(years) == 0 && len(p.Children) == 0 {
		return page.ErrNotFound // an organ that has published nothing has no public page, and none that says so
	}
	if err := s.office(r.Context(), &p, o.ID); err != nil {
		return err
	}
	return page.Render(w, r, organTemplate, p)
}

// office fills where and how the organ can be reached.
func (s *Site) office(ctx context.Context, p *organPage, organ int64) (err error) {
	p.Office, err = s.officeOf(ctx, organ)
	return err
}

// officeOf is where and how an organ can be reached.
func (s *Site) officeOf(ctx context.Context, organ int64) (out []officeLine, err error) {
	o, _, err := s.store.Office(ctx, organ)
	if err != nil {
		return nil, err
	}
	for _, f := range org.OfficeFields() {
		if t := *f.Of(&o); t != "" {
			l := officeLine{Label: f.Chinese, Text: t}
			if f.Name == "web" {
				l.Href = t
			}
			out = append(out, l)
		}
	}
	for _, c := range o.Channels {
		out = append(out, officeLine{Label: "申请受理：" + c.Kind.Chinese(), Text: o.Place(c)})
	}
	return out, nil
}

// mostChildren bounds the list of subordinate organs.
const mostChildren = 200

// below lists the organs directly below that have published for the year.
func (s *Site) below(ctx context.Context, p *organPage, o org.Organ, year int) error {
	if _, err := annual.FormFor(year); err != nil {
		return nil // no reports at all
	}
	t, err := s.store.PublicSum(ctx, o.ID, year)
	if err != nil {
		return err
	}
	own := map[int64]bool{}
	for _, ids := range [][]int64{t.Filed, t.Summaries, t.Other} {
		for _, id := range ids {
			own[id] = true
		}
	}
	for _, c := range t.Parts {
		if len(p.Children) == mostChildren {
			break
		}
		if c.Filed > 0 || own[c.Organ.ID] {
			p.Children = append(p.Children, page.Link{Text: c.Organ.Name, Href: "/reports/" + organKey(c.Organ)})
		}
	}
	if len(p.Children) > 0 && len(t.Filed) > 0 {
		p.SumHref = sumHref(organKey(o), year)
	}
	return nil
}

func (p *organPage) fill(k string, years []int, reports []*annual.Report) {
	p.Span = fmt.Sprintf("%d—%d年度", years[0], years[len(years)-1])
	if len(years) == 1 {
		p.Span = fmt.Sprintf("%d年度", years[0])
	}
	mixed := false
	var labels []string
	for i, y := range years {
		t := strconv.Itoa(y)
		labels = append(labels, t)
		p.Years = append(p.Years, page.Link{Text: t, Href: reportHref(k, y)})
		p.Pairs = append(p.Pairs, page.Option{Value: k + ":" + t, Text: t + "年度", Selected: i == len(years)-2})
		p.PairsTo = append([]page.Option{{Value: k + ":" + t, Text: t + "年度"}}, p.PairsTo...)
		mixed = mixed || reports[i].Form.Edition != reports[0].Form.Edition
	}
	if len(years) < 2 {
		p.Pairs, p.PairsTo = nil, nil
	}
	if mixed {
		p.EditionNote = "2021年度起改用新的表格，只列出两个版本含义相同的项目。"
		p.Notes = []string{"1　2019版表中为“本年新制作数量”，2021版表中为“本年制发件数”，含义相近。",
			"2　2019版表中的“对外公开总数量”与此含义不同，不放在一起比较。"}
	}
	for _, g := range figureGroups() {
		lg := lineGroup{Title: g.title}
		for _, f := range g.figures {
			l := line{Label: f.label, Sum: f.sum}
			if mixed && f.note > 0 {
				l.Note = strconv.Itoa(f.note)
			}
			for _, r := range reports {
				l.Values = append(l.Values, shown(f.of(r), annual.Count))
			}
			lg.Lines = append(lg.Lines, l)
		}
		p.Groups = append(p.Groups, lg)
	}
	if len(years) < 2 {
		return
	}
	series := func(figures ...figure) []page.Series {
		var out []page.Series
		for _, f := range figures {
			s := page.Series{Name: f.label}
			for _, r := range reports {
				s.Values = append(s.Values, f.of(r))
			}
			out = append(out, s)
		}
		return out
	}
	p.Charts = []page.Chart{
		{ID: "chart-received", Title: "本年新收申请", Unit: "件", Kind: page.Bars, Labels: labels, Series: series(received)},
		{ID: "chart-outcomes", Title: "办理结果的构成", Unit: "件", Kind: page.Stacked, Labels: labels, Series: series(outcomes...)},
		{ID: "chart-handled", Title: "办结与结转下年度", Unit: "件", Kind: page.Bars, Labels: labels, Series: series(results, carriedOut)},
		{ID: "chart-disputes", Title: "行政复议与行政诉讼", Unit: "件", Kind: page.Bars, Labels: labels, Series: series(review, litigation)},
	}
}
