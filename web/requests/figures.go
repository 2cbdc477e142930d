package requests

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) figuresRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/requests/figures", Verb: org.SeeRequests, Serve: q.figures}}
}

// A number is a figure that opens to what it counts.
type number struct {
	N    int
	Href string // "" for one that opens to nothing
	Bad  bool
}

// A rate is so many of so many, shown as a percentage from the minimum sample on.
type rate struct {
	Label   string
	N, Of   number
	Percent string // "" below the sample
}

type figureRow struct {
	Name    page.Link
	Numbers []number
	Average string
}

type figureTable struct {
	Title, Note string
	First       string // head of the first column
	Heads       []string
	Days        bool // with the average of working days
	Rows        []figureRow
}

type figuresPage struct {
	page.Base
	Year          int
	Years         []page.Option
	Organ         string // one organ is looked at
	Name          string
	Now           []rate // what is open now: label and number
	Rates         []rate
	Average       string
	Median        int
	Answered      number
	Sample        int
	Few           bool // fewer answers than the sample
	Tables        []figureTable
	Truncated     bool
	Export, Clear string
	Any           bool
}

var figuresTemplate = page.NewTemplate(templates, "templates/figures.html")

func (q *Requests) figures(w http.ResponseWriter, r *http.Request) error {
	v, ctx, today := page.VisitOf(r).Viewer, r.Context(), q.cfg.Today()
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	year, _ := strconv.Atoi(r.FormValue("year"))
	if year < 2008 || year > today.Year {
		year = today.Year
	}
	organ, _ := strconv.ParseInt(r.FormValue("organ"), 10, 64)
	xlsx := r.FormValue("format") == "xlsx"
	f, err := q.store.RequestFigures(ctx, v, store.FigureQuery{Year: year, Organ: organ, Today: today, Near: nearDay(cal, today)}, xlsx)
	if err != nil {
		return err
	}
	p := figuresPage{Base: q.base(r, "figures", "办理统计"), Year: year, Median: f.Median, Truncated: f.Truncated, Any: f.Total.New+f.Total.Open+f.Total.Ended > 0}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	if p.Sample, err = q.store.FigureSample(ctx, v.Organ); err != nil {
		return err
	}
	for y := today.Year; y > today.Year-6; y-- {
		p.Years = append(p.Years, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年收到", y), Selected: y == year})
	}
	one := ""
	if organ != 0 {
		one = strconv.FormatInt(organ, 10)
		if p.Organ, p.Name = one, ""; len(f.Organs) > 0 {
			p.Name = f.Organs[0].OrganName
		}
	}
	p.Export = page.With("/desk/requests/figures", "year", strconv.Itoa(year), "organ", one, "format", "xlsx")
	p.Clear = page.With("/desk/requests/figures", "year", strconv.Itoa(year))
	p.fill(f, one)
	if xlsx {
		return figuresXLSX(w, &p)
	}
	return page.Render(w, r, figuresTemplate, p)
}

// fill words the figures; organ restricts every link.
func (p *figuresPage) fill(f *store.RequestFigures, organ string) {
	year := strconv.Itoa(p.Year)
	list := func(n int, pairs ...string) number {
		x := number{N: n}
		if n > 0 {
			if organ != "" {
				pairs = append([]string{"organ", organ}, pairs...)
			}
			x.Href = page.With("/desk/requests", pairs...)
		}
		return x
	}
	t := f.Total
	over := list(t.Over, "state", "late")
	over.Bad = t.Over > 0
	p.Now = []rate{{Label: "在办", N: list(t.Open)}, {Label: "已逾期", N: over}, {Label: fmt.Sprintf("%d个工作日内到期", nearDays), N: list(t.Near, "near", "1")}, {Label: "等待补正、意见、缴费", N: list(t.Waiting, "waiting", "1")}}
	p.Answered = list(t.Answered, "state", "all", "year", year, "answered", "1")
	p.Average, p.Few = average(t), t.Answered < p.Sample
	p.Rates = []rate{
		{Label: "按期答复", N: list(t.Answered - t.Late), Of: p.Answered},
		{Label: "超期答复", N: list(t.Late, "state", "all", "year", year, "overdue", "1"), Of: p.Answered},
		{Label: "延长期限", N: list(t.Extended, "state", "all", "year", year, "extended", "1"), Of: list(t.New, "state", "all", "year", year)},
		{Label: "要求补正", N: list(t.Corrected, "state", "all", "year", year, "asked", "1"), Of: list(t.New, "state", "all", "year", year)},
		{Label: "复议、诉讼纠正", N: list(t.Reversed, "state", "all", "reversed", year), Of: list(t.Ended, "state", "all", "ended", year)},
	}
	p.Rates[0].N.Href = "" // the list has those that were late
	for i, x := range p.Rates {
		p.Rates[i].Percent = percent(x.N.N, x.Of.N, p.Sample)
	}
	p.Tables = []figureTable{p.byOrgan(f, organ), p.byPerson(f)}
	p.Tables = append(p.Tables, p.byKind(f, list)...)
}

// byOrgan is the table of organs; with one chosen it is left out.
func (p *figuresPage) byOrgan(f *store.RequestFigures, organ string) figureTable {
	out := figureTable{Title: "按机关", First: "机关", Heads: workHeads, Days: true}
	if organ != "" {
		return figureTable{}
	}
	for _, l := range f.Organs {
		id := strconv.FormatInt(l.Organ, 10)
		row := p.work(l, "organ", id)
		row.Name = page.Link{Text: l.OrganName, Href: page.With("/desk/requests/figures", "year", strconv.Itoa(p.Year), "organ", id)}
		out.Rows = append(out.Rows, row)
	}
	return out
}

var workHeads = []string{"在办", "逾期", "将到期", "等待", "收到", "已答复", "超期答复", "延期", "补正"}

// work is the row of an organ or a person; pairs restrict its links.
func (p *figuresPage) work(l store.FigureLine, pairs ...string) figureRow {
	year := strconv.Itoa(p.Year)
	n := func(n int, more ...string) number {
		if n == 0 {
			return number{}
		}
		return number{N: n, Href: page.With("/desk/requests", append(append([]string{}, pairs...), more...)...)}
	}
	over := n(l.Over, "state", "late")
	over.Bad = l.Over > 0
	return figureRow{Average: average(l), Numbers: []number{n(l.Open), over, n(l.Near, "near", "1"), n(l.Waiting, "waiting", "1"), n(l.New, "state", "all", "year", year), n(l.Answered, "state", "all", "year", year, "answered", "1"),
		n(l.Late, "state", "all", "year", year, "overdue", "1"), n(l.Extended, "state", "all", "year", year, "extended", "1"), n(l.Corrected, "state", "all", "year", year, "asked", "1")}}
}

func (p *figuresPage) byPerson(f *store.RequestFigures) figureTable {
	out := figureTable{Title: "按经办人", First: "经办人", Heads: workHeads, Days: true, Note: "件数说明工作量，不作为评价个人的唯一依据。"}
	for _, l := range f.Persons {
		id, name := strconv.FormatInt(l.Person, 10), l.PersonName
		if l.Person == 0 {
			id, name = "-1", "（未分办）"
		}
		row := p.work(l, "organ", strconv.FormatInt(l.Organ, 10), "person", id)
		row.Name = page.Link{Text: name, Key: l.OrganName}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// byKind are the tables by channel, outcome, ground and month.
func (p *figuresPage) byKind(f *store.RequestFigures, list func(int, ...string) number) []figureTable {
	year := strconv.Itoa(p.Year)
	heads := []string{"收到", "已答复", "超期答复"}
	row := func(name string, l store.FigureLine, pairs ...string) figureRow {
		at := func(n int, more ...string) number {
			return list(n, append(append([]string{"state", "all", "year", year}, pairs...), more...)...)
		}
		return figureRow{Name: page.Link{Text: name}, Average: average(l), Numbers: []number{at(l.New), at(l.Answered, "answered", "1"), at(l.Late, "overdue", "1")}}
	}
	channels, months := figureTable{Title: "按渠道", First: "渠道", Heads: heads, Days: true}, figureTable{Title: "按收到的月份", First: "月份", Heads: heads, Days: true}
	for _, l := range f.Channels {
		channels.Rows = append(channels.Rows, row(deadline.Channel(l.Key).Chinese(), l, "channel", l.Key))
	}
	for _, l := range f.Months {
		if l.Key == "" {
			x := row("待确认", l)
			x.Numbers[0].Href = page.With("/desk/requests", "state", "arrived")
			months.Rows = append(months.Rows, x)
			continue
		}
		months.Rows = append(months.Rows, row(l.Key, l, "month", l.Key))
	}
	outcomes, grounds := figureTable{Title: "按处理结果", First: "处理结果", Heads: []string{"件数", "超期答复"}, Days: true}, figureTable{Title: "不予公开的理由", First: "理由", Heads: []string{"件数", "超期答复"}, Days: true}
	for _, l := range f.Outcomes {
		res, ok := casework.ResultOf(casework.Outcome(l.Key))
		if !ok {
			continue
		}
		x := row(res.Chinese, l, "outcome", l.Key)
		x.Numbers = []number{x.Numbers[0], x.Numbers[2]}
		outcomes.Rows = append(outcomes.Rows, x)
		if res.Group == casework.Withholding {
			x.Name.Text = strings.TrimSuffix(strings.TrimPrefix(x.Name.Text, "不予公开（"), "）")
			grounds.Rows = append(grounds.Rows, x)
		}
	}
	return []figureTable{outcomes, grounds, channels, months}
}

// average is the working days from receipt to answer, to a tenth, "" without an answer.
func average(l store.FigureLine) string {
	if l.Answered == 0 {
		return ""
	}
	tenths := (l.Days*10 + l.Answered/2) / l.Answered
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// percent is a rate to a tenth of a percent, "" below the sample.
func percent(n, of, sample int) string {
	if of == 0 || of < sample {
		return ""
	}
	tenths := (n*1000 + of/2) / of
	return fmt.Sprintf("%d.%d%%", tenths/10, tenths%10)
}

// figuresXLSX writes all tables below each other as one sheet.
func figuresXLSX(w http.ResponseWriter, p *figuresPage) error {
	head := append(append([]string{"分组", "名称", "机关"}, workHeads...), "平均工作日")
	var rows [][]string
	for _, t := range p.Tables {
		for _, x := range t.Rows {
			cells := make([]string, len(head))
			cells[0], cells[1], cells[2], cells[len(head)-1] = t.Title, x.Name.Text, x.Name.Key, x.Average
			for i, h := range t.Heads {
				for k, to := range workHeads {
					if h == to || h == "件数" && to == "收到" {
						cells[3+k] = strconv.Itoa(x.Numbers[i].N)
					}
				}
			}
			rows = append(rows, cells)
		}
	}
	rows = append(rows, []string{"合计", fmt.Sprintf("中位数 %d 个工作日", p.Median)})
	for _, x := range p.Rates {
		text := fmt.Sprintf("%d / %d", x.N.N, x.Of.N)
		if x.Percent != "" {
			text += " = " + x.Percent
		} else {
			text += fmt.Sprintf("（少于%d件，不算比率）", p.Sample)
		}
		rows = append(rows, []string{"比率", x.Label, text})
	}
	numbers := make([]bool, len(head))
	for i := 3; i < len(head); i++ {
		numbers[i] = true
	}
	widths := []float64{16, 34, 30, 8, 8, 8, 8, 8, 8, 10, 8, 8, 12}
	var b bytes.Buffer
	err := render.ListXLSX(&b, render.List{Name: "办理统计", Head: head, Widths: widths, Numbers: numbers, Next: func() ([]string, error) {
		if len(rows) == 0 {
			return nil, nil
		}
		row := rows[0]
		rows = rows[1:]
		for len(row) < len(head) {
			row = append(row, "")
		}
		return row, nil
	}})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Length", strconv.Itoa(b.Len()))
	h.Set("Cache-Control", "private, no-store")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": fmt.Sprintf("依申请公开办理统计_%d.xlsx", p.Year)}))
	_, err = w.Write(b.Bytes())
	return err
}
