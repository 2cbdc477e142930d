package annual

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Suggest finds the smallest change, one cell or else two for each group of
// identities that hang together, that makes every equation of the form hold.
// It is nil when nothing fails, when no such change exists, or when several
// are equally plausible: a suggestion is a help for a person, never a guess.
func Suggest(r *Report) []Change {
	var out []Change
	for _, s := range solveAll(r) {
		if s.changes == nil {
			return nil
		}
		out = append(out, s.changes...)
	}
	return out
}

// attachSuggestions hangs the change that mends a group of identities on the
// findings of that group, with a sentence.
func attachSuggestions(r *Report, findings []Finding) {
	solved := false
	var all []solution
	for i := range findings {
		g := &findings[i]
		if g.Code != "T3-COL-SUM" && g.Code != "T3-BALANCE" && g.Code != "T3-RESULT-SUM" && g.Code != "T4-SUM" {
			continue
		}
		if !solved {
			solved, all = true, solveAll(r)
		}
		for _, s := range all {
			if s.changes == nil || !s.covers(r.Form, g) {
				continue
			}
			g.Changes = s.changes
			g.Suggest = s.words(r.Form)
		}
	}
}

// A solution mends one group of failing identities.
type solution struct {
	failing []int // indexes of Form.Identities
	changes []Change
	kind    string // how the figures may have come about, for the sentence
}

func (s *solution) covers(f *Form, g *Finding) bool {
	for _, k := range s.failing {
		id := &f.Identities[k]
		if id.Code == g.Code && len(g.Cells) > 0 && f.Cells[id.Right[0]].ID == g.Cells[0] {
			return true
		}
	}
	return false
}

func (s *solution) words(f *Form) string {
	var parts []string
	for _, c := range s.changes {
		parts = append(parts, fmt.Sprintf("%s由 %d 改为 %d", f.labelOf(c.Cell), c.From.N, c.To.N))
	}
	t := "可能" + s.kind + "：" + strings.Join(parts, "，") + "，各项勾稽关系即全部相符。请对照台账确认后采用。"
	return t
}

// solveAll groups the failing equations by the assessable equations that join
// them, and solves each group.
func solveAll(r *Report) []solution {
	f := r.Form
	s := &solver{r: r, uses: make([][]use, len(f.Cells)), residual: make([]int64, len(f.Identities))}
	assessable := make([]bool, len(f.Identities))
	var failing []int
	for k := range f.Identities {
		id := &f.Identities[k]
		left, right, ok := r.sides(id)
		if !ok || id.Op != Equal {
			continue
		}
		assessable[k] = true
		for _, i := range id.Left {
			s.uses[i] = append(s.uses[i], use{k, 1})
		}
		for _, i := range id.Right {
			s.uses[i] = append(s.uses[i], use{k, -1})
		}
		if s.residual[k] = left - right; s.residual[k] != 0 {
			failing = append(failing, k)
		}
	}
	if len(failing) == 0 {
		return nil
	}
	group := s.groups(assessable)
	byGroup := map[int][]int{}
	var order []int
	for _, k := range failing {
		g := group[k]
		if byGroup[g] == nil {
			order = append(order, g)
		}
		byGroup[g] = append(byGroup[g], k)
	}
	var out []solution
	for _, g := range order {
		out = append(out, s.solve(byGroup[g]))
	}
	return out
}

type use struct {
	identity int
	sign     int64
}

type solver struct {
	r        *Report
	uses     [][]use // by cell: the equations it stands in
	residual []int64 // by identity: left minus right
}

// groups joins identities that share a cell (union-find).
func (s *solver) groups(assessable []bool) []int {
	parent := make([]int, len(assessable))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for _, us := range s.uses {
		for _, u := range us {
			parent[find(u.identity)] = find(us[0].identity)
		}
	}
	out := make([]int, len(parent))
	for i := range out {
		out[i] = find(i)
	}
	return out
}

// maxFailing: two cells stand in at most six equations together.
const maxFailing = 6

func (s *solver) solve(failing []int) solution {
	none := solution{failing: failing}
	if len(failing) > maxFailing {
		return none
	}
	var cells []int // those that stand in a failing equation
	for i, us := range s.uses {
		if slices.ContainsFunc(us, func(u use) bool { return s.residual[u.identity] != 0 && slices.Contains(failing, u.identity) }) {
			cells = append(cells, i)
		}
	}
	best := candidate{cost: 1 << 30}
	tie := false
	consider := func(c candidate) {
		switch {
		case c.cost < best.cost:
			best, tie = c, false
		case c.cost == best.cost && !slices.Equal(c.changes, best.changes):
			tie = true
		}
	}
	for _, i := range cells {
		if d, ok := s.single(i, failing); ok {
			consider(s.weigh([]int{i}, []int64{d}))
		}
	}
	if best.changes == nil {
		for a, i := range cells {
			for _, j := range cells[a+1:] {
				if di, dj, ok := s.pair(i, j, failing); ok {
					consider(s.weigh([]int{i, j}, []int64{di, dj}))
				}
			}
		}
	}
	if best.changes == nil || tie {
		return none
	}
	return solution{failing, best.changes, best.kind}
}

