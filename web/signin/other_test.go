package signin

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

func (h *house) accountPath(login string) string {
	return fmt.Sprintf("/desk/people/%d/account", h.people[login])
}

var password = regexp.MustCompile(`<dd class="big">(\w{4}-\w{4}-\w{4}-\w{4})</dd>`)

// A new person is given an account on paper and comes in with it.
func TestAccountIsOpenedAndHandedOver(t *testing.T) {
	h := newHouse(t, nil)
	d, err := h.store.SavePerson(ctx, program(), org.Person{Name: "白露", Organ: h.organ.ID})
	if err != nil {
		t.Fatal(err)
	}
	path := "/desk/people/" + d.Answer + "/account"
	head := h.visitor(t).in("head")
	contains(t, head.get(path), "没有开通", "开通账号")
	key := page.NewKey()
	contains(t, head.post(path+"/open", "login", "Bai Lu", "key", page.NewKey()), "不合要求")
	head.status(403)
	contains(t, head.post(path+"/open", "login", "clerk", "key", page.NewKey()), "已有人使用")
	slip := head.post(path+"/open", "login", "bailu", "key", key)
	head.status(200)
	contains(t, slip, "白露", "bailu", h.url+"/signin", "2026年3月9日")
	m := password.FindStringSubmatch(slip)
	if m == nil || head.last.Header.Get("Cache-Control") != "no-store" {
		t.Fatal("no password on the slip, or the slip is cached")
	}
	// The button pressed twice opens once, and shows nothing a second time.
	if again := head.post(path+"/open", "login", "bailu", "key", key); password.MatchString(again) {
		t.Error("a second password was drawn")
	}
	head.leads(path + "?done=again")
	contains(t, head.get(path), "已开通", "一次性，尚未更换")
	v := h.visitor(t)
	v.signIn("bailu", m[1])
	v.get("/desk")
	if _, err := h.store.Grant(ctx, program(), org.Post{Person: id(t, d), Organ: h.organ.ID, Role: org.Drafter}); err != nil {
		t.Fatal(err)
	}
	v.get("/desk")
	v.leads(passwordPath)
	v.post(passwordPath, "current", m[1], "new", good, "again", good, "key", page.NewKey())
	v.leads("/account?done=password")
	v.get("/desk")
	v.status(200)
	head.post(path+"/close", "key", page.NewKey())
	head.leads(path + "?done=closed")
	v.get("/desk")
	v.status(303)
	contains(t, h.visitor(t).signIn("bailu", good), uniform)
}

