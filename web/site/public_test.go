package site

import (
	"fmt"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// decide switches a block on for an organ and all below it.
func (c *county) decide(t *testing.T, o org.Organ, b org.Block) { c.set(t, o, b, org.On) }

func (c *county) set(t *testing.T, o org.Organ, b org.Block, value string) {
	t.Helper()
	x := store.Setting{Organ: o.ID, Name: string(b), Value: value}
	list, err := c.store.Settings(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, have := range list {
		if have.Name == x.Name {
			x.Version = have.Version
		}
	}
	if _, err := c.store.SaveSetting(t.Context(), store.By{Viewer: org.Program("测试")}, x); err != nil {
		t.Fatal(err)
	}
}

// judged is a county in which everything there is to tell about how well organs
// do has something to tell: errors, lateness, organs that did not file, shares,
// reversals, neighbours.
func judged(t *testing.T) *county {
	t.Helper()
	c := newCounty(t)
	by := store.By{Viewer: org.Program("测试")}
	if _, err := c.store.SaveSetting(t.Context(), by, store.Setting{Organ: c.gov.ID, Name: org.TownReportDay, Value: "01-15"}); err != nil {
		t.Fatal(err)
	}
	for i := range 6 {
		o := organ(t, c.store, org.Organ{Code: fmt.Sprint("N", i), Name: fmt.Sprintf("邻近%d镇人民政府", i), Kind: org.Town, Level: org.Township, Parent: c.gov.ID})
		r := full(t, o.Name, 2025, int64(20+i))
		for id, n := range map[string]int64{"t4.review.upheld": 8, "t4.review.corrected": int64(2 + i), "t4.review.total": int64(10 + i)} {
			r.Set(id, annual.Num(n))
		}
		file(t, c.store, o, r, annual.Finding{Code: "T3-BALANCE", Level: annual.Error, Cells: []string{"t3.new.total"}, Message: "内部核对意见"})
	}
	return c
}

// judging are the words that say how well organs do, and none of which a public
// page holds while nothing is switched on. What the form itself prints and what
// an organ wrote is not among what is looked at.
var judging = []string{"逾期", "未报", "错误", "待核实", "排名", "名次", "纠错", "按期", "中位数", "同类机关", "核对意见", "T3-BALANCE", "尚未公布"}

// words is what a page says of its own, without the tables of the form, the list
// of its cells, and prose.
func words(doc *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		class := " " + attr(n, "class") + " "
		if n.Type == html.ElementNode && (n.Data == "script" || strings.Contains(class, " report ") || strings.Contains(class, " prose ") || attr(n, "id") == "cells") {
			return
		}
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
			b.WriteByte(' ')
		}
		for _, a := range n.Attr {
			if a.Key == "title" || a.Key == "aria-label" || a.Key == "content" {
				b.WriteString(a.Val + " ")
			}
		}
		for c := range n.ChildNodes() {
			walk(c)
		}
	}
	walk(doc)
	return b.String()
}

// others speak of the law or of forms, not of how well an organ does.
func others(p string) bool {
	for _, x := range []string{"/apply", "/voice", "/deadline", "/fee", "/desk", "/signin", "/check"} {
		if strings.HasPrefix(p, x) {
			return true
		}
	}
	return false
}

// formLabels takes out what the form itself prints at its rows and columns.
func formLabels() *strings.Replacer {
	var pairs []string
	for _, f := range annual.Editions() {
		for _, t := range f.Tables {
			for _, p := range t.Parts {
				for _, l := range append(slices.Clone(p.Rows), p.Columns...) {
					for _, w := range l.Path {
						if len(w) > len("总计") {
							pairs = append(pairs, w, "")
						}
					}
				}
			}
		}
	}
	return strings.NewReplacer(pairs...)
}

