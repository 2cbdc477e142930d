package items

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) registerRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/register", Verb: org.SeeItems, Serve: t.register},
		{Pattern: "GET /desk/register/export", Verb: org.SeeItems, Serve: t.registerExport},
		{Pattern: "GET /desk/register/new", Verb: org.EditCatalogue, Serve: t.registerForm},
		{Pattern: "POST /desk/register/new", Verb: org.EditCatalogue, Serve: t.registerSave},
		{Pattern: "GET /desk/register/import", Verb: org.EditCatalogue, Serve: t.registerImport},
		{Pattern: "POST /desk/register/import", Verb: org.EditCatalogue, Body: catBody, Serve: t.registerImport},
		{Pattern: "GET /desk/register/{id}", Verb: org.SeeItems, Serve: t.registerForm},
		{Pattern: "POST /desk/register/{id}", Verb: org.EditCatalogue, Serve: t.registerSave},
		{Pattern: "GET /desk/cleanups", Verb: org.SeeItems, Serve: t.cleanups},
		{Pattern: "POST /desk/cleanups", Verb: org.EditCatalogue, Serve: t.cleanupOpen},
		{Pattern: "GET /desk/cleanups/{id}", Verb: org.SeeItems, Serve: t.cleanup},
		{Pattern: "POST /desk/cleanups/{id}", Verb: org.EditCatalogue, Serve: t.cleanupDecide},
		{Pattern: "POST /desk/cleanups/{id}/close", Verb: org.EditCatalogue, Serve: t.cleanupClose},
	}
}

type registerPage struct {
	page.Base
	Organs   []page.Option
	Organ    int64
	Q        string
	States   []page.Option
	Rows     []registerRow
	Warned   int
	InForce  int
	May      bool
	New      string
	Import   string
	Xlsx     string
	Cleanups string
}

type registerRow struct {
	What          page.Link
	DocNo, Kind   string
	Made, From    string
	Until         string
	State         page.Tag
	Warning       string
	Three         string // 三统一
	Old           bool
	Item          string
	AbolishedNote string
}

var registerTemplate = page.NewTemplate(templates, "templates/register.html")

// validityTag is whether a document is in force, in a word and a colour.
func validityTag(v proactive.Validity) page.Tag {
	tone := map[proactive.Validity]string{proactive.InForce: "ok", proactive.NotYet: "warn", proactive.Expired: "", proactive.Repealed: ""}[v]
	return page.Tag{Tone: tone, Text: string(v)}
}

func (t *Items) register(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	today, state, q := t.cfg.Today(), r.FormValue("state"), clip(strings.TrimSpace(r.FormValue("q")), 60)
	list, err := t.store.Documents(r.Context(), store.DocumentQuery{Organ: o.ID, Search: q})
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	p := registerPage{Base: t.catBase(r, "register", "规范性文件库"), Organs: options, Organ: o.ID, Q: q, May: org.May(page.VisitOf(r).Viewer, org.EditCatalogue, o.Subject()),
		New: page.With("/desk/register/new", "organ", id), Import: page.With("/desk/register/import", "organ", id), Xlsx: page.With("/desk/register/export", "organ", id, "format", "xlsx"), Cleanups: page.With("/desk/cleanups", "organ", id)}
	for _, x := range [][2]string{{"", "全部"}, {string(proactive.InForce), "有效"}, {string(proactive.NotYet), "尚未施行"}, {string(proactive.Expired), "失效"}, {string(proactive.Repealed), "废止"}, {"warn", "要评估的"}} {
		p.States = append(p.States, page.Option{Value: x[0], Text: x[1], Selected: x[0] == state})
	}
	for _, e := range list {
		v := e.Validity(today)
		row := registerRow{What: page.Link{Text: e.Title, Href: fmt.Sprintf("/desk/register/%d", e.ID)}, DocNo: e.DocNo, Kind: e.Kind.Chinese(), Made: e.Made.String(), From: e.Effective.String(), Until: e.Until.String(), State: validityTag(v), Warning: e.Warning(today), Old: !e.Item}
		if v == proactive.InForce {
			p.InForce++
		}
		if row.Warning != "" {
			p.Warned++
		}
		if !e.Abolished.IsZero() {
			row.AbolishedNote = e.Abolished.String()
			if e.AbolishedBy != "" {
				row.AbolishedNote += " " + e.AbolishedBy
			}
		}
		var three []string
		for _, s := range []string{e.Registered, e.Serial} {
			if s != "" {
				three = append(three, s)
			}
		}
		if !e.Released.IsZero() {
			three = append(three, e.Released.String()+"发布")
		}
		row.Three = strings.Join(three, "；")
		if e.Item {
			row.Item = fmt.Sprintf("/desk/items/%d", e.ID)
		}
		if state == "" || state == string(v) || state == "warn" && row.Warning != "" {
			p.Rows = append(p.Rows, row)
		}
	}
	return page.Render(w, r, registerTemplate, p)
}

