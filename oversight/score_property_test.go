package oversight

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"gongkai/org"
)

// anyIndicator draws an indicator that a check passes.
func anyIndicator(t *rapid.T, key string, kind IndicatorKind) Indicator {
	points := func(name string, low, high int) Points {
		return Points(rapid.IntRange(low, high).Draw(t, name)) * 25
	}
	i := Indicator{Key: key, Name: "指标" + key, Kind: kind, Max: points("max", 1, 80), Source: ByDesk}
	if rapid.Bool().Draw(t, "floor") && kind != BonusPoints && kind != VetoOf {
		i.Floor = -points("floor", 0, 20)
	}
	r := &i.Rule
	switch kind {
	case CountTarget:
		i.Period = rapid.SampledFrom([]ScorePeriod{"", PeriodMonth, PeriodQuarter, PeriodHalf}).Draw(t, "period")
		r.Target = rapid.Int64Range(1, 50).Draw(t, "target")
		if rapid.Bool().Draw(t, "shares") {
			r.Short = points("short", 1, 20)
			if rapid.Bool().Draw(t, "has blank") {
				r.Blank = r.Short + points("blank", 0, 20)
			}
		}
	case RatioOf:
		r.Full, r.Zero, r.Least = rapid.Int64Range(51, 100).Draw(t, "full"), rapid.Int64Range(0, 50).Draw(t, "zero"), rapid.Int64Range(1, 10).Draw(t, "least")
		if rapid.Bool().Draw(t, "lower is better") {
			r.Full, r.Zero = r.Zero, r.Full
		}
	case DeadlineMet:
		r.Late, r.PerDay, r.Miss = points("late", 1, 20), points("per day", 0, 5), points("miss", 0, 80)
	case Presence:
		r.Target = rapid.Int64Range(1, 16).Draw(t, "target")
		if rapid.Bool().Draw(t, "each") {
			r.Each = points("each", 1, 20)
		} else {
			r.Lack = points("lack", 1, 20)
		}
	case DeductPerEvent, VetoOf:
		for k := range rapid.IntRange(1, 4).Draw(t, "faults") {
			f := Fault{Key: fmt.Sprint("f", k), Name: fmt.Sprint("情形", k)}
			if kind == DeductPerEvent {
				f.Each = points("each", 1, 20)
			}
			r.Faults = append(r.Faults, f)
		}
		if kind == VetoOf {
			i.Max, r.Cap = 0, points("cap", 0, 240)
		}
	case BonusPoints:
		r.Grants = []Grant{{Key: "g", Name: "表彰", Each: points("grant", 1, 20)}}
		r.Target, r.Steps = 10, []BonusStep{{From: 10, Add: 100}, {From: 30, Every: 20, Add: 50}}
		i.Period = PeriodMonth
	}
	return i
}

// anyScheme draws a scheme that can be published.
func anyScheme(t *rapid.T) *Scheme {
	s := &Scheme{Name: "方案", Year: 2026, Group: "乡镇", Kinds: []org.Kind{org.Town}, Rounds: []ScorePeriod{PeriodQuarter, PeriodYear}, Weights: Weights{Quarter: 60, Year: 40},
		Lacking: rapid.SampledFrom([]LackingRule{LackingFull, LackingScale}).Draw(t, "lacking")}
	n := 0
	for g := range rapid.IntRange(1, 3).Draw(t, "groups") {
		group := SchemeGroup{Name: fmt.Sprint("组", g)}
		for range rapid.IntRange(1, 4).Draw(t, "indicators") {
			n++
			kind := rapid.SampledFrom(IndicatorKinds()).Draw(t, "kind")
			if n == 1 {
				kind = ManualPoints
			}
			group.Indicators = append(group.Indicators, anyIndicator(t, fmt.Sprint(n), kind))
		}
		s.Groups = append(s.Groups, group)
	}
	for _, i := range s.Indicators(PeriodQuarter) {
		if i.Base() {
			s.Full += i.Max
		}
	}
	return s
}

