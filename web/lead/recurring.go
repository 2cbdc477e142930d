package lead

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) recurringRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/recurring", Verb: org.SeePlans, Serve: l.recurringList},
		{Pattern: "GET /desk/recurring/new", Verb: org.EditPlans, Serve: l.recurringForm},
		{Pattern: "POST /desk/recurring/new", Verb: org.EditPlans, Serve: l.recurringSave},
		{Pattern: "GET /desk/recurring/templates", Verb: org.EditPlans, Serve: l.recurringTemplates},
		{Pattern: "POST /desk/recurring/templates", Verb: org.EditPlans, Body: 1 << 20, Serve: l.recurringAdd},
		{Pattern: "GET /desk/recurring/{id}", Verb: org.SeePlans, Serve: l.recurringItem},
		{Pattern: "GET /desk/recurring/{id}/edit", Verb: org.EditPlans, Serve: l.recurringForm},
		{Pattern: "POST /desk/recurring/{id}/edit", Verb: org.EditPlans, Serve: l.recurringSave},
		{Pattern: "POST /desk/recurring/{id}/tick", Verb: org.DoPlans, Body: ledgerBody, Serve: l.recurringTick},
		{Pattern: "POST /desk/recurring/{id}/event", Verb: org.DoPlans, Serve: l.recurringEvent},
		{Pattern: "GET /desk/ticks/{id}/file", Verb: org.SeePlans, Serve: l.tickFile},
	}
}

type recurringPage struct {
	page.Base
	Tabs       []page.Link
	Q          string
	Organs     []page.Option
	Categories []page.Option
	Whens      []page.Option
	Months     []recurringMonth
	Waiting    []recurringLine // for an event
	Few        bool            // of these: they are shown at once
	May        bool
	Late       int
	Total      int
}

// A recurringMonth is what falls due in a month, or fell due before this one.
type recurringMonth struct {
	Name string
	Late bool
	Rows []recurringLine
}

type recurringLine struct {
	What            page.Link
	Category, Organ string
	Rhythm, Period  string
	Limit           page.Limit
}

var recurringTemplate = page.NewTemplate(templates, "templates/recurring.html", "templates/plan_parts.html")

// fewWaiting is up to how many items that wait for an event are shown at once.
const fewWaiting = 15

// recurringList is the calendar: what is due by month, what was missed first.
func (l *Lead) recurringList(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, l.cfg.Today()
	q := store.RecurringQuery{Organ: planID(r.FormValue("organ")), Category: ledgerShort(r.FormValue("category"), 40), Search: ledgerSearch(r)}
	when := r.FormValue("when")
	switch when {
	case "late":
		q.DueBy = today.AddDays(-1)
	case "soon":
		q.DueBy = today.AddDays(30)
	default:
		when = ""
	}
	list, err := l.store.Recurring(r.Context(), v, q, today)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	p := recurringPage{Base: l.base(r, "recurring", "重点公开事项日历"), Tabs: planTabs("recurring"), Q: q.Search, May: org.Able(v, org.EditPlans), Total: len(list)}
	for _, x := range [][2]string{{"", "全部"}, {"late", "已超期"}, {"soon", "30天内到期"}} {
		p.Whens = append(p.Whens, page.Option{Value: x[0], Text: x[1], Selected: x[0] == when})
	}
	category := map[string]bool{q.Category: true}
	for _, t := range oversight.DutyTemplates() {
		category[t.Category] = true
	}
	organs := map[int64]string{}
	for _, x := range list {
		line := recurringLine{What: page.Link{Text: x.Name, Href: fmt.Sprintf("/desk/recurring/%d", x.ID)}, Category: x.Category, Organ: x.OrganName, Rhythm: x.Rule.Chinese(), Period: x.Period.Chinese()}
		if x.OrganName != x.HomeName {
			line.Organ = x.HomeName + " " + x.OrganName
		}
		organs[x.Home] = x.HomeName
		category[x.Category] = true
		if x.Due.IsZero() {
			p.Waiting = append(p.Waiting, line)
			continue
		}
		line.Limit = days.limit(x.Due, x.Basis)
		name, late := fmt.Sprintf("%d年%d月", x.Due.Year, x.Due.Month), x.Due.Before(today)
		if late {
			name = "已超期"
			p.Late++
		}
		if n := len(p.Months); n == 0 || p.Months[n-1].Name != name {
			p.Months = append(p.Months, recurringMonth{Name: name, Late: late})
		}
		m := &p.Months[len(p.Months)-1]
		m.Rows = append(m.Rows, line)
	}
	p.Few = len(p.Waiting) <= fewWaiting || q.Search != ""
	delete(category, "")
	for c := range category {
		p.Categories = append(p.Categories, page.Option{Value: c, Text: c, Selected: c == q.Category})
	}
	slices.SortFunc(p.Categories, func(a, b page.Option) int { return strings.Compare(a.Text, b.Text) })
	for id, name := range organs {
		p.Organs = append(p.Organs, page.Option{Value: fmt.Sprint(id), Text: name, Selected: id == q.Organ})
	}
	slices.SortFunc(p.Organs, func(a, b page.Option) int { return strings.Compare(a.Text, b.Text) })
	return page.Render(w, r, recurringTemplate, p)
}

