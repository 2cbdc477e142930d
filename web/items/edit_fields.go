package items

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// fieldOf is an input filled with what the form or the item says.
func fieldOf(v url.Values, bad map[string]string) func(name, label, kind, hint string, most int) page.Field {
	return func(name, label, kind, hint string, most int) page.Field {
		return page.Field{Name: name, Label: label, Kind: kind, Hint: hint, Value: v.Get(name), Message: bad[name], Max: most}
	}
}

func selectOf(f page.Field, options []page.Option) page.Field {
	f.Kind, f.Options = "select", options
	return f
}

func kindsWhere(is func(proactive.Kind) bool) string {
	var out []string
	for _, k := range proactive.Kinds() {
		if is(k) {
			out = append(out, string(k))
		}
	}
	return strings.Join(out, " ")
}

// fields are the inputs in their sets.
func (p *editPage) fields(x *store.ItemFile, y typed, v url.Values, organ org.Organ) {
	f := fieldOf(v, y.bad)
	kind := selectOf(f("kind", "信息类别", "", "类别决定要填哪些内容和公开期限。", 0), kindOptions(y.kind))
	title := f("title", "标题", "text", "", proactive.MaxTitle)
	title.Required = true
	docNo := f("doc_no", "文号", "text", "例如 云政发〔2026〕12号；没有的不填。", 60)
	made := f("made", "成文日期", "date", "公开期限从这一天起算；转载的写原文日期。", 0)
	var categories []page.Option
	for _, c := range proactive.Categories(organ.Kind == org.Town || organ.Kind == org.Street, organ.Level == org.County) {
		categories = append(categories, page.Option{Value: c.Code, Text: articleOf(c.Code) + c.Chinese, Selected: c.Code == v.Get("category")})
	}
	category := selectOf(f("category", "公开目录", "", "条例第二十条、第二十一条的法定内容。", 0), categories)
	p.Sorts, p.Name, p.Head = []page.Field{kind, category}, title, []page.Field{docNo, made}

	genres := []page.Option{{Text: "不写"}}
	for _, g := range proactive.Genres() {
		genres = append(genres, page.Option{Value: g, Text: g, Selected: g == v.Get("genre")})
	}
	summary := f("summary", "内容概述", "textarea", "一两句话说清是什么事，用自己的话改写。显示在列表和搜索结果里。", 1000)
	summary.Rows = 3
	more := []page.Field{f("keywords", "主题词", "text", "用顿号分开，最多20个。", 200), summary, f("theme", "主题分类", "text", "从列出的分类中选，也可以自己写。", 60), selectOf(f("genre", "体裁", "", "", 0), genres),
		f("issuer", "发文机关", "text", "不填为"+x.OrganName+"；联合发文、上级文件照写。", 120), f("field", "基层标准目录中的事项", "text", "属于26个试点领域的写事项名称，例如“农村危房改造”。", 120)}
	p.Themes = proactive.Themes()
	p.Sets = []fieldSet{
		{Key: "period", Legend: "起止日期", Hint: "期满的次日自动撤下，题名和日期仍可查到。", Kinds: kindsWhere(proactive.Kind.Period), Fields: []page.Field{f("from", "开始", "date", "", 0), f("to", "截止（含当日）", "date", "", 0)}},
		{Key: "validity", Legend: "施行和有效期", Hint: "有效性（有效、失效、废止）由日期算出。", Kinds: kindsWhere(proactive.Kind.HasValidity), Fields: []page.Field{f("effective", "施行日期", "date", "不填为成文之日。", 0), f("until", "有效期至", "date", "长期有效的不填。", 0)}},
		{Key: "about", Legend: "概述和分类", Fields: more},
		{Key: "repost", Legend: "转载", Hint: "转载上级、部门或者媒体的信息，写明来源、原文网址；原文日期写在“成文日期”。", Folded: v.Get("repost") == "" && y.bad["source"] == "" && y.bad["source_url"] == "",
			Fields: []page.Field{f("repost", "这是转载的信息", "checkbox", "", 0), f("source", "来源", "text", "例如“云岭县人民政府网站”。", 120), f("source_url", "原文网址", "text", "以 http:// 或 https:// 开头。", 600)}},
	}
	if x.Backfill {
		p.Sets = append([]fieldSet{{Key: "original", Legend: "补录", Hint: "以前公开过的信息：原发布日期与系统发布时间并列显示，不计公开期限。", Fields: []page.Field{f("original", "原发布日期", "date", "", 0), f("origin_url", "原网址", "text", "没有网址的，把扫描件作为附件。", 600)}}}, p.Sets...)
	}
	if x.Revision != "" {
		note := f("note", map[proactive.Change]string{proactive.Changing: "变更原因", proactive.Correcting: "更正原因"}[x.Revision], "textarea", "随新的版本一起公布，写清改了什么、为什么。", 300)
		note.Rows, note.Required = 2, true
		p.Sets = append([]fieldSet{{Key: "note", Legend: p.Heading, Fields: []page.Field{note}}}, p.Sets...)
	}
	for i := range p.Sets {
		s := &p.Sets[i]
		s.Hidden = s.Kinds != "" && !slices.Contains(strings.Fields(s.Kinds), string(y.kind))
	}
	five := make([]string, 0, 5)
	for _, x := range proactive.Fives() {
		five = append(five, string(x))
	}
	p.Five, p.FiveBad = ticks(five, v["five"]), y.bad["five"]
	p.Open, p.GroundBad = y.c.Withhold == "" && v.Get("open") != "0", y.bad["withhold"]
	for _, g := range proactive.Grounds() {
		p.Grounds = append(p.Grounds, groundOption{string(g), g.Chinese(), g.Cite().String(), string(g) == v.Get("withhold")})
	}
	p.Asks, p.Policy = y.kind == proactive.Interpretation, y.bad["policy"]
	if p.Words = proactive.ProposeKeywords(y.c.Title, y.c.Body); slices.Equal(p.Words, y.c.Keywords) {
		p.Words = nil
	}
	if p.Proposed = proactive.ProposeSummary(y.c.Body); p.Proposed == y.c.Summary {
		p.Proposed = ""
	}
}

// articleOf is where a category stands: 第二十条（一）.
func articleOf(code string) string {
	article, rest, _ := strings.Cut(code, ".")
	n := rest[strings.LastIndex(rest, ".")+1:]
	return map[string]string{"20": "第二十条", "21": "第二十一条"}[article] + "（" + strings.TrimSpace(hanNumber(n)) + "）"
}

func hanNumber(s string) string {
	n, err := strconv.Atoi(s)
	d := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case err != nil || n < 1 || n > 19:
		return s
	case n < 10:
		return d[n]
	}
	return "十" + d[n-10]
}
