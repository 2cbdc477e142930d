package office

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
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
	Year                   int
	Owing, Filed, Doubtful int
	Missing                []page.Link // some of those that have not filed
	More                   int
	Given                  int  // tasks the viewer gave that are open
	Gives                  bool // the viewer may give tasks
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
	p.Items = append(p.Items, reports...)
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

// owing lists the reports of last year that the viewer's own organs owe: not
// filed yet, or filed with errors.
func (o *Office) owing(r *http.Request, v org.Viewer, days counting) ([]todo, error) {
	year := days.today.Year - 1
	var out []todo
	for _, id := range v.Scope(org.EditReports).Homes() {
		organ, err := o.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		if !organ.Owes(year) {
			continue
		}
		row, err := o.reportRow(r, organ, year)
		if err != nil {
			return nil, err
		}
		due, basis, err := o.reportDue(r, organ, year)
		if err != nil {
			return nil, err
		}
		t := todo{Limit: days.limit(due, basis), due: due, Organ: organ.Name,
			What: page.Link{Text: fmt.Sprintf("%d年度报告", year), Href: fmt.Sprintf("/desk/reports/%s/%d", organKey(organ), year)}}
		switch {
		case !row.Filed:
			t.Next, t.What.Href = "填报", "/fill"
		case row.Errors > 0:
			t.Next = fmt.Sprintf("改正 %d 处错误", row.Errors)
		default:
			continue
		}
		out = append(out, t)
	}
	return out, nil
}

func (o *Office) reportRow(r *http.Request, organ org.Organ, year int) (store.ReportRow, error) {
	rows, _, err := o.store.Reports(r.Context(), store.ReportQuery{Year: year, Under: organ.Path, Status: store.StatusAll, Limit: 1})
	if err != nil || len(rows) == 0 || rows[0].Organ.ID != organ.ID {
		return store.ReportRow{}, err
	}
	return rows[0], nil
}

// reportDue is when an organ's report of a year has to be filed, and on what
// that stands. Towns have no statutory date: theirs is local, or none.
func (o *Office) reportDue(r *http.Request, organ org.Organ, year int) (law.Date, string, error) {
	switch organ.Kind {
	case org.Government:
		return law.Day(year+1, 3, 31), "《政府信息公开条例》第五十条：县级以上地方政府3月31日前向社会公布", nil
	case org.Town, org.Street:
		day, err := o.choice(r, organ.Parent, org.TownReportDay)
		if err != nil || day == "" {
			return law.Date{}, "乡镇、街道的报送日期由主管部门规定，尚未设置", err
		}
		d, err := law.ParseDate(fmt.Sprintf("%d-%s", year+1, day))
		if err != nil {
			return law.Date{}, "主管部门设置的报送日期无法识别", nil
		}
		return d, "主管部门规定的报送日期", nil
	}
	return law.Day(year+1, 1, 31), "《政府信息公开条例》第四十九条：1月31日前提交并向社会公布", nil
}

// below is what an office sees of the organs under it.
func (o *Office) below(r *http.Request, v org.Viewer, today law.Date) (*under, error) {
	paths := v.Scope(org.SeeReports).Below()
	if len(paths) == 0 {
		return nil, nil
	}
	u := &under{Year: today.Year - 1, Gives: org.Able(v, org.AssignTasks)}
	const some = 8
	for _, path := range paths {
		after := ""
		for range 100 { // a county has some hundred organs; a nation is counted by its own page
			rows, next, err := o.store.Reports(r.Context(), store.ReportQuery{Year: u.Year, Under: path, Status: store.StatusAll, After: after, Limit: store.MaxReports})
			if err != nil {
				return nil, err
			}
			for _, x := range rows {
				if x.Organ.Path == path {
					continue
				}
				u.Owing++
				switch {
				case !x.Filed:
					if len(u.Missing) < some {
						u.Missing = append(u.Missing, page.Link{Text: x.Organ.ShortName(), Href: fmt.Sprintf("/desk/organs/%d", x.Organ.ID)})
					} else {
						u.More++
					}
				case x.Errors > 0:
					u.Filed++
					u.Doubtful++
				default:
					u.Filed++
				}
			}
			if after = next; after == "" {
				break
			}
		}
	}
	given, err := o.store.Tasks(r.Context(), v, store.TaskQuery{Given: true})
	u.Given = len(given)
	return u, err
}
