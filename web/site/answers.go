package site

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

var answersTemplate = page.NewTemplate(files, "answers.html")

// answersPage says how applications are answered, in words first. It is there
// only where the 主管部门 has switched it on.
type answersPage struct {
	page.Base
	Whose  string
	Years  []answersYear
	Year   int
	Said   []string
	Few    bool // too few for pictures
	Charts []page.Chart
	Organs []answersLine
	Least  int
	Apply  string
}

type answersYear struct {
	Year int
	Href string
	Now  bool
}

type answersLine struct {
	Name, Href          string
	New, Answered, Late int
	OnTime, Days        string
}

// answersSince is the first year whose requests may be in the system.
const answersSince = 2019

// answers 我县答复得怎样: an organ's, or with all below it where others are.
func (s *Site) answers(w http.ResponseWriter, r *http.Request) error {
	ctx := fresh(r.Context())
	var o org.Organ
	if name := r.URL.Query().Get("organ"); name != "" {
		var err error
		if o, err = s.organOf(r, name); err != nil {
			return err
		}
	} else if top, ok, err := s.top(ctx); err != nil {
		return err
	} else if !ok {
		return page.ErrNotFound
	} else {
		o = top
	}
	sw, err := s.store.Switches(ctx)
	if err != nil {
		return err
	}
	if !sw.Shows(o.ID, org.BlockAnswers) {
		return page.ErrNotFound
	}
	today := s.cfg.Today()
	year, ok := yearOf(r.URL.Query().Get("year"))
	if !ok || year > today.Year || year < answersSince {
		year = today.Year
	}
	f, err := s.store.RequestFigures(ctx, org.Program("公开网站"), store.FigureQuery{Year: year, Under: o.Path, Today: today, Near: today}, true)
	if err != nil {
		return err
	}
	p := answersPage{Base: s.cfg.Base(r, "open", o.ShortName()+"答复得怎样"), Whose: o.Name, Year: year, Least: annual.LeastCases, Apply: page.With("/apply", "organ", organKey(o))}
	p.Crumbs = []page.Link{{Text: o.Name, Href: page.OrganHref(organKey(o))}}
	for y := today.Year; y >= max(answersSince, today.Year-5); y-- {
		p.Years = append(p.Years, answersYear{y, page.With("/open/answers", "organ", organKey(o), "year", strconv.Itoa(y)), y == year})
	}
	if slices.ContainsFunc(f.Organs, func(l store.FigureLine) bool { return l.Organ != o.ID && l.New > 0 }) {
		p.Whose += "和下级机关"
	}
	p.say(f, today)
	if p.Few = f.Total.New > 0 && f.Total.New < annual.LeastCases; f.Total.New >= annual.LeastCases {
		p.Charts = answersCharts(f, year, today)
	}
	if err := s.answersBelow(r, &p, f, o, sw); err != nil {
		return err
	}
	return page.Render(w, r, answersTemplate, p)
}

// answersBelow lists the organs below that may be shown, by their names: it is no
// ranking.
func (s *Site) answersBelow(r *http.Request, p *answersPage, f *store.RequestFigures, o org.Organ, sw *store.Switches) error {
	for _, l := range f.Organs {
		if l.New == 0 || !sw.Shows(l.Organ, org.BlockAnswers) || len(p.Organs) >= mostOrgans {
			continue
		}
		if l.Organ == o.ID && len(f.Organs) == 1 {
			continue
		}
		x, err := s.store.Organ(fresh(r.Context()), l.Organ)
		if err != nil {
			return err
		}
		line := answersLine{Name: x.Name, Href: page.With("/open/answers", "organ", organKey(x), "year", strconv.Itoa(p.Year)), New: l.New, Answered: l.Answered, Late: l.Late, OnTime: "件数少", Days: "件数少"}
		if l.Answered >= annual.LeastCases {
			line.OnTime, line.Days = share(l.Answered-l.Late, l.Answered), fmt.Sprintf("%d", (l.Days+l.Answered/2)/l.Answered)
		}
		if l.Organ == o.ID {
			line.Name += "（本机关）"
		}
		p.Organs = append(p.Organs, line)
	}
	slices.SortFunc(p.Organs, func(a, b answersLine) int { return cmp.Compare(a.Name, b.Name) })
	return nil
}

// share is a share in words of whole percents: 100% is all and 0% is none.
func share(n, of int) string {
	x := (n*200 + of) / (2 * of)
	if n < of {
		x = min(x, 99)
	}
	if n > 0 {
		x = max(x, 1)
	}
	return fmt.Sprintf("%d%%", x)
}

