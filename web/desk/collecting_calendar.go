package desk

import (
	"errors"
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// filingCalendarPage is the filing calendar of one office for one year: for each kind
// of organ the statute's day, the day the office has set, and what applies to
// whom in the end.
type filingCalendarPage struct {
	page.Base
	Office  string
	Year    int
	Years   []page.Option
	Rows    []dueRow
	Applies []dueApplies
	Cut     bool
	Failure string
	Key     string
	Today   string
	Missing string
}

// A dueRow is one kind of organ, with the form to set its day.
type dueRow struct {
	ID          string // of the row: kind and level
	Name        string
	Kind, Level string
	Statute     string
	StatuteDay  string
	Day, Basis  string // as set, or as typed
	Version     int64
	Bad         string
	Warn        []string // why the day may be a bad one
	Ask         bool     // the warning has to be confirmed
	Key         string
}

// dueApplies is what applies to some organs.
type dueApplies struct {
	Kind  string
	Count int
	Day   page.Limit
	Late  int
	Names string
}

var filingCalendarTemplate = page.NewTemplate(templates, "templates/collecting_calendar.html")

// dueKinds are the kinds for which an office sets days.
var dueKinds = []org.Kind{org.Town, org.Street, org.Department, org.Authorised, org.Government}

// typedDue is what a form that was not accepted said.
type typedDue struct {
	id, day, basis, bad string
	ask                 bool
}

func (d *Desk) filingCalendar(w http.ResponseWriter, r *http.Request) error {
	year, err := d.collectingYear(r.URL.Query().Get("year"))
	if err != nil {
		return err
	}
	return d.showCalendar(w, r, http.StatusOK, year, typedDue{}, "")
}

func (d *Desk) showCalendar(w http.ResponseWriter, r *http.Request, code, year int, typed typedDue, failure string) error {
	p := filingCalendarPage{Base: d.collectingBase(r, fmt.Sprintf("%d年度年报报送日期", year)), Year: year, Years: d.collectingYears(year), Failure: failure, Today: d.cfg.Today().Chinese()}
	p.Crumbs = []page.Link{{Text: "收集审核", Href: listQuery{Year: year}.at()}}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	id := officeOf(v, "")
	if d.store == nil || id == 0 {
		p.Missing = "您没有在哪个机关担任主管部门岗位，不能规定报送日期。"
		return page.Render(w, r, filingCalendarTemplate, p)
	}
	office, err := d.store.Organ(ctx, id)
	if err != nil {
		return missing(err)
	}
	p.Office = office.Name
	dues, err := d.store.FilingDues(ctx, id, year)
	if err != nil {
		return err
	}
	cal, err := d.days(ctx)
	if err != nil {
		return err
	}
	row := func(kind org.Kind, level org.Level) {
		x := dueRow{ID: fmt.Sprintf("%s-%d", kind, level), Name: kind.Chinese(), Kind: string(kind), Level: strconv.Itoa(int(level)), Key: page.NewKey()}
		if level != 0 {
			x.Name = level.Chinese() + kind.Chinese()
		}
		if kind == "" {
			x.Name = strings.TrimSpace(level.Chinese() + "全部机关")
		}
		statute := reporting.DueDay(kind, year)
		if x.Statute, x.StatuteDay = statute.Basis, statute.Day.Chinese(); statute.Day.IsZero() {
			x.Statute = "条例没有规定，由主管部门规定"
		}
		for _, u := range dues {
			if u.Kind == kind && u.Level == level {
				x.Day, x.Basis, x.Version = u.Day.String(), u.Basis, u.Version
				x.Warn = dueWarnings(cal, u.Day, year, u.Day) // that it has passed since is no fault
			}
		}
		if typed.id == x.ID {
			x.Day, x.Basis, x.Bad, x.Ask = typed.day, typed.basis, typed.bad, typed.ask
			if day, err := parseDay(typed.day); err == nil && !day.IsZero() {
				x.Warn = dueWarnings(cal, day, year, d.cfg.Today())
			}
		}
		p.Rows = append(p.Rows, x)
	}
	for _, k := range dueKinds {
		row(k, 0)
	}
	for _, u := range dues { // finer than the page offers, e.g. imported
		if u.Level != 0 || u.Kind == "" {
			row(u.Kind, u.Level)
		}
	}
	if err := d.applies(r, v, year, cal, &p); err != nil {
		return err
	}
	return page.RenderStatus(w, r, code, filingCalendarTemplate, p)
}

// practicalDays is how many working days organs need at least: the figures of a
// year are whole on its last day and not before.
const practicalDays = 5

// dueWarnings says why a day may be a bad one. None of it is forbidden.
func dueWarnings(c *calendar.Calendar, day law.Date, year int, today law.Date) []string {
	if day.IsZero() {
		return nil
	}
	var out []string
	if n, _ := c.Between(law.Day(year, 12, 31), day); n < practicalDays {
		out = append(out, fmt.Sprintf("年度数字到12月31日才能定，从1月1日到这一天只有%d个工作日，恐怕来不及统计、核对和签发。", max(int(n), 0)))
	}
	if !c.Working(day) {
		name := c.Holiday(day)
		if name == "" {
			name = page.Weekdays[day.Weekday()]
		}
		out = append(out, "这一天是"+name+"，不上班。")
	}
	if day.Before(today) {
		out = append(out, "这一天已经过去，保存以后没有报送的机关立即算作逾期。")
	}
	return out
}

// maxApplies bounds how many organs the table of what applies looks at.
const maxApplies = 5000

// applies groups the organs below by the day that applies to them.
func (d *Desk) applies(r *http.Request, v org.Viewer, year int, cal *calendar.Calendar, p *filingCalendarPage) error {
	type key struct {
		kind  org.Kind
		day   law.Date
		basis string
	}
	groups := map[key]*dueApplies{}
	var order []key
	n := 0
	f := store.FilingQuery{Year: year, Viewer: v, Limit: store.MaxReports}
	for more := true; more && n < maxApplies; {
		rows, next, err := d.store.Filings(r.Context(), f)
		if err != nil {
			return err
		}
		for _, x := range rows {
			n++
			k := key{reporting.DueKind(x.Organ), x.Due, x.Basis}
			g := groups[k]
			if g == nil {
				g = &dueApplies{Kind: k.kind.Chinese(), Day: page.LimitOf(cal, d.cfg.Today(), x.Due, x.Basis, 3)}
				groups[k] = g
				order = append(order, k)
			}
			if g.Count++; g.Count <= 3 {
				g.Names += "、" + x.Organ.Name
			}
			if x.Late(d.cfg.Today()) > 0 {
				g.Late++
			}
		}
		f.After = next
		more = next != ""
	}
	p.Cut = n >= maxApplies
	sort.SliceStable(order, func(i, j int) bool { return rankOfKind(order[i].kind) < rankOfKind(order[j].kind) })
	for _, k := range order {
		g := groups[k]
		g.Names = strings.TrimPrefix(g.Names, "、")
		if g.Count > 3 {
			g.Names += "等"
		}
		p.Applies = append(p.Applies, *g)
	}
	return nil
}

func rankOfKind(k org.Kind) int {
	for i, x := range dueKinds {
		if x == k {
			return i
		}
	}
	return len(dueKinds)
}

// filingCalendarSet sets, changes or takes away one day.
func (d *Desk) filingCalendarSet(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	year, err := d.collectingYear(r.PostFormValue("year"))
	if err != nil {
		return err
	}
	v := page.VisitOf(r).Viewer
	office := officeOf(v, "")
	if d.store == nil || office == 0 {
		return page.ErrNotFound
	}
	kind := org.Kind(r.PostFormValue("kind"))
	level, _ := strconv.Atoi(r.PostFormValue("level"))
	version, _ := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	typed := typedDue{id: fmt.Sprintf("%s-%d", kind, level), day: clip(r.PostFormValue("day"), 20), basis: clip(strings.TrimSpace(r.PostFormValue("basis")), 100)}
	again := func(code int, bad, failure string) error {
		typed.bad = bad
		return d.showCalendar(w, r, code, year, typed, failure)
	}
	day, err := parseDay(typed.day)
	if err != nil {
		return again(http.StatusUnprocessableEntity, fmt.Sprintf("日期请写成年-月-日的形式，例如 %d-01-20。", year+1), "")
	}
	if r.PostFormValue("do") == "clear" {
		day = law.Date{}
	}
	cal, err := d.days(r.Context())
	if err != nil {
		return err
	}
	if warn := dueWarnings(cal, day, year, d.cfg.Today()); len(warn) > 0 && r.PostFormValue("sure") == "" {
		typed.ask = true
		return again(http.StatusUnprocessableEntity, "", "")
	}
	done, err := d.store.SetFilingDue(r.Context(), page.By(r), store.FilingDue{Office: office, Year: year, Kind: kind, Level: org.Level(level), Day: day, Basis: typed.basis, Version: version})
	var refused *act.Refusal
	switch {
	case errors.As(err, &refused):
		return again(http.StatusUnprocessableEntity, refused.Text, "")
	case errors.Is(err, store.ErrConflict):
		typed = typedDue{}
		return again(http.StatusConflict, "", "在您填写期间，同事已经改了这个日期。下面是现在的规定，请核对后再改。")
	case err != nil:
		return missing(err)
	}
	return page.Done(w, r, "/desk/collecting/calendar?year="+strconv.Itoa(year), "saved", done)
}
