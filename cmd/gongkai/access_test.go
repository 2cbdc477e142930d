package main

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/desk"
	"gongkai/web/items"
	"gongkai/web/lead"
	"gongkai/web/office"
	"gongkai/web/outlets"
	"gongkai/web/page"
	"gongkai/web/requests"
	"gongkai/web/signin"
	"gongkai/web/site"
)

// whole is every page of the program over a county with two towns; who asks is
// in visit.
type whole struct {
	cfg    *page.Config
	store  *store.Store
	routes map[string][]page.Route // by package
	organs []org.Organ
	visit  page.Visit
}

func newWhole(t *testing.T) *whole {
	t.Helper()
	p := newProgram(t, func() law.Date { return law.Day(2026, 1, 12) })
	save := func(o org.Organ) {
		o, err := p.store.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		p.organs = append(p.organs, o)
	}
	save(org.Organ{Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	for i, n := range []string{"青石镇人民政府", "白杨镇人民政府"} {
		save(org.Organ{Code: fmt.Sprint("T", i), Name: n, Kind: org.Town, Level: org.Township, Parent: p.organs[0].ID})
	}
	return p
}

// newProgram is every page over an empty store, at nine in the morning of a day.
func newProgram(t *testing.T, today func() law.Date) *whole {
	t.Helper()
	now := func() time.Time { return today().Start().Add(9 * time.Hour) }
	dir := t.TempDir()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(t), Now: now, Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p := &whole{store: s, routes: map[string][]page.Route{}}
	p.cfg = &page.Config{County: "云岭县", Today: today, Now: now, Log: slog.New(slog.DiscardHandler),
		Visit: func(*http.Request) (page.Visit, error) { return p.visit, nil }}
	d, err := desk.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	in, err := signin.New(p.cfg, s, signin.Options{})
	if err != nil {
		t.Fatal(err)
	}
	work, err := office.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	p.cfg.Calendar = work.Calendar
	leading, err := lead.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	disclosure, err := items.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	channels, err := outlets.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	files, err := requests.New(p.cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	p.cfg.Desk = slices.Concat(office.Nav(), items.Nav(), outlets.Nav(), requests.Nav(), desk.Entries(), lead.Nav())
	p.routes = map[string][]page.Route{"page": p.cfg.Routes(), "site": site.New(p.cfg, s, page.Link{}).Routes(), "desk": d.Routes(), "office": work.Routes(), "lead": leading.Routes(), "items": disclosure.Routes(), "outlets": channels.Routes(), "requests": files.Routes(), "signin": in.Routes()}
	return p
}

// holder is somebody with one role at an organ.
func (p *whole) holder(person int64, r org.Role, at org.Organ) org.Viewer {
	return org.Viewer{Person: person, Name: "某人", Organ: at.ID, Posts: []org.Post{{Person: person, Organ: at.ID, Path: at.Path, Role: r}}}
}

// withoutVerb are the routes of officers that need no permission of the table,
// with the reason.
var withoutVerb = map[string]string{
	"GET /signin/confirm":                 "confirming who one is",
	"POST /signin/confirm":                "confirming who one is",
	"GET /desk":                           "the first page after signing in",
	"GET /desk/search":                    "shows only what the scopes hold",
	"GET /desk/notices":                   "one's own notices",
	"POST /desk/notices/read":             "one's own notices",
	"GET /desk/style":                     "the parts pages are drawn with",
	"GET /desk/handovers":                 "parties of a handover may hold no post",
	"GET /desk/handovers/{id}":            "parties of a handover may hold no post",
	"POST /desk/handovers/{id}/confirm":   "parties of a handover may hold no post",
	"GET /desk/handovers/{id}/sheet":      "parties of a handover may hold no post",
	"GET /desk/handovers/{id}/sheet.docx": "parties of a handover may hold no post",
}

// openSignIn are the pages of the sign-in that anybody may ask for.
var openSignIn = []string{"GET /signin-assets/", "GET /signin", "POST /signin", "GET /signin/code", "POST /signin/code", "POST /signout"}

func (p *whole) all() []page.Route {
	var out []page.Route
	for _, name := range []string{"page", "site", "desk", "office", "lead", "items", "outlets", "requests", "signin"} {
		out = append(out, p.routes[name]...)
	}
	return out
}

// Every route says who may ask for it: everybody, the checking desk, or officers
// with a verb. A route that forgets fails here.
func TestEveryRouteSaysWhoMayAsk(t *testing.T) {
	p := newWhole(t)
	known := map[string]bool{}
	for _, rt := range p.all() {
		known[rt.Pattern] = true
	}
	for pattern := range withoutVerb {
		if !known[pattern] {
			t.Errorf("%s is excepted and does not exist", pattern)
		}
	}
	for name, routes := range p.routes {
		for _, rt := range routes {
			asset := strings.HasSuffix(rt.Pattern, "-assets/")
			switch {
			case rt.Role == page.Officer && rt.Verb == "" && withoutVerb[rt.Pattern] == "":
				t.Errorf("%s: %s is for officers and names no verb", name, rt.Pattern)
			case rt.Role == page.Officer && rt.Verb != "" && !slices.Contains(org.Verbs(), rt.Verb):
				t.Errorf("%s: %s names %q, which is no verb", name, rt.Pattern, rt.Verb)
			case name == "office" && rt.Role != page.Officer && !asset:
				t.Errorf("%s: %s is not for officers", name, rt.Pattern)
			case name == "signin" && rt.Role == page.Public && !asset && !slices.Contains(openSignIn, rt.Pattern):
				t.Errorf("%s: %s is open to everybody", name, rt.Pattern)
			case rt.Role != page.Public && rt.Role != page.Officer && rt.Role != page.Checking && rt.Role != "":
				t.Errorf("%s: %s is for %q", name, rt.Pattern, rt.Role)
			}
		}
	}
}

// asks reports whether a route's handler is reached.
func (p *whole) asks(rt page.Route, v page.Visit) bool {
	in := false
	rt.Serve = func(w http.ResponseWriter, _ *http.Request) error { in = true; return nil }
	method, path, ok := strings.Cut(rt.Pattern, " ")
	if !ok {
		method, path = http.MethodGet, rt.Pattern
	}
	p.visit = v
	r := httptest.NewRequest(method, strings.NewReplacer("{", "", "}", "", "...", "", "$", "").Replace(path), nil)
	p.cfg.Handler(rt).ServeHTTP(httptest.NewRecorder(), r)
	return in
}

// Every route as every role and as nobody: let in is who the permission table
// says, and nobody else.
func TestEveryRouteLetsInWhomTheTableSays(t *testing.T) {
	p := newWhole(t)
	pairs := 0
	for _, checking := range []bool{false, true} {
		p.cfg.Checking = checking
		for _, rt := range p.all() {
			if got, want := p.asks(rt, page.Visit{Sure: true}), rt.Role == page.Public || rt.Role != page.Officer && checking; got != want {
				t.Errorf("%s as nobody, checking %v: let in %v", rt.Pattern, checking, got)
			}
			bare := org.Viewer{Person: 5, Name: "没有岗位"}
			if got, want := p.asks(rt, page.Visit{Viewer: bare, Sure: true}), rt.Role == page.Public || rt.Role == page.Officer && rt.Verb == "" || rt.Role != page.Officer && checking; got != want {
				t.Errorf("%s as somebody without a post: let in %v", rt.Pattern, got)
			}
			for _, role := range org.Roles() {
				for _, organ := range p.organs[:2] {
					pairs++
					v := p.holder(5, role, organ)
					reach := org.ReachOf(role, rt.Verb) != 0 && (rt.Verb != org.Configure || organ.Parent == 0)
					want := true
					switch rt.Role {
					case page.Public:
					case page.Officer:
						want = rt.Verb == "" || reach
					default:
						want = checking || org.ReachOf(role, org.SeeReports) != 0
					}
					if got := p.asks(rt, page.Visit{Viewer: v, Sure: true}); got != want {
						t.Errorf("%s as %s at %s: let in %v, the table says %v", rt.Pattern, role.Chinese(), organ.Name, got, want)
					}
					if rt.Role == page.Officer && p.asks(rt, page.Visit{Viewer: v}) != (want && !rt.Sure) {
						t.Errorf("%s as %s without having confirmed who he is", rt.Pattern, role.Chinese())
					}
					if rt.Role == page.Officer && p.asks(rt, page.Visit{Viewer: v, Sure: true, Must: "/account/password"}) && rt.Pattern != "GET /account/password" && rt.Pattern != "POST /account/password" {
						t.Errorf("%s as %s who has to set a password first", rt.Pattern, role.Chinese())
					}
				}
			}
		}
	}
	if pairs < 1000 {
		t.Errorf("only %d pairs were asked", pairs)
	}
}

// What the navigation shows somebody, he is let into.
func TestNavigationLeadsNobodyAstray(t *testing.T) {
	p := newWhole(t)
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		rt.Serve = func(http.ResponseWriter, *http.Request) error { return nil }
		p.cfg.Install(mux, rt)
	}
	for _, role := range org.Roles() {
		p.visit = page.Visit{Viewer: p.holder(5, role, p.organs[0]), Sure: true}
		r := page.WithVisit(httptest.NewRequest(http.MethodGet, "/desk", nil), p.visit)
		var links []page.Link
		for _, g := range p.cfg.DeskBase(r, "", "").DeskNav {
			links = append(links, g.Links...)
		}
		if len(links) < 3 {
			t.Errorf("%s is shown %d entries", role.Chinese(), len(links))
		}
		for _, l := range links {
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, l.Href, nil))
			if w.Code != http.StatusOK {
				t.Errorf("%s is shown %s and answered %d", role.Chinese(), l.Href, w.Code)
			}
		}
	}
}

