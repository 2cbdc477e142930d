package requests

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) listRoutes() []page.Route {
	return []page.Route{{Pattern: "GET /desk/requests", Verb: org.SeeRequests, Serve: q.list}}
}

type listPage struct {
	page.Base
	Tabs        []page.Link
	Tab         string
	Q           string
	Year        string
	Years       []page.Option
	Kinds       []page.Option // outcomes
	Mine        bool
	Rows        []listRow
	Pager       page.Pager
	May         bool
	Hints       string // what pointing out published information did
	Empty       string
	Says        []string // what else is looked at, from a figure
	Clear       string
	RemediesDue string // answers that reviewing organs and courts wait for, in words
}

type listRow struct {
	What                  page.Link
	Number, Received, Who string
	Organ, Kind           string
	State                 page.Tag
	Limit                 page.Limit
	Prudent               string // where it is earlier than the day of the law
	Marks                 int
	Remedy                *page.Limit // answer due to a reviewing organ or court
}

var listTemplate = page.NewTemplate(templates, "templates/list.html")

// tabs of the list.
var tabs = []struct{ key, text string }{{"", "在办"}, {"late", "已逾期"}, {"arrived", "待确认"}, {"correcting", "待补正"}, {"unpaid", "待缴费"}, {"decided", "待送达"}, {"closed", "已办结"}, {"all", "全部"}}

func (q *Requests) list(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	today := q.cfg.Today()
	query := store.RequestQuery{Search: clip(r.FormValue("q"), 60), Mine: r.FormValue("mine") != "", Today: today, After: r.FormValue("after"), Limit: 50, Outcome: casework.Outcome(r.FormValue("outcome"))}
	query.Year, _ = strconv.Atoi(r.FormValue("year"))
	if _, ok := casework.ResultOf(query.Outcome); !ok {
		query.Outcome = ""
	}
	tab := r.FormValue("state")
	switch tab {
	case "late":
		query.Late = true
	case "all":
	case "arrived", "correcting", "unpaid", "decided", "closed":
		query.State = casework.State(tab)
	default:
		tab, query.Open = "", true
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	var pairs []string
	p := listPage{Base: q.base(r, "requests", "依申请公开"), Tab: tab, Q: query.Search, Mine: query.Mine, May: org.Able(v, org.HandleRequests)}
	query.Figure, pairs, p.Says = figureFilter(r, cal, today)
	if query.Organ, _ = strconv.ParseInt(r.FormValue("organ"), 10, 64); query.Organ != 0 {
		pairs, p.Says = append(pairs, "organ", r.FormValue("organ")), append(p.Says, "同一机关")
	}
	p.Clear = page.With("/desk/requests", "state", tab)
	again := func(state, after string) string {
		mine, year := "", ""
		if query.Mine {
			mine = "1"
		}
		if query.Year != 0 {
			year = strconv.Itoa(query.Year)
		}
		return page.With("/desk/requests", append(slices.Clone(pairs), "state", state, "q", query.Search, "year", year, "outcome", string(query.Outcome), "mine", mine, "after", after)...)
	}
	for _, t := range tabs {
		p.Tabs = append(p.Tabs, page.Link{Key: t.key, Text: t.text, Href: again(t.key, "")})
	}
	p.Years = []page.Option{{Text: "全部"}}
	for y := today.Year; y > today.Year-6; y-- {
		p.Years = append(p.Years, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年收到", y), Selected: y == query.Year})
	}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, x := range casework.Results() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(x.Outcome), Text: x.Chinese, Selected: x.Outcome == query.Outcome})
	}
	rows, next, err := q.store.Requests(r.Context(), v, query)
	if errors.Is(err, store.ErrCursor) {
		return &page.Input{Text: "翻页的标记已经失效，请回到第一页重新查看。"}
	}
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, rowOf(cal, today, x))
	}
	if next != "" {
		p.Pager.Next = again(tab, next)
	}
	if query.After != "" {
		p.Pager.First = again(tab, "")
	}
	if p.Hints, err = q.hints(r, v, today); err != nil {
		return err
	}
	p.Empty = "这里没有申请。"
	if tab == "" && query.Search == "" && !query.Mine {
		p.Empty = "现在没有在办的申请。公众在公开网站提交的，以及您登记的当面、邮寄、传真申请，都会出现在这里。"
	}
	if p.RemediesDue, err = q.remediesDue(r); err != nil {
		return err
	}
	return page.Render(w, r, listTemplate, p)
}

func rowOf(cal *calendar.Calendar, today law.Date, x store.RequestRow) listRow {
	subject := x.Subject
	if subject == "" {
		subject = "申请 " + x.Number
	}
	row := listRow{What: page.Link{Text: subject, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}, Number: x.Number, Received: x.Received.String(), Who: x.PersonName, Organ: x.OrganName,
		Kind: x.Applicant.Chinese(), State: stateTag(x.Row), Marks: x.Marks}
	if row.Received == "" {
		row.Received = x.Arrived.String()
	}
	if !x.Due.IsZero() {
		row.Limit = page.LimitOf(cal, today, x.Due, "", warnDays)
		row.Limit.Trace = nil // on its own page
		if x.Waiting != "" {
			row.Limit.Tag = page.Tag{Text: waitingWord(x.Waiting)}
		}
		if x.Prudent.Before(x.Due) {
			row.Prudent = x.Prudent.String()
			row.Limit.Tag = page.LimitOf(cal, today, x.Prudent, "", warnDays).Tag
		}
	}
	if !x.AnswerBy.IsZero() {
		l := page.LimitOf(cal, today, x.AnswerBy, "", warnDays)
		l.Trace = nil
		row.Remedy = &l
	}
	return row
}

// warnDays is how many working days before a limit its tag turns yellow.
const warnDays = 3

func waitingWord(kind string) string {
	return map[string]string{"correction": "等待补正", "third": "征求第三方意见", "joint": "征求共同制作机关意见", "other": "征求其他机关意见", "fee": "等待缴费"}[kind]
}

func stateTag(x casework.Row) page.Tag {
	t := page.Tag{Text: x.State.Chinese()}
	switch {
	case x.State == casework.Closed && x.Late:
		t.Tone, t.Text = "warn", "逾期办结"
	case x.State == casework.Closed:
		t.Tone = "ok"
	case x.State == casework.Arrived:
		t.Tone = "warn"
	}
	return t
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
