package site

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/proactive"
	"gongkai/store"
)

// What was removed in emergency is gone at once from every route of the site,
// from pages that were in the cache too: the test asks every route there is, with
// everything that could name the item.
func TestRemovedIsGoneFromEveryRoute(t *testing.T) {
	p := newPress(t)
	secret := []string{"某某绝密工程", "坐标写在附件里", "测密〔2026〕1号", "工程坐标.txt", "附件的内容：", "保密要点概述", "绝密主题词"}
	c := proactive.Content{Title: "关于某某绝密工程的通知", DocNo: "测密〔2026〕1号", Summary: "保密要点概述", Keywords: []string{"绝密主题词"}, Body: wording("坐标写在附件里。")}
	id, number := p.publish(t, proactive.Notice, c, "工程坐标.txt")
	p.revise(t, id, "补充坐标", func(c *proactive.Content) {
		c.Body = wording("坐标写在附件里。", "某某绝密工程开工。")
	})
	_, other := p.publish(t, proactive.Interpretation, proactive.Content{Title: "通知的解读", Policy: id, Related: []int64{id}, Body: wording("解读。")})
	x, err := p.store.PublicItem(t.Context(), number, 0)
	if err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("{number...}", number, "{file}", fmt.Sprint(x.Content.Files[0].ID), "{organ}", p.qs.Code, "{year}", "2025", "{$}", "", "{version}", "1", "{index}", "0", "{path...}", "entries/000", "{id}", fmt.Sprint(id))
	queries := []string{"", "?version=1", "?version=2", "?changes=2", "?view=1", "?kind=notice", "?organ=" + p.qs.Code, "?year=" + today().String()[:4], "?q=" + url.QueryEscape("绝密"), "?to=" + url.QueryEscape("/item/"+number), "?item=" + url.QueryEscape(number), "?number=" + url.QueryEscape(number), "?category=20"}
	var paths []string
	for _, rt := range p.routes() {
		method, path, ok := strings.Cut(rt.Pattern, " ")
		if !ok || method != "GET" {
			continue
		}
		path = fill.Replace(path)
		paths = append(paths, path)
		if strings.HasSuffix(path, "/"+number) {
			paths = append(paths, path+".json", path+".docx", path+".pdf", path+".html")
		}
		if strings.HasSuffix(path, "/"+p.qs.Code) {
			paths = append(paths, path+".xml")
		}
	}
	paths = append(paths, "/item/"+other, "/item-data/"+other+".json")
	show := func(q string) string {
		w := httptest.NewRecorder()
		p.handler.ServeHTTP(w, httptest.NewRequest("GET", q, nil))
		return fmt.Sprint(w.Code, w.Header(), w.Body)
	}
	shown := 0
	for _, path := range paths {
		for _, q := range queries {
			all := show(path + q)
			for _, s := range secret {
				if strings.Contains(all, s) {
					shown++
					break
				}
			}
		}
	}
	if shown < 40 {
		t.Fatalf("before the removal only %d answers show it: the test does not look where it stands", shown)
	}
	p.remove(t, id)
	for _, path := range paths {
		for _, q := range queries {
			all := show(path + q)
			for _, s := range secret {
				if strings.Contains(all, s) || strings.Contains(all, url.QueryEscape(s)) {
					t.Errorf("%s%s still says %q", path, q, s)
				}
			}
		}
	}
	res, b := p.get(t, "/item/"+number)
	if res.StatusCode != 410 || res.Header.Get("Cache-Control") != "no-store" || strings.Contains(b, p.qs.Name) || res.Header.Get("ETag") != "" {
		t.Errorf("the neutral page: %d %v", res.StatusCode, res.Header)
	}
	for _, path := range []string{"/item-data/" + number + ".json", "/item-proof/" + number} {
		if res, _ := p.get(t, path); res.StatusCode != 410 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// Anyone can hold the downloaded item against the receipt, without the site.
func TestProofHoldsTheDownloadedItem(t *testing.T) {
	p := newPress(t)
	id, number := p.publish(t, proactive.Notice, proactive.Content{Title: "通知", Body: wording("正文。")}, "附表.txt")
	if _, err := p.store.Integrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	res, form := p.get(t, "/item-data/"+number+".json")
	if res.StatusCode != 200 {
		t.Fatalf("data: %d", res.StatusCode)
	}
	res, proof := p.get(t, "/item-proof/"+number)
	if res.StatusCode != 200 {
		t.Fatalf("proof: %d %s", res.StatusCode, proof)
	}
	var r store.ItemProof
	if err := json.Unmarshal([]byte(proof), &r); err != nil {
		t.Fatal(err)
	}
	a, err := act.ParseLeaf([]byte(r.Leaf))
	if err != nil {
		t.Fatal(err)
	}
	body := a.Body.(act.Item)
	if ok, says := store.HoldItem(body, []byte(proof), []byte(form)); !ok || !strings.Contains(strings.Join(says, ""), "附表.txt") {
		t.Errorf("it does not hold: %v", says)
	}
	for what, changed := range map[string]string{"text": strings.Replace(form, "正文。", "正文！", 1), "title": strings.Replace(form, "通知", "告知", 1), "nothing": "{}"} {
		if ok, _ := store.HoldItem(body, []byte(proof), []byte(changed)); ok {
			t.Errorf("a changed %s holds", what)
		}
	}
	if ok, _ := store.HoldItem(body, []byte(r.Leaf), []byte(form)); ok {
		t.Error("it holds without the salt")
	}
	// The receipt of the first version still holds the first version.
	p.revise(t, id, "补充", func(c *proactive.Content) { c.Title = "新的通知" })
	if _, err := p.store.Integrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, old := p.get(t, "/item-data/"+number+".json?version=1")
	if ok, says := store.HoldItem(body, []byte(proof), []byte(old)); !ok {
		t.Errorf("the first version: %v", says)
	}
	_, b := p.get(t, "/log")
	if !strings.Contains(b, number) || strings.Contains(b, "新的通知") {
		t.Error("the log page names the title or not the number")
	}
}

// An opinion on a draft is kept with the draft while its time runs, and not
// after.
func TestOpinionsOnADraft(t *testing.T) {
	p := newPress(t)
	_, number := p.publish(t, proactive.Consultation, proactive.Content{Title: "集市管理办法（征求意见稿）", From: today().AddDays(-2), To: today().AddDays(30), Body: wording("第一条。")})
	_, b := p.get(t, "/item/"+number)
	if !strings.Contains(b, "意见征集进行中") || !strings.Contains(b, "还有30天") {
		t.Errorf("the page: %s", b)
	}
	_, notice := p.publish(t, proactive.Notice, proactive.Content{Title: "通知", Body: wording("正文")})
	if res, _ := p.get(t, "/voice?organ="+p.qs.Code+"&item="+notice); res.StatusCode != 400 {
		t.Errorf("an opinion on a notice: %d", res.StatusCode)
	}
}

// Links that leave are announced; nothing else than the web can be named; a
// government's site is opened.
func TestLeavingTheSite(t *testing.T) {
	p := newPress(t)
	for to, want := range map[string]int{"https://www.example.com/a": 200, "https://www.example.gov.cn/a": 302, "http://gov.cn": 302, "javascript:alert(1)": 400, "//evil.example": 400, "https://u:p@x.example": 400, "": 400,
		"https://evilgov.cn/": 200, "https://gov.cn.example.com/": 200, "data:text/html,x": 400, "https://a\"onclick=.example": 400} {
		if res, b := p.get(t, "/out?to="+url.QueryEscape(to)); res.StatusCode != want || want == 200 && res.Header.Get("Location") != "" {
			t.Errorf("%s: %d %.80s", to, res.StatusCode, b)
		}
	}
}
