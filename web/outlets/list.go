package outlets

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Outlets) listRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/outlets", Verb: org.SeeItems, Serve: t.list},
		{Pattern: "GET /desk/outlets/new", Verb: org.EditOutlets, Serve: t.edit},
		{Pattern: "POST /desk/outlets/new", Verb: org.EditOutlets, Serve: t.save},
		{Pattern: "GET /desk/outlets/{id}", Verb: org.SeeItems, Serve: t.show},
		{Pattern: "POST /desk/outlets/{id}", Verb: org.EditOutlets, Serve: t.screen},
		{Pattern: "GET /desk/outlets/{id}/edit", Verb: org.EditOutlets, Serve: t.edit},
		{Pattern: "POST /desk/outlets/{id}/edit", Verb: org.EditOutlets, Serve: t.save},
	}
}

type listPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Q     string
	Kinds []page.Option
	Ended bool
	Rows  []listRow
	May   bool
	Quiet []string // accounts that show nothing new
	Must  int
	Cite  string
}

type listRow struct {
	store.OutletRow
	Quiet bool
}

var listTemplate = page.NewTemplate(templates, "templates/list.html")

func (t *Outlets) list(w http.ResponseWriter, r *http.Request) error {
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	q := store.OutletQuery{Kind: proactive.OutletKind(r.FormValue("kind")), Search: clip(strings.TrimSpace(r.FormValue("q")), 60), Ended: r.FormValue("ended") != ""}
	p := listPage{Base: t.base(r, "outlets", "公开渠道"), Tabs: tabs(), Q: q.Search, Ended: q.Ended, May: org.Able(v, org.EditOutlets), Cite: proactive.QuietCite.String()}
	if q.Kind == proactive.Board || q.Kind == proactive.Screen {
		p.Tab, p.Title = string(q.Kind), q.Kind.Chinese()
	}
	p.Kinds = []page.Option{{Text: "全部"}}
	for _, k := range proactive.OutletKinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == q.Kind})
	}
	list, err := t.store.Outlets(r.Context(), v, q)
	if err != nil {
		return err
	}
	for _, x := range list {
		quiet := x.Quiet(today)
		if quiet {
			p.Quiet = append(p.Quiet, x.Name)
		}
		p.Must += x.Must
		p.Rows = append(p.Rows, listRow{x, quiet})
	}
	return page.Render(w, r, listTemplate, p)
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

type showPage struct {
	page.Base
	X       store.OutletRow
	Sides   string
	Quiet   bool
	Up      []postingLine
	Past    []postingLine
	Address string // of a screen
	Seconds int
	Shows   []string // what the screen shows, in words
	Failure string
	Changed bool
}

var showTemplate = page.NewTemplate(templates, "templates/show.html", "templates/postinglines.html")

func (t *Outlets) outletOf(r *http.Request) (store.OutletRow, error) {
	id, err := page.PathID(r)
	if err != nil {
		return store.OutletRow{}, err
	}
	return t.store.Outlet(r.Context(), page.VisitOf(r).Viewer, id)
}

func (t *Outlets) show(w http.ResponseWriter, r *http.Request) error {
	return t.showAgain(w, r, http.StatusOK, "", false)
}

func (t *Outlets) showAgain(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, err := t.outletOf(r)
	if err != nil {
		return err
	}
	v, today := page.VisitOf(r).Viewer, t.cfg.Today()
	p := showPage{Base: t.base(r, "outlets", x.Name), X: x, Quiet: x.Quiet(today), Failure: failure, Changed: changed, Seconds: x.Stay()}
	p.Crumbs = []page.Link{{Text: "公开渠道", Href: "/desk/outlets"}}
	var sides []string
	for _, s := range x.Sides {
		sides = append(sides, s.Chinese())
	}
	p.Sides = strings.Join(sides, "、")
	list, err := t.store.Postings(r.Context(), v, store.PostingQuery{Outlet: x.ID, Limit: 200})
	if err != nil {
		return err
	}
	for _, l := range lines(list, today) {
		if x.Kind == proactive.Board && l.Down.IsZero() || l.Must && l.Down.IsZero() {
			p.Up = append(p.Up, l)
		} else {
			p.Past = append(p.Past, l)
		}
	}
	if x.Kind == proactive.Screen {
		if x.Code != "" {
			p.Address = t.cfg.Root(r) + "/screen/" + x.Code
		}
		p.Shows = shows(x.Playlist)
	}
	return page.RenderStatus(w, r, code, showTemplate, p)
}

