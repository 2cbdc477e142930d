package storetest

import (
	"fmt"
	"iter"
	"math/rand/v2"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// Nation makes n organs in a tree of five levels with the proportions of
// a real one: a top, 31 provinces, some eleven cities in each, some eight
// counties in each of those, and below every government its departments, below
// the counties their towns. id gives the ids.
func Nation(n int, id func() int64) []org.Organ {
	var list []org.Organ
	add := func(o org.Organ) org.Organ {
		if len(list) >= n {
			return org.Organ{} // full: what would stand below it is not added either
		}
		o.ID = id()
		o.Code = fmt.Sprintf("N%06d", len(list))
		list = append(list, o)
		return o
	}
	government := func(name string, level org.Level, parent int64) org.Organ {
		return add(org.Organ{Name: name + "人民政府", Short: name, Kind: org.Government, Level: level, Parent: parent})
	}
	top := add(org.Organ{Name: "乌有国", Kind: org.Government, Level: org.Nation})
	// 45,000 organs: 31 provinces, 341 cities, 2,728 counties, 40,920 below the
	// counties, the rest departments at the top. Smaller ones have fewer provinces.
	provinces := scale(31, n)
	for p := range provinces {
		prov := government(fmt.Sprintf("乌%d省", p+1), org.Province, top.ID)
		for c := range 11 {
			city := government(fmt.Sprintf("乌%d省有%d市", p+1, c+1), org.Prefecture, prov.ID)
			for k := range 8 {
				county := government(fmt.Sprintf("有%d市云%d县", c+1, k+1), org.County, city.ID)
				for i := range 15 {
					o := org.Organ{Parent: county.ID, Kind: org.Town, Level: org.Township, Name: fmt.Sprintf("云%d县石%d镇人民政府", k+1, i+1)}
					if i%3 == 0 {
						o = org.Organ{Parent: county.ID, Kind: org.Department, Level: org.County, Name: fmt.Sprintf("云%d县第%d局", k+1, i+1)}
					}
					add(o)
				}
			}
		}
	}
	for i := 0; len(list) < n; i++ {
		add(org.Organ{Parent: top.ID, Kind: org.Department, Level: org.Nation, Name: fmt.Sprintf("乌有国第%d部", i+1)})
	}
	return list
}

// scale shrinks a number of provinces for a nation of n organs.
func scale(provinces, n int) int { return max(1, provinces*n/45_000) }

// Reports makes the reports of all organs over the years, from first on, figures
// only: small organs mostly zeros, balances and sums in order, last year's
// carry-over brought forward.
func Reports(organs []org.Organ, first, years int, seed uint64) iter.Seq[store.Filed] {
	return func(yield func(store.Filed) bool) {
		rng := rand.New(rand.NewPCG(seed, 7))
		for y := range years {
			year := first + y
			form, err := annual.FormFor(year)
			if err != nil {
				return
			}
			for _, o := range organs {
				f := store.Filed{Organ: o.ID, Year: year, Report: plausible(rng, form, o, year), Published: law.Day(year+1, 1, 31)}
				if rng.IntN(20) == 0 {
					f.Findings = []annual.Finding{{Code: "T3-BALANCE", Level: annual.Error, Message: "收支不平衡"}}
				}
				if !yield(f) {
					return
				}
			}
		}
	}
}

// columns of table 三 before its total.
var columns = [...]string{"natural", "business", "research", "charity", "legal", "other"}

var results = [...]string{"granted", "partial", "deny_secret", "deny_law", "deny_safety", "deny_third", "deny_internal",
	"deny_process", "deny_casefile", "deny_inquiry", "unable_nohold", "unable_make", "unable_unclear", "reject_petition",
	"reject_repeat", "reject_publication", "reject_massive", "reject_confirm", "other_overdue", "other_unpaid", "other_misc"}

func plausible(rng *rand.Rand, form *annual.Form, o org.Organ, year int) *annual.Report {
	r := annual.New(form, o.Name, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	size := map[org.Level]int64{org.Nation: 5000, org.Province: 2000, org.Prefecture: 600, org.County: 60, org.Township: 6}[o.Level]
	for i, c := range form.Cells {
		if c.Table != "t2" || rng.IntN(3) > 0 {
			continue
		}
		n := rng.Int64N(size*20 + 1)
		if c.Type == annual.Money {
			n *= annual.Micro / 100
		}
		r.Values[i] = annual.Num(n)
	}
	total := map[string]int64{}
	set := func(row, col string, n int64) {
		r.Set("t3."+row+"."+col, annual.Num(n))
		total[row] += n
	}
	for i, col := range columns {
		if rng.IntN(2+2*i) > 0 {
			continue
		}
		left := rng.Int64N(size + 1)
		carried := rng.Int64N(size/10 + 1)
		set("new", col, left)
		set("carried_in", col, carried)
		left += carried
		out := rng.Int64N(left/8 + 1)
		set("carried_out", col, out)
		left -= out
		set("result_total", col, left)
		for left > 0 {
			row := results[rng.IntN(len(results))]
			if rng.IntN(2) == 0 {
				row = "granted"
			}
			n := min(left, 1+rng.Int64N(left))
			v := r.Get("t3." + row + "." + col)
			r.Set("t3."+row+"."+col, annual.Num(v.N+n))
			total[row] += n
			left -= n
		}
	}
	for row, n := range total {
		r.Set("t3."+row+".total", annual.Num(n))
	}
	for _, part := range []string{"review", "direct", "after"} {
		if rng.Int64N(40) < size/20 {
			n := 1 + rng.Int64N(size/20+1)
			r.Set("t4."+part+".upheld", annual.Num(n))
			r.Set("t4."+part+".total", annual.Num(n))
		}
	}
	return r
}
