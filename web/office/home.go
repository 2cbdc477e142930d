package office

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) homeRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk", Verb: org.Enter, Serve: o.home},
		{Pattern: "GET /desk/search", Verb: org.Enter, Serve: o.search},
		{Pattern: "GET /desk/style", Verb: org.Enter, Serve: o.style},
	}
}

type homePage struct {
	page.Base
	Today string // with the weekday
	Week  string // what kind of day it is: 工作日, 调休上班, 国庆节放假
	Items []todo
	Under *under // for those who lead others, else nil
}

// A todo is one line of what is to be done.
type todo struct {
	Limit page.Limit
	What  page.Link
	Next  string // the next step
	Organ string
	due   law.Date
}

// under is what stands below an office.
type under struct {
	Year              int
	Owing, Filed      int
	Waiting, Returned int
	Late              int
	Missing           []page.Link // some of those that have not handed in
	More              int
	Reviews           bool // the viewer decides on what is handed in
	Given             int  // tasks the viewer gave that are open
	Gives             bool // the viewer may give tasks
}

var homeTemplate = page.NewTemplate(templates, "templates/home.html")

// home is the 工作台: what this person has to do, and by when.
func (o *Office) home(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, o.cfg.Today()
	days, err := o.counting(r)
	if err != nil {
		return err
	}
	p := homePage{Base: o.base(r, "home", "工作台"), Today: today.Chinese() + " " + page.Weekdays[today.Weekday()], Week: dayKind(days.calendar, today)}
	tasks, err := o.store.Tasks(r.Context(), v, store.TaskQuery{Mine: true})
	if err != nil {
		return err
	}
	for _, t := range tasks {
		next := "接办"
		if t.State == org.TaskTaken {
			next = "办理后填写办理情况"
		}
		p.Items = append(p.Items, todo{Limit: days.limit(t.Due, t.Basis), due: t.Due,
			What: page.Link{Text: t.Title, Href: fmt.Sprintf("/desk/tasks/%d", t.ID)}, Next: next, Organ: t.OrganName})
	}
	approvals, err := o.store.Approvals(r.Context(), v, store.ApprovalQuery{Mine: true, Limit: 50})
	if err != nil {
		return err
	}
	for _, a := range approvals {
		p.Items = append(p.Items, todo{Limit: days.limit(law.Date{}, ""),
			What: page.Link{Text: "审批：" + a.Title, Href: fmt.Sprintf("/desk/approvals/%d", a.ID)}, Next: a.Steps[a.Next()].Role.Chinese(), Organ: a.OrganName})
	}
	reports, err := o.owing(r, v, days)
	if err != nil {
		return err
	}
	leading, err := o.leading(r, v, days)
	if err != nil {
		return err
	}
	disclosed, err := o.items(r, v, days)
	if err != nil {
		return err
	}
	p.Items = append(append(append(p.Items, reports...), leading...), disclosed...)
	slices.SortStableFunc(p.Items, func(a, b todo) int {
		switch {
		case a.due == b.due:
			return 0
		case a.due.IsZero():
			return 1
		case b.due.IsZero() || a.due.Before(b.due):
			return -1
		}
		return 1
	})
	if p.Under, err = o.below(r, v, today); err != nil {
		return err
	}
	return page.Render(w, r, homeTemplate, p)
}

// dayKind says what kind of day it is.
func dayKind(c *calendar.Calendar, d law.Date) string {
	name, weekend := c.Holiday(d), d.Weekday() == 0 || d.Weekday() == 6
	switch worked := c.Working(d); {
	case worked && weekend:
		return name + "调休上班"
	case worked:
		return "工作日"
	case name != "":
		return name + "放假"
	}
	return "周末"
}

// choice is what was decided on the desk: the organ's own word, else the
// default.
func (o *Office) choice(r *http.Request, organ int64, name string) (string, error) {
	list, err := o.store.Settings(r.Context(), organ)
	if err != nil {
		return "", err
	}
	for _, s := range list {
		if s.Name == name && s.Value != "" {
			return s.Value, nil
		}
	}
	c, _ := org.ChoiceOf(name)
	return c.Default, nil
}

