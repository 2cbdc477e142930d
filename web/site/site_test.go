package site

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
	"gongkai/web/page"
)

// county is a small tree with reports: 县政府 over 教育局, 青石镇 and 白水乡.
// 青石镇 has 2019 to 2025, the others 2024 and 2025; 白水乡 has not filed 2025.
type county struct {
	store            *store.Store
	gov, edu, qs, bs org.Organ
	cfg              *page.Config
	handler          http.Handler
}

func organ(t *testing.T, st *store.Store, o org.Organ) org.Organ {
	t.Helper()
	o, err := st.SaveOrgan(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// full is a report whose every cell is filled and whose identities hold:
// n requests of natural persons, all granted but one that is carried over.
func full(t *testing.T, name string, year int, n int64) *annual.Report {
	t.Helper()
	f, err := annual.FormFor(year)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, name, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	set := func(id string, n int64) {
		if !r.Set(id, annual.Num(n)) {
			t.Fatalf("no cell %s", id)
		}
	}
	for _, col := range []string{"natural", "total"} {
		set("t3.new."+col, n)
		set("t3.granted."+col, n-2)
		set("t3.deny_internal."+col, 1)
		set("t3.result_total."+col, n-1)
		set("t3.carried_out."+col, 1)
	}
	set("t4.review.upheld", 1)
	set("t4.review.total", 1)
	set("t2.normative.made", 3)
	r.Title = name + "政府信息公开工作年度报告（" + law.Day(year, 1, 1).Chinese()[:4] + "）"
	r.Chapters[0] = "　　本机关认真做好政府信息公开工作。全年新收申请" + annual.Num(n).Format(annual.Count) + "件。\n（一）主动公开\n及时发布各类信息。"
	r.Chapters[4] = "　　存在的问题：栏目更新不够及时。改进情况：已明确专人负责。"
	r.Chapters[5] = "　　本年度未收取信息处理费。"
	r.Signature, r.Dated, r.Published = name, law.Day(year+1, 1, 15), law.Day(year+1, 1, 20)
	return r
}

func file(t *testing.T, st *store.Store, o org.Organ, r *annual.Report, findings ...annual.Finding) {
	t.Helper()
	if _, err := st.SaveReport(context.Background(), store.Filed{Organ: o.ID, Year: r.Year, Report: r, Findings: findings, Published: r.Published}); err != nil {
		t.Fatal(err)
	}
}

func newCounty(t *testing.T) *county {
	t.Helper()
	secret, _, err := translog.NewKey("xxgk.example.gov.cn/log")
	if err != nil {
		t.Fatal(err)
	}
	key, err := translog.ParseKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"), store.Options{Signer: key})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	return countyOn(t, st)
}

// countyOn fills an empty store.
func countyOn(t *testing.T, st *store.Store) *county {
	t.Helper()
	c := &county{store: st}
	c.gov = organ(t, st, org.Organ{Code: "11341500MB0A", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	c.edu = organ(t, st, org.Organ{Code: "11341500MB0B", Name: "云岭县教育局", Kind: org.Department, Level: org.County, Parent: c.gov.ID})
	c.qs = organ(t, st, org.Organ{Code: "11341500MB0C", Name: "青石镇人民政府", Kind: org.Town, Level: org.Township, Parent: c.gov.ID})
	c.bs = organ(t, st, org.Organ{Code: "11341500MB0D", Name: "白水乡人民政府", Kind: org.Town, Level: org.Township, Parent: c.gov.ID})
	for y := 2019; y <= 2025; y++ {
		r := full(t, c.qs.Name, y, int64(10+y-2019))
		r.Repairs = []annual.Repair{{Code: "LABEL-MISPRINT", Was: "住房举报", ReadAs: "信访举报"}}
		file(t, st, c.qs, r, annual.Finding{Code: "T3-BALANCE", Level: annual.Error, Cells: []string{"t3.new.total"}, Message: "内部核对意见"})
	}
	for y := 2024; y <= 2025; y++ {
		file(t, st, c.gov, full(t, c.gov.Name, y, 100))
		file(t, st, c.edu, full(t, c.edu.Name, y, 40))
	}
	file(t, st, c.bs, full(t, c.bs.Name, 2024, 7))
	c.cfg = &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 2, 1) },
		Now: func() time.Time { return time.Date(2026, 2, 1, 9, 0, 0, 0, law.Beijing) },
		Log: slog.New(slog.NewTextHandler(testLog{t}, nil))}
	c.handler = New(c.cfg, st, page.Link{Text: "打开核对工作台", Href: "/desk"}).Handler()
	return c
}

type testLog struct{ t *testing.T }

func (l testLog) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

func (c *county) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	res := w.Result()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

// see asks for a page that has to exist.
func (c *county) see(t *testing.T, path string) *html.Node {
	t.Helper()
	res, b := c.get(t, path)
	if res.StatusCode != 200 {
		t.Fatalf("%s: status %d: %s", path, res.StatusCode, b)
	}
	doc, err := html.Parse(strings.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func text(n *html.Node) string {
	var b strings.Builder
	if n.Type == html.TextNode {
		b.WriteString(n.Data)
	}
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.TrimSpace(b.String())
}

func byTag(n *html.Node, tag string) []*html.Node {
	var out []*html.Node
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == tag {
			out = append(out, d)
		}
	}
	return out
}

func byID(n *html.Node, id string) *html.Node {
	for d := range n.Descendants() {
		if attr(d, "id") == id {
			return d
		}
	}
	return nil
}
