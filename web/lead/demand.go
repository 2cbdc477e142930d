package lead

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) demandRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/demand", Verb: org.SeeItems, Serve: l.demand},
		{Pattern: "GET /desk/demand/export", Verb: org.SeeItems, Serve: l.demandExport},
	}
}

// demandPage is what the public looks for, asks for and reads, each line with
// what can be done about it.
type demandPage struct {
	page.Base
	Years    []page.Option
	Organs   []page.Option
	Whose    string
	Said     []string
	Missed   []demandLine
	Topics   []demandLine
	Read     []demandLine
	Charts   []page.Chart
	Months   []store.DemandMonth
	Requests bool // the viewer sees requests
	Edits    bool // he may draft
	Words    bool // he may say what means the same
	Turns    string
	Xlsx     string
	Least    int
}

type demandLine struct {
	Text, Note, Last           string
	N, Days                    int
	Href                       string
	Draft, Synonym, Find, Plan string
	Covered                    page.Tag
}

var demandTemplate = page.NewTemplate(templates, "templates/demand.html")

func (l *Lead) demandOf(r *http.Request) (x store.Demand, o org.Organ, p demandPage, err error) {
	v := page.VisitOf(r).Viewer
	year, years := l.ledgerYear(r)
	options, organ, err := l.ledgerOrgans(r, org.SeeItems, r.FormValue("organ"))
	if err == nil && organ == 0 {
		err = page.ErrNotFound
	}
	if err != nil {
		return x, o, p, err
	}
	if o, err = l.store.Organ(r.Context(), organ); err != nil {
		return x, o, p, err
	}
	p.Years, p.Organs, p.Whose = years, options, o.Name
	p.Requests, p.Edits, p.Words = org.May(v, org.SeeRequests, o.Subject()), org.Able(v, org.EditItems), org.Able(v, org.EditSettings)
	p.Xlsx = page.With("/desk/demand/export", "organ", fmt.Sprint(organ), "year", strconv.Itoa(year), "format", "xlsx")
	x, err = l.store.Demand(r.Context(), v, o, law.Day(year, 1, 1), law.Day(year, 12, 31))
	return x, o, p, err
}

func (l *Lead) demand(w http.ResponseWriter, r *http.Request) error {
	x, o, p, err := l.demandOf(r)
	if err != nil {
		return err
	}
	p.Base = l.base(r, "demand", "需求分析")
	p.Least = store.MissLeast
	catalogue := page.With("/desk/catalogue", "organ", fmt.Sprint(o.ID))
	missed := 0
	for _, m := range x.Months {
		missed += m.Missed
	}
	for _, m := range x.Missed {
		d := demandLine{Text: m.Words, N: m.Times, Days: m.Days, Last: m.Last.String(), Find: page.With("/search", "q", m.Words), Plan: catalogue}
		d.Draft, d.Synonym = page.With("/desk/items/new", "title", "关于"+m.Words+"的"), page.With("/desk/words/synonyms", "organ", fmt.Sprint(o.ID), "word", m.Words)
		p.Missed = append(p.Missed, d)
	}
	for _, t := range x.Topics {
		d := demandLine{Text: t.Words, N: t.N, Note: t.Category, Find: page.With("/search", "q", t.Words), Draft: page.With("/desk/items/new", "title", "关于"+t.Words+"的"), Plan: catalogue, Href: page.With("/desk/requests", "q", t.Words, "state", "all")}
		switch {
		case t.Live == 0:
			d.Covered = page.Tag{Tone: "warn", Text: "还没有公开"}
		case t.Plus:
			d.Covered = page.Tag{Tone: "ok", Text: fmt.Sprintf("已公开%d条以上", t.Live)}
		default:
			d.Covered = page.Tag{Tone: "ok", Text: fmt.Sprintf("已公开%d条", t.Live)}
		}
		p.Topics = append(p.Topics, d)
	}
	for _, n := range x.Read {
		p.Read = append(p.Read, demandLine{Text: n.Text, N: n.N, Href: fmt.Sprintf("/desk/items/%d", n.ID)})
	}
	p.Months = x.Months
	p.Said = append(p.Said, fmt.Sprintf("全站检索没有结果 %d 次，反复出现（%d 次以上）的词 %d 个。", missed, store.MissLeast, len(x.Missed)))
	if p.Requests {
		h := x.Hints
		p.Said = append(p.Said, fmt.Sprintf("申请人填写申请时，提示已公开信息 %d 次，打开 %d 次，其中 %d 次看后不再申请。", h.Shown, h.Opened, h.Avoided))
		p.Said = append(p.Said, fmt.Sprintf("依申请转主动公开：等待审核 %d 件，已审核 %d 件，其中 %d 件已经起草或者公开。", x.Waits, x.Decided, x.Drafted))
		p.Turns = "/desk/requests/convert"
	}
	if len(x.Months) > 1 {
		p.Charts = demandCharts(x.Months, p.Requests)
	}
	return page.Render(w, r, demandTemplate, p)
}

