// Package ssotest drives the sign-in against a whole OpenID provider, over
// HTTP. It is a module of its own, so that the program does not depend on what
// only the provider needs.
package ssotest

import (
	"context"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/op"

	"gongkai/account"
	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
	"gongkai/web/signin"
)

const good = "tulip-wagon-copper-frost"

// A house is an instance with one clerk, in front of a provider that may not
// have started yet.
type house struct {
	store    *store.Store
	person   int64
	url      string
	provider string // its address
	start    func()
}

func open(t *testing.T, strong bool) *house {
	ctx := t.Context()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: make([]byte, store.SecretSize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { st.Close() })
	by := store.By{Viewer: org.Program("测试")}
	organ, err := st.SaveOrgan(ctx, org.Organ{Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		t.Fatal(err)
	}
	d, err := st.SavePerson(ctx, by, org.Person{Name: "吴清荷", Organ: organ.ID, Login: "clerk"})
	if err != nil {
		t.Fatal(err)
	}
	h := &house{store: st}
	h.person, _ = strconv.ParseInt(d.Answer, 10, 64)
	if _, err := st.Grant(ctx, by, org.Post{Person: h.person, Organ: organ.ID, Role: org.Drafter}); err != nil {
		t.Fatal(err)
	}
	if _, err := st.OpenAccount(ctx, by, h.person, "", good); err != nil {
		t.Fatal(err)
	}
	if _, err := st.SetPassword(ctx, by, h.person, good, 0); err != nil {
		t.Fatal(err)
	}

	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	h.provider = "http://" + l.Addr().String()
	cfg := &page.Config{County: "云岭县", Now: time.Now, Today: func() law.Date { return law.DateOf(time.Now()) }}
	s, err := signin.New(cfg, st, signin.Options{OIDC: &signin.OIDC{Name: "省统一身份认证", Issuer: h.provider, ClientID: "gongkai", Secret: "of-the-client", Strong: strong}})
	if err != nil {
		t.Fatal(err)
	}
	cfg.Visit = s.Visit
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	s.Install(mux)
	cfg.Install(mux, page.Route{Pattern: "GET /desk", Role: page.Officer, Serve: func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.WriteString(w, "desk of "+page.VisitOf(r).Viewer.Name)
		return err
	}})
	site := httptest.NewServer(cfg.Guard(s.Limit(mux)))
	t.Cleanup(site.Close)
	h.url = site.URL
	var idp *http.Server
	h.start = func() {
		storage.RegisterClients(storage.WebClient("gongkai", "of-the-client", h.url+"/signin/oidc/back"))
		kept := storage.NewStorage(storage.NewUserStore(h.provider))
		router := exampleop.SetupServer(h.provider, kept, slog.New(slog.DiscardHandler), false, op.WithAllowInsecure())
		idp = &http.Server{Handler: router, ReadHeaderTimeout: time.Minute}
		go idp.Serve(l)
	}
	t.Cleanup(func() {
		if idp != nil {
			idp.Close()
		}
		l.Close()
	})
	return h
}

// A visitor is a browser that follows where it is led.
type visitor struct {
	t    *testing.T
	h    *house
	http *http.Client
	at   string // where it stands
	hops []string
}

func (h *house) visitor(t *testing.T) *visitor {
	jar, _ := cookiejar.New(nil)
	v := &visitor{t: t, h: h}
	v.http = &http.Client{Jar: jar, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		v.hops = append(v.hops, r.URL.String())
		return nil
	}}
	return v
}

func (v *visitor) do(r *http.Request, err error) string {
	v.t.Helper()
	var res *http.Response
	if err == nil {
		res, err = v.http.Do(r)
	}
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	v.at = res.Request.URL.RequestURI()
	return string(b)
}

func (v *visitor) get(to string) string {
	v.t.Helper()
	if strings.HasPrefix(to, "/") {
		to = v.h.url + to
	}
	return v.do(http.NewRequest(http.MethodGet, to, nil))
}

