package reporting

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law/annual"
)

// soundShares are organs that have published figures, every cell filled in.
func soundShares(rng *rand.Rand, f *annual.Form, n int) (CountedList, []Share) {
	list, shares := shareCounty(rng, f, n)
	for i := range shares {
		s := &shares[i]
		s.State, s.Form, s.Line.Way = CountsPublished, f, WayIn
		s.Values = make([]annual.Value, len(f.Cells))
		for k := range s.Values {
			if s.Values[k] = annual.Num(0); rng.IntN(4) == 0 {
				s.Values[k] = annual.Num(1 + rng.Int64N(900))
			}
		}
	}
	return list, shares
}

func aggregated(t interface{ Fatal(...any) }, list CountedList, f *annual.Form, shares []Share) *Aggregate {
	a, err := Aggregated(list, f, false, each(shares))
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func stated(a *Aggregate) *annual.Report {
	r := annual.New(a.Form, a.List.Name, a.List.Year)
	copy(r.Values, a.Sum.Values)
	return r
}

func checked(t interface{ Fatal(...any) }, a *Aggregate, r *annual.Report, taken []TakenShare, shares []Share) *TotalCheck {
	c, err := CheckTotal(a, r, taken, each(shares))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestARightReportHasNoFaults(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(1, 1)), f, 8)
	a := aggregated(t, list, f, shares)
	c := checked(t, a, stated(a), nil, shares)
	if len(c.Faults)+len(c.Larger)+len(c.Suspects)+len(c.Drifts) != 0 || len(c.Findings(a)) != 0 {
		t.Errorf("%+v", c)
	}
	if c := checked(t, a, nil, nil, shares); len(c.Faults) != 0 {
		t.Error("without a report there are faults")
	}
}

// Whoever was left out, added twice or added though he is not counted is named
// first, in every cell and over all.
func TestWhoIsLikeliestOff(t *testing.T) {
	f := annual.Edition("2021")
	rapid.Check(t, func(t *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		list, shares := soundShares(rng, f, rapid.IntRange(3, 9).Draw(t, "organs"))
		who := rng.IntN(len(shares))
		what := rapid.SampledFrom([]string{"漏加", "加了两次", "没有计入"}).Draw(t, "what")
		if what == "没有计入" {
			shares[who].State, shares[who].Line.Way = StandsOut, WayOut
		}
		a := aggregated(t, list, f, shares)
		r := stated(a)
		cells := 0
		for i, v := range shares[who].Values {
			if v.N == 0 {
				continue
			}
			cells++
			n := v.N
			if what == "漏加" {
				n = -n
			}
			r.Values[i] = annual.Num(r.Values[i].N + n)
		}
		c := checked(t, a, r, nil, shares)
		if len(c.Faults) != cells {
			t.Fatalf("%d faults for %d cells", len(c.Faults), cells)
		}
		if cells < 2 {
			return
		}
		if len(c.Suspects) == 0 || c.Suspects[0].Organ != shares[who].Line.Organ || !strings.Contains(c.Suspects[0].Why, what) {
			t.Fatalf("%s of %s: suspects %+v", what, shares[who].Line.Name, c.Suspects)
		}
		for _, x := range c.Faults {
			if !slices.ContainsFunc(x.Suspects, func(s Suspect) bool { return s.Organ == shares[who].Line.Organ }) {
				t.Fatalf("%s: %+v does not name %s", x.Cell, x.Suspects, shares[who].Line.Name)
			}
		}
		for _, g := range c.Findings(a) {
			if g.Code == RuleSum && g.Level != annual.Error {
				t.Fatalf("%+v is no error", g)
			}
		}
	})
}

func TestASlipOfThePenIsFound(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(5, 1)), f, 5)
	i, _ := f.Index("t2.licence.decisions")
	for k := range shares {
		shares[k].Values[i] = annual.Num(7)
	}
	shares[2].Values[i] = annual.Num(1832)
	a := aggregated(t, list, f, shares)
	r := stated(a)
	r.Values[i] = annual.Num(r.Values[i].N - 1832 + 1823)
	c := checked(t, a, r, nil, shares)
	if len(c.Faults) != 1 || len(c.Faults[0].Suspects) == 0 || c.Faults[0].Suspects[0].Organ != shares[2].Line.Organ || !strings.Contains(c.Faults[0].Suspects[0].Why, "1823") {
		t.Errorf("%+v", c.Faults)
	}
}

