package desk

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// instance is a site of its own, asked by whoever is set in as.
type instance struct {
	t      *testing.T
	store  *store.Store
	as     org.Viewer
	server *httptest.Server
}

func newInstance(t *testing.T, log string) *instance {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 1, 12, 9, 0, 0, 0, law.Beijing) }
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKeyNamed(t, log), Now: now, Secret: storetest.Secret(3)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	x := &instance{t: t, store: st}
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 1, 12) }, Now: now, Desk: Entries(),
		Visit: func(*http.Request) (page.Visit, error) {
			return page.Visit{Viewer: x.as, Session: 1, Sure: true}, nil
		}}
	d, err := New(cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	d.Install(mux)
	x.server = httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(x.server.Close)
	return x
}

func (x *instance) organ(o org.Organ) org.Organ {
	x.t.Helper()
	o, err := x.store.SaveOrgan(x.t.Context(), o)
	if err != nil {
		x.t.Fatal(err)
	}
	return o
}

// ask sends a request as a browser would and follows where the answer leads.
func (x *instance) ask(method, path, kind string, body []byte) (int, string) {
	x.t.Helper()
	r, err := http.NewRequestWithContext(x.t.Context(), method, x.server.URL+path, bytes.NewReader(body))
	if err != nil {
		x.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	r.Header.Set("Origin", x.server.URL)
	res, err := x.server.Client().Do(r)
	if err != nil {
		x.t.Fatal(err)
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		x.t.Fatal(err)
	}
	return res.StatusCode, b.String()
}

func (x *instance) form(path string, pairs ...string) (int, string) {
	f := url.Values{"key": {page.NewKey()}}
	for i := 0; i < len(pairs); i += 2 {
		f.Set(pairs[i], pairs[i+1])
	}
	return x.ask(http.MethodPost, path, "application/x-www-form-urlencoded", []byte(f.Encode()))
}

// takes uploads a file on the page of packages.
func (x *instance) takes(file string) (int, string) {
	x.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("key", page.NewKey())
	_ = m.WriteField("year", "2025")
	w, err := m.CreateFormFile("file", "报送包.json")
	if err == nil {
		_, err = w.Write([]byte(file))
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		x.t.Fatal(err)
	}
	return x.ask(http.MethodPost, "/desk/packages/import", m.FormDataContentType(), b.Bytes())
}

func (x *instance) does(organ int64, kind string, verb store.FilingVerb) {
	x.t.Helper()
	f, err := x.store.Filing(x.t.Context(), x.as, organ, 2025)
	if err == nil {
		_, err = x.store.WithFiling(x.t.Context(), store.By{Viewer: x.as}, organ, 2025, f.Version, kind, verb)
	}
	if err != nil {
		x.t.Fatalf("%s: %v", kind, err)
	}
}

func person(id int64, o org.Organ, roles ...org.Role) org.Viewer {
	v := org.Viewer{Person: id, Name: "某某", Organ: o.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: id, Organ: o.ID, Path: o.Path, Role: r})
	}
	return v
}