// crawl reads every public page that links lead to, and those that somebody may
// type.
func (c *county) crawl(t *testing.T, more ...string) map[string]string {
	t.Helper()
	out := map[string]string{}
	queue := append([]string{"/"}, more...)
	for len(queue) > 0 && len(out) < 700 {
		p := queue[0]
		queue = queue[1:]
		if _, seen := out[p]; seen || others(p) {
			continue
		}
		ext := path.Ext(strings.SplitN(p, "?", 2)[0])
		if ext == ".pdf" || ext == ".docx" || ext == ".xlsx" {
			continue
		}
		res, b := c.get(t, p)
		if res.StatusCode >= 500 {
			t.Errorf("%s: %d", p, res.StatusCode)
		}
		if !strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
			out[p] = b
			continue
		}
		doc, err := html.Parse(strings.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		out[p] = words(doc)
		for _, a := range byTag(doc, "a") {
			u, err := url.Parse(attr(a, "href"))
			if err != nil || u.IsAbs() || u.Path == "" {
				continue
			}
			u.Fragment = ""
			queue = append(queue, u.String())
		}
	}
	return out
}

// guesses are addresses that nothing links to while the switches are off.
func (c *county) guesses() []string {
	standing := "/reports/standing/" + c.gov.Code + "/2025"
	out := []string{standing, "/reports?year=2025&sort=disclosed_share", "/reports?year=2025&sort=reversal_rate", "/reports?year=2025&show=reversal", "/reports?year=2025&show=all", "/open/table.json?year=2025&show=all",
		"/open/table.csv?year=2025&show=reversal", "/api/v1/table?year=2025", "/api/v1/table?year=2025&sort=reversal_rate", "/api/v1/indicators", "/reports?year=2025&only=missing", "/reports?year=2025&status=error",
		"/reports/compare?a=" + c.edu.Code + ":2025&b=" + c.qs.Code + ":2025", "/reports/" + c.qs.Code + "/2025?findings=1"}
	for _, p := range []string{"late", "missing", "findings", "ranking", "reversal"} {
		out = append(out, standing+"?part="+p)
	}
	return out
}

// Nothing of how well organs do is public unless the office has switched it on.
func TestPublicPagesJudgeNobodyUnasked(t *testing.T) {
	c := judged(t)
	pages := c.crawl(t, c.guesses()...)
	if len(pages) < 100 {
		t.Fatalf("only %d pages were read", len(pages))
	}
	form := formLabels()
	for p, text := range pages {
		if strings.HasPrefix(p, "/help/") { // the manual says how reports are judged, and names no organ
			continue
		}
		text = form.Replace(text)
		for _, w := range judging {
			if i := strings.Index(text, w); i >= 0 {
				t.Errorf("%s says %q: …%s…", p, w, around(text, i))
			}
		}
		for _, key := range []string{"reversal_rate", "review_corrected", "litigation_corrected"} {
			if p != "/reports?year=2025&sort=reversal_rate" && !strings.Contains(p, "sort=reversal_rate") && strings.Contains(text, key) {
				t.Errorf("%s has %s", p, key)
			}
		}
	}
	if res, _ := c.get(t, "/reports/standing/"+c.gov.Code+"/2025"); res.StatusCode != http.StatusNotFound {
		t.Errorf("the page of standings: %d", res.StatusCode)
	}
	if res, b := c.get(t, "/api/v1/table?year=2025&sort=disclosed_share"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("ranked by a share: %d %s", res.StatusCode, b)
	}
	plain, ranked := rowNames(c.see(t, "/reports?year=2025")), rowNames(c.see(t, "/reports?year=2025&sort=disclosed_share"))
	if !slices.Equal(plain, ranked) {
		t.Errorf("ranked by a share: %v", ranked)
	}
}

func around(s string, i int) string {
	r := []rune(s[max(0, i-60):min(len(s), i+60)])
	return strings.Join(strings.Fields(strings.ToValidUTF8(string(r), "")), " ")
}

