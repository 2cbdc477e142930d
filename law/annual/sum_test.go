package annual

import (
	"errors"
	"testing"

	"pgregory.net/rapid"
)

func TestSumOfTrueReportsIsTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := rapidReport(t)
		reports := []*Report{a}
		for range rapid.IntRange(0, 5).Draw(t, "more") {
			if b := rapidReport(t); b.Form == a.Form {
				reports = append(reports, b)
			}
		}
		s, err := Sum(reports...)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Failing(); len(got) != 0 {
			t.Fatalf("identities fail in the sum: %v", got)
		}
		for i := range s.Values {
			n := int64(0)
			for _, r := range reports {
				n += r.Values[i].N
			}
			if s.Values[i] != Num(n) {
				t.Fatalf("cell %d: %v, want %d", i, s.Values[i], n)
			}
		}
		if d, err := CompareSum(s, reports...); err != nil || len(d) != 0 {
			t.Fatalf("sum differs from its parts: %v %v", d, err)
		}
	})
}

func TestSumKeepsBlanks(t *testing.T) {
	a := blank(busy("2021", 2023), "t3.new.total", "t3.granted.total")
	b := blank(busy("2021", 2023), "t3.new.total")
	s, details, err := SumWithDetail(a, b)
	if err != nil {
		t.Fatal(err)
	}
	if v := s.Get("t3.new.total"); v.Kind != Blank {
		t.Errorf("blank everywhere stays blank, got %v", v)
	}
	if v := s.Get("t3.granted.total"); v != Num(12) {
		t.Errorf("blank and 12 make 12, got %v", v)
	}
	if len(details) != 2 || details[1].Cell != "t3.granted.total" || details[1].Known != 1 || details[1].Blank != 1 || details[1].Lacking[0] != 0 {
		t.Errorf("details %+v", details)
	}
	if len(s.Notes) != 1 || s.Notes[0].Code != "SUM-BLANK" {
		t.Errorf("the sum must say that figures are missing: %v", s.Notes)
	}
	m := with(zeros("2019", 2020), map[string]int64{"t2.procurement.projects": 6, "t2.procurement.amount": 86200})
	if s, _ := Sum(m, m); len(s.Notes) != 1 || s.Notes[0].Code != "SUM-UNIT" || s.Get("t2.procurement.amount").N != 172400*Micro {
		t.Errorf("money without a unit is added with a note: %v", s.Notes)
	}
	if _, err := Sum(); !errors.Is(err, ErrNothingToSum) {
		t.Error(err)
	}
	if _, err := Sum(zeros("2019", 2020), zeros("2021", 2023)); !errors.Is(err, ErrMixedEditions) {
		t.Error(err)
	}
}

func TestCompareAcrossEditions(t *testing.T) {
	type m = map[string]int64
	a := with(zeros("2019", 2020), m{"t3.other.total": 3, "t2.normative.total": 9, "t2.normative.made": 2, "t2.licence.decisions": 5, "t3.new.total": 4})
	b := with(zeros("2021", 2021), m{"t3.other_overdue.total": 1, "t3.other_misc.total": 2, "t2.normative.in_force": 7, "t2.normative.made": 3, "t2.licence.decisions": 5, "t3.new.total": 6})
	got := map[string]Difference{}
	for _, d := range Compare(a, b) {
		got[d.Cell] = d
	}
	if _, differs := got["t3.other.total"]; differs {
		t.Error("其他处理 3 equals 1+0+2")
	}
	if d := got["t2.normative.in_force"]; d.Comparable || d.A != Num(9) || d.B != Num(7) {
		t.Errorf("对外公开总数量 and 现行有效件数 are shown, not equated: %+v", d)
	}
	if d := got["t2.normative.made"]; !d.Comparable || d.A != Num(2) || d.B != Num(3) {
		t.Errorf("%+v", d)
	}
	if d := got["t3.new.total"]; !d.Comparable || d.A != Num(4) || d.B != Num(6) {
		t.Errorf("%+v", d)
	}
	if _, differs := got["t2.licence.decisions"]; differs {
		t.Error("decisions are comparable and equal")
	}
	for _, id := range []string{"t2.fees.amount", "t2.fees.last_year", "t2.procurement.projects", "t2.other_services.decisions"} {
		if d, ok := got[id]; !ok || d.Comparable {
			t.Errorf("%s stands in one edition only: %+v", id, d)
		}
	}
	back := map[string]Difference{}
	for _, d := range Compare(b, a) {
		back[d.Cell] = d
	}
	if d := back["t3.new.total"]; d.A != Num(6) || d.B != Num(4) {
		t.Errorf("sides must follow the arguments: %+v", d)
	}
	if d := Compare(a, a); len(d) != 0 {
		t.Error("a report does not differ from itself")
	}
}

func TestCompareProse(t *testing.T) {
	a, b := zeros("2021", 2022), zeros("2021", 2023)
	a.Intro, b.Intro = "", ""
	for i := range a.Chapters {
		a.Chapters[i], b.Chapters[i] = "", ""
	}
	a.Chapters[0] = "第一段不变。\n我镇通过公示栏公开信息120条，群众满意。\n这一段今年没有了。"
	b.Chapters[0] = "第一段不变。\n我镇通过公示栏公开信息199条，群众满意。\n新增视频号栏目一个。"
	var kinds []ChangeKind
	for _, d := range CompareProse(a, b) {
		kinds = append(kinds, d.Kind)
	}
	want := []ChangeKind{Same, Changed, Removed, Added}
	if len(kinds) != len(want) {
		t.Fatalf("%v, want %v", kinds, want)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("%v, want %v", kinds, want)
		}
	}
}
