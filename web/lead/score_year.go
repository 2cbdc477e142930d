package lead

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

type scoreYearPage struct {
	page.Base
	Tabs    []page.Link
	Schemes []page.Option
	Name    string
	Year    int
	Terms   []string // columns
	Rows    []scoreYearRow
	Formula []string
	Export  string
	Any     bool
	Missing string // what every organ lacks
}

type scoreYearRow struct {
	Rank, Organ         string
	Parts               []string
	Bonus, Minus, Total string
	Missing             string
	Tags                []page.Tag
}

var scoreYearTemplate = page.NewTemplate(templates, "templates/score_year.html", "templates/score_parts.html")

// yearTerms are the rounds of a year in the order of the table.
func yearTerms(s *oversight.Scheme, year int) (terms []string, at func(p oversight.YearPart) int) {
	index := map[string]int{}
	for _, p := range oversight.RoundPeriods() {
		if s.Weights.Of(p) == 0 {
			continue
		}
		n := map[oversight.ScorePeriod]int{oversight.PeriodQuarter: 4, oversight.PeriodHalf: 2, oversight.PeriodYear: 1}[p]
		for k := 1; k <= n; k++ {
			index[fmt.Sprint(p, k)] = len(terms)
			terms = append(terms, oversight.Term(year, p, k))
		}
	}
	return terms, func(p oversight.YearPart) int {
		if i, ok := index[fmt.Sprint(p.Period, p.Number)]; ok {
			return i
		}
		return -1
	}
}

func (l *Lead) scoreYear(w http.ResponseWriter, r *http.Request) error {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	p := scoreYearPage{Base: l.base(r, "scores", "年度总分"), Tabs: scoreTabs(v, "year")}
	list, err := l.store.ScoredSchemes(ctx, v)
	if err != nil {
		return err
	}
	scheme, year := int64(0), 0
	chosen := r.FormValue("of")
	for _, x := range list {
		for _, y := range x.Years {
			value := fmt.Sprintf("%d/%d", x.ID, y)
			if scheme == 0 || value == chosen {
				scheme, year, p.Name = x.ID, y, x.Name
			}
			p.Schemes = append(p.Schemes, page.Option{Value: value, Text: fmt.Sprintf("%d年 %s", y, x.Name), Selected: value == chosen})
		}
	}
	if scheme == 0 {
		return page.Render(w, r, scoreYearTemplate, p)
	}
	s, rows, err := l.store.YearScores(ctx, v, scheme, year)
	if err != nil || s == nil {
		return err
	}
	p.Any, p.Year = true, year
	p.Export = page.With("/desk/scores/year", "of", fmt.Sprintf("%d/%d", scheme, year), "format", "xlsx")
	p.Formula = []string{s.YearFormula() + "。", oversight.RankFormula, "没有公布的轮次不按 0 分算：缺哪一轮就写哪一轮，暂不合成总分。"}
	var at func(oversight.YearPart) int
	p.Terms, at = yearTerms(s, year)
	for _, x := range rows {
		p.Rows = append(p.Rows, yearRowOf(x, len(p.Terms), at))
	}
	if r.FormValue("format") == "xlsx" {
		return l.yearExport(w, p)
	}
	if n := len(p.Rows); n > 0 && !slices.ContainsFunc(p.Rows, func(x scoreYearRow) bool { return x.Missing != p.Rows[0].Missing }) && p.Rows[0].Missing != "" {
		p.Missing = p.Rows[0].Missing + "，还不能合成年度总分。"
		for k := range p.Rows {
			p.Rows[k].Missing = ""
		}
	}
	for k := range p.Terms {
		p.Terms[k] = strings.TrimPrefix(p.Terms[k], fmt.Sprintf("%d年", year))
	}
	return page.Render(w, r, scoreYearTemplate, p)
}

func yearRowOf(x store.YearScoreRow, terms int, at func(oversight.YearPart) int) scoreYearRow {
	row := scoreYearRow{Organ: x.OrganName, Parts: make([]string, terms)}
	for _, part := range x.Parts {
		if i := at(part); i >= 0 {
			row.Parts[i] = part.Base.String()
		}
	}
	if x.Bonus != 0 {
		row.Bonus = "+" + x.Bonus.String()
	}
	if x.Minus != 0 {
		row.Minus = "−" + x.Minus.String()
	}
	if x.Whole() {
		row.Total = x.Total.String()
		if x.Rank > 0 {
			row.Rank = strconv.Itoa(x.Rank)
		}
	} else {
		row.Missing = "缺" + x.Missing[0]
		if n := len(x.Missing); n > 1 {
			row.Missing += fmt.Sprintf("等 %d 轮", n)
		}
	}
	if x.Vetoed {
		row.Tags = append(row.Tags, page.Tag{Tone: "err", Text: "单项否决"})
	}
	return row
}

// yearExport writes the table of a year as a workbook.
func (l *Lead) yearExport(w http.ResponseWriter, p scoreYearPage) error {
	t := render.ScoreTable{Title: fmt.Sprintf("%d年度%s总分", p.Year, p.Name), Columns: append(append([]string{"名次", "机关"}, p.Terms...), "加分", "倒扣", "年度总分", "说明"), Notes: p.Formula}
	for _, x := range p.Rows {
		note := x.Missing
		for _, tag := range x.Tags {
			note += " " + tag.Text
		}
		t.Rows = append(t.Rows, append(append([]string{x.Rank, x.Organ}, x.Parts...), x.Bonus, x.Minus, x.Total, note))
	}
	return page.Send(w, t.Title, "xlsx", page.Writers{"xlsx": func(to io.Writer) error { return render.ScoreTableXLSX(to, t) }}, nil)
}

type scoreMeasuresPage struct {
	page.Base
	Tabs []page.Link
	Rows []scoreMeasureLine
}

type scoreMeasureLine struct {
	M     oversight.Measure
	Shape string
	Tag   page.Tag
}

var scoreMeasuresTemplate = page.NewTemplate(templates, "templates/score_measures.html", "templates/score_parts.html")

// scoreMeasures says what every measure counts, and which are answered.
func (l *Lead) scoreMeasures(w http.ResponseWriter, r *http.Request) error {
	p := scoreMeasuresPage{Base: l.base(r, "scores", "取数指标"), Tabs: scoreTabs(page.VisitOf(r).Viewer, "measures")}
	shapes := map[oversight.MeasureShape]string{oversight.ShapeCount: "次数", oversight.ShapeRatio: "比率", oversight.ShapeDate: "时限", oversight.ShapeState: "有几项", oversight.ShapeMean: "平均"}
	for _, m := range oversight.Measures() {
		tag := page.Tag{Text: "尚未接入，须人工评分"}
		if m.None != "" {
			tag.Text = m.None
		}
		if store.Measured(m.Name) {
			tag = page.Tag{Tone: "ok", Text: "程序取数"}
		}
		p.Rows = append(p.Rows, scoreMeasureLine{m, shapes[m.Shape], tag})
	}
	return page.Render(w, r, scoreMeasuresTemplate, p)
}
