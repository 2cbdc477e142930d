package desk

import (
	"context"
	"fmt"
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
	"gongkai/store"
	"gongkai/web/page"
)

// A filingDesk is the desk on a county with two towns. Who asks is in visit.
type filingDesk struct {
	t     testing.TB
	st    *store.Store
	url   string
	visit page.Visit
	day   law.Date
	top   org.Organ
	town  org.Organ
	next  org.Organ // the neighbour
	keys  int
	who   map[string]int64
}

func newFilingDesk(t testing.TB) *filingDesk {
	t.Helper()
	x := &filingDesk{t: t, day: law.Day(2026, 1, 12)}
	now := func() time.Time {
		return time.Date(x.day.Year, time.Month(x.day.Month), x.day.Day, 9, 0, 0, 0, law.Beijing)
	}
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
	x.top = save(org.Organ{Code: "C0", Name: "云岭县人民政府", Short: "云岭县", Kind: org.Government, Level: org.County})
	x.town = save(org.Organ{Code: "T1", Name: "云岭县青石镇人民政府", Short: "青石镇", Kind: org.Town, Level: org.Township, Parent: x.top.ID})
	x.next = save(org.Organ{Code: "T2", Name: "云岭县白鹿镇人民政府", Short: "白鹿镇", Kind: org.Town, Level: org.Township, Parent: x.top.ID})
	x.who = map[string]int64{}
	for _, n := range []string{"何晓禾", "梁仲平", "苏立本", "林知远"} {
		done, err := x.st.SavePerson(t.Context(), store.By{Viewer: org.Program("测试")}, org.Person{Name: n, Organ: x.town.ID})
		if err != nil {
			t.Fatal(err)
		}
		x.who[n], _ = strconv.ParseInt(done.Answer, 10, 64)
	}
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return x.day }, Now: now, Desk: Entries(),
		Visit: func(*http.Request) (page.Visit, error) { return x.visit, nil }}
	d, err := New(cfg, x.st)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	cfg.Install(mux, cfg.Routes()...)
	d.Install(mux)
	s := httptest.NewServer(cfg.Guard(mux))
	t.Cleanup(s.Close)
	x.url = s.URL
	return x
}

// as lets somebody with one role at an organ ask.
func (x *filingDesk) as(person int64, name string, r org.Role, at org.Organ) store.By {
	v := org.Viewer{Person: person, Name: name, Organ: at.ID, Posts: []org.Post{{Person: person, Organ: at.ID, Path: at.Path, Role: r}}}
	x.visit = page.Visit{Viewer: v, Session: person, Sure: true}
	return store.By{Viewer: v}
}

func (x *filingDesk) clerk() store.By {
	return x.as(x.who["何晓禾"], "何晓禾", org.Drafter, x.town)
}
func (x *filingDesk) other() store.By {
	return x.as(x.who["梁仲平"], "梁仲平", org.Drafter, x.town)
}
func (x *filingDesk) sends() store.By {
	return x.as(x.who["苏立本"], "苏立本", org.Publisher, x.town)
}
func (x *filingDesk) office() store.By {
	return x.as(x.who["林知远"], "林知远", org.Office, x.top)
}

func (x *filingDesk) path(s string) string { return filingPath(x.town.ID, 2025) + s }

func (x *filingDesk) get(path string) (int, string) {
	x.t.Helper()
	code, body, _ := get(x.t, x.url+path)
	return code, body
}

// send posts a form as a browser does, following where it leads.
func (x *filingDesk) send(path string, fields map[string]string) (int, string) {
	x.t.Helper()
	x.keys++
	parts := []part{{field: "key", text: fmt.Sprint("k", x.keys)}}
	for k, v := range fields {
		parts = append(parts, part{field: k, text: v})
	}
	code, body, _ := post(x.t, x.url+path, parts...)
	return code, body
}

// plain posts a form that brings no file.
func (x *filingDesk) plain(path string, fields map[string]string) (int, string) {
	x.t.Helper()
	x.keys++
	v := url.Values{"key": {fmt.Sprint("p", x.keys)}}
	for k, s := range fields {
		v.Set(k, s)
	}
	resp, err := http.PostForm(x.url+path, v)
	if err != nil {
		x.t.Fatal(err)
	}
	code, body, _ := answer(x.t, resp)
	return code, body
}

func (x *filingDesk) file(by store.By) *store.FilingFile {
	x.t.Helper()
	f, err := x.st.Filing(x.t.Context(), by.Viewer, x.town.ID, 2025)
	if err != nil {
		x.t.Fatal(err)
	}
	return f
}

