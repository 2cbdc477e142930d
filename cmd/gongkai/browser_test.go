package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gongkai/internal/browsing"
	"gongkai/internal/sample"
	"gongkai/web/page"
)

// A browser is a tab of a fresh Chromium at the sample county.
type browser struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// newBrowser opens one. Without Chromium the test is skipped with a reason,
// under CI it fails.
func newBrowser(t *testing.T, base string) *browser {
	t.Helper()
	b := &browser{t, browsing.Open(t, 4*time.Minute), base}
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	browsing.Do(b.t, b.ctx, steps...)
}

func (b *browser) open(path string) {
	b.t.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Navigate(b.base+path)); err != nil {
		b.t.Fatalf("%s: %v", path, err)
	}
}

// told is what a script says of the page as it is; the page's own scripts may
// be off.
func (b *browser) told(js string) string {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+js+")"))
	if err != nil {
		b.t.Fatalf("%s: %v", js, err)
	}
	return v
}

func (b *browser) until(js string) {
	b.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if v, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("document.readyState==='complete'&&!!("+js+")")); err == nil && v {
			return
		}
	}
	b.t.Fatalf("never became true on %s: %s", b.told("location.href"), js)
}

// press types keys at whatever has the focus.
func (b *browser) press(keys string) {
	b.t.Helper()
	b.do(chromedp.KeyEvent(keys))
}

// tab goes on with the Tab key until what has the focus fits.
func (b *browser) tab(js string) {
	b.t.Helper()
	for range 120 {
		b.press(kb.Tab)
		if b.told("(function(a){return "+js+"})(document.activeElement)") == "true" {
			return
		}
	}
	b.t.Fatalf("the Tab key does not reach %s on %s", js, b.told("location.href"))
}

// script switches the scripts of pages off or on.
func (b *browser) script(on bool) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !on}); err != nil {
		b.t.Fatal(err)
	}
}

// signIn is done with the keyboard alone.
func (b *browser) signIn(login string) {
	b.t.Helper()
	b.open("/signin?back=/desk")
	b.until(`document.activeElement.name==='login'`)
	b.press(login + kb.Tab)
	b.press(sample.Password + kb.Enter)
	b.until(`location.pathname==='/desk'&&document.querySelector('h1')`)
}

func (b *browser) signOut() {
	b.t.Helper()
	b.open("/account")
	b.do(chromedp.Click(chromedp.CSS(".who button")))
	b.until(`location.pathname==='/signin'`)
}

