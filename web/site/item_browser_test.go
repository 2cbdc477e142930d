package site

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/proactive"
	"gongkai/rich"
)

// hindrances lists what would stop somebody who sees badly, uses the keyboard or
// a screen reader: WCAG 2.2 AA as far as a program can tell.
const hindrances = `(function () {
  var bad = [];
  function say(s) { if (bad.indexOf(s) < 0 && bad.length < 30) { bad.push(s); } }
  function seen(e) { var r = e.getBoundingClientRect(), s = getComputedStyle(e); return r.width > 1 && r.height > 1 && s.visibility !== 'hidden' && s.display !== 'none'; }
  if (!document.documentElement.lang) { say('no language'); }
  if (!document.title) { say('no title'); }
  if (document.querySelectorAll('h1').length !== 1) { say('headings of level 1: ' + document.querySelectorAll('h1').length); }
  ['main', 'header', 'footer', 'nav[aria-label]'].forEach(function (x) { if (!document.querySelector(x)) { say('no ' + x); } });
  var level = 0;
  Array.prototype.forEach.call(document.querySelectorAll('main h1,main h2,main h3,main h4'), function (h) {
    var n = Number(h.tagName[1]);
    if (n > level + 1) { say('heading jumps to ' + h.tagName + ' ' + h.textContent.slice(0, 20)); }
    level = n;
  });
  var ids = {};
  Array.prototype.forEach.call(document.querySelectorAll('[id]'), function (e) { if (ids[e.id]) { say('id twice: ' + e.id); } ids[e.id] = 1; });
  Array.prototype.forEach.call(document.querySelectorAll('a,button,input,select,textarea'), function (e) {
    if (e.type === 'hidden' || e.hidden) { return; }
    var name = (e.textContent || '').trim() || e.getAttribute('aria-label') || (e.labels && e.labels.length && e.labels[0].textContent.trim());
    if (!name) { say('no name: ' + e.outerHTML.slice(0, 80)); }
    if (e.tabIndex > 0) { say('order of keys: ' + e.outerHTML.slice(0, 80)); }
  });
  Array.prototype.forEach.call(document.querySelectorAll('img'), function (e) { if (!e.hasAttribute('alt')) { say('picture without words'); } });
  Array.prototype.forEach.call(document.querySelectorAll('button,.btn,nav a,.choice a,.parts a'), function (e) {
    var r = e.getBoundingClientRect();
    if (seen(e) && (r.height < 24 || r.width < 24)) { say('small target ' + Math.round(r.width) + 'x' + Math.round(r.height) + ' ' + e.textContent.slice(0, 20)); }
  });
  function light(c) { var v = c.match(/[\d.]+/g).map(Number).slice(0, 3).map(function (x) { x /= 255; return x <= 0.04045 ? x / 12.92 : Math.pow((x + 0.055) / 1.055, 2.4); }); return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; }
  function ground(e) { for (; e; e = e.parentElement) { var b = getComputedStyle(e).backgroundColor; if (!/, 0\)$|transparent/.test(b)) { return b; } } return 'rgb(255,255,255)'; }
  var walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), n;
  while ((n = walk.nextNode())) {
    var e = n.parentElement;
    if (!n.data.trim() || !seen(e) || e.closest('.hidden,.skip,svg,script,style,[aria-hidden=true]')) { continue; }
    var s = getComputedStyle(e), a = light(s.color), b = light(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), px = parseFloat(s.fontSize);
    if (ratio < (px >= 24 || px >= 18.66 && Number(s.fontWeight) >= 700 ? 3 : 4.5)) { say('contrast ' + ratio.toFixed(2) + ': ' + n.data.trim().slice(0, 20)); }
  }
  if (document.documentElement.scrollWidth > window.innerWidth) { say('wider than the screen: ' + document.documentElement.scrollWidth); }
  return bad.join('\n');
})()`