// secrets stand in what belongs to one town, and nowhere else.
var secrets = []string{"13955550001", "甲乙丙丁事项", "子丑寅卯审批", "戊己庚"}

// belongings puts something of every kind into the first town and says which ids
// stand for it in addresses.
func (p *whole) belongings(t *testing.T) map[string]string {
	t.Helper()
	by, ctx, town := store.By{Viewer: org.Program("测试")}, t.Context(), p.organs[1]
	id := func(d store.Done, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return d.Answer
	}
	number := func(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }
	person := func(name string) string {
		return id(p.store.SavePerson(ctx, by, org.Person{Name: name, Organ: town.ID, Phone: secrets[0], Login: fmt.Sprint("q", p.store.NewID()%100_000_000)}))
	}
	leaver, taker, witness := person(secrets[3]), person("吴安"), person("郑领导")
	post := id(p.store.Grant(ctx, by, org.Post{Person: number(leaver), Organ: town.ID, Role: org.Drafter}))
	if _, err := p.store.OpenAccount(ctx, by, number(leaver), "", "一次性口令-青山绿水-42"); err != nil {
		t.Fatal(err)
	}
	task := id(p.store.GiveTask(ctx, by, org.Task{Organ: town.ID, Person: number(leaver), Title: secrets[1]}))
	approval := id(p.store.AskApproval(ctx, by, org.Approval{Organ: town.ID, Title: secrets[2], Steps: []org.ApprovalStep{{Role: org.Reviewer}}}))
	id(p.store.EditCounted(ctx, by, p.organs[0].ID, 2025, 0, map[int64]reporting.Choice{town.ID: {Way: reporting.WayOut, Reason: secrets[1]}}))
	handover := id(p.store.BeginHandover(ctx, by, org.Handover{Person: number(leaver), Leaves: true, Day: p.cfg.Today(), Reason: "调离", Successor: number(taker), Witness: number(witness)}))
	filed := id(p.store.WithFiling(ctx, by, town.ID, 2025, 0, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		form, err := annual.FormFor(2025)
		if err != nil {
			return err
		}
		f.Report = annual.New(form, town.Name, 2025)
		f.Report.Intro, f.FileName = secrets[1], secrets[2]+".docx"
		return nil
	}))
	id(p.store.WithFiling(ctx, by, town.ID, 2025, number(filed), act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Receive(on) })) // it waits for the county's office
	lead := p.led(t, town, id)
	maps.Copy(lead, p.kept(t, town, id))
	maps.Copy(lead, p.scored(t, town, id))
	maps.Copy(lead, p.applied(t, town, id))
	maps.Copy(lead, p.catalogued(t, town, id))
	maps.Copy(lead, p.hung(t, town, id))
	maps.Copy(lead, p.compiled(t, town, id))
	maps.Copy(lead, p.handedIn(t, town, id))
	maps.Copy(lead, p.worded(t, town, id))
	maps.Copy(lead, map[string]string{"/desk/people/{id}": leaver, "{person}": leaver, "{post}": post, "/desk/tasks/{id}": task, "/desk/approvals/{id}": approval, "/desk/handovers/{id}": handover,
		"{organ}": strconv.FormatInt(town.ID, 10), "{id}": strconv.FormatInt(town.ID, 10), "{code}": town.Code, "{year}": "2025", "{index}": "0", "{question}": "clarity", "{$}": ""})
	return lead
}

