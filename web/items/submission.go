package items

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) submissionRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/submissions", Verb: org.SeeItems, Serve: t.submissions},
		{Pattern: "GET /desk/submissions/export", Verb: org.SeeItems, Serve: t.submissionExport},
		{Pattern: "GET /desk/submissions/new", Verb: org.EditItems, Serve: t.submissionNew},
		{Pattern: "POST /desk/submissions/new", Verb: org.EditItems, Body: draftBody, Time: draftTime, Serve: t.submissionSend},
		{Pattern: "GET /desk/submissions/ask", Verb: org.PublishItems, Serve: t.submissionAskForm},
		{Pattern: "POST /desk/submissions/ask", Verb: org.PublishItems, Serve: t.submissionAsk},
		{Pattern: "GET /desk/submissions/{id}", Verb: org.SeeItems, Serve: t.submission},
		{Pattern: "POST /desk/submissions/{id}/send", Verb: org.EditItems, Body: draftBody, Time: draftTime, Serve: t.submissionResend},
		{Pattern: "POST /desk/submissions/{id}/accept", Verb: org.PublishItems, Time: draftTime, Serve: t.submissionAccept},
		{Pattern: "POST /desk/submissions/{id}/return", Verb: org.PublishItems, Serve: t.submissionReturn},
		{Pattern: "POST /desk/submissions/{id}/cancel", Verb: org.EditItems, Serve: t.submissionCancel},
		{Pattern: "GET /desk/submissions/{id}/slip", Verb: org.SeeItems, Serve: t.submissionSlip},
		{Pattern: "GET /desk/submissions/{id}/receipt", Verb: org.SeeItems, Serve: t.submissionReceipt},
		{Pattern: "GET /desk/submissions/{id}/file/{file}", Verb: org.SeeItems, Serve: t.submissionFile},
	}
}

type submissionsPage struct {
	page.Base
	Tabs     []page.Link
	Tab      string
	Q, Month string
	Sections []page.Option
	Rows     []submissionLine
	Pager    page.Pager
	Sends    bool
	Takes    bool
	Empty    string
	Xlsx     string
}

type submissionLine struct {
	What           page.Link
	Number, Organ  string
	State          page.Tag
	Kind           string
	Due            page.Limit
	Sent, Settled  string
	Sender, Amount string
	Files          int
	Item           string
}

var submissionsTemplate = page.NewTemplate(templates, "templates/submissions.html")

var submissionTabs = []struct{ key, text, empty string }{
	{"", "要办的", "没有等待移送、等待接收的材料。"},
	{"late", "超期未移送", "没有超期未移送的材料。"},
	{"sent", "等待接收", "没有等待接收的材料。"},
	{"accepted", "已接收", "还没有接收过材料。"},
	{"all", "全部", "还没有移送过材料。科室、村（社区）点“移送材料”，把要公开的文件和数据交给政务公开办公室。"},
}

// submissionQuery reads the filter of the list.
func (t *Items) submissionQuery(r *http.Request) (q store.SubmissionQuery, tab string) {
	q = store.SubmissionQuery{Search: clip(strings.TrimSpace(r.FormValue("q")), 60)}
	q.Before, _ = strconv.ParseInt(r.FormValue("before"), 10, 64) // what is no number is none
	q.Organ, _ = strconv.ParseInt(r.FormValue("section"), 10, 64) // likewise
	switch tab = r.FormValue("state"); tab {
	case "late":
		q.Late = t.cfg.Today()
	case "sent", "accepted":
		q.State = proactive.SubmissionState(tab)
	case "all":
	default:
		tab, q.Open = "", true
	}
	if m, err := law.ParseDate(r.FormValue("month") + "-01"); err == nil {
		q.From, q.To = m, law.Day(m.Year, m.Month+1, 0)
	}
	return q, tab
}