// say is the page in words.
func (p *answersPage) say(f *store.RequestFigures, today law.Date) {
	t := f.Total
	until := ""
	if p.Year == today.Year {
		until = "（截至" + strings.TrimPrefix(today.Chinese(), strconv.Itoa(today.Year)+"年") + "）"
	}
	if t.New == 0 {
		p.Said = []string{fmt.Sprintf("%d年%s，本平台没有登记%s收到的政府信息公开申请。平台启用以前的数字见年度报告。", p.Year, until, p.Whose)}
		return
	}
	said := fmt.Sprintf("%d年%s，%s收到政府信息公开申请 %d 件，", p.Year, until, p.Whose, t.New)
	switch {
	case t.Answered == 0:
		said += "都还在办理中。"
	case t.Answered == t.New:
		said += "已经全部答复。"
	default:
		said += fmt.Sprintf("已经答复 %d 件，还有 %d 件在办理。", t.Answered, t.New-t.Answered)
	}
	p.Said = []string{said}
	if t.Answered == 0 {
		return
	}
	if t.Late == 0 {
		said = "答复的都没有超过法定期限。"
	} else {
		said = fmt.Sprintf("其中 %d 件按期答复，%d 件超过了法定期限", t.Answered-t.Late, t.Late)
		if t.Answered >= annual.LeastCases {
			said += "，按期的占 " + share(t.Answered-t.Late, t.Answered)
		}
		said += "。"
	}
	if t.Answered >= annual.LeastCases {
		said += fmt.Sprintf("已经答复的，一半用了不到或者正好 %d 个工作日；条例规定二十个工作日，经批准可以再延长二十个工作日，征求意见、补正的时间不计在内。", f.Median)
	}
	p.Said = append(p.Said, said)
	var words []string
	given := 0
	for _, g := range answersGroups(f) {
		if g.n > 0 {
			words = append(words, fmt.Sprintf("%s %d 件", g.name, g.n))
		}
		if g.given {
			given += g.n
		}
	}
	if len(words) > 0 {
		said = "结果：" + strings.Join(words, "，") + "。"
		if t.Answered >= annual.LeastCases {
			said += "给了全部或者部分信息的占 " + share(given, t.Answered) + "。"
		}
		p.Said = append(p.Said, said)
	}
	if t.Ended > 0 {
		said = fmt.Sprintf("当年审结的行政复议、行政诉讼 %d 件", t.Ended)
		if t.Reversed > 0 {
			said += fmt.Sprintf("，其中 %d 件纠正了原来的答复", t.Reversed)
		} else {
			said += "，都维持了原来的答复或者没有要求重新办理"
		}
		p.Said = append(p.Said, said+"。")
	}
}

type answersGroup struct {
	name  string
	n     int
	given bool
}

// answersGroups are the results by kind, as the rows of table three group them.
func answersGroups(f *store.RequestFigures) []answersGroup {
	out := []answersGroup{{name: "予以公开", given: true}, {name: "部分公开", given: true}, {name: "不予公开"}, {name: "无法提供"}, {name: "不予处理"}, {name: "其他处理"}}
	for _, l := range f.Outcomes {
		x, _ := casework.ResultOf(casework.Outcome(l.Key))
		at := 5
		switch {
		case x.Row == "granted":
			at = 0
		case x.Row == "partial":
			at = 1
		case x.Group == casework.Withholding:
			at = 2
		case x.Group == casework.Unable:
			at = 3
		case x.Group == casework.Declining:
			at = 4
		}
		out[at].n += l.Answered
	}
	return out
}

// answersCharts draws the year.
func answersCharts(f *store.RequestFigures, year int, today law.Date) []page.Chart {
	months := 12
	if year == today.Year {
		months = today.Month
	}
	known := func(n int) annual.Value { return annual.Num(int64(n)) }
	var labels []string
	received, onTime, late, open := page.Series{Name: "收到"}, page.Series{Name: "按期答复"}, page.Series{Name: "超期答复"}, page.Series{Name: "还在办理"}
	answered := page.Series{Name: "其中已答复"}
	for m := 1; m <= months; m++ {
		var l store.FigureLine
		if i := slices.IndexFunc(f.Months, func(x store.FigureLine) bool { return x.Key == fmt.Sprintf("%d-%02d", year, m) }); i >= 0 {
			l = f.Months[i]
		}
		labels = append(labels, fmt.Sprintf("%d月", m))
		received.Values, answered.Values = append(received.Values, known(l.New)), append(answered.Values, known(l.Answered))
		onTime.Values, late.Values, open.Values = append(onTime.Values, known(l.Answered-l.Late)), append(late.Values, known(l.Late)), append(open.Values, known(l.New-l.Answered))
	}
	out := []page.Chart{
		{ID: "chart-received", Title: "每月收到的申请和其中已经答复的", Unit: "件", Kind: page.Bars, Labels: labels, Axis: "收到的月份", Series: []page.Series{received, answered}},
		{ID: "chart-ontime", Title: "每月收到的申请是否按期答复", Unit: "件", Kind: page.Stacked, Labels: labels, Axis: "收到的月份", Series: []page.Series{onTime, late, open}},
	}
	bounds := []struct {
		most int
		text string
	}{{5, "1—5天"}, {10, "6—10天"}, {15, "11—15天"}, {20, "16—20天"}, {40, "21—40天"}, {1 << 30, "40天以上"}}
	days := page.Series{Name: "件数"}
	labels = nil
	for i, b := range bounds {
		n := 0
		for d, k := range f.ByDays {
			if d <= b.most && (i == 0 || d > bounds[i-1].most) {
				n += k
			}
		}
		labels, days.Values = append(labels, b.text), append(days.Values, known(n))
	}
	out = append(out, page.Chart{ID: "chart-days", Title: "从收到到答复用了几个工作日", Unit: "件", Kind: page.Bars, Labels: labels, Axis: "工作日", Series: []page.Series{days}})
	results := page.Series{Name: "件数"}
	labels = nil
	for _, g := range answersGroups(f) {
		labels, results.Values = append(labels, g.name), append(results.Values, known(g.n))
	}
	return append(out, page.Chart{ID: "chart-results", Title: "答复的结果", Unit: "件", Kind: page.Bars, Labels: labels, Axis: "结果", Series: []page.Series{results}})
}
