package signin

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

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
	// So is that of a colleague who left the screen open.
	three := v.token()
	v.signIn("head", good)
	if _, err := h.store.Session(ctx, three); err == nil {
		t.Error("the colleague is still signed in")
	}
	if k := h.kinds(t, "clerk"); k != "session.began session.confirmed session.began session.ended" {
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
