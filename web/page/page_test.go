package page

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"gongkai/ingest/limit"
	"gongkai/law"
)

func config() *Config {
	return &Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 1, 20) },
		Now: func() time.Time { return time.Date(2026, 1, 20, 9, 0, 0, 0, law.Beijing) }}
}

func TestErrorTemplateFitsItsStruct(t *testing.T) {
	if err := errorTemplate.Check(errorPage{}); err != nil {
		t.Fatal(err)
	}
}

type wrongPage struct {
	Base
	Items []Link
}

func TestCheckFindsAWrongField(t *testing.T) {
	files := fstest.MapFS{
		"good.html":  {Data: []byte(`{{define "main"}}{{range $i, $l := .Items}}{{$l.Href}}{{$.Title}}{{end}}{{with .Crumbs}}{{len .}}{{end}}{{end}}`)},
		"field.html": {Data: []byte(`{{define "main"}}{{range .Items}}{{.Adress}}{{end}}{{end}}`)},
		"range.html": {Data: []byte(`{{define "main"}}{{range .Title}}{{.}}{{end}}{{end}}`)},
		"part.html":  {Data: []byte(`{{define "main"}}{{template "finding" .}}{{end}}`)},
		"var.html":   {Data: []byte(`{{define "main"}}{{$x := index .Items 0}}{{$x.Nothing}}{{end}}`)},
	}
	if err := NewTemplate(files, "good.html").Check(wrongPage{}); err != nil {
		t.Error(err)
	}
	for _, n := range []string{"field.html", "range.html", "part.html", "var.html"} {
		if NewTemplate(files, n).Check(wrongPage{}) == nil {
			t.Errorf("%s: the fault was not found", n)
		}
	}
}

func TestStatusOfErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{fmt.Errorf("asking: %w", ErrNotFound), 404, "没有找到"},
		{&Input{"年度应为四位数字，如 2025。"}, 400, "四位数字"},
		{limit.Encrypted("Word"), 422, "去掉密码"},
		{&http.MaxBytesError{Limit: 64 << 20}, 413, "64 MB"},
		{context.DeadlineExceeded, 503, "用时过长"},
		{&Unavailable{"本机没有中文字体，请改为下载 Word 文档。", errors.New("no font")}, 503, "Word 文档"},
		{errors.New("dial tcp 10.0.0.3: secret"), 500, "编号"},
	} {
		code, safe := Status(c.err)
		if code != c.code || !strings.Contains(safe, c.says) || strings.Contains(safe, "secret") {
			t.Errorf("%v: got %d %s", c.err, code, safe)
		}
	}
}

func ask(t *testing.T, c *Config, rt Route, r *http.Request) *http.Response {
	t.Helper()
	mux := http.NewServeMux()
	c.Install(mux, rt)
	c.Install(mux, c.Routes()...)
	w := httptest.NewRecorder()
	c.Guard(mux).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestPanicBecomesAPageWithANumber(t *testing.T) {
	rt := Route{Pattern: "GET /x", Role: Public, Serve: func(http.ResponseWriter, *http.Request) error { panic("内部口令") }}
	res := ask(t, config(), rt, httptest.NewRequest("GET", "/x", nil))
	b := body(t, res)
	if res.StatusCode != 500 || !strings.Contains(b, "问题编号") || strings.Contains(b, "内部口令") {
		t.Fatalf("%d %s", res.StatusCode, b)
	}
	for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"} {
		if res.Header.Get(h) == "" {
			t.Errorf("no %s on the error page", h)
		}
	}
}

// Where not even the error page can be drawn, the reader still gets the number
// that the sentence speaks of.
func TestABrokenTemplateStillAnswersWithANumber(t *testing.T) {
	was := errorTemplate
	t.Cleanup(func() { errorTemplate = was })
	errorTemplate = NewTemplate(fstest.MapFS{"x.html": {Data: []byte(`{{define "main"}}{{.NoSuchField}}{{end}}`)}}, "x.html")
	rt := Route{Pattern: "GET /x", Role: Public, Serve: func(http.ResponseWriter, *http.Request) error { return errors.New("内部口令") }}
	res := ask(t, config(), rt, httptest.NewRequest("GET", "/x", nil))
	b := body(t, res)
	if _, id, ok := strings.Cut(b, "问题编号："); res.StatusCode != 500 || !ok || len(strings.TrimSpace(id)) != 8 || strings.Contains(b, "内部口令") || strings.Contains(b, "NoSuchField") {
		t.Errorf("%d %s", res.StatusCode, b)
	}
}

func TestCheckingRouteIsUnknownWhileTheDeskIsClosed(t *testing.T) {
	rt := Route{Pattern: "GET /x", Role: Checking, Serve: func(w http.ResponseWriter, _ *http.Request) error { return nil }}
	c := config()
	forgotten := Route{Pattern: "GET /x", Serve: rt.Serve}
	if res := ask(t, c, forgotten, httptest.NewRequest("GET", "/x", nil)); res.StatusCode != 404 {
		t.Errorf("a route without a role is public: %d", res.StatusCode)
	}
	if res := ask(t, c, rt, httptest.NewRequest("GET", "/x", nil)); res.StatusCode != 404 {
		t.Errorf("closed: %d", res.StatusCode)
	}
	c.Checking = true
	if res := ask(t, c, rt, httptest.NewRequest("GET", "/x", nil)); res.StatusCode != 200 {
		t.Errorf("open: %d", res.StatusCode)
	}
}

