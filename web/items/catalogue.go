package items

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/rich"
	"gongkai/store"
	"gongkai/web/page"
)

func (t *Items) catalogueRoutes() []page.Route {
	return []page.Route{
		{Pattern: "GET /desk/catalogue", Verb: org.SeeItems, Serve: t.catalogue},
		{Pattern: "POST /desk/catalogue/issue", Verb: org.EditCatalogue, Serve: t.catalogueIssue},
		{Pattern: "GET /desk/catalogue/export", Verb: org.SeeItems, Serve: t.catalogueExport},
		{Pattern: "GET /desk/standard", Verb: org.SeeItems, Serve: t.standard},
		{Pattern: "GET /desk/standard/export", Verb: org.SeeItems, Serve: t.standardExport},
		{Pattern: "GET /desk/standard/import", Verb: org.EditCatalogue, Serve: t.standardImport},
		{Pattern: "POST /desk/standard/import", Verb: org.EditCatalogue, Body: catBody, Serve: t.standardImport},
		{Pattern: "GET /desk/powers", Verb: org.SeeItems, Serve: t.powers},
		{Pattern: "GET /desk/powers/export", Verb: org.SeeItems, Serve: t.powersExport},
		{Pattern: "GET /desk/powers/import", Verb: org.EditCatalogue, Serve: t.powersImport},
		{Pattern: "POST /desk/powers/import", Verb: org.EditCatalogue, Body: catBody, Serve: t.powersImport},
		{Pattern: "GET /desk/items/{id}/duties", Verb: org.DoPlans, Serve: t.duties},
		{Pattern: "POST /desk/items/{id}/duties", Verb: org.DoPlans, Serve: t.dutyTick},
	}
}

type cataloguePage struct {
	page.Base
	Organs   []page.Option
	Organ    int64
	Name     string
	Public   []page.Link
	Parts    []page.Link // the other pages of this part of the desk
	Cover    []coverRow
	Empty    int
	Total    int
	Five     []fiveRow
	Editions []editionRow
	Guide    page.Tag
	GuideTo  string
	Powers   string
	Standard string
	May      bool
}

type coverRow struct {
	Code, Name, Newest, Href string
	Items                    int
	Last                     page.Tag
}

type fiveRow struct {
	Name string
	N    int
}

type editionRow struct {
	N, Items   int
	On         string
	Docx, Xlsx string
}

var catalogueTemplate = page.NewTemplate(templates, "templates/catalogue.html")

// staleMonths is after how many days without anything new a category is named.
const staleDays = 183

