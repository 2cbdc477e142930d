package site

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

func (s *Site) catalogueRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	kept := func(rt page.Route) page.Route { return s.cached(rt, s.itemStamp) }
	return []page.Route{
		kept(get("/guide/{organ}", s.guide)),
		get("/guide/{organ}/{file}", s.guideFile),
		kept(get("/catalogue/{organ}", s.catalogue)),
		get("/catalogue/{organ}/{file}", s.catalogueFile),
		kept(get("/powers/{organ}", s.powers)),
		get("/powers/{organ}/{file}", s.powersFile),
		kept(get("/standard/{organ}", s.standardPublic)),
		get("/standard/{organ}/{file}", s.standardFile),
		kept(get("/library", s.library)),
		get("/library/{file}", s.libraryFile),
	}
}

// catalogueBase is the layout of a page about what an organ publishes, and the
// organ.
func (s *Site) catalogueBase(r *http.Request, title string) (page.Base, org.Organ, error) {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return page.Base{}, o, err
	}
	b := s.itemsBase(r, o.Name+title)
	b.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}, {Text: o.Name, Href: page.OrganHref(organKey(o))}}
	b.Column, b.QR = o.Name+title, true
	return b, o, nil
}

// sendOne answers with a document whose name in the address is kind.ext.
func sendOne(w http.ResponseWriter, r *http.Request, kind, name string, formats page.Writers) error {
	stem, ext, _ := strings.Cut(r.PathValue("file"), ".")
	if stem != kind {
		return page.ErrNotFound
	}
	return page.Send(w, name, ext, formats, nil)
}

func listFiles(make func() render.List) page.Writers {
	return page.Writers{"xlsx": func(w io.Writer) error { return render.ListXLSX(w, make()) }, "csv": func(w io.Writer) error { return render.ListCSV(w, make()) }}
}

type guidePage struct {
	page.Base
	Heading   string
	N         int
	Signed    string
	Body      template.HTML
	Docx, PDF string
	Organ     page.Link
}

var guideTemplate = page.NewTemplate(files, "guide.html")

func (s *Site) guide(w http.ResponseWriter, r *http.Request) error {
	b, o, err := s.catalogueBase(r, "政府信息公开指南")
	if err != nil {
		return err
	}
	p := guidePage{Base: b, Heading: proactive.GuideTitle(o.Name), Organ: page.Link{Text: o.Name, Href: page.OrganHref(organKey(o))}}
	g, err := s.store.Guide(fresh(r.Context()), o.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return page.Render(w, r, guideTemplate, p)
	case err != nil:
		return err
	}
	at := page.GuideHref(organKey(o))
	p.N, p.Signed, p.Body = g.N, g.Signed.Chinese(), template.HTML(g.Body.HTML(nil)) // written by rich, which escapes
	p.Docx, p.PDF = at+"/guide.docx", at+"/guide.pdf"
	return page.Render(w, r, guideTemplate, p)
}

func (s *Site) guideFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	g, err := s.store.Guide(fresh(r.Context()), o.ID)
	if err != nil {
		return err
	}
	p := render.GuidePaper(o.Name, g)
	return sendOne(w, r, "guide", proactive.GuideTitle(o.ShortName()), page.Writers{"docx": func(w io.Writer) error { return render.ItemDocx(w, p) }, "pdf": func(w io.Writer) error { return render.ItemPDF(w, p, s.cfg.Fonts) }})
}

type cataloguePublicPage struct {
	page.Base
	Organ    string
	Total    int
	Groups   []catalogueGroup
	Five     []page.Link // Key is the count
	Editions []page.Link
	Docx     string
	Xlsx     string
	More     []page.Link
}

type catalogueGroup struct {
	Name string
	Rows []catalogueRow
}

type catalogueRow struct {
	Name, Href, Newest string
	Items              int
}

var cataloguePublicTemplate = page.NewTemplate(files, "catalogue.html")

