package office

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (o *Office) organRoutes() []page.Route {
	get := func(path string, verb org.Verb, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "GET /desk/organs" + path, Verb: verb, Serve: serve}
	}
	post := func(path string, verb org.Verb, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "POST /desk/organs" + path, Verb: verb, Serve: serve}
	}
	routes := []page.Route{
		get("", org.SeeOrgan, o.organs),
		get("/new", org.EditOrgan, o.organNew), post("/new", org.EditOrgan, o.organCreate),
		get("/{id}", org.SeeOrgan, o.organ),
	}
	for _, v := range organVerbs() {
		routes = append(routes, get("/{id}/"+v.path, org.EditOrgan, func(w http.ResponseWriter, r *http.Request) error {
			return o.organVerb(w, r, v, false)
		}), post("/{id}/"+v.path, org.EditOrgan, func(w http.ResponseWriter, r *http.Request) error {
			return o.organVerb(w, r, v, true)
		}))
	}
	return append(append(routes, o.organPartRoutes()...), o.organImportRoutes()...)
}

type organsPage struct {
	page.Base
	Heading string
	Q       string
	On      string
	Kind    []page.Option
	Level   []page.Option
	State   []page.Option
	Under   string // id
	Line    string // id
	Within  string // what the list is narrowed to, in words
	Past    string // the day of a tree of the past, in words
	Failure string
	Rows    []organLine
	Tree    bool // rows stand below their superiors
	Total   int
	Pager   page.Pager
	New     string // addresses, "" for those who may not
	Import  string
	Export  string
	Empty   page.Empty
}

type organLine struct {
	Name, Href string
	Depth      int // 0 to 6
	Tags       []page.Tag
	Kind       string
	Level      string
	Parent     string
	Code       string
	Below      int
	BelowHref  string
}

var organsTemplate = page.NewTemplate(templates, "templates/organs.html")

// organHref is the page of an organ on the desk.
func organHref(id int64) string { return fmt.Sprintf("/desk/organs/%d", id) }

func (o *Office) organs(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	f := r.URL.Query()
	q := store.OrganQuery{Text: limited(f.Get("q"), 60), Kind: org.Kind(f.Get("kind")), State: f.Get("state"), After: limited(f.Get("after"), 1000), Limit: 50}
	q.Under, _ = strconv.ParseInt(f.Get("under"), 10, 64) // what is no number is no narrowing
	q.Line, _ = strconv.ParseInt(f.Get("line"), 10, 64)
	if n, err := strconv.Atoi(f.Get("level")); err == nil {
		q.Level = org.Level(n)
	}
	if q.State != store.OrgansEnded && q.State != store.OrgansAll {
		q.State = store.OrgansInForce
	}
	p := organsPage{Base: o.base(r, "organs", "机关"), Heading: "机关", Q: q.Text, On: limited(f.Get("on"), 20)}
	p.Styles = append(p.Styles, o.assets.Path("organs.css"))
	day, err := org.ParseDay(p.On)
	if err != nil {
		p.Failure = err.Error()
	}
	if !day.IsZero() && day.Before(o.cfg.Today()) {
		q.On, p.Past = day, day.Chinese()
	}
	for _, at := range []struct {
		id   int64
		to   *string
		says string
	}{{q.Under, &p.Under, "%s及其下级"}, {q.Line, &p.Line, "%s业务主管的机关"}} {
		if at.id == 0 {
			continue
		}
		x, err := o.store.OrganOn(ctx, at.id, q.On)
		if err != nil {
			return err
		}
		*at.to, p.Within = strconv.FormatInt(at.id, 10), fmt.Sprintf(at.says, x.Name)
		p.Heading, p.Title = p.Within, p.Within
		p.Crumbs = []page.Link{{Text: "机关", Href: "/desk/organs"}}
	}
	rows, total, next, err := o.store.ListOrgans(ctx, v, q)
	if err != nil {
		return err
	}
	p.Total, p.Tree = total, q.Text == "" && q.Kind == "" && q.Level == 0 && q.Line == 0
	for _, x := range rows {
		p.Rows = append(p.Rows, organRow(x, q, o.cfg.Today()))
	}
	p.choices(q)
	with := func(more ...string) string {
		pairs := []string{"q", q.Text, "kind", string(q.Kind), "level", f.Get("level"), "state", q.State, "under", p.Under, "line", p.Line, "on", p.On}
		return page.With("/desk/organs", append(pairs, more...)...)
	}
	p.Pager.Note = fmt.Sprintf("共 %d 个机关", total)
	if q.After != "" {
		p.Pager.First = with()
	}
	if next != "" {
		p.Pager.Next = with("after", next)
	}
	if org.Able(v, org.ArrangeOrgans) || org.Able(v, org.EditOrgan) {
		p.New = page.With("/desk/organs/new", "parent", p.Under)
	}
	if org.Able(v, org.ArrangeOrgans) {
		p.Import = "/desk/organs/import"
	}
	p.Export = page.With("/desk/organs/export", "under", p.Under)
	p.Empty = page.Empty{Text: "没有符合条件的机关。可以减少条件再查，或查看全部。", Action: page.Link{Text: "查看全部机关", Href: "/desk/organs?state=all"}}
	return page.Render(w, r, organsTemplate, p)
}

