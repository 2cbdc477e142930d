package desk

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// portalRoutes are the pages for publishing elsewhere: packages for a portal,
// and where on it each report stands.
func (d *Desk) portalRoutes() []page.Route {
	routes := []page.Route{
		{Pattern: "GET /desk/portal", Serve: d.portal},
		{Pattern: "POST /desk/portal", Serve: d.portalSave},
		{Pattern: "POST /desk/portal/export", Time: portalTime, Serve: d.portalExport},
		{Pattern: "GET /desk/portal/without", Time: readTime, Serve: d.portalWithout},
		{Pattern: "GET /desk/portal/links", Serve: d.portalLinksForm},
		{Pattern: "POST /desk/portal/links", Body: linksBytes, Time: readTime, Serve: d.portalLinks},
		{Pattern: "GET /desk/portal/settings", Verb: org.EditSettings, Serve: d.portalSettings},
		{Pattern: "POST /desk/portal/settings", Verb: org.EditSettings, Serve: d.portalSettingsSave},
	}
	for i := range routes {
		routes[i].Role = page.Officer
		if routes[i].Verb == "" {
			routes[i].Verb = org.PublishReports
		}
	}
	return routes
}

// portalRows is how many reports one page of the list shows.
const portalRows = 40

type portalPage struct {
	page.Base
	Years    []portalYear
	Year     int
	Organs   []page.Option // to narrow the list to
	Organ    string
	States   []page.Option
	State    string
	Q        string
	Rows     []portalRow
	Pager    page.Pager
	Empty    page.Empty
	Formats  []page.Field
	Exports  []page.Field // years to export
	Failure  string
	NoBase   bool
	Settings string // address of the settings, "" for who may not change them
	Without  string // address of the list of reports without an address
}

type portalYear struct {
	store.PortalYear
	Left int
	Href string
	On   bool
}

type portalRow struct {
	ID                 int64
	Organ, Published   string
	Href               string // on our public site
	URL, On            string
	Version            int64
	Message            string
	Was, WasOn         string
	URLField, DayField string // ids of the inputs
}

var portalTemplate = page.NewTemplate(templates, "templates/portal.html")

// portalAsk is what a request asks of the list.
type portalAsk struct {
	year  int
	organ org.Organ // zero: everything the viewer may publish
	state string
	q     string
	after string
}

func (a portalAsk) href(path string, more ...string) string {
	pairs := []string{"year", "", "organ", "", "state", a.state, "q", a.q}
	if a.year > 0 {
		pairs[1] = strconv.Itoa(a.year)
	}
	if a.organ.ID != 0 {
		pairs[3] = strconv.FormatInt(a.organ.ID, 10)
	}
	return page.With(path, append(pairs, more...)...)
}

var portalStates = []page.Option{{Value: store.PortalAll, Text: "全部"}, {Value: store.PortalUnlinked, Text: "还没有门户网址的"}, {Value: store.PortalLinked, Text: "已有门户网址的"}}

// portalAsked reads what is asked for. An organ that is out of reach is as one
// that is not there.
func (d *Desk) portalAsked(r *http.Request, years []store.PortalYear) (portalAsk, error) {
	a := portalAsk{state: store.PortalAll, q: clip(strings.TrimSpace(r.FormValue("q")), 40), after: r.FormValue("after")}
	if len(years) > 0 {
		a.year = years[0].Year
	}
	if s := r.FormValue("year"); s != "" {
		y, err := strconv.Atoi(s)
		if err != nil || len(s) != 4 {
			return a, &page.Input{Text: "年度请写成四位数字，例如 2025。"}
		}
		a.year = y
	}
	for _, o := range portalStates {
		if o.Value == r.FormValue("state") {
			a.state = o.Value
		}
	}
	if s := r.FormValue("organ"); s != "" && s != "0" {
		o, err := d.portalOrgan(r, s, org.PublishReports)
		if err != nil {
			return a, err
		}
		a.organ = o
	}
	return a, nil
}

// portalOrgan is an organ to which the viewer may do what the verb says, or
// which has organs below it to which he may.
func (d *Desk) portalOrgan(r *http.Request, id string, verb org.Verb) (org.Organ, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || d.store == nil {
		return org.Organ{}, page.ErrNotFound
	}
	o, err := d.store.Organ(r.Context(), n)
	if err != nil {
		return org.Organ{}, missing(err)
	}
	if !org.May(page.VisitOf(r).Viewer, verb, o.Subject()) {
		return org.Organ{}, page.ErrNotFound
	}
	return o, nil
}

