package site

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

var columnTemplate = page.NewTemplate(files, "column.html", "rows.html")

// itemsBase is the layout of pages about items.
func (s *Site) itemsBase(r *http.Request, title string) page.Base {
	b := s.cfg.Base(r, "items", title)
	b.Styles = append(b.Styles, applyAssets.Path("item.css"))
	b.Scripts = append(b.Scripts, applyAssets.Path("item.js"))
	b.Listed = page.Link{Text: "最近公开的信息", Href: "/items.xml"}
	return b
}

// columnRows is how many items one page of a list has.
const columnRows = 30

// An itemColumn is what a list asks for.
type itemColumn struct {
	organ    org.Organ // zero for all
	kind     proactive.Kind
	category string
	five     proactive.Five
	year     int
	valid    bool // only what is in force
	after    string
}

// columnOf reads the question of an address.
func (s *Site) columnOf(r *http.Request) (c itemColumn, err error) {
	q := r.URL.Query()
	if name := q.Get("organ"); name != "" {
		if c.organ, err = s.organOf(r, name); err != nil {
			return c, err
		}
	}
	bad := func(what string) error {
		return &page.Input{Text: what + "无法识别。请回到“主动公开”，从列出的选项中选择。"}
	}
	if c.kind = proactive.Kind(q.Get("kind")); c.kind != "" && c.kind.Chinese() == "" {
		return c, bad("信息类别")
	}
	if c.category = q.Get("category"); c.category != "" && c.category != "20" && c.category != "21" && proactive.CategoryName(c.category) == "" {
		return c, bad("目录")
	}
	if c.five = proactive.Five(q.Get("five")); c.five != "" && !slices.Contains(proactive.Fives(), c.five) {
		return c, bad("五公开标签")
	}
	if y := q.Get("year"); y != "" {
		if c.year, err = strconv.Atoi(y); err != nil || len(y) != 4 || c.year < 1949 {
			return c, bad("年份")
		}
	}
	c.valid = q.Get("valid") == "1"
	if c.after = q.Get("after"); len(c.after) > 60 {
		return c, bad("翻页的标记")
	}
	return c, nil
}

func (c itemColumn) query(today law.Date, limit int) store.PublicQuery {
	q := store.PublicQuery{Organ: c.organ.ID, Kind: c.kind, Category: c.category, Five: c.five, Year: c.year, After: c.after, Limit: limit}
	if c.valid {
		q.InForce = today
	}
	return q
}

// href is the address of the column at path, with some of the question replaced.
func (c itemColumn) href(path string, replace ...string) string {
	q := map[string]string{"kind": string(c.kind), "category": c.category, "five": string(c.five)}
	if c.organ.ID != 0 {
		q["organ"] = organKey(c.organ)
	}
	if c.year != 0 {
		q["year"] = strconv.Itoa(c.year)
	}
	if c.valid {
		q["valid"] = "1"
	}
	for i := 0; i+1 < len(replace); i += 2 {
		q[replace[i]] = replace[i+1]
	}
	var pairs []string
	for _, k := range []string{"organ", "kind", "category", "five", "year", "valid", "after"} {
		pairs = append(pairs, k, q[k])
	}
	return page.With(path, pairs...)
}

// name is the column in words, "" for everything.
func (c itemColumn) name() string {
	var s []string
	if c.year != 0 {
		s = append(s, strconv.Itoa(c.year)+"年")
	}
	if c.valid {
		s = append(s, "现行有效")
	}
	if c.kind != "" {
		s = append(s, c.kind.Chinese())
	}
	switch c.category {
	case "":
	case "20", "21":
		s = append(s, "条例第"+map[string]string{"20": "二十", "21": "二十一"}[c.category]+"条内容")
	default:
		s = append(s, proactive.CategoryName(c.category))
	}
	if c.five != "" {
		s = append(s, string(c.five)+"公开")
	}
	return strings.Join(s, " · ")
}

// columnPage is a list of items.
type columnPage struct {
	page.Base
	Head    string
	Lead    string
	Organ   page.Link
	Kinds   []page.Link // Key is "on" for the one chosen
	Filters []filterRow
	Rows    []itemRow
	Pager   page.Pager
	Empty   page.Empty
	Feeds   []page.Link
	Organs  []page.Link // on the page of everything
	Chosen  bool
}

type filterRow struct {
	Label string
	Links []page.Link
}