// typed is the filling page as a clerk sends it: the sample report with changes.
func (x *filingDesk) typed(f *store.FilingFile, change map[string]string) map[string]string {
	dr := draftOf(sample(x.town.Name))
	out := map[string]string{"version": fmt.Sprint(f.Version), "content": fmt.Sprint(f.Content), "do": "save"}
	if f.Report != nil {
		was, err := bare(f.Report)
		if err != nil {
			x.t.Fatal(err)
		}
		out["was"] = was
		dr = draftOf(f.Report)
	}
	for _, p := range places(dr.Form) {
		out[p.name] = p.get(dr)
	}
	for k, v := range change {
		out[k] = v
	}
	return out
}

// begin lets the clerk save the sample report with changes.
func (x *filingDesk) begin(change map[string]string) {
	x.t.Helper()
	f := x.file(x.clerk())
	if code, body := x.send(x.path("/fill"), x.typed(f, change)); code != 200 || !strings.Contains(body, "已保存") {
		x.t.Fatalf("saving answers %d", code)
	}
}

func (x *filingDesk) version(by store.By) string { return strconv.FormatInt(x.file(by).Version, 10) }

// submit hands the report in as the clerk.
func (x *filingDesk) submit(more map[string]string) (int, string) {
	x.t.Helper()
	fields := map[string]string{"version": x.version(x.clerk()), "do": "submit"}
	for k, v := range more {
		fields[k] = v
	}
	return x.send(x.path("/submit"), fields)
}

// office does a verb of the office straight in the store.
func (x *filingDesk) reviewed(kind string, verb store.FilingVerb) {
	x.t.Helper()
	by := x.office()
	f := x.file(by)
	if _, err := x.st.WithFiling(x.t.Context(), by, x.town.ID, 2025, f.Version, kind, verb); err != nil {
		x.t.Fatal(err)
	}
}

func TestFilingTemplatesFitTheirPages(t *testing.T) {
	for name, err := range map[string]error{
		"filings": filingsTemplate.Check(filingsPage{}), "filing": filingTemplate.Check(filingPage{}), "correct": correctTemplate.Check(correctPage{}),
		"fill": filingFillTemplate.Check(filingFillPage{}), "conflict": filingConflictTemplate.Check(filingConflictPage{}), "upload": filingUploadTemplate.Check(filingUploadPage{}),
		"confirm": filingConfirmTemplate.Check(filingConfirmPage{}), "versions": filingVersionsTemplate.Check(filingVersionsPage{}),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two people of a town, one who writes and one who publishes, take a report from
// nothing to the public.
func TestATownFilesItsReport(t *testing.T) {
	x := newFilingDesk(t)
	x.clerk()
	code, body := x.get("/desk/filing")
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "青石镇人民政府", "2025年度报告", "未填写", "开始填写", x.path("/fill"))
	lacks(t, body, "白鹿镇")
	x.begin(nil)
	_, body = x.get(x.path(""))
	wants(t, body, "草稿", "报送", "核对没有发现错误")
	lacks(t, body, `>发布</button>`)
	code, body = x.submit(nil)
	if code != 200 {
		t.Fatalf("submitting answers %d", code)
	}
	wants(t, body, "已报送，等主管部门审核", "撤回报送", "2026-01-12")
	lacks(t, body, `href="`+x.path("/fill")+`"`)
	x.reviewed(act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(f.Findings, on) })
	x.clerk()
	_, body = x.get(x.path(""))
	wants(t, body, "审核通过")
	lacks(t, body, `>发布</button>`) // who writes does not publish
	if code, _ := x.plain(x.path("/publish"), map[string]string{"version": x.version(x.clerk())}); code != http.StatusForbidden {
		t.Errorf("a drafter publishes: %d", code)
	}
	x.sends()
	_, body = x.get(x.path(""))
	wants(t, body, `>发布</button>`)
	code, body = x.plain(x.path("/publish"), map[string]string{"version": x.version(x.sends())})
	if code != 200 {
		t.Fatalf("publishing answers %d", code)
	}
	wants(t, body, "已发布。", "更正")
	filed, err := x.st.Report(context.Background(), x.town.ID, 2025)
	if err != nil || filed.Published != x.day || filed.Report.Get("t3.new.total").N != 5 {
		t.Errorf("the public reads %+v, %v", filed.Published, err)
	}
}