// anyMark fills a mark with whatever can be known or entered.
func anyMark(t *rapid.T, i *Indicator, m *Mark, span Span) {
	count := rapid.Int64Range(0, 40)
	switch i.Kind {
	case ManualPoints:
		if rapid.Bool().Draw(t, "given") {
			p := Points(rapid.Int64Range(int64(i.Floor), int64(i.Max)).Draw(t, "points"))
			m.Given = &p
		}
	case DeductPerEvent, VetoOf:
		m.Seen = rapid.Bool().Draw(t, "seen")
		for _, f := range i.Rule.Faults {
			if n := rapid.Int64Range(0, 3).Draw(t, "events"); n > 0 && (i.Kind != VetoOf || rapid.IntRange(0, 9).Draw(t, "veto") == 0) {
				m.Events = append(m.Events, ScoreEvent{Key: f.Key, Count: n})
			}
		}
	case BonusPoints:
		m.Events = []ScoreEvent{{Key: "g", Count: 1 + count.Draw(t, "n"), Asked: rapid.SampledFrom([]AskState{AskWaits, AskGranted, AskRefused, ""}).Draw(t, "asked")}}
		fallthrough
	default:
		f := Fact{N: count.Draw(t, "n"), Done: rapid.Bool().Draw(t, "done"), Days: rapid.Int64Range(0, 30).Draw(t, "days"),
			State: rapid.SampledFrom([]FactState{FactKnown, FactKnown, FactKnown, FactNone, FactAway, FactFailed}).Draw(t, "state")}
		f.Of = f.N + count.Draw(t, "rest")
		for range i.spans(span) {
			f.Each = append(f.Each, count.Draw(t, "each"))
		}
		if rapid.Bool().Draw(t, "by hand") && f.State == FactKnown {
			m.Hand = &f
		} else {
			m.Facts = map[string]Fact{"": f}
		}
	}
}

// Whatever is known: no indicator goes beyond its bounds, what is not known is
// open and not nothing, and the total is the sum of what stands in the table.
func TestScoresStayWithinBoundsAndAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScheme(t)
		if bad := s.Check(); len(bad) > 0 {
			t.Fatalf("the scheme drawn is not sound: %v", bad)
		}
		r := &Round{Year: 2026, Period: rapid.SampledFrom(s.Rounds).Draw(t, "period"), Number: 1, State: RoundScoring}
		a := NewAssessment(s, r.Period, 1)
		for k := range a.Marks {
			i, _ := s.Indicator(a.Marks[k].Key)
			anyMark(t, i, &a.Marks[k], r.Span())
		}
		a.Reckon(s, r)
		base, bonus, minus, out, open := Points(0), Points(0), Points(0), Points(0), 0
		for k := range a.Marks {
			m := &a.Marks[k]
			i, _ := s.Indicator(m.Key)
			if m.Points < i.Floor || m.Points > i.Max {
				t.Fatalf("%s %s: %s outside [%s, %s]", i.Kind, m.Key, m.Points, i.Floor, i.Max)
			}
			if m.State == MarkOpen {
				if open++; m.Points != 0 {
					t.Fatalf("%s is open and has %s points", m.Key, m.Points)
				}
			}
			if f := m.fact(""); m.Hand == nil && i.ByFigures() && i.Kind != BonusPoints && (f.State == FactFailed || f.State == FactAway) && m.State != MarkOpen {
				t.Fatalf("%s is not known and was scored %s", m.Key, m.State)
			}
			switch {
			case i.Kind == BonusPoints:
				bonus += m.Points
			case i.Base():
				if base += m.Points; m.State == MarkOut {
					out += i.Max
				}
			default:
				minus -= m.Points
			}
		}
		if a.Open != open || a.Bonus != bonus || a.Minus != minus || a.Out != out {
			t.Fatalf("totals %+v, counted open %d, bonus %s, minus %s, out %s", a.Totals, open, bonus, minus, out)
		}
		if (s.Lacking == LackingFull || out == 0) && a.Base != base {
			t.Fatalf("base %s, sum of the table %s", a.Base, base)
		}
		want := max(a.Base+bonus-minus, 0)
		if a.Vetoed {
			want = min(want, a.Cap)
		}
		if a.Total != want {
			t.Fatalf("total %s, want %s", a.Total, want)
		}
		again := a
		again.Marks = slices.Clone(a.Marks)
		again.Reckon(s, r)
		if again.Totals != a.Totals {
			t.Fatal("reckoning twice gives another total")
		}
	})
}

