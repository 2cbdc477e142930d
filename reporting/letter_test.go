package reporting

import (
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// filers is a county: one in time, one late, one returned twice and back
// again, one still with the organ, one that never filed, one without a day.
func filers() []Filer {
	due := law.Day(2026, 1, 20)
	s := func(name string, f Filing, begun bool) Filer {
		return Filer{Organ: org.Organ{Name: name}, Filing: f, Begun: begun}
	}
	return []Filer{
		s("白鹿镇人民政府", Filing{State: FilingDraft, Due: due}, false),
		s("云岭县民政局", Filing{State: FilingSubmitted, Due: due, Submitted: law.Day(2026, 1, 25)}, true),
		s("青石镇人民政府", Filing{State: FilingAccepted, Due: due, Submitted: law.Day(2026, 1, 12)}, true),
		s("柳河镇人民政府", Filing{State: FilingSubmitted, Due: due, Submitted: law.Day(2026, 1, 20), Returned: 2}, true),
		s("东山镇人民政府", Filing{State: FilingReturned, Due: due, Submitted: law.Day(2026, 1, 15), Returned: 1}, true),
		s("云岭县水务局", Filing{State: FilingPublished}, true),
	}
}

func TestCircularSaysWhoFiledWhenAndWhoDidNot(t *testing.T) {
	l := Circular(2025, "云岭县人民政府办公室", filers(), law.Day(2026, 1, 28))
	if l.Title != "关于2025年政府信息公开工作年度报告报送情况的通报" || !l.Annex {
		t.Errorf("title %q", l.Title)
	}
	for _, want := range []string{"应报送年度报告的单位6个", "按期报送3个", "逾期报送1个", "未报送2个（含退回后未重新报送1个）", "审核通过2个，其中已发布1个", "退回修改的2个，共3次",
		"（一）未报送。东山镇人民政府、白鹿镇人民政府", "（二）逾期报送。云岭县民政局（5天）", "（三）报送后退回修改。柳河镇人民政府（2次）、东山镇人民政府（1次）"} {
		if !strings.Contains(l.Text, want) {
			t.Errorf("the circular does not say %q:\n%s", want, l.Text)
		}
	}
	rows := map[string]string{}
	for _, r := range l.Tables[0].Rows {
		rows[r[1]] = strings.Join(r[2:], "|")
	}
	for organ, want := range map[string]string{
		"青石镇人民政府": "1月20日|1月12日|按期报送|0|审核通过",
		"云岭县民政局":  "1月20日|1月25日|逾期5天报送|0|已报送",
		"东山镇人民政府": "1月20日|1月15日|退回修改中|1|已退回",
		"白鹿镇人民政府": "1月20日|—|未报送，逾期8天|0|未填报",
		"云岭县水务局":  "未设|—|已报送|0|已发布",
	} {
		if rows[organ] != want {
			t.Errorf("%s: %s, want %s", organ, rows[organ], want)
		}
	}
	if last := l.Tables[0].Rows[5][1]; last != "白鹿镇人民政府" {
		t.Errorf("%s stands last, not who never filed", last)
	}
}

// A county in which everybody filed in time is not told of problems.
func TestCircularWithoutProblemsNamesNone(t *testing.T) {
	l := Circular(2025, "县政府办", filers()[2:3], law.Day(2026, 1, 28))
	if strings.Contains(l.Text, "存在的问题") || strings.Contains(l.Text, "未报送的单位应当") {
		t.Errorf("it finds problems:\n%s", l.Text)
	}
}

func TestReminderSaysSinceWhenAndUntilWhen(t *testing.T) {
	rows := filers()
	one := Reminder(2025, "县政府办", rows[:1], law.Day(2026, 1, 30), law.Day(2026, 1, 28))
	for _, want := range []string{"应于2026年1月20日前报送", "截至2026年1月28日尚未收到，已逾期8天", "请于2026年1月30日前报送"} {
		if !strings.Contains(one.Text, want) {
			t.Errorf("it does not say %q: %s", want, one.Text)
		}
	}
	if one.To != "白鹿镇人民政府" || len(one.Tables) != 0 {
		t.Errorf("a letter to one organ: %+v", one)
	}
	back := Reminder(2025, "县政府办", rows[4:5], law.Date{}, law.Day(2026, 1, 28))
	if !strings.Contains(back.Text, "已退回修改，截至2026年1月28日仍未重新报送") || !strings.Contains(back.Text, "请尽快报送") {
		t.Errorf("a returned report: %s", back.Text)
	}
	back.Text = Reminder(2025, "县政府办", []Filer{{Filing: Filing{State: FilingReturned, Due: rows[4].Due, Submitted: rows[4].Submitted, Marks: []Mark{{Text: "改", By: law.Day(2026, 1, 25)}}}}}, law.Date{}, law.Day(2026, 1, 28)).Text
	if !strings.Contains(back.Text, "仍未重新报送，已超过改正日期3天") {
		t.Errorf("a returned report past its day: %s", back.Text)
	}
	early := Reminder(2025, "县政府办", rows[:1], law.Date{}, law.Day(2026, 1, 10))
	if strings.Contains(early.Text, "逾期") {
		t.Errorf("it calls an organ late before its day: %s", early.Text)
	}
	many := Reminder(2025, "县政府办", []Filer{rows[0], rows[4]}, law.Date{}, law.Day(2026, 1, 28))
	if many.To != "各有关单位" || len(many.Tables) != 1 || len(many.Tables[0].Rows) != 2 || !strings.Contains(many.Text, "2个单位") {
		t.Errorf("a letter to two: %+v", many)
	}
}

// broken is a report whose figures are all zero, with one sum broken.
func broken(t *testing.T) (*annual.Report, []annual.Finding) {
	t.Helper()
	f, err := annual.FormFor(2025)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, "青石镇人民政府", 2025)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	r.Set("t3.new.natural", annual.Num(3)) // the total stays 0
	return r, annual.CheckFigures(r)
}

