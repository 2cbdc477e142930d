package desk

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// The circular names who filed in time, who late and by how many days, whose
// report was returned and who has not filed; its words are the office's, its
// table is not.
func TestCircularIsWordedByTheOfficeAndCountedByTheSystem(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	c.report("柳河镇", wrong)
	c.receive("柳河镇")
	at := c.href("柳河镇")
	c.send(at+"/return", url.Values{"key": {"r"}, "version": {version(t, c.see(at))}, "whole": {"请补盖公章"}, "do": {"return"}})
	c.see("/desk/collecting/letters/circular?year=2025", "关于2025年政府信息公开工作年度报告报送情况的通报", "应报送年度报告的单位4个", "按期报送1个", "云岭县人民政府办公室", "退回修改中，首次报送逾期2天")
	form := url.Values{"year": {"2025"}, "title": {"关于年报的通报"}, "number": {"云政办〔2026〕9号"}, "to": {"各乡镇人民政府"}, "text": {"一、总体情况\n改过的文字。"}, "from": {"云岭县人民政府办公室"}, "dated": {"2026-01-25"}, "do": {"docx"}}
	w := c.send("/desk/collecting/letters/circular", form)
	if w.Code != 200 || !strings.Contains(w.Header().Get("Content-Disposition"), ".docx") {
		t.Fatalf("answers %d", w.Code)
	}
	text := letterText(t, "x.docx", w.Body.String())
	for _, want := range []string{"关于年报的通报", "云政办〔2026〕9号", "各乡镇人民政府：", "改过的文字。", "2026年1月25日", "云岭县青石镇人民政府|1月20日|1月12日|按期报送|0|已报送", "云岭县白鹿镇人民政府|1月20日|—|未报送，逾期2天|0|未填报"} {
		if !strings.Contains(text, want) {
			t.Errorf("the circular does not say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "云岭县人民政府|") {
		t.Error("the office writes to its own government")
	}
	form.Set("title", "")
	form.Set("dated", "昨天")
	if w = c.send("/desk/collecting/letters/circular", form); w.Code != 422 || !strings.Contains(w.Body.String(), "请写标题") || !strings.Contains(w.Body.String(), "改过的文字") {
		t.Errorf("without a title: %d", w.Code)
	}
	for path, want := range map[string]int{"/desk/collecting/letters/poem?year=2025": 404, "/desk/collecting/letters/reminder?year=2025&until=x": 400} {
		if code, _ := c.get(path); code != want {
			t.Errorf("%s answers %d, want %d", path, code, want)
		}
	}
}

func TestReminderGoesToThoseWhoOwe(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	body := c.see("/desk/collecting/letters/reminder?year=2025&until=2026-01-26", "尚有3个单位", "请于2026年1月26日前报送", "未报送，逾期2天")
	lacks(t, body, "云岭县青石镇人民政府")
	one := strconv.FormatInt(c.organs["白鹿镇"].ID, 10)
	body = c.see("/desk/collecting/letters/reminder?year=2025&organs="+one, "云岭县白鹿镇人民政府", "尚未收到，已逾期2天")
	lacks(t, body, "柳河镇")
	for _, n := range []string{"白鹿镇", "柳河镇", "民政局"} {
		c.report(n, nil)
		c.submit(n, c.today)
	}
	c.see("/desk/collecting/letters/reminder?year=2025", "没有需要催报的单位")
	if w := c.send("/desk/collecting/letters/reminder", url.Values{"year": {"2025"}, "title": {"x"}, "do": {"docx"}}); w.Code != 422 {
		t.Errorf("a reminder to nobody: %d", w.Code)
	}
}

// Who has not filed, as a spreadsheet and as csv, the same rows as the list.
func TestListIsExportedAsItIsNarrowed(t *testing.T) {
	c := newCounty(t)
	c.report("青石镇", nil)
	c.submit("青石镇", law.Day(2026, 1, 12))
	_, text := c.get("/desk/collecting/list/csv?year=2025&state=open")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 5 || rows[0][1] != "机关" {
		t.Fatalf("%d rows, %v: %q", len(rows), err, rows)
	}
	for _, r := range rows[1:] {
		if r[1] == "云岭县青石镇人民政府" {
			t.Error("who has filed is in the list of those who have not")
		}
		if r[1] == "云岭县白鹿镇人民政府" && (r[4] != "未填报" || r[5] != "2026-01-20" || r[7] != "2") {
			t.Errorf("%q", r)
		}
	}
	_, text = c.get("/desk/collecting/list/xlsx?year=2025")
	f, err := excelize.OpenReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if all, err := f.GetRows("2025年度"); err != nil || len(all) != 6 {
		t.Errorf("%d rows, %v", len(all), err)
	}
	if code, _ := c.get("/desk/collecting/list/exe?year=2025"); code != 404 {
		t.Errorf("another format answers %d", code)
	}
}

// The calendar says what the statute asks and what applies; a day that leaves no
// time is asked about, one behind the statute is refused.
func TestCalendarAsksAboutImpossibleDays(t *testing.T) {
	c := newCounty(t)
	c.see("/desk/collecting/calendar?year=2025", "条例没有规定，由主管部门规定", "2026年1月31日", "2026年3月31日", `value="2026-01-20"`, "云政办〔2026〕3号", "已逾期 2 个工作日")
	form := url.Values{"key": {"c1"}, "year": {"2025"}, "kind": {"department"}, "level": {"0"}, "version": {"0"}, "day": {"2026-01-05"}, "basis": {"云政办〔2026〕4号"}}
	w := c.send("/desk/collecting/calendar", form)
	if w.Code != 422 || !strings.Contains(w.Body.String(), "恐怕来不及") || !strings.Contains(w.Body.String(), "已经过去") || !strings.Contains(w.Body.String(), "仍然保存") {
		t.Errorf("a day that leaves no time: %d", w.Code)
	}
	if dues, _ := c.store.FilingDues(t.Context(), c.top.ID, 2025); len(dues) != 1 {
		t.Fatal("it was set without asking")
	}
	form.Set("sure", "1")
	if w = c.send("/desk/collecting/calendar", form); w.Code != http.StatusSeeOther {
		t.Errorf("confirmed: %d", w.Code)
	}
	c.see("/desk/collecting?year=2025&q=民政", "2026-01-05", "逾期 17 天")
	form.Set("key", "c2")
	if w = c.send("/desk/collecting/calendar", form); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "同事已经改了") {
		t.Errorf("set by two at once: %d", w.Code)
	}
	form.Set("key", "c3")
	form.Set("version", "1")
	form.Set("day", "2026-02-10")
	if w = c.send("/desk/collecting/calendar", form); w.Code != 422 || !strings.Contains(w.Body.String(), "不能晚于") {
		t.Errorf("later than the statute: %d", w.Code)
	}
	form.Set("day", "一月二十")
	if w = c.send("/desk/collecting/calendar", form); w.Code != 422 || !strings.Contains(w.Body.String(), "日期请写成") || !strings.Contains(w.Body.String(), "一月二十") {
		t.Errorf("no day at all: %d", w.Code)
	}
	form.Set("do", "clear")
	form.Set("day", "2026-01-05")
	form.Set("key", "c4")
	if w = c.send("/desk/collecting/calendar", form); w.Code != http.StatusSeeOther {
		t.Errorf("taken away: %d", w.Code)
	}
	if dues, _ := c.store.FilingDues(t.Context(), c.top.ID, 2025); len(dues) != 1 {
		t.Errorf("%d days are left", len(dues))
	}
}

// An office of a street, which reviews nobody, has no calendar to set.
func TestCalendarIsForWhoReviews(t *testing.T) {
	c := newCounty(t)
	c.as(8, c.other, org.Office)
	c.see("/desk/collecting/calendar?year=2025", "临江县人民政府给下级规定")
	w := c.send("/desk/collecting/calendar", url.Values{"key": {"x"}, "year": {"2025"}, "kind": {"town"}, "version": {"1"}, "day": {"2026-01-28"}})
	if w.Code != http.StatusConflict {
		t.Errorf("the neighbour's day was addressed: %d", w.Code)
	}
	dues, err := c.store.FilingDues(t.Context(), c.top.ID, 2025)
	if err != nil || len(dues) != 1 || dues[0].Day != law.Day(2026, 1, 20) {
		t.Errorf("%+v %v", dues, err)
	}
}

// A town whose report came on paper: the office enters it, says how it came and
// when, and may review it although it typed it in.
func TestOfficeEntersAReportThatCameOnPaper(t *testing.T) {
	c := newCounty(t)
	at := c.href("白鹿镇")
	c.see(at, "机关还没有填报", "代报", at+"/enter")
	c.see(at+"/enter", "/desk/filing/"+strconv.FormatInt(c.organs["白鹿镇"].ID, 10)+"/2025/upload", "先录入内容")
	if w := c.send(at+"/enter", url.Values{"key": {"e0"}, "version": {"0"}, "how": {"纸质件"}, "day": {"2026-01-19"}}); w.Code != 422 || !strings.Contains(w.Body.String(), "还没有填写报告") {
		t.Errorf("received without content: %d", w.Code)
	}
	r := sample("云岭县白鹿镇人民政府")
	wrong(r)
	if _, err := c.store.WithFiling(t.Context(), store.By{Viewer: c.viewer}, c.organs["白鹿镇"].ID, 2025, 0, "filing.saved", func(f *store.FilingFile, _ law.Date) error {
		f.Report, f.Findings = r, reporting.Judge(r, nil)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	body := c.see(at+"/enter", "3 处错误", "照原样录入", "登记为已报送")
	form := url.Values{"key": {keyOf(t, body)}, "version": {version(t, body)}, "how": {"鸽子"}, "day": {"2026-02-19"}}
	if w := c.send(at+"/enter", form); w.Code != 422 || !strings.Contains(w.Body.String(), "请选择来件方式") || !strings.Contains(w.Body.String(), "不能晚于今天") {
		t.Errorf("impossible arrival: %d", w.Code)
	}
	form.Set("how", "纸质件")
	form.Set("day", "2026-01-19")
	form.Set("signer", "白鹿镇人民政府")
	form.Set("reason", "乡镇网络中断")
	if w := c.send(at+"/enter", form); w.Code != http.StatusSeeOther {
		t.Fatalf("answers %d: %s", w.Code, clip(w.Body.String(), 300))
	}
	f := c.filing("白鹿镇")
	if f.State != reporting.FilingSubmitted || f.Submitted != law.Day(2026, 1, 19) || f.Late(c.today) != 0 {
		t.Errorf("received: %s %s", f.State, f.Submitted)
	}
	log, err := c.store.Entries(t.Context(), org.Program("测试"), store.EntryQuery{Organ: c.organs["白鹿镇"].ID})
	if err != nil || len(log) == 0 || !strings.Contains(log[0].Details.Reason, "代录，来件方式：纸质件；乡镇网络中断") || log[0].Details.Signer != "白鹿镇人民政府" {
		t.Errorf("the log says %+v %v", log, err)
	}
	// Entered by mistake, taken back; then returned to the town as it is wrong.
	if w := c.send(at+"/accept", url.Values{"key": {"w"}, "version": {version(t, c.see(at))}, "do": {"withdraw"}}); w.Code != http.StatusSeeOther || c.filing("白鹿镇").State != reporting.FilingDraft {
		t.Errorf("taken back: %d", w.Code)
	}
}