func organRow(x store.OrganRow, q store.OrganQuery, today law.Date) organLine {
	l := organLine{Name: x.Organ.Name, Href: organHref(x.Organ.ID), Depth: min(x.Depth, 6), Kind: x.Organ.Kind.Chinese(), Level: x.Organ.Level.Chinese(),
		Parent: x.Parent, Code: x.Organ.Code, Below: x.Below}
	if q.Text != "" || q.Kind != "" || q.Level != 0 || q.Line != 0 {
		l.Depth = 0 // what lies between is not in the list
	}
	if l.Kind == "" {
		l.Tags = append(l.Tags, page.Tag{Tone: "warn", Text: "类别未定"})
	}
	day := q.On
	if day.IsZero() {
		day = today
	}
	if !x.Organ.InForce(day) {
		l.Tags = append(l.Tags, endTag(x.Organ, day))
	}
	if x.Line != 0 {
		l.Tags = append(l.Tags, page.Tag{Text: "垂直管理"})
	}
	if x.Below > 0 {
		l.BelowHref = page.With("/desk/organs", "under", strconv.FormatInt(x.Organ.ID, 10), "on", q.On.String())
	}
	return l
}

func endTag(o org.Organ, day law.Date) page.Tag {
	if !o.To.IsZero() && o.To.Before(day) {
		return page.Tag{Tone: "err", Text: "已撤销"}
	}
	return page.Tag{Tone: "warn", Text: "尚未设立"}
}

func (p *organsPage) choices(q store.OrganQuery) {
	p.Kind = append(kindOptions(q.Kind), page.Option{})
	copy(p.Kind[1:], p.Kind)
	p.Kind[0] = page.Option{Text: "各种类别", Selected: q.Kind == ""}
	p.Level = append([]page.Option{{Text: "各级", Selected: q.Level == 0}}, levelOptions(q.Level)...)
	for _, s := range [][2]string{{store.OrgansInForce, "现有的"}, {store.OrgansEnded, "已撤销的"}, {store.OrgansAll, "全部"}} {
		p.State = append(p.State, page.Option{Value: s[0], Text: s[1], Selected: s[0] == q.State})
	}
}

func kindOptions(selected org.Kind) []page.Option {
	var out []page.Option
	for _, k := range org.Kinds() {
		out = append(out, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == selected})
	}
	return out
}

func levelOptions(selected org.Level) []page.Option {
	var out []page.Option
	for l := org.Nation; l <= org.Grassroots; l++ {
		out = append(out, page.Option{Value: strconv.Itoa(int(l)), Text: l.Chinese(), Selected: l == selected})
	}
	return out
}

// limited cuts what an address says to a bound.
func limited(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// organAt is the organ that an address names, if the viewer may see it.
func (o *Office) organAt(r *http.Request) (store.OrganFile, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return store.OrganFile{}, page.ErrNotFound
	}
	f, err := o.store.OrganFile(r.Context(), page.VisitOf(r).Viewer, id)
	if errors.Is(err, store.ErrNotFound) {
		return f, page.ErrNotFound
	}
	return f, err
}

// organCrumbs leads from the list down to the organ.
func (o *Office) organCrumbs(r *http.Request, f store.OrganFile, self bool) ([]page.Link, error) {
	links := []page.Link{{Text: "机关", Href: "/desk/organs"}}
	var up []page.Link
	for id, n := f.Organ.Parent, 0; id != 0 && n < 12; n++ {
		a, err := o.store.Organ(r.Context(), id)
		if err != nil {
			return nil, err
		}
		if org.May(page.VisitOf(r).Viewer, org.SeeOrgan, a.Subject()) {
			up = append([]page.Link{{Text: a.ShortName(), Href: organHref(a.ID)}}, up...)
		}
		id = a.Parent
	}
	links = append(links, up...)
	if self {
		links = append(links, page.Link{Text: f.Organ.ShortName(), Href: organHref(f.Organ.ID)})
	}
	return links, nil
}
