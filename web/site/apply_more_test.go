package site

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
)

var draftCode = regexp.MustCompile(`<dt>草稿码</dt><dd>([0-9A-Z]{5}-[0-9A-Z]{5})</dd>`)

// A draft is kept with its files and gone on with by its code alone; sent twice
// it becomes one application, thrown away it is gone.
func TestDraftIsGoneOnWith(t *testing.T) {
	v := newVoiceCounty(t)
	form := anApplication(v)
	form.Del("name")
	form.Set("do", "save")
	w := v.post("/apply", form, "a.pdf", "%PDF-1.4\n%%EOF\n")
	m := draftCode.FindStringSubmatch(w.Body.String())
	if w.Code != 200 || m == nil || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", w.Code, v.words(w.Body.String()))
	}
	for _, c := range w.Result().Cookies() {
		t.Errorf("a cookie was set: %s", c.Name)
	}
	code := m[1]
	if w := v.post("/apply/draft", url.Values{"code": {"22222-22222"}}); w.Code != 422 {
		t.Errorf("a wrong code: %d", w.Code)
	}
	if body := v.fetch("/apply/draft?code=" + code).Body.String(); strings.Contains(body, "拨付表") || !strings.Contains(body, code) {
		t.Error("the link alone shows the draft, or does not fill in the code")
	}
	body := v.post("/apply/draft", url.Values{"code": {code}}).Body.String()
	v.says(body, "身份证明1.pdf", "2025年农田水利工程的资金拨付表")
	form.Set("draft", code)
	form.Set("name", "甲某某")
	form.Del("do")
	number, query := v.applied(form)
	if again, _ := v.applied(form); again != number {
		t.Errorf("sent twice it became %s and %s", number, again)
	}
	x, err := v.store.TrackedRequest(t.Context(), number, query)
	if err != nil || len(x.Content.Files) != 1 {
		t.Errorf("%v %v", x.Content.Files, err)
	}
	form.Set("key", page.NewKey())
	if w := v.post("/apply", form); w.Code != 409 {
		t.Errorf("a draft that was sent is sent again: %d", w.Code)
	}

	form.Del("draft")
	form.Set("do", "save")
	form.Set("key", page.NewKey())
	code = draftCode.FindStringSubmatch(v.post("/apply", form).Body.String())[1]
	v.says(v.post("/apply/draft", url.Values{"code": {code}, "do": {"drop"}}).Body.String(), "已经删除")
	if w := v.post("/apply/draft", url.Values{"code": {code}}); w.Code != 422 {
		t.Errorf("thrown away and opened: %d", w.Code)
	}
}

// Somebody who guesses codes of drafts has to wait.
func TestGuessingDraftsIsSlowed(t *testing.T) {
	v := newVoiceCounty(t)
	last := 0
	for range 25 {
		last = v.post("/apply/draft", url.Values{"code": {"22222-22222"}}).Code
	}
	if last != 429 {
		t.Errorf("the twenty-fifth guess: %d", last)
	}
}

// What is published is pointed out, and counted without saying to whom; the
// counting address leads nowhere but to published pages.
func TestPublishedIsPointedOut(t *testing.T) {
	v := newVoiceCounty(t)
	ask := func(wanted string) []suggestion {
		t.Helper()
		w := v.post("/apply/suggest", url.Values{"organ": {v.qs.Code}, "wanted": {wanted}, "first": {"1"}})
		var a struct{ Found []suggestion }
		if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != 200 {
			t.Fatalf("%d %v %s", w.Code, err, w.Body)
		}
		return a.Found
	}
	found := ask("2024年的政府信息公开年度报告")
	if len(found) == 0 || !strings.Contains(found[0].Title, "2024年度") {
		t.Fatalf("%+v", found)
	}
	if other := ask("村里水井的照片"); len(other) != 0 {
		t.Errorf("%+v", other)
	}
	if w := v.fetch(found[0].Href); w.Code != 303 || w.Header().Get("Location") != "/reports/"+v.qs.Code+"/2024" {
		t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
	}
	for _, to := range []string{"https://example.cn/", "//example.cn/", "/desk", "/reports/../desk", "/reports/\\example.cn", ""} {
		if w := v.fetch(page.With("/apply/seen", "organ", v.qs.Code, "to", to)); w.Code != 404 {
			t.Errorf("%q leads to %d %s", to, w.Code, w.Header().Get("Location"))
		}
	}
	form := anApplication(v)
	form.Set("do", "avoided")
	v.says(v.post("/apply", form).Body.String(), "不用申请了")
	got, err := v.store.HintCounts(t.Context(), org.Program("测试"), law.DateOf(v.now), law.DateOf(v.now))
	if err != nil || got != (store.HintCount{Shown: 1, Opened: 1, Avoided: 1}) {
		t.Errorf("%+v %v", got, err)
	}
	var a struct{ Hints []string }
	if err := json.Unmarshal(v.post("/apply/suggest", url.Values{"organ": {v.edu.Code}, "wanted": {"1、征地补偿方案\n2、征地批复文件"}}).Body.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	if hints := a.Hints; len(hints) != 2 || !strings.Contains(hints[0], "照样受理") || !strings.Contains(hints[1], "可能不属于") {
		t.Errorf("%q", hints)
	}
}

// Every act that the applicant sees has a receipt that holds without us; what is
// inside the office, and an answer before it is served, has none for him.
func TestActsOfTheFileAreProved(t *testing.T) {
	v := newVoiceCounty(t)
	number, code := v.applied(anApplication(v))
	do := func(day law.Date) casework.Doing { return casework.Doing{On: day, Today: day} }
	v.office(number, code, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error { return x.Confirm(do(day)) })
	v.office(number, code, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error { return x.Note(do(day), "remark") })
	v.office(number, code, func(x *store.RequestFile, cal *calendar.Calendar, day law.Date) error {
		return x.Decide(cal, do(day), casework.Granted, "青政公开告〔2026〕1号")
	})
	ask := func(n, format string) (int, []byte) {
		w := v.post("/apply/receipt", url.Values{"number": {number}, "code": {code}, "n": {n}, "format": {format}})
		return w.Code, w.Body.Bytes()
	}
	keys := v.store.LogKeys()
	for _, n := range []string{"0", "1"} {
		status, b := ask(n, "json")
		rec, err := translog.ParseReceipt(b)
		if status != 200 || err != nil || translog.VerifyReceipt(rec, keys.Public, keys.Vouches...) != nil {
			t.Errorf("act %s: %d %v", n, status, err)
		}
	}
	for _, n := range []string{"2", "3", "4", "-1", "x", ""} {
		if status, _ := ask(n, "json"); status != 404 {
			t.Errorf("act %s: %d", n, status)
		}
	}
	v.office(number, code, func(x *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
		return x.Serve(do(day), "online")
	})
	if status, _ := ask("3", "json"); status != 200 {
		t.Errorf("the answer after it was served: %d", status)
	}
	for format, magic := range map[string]string{"pdf": "%PDF", "docx": "PK"} {
		if status, b := ask("", format); status != 200 || !strings.HasPrefix(string(b), magic) {
			t.Errorf("%s: %d", format, status)
		}
	}
	if w := v.post("/apply/receipt", url.Values{"number": {number}, "code": {"22222-22222"}, "n": {"0"}}); w.Code != 422 {
		t.Errorf("a wrong code: %d", w.Code)
	}
}
