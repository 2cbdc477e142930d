package annual

// maxCols is the number of figures in a row of 表三.
const maxCols = 7

// A vec is a row of 表三, or a sum of rows.
type vec [maxCols]int64

func (a vec) plus(b vec) vec {
	for i := range a {
		a[i] += b[i]
	}
	return a
}

func (a vec) minus(b vec) vec {
	for i := range a {
		a[i] -= b[i]
	}
	return a
}

// columns keeps, of every row, the splits that occur in some choice of splits
// satisfying balance and result sums of all columns together.
func (g *gluer) columns() {
	if g.fails || len(g.part.Columns) != maxCols {
		return
	}
	results, total, in, out := g.roles()
	if total < 0 || !g.known(total) {
		return
	}
	totals := g.vecs(total)
	keepTotal := make([]bool, len(totals))
	balanced, summed := g.known(in...) && g.known(out...), g.known(results...)
	var keep map[int][]bool
	if balanced || summed {
		keep = map[int][]bool{}
		for _, k := range append(append(append([]int(nil), results...), in...), out...) {
			keep[k] = make([]bool, len(g.splitsOf(k)))
		}
	}
	for i, t := range totals {
		if g.work < 0 {
			return // too much to weigh: every split counts as surviving
		}
		var marks []mark
		if balanced {
			m, ok := g.balance(in, out, t)
			if !ok {
				continue
			}
			marks = append(marks, m...)
		}
		if summed {
			m, ok := g.resultSums(results, t)
			if !ok {
				continue
			}
			marks = append(marks, m...)
		}
		keepTotal[i] = true
		for _, m := range marks {
			keep[m.row][m.split] = true
		}
	}
	if g.work < 0 {
		return
	}
	if balanced || summed {
		g.keep(total, keepTotal)
	}
	if balanced {
		for _, k := range append(append([]int(nil), in...), out...) {
			g.keep(k, keep[k])
		}
	}
	if summed {
		for _, k := range results {
			g.keep(k, keep[k])
		}
	}
}

// A mark names a split that survives.
type mark struct{ row, split int }

// roles reads from the form's identities which rows add up to the results and
// which balance against them.
func (g *gluer) roles() (results []int, total int, in, out []int) {
	total = -1
	for _, id := range g.form.Identities {
		switch {
		case id.Code == "T3-RESULT-SUM" && results == nil:
			for _, i := range id.Left {
				results = append(results, g.form.Cells[i].Row)
			}
			total = g.form.Cells[id.Right[0]].Row
		case id.Code == "T3-BALANCE" && in == nil:
			for _, i := range id.Left {
				in = append(in, g.form.Cells[i].Row)
			}
			for _, i := range id.Right {
				out = append(out, g.form.Cells[i].Row)
			}
		}
	}
	var rest []int
	for _, k := range out {
		if k != total {
			rest = append(rest, k)
		}
	}
	return results, total, in, rest
}

// known reports whether the splits of all the rows are known.
func (g *gluer) known(rows ...int) bool {
	for _, k := range rows {
		if r := g.rows[k]; r == nil || r.open {
			return false
		}
	}
	return true
}

func (g *gluer) splitsOf(k int) [][]int64 {
	if r := g.rows[k]; r != nil {
		return r.splits
	}
	return nil
}

func (g *gluer) vecs(k int) []vec {
	out := make([]vec, len(g.splitsOf(k)))
	for i, s := range g.splitsOf(k) {
		copy(out[i][:], s)
	}
	return out
}

// keep drops the splits that did not survive.
func (g *gluer) keep(k int, alive []bool) {
	r := g.rows[k]
	var left [][]int64
	for i, s := range r.splits {
		if alive[i] {
			left = append(left, s)
		}
	}
	r.splits = left
	if len(left) == 0 { // what the row alone allows stays for a person to see
		g.fails = true
		return
	}
	r.splits = left
}

// balance marks the splits of the in and out rows with in = total + out. Both
// editions have two rows in and one out; more are taken in the same way.
func (g *gluer) balance(in, out []int, total vec) ([]mark, bool) {
	rows := make([][]vec, 0, len(in)+len(out))
	keys := append(append([]int(nil), in...), out...)
	for i, k := range keys {
		v := g.vecs(k)
		if i >= len(in) { // out rows count against
			for j := range v {
				v[j] = vec{}.minus(v[j])
			}
		}
		rows = append(rows, v)
	}
	return g.reach(keys, rows, total)
}

// resultSums marks the splits of the result rows that can add up to total.
func (g *gluer) resultSums(results []int, total vec) ([]mark, bool) {
	rows := make([][]vec, len(results))
	for i, k := range results {
		rows[i] = g.vecs(k)
	}
	return g.reach(results, rows, total)
}

