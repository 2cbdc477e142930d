package main

import (
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
)

// Every page that links lead to keeps the rules of WCAG 2.2 A and AA, as axe-core
// can see them: the public ones on a telephone, in the mode for elder readers
// and on a desk, those of officers on a desk.
func TestBrowserAccessible(t *testing.T) {
	browsing.Axe(t)
	address, _, _ := start(t, func(string) string { return "" }, "serve", "--sample", "--addr", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "data"))
	ctx := browsing.Open(t, 14*time.Minute)
	p := newWhole(t)
	routes := http.NewServeMux()
	for _, rt := range p.all() {
		routes.HandleFunc(rt.Pattern, func(http.ResponseWriter, *http.Request) {})
	}
	shape := func(link string) string {
		r, err := http.NewRequest("GET", link, nil)
		if err != nil {
			return ""
		}
		_, pattern := routes.Handler(r)
		return pattern
	}
	seen := map[string]bool{}
	for _, who := range []struct {
		login  string
		starts []string
	}{
		{"", []string{"/", "/open", "/search?q=%E5%9F%8B%E8%AE%BE", "/apply", "/organs", "/guide"}},
		{"qingshi", starts}, {"qingshi2", starts}, {"xian", starts}, {"xitong", starts},
	} {
		b := &browser{t, ctx, address}
		if who.login != "" {
			b.signIn(who.login)
		}
		queue := slices.Clone(who.starts)
		asked := map[string]bool{}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			s := shape(at)
			if s == "" || seen[s] || asked[at] || strings.Contains(s, "POST ") {
				continue
			}
			asked[at] = true
			if w := typeOf(t, address+at); who.login == "" && !strings.HasPrefix(w, "text/html") {
				continue
			}
			if _, err := chromedp.Run(ctx, chromedp.Navigate(address+at)); err != nil {
				continue // a file; TestBrowserDesk says which links are
			}
			if b.told(`document.querySelector('.failure,.problem-page')!==null`) == "true" {
				continue
			}
			seen[s] = true
			for _, way := range ways(who.login == "") {
				b.do(chromedp.EmulateViewport(way.width, way.height))
				b.told(`document.documentElement.className='` + way.class + `'`)
				for _, broken := range browsing.Broken(t, ctx) {
					t.Errorf("%s for %q at %d px %s: %s", at, who.login, way.width, way.class, broken)
				}
			}
			for _, l := range strings.Fields(b.told(`[].map.call(document.querySelectorAll('a[href^="/"]:not([download])'),function(a){return a.getAttribute('href')}).join(' ')`)) {
				l, _, _ = strings.Cut(l, "#")
				if u, err := url.Parse(l); err == nil && !seen[shape(l)] && strings.HasPrefix(u.Path, "/desk") == (who.login != "") && !strings.Contains(filepath.Base(u.Path), ".") && !strings.HasSuffix(u.Path, "/export") {
					queue = append(queue, l)
				}
			}
		}
		if who.login != "" {
			b.signOut()
		}
	}
	t.Logf("%d pages", len(seen))
	if len(seen) < 120 {
		t.Errorf("the walk came to %d kinds of page only", len(seen))
	}
}

type way struct {
	width, height int64
	class         string
}

func ways(public bool) []way {
	if public {
		return []way{{390, 844, ""}, {1366, 768, "elder"}}
	}
	return []way{{1366, 768, ""}}
}

// typeOf is the type of what an address answers, without following.
func typeOf(t *testing.T, address string) string {
	t.Helper()
	r, err := http.Get(address)
	if err != nil {
		return ""
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		return ""
	}
	return r.Header.Get("Content-Type")
}
