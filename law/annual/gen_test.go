package annual

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// trueReport makes a report whose figures satisfy every equation: real shape,
// most cells zero. draw gives a number in 0..n-1.
func trueReport(edition string, draw func(n int) int) *Report {
	r := zeros(edition, map[string]int{"2019": 2020, "2021": 2023}[edition])
	figure := func() int64 {
		switch draw(10) {
		case 0, 1:
			return int64(1 + draw(9))
		case 2:
			return int64(1 + draw(120))
		}
		return 0
	}
	p := &r.Form.Table("t3").Parts[0]
	at := map[string]int{}
	for i, row := range p.Rows {
		at[row.Key] = i
	}
	n := len(p.Columns) - 1
	put := func(row, col int, v int64) { r.Values[p.Cells[row][col]] = Num(v) }
	get := func(row, col int) int64 { return r.Values[p.Cells[row][col]].N }
	for col := range n {
		results := int64(0)
		for row := at["granted"]; row < at["result_total"]; row++ {
			v := figure()
			put(row, col, v)
			results += v
		}
		out := figure() / 8
		put(at["result_total"], col, results)
		put(at["carried_out"], col, out)
		in := int64(draw(int(results+out) + 1))
		if draw(2) == 0 {
			in = 0
		}
		put(at["carried_in"], col, in)
		put(at["new"], col, results+out-in)
	}
	for row := range p.Rows {
		total := int64(0)
		for col := range n {
			total += get(row, col)
		}
		put(row, n, total)
	}
	q := r.Form.Table("t4").Parts[0].Cells[0]
	for g := 0; g < 15; g += 5 {
		total := int64(0)
		for k := range 4 {
			v := figure() / 4
			r.Values[q[g+k]] = Num(v)
			total += v
		}
		r.Values[q[g+4]] = Num(total)
	}
	return r
}

func rapidReport(t *rapid.T) *Report {
	seed := rapid.Uint64().Draw(t, "seed")
	rnd := rand.New(rand.NewPCG(seed, 1))
	return trueReport(rapid.SampledFrom([]string{"2019", "2021"}).Draw(t, "edition"), rnd.IntN)
}

func TestTrueReportsHaveNoFailingIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		if got := CheckFigures(r); len(got) != 0 {
			t.Fatalf("%+v", got)
		}
		if got := Suggest(r); got != nil {
			t.Fatalf("suggests %v for figures that agree", got)
		}
	})
}

// The quick pass of CheckFigures must never hide what a rule would say.
func TestQuickPassAgreesWithTheRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		for range rapid.IntRange(0, 3).Draw(t, "faults") {
			i := rapid.IntRange(0, len(r.Values)-1).Draw(t, "cell")
			r.Values[i] = rapid.SampledFrom([]Value{{Kind: Blank}, {Kind: NA}, {Kind: Text}, {}, {Kind: Zero}, {Number, 3}, {Number, -2}}).Draw(t, "value")
		}
		var slow []Finding
		for _, e := range figureRules() {
			if e.appliesTo(r.Form) {
				slow = append(slow, e.Check(r, noContext)...)
			}
		}
		if r.sound() && len(slow) > 0 {
			t.Fatalf("quick pass hides %+v", slow)
		}
	})
}

func TestBlanksNeverFailAnIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		for range rapid.IntRange(1, 30).Draw(t, "n") {
			i := rapid.IntRange(0, len(r.Values)-1).Draw(t, "cell")
			r.Values[i] = Value{Kind: rapid.SampledFrom([]Kind{Blank, NA, Text, Absent}).Draw(t, "kind")}
		}
		if got := r.Failing(); len(got) != 0 {
			t.Fatalf("identities fail on blanks: %v", got)
		}
	})
}
