package sample

import (
	"math/rand/v2"
	"strings"

	"gongkai/law/annual"
)

// history makes an organ's true reports from FirstYear to LastYear: what it
// would have filed had nobody made a mistake. What one year carries out the
// next carries in.
func history(i int, o organ) map[int]*annual.Report {
	rng := rand.New(rand.NewPCG(uint64(i)+11, 20190515))
	out := map[int]*annual.Report{}
	var last *annual.Report
	stock := 2 + rng.IntN(9) // 规范性文件 in force
	items := [4]int{6 + rng.IntN(30), 3 + rng.IntN(12), 8 + rng.IntN(50), 1 + rng.IntN(6)}
	for year := FirstYear; year <= LastYear; year++ {
		f, err := annual.FormFor(year)
		if err != nil {
			panic(err) // the sample's years are years of the form
		}
		r := annual.New(f, o.name, year)
		for id := range r.Values {
			r.Values[id] = annual.Num(0)
		}
		table2(r, o, rng, &stock, &items)
		table3(r, o, rng, last)
		table4(r, o, rng, last)
		out[year], last = r, r
	}
	return out
}

func table2(r *annual.Report, o organ, rng *rand.Rand, stock *int, items *[4]int) {
	scale := map[trade]int{town: 40, quiet: 60, busy: 900}[o.trade]
	made := rng.IntN(3)
	if o.trade == town {
		made = rng.IntN(2)
	}
	set := func(id string, n int) { r.Set(id, annual.Num(int64(n))) }
	*stock += made
	if r.Form.Edition == "2019" {
		set("t2.normative.made", made)
		set("t2.normative.published", made)
		set("t2.normative.total", *stock)
		for k, row := range []string{"licence", "other_services", "penalty", "coercion"} {
			change := rng.IntN(3) - 1
			if items[k]+change < 0 {
				change = 0
			}
			set("t2."+row+".last_year", items[k])
			set("t2."+row+".change", change)
			items[k] += change
			if n := scale / (k + 1); row != "coercion" || o.trade == busy {
				set("t2."+row+".decisions", rng.IntN(n+1))
			}
		}
		set("t2.fees.last_year", 2+int(o.name[len(o.name)-4])%5)
		projects := 1 + rng.IntN(12)
		set("t2.procurement.projects", projects)
		r.Set("t2.procurement.amount", annual.Num(int64(projects)*int64(9_000+rng.IntN(40_000))*annual.Micro))
		return
	}
	repealed := 0
	if *stock > 6 && rng.IntN(3) == 0 {
		repealed = 1 + rng.IntN(2)
	}
	*stock -= repealed
	set("t2.normative.made", made)
	set("t2.normative.repealed", repealed)
	set("t2.normative.in_force", *stock)
	set("t2.licence.decisions", scale/2+rng.IntN(scale/2))
	set("t2.penalty.decisions", rng.IntN(scale/3+1))
	if o.trade == busy {
		set("t2.coercion.decisions", rng.IntN(40))
	}
	if o.trade != town || rng.IntN(2) == 0 {
		r.Set("t2.fees.amount", annual.Num(int64(rng.IntN(scale*20))*annual.Micro/100)) // whole 分, in 万元
	}
}

// appetite is how many applications an organ of a trade gets in a year.
func appetite(o organ, rng *rand.Rand) int {
	switch {
	case o.kind == "government":
		return 30 + rng.IntN(20)
	case o.trade == busy:
		return 24 + rng.IntN(40)
	case o.trade == quiet:
		return 4 + rng.IntN(12)
	}
	if rng.IntN(4) == 0 {
		return 0
	}
	return 1 + rng.IntN(6)
}

// outcome rows with weights, as county organs decide.
var outcomes = []struct {
	row    string
	weight int
}{
	{"granted", 46}, {"partial", 9}, {"deny_secret", 1}, {"deny_third", 2}, {"deny_internal", 3}, {"deny_process", 3}, {"deny_casefile", 3}, {"deny_inquiry", 2},
	{"unable_nohold", 17}, {"unable_make", 5}, {"unable_unclear", 2}, {"reject_petition", 4}, {"reject_repeat", 3}, {"other", 3},
}

