package law

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A rule is looked up by the day that counts in law; before the first text
// there is no answer.
func TestTableAnswersByTheDayThatCounts(t *testing.T) {
	reply := Table[int]{
		{From: Day(2008, 5, 1), To: Day(2019, 5, 14), Value: 15},
		{From: Day(2019, 5, 15), Value: 20},
	}
	if err := reply.Continuous(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		on   Date
		want int
	}{{Day(2008, 5, 1), 15}, {Day(2019, 5, 14), 15}, {Day(2019, 5, 15), 20}, {Day(2026, 11, 23), 20}} {
		v, err := reply.On(c.on)
		if err != nil || v.Value != c.want {
			t.Errorf("on %s: %v, %v; want %d", c.on, v.Value, err, c.want)
		}
	}
	if _, err := reply.On(Day(2008, 4, 30)); !errors.Is(err, ErrNotInForce) {
		t.Errorf("before the first text: %v", err)
	}
}

func TestGapsAndOverlapsBetweenVersionsAreFound(t *testing.T) {
	for name, table := range map[string]Table[int]{
		"gap":           {{From: Day(2019, 1, 1), To: Day(2019, 5, 1)}, {From: Day(2019, 5, 3)}},
		"overlap":       {{From: Day(2019, 1, 1), To: Day(2019, 5, 5)}, {From: Day(2019, 5, 3)}},
		"ends too soon": {{From: Day(2019, 5, 1), To: Day(2019, 1, 1)}},
		"no beginning":  {{}},
	} {
		if table.Continuous() == nil {
			t.Errorf("%s: not found", name)
		}
	}
}

func TestDatesAreReadStrictly(t *testing.T) {
	for _, s := range []string{"", "2026-2-1", "2026-02-30", "20260201", "2026-02-01T00:00:00Z", "二〇二六"} {
		if d, err := ParseDate(s); err == nil {
			t.Errorf("%q was read as %s", s, d)
		}
	}
	d, err := ParseDate("2024-02-29")
	if err != nil || d != Day(2024, 2, 29) || d.Chinese() != "2024年2月29日" || d.Weekday() != 4 {
		t.Errorf("2024-02-29: %v %v %s %d", d, err, d.Chinese(), d.Weekday())
	}
}

// A legal day is counted in Beijing: the last minute of the year there is
// still afternoon in Greenwich.
func TestTheLegalDayIsBeijings(t *testing.T) {
	at := time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC)
	if got := DateOf(at); got != Day(2026, 1, 1) {
		t.Errorf("%s in Beijing is %s", at, got)
	}
}

func TestDaysAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Day(rapid.IntRange(1990, 2100).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
		n := rapid.IntRange(-2000, 2000).Draw(t, "n")
		e := d.AddDays(n)
		if e.DaysSince(d) != n || e.AddDays(-n) != d {
			t.Fatalf("%s + %d = %s", d, n, e)
		}
		if d.Before(e) != (n > 0) || d.After(e) != (n < 0) {
			t.Fatalf("%s and %s are in the wrong order", d, e)
		}
		b, err := json.Marshal(d)
		var back Date
		if err != nil || json.Unmarshal(b, &back) != nil || back != d {
			t.Fatalf("%s came back as %s", d, back)
		}
	})
}

func TestNoDayIsNoDay(t *testing.T) {
	var none Date
	if none.Valid() || none.String() != "" || none.Chinese() != "" || !none.AddDays(3).IsZero() {
		t.Error("the zero Date is a day")
	}
	if (Date{2023, 2, 29}).Valid() {
		t.Error("2023-02-29 is a day")
	}
}

func TestACitationIsPrintedWithItsNumber(t *testing.T) {
	c := Cite{Instrument: "政府信息公开条例", Number: "国务院令第711号", Article: "第五十条", Paraphrase: "年度报告应写明六个方面。"}
	if got := c.String(); got != "《政府信息公开条例》（国务院令第711号）第五十条" {
		t.Error(got)
	}
	if c.Empty() || !(Cite{Instrument: "条例"}).Empty() || (Cite{}).String() != "" {
		t.Error("an empty citation is not seen")
	}
}
