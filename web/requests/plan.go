package requests

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (q *Requests) planRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/requests/{id}/plan", Verb: org.SeeRequests, Serve: q.plan},
		{Pattern: "POST /desk/requests/{id}/plan", Verb: org.SeeRequests, Serve: q.planSave},
		{Pattern: "GET /desk/requests/load", Verb: org.SeeRequests, Serve: q.load},
		{Pattern: "GET /desk/requests/keep", Verb: org.HandleRequests, Serve: q.keep},
		{Pattern: "POST /desk/requests/{id}/keep", Verb: org.HandleRequests, Serve: q.keepAct},
	}
}

type planPage struct {
	page.Base
	X       *store.RequestFile
	Failure string
	Changed bool
	Handler page.Field
	Days    []page.Field
	Helpers page.Field
	Urgent  page.Field
	Due     page.Limit
	HasDue  bool
	Own     bool
}

var planTemplate = page.NewTemplate(templates, "templates/plan.html")

func (q *Requests) plan(w http.ResponseWriter, r *http.Request) error {
	return q.showPlan(w, r, http.StatusOK, "", false, nil)
}

// planned reads the file of the page; who may not work on it is told so.
func (q *Requests) planned(r *http.Request) (*store.RequestFile, error) {
	x, err := q.named(r)
	if err != nil {
		return nil, err
	}
	if !x.Handles {
		return nil, store.Forbidden(org.HandleRequests)
	}
	return x, nil
}

func (q *Requests) showPlan(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool, sent *store.RequestPlan) error {
	x, err := q.planned(r)
	if err != nil {
		return err
	}
	p, err := q.store.RequestPlan(r.Context(), x)
	if err != nil {
		return err
	}
	if sent != nil {
		own := p.Own
		p = *sent
		p.Own = own
	}
	home, err := q.store.Organ(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	people, err := q.store.PeopleAt(r.Context(), home.HomeID(), q.cfg.Today())
	if err != nil {
		return err
	}
	cal, err := q.calendar(r)
	if err != nil {
		return err
	}
	out := planPage{Base: q.base(r, "requests", "分办、协办和内部时限"), X: x, Failure: failure, Changed: changed, Own: p.Own}
	out.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}, {Text: "申请 " + x.Number, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}}
	if row := x.Row(cal, q.cfg.Today()); !row.Due.IsZero() {
		out.Due, out.HasDue = page.LimitOf(cal, q.cfg.Today(), row.Prudent, "", warnDays), true
		out.Due.Trace = nil
	}
	out.Handler = page.Field{Name: "person", Label: "经办人", Kind: "select", Options: []page.Option{{Text: "请选择"}}}
	out.Helpers = page.Field{Name: "helpers", Label: "协办人", Kind: "checks", Hint: "协办的人会收到通知；最多10人。"}
	for _, y := range people {
		id := strconv.FormatInt(y.ID, 10)
		text := y.Name
		if y.Title != "" {
			text += "（" + y.Title + "）"
		}
		out.Handler.Options = append(out.Handler.Options, page.Option{Value: id, Text: text, Selected: y.ID == x.Handler})
		out.Helpers.Options = append(out.Helpers.Options, page.Option{Value: id, Text: text, Selected: slices.ContainsFunc(p.Helpers, func(z org.Person) bool { return z.ID == y.ID })})
	}
	for i, name := range store.RequestStepNames() {
		out.Days = append(out.Days, page.Field{Name: fmt.Sprintf("day%d", i), Label: name, Kind: "date", Value: p.Days[i].String()})
	}
	out.Urgent = page.Field{Name: "urgent", Label: "加急", Kind: "checkbox", Hint: "经办人会收到通知。"}
	if p.Urgent {
		out.Urgent.Value = "1"
	}
	return page.RenderStatus(w, r, code, planTemplate, out)
}

