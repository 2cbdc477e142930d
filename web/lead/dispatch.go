package lead

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (l *Lead) dispatchRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/dispatch", Verb: org.SeePlans, Time: dispatchTime, Serve: l.dispatchNow},
		{Pattern: "POST /desk/dispatch/issue", Verb: org.EditPlans, Time: dispatchTime, Serve: l.dispatchIssue},
		{Pattern: "GET /desk/dispatch/print", Verb: org.SeePlans, Time: dispatchTime, Serve: l.dispatchPrintNow},
		{Pattern: "GET /desk/dispatch/{id}", Verb: org.SeePlans, Time: dispatchTime, Serve: l.dispatch},
		{Pattern: "POST /desk/dispatch/{id}/answer", Verb: org.DoPlans, Body: 1 << 20, Serve: l.dispatchAnswer},
		{Pattern: "GET /desk/dispatch/{id}/print", Verb: org.SeePlans, Time: dispatchTime, Serve: l.dispatchPrint},
	}
}

// dispatchTime is how long a nation's gaps may take.
const dispatchTime = planExportTime

// mostOrgans and mostGaps bound what one page lists.
const (
	mostOrgans = 300
	mostGaps   = 600
)

type dispatchPage struct {
	page.Base
	Heading   string
	Issued    bool
	D         oversight.Dispatch
	Office    string
	Offices   []page.Option
	On        string
	Figures   []dispatchFigure
	Says      []string
	Groups    []string
	Rows      []dispatchRow
	Cut       int // organs that are not listed
	Clear     int // organs without a gap
	Organ     *dispatchOrgan
	Past      []dispatchPast
	Sources   []sourceLine
	IssueForm *dispatchIssueForm
	Print     string
	Failure   string
	Empty     page.Empty
}

// A dispatchFigure is a group with its sum.
type dispatchFigure struct {
	Name, Text string
	Bad        bool
}

type dispatchRow struct {
	Organ    page.Link
	Figures  []string
	Carried  int
	Answered string
	Total    int
}

// A dispatchOrgan is the gaps of one organ, in full.
type dispatchOrgan struct {
	ID      int64
	Name    string
	Gaps    []gapLine
	Answers bool // the viewer may answer
	Key     string
	Action  string
	Back    string
}

type gapLine struct {
	ID, Version         int64
	Kind, Text, Href    string
	Part                string
	Due, Since          string
	Carried             bool
	Answer, Promise     string
	Said                string
	AnswerID, PromiseID string
	Message             string
	Order               string // where an order is given, "" for those who may not
}

type dispatchPast struct {
	What     page.Link
	Organ    string
	Day      string
	Gaps     int
	Answered string
}

type sourceLine struct {
	Group, Name, Means string
	Tag                page.Tag
}

type dispatchIssueForm struct {
	Key, Month, Day string
	Office          int64
	Note            page.Field
	When            string // the day of dispatch of the month
}

var dispatchTemplate = page.NewTemplate(templates, "templates/dispatch.html")

// gapHref is where a gap can be seen.
func gapHref(g oversight.Gap) string {
	kind, rest, _ := strings.Cut(g.Ref, "/")
	id, more, _ := strings.Cut(rest, "/")
	switch kind {
	case "plantask":
		return "/desk/plantasks/" + id
	case "recurring":
		return "/desk/recurring/" + id
	case "order":
		return "/desk/orders/" + id
	case "task":
		return "/desk/tasks/" + id
	case "request":
		return "/desk/requests/" + id
	case "voice":
		return "/desk/voices/" + id
	case "filing":
		return "/desk/filing/" + id + "/" + more
	case "disclosure":
		return "/desk/items/" + id
	case "column":
		return page.With("/desk/monitor", "organ", id)
	case "guide":
		return page.With("/desk/guide", "organ", id)
	case "catalogue":
		return page.With("/desk/catalogue", "organ", id)
	}
	return ""
}

// offices are the organs whose gaps the viewer may count, the highest first.
func (l *Lead) offices(r *http.Request, want int64) ([]page.Option, org.Organ, error) {
	v := page.VisitOf(r).Viewer
	sc := v.Scope(org.SeePlans)
	var list []org.Organ
	for _, id := range sc.Homes() {
		o, err := l.store.Organ(r.Context(), id)
		if err != nil {
			return nil, org.Organ{}, err
		}
		list = append(list, o)
	}
	slices.SortFunc(list, func(a, b org.Organ) int { return strings.Compare(a.Path, b.Path) })
	if want != 0 && !slices.ContainsFunc(list, func(o org.Organ) bool { return o.ID == want }) {
		o, err := l.store.Organ(r.Context(), want)
		if err != nil {
			return nil, o, err
		}
		if !org.May(v, org.SeePlans, o.Subject()) {
			return nil, o, page.ErrNotFound
		}
		list = append(list, o)
	}
	if len(list) == 0 {
		return nil, org.Organ{}, page.ErrNotFound
	}
	chosen := list[0]
	var out []page.Option
	for _, o := range list {
		if o.ID == want {
			chosen = o
		}
	}
	for _, o := range list {
		out = append(out, page.Option{Value: fmt.Sprint(o.ID), Text: o.Name, Selected: o.ID == chosen.ID})
	}
	return out, chosen, nil
}