// Each switch opens its own block and no other.
func TestEachSwitchOpensItsBlock(t *testing.T) {
	standing := func(c *county) string { return "/reports/standing/" + c.gov.Code + "/2025" }
	report := func(c *county) string { return "/reports/" + c.qs.Code + "/2025" }
	for _, x := range []struct {
		block org.Block
		page  func(*county) string
		says  []string
		not   []string
	}{
		{org.BlockFindings, report, []string{"核对意见", "内部核对意见", "T3-BALANCE"}, []string{"逾期", "按期"}},
		{org.BlockFindings, standing, []string{"报告中有错误的机关", "青石镇人民政府"}, []string{"逾期", "未报", "名次", "纠错"}},
		{org.BlockLate, report, []string{"逾期5天", "2026年1月15日"}, []string{"核对意见"}},
		{org.BlockLate, standing, []string{"逾期公布的 7 个", "青石镇人民政府", "2026-01-15"}, []string{"未报", "名次", "纠错", "有错误"}},
		{org.BlockMissing, standing, []string{"未报", "白水乡人民政府"}, []string{"逾期", "名次", "纠错", "有错误"}},
		{org.BlockRanking, standing, []string{"排名：公开占比", "名次", "（予以公开＋部分公开）÷办理结果总计", "不足 10 件"}, []string{"逾期", "未报", "纠错", "有错误"}},
		{org.BlockReversal, standing, []string{"纠错率", "46.7%", "7/15", "不足 10 件"}, []string{"逾期", "未报", "名次", "有错误"}},
		{org.BlockReversal, func(c *county) string { return "/reports/N5" }, []string{"纠错率", "46.7%", "7/15"}, []string{"中位数"}},
		{org.BlockReversal, func(c *county) string { return "/reports?year=2025&show=reversal" }, []string{"纠错率", "46.7%"}, []string{"逾期"}},
		{org.BlockNeighbours, func(c *county) string { return "/reports/N5" }, []string{"与同类机关比较", "中位数", "22"}, []string{"纠错"}},
	} {
		c := judged(t)
		c.decide(t, c.gov, x.block)
		p := x.page(c)
		s := words(c.see(t, p))
		for _, w := range x.says {
			if !strings.Contains(s, w) {
				t.Errorf("%s on: %s does not say %q", x.block, p, w)
			}
		}
		for _, w := range x.not {
			if i := strings.Index(s, w); i >= 0 {
				t.Errorf("%s on: %s says %q: …%s…", x.block, p, w, around(s, i))
			}
		}
		// The way there is shown, and a town that decided otherwise is left out.
		if strings.Contains(p, "standing") {
			if _, b := c.get(t, "/reports?year=2025"); !strings.Contains(b, p) {
				t.Errorf("%s on: nothing leads to %s", x.block, p)
			}
		}
		for _, o := range []org.Organ{c.qs, c.bs} {
			c.set(t, o, x.block, org.Off)
		}
		if s := words(c.see(t, p)); p != report(c) && p != "/reports?year=2025&show=reversal" && (strings.Contains(s, c.qs.Name) || strings.Contains(s, c.bs.Name)) {
			t.Errorf("%s: %s names a town whose own office decided against it", x.block, p)
		} else if p == report(c) && strings.Contains(s, x.says[0]) {
			t.Errorf("%s: %s shows it though it was switched off there", x.block, p)
		}
	}
}

// With rankings public the table is sorted by shares, and whoever has too few
// cases has no place.
func TestSharesNeedCases(t *testing.T) {
	c := judged(t)
	c.decide(t, c.gov, org.BlockRanking)
	few := full(t, c.bs.Name, 2025, 9)
	file(t, c.store, c.bs, few)
	names := rowNames(c.see(t, "/reports?year=2025&sort=disclosed_share"))
	if slices.Contains(names, c.bs.Name) || len(names) != 9 || names[0] != c.gov.Name {
		t.Errorf("%v", names)
	}
	doc := c.see(t, "/reports?year=2025&show=shares")
	for _, tr := range byTag(doc, "tr") {
		if strings.Contains(text(tr), c.bs.Name) && strings.Count(text(tr), "—") != 2 {
			t.Errorf("a share of 8 cases: %s", text(tr))
		}
		if strings.Contains(text(tr), "邻近0镇") && !strings.Contains(text(tr), "94.7%") {
			t.Errorf("18 of 19: %s", text(tr))
		}
	}
}

