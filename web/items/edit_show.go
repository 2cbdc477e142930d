package items

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/deadline"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/vetting"
	"gongkai/web/page"
)

// A fieldSet is fields that stand together; a hidden one does not fit the kind.
type fieldSet struct {
	Key, Legend, Hint string
	Kinds             string // for which it is shown, parted by blanks; "" for all
	Hidden, Folded    bool
	Fields            []page.Field
}

// A draftFileRow is a file of the form.
type draftFileRow struct {
	ID, Name, Href, Size string
	Order                int
}

type pictureRow struct {
	ID, Src string
	Alt     page.Field
}

// A markRow is a place in the text that somebody should look at.
type markRow struct {
	Tag                        page.Tag
	Where, Found, Why, Suggest string
	Href                       string
	Decided                    string
	Cite                       string
}

type groundOption struct {
	Value, Text, Cite string
	Chosen            bool
}

// A theirsRow is a field that somebody else saved otherwise.
type theirsRow struct{ Label, Mine, Theirs string }

type foundRow struct {
	ID, Title, DocNo, Organ string
	Policy, Related         bool
}

type editPage struct {
	page.Base
	X             *store.ItemFile
	Action        string
	Heading       string
	Failure, Told string
	Lacks         []page.Link
	Theirs        []theirsRow
	TheirsWho     string
	Mine, Other   []string // lines of the text that only one side has
	Returned      []store.Said
	Read          []string // what the reader of the file said
	Masked        []maskRow
	State         page.Tag
	Clock         string // when it was saved last

	Sorts     []page.Field
	Name      page.Field
	Head      []page.Field
	Sets      []fieldSet
	Five      []page.Option
	FiveBad   string
	Open      bool
	Grounds   []groundOption
	GroundBad string
	Themes    []string
	Words     []string // proposed
	Proposed  string   // summary
	HTML      template.HTML
	Raw       string // the same for a form without script
	Plain     string
	BodyBad   string
	Kept      int // tables and pictures that plain lines keep

	Files      []draftFileRow
	FilesBad   string
	Offer      *draftFileRow
	OfferLeak  bool
	Pictures   []pictureRow
	PictureBad string

	Find    page.Field
	Found   []foundRow
	NoFound bool
	Policy  string // what is bad with it
	Asks    bool   // the kind asks for a policy

	Limit    page.Limit
	HasLimit bool
	Why      []law.Step
	Alike    []page.Link
	Marks    []markRow
	Marked   template.HTML
	Maskable int
	Discard  bool
}

var editTemplate = page.NewTemplate(templates, "templates/draft_edit.html")

func (t *Items) showEdit(w http.ResponseWriter, r *http.Request, code int, x *store.ItemFile, s shownForm) error {
	c := s.y.c
	v := valuesOf(s.y.kind, c)
	if s.again {
		v = r.Form
	}
	p := editPage{Base: t.base(r, "items", "修改信息", "editor.js"), X: x, Action: fmt.Sprintf("/desk/items/%d/edit", x.ID), Failure: s.failure, Told: s.told, Masked: s.masked, State: stateTag(x.Stage, x.Standing), Clock: clock(x.Saved)}
	p.Styles = append(p.Styles, t.assets.Path("draft.css"))
	p.Crumbs = []page.Link{{Text: "主动公开信息", Href: "/desk/items"}, {Text: clip(x.Content.Title, 24), Href: fmt.Sprintf("/desk/items/%d", x.ID)}}
	p.Heading = map[proactive.Change]string{"": "起草信息", proactive.Changing: "内容变更", proactive.Correcting: "更正"}[x.Revision]
	if s.theirs {
		p.theirs(x, s.y)
	}
	if !s.again {
		s.y.offer, _ = strconv.ParseInt(r.FormValue("offer"), 10, 64)
	}
	organ, err := t.store.Organ(r.Context(), x.Organ)
	if err != nil {
		return err
	}
	p.fields(x, s.y, v, organ)
	p.text(x, s.y)
	for _, step := range []func(*http.Request, *store.ItemFile, shownForm, url.Values) error{
		func(r *http.Request, x *store.ItemFile, s shownForm, v url.Values) error {
			return t.files(r, x, &p, s.y, v)
		},
		func(r *http.Request, x *store.ItemFile, s shownForm, v url.Values) error { return t.found(r, &p, s, v) },
		func(r *http.Request, x *store.ItemFile, s shownForm, v url.Values) error {
			return t.beside(r, x, &p, s)
		},
	} {
		if err := step(r, x, s, v); err != nil {
			return err
		}
	}
	p.lacks(s.y.bad)
	return page.RenderStatus(w, r, code, editTemplate, p)
}

