package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) settingRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/settings", Verb: org.EditSettings, Serve: o.settings},
		{Pattern: "POST /desk/settings", Verb: org.EditSettings, Serve: o.settingSave},
		{Pattern: "GET /desk/settings/calendar", Verb: org.SeeOrgan, Serve: o.calendarPage},
		{Pattern: "POST /desk/settings/calendar", Verb: org.Configure, Body: 128 << 10, Serve: o.calendarSave},
	}
}

type settingsPage struct {
	page.Base
	Organs  []page.Option
	Organ   int64
	Key     string
	Fields  []settingField
	Failure string
	System  bool // may configure the instance
}

type settingField struct {
	page.Field
	Version int64
	Cite    string
	History string // where its history is
}

var settingsTemplate = page.NewTemplate(templates, "templates/settings.html")

func (o *Office) settings(w http.ResponseWriter, r *http.Request) error {
	return o.showSettings(w, r, http.StatusOK, nil, "")
}

func (o *Office) showSettings(w http.ResponseWriter, r *http.Request, code int, bad map[string]string, failure string) error {
	v := page.VisitOf(r).Viewer
	p := settingsPage{Base: o.base(r, "settings", "设置"), Key: page.NewKey(), Failure: failure, System: org.Able(v, org.Configure)}
	var err error
	if p.Organ, err = o.allowed(r, org.EditSettings); err != nil {
		return err
	}
	if p.Organs, err = o.organChoices(r, v.Scope(org.EditSettings), p.Organ); err != nil {
		return err
	}
	if p.Organ == 0 && len(p.Organs) > 0 {
		p.Organ, _ = strconv.ParseInt(p.Organs[0].Value, 10, 64)
	}
	if p.Organ == 0 {
		return page.ErrNotFound
	}
	list, err := o.store.Settings(r.Context(), p.Organ)
	if err != nil {
		return err
	}
	have := map[string]store.Setting{}
	for _, s := range list {
		have[s.Name] = s
	}
	at, err := o.store.Organ(r.Context(), p.Organ)
	if err != nil {
		return err
	}
	office := org.May(v, org.ReviewReports, at.Subject())
	for _, c := range org.Choices() {
		if c.Instance || c.Office && !office {
			continue
		}
		s := have[c.Name]
		f := settingField{Field: page.Field{Name: c.Name, Label: c.Label, Hint: c.Hint, Value: s.Value, Message: bad[c.Name], Max: 100}, Version: s.Version, Cite: c.Cite.String(),
			History: page.With("/desk/log", "ref", store.SettingRef(p.Organ, c.Name))}
		if c.Default != "" {
			f.Hint += " 不写时为“" + c.Default + "”。"
		}
		if bad != nil || failure != "" {
			f.Value = r.FormValue(c.Name)
		}
		if len(c.Options) > 0 { // what nobody decided stays undecided when the form is sent
			f.Options = append(f.Options, page.Option{Text: "不另行决定", Selected: f.Value == ""})
		}
		for _, x := range c.Options {
			f.Kind = "select"
			f.Options = append(f.Options, page.Option{Value: x, Text: x, Selected: x == f.Value})
		}
		p.Fields = append(p.Fields, f)
	}
	return page.RenderStatus(w, r, code, settingsTemplate, p)
}

// settingSave keeps every field that was changed. Each is an act of its own, so
// that one which somebody else changed meanwhile is named and the others stand.
func (o *Office) settingSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	organ, err := strconv.ParseInt(r.FormValue("organ"), 10, 64)
	if err != nil {
		return page.ErrNotFound
	}
	bad := map[string]string{}
	for _, c := range org.Choices() {
		if m := c.Check(strings.TrimSpace(r.FormValue(c.Name))); m != "" && r.Form.Has(c.Name) {
			bad[c.Name] = m
		}
	}
	if len(bad) > 0 {
		return o.showSettings(w, r, http.StatusUnprocessableEntity, bad, "")
	}
	by := page.By(r)
	key := by.Key
	var last store.Done
	for _, c := range org.Choices() {
		if c.Instance || !r.Form.Has(c.Name) {
			continue
		}
		value := strings.TrimSpace(r.FormValue(c.Name))
		version, _ := strconv.ParseInt(r.FormValue("version."+c.Name), 10, 64)
		if version == 0 && value == "" || value == r.FormValue("was."+c.Name) {
			continue
		}
		by.Key = key + "." + c.Name
		d, err := o.store.SaveSetting(r.Context(), by, store.Setting{Organ: organ, Name: c.Name, Value: value, Version: version})
		var refusal *act.Refusal
		switch {
		case errors.Is(err, store.ErrConflict):
			return o.showSettings(w, r, http.StatusConflict, map[string]string{c.Name: "在您填写期间，别人已经改了这一项。请重新打开本页看现在的值，再决定是否修改。"}, "")
		case errors.As(err, &refusal):
			return o.showSettings(w, r, http.StatusForbidden, nil, refusal.Text)
		case err != nil:
			return err
		}
		last = d
	}
	return page.Done(w, r, fmt.Sprintf("/desk/settings?organ=%d", organ), "saved", last)
}