// registerColumns are the columns of lists of documents, as files name them.
var registerColumns = []struct {
	name  string
	words []string
}{
	{"kind", []string{"类别", "文件类别"}}, {"title", []string{"文件名称", "标题", "名称", "文件标题"}}, {"doc_no", []string{"文号", "发文字号"}}, {"maker", []string{"制定机关", "发文机关"}},
	{"made", []string{"成文日期", "印发日期", "制定日期"}}, {"effective", []string{"施行日期", "实施日期", "生效日期"}}, {"until", []string{"有效期至", "有效期截止", "失效日期"}}, {"published", []string{"公布日期", "发布日期"}},
	{"registered", []string{"登记号", "统一登记号"}}, {"serial", []string{"统一编号", "编号"}}, {"released", []string{"统一发布日期", "统一发布"}}, {"abolished", []string{"废止日期", "废止、失效日期"}}, {"abolished_by", []string{"废止依据", "废止文件"}}, {"link", []string{"网址", "链接"}}, {"note", []string{"备注", "说明"}},
}

func (t *Items) registerExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Documents(r.Context(), store.DocumentQuery{Organ: o.ID})
	if err != nil {
		return err
	}
	return page.SendAsked(w, r, o.ShortName()+"规范性文件库", sheetOf(func() render.List { return render.RegisterList(list, t.cfg.Today()) }))
}

func (t *Items) registerImport(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := catParse(r); err != nil {
		return err
	}
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	x := catImport{section: "register", title: "补录规范性文件", action: page.With("/desk/register/import", "organ", id), back: page.With("/desk/register", "organ", id), unit: "件", known: map[string]string{}, show: []int{1, 2, 4, 6, 11},
		crumbs: []page.Link{{Text: "规范性文件库", Href: page.With("/desk/register", "organ", id)}}, note: "补录平台启用以前的文件。标题和文号都相同的，已经在库中，不会重复登记。在平台上发布的文件自动入库，不用补录。"}
	for _, c := range registerColumns {
		x.names, x.heads = append(x.names, c.name), append(x.heads, c.words[0])
		for _, word := range c.words {
			x.known[word] = c.name
		}
	}
	var entries []proactive.RegisterEntry
	x.read = func(lines []map[string]string, at []int) (said []proactive.ListLine) {
		entries = nil
		for i, v := range lines {
			e, bad := registerOf(func(f string) string { return v[f] })
			for f, why := range e.Check(t.cfg.Today()) {
				if bad[f] == "" {
					bad[f] = why
				}
			}
			l := proactive.ListLine{Line: at[i]}
			for _, c := range registerColumns {
				if why := bad[c.name]; why != "" {
					l.Messages = append(l.Messages, "“"+c.words[0]+"”："+why)
				}
			}
			entries, said = append(entries, e), append(said, l)
		}
		return said
	}
	x.keep = func(by store.By, _ int64) (store.Done, error) {
		return t.store.ImportDocuments(r.Context(), by, o.ID, entries)
	}
	return t.catImported(w, r, x)
}

