package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/text"
	"gongkai/web/page"
)

func (l *Lead) planRoutes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /desk/plan", Verb: org.SeePlans, Serve: l.plans},
		{Pattern: "GET /desk/plan/new", Verb: org.EditPlans, Serve: l.planForm},
		{Pattern: "POST /desk/plan/new", Verb: org.EditPlans, Serve: l.planSave},
		{Pattern: "GET /desk/plan/{id}", Verb: org.SeePlans, Serve: l.plan},
		{Pattern: "GET /desk/plan/{id}/edit", Verb: org.EditPlans, Serve: l.planForm},
		{Pattern: "POST /desk/plan/{id}/edit", Verb: org.EditPlans, Serve: l.planSave},
		{Pattern: "POST /desk/plan/{id}/issue", Verb: org.EditPlans, Serve: l.planIssue},
		{Pattern: "GET /desk/plan/{id}/export", Verb: org.SeePlans, Time: planExportTime, Serve: l.planExport},
		{Pattern: "GET /desk/plan/{id}/import", Verb: org.EditPlans, Serve: l.planImportForm},
		{Pattern: "POST /desk/plan/{id}/import", Verb: org.EditPlans, Body: planImportBody, Time: planExportTime, Serve: l.planImport},
		{Pattern: "GET /desk/plan/{id}/tasks/new", Verb: org.EditPlans, Serve: l.planTaskForm},
		{Pattern: "POST /desk/plan/{id}/tasks/new", Verb: org.EditPlans, Serve: l.planTaskSave},
		{Pattern: "GET /desk/plantasks/{id}", Verb: org.SeePlans, Serve: l.planTask},
		{Pattern: "GET /desk/plantasks/{id}/edit", Verb: org.EditPlans, Serve: l.planTaskForm},
		{Pattern: "POST /desk/plantasks/{id}/edit", Verb: org.EditPlans, Serve: l.planTaskSave},
		{Pattern: "GET /desk/plantasks/{id}/split", Verb: org.EditPlans, Serve: l.planSplitForm},
		{Pattern: "POST /desk/plantasks/{id}/split", Verb: org.EditPlans, Serve: l.planSplit},
		{Pattern: "POST /desk/plantasks/{id}/report", Verb: org.DoPlans, Body: ledgerBody, Serve: l.planReport},
		{Pattern: "POST /desk/plantasks/{id}/decide", Verb: org.EditPlans, Serve: l.planDecide},
		{Pattern: "POST /desk/plantasks/{id}/cancel", Verb: org.EditPlans, Serve: l.planTaskCancel},
		{Pattern: "GET /desk/planreports/{id}/file", Verb: org.SeePlans, Serve: l.planFile},
	}
	return append(routes, l.recurringRoutes()...)
}

// planTabs are the pages that a year is led by.
func planTabs(current string) []page.Link {
	out := []page.Link{{Key: "plan", Text: "工作要点", Href: "/desk/plan"}, {Key: "recurring", Text: "重点公开事项日历", Href: "/desk/recurring"}}
	for i := range out {
		if out[i].Key != current {
			out[i].Key = ""
		}
	}
	return out
}

type plansPage struct {
	page.Base
	Tabs  []page.Link
	Years []page.Option
	Rows  []planLine
	May   bool
}

type planLine struct {
	What                 page.Link
	Number, Organ        string
	State                page.Tag
	Tasks, Done, Overdue int
	Percent              int // of the tasks, done
}

var plansTemplate = page.NewTemplate(templates, "templates/plans.html", "templates/plan_parts.html")

func (l *Lead) plans(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, l.cfg.Today()
	year, err := strconv.Atoi(r.FormValue("year"))
	if err != nil || year < 0 || year > 9999 {
		year = today.Year
	}
	list, err := l.store.Plans(r.Context(), v, year, today)
	if err != nil {
		return err
	}
	p := plansPage{Base: l.base(r, "plan", "工作要点"), Tabs: planTabs("plan"), May: org.Able(v, org.EditPlans)}
	years := []int{}
	for y := today.Year + 1; y > today.Year-6; y-- {
		years = append(years, y)
	}
	if !slices.Contains(years, year) {
		years = append(years, year)
	}
	p.Years = page.Years(years, year)
	for _, x := range list {
		row := planLine{What: page.Link{Text: x.Title, Href: fmt.Sprintf("/desk/plan/%d", x.ID)}, Number: x.Number, Organ: x.OrganName, State: planTag(x.Plan), Tasks: x.Tasks, Done: x.Done, Overdue: x.Overdue}
		if x.Tasks > 0 {
			row.Percent = x.Done * 100 / x.Tasks
		}
		p.Rows = append(p.Rows, row)
	}
	return page.Render(w, r, plansTemplate, p)
}