func (s *Site) catalogue(w http.ResponseWriter, r *http.Request) error {
	b, o, err := s.catalogueBase(r, "政府信息公开目录")
	if err != nil {
		return err
	}
	ctx, k := fresh(r.Context()), organKey(o)
	cover, err := s.store.CatalogueCover(ctx, o)
	if err != nil {
		return err
	}
	at := page.CatalogueHref(k)
	p := cataloguePublicPage{Base: b, Organ: o.Name, Docx: at + "/catalogue.docx", Xlsx: at + "/catalogue.xlsx",
		More: []page.Link{{Text: "公开指南", Href: page.GuideHref(k)}, {Text: "规范性文件库", Href: page.LibraryHref(k)}, {Text: "权责清单", Href: page.PowersHref(k)}, {Text: "基层政务公开标准目录", Href: page.StandardHref(k)}}}
	p.Groups = []catalogueGroup{{Name: "《政府信息公开条例》第二十条"}, {Name: "《政府信息公开条例》第二十一条"}}
	for _, c := range cover {
		row := catalogueRow{Name: c.Chinese, Items: c.Items, Newest: c.Newest.String()}
		if c.Items > 0 {
			row.Href = page.With("/items", "organ", k, "category", c.Code)
		}
		i := 0
		if strings.HasPrefix(c.Code, "21.") {
			i = 1
		}
		p.Groups[i].Rows = append(p.Groups[i].Rows, row)
		p.Total += c.Items
	}
	p.Groups = slices.DeleteFunc(p.Groups, func(g catalogueGroup) bool { return len(g.Rows) == 0 })
	five, err := s.store.FiveCounts(ctx, o.ID, 0)
	if err != nil {
		return err
	}
	for _, f := range proactive.Fives() {
		if five[f] > 0 {
			p.Five = append(p.Five, page.Link{Key: strconv.Itoa(five[f]), Text: string(f) + "公开", Href: page.With("/items", "organ", k, "five", string(f))})
		}
	}
	editions, err := s.store.CatalogueEditions(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, e := range editions {
		p.Editions = append(p.Editions, page.Link{Key: fmt.Sprintf("%d条", e.Items), Text: fmt.Sprintf("第%d版，截至%s", e.N, e.On.Chinese()), Href: page.With(p.Docx, "n", strconv.Itoa(e.N))})
	}
	return page.Render(w, r, cataloguePublicTemplate, p)
}

func (s *Site) catalogueFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	ctx, on, note := fresh(r.Context()), s.cfg.Today(), ""
	if n := r.URL.Query().Get("n"); n != "" {
		editions, err := s.store.CatalogueEditions(ctx, o.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(editions, func(e proactive.CatalogueEdition) bool { return strconv.Itoa(e.N) == n })
		if i < 0 {
			return page.ErrNotFound
		}
		on, note = editions[i].On, "（第"+n+"版）"
	}
	lines, err := s.store.Catalogue(ctx, o.ID, on)
	if err != nil {
		return err
	}
	formats := listFiles(func() render.List { return render.CatalogueList(lines) })
	formats["docx"] = func(w io.Writer) error { return render.CatalogueDocx(w, o.Name, on, note, lines) }
	return sendOne(w, r, "catalogue", o.ShortName()+"政府信息公开目录"+on.String(), formats)
}

type powersPublicPage struct {
	page.Base
	Organ string
	On    string
	Rows  []proactive.PowerEntry
	Xlsx  string
}

var powersPublicTemplate = page.NewTemplate(files, "powers.html")

func (s *Site) powers(w http.ResponseWriter, r *http.Request) error {
	b, o, err := s.catalogueBase(r, "权责清单")
	if err != nil {
		return err
	}
	list, err := s.store.Powers(fresh(r.Context()), o.ID)
	if err != nil {
		return err
	}
	p := powersPublicPage{Base: b, Organ: o.Name, Rows: list.Entries, Xlsx: page.PowersHref(organKey(o)) + "/powers.xlsx"}
	if !list.On.IsZero() {
		p.On = list.On.Chinese()
	}
	return page.Render(w, r, powersPublicTemplate, p)
}

func (s *Site) powersFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	list, err := s.store.Powers(fresh(r.Context()), o.ID)
	if err != nil {
		return err
	}
	return sendOne(w, r, "powers", o.ShortName()+"权责清单", listFiles(func() render.List { return render.PowersList(list.Entries) }))
}

type standardPublicPage struct {
	page.Base
	Organ  string
	Whose  string
	Fields []standardField
	Total  int
	Xlsx   string
}

type standardField struct {
	Name string
	Rows []standardLine
}

type standardLine struct {
	proactive.StandardEntry
	Items int
}

var standardPublicTemplate = page.NewTemplate(files, "standard.html")

func (s *Site) standardPublic(w http.ResponseWriter, r *http.Request) error {
	b, o, err := s.catalogueBase(r, "基层政务公开标准目录")
	if err != nil {
		return err
	}
	ctx, k := fresh(r.Context()), organKey(o)
	list, err := s.store.Standard(ctx, o)
	if err != nil {
		return err
	}
	cal, err := s.store.Calendar(ctx)
	if err != nil {
		return err
	}
	cover, err := s.store.StandardCover(ctx, o, list.Entries, cal)
	if err != nil {
		return err
	}
	p := standardPublicPage{Base: b, Organ: o.Name, Whose: list.Name, Total: len(list.Entries), Xlsx: page.StandardHref(k) + "/standard.xlsx"}
	for _, e := range list.Entries {
		x := standardLine{StandardEntry: e, Items: cover[e.Code].Items}
		i := slices.IndexFunc(p.Fields, func(f standardField) bool { return f.Name == e.Field })
		if i < 0 {
			p.Fields = append(p.Fields, standardField{Name: e.Field})
			i = len(p.Fields) - 1
		}
		p.Fields[i].Rows = append(p.Fields[i].Rows, x)
	}
	return page.Render(w, r, standardPublicTemplate, p)
}

