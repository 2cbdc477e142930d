package reporting

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

func report(t *testing.T, organ string, year int) *annual.Report {
	t.Helper()
	f, err := annual.FormFor(year)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, organ, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	return r
}

func list(names ...string) []org.Organ {
	var out []org.Organ
	for i, n := range names {
		o := org.Organ{ID: int64(i + 1), Name: n}
		o.Kind, o.Level = org.GuessKind(n)
		out = append(out, o)
	}
	return out
}

var (
	wrong = annual.Finding{Code: "T3-COL-SUM", Level: annual.Error, Cells: []string{"t3.new.total"}, Message: "合计不符"}
	odd   = annual.Finding{Code: "T2-UNIT-21", Level: annual.Warning, Cells: []string{"t2.fees.amount"}, Message: "疑似以元填写"}
	note  = annual.Finding{Code: "D-PUNCT", Level: annual.Info, Message: "半角标点"}
)

func TestEveryStatus(t *testing.T) {
	organs := list("云岭县清溪镇人民政府", "云岭县白马镇人民政府", "云岭县财政局", "云岭县教育局", "云岭县水务局")
	c := Build([]Entry{
		{File: "清溪镇.docx", Report: report(t, "清溪镇人民政府", 2025), Findings: []annual.Finding{wrong, odd}},
		{File: "收件/白马镇2025年报.html", Report: report(t, "", 2025), Findings: []annual.Finding{odd, note}},
		{File: "县财政局年报.txt", Report: report(t, "云岭县财政局", 2025), Findings: []annual.Finding{note}},
		{File: "教育局年报.doc", Problem: "文件设有打开密码。", Code: "ENCRYPTED"},
	}, organs, 0)
	if c.Year != 2025 {
		t.Errorf("year %d, want the one most reports are for", c.Year)
	}
	for organ, want := range map[string]Status{
		"云岭县清溪镇人民政府": Return, "云岭县白马镇人民政府": Explain, "云岭县财政局": Accept, "云岭县教育局": Unreadable, "云岭县水务局": Missing,
	} {
		r := c.Row(organ)
		if r == nil {
			t.Fatalf("no row for %s", organ)
		}
		if r.Status != want {
			t.Errorf("%s is %s, want %s", organ, r.Status.Chinese(), want.Chinese())
		}
	}
	if len(c.Unknown) != 0 {
		t.Errorf("unknown files: %v", c.Unknown)
	}
}

func TestUnlistedAndUnknown(t *testing.T) {
	c := Build([]Entry{
		{File: "扫描件001.pdf", Report: report(t, "", 2025)},
		{File: "年报.docx", Report: report(t, "邻县石门镇人民政府", 2025)},
		{File: "会议通知.docx", Problem: "这不是年度报告。"},
	}, list("云岭县清溪镇人民政府"), 2025)
	if len(c.Unknown) != 2 {
		t.Errorf("%d unknown files, want 2: a nameless report and a letter", len(c.Unknown))
	}
	r := c.Row("邻县石门镇人民政府")
	if r == nil || r.Listed || len(r.Notes) == 0 {
		t.Errorf("an organ that is not on the list must be shown as such: %+v", r)
	}
}

// Every county has a 民政局: the short name of a file gives it to no other
// county's bureau of the list, while places further up and names without a
// place still fit.
func TestAnotherCountysBureauIsNotTaken(t *testing.T) {
	c := Build([]Entry{{File: "县民政局2025年年报.docx", Report: report(t, "云岭县民政局", 2025)}}, list("临江县民政局", "临江县水利局"), 2025)
	if c.Count(Missing) != 2 {
		t.Errorf("%d organs are missing, want both of 临江县: %+v", c.Count(Missing), c.Rows)
	}
	if r := c.Row("云岭县民政局"); r == nil || r.Listed {
		t.Errorf("the report's own organ is not shown as unlisted: %+v", r)
	}
	for _, name := range []string{"清源市云岭县民政局", "县民政局", "民政局", "云岭县民政局"} {
		c := Build([]Entry{{File: "县民政局2025年年报.docx", Report: report(t, name, 2025)}}, list("云岭县民政局"), 2025)
		if r := c.Row("云岭县民政局"); r == nil || r.Status == Missing || len(c.Rows) != 1 {
			t.Errorf("a report that calls itself %s is not that of 云岭县民政局: %+v", name, c.Rows)
		}
	}
}

