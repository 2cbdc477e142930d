package desk

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/web/page"
)

// serve starts the desk as cmd does, guard and all, without a store.
func serve(t testing.TB) (*httptest.Server, *Desk) {
	t.Helper()
	cfg := &page.Config{County: "云岭县", Checking: true, Nav: Nav(),
		Today: func() law.Date { return law.Day(2026, 1, 12) },
		Now:   func() time.Time { return time.Date(2026, 1, 12, 9, 0, 0, 0, law.Beijing) }}
	d, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	d.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	return s, d
}

// sample is a whole report with balanced figures: five requests, one carried
// out. All names are invented.
func sample(organ string) *annual.Report {
	f, err := annual.FormFor(2025)
	if err != nil {
		panic(err)
	}
	r := annual.New(f, organ, 2025)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	for id, n := range map[string]int64{
		"t2.normative.made": 2, "t2.normative.in_force": 9, "t2.licence.decisions": 14, "t2.fees.amount": 380_000,
		"t3.new.natural": 4, "t3.new.business": 1, "t3.new.total": 5, "t3.granted.natural": 3, "t3.granted.total": 3,
		"t3.unable_nohold.business": 1, "t3.unable_nohold.total": 1, "t3.result_total.natural": 3, "t3.result_total.business": 1, "t3.result_total.total": 4,
		"t3.carried_out.natural": 1, "t3.carried_out.total": 1,
	} {
		if !r.Set(id, annual.Num(n)) {
			panic(id)
		}
	}
	r.Title = organ + "2025年政府信息公开工作年度报告"
	r.Intro = "本报告根据《中华人民共和国政府信息公开条例》编制，统计期限为2025年1月1日至12月31日。"
	for i, c := range f.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
	}
	r.Chapters[0] = "（一）主动公开\n通过政府网站公开信息一百二十条。\n（二）依申请公开\n本年新收申请5件，办结4件，结转下年度1件。\n（三）政府信息管理\n落实先审查后公开，定期清理规范性文件。\n（四）政府信息公开平台建设\n维护政府信息公开专栏和查阅点。\n（五）监督保障\n开展培训两次，工作考核和社会评议结果良好，未发生责任追究。"
	r.Chapters[4] = "存在的问题：部分信息更新不够及时，政策解读形式单一。改进情况：已建立月度检查清单，安排专人逐项核对，并学习先进单位的做法丰富解读形式。"
	r.Chapters[5] = "2025年未收取信息处理费。"
	r.Signature = organ
	r.Dated = law.Day(2026, 1, 9)
	return r
}

