package site

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

func TestVoiceTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl   *page.Template
		sample page.Page
	}{
		"pick": {voicePickTemplate, voicePick{}}, "write": {voiceWriteTemplate, voiceWrite{}}, "receipt": {voiceReceiptTemplate, voiceReceipt{}}, "track": {voiceTrackTemplate, voiceTracked{}},
		"answers": {voiceAnswersTemplate, voiceAnswersPage{}}, "answer": {voiceAnswerTemplate, voiceAnswerPage{}},
	} {
		if err := c.tmpl.Check(c.sample); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// voiceCounty is the county with a secret and a folder for files; time passes by
// its clock.
type voiceCounty struct {
	*county
	t   *testing.T
	now time.Time
}

func newVoiceCounty(t *testing.T) *voiceCounty {
	t.Helper()
	v := &voiceCounty{t: t, now: time.Date(2026, 2, 2, 9, 0, 0, 0, law.Beijing)}
	clock := func() time.Time { return v.now }
	st, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"), store.Options{Signer: storetest.LogKey(t), Secret: bytes.Repeat([]byte{3}, store.SecretSize), Blobs: t.TempDir(), Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	v.county = countyOn(t, st)
	v.cfg.Now, v.cfg.Today = clock, func() law.Date { return law.DateOf(v.now) }
	v.cfg.Visit = func(r *http.Request) (page.Visit, error) {
		return page.Visit{Address: r.Header.Get("X-Test-Address")}, nil
	}
	days, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	v.cfg.Calendar = func(context.Context) (*calendar.Calendar, error) { return days, nil }
	v.handler = New(v.cfg, st, page.Link{}).Handler()
	return v
}

func (v *voiceCounty) post(path string, form url.Values, files ...string) *httptest.ResponseRecorder {
	v.t.Helper()
	var b bytes.Buffer
	kind := "application/x-www-form-urlencoded"
	if len(files) == 0 {
		b.WriteString(form.Encode())
	} else {
		m := multipart.NewWriter(&b)
		for k, vs := range form {
			for _, x := range vs {
				_ = m.WriteField(k, x)
			}
		}
		for i := 0; i+1 < len(files); i += 2 {
			f, err := m.CreateFormFile("files", files[i])
			if err != nil {
				v.t.Fatal(err)
			}
			_, _ = f.Write([]byte(files[i+1]))
		}
		m.Close()
		kind = m.FormDataContentType()
	}
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("X-Test-Address", "192.0.2.7")
	w := httptest.NewRecorder()
	v.handler.ServeHTTP(w, r)
	return w
}

func aQuestion(v *voiceCounty) url.Values {
	return url.Values{"organ": {v.qs.Code}, "kind": {"question"}, "title": {"低保名单何时更新"}, "text": {"公示栏里还是去年的名单，请问什么时候更新？"}, "name": {"甲某某"}, "phone": {"13955550001"},
		"consent": {"1"}, "key": {page.NewKey()}}
}

var (
	voiceNumber = regexp.MustCompile(`<dt>编号</dt><dd>(\d{4}-\d{4})</dd>`)
	voiceCode   = regexp.MustCompile(`<dt>查询码</dt><dd>([0-9A-Z]{5}-[0-9A-Z]{5})</dd>`)
)

// receipt is the number and code of a receipt page.
func (v *voiceCounty) receipt(w *httptest.ResponseRecorder) (number, code string) {
	v.t.Helper()
	n, c := voiceNumber.FindStringSubmatch(w.Body.String()), voiceCode.FindStringSubmatch(w.Body.String())
	if w.Code != 200 || n == nil || c == nil {
		v.t.Fatalf("no receipt: %d %.500s", w.Code, w.Body)
	}
	return n[1], c[1]
}

func (v *voiceCounty) words(body string) string {
	v.t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	return text(doc)
}

func (v *voiceCounty) says(body string, words ...string) {
	v.t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			v.t.Errorf("the page does not say %q: %.500s", w, v.words(body))
		}
	}
}

func (v *voiceCounty) clerk() org.Viewer {
	return org.Viewer{Person: 9, Name: "经办", Organ: v.qs.ID, Posts: []org.Post{{Person: 9, Organ: v.qs.ID, Path: v.qs.Path, Role: org.Handler}}}
}