func demandCharts(months []store.DemandMonth, requests bool) []page.Chart {
	var labels []string
	series := func(name string, of func(store.DemandMonth) int) page.Series {
		s := page.Series{Name: name}
		for _, m := range months {
			s.Values = append(s.Values, annual.Num(int64(of(m))))
		}
		return s
	}
	for _, m := range months {
		n, _ := strconv.Atoi(m.Month[5:]) // the database's own form
		labels = append(labels, fmt.Sprintf("%d月", n))
	}
	out := []page.Chart{{ID: "chart-missed", Title: "检索没有结果的次数", Unit: "次", Kind: page.Bars, Labels: labels, Axis: "月份", Series: []page.Series{series("次数", func(m store.DemandMonth) int { return m.Missed })}}}
	if requests {
		out = append(out, page.Chart{ID: "chart-hints", Title: "收到的申请、填写时的提示", Unit: "次", Kind: page.Bars, Labels: labels, Axis: "月份", Series: []page.Series{
			series("收到申请", func(m store.DemandMonth) int { return m.Requests }), series("提示", func(m store.DemandMonth) int { return m.Shown }), series("打开", func(m store.DemandMonth) int { return m.Opened })}})
	}
	return out
}

func (l *Lead) demandExport(w http.ResponseWriter, r *http.Request) error {
	x, o, p, err := l.demandOf(r)
	if err != nil {
		return err
	}
	var lines [][]string
	add := func(part, text string, n int, note string) {
		lines = append(lines, []string{part, text, strconv.Itoa(n), note})
	}
	for _, m := range x.Missed {
		add("检索没有结果", m.Words, m.Times, fmt.Sprintf("%d天，最近%s", m.Days, m.Last))
	}
	for _, t := range x.Topics {
		note := "还没有公开"
		if t.Live > 0 {
			note = fmt.Sprintf("已公开%d条", t.Live)
		}
		add("申请的主题", t.Words, t.N, note)
	}
	for _, n := range x.Read {
		add("看得最多的信息", n.Text, n.N, "")
	}
	for _, m := range x.Months {
		add("按月", m.Month+" 检索没有结果", m.Missed, "")
		if p.Requests {
			add("按月", m.Month+" 收到申请", m.Requests, "")
			add("按月", m.Month+" 填写时提示", m.Shown, fmt.Sprintf("打开%d，不再申请%d", m.Opened, m.Avoided))
		}
	}
	list := func() render.List {
		i := 0
		return render.List{Name: "需求分析", Head: []string{"部分", "内容", "次数", "说明"}, Widths: []float64{18, 50, 10, 40}, Next: func() ([]string, error) {
			if i == len(lines) {
				return nil, nil
			}
			i++
			return lines[i-1], nil
		}}
	}
	return page.SendAsked(w, r, o.ShortName()+strconv.Itoa(x.From.Year)+"年需求分析", page.Writers{"xlsx": func(to io.Writer) error { return render.ListXLSX(to, list()) }, "csv": func(to io.Writer) error { return render.ListCSV(to, list()) }})
}
