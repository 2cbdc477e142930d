package site

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/docs/manual"
	"gongkai/web/page"
)

// helpRoutes are the manual inside the program: its index with a search, its
// pages, its pictures.
func (s *Site) helpRoutes(get getter) []page.Route {
	h := &help{cfg: s.cfg, book: manual.Read()}
	return []page.Route{get("/help", h.index), get("/help/{page}", h.page), get("/help/pictures/{picture}", h.picture)}
}

type getter = func(string, func(http.ResponseWriter, *http.Request) error) page.Route

type help struct {
	cfg  *page.Config
	book *manual.Book
}

var (
	helpTemplate     = page.NewTemplate(files, "help.html")
	helpPageTemplate = page.NewTemplate(files, "help_page.html")
)

// helpHits bounds what a search of the manual shows.
const helpHits = 40

type helpIndex struct {
	page.Base
	Asked string
	Hits  []helpHit
	Body  template.HTML
}

type helpHit struct {
	page.Link
	Page, Excerpt string
}

func (h *help) base(r *http.Request, title string) page.Base {
	b := h.cfg.Base(r, "", title)
	b.Styles = []string{applyAssets.Path("help.css")}
	return b
}

func (h *help) index(w http.ResponseWriter, r *http.Request) error {
	p := helpIndex{Base: h.base(r, "使用帮助与无障碍"), Asked: strings.TrimSpace(r.URL.Query().Get("q"))}
	if utf8.RuneCountInString(p.Asked) > 50 || !utf8.ValidString(p.Asked) {
		p.Asked = ""
	}
	for _, x := range h.book.Find(p.Asked, helpHits) {
		to, text := "/help/"+x.Page.Name, x.Section.Title
		if x.Section.ID != "" {
			to += "#" + x.Section.ID
		}
		if text == "" {
			text = x.Page.Title
		}
		p.Hits = append(p.Hits, helpHit{Link: page.Link{Text: text, Href: to}, Page: x.Page.Title, Excerpt: x.Excerpt})
	}
	if x := h.book.Page(manual.Index); x != nil {
		p.Body = template.HTML(x.HTML) //nolint:gosec // made by the manual's own writer, which escapes
	}
	return page.Render(w, r, helpTemplate, p)
}

type helpPage struct {
	page.Base
	Body     template.HTML
	Sections []page.Link
	Next     page.Link // the page after this one, as in a book
	Previous page.Link
}

func (h *help) page(w http.ResponseWriter, r *http.Request) error {
	x := h.book.Page(r.PathValue("page"))
	if x == nil || x.Name == manual.Index {
		return page.ErrNotFound
	}
	p := helpPage{Base: h.base(r, x.Title), Body: template.HTML(x.HTML)} //nolint:gosec // as above
	p.Crumbs = []page.Link{{Text: "首页", Href: "/"}, {Text: "使用帮助", Href: "/help"}}
	for _, sec := range x.Sections {
		if sec.ID != "" {
			p.Sections = append(p.Sections, page.Link{Text: sec.Title, Href: "#" + sec.ID})
		}
	}
	for i, y := range h.book.Pages {
		if y != x {
			continue
		}
		if i > 1 {
			p.Previous = page.Link{Text: h.book.Pages[i-1].Title, Href: "/help/" + h.book.Pages[i-1].Name}
		}
		if i+1 < len(h.book.Pages) {
			p.Next = page.Link{Text: h.book.Pages[i+1].Title, Href: "/help/" + h.book.Pages[i+1].Name}
		}
	}
	return page.Render(w, r, helpPageTemplate, p)
}

func (h *help) picture(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("picture")
	b, err := h.book.Picture(name)
	if err != nil || !strings.HasSuffix(name, ".png") {
		return page.ErrNotFound
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Length", strconv.Itoa(len(b)))
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(b)
	return err
}
