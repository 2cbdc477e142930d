package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// kit sends files as a county's mail brings them and gives the list's address.
func (c *collectingCounty) kit(parts ...part) string {
	c.t.Helper()
	kind, body := multi(c.t, append([]part{{field: "year", text: "2025"}, {field: "from", text: "云岭县人民政府办公室"}}, parts...)...)
	r := httptest.NewRequest(http.MethodPost, "/kit", body)
	r.Header.Set("Content-Type", kind)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != http.StatusSeeOther {
		c.t.Fatalf("the kit answers %d: %s", w.Code, clip(w.Body.String(), 400))
	}
	return w.Header().Get("Location")
}

// What came by mail goes into the filings of the organs it is from, after a
// preview that says what will be stored and what not and why; nothing that an
// organ has handed in or written is overwritten unasked.
func TestKitIsStoredAfterAPreview(t *testing.T) {
	c := newCounty(t)
	c.report("柳河镇", nil)
	c.submit("柳河镇", law.Day(2026, 1, 12))
	c.report("民政局", func(r *annual.Report) { r.Intro = "机关自己写的。" })
	c.see("/kit", "云岭县青石镇人民政府\n云岭县白鹿镇人民政府\n") // who has to report is known
	bad := sample("云岭县青石镇人民政府")
	wrong(bad)
	at := c.kit(part{"files", "青石镇.docx", docx(t, bad)}, part{"files", "柳河镇.docx", docx(t, sample("云岭县柳河镇人民政府"))}, part{"files", "民政局.docx", docx(t, sample("云岭县民政局"))},
		part{"files", "外县.docx", docx(t, sample("临江县白沙镇人民政府"))}, part{"files", "白鹿镇.docx", "PK\x03\x04garbage"})
	c.see(at, "存入系统", "/desk/collecting"+at)
	store := "/desk/collecting" + at
	body := c.see(store, "可以存入的 2 份", "不存入的 3 个", "待审核，不能改写", "没有这个机关", "没有读出", "替换", "系统里已有草稿")
	if strings.Count(body, " checked>") != 1 {
		t.Errorf("%d are ticked, not only the one that replaces nothing", strings.Count(body, " checked>"))
	}
	for _, n := range []string{"青石镇", "民政局"} {
		if c.filing(n).State != reporting.FilingDraft {
			t.Fatal("the preview stored something")
		}
	}
	row := func(name string) string {
		i := strings.Index(body, `aria-label="存入云岭县`+name)
		if i < 0 {
			t.Fatalf("%s cannot be ticked", name)
		}
		head := body[:i]
		head = head[strings.LastIndex(head, `value="`)+len(`value="`):]
		return head[:strings.Index(head, `"`)]
	}
	form := url.Values{"key": {keyOf(t, body)}, "how": {"电子邮件"}, "day": {"2026-01-19"}}
	if w := c.send(store, form); w.Code != 422 || !strings.Contains(w.Body.String(), "还没有勾选") {
		t.Errorf("nothing ticked: %d", w.Code)
	}
	form["row"] = []string{row("青石镇"), "4", "99"}
	w := c.send(store, form)
	if w.Code != 200 {
		t.Fatalf("answers %d: %s", w.Code, clip(w.Body.String(), 400))
	}
	wants(t, w.Body.String(), "存入了 1 份", "已存入，待审核", "有 3 处错误，请打开后退回修改")
	f := c.filing("青石镇")
	if f.State != reporting.FilingSubmitted || f.Submitted != law.Day(2026, 1, 19) || f.FileName != "青石镇.docx" || f.Report.Get("t3.result_total.natural") != annual.Num(8) {
		t.Errorf("stored as %s of %s from %q", f.State, f.Submitted, f.FileName)
	}
	if got := c.filing("民政局"); got.Report.Intro != "机关自己写的。" {
		t.Error("what was not ticked was overwritten")
	}
	// The file stands beside its reading on the review page.
	c.see(c.href("青石镇"), `id="source"`, "青石镇.docx", c.href("青石镇")+"/source", "撤回重录")
	if code, file := c.get(c.href("青石镇") + "/source"); code != 200 || !strings.HasPrefix(file, "PK") {
		t.Errorf("the file as it came: %d", code)
	}
	// A draft is replaced only when that was ticked.
	body = c.see(store, "可以存入的 1 份")
	form = url.Values{"key": {keyOf(t, body)}, "how": {"电子邮件"}, "day": {"2026-01-19"}, "row": {row("民政局")}}
	c.send(store, form)
	if got := c.filing("民政局"); got.Report.Intro == "机关自己写的。" || got.State != reporting.FilingSubmitted {
		t.Error("what was ticked was not stored")
	}
	// The same office accepts what it only entered.
	if w = c.send(c.href("民政局")+"/accept", url.Values{"key": {"ok"}, "version": {version(t, c.see(c.href("民政局")))}}); w.Code != http.StatusSeeOther {
		t.Errorf("accepting what came by mail: %d %s", w.Code, clip(w.Body.String(), 300))
	}
	// A neighbour's office finds its own organs and none of these.
	c.as(8, c.other, org.Office)
	body = c.see(store, "没有可以存入的报告")
	lacks(t, body, reviewHref(c.organs["民政局"].ID, 2025))
	c.as(9, c.organs["青石镇"], org.Head)
	if code, _ := c.get(store); code != http.StatusForbidden {
		t.Errorf("a town stores a county's mail: %d", code)
	}
	if body = c.see(at); strings.Contains(body, "存入系统") {
		t.Error("a town is offered to store it")
	}
	c.as(900, c.top, org.Office)
	if code, _ := c.get("/desk/collecting/kit/nothing"); code != 404 {
		t.Errorf("a kit that is gone: %d", code)
	}
}

