package deadline

import (
	"bufio"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
	"gongkai/law/calendar"
)

func notices(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func date(t testing.TB, s string) law.Date {
	t.Helper()
	d, err := law.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func compute(t testing.TB, c Clock) Result {
	t.Helper()
	r, err := Compute(notices(t), c, law.Day(2026, 11, 23))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The vectors that were counted by hand from the notices.
func TestVectors(t *testing.T) {
	f, err := os.Open("testdata/vectors.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := 0
	for s := bufio.NewScanner(f); s.Scan(); {
		if strings.HasPrefix(s.Text(), "#") {
			continue
		}
		w := strings.Fields(s.Text())
		lines++
		for i, n := range []calendar.Workdays{7, 15, 20, 40} {
			want, provisional := strings.CutSuffix(w[i+1], "~")
			r := compute(t, Clock{Received: date(t, w[0]), Days: n})
			if r.Due.String() != want || r.Provisional != provisional {
				t.Errorf("%s + %d: %s %v, want %s %v", w[0], n, r.Due, r.Provisional, want, provisional)
			}
		}
		// 20 + 20 by an extension is the same as 40.
		r := compute(t, Clock{Received: date(t, w[0]), Segments: []Segment{{Kind: Extended, From: date(t, w[1]), Days: 20}}})
		if want, _ := strings.CutSuffix(w[4], "~"); r.Due.String() != want || r.First.String() != w[3] || len(r.Marks) != 0 {
			t.Errorf("%s extended: %s (first %s), want %s", w[0], r.Due, r.First, want)
		}
	}
	if lines != 9 {
		t.Fatalf("%d vectors", lines)
	}
}

// What came in before the revised regulation keeps its fifteen days; before the
// first regulation there is no answer.
func TestOldLawKeepsItsDays(t *testing.T) {
	r := compute(t, Clock{Received: law.Day(2019, 5, 14)})
	if r.Due != law.Day(2019, 6, 4) {
		t.Errorf("15 working days after 2019-05-14: %s", r.Due)
	}
	r = compute(t, Clock{Received: law.Day(2019, 5, 14), Segments: []Segment{{Kind: Extended, From: law.Day(2019, 6, 3), Days: 20}}})
	if due, _ := notices(t).Add(law.Day(2019, 5, 14), 30); r.Due != due || len(r.Marks) != 1 {
		t.Errorf("an extension of 20 under the old law ends %s with %d marks", r.Due, len(r.Marks))
	}
	if _, err := Compute(notices(t), Clock{Received: law.Day(2008, 4, 30)}, law.Date{}); !errors.Is(err, law.ErrNotInForce) {
		t.Errorf("before the first regulation: %v", err)
	}
	if _, err := Compute(notices(t), Clock{}, law.Date{}); !errors.Is(err, ErrNoReceipt) {
		t.Errorf("without receipt: %v", err)
	}
}

func TestCorrectionStartsAnew(t *testing.T) {
	c := Clock{Received: law.Day(2026, 3, 2), Segments: []Segment{{Kind: Correction, From: law.Day(2026, 3, 6), To: law.Day(2026, 3, 20)}}}
	r := compute(t, c)
	if want := compute(t, Clock{Received: law.Day(2026, 3, 20)}); r.Due != want.Due || r.Restarted != law.Day(2026, 3, 20) || len(r.Marks) != 0 {
		t.Errorf("corrected on the 20th: due %s, marks %v", r.Due, r.Marks)
	}
	late := Clock{Received: law.Day(2026, 3, 2), Segments: []Segment{{Kind: Correction, From: law.Day(2026, 3, 12), To: law.Day(2026, 3, 20)}}}
	if r := compute(t, late); len(r.Marks) != 1 || r.Due != compute(t, c).Due {
		t.Errorf("a notice on the eighth working day: %v", r.Marks)
	}
	twice := Clock{Received: law.Day(2026, 3, 2), Segments: append(c.Segments, Segment{Kind: Correction, From: law.Day(2026, 3, 23), To: law.Day(2026, 3, 27)})}
	if r := compute(t, twice); len(r.Marks) == 0 {
		t.Error("a second correction notice is not marked")
	}
	// Consultations before the restart are of the old count.
	c.Segments = append(c.Segments, Segment{Kind: AskOther, From: law.Day(2026, 3, 3), To: law.Day(2026, 3, 5)})
	if r2 := compute(t, c); r2.Due != r.Due {
		t.Errorf("a consultation before the correction moves the end to %s", r2.Due)
	}
}

func TestConsultationIsLeftOut(t *testing.T) {
	r := compute(t, Clock{Received: law.Day(2026, 9, 30), Segments: []Segment{{Kind: AskThird, From: law.Day(2026, 10, 12), To: law.Day(2026, 10, 16)}}})
	if r.Due != law.Day(2026, 11, 10) { // five working days after 2026-11-03
		t.Errorf("five days left out: %s", r.Due)
	}
	// Two consultations at the same time leave the same days out once.
	r = compute(t, Clock{Received: law.Day(2026, 9, 30), Segments: []Segment{{Kind: AskThird, From: law.Day(2026, 10, 12), To: law.Day(2026, 10, 16)}, {Kind: AskOther, From: law.Day(2026, 10, 13), To: law.Day(2026, 10, 16)}}})
	if r.Due != law.Day(2026, 11, 10) {
		t.Errorf("overlapping consultations: %s", r.Due)
	}
	if r.First != r.Due || r.Waiting != "" {
		t.Error("a finished consultation still waits")
	}
	open := compute(t, Clock{Received: law.Day(2026, 11, 9), Segments: []Segment{{Kind: AskThird, From: law.Day(2026, 11, 16)}}})
	if open.Waiting != AskThird {
		t.Error("an open consultation does not wait")
	}
}

func TestExtensionOnceAndInTime(t *testing.T) {
	base := Clock{Received: law.Day(2026, 9, 30)}
	for name, c := range map[string]struct {
		s     []Segment
		due   law.Date
		marks int
	}{
		"ten days":    {[]Segment{{Kind: Extended, From: law.Day(2026, 11, 2), Days: 10}}, law.Day(2026, 11, 17), 0},
		"too many":    {[]Segment{{Kind: Extended, From: law.Day(2026, 11, 2), Days: 30}}, law.Day(2026, 12, 1), 1},
		"too late":    {[]Segment{{Kind: Extended, From: law.Day(2026, 11, 4), Days: 10}}, law.Day(2026, 11, 17), 1},
		"twice":       {[]Segment{{Kind: Extended, From: law.Day(2026, 11, 2), Days: 10}, {Kind: Extended, From: law.Day(2026, 11, 3), Days: 10}}, law.Day(2026, 11, 17), 1},
		"delay named": {[]Segment{{Kind: Delayed, From: law.Day(2026, 11, 2), Until: law.Day(2026, 12, 25)}}, law.Day(2026, 12, 25), 0},
		"fee paid":    {[]Segment{{Kind: Fee, From: law.Day(2026, 10, 12), To: law.Day(2026, 10, 16)}}, law.Day(2026, 11, 13), 0},
	} {
		x := base
		x.Segments = c.s
		if r := compute(t, x); r.Due != c.due || len(r.Marks) != c.marks {
			t.Errorf("%s: %s with marks %v, want %s with %d", name, r.Due, r.Marks, c.due, c.marks)
		}
	}
	if _, err := Compute(notices(t), Clock{Received: base.Received, Segments: []Segment{{Kind: AskThird, From: law.Day(2026, 10, 12), To: law.Day(2026, 10, 9)}}}, law.Date{}); !errors.Is(err, ErrSegment) {
		t.Errorf("a consultation that ends before it begins: %v", err)
	}
}

// Days of the calendar, months and years roll to a working day; the short days
// of the reconsideration law are working days.
func TestRemedyPeriods(t *testing.T) {
	for _, c := range []struct {
		name      Name
		from, due string
	}{
		{ReviewAsk, "2026-08-03", "2026-10-08"},      // 10-02 is in the National Day holiday
		{SueDirectly, "2026-03-31", "2026-09-30"},    // a month without a 31st
		{SueDirectly, "2025-08-29", "2026-02-28"},    // a make-up Saturday
		{SueAfterReview, "2026-09-18", "2026-10-08"}, // 10-03 is in the holiday
		{AppealRuling, "2026-03-02", "2026-03-12"},
		{ReviewAnswer, "2026-09-25", "2026-10-15"},
		{SimpleAnswer, "2026-09-25", "2026-10-09"},
		{Defence, "2026-06-04", "2026-06-22"}, // the 19th begins the Dragon Boat holiday
		{ReviewUntold, "2024-02-29", "2025-02-28"},
	} {
		l, err := Of(notices(t), c.name, date(t, c.from))
		if err != nil || l.Due.String() != c.due {
			t.Errorf("%s from %s: %s %v, want %s", c.name, c.from, l.Due, err, c.due)
		}
	}
	if _, err := Of(notices(t), ReviewAsk, law.Day(2023, 12, 31)); !errors.Is(err, law.ErrNotInForce) {
		t.Errorf("the revised law before it was in force: %v", err)
	}
}

func TestReceiptByChannel(t *testing.T) {
	in, said := law.Day(2026, 10, 9), law.Day(2026, 10, 12)
	for _, c := range []struct {
		ch        Channel
		confirmed law.Date
		legal     law.Date
		pending   bool
	}{{InPerson, law.Date{}, in, false}, {SignedPost, said, in, false}, {PlainPost, said, said, false}, {Internet, said, said, false}, {Fax, law.Date{}, law.Date{}, true}} {
		r := Received(c.ch, in, c.confirmed)
		if r.Legal != c.legal || r.Prudent != in || r.Pending != c.pending || r.Step.Cite.Empty() || r.Step.Text == "" {
			t.Errorf("%s: %+v", c.ch, r)
		}
	}
}

// Every rule names where it stands, and its versions leave no gap.
func TestEveryPeriodHasItsArticle(t *testing.T) {
	for n, table := range periods {
		if err := table.Continuous(); err != nil || len(table) == 0 {
			t.Errorf("%s: %v", n, err)
		}
		for _, v := range table {
			if v.Cite.Empty() || v.Value.N <= 0 || v.Value.Unit.Chinese() == "" {
				t.Errorf("%s from %s: %+v", n, v.From, v)
			}
		}
	}
}

func drawClock(t *rapid.T) Clock {
	day := func(name string, from law.Date, span int) law.Date {
		return from.AddDays(rapid.IntRange(0, span).Draw(t, name))
	}
	c := Clock{Received: day("received", law.Day(2019, 5, 15), 3000)}
	for range rapid.IntRange(0, 4).Draw(t, "segments") {
		s := Segment{Kind: rapid.SampledFrom([]SegmentKind{Correction, AskThird, AskJoint, AskOther, Fee, Extended}).Draw(t, "kind"), From: day("from", c.Received, 60)}
		if s.Kind == Extended {
			s.Days = calendar.Workdays(rapid.IntRange(1, 25).Draw(t, "days"))
		} else {
			s.To = day("to", s.From, 40)
		}
		c.Segments = append(c.Segments, s)
	}
	return c
}

func TestDeadlineProperties(t *testing.T) {
	cal := notices(t)
	asOf := law.Day(2026, 11, 23)
	rapid.Check(t, func(t *rapid.T) {
		c := drawClock(t)
		r, err := Compute(cal, c, asOf)
		if err != nil {
			t.Fatal(err)
		}
		if !cal.Working(r.Due) {
			t.Fatalf("%+v ends on %s, a day off", c, r.Due)
		}
		again := c
		again.Segments = slices.Clone(c.Segments)
		slices.Reverse(again.Segments)
		same := slices.ContainsFunc(c.Segments, func(s Segment) bool { return s.Kind == Extended }) // which of two on one day comes first is a matter of order
		if r2, _ := Compute(cal, again, asOf); !same && !reflect.DeepEqual(r.Due, r2.Due) {
			t.Fatalf("in another order %+v ends on %s, not %s", c, r2.Due, r.Due)
		}
		if r2, _ := Compute(cal, c, asOf); !reflect.DeepEqual(r, r2) {
			t.Fatal("computing again says something else")
		}
		trace, err := Trace(cal, c, asOf)
		if err != nil {
			t.Fatal(err)
		}
		last := trace[len(trace)-1]
		if last.On != r.Due || last.N == 0 {
			t.Fatalf("%+v: the trace ends %+v, the clock %s", c, last, r.Due)
		}
		n := 20
		for _, s := range c.Segments {
			if s.Kind == Extended {
				n = 40
			}
		}
		if last.N > n || last.N < 20 {
			t.Fatalf("%+v: %d days counted", c, last.N)
		}
	})
}

// A later receipt never ends earlier, and a suspension adds exactly its working
// days.
func TestReceiptAndPauseMoveTheEnd(t *testing.T) {
	cal := notices(t)
	rapid.Check(t, func(t *rapid.T) {
		a := law.Day(2019, 5, 15).AddDays(rapid.IntRange(0, 2600).Draw(t, "a"))
		b := a.AddDays(rapid.IntRange(0, 60).Draw(t, "later"))
		ra, _ := Compute(cal, Clock{Received: a}, a)
		rb, _ := Compute(cal, Clock{Received: b}, b)
		if rb.Due.Before(ra.Due) {
			t.Fatalf("received %s ends %s, received %s ends %s", a, ra.Due, b, rb.Due)
		}
		from := a.AddDays(rapid.IntRange(1, 40).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 40).Draw(t, "to"))
		rp, _ := Compute(cal, Clock{Received: a, Segments: []Segment{{Kind: AskThird, From: from, To: to}}}, a)
		lost, _ := cal.Between(from.AddDays(-1), to)
		if from.After(ra.Due) {
			lost = 0
		}
		if got, _ := cal.Between(ra.Due, rp.Due); got != lost {
			t.Fatalf("received %s, left out %s to %s (%d days): moved by %d", a, from, to, lost, got)
		}
	})
}

func BenchmarkCompute(b *testing.B) {
	cal := notices(b)
	c := Clock{Received: law.Day(2026, 9, 30), Segments: []Segment{{Kind: AskThird, From: law.Day(2026, 10, 12), To: law.Day(2026, 10, 16)}, {Kind: Extended, From: law.Day(2026, 11, 2), Days: 20}}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Compute(cal, c, law.Day(2026, 11, 23)); err != nil {
			b.Fatal(err)
		}
	}
}