// itemRow is an item in a list.
type itemRow struct {
	Title, Href, Organ, OrganHref, Kind, DocNo, Day string
	Tag                                             *page.Tag
	Left                                            string
}

// itemRows draws rows for people. Organs are named where the list is not of one.
func (s *Site) itemRows(ctx context.Context, list []store.ItemRow, named bool) ([]itemRow, error) {
	codes, err := s.organCodes(ctx, list)
	if err != nil {
		return nil, err
	}
	today := s.cfg.Today()
	var out []itemRow
	for _, x := range list {
		row := itemRow{Title: x.Title, Href: page.ItemHref(x.Number), Kind: x.Kind.Chinese(), DocNo: x.DocNo, Day: x.Published.String()}
		if named {
			row.Organ, row.OrganHref = x.OrganName, page.OrganHref(key(codes[x.Organ], x.Organ))
		}
		switch {
		case x.Kind.HasValidity() && !x.Abolished.IsZero() && !today.Before(x.Abolished):
			row.Tag = &page.Tag{Tone: "warn", Text: "废止"}
		case x.Kind.HasValidity() && !x.Until.IsZero() && today.After(x.Until):
			row.Tag = &page.Tag{Tone: "warn", Text: "失效"}
		}
		if x.Kind.Period() && x.Standing == proactive.Live && !x.PeriodTo.IsZero() {
			row.Left = left(today, x.PeriodTo)
		}
		out = append(out, row)
	}
	return out, nil
}

// organCodes finds the codes of the organs of a list.
func (s *Site) organCodes(ctx context.Context, list []store.ItemRow) (map[int64]string, error) {
	codes := map[int64]string{}
	for _, x := range list {
		if _, ok := codes[x.Organ]; ok {
			continue
		}
		o, err := s.store.Organ(ctx, x.Organ)
		if err != nil {
			return nil, err
		}
		codes[x.Organ] = o.Code
	}
	return codes, nil
}

func (s *Site) items(w http.ResponseWriter, r *http.Request) error {
	c, err := s.columnOf(r)
	if err != nil {
		return err
	}
	ctx := fresh(r.Context())
	list, next, err := s.store.PublicItems(ctx, c.query(s.cfg.Today(), columnRows))
	if err != nil {
		return err
	}
	p := columnPage{Base: s.itemsBase(r, "主动公开"), Head: c.name(), Chosen: c.href("/items") != "/items"}
	if p.Head == "" {
		p.Head = "主动公开"
	}
	if c.organ.ID != 0 {
		p.Organ = page.Link{Text: c.organ.Name, Href: page.OrganHref(organKey(c.organ))}
		p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}, p.Organ}
	} else if p.Chosen {
		p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}}
	}
	p.Title = p.Head
	if c.organ.ID != 0 {
		p.Title = c.organ.Name + " · " + p.Head
		if c.name() == "" {
			p.Head = c.organ.Name + "主动公开的信息"
			p.Title = p.Head
		}
	}
	p.Column = p.Title
	if c.kind != "" {
		p.Meta = columnMeta(c.kind, cmp.Or(c.organ.Name, p.County))
	} else {
		p.Meta = []page.Meta{{Name: "ColumnDescription", Content: p.Title}, {Name: "ColumnKeywords", Content: "政府信息公开；主动公开"}, {Name: "ColumnType", Content: "信息公开"}}
	}
	p.Lead = "行政机关依照《政府信息公开条例》主动公开的信息，发布时间由系统记录，每次更改都有存证。"
	tally, err := s.store.PublicTallies(ctx, c.organ.ID)
	if err != nil {
		return err
	}
	p.filters(c, tally)
	if p.Rows, err = s.itemRows(ctx, list, c.organ.ID == 0); err != nil {
		return err
	}
	if c.after != "" {
		p.Pager.First = c.href("/items")
	}
	if next != "" {
		p.Pager.Next = c.href("/items", "after", next)
	}
	p.Empty = page.Empty{Text: "这个栏目还没有公开的信息。没有找到需要的信息，可以申请公开。", Action: page.Link{Text: "依申请公开", Href: page.With("/apply", "organ", organOr(c.organ))}}
	p.Feeds = []page.Link{{Text: "订阅（Atom）", Href: c.href("/items.xml")}, {Text: "订阅（JSON）", Href: c.href("/items.json")}, {Text: "目录（CSV）", Href: c.href("/item-list.csv"), Key: "download"}}
	p.Listed = page.Link{Text: p.Title, Href: c.href("/items.xml")}
	if !p.Chosen {
		if p.Organs, err = s.publicOrgans(ctx, mostOrgans); err != nil {
			return err
		}
	}
	return page.Render(w, r, columnTemplate, p)
}