func TestBodyAboveTheLimitIsRefused(t *testing.T) {
	rt := Route{Pattern: "POST /x", Role: Public, Body: 10, Serve: func(_ http.ResponseWriter, r *http.Request) error {
		_, err := io.ReadAll(r.Body)
		return err
	}}
	res := ask(t, config(), rt, httptest.NewRequest("POST", "/x", strings.NewReader("12345678901")))
	if res.StatusCode != 413 {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestFormOfAnotherSiteIsRefused(t *testing.T) {
	rt := Route{Pattern: "POST /x", Role: Public, Serve: func(http.ResponseWriter, *http.Request) error { return nil }}
	r := httptest.NewRequest("POST", "/x", nil)
	r.Header.Set("Origin", "https://elsewhere.example")
	if res := ask(t, config(), rt, r); res.StatusCode != 403 || !strings.Contains(body(t, res), "另一个网站") {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestSlowRequestIsStopped(t *testing.T) {
	rt := Route{Pattern: "GET /x", Role: Public, Time: time.Millisecond, Serve: func(_ http.ResponseWriter, r *http.Request) error {
		<-r.Context().Done()
		return r.Context().Err()
	}}
	if res := ask(t, config(), rt, httptest.NewRequest("GET", "/x", nil)); res.StatusCode != 503 {
		t.Errorf("got %d", res.StatusCode)
	}
}

func TestLargerTypeIsASwitchThatStays(t *testing.T) {
	form := url.Values{"mode": {"elder"}, "back": {"/reports?year=2025"}}
	r := httptest.NewRequest("POST", "/display", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res := ask(t, config(), Route{Pattern: "GET /x", Serve: func(http.ResponseWriter, *http.Request) error { return ErrNotFound }}, r)
	if res.StatusCode != 303 || res.Header.Get("Location") != "/reports?year=2025" || len(res.Cookies()) != 1 {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	r = httptest.NewRequest("GET", "/x", nil)
	r.AddCookie(res.Cookies()[0])
	res = ask(t, config(), Route{Pattern: "GET /x", Role: Public, Serve: func(http.ResponseWriter, *http.Request) error { return ErrNotFound }}, r)
	if b := body(t, res); !strings.Contains(b, `class="elder"`) || !strings.Contains(b, "返回标准版") {
		t.Error("the next page is not in larger type")
	}
}

func TestLocalNeverLeavesTheSite(t *testing.T) {
	for in, want := range map[string]string{"/a?b=1": "/a?b=1", "//evil.example": "/", "https://evil.example": "/", "/\\evil": "/", "": "/", "/a\r\nX: y": "/"} {
		if got := Local(in); got != want {
			t.Errorf("%q: got %q", in, got)
		}
	}
}

func TestAssetsAreNamedByContentAndKept(t *testing.T) {
	p := own.Path("page.css")
	res := ask(t, config(), Route{Pattern: "GET /x", Serve: nil}, httptest.NewRequest("GET", p, nil))
	if res.StatusCode != 200 || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Errorf("%s: %d %v", p, res.StatusCode, res.Header)
	}
	if res := ask(t, config(), Route{Pattern: "GET /x"}, httptest.NewRequest("GET", "/assets/page.00000000.css", nil)); res.StatusCode != 404 {
		t.Errorf("an old name: %d", res.StatusCode)
	}
}

func TestTextIsCompressedAndFilesAreNot(t *testing.T) {
	for kind, want := range map[string]string{"text/csv; charset=utf-8": "gzip", "application/pdf": ""} {
		rt := Route{Pattern: "GET /x", Role: Public, Serve: func(w http.ResponseWriter, _ *http.Request) error {
			w.Header().Set("Content-Type", kind)
			_, err := io.WriteString(w, strings.Repeat("数据", 1000))
			return err
		}}
		r := httptest.NewRequest("GET", "/x", nil)
		r.Header.Set("Accept-Encoding", "br, gzip")
		res := ask(t, config(), rt, r)
		if got := res.Header.Get("Content-Encoding"); got != want {
			t.Errorf("%s: %q", kind, got)
		}
		var rd io.Reader = res.Body
		if want == "gzip" {
			z, err := gzip.NewReader(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			rd = z
		}
		if b, err := io.ReadAll(rd); err != nil || len(b) != 6000 {
			t.Errorf("%s: %d bytes, %v", kind, len(b), err)
		}
	}
}

func mapFS(text string) fstest.MapFS { return fstest.MapFS{"p.html": {Data: []byte(text)}} }

type partsPage struct {
	Base
	Tag     Tag
	Empty   Empty
	Pager   Pager
	Finding Finding
	Fields  []Field
	Table   ReportTable
	Prose   []Prose
	Chart   Chart
}

func TestPartsFitTheirStructs(t *testing.T) {
	tmpl := NewTemplate(mapFS(`{{define "main"}}{{template "tag" .Tag}}{{template "empty" .Empty}}{{template "pager" .Pager}}{{template "finding" .Finding}}
{{range .Fields}}{{template "field" .}}{{end}}{{template "reporttable" .Table}}{{template "prose" .Prose}}{{template "chart" .Chart}}{{end}}`), "p.html")
	p := partsPage{Fields: []Field{{Kind: "text", Name: "a", Message: "请填写"}, {Kind: "textarea"}, {Kind: "select", Options: Years([]int{2025}, 2025)}, {Kind: "file"}, {Kind: "checkbox"}},
		Prose: Paragraphs("　　（一）主动公开\n正文。")}
	if err := tmpl.Check(p); err != nil {
		t.Fatal(err)
	}
	for _, p := range []partsPage{p, {}} {
		if _, err := tmpl.Execute(p); err != nil {
			t.Fatal(err)
		}
	}
	if !p.Prose[0].Head || p.Prose[1].Head {
		t.Errorf("headings of a chapter: %v", p.Prose)
	}
}