type recurringItemPage struct {
	page.Base
	X         oversight.Recurring
	Organ     string
	Rhythm    string
	Term      string
	Limit     page.Limit
	Key       string
	Failure   string
	Tick      []page.Field
	Event     []page.Field
	Ticks     []tickLine
	Events    []eventLine
	Changes   []changeLine
	Edits     bool
	EventRule bool
	Ended     bool
}

type tickLine struct {
	Period, Due, On, Person, Note     string
	Link, FileHref, FileName, Content string
	Late                              bool
}

type eventLine struct {
	On, Text string
	State    page.Tag
	Due      string
}

var recurringItemTemplate = page.NewTemplate(templates, "templates/recurring_item.html", "templates/plan_parts.html")

func (l *Lead) recurringItem(w http.ResponseWriter, r *http.Request) error {
	return l.showRecurring(w, r, http.StatusOK, "", nil)
}

func (l *Lead) recurringOf(r *http.Request) (*store.RecurringFile, error) {
	id, err := page.PathID(r)
	if err != nil {
		return nil, err
	}
	return l.store.RecurringItem(r.Context(), page.VisitOf(r).Viewer, id, l.cfg.Today())
}

func (l *Lead) showRecurring(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	f, err := l.recurringOf(r)
	if err != nil {
		return err
	}
	days, err := l.ledgerDays(r.Context())
	if err != nil {
		return err
	}
	today := l.cfg.Today()
	p := recurringItemPage{Base: l.base(r, "recurring", f.Name), X: f.Recurring, Organ: f.OrganName, Rhythm: f.Rule.Chinese(), Term: f.From.Chinese() + "起", Key: page.NewKey(), Failure: failure, Edits: f.Edits,
		EventRule: f.Rule.Kind == oversight.OnEvent, Ended: !f.To.IsZero() && f.To.Before(today) && f.Due.IsZero()}
	p.Crumbs = []page.Link{{Text: "工作要点", Href: "/desk/plan"}, {Text: "重点公开事项日历", Href: "/desk/recurring"}}
	if f.OrganName != f.HomeName {
		p.Organ = f.HomeName + " " + f.OrganName
	}
	if !f.To.IsZero() {
		p.Term += "，至" + f.To.Chinese() + "止"
	}
	p.Limit = days.limit(f.Due, f.Basis)
	if f.Due.IsZero() {
		p.Limit = page.Limit{Tag: page.Tag{Text: "没有待公开的"}, Basis: f.Basis}
	}
	for _, x := range f.Ticks {
		line := tickLine{Period: oversight.DutyPeriod{Name: x.Period}.Chinese(), Due: x.Due.String(), On: x.On.String(), Person: x.Person, Note: x.Note, Link: x.Link, FileName: x.FileName, Late: x.On.After(x.Due)}
		if x.File != 0 {
			line.FileHref = fmt.Sprintf("/desk/ticks/%d/file", x.ID)
		}
		for _, e := range f.Events {
			if x.Period == fmt.Sprintf("e%d", e.ID) {
				line.Period, line.Content = e.On.String(), e.Text
			}
		}
		p.Ticks = append(p.Ticks, line)
	}
	for _, e := range f.Events {
		line := eventLine{On: e.On.String(), Text: e.Text, Due: e.Due.String(), State: page.Tag{Tone: "ok", Text: "已公开"}}
		if !e.Done {
			line.State = days.limit(e.Due, "").Tag
		}
		p.Events = append(p.Events, line)
	}
	if f.Does {
		l.recurringFields(r, f, &p, bad)
	}
	list, err := l.store.Entries(r.Context(), page.VisitOf(r).Viewer, store.EntryQuery{Ref: store.RecurringRef(f.ID), Limit: 50})
	if err != nil {
		return err
	}
	p.Changes = changeLines(list)
	return page.RenderStatus(w, r, code, recurringItemTemplate, p)
}

