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
	formats := sheetOf(func() render.List { return render.CatalogueList(lines) })
	formats["docx"] = func(w io.Writer) error { return render.CatalogueDocx(w, o.Name, on, title, lines) }
	return page.SendAsked(w, r, name+on.String(), formats)
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