// Two organs with the same words: both pages name the other, and the page of all
// pairs does.
func TestNeighboursThatLookAlikeAreNamed(t *testing.T) {
	c := newCounty(t)
	own := func(words string) func(r *annual.Report) {
		return func(r *annual.Report) {
			r.Intro = words
			for i := range r.Chapters {
				r.Chapters[i] = strings.Repeat(words+strconv.Itoa(i)+"。", 4)
			}
		}
	}
	c.report("青石镇", nil)
	c.report("白鹿镇", nil)
	c.report("柳河镇", own("柳河镇围绕水利设施管护与河道巡查公开了台账和招标信息"))
	c.see(c.href("青石镇"), `<section id="alike">`, c.href("白鹿镇"), "100%", "相同的语句")
	body := c.see(c.href("柳河镇"))
	lacks(t, body, `<section id="alike">`)
	body = c.see("/desk/collecting?year=2025", c.href("青石镇")+"#alike", c.href("白鹿镇")+"#alike")
	lacks(t, body, c.href("柳河镇")+"#alike")
	body = c.see("/desk/collecting/alike?year=2025", "比对了 3 份报告", "100%", "云岭县青石镇人民政府", "云岭县白鹿镇人民政府")
	lacks(t, body, c.href("柳河镇"))
	// One of them rewritten, nothing is alike any more, whatever was remembered.
	c.report("白鹿镇", own("白鹿镇把财政惠农补贴和低保评议结果逐户张榜并在网站公布"))
	lacks(t, c.see(c.href("青石镇")), `<section id="alike">`)
	c.see("/desk/collecting/alike?year=2025", "没有发现文字雷同")
	lacks(t, c.see("/desk/collecting?year=2025"), "#alike")
}

// An office goes through its queue with the keys, ticks cells with the mouse and
// sees how many there are.
func TestBrowserQueueAndTicks(t *testing.T) {
	ctx := browsing.Open(t, 2*time.Minute)
	c := newCounty(t)
	for _, n := range []string{"青石镇", "白鹿镇", "柳河镇"} {
		c.report(n, nil)
		c.submit(n, law.Day(2026, 1, 12))
	}
	mux := http.NewServeMux()
	c.cfg.Install(mux, c.cfg.Routes()...)
	mux.Handle("/", c.handler)
	s := httptest.NewServer(mux)
	defer s.Close()
	c.store2024("青石镇")
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+c.href("青石镇")))
	if got := browsing.Eval[string](t, ctx, `document.querySelector('[data-ticked]').textContent`); got != "" {
		t.Errorf("nothing is ticked and the button says %q", got)
	}
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(`input[name="cell"][value="t2.licence.decisions"]`)))
	browsing.Until(t, ctx, `document.querySelector('[data-ticked]').textContent === '（1 条）'`)
	if !browsing.Eval[bool](t, ctx, `document.querySelector('#cell-t2-licence-decisions').classList.contains('marked')`) {
		t.Error("a ticked cell does not look ticked")
	}
	if got := browsing.Eval[string](t, ctx, `document.querySelector('#cell-t2-licence-decisions .beside').textContent`); got != "上年11" {
		t.Errorf("last year's figure reads %q", got)
	}
	shoot(t, ctx, "collecting-review")
	browsing.Eval[bool](t, ctx, `document.dispatchEvent(new KeyboardEvent('keydown',{key:'j',bubbles:true})),true`)
	browsing.Until(t, ctx, `location.pathname === '`+c.href("白鹿镇")+`'`)
	browsing.Eval[bool](t, ctx, `document.dispatchEvent(new KeyboardEvent('keydown',{key:'k',bubbles:true})),true`)
	browsing.Until(t, ctx, `location.pathname === '`+c.href("青石镇")+`'`)
	browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/desk/collecting?year=2025"))
	browsing.Do(t, ctx, chromedp.Click(chromedp.CSS(`[data-all]`)))
	browsing.Until(t, ctx, `document.querySelector('[data-picked-count]').textContent === '已选 5 个机关：'`)
	shoot(t, ctx, "collecting")
	for _, path := range []string{"/desk/collecting?year=2025", c.href("青石镇"), c.href("青石镇") + "/return", "/desk/collecting/calendar?year=2025", "/desk/collecting/letters/circular?year=2025", c.href("民政局") + "/enter"} {
		browsing.Do(t, ctx, chromedp.EmulateViewport(390, 800), chromedp.Navigate(s.URL+path))
		if w := browsing.Eval[float64](t, ctx, `document.documentElement.scrollWidth`); w > 391 {
			t.Errorf("%s is %v wide on a telephone", path, w)
		}
	}
}
