package signin

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"gongkai/account"
	"gongkai/org"
	"gongkai/store"
)

// browser opens a tab of a fresh Chromium. Without one the test is skipped with a reason, under CI it fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("chromium is missing: apt-get install chromium")
		}
		t.Skip("chromium is not installed (apt-get install chromium)")
	}
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(stop)
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stopAll := chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(stopAll)
	ctx, stopTab := chromedp.NewContext(ctx)
	t.Cleanup(stopTab)
	do(t, ctx, chromedp.EmulateViewport(1366, 768))
	return ctx
}

func do(t testing.TB, ctx context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	for i, s := range steps {
		if err := chromedp.Do(ctx, s); err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

func eval[T any](t testing.TB, ctx context.Context, js string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](js))
	if err != nil {
		t.Fatalf("%s: %v", js, err)
	}
	return v
}

func until(t testing.TB, ctx context.Context, js string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if v, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("document.readyState==='complete'&&!!("+js+")")); err == nil && v {
			return
		}
	}
	t.Fatalf("never became true: %s", js)
}

// look checks that the page does not scroll sideways on a telephone, and keeps
// pictures when SIGNIN_SHOTS names a folder.
func look(t testing.TB, ctx context.Context, name string) {
	t.Helper()
	for _, w := range []int64{1440, 390} {
		do(t, ctx, chromedp.EmulateViewport(w, 900))
		if over := eval[float64](t, ctx, "document.documentElement.scrollWidth-window.innerWidth"); over > 0 {
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
	do(t, ctx, chromedp.EmulateViewport(1366, 768))
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
	b := browser(t)
	do(t, b, chromedp.Navigate(h.url+"/desk"))
	until(t, b, `document.activeElement.name==='login'`)
	look(t, b, "signin")
	do(t, b, chromedp.SendKeys(field("login"), "clerk"), chromedp.SendKeys(field("password"), "wrong-password\r"))
	until(t, b, `document.querySelector('[role=alert]')&&document.activeElement.name==='password'`)
	look(t, b, "wrong")
	do(t, b, chromedp.SendKeys(field("password"), "k7mt-9xqd-w3hp-2rfc\r"))
	until(t, b, `location.pathname==='/account/password'`)
	do(t, b, chromedp.SendKeys(field("current"), "k7mt-9xqd-w3hp-2rfc"), chromedp.SendKeys(field("new"), "Admin@123456"), chromedp.SendKeys(field("again"), "Admin@123456\r"))
	until(t, b, `document.body.innerText.includes('容易被猜到')`)
	look(t, b, "password")
	do(t, b, chromedp.SendKeys(field("current"), "k7mt-9xqd-w3hp-2rfc"), chromedp.SendKeys(field("new"), good), chromedp.SendKeys(field("again"), good+"\r"))
	until(t, b, `location.pathname==='/account'&&document.body.innerText.includes('口令已更换')`)
	look(t, b, "account")
	do(t, b, chromedp.Navigate(h.url+codePath))
	until(t, b, `document.querySelector('button[value=start]')`)
	look(t, b, "factor-none")
	do(t, b, chromedp.Click(chromedp.CSS("button[value=start]")))
	until(t, b, `document.querySelector('.pairing svg')`)
	look(t, b, "factor-pairing")
	viewer, err := h.store.Viewer(ctx, h.people["clerk"], h.signin.cfg.Today())
	if err != nil {
		t.Fatal(err)
	}
	secret, err := h.store.FactorSecret(ctx, viewer)
	if err != nil {
		t.Fatal(err)
	}
	do(t, b, chromedp.SendKeys(field("code"), account.Code(secret, h.clock.Now())+"\r"))
	until(t, b, `document.querySelectorAll('.codes li').length===10`)
	look(t, b, "codes")
	h.clock.Pass(time.Minute)
	do(t, b, chromedp.Navigate(h.url+"/account"))
	until(t, b, `document.querySelector('.who button')`)
	do(t, b, chromedp.Click(chromedp.CSS(".who button")))
	until(t, b, `location.search==='?said=out'`)
	do(t, b, chromedp.SendKeys(field("login"), "clerk"), chromedp.SendKeys(field("password"), good+"\r"))
	until(t, b, `location.pathname==='/signin/code'`)
	look(t, b, "code")
	do(t, b, chromedp.SendKeys(field("code"), account.Code(secret, h.clock.Now())+"\r"))
	until(t, b, `location.pathname==='/desk'`)
	if got := eval[string](t, b, "document.cookie"); got != "" {
		t.Errorf("a script could read %q", got)
	}
	h.clock.Pass(11 * time.Minute)
	do(t, b, chromedp.Navigate(h.url+"/desk/sensitive"))
	until(t, b, `location.pathname==='/signin/confirm'`)
	look(t, b, "confirm")
	do(t, b, chromedp.SendKeys(field("password"), good+"\r"))
	until(t, b, `location.pathname==='/desk/sensitive'`)
	do(t, b, chromedp.Navigate(h.url+codePath))
	until(t, b, `document.querySelector('button[value=drop]')`)
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
	b := browser(t)
	script := func(off bool) {
		t.Helper()
		if _, err := chromedp.Call(b, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
	}
	script(true)
	do(t, b, chromedp.Navigate(h.url+"/signin?back="+h.accountPath("clerk")),
		chromedp.SendKeys(field("login"), "guard"), chromedp.SendKeys(field("password"), good+"\r"))
	do(t, b, chromedp.WaitVisible(chromedp.CSS(".sessions")))
	script(false)
	look(t, b, "other")
	do(t, b, chromedp.Navigate(h.url+"/desk/people/"+d.Answer+"/account"), chromedp.SendKeys(field("login"), "bailu\r"))
	until(t, b, `document.querySelector('.slip')`)
	look(t, b, "slip")
	do(t, b, chromedp.Navigate(h.url+"/desk/people/"+d.Answer+"/account"))
	until(t, b, `document.body.innerText.includes('尚未更换')`)
}