// dispatchNow counts gaps as of a day.
func (l *Lead) dispatchNow(w http.ResponseWriter, r *http.Request) error {
	return l.showDispatchNow(w, r, http.StatusOK, "")
}

func (l *Lead) showDispatchNow(w http.ResponseWriter, r *http.Request, code int, failure string) error {
	v, today := page.VisitOf(r).Viewer, l.cfg.Today()
	options, office, err := l.offices(r, planID(r.FormValue("office")))
	if err != nil {
		return err
	}
	day := today
	if d, err := law.ParseDate(r.FormValue("on")); err == nil && d.Year > firstDispatch && d.Year < today.Year+2 {
		day = d
	}
	sheet, err := l.store.Gaps(r.Context(), v, office.ID, day)
	if err != nil {
		return err
	}
	p := dispatchPage{Base: l.base(r, "dispatch", "月度调度"), Heading: "月度调度", Office: office.Name, On: day.String(), Failure: failure, D: oversight.Dispatch{Organ: office.ID, Year: day.Year, Month: day.Month, Day: day}}
	if len(options) > 1 {
		p.Offices = options
	}
	p.Print = page.With("/desk/dispatch/print", "office", fmt.Sprint(office.ID), "on", p.On)
	p.figures(sheet.Sources, sheet.Looked, len(sheet.Organs), sheet.Gaps, sheet.Carried, sheet.Settled)
	p.Clear = max(sheet.Looked-len(sheet.Organs), 0)
	here := func(organ int64) string {
		return page.With("/desk/dispatch", "office", fmt.Sprint(office.ID), "on", p.On, "organ", fmt.Sprint(organ))
	}
	month := oversight.MonthName(day.Year, day.Month)
	want := planID(r.FormValue("organ"))
	if len(options) == 1 && len(sheet.Organs) == 1 && sheet.Looked == 1 {
		want = sheet.Organs[0].Organ.ID // the viewer's own organ: nothing to choose
	}
	for _, o := range sheet.Organs {
		row := dispatchRow{Organ: page.Link{Text: o.Organ.ShortName(), Href: here(o.Organ.ID)}, Total: len(o.Gaps)}
		for _, g := range o.Gaps {
			if g.Since < month {
				row.Carried++
			}
		}
		row.Figures = groupFigures(func(g oversight.GapGroup) int { return o.Count(g) }, sheet.Sources)
		if len(p.Rows) < mostOrgans {
			p.Rows = append(p.Rows, row)
		} else {
			p.Cut++
		}
		if o.Organ.ID == want {
			x := dispatchOrgan{ID: o.Organ.ID, Name: o.Organ.Name, Back: page.With("/desk/dispatch", "office", fmt.Sprint(office.ID), "on", p.On)}
			for _, g := range o.Gaps {
				x.Gaps = append(x.Gaps, gapLineOf(g, month, sheet.Parts[g.Part], org.May(v, org.GiveOrders, o.Organ.Subject())))
			}
			p.Organ = &x
		}
	}
	if len(options) == 1 && sheet.Looked == 1 && p.Organ != nil {
		p.Organ.Back, p.Rows = "", nil
	}
	p.Empty = page.Empty{Text: "到这一天没有缺口。"}
	if err := l.dispatchAround(r, &p, office); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, dispatchTemplate, p)
}

// firstDispatch is before every day that is asked for in earnest.
const firstDispatch = 2018

// groupFigures are the figures of an organ by group; a group of which nothing is
// connected has none.
func groupFigures(count func(oversight.GapGroup) int, sources []oversight.SourceAnswer) []string {
	var out []string
	for _, g := range oversight.GapGroups() {
		switch n := count(g); {
		case n > 0:
			out = append(out, strconv.Itoa(n))
		case !groupConnected(g, sources):
			out = append(out, "—")
		default:
			out = append(out, "")
		}
	}
	return out
}

func groupConnected(g oversight.GapGroup, sources []oversight.SourceAnswer) bool {
	return slices.ContainsFunc(sources, func(a oversight.SourceAnswer) bool {
		s, _ := oversight.GapSourceOf(a.Name)
		return s.Group == g && a.Connected
	})
}

// figures fills in the sums, the sentences and what was asked.
func (p *dispatchPage) figures(sources []oversight.SourceAnswer, looked, with, gaps, carried, settled int) {
	sum := map[oversight.GapGroup]int{}
	var unconnected []string
	for _, a := range sources {
		s, ok := oversight.GapSourceOf(a.Name)
		if !ok { // a source that an older program asked
			continue
		}
		sum[s.Group] += a.Gaps
		line := sourceLine{Group: s.Group.Chinese(), Name: s.Chinese, Means: s.Means, Tag: page.Tag{Text: a.Says()}}
		if !a.Connected {
			unconnected = append(unconnected, s.Chinese)
			line.Tag.Tone = "warn"
		}
		p.Sources = append(p.Sources, line)
	}
	for _, g := range oversight.GapGroups() {
		f := dispatchFigure{Name: g.Chinese(), Text: strconv.Itoa(sum[g]), Bad: sum[g] > 0}
		if !groupConnected(g, sources) {
			f.Text = "尚未接入"
		}
		p.Figures = append(p.Figures, f)
		p.Groups = append(p.Groups, g.Chinese())
	}
	p.Says = render.DispatchSays(looked, with, gaps, carried, settled, unconnected)
}