// single solves for one cell: it must stand in every failing equation and in
// no equation that holds.
func (s *solver) single(i int, failing []int) (int64, bool) {
	us := s.uses[i]
	if len(us) != len(failing) {
		return 0, false
	}
	d := -s.residual[us[0].identity] * us[0].sign
	for _, u := range us {
		if s.residual[u.identity]+u.sign*d != 0 {
			return 0, false
		}
	}
	return d, d != 0 && s.allowed(i, d)
}

func (s *solver) allowed(i int, d int64) bool {
	n := s.r.Values[i].N + d
	return n <= MaxCount && (n >= 0 || s.r.Form.Cells[i].Type == Signed)
}

// pair solves for two cells. Each equation that only one of them stands in
// fixes that one; if none does for either, the change is not determined.
func (s *solver) pair(i, j int, failing []int) (di, dj int64, ok bool) {
	a, b := s.uses[i], s.uses[j]
	if len(a)+len(b) < len(failing) {
		return 0, 0, false
	}
	di, iok := s.alone(a, b)
	dj, jok := s.alone(b, a)
	if !iok && !jok {
		return 0, 0, false
	}
	for _, u := range a {
		for _, v := range b {
			if u.identity != v.identity {
				continue
			}
			if !iok {
				di, iok = -(s.residual[u.identity]+v.sign*dj)*u.sign, true
			}
			if !jok {
				dj, jok = -(s.residual[u.identity]+u.sign*di)*v.sign, true
			}
		}
	}
	if !iok || !jok || di == 0 || dj == 0 || !s.allowed(i, di) || !s.allowed(j, dj) {
		return 0, 0, false
	}
	left := len(failing)
	for _, u := range a {
		rest := s.residual[u.identity] + u.sign*di
		for _, v := range b {
			if v.identity == u.identity {
				rest += v.sign * dj
			}
		}
		if rest != 0 {
			return 0, 0, false
		}
		if s.residual[u.identity] != 0 {
			left--
		}
	}
	for _, v := range b {
		if slices.ContainsFunc(a, func(u use) bool { return u.identity == v.identity }) {
			continue
		}
		if s.residual[v.identity]+v.sign*dj != 0 {
			return 0, 0, false
		}
		if s.residual[v.identity] != 0 {
			left--
		}
	}
	return di, dj, left == 0
}

// alone solves a from an equation that b does not stand in.
func (s *solver) alone(a, b []use) (int64, bool) {
	for _, u := range a {
		if !slices.ContainsFunc(b, func(v use) bool { return v.identity == u.identity }) {
			return -s.residual[u.identity] * u.sign, true
		}
	}
	return 0, false
}

type candidate struct {
	changes []Change
	cost    int
	kind    string
}

// weigh says how plausible a change is, the lower the better: what clerks do
// (a total not brought up to date, digits swapped or dropped, a figure one
// column off) before anything else.
func (s *solver) weigh(cells []int, d []int64) candidate {
	f, c := s.r.Form, candidate{}
	for k, i := range cells {
		from := s.r.Values[i]
		c.changes = append(c.changes, Change{f.Cells[i].ID, from, Num(from.N + d[k])})
	}
	if len(cells) == 2 {
		x, y := c.changes[0], c.changes[1]
		switch {
		case x.From == y.To && y.From == x.To && (x.From.N == 0 || y.From.N == 0):
			c.kind, c.cost = "填错了位置", 2
			return c
		case x.From == y.To && y.From == x.To:
			c.kind, c.cost = "两格填反了", 3
			return c
		}
	}
	for k, i := range cells {
		from, to := c.changes[k].From.N, c.changes[k].To.N
		cost, kind := 6, "这格填错了"
		switch {
		case s.isTotal(i):
			cost, kind = 2, "合计没有更新"
		case swappedDigits(from, to):
			cost, kind = 3, "数字前后颠倒了"
		case droppedDigit(from, to) || droppedDigit(to, from):
			cost, kind = 4, "多写或漏写了一位数字"
		}
		c.cost += cost
		if c.kind == "" {
			c.kind = kind
		} else if c.kind != kind {
			c.kind = "有两格填错了"
		}
	}
	return c
}

// isTotal reports whether a cell stands in a total row or column.
func (s *solver) isTotal(i int) bool {
	c := s.r.Form.Cells[i]
	p := &s.r.Form.Table(c.Table).Parts[c.Part]
	last := p.Columns[c.Col].Key
	return p.Rows[c.Row].Sum || last == "total" || strings.HasSuffix(last, ".total")
}

func swappedDigits(a, b int64) bool {
	x, y := strconv.FormatInt(a, 10), strconv.FormatInt(b, 10)
	if len(x) != len(y) || a == b {
		return false
	}
	p, q := []byte(x), []byte(y)
	slices.Sort(p)
	slices.Sort(q)
	return slices.Equal(p, q)
}

// droppedDigit reports whether short is long with one digit left out.
func droppedDigit(short, long int64) bool {
	a, b := strconv.FormatInt(short, 10), strconv.FormatInt(long, 10)
	if len(a)+1 != len(b) {
		return false
	}
	for i := range b {
		if b[:i]+b[i+1:] == a {
			return true
		}
	}
	return false
}