func table3(r *annual.Report, o organ, rng *rand.Rand, last *annual.Report) {
	n := appetite(o, rng)
	if last != nil {
		// a change beyond five times would have to be explained
		was := int(last.Get("t3.new.total").N)
		n = min(n, max(4*was, 9))
		n = max(n, (was+3)/4)
	}
	columns := []string{"natural", "business", "research", "charity", "legal", "other"}
	fresh := map[string]int{}
	for range n {
		switch k := rng.IntN(100); {
		case k < 74:
			fresh["natural"]++
		case k < 88:
			fresh["business"]++
		case k < 90:
			fresh["research"]++
		case k < 92:
			fresh["charity"]++
		case k < 98:
			fresh["legal"]++
		default:
			fresh["other"]++
		}
	}
	add := func(row, col string, n int) {
		for _, c := range []string{col, "total"} {
			id := "t3." + row + "." + c
			r.Set(id, annual.Num(r.Get(id).N+int64(n)))
		}
	}
	for _, c := range columns {
		in := 0
		if last != nil {
			in = int(last.Get("t3.carried_out." + c).N)
		}
		if n == 0 {
			fresh[c] = 0
		}
		add("new", c, fresh[c])
		add("carried_in", c, in)
		out := 0
		if fresh[c] > 8 {
			out = rng.IntN(fresh[c]/8 + 1)
		}
		add("carried_out", c, out)
		for range fresh[c] + in - out {
			add(draw(r.Form, rng), c, 1)
			add("result_total", c, 1)
		}
	}
}

// draw picks an outcome that the edition has a row for.
func draw(f *annual.Form, rng *rand.Rand) string {
	k := rng.IntN(103)
	for _, o := range outcomes {
		if k -= o.weight; k >= 0 {
			continue
		}
		if _, ok := f.Index("t3." + o.row + ".total"); ok {
			return o.row
		}
		if o.row == "other" {
			return []string{"other_overdue", "other_misc"}[rng.IntN(2)]
		}
	}
	return "granted"
}

// table4 lets every case that was pending come to an end in the next year, and
// suits after review follow a review.
func table4(r *annual.Report, o organ, rng *rand.Rand, last *annual.Report) {
	for _, g := range []string{"review", "direct", "after"} {
		n, pending := 0, 0
		if o.trade == busy {
			n = rng.IntN(4)
		} else if rng.IntN(9) == 0 && g == "review" {
			n = 1
		}
		if g == "after" {
			n = 0
			if last != nil && last.Get("t4.review.upheld").N > 0 {
				n = rng.IntN(2)
			}
		}
		if r.Get("t3.result_total.total").N == 0 {
			n = 0
		}
		if n > 1 {
			pending = rng.IntN(2)
		}
		upheld, corrected, other := n-pending, 0, 0
		if last != nil {
			upheld += int(last.Get("t4." + g + ".pending").N)
		}
		if upheld > 2 {
			corrected, upheld = 1, upheld-1
		}
		if upheld > 2 {
			other, upheld = 1, upheld-1
		}
		for k, v := range map[string]int{"upheld": upheld, "corrected": corrected, "other": other, "pending": pending, "total": upheld + corrected + other + pending} {
			r.Set("t4."+g+"."+k, annual.Num(int64(v)))
		}
	}
}

// whole makes the county government's report: its own figures and those of
// every organ of the sample below it.
func whole(own *annual.Report, below []*annual.Report) *annual.Report {
	sum := own.Clone()
	for i, c := range sum.Form.Cells {
		total := int64(0)
		known := true
		for _, r := range append([]*annual.Report{own}, below...) {
			known = known && r.Values[i].Known()
			total += r.Values[i].N
		}
		if known && !strings.HasPrefix(c.ID, "t2.rules.") {
			sum.Values[i] = annual.Num(total)
		}
	}
	return sum
}
