package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// An error stands in the way of checking and of handing in, and leads to its
// cell.
func TestAnErrorBlocksSubmission(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(map[string]string{"t3.result_total.natural": "8"}) // was 3
	_, body := x.get(x.path(""))
	wants(t, body, "须先改正，否则不能报送", x.path("/fill")+"#cell-t3-result_total-natural", "现在还不能报送")
	lacks(t, body, `value="submit">报送`)
	code, body := x.submit(nil)
	if code != http.StatusUnprocessableEntity || x.file(x.clerk()).State != reporting.FilingDraft {
		t.Errorf("an error went up: %d", code)
	}
	wants(t, body, "处错误须先改正")
	if code, _ := x.plain(x.path(""), map[string]string{"do": "check", "version": x.version(x.clerk())}); code != http.StatusUnprocessableEntity {
		t.Errorf("checked with an error: %d", code)
	}
	if code, body := x.submitEmpty(); code != http.StatusUnprocessableEntity || !strings.Contains(body, "还没有填写内容") {
		t.Errorf("nothing was handed in: %d", code)
	}
}

// submitEmpty hands in the year before, which nobody has begun.
func (x *filingDesk) submitEmpty() (int, string) {
	x.clerk()
	return x.send(filingPath(x.town.ID, 2024)+"/submit", map[string]string{"version": "0", "do": "submit"})
}

// last gives the town a published report of the year before, after which its
// normative documents in force should be eleven.
func (x *filingDesk) last() {
	x.t.Helper()
	r := sample(x.town.Name)
	r.Year, r.Intro = 2024, ""
	for i := range r.Chapters {
		r.Chapters[i] = fmt.Sprintf("上一年第%d部分的文字，与今年的不同。", i+1)
	}
	for id, n := range map[string]int64{"t3.new.natural": 3, "t3.new.total": 4, "t3.carried_out.natural": 0, "t3.carried_out.total": 0} {
		r.Set(id, annual.Num(n))
	}
	if _, err := x.st.SaveReport(x.t.Context(), store.Filed{Organ: x.town.ID, Year: 2024, Report: r, Published: law.Day(2025, 1, 20)}); err != nil {
		x.t.Fatal(err)
	}
}

// warning is a warning of the report as it stands, with its name in the form.
func (x *filingDesk) warning() (annual.Finding, string) {
	x.t.Helper()
	for _, f := range x.file(x.clerk()).Findings {
		if f.Level == annual.Warning {
			return f, findingMark(f)
		}
	}
	x.t.Fatal("the report asks for no explanation")
	return annual.Finding{}, ""
}

// A warning needs a signed explanation. It survives a check in which the figures
// are the same, and does not cover other figures.
func TestAnExplanationIsOfTheseFiguresOnly(t *testing.T) {
	x := newFilingDesk(t)
	x.last()
	x.begin(nil)
	f, mark := x.warning()
	if code, body := x.submit(nil); code != http.StatusUnprocessableEntity || !strings.Contains(body, "需要核实") {
		t.Errorf("a warning without a word went up: %d", code)
	}
	explain := func(text string) (int, string) {
		return x.plain(x.path(""), map[string]string{"do": "explain", "finding": mark, "text-" + mark: text, "version": x.version(x.clerk())})
	}
	code, body := explain("  ")
	if code != http.StatusUnprocessableEntity {
		t.Errorf("an empty explanation answers %d", code)
	}
	wants(t, body, "请写明情况")
	opened := x.file(x.clerk()) // a form that is open while somebody explains
	code, body = explain("年内有两件规范性文件到期失效，未另行公布废止。")
	if code != 200 {
		t.Fatalf("explaining answers %d", code)
	}
	wants(t, body, "说明已署名记录", "年内有两件规范性文件到期失效，未另行公布废止。（何晓禾，2026年1月12日）")

	if code, body := x.send(x.path("/fill"), x.typed(opened, map[string]string{"t2.licence.decisions": "15"})); code != 200 || !strings.Contains(body, "已保存") {
		t.Errorf("an explanation given meanwhile keeps the form from being saved: %d", code)
	}
	x.begin(map[string]string{"chapter.5": "存在的问题：个别栏目更新不够及时，政策解读形式还比较单一。改进情况：针对上年存在的问题，已建立检查清单，安排专人逐项核对，每月通报一次。"}) // the same figures, other words
	_, body = x.get(x.path(""))
	wants(t, body, "何晓禾，2026年1月12日")
	if errs, open := x.file(x.clerk()).Open(x.file(x.clerk()).Findings); len(errs) > 0 || len(open) > 0 {
		t.Errorf("the explanation was lost: %+v", open)
	}
	// Other figures: another finding of the same rule.
	x.begin(map[string]string{"t2.normative.in_force": "10"})
	now, _ := x.warning()
	if now.Code != f.Code || reporting.Identity(now) == reporting.Identity(f) {
		t.Fatalf("not the same rule over other figures: %+v and %+v", f, now)
	}
	if code, _ := x.submit(nil); code != http.StatusUnprocessableEntity {
		t.Errorf("an old explanation covered new figures: %d", code)
	}
	// The finding the form speaks of is gone.
	if code, body := explain("再说明"); code != http.StatusConflict || !strings.Contains(body, "已经不在了") {
		t.Errorf("explaining what is gone answers %d", code)
	}
}