// work lets the clerk do something with the only voice of the town.
func (v *voiceCounty) work(kind string, verb store.VoiceVerb) {
	v.t.Helper()
	list, _, err := v.store.Voices(context.Background(), v.clerk(), store.VoiceQuery{})
	if err != nil || len(list) == 0 {
		v.t.Fatalf("%d voices: %v", len(list), err)
	}
	if _, err := v.store.WithVoice(context.Background(), store.By{Viewer: v.clerk()}, list[0].ID, list[0].Version, kind, verb); err != nil {
		v.t.Fatal(err)
	}
}

// Somebody asks without signing in, follows it, rates the answer, asks again, and
// what is published names nobody.
func TestQuestionFromTheWebToItsAnswer(t *testing.T) {
	v := newVoiceCounty(t)
	_, p := v.get(t, "/voice?q="+url.QueryEscape("青石"))
	v.says(p, "青石镇人民政府", "/voice?organ=11341500MB0C")
	if strings.Contains(p, v.edu.Name) {
		t.Error("the search finds what it was not asked for")
	}
	_, p = v.get(t, "/voice?organ="+v.qs.Code+"&kind=question")
	v.says(p, "向青石镇人民政府提出", "由云岭县人民政府办理，不转给被反映的机关", `value="question" checked`)
	w := v.post("/voice", aQuestion(v))
	number, code := v.receipt(w)
	v.says(w.Body.String(), "2026年2月2日", "还剩 5 个工作日", "2026-02-09")
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("the receipt may be kept: %q", got)
	}
	track := url.Values{"number": {number}, "code": {strings.ToLower(code)}}
	w = v.post("/voice/track", track)
	v.says(w.Body.String(), "低保名单何时更新", "办理中", "由青石镇人民政府办理", "青石镇人民政府收到", "公示栏里还是去年的名单")
	if strings.Contains(w.Body.String(), "13955550001") {
		t.Error("the page of whoever has the code shows the telephone number")
	}
	v.work(act.VoiceExtended, func(x *oversight.Voice, d store.VoiceDays) error {
		return x.Extend(d.Latest, d.Latest, "要到村里核实", d.Today)
	})
	v.work(act.VoiceAnswered, func(x *oversight.Voice, d store.VoiceDays) error {
		return x.AnswerWith("新名单已上墙。", "", d.Today, d.Today)
	})
	w = v.post("/voice/track", track)
	v.says(w.Body.String(), "新名单已上墙。", "要到村里核实", "您对答复满意吗", "请求重新办理")
	rate := url.Values{"number": {number}, "code": {code}, "key": {page.NewKey()}, "comment": {"没有说日期"}}
	if w := v.post("/voice/rate", rate); w.Code != 422 || !strings.Contains(w.Body.String(), "请从五个选项中选择一个") || !strings.Contains(w.Body.String(), "没有说日期") {
		t.Errorf("no rating chosen: %d", w.Code)
	}
	rate.Set("rating", "2")
	v.says(v.post("/voice/rate", rate).Body.String(), "谢谢您的评价")
	again := url.Values{"number": {number}, "code": {code}, "key": {page.NewKey()}, "why": {"没有说明更新日期"}}
	v.says(v.post("/voice/reopen", again).Body.String(), "已经请办理机关重新办理", "办理中", "没有说明更新日期")
	v.work(act.VoiceAnswered, func(x *oversight.Voice, d store.VoiceDays) error {
		return x.AnswerWith("3月5日更新。", "", d.Today, d.Today)
	})
	again.Set("key", page.NewKey())
	if w := v.post("/voice/reopen", again); w.Code != 422 || !strings.Contains(w.Body.String(), "重新办理过一次") {
		t.Errorf("reopened twice: %d", w.Code)
	}
	if _, p := v.get(t, "/voice/answers"); strings.Contains(p, "低保名单何时更新") {
		t.Error("published by itself")
	}
	v.work(act.VoicePublished, func(x *oversight.Voice, d store.VoiceDays) error {
		return x.Publish(oversight.Shown{Title: "低保名单更新日期", Question: "公示栏的低保名单何时更新？", Answer: "每季度首月5日前。"}, d.Today)
	})
	_, p = v.get(t, "/voice/answers?q="+url.QueryEscape("公示栏"))
	v.says(p, "低保名单更新日期", "青石镇人民政府答复")
	at := regexp.MustCompile(`/voice/answers/\d+`).FindString(p)
	_, p = v.get(t, at)
	v.says(p, "每季度首月5日前。")
	for _, secret := range []string{"甲某某", "13955550001", "去年的名单", "没有说明更新日期"} {
		if strings.Contains(p, secret) {
			t.Errorf("the public page says %s", secret)
		}
	}
	if _, p := v.get(t, "/voice/answers?q="+url.QueryEscape("去年的名单")); strings.Contains(p, "低保名单更新日期") {
		t.Error("the search of the public finds words of the original")
	}
}

