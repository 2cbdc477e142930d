package signin

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/translog"
	"gongkai/web/page"
)

var ctx = context.Background()

func program() store.By { return store.By{Viewer: org.Program("测试")} }

// A house is an instance with a county, its people and the sign-in in front.
type house struct {
	store  *store.Store
	clock  *storetest.Clock
	signin *SignIn
	url    string
	organ  org.Organ
	people map[string]int64
}

var key = sync.OnceValue(func() *translog.Key {
	secret, _, err := translog.NewKey("log.example.gov.cn/test")
	if err != nil {
		panic(err)
	}
	k, err := translog.ParseKey(secret)
	if err != nil {
		panic(err)
	}
	return k
})

func openStore(t testing.TB, address string, c *storetest.Clock) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, address, store.Options{Signer: key(), Secret: make([]byte, store.SecretSize), Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// build puts pages on a store, as cmd does.
func build(t testing.TB, st *store.Store, c *storetest.Clock, change func(*page.Config, *Options)) *house {
	t.Helper()
	cfg := &page.Config{County: "云岭县", Now: c.Now, Today: func() law.Date { return law.DateOf(c.Now()) }}
	o := Options{Posts: Posts{Burst: 1 << 20}}
	if change != nil {
		change(cfg, &o)
	}
	s, err := New(cfg, st, o)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Visit = s.Visit
	cfg.Desk = []page.Entry{{Link: page.Link{Key: "home", Text: "工作台", Href: "/desk"}}, {Link: page.Link{Key: "people", Text: "人员", Href: "/desk/people"}, Verb: org.SeePeople}}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	s.Install(mux)
	say := func(w http.ResponseWriter, r *http.Request) error {
		v := page.VisitOf(r)
		fmt.Fprintf(w, "desk of %s, sure %v, from %s", v.Viewer.Name, v.Sure, v.Address)
		return nil
	}
	cfg.Install(mux, page.Route{Pattern: "GET /desk", Role: page.Officer, Serve: say}, page.Route{Pattern: "GET /desk/sensitive", Role: page.Officer, Sure: true, Serve: say},
		page.Route{Pattern: "GET /{$}", Role: page.Public, Serve: say})
	server := httptest.NewServer(cfg.Guard(s.Limit(mux)))
	t.Cleanup(server.Close)
	return &house{store: st, clock: c, signin: s, url: server.URL, people: map[string]int64{}}
}

const first, good = "一次性口令2026", "tulip-wagon-copper-frost"

// staff makes people with accounts; the name of each is in Chinese, the login
// his key.
func (h *house) staff(t testing.TB) *house {
	t.Helper()
	organ, err := h.store.SaveOrgan(ctx, org.Organ{Name: "云岭县人民政府办公室", Short: "县府办", Kind: org.Department, Level: org.County})
	if err != nil {
		t.Fatal(err)
	}
	h.organ = organ
	for _, x := range []struct {
		login, name string
		role        org.Role
	}{{"clerk", "吴清荷", org.Drafter}, {"head", "方山远", org.Head}, {"guard", "石守正", org.SecurityAdmin}, {"auditor", "田明察", org.AuditAdmin}, {"system", "丁运维", org.SystemAdmin}} {
		d, err := h.store.SavePerson(ctx, program(), org.Person{Name: x.name, Organ: organ.ID, Login: x.login})
		if err != nil {
			t.Fatal(err)
		}
		id, _ := strconv.ParseInt(d.Answer, 10, 64)
		h.people[x.login] = id
		if _, err := h.store.Grant(ctx, program(), org.Post{Person: id, Organ: organ.ID, Role: x.role}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.store.OpenAccount(ctx, program(), id, "", first); err != nil {
			t.Fatal(err)
		}
		if _, err := h.store.SetPassword(ctx, program(), id, good, 0); err != nil {
			t.Fatal(err)
		}
	}
	// The sample county's rule: nobody needs a telephone.
	if _, err := h.store.SaveSetting(ctx, program(), store.Setting{Name: account.SettingFactor, Value: account.NoRoles}); err != nil {
		t.Fatal(err)
	}
	return h
}

// pattern is a database with its staff, made once: ten passwords take a while.
var pattern struct {
	once   sync.Once
	files  map[string][]byte // the database and what is not yet in it
	people map[string]int64
	organ  org.Organ
}

func newHouse(t testing.TB, change func(*page.Config, *Options)) *house {
	t.Helper()
	pattern.once.Do(func() {
		file, c := filepath.Join(t.TempDir(), "x.db"), storetest.NewClock()
		st := openStore(t, "sqlite:"+file, c)
		h := build(t, st, c, nil).staff(t)
		if err := st.Close(); err != nil {
			t.Fatal(err)
		}
		pattern.files = map[string][]byte{}
		for _, end := range []string{"", "-wal"} {
			if b, err := os.ReadFile(file + end); err == nil {
				pattern.files[end] = b
			}
		}
		pattern.people, pattern.organ = h.people, h.organ
	})
	file, c := filepath.Join(t.TempDir(), "x.db"), storetest.NewClock()
	for end, b := range pattern.files {
		if err := os.WriteFile(file+end, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := build(t, openStore(t, "sqlite:"+file, c), c, change)
	h.people, h.organ = maps.Clone(pattern.people), pattern.organ
	return h
}

// A visitor is somebody with a browser.
type visitor struct {
	t    testing.TB
	base string
	http *http.Client
	last *http.Response
}

func (h *house) visitor(t testing.TB) *visitor {
	jar, _ := cookiejar.New(nil)
	return &visitor{t, h.url, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, nil}
}

func (v *visitor) do(r *http.Request, err error) string {
	v.t.Helper()
	if err == nil {
		v.last, err = v.http.Do(r)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer v.last.Body.Close()
	b, err := io.ReadAll(v.last.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return string(b)
}

func (v *visitor) get(path string) string {
	v.t.Helper()
	return v.do(http.NewRequest(http.MethodGet, v.base+path, nil))
}

// post sends a form as a browser does.
func (v *visitor) post(path string, fields ...string) string {
	v.t.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	r, err := http.NewRequest(http.MethodPost, v.base+path, strings.NewReader(f.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", v.base)
		r.Header.Set("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/78.0")
	}
	return v.do(r, err)
}

func (v *visitor) status(want int) {
	v.t.Helper()
	if v.last.StatusCode != want {
		v.t.Fatalf("%s %s answers %d, want %d", v.last.Request.Method, v.last.Request.URL.Path, v.last.StatusCode, want)
	}
}

// leads checks that the answer leads to an address.
func (v *visitor) leads(want string) {
	v.t.Helper()
	if got := v.last.Header.Get("Location"); v.last.StatusCode != http.StatusSeeOther || got != want {
		v.t.Fatalf("%s %s answers %d to %q, want %q", v.last.Request.Method, v.last.Request.URL.Path, v.last.StatusCode, got, want)
	}
}

func (v *visitor) signIn(login, password string) string {
	v.t.Helper()
	return v.post("/signin", "login", login, "password", password)
}

func (v *visitor) token() string {
	u, _ := url.Parse(v.base)
	for _, c := range v.http.Jar.Cookies(u) {
		if c.Name == "gongkai" {
			return c.Value
		}
	}
	return ""
}

// in signs in and expects to stand at the desk.
func (v *visitor) in(login string) *visitor {
	v.t.Helper()
	v.signIn(login, good)
	v.leads("/desk")
	if got := v.get("/desk"); !strings.HasPrefix(got, "desk of") {
		v.t.Fatalf("%s: %d %s", login, v.last.StatusCode, got)
	}
	return v
}

func (h *house) kinds(t testing.TB, login string) string {
	t.Helper()
	list, err := h.store.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.AccountRef(h.people[login])})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := len(list) - 1; i >= 0; i-- {
		if k := list[i].Act.Kind; k != act.AccountOpened && k != act.PasswordSet {
			out = append(out, k)
		}
	}
	return strings.Join(out, " ")
}

func contains(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("the page does not say %q", p)
		}
	}
}

func TestSignInAndOut(t *testing.T) {
	h := newHouse(t, nil)
	v := h.visitor(t)
	v.get("/desk?x=1")
	v.leads("/signin?back=%2Fdesk%3Fx%3D1")
	p := v.get("/signin?back=%2Fdesk%3Fx%3D1")
	contains(t, p, `value="/desk?x=1"`, `autocomplete="username"`, `autocomplete="current-password"`)
	if v.last.Header.Get("Cache-Control") != "no-store" || v.token() != "" {
		t.Error("the sign-in page is cached, or gives a cookie to strangers")
	}
	contains(t, v.signIn("clerk", "wrong-password"), uniform, `value="clerk"`)
	v.status(422)
	v.post("/signin", "login", " CLERK ", "password", good, "back", "/desk?x=1")
	v.leads("/desk?x=1")
	c := v.last.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || c.Domain != "" || len(c.Value) != tokenSize || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
	if got := v.get("/desk"); got != "desk of 吴清荷, sure true, from 127.0.0.1" {
		t.Error(got)
	}
	v.get("/signin?back=/desk")
	v.leads("/desk")
	old := v.token()
	v.post("/signout")
	v.leads("/signin?said=out")
	contains(t, v.get("/signin?said=out"), "您已退出登录")
	// The token is dead on the server, not only forgotten by the browser.
	r, _ := http.NewRequest(http.MethodGet, h.url+"/desk", nil)
	r.AddCookie(&http.Cookie{Name: "gongkai", Value: old})
	v.do(r, nil)
	v.status(303)
	h.clock.Pass(time.Minute)
	if err := h.store.FlushRefusals(ctx); err != nil {
		t.Fatal(err)
	}
	if k := h.kinds(t, "clerk"); k != "session.began session.ended session.refused" {
		t.Error(k)
	}
}

// A one-time password leads nowhere but to the form that replaces it.
func TestOneTimePasswordIsReplacedFirst(t *testing.T) {
	h := newHouse(t, nil)
	guard := store.By{Viewer: org.Viewer{Person: h.people["guard"], Posts: []org.Post{{Organ: h.organ.ID, Path: h.organ.Path, Role: org.SecurityAdmin}}}}
	if _, err := h.store.SetPassword(ctx, guard, h.people["clerk"], "k7mt-9xqd-w3hp-2rfc", 0); err != nil {
		t.Fatal(err)
	}
	v := h.visitor(t)
	v.signIn("clerk", "k7mt-9xqd-w3hp-2rfc")
	for _, path := range []string{"/desk", "/account", "/desk/sensitive", "/account/code"} {
		v.get(path)
		v.leads(passwordPath)
	}
	contains(t, v.get(passwordPath), "一次性口令", `autocomplete="new-password"`)
	for _, c := range []struct{ current, fresh, again, says string }{
		{"x", good, good, "现在的口令不正确"}, {"k7mt-9xqd-w3hp-2rfc", good, good + "x", "不一样"}, {"k7mt-9xqd-w3hp-2rfc", "短", "短", "太短"},
		{"k7mt-9xqd-w3hp-2rfc", "clerk-is-in-here-9", "clerk-is-in-here-9", "不能含有账号"}, {"k7mt-9xqd-w3hp-2rfc", "Admin@123456", "Admin@123456", "容易被猜到"},
		{"k7mt-9xqd-w3hp-2rfc", "k7mt-9xqd-w3hp-2rfc", "k7mt-9xqd-w3hp-2rfc", "不能与现在的口令相同"},
	} {
		contains(t, v.post(passwordPath, "current", c.current, "new", c.fresh, "again", c.again, "key", page.NewKey()), c.says)
		v.status(422)
	}
	v.post(passwordPath, "current", "k7mt-9xqd-w3hp-2rfc", "new", good, "again", good, "key", page.NewKey())
	v.leads("/account?done=password")
	contains(t, v.get("/account?done=password"), "口令已更换", "本次登录")
	// One that lies about for a week is dead.
	if _, err := h.store.SetPassword(ctx, guard, h.people["clerk"], "k7mt-9xqd-w3hp-2rfc", 0); err != nil {
		t.Fatal(err)
	}
	h.clock.Pass(8 * 24 * time.Hour)
	contains(t, h.visitor(t).signIn("clerk", "k7mt-9xqd-w3hp-2rfc"), "已经过期")
}

func TestLockOut(t *testing.T) {
	h := newHouse(t, nil)
	for _, login := range []string{"clerk", "nobody"} {
		v := h.visitor(t)
		var answers []string
		for range 6 {
			answers = append(answers, strings.ReplaceAll(v.signIn(login, "wrong-password"), `value="`+login+`"`, ""))
		}
		for _, a := range answers[:5] {
			contains(t, a, uniform)
		}
		contains(t, answers[5], "约1分钟后再试")
		v.status(429)
		// Not even the right one is looked at now.
		contains(t, v.signIn(login, good), "约1分钟后再试")
	}
	h.clock.Pass(61 * time.Second)
	h.visitor(t).in("clerk")
	if k := h.kinds(t, "clerk"); !strings.Contains(k, "account.locked") {
		t.Error(k)
	}
}

// Neither words nor time tell which logins there are.
func TestUnknownLoginsAnswerAlike(t *testing.T) {
	h := newHouse(t, func(_ *page.Config, o *Options) {})
	h.store.CloseAccount(ctx, program(), h.people["auditor"])
	strip := regexp.MustCompile(`value="[a-z0-9]*"`)
	body := map[string]string{}
	took := map[string][]time.Duration{}
	v := h.visitor(t)
	for round := range 12 {
		for _, login := range []string{"clerk", "nobody", "auditor"} {
			start := time.Now()
			body[login] = strip.ReplaceAllString(v.signIn(login, fmt.Sprint("wrong-password", round)), "")
			took[login] = append(took[login], time.Since(start))
			v.status(422)
			h.clock.Pass(61 * time.Minute) // nobody has to wait
		}
	}
	if body["clerk"] != body["nobody"] || body["clerk"] != body["auditor"] {
		t.Error("the answers differ")
	}
	fastest := func(login string) time.Duration {
		m := time.Hour
		for _, d := range took[login] {
			m = min(m, d)
		}
		return m
	}
	known, unknown := fastest("clerk"), fastest("nobody")
	if unknown < known/2 || known < unknown/2 {
		t.Errorf("a known login takes %v, an unknown one %v", known, unknown)
	}
}

func TestSessionIsNewAndOnlyOurs(t *testing.T) {
	h := newHouse(t, nil)
	v := h.visitor(t)
	// A token that somebody planted is never taken over.
	u, _ := url.Parse(h.url)
	planted := strings.Repeat("ab", 32)
	v.http.Jar.SetCookies(u, []*http.Cookie{{Name: "gongkai", Value: planted, Path: "/"}})
	v.in("clerk")
	if v.token() == planted {
		t.Error("the planted token became the session")
	}
	one := v.token()
	v.get("/desk/sensitive")
	v.status(200)
	h.clock.Pass(11 * time.Minute)
	v.get("/desk/sensitive")
	v.leads("/signin/confirm?back=%2Fdesk%2Fsensitive")
	contains(t, v.get("/signin/confirm?back=%2Fdesk%2Fsensitive"), "吴清荷", "/desk/sensitive")
	contains(t, v.post("/signin/confirm", "password", "wrong-password", "back", "/desk/sensitive"), "口令不正确")
	v.post("/signin/confirm", "password", good, "back", "/desk/sensitive")
	v.leads("/desk/sensitive")
	contains(t, v.get("/desk/sensitive"), "sure true")
	if v.token() == one {
		t.Error("confirming kept the token")
	}
	r, _ := http.NewRequest(http.MethodGet, h.url+"/desk", nil)
	r.AddCookie(&http.Cookie{Name: "gongkai", Value: one})
	h.visitor(t).do(r, nil)
	if x, err := h.store.Session(ctx, one); err == nil {
		t.Errorf("the old token still opens %+v", x)
	}
	// Signing in over a session ends it.
	two := v.token()
	v.signIn("clerk", good)
	if _, err := h.store.Session(ctx, two); err == nil {
		t.Error("a session that was signed over is still there")
	}
	if k := h.kinds(t, "clerk"); k != "session.began session.confirmed session.began" {
		t.Error(k)
	}
}

func TestSessionsAreSeenAndRevoked(t *testing.T) {
	h := newHouse(t, nil)
	here, there := h.visitor(t).in("clerk"), h.visitor(t).in("clerk")
	p := here.get("/account")
	contains(t, p, "本次登录", "Linux 上的 Chromium", "127.0.0.1", "注销其他全部登录")
	id := regexp.MustCompile(`name="session" value="(\d+)"`).FindStringSubmatch(p)[1]
	here.post("/account/sessions", "session", id, "key", page.NewKey())
	here.leads("/account?done=revoked#sessions")
	there.get("/desk")
	there.status(303)
	here.get("/desk")
	here.status(200)
	h.visitor(t).in("clerk")
	here.post("/account/sessions", "session", "all", "key", page.NewKey())
	if l, err := h.store.Sessions(ctx, org.Program("测试"), h.people["clerk"]); err != nil || len(l) != 1 {
		t.Errorf("%d sessions, %v", len(l), err)
	}
	here.post("/account/sessions", "session", "x", "key", page.NewKey())
	here.status(400)
}

func TestIdleAndAbsoluteLimit(t *testing.T) {
	h := newHouse(t, nil)
	v := h.visitor(t).in("clerk")
	h.clock.Pass(29 * time.Minute)
	v.get("/desk")
	v.status(200)
	h.clock.Pass(31 * time.Minute)
	v.get("/desk")
	v.status(303)
	v.in("clerk")
	for range 12 * 3 {
		h.clock.Pass(20 * time.Minute)
		v.get("/desk")
	}
	v.status(303)
}