// A return stands at its cells; what was changed afterwards is settled, what was
// not is still open.
func TestAReturnIsSettledByWhatWasChanged(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(nil)
	if code, _ := x.submit(nil); code != 200 {
		t.Fatalf("submitting answers %d", code)
	}
	x.reviewed(act.FilingReturned, func(f *store.FilingFile, _ law.Date) error {
		return f.Return([]reporting.Mark{{Cell: "t2.fees.amount", Text: "与财政决算不符，请核对"}, {Cell: "t2.penalty.decisions", Text: "处罚不应为0"}})
	})
	x.clerk()
	_, body := x.get("/desk/filing")
	wants(t, body, "已退回", "2 条退回意见")
	_, body = x.get(x.path(""))
	wants(t, body, "退回意见", "与财政决算不符，请核对", "处罚不应为0", `id="cell-t2-fees-amount" title="退回意见：与财政决算不符，请核对"><a href="#mark-1"`, x.path("/fill")+"#cell-t2-fees-amount")
	_, body = x.get(x.path("/fill"))
	wants(t, body, "退回意见：与财政决算不符，请核对")
	x.begin(map[string]string{"t2.fees.amount": "0.5"})
	if code, _ := x.submit(nil); code != 200 {
		t.Fatalf("submitting again answers %d", code)
	}
	f := x.file(x.clerk())
	if len(f.Marks) != 2 || !f.Marks[0].Settled || f.Marks[1].Settled {
		t.Errorf("marks: %+v", f.Marks)
	}
	_, body = x.get(x.path(""))
	wants(t, body, "已改动", "处罚不应为0")
	_, body = x.get(x.path("/versions"))
	wants(t, body, "第 2 版", "改了 1 处", "from=1&amp;to=2", "内容相同")
	_, body = x.get(x.path("/versions?from=1&to=2"))
	wants(t, body, "第 1 版与第 2 版", "0.38", "0.5")
}

// Two people fill in the same report. Nobody's work is lost in silence: the one
// who comes second sees what the other changed and takes his or keeps his own.
func TestTwoPeopleFillInTheSameReport(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(nil)
	opened := x.file(x.clerk())
	x.other()
	if code, _ := x.send(x.path("/fill"), x.typed(opened, map[string]string{"t2.fees.amount": "0.5", "t2.penalty.decisions": "3"})); code != 200 {
		t.Fatalf("the other's saving answers %d", code)
	}
	x.clerk()
	mine := x.typed(opened, map[string]string{"t2.fees.amount": "0.7", "t2.licence.decisions": "15"})
	code, body := x.send(x.path("/fill"), mine)
	if code != http.StatusConflict {
		t.Fatalf("saving over another's work answers %d", code)
	}
	wants(t, body, "梁仲平", "两边不同的有 3 处", "两边都改了", `name="t2.fees.amount" value="0.7"`, `name="take.t2.penalty.decisions" value="theirs" checked`, `name="take.t2.licence.decisions" value="mine" checked`)
	if f := x.file(x.clerk()); f.Report.Get("t2.fees.amount").N != 500_000 {
		t.Errorf("the other's figure is %v", f.Report.Get("t2.fees.amount"))
	}
	now := x.file(x.clerk())
	mine["do"], mine["version"], mine["content"] = "merge", fmt.Sprint(now.Version), fmt.Sprint(now.Content)
	mine["take.t2.penalty.decisions"], mine["take.t2.licence.decisions"] = "theirs", "mine"
	code, body = x.send(x.path("/fill"), mine) // nothing chosen where both changed it
	if code != http.StatusConflict {
		t.Errorf("merged without a choice: %d", code)
	}
	wants(t, body, "两个人都改过，请逐处选择")
	mine["take.t2.fees.amount"] = "mine"
	if code, _ := x.send(x.path("/fill"), mine); code != 200 {
		t.Fatalf("merging answers %d", code)
	}
	got := x.file(x.clerk()).Report
	for id, want := range map[string]int64{"t2.fees.amount": 700_000, "t2.penalty.decisions": 3, "t2.licence.decisions": 15} {
		if got.Get(id).N != want {
			t.Errorf("%s is %v, want %d", id, got.Get(id), want)
		}
	}
	// A second click saves nothing twice and is no conflict; going back, changing
	// and sending the same form again is not passed over either.
	twice := x.with(map[string]string{"t2.penalty.decisions": "4"})
	for _, send := range []struct {
		figure string
		want   int
	}{{"4", 200}, {"4", 200}, {"5", http.StatusConflict}} {
		twice["t2.penalty.decisions"] = send.figure
		parts := []part{{field: "key", text: "same"}}
		for k, v := range twice {
			parts = append(parts, part{field: k, text: v})
		}
		if code, _, _ := post(t, x.url+x.path("/fill"), parts...); code != send.want {
			t.Errorf("the same form with %s answers %d, want %d", send.figure, code, send.want)
		}
	}
	opened = x.file(x.clerk())
	x.begin(map[string]string{"chapter.6": "2025年没有收取信息处理费。"})
	// Handed in meanwhile: what was typed is still on the page.
	if code, _ := x.submit(nil); code != 200 {
		t.Fatal("not submitted")
	}
	code, body = x.send(x.path("/fill"), x.typed(opened, map[string]string{"t2.penalty.decisions": "77"}))
	if code != http.StatusConflict {
		t.Errorf("saving under review answers %d", code)
	}
	wants(t, body, "不能修改", `value="77"`, "把我填写的存成文件")
}

