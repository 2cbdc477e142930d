package outlets

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Outlets) scriptRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/scripts", Verb: org.SeeItems, Serve: t.scripts},
		{Pattern: "GET /desk/scripts/new", Verb: org.EditOutlets, Serve: t.scriptForm},
		{Pattern: "POST /desk/scripts/new", Verb: org.EditOutlets, Serve: t.scriptSave},
		{Pattern: "GET /desk/scripts/{id}", Verb: org.SeeItems, Serve: t.scriptForm},
		{Pattern: "POST /desk/scripts/{id}", Verb: org.EditOutlets, Serve: t.scriptSave},
		{Pattern: "GET /desk/scripts/{id}/print", Verb: org.SeeItems, Serve: t.scriptPrint},
	}
}

type scriptsPage struct {
	page.Base
	Tabs  []page.Link
	Tab   string
	Rows  []store.Script
	Live  []store.ItemRow
	May   bool
	Pager page.Pager
}

var scriptsTemplate = page.NewTemplate(templates, "templates/scripts.html")

func (t *Outlets) scripts(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	p := scriptsPage{Base: t.base(r, "outlets", "广播稿"), Tabs: tabs(), Tab: "scripts", May: org.Able(v, org.EditOutlets)}
	before := number(r.FormValue("before"))
	var err error
	if p.Rows, err = t.store.Scripts(r.Context(), v, before, 50); err != nil {
		return err
	}
	if len(p.Rows) == 50 {
		p.Pager.Next = page.With("/desk/scripts", "before", fmt.Sprint(p.Rows[49].ID))
	}
	if before != 0 {
		p.Pager.First = "/desk/scripts"
	}
	if p.Live, err = t.store.Items(r.Context(), v, store.ItemQuery{Standing: proactive.Live, Limit: 10}); err != nil {
		return err
	}
	return page.Render(w, r, scriptsTemplate, p)
}

type scriptPage struct {
	page.Base
	Key     string
	X       store.Script
	Failure string
	Changed bool
	Field   page.Field
	Name    page.Field
	Organs  page.Field
	Minutes int // how long it takes to read
}

var scriptTemplate = page.NewTemplate(templates, "templates/script.html")

// spokenAMinute is how many characters are read out in a minute.
const spokenAMinute = 180

// script is the one of the address, or a new one of an item.
func (t *Outlets) script(r *http.Request) (store.Script, error) {
	v, ctx := page.VisitOf(r).Viewer, r.Context()
	if r.PathValue("id") != "" {
		id, err := page.PathID(r)
		if err != nil {
			return store.Script{}, err
		}
		return t.store.Script(ctx, v, id)
	}
	x := store.Script{Item: number(r.FormValue("item")), Edits: true}
	if x.Item == 0 {
		return x, nil
	}
	i, err := t.store.Item(ctx, v, x.Item)
	if err != nil {
		return x, err
	}
	if i.Standing != proactive.Live {
		return x, &page.Input{Text: "只有已发布的信息可以编广播稿；这条信息没有发布，或者已经撤下。"}
	}
	pub, err := t.store.PublicItem(ctx, i.Number, 0)
	if err != nil {
		return x, err
	}
	x.Organ, x.Title, x.Number = i.Organ, pub.Content.Title, i.Number
	x.Text = proactive.Speech(pub.OrganName, pub.Content.Title, pub.Content.Body.Text(), "到村里的公开栏或者政府网站上查看")
	return x, nil
}

func (t *Outlets) scriptForm(w http.ResponseWriter, r *http.Request) error {
	return t.scriptAgain(w, r, http.StatusOK, "", false)
}

func (t *Outlets) scriptAgain(w http.ResponseWriter, r *http.Request, code int, failure string, changed bool) error {
	x, err := t.script(r)
	if err != nil {
		return err
	}
	title := x.Title
	if title == "" {
		title = "编写广播稿"
	}
	p := scriptPage{Base: t.base(r, "outlets", title), X: x, Key: page.NewKey(), Failure: failure, Changed: changed, Minutes: max(1, (len([]rune(x.Text))+spokenAMinute-1)/spokenAMinute)}
	p.Crumbs = []page.Link{{Text: "公开渠道", Href: "/desk/outlets"}, {Text: "广播稿", Href: "/desk/scripts"}}
	p.Field = page.Field{Name: "text", Label: "稿子", Kind: "textarea", Rows: 18, Max: store.MaxScript, Required: true, Value: sent(r, "text", x.Text), Hint: "一行一句，读起来短；数字按读法写；重要的事说两遍。"}
	p.Name = page.Field{Name: "title", Label: "题目", Max: proactive.MaxTitle, Value: sent(r, "title", x.Title)}
	if x.ID == 0 && x.Item == 0 {
		organs, _, err := t.organs(r, org.EditOutlets, number(r.FormValue("organ")))
		if err != nil {
			return err
		}
		p.Organs = page.Field{Name: "organ", Label: "机关、村（社区）", Kind: "select", Options: organs}
	}
	return page.RenderStatus(w, r, code, scriptTemplate, p)
}

func (t *Outlets) scriptSave(w http.ResponseWriter, r *http.Request) error {
	if err := form(r); err != nil {
		return err
	}
	x, err := t.script(r)
	if err != nil {
		return err
	}
	if x.Organ == 0 {
		x.Organ = number(r.PostFormValue("organ"))
	}
	if x.Item == 0 {
		x.Title = word(r, "title")
	}
	x.Text, x.Version = sent(r, "text", ""), number(r.PostFormValue("version"))
	d, err := t.store.SaveScript(r.Context(), page.By(r), x)
	refusal, conflict, rest := failed(err)
	switch {
	case rest != nil:
		return rest
	case conflict:
		return t.scriptAgain(w, r, http.StatusConflict, "", true)
	case refusal != "":
		return t.scriptAgain(w, r, http.StatusUnprocessableEntity, refusal, false)
	}
	return page.Done(w, r, "/desk/scripts/"+d.Answer, "saved", d)
}

// scriptPrint prints a script in the type of an official paper.
func (t *Outlets) scriptPrint(w http.ResponseWriter, r *http.Request) error {
	x, err := t.script(r)
	if err != nil {
		return err
	}
	var b rich.Body
	for l := range strings.Lines(x.Text) {
		if l = strings.TrimSpace(l); l != "" {
			b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: l}}})
		}
	}
	paper := render.ItemPaper{Title: "广播稿：" + x.Title, Organ: x.OrganName, Made: t.cfg.Today(), Index: x.Number, Source: x.OrganName, Body: b}
	return page.Send(w, "广播稿-"+clip(strings.Map(fileRune, x.Title), 40), "pdf", page.Writers{"pdf": func(to io.Writer) error { return render.ItemPDF(to, paper, t.cfg.Fonts) }}, nil)
}
