package desk

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"gongkai/doc"
	"gongkai/ingest"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// wrong breaks a sum: the report has errors that only the organ can mend.
func wrong(r *annual.Report) { r.Set("t3.result_total.natural", annual.Num(8)) }

// letter reads a letter again with our own reader.
func letterText(t testing.TB, name, body string) string {
	t.Helper()
	d, err := ingest.File(t.Context(), name, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return docText(d)
}

func docText(d *doc.Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		if x.Para != nil {
			b.WriteString(x.Para.Text + "\n")
		}
		if x.Grid != nil {
			for _, c := range x.Grid.Cells {
				b.WriteString(c.Text + "|")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

// What is refused for one organ does not hold up the others, and the page says
// for each what became of it.
func TestBulkSaysForEachWhatBecameOfIt(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	c.report("柳河镇", wrong)
	c.receive("柳河镇")
	key := keyOf(t, c.see("/desk/collecting?year=2025"))
	form := url.Values{"key": {key}, "year": {"2025"}, "do": {"accept"}}
	for _, n := range []string{"青石镇", "柳河镇", "白鹿镇"} {
		form.Add("organ", strconv.FormatInt(c.organs[n].ID, 10))
	}
	form.Add("organ", strconv.FormatInt(c.other.ID, 10)) // another county's
	w := c.send("/desk/collecting", form)
	body := w.Body.String()
	if w.Code != http.StatusOK {
		t.Fatalf("answers %d", w.Code)
	}
	wants(t, body, "<b>1</b> 已审核通过", "<b>3</b> 没有办成", "还有3处错误", "报告草稿，不在审核中", "不在您的管辖范围内")
	lacks(t, body, "临江县")
	for n, want := range map[string]reporting.FilingState{"青石镇": reporting.FilingAccepted, "柳河镇": reporting.FilingSubmitted, "白鹿镇": reporting.FilingDraft} {
		if got := c.filing(n).State; got != want {
			t.Errorf("%s is %s, want %s", n, got, want)
		}
	}
	// Sent twice, it is done once.
	version := c.filing("青石镇").Version
	c.send("/desk/collecting", form)
	if got := c.filing("青石镇").Version; got != version {
		t.Errorf("sent twice, done twice: version %d after %d", got, version)
	}
}

// A bulk return has one common reason and what was found in each.
func TestBulkReturnCarriesTheFindingsOfEach(t *testing.T) {
	c := newCounty(t)
	for _, n := range []string{"青石镇", "柳河镇"} {
		c.report(n, wrong)
		c.receive(n)
	}
	form := url.Values{"key": {"k1"}, "year": {"2025"}, "do": {"return"}, "organ": {strconv.FormatInt(c.organs["青石镇"].ID, 10)}, "by": {"2026-01-28"}}
	w := c.send("/desk/collecting", form)
	if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "请写明退回的共同理由") || !strings.Contains(w.Body.String(), `aria-label="选择云岭县青石镇人民政府" checked`) {
		t.Errorf("without a reason: %d", w.Code)
	}
	form.Set("reason", "表三与台账不一致，请逐件核对")
	form.Set("by", "2026-01-01")
	if w = c.send("/desk/collecting", form); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "期限不能早于今天") {
		t.Errorf("a day in the past: %d", w.Code)
	}
	form.Set("by", "2026-01-28")
	form.Del("organ")
	form.Set("all", "1")
	form.Set("state", "waiting")
	w = c.send("/desk/collecting", form)
	wants(t, w.Body.String(), "<b>2</b> 已退回")
	f := c.filing("青石镇")
	if f.State != reporting.FilingReturned || len(f.Marks) != 4 || f.Marks[0].Text != "表三与台账不一致，请逐件核对" || f.Marks[1].Code == "" || f.Marks[3].By != law.Day(2026, 1, 28) {
		t.Errorf("returned with %+v", f.Marks)
	}
}

func TestBulkReminderLeadsToTheLetter(t *testing.T) {
	c := newCounty(t)
	w := c.send("/desk/collecting", url.Values{"key": {"k1"}, "year": {"2025"}, "do": {"remind"}, "organ": {strconv.FormatInt(c.organs["青石镇"].ID, 10)}})
	wants(t, w.Body.String(), "<b>1</b> 已催报", "/desk/collecting/letters/reminder?organs="+strconv.FormatInt(c.organs["青石镇"].ID, 10))
	if f := c.filing("青石镇"); f.Reminders != 1 || f.Reminded != c.today {
		t.Errorf("reminded %d times", f.Reminders)
	}
	c.see("/desk/collecting?year=2025", "1 次，最近 2026-01-22")
	w = c.send("/desk/collecting", url.Values{"key": {"k2"}, "year": {"2025"}, "do": {"remind"}, "organ": {strconv.FormatInt(c.organs["青石镇"].ID, 10)}})
	wants(t, w.Body.String(), "今天已经催报过")
	if w = c.send("/desk/collecting", url.Values{"key": {"k3"}, "year": {"2025"}, "do": {"remind"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "还没有勾选机关") {
		t.Errorf("nobody ticked: %d", w.Code)
	}
	if w = c.send("/desk/collecting", url.Values{"key": {"k4"}, "year": {"2025"}, "do": {"delete"}}); w.Code != 400 {
		t.Errorf("an act that does not exist: %d", w.Code)
	}
}

// Review: every finding at its cell, last year beside, what the organ says to
// it; a cell ticked becomes a reason; the letter names cell, figures and rule;
// what came back says what was mended.
func TestReturnAndCorrection(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", wrong)
	c.receive("青石镇")
	c.report("柳河镇", nil)
	c.submit("柳河镇", c.today)
	at := c.href("青石镇")
	body := c.see(at, "T3-RESULT-SUM", `class="n bad" id="cell-t3-result_total-natural"`, `name="cell" value="t2.licence.decisions" form="back"`, "待审第 1 份，共 2 份", "现在不能通过", "列入退回意见", "与 <b><a href=\""+c.href("柳河镇"))
	version := version(t, body)
	// Errors stand in the way.
	w := c.send(at+"/accept", url.Values{"key": {"a1"}, "version": {version}})
	if w.Code != 422 || !strings.Contains(w.Body.String(), "还有3处错误") {
		t.Errorf("accepted past errors: %d", w.Code)
	}
	body = c.see(at+"/return?cell=t2.licence.decisions&cell=nonsense&finding=nonsense&alike="+strconv.FormatInt(c.organs["柳河镇"].ID, 10), "表二 · 行政许可", "现填 14", "D-SIMILAR", "2026-01-29")
	if strings.Count(body, `name="text"`) != 2 {
		t.Errorf("%d reasons to word", strings.Count(body, `name="text"`))
	}
	form := url.Values{"key": {keyOf(t, body)}, "version": {version}, "cell": {"t2.licence.decisions", "t3.result_total.natural"}, "code": {"", "T3-RESULT-SUM"}, "text": {"", "总计与各项之和不符"}, "by": {"2026-01-29"}, "whole": {"请补盖公章"}, "number": {"云政办函〔2026〕7号"}, "do": {"return"}}
	if w = c.send(at+"/return", form); w.Code != 422 || !strings.Contains(w.Body.String(), "请写明要改什么") || !strings.Contains(w.Body.String(), "总计与各项之和不符") {
		t.Errorf("a reason without words: %d", w.Code)
	}
	form["text"] = []string{"与公示系统的件数不符，公示为 12 件", "总计与各项之和不符"}
	form.Set("do", "docx")
	w = c.send(at+"/return", form)
	if text := letterText(t, "x.docx", w.Body.String()); !strings.Contains(text, "表二 · 行政许可") || c.filing("青石镇").State != reporting.FilingSubmitted {
		t.Errorf("looking at the letter first: %s", text)
	}
	form.Set("do", "return")
	w = c.send(at+"/return", form)
	if w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), at+"?done=returned") {
		t.Fatalf("answers %d: %s", w.Code, clip(w.Body.String(), 300))
	}
	body = c.see(at+"?done=returned", "已退回。", "上次退回的意见", "请于2026年1月29日前改好", "与公示系统的件数不符", "催报")
	lacks(t, body, ">已改<", ">未改<")
	_, docx := c.get(at + "/notice/docx?number=" + url.QueryEscape("云政办函〔2026〕7号"))
	text := letterText(t, "x.docx", docx)
	for _, want := range []string{"云政办函〔2026〕7号", "关于退回", "2026年1月29日前", "表二 · 行政许可 · 本年处理决定数量", "公示为 12 件", "实填14", "T3-RESULT-SUM", "应为3，实填8", "依据：《", "请补盖公章", "云岭县人民政府办公室", "2026年1月22日"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter does not say %q:\n%s", want, text)
		}
	}
	if code, pdf := c.get(at + "/notice/pdf"); code != 200 && code != 503 || code == 200 && !strings.HasPrefix(pdf, "%PDF") {
		t.Errorf("as pdf: %d", code)
	}
	if code, _ := c.get(at + "/notice/exe"); code != 404 {
		t.Errorf("as something else: %d", code)
	}
	// The organ mends the sum and nothing else.
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 23))
	body = c.see(at, "退回以后改了什么", "表三 · （七）总计 · 自然人", "与公示系统的件数不符", "退回意见：与公示系统的件数不符", "退回过 1 次", "第 2 版")
	if strings.Count(body, ">已改<") != 1 || strings.Count(body, ">未改<") != 1 || strings.Count(body, ">有改动<") != 1 {
		t.Error("the page does not say which reasons are settled")
	}
	c.see(at+"/version/1", "第 1 版存档", "T3-RESULT-SUM")
	if code, _ := c.get(at + "/version/9"); code != 404 {
		t.Errorf("a version that is not: %d", code)
	}
	// The letter of the return stays what it was.
	_, docx = c.get(at + "/notice/docx")
	if text = letterText(t, "x.docx", docx); !strings.Contains(text, "应为3，实填8") {
		t.Errorf("the letter has forgotten what was wrong:\n%s", text)
	}
}

