package annual

import (
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// What the quick way finds is what the whole rule-book finds of the same rules.
func TestKeptRulesAreTheRuleBooks(t *testing.T) {
	quick := map[string]bool{}
	for _, e := range keptRules() {
		quick[e.Code] = true
	}
	for _, e := range figureRules() {
		quick[e.Code] = true
	}
	for _, want := range []string{"T3-CARRY-YEAR", "T2-VALID-YEAR", "T4-PENDING-YEAR", "T2-19-ITEMS", "T3-BALANCE", "T2-RULES-ORGAN", "D-FORMAT-VER"} {
		if !quick[want] {
			t.Errorf("%s is not asked", want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 2))
		r := trueReport([]string{"2019", "2021"}[rng.IntN(2)], rng.IntN)
		last := trueReport([]string{"2019", "2021"}[rng.IntN(2)], rng.IntN)
		last.Year = r.Year - 1
		for range rng.IntN(4) {
			r.Values[rng.IntN(len(r.Values))] = Num(int64(rng.IntN(50)))
		}
		c := &Context{Last: last, Level: []OrganLevel{LevelTown, LevelDepartment, LevelGovernment, LevelUnknown}[rng.IntN(4)]}
		count := func(list []Finding) map[string]int {
			out := map[string]int{}
			for _, f := range list {
				if quick[f.Code] {
					out[f.Code]++
				}
			}
			return out
		}
		got, want := count(CheckKept(r, c)), count(Check(r, c))
		for code := range quick {
			if got[code] != want[code] {
				t.Fatalf("%s: %d, the rule-book finds %d", code, got[code], want[code])
			}
		}
	})
}

func BenchmarkCheckKept(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	r, last := trueReport("2021", rng.IntN), trueReport("2021", rng.IntN)
	last.Year = r.Year - 1
	for _, row := range r.Form.Table("t3").Parts[0].Columns {
		r.Set("t3.carried_in."+row.Key, last.Get("t3.carried_out."+row.Key))
	}
	c := &Context{Last: last, Level: LevelTown}
	for b.Loop() {
		CheckKept(r, c)
	}
}
