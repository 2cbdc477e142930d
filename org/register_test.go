package org

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

func registerOf(list ...Entered) Register {
	return Register{Organs: list, Day: law.Day(2026, 1, 12), Top: true, May: func(Subject, Kind) bool { return true }}
}

// Whatever a list says: every line gets its report, nothing is both wrong and
// taken, and a list that is all right makes a tree.
func TestAnyListIsAnswered(t *testing.T) {
	word := rapid.SampledFrom([]string{"", "甲局", "乙局", "丙县人民政府", "党政办", "无", "C1", "C2", "J1", "科室", "乡镇", "2020-01-01", "很久以前", "\x00", "330122"})
	rapid.Check(t, func(t *rapid.T) {
		top := Entered{Organ: Organ{ID: 1, Name: "丙县人民政府", Code: "C1", Kind: Government, Level: County, Path: "/1/"}, Home: 1}
		town := Entered{Organ: Organ{ID: 2, Name: "甲局", Code: "C2", Kind: Department, Parent: 1, Path: "/1/2/"}, Home: 2}
		var lines []RegisterLine
		for i := range rapid.IntRange(1, 6).Draw(t, "n") {
			l := RegisterLine{Line: i + 2, Text: map[string]string{}}
			for _, f := range RegisterFields() {
				if rapid.Bool().Draw(t, f.Name) {
					l.Text[f.Name] = word.Draw(t, "text")
				}
			}
			lines = append(lines, l)
		}
		plans := registerOf(top, town).Plan(lines)
		if len(plans) != len(lines) {
			t.Fatal("a line has no report")
		}
		after := map[int64]Organ{1: top.Organ, 2: town.Organ}
		for i, p := range plans {
			if p.Line != lines[i].Line || (p.Does == RosterBad) != (len(p.Faults) > 0) {
				t.Fatalf("%+v", p)
			}
			if p.Does == RosterBad {
				return
			}
			after[p.To.Organ.ID] = p.To.Organ
		}
		var all []Organ
		codes := map[string]bool{}
		for _, o := range after {
			all = append(all, o)
			if err := o.Check(); err != nil {
				t.Fatal(err)
			}
			if o.Code != "" && codes[o.Code] {
				t.Fatalf("two organs have the code %s", o.Code)
			}
			codes[o.Code] = true
		}
		if _, err := NewTree(all); err != nil {
			t.Fatalf("%v: %+v", err, lines)
		}
	})
}

func TestAListOfANationIsPlannedAtOnce(t *testing.T) {
	var list []Entered
	var lines []RegisterLine
	for i := range 20_000 {
		o := Organ{ID: int64(i + 1), Name: fmt.Sprintf("第%d镇人民政府", i), Kind: Town, Level: Township, Parent: 1, Path: fmt.Sprintf("/1/%d/", i+1)}
		if i == 0 {
			o = Organ{ID: 1, Name: "顶", Kind: Government, Path: "/1/"}
		}
		list = append(list, Entered{Organ: o, Home: o.ID})
		lines = append(lines, RegisterLine{Line: i + 2, Text: map[string]string{"name": o.Name, "parent": map[bool]string{true: "", false: "顶"}[i == 0]}})
	}
	for i, p := range registerOf(list...).Plan(lines) {
		if p.Does != RosterSame {
			t.Fatalf("line %d: %+v", i, p)
		}
	}
}

func TestDefaultRemediesFollowTheTree(t *testing.T) {
	county := Organ{Name: "云岭县人民政府", Kind: Government, Level: County}
	city := Organ{Name: "乌有市人民政府", Kind: Government, Level: Prefecture}
	above := []Organ{county, city}
	tax := Organ{Name: "乌有市税务局", Kind: Department}
	day, old := law.Day(2025, 1, 1), law.Day(2023, 12, 31)
	for _, c := range []struct {
		what   string
		organ  Organ
		above  []Organ
		line   *Organ
		day    law.Date
		review string
		court  string
	}{
		{"bureau", Organ{Name: "云岭县财政局", Kind: Department, Level: County}, above, nil, day, "云岭县人民政府", "云岭县人民法院"},
		{"bureau under the old law", Organ{Name: "云岭县财政局", Kind: Department, Level: County}, above, nil, old, "云岭县人民政府", "云岭县人民法院"},
		{"town", Organ{Name: "青石镇人民政府", Kind: Town}, above, nil, day, "云岭县人民政府", "云岭县人民法院"},
		{"street", Organ{Name: "东山街道办事处", Kind: Street}, above, nil, day, "云岭县人民政府", "云岭县人民法院"},
		{"county", county, above[1:], nil, day, "乌有市人民政府", "乌有市中级人民法院"},
		{"vertical", Organ{Name: "云岭县税务局", Kind: Department, Level: County}, above, &tax, day, "乌有市税务局", "云岭县人民法院"},
		{"ministry", Organ{Name: "乌有部", Kind: Department, Level: Nation}, nil, nil, day, "乌有部", ""},
		{"province", Organ{Name: "乌有省人民政府", Kind: Government, Level: Province}, nil, nil, day, "乌有省人民政府", ""},
		{"section", Organ{Name: "党政办", Kind: Section}, above, nil, day, "", ""},
		{"unknown", Organ{Name: "来历不明"}, above, nil, day, "", "云岭县人民法院"},
	} {
		r, steps := DefaultRemedy(Review, c.organ, c.above, c.line, c.day)
		k, more := DefaultRemedy(Court, c.organ, c.above, c.line, c.day)
		if r.Name != c.review || k.Name != c.court {
			t.Errorf("%s: %q and %q", c.what, r.Name, k.Name)
		}
		for _, s := range append(steps, more...) {
			if s.Text == "" || (r.Name != "" && s.Cite.Empty()) {
				t.Errorf("%s: %+v says nothing or rests on nothing", c.what, s)
			}
		}
	}
	_, oldWay := DefaultRemedy(Review, Organ{Kind: Department, Level: County}, above, nil, old)
	_, newWay := DefaultRemedy(Review, Organ{Kind: Department, Level: County}, above, nil, day)
	if oldWay[0].Cite.Article == newWay[0].Cite.Article {
		t.Error("the law of 2024 is not told from the one before")
	}
}