// A file that fits two organs is given to neither.
func TestAmbiguousNameIsNotGuessed(t *testing.T) {
	c := Build([]Entry{{File: "城关镇和清溪镇.docx", Report: report(t, "", 2025)}}, list("云岭县城关镇人民政府", "云岭县清溪镇人民政府"), 2025)
	if len(c.Unknown) != 1 || c.Count(Missing) != 2 {
		t.Errorf("unknown %d, missing %d; want 1 and 2", len(c.Unknown), c.Count(Missing))
	}
}

func TestTwoFilesOfOneOrgan(t *testing.T) {
	early, late := report(t, "清溪镇人民政府", 2025), report(t, "清溪镇人民政府", 2025)
	early.Dated, late.Dated = law.Day(2026, 1, 10), law.Day(2026, 1, 18)
	plain := report(t, "清溪镇人民政府", 2025)
	for name, row := range map[string]struct {
		files []Entry
		use   string
		why   string
	}{
		"unreadable loses":          {[]Entry{{File: "a.docx", Problem: "已损坏。"}, {File: "b.txt", Report: plain}}, "b.txt", "读不出"},
		"the corrected file wins":   {[]Entry{{File: "清溪镇（更正）.docx", Report: early}, {File: "清溪镇.docx", Report: late}}, "清溪镇（更正）.docx", "更正稿"},
		"then the later dated":      {[]Entry{{File: "a.docx", Report: early}, {File: "b.docx", Report: late}}, "b.docx", "成文日期较早"},
		"then the one less wrong":   {[]Entry{{File: "a.docx", Report: plain, Findings: []annual.Finding{wrong}}, {File: "b.docx", Report: plain}}, "b.docx", "错误较多"},
		"the same twice, by a name": {[]Entry{{File: "b.docx", Report: plain}, {File: "a.docx", Report: plain}}, "a.docx", "重复报送"},
	} {
		for i := range row.files {
			if row.files[i].Report == nil { // an unreadable file is matched by its name alone
				row.files[i].File = "清溪镇" + row.files[i].File
			}
		}
		c := Build(row.files, list("云岭县清溪镇人民政府"), 2025)
		r := c.Rows[0]
		if r.File != row.use || len(r.Other) != 1 {
			t.Errorf("%s: used %q, others %v", name, r.File, r.Other)
		}
		if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], row.why) {
			t.Errorf("%s: the note %q does not say %q", name, r.Notes, row.why)
		}
	}
}

func TestAnotherYearsReport(t *testing.T) {
	c := Build([]Entry{
		{File: "清溪镇2024.docx", Report: report(t, "清溪镇人民政府", 2024)},
		{File: "白马镇2025.docx", Report: report(t, "白马镇人民政府", 2025)},
	}, list("云岭县清溪镇人民政府", "云岭县白马镇人民政府"), 2025)
	r := c.Row("云岭县清溪镇人民政府")
	if r.Status != Missing || len(c.Strange) != 1 || len(r.Notes) != 1 {
		t.Errorf("last year's report must not count: %+v", r)
	}
}

// A town hands in its neighbour's report under its own file name.
func TestNeighboursReportUnderOwnName(t *testing.T) {
	c := Build([]Entry{
		{File: "清溪镇.docx", Report: report(t, "清溪镇人民政府", 2025)},
		{File: "白马镇.docx", Report: report(t, "清溪镇人民政府", 2025)},
	}, list("云岭县清溪镇人民政府", "云岭县白马镇人民政府"), 2025)
	r := c.Row("云岭县白马镇人民政府")
	if r.Status != Return || r.Findings[0].Code != "KIT-ORGAN" {
		t.Errorf("the wrong name inside must be an error: %+v", r)
	}
	if len(c.Row("云岭县清溪镇人民政府").Other) != 0 {
		t.Error("the neighbour must not be shown a file that is not its own")
	}
}

func TestWithoutList(t *testing.T) {
	c := Build([]Entry{
		{File: "x.docx", Report: report(t, "云岭县白马镇人民政府", 2025)},
		{File: "y.docx", Report: report(t, "云岭县财政局", 2025)},
		{File: "青石镇2025年报.docx", Problem: "已损坏。"},
	}, nil, 0)
	if len(c.Rows) != 3 || c.Count(Missing) != 0 || c.Row("青石镇") == nil {
		t.Errorf("rows: %+v", c.Rows)
	}
}