func (s *Site) standardFile(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	list, err := s.store.Standard(fresh(r.Context()), o)
	if err != nil {
		return err
	}
	return sendOne(w, r, "standard", o.ShortName()+"基层政务公开标准目录", listFiles(func() render.List { return render.StandardList(list.Entries, nil) }))
}

type libraryPage struct {
	page.Base
	Heading string
	Organ   string // key
	Q       string
	States  []page.Option
	Kinds   []page.Option
	Rows    []libraryRow
	Total   int
	Cut     bool
	Xlsx    string
}

type libraryRow struct {
	Title, Href, DocNo, Maker, Made, From, Until, Ended, Number, Kind string
	State                                                             page.Tag
	Docx, PDF                                                         string
	Amended                                                           []string
}

var libraryTemplate = page.NewTemplate(files, "library.html")

// mostDocuments bounds the page of the library.
const mostDocuments = 500

// libraryOf reads which documents are asked for.
func (s *Site) libraryOf(r *http.Request) (o org.Organ, list []proactive.RegisterEntry, err error) {
	q := r.URL.Query()
	if k := q.Get("organ"); k != "" {
		if o, err = s.organOf(r, k); err != nil {
			return o, nil, err
		}
	}
	search := q.Get("q")
	if len(search) > 200 {
		return o, nil, &page.Input{Text: "要找的词太长，请缩短后再试。"}
	}
	kind := proactive.Kind(q.Get("kind"))
	if kind != "" && kind != proactive.Normative && kind != proactive.Rules {
		return o, nil, &page.Input{Text: "文件类别无法识别，请从列出的选项中选择。"}
	}
	list, err = s.store.Documents(fresh(r.Context()), store.DocumentQuery{Organ: o.ID, Kind: kind, Search: search})
	if state := q.Get("state"); state != "" {
		list = slices.DeleteFunc(list, func(e proactive.RegisterEntry) bool { return string(e.Validity(s.cfg.Today())) != state })
	}
	return o, list, err
}

func (s *Site) library(w http.ResponseWriter, r *http.Request) error {
	o, list, err := s.libraryOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	p := libraryPage{Base: s.itemsBase(r, o.Name+"规章和规范性文件库"), Heading: o.Name + "规章和行政规范性文件库", Organ: q.Get("organ"), Q: q.Get("q"), Total: len(list),
		Xlsx: page.With("/library/library.xlsx", "organ", q.Get("organ"), "q", q.Get("q"), "kind", q.Get("kind"), "state", q.Get("state"))}
	p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}}
	if o.ID != 0 {
		p.Crumbs = append(p.Crumbs, page.Link{Text: o.Name, Href: page.OrganHref(organKey(o))})
	}
	for _, v := range []proactive.Validity{"", proactive.InForce, proactive.NotYet, proactive.Expired, proactive.Repealed} {
		text := string(v)
		if v == "" {
			text = "全部"
		}
		p.States = append(p.States, page.Option{Value: string(v), Text: text, Selected: string(v) == q.Get("state")})
	}
	for _, k := range []proactive.Kind{"", proactive.Rules, proactive.Normative} {
		text := k.Chinese()
		if k == "" {
			text = "全部"
		}
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: text, Selected: string(k) == q.Get("kind")})
	}
	for _, e := range list[:min(len(list), mostDocuments)] {
		v := e.Validity(s.cfg.Today())
		row := libraryRow{Title: e.Title, Href: e.Link, DocNo: e.DocNo, Maker: e.Maker, Made: e.Made.String(), From: e.Effective.String(), Until: e.Until.String(), Number: e.Number, Kind: e.Kind.Chinese(), State: page.Tag{Text: string(v)}}
		if row.Maker == "" {
			row.Maker = e.OrganName
		}
		if v == proactive.InForce {
			row.State.Tone = "ok"
		} else if v == proactive.NotYet {
			row.State.Tone = "warn"
		}
		if e.Number != "" {
			row.Href, row.Docx, row.PDF = page.ItemHref(e.Number), page.ItemDataHref(e.Number, "docx"), page.ItemDataHref(e.Number, "pdf")
		}
		if !e.Abolished.IsZero() {
			row.Ended = e.Abolished.String()
			if e.AbolishedBy != "" {
				row.Ended += "，" + e.AbolishedBy
			}
		}
		for _, a := range e.Amendments {
			row.Amended = append(row.Amended, a.On.Chinese()+"由"+a.By+"修改")
		}
		p.Rows = append(p.Rows, row)
	}
	p.Cut = len(list) > mostDocuments
	return page.Render(w, r, libraryTemplate, p)
}

func (s *Site) libraryFile(w http.ResponseWriter, r *http.Request) error {
	o, list, err := s.libraryOf(r)
	if err != nil {
		return err
	}
	return sendOne(w, r, "library", o.ShortName()+"规章和规范性文件库", listFiles(func() render.List { return render.RegisterList(list, s.cfg.Today()) }))
}
