// Package items is the desk of proactive disclosure 主动公开: drafting, review,
// publication, change and withdrawal of items, the catalogue and the registers
// that belong to them. Every page is for somebody signed in; what each may see
// and do is asked of org.May and of one scope.
package items

import (
	"embed"
	"net/http"
	"strconv"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Items serves the pages. Its zero value is of no use; call New.
type Items struct {
	cfg    *page.Config
	store  *store.Store
	assets *page.Assets
}

// New makes the pages over a store.
func New(cfg *page.Config, st *store.Store) (*Items, error) {
	a, err := page.NewAssets("/items-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	return &Items{cfg: cfg, store: st, assets: a}, nil
}

// group is the heading of the desk's navigation that the entries stand under.
const group = "主动公开"

// Nav are the entries of the desk's navigation that lead here.
func Nav() []page.Entry {
	return []page.Entry{
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "items", Text: "信息", Href: "/desk/items"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "catalogue", Text: "公开目录", Href: "/desk/catalogue"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "register", Text: "规范性文件库", Href: "/desk/register"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "monthly", Text: "月度台账", Href: "/desk/monthly"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "submissions", Text: "材料移送", Href: "/desk/submissions"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "monitor", Text: "信息监测", Href: "/desk/monitor"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "backfill", Text: "补录清单", Href: "/desk/backfill"}},
		{Group: group, Verb: org.ReviewItems, Link: page.Link{Key: "signoff", Text: "成批审签", Href: "/desk/items/signoff"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "held", Text: "不主动公开", Href: "/desk/items/held"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "outlet", Text: "门户同步", Href: "/desk/items/outlet"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "words", Text: "词表和同义词", Href: "/desk/words"}},
		{Group: group, Verb: org.SeeItems, Link: page.Link{Key: "itemarchive", Text: "立卷归档", Href: "/desk/items/archive"}},
	}
}

// Routes lists every address of the package.
func (t *Items) Routes() []page.Route {
	routes := []page.Route{t.assets.Route()}
	for _, part := range [][]page.Route{t.listRoutes(), t.draftRoutes(), t.turnedRoutes(), t.showRoutes(), t.reviewRoutes(), t.publishRoutes(), t.removeRoutes(), t.signoffRoutes(), t.heldRoutes(), t.archiveRoutes(), t.outletRoutes(), t.catalogueRoutes(), t.guideRoutes(), t.monthlyRoutes(), t.registerRoutes(), t.submissionRoutes(), t.monitorRoutes(), t.backfillRoutes(), t.wordsRoutes(), t.statisticsRoutes(), t.linksRoutes()} {
		routes = append(routes, part...)
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Officer
	}
	return routes
}

// Install registers the routes.
func (t *Items) Install(mux *http.ServeMux) { t.cfg.Install(mux, t.Routes()...) }

// base fills the layout and adds the package's own style.
func (t *Items) base(r *http.Request, section, title string, scripts ...string) page.Base {
	b := t.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, t.assets.Path("items.css"))
	for _, s := range scripts {
		b.Scripts = append(b.Scripts, t.assets.Path(s))
	}
	return b
}

// calendar is the working-day calendar, with the notices entered here.
func (t *Items) calendar(r *http.Request) (*calendar.Calendar, error) {
	if t.cfg.Calendar != nil {
		return t.cfg.Calendar(r.Context())
	}
	return t.store.Calendar(r.Context())
}

// itemOf reads the item that the address names.
func (t *Items) itemOf(r *http.Request) (*store.ItemFile, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, page.ErrNotFound
	}
	return t.store.Item(r.Context(), page.VisitOf(r).Viewer, id)
}

// warnDays is from how many working days before its day on a limit warns.
const warnDays = 5