func (q *Requests) planSave(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	x, err := q.planned(r)
	if err != nil {
		return err
	}
	answer := func(d store.Done, err error, sent *store.RequestPlan) error {
		var no *act.Refusal
		switch {
		case err == nil:
			return page.Done(w, r, fmt.Sprintf("/desk/requests/%d/plan", x.ID), "saved", d)
		case errors.As(err, &no):
			return q.showPlan(w, r, http.StatusUnprocessableEntity, no.Text, false, sent)
		case errors.Is(err, store.ErrConflict):
			return q.showPlan(w, r, http.StatusConflict, "", true, sent)
		}
		return err
	}
	if r.FormValue("do") == "assign" {
		person, _ := strconv.ParseInt(r.FormValue("person"), 10, 64)
		version, _ := strconv.ParseInt(r.FormValue("version"), 10, 64)
		if person == 0 {
			return q.showPlan(w, r, http.StatusUnprocessableEntity, "请选择经办人。", false, nil)
		}
		d, err := q.store.WithRequest(r.Context(), page.By(r), x.ID, version, func(x *store.RequestFile, _ *calendar.Calendar, today law.Date) error {
			x.Handler = person
			return x.Assign(casework.Doing{On: today, Today: today}, fmt.Sprintf("person/%d", person))
		})
		return answer(d, err, nil)
	}
	bad := map[string]string{}
	p := store.RequestPlan{Urgent: r.FormValue("urgent") != ""}
	for i := range p.Days {
		p.Days[i] = dayOf(r, fmt.Sprintf("day%d", i), bad)
	}
	for _, s := range r.Form["helpers"] {
		if id, err := strconv.ParseInt(s, 10, 64); err == nil && id > 0 && len(p.Helpers) < 50 {
			p.Helpers = append(p.Helpers, org.Person{ID: id})
		}
	}
	for _, m := range bad {
		return q.showPlan(w, r, http.StatusUnprocessableEntity, m, false, &p)
	}
	d, err := q.store.PlanRequest(r.Context(), page.By(r), x.ID, p)
	return answer(d, err, &p)
}

type loadPage struct {
	page.Base
	Organ *page.Field
	Rows  []store.Load
	Year  int
}

var loadTemplate = page.NewTemplate(templates, "templates/load.html")

// load shows who has how much to do.
func (q *Requests) load(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	var homes []org.Organ
	for _, id := range v.Scope(org.SeeRequests).Homes() {
		o, err := q.store.Organ(r.Context(), id)
		if err != nil {
			return err
		}
		homes = append(homes, o)
	}
	p := loadPage{Base: q.base(r, "requests", "谁在办多少"), Year: q.cfg.Today().Year}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	f, organ := organField(r, homes)
	p.Organ = f
	rows, err := q.store.RequestLoad(r.Context(), v, organ)
	if err != nil {
		return err
	}
	p.Rows = rows
	return page.Render(w, r, loadTemplate, p)
}

type keepPage struct {
	page.Base
	Failure string
	Organ   *page.Field
	Decided bool // the organ has a retention table
	Rows    []keepRow
	Full    bool
}

type keepRow struct {
	What     page.Link
	Number   string
	Outcome  string
	Answer   string
	Until    string
	Archived string
	Asked    string // who proposed it
	Mine     bool   // it was the viewer
	ID       int64
}

var keepTemplate = page.NewTemplate(templates, "templates/keep.html")

func (q *Requests) keep(w http.ResponseWriter, r *http.Request) error {
	return q.showKeep(w, r, http.StatusOK, "")
}

func (q *Requests) showKeep(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	p := keepPage{Base: q.base(r, "requests", "保管期满的案卷"), Failure: failure}
	p.Crumbs = []page.Link{{Text: "依申请公开", Href: "/desk/requests"}}
	f, organ := organField(r, homes)
	p.Organ = f
	if organ == 0 {
		return store.Forbidden(org.HandleRequests)
	}
	keep, err := q.store.Keep(r.Context(), organ)
	if err != nil {
		return err
	}
	p.Decided = keep.Least() > 0
	rows, err := q.store.ExpiredRequests(r.Context(), v, organ)
	if err != nil {
		return err
	}
	for _, x := range rows {
		res, _ := casework.ResultOf(x.Outcome)
		y := keepRow{What: page.Link{Text: x.Subject, Href: fmt.Sprintf("/desk/requests/%d", x.ID)}, ID: x.ID, Number: x.Number, Outcome: res.Chinese, Answer: x.Answer.String(), Until: x.Until.String(), Archived: x.Archived.String(), Mine: x.Asked == v.Person}
		if y.What.Text == "" {
			y.What.Text = "申请 " + x.Number
		}
		if x.Asked != 0 {
			if y.Asked = x.AskedBy; y.Asked == "" {
				y.Asked = "另一人"
			}
		}
		p.Rows = append(p.Rows, y)
	}
	return page.RenderStatus(w, r, code, keepTemplate, p)
}

func (q *Requests) keepAct(w http.ResponseWriter, r *http.Request) error {
	if err := parse(r); err != nil {
		return err
	}
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	do, done := q.store.AskErasure, "eraseasked"
	if r.FormValue("do") == "erase" {
		do, done = q.store.EraseRequest, "wiped"
	}
	d, err := do(r.Context(), page.By(r), id)
	var no *act.Refusal
	if errors.As(err, &no) {
		return q.showKeep(w, r, http.StatusUnprocessableEntity, no.Text)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, page.With("/desk/requests/keep", "organ", r.FormValue("organ")), done, d)
}