func version(t testing.TB, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `name="version" value="`)
	if !ok {
		t.Fatal("the page has no version")
	}
	v, _, _ := strings.Cut(rest, `"`)
	return v
}

// A person's decision on a finding survives a re-check in which it comes back
// the same, and lets the report through; about other figures it says nothing.
func TestDecisionSurvivesTheNextCheck(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", wrong)
	c.receive("青石镇")
	at := c.href("青石镇")
	for i := range c.filing("青石镇").Findings {
		x := sorted(c.filing("青石镇").Findings)[i]
		if x.Level != annual.Error {
			continue
		}
		form := url.Values{"key": {"d" + strconv.Itoa(i)}, "version": {version(t, c.see(at))}, "finding": {findingKey(x)}, "stands": {"0"}}
		if w := c.send(at+"/decide", form); w.Code != 422 || !strings.Contains(w.Body.String(), "请写明认定的理由") {
			t.Errorf("decided without a reason: %d", w.Code)
		}
		form.Set("text", "跨年并案办理，数字属实")
		form.Set("key", "e"+strconv.Itoa(i))
		if w := c.send(at+"/decide", form); w.Code != http.StatusSeeOther || !strings.Contains(w.Header().Get("Location"), "#finding-") {
			t.Fatalf("answers %d: %s", w.Code, clip(w.Body.String(), 300))
		}
	}
	c.see(at, "已认定不予采纳", "跨年并案办理，数字属实", "经办900", "可以通过")
	form := url.Values{"key": {"z"}, "version": {version(t, c.see(at))}, "finding": {"0000"}, "text": {"x"}}
	if w := c.send(at+"/decide", form); w.Code != http.StatusConflict {
		t.Errorf("a finding that is not: %d", w.Code)
	}
	// Returned for something else and sent back the same: decided it stays.
	if w := c.send(at+"/return", url.Values{"key": {"r"}, "version": {version(t, c.see(at))}, "whole": {"请补盖公章"}, "do": {"return"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("answers %d", w.Code)
	}
	c.report("青石镇", wrong)
	c.receive("青石镇")
	if w := c.send(at+"/accept", url.Values{"key": {"ok"}, "version": {version(t, c.see(at))}}); w.Code != http.StatusSeeOther || c.filing("青石镇").State != reporting.FilingAccepted {
		t.Errorf("the decision is lost: %d %s", w.Code, c.filing("青石镇").State)
	}
	c.see(at+"?done=accepted", "已审核通过", "没有待审的报告了")
}

// Somebody else was faster: nothing is done, and the page says what stands now.
func TestConflictShowsTheReportAsItIsNow(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	at := c.href("青石镇")
	old := version(t, c.see(at))
	if w := c.send(at+"/return", url.Values{"key": {"r"}, "version": {old}, "whole": {"请补盖公章"}, "do": {"return"}}); w.Code != http.StatusSeeOther {
		t.Fatalf("answers %d", w.Code)
	}
	w := c.send(at+"/accept", url.Values{"key": {"a"}, "version": {old}})
	if w.Code != http.StatusConflict {
		t.Errorf("answers %d", w.Code)
	}
	wants(t, w.Body.String(), "内容有变化", "已退回", "请补盖公章")
	c.report("青石镇", nil)
	c.submit("青石镇", c.today)
	w = c.send(at+"/return", url.Values{"key": {"r2"}, "version": {old}, "whole": {"另一条意见"}, "do": {"return"}})
	if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "另一条意见") {
		t.Errorf("a return of what is no longer there: %d", w.Code)
	}
	if c.filing("青石镇").State != reporting.FilingSubmitted {
		t.Error("it was returned all the same")
	}
}

// Findings and lateness are the office's: a town sees none of these pages, and
// another county's office finds nothing there.
func TestOnlyTheOfficeCollects(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", wrong)
	c.receive("青石镇")
	at := c.href("青石镇")
	paths := []string{"/desk/collecting?year=2025", at, at + "/return", at + "/notice/docx", at + "/version/1", at + "/source", at + "/enter", "/desk/collecting/list/csv?year=2025", "/desk/collecting/letters/circular?year=2025", "/desk/collecting/alike?year=2025", "/desk/collecting/calendar"}
	for _, role := range []org.Role{org.Head, org.Drafter, org.Publisher, org.Supervisor} {
		c.as(7, c.organs["白鹿镇"], role)
		for _, p := range paths {
			if code, body := c.get(p); code != http.StatusForbidden || strings.Contains(body, "青石镇") {
				t.Errorf("%s of the neighbour sees %s: %d", role.Chinese(), p, code)
			}
		}
	}
	c.as(8, c.other, org.Office)
	for _, p := range paths[1:7] {
		if code, body := c.get(p); code != http.StatusNotFound || strings.Contains(body, "青石镇") {
			t.Errorf("another county's office sees %s: %d", p, code)
		}
	}
	for _, p := range append(paths[:1:1], paths[7:]...) {
		code, body := c.get(p)
		if code != 200 {
			t.Errorf("another county's office: %s answers %d", p, code)
		}
		lacks(t, body, "云岭县青石镇")
	}
	version := c.filing("青石镇").Version
	for _, p := range []string{"/accept", "/decide", "/remind", "/return", "/enter"} {
		w := c.send(at+p, url.Values{"key": {"x" + p}, "version": {strconv.FormatInt(version, 10)}, "whole": {"x"}, "do": {"return"}, "how": {"纸质件"}, "day": {"2026-01-20"}})
		if w.Code != http.StatusNotFound {
			t.Errorf("another county's office does %s: %d", p, w.Code)
		}
	}
	c.send("/desk/collecting", url.Values{"key": {"b"}, "year": {"2025"}, "do": {"remind"}, "all": {"1"}})
	if got := c.filing("青石镇").Version; got != version {
		t.Error("another county's office changed it")
	}
	if w := c.send("/desk/collecting", url.Values{"key": {"b2"}, "year": {"2025"}, "under": {strconv.FormatInt(c.top.ID, 10)}, "do": {"remind"}, "all": {"1"}}); w.Code != http.StatusNotFound && w.Code != 422 {
		t.Errorf("narrowed to a county that is not its own: %d", w.Code)
	}
	viewer := c.viewer
	c.viewer = org.Viewer{}
	if code, _ := c.get(paths[0]); code != http.StatusSeeOther {
		t.Errorf("nobody is answered %d", code)
	}
	c.viewer = viewer
}