func (d *Desk) portal(w http.ResponseWriter, r *http.Request) error {
	return d.showPortal(w, r, http.StatusOK, "", nil)
}

// showPortal draws the list. entered are rows as somebody filled them in, by
// organ, with what was wrong.
func (d *Desk) showPortal(w http.ResponseWriter, r *http.Request, code int, failure string, entered map[int64]portalRow) error {
	if d.store == nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	years, err := d.store.PortalYears(ctx, v, 0)
	if err != nil {
		return err
	}
	a, err := d.portalAsked(r, years)
	if err != nil {
		return err
	}
	if a.organ.ID != 0 {
		if years, err = d.store.PortalYears(ctx, v, a.organ.ID); err != nil {
			return err
		}
	}
	p := portalPage{Base: d.base(r, "portal", "发布导出"), Year: a.year, Q: a.q, State: a.state, Failure: failure}
	for _, y := range years {
		b := a
		b.year = y.Year
		p.Years = append(p.Years, portalYear{y, y.Published - y.Linked, b.href("/desk/portal"), y.Year == a.year})
		on := y.Year == a.year
		if r.Method == http.MethodPost && failure != "" {
			on = slices.Contains(r.PostForm["export"], strconv.Itoa(y.Year))
		}
		p.Exports = append(p.Exports, page.Field{Name: strconv.Itoa(y.Year), Label: fmt.Sprintf("%d年度", y.Year), Value: mark(on)})
	}
	for _, s := range portalStates {
		s.Selected = s.Value == a.state
		p.States = append(p.States, s)
	}
	if p.Organs, err = d.portalOrgans(r, v.Scope(org.PublishReports), a.organ); err != nil {
		return err
	}
	if a.organ.ID != 0 {
		p.Organ = strconv.FormatInt(a.organ.ID, 10)
	}
	for _, f := range formats() {
		if f.Key != "html" {
			on := r.Method != http.MethodPost || failure == "" || slices.Contains(r.PostForm["format"], f.Key)
			p.Formats = append(p.Formats, page.Field{Name: f.Key, Label: f.Name, Value: mark(on)})
		}
	}
	if err := d.portalList(r, &p, a, entered); err != nil {
		return err
	}
	if org.Able(v, org.EditSettings) {
		p.Settings = page.With("/desk/portal/settings", "organ", p.Organ)
	}
	b := a
	b.state, b.q = "", ""
	p.Without = b.href("/desk/portal/without")
	set, err := d.portalSetup(ctx, v, a.organ)
	if err != nil {
		return err
	}
	p.NoBase = set.Base == ""
	return page.RenderStatus(w, r, code, portalTemplate, p)
}

func mark(on bool) string {
	if on {
		return "1"
	}
	return ""
}

func (d *Desk) portalList(r *http.Request, p *portalPage, a portalAsk, entered map[int64]portalRow) error {
	rows, next, err := d.store.PortalRows(r.Context(), store.PortalQuery{Viewer: page.VisitOf(r).Viewer, Year: a.year, Under: a.organ.ID, State: a.state, Search: a.q, After: a.after, Limit: portalRows})
	if err != nil {
		return err
	}
	for _, x := range rows {
		id := strconv.FormatInt(x.Organ.ID, 10)
		row := portalRow{ID: x.Organ.ID, Organ: x.Organ.Name, Published: x.Published.String(), Href: "/reports/" + url.PathEscape(organKey(x.Organ)) + "/" + strconv.Itoa(x.Year),
			URL: x.Link.URL, On: x.Link.On.String(), Version: x.Link.Version, URLField: "url-" + id, DayField: "on-" + id}
		row.Was, row.WasOn = row.URL, row.On
		if e, ok := entered[x.Organ.ID]; ok {
			row.URL, row.On, row.Message = e.URL, e.On, e.Message
		}
		p.Rows = append(p.Rows, row)
	}
	if a.after != "" {
		p.Pager.First = a.href("/desk/portal")
	}
	if next != "" {
		p.Pager.Next = a.href("/desk/portal", "after", next)
	}
	switch {
	case len(rows) > 0:
	case len(p.Years) == 0:
		p.Empty = page.Empty{Text: "您能发布的机关里还没有已发布的年度报告。报告在“本机关年报”或“收集审核”发布以后，才能导出给门户网站。"}
	case a.state == store.PortalUnlinked && a.q == "":
		p.Empty = page.Empty{Text: fmt.Sprintf("%d年度已发布的报告都登记了门户网址。", a.year), Action: page.Link{Text: "查看全部", Href: portalAsk{year: a.year, organ: a.organ}.href("/desk/portal")}}
	default:
		p.Empty = page.Empty{Text: "没有符合条件的报告。", Action: page.Link{Text: "查看全部", Href: portalAsk{year: a.year}.href("/desk/portal")}}
	}
	return nil
}

