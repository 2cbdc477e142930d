package desk

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// portalCounty is a county with three towns, two of which have published; asks
// come from its office unless as is changed.
type portalCounty struct {
	store   *store.Store
	organs  []org.Organ
	as      org.Viewer
	handler http.Handler
}

func newPortalCounty(t *testing.T) *portalCounty {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 2, 12, 9, 0, 0, 0, law.Beijing) }
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	c := &portalCounty{store: st}
	for i, o := range []org.Organ{{Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County}, {Code: "T1", Name: "青石镇人民政府", Short: "青石镇"}, {Code: "T2", Name: "白水乡人民政府"}, {Code: "T3", Name: "松坪镇人民政府"}} {
		if i > 0 {
			o.Kind, o.Level, o.Parent = org.Town, org.Township, c.organs[0].ID
		}
		if o, err = st.SaveOrgan(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		c.organs = append(c.organs, o)
		if i == 1 || i == 2 {
			if _, err := st.SaveReport(t.Context(), store.Filed{Organ: o.ID, Year: 2025, Report: sample(o.Name), Published: law.Day(2026, 1, 20)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	c.as = c.officer(org.Office, 0)
	cfg := &page.Config{County: "云岭县", Address: "https://xxgk.example.gov.cn", Today: func() law.Date { return law.Day(2026, 2, 12) }, Now: now,
		Visit: func(*http.Request) (page.Visit, error) { return page.Visit{Viewer: c.as, Session: 1}, nil }}
	d, err := New(cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, d.Routes()...)
	c.handler = cfg.Guard(mux)
	return c
}

func (c *portalCounty) officer(r org.Role, organ int) org.Viewer {
	o := c.organs[organ]
	return org.Viewer{Person: 1, Name: "某人", Organ: o.ID, Posts: []org.Post{{Person: 1, Organ: o.ID, Path: o.Path, Role: r}}}
}

func (c *portalCounty) get(t *testing.T, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w.Code, w.Body.String()
}

func (c *portalCounty) post(t *testing.T, path string, v url.Values) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

// portalForm is what a browser would send of the page's form that posts to the path.
func portalForm(t *testing.T, body string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	v := url.Values{}
	for f := range doc.Descendants() {
		if f.Data != "form" || attribute(f, "method") != "post" || attribute(f, "action") != "/desk/portal" {
			continue
		}
		for n := range f.Descendants() {
			if n.Data != "input" || attribute(n, "name") == "" {
				continue
			}
			if attribute(n, "type") == "checkbox" && !hasAttribute(n, "checked") {
				continue
			}
			v.Add(attribute(n, "name"), attribute(n, "value"))
		}
	}
	return v
}

func attribute(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func hasAttribute(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

func id(o org.Organ) string { return strconv.FormatInt(o.ID, 10) }

func TestPortalAddressIsEnteredOnTheList(t *testing.T) {
	c := newPortalCounty(t)
	code, body := c.get(t, "/desk/portal")
	if code != 200 || !strings.Contains(body, "青石镇人民政府") || strings.Contains(body, "/reports/T3/2025") || !strings.Contains(body, "0/2") {
		t.Fatalf("%d: the list is not what was published", code)
	}
	v := portalForm(t, body)
	v.Set("url."+id(c.organs[1]), "https://www.example.gov.cn/nb/1.html")
	v.Set("on."+id(c.organs[1]), "2026-01-21")
	v.Set("url."+id(c.organs[2]), "http://192.168.3.4/nb")
	w := c.post(t, "/desk/portal", v)
	if w.Code != 422 || !strings.Contains(w.Body.String(), "内部网络") || !strings.Contains(w.Body.String(), `value="http://192.168.3.4/nb"`) {
		t.Errorf("%d: a private address is not named at its row", w.Code)
	}
	if x, err := c.store.PortalLink(t.Context(), c.organs[1].ID, 2025); err != nil || x.URL != "https://www.example.gov.cn/nb/1.html" || x.On != law.Day(2026, 1, 21) {
		t.Errorf("the good one does not stand: %+v %v", x, err)
	}
	// The page as it is shown again can be sent again.
	v = portalForm(t, w.Body.String())
	v.Set("url."+id(c.organs[2]), "http://www.example.gov.cn/nb/2.html")
	if w = c.post(t, "/desk/portal", v); w.Code != 303 || !strings.Contains(w.Header().Get("Location"), "done=saved") {
		t.Errorf("%d %s", w.Code, w.Body.String())
	}
	if _, body = c.get(t, "/desk/portal?state=none"); !strings.Contains(body, "都登记了门户网址") || !strings.Contains(body, "2/2") {
		t.Error("who has none is not known")
	}
	// Somebody else was faster.
	_, body = c.get(t, "/desk/portal")
	v = portalForm(t, body)
	other := portalForm(t, body)
	other.Set("key", "another page")
	other.Set("url."+id(c.organs[1]), "https://www.example.gov.cn/other")
	c.post(t, "/desk/portal", other)
	v.Set("url."+id(c.organs[1]), "")
	if w = c.post(t, "/desk/portal", v); w.Code != 409 || !strings.Contains(w.Body.String(), "别人已经改了") {
		t.Errorf("%d: a conflict is not shown", w.Code)
	}
}

func TestPortalPackageHoldsWhatWasChosen(t *testing.T) {
	c := newPortalCounty(t)
	_, body := c.get(t, "/desk/portal")
	v := portalForm(t, body)
	v["format"] = []string{"docx", "json"}
	v.Set("pick", id(c.organs[1]))
	w := c.post(t, "/desk/portal/export", v)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s", w.Code, w.Body.String())
	}
	files := unpacked(t, w.Body.Bytes())
	for _, want := range []string{"index.html", "list-fragment.html", "feed.xml", "list.csv", "list.xlsx", "list.json", "manifest.json", "SHA256SUMS", "README.txt",
		"reports/2025/T1/index.html", "reports/2025/T1/fragment.html", "reports/2025/T1/report.docx", "reports/2025/T1/report.json", "reports/2025/T1/receipt.json"} {
		if files[want] == "" {
			t.Errorf("%s is missing", want)
		}
	}
	for name := range files {
		if strings.Contains(name, "T2") || strings.HasSuffix(name, ".pdf") {
			t.Errorf("%s was not chosen", name)
		}
	}
	if !strings.Contains(files["reports/2025/T1/index.html"], "https://xxgk.example.gov.cn/reports/T1/2025") || !strings.Contains(files["manifest.json"], `"from": "云岭县人民政府"`) {
		t.Error("the package does not say where it comes from")
	}
	h, err := c.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Organ: c.organs[0].ID})
	if err != nil || len(h) != 1 || h[0].Act.Kind != act.PortalExported {
		t.Errorf("the export is not in the log: %+v %v", h, err)
	}
	for name, change := range map[string]func(url.Values){
		"选择要导出的年度": func(v url.Values) { v.Del("export") },
		"没有已发布的报告": func(v url.Values) { v.Set("pick", id(c.organs[3])) },
	} {
		v := portalForm(t, body)
		change(v)
		if w := c.post(t, "/desk/portal/export", v); w.Code != 422 || !strings.Contains(w.Body.String(), name) {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func unpacked(t *testing.T, b []byte) map[string]string {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
	}
	return out
}

// A town exports its own report and nobody else's, whatever ids it sends.
func TestTownsExportTheirOwnReportOnly(t *testing.T) {
	c := newPortalCounty(t)
	_, body := c.get(t, "/desk/portal")
	v := portalForm(t, body)
	v["format"] = []string{"csv"}
	c.as = c.officer(org.Publisher, 1)
	files := unpacked(t, c.post(t, "/desk/portal/export", v).Body.Bytes())
	for name := range files {
		if strings.Contains(name, "T2") {
			t.Errorf("the neighbour's %s", name)
		}
	}
	if files["reports/2025/T1/report.csv"] == "" {
		t.Error("its own report is missing")
	}
	v.Set("organ", id(c.organs[2]))
	if w := c.post(t, "/desk/portal/export", v); w.Code != 404 {
		t.Errorf("a neighbour's id: %d", w.Code)
	}
	if code, body := c.get(t, "/desk/portal?organ="+id(c.organs[2])); code != 404 || strings.Contains(body, "白水乡") {
		t.Errorf("a neighbour's list: %d", code)
	}
}

func (c *portalCounty) paste(t *testing.T, table string, more ...string) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("table", table)
	_ = m.WriteField("key", fmt.Sprint("k", len(table), more))
	for i := 0; i+1 < len(more); i += 2 {
		_ = m.WriteField(more[i], more[i+1])
	}
	m.Close()
	r := httptest.NewRequest("POST", "/desk/portal/links", &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

func TestAddressesArePastedAsATable(t *testing.T) {
	c := newPortalCounty(t)
	table := "单位名称\t年度\t链接\t备注\n青石镇\t2025\thttps://www.example.gov.cn/1\tx\nT2\t2025年度\thttp://127.0.0.1/2\t\n松坪镇人民政府\t2025\thttps://www.example.gov.cn/3\t\n没有的镇\t2025\thttps://www.example.gov.cn/4\t\n青石镇人民政府\t2025\thttps://www.example.gov.cn/5\t\n"
	w := c.paste(t, table)
	s := w.Body.String()
	for _, want := range []string{"内部网络", "先发布报告", "没有找到这个机关", "与第2行是同一个机关", "备注", "登记其余的"} {
		if !strings.Contains(s, want) {
			t.Errorf("the preview does not say %s", want)
		}
	}
	if years, err := c.store.PortalYears(t.Context(), c.as, 0); w.Code != 422 || err != nil || years[0].Linked != 0 {
		t.Errorf("%d: a preview kept something", w.Code)
	}
	if w = c.paste(t, table, "do", "save"); w.Code != 303 {
		t.Errorf("%d %s", w.Code, w.Body.String())
	}
	if x, err := c.store.PortalLink(t.Context(), c.organs[1].ID, 2025); err != nil || x.URL != "https://www.example.gov.cn/1" {
		t.Errorf("%+v %v", x, err)
	}
	if s = c.paste(t, "机关名称,网址\n青石镇,https://www.example.gov.cn/new\n", "year", "2025").Body.String(); !strings.Contains(s, "已经登记了另一个网址") {
		t.Error("an address that stands is not protected")
	}
	if s = c.paste(t, "机关名称,网址\n青石镇,https://www.example.gov.cn/new\n", "year", "2025", "replace", "1").Body.String(); !strings.Contains(s, "替换") || !strings.Contains(s, "确认登记") {
		t.Error("replacing is not offered")
	}
	for table, want := range map[string]string{"": "请粘贴表格", "机关名称\n青石镇\n": "网址", "甲,乙\n1,2\n": "表头"} {
		if w := c.paste(t, table); w.Code != 422 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%q: %d", table, w.Code)
		}
	}
	// The list of those without an address is such a table.
	_, list := c.get(t, "/desk/portal/without?year=2025")
	if !strings.Contains(list, "白水乡") || strings.Contains(list, "青石镇") {
		t.Errorf("%s", list)
	}
	filled := strings.Replace(list, "2026-01-20,,", "2026-01-20,https://www.example.gov.cn/2,2026-01-22", 1)
	if w = c.paste(t, filled, "do", "save"); w.Code != 303 {
		t.Errorf("%d %s", w.Code, w.Body.String())
	}
	if x, err := c.store.PortalLink(t.Context(), c.organs[2].ID, 2025); err != nil || x.On != law.Day(2026, 1, 22) {
		t.Errorf("%+v %v", x, err)
	}
}

func TestPortalSettingsAreInherited(t *testing.T) {
	c := newPortalCounty(t)
	v := url.Values{"key": {"k"}, settingPortalBase: {"https://www.example.gov.cn/nb"}, settingPortalColumns: {"文章标题=标题\n来源=“县政府”"}}
	if w := c.post(t, "/desk/portal/settings", v); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, w.Body.String())
	}
	c.as = c.officer(org.Head, 1)
	_, body := c.get(t, "/desk/portal/settings")
	if !strings.Contains(body, "现在按上级的设置：https://www.example.gov.cn/nb/") {
		t.Error("what holds from above is not shown")
	}
	_, body = c.get(t, "/desk/portal")
	f := portalForm(t, body)
	f["format"] = nil
	files := unpacked(t, c.post(t, "/desk/portal/export", f).Body.Bytes())
	if !strings.HasPrefix(files["list.csv"], "\ufeff文章标题,来源\r\n") || !strings.Contains(files["feed.xml"], "https://www.example.gov.cn/nb/reports/2025/T1/index.html") || files["rss.xml"] == "" {
		t.Errorf("the package does not follow the county's settings: %.200s", files["list.csv"])
	}
	for field, bad := range map[string]string{settingPortalBase: "http://10.1.1.1/", settingPortalColumns: "标题", settingPortalColumn: strings.Repeat("长", 61)} {
		if w := c.post(t, "/desk/portal/settings", url.Values{"key": {"x"}, field: {bad}}); w.Code != 422 || !strings.Contains(w.Body.String(), "class=\"msg\"") {
			t.Errorf("%s: %d", field, w.Code)
		}
	}
}