// reach finds every split that takes part in a choice of one vector a row with
// the given sum. Rows with one split are subtracted; the others are first
// narrowed by bounds, then walked as layers of partial sums, forward to find
// what can be reached and back to mark what leads to the target. When the
// layers grow too large every split counts as surviving, which decides less
// but never wrongly.
func (g *gluer) reach(keys []int, rows [][]vec, target vec) ([]mark, bool) {
	alive := make([][]int, len(rows)) // indexes of the splits still possible
	for i := range rows {
		for s := range rows[i] {
			alive[i] = append(alive[i], s)
		}
	}
	if !g.narrow(rows, alive, target) {
		return nil, false
	}
	var open []int
	var marks []mark
	rest := target
	for i := range rows {
		if len(alive[i]) == 1 {
			rest = rest.minus(rows[i][alive[i][0]])
			marks = append(marks, mark{keys[i], alive[i][0]})
		} else {
			open = append(open, i)
		}
	}
	layers := g.walk(rows, alive, open, rest)
	if layers == nil {
		return nil, false
	}
	if _, there := layers[len(open)][rest]; !there {
		return nil, false
	}
	good := map[vec]struct{}{rest: {}}
	for k := len(open) - 1; k >= 0; k-- {
		before := map[vec]struct{}{}
		i := open[k]
		for _, s := range alive[i] {
			used := false
			if g.work -= len(good); g.work < 0 {
				return nil, false
			}
			for v := range good {
				u := v.minus(rows[i][s])
				if _, there := layers[k][u]; there {
					before[u] = struct{}{}
					used = true
				}
			}
			if used {
				marks = append(marks, mark{keys[i], s})
			}
		}
		good = before
	}
	return marks, true
}

// narrow drops splits that no choice in the other rows can complete, column by
// column, until nothing changes. It is false when a row has none left.
func (g *gluer) narrow(rows [][]vec, alive [][]int, target vec) bool {
	for {
		lows, highs := make([]vec, len(rows)), make([]vec, len(rows))
		var low, high vec
		for i := range rows {
			if g.work -= len(alive[i]); len(alive[i]) == 0 || g.work < 0 {
				return false
			}
			lows[i], highs[i] = bounds(rows[i], alive[i])
			low, high = low.plus(lows[i]), high.plus(highs[i])
		}
		changed := false
		for i := range rows {
			var left []int
			for _, s := range alive[i] {
				if fits(rows[i][s], lows[i], highs[i], low, high, target) {
					left = append(left, s)
				}
			}
			changed = changed || len(left) != len(alive[i])
			alive[i] = left
		}
		if !changed {
			return true
		}
	}
}

func bounds(row []vec, alive []int) (low, high vec) {
	low, high = row[alive[0]], row[alive[0]]
	for _, s := range alive[1:] {
		for c, v := range row[s] {
			low[c], high[c] = min(low[c], v), max(high[c], v)
		}
	}
	return low, high
}

// fits reports whether the other rows' bounds can make up the rest.
func fits(v, ownLow, ownHigh, low, high, target vec) bool {
	for c := range v {
		need := target[c] - v[c]
		if need < low[c]-ownLow[c] || need > high[c]-ownHigh[c] {
			return false
		}
	}
	return true
}

// walk builds the layers of partial sums over the open rows, dropping those
// from which the bounds of the rows to come cannot reach the target. It is nil
// when the bound of work is reached.
func (g *gluer) walk(rows [][]vec, alive [][]int, open []int, target vec) []map[vec]struct{} {
	n := len(open)
	lowRest, highRest := make([]vec, n+1), make([]vec, n+1)
	for k := n - 1; k >= 0; k-- {
		low, high := bounds(rows[open[k]], alive[open[k]])
		lowRest[k], highRest[k] = lowRest[k+1].plus(low), highRest[k+1].plus(high)
	}
	layers := make([]map[vec]struct{}, n+1)
	layers[0] = map[vec]struct{}{{}: {}}
	for k := range n {
		next := map[vec]struct{}{}
		for v := range layers[k] {
			if g.work -= len(alive[open[k]]); g.work < 0 {
				return nil
			}
			for _, s := range alive[open[k]] {
				u := v.plus(rows[open[k]][s])
				if within(u, lowRest[k+1], highRest[k+1], target) {
					next[u] = struct{}{}
				}
			}
		}
		layers[k+1] = next
	}
	return layers
}

func within(v, low, high, target vec) bool {
	for c := range v {
		if d := target[c] - v[c]; d < low[c] || d > high[c] {
			return false
		}
	}
	return true
}
