package requests

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// A requestDesk is the desk over a county with two towns. Who asks is in visit,
// what day it is in day.
type requestDesk struct {
	t          testing.TB
	st         *store.Store
	url        string
	visit      page.Visit
	day        law.Date
	town, next org.Organ
	keys       int
}

func newDesk(t testing.TB) *requestDesk {
	t.Helper()
	x := &requestDesk{t: t, day: law.Day(2026, 3, 2)}
	now := func() time.Time { return x.day.Start().Add(9 * time.Hour) }
	dir := t.TempDir()
	var err error
	x.st, err = store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "gongkai.db"), store.Options{Now: now, Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = x.st.Close() })
	save := func(o org.Organ) org.Organ {
		o, err := x.st.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	top := save(org.Organ{Code: "C0", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	x.town = save(org.Organ{Code: "T1", Name: "云岭县青石镇人民政府", Short: "青石镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	x.next = save(org.Organ{Code: "T2", Name: "云岭县白鹿镇人民政府", Short: "白鹿镇", Kind: org.Town, Level: org.Township, Parent: top.ID})
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return x.day }, Now: now, Desk: Nav(), Visit: func(*http.Request) (page.Visit, error) { return x.visit, nil }}
	q, err := New(cfg, x.st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	q.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	x.url = s.URL
	return x
}

func (x *requestDesk) as(person int64, at org.Organ, roles ...org.Role) {
	v := org.Viewer{Person: person, Name: "某人", Organ: at.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: person, Organ: at.ID, Path: at.Path, Role: r})
	}
	x.visit = page.Visit{Viewer: v, Session: person, Sure: true}
}

func (x *requestDesk) read(resp *http.Response, err error) (int, string, string) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		x.t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Request.URL.Path
}

