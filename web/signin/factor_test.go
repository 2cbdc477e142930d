package signin

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/store"
	"gongkai/web/page"
)

// enable sets up one-time codes through the pages, and returns secret and
// recovery codes.
func (h *house) enable(t *testing.T, v *visitor, login string) ([]byte, []string) {
	t.Helper()
	v.post(codePath, "do", "start", "key", page.NewKey())
	v.leads(codePath)
	p := v.get(codePath)
	contains(t, p, "<svg", "手动输入密钥")
	list, err := h.store.CredentialsOf(ctx, h.people[login])
	if err != nil {
		t.Fatal(err)
	}
	viewer, err := h.store.Viewer(ctx, list.Person, h.signin.cfg.Today())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.store.FactorSecret(ctx, viewer)
	if err != nil || !strings.Contains(p, account.SecretText(secret)) {
		t.Fatalf("the page does not show the secret: %v", err)
	}
	contains(t, v.post(codePath, "do", "finish", "code", "12345", "key", page.NewKey()), "动态码不正确")
	v.status(422)
	p = v.post(codePath, "do", "finish", "code", account.Code(secret, h.clock.Now()), "key", page.NewKey())
	v.status(200)
	var codes []string
	for _, m := range regexp.MustCompile(`<li>(\w{4}-\w{4}-\w{4}-\w{4})</li>`).FindAllStringSubmatch(p, -1) {
		codes = append(codes, m[1])
	}
	if len(codes) != account.RecoveryCodes {
		t.Fatalf("%d recovery codes", len(codes))
	}
	return secret, codes
}

func TestSecondFactor(t *testing.T) {
	h := newHouse(t, nil)
	v := h.visitor(t).in("clerk")
	secret, codes := h.enable(t, v, "clerk")
	contains(t, v.get("/account"), "已启用", "备用码还有 10 个")

	v = h.visitor(t)
	v.signIn("clerk", good)
	v.leads("/signin/code?back=%2Fdesk")
	// Half signed in is not signed in.
	for _, path := range []string{"/desk", "/account", codePath} {
		v.get(path)
		if to := v.last.Header.Get("Location"); !strings.HasPrefix(to, "/signin?back=") {
			t.Errorf("%s leads to %q", path, to)
		}
	}
	half := v.token()
	contains(t, v.get("/signin/code?back=%2Fdesk"), `autocomplete="one-time-code"`)
	h.clock.Pass(30 * time.Second)
	code := account.Code(secret, h.clock.Now())
	contains(t, v.post("/signin/code", "code", "000001"), "动态码不正确")
	v.post("/signin/code", "code", code[:3]+" "+code[3:], "back", "/desk")
	v.leads("/desk")
	if v.token() == half {
		t.Error("the token of the first step is that of the session")
	}
	contains(t, v.get("/desk"), "吴清荷")

	// The same code does not count a second time.
	w := h.visitor(t)
	w.signIn("clerk", good)
	contains(t, w.post("/signin/code", "code", code), "已经用过")
	w.post("/signin/code", "code", codes[0])
	w.leads("/account?done=recovery")
	contains(t, w.get("/account?done=recovery"), "备用码还有 9 个", "这个备用码已作废")
	// Five minutes to look for the telephone.
	w = h.visitor(t)
	w.signIn("clerk", good)
	h.clock.Pass(6 * time.Minute)
	w.post("/signin/code", "code", account.Code(secret, h.clock.Now()))
	w.leads("/signin?said=expired&back=%2Fdesk")

	p := v.post(codePath, "do", "recovery", "key", page.NewKey())
	contains(t, p, "备用码已更换")
	v.post(codePath, "do", "drop", "key", page.NewKey())
	v.leads("/account?done=nofactor")
	h.visitor(t).in("clerk")
	if k := h.kinds(t, "clerk"); !strings.Contains(k, "account.second_factor_on") || !strings.Contains(k, "account.recovery_used") || !strings.HasSuffix(k, "account.second_factor_off session.began") {
		t.Error(k)
	}
}

// Guessing codes with a known password waits like guessing passwords: the right
// password does not start the count anew.
func TestGuessingCodesWaits(t *testing.T) {
	h := newHouse(t, nil)
	h.enable(t, h.visitor(t).in("clerk"), "clerk")
	v, tries := h.visitor(t), 0
	for range 20 {
		v.signIn("clerk", good)
		if v.last.StatusCode == http.StatusTooManyRequests {
			break
		}
		v.post("/signin/code", "code", "000000")
		if v.last.StatusCode == http.StatusTooManyRequests {
			break
		}
		tries++
	}
	if tries > 5 {
		t.Errorf("%d codes were tried", tries)
	}
}

// The three administrators need a second factor unless the instance decides
// otherwise, and can set it up even if they take their time.
func TestAdministratorsNeedASecondFactor(t *testing.T) {
	h := newHouse(t, nil)
	if _, err := h.store.SaveSetting(ctx, program(), store.Setting{Name: account.SettingFactor, Value: "系统管理员、安全管理员，audit", Version: 1}); err != nil {
		t.Fatal(err)
	}
	h.clock.Pass(time.Minute)
	h.visitor(t).in("clerk")
	for _, login := range []string{"system", "guard", "auditor"} {
		v := h.visitor(t)
		v.signIn(login, good)
		v.get("/desk")
		v.leads(codePath)
		contains(t, v.get(codePath), "您的岗位必须启用动态口令")
		h.clock.Pass(11 * time.Minute)
		v.post(codePath, "do", "start", "key", page.NewKey())
		if !strings.HasPrefix(v.last.Header.Get("Location"), page.ConfirmPath) {
			t.Fatalf("leads to %q", v.last.Header.Get("Location"))
		}
		v.get(page.ConfirmPath)
		v.status(200)
		v.post(page.ConfirmPath, "password", good, "back", codePath)
		v.leads(codePath)
		h.enable(t, v, login)
		v.get("/desk")
		v.status(200)
	}
}
