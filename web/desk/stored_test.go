package desk

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"gongkai/internal/browsing"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// stocked is a desk on a store with two years of one town, the newer wrong.
func stocked(t testing.TB) *httptest.Server {
	t.Helper()
	ctx := t.Context()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	o, err := st.SaveOrgan(ctx, org.Organ{Code: "YL-01", Name: "云岭县青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		t.Fatal(err)
	}
	for _, year := range []int{2024, 2025} {
		r := sample(o.Name)
		r.Year = year
		if year == 2025 {
			r.Set("t3.result_total.natural", annual.Num(8))
		}
		src := []byte(docx(t, r))
		if _, err := st.SaveReport(ctx, store.Filed{Organ: o.ID, Year: year, Report: r, Findings: annual.Check(r, nil), FileName: "青石镇.docx", Source: src, Published: law.Day(2026, 1, 10)}); err != nil {
			t.Fatal(err)
		}
	}
	return served(t, st)
}

func served(t testing.TB, st *store.Store) *httptest.Server {
	t.Helper()
	cfg := &page.Config{County: "云岭县", Checking: true, Nav: Nav(), Today: func() law.Date { return law.Day(2026, 1, 12) }, Now: time.Now}
	d, err := New(cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	d.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	return s
}

func TestStoredReportsShowFindingsToCheckers(t *testing.T) {
	s := stocked(t)
	code, body, _ := get(t, s.URL+"/desk/reports?year=2025")
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "云岭县青石镇人民政府", "/desk/reports/YL-01/2025")
	_, body, _ = get(t, s.URL+"/desk/reports?year=2025&only=clean")
	lacks(t, body, "/desk/reports/YL-01/2025")
	code, body, _ = get(t, s.URL+"/desk/reports/YL-01/2025")
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "T3-RESULT-SUM", `class="n bad"`, "在库第 1 版", `id="source"`, "下载")
	for path, want := range map[string]int{"/desk/reports/YL-99/2025": 404, "/desk/reports/YL-01/1999": 404, "/desk/reports/YL-01/x": 404, "/desk/reports?year=x": 400, "/desk/reports?after=%00": 400} {
		if code, _, _ := get(t, s.URL+path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

// An officer sees the reports of his own organ and of those below it, and no
// other address tells him more.
func TestOfficersSeeTheReportsTheyReach(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	top, err := st.SaveOrgan(ctx, org.Organ{Code: "C", Name: "云岭县人民政府", Kind: org.Government})
	if err != nil {
		t.Fatal(err)
	}
	var towns []org.Organ
	for _, n := range []string{"青石镇", "白鹿镇"} {
		o, err := st.SaveOrgan(ctx, org.Organ{Code: n, Name: "云岭县" + n + "人民政府", Kind: org.Town, Parent: top.ID})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2025, Report: sample(o.Name)}); err != nil {
			t.Fatal(err)
		}
		towns = append(towns, o)
	}
	var viewer org.Viewer
	cfg := &page.Config{County: "云岭县", Nav: Nav(), Today: func() law.Date { return law.Day(2026, 1, 12) }, Now: time.Now,
		Visit: func(*http.Request) (page.Visit, error) { return page.Visit{Viewer: viewer}, nil }}
	d, err := New(cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	d.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	defer s.Close()
	as := func(o org.Organ, r org.Role) {
		viewer = org.Viewer{Person: 1, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: r}}}
	}
	as(towns[0], org.Drafter)
	_, body, _ := get(t, s.URL+"/desk/reports?year=2025")
	wants(t, body, "青石镇")
	lacks(t, body, "白鹿镇")
	if code, _, _ := get(t, s.URL+"/desk/reports/"+url.PathEscape("白鹿镇")+"/2025"); code != 404 {
		t.Errorf("the neighbour's report answers %d", code)
	}
	as(top, org.Supervisor)
	_, body, _ = get(t, s.URL+"/desk/reports?year=2025")
	wants(t, body, "青石镇", "白鹿镇")
	as(top, org.SystemAdmin)
	if code, _, _ := get(t, s.URL+"/desk/reports?year=2025"); code != 403 {
		t.Errorf("who keeps the system reads reports: %d", code)
	}
}

// Many towns have no code; their reports open all the same. A figure that a
// report does not state is shown as not stated.
func TestStoredReportsOfOrgansWithoutCode(t *testing.T) {
	ctx := t.Context()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	o, err := st.SaveOrgan(ctx, org.Organ{Name: "云岭县白石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		t.Fatal(err)
	}
	r := sample(o.Name)
	r.Set("t3.new.total", annual.Value{})
	if _, err := st.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2025, Report: r}); err != nil {
		t.Fatal(err)
	}
	s := served(t, st)
	_, body, _ := get(t, s.URL+"/desk/reports?year=2025")
	wants(t, body, "未填")
	_, href, _ := strings.Cut(body, `href="/desk/reports/~`)
	href, _, _ = strings.Cut(href, `"`)
	if code, body, _ := get(t, s.URL+"/desk/reports/~"+href); code != 200 || !strings.Contains(body, o.Name) {
		t.Errorf("the list leads to ~%s, which answers %d", href, code)
	}
	for _, bad := range []string{"~", "~x", "~99999999999999999999", "~9"} {
		if code, _, _ := get(t, s.URL+"/desk/reports/"+bad+"/2025"); code != 404 {
			t.Errorf("%s answers %d", bad, code)
		}
	}
}

// A database that fails is the program's fault: a page that says so, with a
// number for the administrator and nothing of the inside.
func TestAFailedDatabaseIsAPageWithANumber(t *testing.T) {
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := served(t, st)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	code, body, _ := get(t, s.URL+"/desk/reports")
	if code != 500 {
		t.Errorf("answers %d", code)
	}
	wants(t, body, "程序出了问题", "不是您的操作有误", "问题编号", "返回首页")
	lacks(t, body, "sql", "closed", "store:")
	if os.Getenv("DESK_SHOTS") != "" {
		ctx := browsing.Open(t, 2*time.Minute)
		browsing.Do(t, ctx, chromedp.Navigate(s.URL+"/desk/reports"))
		shoot(t, ctx, "failed")
	}
}

func TestTheStoreKnowsLastYear(t *testing.T) {
	s := stocked(t)
	_, body, _ := get(t, s.URL+"/fill?year=2025&organ="+"云岭县青石镇人民政府")
	wants(t, body, "正在对照：云岭县青石镇人民政府 2024 年度", `<small class="beside">5</small>`)
	r := sample("云岭县青石镇人民政府") // carried in 0, last year carried out 1
	_, body, _ = post(t, s.URL+"/check", part{"files", "a.gongkai.json", string(machine(t, r))})
	wants(t, body, "T3-CARRY-YEAR")
}