// shows says a playlist in words.
func shows(l proactive.Playlist) []string {
	var out []string
	if n := len(l.Notes); n > 0 {
		out = append(out, fmt.Sprintf("自编短讯%d条", n))
	}
	if n := len(l.Chosen); n > 0 {
		out = append(out, fmt.Sprintf("指定的信息%d条", n))
	}
	if l.Periods {
		out = append(out, "正在公示、征集意见的信息")
	}
	if l.Newest > 0 {
		var of []string
		for _, k := range l.Kinds {
			of = append(of, k.Chinese())
		}
		for _, c := range l.Categories {
			of = append(of, proactive.CategoryName(c))
		}
		if len(of) == 0 {
			of = []string{"各类信息"}
		}
		out = append(out, fmt.Sprintf("最新%d条：%s", l.Newest, strings.Join(of, "、")))
	}
	return out
}

// screen opens, changes or closes the address of a screen.
func (t *Outlets) screen(w http.ResponseWriter, r *http.Request) error {
	id, err := page.PathID(r)
	if err != nil {
		return err
	}
	do := r.PostFormValue("do")
	if do != "open" && do != "close" {
		return &page.Input{Text: "没有选择要做的操作，请返回页面点其中一个按钮。"}
	}
	d, err := t.store.OpenScreen(r.Context(), page.By(r), id, number(r.PostFormValue("version")), do == "close")
	refusal, conflict, rest := failed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return t.showAgain(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return t.showAgain(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	return page.Done(w, r, fmt.Sprintf("/desk/outlets/%d", id), "changed", d)
}

// kept is the channel that a form is about, or an empty one.
func (t *Outlets) kept(r *http.Request) (store.OutletRow, error) {
	if r.PathValue("id") == "" {
		var x store.OutletRow
		x.Kind, x.Since, x.Periods, x.Newest = proactive.OutletKind(r.FormValue("kind")), t.cfg.Today(), true, 8
		return x, nil
	}
	x, err := t.outletOf(r)
	if err == nil && !x.Edits {
		err = store.Forbidden(org.EditOutlets)
	}
	return x, err
}

func (t *Outlets) fields(r *http.Request, x store.OutletRow) (entry, error) {
	title, back := "登记公开渠道", "/desk/outlets"
	if x.ID != 0 {
		title, back = "修改“"+x.Name+"”", fmt.Sprintf("/desk/outlets/%d", x.ID)
	}
	p := t.entry(r, "outlets", title, back, x.Version, page.Link{Text: "公开渠道", Href: "/desk/outlets"})
	kind := proactive.OutletKind(sent(r, "kind", string(x.Kind)))
	var kinds [][2]string
	for _, k := range proactive.OutletKinds() {
		kinds = append(kinds, [2]string{string(k), k.Chinese()})
	}
	kindField := page.Field{Name: "kind", Label: "种类", Kind: "select", Options: options(string(kind), "请选择", kinds...)}
	if x.ID == 0 {
		organs, _, err := t.organs(r, org.EditOutlets, number(r.FormValue("organ")))
		if err != nil {
			return p, err
		}
		p.row(kindField, page.Field{Name: "organ", Label: "机关、村（社区）", Kind: "select", Options: organs})
	} else {
		p.row(kindField)
	}
	p.row(page.Field{Name: "name", Label: "名称", Max: 60, Required: true, Value: sent(r, "name", x.Name), Hint: "例如：“美丽青石”视频号、下河村公开栏、便民大厅屏"},
		page.Field{Name: "account", Label: "账号、网址", Max: 200, Value: sent(r, "account", x.Account), Hint: "公众号、视频号的账号，或者网站的网址"})
	p.row(page.Field{Name: "place", Label: "地点", Max: 80, Value: sent(r, "place", x.Place), Hint: "公开栏、屏幕、广播在哪里，例如：下河村村委会院外"},
		page.Field{Name: "size", Label: "尺寸", Max: 40, Value: sent(r, "size", x.Size), Hint: "例如：2.4米×1.2米，可贴8张A3"})
	p.row(page.Field{Name: "keeper", Label: "负责人", Max: 30, Value: sent(r, "keeper", x.Keeper)}, page.Field{Name: "since", Label: "启用日期", Kind: "date", Value: sent(r, "since", x.Since.String())})
	var sides []string
	for _, s := range x.Sides {
		sides = append(sides, string(s))
	}
	chosen := sentAll(r, "sides", sides)
	var list []page.Option
	for _, s := range proactive.Sides() {
		list = append(list, page.Option{Value: string(s), Text: s.Chinese(), Selected: slices.Contains(chosen, string(s))})
	}
	p.choose("公开栏的内容", "sides", list)
	if kind == proactive.Screen {
		t.screenFields(r, &p, x)
	}
	p.row(page.Field{Name: "note", Label: "备注", Kind: "textarea", Rows: 2, Max: 500, Value: sent(r, "note", x.Note)})
	if x.ID != 0 {
		p.row(page.Field{Name: "until", Label: "停用日期", Kind: "date", Value: sent(r, "until", x.Until.String()), Hint: "不再使用的写停用的那一天；屏幕停用后播放地址随即失效。"})
	}
	return p, nil
}

// screenFields are those of a playlist.
func (t *Outlets) screenFields(r *http.Request, p *entry, x store.OutletRow) {
	p.row(page.Field{Name: "notes", Label: "自编短讯", Kind: "textarea", Rows: 3, Value: sent(r, "notes", strings.Join(x.Notes, "\n")), Hint: "不是公开信息的短通知，例如停水、办事时间变化。每行一条，最多10条，每条120字以内。"})
	var numbers []string
	for _, id := range x.Chosen {
		if i, err := t.store.Item(r.Context(), page.VisitOf(r).Viewer, id); err == nil && i.Number != "" {
			numbers = append(numbers, i.Number)
		}
	}
	p.row(page.Field{Name: "chosen", Label: "指定播放的信息", Kind: "textarea", Rows: 3, Value: sent(r, "chosen", strings.Join(numbers, "\n")), Hint: "写索引号，每行一个，最多20个；撤下的信息不再播放。"})
	on := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	p.row(page.Field{Name: "periods", Label: "播放正在公示、征集意见的信息", Kind: "checkbox", Value: sent(r, "periods", on(x.Periods))}, page.Field{Name: "narrow", Label: "竖屏", Kind: "checkbox", Value: sent(r, "narrow", on(x.Narrow))})
	p.row(page.Field{Name: "newest", Label: "最新的信息播几条", Kind: "number", Value: sent(r, "newest", strconv.Itoa(x.Newest)), Hint: "0至20"}, page.Field{Name: "seconds", Label: "每页停留几秒", Kind: "number", Value: sent(r, "seconds", strconv.Itoa(x.Stay())), Hint: "5至120"})
	var kinds, cats []string
	for _, k := range x.Kinds {
		kinds = append(kinds, string(k))
	}
	kinds, cats = sentAll(r, "kinds", kinds), sentAll(r, "categories", x.Categories)
	var list, list2 []page.Option
	for _, k := range proactive.Kinds() {
		list = append(list, page.Option{Value: string(k), Text: k.Chinese(), Selected: slices.Contains(kinds, string(k))})
	}
	for _, c := range proactive.Categories(true, false) {
		list2 = append(list2, page.Option{Value: c.Code, Text: c.Chinese, Selected: slices.Contains(cats, c.Code)})
	}
	p.choose("最新的信息里播哪些类别（都不选是全部）", "kinds", list)
	p.choose("以及哪些目录", "categories", list2)
}

func (t *Outlets) edit(w http.ResponseWriter, r *http.Request) error {
	x, err := t.kept(r)
	if err != nil {
		return err
	}
	p, err := t.fields(r, x)
	if err != nil {
		return err
	}
	return p.render(w, r, nil, "", false)
}

func (t *Outlets) save(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	x, err := t.kept(r)
	if err != nil {
		return err
	}
	bad := map[string]string{}
	o := proactive.Outlet{ID: x.ID, Organ: x.Organ, Kind: proactive.OutletKind(word(r, "kind")), Name: word(r, "name"), Account: word(r, "account"), Place: word(r, "place"), Size: word(r, "size"), Keeper: word(r, "keeper"),
		Since: day(r, "since", bad), Until: day(r, "until", bad), Note: strings.TrimSpace(sent(r, "note", "")), Playlist: x.Playlist, Version: number(r.PostFormValue("version"))}
	if o.ID == 0 {
		o.Organ = number(r.PostFormValue("organ"))
	}
	for _, s := range r.PostForm["sides"] {
		o.Sides = append(o.Sides, proactive.Side(s))
	}
	again := func(failure string, conflict bool) error {
		p, err := t.fields(r, x)
		if err != nil {
			return err
		}
		return p.render(w, r, bad, failure, conflict)
	}
	if o.Kind == proactive.Screen && r.PostForm.Has("newest") { // a form that had the fields of a screen
		if err := t.playlist(r, &o, bad); err != nil {
			return err
		}
	} else if o.Kind == proactive.Screen && x.ID == 0 {
		o.Playlist = proactive.Playlist{Periods: true, Newest: 8} // until somebody chooses
	}
	for k, m := range o.Check(t.cfg.Today()) {
		if bad[k] == "" {
			bad[k] = m
		}
	}
	if len(bad) > 0 {
		return again("", false)
	}
	d, err := t.store.SaveOutlet(r.Context(), page.By(r), o)
	refusal, conflict, rest := failed(err)
	if rest != nil {
		return rest
	}
	if refusal != "" || conflict {
		return again(refusal, conflict)
	}
	return page.Done(w, r, "/desk/outlets/"+d.Answer, "saved", d)
}

// playlist reads what a screen shows.
func (t *Outlets) playlist(r *http.Request, o *proactive.Outlet, bad map[string]string) error {
	l := proactive.Playlist{Periods: r.PostFormValue("periods") != "", Narrow: r.PostFormValue("narrow") != "", Newest: int(number(word(r, "newest"))), Seconds: int(number(word(r, "seconds"))), Categories: r.PostForm["categories"]}
	for n := range strings.Lines(sent(r, "notes", "")) {
		if n = strings.TrimSpace(n); n != "" {
			l.Notes = append(l.Notes, n)
		}
	}
	for _, k := range r.PostForm["kinds"] {
		l.Kinds = append(l.Kinds, proactive.Kind(k))
	}
	for n := range strings.Lines(sent(r, "chosen", "")) {
		if n = strings.TrimSpace(n); n == "" || len(l.Chosen) > proactive.MaxChosen {
			continue
		}
		id, err := t.itemOf(r, n)
		if err != nil {
			return err
		}
		if id == 0 {
			bad["chosen"] = "没有找到索引号“" + clip(n, 40) + "”的已发布信息。"
			continue
		}
		l.Chosen = append(l.Chosen, id)
	}
	o.Playlist = l
	return nil
}

// itemOf is the live item of an index number that the viewer may see, 0 for none.
func (t *Outlets) itemOf(r *http.Request, number string) (int64, error) {
	list, err := t.store.Items(r.Context(), page.VisitOf(r).Viewer, store.ItemQuery{Standing: proactive.Live, Search: clip(number, 80), Limit: 20})
	for _, x := range list {
		if x.Number == number {
			return x.ID, err
		}
	}
	return 0, err
}