type calendarShow struct {
	page.Base
	Horizon string
	Left    string // how much of the known calendar is left
	Late    bool
	Years   []yearLine
	May     bool
	Key     string
	Version int64
	Table   page.Field
	Changes []changeLine
	More    int
	Preview bool
}

type yearLine struct {
	Year     int
	Workdays string
	Address  string
}

type changeLine struct{ Day, Before, Now, Name string }

var calendarTemplate = page.NewTemplate(templates, "templates/calendar.html")

func (o *Office) calendarPage(w http.ResponseWriter, r *http.Request) error {
	s, err := o.notice(r.Context())
	if err != nil {
		return err
	}
	return o.showCalendar(w, r, http.StatusOK, s, s.Value, "", nil)
}

func (o *Office) showCalendar(w http.ResponseWriter, r *http.Request, code int, s store.Setting, table, message string, next *calendar.Calendar) error {
	c, err := o.Calendar(r.Context())
	if err != nil {
		return err
	}
	today := o.cfg.Today()
	p := calendarShow{Base: o.base(r, "settings", "工作日历"), Horizon: c.Horizon().Chinese(), May: org.Able(page.VisitOf(r).Viewer, org.Configure), Key: page.NewKey(), Version: s.Version}
	p.Crumbs = []page.Link{{Text: "设置", Href: "/desk/settings"}}
	days := c.Horizon().DaysSince(today)
	p.Late = days < 45
	p.Left = fmt.Sprintf("还有 %d 天", days)
	if days < 0 {
		p.Left = "已经用完，此后的期限都是暂定的"
	}
	seen := map[int]bool{}
	for _, n := range c.Notices() {
		if n.Year < today.Year-1 || seen[n.Year] {
			continue
		}
		seen[n.Year] = true
		w, _ := c.InYear(n.Year)
		p.Years = append(p.Years, yearLine{n.Year, fmt.Sprint(int(w)), n.Address})
	}
	p.Table = page.Field{Name: "table", Label: "放假通知", Kind: "textarea", Rows: 10, Value: table, Message: message, Max: 20000,
		Hint: "一行一项：year 2027 开头；notice 后写通知的网址；off 节日 起..止 为放假；on 节日 日期 为调休上班。后写的通知改变前面的。"}
	if next != nil {
		p.Preview = true
		const most = 60
		list := calendar.Changes(c, next, law.Day(today.Year-1, 1, 1), law.Day(max(next.Horizon().Year, c.Horizon().Year), 12, 31))
		for i, x := range list {
			if i == most {
				p.More = len(list) - most
				break
			}
			line := changeLine{Day: x.Day.Chinese() + " " + page.Weekdays[x.Day.Weekday()], Before: "休息", Now: "上班", Name: x.Name}
			if !x.Now {
				line.Before, line.Now = "上班", "休息"
			}
			p.Changes = append(p.Changes, line)
		}
	}
	return page.RenderStatus(w, r, code, calendarTemplate, p)
}

// calendarSave shows what a table of notices would change, and takes it over
// when that is confirmed.
func (o *Office) calendarSave(w http.ResponseWriter, r *http.Request) error {
	s, err := o.notice(r.Context())
	if err != nil {
		return err
	}
	table := strings.ReplaceAll(r.FormValue("table"), "\r\n", "\n")
	next, err := calendar.Extend(table)
	if err != nil {
		return o.showCalendar(w, r, http.StatusUnprocessableEntity, s, table, "放假通知没有读懂："+strings.TrimPrefix(err.Error(), "calendar: ")+"。请对照下面的写法逐行检查。", nil)
	}
	if r.FormValue("do") != "save" {
		return o.showCalendar(w, r, http.StatusOK, s, table, "", next)
	}
	s.Version, _ = strconv.ParseInt(r.FormValue("version"), 10, 64)
	s.Value = table
	d, err := o.store.SaveSetting(r.Context(), page.By(r), s)
	if errors.Is(err, store.ErrConflict) {
		return o.showCalendar(w, r, http.StatusConflict, s, table, "在您填写期间，别人已经录入了另一份通知。请打开另一个窗口核对后再提交。", next)
	}
	if err != nil {
		return err
	}
	return page.Done(w, r, "/desk/settings/calendar", "saved", d)
}
