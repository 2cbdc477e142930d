// Package site is the public site and the open API: annual reports by organ
// and year, one report as the form prints it, an organ over the years, two
// reports side by side, the sum over a tree, downloads and data.
//
// What a checker sees (findings, lateness, rankings) is shown where the 主管部门
// has switched it on, which shows asks, and nowhere else: without that a page of
// this package shows what an organ published and nothing about how well it did.
package site

import (
	"embed"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed *.html
var files embed.FS

//go:embed openapi.json
var openAPI []byte

// Site answers for the public.
type Site struct {
	cfg   *page.Config
	store *store.Store
	desk  page.Link // entry to the desk, shown while it is open
	cache *page.Cache

	floods floods
	reads  *reads
}

// cacheBytes bounds the answers kept in memory; a page takes about 6 KB.
const cacheBytes = 32 << 20

// New makes the site. The desk's entry is shown on the home page while
// checking is open.
func New(cfg *page.Config, st *store.Store, desk page.Link) *Site {
	s := &Site{cfg: cfg, store: st, desk: desk, cache: page.NewCache(cacheBytes), floods: newFloods(cfg.Now), reads: newReads()}
	if cfg.Owner == nil {
		cfg.Owner = s.owner
	}
	return s
}

// Routes lists everything the site serves.
func (s *Site) Routes() []page.Route {
	get := func(path string, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return page.Route{Pattern: "GET " + path, Role: page.Public, Serve: serve}
	}
	api := func(path string, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		rt := get(path, serve)
		rt.JSON = true
		return rt
	}
	year := func(rt page.Route) page.Route { return s.cached(rt, s.yearStamp) }
	organ := func(rt page.Route) page.Route { return s.cached(rt, s.organStamp) }
	long := func(rt page.Route) page.Route {
		rt.Time = 2 * time.Minute
		return rt
	}
	routes := append(slices.Concat(s.logRoutes(get, api), s.voiceRoutes(get), s.surveyRoutes(get), s.applyRoutes(get), s.reckonRoutes(get), s.apiRoutes(api), s.helpRoutes(get)), []page.Route{
		s.cached(get("/{$}", s.home), s.homeStamp),
		year(get("/reports", s.reports)),
		year(get("/reports/{organ}", s.organ)),
		year(get("/reports/compare", s.compare)),
		year(get("/reports/sum/{organ}/{year}", s.sum)),
		long(organ(get("/reports/{organ}/{year}", s.report))),
		long(organ(get("/reports/{organ}/{year}/versions/{version}", s.version))),
		get("/reports/standing/{organ}/{year}", s.standing),
		year(get("/open", s.open)),
		year(get("/open/api", s.apiPage)),
		get("/open/answers", s.answers),
		long(get("/open/{file}", s.openFile)),
		get("/feed.xml", s.feed),
		get("/healthz", s.health),
		get("/robots.txt", s.robots),
		{Pattern: "/", Role: page.Public, Serve: func(http.ResponseWriter, *http.Request) error { return page.ErrNotFound }},
	}...)
	for i, rt := range routes {
		if strings.HasPrefix(rt.Pattern, "GET ") {
			routes[i].Serve = s.stale(rt.Serve)
		}
	}
	return slices.Concat(routes, s.itemRoutes(get, api), s.searchRoutes(get), s.catalogueRoutes(get), s.outletRoutes(get))
}

// Handler serves the site alone, with layout routes and guard.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	s.cfg.Install(mux, s.cfg.Routes()...)
	s.cfg.Install(mux, s.Routes()...)
	return s.cfg.Guard(mux)
}

// key is how an organ stands in an address: its code, or its number behind a
// tilde where no code is known.
func key(code string, id int64) string {
	if code != "" {
		return code
	}
	return "~" + strconv.FormatInt(id, 10)
}

func organKey(o org.Organ) string { return key(o.Code, o.ID) }

// organOf finds the organ that an address names.
func (s *Site) organOf(r *http.Request, name string) (org.Organ, error) {
	if len(name) > 80 {
		return org.Organ{}, page.ErrNotFound
	}
	if len(name) > 1 && name[0] == '~' {
		id, err := strconv.ParseInt(name[1:], 10, 64)
		if err != nil {
			return org.Organ{}, page.ErrNotFound
		}
		return s.store.Organ(r.Context(), id)
	}
	return s.store.OrganByCode(r.Context(), name)
}

// yearOf reads a year; what is no year of the form names no page.
func yearOf(text string) (int, bool) {
	y, err := strconv.Atoi(text)
	if err != nil || len(text) != 4 {
		return 0, false
	}
	_, err = annual.FormFor(y)
	return y, err == nil
}

// shown is a value in a list: the figure, or a dash where there is none.
func shown(v annual.Value, t annual.CellType) string {
	if !v.Known() {
		return "—"
	}
	return v.Format(t)
}

func reportHref(organ string, year int) string {
	return "/reports/" + organ + "/" + strconv.Itoa(year)
}

func (s *Site) health(w http.ResponseWriter, r *http.Request) error {
	if err := s.store.Ping(r.Context()); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, err := w.Write([]byte("ok\n"))
	return err
}

func (s *Site) robots(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, err := w.Write([]byte("User-agent: *\nDisallow: /reports/compare\nDisallow: /search\nDisallow: /open/table.\nDisallow: /voice/track\nDisallow: /out\nDisallow: /mistake\nDisallow: /apply/track\nDisallow: /check\nDisallow: /fill\nDisallow: /kit\nDisallow: /desk\nSitemap: " + s.cfg.Root(r) + "/sitemap.xml\n"))
	return err
}