// What is no figure is kept as it was typed and said at its field; a day that is
// none stays in the form.
func TestWhatCannotBeAcceptedIsNotLost(t *testing.T) {
	x := newFilingDesk(t)
	f := x.file(x.clerk())
	code, body := x.send(x.path("/fill"), x.typed(f, map[string]string{"t3.new.natural": "约36", "t2.fees.amount": ""}))
	if code != 200 {
		t.Fatalf("answers %d", code)
	}
	wants(t, body, "已保存", `name="t3.new.natural" value="约36"`, "“约36”不是件数")
	code, body = x.send(x.path("/fill"), x.typed(x.file(x.clerk()), map[string]string{"dated": "元月十五", "chapter.6": "没有收费，也没有其他事项。"}))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("answers %d", code)
	}
	wants(t, body, "其余内容已经保存", `value="元月十五"`, "没有收费，也没有其他事项。")
	if f := x.file(x.clerk()); f.Report.Chapters[5] != "没有收费，也没有其他事项。" || f.Report.Dated != law.Day(2026, 1, 9) {
		t.Errorf("kept %q, dated %v", f.Report.Chapters[5], f.Report.Dated)
	}
	code, body = x.send(x.path("/fill"), x.with(map[string]string{"do": "zero"}))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("zeros without confirmation: %d", code)
	}
	wants(t, body, "请先勾选确认")
	_, body = x.send(x.path("/fill"), x.with(map[string]string{"do": "zero", "zero": "1"}))
	wants(t, body, "1 个空格填为 0", "还没有保存", `name="t2.fees.amount" value="0"`)
	if x.file(x.clerk()).Report.Get("t2.fees.amount").Known() {
		t.Error("zeros were saved without a word")
	}
	_, body = x.send(x.path("/fill"), x.with(map[string]string{"do": "check"}))
	wants(t, body, "核对结果")
	code, body = x.send(x.path("/fill"), x.with(map[string]string{"do": "paste", "paste.t3": "1\t2"}))
	if code != http.StatusUnprocessableEntity {
		t.Errorf("a block that does not fit answers %d", code)
	}
	wants(t, body, "应有 25 行")
	if code, _ := x.send(x.path("/fill"), map[string]string{"do": "save"}); code == http.StatusInternalServerError {
		t.Error("an empty form is no error of the program")
	}
}

// with is the form over what is saved now.
func (x *filingDesk) with(change map[string]string) map[string]string {
	return x.typed(x.file(x.clerk()), change)
}

