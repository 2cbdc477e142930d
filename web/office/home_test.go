package office

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// desk is an office over a store with a county and two towns; who asks is set by
// as.
type desk struct {
	*Office
	t       testing.TB
	organs  []org.Organ
	handler http.Handler
	viewer  org.Viewer
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	now := func() time.Time { return time.Date(2026, 1, 12, 9, 0, 0, 0, law.Beijing) }
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Now: now, Secret: bytes.Repeat([]byte{7}, store.SecretSize)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	d := &desk{t: t}
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 1, 12) }, Now: now, Desk: Nav(),
		Visit: func(*http.Request) (page.Visit, error) {
			return page.Visit{Viewer: d.viewer, Session: 1, Sure: true, Address: "192.0.2.1"}, nil
		}}
	if d.Office, err = New(cfg, s); err != nil {
		t.Fatal(err)
	}
	top, err := s.SaveOrgan(t.Context(), org.Organ{Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	if err != nil {
		t.Fatal(err)
	}
	d.organs = []org.Organ{top}
	for i, n := range []string{"青石镇人民政府", "白杨镇人民政府"} {
		o, err := s.SaveOrgan(t.Context(), org.Organ{Code: fmt.Sprint("T", i), Name: n, Kind: org.Town, Level: org.Township, Parent: top.ID})
		if err != nil {
			t.Fatal(err)
		}
		d.organs = append(d.organs, o)
	}
	mux := http.NewServeMux()
	d.Install(mux)
	d.handler = cfg.Guard(mux)
	return d
}

// as makes somebody with these roles at an organ ask from now on.
func (d *desk) as(person int64, organ int, roles ...org.Role) {
	o := d.organs[organ]
	d.viewer = org.Viewer{Person: person, Name: fmt.Sprintf("经办%d", person), Organ: o.ID}
	for _, r := range roles {
		d.viewer.Posts = append(d.viewer.Posts, org.Post{Person: person, Organ: o.ID, Path: o.Path, Role: r})
	}
}

func (d *desk) get(path string) (int, string) {
	d.t.Helper()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

// post sends a form as the page before has it: every hidden field of the page is
// sent along.
func (d *desk) post(path string, page string, form url.Values) *httptest.ResponseRecorder {
	d.t.Helper()
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if !form.Has(m[1]) {
			form.Set(m[1], m[2])
		}
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// follow is where an answer leads, without the word of what was done.
func follow(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusSeeOther {
		t.Fatalf("answered %d: %s", w.Code, saying(w.Body.String()))
	}
	to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return to
}

var tags = regexp.MustCompile(`<[^>]*>|\s+`)

// saying is what a page says.
func saying(page string) string {
	if _, main, ok := strings.Cut(page, "<main"); ok {
		page = main
	}
	return strings.TrimSpace(tags.ReplaceAllString(page, " "))
}

func says(t testing.TB, page string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q:\n%.600s", w, saying(page))
		}
	}
}

// Every template of the desk fits its page.
func TestTemplatesFitTheirPages(t *testing.T) {
	for name, c := range map[string]struct {
		tmpl *page.Template
		p    page.Page
	}{
		"home": {homeTemplate, homePage{}}, "tasks": {tasksTemplate, tasksPage{}}, "task": {taskTemplate, taskPage{}}, "task form": {taskFormTemplate, taskFormPage{}},
		"approvals": {approvalsTemplate, approvalsPage{}}, "approval": {approvalTemplate, approvalPage{}}, "approval form": {approvalFormTemplate, approvalFormPage{}},
		"sheet": {sheetTemplate, sheetPage{}}, "search": {searchTemplate, searchPage{}}, "settings": {settingsTemplate, settingsPage{}},
		"calendar": {calendarTemplate, calendarShow{}}, "style": {styleTemplate, stylePage{}},
	} {
		if err := c.tmpl.Check(c.p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A task goes from the office to a town's clerk and back, and each sees what is
// to be done by when.
func TestTaskFromOfficeToTown(t *testing.T) {
	d := newDesk(t)
	d.as(1, 0, org.Office)
	_, form := d.get("/desk/tasks/new?organ=" + fmt.Sprint(d.organs[1].ID))
	says(t, form, "青石镇人民政府", "经办岗位")
	to := url.Values{"organ": {fmt.Sprint(d.organs[1].ID)}, "to": {"role:drafter"}, "title": {"改正表三合计"}, "due": {"2026-01-10"}, "do": {"give"}}
	if w := d.post("/desk/tasks/new", form, to); w.Code != 422 || !strings.Contains(w.Body.String(), "已经过去") || !strings.Contains(w.Body.String(), "改正表三合计") {
		t.Errorf("a limit in the past: %d %s", w.Code, saying(w.Body.String()))
	}
	to.Set("due", "2026-01-15")
	w := d.post("/desk/tasks/new", form, to)
	at := follow(t, w)
	if again := d.post("/desk/tasks/new", form, to); follow(t, again) != at || !strings.Contains(again.Header().Get("Location"), "again") {
		t.Error("a double click gave a second task")
	}
	d.as(2, 2, org.Drafter)
	if code, _ := d.get(at); code != 404 {
		t.Errorf("the neighbour sees it: %d", code)
	}
	d.as(3, 1, org.Drafter)
	_, home := d.get("/desk")
	says(t, home, "改正表三合计", "还剩 3 个工作日", "接办")
	_, p := d.get(at)
	follow(t, d.post(at, p, url.Values{"do": {"take"}}))
	if w := d.post(at, p, url.Values{"do": {"take"}, "key": {"other"}}); w.Code != 409 || !strings.Contains(w.Body.String(), "别人已经改动") {
		t.Errorf("a stale page: %d", w.Code)
	}
	_, p = d.get(at)
	if w := d.post(at, p, url.Values{"do": {"finish"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "请写一句办理情况") {
		t.Errorf("ended without a word: %d", w.Code)
	}
	follow(t, d.post(at, p, url.Values{"do": {"finish"}, "answer": {"已改为 27"}}))
	d.as(1, 0, org.Office)
	_, home = d.get("/desk")
	says(t, home, "所辖机关", "青石镇人民政府", "白杨镇人民政府", "<dd>2</dd>")
	_, p = d.get(at + "?done=finished")
	says(t, p, "已办结", "已改为 27", "任务已办结。")
}

// A matter goes through review and signature; nobody signs his own, and paper is
// entered with its signer.
func TestApprovalOnScreenAndOnPaper(t *testing.T) {
	d := newDesk(t)
	d.as(1, 1, org.Drafter, org.Signer)
	_, form := d.get("/desk/approvals/new")
	says(t, form, "审核、签发")
	ask := url.Values{"organ": {fmt.Sprint(d.organs[1].ID)}, "title": {"公开三季度低保名单"}, "facts": {"依据：条例第二十条\n内容：低保名单\n共 12 户"}, "steps": {"审核、发布"}}
	if w := d.post("/desk/approvals/new", form, ask); w.Code != 422 || !strings.Contains(w.Body.String(), "“发布”不是能审批的岗位") {
		t.Errorf("a chain with a role that approves nothing: %d", w.Code)
	}
	ask.Set("steps", "审核、签发")
	at := follow(t, d.post("/desk/approvals/new", form, ask))
	_, p := d.get(at)
	says(t, p, "不能由您自己审批", "共 12 户")
	if w := d.post(at, p, url.Values{"do": {"yes"}}); w.Code != 422 {
		t.Errorf("approved his own: %d", w.Code)
	}
	d.as(2, 1, org.Reviewer)
	_, home := d.get("/desk")
	says(t, home, "审批：公开三季度低保名单")
	_, p = d.get(at)
	follow(t, d.post(at, p, url.Values{"do": {"yes"}, "opinion": {"已核"}}))
	d.as(1, 1, org.Drafter, org.Signer)
	_, sheet := d.get(at + "/sheet")
	says(t, sheet, "审核意见", "已核", "签发意见", "签字：")
	_, p = d.get(at)
	if w := d.post(at, p, url.Values{"do": {"paper_yes"}, "signer": {"某领导"}, "on": {"2026-01-13"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "不能晚于今天") {
		t.Errorf("signed tomorrow: %d", w.Code)
	}
	if w := d.sendScan(at, p, map[string]string{"do": "paper_yes", "signer": "某领导", "on": "2026-01-12"}, "scan", "审批单.exe", []byte("MZ nothing to see")); w.Code != 422 || !strings.Contains(w.Body.String(), "PDF、JPG 或 PNG") {
		t.Errorf("a program as scan: %d %s", w.Code, saying(w.Body.String()))
	}
	png := "\x89PNG\r\n\x1a\n" + strings.Repeat("a picture of paper", 99)
	follow(t, d.sendScan(at, p, map[string]string{"do": "paper_yes", "signer": "某领导", "on": "2026-01-12", "key": "k2"}, "scan", "审批单.png", []byte(png)))
	_, p = d.get(at)
	says(t, p, "已同意", "某领导", "纸质签字", at+"/scan/1")
	if code, scan := d.get(at + "/scan/1"); code != 200 || scan != png {
		t.Errorf("the scan comes back as %d, %d bytes", code, len(scan))
	}
	d.as(9, 2, org.Reviewer)
	if code, _ := d.get(at + "/scan/1"); code != 404 {
		t.Errorf("the neighbour sees the scan: %d", code)
	}
}

// sendScan sends a form with a file.
func (d *desk) sendScan(path, page string, form map[string]string, field, name string, data []byte) *httptest.ResponseRecorder {
	d.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, x := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if _, ok := form[x[1]]; !ok {
			form[x[1]] = x[2]
		}
	}
	for k, v := range form {
		_ = m.WriteField(k, v) // into memory
	}
	f, err := m.CreateFormFile(field, name)
	if err != nil {
		d.t.Fatal(err)
	}
	_, _ = f.Write(data)
	m.Close()
	r := httptest.NewRequest(http.MethodPost, path, &b)
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	return w
}

// The box at the top finds organs, people's work and reports, and nothing that
// the viewer may not see.
func TestSearchFindsWhatTheViewerMaySee(t *testing.T) {
	d := newDesk(t)
	d.as(1, 0, org.Office)
	_, p := d.get("/desk/search?q=" + url.QueryEscape("青石"))
	says(t, p, "青石镇人民政府", fmt.Sprintf("/desk/organs/%d", d.organs[1].ID))
	d.as(2, 2, org.Drafter)
	_, p = d.get("/desk/search?q=" + url.QueryEscape("青石"))
	if strings.Contains(p, "青石镇人民政府") {
		t.Error("a town finds its neighbour")
	}
	says(t, p, "没有找到")
}

// What an organ decides is kept with its history; what cannot be is said at the
// field; what somebody else changed meanwhile is not overwritten.
func TestSettings(t *testing.T) {
	d := newDesk(t)
	d.as(1, 1, org.Head)
	_, p := d.get("/desk/settings")
	says(t, p, "退回修改的期限", "审批环节")
	if w := d.post("/desk/settings", p, url.Values{org.ReturnDays: {"99"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "1至20") || !strings.Contains(w.Body.String(), `value="99"`) {
		t.Errorf("99 working days: %d", w.Code)
	}
	follow(t, d.post("/desk/settings", p, url.Values{org.ReturnDays: {"7"}}))
	if w := d.post("/desk/settings", p, url.Values{org.ReturnDays: {"8"}, "key": {"other"}}); w.Code != 409 {
		t.Errorf("a stale page: %d", w.Code)
	}
	if w := d.post("/desk/settings", p, url.Values{"organ": {fmt.Sprint(d.organs[2].ID)}, org.ReturnDays: {"7"}, "key": {"third"}}); w.Code < 400 {
		t.Errorf("changed the neighbour's: %d", w.Code)
	}
	d.as(2, 1, org.Drafter)
	if code, _ := d.get("/desk/settings"); code != 403 {
		t.Errorf("a drafter opens the settings: %d", code)
	}
}

// A notice is shown with what it changes before it is taken over, and then every
// limit counts by it.
func TestNextYearsNoticeIsPreviewed(t *testing.T) {
	d := newDesk(t)
	d.as(1, 0, org.SystemAdmin)
	_, p := d.get("/desk/settings/calendar")
	table := "year 2027\nnotice https://www.example.gov.cn/2027\noff 元旦 01-01..01-03\non 元旦 01-09\n"
	if w := d.post("/desk/settings/calendar", p, url.Values{"table": {"year 2030\n"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "没有读懂") {
		t.Errorf("a notice of 2030: %d", w.Code)
	}
	w := d.post("/desk/settings/calendar", p, url.Values{"table": {table}, "do": {"preview"}})
	says(t, w.Body.String(), "2027年1月1日", "2027年1月9日", "确认录入")
	follow(t, d.post("/desk/settings/calendar", w.Body.String(), url.Values{"table": {table}, "do": {"save"}}))
	_, p = d.get("/desk/settings/calendar")
	says(t, p, "已知到 2027年12月31日")
}

// Days are counted as the law does: today not, weekends not, make-up days yes.
func TestTraceCountsAsTheLawDoes(t *testing.T) {
	c, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	l := page.LimitOf(c, law.Day(2026, 9, 30), law.Day(2026, 11, 3), "", 3)
	if l.Tag.Text != "还剩 20 个工作日" || l.Provisional {
		t.Errorf("%+v", l.Tag)
	}
	var words []string
	for _, x := range l.Trace {
		words = append(words, x.Day+" "+x.Word+" "+x.Text)
	}
	all := strings.Join(words, "\n")
	says(t, all, "09-30 周三 今天", "国庆节", "10-10 周六 第 3 日", "调休上班，计入", "第 19—20 日")
	if late := page.LimitOf(c, law.Day(2026, 1, 12), law.Day(2026, 1, 8), "", 3); late.Tag.Text != "已逾期 2 个工作日" {
		t.Errorf("%+v", late.Tag)
	}
}
