package annual

import (
	"testing"

	"pgregory.net/rapid"
)

// Over the change of the form only figures that mean the same are one line;
// what a comparison of two reports calls comparable is what a series calls one.
func TestSeriesJoinsOnlyWhatMeansTheSame(t *testing.T) {
	a, b := Edition("2019"), Edition("2021")
	lines := map[string]SeriesLine{}
	for _, l := range Series(a, b, a) {
		if _, twice := lines[l.ID]; twice {
			t.Errorf("%s stands twice", l.ID)
		}
		lines[l.ID] = l
	}
	for id, want := range map[string]bool{"t3.new.total": true, "t2.licence.decisions": true, "t2.normative.made": true, "t4.review.total": true, "t3.other.total": true,
		"t2.normative.in_force": false, "t2.normative.total": false, "t2.fees.amount": false, "t2.fees.last_year": false, "t2.procurement.amount": false, "t3.other_misc.total": false, "t2.licence.last_year": false} {
		l, ok := lines[id]
		if !ok {
			t.Errorf("no line %s", id)
			continue
		}
		if got := l.Spans(a, b); got != want {
			t.Errorf("%s spans both editions: %v", id, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapidReport(t), rapidReport(t)
		if x.Form == y.Form {
			return
		}
		differ := map[string]bool{}
		for _, d := range Compare(x, y) {
			differ[d.Cell] = d.Comparable
		}
		for id, l := range lines {
			if !l.Spans(a, b) {
				if comparable := differ[id]; comparable {
					t.Fatalf("%s is compared between two reports and not over the years", id)
				}
				continue
			}
			if same := l.Of(x) == l.Of(y); same == differ[id] {
				t.Fatalf("%s: same figure %v, a comparable difference %v", id, same, differ[id])
			}
		}
	})
}

func TestSeriesOfOneEditionIsTheForm(t *testing.T) {
	for _, f := range Editions() {
		lines := Series(f)
		if len(lines) != len(f.Cells) {
			t.Fatalf("%s: %d lines of %d cells", f.Edition, len(lines), len(f.Cells))
		}
		r := zeros(f.Edition, f.FromYear)
		r.Values[3] = Value{Kind: Blank}
		r.Values[4] = Num(7)
		if lines[3].Of(r).Kind != Blank || lines[4].Of(r) != Num(7) {
			t.Errorf("%s: figures %v, %v", f.Edition, lines[3].Of(r), lines[4].Of(r))
		}
	}
	if Series() != nil {
		t.Error("a series of nothing has lines")
	}
}