// led puts into a town what leading has: a plan of its own, a publication, an
// order and a month's gaps.
func (p *whole) led(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx, today := store.By{Viewer: org.Program("测试")}, t.Context(), p.cfg.Today()
	number := func(s string) int64 { n, _ := strconv.ParseInt(s, 10, 64); return n }
	plan := id(p.store.SavePlan(ctx, by, oversight.Plan{Organ: town.ID, Year: 2026, Title: secrets[1]}))
	task := id(p.store.SavePlanTask(ctx, by, oversight.PlanTask{Plan: number(plan), Organ: town.ID, Text: secrets[1], Parties: []oversight.Party{{Organ: town.ID, Lead: true, Percent: -1}}}))
	id(p.store.IssuePlan(ctx, by, number(plan), 1))
	report := id(p.store.ReportProgress(ctx, by, oversight.Progress{Task: number(task), Organ: town.ID, Text: secrets[2], Percent: 5}))
	item := id(p.store.SaveRecurring(ctx, by, oversight.Recurring{Organ: town.ID, Name: secrets[1], Basis: "通知", Rule: oversight.DutyRule{Kind: oversight.Monthly, Day: 5}, From: today.AddDays(-40)}))
	order := id(p.store.GiveOrder(ctx, by, oversight.Order{Organ: town.ID, Issuer: p.organs[0].ID, Title: secrets[1], Text: secrets[2], Basis: "条例", Source: oversight.FromOffice, Due: today.AddDays(9)}))
	id(p.store.KeepAccountability(ctx, by, oversight.Account{Organ: town.ID, Issuer: p.organs[0].ID, Kind: oversight.Talked, On: today, Document: secrets[1]}, secrets[2]))
	dispatch := id(p.store.IssueDispatch(ctx, by, p.organs[0].ID, today, secrets[3]))
	return map[string]string{"/desk/plan/{id}": plan, "/desk/plantasks/{id}": task, "/desk/planreports/{id}": report, "/desk/recurring/{id}": item, "/desk/orders/{id}": order, "/desk/dispatch/{id}": dispatch}
}