// Two sites that cannot reach each other: the town's report goes up as a file,
// is returned, goes up again, is accepted and published, all on the pages.
func TestReportGoesFromSiteToSiteByFiles(t *testing.T) {
	below, above := newInstance(t, "town.example"), newInstance(t, "county.example")
	town := below.organ(org.Organ{Code: "T1", Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	county := above.organ(org.Organ{Code: "C1", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	same := above.organ(org.Organ{Code: "T1", Name: "青石镇人民政府", Kind: org.Town, Level: org.Township, Parent: county.ID})
	below.as, above.as = person(11, town, org.Head), person(21, county, org.Office)
	good := func(want string) func(int, string) string {
		return func(code int, b string) string {
			t.Helper()
			if code != http.StatusOK || !strings.Contains(b, want) {
				t.Fatalf("answered %d without %q:\n%.1500s", code, want, b)
			}
			return b
		}
	}
	bad := func(want string) func(int, string) {
		return func(code int, b string) {
			t.Helper()
			if code != http.StatusUnprocessableEntity || !strings.Contains(b, want) {
				t.Fatalf("answered %d without %q:\n%.1500s", code, want, b)
			}
		}
	}
	state := func(x *instance, organ int64, want reporting.FilingState) {
		t.Helper()
		if f, err := x.store.Filing(t.Context(), x.as, organ, 2025); err != nil || f.State != want {
			t.Errorf("it is %s, want %s (%v)", f.State, want, err)
		}
	}
	sent := func() string {
		t.Helper()
		return good(`"form":"` + reporting.PackageForm + `"`)(below.form("/desk/packages/out", "organ", strconv.FormatInt(town.ID, 10), "year", "2025"))
	}
	answered := func() string {
		t.Helper()
		return good(`"form":"` + reporting.AnswerForm + `"`)(above.form("/desk/packages/answer", "organ", strconv.FormatInt(same.ID, 10), "year", "2025"))
	}

	bad("还没有报送")(below.form("/desk/packages/out", "organ", strconv.FormatInt(town.ID, 10), "year", "2025"))
	below.does(town.ID, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error { f.Report = sample(town.Name); return nil })
	below.does(town.ID, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(nil, on) })
	first := sent()

	bad("没有登记为互联单位")(above.takes(first))
	good("town.example")(above.form("/desk/packages/peers", "title", "青石镇", "verifier", below.store.LogKeys().Text(), "sends", "1", "organs", "青石镇人民政府"))
	good("county.example")(below.form("/desk/packages/peers", "title", "云岭县", "verifier", above.store.LogKeys().Text(), "decides", "1", "organs", "T1"))
	bad("没有找到您管理的机关")(above.form("/desk/packages/peers", "title", "某镇", "verifier", storetest.LogKey(t).Verifier, "sends", "1", "organs", "不存在的机关"))

	bad("签名与")(above.takes(strings.Replace(first, "2026-01-12", "2026-01-02", 1)))
	bad("格式不对")(above.takes("PK\x03\x04"))
	good("报送包已导入")(above.takes(first))
	good("导入过，没有变化")(above.takes(first))
	state(above, same.ID, reporting.FilingSubmitted)

	above.does(same.ID, act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Text: "请补充改进情况"}})
	})
	back := answered()
	bad("没有登记为互联单位")(above.takes(back))
	good("答复已导入")(below.takes(back))
	state(below, town.ID, reporting.FilingReturned)

	below.does(town.ID, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report.Chapters[4] = "补充：上年问题已整改。"
		return nil
	})
	below.does(town.ID, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(nil, on) })
	good("报送包已导入")(above.takes(sent()))
	bad("旧的报送包")(above.takes(first))
	above.does(same.ID, act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(nil, on) })
	good("答复已导入")(below.takes(answered()))
	good("导入过，没有变化")(below.takes(back))
	state(below, town.ID, reporting.FilingAccepted)
	below.does(town.ID, act.FilingPublished, func(f *store.FilingFile, on law.Date) error { return f.Publish(on) })
	good("报送包已导入")(above.takes(sent()))
	state(above, same.ID, reporting.FilingPublished)
	if r, err := above.store.Report(t.Context(), same.ID, 2025); err != nil || r.Report.Chapters[4] != "补充：上年问题已整改。" {
		t.Errorf("the county publishes %v, %v", r, err)
	}
	good("审核通过")(below.ask(http.MethodGet, "/desk/packages?year=2025", "", nil))
	good("青石镇人民政府")(above.ask(http.MethodGet, "/desk/packages?year=2025", "", nil))
	good("公钥末尾")(above.ask(http.MethodGet, "/desk/packages/peers", "", nil))

	// Once it is stopped nothing comes in any more, and a neighbour sees nothing.
	peers, err := above.store.Peers(t.Context(), above.as)
	if err != nil || len(peers) != 1 {
		t.Fatal(peers, err)
	}
	good("已停用")(above.form("/desk/packages/peers", "peer", strconv.FormatInt(peers[0].ID, 10), "version", strconv.FormatInt(peers[0].Version, 10), "title", "青石镇", "verifier", peers[0].Verifier, "sends", "1", "organs", "T1", "do", "stop"))
	bad("已停用")(above.takes(first))
	other := above.organ(org.Organ{Code: "T2", Name: "白水乡人民政府", Kind: org.Town, Level: org.Township, Parent: county.ID})
	above.as = person(31, other, org.Head)
	if _, b := above.ask(http.MethodGet, "/desk/packages?year=2025", "", nil); strings.Contains(b, "青石镇") {
		t.Error("a neighbour sees the town's packages")
	}
}

func TestPackageTemplatesFitTheirPages(t *testing.T) {
	if err := packagesTemplate.Check(packagesPage{}); err != nil {
		t.Error(err)
	}
	if err := peersTemplate.Check(peersPage{}); err != nil {
		t.Error(err)
	}
}
