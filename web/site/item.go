package site

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

var (
	itemTemplate     = page.NewTemplate(files, "item.html")
	itemGoneTemplate = page.NewTemplate(files, "item_gone.html")
)

// freshKey is where a context keeps the one that reads the primary.
type freshKey struct{}

// fresh is the context that reads the newest state. What was removed is gone at
// once for everybody, so nothing about items is read from a replica.
func fresh(ctx context.Context) context.Context {
	if c, ok := ctx.Value(freshKey{}).(context.Context); ok {
		return c
	}
	return ctx
}

// itemRoutes are the pages of what is published, one by one and in lists. They
// are not read from replicas.
func (s *Site) itemRoutes(get, api func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	kept := func(rt page.Route) page.Route { return s.cached(rt, s.itemStamp) }
	item := kept(get("/item/{number...}", s.item))
	item.Serve = s.countRead(item.Serve)
	long := func(rt page.Route) page.Route {
		rt.Time = 2 * time.Minute
		return rt
	}
	return []page.Route{
		item,
		long(get("/item-file/{file}/{number...}", s.itemFile)),
		long(kept(get("/item-data/{number...}", s.itemData))),
		get("/item-proof/{number...}", s.itemProof),
		kept(get("/items", s.items)),
		kept(get("/items.xml", s.itemsAtom)),
		kept(get("/items.json", s.itemsFeed)),
		long(get("/item-list.csv", s.itemsCSV)),
		s.crossOrigin(kept(api("/api/v1/items", s.apiItems))),
		kept(get("/o/{organ}", s.organHome)),
		kept(get("/sitemap", s.siteMap)),
		kept(get("/sitemap.xml", s.sitemapXML)),
		long(kept(get("/sitemap/{organ}", s.sitemapOrgan))),
		get("/out", s.out),
		get("/mistake", s.mistake),
	}
}

// itemStamp is for pages about items: what is public, and the day, because
// periods and validity end with it.
func (s *Site) itemStamp(ctx context.Context, r *http.Request) (string, error) {
	stamp, err := s.store.ItemStamp(fresh(ctx))
	if err != nil {
		return "", err
	}
	return stamp + "/" + s.cfg.Today().String() + "/" + s.reads.turn(r.PathValue("number")), nil
}

// A fact is a line of the head of an item.
type fact struct {
	Name, Text string
	Href       string
	Wide       bool
}

// itemPage is one published item.
type itemPage struct {
	page.Base
	Head       string
	Kind       string
	Line       []fact // source, organ, day
	Reads      int64
	Facts      []fact
	Notes      []itemNote
	Validity   page.Tag
	Summary    string
	Body       template.HTML
	Files      []itemFile
	Policy     *page.Link
	Explained  []itemLink // 解读, or what became of a consultation
	Related    []itemLink
	Versions   []itemVersion
	Changes    *itemChanges
	Downloads  []page.Link
	Proof      *itemProofPanel
	Consult    *consultation
	Consulting bool
	Old        bool // an earlier version
	QRText     string
}

// itemNote stands above the text.
type itemNote struct {
	Text string
	Link page.Link
}

type itemLink struct {
	page.Link
	Day string
}

type itemFile struct {
	Name, Type, Size, Href string
	Preview                string
}

type itemVersion struct {
	N        int
	At, Note string
	Href     string
	Changes  string // address of what it changed
	On       bool
}

// itemProofPanel says where in the public log the item stands.
type itemProofPanel struct {
	Receipt string
	Acts    []page.Link
}

// itemOf reads the item of the address.
func (s *Site) itemOf(r *http.Request, n int) (*store.PublicItem, error) {
	number := r.PathValue("number")
	if number == "" || len(number) > 200 {
		return nil, page.ErrNotFound
	}
	return s.store.PublicItem(fresh(r.Context()), number, n)
}

func queryInt(r *http.Request, name string) int {
	n, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || n < 0 || n > 1<<20 {
		return 0
	}
	return n
}

func (s *Site) item(w http.ResponseWriter, r *http.Request) error {
	n, changes := queryInt(r, "version"), queryInt(r, "changes")
	if changes > 0 {
		n = changes
	}
	x, err := s.itemOf(r, n)
	if err != nil {
		return err
	}
	s.reads.know(x.Number, x.ID)
	switch {
	case x.Standing == proactive.Removed:
		return s.itemGone(w, r)
	case x.Standing == proactive.Ended, x.Standing == proactive.Withdrawn && n == 0:
		return s.itemDown(w, r, x)
	}
	return s.itemWhole(w, r, x, n, changes)
}

type gonePage struct {
	page.Base
	Code string
}

// itemGone is the page of what was removed in emergency. It says nothing of it.
func (s *Site) itemGone(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	p := gonePage{Base: s.cfg.Base(r, "items", "这条信息已经撤下"), Code: "410"}
	p.Here = "/items"
	return page.RenderStatus(w, r, http.StatusGone, itemGoneTemplate, p)
}

