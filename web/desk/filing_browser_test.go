package desk

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"gongkai/internal/browsing"
	"gongkai/reporting"
)

// In a browser every doubtful figure is confirmed with the keyboard alone, and
// the place in the file is shown beside it.
func TestBrowserConfirmsCellByCell(t *testing.T) {
	x := newFilingDesk(t)
	if code, _ := x.upload("青石镇.json", string(machine(t, doubtful(x.town.Name)))); code != 200 {
		t.Fatalf("answers %d", code)
	}
	ctx := browsing.Open(t, time.Minute)
	press := func(keys string) { t.Helper(); browsing.Do(t, ctx, chromedp.KeyEvent(keys)) }
	browsing.Do(t, ctx, chromedp.Navigate(x.url+x.path("/confirm")))
	browsing.Until(t, ctx, `document.activeElement.name==='v.t4.review.total'`) // what could not be read comes first
	press(kb.Enter)                                                             // nothing stands there: it is not confirmed
	if browsing.Eval[bool](t, ctx, `document.querySelector('[name="ok.t4.review.total"]').checked`) {
		t.Error("an empty figure was confirmed")
	}
	press("0" + kb.Enter)
	browsing.Until(t, ctx, `document.activeElement.name==='v.t3.new.natural'`)
	press("j")
	browsing.Until(t, ctx, `document.activeElement.name==='v.t3.new.business'`)
	press("k")
	press(kb.Enter + kb.Enter)
	browsing.Until(t, ctx, `document.querySelector('[data-progress]').textContent.indexOf('勾选了 3 格，共 3 格')>=0`)
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(".bar button[value=save]")))
	browsing.Until(t, ctx, `location.search.indexOf('allconfirmed')>0`)
	if left := reporting.Unconfirmed(x.file(x.clerk()).Report); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}