// portalOrgans are the organs to narrow the list to: where posts are, and what
// is directly below where they reach below.
func (d *Desk) portalOrgans(r *http.Request, sc org.Scope, selected org.Organ) ([]page.Option, error) {
	out := []page.Option{{Value: "", Text: "全部可以发布的机关"}}
	seen := map[int64]bool{}
	add := func(o org.Organ) {
		if !seen[o.ID] && len(out) < 500 {
			seen[o.ID] = true
			out = append(out, page.Option{Value: strconv.FormatInt(o.ID, 10), Text: o.Name, Selected: o.ID == selected.ID})
		}
	}
	below := sc.Below()
	for _, id := range sc.Homes() {
		o, err := d.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		add(o)
		if !slices.Contains(below, o.Path) {
			continue
		}
		children, err := d.store.Children(r.Context(), id)
		if err != nil {
			return nil, err
		}
		for _, c := range children {
			if c.Kind != org.Section && c.Kind != org.Village {
				add(c)
			}
		}
	}
	if selected.ID != 0 {
		add(selected)
	}
	return out, nil
}

// portalSave keeps the addresses that were changed on one page of the list. Each
// is an act of its own: one that is refused is named, the others stand.
func (d *Desk) portalSave(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil || d.store == nil {
		return &page.Input{Text: "表单内容无法识别，请返回重新填写。"}
	}
	by := page.By(r)
	key := by.Key
	year, err := strconv.Atoi(r.PostForm.Get("year"))
	if err != nil {
		return page.ErrNotFound
	}
	entered := map[int64]portalRow{}
	bad, conflict := 0, false
	var last store.Done
	for i, id := range r.PostForm["row"] {
		if i == 2*portalRows {
			break
		}
		organ, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return page.ErrNotFound
		}
		row := portalRow{URL: clip(strings.TrimSpace(r.PostForm.Get("url."+id)), org.MaxPortalURL), On: clip(strings.TrimSpace(r.PostForm.Get("on."+id)), 20)}
		if row.URL == r.PostForm.Get("was."+id) && row.On == r.PostForm.Get("wason."+id) {
			continue
		}
		x := store.PortalLink{Organ: organ, Year: year}
		x.Version, _ = strconv.ParseInt(r.PostForm.Get("version."+id), 10, 64)
		if row.URL != "" {
			x.URL, row.Message = org.CheckPortalURL(row.URL)
		}
		if x.On, err = org.ParseDay(row.On); err != nil && row.Message == "" {
			row.Message = err.Error()
		}
		if row.URL == "" {
			x.On = law.Date{}
		}
		if row.Message == "" {
			by.Key = key + "." + id
			var refusal *act.Refusal
			last, err = d.store.LinkPortal(r.Context(), by, x)
			switch {
			case errors.As(err, &refusal):
				row.Message = refusal.Text
			case errors.Is(err, store.ErrConflict):
				row.Message, conflict = "在您填写期间，别人已经改了这一项。请重新打开本页核对后再填。", true
			case errors.Is(err, store.ErrNotFound):
				row.Message = "没有这个机关。"
			case err != nil:
				return err
			}
		}
		if row.Message != "" {
			bad++
		}
		entered[organ] = row
	}
	if bad > 0 {
		code := http.StatusUnprocessableEntity
		if conflict {
			code = http.StatusConflict
		}
		for id, e := range entered { // what was kept stands in the list already
			if e.Message == "" {
				delete(entered, id)
			}
		}
		return d.showPortal(w, r, code, fmt.Sprintf("有%d个网址没有登记，原因见各行；其余的已经登记。", bad), entered)
	}
	a := portalAsk{year: year, q: r.PostForm.Get("q"), state: r.PostForm.Get("state")}
	if o, err := strconv.ParseInt(r.PostForm.Get("organ"), 10, 64); err == nil {
		a.organ.ID = o
	}
	return page.Done(w, r, a.href("/desk/portal", "after", r.PostForm.Get("after")), "saved", last)
}