// Everybody can read and use the pages of items: on a phone, on a wide screen,
// at 200 %, in larger type, with keys alone.
func TestItemPagesHinderNobody(t *testing.T) {
	p := newPress(t)
	body := wording("各村（社区）：", "现将预案印发给你们。")
	body.Blocks = append(body.Blocks, rich.Block{Kind: rich.Heading, Level: 2, Spans: []rich.Span{{Text: "一、总则"}}}, rich.Block{Kind: rich.Grid, Spans: []rich.Span{{Text: "责任人"}},
		Rows: []rich.Row{{Cells: []rich.Cell{{Head: true, Spans: []rich.Span{{Text: "村（社区）名称"}}}, {Head: true, Spans: []rich.Span{{Text: "转移路线和安置点"}}}, {Head: true, Spans: []rich.Span{{Text: "可以容纳的人数"}}}}},
			{Cells: []rich.Cell{{Spans: []rich.Span{{Text: "东岭村"}}}, {Spans: []rich.Span{{Text: "村部—县道—镇中学体育馆"}}}, {Spans: []rich.Span{{Text: "300"}}}}}}})
	id, number := p.publish(t, proactive.Normative, proactive.Content{Title: "关于印发防汛抗旱应急预案的通知", DocNo: "青政〔2026〕7号", Summary: "程序和责任。", Body: body}, "预案.txt")
	p.revise(t, id, "更新", func(c *proactive.Content) { c.Summary = "程序、责任和地点。" })
	p.publish(t, proactive.Interpretation, proactive.Content{Title: "一图读懂", Policy: id, Body: wording("解读。")})
	p.publish(t, proactive.Publicity, proactive.Content{Title: "临时救助对象公示", From: today().AddDays(-1), To: today().AddDays(5), Body: wording("名单。")})
	_, ask := p.publish(t, proactive.Consultation, proactive.Content{Title: "集市管理办法（征求意见稿）", From: today().AddDays(-1), To: today().AddDays(30), Body: wording("第一条。")})
	gone, removed := p.publish(t, proactive.Notice, proactive.Content{Title: "要撤下的", Body: wording("x")})
	p.remove(t, gone)
	srv := httptest.NewServer(p.handler)
	t.Cleanup(srv.Close)
	ph := newPhone(t, srv.URL, true)
	pages := []string{"/", "/items", "/items?kind=normative&valid=1", "/o/" + p.qs.Code, "/item/" + number, "/item/" + number + "?changes=2", "/item/" + ask, "/item/" + removed, "/item/none", "/sitemap", "/out?to=https://www.example.com/"}
	for _, elder := range []bool{false, true} {
		if elder {
			browsing.Do(t, ph.ctx, chromedp.EmulateViewport(390, 844))
			ph.open("/items")
			browsing.Do(t, ph.ctx, chromedp.Click(`.display button`))
			ph.says("返回标准版")
		}
		for _, width := range []int64{390, 720, 1440} {
			browsing.Do(t, ph.ctx, chromedp.EmulateViewport(width, 900))
			for _, path := range pages {
				ph.open(path)
				found, err := chromedp.Run(ph.ctx, chromedp.Evaluate[string](hindrances))
				if err != nil {
					t.Fatal(err)
				}
				if found != "" {
					t.Errorf("%s at %d, larger type %v:\n%s", path, width, elder, found)
				}
			}
		}
	}
	// With keys alone one gets past the navigation, and sees where one is.
	ph.open("/item/" + number)
	var at []string
	for range 40 {
		browsing.Do(t, ph.ctx, chromedp.KeyEvent("\t"))
		where, err := chromedp.Run(ph.ctx, chromedp.Evaluate[string](`(function(){var e=document.activeElement,s=getComputedStyle(e);return (s.outlineStyle==='none'&&e!==document.body?'UNSEEN ':'')+(e.textContent||e.getAttribute('aria-label')||e.tagName).trim().slice(0,30)})()`))
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, where)
	}
	all := strings.Join(at, "|")
	for _, want := range []string{"跳到正文", "主动公开", "改动之处", "预案.txt"} {
		if !strings.Contains(all, want) {
			t.Errorf("keys do not reach %q: %s", want, all)
		}
	}
	if strings.Contains(all, "UNSEEN") {
		t.Errorf("one does not see where one is: %s", all)
	}
}
