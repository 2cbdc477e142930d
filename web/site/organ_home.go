package site

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

func (s *Site) organHome(w http.ResponseWriter, r *http.Request) error {
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	ctx := fresh(r.Context())
	k := organKey(o)
	tally, err := s.store.PublicTallies(ctx, o.ID)
	if err != nil {
		return err
	}
	years, err := s.store.PublishedYears(ctx, o.ID)
	if err != nil {
		return err
	}
	p := organHomePage{Base: s.itemsBase(r, disclosureOf(o.Name)), Organ: o.Name, All: page.With("/items", "organ", k)}
	p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}}
	p.Column, p.QR = p.Title, true
	p.Meta = []page.Meta{{Name: "ColumnDescription", Content: o.Name + "的公开指南、公开制度、法定主动公开内容和年度报告"}, {Name: "ColumnKeywords", Content: "政府信息公开；" + o.Name}, {Name: "ColumnType", Content: "信息公开"}}
	p.Listed = page.Link{Text: o.Name + "公开的信息", Href: page.With("/items.xml", "organ", k)}
	p.Feeds = []page.Link{{Text: "订阅（Atom）", Href: p.Listed.Href}, {Text: "订阅（JSON）", Href: page.With("/items.json", "organ", k)}, {Text: "目录（CSV）", Href: page.With("/item-list.csv", "organ", k), Key: "download"}}
	for _, t := range tally {
		p.Total += t.Count
	}
	if p.Office, err = s.officeOf(ctx, o.ID); err != nil {
		return err
	}
	list := func(q store.PublicQuery) ([]itemRow, error) {
		q.Organ = o.ID
		rows, _, err := s.store.PublicItems(ctx, q)
		if err != nil {
			return nil, err
		}
		return s.itemRows(ctx, rows, false)
	}
	if p.Systems, err = list(store.PublicQuery{Kind: proactive.System, Limit: 6}); err != nil {
		return err
	}
	if p.Newest, err = list(store.PublicQuery{Limit: 10}); err != nil {
		return err
	}
	for _, kind := range []proactive.Kind{proactive.Publicity, proactive.Consultation} {
		rows, err := list(store.PublicQuery{Kind: kind, Limit: 6})
		if err != nil {
			return err
		}
		p.Running = append(p.Running, rows...)
	}
	p.groups(k, tally)
	guide := "机构、电话、地址和受理渠道"
	p.Parts = []partLink{{"政府信息公开指南", guide, "#guide"}, {"政府信息公开制度", countWords(len(p.Systems), "还没有公开"), page.With("/items", "organ", k, "kind", string(proactive.System))},
		{"法定主动公开内容", fmt.Sprintf("%d条信息", p.Total), "#catalogue"}}
	report := partLink{"政府信息公开年报", "还没有公开的年报", "/reports"}
	if len(years) > 0 {
		report.About, report.Href = fmt.Sprintf("%d份，最近是%d年度", len(years), years[len(years)-1]), "/reports/"+url.PathEscape(k)
	}
	if g, err := s.store.Guide(ctx, o.ID); err == nil {
		p.Parts[0] = partLink{"政府信息公开指南", fmt.Sprintf("第%d版，%s签发", g.N, g.Signed.Chinese()), page.GuideHref(k)}
	} else if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	p.Parts = append(p.Parts, report, partLink{"依申请公开", "提交申请、查询进度", page.With("/apply", "organ", k)}, partLink{"监督与建议", "意见、投诉、网站找错", page.With("/voice", "organ", k)})
	if takes, err := s.store.TakingVoices(ctx, []org.Organ{o}, s.cfg.Today()); err != nil {
		return err
	} else if len(takes) == 0 {
		p.Parts[5].Href = "/voice"
	}
	if on, err := s.shows(ctx, o.ID, org.BlockAnswers); err != nil {
		return err
	} else if on {
		p.Answers = page.With("/open/answers", "organ", k)
	}
	if o.Parent != 0 {
		up, err := s.store.Organ(ctx, o.Parent)
		if err != nil {
			return err
		}
		p.Above = page.Link{Text: up.Name, Href: page.OrganHref(organKey(up))}
	}
	below, err := s.store.Children(ctx, o.ID)
	if err != nil {
		return err
	}
	for _, b := range below {
		if len(p.Below) == mostOrgans {
			break
		}
		if b.Kind != org.Section && b.Kind != org.Village && b.InForce(s.cfg.Today()) {
			p.Below = append(p.Below, page.Link{Text: b.Name, Href: page.OrganHref(organKey(b))})
		}
	}
	return page.Render(w, r, organHomeTemplate, p)
}

// disclosureOf names the disclosure of an organ, e.g. 青石镇人民政府信息公开.
func disclosureOf(name string) string {
	return strings.TrimSuffix(name, "政府") + "政府信息公开"
}

func countWords(n int, none string) string {
	if n == 0 {
		return none
	}
	return fmt.Sprintf("%d项", n)
}

// groups is the catalogue of the organ with how much there is in every entry.
func (p *organHomePage) groups(organ string, tally []store.PublicTally) {
	count := map[string]int{}
	kinds := map[proactive.Kind]int{}
	for _, t := range tally {
		count[t.Category] += t.Count
		kinds[t.Kind] += t.Count
	}
	for _, g := range []struct{ name, prefix string }{{"条例第二十条", "20."}, {"条例第二十一条", "21."}} {
		x := homeGroup{Name: g.name}
		for _, code := range sortedCategories(count) {
			if strings.HasPrefix(code, g.prefix) {
				x.Links = append(x.Links, page.Link{Key: strconv.Itoa(count[code]), Text: proactive.CategoryName(code), Href: page.With("/items", "organ", organ, "category", code)})
			}
		}
		if len(x.Links) > 0 {
			p.Groups = append(p.Groups, x)
		}
	}
	x := homeGroup{Name: "按类别"}
	for _, k := range proactive.Kinds() {
		if kinds[k] > 0 {
			x.Links = append(x.Links, page.Link{Key: strconv.Itoa(kinds[k]), Text: k.Chinese(), Href: page.With("/items", "organ", organ, "kind", string(k))})
		}
	}
	if len(x.Links) > 0 {
		p.Groups = append(p.Groups, x)
	}
}
