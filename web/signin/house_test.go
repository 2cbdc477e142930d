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
	"strconv"
	"strings"
	"sync"
	"testing"

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
