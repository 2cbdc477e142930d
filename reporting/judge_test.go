package reporting

import (
	"slices"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
)

func zeros(t *testing.T) *annual.Report {
	t.Helper()
	f, err := annual.FormFor(2025)
	if err != nil {
		t.Fatal(err)
	}
	r := annual.New(f, "云岭县青石镇人民政府", 2025)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	return r
}

// A missed day asks for an explanation: as an error it could never be handed in.
func TestBeingLateBlocksNoFiling(t *testing.T) {
	r := zeros(t)
	r.Dated = law.Day(2026, 2, 9)
	c := &annual.Context{Level: annual.LevelTown, Deadline: law.Day(2026, 1, 20)}
	level := func(fs []annual.Finding) annual.Level {
		i := slices.IndexFunc(fs, func(f annual.Finding) bool { return f.Code == "D-DATE" })
		if i < 0 {
			t.Fatal("the missed day is not mentioned")
		}
		return fs[i].Level
	}
	if level(annual.Check(r, c)) != annual.Error || level(Judge(r, c)) != annual.Warning {
		t.Error("a missed day is judged the same here and there")
	}
}

func TestAChapterLeftEmptyIsNamed(t *testing.T) {
	r := zeros(t)
	if !slices.ContainsFunc(Judge(r, &annual.Context{}), func(f annual.Finding) bool { return f.Code == "D-FIVE-EMPTY" }) {
		t.Error("an empty chapter 五 is passed over")
	}
	if len(r.Missing) != 0 {
		t.Errorf("judging changed the report: %v", r.Missing)
	}
}

// What was read with a repair, or not at all, stays open until a person has
// looked at that very cell.
func TestACellIsOpenUntilSomebodyConfirmsIt(t *testing.T) {
	r := zeros(t)
	r.Set("t4.review.total", annual.Value{})
	r.Undecided = []annual.Undecided{{Cells: []string{"t4.review.total"}, Raw: "l"}}
	r.Repairs = []annual.Repair{{Code: "GLUED", Was: "120", Cells: []string{"t3.new.natural", "t3.new.business"}}, {Code: "LABEL-MISPRINT", Was: "住房举报"}}
	r.Missing = []string{"t4.review"}
	want := []string{"t3.new.natural", "t3.new.business", "t4.review.total"}
	if got := Unconfirmed(r); !slices.Equal(got, want) {
		t.Fatalf("open: %v", got)
	}
	one, ok := Confirm(r, "t3.new.natural", annual.Num(12))
	if !ok || !slices.Equal(Unconfirmed(one), want[1:]) || one.Get("t3.new.natural").N != 12 || r.Get("t3.new.natural").N != 0 {
		t.Errorf("after one: %v, %v", Unconfirmed(one), one.Get("t3.new.natural"))
	}
	two, _ := Confirm(one, "t3.new.business", annual.Num(0))
	three, _ := Confirm(two, "t4.review.total", annual.Num(1))
	if len(Unconfirmed(three)) != 0 || len(three.Repairs) != 1 || len(three.Undecided) != 0 || len(three.Missing) != 0 {
		t.Errorf("after all: %+v %+v %v", three.Repairs, three.Undecided, three.Missing)
	}
	if _, ok := Confirm(r, "t9.x", annual.Num(1)); ok {
		t.Error("a cell that is not there was confirmed")
	}
}