// itemBase is what all pages of an item share.
func (s *Site) itemBase(r *http.Request, x *store.PublicItem, title string) page.Base {
	b := s.itemsBase(r, title)
	organ := key(x.OrganCode, x.Organ)
	b.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}, {Text: x.OrganName, Href: page.OrganHref(organ)}, {Text: x.Kind.Chinese(), Href: page.With("/items", "organ", organ, "kind", string(x.Kind))}}
	b.Column = x.Kind.Chinese()
	b.Meta = columnMeta(x.Kind, x.OrganName)
	b.Article, b.Source, b.PubDate = x.Content.Title, x.OrganName, minute(x.PublishedAt)
	if x.Content.Source != "" {
		b.Source = x.Content.Source
	}
	b.Meta = append(b.Meta, page.Meta{Name: "Url", Content: s.cfg.Root(r) + page.ItemHref(x.Number)}, page.Meta{Name: "Author", Content: x.OrganName})
	return b
}

// itemDown is the page of what is not public any more, in the ordinary way: what
// it was, and why it is not there.
func (s *Site) itemDown(w http.ResponseWriter, r *http.Request, x *store.PublicItem) error {
	p := itemPage{Base: s.itemBase(r, x, x.Content.Title), Head: x.Content.Title, Kind: x.Kind.Chinese()}
	p.Line = []fact{{Name: "发布机构", Text: x.OrganName, Href: page.OrganHref(key(x.OrganCode, x.Organ))}, {Name: "发布日期", Text: x.Published.String()}}
	p.Facts = append(p.Facts, fact{Name: "索引号", Text: x.Number})
	if x.Content.DocNo != "" {
		p.Facts = append(p.Facts, fact{Name: "文号", Text: x.Content.DocNo})
	}
	if x.Standing == proactive.Ended {
		what := "公示"
		if x.Kind == proactive.Consultation {
			what = "征集"
		}
		p.Facts = append(p.Facts, fact{Name: what + "时间", Text: period(x.Content)})
		p.Notes = append(p.Notes, itemNote{Text: fmt.Sprintf("%s期已满，正文和附件于%s撤下。需要查阅的，可以向发布机构申请公开。", what, x.Takedown.Chinese()), Link: page.Link{Text: "申请公开", Href: page.With("/apply", "organ", key(x.OrganCode, x.Organ))}})
		p.Explained = links(x.Interpreted)
		var err error
		if p.Consult, err = s.consultation(r, x); err != nil {
			return err
		}
	} else {
		text := fmt.Sprintf("这条信息已于%s撤下。", x.Takedown.Chinese())
		if x.Reason != "" {
			text += "理由：" + strings.TrimRight(x.Reason, "。") + "。"
		}
		p.Notes = append(p.Notes, itemNote{Text: text})
		p.Versions = versions(x, 0)
	}
	var err error
	if p.Proof, err = s.itemProofOf(r, x); err != nil {
		return err
	}
	return page.Render(w, r, itemTemplate, p)
}

func period(c proactive.Content) string {
	if c.From.IsZero() || c.To.IsZero() {
		return ""
	}
	return c.From.Chinese() + "至" + c.To.Chinese()
}

// itemWhole is the page of an item with its text, or of an earlier version.
func (s *Site) itemWhole(w http.ResponseWriter, r *http.Request, x *store.PublicItem, n, changes int) error {
	c, today := x.Content, s.cfg.Today()
	p := itemPage{Base: s.itemBase(r, x, c.Title), Head: c.Title, Kind: x.Kind.Chinese(), Summary: c.Summary, Reads: x.Reads}
	p.QR = true
	p.QRText = s.cfg.Root(r) + page.ItemHref(x.Number)
	p.Meta = append(p.Meta, page.Meta{Name: "Keywords", Content: strings.Join(c.Keywords, "；")}, page.Meta{Name: "Description", Content: describe(c)})
	p.facts(x, today)
	p.notes(x, n, today)
	p.Body = s.bodyHTML(r, x)
	if n == 0 || n == len(x.Versions) && x.Standing == proactive.Live {
		p.Files = filesOf(x)
		p.Downloads = s.itemDownloads(x)
	} else {
		p.Old = true
	}
	if x.Policy != nil {
		p.Policy = &page.Link{Text: x.Policy.Title, Href: page.ItemHref(x.Policy.Number)}
	}
	p.Explained, p.Related, p.Consulting = links(x.Interpreted), links(x.Related), x.Kind == proactive.Consultation
	p.Versions = versions(x, x.N)
	var err error
	if p.Consult, err = s.consultation(r, x); err != nil {
		return err
	}
	if changes > 1 {
		if p.Changes, err = s.itemChanges(r, x, changes); err != nil {
			return err
		}
		p.Title = fmt.Sprintf("第%d版改动之处：%s", changes, c.Title)
	}
	if p.Proof, err = s.itemProofOf(r, x); err != nil {
		return err
	}
	return page.Render(w, r, itemTemplate, p)
}

