package items

import (
	"fmt"
	"net/http"
	"slices"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

type standardPage struct {
	page.Base
	Organs       []page.Option
	Organ        int64
	Whose        string
	Fields       []page.Option
	Rows         []standardRow
	Total        int
	Covered      int
	Late         int
	May, Own     bool
	Import, Xlsx string
}

type standardRow struct {
	Code, Field, Matter, Part, Limit, Subject, Channels, Manner, Level string
	Items                                                              int
	Newest                                                             string
	State                                                              page.Tag
}

var standardTemplate = page.NewTemplate(templates, "templates/standard.html")

func (t *Items) standard(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Standard(r.Context(), o)
	if err != nil {
		return err
	}
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	cover, err := t.store.StandardCover(r.Context(), o, list.Entries, cal)
	if err != nil {
		return err
	}
	id, field := fmt.Sprint(o.ID), r.FormValue("field")
	p := standardPage{Base: t.catBase(r, "catalogue", "基层政务公开标准目录", catalogueCrumb(o)), Organs: options, Organ: o.ID, Whose: list.Name, Own: list.Organ == o.ID,
		May: org.May(page.VisitOf(r).Viewer, org.EditCatalogue, o.Subject()), Import: page.With("/desk/standard/import", "organ", id), Xlsx: page.With("/desk/standard/export", "organ", id, "format", "xlsx")}
	p.Fields = []page.Option{{Text: "全部"}}
	for _, e := range list.Entries {
		if !slices.ContainsFunc(p.Fields, func(f page.Option) bool { return f.Value == e.Field }) {
			p.Fields = append(p.Fields, page.Option{Value: e.Field, Text: e.Field, Selected: e.Field == field})
		}
		c := cover[e.Code]
		p.Total++
		p.Late += c.Late
		row := standardRow{Code: e.Code, Field: e.Field, Matter: e.Matter, Part: e.Part, Limit: e.Limit, Subject: e.Subject, Channels: e.Channels, Manner: e.Manner, Level: e.Level, Items: c.Items, Newest: c.Newest.String()}
		switch {
		case c.Items == 0:
			row.State = page.Tag{Tone: "err", Text: "没有信息"}
		case c.Late > 0:
			row.State = page.Tag{Tone: "warn", Text: fmt.Sprintf("%d条晚于时限", c.Late)}
		default:
			row.State = page.Tag{Tone: "ok", Text: "已公开"}
		}
		if c.Items > 0 {
			p.Covered++
		}
		if field == "" || field == e.Field {
			p.Rows = append(p.Rows, row)
		}
	}
	return page.Render(w, r, standardTemplate, p)
}

func catalogueCrumb(o org.Organ) page.Link {
	return page.Link{Text: "公开目录", Href: page.With("/desk/catalogue", "organ", fmt.Sprint(o.ID))}
}

func (t *Items) standardExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Standard(r.Context(), o)
	if err != nil {
		return err
	}
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	cover, err := t.store.StandardCover(r.Context(), o, list.Entries, cal)
	if err != nil {
		return err
	}
	return page.SendAsked(w, r, o.ShortName()+"基层政务公开标准目录", sheetOf(func() render.List { return render.StandardList(list.Entries, cover) }))
}

func (t *Items) standardImport(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := catParse(r); err != nil {
		return err
	}
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	list, err := t.store.Standard(r.Context(), o)
	if err != nil {
		return err
	}
	fields, err := t.store.StandardFields(r.Context(), o.ID)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	x := catImport{section: "catalogue", title: "导入基层标准目录", action: page.With("/desk/standard/import", "organ", id), back: page.With("/desk/standard", "organ", id), unit: "项", version: list.Version, known: map[string]string{},
		crumbs: []page.Link{catalogueCrumb(o), {Text: "基层标准目录", Href: page.With("/desk/standard", "organ", id)}}, show: []int{0, 1, 2, 3, 6, 8},
		note: o.Name + "的标准目录会整个换成这张表。信息与事项按序号关联，换表后序号不变的关联仍在。"}
	for _, c := range proactive.StandardColumns() {
		x.names, x.heads = append(x.names, c.Name), append(x.heads, c.Words[0])
		for _, word := range c.Words {
			x.known[word] = c.Name
		}
	}
	var entries []proactive.StandardEntry
	x.read = func(lines []map[string]string, at []int) (said []proactive.ListLine) {
		entries, said = proactive.ReadStandard(lines, at, fields)
		for i, e := range entries { // as they will be kept
			lines[i]["code"], lines[i]["field"], lines[i]["matter"], lines[i]["channels"] = e.Code, e.Field, e.Matter, e.Channels
		}
		return said
	}
	x.keep = func(by store.By, version int64) (store.Done, error) {
		return t.store.ImportStandard(r.Context(), by, o.ID, version, entries)
	}
	return t.catImported(w, r, x)
}