// text is the body in its three forms.
func (p *editPage) text(x *store.ItemFile, y typed) {
	html := y.c.Body.HTML(func(f int64) string { return draftFileAt(x.ID, f) })
	p.HTML, p.Raw, p.Plain, p.BodyBad, p.PictureBad = template.HTML(html), html, plainOf(y.c.Body), y.bad["body"], y.bad["picture"] // package rich answers for it
	for _, d := range y.dropped {
		if d.Why != rich.TooMuch {
			p.Read = append(p.Read, d.Sentence())
		}
	}
	for _, b := range y.c.Body.Blocks {
		if b.Kind == rich.Grid || b.Kind == rich.Picture {
			p.Kept++
		}
		if b.Kind != rich.Picture || b.Image == nil {
			continue
		}
		id := strconv.FormatInt(b.Image.File, 10)
		alt := page.Field{Name: "alt-" + id, Label: fmt.Sprintf("图片%d的说明", len(p.Pictures)+1), Kind: "text", Hint: "写出图上有什么，看不见图片的人要靠它了解内容。", Value: b.Image.Alt, Max: 200}
		if y.bad["body"] != "" && strings.TrimSpace(b.Image.Alt) == "" {
			alt.Message = "请写图片的文字说明。"
		}
		p.Pictures = append(p.Pictures, pictureRow{id, draftFileAt(x.ID, b.Image.File), alt})
	}
}

// files are those of the form, and the file that was read, if it is offered.
func (t *Items) files(r *http.Request, x *store.ItemFile, p *editPage, y typed, v url.Values) error {
	p.FilesBad = y.bad["files"]
	for i, f := range y.c.Attached() {
		p.Files = append(p.Files, draftFileRow{strconv.FormatInt(f.ID, 10), f.Name, draftFileAt(x.ID, f.ID), bytesText(f.Size), i + 1})
		if x.Content.File(f.ID) == nil {
			p.Files[i].Href = "" // not kept yet
		}
	}
	if y.offer == 0 || y.c.File(y.offer) != nil {
		return nil
	}
	f, err := t.store.DraftFile(r.Context(), x.ID, y.offer)
	if err != nil {
		return nil // it is gone after a day: nothing to offer
	}
	name := r.FormValue("name")
	if name == "" {
		name = r.FormValue("offer_name")
	}
	p.Offer = &draftFileRow{ID: strconv.FormatInt(f.ID, 10), Name: fileName(name), Size: bytesText(f.Size)}
	return nil
}