func (t *Items) catalogue(w http.ResponseWriter, r *http.Request) error {
	o, options, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	ctx, v, today := r.Context(), page.VisitOf(r).Viewer, t.cfg.Today()
	p := cataloguePage{Base: t.catBase(r, "catalogue", "公开目录"), Organs: options, Organ: o.ID, Name: o.Name, May: org.May(v, org.EditCatalogue, o.Subject())}
	k, id := catKey(o), fmt.Sprint(o.ID)
	p.Public = []page.Link{{Text: "公众看到的目录", Href: page.CatalogueHref(k)}, {Text: "公开指南", Href: page.GuideHref(k)}, {Text: "文件库", Href: page.LibraryHref(k)}, {Text: "权责清单", Href: page.PowersHref(k)}, {Text: "基层标准目录", Href: page.StandardHref(k)}}
	for _, x := range [][2]string{{"公开指南", "/desk/guide"}, {"规范性文件库", "/desk/register"}, {"月度台账和表二", "/desk/monthly"}, {"基层标准目录", "/desk/standard"}, {"权责清单", "/desk/powers"}} {
		p.Parts = append(p.Parts, page.Link{Text: x[0], Href: page.With(x[1], "organ", id)})
	}
	cover, err := t.store.CatalogueCover(ctx, o)
	if err != nil {
		return err
	}
	for _, c := range cover {
		row := coverRow{Code: categoryPlace(c.Code), Name: c.Chinese, Items: c.Items, Newest: c.Newest.String(), Href: page.With("/items", "organ", k, "category", c.Code)}
		p.Total += c.Items
		switch {
		case c.Items == 0:
			p.Empty++
			row.Last, row.Href = page.Tag{Tone: "err", Text: "空白"}, ""
		case today.DaysSince(c.Newest) > staleDays:
			row.Last = page.Tag{Tone: "warn", Text: fmt.Sprintf("%d天没有更新", today.DaysSince(c.Newest))}
		default:
			row.Last = page.Tag{Tone: "ok", Text: "有更新"}
		}
		p.Cover = append(p.Cover, row)
	}
	five, err := t.store.FiveCounts(ctx, o.ID, 0)
	if err != nil {
		return err
	}
	for _, f := range proactive.Fives() {
		p.Five = append(p.Five, fiveRow{string(f), five[f]})
	}
	editions, err := t.store.CatalogueEditions(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, e := range editions {
		n := strconv.Itoa(e.N)
		p.Editions = append(p.Editions, editionRow{N: e.N, Items: e.Items, On: e.On.Chinese(), Docx: page.With("/desk/catalogue/export", "organ", id, "n", n, "format", "docx"), Xlsx: page.With("/desk/catalogue/export", "organ", id, "n", n, "format", "xlsx")})
	}
	if p.Guide, err = t.guideTag(r, o.ID); err != nil {
		return err
	}
	p.GuideTo = page.With("/desk/guide", "organ", id)
	powers, err := t.store.Powers(ctx, o.ID)
	if err != nil {
		return err
	}
	p.Powers = "还没有导入"
	if len(powers.Entries) > 0 {
		p.Powers = fmt.Sprintf("%d项，%s", len(powers.Entries), powers.On.Chinese())
	}
	std, err := t.store.Standard(ctx, o)
	if err != nil {
		return err
	}
	p.Standard = "还没有导入"
	if std.Organ != 0 {
		p.Standard = fmt.Sprintf("%d项，%s编制", len(std.Entries), std.Name)
	}
	return page.Render(w, r, catalogueTemplate, p)
}

// categoryPlace is where a category stands in the Regulation.
func categoryPlace(code string) string {
	n := code[len(code)-1:]
	if len(code) > 2 && code[len(code)-2] != '.' {
		n = code[len(code)-2:]
	}
	if code[:2] == "20" {
		return "第二十条第" + n + "项"
	}
	return "第二十一条第" + n + "项"
}

func (t *Items) catalogueIssue(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.EditCatalogue)
	if err != nil {
		return err
	}
	d, err := t.store.IssueCatalogue(r.Context(), page.By(r), o.ID)
	if err != nil {
		return err
	}
	return page.Done(w, r, page.With("/desk/catalogue", "organ", fmt.Sprint(o.ID)), "catalogued", d)
}

// catalogueExport writes an edition of the catalogue, or it as it is today.
func (t *Items) catalogueExport(w http.ResponseWriter, r *http.Request) error {
	o, _, err := t.catOrgan(r, org.SeeItems)
	if err != nil {
		return err
	}
	on, name := t.cfg.Today(), o.ShortName()+"政府信息公开目录"
	title := ""
	if n, err := strconv.Atoi(r.FormValue("n")); err == nil {
		editions, err := t.store.CatalogueEditions(r.Context(), o.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(editions, func(e proactive.CatalogueEdition) bool { return e.N == n })
		if i < 0 {
			return page.ErrNotFound
		}
		on, title = editions[i].On, fmt.Sprintf("（第%d版）", n)
	}
	lines, err := t.store.Catalogue(r.Context(), o.ID, on)
	if err != nil {
		return err
	}
	head, widths, rows := catalogueRows(lines)
	formats := sheetOf("公开目录", head, widths, rows)
	formats["docx"] = func(w io.Writer) error {
		return render.ItemDocx(w, render.ItemPaper{Title: o.Name + "政府信息公开目录", DocNo: "截至" + on.Chinese() + title, Organ: o.Name, Made: on, Body: catalogueBody(lines)})
	}
	return page.SendAsked(w, r, name+on.String(), formats)
}

func catalogueRows(lines []proactive.CatalogueLine) (head []string, widths []float64, rows [][]string) {
	for _, l := range lines {
		rows = append(rows, []string{l.Number, l.Title, proactive.CategoryName(l.Category), l.DocNo, l.Summary, l.Made.String(), l.Published.String()})
	}
	return []string{"索引号", "名称", "目录", "文号", "内容概述", "生成日期", "发布日期"}, []float64{26, 50, 22, 22, 50, 12, 12}, rows
}

// catalogueBody is the catalogue by category.
func catalogueBody(lines []proactive.CatalogueLine) rich.Body {
	span := func(s string) []rich.Span { return []rich.Span{{Text: s}} }
	by := map[string][]proactive.CatalogueLine{}
	var codes []string
	for _, l := range lines {
		if by[l.Category] == nil {
			codes = append(codes, l.Category)
		}
		by[l.Category] = append(by[l.Category], l)
	}
	order := proactive.Categories(true, false)
	order = append(order, proactive.Categories(false, true)...)
	slices.SortStableFunc(codes, func(a, b string) int {
		at := func(code string) int {
			return slices.IndexFunc(order, func(c proactive.Category) bool { return c.Code == code })
		}
		return at(a) - at(b)
	})
	var b rich.Body
	for _, code := range codes {
		g := rich.Block{Kind: rich.Grid}
		row := func(head bool, cells ...string) {
			var out rich.Row
			for _, c := range cells {
				out.Cells = append(out.Cells, rich.Cell{Head: head, Spans: span(c)})
			}
			g.Rows = append(g.Rows, out)
		}
		row(true, "索引号", "名称", "内容概述", "生成日期")
		for _, l := range by[code] {
			row(false, l.Number, l.Title, l.Summary, l.Made.String())
		}
		b.Blocks = append(b.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: span(fmt.Sprintf("%s（%d条）", proactive.CategoryName(code), len(by[code])))}, g)
	}
	return b
}

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