func (t *Items) submissions(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	q, tab := t.submissionQuery(r)
	q.Limit = 50
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	month := ""
	if !q.From.IsZero() {
		month = q.From.String()[:7]
	}
	p := submissionsPage{Base: t.base(r, "submissions", "材料移送"), Tab: tab, Q: q.Search, Month: month, Sends: org.Able(v, org.EditItems), Takes: org.Able(v, org.PublishItems)}
	again := func(state, before string) string {
		return page.With("/desk/submissions", "state", state, "q", q.Search, "month", month, "section", nonZero(q.Organ), "before", before)
	}
	for _, x := range submissionTabs {
		p.Tabs = append(p.Tabs, page.Link{Key: x.key, Text: x.text, Href: again(x.key, "")})
		if x.key == tab {
			p.Empty = x.empty
		}
	}
	sections, err := t.sections(r, org.SeeItems)
	if err != nil {
		return err
	}
	p.Sections = []page.Option{{Text: "全部"}}
	for _, o := range sections {
		p.Sections = append(p.Sections, page.Option{Value: fmt.Sprint(o.ID), Text: o.ShortName(), Selected: o.ID == q.Organ})
	}
	p.Xlsx = page.With("/desk/submissions/export", "state", tab, "q", q.Search, "month", month, "section", nonZero(q.Organ), "format", "xlsx")
	rows, err := t.store.Submissions(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range rows {
		p.Rows = append(p.Rows, submissionLineOf(cal, today, x))
	}
	if len(rows) == q.Limit {
		p.Pager.Next = again(tab, fmt.Sprint(rows[len(rows)-1].ID))
	}
	if q.Before != 0 {
		p.Pager.First = again(tab, "")
	}
	return page.Render(w, r, submissionsTemplate, p)
}

func nonZero(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func submissionLineOf(cal *calendar.Calendar, today law.Date, x store.SubmissionRow) submissionLine {
	l := submissionLine{What: page.Link{Text: orOther(x.Title, "（已清除）"), Href: fmt.Sprintf("/desk/submissions/%d", x.ID)}, Number: x.Number, Organ: x.OrganName, State: submissionTag(x.Submission, today),
		Kind: x.Kind.Chinese(), Sent: x.Sent.String(), Settled: x.Settled.String(), Sender: x.SenderName, Files: len(x.Files)}
	if !x.Due.IsZero() && (x.State == proactive.MaterialAsked || x.State == proactive.MaterialReturned) {
		l.Due = page.LimitOf(cal, today, x.Due, "", warnDays)
		l.Due.Trace = nil
	}
	if sum, ok := proactive.SumFen(x.Amounts); ok && len(x.Amounts) > 0 {
		l.Amount = proactive.Yuan(sum)
	}
	if x.Item != 0 {
		l.Item = itemHref(x.Item)
	}
	return l
}

func submissionTag(x proactive.Submission, today law.Date) page.Tag {
	tag := page.Tag{Text: x.State.Chinese()}
	switch {
	case x.Overdue(today):
		tag = page.Tag{Tone: "err", Text: "超期未移送"}
	case x.State == proactive.MaterialReturned:
		tag.Tone = "err"
	case x.State == proactive.MaterialSent:
		tag.Tone = "warn"
	case x.State == proactive.MaterialAccepted:
		tag.Tone = "ok"
	}
	return tag
}

// sections are the organs, sections and villages that the viewer does this for.
func (t *Items) sections(r *http.Request, verb org.Verb) ([]org.Organ, error) {
	v := page.VisitOf(r).Viewer
	var out []org.Organ
	for _, id := range v.Scope(verb).Homes() {
		o, err := t.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		out = append(out, o)
		below, err := t.store.Children(r.Context(), id)
		if err != nil {
			return nil, err
		}
		for _, x := range below {
			if !x.Filer() && x.HomeID() == o.ID && x.InForce(t.cfg.Today()) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// sectionOf is the one that a form chose, else where the viewer works.
func (t *Items) sectionOf(r *http.Request, verb org.Verb) (org.Organ, []page.Option, error) {
	list, err := t.sections(r, verb)
	if err != nil {
		return org.Organ{}, nil, err
	}
	if len(list) == 0 {
		return org.Organ{}, nil, act.Refuse("您没有可以移送材料的单位，请联系本机关公开机构负责人调整岗位。")
	}
	want := page.VisitOf(r).Viewer.Organ
	if s := r.FormValue("organ"); s != "" {
		if want, err = strconv.ParseInt(s, 10, 64); err != nil || !slices.ContainsFunc(list, func(o org.Organ) bool { return o.ID == want }) {
			return org.Organ{}, nil, page.ErrNotFound
		}
	}
	at := max(0, slices.IndexFunc(list, func(o org.Organ) bool { return o.ID == want }))
	var options []page.Option
	for i, o := range list {
		options = append(options, page.Option{Value: fmt.Sprint(o.ID), Text: o.Name, Selected: i == at})
	}
	return list[at], options, nil
}

var submissionColumns = []string{"移送单号", "单位", "标题", "拟定类别", "状态", "形成日期", "要求移送日期", "移送日期", "是否超期", "移送人", "接收、退回日期", "接收人", "附件数", "金额（元）", "退回原因"}

func (t *Items) submissionExport(w http.ResponseWriter, r *http.Request) error {
	q, _ := t.submissionQuery(r)
	q.Before = 0
	today := t.cfg.Today()
	var lines [][]string
	for {
		rows, err := t.store.Submissions(r.Context(), page.VisitOf(r).Viewer, q)
		if err != nil {
			return err
		}
		for _, x := range rows {
			late, amount := "否", ""
			if x.Late || x.Overdue(today) {
				late = "是"
			}
			if sum, ok := proactive.SumFen(x.Amounts); ok && len(x.Amounts) > 0 {
				amount = proactive.Yuan(sum)
			}
			lines = append(lines, []string{x.Number, x.OrganName, x.Title, x.Kind.Chinese(), x.State.Chinese(), x.Made.String(), x.Due.String(), x.Sent.String(), late, x.SenderName, x.Settled.String(), x.TakerName, strconv.Itoa(len(x.Files)), amount, x.Reason})
		}
		if len(rows) < store.MaxSubmissions || len(lines) > 20*store.MaxSubmissions {
			break
		}
		q.Before = rows[len(rows)-1].ID
	}
	name := "材料移送清单"
	if !q.From.IsZero() {
		name = fmt.Sprintf("%d年%d月%s", q.From.Year, q.From.Month, name)
	}
	return page.SendAsked(w, r, name, linesSheet("移送清单", submissionColumns, []float64{14, 22, 40, 14, 12, 12, 14, 12, 10, 12, 14, 12, 8, 16, 30}, lines))
}

// linesSheet is lines as a workbook and as text.
func linesSheet(name string, head []string, widths []float64, lines [][]string) page.Writers {
	return sheetOf(func() render.List {
		i := 0
		return render.List{Name: name, Head: head, Widths: widths, Next: func() ([]string, error) {
			if i == len(lines) {
				return nil, nil
			}
			i++
			return lines[i-1], nil
		}}
	})
}