func bytesText(n int64) string {
	if n >= 1<<20 {
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d KB", max(n>>10, 1))
}

// found are items that this one interprets or belongs to.
func (t *Items) found(r *http.Request, p *editPage, s shownForm, v url.Values) error {
	p.Find = page.Field{Name: "policy_q", Label: "查找文件", Kind: "text", Hint: "写标题中的字、文号或者索引号。", Value: v.Get("policy_q"), Max: 60}
	viewer := page.VisitOf(r).Viewer
	var rows []store.ItemRow
	for _, id := range append([]int64{s.y.c.Policy}, s.y.c.Related...) {
		if id == 0 || slices.ContainsFunc(rows, func(o store.ItemRow) bool { return o.ID == id }) {
			continue
		}
		x, err := t.store.KnownItem(r.Context(), viewer, id)
		if err == nil {
			rows = append(rows, x)
		}
	}
	if s.find {
		list, err := t.store.FindPolicies(r.Context(), viewer, v.Get("policy_q"), 20)
		if err != nil {
			return err
		}
		p.NoFound = len(list) == 0
		for _, x := range list {
			if x.ID != p.X.ID && !slices.ContainsFunc(rows, func(o store.ItemRow) bool { return o.ID == x.ID }) {
				rows = append(rows, x)
			}
		}
	}
	for _, x := range rows {
		p.Found = append(p.Found, foundRow{strconv.FormatInt(x.ID, 10), x.Title, x.DocNo, x.OrganName, x.ID == s.y.c.Policy, slices.Contains(s.y.c.Related, x.ID)})
	}
	return nil
}

// beside is what stands beside the form: limit, marks, alike items, what was said.
func (t *Items) beside(r *http.Request, x *store.ItemFile, p *editPage, s shownForm) (err error) {
	viewer := page.VisitOf(r).Viewer
	var l deadline.Limit
	if p.Limit, l, err = t.limitOf(r, s.y.kind, s.y.c.Made, x.Backfill); err != nil {
		return err
	}
	p.Why, p.HasLimit = l.Steps, p.Limit.Date != ""
	alike, err := t.store.AlikeItems(r.Context(), viewer, x.Organ, x.ID, s.y.c.Title, s.y.c.DocNo)
	if err != nil {
		return err
	}
	for _, a := range alike {
		text := a.Title + "（" + (&proactive.Item{Stage: a.Stage, Standing: a.Standing}).Where() + "）"
		if a.DocNo != "" {
			text = a.DocNo + " " + text
		}
		p.Alike = append(p.Alike, page.Link{Text: text, Href: fmt.Sprintf("/desk/items/%d", a.ID)})
	}
	said, err := t.store.ItemSaid(r.Context(), viewer, x.ID)
	if err != nil {
		return err
	}
	for _, d := range said {
		switch {
		case d.Kind == act.ItemReturned && x.Stage == proactive.Returned && len(p.Returned) == 0:
			p.Returned = append(p.Returned, d)
		case d.Kind == act.ItemDrafted && x.Versions == 0:
			p.Read = append(strings.Split(d.Reason, "\n"), p.Read...)
		}
	}
	p.Discard = x.Can(act.ItemDiscarded)
	z := *x
	z.Content = s.y.c
	marks, decided, err := t.store.Look(r.Context(), &z)
	if err != nil {
		return err
	}
	p.Maskable = len(vetting.Maskable(marks))
	var lights []rich.Highlight
	for i, m := range marks {
		if i >= 200 {
			break
		}
		row := markRow{Tag: page.Tag{Tone: "warn", Text: m.Kind.Chinese()}, Where: markWhere(m, s.y.c), Found: clip(m.Found, 60), Why: m.Why, Suggest: m.Suggest, Decided: decided[m.Key()], Cite: m.Cite.String()}
		switch {
		case m.Stops:
			row.Tag.Tone = "err"
		case row.Decided != "":
			row.Tag.Tone = "ok"
		}
		if m.Field == "body" {
			id := fmt.Sprintf("m%d", i+1)
			row.Href = "#" + id
			lights = append(lights, rich.Highlight{Line: m.Line, From: m.From, To: m.To, Class: map[bool]string{true: "stop"}[m.Stops], Title: m.Kind.Chinese() + "：" + m.Why, ID: id})
		}
		p.Marks = append(p.Marks, row)
	}
	if len(lights) > 0 {
		p.Marked = template.HTML(s.y.c.Body.HTMLMarked(func(f int64) string { return draftFileAt(x.ID, f) }, lights)) // package rich answers for it
	}
	return nil
}

// markWhere says where a mark is.
func markWhere(m vetting.Mark, c proactive.Content) string {
	if s := fieldName(m.Field); s != "" {
		return s
	}
	if id, err := strconv.ParseInt(strings.TrimPrefix(m.Field, "file:"), 10, 64); err == nil {
		if f := c.File(id); f != nil {
			return "附件“" + f.Name + fmt.Sprintf("”第%d行", m.Line+1)
		}
	}
	return "附件"
}

// limitOf is within which an item has to be out, with its derivation.
func (t *Items) limitOf(r *http.Request, k proactive.Kind, made law.Date, backfill bool) (page.Limit, deadline.Limit, error) {
	cal, err := t.calendar(r)
	if err != nil || backfill {
		return page.Limit{}, deadline.Limit{}, err
	}
	l := k.Limit(cal, made)
	if l.Due.IsZero() {
		return page.Limit{}, l, nil
	}
	basis := ""
	if len(l.Steps) > 0 {
		basis = l.Steps[0].Cite.String()
	}
	p := page.LimitOf(cal, t.cfg.Today(), l.Due, basis, warnDays)
	p.Provisional = l.Provisional
	return p, l, nil
}

// labels of fields whose messages stand at the top as well.
var fieldIDs = map[string]string{"body": "editor-label", "files": "f-files", "five": "five", "withhold": "grounds", "picture": "f-picture", "policy": "f-policy_q"}

// lacks lists what is wrong, each with the way to its field.
func (p *editPage) lacks(bad map[string]string) {
	names := make([]string, 0, len(bad))
	for name := range bad {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		id := fieldIDs[name]
		if id == "" {
			id = "f-" + name
		}
		p.Lacks = append(p.Lacks, page.Link{Text: bad[name], Href: "#" + id})
	}
}

// theirs compares what was typed with what somebody else saved.
func (p *editPage) theirs(x *store.ItemFile, y typed) {
	if p.TheirsWho = x.AuthorName; p.TheirsWho == "" {
		p.TheirsWho = "另一位同事"
	}
	mine, theirs := valuesOf(y.kind, y.c), valuesOf(x.Kind, x.Content)
	for _, f := range []struct{ name, label string }{{"kind", "信息类别"}, {"category", "公开目录"}, {"title", "标题"}, {"doc_no", "文号"}, {"made", "成文日期"}, {"issuer", "发文机关"}, {"summary", "内容概述"}, {"keywords", "主题词"},
		{"theme", "主题分类"}, {"genre", "体裁"}, {"field", "事项"}, {"effective", "施行日期"}, {"until", "有效期至"}, {"from", "开始"}, {"to", "截止"}, {"source", "来源"}, {"source_url", "原文网址"}, {"original", "原发布日期"}, {"withhold", "不主动公开的理由"}, {"note", "原因"}} {
		a, b := mine.Get(f.name), theirs.Get(f.name)
		if a == b {
			continue
		}
		switch f.name {
		case "kind":
			a, b = y.kind.Chinese(), x.Kind.Chinese()
		case "category":
			a, b = proactive.CategoryName(a), proactive.CategoryName(b)
		case "withhold":
			a, b = y.c.Withhold.Chinese(), x.Content.Withhold.Chinese()
		}
		p.Theirs = append(p.Theirs, theirsRow{f.label, a, b})
	}
	names := func(c proactive.Content) (out []string) {
		for _, f := range c.Attached() {
			out = append(out, f.Name)
		}
		return out
	}
	if a, b := strings.Join(names(y.c), "、"), strings.Join(names(x.Content), "、"); a != b {
		p.Theirs = append(p.Theirs, theirsRow{"附件", a, b})
	}
	p.Mine, p.Other = lineDiff(strings.Split(y.c.Body.Text(), "\n"), strings.Split(x.Content.Body.Text(), "\n"))
	p.Failure = "在您填写期间，" + p.TheirsWho + "也保存了这份信息。下面是您写的，都还在；两边的不同列在这里，改好以后再保存，就以您保存的为准。"
}