// A published report is corrected with a word to the public and a list of what
// changes; until then the public reads what it read.
func TestACorrectionSaysWhatAndWhy(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(nil)
	x.accepted()
	if code, _ := x.plain(x.path("/publish"), map[string]string{"version": x.version(x.sends())}); code != 200 {
		t.Fatalf("publishing answers %d", code)
	}
	x.clerk()
	if code, body := x.get(x.path("/fill")); code != http.StatusUnprocessableEntity || !strings.Contains(body, "数字不再改动") {
		t.Errorf("a published report opens for filling: %d", code)
	}
	x.day = law.Day(2026, 3, 2)
	_, body := x.get(x.path("/correct"))
	wants(t, body, "公众会看到", "2026年1月12日发布")
	correct := func(note string) (int, string) {
		return x.plain(x.path("/correct"), map[string]string{"note": note, "version": x.version(x.clerk())})
	}
	if code, body := correct(" "); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请写明更正说明") {
		t.Errorf("corrected without a word: %d", code)
	}
	if code, body := correct("表二收费金额更正。"); code != 200 || !strings.Contains(body, "已转入更正") {
		t.Fatalf("correcting answers %d", code)
	}
	x.begin(map[string]string{"t2.fees.amount": "0.5"})
	_, body = x.get(x.path(""))
	wants(t, body, "与已发布的报告相比，改动 1 处", "0.38", "0.5", "第 1 次更正")
	if filed, err := x.st.Report(t.Context(), x.town.ID, 2025); err != nil || filed.Report.Get("t2.fees.amount").N != 380_000 {
		t.Errorf("the public already reads the correction: %v", err)
	}
	if code, body := x.plain(x.path(""), map[string]string{"do": "note", "note": "", "version": x.version(x.clerk())}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "请写明更正说明") {
		t.Errorf("the note was emptied: %d", code)
	}
	if code, _ := x.plain(x.path(""), map[string]string{"do": "note", "note": "表二收费金额由0.38更正为0.5。", "version": x.version(x.clerk())}); code != 200 {
		t.Errorf("the note was not kept: %d", code)
	}
	x.accepted()
	if code, _ := x.plain(x.path("/publish"), map[string]string{"version": x.version(x.sends())}); code != 200 {
		t.Fatalf("publishing again answers %d", code)
	}
	filed, err := x.st.Report(t.Context(), x.town.ID, 2025)
	if err != nil || filed.Report.Get("t2.fees.amount").N != 500_000 || filed.Published != law.Day(2026, 1, 12) {
		t.Errorf("%v %v", filed.Published, err)
	}
	notes, err := x.st.ReportNotes(t.Context(), x.town.ID, 2025)
	if err != nil || len(notes) != 1 || notes[0].Note != "表二收费金额由0.38更正为0.5。" || len(notes[0].Differences) != 1 {
		t.Errorf("%+v %v", notes, err)
	}
}

// accepted hands the report in and lets the office accept it.
func (x *filingDesk) accepted() {
	x.t.Helper()
	if code, body := x.submit(nil); code != 200 {
		x.t.Fatalf("submitting answers %d: %s", code, body)
	}
	x.reviewed(act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(f.Findings, on) })
}