func planTag(p oversight.Plan) page.Tag {
	if p.Issued.IsZero() {
		return page.Tag{Tone: "warn", Text: "未印发"}
	}
	return page.Tag{Text: p.Issued.String() + " 印发"}
}

// standingTag is where a task stands, in words and colour.
func standingTag(s oversight.Standing) page.Tag {
	tone := map[oversight.Standing]string{oversight.StandingOverdue: "err", oversight.StandingReturned: "err", oversight.StandingWaiting: "warn", oversight.StandingDone: "ok"}[s]
	return page.Tag{Tone: tone, Text: s.Chinese()}
}

type planPage struct {
	page.Base
	P         oversight.Plan
	Organ     string
	State     page.Tag
	Counts    []planCount
	Standings []page.Option
	Organs    []page.Option
	Q         string
	Groups    []planGroup
	Shown     int
	Edits     bool
	Draft     bool
	Key       string
	IssueOn   page.Field
	Failure   string
	Mine      bool // the viewer sees his own shares only
}

type planCount struct {
	Name, Href, Tone string
	N                int
}

type planGroup struct {
	Chapter string
	Rows    []taskLine
}

// A taskLine is a task as the ledger of a plan shows it.
type taskLine struct {
	Number, Text, Source string
	Href                 string
	Depth                int
	Leads, Helps         string
	Limit                page.Limit
	State                page.Tag
	Roll                 string // e.g. 32/60
	Percent              int
}

var planTemplate = page.NewTemplate(templates, "templates/plan.html", "templates/plan_parts.html")

func (l *Lead) plan(w http.ResponseWriter, r *http.Request) error {
	return l.showPlan(w, r, http.StatusOK, "", nil)
}

func (l *Lead) showPlan(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	f, err := l.planOf(r)
	if err != nil {
		return err
	}
	p := planPage{Base: l.base(r, "plan", f.Title), P: f.Plan, Organ: f.Organs[f.Organ].Name, State: planTag(f.Plan), Edits: f.Edits, Draft: f.Issued.IsZero(), Key: page.NewKey(), Failure: failure,
		Q: ledgerSearch(r)}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}}
	p.IssueOn = page.Field{Name: "on", Label: "印发日期", Kind: "date", Value: l.cfg.Today().String(), Message: bad["on"]}
	if r.Method == http.MethodPost {
		p.IssueOn.Value = r.PostFormValue("on")
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	today := l.cfg.Today()
	want, organ := oversight.Standing(r.URL.Query().Get("state")), r.URL.Query().Get("organ")
	count := map[oversight.Standing]int{}
	organs := map[int64]bool{}
	p.Mine = len(f.Tasks) > 0
	for _, t := range f.Tasks {
		s := t.Standing(today)
		if t.Depth == 0 || !t.Whole {
			count[s]++
		}
		p.Mine = p.Mine && !t.Whole
		for _, x := range t.Parties {
			if x.Lead && (t.Whole || slices.Contains(t.Mine, x.Organ)) {
				organs[x.Organ] = true
			}
		}
		if want != "" && s != want || organ != "" && !slices.ContainsFunc(t.Parties, func(x oversight.Party) bool { return strconv.FormatInt(x.Organ, 10) == organ }) ||
			p.Q != "" && !strings.Contains(text.Fold(t.Text+t.Number+t.Source), text.Fold(p.Q)) {
			continue
		}
		if n := len(p.Groups); n == 0 || t.Depth == 0 && p.Groups[n-1].Chapter != t.Chapter {
			p.Groups = append(p.Groups, planGroup{Chapter: t.Chapter})
		}
		g := &p.Groups[len(p.Groups)-1]
		g.Rows = append(g.Rows, taskLineOf(f, t, today, days))
		p.Shown++
	}
	base := fmt.Sprintf("/desk/plan/%d", f.ID)
	for _, s := range oversight.Standings() {
		if n := count[s]; n > 0 || s == oversight.StandingOverdue || s == oversight.StandingDone {
			p.Counts = append(p.Counts, planCount{s.Chinese(), page.With(base, "state", string(s)), standingTag(s).Tone, n})
		}
		p.Standings = append(p.Standings, page.Option{Value: string(s), Text: s.Chinese(), Selected: s == want})
	}
	for id := range organs {
		p.Organs = append(p.Organs, page.Option{Value: strconv.FormatInt(id, 10), Text: f.Name(id), Selected: organ == strconv.FormatInt(id, 10)})
	}
	slices.SortFunc(p.Organs, func(a, b page.Option) int {
		return strings.Compare(f.Organs[planID(a.Value)].Path, f.Organs[planID(b.Value)].Path)
	})
	return page.RenderStatus(w, r, code, planTemplate, p)
}

