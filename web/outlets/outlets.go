// Package outlets is the desk of channels 公开渠道: accounts, boards, screens,
// loudspeakers and reading places, what stood on them, and what readers need.
// What each may see and do is asked of org.May and of one scope.
package outlets

import (
	"embed"
	"net/http"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Outlets serves the pages. Its zero value is of no use; call New.
type Outlets struct {
	cfg    *page.Config
	store  *store.Store
	assets *page.Assets
}

// New makes the pages over a store.
func New(cfg *page.Config, st *store.Store) (*Outlets, error) {
	a, err := page.NewAssets("/outlets-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	return &Outlets{cfg: cfg, store: st, assets: a}, nil
}

// Nav are the entries of the desk's navigation that lead here.
func Nav() []page.Entry {
	return []page.Entry{{Group: "主动公开", Verb: org.SeeItems, Link: page.Link{Key: "outlets", Text: "渠道、公开栏", Href: "/desk/outlets"}},
		{Group: "主动公开", Verb: org.SeeItems, Link: page.Link{Key: "places", Text: "查阅点、指南发放", Href: "/desk/places"}}}
}

// Routes lists every address of the package.
func (t *Outlets) Routes() []page.Route {
	routes := []page.Route{t.assets.Route()}
	for _, part := range [][]page.Route{t.listRoutes(), t.postingRoutes(), t.scriptRoutes(), t.placeRoutes()} {
		routes = append(routes, part...)
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Officer
	}
	return routes
}

// Install registers the routes.
func (t *Outlets) Install(mux *http.ServeMux) { t.cfg.Install(mux, t.Routes()...) }

// base fills the layout and adds the package's own style.
func (t *Outlets) base(r *http.Request, section, title string) page.Base {
	b := t.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, t.assets.Path("outlets.css"))
	return b
}

// tabs lead through the pages about channels.
func tabs() []page.Link {
	return []page.Link{{Key: "", Text: "渠道", Href: "/desk/outlets"}, {Key: "board", Text: "公开栏", Href: "/desk/outlets?kind=board"}, {Key: "up", Text: "正在张贴", Href: "/desk/postings?which=up"},
		{Key: "down", Text: "待撤下", Href: "/desk/postings?which=down"}, {Key: "all", Text: "公开登记", Href: "/desk/postings"}, {Key: "sums", Text: "统计", Href: "/desk/outlets/sums"},
		{Key: "scripts", Text: "广播稿", Href: "/desk/scripts"}, {Key: "screen", Text: "电子屏", Href: "/desk/outlets?kind=screen"}}
}