func TestChanges(t *testing.T) {
	organs := list("甲镇人民政府", "乙镇人民政府", "丙镇人民政府", "丁镇人民政府")
	a1, a2 := report(t, "甲镇人民政府", 2025), report(t, "甲镇人民政府", 2025)
	a2.Set("t3.new.total", annual.Num(3))
	other := annual.Finding{Code: "T4-SUM", Level: annual.Error, Cells: []string{"t4.review.total"}, Message: "总计不符"}
	before := Build([]Entry{
		{File: "甲镇.docx", Report: a1, Findings: []annual.Finding{wrong, odd}},
		{File: "丙镇.docx", Report: report(t, "丙镇人民政府", 2025)},
	}, organs, 2025).Snapshot("县政府办", "2026-01-20")
	now := Build([]Entry{
		{File: "甲镇.docx", Report: a2, Findings: []annual.Finding{odd, other}},
		{File: "乙镇.docx", Report: report(t, "乙镇人民政府", 2025), Findings: []annual.Finding{wrong}},
		{File: "丙镇.docx", Report: report(t, "丙镇人民政府", 2025)},
	}, organs, 2025)
	now.Compare(before)
	flaw := func(f annual.Finding) []Flaw { return flaws([]annual.Finding{f}) }
	want := []OrganChange{
		{Organ: "甲镇人民政府", Was: Return, Is: Return, Fixed: flaw(wrong), StillWrong: flaw(odd), NewlyWrong: flaw(other), Figures: 1},
		{Organ: "乙镇人民政府", Was: Missing, Is: Return, NewlyFiled: true, NewlyWrong: flaw(wrong)},
	}
	if d := cmp.Diff(want, now.Changes); d != "" {
		t.Errorf("changes (-want +got):\n%s", d)
	}
}

func TestNotice(t *testing.T) {
	r := &Row{Organ: "甲镇人民政府", Status: Return, Report: report(t, "甲镇人民政府", 2025), Findings: []annual.Finding{odd, note, wrong}}
	n, ok := NoticeFor(r, "县政府办", 2025, law.Day(2026, 1, 28), law.Day(2026, 1, 22))
	if !ok || len(n.Items) != 2 || n.Items[0].Code != "T3-COL-SUM" || n.Items[1].Code != "T2-UNIT-21" {
		t.Fatalf("errors come first, information stays out: %+v", n.Items)
	}
	if !strings.HasPrefix(n.Items[0].Where, "表三") || !strings.Contains(n.Items[0].Where, "总计") {
		t.Errorf("the place is %q", n.Items[0].Where)
	}
	if _, ok := NoticeFor(&Row{Organ: "乙镇", Status: Accept}, "", 2025, law.Date{}, law.Date{}); ok {
		t.Error("an acceptable report needs no notice")
	}
	if _, ok := NoticeFor(&Row{Organ: "丙镇", Status: Missing}, "", 2025, law.Date{}, law.Date{}); ok {
		t.Error("who has not filed gets no list of faults")
	}
	u, ok := NoticeFor(&Row{Organ: "丁镇", Status: Unreadable, File: "a/b.doc", Problem: "文件设有打开密码。"}, "", 2025, law.Date{}, law.Date{})
	if !ok || !strings.Contains(u.Items[0].Where, "b.doc") {
		t.Errorf("an unreadable file is returned with its name: %+v", u)
	}
}

func TestSuspects(t *testing.T) {
	a, b, d := report(t, "甲镇", 2025), report(t, "乙镇", 2025), report(t, "丙镇", 2025)
	a.Chapters[0] = "围绕群众关心的饮水安全和道路硬化，逐村公示资金安排和工程进度，接受村民代表当面质询。"
	b.Chapters[0] = "本年度，" + a.Chapters[0]
	d.Chapters[0] = "把办事指南印成口袋书，在赶集日发放，并由驻村干部现场解答申请材料和办理时限方面的疑问。"
	c := Build([]Entry{{File: "1", Report: a}, {File: "2", Report: b}, {File: "3", Report: d}}, list("甲镇", "乙镇", "丙镇"), 2025)
	if got := c.Suspects(); len(got) != 1 || got[0] != [2]int{0, 1} {
		t.Errorf("suspects %v, want the first two only", got)
	}
	c.SetAlike([]Pair{{A: "甲镇", B: "丙镇", Score: 0.2}, {A: "甲镇", B: "乙镇", Score: 0.9}})
	if len(c.Alike) != 1 || len(c.AlikeTo("乙镇")) != 1 || len(c.AlikeTo("丙镇")) != 0 {
		t.Errorf("alike: %+v", c.Alike)
	}
}