func id(t testing.TB, d store.Done) (n int64) {
	t.Helper()
	if _, err := fmt.Sscan(d.Answer, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSecurityAdministratorHelps(t *testing.T) {
	h := newHouse(t, nil)
	guard, clerk := h.visitor(t).in("guard"), h.visitor(t).in("clerk")
	path := h.accountPath("clerk")
	contains(t, guard.get(path), "重置口令", "注销全部登录", "127.0.0.1")
	guard.post(path+"/sessions", "session", "all", "key", page.NewKey())
	clerk.get("/desk")
	clerk.status(303)
	locked := h.visitor(t)
	for range 6 {
		locked.signIn("clerk", "wrong-password")
	}
	locked.status(429)
	contains(t, guard.get(path), "连续输错", "解除锁定")
	guard.post(path+"/unlock", "key", page.NewKey())
	guard.leads(path + "?done=unlocked")
	h.visitor(t).in("clerk")
	m := password.FindStringSubmatch(guard.post(path+"/reset", "key", page.NewKey()))
	if m == nil {
		t.Fatal("no password on the slip")
	}
	v := h.visitor(t)
	v.signIn("clerk", m[1])
	v.get("/desk")
	v.leads(passwordPath)
	contains(t, guard.post(h.accountPath("guard")+"/reset", "key", page.NewKey()), "我的账号")
	guard.status(403)
	h.enable(t, h.visitor(t).in("head"), "head")
	guard.post(h.accountPath("head")+"/nofactor", "key", page.NewKey())
	guard.leads(h.accountPath("head") + "?done=nofactor")
	h.visitor(t).in("head")
	h.clock.Pass(11 * time.Minute)
	guard.post(path+"/reset", "key", page.NewKey())
	if !strings.HasPrefix(guard.last.Header.Get("Location"), page.ConfirmPath) {
		t.Error("a password was reset without asking who asks")
	}
	guard.post(h.accountPath("clerk")+"/nonsense", "key", page.NewKey())
}

// Who may do what to whose account, asked of every pair.
func TestAdminPagesByRole(t *testing.T) {
	h := newHouse(t, nil)
	town, err := h.store.SaveOrgan(ctx, org.Organ{Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		t.Fatal(err)
	}
	far, err := h.store.SavePerson(ctx, program(), org.Person{Name: "远客", Organ: town.ID, Login: "far"})
	if err != nil {
		t.Fatal(err)
	}
	h.people["far"] = id(t, far)
	for _, x := range [][2]string{{"clerk", ""}, {"head", "open close"}, {"system", "open close"}, {"guard", "open close reset unlock sessions nofactor link unlink"}, {"auditor", ""}} {
		login, allowed := x[0], x[1]
		v := h.visitor(t).in(login)
		v.get(h.accountPath("clerk"))
		v.status(200)
		v.get(h.accountPath("far"))
		v.status(404)
		for _, do := range []string{"open", "close", "reset", "unlock", "sessions", "nofactor", "link", "unlink"} {
			v.post(h.accountPath("far")+"/"+do, "key", page.NewKey(), "login", "x1")
			v.status(404)
			if login == "clerk" {
				continue // it would be his own
			}
			if do == "open" { // it has to be closed first
				if _, err := h.store.CloseAccount(ctx, program(), h.people["clerk"]); err != nil && refusal(err) == nil {
					t.Fatal(err)
				}
			}
			v.post(h.accountPath("clerk")+"/"+do, "key", page.NewKey(), "login", "clerk", "issuer", "https://x.example", "subject", "s", "session", "all")
			ok := v.last.StatusCode == 200 || v.last.StatusCode == 303
			if want := strings.Contains(" "+allowed+" ", " "+do+" "); ok != want {
				t.Errorf("%s %s: answered %d", login, do, v.last.StatusCode)
			}
			if _, err := h.store.OpenAccount(ctx, program(), h.people["clerk"], "", first); err != nil && refusal(err) == nil {
				t.Fatal(err)
			}
		}
	}
	stranger := h.visitor(t)
	stranger.get(h.accountPath("clerk"))
	stranger.status(303)
	stranger.post(h.accountPath("clerk")+"/reset", "key", "x")
	stranger.status(401)
}

func TestRulesOfSigningIn(t *testing.T) {
	h := newHouse(t, nil)
	system := h.visitor(t).in("system")
	p := system.get(rulesPath)
	contains(t, p, "没有操作多久自动退出", "不写时为30")
	contains(t, system.post(rulesPath, "signin.idle", "2", "signin.factor", "系统员、没有这个岗位", "key", page.NewKey()), "5至480之间", "不是岗位名称")
	system.status(422)
	system.post(rulesPath, "signin.idle", "5", "signin.factor", "无", "version.signin.factor", "1", "key", page.NewKey())
	system.leads(rulesPath + "?done=rules")
	contains(t, system.post(rulesPath, "signin.idle", "6", "signin.factor", "无", "version.signin.factor", "1", "key", page.NewKey()), "别人已经改为“5”")
	system.status(409)
	v := h.visitor(t).in("clerk")
	h.clock.Pass(6 * time.Minute)
	v.get("/desk")
	v.status(303)
	guard := h.visitor(t).in("guard")
	guard.get(rulesPath)
	guard.status(403)
	guard.post(rulesPath, "signin.idle", "60", "key", page.NewKey())
	guard.status(403)
}
