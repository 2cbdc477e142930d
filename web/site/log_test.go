package site

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
)

// post sends the form of the log page, with files by name.
func (c *county) post(t *testing.T, files map[string]string) (int, string) {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for name, text := range files {
		w, err := m.CreateFormFile(name, name+".json")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write([]byte(text))
	}
	m.Close()
	r := httptest.NewRequest("POST", "/log", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestReceiptOfAReportIsCheckedOnThePage(t *testing.T) {
	c := newCounty(t)
	_, report := c.get(t, "/reports/11341500MB0C/2025")
	if !strings.Contains(report, `href="/reports/11341500MB0C/2025.receipt.json"`) || !strings.Contains(report, "发布存证") {
		t.Error("the report's page does not lead to its receipt")
	}
	_, receipt := c.get(t, "/reports/11341500MB0C/2025.receipt.json")
	_, machine := c.get(t, "/reports/11341500MB0C/2025.json")
	_, other := c.get(t, "/reports/11341500MB0C/2024.json")
	var r translog.Receipt
	if err := json.Unmarshal([]byte(receipt), &r); err != nil {
		t.Fatal(err, receipt)
	}
	if err := translog.VerifyReceipt(r, c.store.LogKey().Verifier); err != nil {
		t.Fatal(err)
	}
	forged := strings.Replace(receipt, "青石镇", "白石镇", 1)
	for _, x := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"receipt", map[string]string{"receipt": receipt}, []string{"回执有效", "青石镇人民政府2025年度", "仍然完整包含"}},
		{"with its report", map[string]string{"receipt": receipt, "report": machine}, []string{"报告相符", `class="tag ok"`}},
		{"with another report", map[string]string{"receipt": receipt, "report": other}, []string{"数字或文字与存证时不同", `class="tag err"`}},
		{"forged", map[string]string{"receipt": forged}, []string{"不相符", "被改动过"}},
		{"no receipt", map[string]string{"receipt": "<script>alert(1)</script>"}, []string{"不是存证回执"}},
		{"nothing", map[string]string{}, []string{"没有收到回执"}},
		{"too long", map[string]string{"receipt": strings.Repeat("x", translog.MaxReceipt+10)}, []string{"文件过大"}},
	} {
		code, b := c.post(t, x.files)
		for _, want := range x.want {
			if code != 200 || !strings.Contains(b, want) {
				t.Errorf("%s: %d, lacks %s", x.name, code, want)
			}
		}
		if strings.Contains(b, "<script>alert") {
			t.Errorf("%s: markup of the reader stands in the page", x.name)
		}
	}
	// Without files, pasted into the text box.
	w := httptest.NewRecorder()
	q := httptest.NewRequest("POST", "/log", strings.NewReader(url.Values{"text": {receipt}}.Encode()))
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if c.handler.ServeHTTP(w, q); !strings.Contains(w.Body.String(), "回执有效") {
		t.Errorf("a pasted receipt: %d", w.Code)
	}
}

func TestLogPageTellsHowToCheck(t *testing.T) {
	c := newCounty(t)
	_, b := c.get(t, "/log")
	for _, want := range []string{strings.ReplaceAll(c.store.LogKey().Verifier, "+", "&#43;"), "gongkai verify", "12 条", "白水乡人民政府2024年度", "/log/receipt/11", "内部存证", strings.ReplaceAll(c.store.LogKeys().Office, "+", "&#43;"), "/log/keys"} {
		if !strings.Contains(b, want) {
			t.Errorf("lacks %q", want)
		}
	}
	_, text := c.get(t, "/log/keys")
	if k, err := translog.ReadKeys(text); err != nil || k.Public != c.store.LogKey().Verifier || k.Office != c.store.OfficeKey().Verifier {
		t.Errorf("the keys served are %q (%v)", text, err)
	}
	for path, code := range map[string]int{"/checkpoint": 200, "/log/office/checkpoint": 200, "/tile/0/000.p/12": 200, "/tile/entries/000.p/12": 200, "/tile/0/000.p/13": 404, "/tile/9/000": 404, "/tile/": 404,
		"/log/receipt/11": 200, "/log/receipt/12": 404, "/log/receipt/-1": 404, "/log/receipt/x": 404, "/log?before=5": 200, "/log?before=x": 200,
		"/reports/11341500MB0D/2025.receipt.json": 404, "/reports/none/2025.receipt.json": 404} {
		if res, _ := c.get(t, path); res.StatusCode != code {
			t.Errorf("%s: %d, want %d", path, res.StatusCode, code)
		}
	}
}

func TestSiteWithoutALog(t *testing.T) {
	c := newCounty(t)
	plain := openPlain(t)
	h := New(c.cfg, plain, page.Link{}).Handler()
	for path, want := range map[string]string{"/log": "还没有启用公开存证", "/checkpoint": "没有找到"} {
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, httptest.NewRequest("GET", path, nil)); !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func openPlain(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "plain.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return st
}

// The receipt of an act of the office is checked on the page too, and one that
// is a promise only is made whole.
func TestReceiptOfAnActIsCheckedOnThePage(t *testing.T) {
	c := newCounty(t)
	list, err := c.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Limit: 1})
	if err != nil || len(list) == 0 {
		t.Fatal(list, err)
	}
	rec, err := c.store.ActReceipt(t.Context(), org.Program("测试"), list[0].Act.ID)
	if err != nil {
		t.Fatal(err)
	}
	b, _ := json.Marshal(rec)
	if _, p := c.post(t, map[string]string{"receipt": string(b)}); !strings.Contains(p, "回执有效") || !strings.Contains(p, `class="tag ok"`) {
		t.Errorf("lacks a good result: %.3000s", p)
	}
	salt, _ := hex.DecodeString(rec.Salt)
	promise, err := translog.NewPromise([]byte(rec.Leaf), salt, list[0].Act.At, c.store.OfficeKey())
	if err != nil {
		t.Fatal(err)
	}
	b, _ = json.Marshal(promise)
	if _, p := c.post(t, map[string]string{"receipt": string(b)}); !strings.Contains(p, "证明已经补全") || !strings.Contains(p, "完整回执") {
		t.Errorf("a promise was not made whole: %.3000s", p)
	}
	other, err := translog.NewPromise([]byte(strings.Replace(rec.Leaf, `"seq":1`, `"seq":7`, 1)), salt, list[0].Act.At, c.store.OfficeKey())
	if err != nil {
		t.Fatal(err)
	}
	b, _ = json.Marshal(other)
	if _, p := c.post(t, map[string]string{"receipt": string(b)}); !strings.Contains(p, "没有这一条") {
		t.Errorf("a promise that was not kept: %.3000s", p)
	}
}
