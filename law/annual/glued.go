package annual

import (
	"slices"
	"strconv"
)

// A GluedLine is one row of 表三 or 表四 as the source gives it: its figures
// run together, or already apart.
type GluedLine struct {
	Row    int     // index into the rows of the table's one part
	Digits string  // glued digits, e.g. 640020470 for 64,0,0,2,0,4,70; "" when Values is complete
	Values []Value // the row's figures when they stand apart
}

// A GluedResult says what the identities settle. A cell is decided only if it
// is the same in every split that satisfies all of them. Rows always has the
// row of each line; undecided cells in it are Absent.
type GluedResult struct {
	Rows       map[int][]Value
	Decided    map[int][]bool
	Unique     bool              // every cell of every line is decided
	NoSplit    bool              // no split satisfies the identities: the source holds a wrong figure
	Candidates map[int][][]Value // with NoSplit: the splits that satisfy the row's own sum, at most 8 a row
}

// Bounds of the work. Beyond them cells stay undecided; they are never decided
// on part of the evidence.
const (
	gluedSteps  = 400_000 // steps of splitting rows
	gluedWork   = 300_000 // splits and partial sums weighed over the columns
	gluedDigits = 64      // digits in a row
	gluedCands  = 20_000  // splits of one row
	shownCands  = 8
)

// SplitGlued splits the glued rows of 表三 ("t3") or 表四 ("t4"). It is exact:
// rows are split in every way that satisfies the row's sums, no figure begins
// with 0 unless it is 0, and of those only the ways that also satisfy balance
// and result sums of every column survive. A row missing from lines, or one
// with a cell that is no figure, makes the identities it stands in void; none
// is ever relaxed.
func SplitGlued(f *Form, table string, lines []GluedLine) GluedResult {
	res := GluedResult{Rows: map[int][]Value{}, Decided: map[int][]bool{}, Candidates: map[int][][]Value{}}
	t := f.Table(table)
	if t == nil || len(t.Parts) != 1 || (table != "t3" && table != "t4") {
		res.NoSplit = true
		return res
	}
	g := &gluer{form: f, part: &t.Parts[0], rows: map[int]*gluedRow{}, steps: gluedSteps, work: gluedWork}
	for _, l := range lines {
		if l.Row < 0 || l.Row >= len(g.part.Rows) || g.rows[l.Row] != nil {
			continue
		}
		g.rows[l.Row] = g.read(l)
		g.order = append(g.order, l.Row)
	}
	if table == "t3" {
		g.split(g.rowSplits)
		g.columns()
	} else {
		g.split(g.groupSplits)
	}
	g.result(&res)
	return res
}

// A gluedRow is one row and the ways to split it that are still possible.
type gluedRow struct {
	digits string
	given  []Value   // the row stood apart
	splits [][]int64 // possible rows of figures
	own    [][]int64 // those that satisfy the row's own sums
	open   bool      // the splits are not known: too many, or a cell is no figure
}

type gluer struct {
	form  *Form
	part  *Part
	rows  map[int]*gluedRow
	order []int
	steps int  // left for splitting rows
	work  int  // left for weighing columns
	fails bool // no split satisfies the identities
}

// read takes a line in. As many digits as cells leave only one way to read
// them, whatever the sums say.
func (g *gluer) read(l GluedLine) *gluedRow {
	n := len(g.part.Columns)
	if l.Digits == "" {
		r := &gluedRow{given: slices.Clone(l.Values)}
		row := make([]int64, n)
		for i, v := range r.given {
			if !v.Known() || i >= n {
				r.open = true
				continue
			}
			row[i] = v.N
		}
		r.open = r.open || len(r.given) != n
		r.splits = [][]int64{row}
		return r
	}
	r := &gluedRow{digits: l.Digits}
	if !digits(l.Digits) || len(l.Digits) > gluedDigits || len(l.Digits) < n {
		r.open = true
		return r
	}
	if len(l.Digits) == n {
		row := make([]int64, n)
		for i := range row {
			row[i] = int64(l.Digits[i] - '0')
		}
		r.splits = [][]int64{row}
	}
	return r
}

// split finds the splits of each glued row that satisfy the row's own sums.
func (g *gluer) split(splits func(string) ([][]int64, bool)) {
	for _, k := range g.order {
		r := g.rows[k]
		if r.open || r.splits != nil {
			continue
		}
		all, ok := splits(r.digits)
		if !ok {
			r.open = true
			continue
		}
		r.splits, r.own = all, all
		g.fails = g.fails || len(all) == 0
	}
}