func (o *Office) warnDays(r *http.Request, organ int64) (int, error) {
	s, err := o.choice(r, organ, org.WarnDays)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 3, nil // a value from before it was checked
	}
	return n, nil
}

// owing lists the reports of last year that the viewer's own organs have to get
// further: not handed in, returned, accepted and not published, or published and
// open for a correction.
func (o *Office) owing(r *http.Request, v org.Viewer, days counting) ([]todo, error) {
	year := days.today.Year - 1
	var out []todo
	for _, id := range v.Scope(org.EditReports).Homes() {
		f, err := o.store.Filing(r.Context(), v, id, year)
		if err != nil {
			return nil, err
		}
		if f.Version == 0 && !f.Organ.Owes(year) {
			continue
		}
		t := todo{Limit: days.limit(f.Due, f.Basis), due: f.Due, Organ: f.Organ.Name, Next: filingNext(f, org.May(v, org.PublishReports, f.Organ.Subject())),
			What: page.Link{Text: fmt.Sprintf("%d年度报告", year), Href: fmt.Sprintf("/desk/filing/%d/%d", id, year)}}
		if f.Correction > 0 { // what was due was published
			t.Limit, t.due = days.limit(law.Date{}, ""), law.Date{}
		}
		if t.Next != "" {
			out = append(out, t)
		}
	}
	return out, nil
}

// filingNext is what the organ has to do with its report, "" if it is not its
// turn.
func filingNext(f *store.FilingFile, publishes bool) string {
	switch {
	case f.State == reporting.FilingPublished, f.State == reporting.FilingSubmitted:
		return ""
	case f.State == reporting.FilingAccepted && publishes:
		return "审核通过，发布"
	case f.State == reporting.FilingAccepted:
		return "审核通过，等发布岗位发布"
	case f.State == reporting.FilingReturned:
		return fmt.Sprintf("按退回意见修改（%d 处）后再报送", len(f.Marks))
	case f.Correction > 0:
		return "办理更正后再报送"
	case f.Report == nil:
		return "填报"
	case f.State == reporting.FilingChecked:
		return "报送"
	}
	return "继续填报，自检后报送"
}

// below is what an office sees of the organs under it.
func (o *Office) below(r *http.Request, v org.Viewer, today law.Date) (*under, error) {
	if len(v.Scope(org.SeeReports).Below()) == 0 {
		return nil, nil
	}
	u := &under{Year: today.Year - 1, Gives: org.Able(v, org.AssignTasks), Reviews: org.Able(v, org.ReviewReports)}
	tally, err := o.store.FilingTally(r.Context(), v, u.Year, 0)
	if err != nil {
		return nil, err
	}
	open, self := 0, int64(0)
	for _, c := range tally {
		if c.Self { // its own report stands above, among what is to be done
			self = c.Organ.ID
			continue
		}
		u.Owing += c.Owing
		u.Filed += c.Submitted + c.Accepted + c.Published
		u.Waiting += c.Submitted
		u.Returned += c.Returned
		u.Late += c.Late
		open += c.None + c.Draft + c.Returned
	}
	const some = 8
	rows, _, err := o.store.Filings(r.Context(), store.FilingQuery{Year: u.Year, Viewer: v, State: store.FilingsOpen, Limit: some + 1})
	if err != nil {
		return nil, err
	}
	for _, x := range rows {
		if x.Organ.ID != self && len(u.Missing) < some {
			u.Missing = append(u.Missing, page.Link{Text: x.Organ.ShortName(), Href: fmt.Sprintf("/desk/organs/%d", x.Organ.ID)})
		}
	}
	u.More = open - len(u.Missing)
	given, err := o.store.Tasks(r.Context(), v, store.TaskQuery{Given: true})
	u.Given = len(given)
	return u, err
}
