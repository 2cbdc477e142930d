// Package office is where officers work: the 工作台 with what is to be done,
// organs and people, posts and handing over, the history of everything,
// notices and settings. Every page is for somebody signed in; what each may see
// and do is asked of org.May and of one scope.
package office

import (
	"context"
	"embed"
	"net/http"
	"sync/atomic"

	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

//go:embed templates
var templates embed.FS

//go:embed assets
var assetFiles embed.FS

// Office serves the pages. Its zero value is of no use; call New.
type Office struct {
	cfg    *page.Config
	store  *store.Store
	assets *page.Assets

	notices atomic.Pointer[dated] // the calendar, replaced when a notice is entered
}

// dated is a calendar with the version of the setting it was made from.
type dated struct {
	version  int64
	calendar *calendar.Calendar
}

// New makes the office over a store.
func New(cfg *page.Config, st *store.Store) (*Office, error) {
	a, err := page.NewAssets("/office-assets/", assetFiles, "assets")
	if err != nil {
		return nil, err
	}
	c, err := calendar.Load()
	if err != nil {
		return nil, err
	}
	o := &Office{cfg: cfg, store: st, assets: a}
	o.notices.Store(&dated{calendar: c})
	return o, nil
}

// Nav are the entries of the desk's navigation that lead here.
func Nav() []page.Entry {
	return []page.Entry{
		{Link: page.Link{Key: "home", Text: "工作台", Href: "/desk"}},
		{Link: page.Link{Key: "tasks", Text: "任务", Href: "/desk/tasks"}, Verb: org.SeeTasks},
		{Link: page.Link{Key: "approvals", Text: "审批", Href: "/desk/approvals"}, Verb: org.SeeOrgan},
		{Link: page.Link{Key: "notices", Text: "通知", Href: "/desk/notices"}},
		{Group: "机关", Link: page.Link{Key: "organs", Text: "机关", Href: "/desk/organs"}, Verb: org.SeeOrgan},
		{Group: "机关", Link: page.Link{Key: "people", Text: "人员", Href: "/desk/people"}, Verb: org.SeePeople},
		{Group: "机关", Link: page.Link{Key: "log", Text: "留痕", Href: "/desk/log"}, Verb: org.SeeLog},
		{Group: "机关", Link: page.Link{Key: "settings", Text: "设置", Href: "/desk/settings"}, Verb: org.EditSettings},
	}
}

// Routes lists every address of the office.
func (o *Office) Routes() []page.Route {
	routes := []page.Route{o.assets.Route()}
	for _, part := range [][]page.Route{o.homeRoutes(), o.taskRoutes(), o.approvalRoutes(), o.organRoutes(), o.peopleRoutes(), o.noticeRoutes(), o.logRoutes(), o.settingRoutes()} {
		routes = append(routes, part...)
	}
	for i := range routes[1:] {
		routes[i+1].Role = page.Officer
	}
	return routes
}

// Install registers the routes.
func (o *Office) Install(mux *http.ServeMux) { o.cfg.Install(mux, o.Routes()...) }

// base fills the layout and adds the office's own style.
func (o *Office) base(r *http.Request, section, title string, scripts ...string) page.Base {
	b := o.cfg.DeskBase(r, section, title)
	b.Styles = append(b.Styles, o.assets.Path("office.css"))
	for _, s := range scripts {
		b.Scripts = append(b.Scripts, o.assets.Path(s))
	}
	return b
}

// Calendar is the working-day calendar with the notices that were entered here,
// by whatever instance.
func (o *Office) Calendar(ctx context.Context) (*calendar.Calendar, error) {
	have := o.notices.Load()
	s, err := o.notice(ctx)
	if err != nil || s.Version == have.version {
		return have.calendar, err
	}
	c, err := calendar.Extend(s.Value)
	if err != nil {
		return have.calendar, nil // it was checked when it was entered; an older program may know less
	}
	o.notices.Store(&dated{s.Version, c})
	return c, nil
}

// notice is the table of notices that were entered here.
func (o *Office) notice(ctx context.Context) (store.Setting, error) {
	list, err := o.store.Settings(ctx, 0)
	for _, s := range list {
		if s.Name == org.CalendarNotice {
			return s, err
		}
	}
	return store.Setting{Name: org.CalendarNotice}, err
}
