package signin

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"gongkai/account"
	"gongkai/internal/browsing"
	"gongkai/org"
	"gongkai/store"
)

// look checks that the page does not scroll sideways on a telephone, and keeps
// pictures when SIGNIN_SHOTS names a folder.
func look(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	for _, w := range []int64{1440, 390} {
		browsing.Do(t, ctx, chromedp.EmulateViewport(w, 900))
		if over := browsing.Eval[float64](t, ctx, "document.documentElement.scrollWidth-window.innerWidth"); over > 0 {
			t.Errorf("%s at %d px is %v px too wide", name, w, over)
		}
		if dir := os.Getenv("SIGNIN_SHOTS"); dir != "" {
			b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
			if err != nil {
				t.Fatal(err)
			}
			end := map[int64]string{1440: "-1440.png", 390: "-390.png"}[w]
			if err := os.WriteFile(filepath.Join(dir, name+end), b, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	browsing.Do(t, ctx, chromedp.EmulateViewport(1366, 768))
}

func field(name string) chromedp.CSS { return chromedp.CSS(`input[name="` + name + `"]`) }

// A clerk with a slip of paper comes in, sets his password and his telephone up
// and goes to work, in a real browser with the keyboard.
func TestBrowserFirstDay(t *testing.T) {
	h := newHouse(t, nil)
	guard := store.By{Viewer: org.Viewer{Person: h.people["guard"], Posts: []org.Post{{Organ: h.organ.ID, Path: h.organ.Path, Role: org.SecurityAdmin}}}}
	if _, err := h.store.SetPassword(ctx, guard, h.people["clerk"], "k7mt-9xqd-w3hp-2rfc", 0); err != nil {
		t.Fatal(err)
	}
	b := browsing.Open(t, 2*time.Minute)
	browsing.Do(t, b, chromedp.Navigate(h.url+"/desk"))
	browsing.Until(t, b, `document.activeElement.name==='login'`)
	look(t, b, "signin")
	browsing.Do(t, b, chromedp.SendKeys(field("login"), "clerk"), chromedp.SendKeys(field("password"), "wrong-password\r"))
	browsing.Until(t, b, `document.querySelector('[role=alert]')&&document.activeElement.name==='password'`)
	look(t, b, "wrong")
	browsing.Do(t, b, chromedp.SendKeys(field("password"), "k7mt-9xqd-w3hp-2rfc\r"))
	browsing.Until(t, b, `location.pathname==='/account/password'`)
	browsing.Do(t, b, chromedp.SendKeys(field("current"), "k7mt-9xqd-w3hp-2rfc"), chromedp.SendKeys(field("new"), "Admin@123456"), chromedp.SendKeys(field("again"), "Admin@123456\r"))
	browsing.Until(t, b, `document.body.innerText.includes('容易被猜到')`)
	look(t, b, "password")
	browsing.Do(t, b, chromedp.SendKeys(field("current"), "k7mt-9xqd-w3hp-2rfc"), chromedp.SendKeys(field("new"), good), chromedp.SendKeys(field("again"), good+"\r"))
	browsing.Until(t, b, `location.pathname==='/account'&&document.body.innerText.includes('口令已更换')`)
	look(t, b, "account")
	browsing.Do(t, b, chromedp.Navigate(h.url+codePath))
	browsing.Until(t, b, `document.querySelector('button[value=start]')`)
	look(t, b, "factor-none")
	browsing.Do(t, b, chromedp.Click(chromedp.CSS("button[value=start]")))
	browsing.Until(t, b, `document.querySelector('.pairing svg')`)
	look(t, b, "factor-pairing")
	viewer, err := h.store.Viewer(ctx, h.people["clerk"], h.signin.cfg.Today())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.store.FactorSecret(ctx, viewer)
	if err != nil {
		t.Fatal(err)
	}
	browsing.Do(t, b, chromedp.SendKeys(field("code"), account.Code(secret, h.clock.Now())+"\r"))
	browsing.Until(t, b, `document.querySelectorAll('.codes li').length===10`)
	look(t, b, "codes")
	h.clock.Pass(time.Minute)
	browsing.Do(t, b, chromedp.Navigate(h.url+"/account"))
	browsing.Until(t, b, `document.querySelector('.who button')`)
	browsing.Do(t, b, chromedp.Click(chromedp.CSS(".who button")))
	browsing.Until(t, b, `location.search==='?said=out'`)
	browsing.Do(t, b, chromedp.SendKeys(field("login"), "clerk"), chromedp.SendKeys(field("password"), good+"\r"))
	browsing.Until(t, b, `location.pathname==='/signin/code'`)
	look(t, b, "code")
	browsing.Do(t, b, chromedp.SendKeys(field("code"), account.Code(secret, h.clock.Now())+"\r"))
	browsing.Until(t, b, `location.pathname==='/desk'`)
	if got := browsing.Eval[string](t, b, "document.cookie"); got != "" {
		t.Errorf("a script could read %q", got)
	}
	h.clock.Pass(11 * time.Minute)
	browsing.Do(t, b, chromedp.Navigate(h.url+"/desk/sensitive"))
	browsing.Until(t, b, `location.pathname==='/signin/confirm'`)
	look(t, b, "confirm")
	browsing.Do(t, b, chromedp.SendKeys(field("password"), good+"\r"))
	browsing.Until(t, b, `location.pathname==='/desk/sensitive'`)
	browsing.Do(t, b, chromedp.Navigate(h.url+codePath))
	browsing.Until(t, b, `document.querySelector('button[value=drop]')`)
	look(t, b, "factor-on")
}

// The security administrator helps a colleague.
func TestBrowserAccountsOfOthers(t *testing.T) {
	h := newHouse(t, nil)
	h.visitor(t).in("clerk")
	locked := h.visitor(t)
	for range 6 {
		locked.signIn("clerk", "wrong-password")
	}
	d, err := h.store.SavePerson(ctx, program(), org.Person{Name: "白露", Organ: h.organ.ID})
	if err != nil {
		t.Fatal(err)
	}
	b := browsing.Open(t, 2*time.Minute)
	script := func(off bool) {
		t.Helper()
		if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
	}
	script(true)
	browsing.Do(t, b, chromedp.Navigate(h.url+"/signin?back="+h.accountPath("clerk")),
		chromedp.SendKeys(field("login"), "guard"), chromedp.SendKeys(field("password"), good+"\r"))
	browsing.Do(t, b, chromedp.WaitVisible(chromedp.CSS(".sessions")))
	script(false)
	look(t, b, "other")
	browsing.Do(t, b, chromedp.Navigate(h.url+"/desk/people/"+d.Answer+"/account"), chromedp.SendKeys(field("login"), "bailu\r"))
	browsing.Until(t, b, `document.querySelector('.slip')`)
	look(t, b, "slip")
	browsing.Do(t, b, chromedp.Navigate(h.url+"/desk/people/"+d.Answer+"/account"))
	browsing.Until(t, b, `document.body.innerText.includes('尚未更换')`)
}