// StandardRows is the standard catalogue with its coverage as a table.
func standardRows(list store.StandardList, cover map[string]proactive.Coverage) (head []string, widths []float64, rows [][]string) {
	for _, c := range proactive.StandardColumns() {
		head, widths = append(head, c.Words[0]), append(widths, 20)
	}
	head, widths = append(head, "已公开条数", "最近公开", "按时", "超期"), append(widths, 12, 12, 8, 8)
	for _, e := range list.Entries {
		var row []string
		for _, c := range proactive.StandardColumns() {
			row = append(row, *c.Of(&e))
		}
		c := cover[e.Code]
		rows = append(rows, append(row, strconv.Itoa(c.Items), c.Newest.String(), strconv.Itoa(c.Timely), strconv.Itoa(c.Late)))
	}
	return head, widths, rows
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
	head, widths, rows := standardRows(list, cover)
	return page.SendAsked(w, r, o.ShortName()+"基层政务公开标准目录", sheetOf("标准目录", head, widths, rows))
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
	var head []string
	var widths []float64
	var rows [][]string
	for _, c := range proactive.PowerColumns() {
		head, widths = append(head, c.Words[0]), append(widths, 24)
	}
	for _, e := range list.Entries {
		var row []string
		for _, c := range proactive.PowerColumns() {
			row = append(row, *c.Of(&e))
		}
		rows = append(rows, row)
	}
	return page.SendAsked(w, r, o.ShortName()+"权责清单", sheetOf("权责清单", head, widths, rows))
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

type dutiesPage struct {
	page.Base
	ID     int64
	Item   string
	Offers []store.DutyOffer
	Days   []page.Limit
}

var dutiesTemplate = page.NewTemplate(templates, "templates/duties.html")

// duties offers what an item fulfils of the organ's recurring publications.
func (t *Items) duties(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	cal, err := t.calendar(r)
	if err != nil {
		return err
	}
	offers, err := t.store.DutyOffers(r.Context(), page.VisitOf(r).Viewer, x.ID, t.cfg.Today())
	if err != nil {
		return err
	}
	p := dutiesPage{Base: t.catBase(r, "items", "完成公开事项", page.Link{Text: "信息", Href: "/desk/items"}, page.Link{Text: x.Content.Title, Href: fmt.Sprintf("/desk/items/%d", x.ID)}), ID: x.ID, Item: x.Content.Title, Offers: offers}
	for _, o := range offers {
		l := page.LimitOf(cal, t.cfg.Today(), o.Period.Due, "", warnDays)
		l.Trace = nil
		p.Days = append(p.Days, l)
	}
	return page.Render(w, r, dutiesTemplate, p)
}

func (t *Items) dutyTick(w http.ResponseWriter, r *http.Request) error {
	x, err := t.itemOf(r)
	if err != nil {
		return err
	}
	recurring, _ := strconv.ParseInt(r.PostFormValue("recurring"), 10, 64) // what is no number is not found
	d, err := t.store.FulfilDuty(r.Context(), page.By(r), x.ID, recurring, clip(r.PostFormValue("period"), 40), t.cfg.Root(r)+page.ItemHref(x.Number))
	if err != nil {
		return err
	}
	return page.Done(w, r, fmt.Sprintf("/desk/items/%d/duties", x.ID), "fulfilled", d)
}

// dayText is a day, or a dash.
func dayText(d law.Date) string {
	if d.IsZero() {
		return "—"
	}
	return d.String()
}
