package site

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"

	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

var siteMapTemplate = page.NewTemplate(files, "sitemap.html")

// siteMapPage 网站地图 names every part of the site.
type siteMapPage struct {
	page.Base
	Parts  []homeGroup
	Organs []page.Link
}

func (s *Site) siteMap(w http.ResponseWriter, r *http.Request) error {
	p := siteMapPage{Base: s.itemsBase(r, "网站地图")}
	p.Section = ""
	ctx := fresh(r.Context())
	tally, err := s.store.PublicTallies(ctx, 0)
	if err != nil {
		return err
	}
	kinds, categories := map[proactive.Kind]int{}, map[string]int{}
	for _, t := range tally {
		kinds[t.Kind] += t.Count
		categories[t.Category] += t.Count
	}
	g := homeGroup{Name: "信息类别", Links: []page.Link{{Text: "全部信息", Href: "/items"}}}
	for _, k := range proactive.Kinds() {
		if kinds[k] > 0 {
			g.Links = append(g.Links, page.Link{Text: k.Chinese(), Href: page.With("/items", "kind", string(k))})
		}
	}
	p.Parts = append(p.Parts, g)
	g = homeGroup{Name: "法定主动公开内容"}
	for _, code := range sortedCategories(categories) {
		g.Links = append(g.Links, page.Link{Text: proactive.CategoryName(code), Href: page.With("/items", "category", code)})
	}
	if len(g.Links) > 0 {
		p.Parts = append(p.Parts, g)
	}
	p.Parts = append(p.Parts,
		homeGroup{Name: "申请与查询", Links: []page.Link{{Text: "依申请公开", Href: "/apply"}, {Text: "查询申请进度", Href: "/apply/track"}, {Text: "期限计算", Href: "/deadline"}, {Text: "信息处理费计算", Href: "/fee"}}},
		homeGroup{Name: "年度报告", Links: []page.Link{{Text: "公开年报", Href: "/reports"}, {Text: "开放数据", Href: "/open"}, {Text: "接口说明", Href: "/open/api"}}},
		homeGroup{Name: "监督", Links: []page.Link{{Text: "监督与建议", Href: "/voice"}, {Text: "查询答复", Href: "/voice/track"}, {Text: "公开的答复", Href: "/voice/answers"}, {Text: "公开存证", Href: "/log"}}},
		homeGroup{Name: "帮助", Links: []page.Link{{Text: "检索", Href: "/search"}, {Text: "规范性文件库", Href: "/library"}, {Text: "信息查阅点", Href: "/places"}, {Text: "按主题订阅", Href: "/subscribe"}, {Text: "使用帮助与无障碍", Href: "/help"}, {Text: "订阅（Atom）", Href: "/items.xml"}, {Text: "订阅（JSON）", Href: "/items.json"}}})
	if p.Organs, err = s.publicOrgans(ctx, 2000); err != nil {
		return err
	}
	return page.Render(w, r, siteMapTemplate, p)
}

// Bounds of a sitemap as sitemaps.org has them; smallMap is what fits into one
// without an index.
const (
	mostMapped = 50_000
	smallMap   = 2_000
)

type sitemapURLs struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	URLs    []sitemapURL `xml:"url"`
}

type sitemapIndex struct {
	XMLName xml.Name     `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Maps    []sitemapURL `xml:"sitemap"`
}

type sitemapURL struct {
	Loc  string `xml:"loc"`
	Last string `xml:"lastmod,omitempty"`
}

func sendXML(w http.ResponseWriter, v any) error {
	b, err := xml.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}

// sitemapXML lists all items where they are few, else one map for every organ.
func (s *Site) sitemapXML(w http.ResponseWriter, r *http.Request) error {
	ctx, root := fresh(r.Context()), s.cfg.Root(r)
	organs, err := s.store.PublicOrgans(ctx)
	if err != nil {
		return err
	}
	total := 0
	for _, o := range organs {
		total += o.Count
	}
	if total > smallMap {
		var x sitemapIndex
		for _, o := range organs[:min(len(organs), mostMapped)] {
			x.Maps = append(x.Maps, sitemapURL{root + "/sitemap/" + url.PathEscape(key(o.Code, o.ID)) + ".xml", o.Last.String()})
		}
		return sendXML(w, x)
	}
	x := sitemapURLs{URLs: []sitemapURL{{Loc: root + "/"}, {Loc: root + "/items"}, {Loc: root + "/reports"}, {Loc: root + "/apply"}}}
	for _, o := range organs {
		x.URLs = append(x.URLs, sitemapURL{root + page.OrganHref(key(o.Code, o.ID)), o.Last.String()})
	}
	err = s.eachItem(ctx, itemColumn{}, smallMap, func(i store.ItemRow) error {
		x.URLs = append(x.URLs, mapped(root, i))
		return nil
	})
	if err != nil {
		return err
	}
	return sendXML(w, x)
}

func mapped(root string, i store.ItemRow) sitemapURL {
	return sitemapURL{root + page.ItemHref(i.Number), changedAt(i).Format("2006-01-02")}
}

// sitemapOrgan lists the items of one organ.
func (s *Site) sitemapOrgan(w http.ResponseWriter, r *http.Request) error {
	name, ok := strings.CutSuffix(r.PathValue("organ"), ".xml")
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, name)
	if err != nil {
		return err
	}
	root := s.cfg.Root(r)
	x := sitemapURLs{URLs: []sitemapURL{{Loc: root + page.OrganHref(organKey(o))}}}
	err = s.eachItem(fresh(r.Context()), itemColumn{organ: o}, mostMapped-1, func(i store.ItemRow) error {
		x.URLs = append(x.URLs, mapped(root, i))
		return nil
	})
	if err != nil {
		return err
	}
	return sendXML(w, x)
}
