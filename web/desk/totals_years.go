package desk

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/web/page"
)

type yearsPage struct {
	page.Base
	Name    string
	Years   []yearHead
	Groups  []yearGroup
	Mixed   bool     // forms of two editions
	Lacking []string // years whose sums are not whole
	Charts  []page.Chart
	Empty   bool
	Back    string
	AllHref string
	All     bool
}

type yearHead struct {
	Year, Count int
	Href        string
	Tag         page.Tag // whether the sum is whole
	Edition     string
}

type yearGroup struct {
	Title string
	Rows  []yearRow
}

type yearRow struct {
	Label  string
	Sum    bool
	Cells  []yearCell
	Change string // from the last year but one to the last
	Note   string
}

type yearCell struct {
	Text, Href string
	Off        bool // the form of that year has no such figure
}

var yearsTemplate = page.NewTemplate(templates, "templates/totals_years.html")

// mostCompared bounds how many years are added up for one page.
const mostCompared = 6

// totalsYearsPage compares the sums of several years. A figure is compared with
// the year before only where both forms mean the same by it.
func (d *Desk) totalsYearsPage(w http.ResponseWriter, r *http.Request) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	if c.Organ.ID == 0 {
		return page.ErrNotFound
	}
	p := yearsPage{Base: d.totalsBase(r, c.Organ.Name+"历年汇总比较"), Name: c.Organ.Name, Back: c.at(""), All: r.FormValue("all") == "1", AllHref: c.at("/years", "all", "1")}
	p.Crumbs = []page.Link{{Text: fmt.Sprintf("%s%d年度汇总", c.Organ.Name, c.Year), Href: c.at("")}}
	var sums []*reporting.Aggregate
	var forms []*annual.Form
	var cases []totalsCase
	for y := max(c.Year-mostCompared+1, annual.Editions()[0].FromYear); y <= c.Year; y++ {
		at := *c
		at.Year = y
		t, err := d.total(r, &at)
		if err != nil {
			return err
		}
		if len(t.Counted) == 0 {
			continue
		}
		head := yearHead{Year: y, Count: len(t.Counted), Href: at.at(""), Tag: page.Tag{Tone: "ok", Text: "收齐"}, Edition: t.Form.Edition}
		if !t.Whole() {
			head.Tag = page.Tag{Tone: "warn", Text: fmt.Sprintf("缺%d个", len(t.Lacking))}
			if len(t.Lacking) == 0 {
				head.Tag.Text = "有暂计"
			}
			p.Lacking = append(p.Lacking, strconv.Itoa(y))
		}
		sums, forms, cases = append(sums, t.Aggregate), append(forms, t.Form), append(cases, at)
		p.Years = append(p.Years, head)
	}
	p.Empty = len(sums) == 0
	for _, f := range forms {
		p.Mixed = p.Mixed || f != forms[0]
	}
	p.fill(sums, forms, cases)
	return page.Render(w, r, yearsTemplate, p)
}

func (p *yearsPage) fill(sums []*reporting.Aggregate, forms []*annual.Form, cases []totalsCase) {
	if p.Empty {
		return
	}
	names := map[string]string{}
	for _, ch := range forms[len(forms)-1].Chapters {
		names[ch.Table] = ch.Ordinal + "、" + ch.Title
	}
	groups := map[string]*yearGroup{}
	var order []string
	for _, l := range annual.Series(forms...) {
		row := yearRow{Label: l.Label, Sum: strings.HasSuffix(l.ID, ".total")}
		values := make([]annual.Value, len(sums))
		some := false
		for i, s := range sums {
			v := l.Of(s.Sum)
			values[i] = v
			some = some || v.Kind == annual.Number
			row.Cells = append(row.Cells, yearFigure(l, v, s, &cases[i]))
		}
		if !p.All && (!some || l.Table == "t3" && !strings.HasSuffix(l.ID, ".total")) {
			continue // zero in every year, or one kind of applicant
		}
		if !l.Spans(forms...) {
			row.Note = "与另一版格式不可比"
		}
		row.Change = change(values, sums, l)
		g := groups[l.Table]
		if g == nil {
			g = &yearGroup{Title: names[l.Table]}
			groups[l.Table] = g
			order = append(order, l.Table)
		}
		g.Rows = append(g.Rows, row)
	}
	for _, t := range order {
		p.Groups = append(p.Groups, *groups[t])
	}
	if len(sums) > 1 {
		p.chart(sums)
	}
}

func yearFigure(l annual.SeriesLine, v annual.Value, s *reporting.Aggregate, c *totalsCase) yearCell {
	switch {
	case v.Kind == annual.Absent:
		return yearCell{Text: "—", Off: true}
	case !v.Known():
		return yearCell{Text: "未填", Off: true}
	}
	out := yearCell{Text: v.Format(l.Type)}
	if _, ok := s.Form.Index(l.ID); ok {
		out.Href = c.at("/cell", "cell", l.ID)
	}
	return out
}

// change is how the last year stands to the one before it, "" where they cannot
// be compared: another meaning, a gap of years, a figure not known.
func change(values []annual.Value, sums []*reporting.Aggregate, l annual.SeriesLine) string {
	n := len(values)
	if n < 2 || sums[n-1].List.Year != sums[n-2].List.Year+1 || !values[n-1].Known() || !values[n-2].Known() {
		return ""
	}
	d := values[n-1].N - values[n-2].N
	if d == 0 {
		return "持平"
	}
	s := annual.Num(d).Format(l.Type)
	if d > 0 {
		s = "+" + s
	}
	if base := values[n-2].N; base >= 10 && l.Type != annual.Signed && d < 10*base {
		tenths := d * 1000 / base
		sign := ""
		if tenths < 0 {
			sign, tenths = "-", -tenths
		}
		s += "（" + sign + strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + "%）"
	}
	return s
}

func (p *yearsPage) chart(sums []*reporting.Aggregate) {
	var labels []string
	for _, s := range sums {
		labels = append(labels, strconv.Itoa(s.List.Year))
	}
	series := func(pairs ...string) []page.Series {
		var out []page.Series
		for i := 0; i+1 < len(pairs); i += 2 {
			x := page.Series{Name: pairs[i]}
			for _, s := range sums {
				x.Values = append(x.Values, s.Sum.Get(pairs[i+1]))
			}
			out = append(out, x)
		}
		return out
	}
	p.Charts = []page.Chart{
		{ID: "chart-requests", Title: "新收与办结", Unit: "件", Kind: page.Bars, Labels: labels, Series: series("本年新收", "t3.new.total", "办理结果总计", "t3.result_total.total")},
		{ID: "chart-cases", Title: "行政复议与行政诉讼", Unit: "件", Kind: page.Bars, Labels: labels, Series: series("行政复议", "t4.review.total", "直接起诉", "t4.direct.total", "复议后起诉", "t4.after.total")},
	}
}
