package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// collectingCounty is a desk over a county with towns and bureaus; who asks is in viewer.
type collectingCounty struct {
	t       testing.TB
	store   *store.Store
	handler http.Handler
	cfg     *page.Config
	viewer  org.Viewer
	top     org.Organ
	other   org.Organ // another county
	organs  map[string]org.Organ
	today   law.Date
}

// newCounty has three towns, due on 20 January, and a bureau, due by statute.
func newCounty(t testing.TB) *collectingCounty {
	t.Helper()
	c := &collectingCounty{t: t, organs: map[string]org.Organ{}, today: law.Day(2026, 1, 22)}
	now := func() time.Time { return time.Date(2026, 1, c.today.Day, 9, 0, 0, 0, law.Beijing) }
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Now: now, Secret: bytes.Repeat([]byte{7}, store.SecretSize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	c.store = st
	save := func(o org.Organ) org.Organ {
		o, err := st.SaveOrgan(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	c.top = save(org.Organ{Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	c.other = save(org.Organ{Code: "D0", Name: "临江县人民政府", Kind: org.Government, Level: org.County})
	for _, n := range []string{"青石镇", "白鹿镇", "柳河镇"} {
		c.organs[n] = save(org.Organ{Code: n, Name: "云岭县" + n + "人民政府", Kind: org.Town, Level: org.Township, Parent: c.top.ID})
	}
	c.organs["民政局"] = save(org.Organ{Code: "B1", Name: "云岭县民政局", Kind: org.Department, Level: org.County, Parent: c.top.ID})
	c.cfg = &page.Config{County: "云岭县", Checking: true, Nav: Nav(), Today: func() law.Date { return c.today }, Now: now, Desk: Entries(),
		Visit: func(*http.Request) (page.Visit, error) {
			return page.Visit{Viewer: c.viewer, Session: 1, Sure: true, Address: "192.0.2.1"}, nil
		}}
	d, err := New(c.cfg, st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	d.Install(mux)
	c.handler = c.cfg.Guard(mux)
	c.as(900, c.top, org.Office)
	if _, err := st.SetFilingDue(t.Context(), store.By{Viewer: c.viewer}, store.FilingDue{Office: c.top.ID, Year: 2025, Kind: org.Town, Day: law.Day(2026, 1, 20), Basis: "云政办〔2026〕3号"}); err != nil {
		t.Fatal(err)
	}
	return c
}

// as makes somebody with a role at an organ ask from now on.
func (c *collectingCounty) as(person int64, at org.Organ, role org.Role) {
	c.viewer = org.Viewer{Person: person, Name: fmt.Sprintf("经办%d", person), Organ: at.ID, Posts: []org.Post{{Person: person, Organ: at.ID, Path: at.Path, Role: role}}}
}

func (c *collectingCounty) get(path string) (int, string) {
	c.t.Helper()
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func (c *collectingCounty) see(path string, words ...string) string {
	c.t.Helper()
	code, body := c.get(path)
	if code != http.StatusOK {
		c.t.Fatalf("%s answers %d:\n%s", path, code, clip(body, 600))
	}
	wants(c.t, body, words...)
	return body
}

func (c *collectingCounty) send(path string, v url.Values) *httptest.ResponseRecorder {
	c.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(v.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}

var keyField = regexp.MustCompile(`name="key" value="([^"]+)"`)

func keyOf(t testing.TB, body string) string {
	t.Helper()
	m := keyField.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("the page has no operation key")
	}
	return m[1]
}

// report puts a report into an organ's filing, as its own people would.
func (c *collectingCounty) report(name string, change func(r *annual.Report)) {
	c.t.Helper()
	o := c.organs[name]
	r := sample(o.Name)
	if change != nil {
		change(r)
	}
	f, err := c.store.Filing(c.t.Context(), org.Program("测试"), o.ID, 2025)
	if err != nil {
		c.t.Fatal(err)
	}
	findings := reporting.Judge(r, &annual.Context{Level: o.OrganLevel()})
	c.do(name, f.Version, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error {
		f.Report, f.Findings = r, findings
		return f.Edited()
	})
}

func (c *collectingCounty) do(name string, version int64, kind string, verb store.FilingVerb) {
	c.t.Helper()
	o := c.organs[name]
	by := store.By{Viewer: org.Viewer{Person: o.ID % 100_000, Name: name + "经办", Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}}
	if _, err := c.store.WithFiling(c.t.Context(), by, o.ID, 2025, version, kind, verb); err != nil {
		c.t.Fatalf("%s %s: %v", name, kind, err)
	}
}

// submit hands a report in on a day, its warnings explained.
func (c *collectingCounty) submit(name string, on law.Date) {
	c.t.Helper()
	f := c.filing(name)
	o := c.organs[name]
	by := store.By{On: on, Viewer: org.Viewer{Person: o.ID % 100_000, Name: name + "经办", Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}}
	version := f.Version
	_, warns := f.Filing.Open(f.Findings)
	if len(warns) > 0 {
		d, err := c.store.WithFiling(c.t.Context(), by, o.ID, 2025, version, act.FilingExplained, func(f *store.FilingFile, on law.Date) error {
			for _, x := range warns {
				if err := f.Explain(x, "已核对，情况属实", by.Viewer.Person, by.Viewer.Name, on); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			c.t.Fatal(err)
		}
		fmt.Sscan(d.Answer, &version)
	}
	if _, err := c.store.WithFiling(c.t.Context(), by, o.ID, 2025, version, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(f.Findings, on) }); err != nil {
		c.t.Fatalf("%s: %v", name, err)
	}
}

// receive hands in a report as it is, errors and all.
func (c *collectingCounty) receive(name string) {
	c.t.Helper()
	c.do(name, c.filing(name).Version, act.FilingSubmitted, receiveNow)
}

func receiveNow(f *store.FilingFile, on law.Date) error { return f.Receive(on) }

func (c *collectingCounty) filing(name string) *store.FilingFile {
	c.t.Helper()
	f, err := c.store.Filing(c.t.Context(), org.Program("测试"), c.organs[name].ID, 2025)
	if err != nil {
		c.t.Fatal(err)
	}
	return f
}

func (c *collectingCounty) href(name string) string { return reviewHref(c.organs[name].ID, 2025) }

func TestCollectingTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"collecting": collectingTemplate.Check(collectingPage{}), "outcomes": outcomesTemplate.Check(outcomesPage{}), "review": reviewTemplate.Check(reviewPage{}),
		"return": returnTemplate.Check(returnPage{}), "alike": alikeTemplate.Check(alikePage{}), "calendar": filingCalendarTemplate.Check(filingCalendarPage{}),
		"letter": letterTemplate.Check(letterPage{}), "enter": enterTemplate.Check(enterPage{}), "kit": kitStoreTemplate.Check(kitStorePage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// One page says who has not filed, who is late and what waits.
func TestOnePageSaysWhoFiledWhoIsLateAndWhatWaits(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	c.report("柳河镇", nil)
	c.submit("柳河镇", law.Day(2026, 1, 21))
	c.report("民政局", nil)
	body := c.see("/desk/collecting?year=2025", "应报 5 个机关", "<b>2</b> 待审核", "<b>2</b> 未填报", "<b>1</b> 填报中", "<b>2</b> 逾期", "逾期 2 天", "逾期 1 天", "云政办〔2026〕3号", "开始审核", c.href("青石镇"))
	if strings.Index(body, "<b>2</b> 待审核") > strings.Index(body, "<b>2</b> 未填报") {
		t.Error("what waits does not come first")
	}
	// Each figure leads to the organs it counts.
	body = c.see("/desk/collecting?year=2025&state=late", "白鹿镇", "柳河镇", "只列出：逾期")
	lacks(t, body[strings.Index(body, `id="list"`):], ">云岭县青石镇人民政府<", ">云岭县民政局<")
	body = c.see("/desk/collecting?year=2025&kind=department")
	lacks(t, body[strings.Index(body, `id="list"`):], ">云岭县青石镇人民政府<")
	body = c.see("/desk/collecting?year=2025&q=白鹿", "白鹿镇")
	lacks(t, body[strings.Index(body, `id="list"`):], ">云岭县青石镇人民政府<")
	c.see("/desk/collecting?year=2025&q=%E6%B2%A1%E6%9C%89%E8%BF%99%E4%B8%AA", "没有符合条件的机关")
	for path, want := range map[string]int{"/desk/collecting?year=x": 400, "/desk/collecting?after=%00": 400, "/desk/collecting?under=12345": 404} {
		if code, _ := c.get(path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

// store2024 publishes an organ's report of the year before.
func (c *collectingCounty) store2024(name string) {
	c.t.Helper()
	r := sample(c.organs[name].Name)
	r.Year = 2024
	r.Set("t2.licence.decisions", annual.Num(11))
	if _, err := c.store.SaveReport(c.t.Context(), store.Filed{Organ: c.organs[name].ID, Year: 2024, Report: r, Published: law.Day(2025, 1, 20)}); err != nil {
		c.t.Fatal(err)
	}
}
