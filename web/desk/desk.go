// Package desk is the side of the program for those who check: drop a report
// and see every finding at its cell (核对), fill one in (填报), take a county's
// January in one go (收报), look at what the store holds, and read the
// rule-book (规则). Pages work without script; script only saves steps.
//
// Checking and filling keep nothing on the server: what a page needs for its
// next step travels in the page itself and is treated as hostile when it comes
// back. Only the January kit holds its files for half an hour, in memory.
package desk

import (
	"embed"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"gongkai/ingest/limit"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Desk serves the pages. Its zero value is of no use; call New.
type Desk struct {
	cfg    *page.Config
	store  *store.Store // nil: the pages that need one say so
	assets *page.Assets
	kits   *kits
	proses proses
}

// New makes the desk. Without a store, pages that read it are not offered.
func New(cfg *page.Config, st *store.Store) (*Desk, error) {
	a, err := page.NewAssets("/desk-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	d := &Desk{cfg: cfg, store: st, assets: a, kits: newKits(cfg.Now)}
	cfg.Closed = d.closed // say how to open it, not that nothing is there
	return d, nil
}

// Nav are the entries of the top navigation that lead here.
func Nav() []page.Link {
	return []page.Link{
		{Key: "check", Text: "核对", Href: "/check"},
		{Key: "fill", Text: "填报", Href: "/fill"},
		{Key: "kit", Text: "收报", Href: "/kit"},
		{Key: "stored", Text: "在库核对", Href: "/desk/reports"},
		{Key: "rules", Text: "规则", Href: "/rules"},
	}
}

// Entries are those of the desk's own navigation, for somebody signed in.
func Entries() []page.Entry {
	out := []page.Entry{
		{Group: "年度报告", Verb: org.EditReports, Link: page.Link{Key: "filing", Text: "本机关年报", Href: "/desk/filing"}},
		{Group: "年度报告", Verb: org.ReviewReports, Link: page.Link{Key: "collecting", Text: "收集审核", Href: "/desk/collecting"}},
		{Group: "年度报告", Verb: org.SumReports, Link: page.Link{Key: "totals", Text: "汇总", Href: "/desk/totals"}},
		{Group: "年度报告", Verb: org.PublishReports, Link: page.Link{Key: "portal", Text: "发布导出", Href: "/desk/portal"}},
		{Group: "年度报告", Verb: org.EditReports, Link: page.Link{Key: "packages", Text: "报送包", Href: "/desk/packages"}},
	}
	for _, l := range Nav() {
		out = append(out, page.Entry{Group: "核对工具", Verb: org.SeeReports, Link: l})
	}
	return out
}

// Bounds of one request. The kit takes what a county sends in January: the
// archive limit of the readers. The others take a report, last year's, and the
// page's own state.
const (
	formBytes = limit.FileBytes + limit.FileBytes/2
	kitBytes  = 160 << 20
	readTime  = 2 * time.Minute
	kitTime   = 10 * time.Minute
)

// Routes lists every address of the desk.
func (d *Desk) Routes() []page.Route {
	routes := []page.Route{
		d.assets.Route(),
		{Pattern: "GET /check", Serve: d.checkForm},
		{Pattern: "POST /check", Body: kitBytes, Time: kitTime, Serve: d.check},
		{Pattern: "POST /check/again", Body: formBytes, Time: readTime, Serve: d.checkAgain},
		{Pattern: "POST /check/download", Body: formBytes, Time: readTime, Serve: d.checkDownload},
		{Pattern: "GET /fill", Serve: d.fillForm},
		{Pattern: "POST /fill", Body: formBytes, Time: readTime, Serve: d.fill},
		{Pattern: "GET /kit", Serve: d.kitForm},
		{Pattern: "POST /kit", Body: kitBytes, Time: kitTime, Serve: d.kitRun},
		{Pattern: "GET /kit/{id}", Serve: d.kitShow},
		{Pattern: "POST /kit/{id}", Body: kitBytes, Time: kitTime, Serve: d.kitMore},
		{Pattern: "POST /kit/{id}/forget", Serve: d.kitForget},
		{Pattern: "GET /kit/{id}/zip", Time: readTime, Serve: d.kitZip},
		{Pattern: "GET /kit/{id}/file/{name}", Time: readTime, Serve: d.kitFile},
		{Pattern: "GET /kit/{id}/organ/{n}", Time: readTime, Serve: d.kitOrgan},
		{Pattern: "GET /kit/{id}/notice/{n}", Time: readTime, Serve: d.kitNotice},
		{Pattern: "GET /desk/reports", Serve: d.stored},
		{Pattern: "GET /desk/reports/{code}/{year}", Time: readTime, Serve: d.storedReport},
		{Pattern: "GET /rules", Serve: d.rules},
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Checking
	}
	return slices.Concat(routes, d.filingRoutes(), d.portalRoutes(), d.collectingRoutes(), d.totalsRoutes(), d.packageRoutes(), d.compileRoutes())
}

// Install registers the routes.
func (d *Desk) Install(mux *http.ServeMux) { d.cfg.Install(mux, d.Routes()...) }

// base fills the layout and adds the desk's own style and script.
func (d *Desk) base(r *http.Request, section, title string, scripts ...string) page.Base {
	b := d.cfg.Base(r, section, title)
	if !page.VisitOf(r).Viewer.Nobody() {
		b = d.cfg.DeskBase(r, section, title)
	}
	b.Styles = append(b.Styles, d.assets.Path("desk.css"))
	for _, s := range scripts {
		b.Scripts = append(b.Scripts, d.assets.Path(s))
	}
	b.Wide = true
	return b
}

type closedPage struct{ page.Base }

var closedTemplate = page.NewTemplate(templates, "templates/closed.html")

// closed answers for every page that is open neither to everyone on this
// address nor to who asks.
func (d *Desk) closed(w http.ResponseWriter, r *http.Request) error {
	v := page.VisitOf(r).Viewer
	switch {
	case !v.Nobody():
		return store.Forbidden(org.SeeReports)
	case d.cfg.Visit != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		http.Redirect(w, r, page.SignInPath+"?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
	title := "本网址未开放核对功能"
	return page.RenderStatus(w, r, http.StatusForbidden, closedTemplate, closedPage{d.base(r, "", title)})
}

// cleanName is the last part of a file name as a browser or an archive gives
// it, without anything that a path, a header or a page could stumble over.
func cleanName(name string) string {
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`:*?"<>|`, r) || r == '\u202e' {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.TrimSpace(name), ".")
	if rs := []rune(name); len(rs) > 120 {
		name = string(rs[:60]) + string(rs[len(rs)-60:])
	}
	if name == "" {
		return "未命名"
	}
	return name
}