func organOr(o org.Organ) string {
	if o.ID == 0 {
		return ""
	}
	return organKey(o)
}

// mostOrgans bounds the organs that one page names.
const mostOrgans = 200

func (s *Site) publicOrgans(ctx context.Context, most int) ([]page.Link, error) {
	list, err := s.store.PublicOrgans(ctx)
	if err != nil {
		return nil, err
	}
	var out []page.Link
	for _, o := range list {
		if len(out) == most {
			break
		}
		out = append(out, page.Link{Key: strconv.Itoa(o.Count), Text: o.Name, Href: page.OrganHref(key(o.Code, o.ID))})
	}
	return out, nil
}

// filters offers what leads to something.
func (p *columnPage) filters(c itemColumn, tally []store.PublicTally) {
	kinds, categories, years := map[string]int{}, map[string]int{}, map[string]int{}
	for _, t := range tally {
		kinds[string(t.Kind)] += t.Count
		categories[t.Category] += t.Count
		years[t.Year] += t.Count
	}
	row := func(label, field, chosen string, values []string, text func(string) string, count map[string]int) {
		f := filterRow{Label: label}
		add := func(value, words string) {
			l := page.Link{Text: words, Href: c.href("/items", field, value)}
			if value == chosen {
				l.Key = "on"
			}
			f.Links = append(f.Links, l)
		}
		add("", "全部")
		for _, v := range values {
			if count == nil || count[v] > 0 || v == chosen {
				add(v, text(v))
			}
		}
		if len(f.Links) > 2 || chosen != "" || field == "valid" {
			p.Filters = append(p.Filters, f)
		}
	}
	var all []string
	for _, k := range proactive.Kinds() {
		all = append(all, string(k))
	}
	row("类别", "kind", string(c.kind), all, func(v string) string { return proactive.Kind(v).Chinese() }, kinds)
	codes := sortedCategories(categories)
	if c.category != "" && !slices.Contains(codes, c.category) {
		codes = append(codes, c.category)
	}
	row("目录", "category", c.category, codes, func(v string) string {
		if v == "20" || v == "21" {
			return itemColumn{category: v}.name()
		}
		return proactive.CategoryName(v)
	}, nil)
	var fives []string
	for _, f := range proactive.Fives() {
		fives = append(fives, string(f))
	}
	row("五公开", "five", string(c.five), fives, func(v string) string { return v + "公开" }, nil)
	var ys []string
	for y := range years {
		ys = append(ys, y)
	}
	slices.SortFunc(ys, func(a, b string) int { return cmp.Compare(b, a) })
	chosen := ""
	if c.year != 0 {
		chosen = strconv.Itoa(c.year)
	}
	row("年份", "year", chosen, ys[:min(len(ys), 12)], func(v string) string { return v }, nil)
	valid := ""
	if c.valid {
		valid = "1"
	}
	row("有效性", "valid", valid, []string{"1"}, func(string) string { return "只看现行有效" }, map[string]int{"1": 1})
}

// sortedCategories are the codes in the order of the articles.
func sortedCategories(count map[string]int) []string {
	var out []string
	for _, list := range [][]proactive.Category{proactive.Categories(true, false), proactive.Categories(false, true)} {
		for _, c := range list {
			if count[c.Code] > 0 && !slices.Contains(out, c.Code) {
				out = append(out, c.Code)
			}
		}
	}
	return out
}

var organHomeTemplate = page.NewTemplate(files, "organ_home.html", "rows.html")

// organHome is the disclosure home of one organ: the four parts that every
// platform has (国办秘函〔2019〕61号), the way to ask, and what is new.
type organHomePage struct {
	page.Base
	Organ   string
	Parts   []partLink
	Office  []officeLine
	Systems []itemRow
	Groups  []homeGroup
	Newest  []itemRow
	Running []itemRow
	Total   int
	Reports []page.Link
	All     string
	Answers string // how applications are answered, "" where that is not shown
	Above   page.Link
	Below   []page.Link
	Feeds   []page.Link
}

type partLink struct{ Name, About, Href string }

type homeGroup struct {
	Name  string
	Links []page.Link // Key is the count
}