func (v *visitor) post(to string, fields ...string) string {
	v.t.Helper()
	f := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		f.Set(fields[i], fields[i+1])
	}
	if strings.HasPrefix(to, "/") {
		to = v.h.url + to
	}
	r, err := http.NewRequest(http.MethodPost, to, strings.NewReader(f.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return v.do(r, err)
}

var request = regexp.MustCompile(`name="id" value="([^"]*)"`)

// atProvider fills in the provider's own form, to which the page just read
// belongs, and is led back.
func (v *visitor) atProvider(form, user string) string {
	v.t.Helper()
	m := request.FindStringSubmatch(form)
	if m == nil {
		v.t.Fatalf("at %s there is no form of the provider:\n%.600s", v.at, form)
	}
	return v.post(v.h.provider+"/login/username", "id", m[1], "username", user, "password", "verysecure")
}

func (v *visitor) stands(want string) {
	v.t.Helper()
	if v.at != want {
		v.t.Fatalf("stands at %s, not %s", v.at, want)
	}
}

var onward = regexp.MustCompile(`href="(http://127[^"]*code_challenge[^"]*)"`)

// onTo follows the link that answers a form.
func (v *visitor) onTo(p string) string {
	v.t.Helper()
	m := onward.FindStringSubmatch(p)
	if m == nil {
		v.t.Fatalf("no link to the provider at %s", v.at)
	}
	return v.get(html.UnescapeString(m[1]))
}

func (v *visitor) link() {
	v.t.Helper()
	v.post("/signin", "login", "clerk", "password", good)
	v.stands("/desk")
	v.atProvider(v.onTo(v.post("/account/identity/link", "key", page.NewKey())), "test-user2")
	v.stands("/account?done=linked")
}

func (h *house) kinds(t *testing.T, person int64) string {
	list, err := h.store.Entries(context.Background(), org.Program("测试"), store.EntryQuery{Ref: store.AccountRef(person)})
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

func TestSingleSignOn(t *testing.T) {
	h := open(t, false)
	v := h.visitor(t)
	h.start()
	// An identity that nobody linked is nobody, and no account is made for it.
	p := v.atProvider(v.get("/signin/oidc?back=/desk"), "test-user2")
	v.stands("/signin?said=unknown&back=%2Fdesk")
	if !strings.Contains(p, "还没有绑定") {
		t.Error("the page does not say what to do")
	}
	v.link()
	if p := v.get("/account"); !strings.Contains(p, "test-user2") && !strings.Contains(p, "Test User2") {
		t.Error("the linked identity is not shown")
	}
	w := h.visitor(t)
	if p := w.atProvider(w.get("/signin/oidc?back=/desk"), "test-user2"); p != "desk of 吴清荷" {
		t.Fatalf("at %s: %.300s", w.at, p)
	}
	w = h.visitor(t)
	w.atProvider(w.get("/signin/oidc?back=//evil.example"), "test-user2")
	w.stands("/desk")
	w = h.visitor(t)
	w.atProvider(w.get("/signin/oidc"), "test-user@127.0.0.1")
	w.stands("/signin?said=unknown&back=%2Fdesk")
	if k := h.kinds(t, h.person); k != "session.began account.identity_linked session.began session.began" {
		t.Error(k)
	}
	// Confirming asks the provider again, and only its owner's identity will do.
	v.atProvider(v.onTo(v.post("/signin/oidc/confirm", "back", "/account")), "test-user2")
	v.stands("/account")
	v.atProvider(v.onTo(v.post("/signin/oidc/confirm", "back", "/account")), "test-user@127.0.0.1")
	v.stands("/account?said=oidc")
	if k := h.kinds(t, h.person); !strings.HasSuffix(k, "session.confirmed") || strings.Count(k, "session.confirmed") != 1 {
		t.Error(k)
	}
}

func TestProviderThatIsDown(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + l.Addr().String()
	l.Close()
	h := open(t, false)
	cfg := &page.Config{Now: time.Now, Today: func() law.Date { return law.DateOf(time.Now()) }}
	s, err := signin.New(cfg, h.store, signin.Options{OIDC: &signin.OIDC{Issuer: address, ClientID: "x"}})
	if err != nil {
		t.Fatal("the program does not start on a closed network:", err)
	}
	mux := http.NewServeMux()
	s.Install(mux)
	site := httptest.NewServer(mux)
	defer site.Close()
	v := h.visitor(t)
	v.h = &house{url: site.URL}
	if p := v.get("/signin/oidc"); !strings.Contains(p, "连不上统一身份认证") || v.at != "/signin?said=down" {
		t.Errorf("at %s", v.at)
	}
	for _, bad := range []signin.OIDC{{Issuer: "http://sso.example.gov.cn", ClientID: "x"}, {Issuer: "sso", ClientID: "x"}, {Issuer: "https://sso.example.gov.cn"}} {
		if _, err := signin.New(cfg, h.store, signin.Options{OIDC: &bad}); err == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
}

// What an attacker may try with the addresses he has seen.
func TestAnswersOfTheProviderCountOnceAndHere(t *testing.T) {
	h := open(t, false)
	h.start()
	h.visitor(t).link()
	v := h.visitor(t)
	v.atProvider(v.get("/signin/oidc"), "test-user2")
	v.stands("/desk")
	var back string
	for _, hop := range v.hops {
		if strings.Contains(hop, "/signin/oidc/back?") {
			back = hop
		}
	}
	if back == "" {
		t.Fatal("no answer of the provider was seen")
	}
	// Again in the same browser, and in another.
	v.post("/signout")
	v.get(back)
	v.stands("/signin?said=expired")
	w := h.visitor(t)
	w.get(back)
	w.stands("/signin?said=expired")
	// A fresh answer made for somebody else, in the browser of a victim who is on
	// his own way to the provider (login CSRF, code injection).
	attacker := h.visitor(t)
	attacker.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.Contains(r.URL.Path, "/signin/oidc/back") {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	attacker.atProvider(attacker.get("/signin/oidc"), "test-user2")
	victim := h.visitor(t)
	victim.get("/signin/oidc")
	victim.get(back)
	victim.stands("/signin?said=expired")
	// Even with the victim's own state the code is bound to the attacker's verifier.
	victim = h.visitor(t)
	victim.hops = nil
	victim.get("/signin/oidc")
	u, _ := url.Parse(back)
	q := u.Query()
	for _, hop := range victim.hops {
		if x, _ := url.Parse(hop); x.Query().Get("state") != "" {
			q.Set("state", x.Query().Get("state"))
		}
	}
	u.RawQuery = q.Encode()
	victim.get(u.String())
	victim.stands("/signin?said=oidc")
	// A link that another site made begins no link of identities: it takes a form.
	clerk := h.visitor(t)
	clerk.post("/signin", "login", "clerk", "password", good)
	if res, err := clerk.http.Get(h.url + "/account/identity/link"); err != nil || res.StatusCode != http.StatusMethodNotAllowed {
		t.Error("a link begins linking", err)
	}
	clerk.get("/signin/oidc/back?error=access_denied&state=x")
	clerk.stands("/account?said=expired")
}

// One-time codes are asked for after single sign-on too, unless the provider
// sees to that.
func TestSecondFactorAfterSingleSignOn(t *testing.T) {
	for _, strong := range []bool{false, true} {
		h := open(t, strong)
		h.start()
		h.visitor(t).link()
		ctx := t.Context()
		by := store.By{Viewer: org.Viewer{Person: h.person, Posts: []org.Post{{Organ: 1, Role: org.Drafter}}}}
		if _, err := h.store.StartFactor(ctx, by); err != nil {
			t.Fatal(err)
		}
		secret, err := h.store.FactorSecret(ctx, by.Viewer)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.store.FinishFactor(ctx, by, account.Code(secret, time.Now().Add(-30*time.Second))); err != nil {
			t.Fatal(err)
		}
		v := h.visitor(t)
		v.atProvider(v.get("/signin/oidc"), "test-user2")
		if strong {
			v.stands("/desk")
			continue
		}
		v.stands("/signin/code?back=%2Fdesk")
		v.post("/signin/code", "code", account.Code(secret, time.Now()), "back", "/desk")
		v.stands("/desk")
	}
}