func (x *requestDesk) get(path string) (int, string) {
	x.t.Helper()
	code, body, _ := x.read(http.Get(x.url + path))
	return code, body
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

// send posts a form as a browser does, with the version the page shows.
func (x *requestDesk) send(path string, kv ...string) (int, string, string) {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	x.keys++
	_ = m.WriteField("key", fmt.Sprint("k", x.keys))
	has := false
	for i := 0; i+1 < len(kv); i += 2 {
		_ = m.WriteField(kv[i], kv[i+1])
		has = has || kv[i] == "version"
	}
	if _, body := x.get(path); !has {
		if v := versionField.FindStringSubmatch(body); v != nil {
			_ = m.WriteField("version", v[1])
		}
	}
	_ = m.Close()
	req, err := http.NewRequest(http.MethodPost, x.url+path, &b)
	if err != nil {
		x.t.Fatal(err)
	}
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Origin", x.url)
	return x.read(http.DefaultClient.Do(req))
}

// ok fails the test unless the form led to a page that shows the text.
func (x *requestDesk) ok(text, path string, kv ...string) string {
	x.t.Helper()
	code, body, at := x.send(path, kv...)
	if code != http.StatusOK || !strings.Contains(body, text) {
		x.t.Fatalf("%s %v: %d without %q\n%s", path, kv, code, text, main(body))
	}
	return at
}

// no fails the test unless the form was refused with the text.
func (x *requestDesk) no(text, path string, kv ...string) {
	x.t.Helper()
	if code, body, _ := x.send(path, kv...); code != http.StatusUnprocessableEntity || !strings.Contains(body, text) {
		x.t.Errorf("%s %v: %d without %q\n%s", path, kv, code, text, main(body))
	}
}

var tags = regexp.MustCompile(`<[^>]*>|\n+`)

// main is what a person reads on the page.
func main(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return tags.ReplaceAllString(body, " ")
}

func TestTemplatesFit(t *testing.T) {
	for _, err := range []error{listTemplate.Check(listPage{}), registerTemplate.Check(registerPage{}), fileTemplate.Check(filePage{}), letterTemplate.Check(letterPage{}), paperTemplate.Check(paperPage{}), caseTemplate.Check(casePage{}), remedyTemplate.Check(remedyPage{}), remediesTemplate.Check(remediesPage{}), sealsTemplate.Check(sealsPage{})} {
		if err != nil {
			t.Error(err)
		}
	}
}

// A clerk registers, asks for correction, consults, the head extends, the leader
// signs on screen, the letter goes out: with every wrong turn on the way.
func TestClerkWorksThroughAFile(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	x.no("请选择申请人类别", "/desk/requests/new", "channel", "internet", "arrived", "2026-03-02", "wanted", "农田水利工程的资金使用情况")
	x.no("日期请写成", "/desk/requests/new", "channel", "internet", "applicant", "natural", "arrived", "昨天")
	at := x.ok("与申请人确认收到", "/desk/requests/new", "channel", "internet", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "农田水利工程的资金使用情况", "subject", "农田水利资金")
	if _, body := x.get("/desk/requests"); !strings.Contains(body, "农田水利资金") || strings.Contains(body, "甲某某") {
		t.Errorf("the list: %s", main(body))
	}
	x.ok("收到申请之日", at, "do", "confirm")
	x.no("合理的补正期限", at, "do", "correct", "items", "年度不明确")
	x.ok("待补正", at, "do", "correct", "items", "年度不明确", "until", "2026-03-20")
	x.no("待补正", at, "do", "extend", "days", "5")
	x.day = law.Day(2026, 3, 12)
	x.ok("自次日起重新计算", at, "do", "corrected", "wanted", "2025年度")
	x.ok("征求第三方意见", at, "do", "consult", "kind", "third", "delivered", "2026-03-12")
	x.no("期满后", at, "do", "hear", "n", "1", "opinion", "silent")
	x.day = law.Day(2026, 3, 19)
	x.ok("不同意公开", at, "do", "hear", "n", "1", "opinion", "object", "text", "涉及商业秘密，理由成立")
	x.no("公开机构负责人同意", at, "do", "extend", "days", "10")
	x.as(2, x.town, org.Head)
	x.ok("公开机构负责人办理", at, "do", "extend", "days", "10")
	x.as(1, x.town, org.Handler)
	x.no("区分处理后的文本", at, "do", "decide", "outcome", "partial", "letter", "青政公开告〔2026〕1号")
	x.ok("区分处理后的文本", at, "do", "find", "what", "redacted", "text", "遮盖合同单价一栏")
	x.ok("不公开的事实", at, "do", "find", "what", "ground", "text", "单价属于商业秘密")

	letter := at + "/letters/new/D03"
	code, body := x.get(letter)
	if code != http.StatusOK || !strings.Contains(body, "单价属于商业秘密") || !strings.Contains(body, "云岭县人民政府") {
		t.Errorf("the letter proposes nothing: %d %s", code, main(body))
	}
	x.no("还缺少", letter, "do", "save", "no", "青政公开告〔2026〕1号")
	filled := []string{"no", "青政公开告〔2026〕1号", "f_what", "资金使用情况表3页", "f_withheld", "合同单价", "f_why", "单价属于商业秘密", "f_article", "第十五条", "f_form", "电子邮件", "do", "save"}
	x.no("这一段不能改动", letter, append(filled, "body", "我们决定不给。")...)
	x.ok("青政公开告〔2026〕1号", letter, filled...)
	for _, format := range []string{"docx", "pdf"} {
		if code, body := x.get(at + "/letters/1/" + format); code != http.StatusOK || len(body) < 2000 {
			t.Errorf("%s: %d with %d bytes", format, code, len(body))
		}
	}
	x.no("须经签发", at, "do", "decide", "outcome", "partial")
	x.as(3, x.town, org.Signer)
	x.ok("待送达", at, "do", "decide", "outcome", "partial")
	x.as(1, x.town, org.Handler)
	x.ok("已办结", at, "do", "serve", "way", "email", "to", "jia@example.cn")
	x.ok("行政复议", at, "do", "remedy", "kind", "review", "simple", "1")
	x.day = law.Day(2026, 3, 26)
	x.ok("提交书面答复", at, "do", "remedystep", "n", "1", "what", "answered")
	x.ok("撤销", at, "do", "remedyend", "n", "1", "ending", "annulled")
	x.ok("办理中", at, "do", "reopen", "n", "1", "days", "15")
	if _, body := x.get(at); !strings.Contains(body, "2026-04-17") {
		t.Errorf("the new answer is not due 15 working days later: %s", main(body))
	}
}

// What happened on paper long ago is entered as it was, and marked.
func TestFactsAreEnteredAsTheyWere(t *testing.T) {
	x := newDesk(t)
	x.day = law.Day(2026, 6, 1)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "wanted", "会议纪要", "number", "纸7号", "ledger", "1")
	x.no("缺少", at, "do", "decide", "outcome", "nothold", "letter", "旧1号", "on", "2026-05-20")
	x.ok("超过答复期限才答复", at, "do", "decide", "outcome", "nothold", "letter", "旧1号", "on", "2026-05-20", "fact", "1")
	x.no("已经用过", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "wanted", "会议纪要", "number", "纸7号")
	// Two people at once: the second sees what the first did, and keeps what he wrote.
	code, body, _ := x.send(at, "do", "serve", "way", "ems", "version", "1")
	if code != http.StatusConflict || !strings.Contains(body, "别人已经办理") {
		t.Errorf("conflict: %d", code)
	}
}

// A neighbour sees nothing, who watches sees no person, and files of others are
// not reached by number.
func TestWhoSeesAFile(t *testing.T) {
	x := newDesk(t)
	x.as(1, x.town, org.Handler)
	at := x.ok("办理中", "/desk/requests/new", "channel", "person", "arrived", "2026-03-02", "applicant", "natural", "name", "甲某某", "phone", "13955550001", "wanted", "子丑寅卯")
	x.as(9, x.next, org.Handler, org.Head)
	for _, path := range []string{at, at + "/letters/new/D02", at + "/letters/1/pdf", at + "/files/1"} {
		if code, body := x.get(path); code != http.StatusNotFound || strings.Contains(body, "甲某某") {
			t.Errorf("a neighbour gets %d at %s", code, path)
		}
	}
	if code, _, _ := x.send(at, "do", "note", "kind", "phone", "text", "x"); code != http.StatusNotFound {
		t.Errorf("a neighbour writes: %d", code)
	}
	x.as(8, x.town, org.Reviewer)
	if code, body := x.get(at); code != http.StatusOK || strings.Contains(body, "13955550001") || strings.Contains(body, "子丑寅卯") || strings.Contains(body, `name="do"`) {
		t.Errorf("who only reads: %d %s", code, main(body))
	}
}