// More of what is good never costs points, more of what is bad never brings any.
func TestMoreNeverScoresLess(t *testing.T) {
	span := RoundSpan(2026, PeriodYear, 1)
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]IndicatorKind{CountTarget, RatioOf, DeadlineMet, Presence, DeductPerEvent, BonusPoints}).Draw(t, "kind")
		i := anyIndicator(t, "1", kind)
		points := func(f Fact, events ...ScoreEvent) (Points, bool) {
			res := i.Reckon(&Mark{Hand: &f, Events: events, Seen: true}, span)
			return res.Points, res.State == MarkScored
		}
		n := rapid.Int64Range(0, 60)
		less := Fact{N: n.Draw(t, "n"), Done: true, Days: rapid.Int64Range(1, 40).Draw(t, "days")}
		less.Of = less.N + 1 + n.Draw(t, "of")
		for range i.spans(span) {
			less.Each = append(less.Each, n.Draw(t, "each"))
		}
		more := less
		more.N++
		more.Days--
		more.Each = slices.Clone(less.Each)
		more.Each[rapid.IntRange(0, len(more.Each)-1).Draw(t, "at")]++
		a, had := points(less)
		b, has := points(more)
		switch {
		case kind == DeductPerEvent:
			f := i.Rule.Faults[0].Key
			a, _ = points(Fact{}, ScoreEvent{Key: f, Count: less.N + 2})
			b, _ = points(Fact{}, ScoreEvent{Key: f, Count: less.N + 1})
		case kind == RatioOf && i.Rule.Full < i.Rule.Zero:
			a, b = b, a
		case kind == DeadlineMet:
			if undone, _ := points(Fact{}); i.Rule.Miss == 0 && undone > a {
				t.Fatalf("not done at all brings %s, late %s", undone, a)
			}
		}
		if had && has && b < a {
			t.Fatalf("%s with rule %+v: %s for %+v, %s for %+v", kind, i.Rule, a, less, b, more)
		}
	})
}

// Places do not depend on the order in which organs are listed; equal totals
// have the same place, and who takes no part has none.
func TestRankingIsIndependentOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Place
		for k := range rapid.IntRange(0, 30).Draw(t, "organs") {
			list = append(list, Place{Organ: int64(k + 1), Total: Points(rapid.IntRange(0, 8).Draw(t, "total") * 50), Takes: rapid.IntRange(0, 4).Draw(t, "takes") > 0})
		}
		first := Rank(list)
		shuffled := slices.Clone(list)
		for k := len(shuffled) - 1; k > 0; k-- {
			j := rapid.IntRange(0, k).Draw(t, "swap")
			shuffled[k], shuffled[j] = shuffled[j], shuffled[k]
		}
		if !slices.Equal(first, Rank(shuffled)) {
			t.Fatal("another order, another ranking")
		}
		for _, p := range first {
			better := 0
			for _, q := range list {
				if q.Takes && q.Total > p.Total {
					better++
				}
			}
			if want := better + 1; p.Takes && p.Rank != want || !p.Takes && p.Rank != 0 {
				t.Fatalf("%+v, %d are better", p, better)
			}
		}
	})
}

// What a scheme says survives being written and read again.
func TestSchemesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScheme(t)
		b, err := s.JSON()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ParseScheme(b)
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		if again, _ := back.JSON(); string(again) != string(b) {
			t.Fatalf("written again as\n%s\n%s", again, b)
		}
	})
}

func TestPointsAreExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Points(rapid.Int64Range(-999_999, 999_999).Draw(t, "p"))
		if back, err := ParsePoints(p.String()); err != nil || back != p {
			t.Fatalf("%d became %s, then %d (%v)", p, p, back, err)
		}
	})
	for _, bad := range []string{"", ".5", "5.", "1.234", "1e3", "１", "--1", "+1", "9999999", "NaN", "1,5"} {
		if p, err := ParsePoints(bad); err == nil {
			t.Errorf("%q is %s", bad, p)
		}
	}
	if got := Points(100).Share(1, 3) + Points(100).Share(2, 3); got != 100 {
		t.Errorf("a third and two thirds are %s", got)
	}
}

// A ranking by ratio leaves out whoever has too small a sample, and compares
// exactly.
func TestSmallSamplesAreNotRanked(t *testing.T) {
	i := &Indicator{Kind: RatioOf, Rule: Rule{Full: 100, Least: 3}}
	got := RankRatio(i, []RatioPlace{{Organ: 1, N: 1, Of: 1}, {Organ: 2, N: 2, Of: 3}, {Organ: 3, N: 4, Of: 6}, {Organ: 4, N: 5, Of: 6}, {Organ: 5}})
	want := []RatioPlace{{4, 5, 6, 1}, {2, 2, 3, 2}, {3, 4, 6, 2}, {1, 1, 1, 0}, {5, 0, 0, 0}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}
