package signin

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"gongkai/store/storetest"
	"gongkai/web/page"
)

func TestBackLeadsNowhereElse(t *testing.T) {
	for in, want := range map[string]string{
		"": "/desk", "/desk/people?q=%E5%90%B4": "/desk/people?q=%E5%90%B4", "/account": "/account",
		"//evil.example": "/desk", `/\evil.example`: "/desk", "https://evil.example/": "/desk", "javascript:alert(1)": "/desk", "/\t/evil.example": "/desk",
		"/\n/evil": "/desk", "/signin": "/desk", "/signin/confirm?back=/x": "/desk", "/signout": "/desk", "desk": "/desk", "/ /x": "/desk", "/%5cevil.example": "/%5cevil.example",
		"/" + strings.Repeat("a", 3000): "/desk", "/a?b=c#frag": "/a?b=c",
	} {
		if got := safeBack(in); got != want {
			t.Errorf("%.40q leads to %q, want %q", in, got, want)
		}
	}
	h := newHouse(t, nil)
	for _, back := range []string{"//evil.example", "https://evil.example", `/\evil.example`} {
		v := h.visitor(t)
		v.post("/signin", "login", "clerk", "password", good, "back", back)
		v.leads("/desk")
		v.get("/signin?back=" + url.QueryEscape(back))
		v.leads("/desk")
	}
}

// Another site can neither sign somebody in nor act for him (login CSRF).
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	h := newHouse(t, nil)
	v := h.visitor(t).in("clerk")
	for _, path := range []string{"/signin", "/signout", passwordPath, "/account/sessions", codePath, page.ConfirmPath} {
		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			r, _ := http.NewRequest(http.MethodPost, h.url+path, strings.NewReader("login=clerk&password="+good))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Set(name, value)
			v.do(r, nil)
			if v.last.StatusCode != http.StatusForbidden || len(v.last.Cookies()) > 0 {
				t.Errorf("%s with %s: %d", path, name, v.last.StatusCode)
			}
		}
	}
	v.get("/desk")
	v.status(200)
	p := v.get("/signin?said=out")
	for name, part := range map[string]string{"Content-Security-Policy": "form-action 'self'", "X-Frame-Options": "SAMEORIGIN", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"} {
		if !strings.Contains(v.last.Header.Get(name), part) {
			t.Errorf("%s: %q", name, v.last.Header.Get(name))
		}
	}
	if strings.Contains(p, "<script>") || strings.Contains(p, "style=") {
		t.Error("script or style in the markup")
	}
}