// rowSplits splits a row of 表三: the figures but the last add up to the last.
// ok is false when the bound of work is reached.
func (g *gluer) rowSplits(s string) (out [][]int64, ok bool) {
	parts := len(g.part.Columns) - 1
	for t := 1; t <= 9 && len(s)-t >= parts; t++ {
		total, fine := figureAt(s, len(s)-t, len(s))
		if !fine {
			continue
		}
		row := make([]int64, parts+1)
		row[parts] = total
		if !g.addends(s[:len(s)-t], row[:parts], 0, total, t, func() bool {
			out = append(out, slices.Clone(row))
			return len(out) <= gluedCands
		}) {
			return nil, false
		}
	}
	return out, true
}

// addends fills row[k:] with figures that use up s and add up to rest, none
// longer than width digits; it calls use for each way. It is false when the
// bound of work is reached or use says stop.
func (g *gluer) addends(s string, row []int64, k int, rest int64, width int, use func() bool) bool {
	if g.steps--; g.steps < 0 {
		return false
	}
	left := len(row) - k
	if left == 0 {
		if s == "" && rest == 0 {
			return use()
		}
		return true
	}
	if len(s) < left || len(s) > left*width || rest == 0 && len(s) != left {
		return true
	}
	for n := 1; n <= width && len(s)-n >= left-1; n++ {
		v, fine := figureAt(s, 0, n)
		if !fine || v > rest {
			break // a longer figure begins with the same 0 or is larger still
		}
		row[k] = v
		if !g.addends(s[n:], row, k+1, rest-v, width, use) {
			return false
		}
	}
	return true
}

// figureAt reads s[i:j] as a figure without leading zeros.
func figureAt(s string, i, j int) (int64, bool) {
	if s[i] == '0' && j-i > 1 || j-i > 9 {
		return 0, false
	}
	v, err := strconv.ParseInt(s[i:j], 10, 64)
	return v, err == nil
}

// groupSplits splits 表四: each five figures are four addends and their total.
// It lists every split of the whole row.
func (g *gluer) groupSplits(s string) (out [][]int64, ok bool) {
	const size = 5
	groups := len(g.part.Columns) / size
	row := make([]int64, groups*size)
	var walk func(at, group int) bool
	walk = func(at, group int) bool {
		if group == groups {
			if at == len(s) {
				out = append(out, slices.Clone(row))
			}
			return len(out) <= gluedCands
		}
		need := (groups - group - 1) * size // digits the later groups need at least
		for end := at + size; end <= len(s)-need; end++ {
			for t := 1; t <= 9 && end-t-at >= size-1; t++ {
				total, fine := figureAt(s, end-t, end)
				if !fine {
					continue
				}
				cells := row[group*size : group*size+size]
				if !g.addends(s[at:end-t], cells[:size-1], 0, total, t, func() bool {
					cells[size-1] = total
					return walk(end, group+1)
				}) {
					return false
				}
			}
		}
		return true
	}
	if !walk(0, 0) {
		return nil, false
	}
	return out, true
}

// result writes down what is the same in every split left.
func (g *gluer) result(res *GluedResult) {
	n := len(g.part.Columns)
	res.NoSplit = g.fails
	res.Unique = !g.fails
	for _, k := range g.order {
		r := g.rows[k]
		row, decided := make([]Value, n), make([]bool, n)
		switch {
		case r.digits == "":
			copy(row, r.given)
			for i := range row {
				decided[i] = row[i].Known()
			}
		case !r.open && (!g.fails || r.own == nil && len(r.digits) == n):
			for i := range row {
				decided[i] = len(r.splits) > 0
				for _, s := range r.splits {
					decided[i] = decided[i] && s[i] == r.splits[0][i]
				}
				if decided[i] {
					row[i] = Num(r.splits[0][i])
				}
			}
		}
		if g.fails && r.digits != "" {
			for _, s := range r.own[:min(len(r.own), shownCands)] {
				c := make([]Value, n)
				for i := range c {
					c[i] = Num(s[i])
				}
				res.Candidates[k] = append(res.Candidates[k], c)
			}
		}
		res.Rows[k], res.Decided[k] = row, decided
		res.Unique = res.Unique && !slices.Contains(decided, false)
	}
}
