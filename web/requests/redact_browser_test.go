package requests

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	mouse "github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/org"
)

// shot keeps a picture of the page in the folder that SHOTS names, to look at.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	dir := os.Getenv("SHOTS")
	if dir == "" {
		return
	}
	b, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name+".png"), b, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// drag draws with the mouse from one place of the picture to another, in parts
// of its width and height.
func drag(t *testing.T, ctx context.Context, x0, y0, x1, y1 float64) {
	t.Helper()
	b := browsing.Eval[[]float64](t, ctx, `(function(){var s=document.querySelector('#sheet svg');s.scrollIntoView();var b=s.getBoundingClientRect();return [b.left,b.top,b.width,b.height]})()`)
	at := func(kind mouse.DispatchMouseEventType, x, y float64) chromedp.Action[chromedp.Void] {
		return chromedp.MouseEvent(kind, b[0]+x*b[2], b[1]+y*b[3], chromedp.ButtonLeft)
	}
	browsing.Do(t, ctx, at(chromedp.MousePressed, x0, y0), at(chromedp.MouseMoved, (x0+x1)/2, (y0+y1)/2), at(chromedp.MouseMoved, x1, y1), at(chromedp.MouseReleased, x1, y1))
}

// With a mouse a clerk draws boxes, takes one away again and gets the file; on a
// wide and on a small screen nothing is wider than the screen.
func TestClerkDrawsBoxes(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "wanted", "补助合同")
	x.attach(at, "合同.pdf", contract(), "do", "find", "what", "search", "text", "档案室查到合同一份")
	file := x.fileOf(at).Content.Files[0].ID
	ctx := browsing.Open(t, 2*time.Minute)
	browsing.Do(t, ctx, chromedp.Navigate(fmt.Sprintf("%s%s/redact/%d", x.url, at, file)))
	browsing.Until(t, ctx, `document.querySelector('#sheet.ready img').naturalWidth>0`)
	drag(t, ctx, 0.1, 0.15, 0.6, 0.3)
	browsing.Eval[string](t, ctx, `document.getElementById('ground').value='trade'`)
	drag(t, ctx, 0.8, 0.9, 0.5, 0.6) // from below on the right
	drag(t, ctx, 0.1, 0.5, 0.2, 0.55)
	if got := browsing.Eval[string](t, ctx, `document.getElementById('tally').textContent`); got != "已选 3 处" {
		t.Errorf("after three boxes: %s", got)
	}
	drag(t, ctx, 0.15, 0.52, 0.15, 0.52) // a tap
	text := browsing.Eval[string](t, ctx, `document.getElementById('boxes').value`)
	got, bad := parseCovers(text)
	near := func(v, want int) bool { return v > want-60 && v < want+60 }
	if bad != "" || len(got) != 2 || got[0].Ground != "privacy" || got[1].Ground != "trade" || !near(got[0].X0, 1000) || !near(got[0].Y1, 3000) || !near(got[1].X0, 5000) || !near(got[1].Y1, 9000) {
		t.Fatalf("%s: %q", bad, text)
	}
	shot(t, ctx, "redact-1366")
	for _, w := range []int64{1440, 768, 390} {
		browsing.Do(t, ctx, chromedp.EmulateViewport(w, 844))
		if over := browsing.Eval[float64](t, ctx, `document.documentElement.scrollWidth-window.innerWidth`); over > 0 {
			t.Errorf("at %d px the page is %v px too wide", w, over)
		}
		shot(t, ctx, fmt.Sprintf("redact-%d", w))
	}
	browsing.Do(t, ctx, chromedp.EmulateViewport(1366, 768))
	browsing.Eval[string](t, ctx, `document.querySelector('button[value=make]').click(),'x'`)
	browsing.Until(t, ctx, `document.querySelector('.pair, [role=alert]')`)
	if strings.Contains(browsing.Eval[string](t, ctx, `document.body.textContent`), "别处还露着") {
		// The name of the first page stands on the second too: it was seen, and is left.
		shot(t, ctx, "redact-left")
		browsing.Eval[string](t, ctx, `document.querySelector('[name=sure]').click(),document.querySelector('button[value=make]').click(),'x'`)
	}
	browsing.Until(t, ctx, `document.querySelectorAll('.pair img').length==2&&document.querySelectorAll('.pair img')[1].naturalWidth>0`)
	shot(t, ctx, "redaction-1366")
	browsing.Do(t, ctx, chromedp.EmulateViewport(390, 844))
	if over := browsing.Eval[float64](t, ctx, `document.documentElement.scrollWidth-window.innerWidth`); over > 0 {
		t.Errorf("the proof is %v px too wide for a phone", over)
	}
	shot(t, ctx, "redaction-390")
	f := x.fileOf(at)
	if len(f.Content.Redactions) != 1 || f.Content.Redactions[0].Grounds() != "privacy:1,trade:1" {
		t.Errorf("%+v", f.Content.Redactions)
	}
}