// registerOf reads an entry of fields; what is no day is in bad.
func registerOf(get func(string) string) (e proactive.RegisterEntry, bad map[string]string) {
	bad = map[string]string{}
	text := func(f string) string { return strings.TrimSpace(get(f)) }
	e = proactive.RegisterEntry{Kind: proactive.Normative, Title: text("title"), DocNo: text("doc_no"), Maker: text("maker"), Link: text("link"), Registered: text("registered"), Serial: text("serial"), AbolishedBy: text("abolished_by"), Note: text("note")}
	if k := text("kind"); k == string(proactive.Rules) || k == proactive.Rules.Chinese() {
		e.Kind = proactive.Rules
	}
	for _, d := range []struct {
		field string
		to    *law.Date
	}{{"made", &e.Made}, {"effective", &e.Effective}, {"until", &e.Until}, {"published", &e.Published}, {"released", &e.Released}, {"abolished", &e.Abolished}} {
		on, err := org.ParseDay(text(d.field))
		if err != nil {
			bad[d.field] = err.Error()
		}
		*d.to = on
	}
	for line := range strings.Lines(get("amendments")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		day, by, _ := strings.Cut(line, " ")
		on, err := org.ParseDay(day)
		if err != nil || on.IsZero() || strings.TrimSpace(by) == "" {
			bad["amendments"] = "“" + clip(line, 30) + "”读不出来。每行写“日期 修改它的文件”，例如 2024-05-06 测政〔2024〕8号。"
			continue
		}
		e.Amendments = append(e.Amendments, proactive.Amendment{On: on, By: strings.TrimSpace(by)})
	}
	return e, bad
}

type registerFormPage struct {
	page.Base
	Action  string
	Back    string
	Failure string
	Entry   proactive.RegisterEntry
	State   page.Tag
	Warning string
	Facts   []officeFact
	Fields  []page.Field
	May     bool
	New     bool
	Item    string
	Public  string
}

type officeFact struct{ Label, Text string }

var registerFormTemplate = page.NewTemplate(templates, "templates/register_form.html")

func (t *Items) registerForm(w http.ResponseWriter, r *http.Request) error {
	return t.registerShow(w, r, http.StatusOK, "", nil)
}

// registerEntry is the entry that the address names, or a new one of an organ.
func (t *Items) registerEntry(r *http.Request) (e proactive.RegisterEntry, o org.Organ, err error) {
	if r.PathValue("id") == "" {
		o, _, err = t.catOrgan(r, org.EditCatalogue)
		return proactive.RegisterEntry{Organ: o.ID, Kind: proactive.Normative}, o, err
	}
	id, err := page.PathID(r)
	if err != nil {
		return e, o, err
	}
	if e, err = t.store.Document(r.Context(), id); err != nil {
		return e, o, err
	}
	if o, err = t.store.Organ(r.Context(), e.Organ); err != nil {
		return e, o, err
	}
	if !org.May(page.VisitOf(r).Viewer, org.SeeItems, o.Subject()) {
		return e, o, page.ErrNotFound
	}
	return e, o, nil
}