func TestCookieOfAnEncryptedSite(t *testing.T) {
	for name, change := range map[string]func(*page.Config, *Options){
		"by its address": func(c *page.Config, _ *Options) { c.Address = "https://xxgk.example.gov.cn" },
		"by its proxy":   func(_ *page.Config, o *Options) { o.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} },
	} {
		h := newHouse(t, change)
		v := h.visitor(t)
		r, _ := http.NewRequest(http.MethodPost, h.url+"/signin", strings.NewReader(url.Values{"login": {"clerk"}, "password": {good}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("X-Forwarded-Proto", "https")
		v.do(r, nil)
		c := v.last.Cookies()[0]
		if c.Name != "__Host-gongkai" || !c.Secure || c.Path != "/" || c.Domain != "" || !c.HttpOnly {
			t.Errorf("%s: %+v", name, c)
		}
	}
}

// The address in the log is the browser's; what browsers claim is not believed.
func TestAddressBehindProxies(t *testing.T) {
	h := newHouse(t, nil)
	r := func(peer string, forwarded ...string) *http.Request {
		x, _ := http.NewRequest(http.MethodGet, "/", nil)
		x.RemoteAddr = peer
		for _, f := range forwarded {
			x.Header.Add("X-Forwarded-For", f)
		}
		return x
	}
	s := h.signin
	s.o.Trusted = nil
	if a := s.address(r("192.0.2.9:1", "203.0.113.5")); a != "192.0.2.9" {
		t.Error("no proxy is trusted:", a)
	}
	s.o.Trusted = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		peer string
		hops []string
		want string
	}{
		{"10.0.0.1:1", []string{"203.0.113.5"}, "203.0.113.5"},
		{"10.0.0.1:1", []string{"1.2.3.4, 203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		{"10.0.0.1:1", []string{"1.2.3.4", "203.0.113.5"}, "203.0.113.5"},
		{"10.0.0.1:1", []string{"1.2.3.4, nonsense, 10.0.0.2"}, "10.0.0.2"},
		{"10.0.0.1:1", nil, "10.0.0.1"},
		{"[::ffff:10.0.0.1]:1", []string{"2001:db8::7"}, "2001:db8::7"},
		{"[fe80::1%eth0]:1", []string{"1.2.3.4"}, "fe80::1"},
		{"nonsense", nil, ""},
	} {
		if a := s.address(r(c.peer, c.hops...)); a != c.want {
			t.Errorf("%s %v: %s, want %s", c.peer, c.hops, a, c.want)
		}
	}
}

func TestFormsAreLimitedByAddress(t *testing.T) {
	h := newHouse(t, func(_ *page.Config, o *Options) { o.Posts = Posts{Burst: 5, PerSecond: 1} })
	v := h.visitor(t)
	for range 5 {
		v.post("/signout")
		v.status(303)
	}
	contains(t, v.post("/signout"), "太频繁", "填写的内容还在")
	v.status(429)
	if v.last.Header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	v.get("/signin")
	v.status(200)
	h.clock.Pass(time.Second)
	v.post("/signout")
	v.status(303)
}

// A restart keeps who is signed in; another instance knows it at once.
func TestTwoInstancesAndARestart(t *testing.T) {
	server, c := storetest.Postgres(t), storetest.NewClock()
	address := server.Database(t)
	one := build(t, openStore(t, address, c), c, nil).staff(t)
	two := build(t, openStore(t, address, c), c, nil)
	v := one.visitor(t).in("clerk")
	v.base = two.url // the jar goes by host, not by port
	if got := v.get("/desk"); !strings.HasPrefix(got, "desk of 吴清荷") {
		t.Fatalf("the other instance answers %d %s", v.last.StatusCode, got)
	}
	v.post("/signout")
	v.base = one.url
	w := one.visitor(t)
	for i := range 5 {
		if w.base = one.url; i%2 == 1 {
			w.base = two.url
		}
		w.signIn("clerk", "wrong-password")
		w.status(422)
	}
	w.base = two.url
	w.signIn("clerk", good)
	w.status(429)
	c.Pass(61 * time.Second)
	w.in("clerk")
	three := build(t, openStore(t, address, c), c, nil)
	w.base = three.url
	w.get("/desk")
	w.status(200)
	// A person whose last post ended, or who left, is signed in no more than for himself.
	if err := one.store.FlushRefusals(ctx); err != nil {
		t.Fatal(err)
	}
	if k := one.kindsOf(t, 0); k != "" {
		t.Errorf("refusals of unknown logins: %s", k)
	}
}

func (h *house) kindsOf(t *testing.T, person int64) string {
	h.people["?"] = person
	return h.kinds(t, "?")
}

func TestTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"signin": signInTemplate.Check(signInPage{}), "code": codeTemplate.Check(codePage{}), "confirm": confirmTemplate.Check(confirmPage{}),
		"account": ownTemplate.Check(ownPage{}), "password": passwordTemplate.Check(passwordPage{}), "factor": factorTemplate.Check(factorPage{}),
		"codes": codesTemplate.Check(codesPage{}), "other": otherTemplate.Check(otherPage{}), "slip": slipTemplate.Check(slipPage{}),
		"rules": rulesTemplate.Check(rulesPage{}), "go": goTemplate.Check(goPage{}), "wait": waitTemplate.Check(waitPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Everything but the door itself is for somebody who is signed in.
func TestRoutesForNobody(t *testing.T) {
	h := newHouse(t, func(_ *page.Config, o *Options) {
		o.Gateway = &Gateway{Name: "UKey 登录", Verify: fake}
		o.OIDC = nil
	})
	public := map[string]bool{"GET /signin": true, "POST /signin": true, "GET /signin/code": true, "POST /signin/code": true, "POST /signout": true, "GET /signin/gateway": true}
	for _, rt := range h.signin.Routes()[1:] {
		if (rt.Role == page.Public) != public[rt.Pattern] {
			t.Errorf("%s is for %s", rt.Pattern, rt.Role)
		}
		if rt.Role == page.Officer && strings.HasPrefix(rt.Pattern, "POST") && rt.Verb == "" && rt.Pattern != "POST "+page.ConfirmPath {
			t.Errorf("%s asks for no permission", rt.Pattern)
		}
	}
}
