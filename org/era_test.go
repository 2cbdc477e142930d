package org

import (
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
)

func TestARenamedOrganKeepsItsOldName(t *testing.T) {
	was := Facts{Name: "青石乡人民政府", Kind: Town, Parent: 1}
	line := Timeline{{Facts: was}}
	is := was
	is.Name = "青石镇人民政府"
	line = line.Change(law.Day(2022, 7, 1), is)
	moved := is
	moved.Parent = 2
	line = line.Change(law.Day(2024, 1, 1), moved)
	for day, want := range map[law.Date]Facts{law.Day(1990, 1, 1): was, law.Day(2022, 6, 30): was, law.Day(2022, 7, 1): is, law.Day(2023, 12, 31): is, law.Day(2024, 1, 1): moved} {
		if got := line.On(day); got != want {
			t.Errorf("on %v: %+v", day, got)
		}
	}
	// Entered afterwards: it had another name for a time before that.
	older := line.On(law.Day(2010, 1, 1))
	older.Name = "青石公社"
	back := line.Correct(law.Day(2010, 1, 1), older).Change(law.Day(1984, 1, 1), was)
	if back.On(law.Day(1983, 1, 1)).Name != "青石公社" || back.On(law.Day(1984, 1, 1)) != was || back.Now() != moved || !back.Check() {
		t.Errorf("%+v", back)
	}
	// A slip in the name is put right for the whole time it stood, and only then.
	right := is
	right.Name = "青石镇政府"
	c := line.Correct(law.Day(2023, 1, 1), right)
	if c.On(law.Day(2022, 6, 30)) != was || c.On(law.Day(2022, 7, 1)).Name != "青石镇政府" || c.Now().Name != "青石镇政府" || c.Now().Parent != 2 {
		t.Errorf("%+v", c)
	}
}

func drawFacts(t *rapid.T) Facts {
	n := func(s string) int64 { return int64(rapid.IntRange(0, 2).Draw(t, s)) }
	return Facts{Name: rapid.SampledFrom([]string{"甲", "乙", "丙"}).Draw(t, "name"), Parent: n("parent"), Line: n("line"), Level: Level(n("level"))}
}

// Whatever is entered in whatever order: no gap, the day has what was said of
// it, and no earlier day is touched by a change.
func TestHistoryHoldsTogether(t *testing.T) {
	first := law.Day(2020, 1, 1)
	rapid.Check(t, func(t *rapid.T) {
		line := Timeline{{Facts: drawFacts(t)}}
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			d, to := first.AddDays(rapid.IntRange(0, 30).Draw(t, "day")), drawFacts(t)
			old, correct := line, rapid.Bool().Draw(t, "correct")
			if correct {
				line = line.Correct(d, to)
			} else {
				line = line.Change(d, to)
			}
			if !line.Check() {
				t.Fatalf("%+v after %v on %v of %+v", line, to, d, old)
			}
			if line.On(d) != to {
				t.Fatalf("on %v: %+v, want %+v", d, line.On(d), to)
			}
			for e := first.AddDays(-2); e.Before(d) && !correct; e = e.AddDays(1) {
				if line.On(e) != old.On(e) {
					t.Fatalf("a change on %v changed %v", d, e)
				}
			}
		}
	})
}