func (t *Items) registerShow(w http.ResponseWriter, r *http.Request, code int, failure string, bad map[string]string) error {
	e, o, err := t.registerEntry(r)
	if err != nil {
		return err
	}
	today := t.cfg.Today()
	list := page.With("/desk/register", "organ", fmt.Sprint(o.HomeID()))
	p := registerFormPage{Base: t.catBase(r, "register", "文件登记", page.Link{Text: "规范性文件库", Href: list}), Back: list, Failure: failure, Entry: e, New: e.ID == 0, May: org.May(page.VisitOf(r).Viewer, org.EditCatalogue, o.Subject())}
	p.Action = page.With("/desk/register/new", "organ", fmt.Sprint(o.ID))
	if !p.New {
		p.Action, p.Title = fmt.Sprintf("/desk/register/%d", e.ID), e.Title
		p.State, p.Warning = validityTag(e.Validity(today)), e.Warning(today)
	}
	if e.Item {
		p.Item = fmt.Sprintf("/desk/items/%d", e.ID)
	}
	if e.Number != "" {
		p.Public = page.ItemHref(e.Number)
	}
	for _, f := range [][2]string{{"制定机关", orOther(e.Maker, o.Name)}, {"类别", e.Kind.Chinese()}, {"文号", e.DocNo}, {"成文日期", e.Made.String()}, {"施行日期", e.Effective.String()}, {"有效期至", e.Until.String()}, {"公布日期", e.Published.String()}, {"索引号", e.Number}, {"登记号", e.Registered}, {"统一编号", e.Serial},
		{"统一发布", e.Released.String()}, {"废止、失效", strings.TrimSpace(e.Abolished.String() + " " + e.AbolishedBy)}, {"网址", e.Link}, {"说明", e.Note}} {
		if f[1] != "" && !p.New {
			p.Facts = append(p.Facts, officeFact{f[0], f[1]})
		}
	}
	var amended []string
	for _, a := range e.Amendments {
		amended = append(amended, a.On.String()+" "+a.By)
		p.Facts = append(p.Facts, officeFact{"修改", a.On.String() + " " + a.By})
	}
	add := func(f page.Field, value string) {
		f.Value, f.Message = value, bad[f.Name]
		if r.Method == http.MethodPost {
			f.Value = r.PostFormValue(f.Name)
		}
		for i := range f.Options {
			f.Options[i].Selected = f.Options[i].Value == f.Value
		}
		p.Fields = append(p.Fields, f)
	}
	if !e.Item {
		add(page.Field{Name: "title", Label: "文件名称", Required: true, Max: proactive.MaxTitle}, e.Title)
		add(page.Field{Name: "kind", Label: "类别", Kind: "select", Options: []page.Option{{Value: string(proactive.Normative), Text: proactive.Normative.Chinese()}, {Value: string(proactive.Rules), Text: proactive.Rules.Chinese()}}}, string(e.Kind))
		add(page.Field{Name: "doc_no", Label: "文号", Max: 60, Hint: "例如：测政〔2018〕2号"}, e.DocNo)
		add(page.Field{Name: "made", Label: "成文日期", Kind: "date", Required: true}, e.Made.String())
		add(page.Field{Name: "effective", Label: "施行日期", Kind: "date", Hint: "不写就是成文之日"}, e.Effective.String())
		add(page.Field{Name: "until", Label: "有效期至", Kind: "date", Hint: "文件没有写有效期的空着"}, e.Until.String())
		add(page.Field{Name: "published", Label: "公布日期", Kind: "date"}, e.Published.String())
		add(page.Field{Name: "abolished", Label: "废止、失效日期", Kind: "date", Hint: "从这一天起不再有效"}, e.Abolished.String())
		add(page.Field{Name: "link", Label: "网址", Max: 600, Hint: "在别处公布的，写网址"}, e.Link)
	}
	add(page.Field{Name: "abolished_by", Label: "废止它的文件", Max: 200}, e.AbolishedBy)
	add(page.Field{Name: "maker", Label: "制定机关", Max: 120, Hint: "不写就是本机关；联合制定的都写"}, e.Maker)
	add(page.Field{Name: "registered", Label: "统一登记号", Max: 60}, e.Registered)
	add(page.Field{Name: "serial", Label: "统一编号", Max: 60}, e.Serial)
	add(page.Field{Name: "released", Label: "统一发布日期", Kind: "date"}, e.Released.String())
	add(page.Field{Name: "amendments", Label: "修改记录", Kind: "textarea", Rows: 3, Hint: "每行写“日期 修改它的文件”，例如 2024-05-06 测政〔2024〕8号"}, strings.Join(amended, "\n"))
	add(page.Field{Name: "note", Label: "说明", Max: 300}, e.Note)
	return page.RenderStatus(w, r, code, registerFormTemplate, p)
}

func orOther(s, other string) string {
	if s != "" {
		return s
	}
	return other
}

func (t *Items) registerSave(w http.ResponseWriter, r *http.Request) error {
	old, _, err := t.registerEntry(r)
	if err != nil {
		return err
	}
	e, bad := registerOf(r.PostFormValue)
	e.ID, e.Organ, e.Item = old.ID, old.Organ, old.Item
	e.Version, _ = strconv.ParseInt(r.PostFormValue("version"), 10, 64) // what is no number is an old version
	for f, why := range e.Check(t.cfg.Today()) {
		if bad[f] == "" {
			bad[f] = why
		}
	}
	if len(bad) > 0 {
		return t.registerShow(w, r, http.StatusUnprocessableEntity, "有的内容需要修改，见下面各项。", bad)
	}
	d, err := t.store.SaveDocument(r.Context(), page.By(r), e)
	if err != nil {
		if code, message, ok := catSay(err); ok {
			return t.registerShow(w, r, code, message, nil)
		}
		return err
	}
	return page.Done(w, r, "/desk/register/"+d.Answer, "saved", d)
}