// A neighbour, whatever his role there, and nobody at all, ask for everything
// that is the town's with every form: nothing of it is shown, nothing changes.
func TestNeighboursSeeAndChangeNothing(t *testing.T) {
	p := newWhole(t)
	at := p.belongings(t)
	fill := func(pattern string) string {
		for _, prefix := range append([]string{"/desk/people/{id}", "/desk/tasks/{id}", "/desk/approvals/{id}", "/desk/handovers/{id}",
			"/desk/plan/{id}", "/desk/plantasks/{id}", "/desk/planreports/{id}", "/desk/recurring/{id}", "/desk/orders/{id}", "/desk/dispatch/{id}"}, slices.Concat(keptPrefixes, scorePrefixes, requestPrefixes, outletPrefixes, cataloguePrefixes, submissionPrefixes, wordPrefixes)...) {
			if strings.HasPrefix(pattern, prefix) {
				pattern = strings.Replace(pattern, "{id}", at[prefix], 1)
			}
		}
		for _, k := range []string{"{person}", "{post}", "{organ}", "{id}", "{code}", "{year}", "{index}", "{item}", "{entry}", "{cell}", "{paper}", "{format}", "{question}", "{$}"} {
			pattern = strings.ReplaceAll(pattern, k, at[k])
		}
		for strings.Contains(pattern, "{") { // whatever else: a number that may be something's
			i := strings.IndexByte(pattern, '{')
			pattern = pattern[:i] + at["{id}"] + pattern[i+strings.IndexByte(pattern[i:], '}')+1:]
		}
		return pattern
	}
	mux := http.NewServeMux()
	for _, rt := range p.all() {
		p.cfg.Install(mux, rt)
	}
	acts := func() int {
		list, err := p.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Organ: p.organs[1].ID})
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	// The county's office sees all of it: the secrets can be seen at all.
	p.visit = page.Visit{Viewer: p.holder(800, org.Office, p.organs[0]), Session: 1, Sure: true}
	for i, path := range []string{fill("/desk/people/{id}"), "/desk/tasks?which=all", fill("/desk/approvals/{id}")} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if i != 2 && !strings.Contains(w.Body.String(), secrets[i]) {
			t.Errorf("%s shows the county's office nothing (%d): the test below would see nothing either", path, w.Code)
		}
	}
	before := acts()
	if before < 8 {
		t.Fatalf("only %d acts of the town", before)
	}
	viewers := []org.Viewer{{}}
	for i, role := range org.Roles() {
		viewers = append(viewers, p.holder(int64(900+i), role, p.organs[2]))
	}
	form := "organ=" + at["{organ}"] + "&person=" + at["{person}"] + "&name=x&title=x&role=drafter&from=2026-01-12&to=2026-02-01&last=2026-01-12&reason=x&version=1&do=take&how=pass&part=posts&ref=post/" + at["{post}"] +
		"&to=1&word=x&side=from&text=x&value=x&password=xxxxxxxxxxxxxxxx&day=2026-01-12&successor=1&witness=2&leaves=1&paper=2026-01-11&opinion=x&yes=1&key="
	for i, v := range viewers {
		p.visit = page.Visit{Viewer: v, Session: int64(i), Sure: true, Address: "192.0.2.9"}
		who := "nobody"
		if v.Person != 0 {
			who = v.Posts[0].Role.Chinese()
		}
		for n, rt := range p.all() {
			method, path, ok := strings.Cut(rt.Pattern, " ")
			if !ok || rt.Role == page.Public && method == http.MethodGet {
				continue
			}
			url := fill(path)
			body := ""
			if method == http.MethodPost {
				body = form + fmt.Sprint("k", i, "-", n)
			} else {
				url += "?organ=" + at["{organ}"] + "&person=" + at["{person}"] + "&ref=person/" + at["{person}"] + "&q=" + "甲乙丙丁"
			}
			r := httptest.NewRequest(method, url, strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			w := httptest.NewRecorder()
			mux.ServeHTTP(w, r)
			if w.Code >= 500 && w.Code != http.StatusServiceUnavailable {
				t.Errorf("%s as %s of the neighbour: %d", rt.Pattern, who, w.Code)
			}
			for _, s := range secrets {
				if strings.Contains(w.Body.String(), s) {
					t.Errorf("%s as %s of the neighbour shows %s", rt.Pattern, who, s)
				}
			}
			if after := acts(); after != before {
				t.Errorf("%s as %s of the neighbour changed something of the town", rt.Pattern, who)
				before = after
			}
		}
	}
}