// An organ that signs on paper enters who signed; one that signs in the system
// asks for the approval of this very content.
func TestAReportIsSignedAsTheOrganDecided(t *testing.T) {
	x := newFilingDesk(t)
	choose := func(way string) {
		t.Helper()
		list, err := x.st.Settings(t.Context(), x.town.ID)
		if err != nil {
			t.Fatal(err)
		}
		s := store.Setting{Organ: x.town.ID, Name: org.ReportSign, Value: way}
		for _, l := range list {
			s.Version = l.Version
		}
		if _, err := x.st.SaveSetting(t.Context(), store.By{Viewer: org.Program("测试")}, s); err != nil {
			t.Fatal(err)
		}
	}
	choose(org.SignPaper)
	x.begin(nil)
	_, body := x.get(x.path(""))
	wants(t, body, "签发人", "签字日期", "打印报送件")
	code, body := x.submit(map[string]string{"on": "2026-01-30"}) // no name, a day to come
	if code != http.StatusUnprocessableEntity {
		t.Errorf("unsigned: %d", code)
	}
	wants(t, body, "请写明纸质报送件上的签发人", "不能晚于今天")
	x.keys++
	code, body, _ = post(t, x.url+x.path("/submit"), part{field: "key", text: "sig"}, part{field: "version", text: x.version(x.clerk())}, part{field: "do", text: "submit"},
		part{field: "signer", text: "苏立本"}, part{field: "on", text: "2026-01-11"}, part{"scan", "签字页.txt", "这不是图片"})
	if code != http.StatusUnprocessableEntity || !strings.Contains(body, "扫描件应是 PDF、JPG 或 PNG") {
		t.Errorf("text as a scan: %d", code)
	}
	code, body, _ = post(t, x.url+x.path("/submit"), part{field: "key", text: "sig2"}, part{field: "version", text: x.version(x.clerk())}, part{field: "do", text: "submit"},
		part{field: "signer", text: "苏立本"}, part{field: "on", text: "2026-01-11"}, part{"scan", "签字页.pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"})
	if code != 200 {
		t.Fatalf("signed on paper answers %d", code)
	}
	wants(t, body, "已报送")
	list, err := x.st.Approvals(t.Context(), x.clerk().Viewer, store.ApprovalQuery{})
	if err != nil || len(list) != 1 || list[0].Steps[0].Name != "苏立本" || list[0].Steps[0].Entered != x.who["何晓禾"] || list[0].Steps[0].Scan.Hash == "" {
		t.Errorf("the signature is kept as %+v, %v", list, err)
	}
	if code, _ := x.plain(x.path(""), map[string]string{"do": "withdraw", "version": x.version(x.clerk())}); code != 200 {
		t.Fatalf("withdrawing answers %d", code)
	}

	choose(org.SignSystem)
	x.begin(map[string]string{"t2.fees.amount": "0.5"}) // other content than was signed
	if code, body := x.submit(nil); code != http.StatusUnprocessableEntity || !strings.Contains(body, "系统审批") {
		t.Errorf("handed in without approval: %d", code)
	}
	if code, body := x.submit(map[string]string{"do": "ask"}); code != 200 || !strings.Contains(body, "已提请审批") {
		t.Fatalf("asking answers %d", code)
	}
	_, body = x.get(x.path(""))
	wants(t, body, "等审批同意后报送")
	list, _ = x.st.Approvals(t.Context(), x.clerk().Viewer, store.ApprovalQuery{Limit: 1})
	for i, r := range []org.Role{org.Reviewer, org.Signer} { // the preset chain
		by := x.as(30+int64(i), "签批人", r, x.town)
		if _, err := x.st.WithApproval(t.Context(), by, list[0].ID, int64(i+1), func(a *org.Approval) error { return a.Decide(by.Viewer, true, "同意", x.day) }); err != nil {
			t.Fatal(err)
		}
	}
	x.begin(map[string]string{"t2.fees.amount": "0.6"}) // changed after the approval
	if code, _ := x.submit(nil); code != http.StatusUnprocessableEntity {
		t.Errorf("changed after it was approved and handed in: %d", code)
	}
	x.begin(map[string]string{"t2.fees.amount": "0.5"})
	if code, _ := x.submit(map[string]string{"do": "ask"}); code != 200 {
		t.Errorf("asking again answers %d", code)
	}
}

// The paper copy has the lines to sign on, the seal's place and what was
// explained.
func TestThePaperCopyIsToBeSignedAndSealed(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(nil)
	x.clerk()
	code, body := x.get(x.path("/paper.docx"))
	if code != 200 || !bytes.HasPrefix([]byte(body), []byte("PK")) {
		t.Fatalf("answers %d", code)
	}
	if code, _ := x.get(x.path("/paper.exe")); code != 404 {
		t.Errorf("an unknown kind answers %d", code)
	}
	if code, _ := x.get(filingPath(x.town.ID, 2024) + "/paper.docx"); code != 404 {
		t.Errorf("the paper copy of nothing answers %d", code)
	}
}

// What is one town's is nobody else's: not by any address, not with any form.
func TestTheNeighbourSeesNothingOfAFiling(t *testing.T) {
	x := newFilingDesk(t)
	x.begin(map[string]string{"chapter.6": "甲乙丙丁戊己庚辛。"})
	before := x.version(x.clerk())
	x.as(40, "邻镇经办", org.Head, x.next)
	for _, below := range []string{"", "/fill", "/upload", "/confirm", "/versions", "/source.bin", "/paper.docx", "/correct"} {
		if code, body := x.get(x.path(below)); code != 404 || strings.Contains(body, "甲乙丙丁") {
			t.Errorf("%s answers %d", below, code)
		}
	}
	for _, below := range []string{"", "/fill", "/upload", "/confirm", "/submit", "/publish", "/correct"} {
		if code, _ := x.send(x.path(below), map[string]string{"do": "save", "version": before, "note": "x"}); code != 404 {
			t.Errorf("posting to %s answers %d", below, code)
		}
	}
	for path, want := range map[string]int{"/desk/filing/x/2025": 404, filingPath(x.town.ID, 1998): 404, filingPath(x.town.ID, 2027): 404, filingPath(99, 2025): 404} {
		if code, _ := x.get(path); code != want {
			t.Errorf("%s answers %d", path, code)
		}
	}
	if x.version(x.clerk()) != before {
		t.Error("the neighbour changed something")
	}
	x.as(41, "纪委", org.Supervisor, x.top)
	_, body := x.get(x.path(""))
	wants(t, body, "甲乙丙丁戊己庚辛")
	lacks(t, body, "上传文件", `value="submit"`)
}