func machine(t testing.TB, r *annual.Report) []byte {
	t.Helper()
	b, err := annual.EncodeJSON("报告.gongkai.json", r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type part struct{ field, name, text string }

// post sends a multipart form; parts with a name are files.
func multi(t testing.TB, parts ...part) (kind string, body *bytes.Buffer) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, p := range parts {
		dst, err := w.CreateFormField(p.field)
		if p.name != "" {
			dst, err = w.CreateFormFile(p.field, p.name)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(dst, p.text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &b
}

func post(t testing.TB, url string, parts ...part) (int, string, http.Header) {
	t.Helper()
	kind, body := multi(t, parts...)
	resp, err := http.Post(url, kind, body)
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}

func get(t testing.TB, url string) (int, string, http.Header) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	return answer(t, resp)
}

func answer(t testing.TB, resp *http.Response) (int, string, http.Header) {
	t.Helper()
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(b), resp.Header
}

func wants(t testing.TB, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(body, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func lacks(t testing.TB, body string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(body, w) {
			t.Errorf("the page says %q", w)
		}
	}
}

func TestTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"closed": closedTemplate.Check(closedPage{}), "check": checkTemplate.Check(checkPage{}), "many": manyTemplate.Check(manyPage{}),
		"result": resultTemplate.Check(resultPage{}), "fill": fillTemplate.Check(fillPage{}), "kit": kitTemplate.Check(kitPage{}),
		"kitlist": kitListTemplate.Check(kitListPage{}), "stored": storedTemplate.Check(storedPage{}), "rules": rulesTemplate.Check(rulesPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEveryEntryPageOpens(t *testing.T) {
	s, _ := serve(t)
	for path, word := range map[string]string{"/check": "把文件拖到这里", "/fill": "填报 2025 年度报告", "/fill?year=2020": "政府集中采购",
		"/kit": "应报机关名单", "/desk/reports": "没有连接数据库", "/rules": "T3-BALANCE"} {
		code, body, _ := get(t, s.URL+path)
		if code != 200 {
			t.Errorf("%s answers %d", path, code)
		}
		wants(t, body, word)
	}
}

func TestClosedDeskSaysHowToOpenIt(t *testing.T) {
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 1, 12) }, Now: time.Now}
	d, err := New(cfg, nil)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	d.Install(mux)
	s := httptest.NewServer(mux)
	defer s.Close()
	for _, rt := range d.Routes() {
		if strings.Contains(rt.Pattern, "desk-assets") || rt.Role == page.Officer {
			continue
		}
		method, path, _ := strings.Cut(rt.Pattern, " ")
		path = strings.NewReplacer("{id}", "x", "{n}", "1", "{name}", "x", "{code}", "x", "{year}", "2025").Replace(path)
		req, _ := http.NewRequest(method, s.URL+path, nil)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		code, body, _ := answer(t, resp)
		if code != http.StatusForbidden || !strings.Contains(body, "未开放核对功能") {
			t.Errorf("%s answers %d while the desk is closed", rt.Pattern, code)
		}
	}
}

func TestCheckShowsAFindingAtItsCellAndAsASentence(t *testing.T) {
	s, _ := serve(t)
	r := sample("云岭县青石镇人民政府")
	r.Set("t3.result_total.natural", annual.Num(8)) // was 3
	code, body, _ := post(t, s.URL+"/check", part{"files", "青石镇.gongkai.json", string(machine(t, r))})
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "云岭县青石镇人民政府", `class="n bad" id="cell-t3-result_total-natural"`, "T3-RESULT-SUM", "建议的改动", `href="#cell-t3-result_total-natural"`, "由 <b>8</b> 改为 <b>3</b>", "/rules#T3-RESULT-SUM")
}

func TestAcceptedChangeIsMadeOnlyWhenTicked(t *testing.T) {
	s, _ := serve(t)
	r := sample("云岭县青石镇人民政府")
	r.Set("t3.result_total.natural", annual.Num(8))
	j := string(machine(t, r))
	key := "t3.result_total.natural=3"
	_, body, _ := post(t, s.URL+"/check/again", part{field: "json", text: j}, part{field: "file", text: "a.json"}, part{field: "accept", text: key})
	wants(t, body, "已按您的确认改了 1 格", "由 <b>8</b> 改为 <b>3</b>", "得到的是改后的报告")
	lacks(t, body, `class="n bad"`)
	for version, want := range map[string]string{"read": `"value":8`, "accepted": `"value":3`} {
		_, got, h := post(t, s.URL+"/check/download", part{field: "json", text: j}, part{field: "format", text: "json"}, part{field: "version", text: version}, part{field: "accept", text: key})
		_, back, _, err := annual.DecodeJSON([]byte(got))
		if err != nil {
			t.Fatal(err)
		}
		if v := back.Get("t3.result_total.natural"); !strings.Contains(want, fmt.Sprint(v.N)) {
			t.Errorf("version %s holds %d", version, v.N)
		}
		if !strings.Contains(h.Get("Content-Disposition"), "filename*=UTF-8''") {
			t.Errorf("no Chinese file name: %s", h.Get("Content-Disposition"))
		}
	}
}

func TestDownloadsInEveryFormat(t *testing.T) {
	s, _ := serve(t)
	j := string(machine(t, sample("云岭县青石镇人民政府")))
	for _, f := range formats() {
		code, body, h := post(t, s.URL+"/check/download", part{field: "json", text: j}, part{field: "format", text: f.Key})
		if f.Key == "pdf" && code == http.StatusServiceUnavailable {
			wants(t, body, "字体")
			continue
		}
		if code != 200 || len(body) < 500 || h.Get("Content-Type") != f.mime {
			t.Errorf("%s: %d, %d bytes, %s", f.Key, code, len(body), h.Get("Content-Type"))
		}
	}
}

func TestHostileUploads(t *testing.T) {
	s, _ := serve(t)
	var bomb bytes.Buffer
	zw := zip.NewWriter(&bomb)
	zf, _ := zw.Create("a.txt")
	_, _ = zf.Write(make([]byte, 80<<20))
	_ = zw.Close()
	for _, c := range []struct {
		name string
		part part
		word string
	}{
		{"nothing", part{field: "text", text: " "}, "还没有选择文件"},
		{"no report", part{"files", "通知.txt", "关于召开会议的通知\n请准时参加。"}, "通知.txt"},
		{"broken machine form", part{"files", "a.json", `{"file":"x","cells":{"t3`}, "不是本系统保存的年度报告"},
		{"machine form of no edition", part{"files", "a.json", `{"edition":"1999"}`}, "不是本系统保存的年度报告"},
		{"binary", part{"files", "a.docx", "PK\x03\x04\x00\x00garbage"}, "a.docx"},
		{"zip bomb", part{"files", "a.zip", bomb.String()}, "压缩炸弹"},
		{"traversal", part{"files", `..\..\windows\<script>alert(1)</script>.txt`, "没有内容"}, "没有完成"},
	} {
		code, body, _ := post(t, s.URL+"/check", c.part)
		if code < 400 || code >= 500 {
			t.Errorf("%s: answers %d", c.name, code)
		}
		wants(t, body, c.word)
		lacks(t, body, "<script>alert", `..\`, "windows")
	}
	for name, parts := range map[string][]part{
		"no carry":     {{field: "format", text: "docx"}},
		"broken carry": {{field: "json", text: "{"}, {field: "format", text: "docx"}},
		"no format":    {{field: "json", text: string(machine(t, sample("甲镇")))}, {field: "format", text: "../exe"}},
	} {
		if code, _, _ := post(t, s.URL+"/check/download", parts...); code != 400 {
			t.Errorf("%s: answers %d", name, code)
		}
	}
}

func TestMarkupInAReportIsShownAsText(t *testing.T) {
	s, _ := serve(t)
	r := sample(`云岭县<script>alert(1)</script>镇人民政府`)
	r.Chapters[0] = `"><img src=x onerror=alert(2)>` + r.Chapters[0]
	j := string(machine(t, r))
	_, body, _ := post(t, s.URL+"/check", part{"files", "a.json", j})
	lacks(t, body, "<script>alert", "<img src=x")
	_, body, _ = post(t, s.URL+"/fill", part{field: "do", text: "load"}, part{field: "was", text: "2025"}, part{"draft", "a.json", j})
	lacks(t, body, "<script>alert", "<img src=x")
	wants(t, body, "已载入")
	_, _, h := post(t, s.URL+"/check/download", part{field: "json", text: j}, part{field: "format", text: "csv"})
	if cd := h.Get("Content-Disposition"); strings.ContainsAny(cd, "<>\r\n") {
		t.Errorf("markup in a header: %q", cd)
	}
}

func TestRulesCiteTheirSource(t *testing.T) {
	s, _ := serve(t)
	_, body, _ := get(t, s.URL+"/rules")
	for _, r := range annual.Rules() {
		wants(t, body, `id="`+r.Code+`"`)
		if groupOf(r.Code) == "X" {
			t.Logf("rule %s stands in no group of its own", r.Code)
		}
	}
	_, body, _ = get(t, s.URL+"/rules?about=T4")
	lacks(t, body, `id="T3-BALANCE"`)
	wants(t, body, `id="T4-SUM"`)
}
