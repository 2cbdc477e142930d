package site

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"gongkai/proactive"
)

// screenAt opens a screen in the town and gives its address and id.
func (p *press) screenAt(t *testing.T, l proactive.Playlist) (string, int64) {
	t.Helper()
	d, err := p.store.SaveOutlet(t.Context(), p.clerk, proactive.Outlet{Organ: p.qs.ID, Kind: proactive.Screen, Name: "大厅屏", Place: "便民大厅", Playlist: l})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := strconv.ParseInt(d.Answer, 10, 64)
	if d, err = p.store.OpenScreen(t.Context(), p.clerk, id, 1, false); err != nil {
		t.Fatal(err)
	}
	return "/screen/" + d.Answer, id
}

// What a screen shows is large, says where it comes from and when, is asked for
// by its stamp, and what was withdrawn is gone from every answer at once.
func TestScreenShowsAndForgets(t *testing.T) {
	p := newPress(t)
	id, number := p.publish(t, proactive.Notice, proactive.Content{Title: "关于绝密工程的通知", Body: wording(strings.Repeat("请各村认真组织落实。", 40))})
	c := proactive.Content{Title: "低保对象公示", Body: wording("名单见附件。"), From: today().AddDays(-1), To: today().AddDays(3)}
	p.publish(t, proactive.Publicity, c)
	path, screen := p.screenAt(t, proactive.Playlist{Notes: []string{"今天停水"}, Periods: true, Newest: 5})
	res, body := p.get(t, path+"/pages")
	stamp := res.Header.Get("ETag")
	if res.StatusCode != http.StatusOK || stamp == "" || strings.Count(body, "<section") < 5 {
		t.Fatalf("%d %q %s", res.StatusCode, stamp, body)
	}
	for _, want := range []string{"今天停水", "关于绝密工程的通知", "低保对象公示", p.qs.Name, today().Chinese(), number, "期限：", `class="qr"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the screen lacks %s", want)
		}
	}
	for _, s := range strings.Split(body, "<section")[1:] {
		if n := strings.Count(s[:strings.Index(s, "<footer")], "<p>"); n > proactive.SlideLines {
			t.Errorf("%d lines on one page", n)
		}
	}
	if res, body := p.ask(t, path+"/pages", stamp); res.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("nothing changed: %d", res.StatusCode)
	}
	// Without script one page follows another by itself; the shell that a browser
	// keeps holds no word of an item.
	if _, body := p.get(t, path+"?n=1"); strings.Count(body, "<section") != 1 || !strings.Contains(body, `http-equiv="refresh"`) || !strings.Contains(body, "?n=2") {
		t.Error("no way to the next page without script")
	}
	if _, body := p.get(t, path+"?shell=1"); strings.Contains(body, "绝密") || strings.Contains(body, "公示") {
		t.Error("the shell holds items")
	}
	if _, body := p.get(t, path+"/worker.js"); !strings.Contains(body, "?shell=1") || strings.Contains(body, "绝密") {
		t.Errorf("worker %s", body)
	}
	p.remove(t, id)
	for _, at := range []string{"", "/pages", "?n=0", "?n=1", "?n=2", "?shell=1"} {
		if _, body := p.get(t, path+at); strings.Contains(body, "绝密") || strings.Contains(body, "认真组织") {
			t.Errorf("%s still shows what was removed", at)
		}
	}
	if res, body := p.ask(t, path+"/pages", stamp); res.StatusCode != http.StatusOK || !strings.Contains(body, "低保对象公示") {
		t.Errorf("after the removal: %d", res.StatusCode)
	}
	if _, err := p.store.OpenScreen(t.Context(), p.clerk, screen, 2, true); err != nil {
		t.Fatal(err)
	}
	if res, body := p.get(t, path); res.StatusCode != http.StatusNotFound || !strings.Contains(body, "data-gone") || strings.Contains(body, "低保") {
		t.Errorf("a screen that was closed: %d", res.StatusCode)
	}
	if res, _ := p.get(t, path+"/pages"); res.StatusCode != http.StatusNotFound {
		t.Errorf("pages of a screen that was closed: %d", res.StatusCode)
	}
}

// ask is get with the stamp of an answer that one has.
func (p *press) ask(t *testing.T, path, stamp string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Header.Set("If-None-Match", stamp)
	w := httptest.NewRecorder()
	p.handler.ServeHTTP(w, r)
	return w.Result(), w.Body.String()
}

// Where no mail is sent, people are given the address of a feed instead.
func TestSubscribingWithoutMail(t *testing.T) {
	p := newPress(t)
	p.publish(t, proactive.Notice, proactive.Content{Title: "通知", Body: wording("内容。")})
	res, body := p.get(t, "/subscribe")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "/items.xml?") || strings.Contains(body, `name="email"`) {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := p.get(t, "/subscribe/confirm?n=1&w=x"); res.StatusCode != http.StatusOK {
		t.Errorf("the question: %d", res.StatusCode)
	}
	if res, body := p.get(t, "/places"); res.StatusCode != http.StatusOK || !strings.Contains(body, "还没有登记") {
		t.Errorf("%d", res.StatusCode)
	}
	for name, err := range map[string]error{"subscribe": subscribeTemplate.Check(subscribePage{}), "places": placesTemplate.Check(placesPage{})} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
