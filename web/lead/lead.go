// Package lead is where a disclosure office leads: the year's work plan and its
// monthly dispatch, rectification, assessment, what people complain of and
// suggest, training and the ledgers of the trade. Every page is for somebody
// signed in; what each may see and do is asked of org.May and of one scope.
package lead

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

// Lead serves the pages. Its zero value is of no use; call New.
type Lead struct {
	cfg    *page.Config
	store  *store.Store
	assets *page.Assets
}

// New makes the pages over a store.
func New(cfg *page.Config, st *store.Store) (*Lead, error) {
	a, err := page.NewAssets("/lead-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	return &Lead{cfg: cfg, store: st, assets: a}, nil
}

// Nav are the entries of the desk's navigation that lead here.
func Nav() []page.Entry {
	var out []page.Entry
	for _, e := range []struct {
		key, text, href string
		verb            org.Verb
	}{
		{"plan", "工作要点", "/desk/plan", org.SeePlans},
		{"recurring", "公开日历", "/desk/recurring", org.SeePlans},
		{"dispatch", "月度调度", "/desk/dispatch", org.SeePlans},
		{"orders", "整改", "/desk/orders", org.SeePlans},
		{"scores", "考核", "/desk/scores", org.SeeScores},
		{"voices", "投诉意见", "/desk/voices", org.SeeVoices},
		{"demand", "需求分析", "/desk/demand", org.SeeItems},
		{"ledgers", "台账", "/desk/ledgers", org.SeeLedgers},
	} {
		out = append(out, page.Entry{Group: "指导监督", Verb: e.verb, Link: page.Link{Key: e.key, Text: e.text, Href: e.href}})
	}
	return out
}

// Routes lists every address of the package.
func (l *Lead) Routes() []page.Route {
	routes := []page.Route{l.assets.Route()}
	for _, part := range [][]page.Route{l.planRoutes(), l.dispatchRoutes(), l.orderRoutes(), l.scoreRoutes(), l.voiceRoutes(), l.ledgerRoutes(), l.demandRoutes()} {
		routes = append(routes, part...)
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Officer
	}
	return routes
}

// Install registers the routes.
func (l *Lead) Install(mux *http.ServeMux) { l.cfg.Install(mux, l.Routes()...) }

// base fills the layout and adds the package's own style.
func (l *Lead) base(r *http.Request, section, title string, scripts ...string) page.Base {
	b := l.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, l.assets.Path("lead.css"))
	for _, s := range scripts {
		b.Scripts = append(b.Scripts, l.assets.Path(s))
	}
	return b
}