func planID(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64) // 0 names nothing
	return n
}

// planOf is the plan of the address.
func (l *Lead) planOf(r *http.Request) (*store.PlanFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, err
	}
	return l.store.Plan(r.Context(), page.VisitOf(r).Viewer, id)
}

// fewNames is up to how many organs are named in a line.
const fewNames = 4

// names puts organs into one line; of many only the first are named.
func names(f interface{ Name(int64) string }, list []oversight.Party, lead bool) string {
	var s []string
	n := 0
	for _, x := range list {
		if x.Lead != lead {
			continue
		}
		if n++; n <= fewNames {
			s = append(s, f.Name(x.Organ))
		}
	}
	out := strings.Join(s, "、")
	if n > fewNames {
		out += fmt.Sprintf(" 等 %d 个单位", n)
	}
	return out
}

func taskLineOf(f interface{ Name(int64) string }, t store.PlanTaskRow, today law.Date, days ledgerDays) taskLine {
	s := t.Standing(today)
	x := taskLine{Number: t.Number, Text: t.Text, Source: t.Source, Href: fmt.Sprintf("/desk/plantasks/%d", t.ID), Depth: min(t.Depth, 4), Leads: names(f, t.Parties, true), Helps: names(f, t.Parties, false),
		State: standingTag(s), Percent: t.Roll.Percent(), Limit: planLimit(t.PlanTask, s, days)}
	if t.Roll.Shares > 1 {
		x.Roll = fmt.Sprintf("%d/%d 完成", t.Roll.Done, t.Roll.Shares)
	}
	return x
}

// planLimit is the limit of a task; one that is over shows its day only.
func planLimit(t oversight.PlanTask, s oversight.Standing, days ledgerDays) page.Limit {
	switch {
	case t.Due.IsZero():
		return page.Limit{Tag: page.Tag{Text: "全年"}, Basis: t.DueText}
	case s == oversight.StandingDone && t.Done.After(t.Due):
		return page.Limit{Tag: page.Tag{Tone: "warn", Text: "逾期完成"}, Date: t.Due.String(), Basis: t.DueText}
	case s.Ended() || s == oversight.StandingWaiting:
		return page.Limit{Tag: page.Tag{Text: "时限"}, Date: t.Due.String(), Basis: t.DueText}
	}
	return days.limit(t.Due, t.DueText)
}

func (l *Lead) planIssue(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	by := page.By(r)
	by.On = ledgerDate(r, "on", bad)
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64) // a damaged one conflicts
	if len(bad) > 0 {
		return l.showPlan(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.IssuePlan(r.Context(), by, id, version)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showPlan(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/plan/%d", id), "sent", d)
}

// planConflict is what a page says when somebody was faster.
const planConflict = "在您填写期间，别人已经改动了这里。下面是现在的情况，您填写的内容还在，请核对后再提交。"

// planAnswer shows a page again with a refusal or a conflict; other errors are
// for the one mapping.
func (l *Lead) planAnswer(err error, show func(code int, failure string) error) error {
	refusal, conflict, rest := ledgerFailed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return show(http.StatusConflict, planConflict)
	}
	return show(http.StatusUnprocessableEntity, refusal)
}
