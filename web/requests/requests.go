// Package requests is the desk of 依申请公开: registering what comes in, working
// through a file with every date explained, letters, remedies, the ledger and the
// figures of those in charge. Every page is for somebody signed in; what each may
// see and do is asked of org.May and of one scope.
package requests

import (
	"embed"
	"net/http"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/redact"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Requests serves the pages. Its zero value is of no use; call New.
type Requests struct {
	cfg    *page.Config
	store  *store.Store
	assets *page.Assets
	editor *redact.Editor // covers parts of documents
}

// New makes the pages over a store.
func New(cfg *page.Config, st *store.Store) (*Requests, error) {
	a, err := page.NewAssets("/requests-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	return &Requests{cfg: cfg, store: st, assets: a, editor: redact.New(cfg.Fonts)}, nil
}

// Nav are the entries of the desk's navigation that lead here.
func Nav() []page.Entry {
	return append([]page.Entry{{Group: "依申请公开", Verb: org.SeeRequests, Link: page.Link{Key: "requests", Text: "申请", Href: "/desk/requests"}},
		{Group: "依申请公开", Verb: org.SeeRequests, Link: page.Link{Key: "figures", Text: "办理统计", Href: "/desk/requests/figures"}},
		{Group: "依申请公开", Verb: org.SeeRequests, Link: page.Link{Key: "convert", Text: "转为主动公开", Href: "/desk/requests/convert"}}}, paperNav()...)
}

// Routes lists every address of the package.
func (q *Requests) Routes() []page.Route {
	routes := []page.Route{q.assets.Route()}
	for _, part := range [][]page.Route{q.listRoutes(), q.registerRoutes(), q.ledgerRoutes(), q.planRoutes(), q.fileRoutes(), q.paperRoutes(), q.caseRoutes(), q.remedyRoutes(), q.registersRoutes(), q.figuresRoutes(), q.kinRoutes(), q.guideRoutes(), q.intakeRoutes(), q.redactRoutes()} {
		routes = append(routes, part...)
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Officer
	}
	return routes
}

// Install registers the routes.
func (q *Requests) Install(mux *http.ServeMux) { q.cfg.Install(mux, q.Routes()...) }

// base fills the layout and adds the package's own style.
func (q *Requests) base(r *http.Request, section, title string, scripts ...string) page.Base {
	b := q.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, q.assets.Path("requests.css"))
	for _, s := range scripts {
		b.Scripts = append(b.Scripts, q.assets.Path(s))
	}
	return b
}

// calendar is the working-day calendar, with the notices entered here.
func (q *Requests) calendar(r *http.Request) (*calendar.Calendar, error) {
	if q.cfg.Calendar != nil {
		return q.cfg.Calendar(r.Context())
	}
	return q.store.Calendar(r.Context())
}

// body bounds a form with files, in bytes.
const body = 32 << 20