func TestReturnNoticeNamesCellFiguresAndRule(t *testing.T) {
	r, findings := broken(t)
	f := Filing{State: FilingSubmitted}
	marks := f.OpenMarks(findings)
	if len(marks) == 0 {
		t.Fatal("nothing is wrong")
	}
	marks = append(marks, Mark{Cell: "t2.licence.decisions", Text: "与行政许可公示系统的件数不符"}, Mark{Text: "请补盖公章"})
	n := ReturnNotice("青石镇人民政府", "县政府办", 2025, r, marks, findings, law.Day(2026, 2, 2), law.Day(2026, 1, 26))
	if !n.Returned || len(n.Items) != len(marks) {
		t.Fatalf("%d items of %d marks", len(n.Items), len(marks))
	}
	var rule, own *NoticeItem
	for i := range n.Items {
		switch {
		case n.Items[i].Code != "" && rule == nil:
			rule = &n.Items[i]
		case strings.Contains(n.Items[i].Message, "公示系统"):
			own = &n.Items[i]
		}
	}
	if rule == nil || rule.Expected == "" || rule.Found == "" || !strings.Contains(rule.Cite, "《") {
		t.Errorf("the rule's item names no figures or no rule: %+v", rule)
	}
	if own == nil || !strings.HasPrefix(own.Where, "表二 · ") || own.Found != "0" {
		t.Errorf("the office's own item does not name its cell: %+v", own)
	}
}

// A mark is settled when the finding is gone or the figure is another one, and
// not by a change elsewhere.
func TestMarksAreSettledByWhatTheyAskFor(t *testing.T) {
	before, findings := broken(t)
	marks := append((&Filing{}).OpenMarks(findings), Mark{Cell: "t2.licence.decisions", Text: "核对"}, Mark{Text: "请补盖公章"})
	after := before.Clone()
	for i, m := range Settle(marks, before, after, findings) {
		if m.Settled {
			t.Errorf("mark %d is settled by nothing", i)
		}
	}
	after.Set("t2.licence.decisions", annual.Num(4))
	got := Settle(marks, before, after, annual.CheckFigures(after))
	if n := len(got); !got[n-2].Settled || !got[n-1].Settled || got[0].Settled {
		t.Errorf("after one figure changed: %+v", got)
	}
	copied := []Mark{{Code: "D-SIMILAR", Text: "文字与“白鹿镇”的报告相同"}}
	if Settle(copied, before, after, nil)[0].Settled {
		t.Error("copied words are settled by another figure")
	}
	after.Chapters[0] = "重新写过的情况。"
	if !Settle(copied, before, after, nil)[0].Settled {
		t.Error("rewritten words are still marked as copied")
	}
	after.Set("t3.new.natural", annual.Num(0))
	if got = Settle(marks, before, after, annual.CheckFigures(after)); !got[0].Settled {
		t.Errorf("the sum is right and still marked: %+v", got[0])
	}
}

// What came on paper is received as it is; what is wrong with it stands in the
// way of accepting it, not of recording it.
func TestReceivingIsAFactAndAcceptingIsNot(t *testing.T) {
	_, findings := broken(t)
	f := Filing{State: FilingDraft, Due: law.Day(2026, 1, 20)}
	if err := f.Submit(findings, law.Day(2026, 1, 22)); err == nil {
		t.Fatal("errors do not stop the organ from filing")
	}
	if err := f.Receive(law.Day(2026, 1, 22)); err != nil {
		t.Fatal(err)
	}
	if f.State != FilingSubmitted || f.Late(law.Day(2026, 2, 1)) != 2 {
		t.Errorf("received: %+v", f)
	}
	if err := f.Accept(findings, law.Day(2026, 1, 23)); err == nil {
		t.Error("a report with errors is accepted")
	}
	if err := f.Receive(law.Day(2026, 1, 23)); err == nil {
		t.Error("a report that waits is received again")
	}
}