// A total of the government's own report that breaks its own identities is the
// government's slip, not an organ's.
func TestTheGovernmentsOwnSlip(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(6, 1)), f, 4)
	for k := range shares {
		for i := range shares[k].Values {
			shares[k].Values[i] = annual.Num(0)
		}
		for _, id := range []string{"t3.new.natural", "t3.new.total", "t3.granted.natural", "t3.granted.total", "t3.result_total.natural", "t3.result_total.total"} {
			i, _ := f.Index(id)
			shares[k].Values[i] = annual.Num(int64(3 + k))
		}
	}
	a := aggregated(t, list, f, shares)
	r := stated(a)
	r.Set("t3.new.total", annual.Num(99))
	c := checked(t, a, r, nil, shares)
	if len(c.Faults) != 1 || len(c.Faults[0].Suspects) == 0 || c.Faults[0].Suspects[0].Organ != list.Organ {
		t.Errorf("%+v", c.Faults)
	}
}

func TestAnOrganStatesMoreThanTheGovernment(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(7, 1)), f, 3)
	a := aggregated(t, list, f, shares)
	r := stated(a)
	i := slices.IndexFunc(shares[1].Values, func(v annual.Value) bool { return v.N > 0 })
	r.Values[i] = annual.Num(shares[1].Values[i].N - 1)
	c := checked(t, a, r, nil, shares)
	if !slices.ContainsFunc(c.Larger, func(l Larger) bool {
		return l.Line.Organ == shares[1].Line.Organ && l.Cell == f.Cells[i].ID && l.Stated == r.Values[i]
	}) {
		t.Errorf("%+v", c.Larger)
	}
	if !slices.ContainsFunc(c.Findings(a), func(x annual.Finding) bool { return x.Code == RuleChild && x.Level == annual.Error }) {
		t.Error("no error says so")
	}
}

// Whoever changed after the sum was taken stands in the list of differences with
// the old and the new figure; the report still holds the old ones and says who.
func TestChangesAfterTheSumWasTaken(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(8, 1)), f, 5)
	a := aggregated(t, list, f, shares)
	r := stated(a)
	var taken []TakenShare
	for _, s := range shares {
		taken = append(taken, TakenShare{s.Line.Organ, s.Line.Name, s.State, s.Version, s.Form, slices.Clone(s.Values)})
	}
	i, _ := f.Index("t3.new.total")
	j, _ := f.Index("t3.granted.total")
	was := shares[3].Values[i]
	shares[3].Values[i] = annual.Num(was.N + 41)
	shares[3].Values[j] = annual.Num(shares[3].Values[j].N + 41)
	shares[0].State = LacksReturned // sent back meanwhile
	a = aggregated(t, list, f, shares)
	c := checked(t, a, r, taken, shares)
	if len(c.Drifts) != 2 || c.Drifts[0].Organ != shares[3].Line.Organ || c.Drifts[1].Organ != shares[0].Line.Organ || c.Drifts[1].Is != "" {
		t.Fatalf("drifts %+v", c.Drifts)
	}
	if cells := c.Drifts[0].Cells; len(cells) != 2 || cells[0] != (CellDrift{"t3.new.total", was, annual.Num(was.N + 41)}) {
		t.Errorf("cells %+v", cells)
	}
	shares[0].State = CountsPublished
	a = aggregated(t, list, f, shares)
	c = checked(t, a, r, taken, shares)
	if len(c.Faults) != 2 || !strings.Contains(c.Faults[0].Suspects[0].Why, "汇总之后改了数") {
		t.Errorf("faults %+v", c.Faults)
	}
}

// While organs are lacking a difference asks to be looked at; it proves nothing.
func TestDifferencesOfAnIncompleteSumAreWarnings(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(9, 1)), f, 4)
	a := aggregated(t, list, f, shares)
	r := stated(a)
	shares[1].State = LacksWaiting
	a = aggregated(t, list, f, shares)
	c := checked(t, a, r, nil, shares)
	if len(c.Faults) == 0 || c.Suspects[0].Organ != shares[1].Line.Organ {
		t.Fatalf("%+v", c.Suspects)
	}
	for _, x := range c.Findings(a) {
		if x.Code == RuleSum && (x.Level != annual.Warning || !strings.Contains(x.Message, "未计入")) {
			t.Errorf("%+v", x)
		}
	}
}

// A blank is not zero: what one organ did not state may make up the difference,
// but less than the others have together is wrong all the same.
func TestBlankCellsExcuseOnlyMore(t *testing.T) {
	f := annual.Edition("2021")
	list, shares := soundShares(rand.New(rand.NewPCG(10, 1)), f, 4)
	i, _ := f.Index("t2.licence.decisions")
	for k := range shares {
		shares[k].Values[i] = annual.Num(5)
	}
	shares[2].Values[i] = annual.Value{Kind: annual.Blank}
	a := aggregated(t, list, f, shares)
	for n, faults := range map[int64]int{15: 0, 23: 0, 14: 1} {
		r := stated(a)
		r.Values[i] = annual.Num(n)
		if c := checked(t, a, r, nil, shares); len(c.Faults) != faults {
			t.Errorf("%d stated where three organs have 15 and one is blank: %+v", n, c.Faults)
		}
	}
}