// catParse reads a form that may carry a file, so that its fields can be asked.
func catParse(r *http.Request) (string, []byte, error) {
	if r.Method != http.MethodPost {
		return "", nil, nil
	}
	return catUpload(r)
}

type powersPage struct {
	page.Base
	Organs       []page.Option
	Organ        int64
	On           string
	Kinds        []fiveRow
	Rows         []proactive.PowerEntry
	May          bool
	Import, Xlsx string
}

var powersTemplate = page.NewTemplate(templates, "templates/powers.html")

func (t *Items) powers(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Powers(r.Context(), o.ID)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	p := powersPage{Base: t.catBase(r, "catalogue", "权责清单", catalogueCrumb(o)), Organs: options, Organ: o.ID, Rows: list.Entries, May: org.May(page.VisitOf(r).Viewer, org.EditCatalogue, o.Subject()),
		Import: page.With("/desk/powers/import", "organ", id), Xlsx: page.With("/desk/powers/export", "organ", id, "format", "xlsx")}
	if !list.On.IsZero() {
		p.On = list.On.Chinese()
	}
	for _, e := range list.Entries {
		kind := e.Kind
		if kind == "" {
			kind = "未分类"
		}
		if i := slices.IndexFunc(p.Kinds, func(x fiveRow) bool { return x.Name == kind }); i >= 0 {
			p.Kinds[i].N++
		} else {
			p.Kinds = append(p.Kinds, fiveRow{kind, 1})
		}
	}
	return page.Render(w, r, powersTemplate, p)
}

func (t *Items) powersExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	list, err := t.store.Powers(r.Context(), o.ID)
	if err != nil {
		return err
	}
	return page.SendAsked(w, r, o.ShortName()+"权责清单", sheetOf(func() render.List { return render.PowersList(list.Entries) }))
}

func (t *Items) powersImport(w http.ResponseWriter, r *http.Request) error {
	if _, _, err := catParse(r); err != nil {
		return err
	}
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	list, err := t.store.Powers(r.Context(), o.ID)
	if err != nil {
		return err
	}
	id := fmt.Sprint(o.ID)
	x := catImport{section: "catalogue", title: "导入权责清单", action: page.With("/desk/powers/import", "organ", id), back: page.With("/desk/powers", "organ", id), unit: "项", version: list.Version, known: map[string]string{},
		crumbs: []page.Link{catalogueCrumb(o), {Text: "权责清单", Href: page.With("/desk/powers", "organ", id)}}, show: []int{0, 1, 2, 4}, note: o.Name + "的权责清单会整个换成这张表，公众随即看到新的清单。"}
	for _, c := range proactive.PowerColumns() {
		x.names, x.heads = append(x.names, c.Name), append(x.heads, c.Words[0])
		for _, word := range c.Words {
			x.known[word] = c.Name
		}
	}
	var entries []proactive.PowerEntry
	x.read = func(lines []map[string]string, at []int) (said []proactive.ListLine) {
		entries, said = proactive.ReadPowers(lines, at)
		return said
	}
	x.keep = func(by store.By, version int64) (store.Done, error) {
		return t.store.ImportPowers(r.Context(), by, o.ID, version, entries)
	}
	return t.catImported(w, r, x)
}
