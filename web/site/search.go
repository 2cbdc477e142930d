package site

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"gongkai/proactive"
	"gongkai/store"
	texts "gongkai/text"
	"gongkai/web/page"
)

var searchTemplate = page.NewTemplate(files, "search.html")

// maxQuery bounds what somebody looks for, in characters.
const maxQuery = 100

// searchRows is how many hits one page has; searchDeep how far one may page.
const (
	searchRows = 20
	searchDeep = 400
)

// searchRoutes are the search and what completes it while somebody types.
func (s *Site) searchRoutes(get func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	return []page.Route{get("/search", s.search), get("/search/suggest", s.searchSuggest)}
}

// searchPage is the search of what is published.
type searchPage struct {
	page.Base
	Q         string
	Organ     page.Link // within which it is looked, Key its code
	Kinds     []page.Option
	Years     []page.Option
	Valid     bool
	Newest    bool
	Asked     bool
	Organs    []page.Link // whose names hold the words
	Hits      []searchHit
	Said      string // how many there are
	Corrected string
	Loose     int // from this hit on not every word is there, 0 if all have them
	Pager     page.Pager
	Help      []page.Link // where else to go when nothing was found
	Deep      bool
}

type searchHit struct {
	Href    string
	Title   []texts.Piece
	Snippet []texts.Piece
	Row     itemRow
	N       int
}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	c, err := s.columnOf(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	ask := store.SearchQuery{Text: clip(strings.TrimSpace(q.Get("q")), maxQuery), Organ: c.organ.ID, Kind: c.kind, Category: c.category, Five: c.five, Year: c.year, InForce: c.valid, Newest: q.Get("sort") == "new", Limit: searchRows}
	if n, err := strconv.Atoi(q.Get("from")); err == nil && n > 0 {
		ask.Offset = min(n, searchDeep)
	}
	p := searchPage{Base: s.itemsBase(r, "检索"), Q: ask.Text, Valid: c.valid, Newest: ask.Newest}
	p.Section, p.Query = "items", ask.Text
	p.Styles = append(p.Styles, applyAssets.Path("search.css"))
	p.Scripts = append(p.Scripts, applyAssets.Path("search.js"))
	p.Crumbs = []page.Link{{Text: "主动公开", Href: "/items"}}
	if ask.Text != "" {
		p.Title = "检索：" + ask.Text
	}
	if c.organ.ID != 0 {
		p.Organ = page.Link{Text: c.organ.Name, Href: page.OrganHref(organKey(c.organ)), Key: organKey(c.organ)}
	}
	p.Kinds = []page.Option{{Text: "全部类别"}}
	for _, k := range proactive.Kinds() {
		p.Kinds = append(p.Kinds, page.Option{Value: string(k), Text: k.Chinese(), Selected: k == c.kind})
	}
	p.Years = []page.Option{{Text: "全部年份"}}
	for y := s.cfg.Today().Year; y > s.cfg.Today().Year-10; y-- {
		p.Years = append(p.Years, page.Option{Value: strconv.Itoa(y), Text: fmt.Sprintf("%d年发布", y), Selected: y == c.year})
	}
	if ask.Text == "" {
		return page.Render(w, r, searchTemplate, p)
	}
	p.Asked = true
	ctx := fresh(r.Context())
	found, err := s.store.SearchPublic(ctx, ask)
	if errors.Is(err, store.ErrNoSearch) {
		return &page.Unavailable{Text: "检索暂时不能使用。请从“主动公开”按类别、机关、年份查找。", Err: err}
	}
	if err != nil {
		return err
	}
	if err := p.fill(s, r, ask, found); err != nil {
		return err
	}
	if ask.Offset == 0 && c.organ.ID == 0 {
		organs, err := s.store.FindOrgans(ctx, strings.Fields(ask.Text), s.cfg.Today(), 5)
		if err != nil {
			return err
		}
		for _, o := range organs {
			p.Organs = append(p.Organs, page.Link{Text: o.Name, Href: page.OrganHref(organKey(o.Organ))})
		}
	}
	if ask.Offset == 0 {
		if err := s.store.CountSearch(ctx, ask.Text, s.cfg.Today(), len(found.Hits) > 0); err != nil {
			s.cfg.Log.Warn("search was not counted", "error", err)
		}
	}
	again := func(from int) string {
		sort, at := "", ""
		if ask.Newest {
			sort = "new"
		}
		if from > 0 {
			at = strconv.Itoa(from)
		}
		href := c.href("/search")
		return href + sep(href) + strings.TrimPrefix(page.With("", "q", ask.Text, "sort", sort, "from", at), "?")
	}
	if found.More && ask.Offset+searchRows <= searchDeep {
		p.Pager.Next = again(ask.Offset + searchRows)
	}
	if ask.Offset > 0 {
		p.Pager.First = again(0)
	}
	return page.Render(w, r, searchTemplate, p)
}

// sep is what stands between an address and a further question.
func sep(href string) string {
	if strings.Contains(href, "?") {
		return "&"
	}
	return "?"
}

func (p *searchPage) fill(s *Site, r *http.Request, ask store.SearchQuery, found store.SearchResult) error {
	rows := make([]store.ItemRow, len(found.Hits))
	for i, h := range found.Hits {
		rows[i] = h.ItemRow
	}
	shown, err := s.itemRows(fresh(r.Context()), rows, true)
	if err != nil {
		return err
	}
	for i, h := range found.Hits {
		p.Hits = append(p.Hits, searchHit{Href: shown[i].Href, Title: h.Marked, Snippet: h.Snippet, Row: shown[i], N: ask.Offset + i + 1})
	}
	if n := found.Strict - ask.Offset; n < len(p.Hits) && found.Strict > 0 && found.Strict < found.Count {
		p.Loose = max(found.Strict+1, ask.Offset+1)
	}
	p.Corrected = found.Corrected
	switch {
	case len(p.Hits) == 0 && ask.Offset > 0:
		p.Said = "没有更多的结果。"
	case len(p.Hits) == 0:
		p.Said = "没有找到。"
		p.Help = []page.Link{{Text: "按类别、机关、年份查看主动公开的信息", Href: "/items"}, {Text: "看看依申请公开：没有公开的信息可以申请", Href: page.With("/apply", "organ", p.Organ.Key)}}
		if ask.Organ != 0 || ask.Kind != "" || ask.Year != 0 || ask.InForce {
			p.Help = slices.Insert(p.Help, 0, page.Link{Text: "不限机关、类别、年份再找一次", Href: page.With("/search", "q", ask.Text)})
		}
	case found.Plus:
		p.Said = fmt.Sprintf("找到 %d 件以上。", found.Count)
	default:
		p.Said = fmt.Sprintf("找到 %d 件。", found.Count)
	}
	return nil
}

// suggestions is how many completions are offered.
const suggestions = 8

func (s *Site) searchSuggest(w http.ResponseWriter, r *http.Request) error {
	typed := clip(strings.TrimSpace(r.URL.Query().Get("q")), 40)
	words := []string{}
	if typed != "" {
		list, err := s.store.SuggestPublic(fresh(r.Context()), typed, suggestions)
		if err != nil && !errors.Is(err, store.ErrNoSearch) {
			return err
		}
		for _, x := range list {
			words = append(words, x.Text)
		}
	}
	w.Header().Set("Cache-Control", "public, max-age=60")
	return writeJSON(w, words)
}