// recurringFields are the forms of those who do the publishing.
func (l *Lead) recurringFields(r *http.Request, f *store.RecurringFile, p *recurringItemPage, bad map[string]string) {
	today := l.cfg.Today()
	value := map[string]string{"done_on": today.String(), "event_on": today.String()}
	if r.Method == http.MethodPost {
		for _, k := range []string{"done_on", "link", "note", "period", "event_on", "event"} {
			if r.PostForm.Has(k) {
				value[k] = r.PostFormValue(k)
			}
		}
	}
	if p.EventRule {
		hint := "例如：2026年2月5日县人大批准2026年预算。"
		if t, ok := oversight.DutyTemplateOf(f.Template); ok {
			hint = "从“" + t.Event + "”起算。" + hint
		}
		p.Event = []page.Field{{Name: "event", Label: "发生了什么", Value: value["event"], Message: bad["event"], Max: 300, Required: true, Hint: hint},
			{Name: "event_on", Label: "发生的日期", Kind: "date", Value: value["event_on"], Message: bad["event_on"], Required: true}}
	}
	if len(f.Open) == 0 {
		return
	}
	var periods []page.Option
	for _, x := range f.Open {
		text := x.Chinese() + "（" + x.Due.String() + "前）"
		for _, e := range f.Events {
			if x.Name == fmt.Sprintf("e%d", e.ID) {
				text = e.On.String() + " " + ledgerShort(e.Text, 24) + "（" + x.Due.String() + "前）"
			}
		}
		periods = append(periods, page.Option{Value: x.Name, Text: text, Selected: x.Name == value["period"]})
	}
	p.Tick = []page.Field{{Name: "period", Label: "哪一期", Kind: "select", Options: periods, Message: bad["period"]},
		{Name: "done_on", Label: "公开日期", Kind: "date", Value: value["done_on"], Message: bad["on"], Required: true},
		{Name: "link", Label: "公开页面的链接", Value: value["link"], Message: bad["link"], Max: 500},
		{Name: "file", Label: "佐证", Kind: "file", Message: bad["file"], Hint: "公开栏照片等，没有网页的上传。20 MB 以内。"},
		{Name: "note", Label: "说明", Value: value["note"], Message: bad["note"], Max: 300, Hint: "本期没有应公开的内容的，在这里写明。"}}
}

func (l *Lead) recurringTick(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.recurringOf(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	t := oversight.Tick{Item: f.ID, Period: r.PostFormValue("period"), On: ledgerDate(r, "done_on", bad), Note: strings.TrimSpace(r.PostFormValue("note")),
		Evidence: oversight.Evidence{Link: strings.TrimSpace(r.PostFormValue("link"))}}
	if why := bad["done_on"]; why != "" {
		bad["on"] = why
	}
	if !f.Does {
		return store.Forbidden(org.DoPlans)
	}
	why, err := l.keepEvidence(r, "file", store.RecurringRef(f.ID), &t.Evidence)
	if err != nil {
		return err
	}
	if why != "" {
		bad["file"] = why
	}
	for k, why := range t.Wrong(l.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = why
		}
	}
	if len(bad) > 0 {
		return l.showRecurring(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.TickRecurring(r.Context(), page.By(r), t)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showRecurring(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/recurring/%d", f.ID), "saved", d)
}

func (l *Lead) recurringEvent(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	f, err := l.recurringOf(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	e := store.RecurringEvent{Item: f.ID, On: ledgerDate(r, "event_on", bad), Text: strings.TrimSpace(r.PostFormValue("event"))}
	if len(bad) > 0 {
		return l.showRecurring(w, r, http.StatusUnprocessableEntity, "", bad)
	}
	d, err := l.store.AddRecurringEvent(r.Context(), page.By(r), e)
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showRecurring(w, r, code, failure, nil) })
	}
	return page.Done(w, r, fmt.Sprintf("/desk/recurring/%d", f.ID), "created", d)
}

func (l *Lead) tickFile(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	name, p, f, err := l.store.OpenTickFile(r.Context(), page.By(r), id)
	if err != nil {
		return err
	}
	return page.SendFile(w, name, p.Type, p.Size, f)
}

// dutyKinds are the rhythms of the form.
var dutyKinds = [][2]string{{"monthly", "每月，当月某日前"}, {"monthly+", "每月，次月某日前"}, {"quarterly", "每季度末前"}, {"quarterly+", "每季度，季后若干天内"}, {"halfyear", "每半年末前"}, {"halfyear+", "每半年，期后若干天内"},
	{"yearly", "每年某月某日前"}, {"event:d", "事项发生后若干天内"}, {"event:w", "事项发生后若干个工作日内"}}

// dutyRule reads the rhythm of a form.
func dutyRule(kind, day, month string) oversight.DutyRule {
	n, _ := strconv.Atoi(strings.TrimSpace(day)) // 0 is said to be wrong where a day is needed
	m, _ := strconv.Atoi(strings.TrimSpace(month))
	name, after := strings.CutSuffix(kind, "+")
	r := oversight.DutyRule{Kind: oversight.RhythmKind(name), Day: n, After: after}
	switch kind {
	case "quarterly", "halfyear":
		r.Day = 0
	case "yearly":
		r.Month = m
	case "event:d", "event:w":
		r.Kind, r.Workdays = oversight.OnEvent, kind == "event:w"
	}
	return r
}

// dutyWords is the rhythm as the form has it.
func dutyWords(r oversight.DutyRule) (kind, day, month string) {
	kind = string(r.Kind)
	if r.After {
		kind += "+"
	}
	if r.Kind == oversight.OnEvent {
		kind = "event:d"
		if r.Workdays {
			kind = "event:w"
		}
	}
	if r.Day > 0 {
		day = strconv.Itoa(r.Day)
	}
	if r.Month > 0 {
		month = strconv.Itoa(r.Month)
	}
	return kind, day, month
}