// gapLineOf is a gap on screen; gives says that the viewer may give orders there.
func gapLineOf(g store.GapRow, month string, part org.Organ, gives bool) gapLine {
	s, _ := oversight.GapSourceOf(g.Source)
	line := gapLine{ID: g.ID, Version: g.Version, Kind: s.Chinese, Text: g.Text, Href: gapHref(g.Gap), Part: part.ShortName(), Due: g.Due.String(), Answer: g.Answer, Promise: g.Promise.String(), Said: g.Said.String(),
		AnswerID: fmt.Sprintf("answer-%d", g.ID), PromiseID: fmt.Sprintf("promise-%d", g.ID)}
	if g.Since != "" && g.Since < month {
		line.Since, line.Carried = oversight.MonthChinese(g.Since), true
	}
	if gives && g.Source != oversight.GapOrdersOpen {
		from := strings.SplitN(g.Ref, "/", 3)
		ref := strings.Join(from[:min(len(from), 2)], "/")
		if g.ID != 0 {
			ref = fmt.Sprintf("gap/%d", g.ID)
		}
		line.Order = page.With("/desk/orders/new", "from", ref, "organ", fmt.Sprint(g.Organ))
	}
	return line
}

// dispatchAround adds what stands beside the gaps: past dispatches, and for those
// who may the form to issue this month's.
func (l *Lead) dispatchAround(r *http.Request, p *dispatchPage, office org.Organ) error {
	v := page.VisitOf(r).Viewer
	list, err := l.store.Dispatches(r.Context(), v)
	if err != nil {
		return err
	}
	issued := false
	for _, d := range list {
		issued = issued || d.Organ == office.ID && d.Year == p.D.Year && d.Month == p.D.Month
		x := dispatchPast{What: page.Link{Text: d.Number(), Href: fmt.Sprintf("/desk/dispatch/%d", d.ID)}, Organ: d.OrganName, Day: d.Day.String(), Gaps: d.Mine}
		x.Answered = fmt.Sprintf("%d/%d", d.Answered, d.Mine)
		p.Past = append(p.Past, x)
	}
	at := office.Subject()
	if issued || !org.May(v, org.EditPlans, at) || !org.May(v, org.EditPlans, org.Subject{Path: at.Path + "0/"}) {
		return nil
	}
	when, err := l.dispatchDay(r.Context(), office.ID, p.D.Year, p.D.Month)
	if err != nil {
		return err
	}
	p.IssueForm = &dispatchIssueForm{Key: page.NewKey(), Month: p.D.Number(), Day: p.On, Office: office.ID, When: when.Chinese(),
		Note: page.Field{Name: "note", Label: "按语", Kind: "textarea", Rows: 2, Max: 500, Value: r.PostFormValue("note"), Hint: "印在表的上面，可以不写。例如：请各单位于月底前销号。"}}
	return nil
}

// dispatchDay is the day on which an office dispatches in a month.
func (l *Lead) dispatchDay(ctx context.Context, office int64, year, month int) (law.Date, error) {
	list, err := l.store.Settings(ctx, office)
	if err != nil {
		return law.Date{}, err
	}
	c, _ := org.ChoiceOf(org.DispatchOn)
	value := c.Default
	for _, s := range list {
		if s.Name == org.DispatchOn && s.Value != "" {
			value = s.Value
		}
	}
	day, err := strconv.Atoi(value)
	if err != nil {
		return law.Date{}, nil // a value from before it was checked
	}
	cal, err := l.cfg.Calendar(ctx)
	if err != nil {
		return law.Date{}, err
	}
	return oversight.DispatchDay(year, month, day, cal), nil
}

func (l *Lead) dispatchIssue(w http.ResponseWriter, r *http.Request) error {
	if err := ledgerForm(r); err != nil {
		return err
	}
	day, err := law.ParseDate(r.PostFormValue("on"))
	if err != nil {
		return l.showDispatchNow(w, r, http.StatusUnprocessableEntity, "统计日期请写成年-月-日的形式，如 2026-01-25。")
	}
	d, err := l.store.IssueDispatch(r.Context(), page.By(r), planID(r.PostFormValue("office")), day, strings.TrimSpace(r.PostFormValue("note")))
	if err != nil {
		return l.planAnswer(err, func(code int, failure string) error { return l.showDispatchNow(w, r, code, failure) })
	}
	return page.Done(w, r, "/desk/dispatch/"+d.Answer, "sent", d)
}