// The sample county's desk in a real browser.
func TestBrowserDesk(t *testing.T) {
	address, _, _ := start(t, func(string) string { return "" }, "serve", "--sample", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"))
	b := newBrowser(t, address)
	for _, part := range []struct {
		name string
		do   func(*browser, *testing.T)
	}{{"every page fits", (*browser).everyPageFits}, {"focus is visible", (*browser).focusIsVisible}, {"work", (*browser).officeWork}, {"files open", (*browser).filesOpen}} {
		t.Run(part.name, func(t *testing.T) {
			part.do(&browser{t, b.ctx, b.base}, t)
		})
	}
}

// A leader gives a task, the colleague approves on a telephone; with the
// keyboard alone, and with scripts off as with scripts on.
func (b *browser) officeWork(t *testing.T) {
	for i, on := range []bool{true, false} {
		b.script(on)
		b.do(chromedp.EmulateViewport(1366, 768))
		b.signIn("qingshi3")
		b.press(kb.Tab)
		if got := b.told("document.activeElement.className"); got != "skip" {
			t.Errorf("the first Tab reaches %q, not the way to the text", got)
		}
		b.press(kb.Enter)
		b.until(`location.hash==='#main'`)
		b.open("/desk/tasks")
		b.tab(`a.textContent==='交办任务'`)
		b.press(kb.Enter)
		b.until(`location.pathname==='/desk/tasks/new'`)
		b.tab(`a.name==='to'`)
		b.press(kb.ArrowDown)
		b.tab(`a.name==='title'`)
		title := fmt.Sprintf("清点第%d批档案", i+1)
		b.press(title)
		b.tab(`a.name==='basis'`)
		b.press("镇长办公会")
		b.tab(`a.textContent==='交办'`)
		b.press(kb.Enter)
		b.until(`document.querySelector('[role=status]')`)
		if got := b.told("document.body.innerText"); !strings.Contains(got, "任务已交办") {
			t.Errorf("after giving the task the page says:\n%s", got)
		}
		b.signOut()

		b.do(chromedp.EmulateViewport(390, 844))
		b.signIn([]string{"qingshi2", "qingshi3"}[i]) // 审核 and 保密审查 are one person's; he gives both, then 签发 follows
		b.approve()
		if i == 0 {
			b.open("/desk")
			b.approve()
		}
		b.signOut()
	}
}

// approve takes the first approval of today's work on a telephone: the buttons
// are in reach of the thumb without scrolling.
func (b *browser) approve() {
	b.t.Helper()
	b.do(chromedp.Click(chromedp.CSS(`main table a[href^="/desk/approvals/"]`)))
	b.until(`document.querySelector('.decide button[value=yes]')`)
	if got := b.told(`(function(r){return r.top>=0&&r.bottom<=innerHeight&&r.height>=44})(document.querySelector('.decide button[value=yes]').getBoundingClientRect())`); got != "true" {
		b.t.Errorf("同意 is out of reach on a telephone")
	}
	b.do(chromedp.Click(chromedp.CSS(`.decide button[value=yes]`)))
	b.until(`document.querySelector('[role=status]')&&document.body.innerText.includes('已同意')`)
}

// Whoever uses the keyboard sees where he is, in the frame of the desk and in
// its larger type too.
func (b *browser) focusIsVisible(t *testing.T) {
	b.signIn(sample.Administrator)
	for _, elder := range []bool{false, true} {
		if elder {
			b.do(chromedp.Click(chromedp.CSS(`aside .display button`)))
			b.until(`document.documentElement.className==='elder'`)
			if got := b.told(`parseFloat(getComputedStyle(document.documentElement).fontSize)`); got != "22" {
				t.Errorf("elder mode has a type size of %s px", got)
			}
		}
		b.open("/desk/people")
		want := b.told(`document.querySelectorAll('header a,header button,header input,aside a,aside button').length`)
		seen := 0
		for range 80 {
			b.press(kb.Tab)
			got := strings.Split(b.told(`(function(a){var s=getComputedStyle(a),r=a.getBoundingClientRect();return [!!a.closest('main'),s.outlineStyle!=='none'&&parseFloat(s.outlineWidth)>=2,r.width>0&&r.height>0&&r.top>=0&&r.bottom<=innerHeight+1,a.outerHTML.slice(0,80)].join('|')})(document.activeElement)`), "|")
			if got[0] == "true" {
				break
			}
			if strings.Contains(got[3], `class="skip"`) {
				continue
			}
			seen++
			if got[1] != "true" || got[2] != "true" {
				t.Errorf("elder %v: focus cannot be seen on %s", elder, got[3])
			}
		}
		if fmt.Sprint(seen) != want {
			t.Errorf("elder %v: the Tab key reaches %d of %s things of the frame", elder, seen, want)
		}
	}
	b.do(chromedp.Click(chromedp.CSS(`.display button`)))
	b.until(`document.documentElement.className===''`)
	b.signOut()
}

// notPages answer with a file or lead on, or need a provider that is set up.
var notPages = []string{"GET /desk/people/import/sample.csv", "GET /desk/organs/export", "GET /desk/log/{id}/receipt.json", "GET /desk/handovers/{id}/sheet.docx",
	"GET /desk/approvals/{id}/scan/{step}", "GET /desk/notices/{id}", "GET /signin/oidc", "GET /signin/oidc/back", "GET /signin/gateway", "GET /signin/code",
	"GET /signin/go", "GET /office-assets/", "GET /signin-assets/"}

// starts are pages that no link on a page of the walk leads to at once.
var starts = []string{"/desk/organs", "/desk", "/desk/approvals", "/desk/search?q=青石", "/desk/style", "/desk/settings/calendar", "/desk/settings/jobs", "/desk/settings/signin", "/account", "/account/code",
	"/account/password", "/signin/confirm", "/desk/people/roles", "/desk/handovers", "/desk/notices/settings", "/desk/organs/import", "/desk/people/import", "/desk/tasks?which=ended"}

// Every page of the desk, for the people of the sample: it fits a telephone, a
// tablet and two desks, in both sizes of type, and has one heading.
func (b *browser) everyPageFits(t *testing.T) {
	p := newWhole(t)
	seen := map[string]bool{}
	id := regexp.MustCompile(`/([0-9]{4,}|YL[0-9]+)`)
	b.open("/signin")
	seen["/signin"] = true
	b.fits("nobody", "/signin")
	for _, login := range []string{sample.Administrator, "qingshi2", "xitong", "jiwei"} {
		b.signIn(login)
		queue := slices.Clone(starts)
		for _, mine := range []string{"/desk", "/desk/approvals"} {
			delete(seen, mine) // leads each to other things
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			path, _, _ := strings.Cut(at, "?")
			shape := id.ReplaceAllString(path, "/0")
			if seen[shape] {
				continue
			}
			if _, err := chromedp.Run(b.ctx, chromedp.Navigate(b.base+at)); err != nil {
				t.Errorf("%s for %s: %v; a link to a file says so with the attribute download", at, login, err)
				seen[shape] = true
				continue
			}
			if b.told(`document.querySelector('.failure')!==null`) == "true" {
				continue // not for this person
			}
			seen[shape] = true
			b.fits(login, shape)
			for _, l := range strings.Fields(b.told(`[].map.call(document.querySelectorAll('a[href^="/desk"]:not([download]),a[href^="/account"]'),function(a){return a.getAttribute('href')}).join(' ')`)) {
				l, _, _ = strings.Cut(l, "#")
				u, err := url.Parse(l)
				if err == nil && !seen[id.ReplaceAllString(u.Path, "/0")] && !strings.Contains(filepath.Base(u.Path), ".") && !strings.HasSuffix(u.Path, "/export") && !strings.HasPrefix(u.Path, "/desk/notices/") {
					queue = append(queue, l)
				}
			}
		}
		b.signOut()
	}
	for _, rt := range slices.Concat(p.routes["office"], p.routes["signin"]) {
		if strings.HasPrefix(rt.Pattern, "GET ") && !slices.Contains(notPages, rt.Pattern) && !slices.ContainsFunc(keys(seen), func(s string) bool { return covers(rt, s) }) {
			t.Errorf("%s is a page that nobody in the sample comes to", rt.Pattern)
		}
	}
	t.Logf("%d pages", len(seen))
}

func keys(m map[string]bool) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func covers(rt page.Route, path string) bool {
	re := regexp.MustCompile(`\\\{[^}]*\\\}`).ReplaceAllString(regexp.QuoteMeta(strings.TrimPrefix(rt.Pattern, "GET ")), `[^/]+`)
	return regexp.MustCompile("^" + re + "$").MatchString(path)
}

// fits looks at the page as it is at every width; DESK_SHOTS names a folder to
// keep pictures in.
func (b *browser) fits(login, shape string) {
	b.t.Helper()
	if n := b.told(`document.querySelectorAll('h1').length`); n != "1" {
		b.t.Errorf("%s for %s has %s headings of the first level", shape, login, n)
	}
	if said := b.told(`document.title+' '+document.body.innerText`); strings.Contains(said, " true false ") || strings.Contains(said, "{") && !strings.HasSuffix(shape, "/prose/template") { // whose text has braces
		b.t.Errorf("%s for %s shows a value of the program: %s", shape, login, said)
	}
	for _, w := range []int64{1440, 1366, 768, 390} {
		b.do(chromedp.EmulateViewport(w, map[int64]int64{1440: 900, 1366: 768, 768: 1024, 390: 844}[w]))
		b.shoot(login, shape, w)
		for _, elder := range []string{"", "elder"} {
			if over := b.told(`(function(){var d=document.documentElement;d.className='` + elder + `';return d.scrollWidth-innerWidth>0?d.scrollWidth+' '+[].filter.call(document.querySelectorAll('main *'),function(e){return e.getBoundingClientRect().right>innerWidth+1&&!e.closest('.scroll')}).slice(0,3).map(function(e){return e.outerHTML.slice(0,60)}).join(' '):''})()`); over != "" {
				b.t.Errorf("%s for %s %s is wider than %d px: %s", shape, login, elder, w, over)
			}
		}
		b.told(`document.documentElement.className=''`)
	}
	b.do(chromedp.EmulateViewport(1366, 768))
}

func (b *browser) shoot(login, shape string, w int64) {
	dir := os.Getenv("DESK_SHOTS")
	if dir == "" || w == 768 {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		b.t.Fatal(err)
	}
	name := strings.ReplaceAll(strings.Trim(shape, "/"), "/", "-")
	if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d-%s.png", name, w, login)), picture, 0o600); err != nil {
		b.t.Fatal(err)
	}
}