func TestComplaintFromTheWebGoesToTheOfficeAbove(t *testing.T) {
	v := newVoiceCounty(t)
	fill := aQuestion(v)
	fill.Set("kind", "infringed")
	fill.Del("name")
	if w := v.post("/voice", fill); w.Code != 422 || !strings.Contains(w.Body.String(), "请写姓名或名称") || !strings.Contains(w.Body.String(), "低保名单何时更新") {
		t.Errorf("nameless: %d", w.Code)
	}
	fill.Set("name", "甲某某")
	w := v.post("/voice", fill)
	v.receipt(w)
	v.says(w.Body.String(), "云岭县人民政府")
	if list, _, _ := v.store.Voices(context.Background(), v.clerk(), store.VoiceQuery{}); len(list) != 0 {
		t.Error("the organ complained of has the complaint")
	}
}

// A double click and a retry give the same receipt; a key that could be guessed
// gives nobody somebody else's.
func TestReceiptIsForWhoSentIt(t *testing.T) {
	v := newVoiceCounty(t)
	fill := aQuestion(v)
	one, code := v.receipt(v.post("/voice", fill))
	two, again := v.receipt(v.post("/voice", fill))
	if one != two || code != again {
		t.Errorf("%s and %s", one, two)
	}
	fill.Set("key", "1")
	three, _ := v.receipt(v.post("/voice", fill))
	four, other := v.receipt(v.post("/voice", fill))
	if three == four || other == code {
		t.Error("a guessed key shows a receipt of before")
	}
}