// A report that was corrected keeps its earlier states, with their own files and
// receipts.
func TestEarlierStatesStayReadable(t *testing.T) {
	c := newCounty(t)
	at := "/reports/" + c.qs.Code + "/2025"
	f, err := c.store.Report(t.Context(), c.qs.ID, 2025)
	if err != nil {
		t.Fatal(err)
	}
	f.Report.Set("t3.new.total", annual.Num(17))
	if _, err := c.store.SaveReport(t.Context(), *f); err != nil {
		t.Fatal(err)
	}
	doc := c.see(t, at)
	if s := text(byID(doc, "corrections")); !strings.Contains(s, "16") || !strings.Contains(s, "17") {
		t.Errorf("the difference is not told: %s", s)
	}
	old := c.see(t, at+"/versions/1")
	s := text(old)
	if !strings.Contains(s, "这是更正前的报告") || text(byID(old, "cell-t3-new-total")) != "16" || byID(old, "corrections") != nil {
		t.Error("the earlier state is not shown as such")
	}
	res, b := c.get(t, at+"/versions/1.csv")
	if res.StatusCode != 200 || !strings.Contains(b, "t3.new.total") || !strings.Contains(b, ",16,") {
		t.Errorf("its file: %d", res.StatusCode)
	}
	if res, _ := c.get(t, at+"/versions/2"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != at {
		t.Errorf("the present state: %d", res.StatusCode)
	}
	for _, bad := range []string{"0", "3", "-1", "x", "1.exe", "99999999999999999999"} {
		if res, _ := c.get(t, at+"/versions/"+bad); res.StatusCode != 404 {
			t.Errorf("%s: %d", bad, res.StatusCode)
		}
	}
	// Each state leads to its own receipt.
	receipts := map[string]bool{}
	for _, doc := range []*html.Node{doc, old} {
		for _, a := range byTag(doc, "a") {
			if text(a) == "下载回执" {
				_, b := c.get(t, attr(a, "href"))
				receipts[b[:strings.Index(b, `"index"`)]] = true
			}
		}
	}
	if len(receipts) != 2 {
		t.Errorf("%d receipts for two states", len(receipts))
	}
	// Kept again without a change it is the same state.
	f, _ = c.store.Report(t.Context(), c.qs.ID, 2025)
	if _, err := c.store.SaveReport(t.Context(), *f); err != nil {
		t.Fatal(err)
	}
	if s := text(c.see(t, at)); strings.Contains(s, "第 2 次更正") {
		t.Error("nothing changed and a correction is told")
	}
}

func TestPublicReportSaysWhereElseItIs(t *testing.T) {
	c := newCounty(t)
	at := "/reports/" + c.qs.Code + "/2025"
	if s := text(c.see(t, at)); strings.Contains(s, "其他公开渠道") {
		t.Error("a portal that is not recorded")
	}
	x := store.PortalLink{Organ: c.qs.ID, Year: 2025, URL: "https://www.example.gov.cn/nb/1.html?a=1&b=2", On: law.Day(2026, 1, 21)}
	if _, err := c.store.LinkPortal(t.Context(), store.By{Viewer: org.Program("测试")}, x); err != nil {
		t.Fatal(err)
	}
	doc := c.see(t, at)
	if s := text(doc); !strings.Contains(s, "已在 www.example.gov.cn 公开（2026-01-21）") {
		t.Error("the portal is not told")
	}
	for _, a := range byTag(doc, "a") {
		if strings.HasPrefix(attr(a, "href"), "https://www.example.gov.cn") && (attr(a, "href") != x.URL || !strings.Contains(attr(a, "rel"), "noopener")) {
			t.Errorf("link %q", attr(a, "href"))
		}
	}
}
