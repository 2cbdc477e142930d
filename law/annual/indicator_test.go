package annual

import (
	"testing"
)

// Every indicator says what it is, how it is formed and where it comes from, and
// can be formed from every edition.
func TestIndicatorsSayWhatTheyAre(t *testing.T) {
	seen := map[string]bool{}
	for _, x := range Indicators() {
		if x.Key == "" || seen[x.Key] || x.Label == "" || x.Head == "" || x.Unit == "" || x.Formula == "" || x.Cite.Instrument == "" || x.Cite.Article == "" || x.Cite.Paraphrase == "" {
			t.Errorf("%+v", x)
		}
		seen[x.Key] = true
		if len(x.top) == 0 {
			t.Errorf("%s is made of nothing", x.Key)
		}
		if x.Share() != (x.Unit == "%") || x.Share() != (x.Least > 0) {
			t.Errorf("%s: a share has a unit and a smallest number of cases", x.Key)
		}
		for _, f := range Editions() {
			r := x.For(f)
			if _, all := x.top[""]; !all && x.top[f.Edition] == nil {
				continue // the edition has nothing that means the same
			}
			if len(r.top) == 0 || x.Share() && len(r.of) == 0 {
				t.Errorf("%s cannot be formed from edition %s", x.Key, f.Edition)
			}
		}
	}
}

func TestIndicatorsOfAReport(t *testing.T) {
	r := New(Edition("2021"), "青石镇人民政府", 2025)
	for i := range r.Values {
		r.Values[i] = Num(0)
	}
	for id, n := range map[string]int64{"t3.new.total": 40, "t3.granted.total": 20, "t3.partial.total": 5, "t3.deny_law.total": 3, "t3.deny_process.total": 4, "t3.other_unpaid.total": 1, "t3.other_misc.total": 7,
		"t3.result_total.total": 40, "t4.review.total": 9, "t4.review.upheld": 5, "t4.review.corrected": 3, "t4.review.pending": 1, "t4.direct.total": 2, "t4.direct.other": 2, "t4.after.total": 1, "t4.after.corrected": 1} {
		r.Set(id, Num(n))
	}
	of := func(key string) Figure {
		x, ok := IndicatorOf(key)
		if !ok {
			t.Fatal(key)
		}
		return x.For(r.Form).Of(r.Values)
	}
	for key, want := range map[string]Figure{
		"new": {Top: 40, Known: true}, "denied": {Top: 7, Known: true}, "other": {Top: 8, Known: true}, "litigation": {Top: 3, Known: true}, "unable": {Known: true},
		"disclosed_share": {Top: 25, Of: 40, Known: true}, "disputed_share": {Top: 12, Of: 40, Known: true}, "reversal_rate": {Top: 4, Of: 11, Known: true},
	} {
		if got := of(key); got != want {
			t.Errorf("%s is %+v, want %+v", key, got, want)
		}
	}
	if n := of("disclosed_share").N(); n != 6250 {
		t.Errorf("25 of 40 is %d", n)
	}
	if n := of("reversal_rate").N(); n != 3636 {
		t.Errorf("4 of 11 is %d", n)
	}
	// Below the smallest number of cases, and where a cell is blank, nothing is shown.
	r.Set("t4.review.upheld", Num(3))
	if f := of("reversal_rate"); !f.Known || !f.Few || f.Shown() {
		t.Errorf("4 of 9: %+v", f)
	}
	r.Set("t4.after.corrected", Value{Kind: Blank})
	if f := of("reversal_rate"); f.Known || f.Shown() {
		t.Errorf("a blank counts: %+v", f)
	}
	if f := of("disclosed_share"); !f.Shown() {
		t.Errorf("a blank elsewhere takes it away: %+v", f)
	}
}