func TestAttachmentsFromTheWebAreBounded(t *testing.T) {
	v := newVoiceCounty(t)
	number, code := v.receipt(v.post("/voice", aQuestion(v), "我的身份证.pdf", "%PDF-1.4 x", "b.png", "\x89PNG\r\n\x1a\nxx"))
	x, err := v.store.TrackedVoice(context.Background(), number, code)
	if err != nil || len(x.Content.Files) != 2 || x.Content.Files[0].Name != "附件1.pdf" || x.Content.Files[1].Name != "附件2.png" {
		t.Errorf("kept %+v (%v)", x.Content.Files, err)
	}
	for name, files := range map[string][]string{
		"a program":  {"x.pdf", "MZ\x90\x00"},
		"a page":     {"x.pdf", "<html><script>alert(1)</script>"},
		"too large":  {"x.pdf", "%PDF-" + strings.Repeat("x", voiceFileBytes)},
		"too many":   {"1.pdf", "%PDF-1", "2.pdf", "%PDF-1", "3.pdf", "%PDF-1", "4.pdf", "%PDF-1"},
		"an archive": {"x.docx", "PK\x03\x04xxxxxxxx"},
	} {
		w := v.post("/voice", aQuestion(v), files...)
		if w.Code != 422 || !strings.Contains(w.Body.String(), "低保名单何时更新") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	big := make([]string, 0, 8)
	for i := range 4 {
		big = append(big, fmt.Sprint(i, ".pdf"), "%PDF-"+strings.Repeat("x", voiceFileBytes-10))
	}
	if w := v.post("/voice", aQuestion(v), big...); w.Code != 400 && w.Code != 413 {
		t.Errorf("a flood of bytes: %d", w.Code)
	}
}

func TestHostileInputOfThePublic(t *testing.T) {
	v := newVoiceCounty(t)
	for field, value := range map[string]string{"title": "a\x00b", "text": strings.Repeat("长", 4100), "name": "甲\u202e乙", "kind": "x", "phone": "'; drop table voice; --", "email": "a@b@c", "matter": "\xff\xfe"} {
		fill := aQuestion(v)
		fill.Set(field, value)
		if w := v.post("/voice", fill); w.Code != 422 {
			t.Errorf("%s: %d", field, w.Code)
		}
	}
	for _, organ := range []string{"", "x", "~0", "~99999999999999999999", strings.Repeat("9", 500), "\x00"} {
		fill := aQuestion(v)
		fill.Set("organ", organ)
		if w := v.post("/voice", fill); w.Code != 404 {
			t.Errorf("organ %.10q: %d", organ, w.Code)
		}
	}
	// What the form does not ask for counts for nothing.
	fill := aQuestion(v)
	for k, x := range map[string]string{"channel": "phone", "state": "answered", "received": "2001-01-01", "entry": "5", "about": "5", "topic": "甲某某", "rating": "5", "version": "9"} {
		fill.Set(k, x)
	}
	fill.Set("title", "<script>alert(1)</script>")
	number, code := v.receipt(v.post("/voice", fill))
	x, err := v.store.TrackedVoice(context.Background(), number, code)
	if err != nil || x.Channel != oversight.ByWeb || x.State != oversight.VoiceOpen || x.Received != law.Day(2026, 2, 2) || x.About != 0 || x.Topic != "" || x.Rating != 0 {
		t.Errorf("kept %+v (%v)", x.Voice, err)
	}
	if w := v.post("/voice/track", url.Values{"number": {number}, "code": {code}}); strings.Contains(w.Body.String(), "<script>alert") {
		t.Error("markup of a person is markup of the page")
	}
	for _, path := range []string{"/voice/answers/0", "/voice/answers/x", "/voice/answers/" + fmt.Sprint(x.ID), "/voice?organ=nowhere"} {
		if res, _ := v.get(t, path); res.StatusCode != 404 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	for _, path := range []string{"/voice?q=%00%FF%27%25_", "/voice/answers?q=%27%25&before=x", "/voice?kind=%3Cx%3E"} {
		if res, _ := v.get(t, path); res.StatusCode != 200 {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

// Nobody tries codes one after another, and nobody fills the register.
func TestGuessingAndFloodingAreSlowed(t *testing.T) {
	v := newVoiceCounty(t)
	number, code := v.receipt(v.post("/voice", aQuestion(v)))
	slowed := 0
	for range 40 {
		switch w := v.post("/voice/track", url.Values{"number": {number}, "code": {"AAAAA-AAAAA"}}); w.Code {
		case 429:
			if slowed++; w.Header().Get("Retry-After") == "" {
				t.Error("no Retry-After")
			}
		case 422:
			if strings.Contains(w.Body.String(), "低保名单") {
				t.Fatal("a guess shows the voice")
			}
		default:
			t.Fatalf("%d", w.Code)
		}
	}
	if slowed != 20 {
		t.Errorf("%d of 40 guesses were slowed", slowed)
	}
	v.now = v.now.Add(time.Minute)
	if w := v.post("/voice/track", url.Values{"number": {number}, "code": {code}}); w.Code != 200 {
		t.Errorf("a minute later: %d", w.Code)
	}
	sent := 0
	for range 30 {
		switch w := v.post("/voice", aQuestion(v)); w.Code {
		case 200:
			sent++
		case 429:
			v.says(w.Body.String(), "提交得太频繁", "低保名单何时更新")
		}
	}
	if sent > 11 {
		t.Errorf("%d were taken from one address in a moment", sent)
	}
}

func TestClosedEntrance(t *testing.T) {
	v := newVoiceCounty(t)
	if _, err := v.store.SaveSetting(context.Background(), store.By{Viewer: org.Program("测试")}, store.Setting{Organ: v.qs.ID, Name: org.VoiceOpen, Value: "关"}); err != nil {
		t.Fatal(err)
	}
	if _, p := v.get(t, "/voice"); strings.Contains(p, v.qs.Name) || !strings.Contains(p, v.edu.Name) {
		t.Error("the list does not follow the setting")
	}
	if w := v.post("/voice", aQuestion(v)); w.Code != 404 {
		t.Errorf("taken all the same: %d", w.Code)
	}
}

// A house without a key for private content says where to turn to.
func TestWithoutASecretNothingIsTaken(t *testing.T) {
	c := newCounty(t)
	r := httptest.NewRequest(http.MethodPost, "/voice", strings.NewReader(url.Values{"organ": {c.qs.Code}, "kind": {"question"}, "title": {"低保名单何时更新"}, "text": {"公示栏里还是去年的名单"}, "key": {page.NewKey()}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "公开指南上的电话") {
		t.Errorf("%d", w.Code)
	}
}