// facts fills the head: the line under the title and the table of a document.
func (p *itemPage) facts(x *store.PublicItem, today law.Date) {
	c := x.Content
	organ := fact{Name: "发布机构", Text: x.OrganName, Href: page.OrganHref(key(x.OrganCode, x.Organ))}
	if c.Source != "" {
		p.Line = append(p.Line, fact{Name: "来源", Text: c.Source, Href: outward(c.SourceURL, p.Owner.Domain)})
	}
	p.Line = append(p.Line, organ, fact{Name: "发布时间", Text: minute(x.PublishedAt)})
	if !x.Changed.IsZero() && x.Changed != x.Published {
		p.Line = append(p.Line, fact{Name: "更新", Text: x.Changed.String()})
	}
	add := func(name, text string) {
		if text != "" {
			p.Facts = append(p.Facts, fact{Name: name, Text: text})
		}
	}
	day := func(name string, d law.Date) {
		if !d.IsZero() {
			add(name, d.Chinese())
		}
	}
	issuer := c.Issuer
	if issuer == "" {
		issuer = x.OrganName
	}
	add("索引号", x.Number)
	theme := c.Theme
	if theme == "" {
		theme = proactive.CategoryName(c.Category)
	}
	add("主题分类", theme)
	if x.Kind.HasNumber() {
		add("发文机关", issuer)
		day("成文日期", c.Made)
		add("文号", c.DocNo)
		day("发布日期", x.Published)
	} else {
		add("信息类别", x.Kind.Chinese())
		day("发布日期", x.Published)
	}
	add("体裁", c.Genre)
	if x.Kind.HasValidity() {
		day("施行日期", c.Effective)
		day("有效期至", c.Until)
		day("废止日期", x.Abolished)
		v := x.Validity(today)
		add("有效性", string(v))
		p.Validity = page.Tag{Text: string(v), Tone: "ok"}
		if v != proactive.InForce {
			p.Validity.Tone = "warn"
		}
	}
	if x.Kind.Period() {
		what := "公示时间"
		if x.Kind == proactive.Consultation {
			what = "征集时间"
		}
		add(what, period(c))
	}
	if x.Backfill {
		day("原发布日期", c.Original)
	}
	add("主题词", strings.Join(c.Keywords, "　"))
}

// notes are what a reader must know before the text.
func (p *itemPage) notes(x *store.PublicItem, n int, today law.Date) {
	now := page.Link{Text: "查看现行版本", Href: page.ItemHref(x.Number)}
	add := func(text string, to page.Link) { p.Notes = append(p.Notes, itemNote{text, to}) }
	switch v := x.Validity(today); {
	case x.Standing == proactive.Withdrawn:
		text := fmt.Sprintf("这条信息已于%s撤下，以下是撤下前的第%d版，只供查考。", x.Takedown.Chinese(), x.N)
		add(text, page.Link{Text: "撤下说明", Href: page.ItemHref(x.Number)})
	case n > 0 && n != len(x.Versions):
		add(fmt.Sprintf("这是第%d版，只供查考，现行的是第%d版。", n, len(x.Versions)), now)
	case v == proactive.Repealed:
		add("本文件已于"+x.Abolished.Chinese()+"废止。", page.Link{})
	case v == proactive.Expired:
		add("本文件的有效期已于"+x.Content.Until.Chinese()+"届满。", page.Link{})
	case v == proactive.NotYet:
		add("本文件自"+x.Content.Effective.Chinese()+"起施行。", page.Link{})
	}
	if len(x.Versions) > 1 && x.N == len(x.Versions) && x.Standing == proactive.Live {
		text := "本信息于" + dayOf(x.Versions[0].At) + "更新"
		if x.Content.Note != "" {
			text += "：" + strings.TrimRight(x.Content.Note, "。")
		}
		add(text+"。", page.Link{Text: "改动之处", Href: page.ItemDiffHref(x.Number, x.N)})
	}
	if x.Backfill {
		text := "补录：本信息在本平台建成前已经公开"
		if !x.Content.Original.IsZero() {
			text += "，原发布日期为" + x.Content.Original.Chinese()
		}
		to := page.Link{}
		if x.Content.OriginURL != "" {
			to = page.Link{Text: "原网页", Href: outward(x.Content.OriginURL, p.Owner.Domain)}
		}
		add(text+"。", to)
	}
}

func dayOf(t time.Time) string { return law.DateOf(t.In(law.Beijing)).Chinese() }

func describe(c proactive.Content) string {
	s := c.Summary
	if s == "" {
		s = strings.Join(strings.Fields(c.Body.Text()), " ")
	}
	return clip(s, 150)
}

func links(list []store.ItemRow) []itemLink {
	var out []itemLink
	for _, x := range list {
		out = append(out, itemLink{page.Link{Text: x.Title, Href: page.ItemHref(x.Number)}, x.Published.String()})
	}
	return out
}

func versions(x *store.PublicItem, on int) []itemVersion {
	var out []itemVersion
	for _, v := range x.Versions {
		o := itemVersion{N: v.N, At: minute(v.At), Note: v.Note, Href: page.ItemVersionHref(x.Number, v.N), On: v.N == on}
		if v.N > 1 {
			o.Changes = page.ItemDiffHref(x.Number, v.N)
		}
		out = append(out, o)
	}
	return out
}
