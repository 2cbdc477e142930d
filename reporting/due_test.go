package reporting

import (
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
)

// 条例第四十九条: departments by 31 January, governments by 31 March; it names no
// day for towns. The regulation before gave everybody 31 March.
func TestStatutoryDay(t *testing.T) {
	for _, c := range []struct {
		kind org.Kind
		year int
		want law.Date
	}{
		{org.Department, 2025, law.Day(2026, 1, 31)}, {org.Authorised, 2025, law.Day(2026, 1, 31)}, {"", 2025, law.Day(2026, 1, 31)},
		{org.Government, 2025, law.Day(2026, 3, 31)}, {org.Town, 2025, law.Date{}}, {org.Street, 2025, law.Date{}},
		{org.Village, 2025, law.Date{}}, {org.Section, 2025, law.Date{}}, {org.Enterprise, 2025, law.Date{}},
		{org.Department, 2019, law.Day(2020, 1, 31)}, {org.Department, 2018, law.Day(2019, 3, 31)}, {org.Town, 2018, law.Day(2019, 3, 31)}, {org.Government, 2007, law.Date{}},
	} {
		d := DueDay(c.kind, c.year)
		if d.Day != c.want || d.PublishBy != c.want || d.Local || d.Basis == "" {
			t.Errorf("%s for %d: %+v, want %v", c.kind.Chinese(), c.year, d, c.want)
		}
	}
	if k := DueKind(org.Organ{Kind: org.Government, Level: org.Township}); k != org.Town {
		t.Errorf("a government of township level counts as %s", k.Chinese())
	}
}

// A local day is for handing in, the statute's for publication; a return makes
// nobody late, and what was published stays as late as it was.
func TestLate(t *testing.T) {
	today := law.Day(2026, 2, 10)
	due, by := law.Day(2026, 1, 20), law.Day(2026, 1, 31)
	for name, c := range map[string]struct {
		f    Filing
		want int
	}{
		"no day":                        {Filing{State: FilingDraft}, 0},
		"nothing handed in":             {Filing{State: FilingDraft, Due: due}, 21},
		"in time, waiting":              {Filing{State: FilingSubmitted, Due: due, Submitted: law.Day(2026, 1, 20)}, 0},
		"handed in late":                {Filing{State: FilingAccepted, Due: due, Submitted: law.Day(2026, 1, 23)}, 3},
		"in time, returned":             {Filing{State: FilingReturned, Due: due, Submitted: law.Day(2026, 1, 19)}, 0},
		"in time, not published by law": {Filing{State: FilingAccepted, Due: due, PublishBy: by, Submitted: law.Day(2026, 1, 19)}, 10},
		"published in time":             {Filing{State: FilingPublished, Due: due, PublishBy: by, Submitted: due, Filed: due, Published: by}, 0},
		"published late":                {Filing{State: FilingPublished, Due: due, PublishBy: by, Filed: due, Published: law.Day(2026, 2, 2)}, 2},
		"published late, town":          {Filing{State: FilingPublished, Due: due, Filed: due, Published: law.Day(2026, 2, 2)}, 0},
		"being corrected":               {Filing{State: FilingDraft, Correction: 1, Due: due, Filed: law.Day(2026, 1, 22), Published: law.Day(2026, 1, 25)}, 2},
		"published without being filed": {Filing{State: FilingPublished, Due: due, Published: law.Day(2026, 1, 24)}, 4},
	} {
		if got := c.f.Late(today); got != c.want {
			t.Errorf("%s: late by %d days, want %d", name, got, c.want)
		}
	}
}

func TestWithdrawAndRemind(t *testing.T) {
	f := Filing{State: FilingDraft}
	if !no(f.Withdraw()) {
		t.Error("a draft was withdrawn")
	}
	f.State, f.Submitted, f.SubmittedBy = FilingSubmitted, filed, 7
	if err := f.Withdraw(); err != nil || f.State != FilingDraft || !f.Submitted.IsZero() || f.SubmittedBy != 0 {
		t.Errorf("%v %+v", err, f)
	}
	f.State, f.Marks = FilingSubmitted, []Mark{{Text: "改"}}
	if err := f.Withdraw(); err != nil || f.State != FilingReturned {
		t.Errorf("what was returned once: %v %+v", err, f)
	}
	f.State = FilingAccepted
	if !no(f.Withdraw()) {
		t.Error("what the office decided was withdrawn")
	}

	f = Filing{State: FilingDraft}
	if err := f.Remind(filed, false); err != nil || !no(f.Remind(filed, false)) || f.Remind(filed, true) != nil || f.Remind(filed.AddDays(1), false) != nil || f.Reminders != 3 {
		t.Errorf("reminded: %+v", f)
	}
	for _, s := range []FilingState{FilingSubmitted, FilingAccepted, FilingPublished} {
		f.State = s
		if !no(f.Remind(filed.AddDays(9), true)) {
			t.Errorf("reminded of what is %s", s.Chinese())
		}
	}
}

func TestDifferences(t *testing.T) {
	was := report(t, "清溪镇人民政府", 2025)
	was.Chapters[0] = "第一句。第二句不对。第三句。"
	was.Contact = "电话：0000-0000001"
	if d := Differences(was, was.Clone()); len(d) != 0 {
		t.Errorf("a copy differs: %+v", d)
	}
	is := was.Clone()
	is.Set("t3.new.total", annual.Num(1234))
	is.Set("t2.fees.amount", annual.Num(12_500_000))
	is.Set("t3.granted.natural", annual.Value{Kind: annual.Blank})
	is.Set("t3.partial.natural", annual.Value{Kind: annual.NA})
	is.Chapters[0] = "第一句。第二句对了。第三句。"
	is.Contact = ""
	want := []Difference{
		{Cell: "t2.fees.amount", Old: "0", New: "12.5"}, {Cell: "t3.new.total", Old: "0", New: "1234"},
		{Cell: "t3.granted.natural", Old: "0", New: "（空）"}, {Cell: "t3.partial.natural", Old: "0", New: "/"},
		{Part: "chapter.1", Label: "一、总体情况", Old: "第二句不对。", New: "第二句对了。"},
		{Part: "contact", Label: "联系方式", Old: "电话：0000-0000001", New: ""},
	}
	got := Differences(was, is)
	if len(got) != len(want) {
		t.Fatalf("%d differences: %+v", len(got), got)
	}
	for i, w := range want {
		g := got[i]
		if w.Label == "" && g.Label != "" {
			g.Label = ""
		}
		if g != w {
			t.Errorf("%d: %+v, want %+v", i, got[i], w)
		}
	}
	if got[1].Label[:len("表三 · ")] != "表三 · " {
		t.Errorf("the place is %q", got[1].Label)
	}
}
