package reporting

import (
	"fmt"
	"iter"
	"slices"
	"strconv"

	"gongkai/law/annual"
)

// Codes of the rules between a government's report and those of its organs.
const (
	RuleSum     = "H-SUM"     // the stated total is not the sum
	RuleChild   = "H-CHILD"   // an organ states more than the government
	RuleChanged = "H-CHANGED" // an organ changed after the sum was taken
)

// A TotalCheck holds a government's report against those of its organs, both
// ways.
type TotalCheck struct {
	Faults   []TotalFault // cells whose stated figure is not the sum, in the order of the form
	Larger   []Larger     // organs that state more than the government
	Suspects []Suspect    // who is likeliest to be off, over all cells
	Drifts   []Drift      // what changed since the sum was taken
}

// A TotalFault is one cell of the government's report that is not the sum.
type TotalFault struct {
	Cell        string
	Stated, Sum annual.Value
	Suspects    []Suspect // for this cell, likeliest first, at most three
}

// Larger is a figure of an organ that is greater than the government's own.
type Larger struct {
	Cell          string
	Line          CountedLine
	Value, Stated annual.Value
}

// A Suspect is somebody whose figures would explain a difference.
type Suspect struct {
	Organ    int64
	Name     string
	Why      string // Chinese sentence
	Explains int    // cells that it explains exactly
	Against  int    // cells in which it would make a difference that is not there
}

// A TakenShare is what one organ had brought into a sum when it was taken over
// into the government's report.
type TakenShare struct {
	Organ   int64
	Name    string
	State   ShareState
	Version int64
	Form    *annual.Form
	Values  []annual.Value
}

// A Drift is what changed at one organ since the sum was taken. Was or Is is ""
// where the organ was or is not counted.
type Drift struct {
	Organ   int64
	Name    string
	Was, Is ShareState
	Cells   []CellDrift
}

// A CellDrift is one figure before and after.
type CellDrift struct {
	Cell    string
	Was, Is annual.Value
}

// guess is one explanation of the differences: the figures that the government's
// report would hold too much of.
type guess struct {
	Suspect
	by   map[int]int64 // cell → difference that it predicts
	text string        // with %d for the number of cells
}

// maxGuesses bounds how many explanations are kept.
const maxGuesses = 40

// CheckTotal holds the government's report against the sum of its organs. The
// shares are those of the aggregate, with the organs that are not counted; taken
// is what the report was made of, nil if that is not known.
func CheckTotal(a *Aggregate, stated *annual.Report, taken []TakenShare, shares iter.Seq2[Share, error]) (*TotalCheck, error) {
	c := &TotalCheck{}
	if stated == nil || stated.Form != a.Form {
		return c, nil
	}
	off := c.offCells(a, stated)
	var guesses []*guess
	alone := map[int][]Suspect{} // cell → organs that explain just this one
	for s, err := range shares {
		if err != nil {
			return nil, err
		}
		if s.Form != a.Form || len(s.Values) != len(a.Form.Cells) {
			continue
		}
		if s.State.Counts() {
			c.larger(a.Form, stated, &s)
		}
		if len(off) == 0 {
			continue
		}
		for _, g := range guessesOf(&s) {
			if g.weigh(off); g.Explains > g.Against {
				guesses = append(guesses, g)
			}
		}
		if s.State.Counts() {
			lonely(a.Form, &s, off, alone)
		}
	}
	var err error
	if c.Drifts, err = drifts(a, taken, shares); err != nil {
		return nil, err
	}
	if len(off) > 0 {
		guesses = append(guesses, stale(a.Form, c.Drifts, off)...)
	}
	slices.SortStableFunc(guesses, func(x, y *guess) int {
		if d := (y.Explains - y.Against) - (x.Explains - x.Against); d != 0 {
			return d
		}
		return y.Explains - x.Explains
	})
	if len(guesses) > maxGuesses {
		guesses = guesses[:maxGuesses]
	}
	c.blame(a, stated, off, guesses, alone)
	return c, nil
}

// offCells finds the cells that are not the sum and by how much the report is
// over.
func (c *TotalCheck) offCells(a *Aggregate, stated *annual.Report) map[int]int64 {
	off := map[int]int64{}
	for _, i := range a.tally.Off(stated.Values) {
		v, sum := stated.Values[i], a.Sum.Values[i]
		off[i] = v.N - sum.N
		c.Faults = append(c.Faults, TotalFault{Cell: a.Form.Cells[i].ID, Stated: v, Sum: sum})
	}
	return off
}

// Off lists the cells in which a stated total is not the sum. Of a cell that some
// report leaves blank it is only wrong to state less than the others have; money
// without a unit says nothing.
func (t *Tally) Off(stated []annual.Value) []int {
	var out []int
	for i, v := range stated {
		if !v.Known() || t.Known[i] == 0 || t.over[i] || v.N == t.sum[i] {
			continue
		}
		cell := &t.Form.Cells[i]
		if cell.Type == annual.Money && cell.Unit == "" || t.Known[i] < t.N && (v.N > t.sum[i] || cell.Type == annual.Signed) {
			continue
		}
		out = append(out, i)
	}
	return out
}

// LargerThan lists the cells in which one report states more than the total of
// all does.
func LargerThan(f *annual.Form, values, stated []annual.Value) []int {
	var out []int
	for i := range values {
		v, p := &values[i], &stated[i]
		if v.Kind != annual.Number || v.N <= p.N || !p.Known() {
			continue
		}
		if cell := &f.Cells[i]; cell.Type != annual.Signed && (cell.Type != annual.Money || cell.Unit != "") {
			out = append(out, i)
		}
	}
	return out
}

// maxLarger bounds the list of figures greater than the government's.
const maxLarger = 500

func (c *TotalCheck) larger(f *annual.Form, stated *annual.Report, s *Share) {
	for _, i := range LargerThan(f, s.Values, stated.Values) {
		if len(c.Larger) < maxLarger {
			c.Larger = append(c.Larger, Larger{f.Cells[i].ID, s.Line, s.Values[i], stated.Values[i]})
		}
	}
}

// guessesOf are the explanations that an organ's whole report offers.
func guessesOf(s *Share) []*guess {
	plus := map[int]int64{}
	for i, v := range s.Values {
		if v.Kind == annual.Number {
			plus[i] = v.N
		}
	}
	if len(plus) == 0 {
		return nil
	}
	who := Suspect{Organ: s.Line.Organ, Name: s.Line.Name}
	if !s.State.Counts() {
		return []*guess{{who, plus, "“" + s.Line.Name + "”（" + s.State.Chinese() + "）没有计入合计，报告中的数可能已经把它加上，共有%d格与此相符。"}}
	}
	minus := make(map[int]int64, len(plus))
	for i, n := range plus {
		minus[i] = -n
	}
	return []*guess{
		{who, minus, "报告中可能漏加了“" + s.Line.Name + "”，共有%d格正好少它的数。"},
		{who, plus, "报告中可能把“" + s.Line.Name + "”加了两次，共有%d格正好多它的数。"},
	}
}

// weigh counts what the guess explains and what speaks against it.
func (g *guess) weigh(off map[int]int64) {
	g.Explains, g.Against = 0, 0
	for i, d := range g.by {
		if off[i] == d {
			g.Explains++
		} else {
			g.Against++
		}
	}
	g.Why = fmt.Sprintf(g.text, g.Explains)
}

// lonely notes organs whose figure in one cell explains the difference in it: by
// a slip of the pen.
func lonely(f *annual.Form, s *Share, off map[int]int64, alone map[int][]Suspect) {
	for i, d := range off {
		v := s.Values[i]
		if !v.Known() || len(alone[i]) >= 20 {
			continue
		}
		if right := v.N + d; slip(v.N, right) {
			alone[i] = append(alone[i], Suspect{Organ: s.Line.Organ, Name: s.Line.Name, Explains: 1,
				Why: fmt.Sprintf("“%s”这一格填%s，若为%s则正好相符，可能是笔误。", s.Line.Name, v.Format(f.Cells[i].Type), annual.Num(right).Format(f.Cells[i].Type))})
		}
	}
}

// slip reports whether one figure may be the other with digits in another order,
// or with one zero more or less.
func slip(a, b int64) bool {
	if a <= 0 || b <= 0 || a == b {
		return false
	}
	if a == 10*b || b == 10*a {
		return true
	}
	x, y := []byte(strconv.FormatInt(a, 10)), []byte(strconv.FormatInt(b, 10))
	if len(x) != len(y) || len(x) < 2 {
		return false
	}
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// stale are the explanations by changes after the sum was taken: the report still
// holds the old figures.
func stale(f *annual.Form, drifts []Drift, off map[int]int64) []*guess {
	var out []*guess
	for _, d := range drifts {
		by := map[int]int64{}
		for _, x := range d.Cells {
			if i, ok := f.Index(x.Cell); ok && x.Was.N != x.Is.N {
				by[i] = x.Was.N - x.Is.N
			}
		}
		if len(by) == 0 {
			continue
		}
		g := &guess{Suspect{Organ: d.Organ, Name: d.Name}, by, "“" + d.Name + "”在汇总之后改了数，报告中还是原来的数，共有%d格与此相符。"}
		if g.weigh(off); g.Explains > g.Against {
			g.Explains++ // what is known to have happened goes before what may have
			out = append(out, g)
		}
	}
	return out
}

// suspects shown for one cell.
const maxSuspects = 3

// blame names for every cell who is likeliest to be off.
func (c *TotalCheck) blame(a *Aggregate, stated *annual.Report, off map[int]int64, guesses []*guess, alone map[int][]Suspect) {
	wrong := len(stated.Failing())
	for k := range c.Faults {
		x := &c.Faults[k]
		i, _ := a.Form.Index(x.Cell)
		add := func(s Suspect) {
			same := slices.ContainsFunc(x.Suspects, func(o Suspect) bool { return o.Organ == s.Organ })
			if len(x.Suspects) < maxSuspects && !same {
				x.Suspects = append(x.Suspects, s)
			}
		}
		if wrong > 0 {
			mended := stated.Clone()
			mended.Values[i] = x.Sum
			if len(mended.Failing()) < wrong {
				add(Suspect{Organ: a.List.Organ, Name: a.List.Name, Explains: 1, Why: "本级报告这一格自身就不平，改为各机关合计后少一处不平，多半是本级填错。"})
			}
		}
		for _, g := range guesses {
			if g.by[i] == off[i] {
				add(g.Suspect)
			}
		}
		for _, s := range alone[i] {
			add(s)
		}
	}
	seen := map[int64]bool{}
	for _, g := range guesses {
		if g.Explains > 1 && !seen[g.Organ] && len(c.Suspects) < maxSuspects {
			seen[g.Organ] = true
			c.Suspects = append(c.Suspects, g.Suspect)
		}
	}
}

// drifts lists what changed since the sum was taken, in the order of the list,
// then organs that are no longer counted.
func drifts(a *Aggregate, taken []TakenShare, shares iter.Seq2[Share, error]) ([]Drift, error) {
	if taken == nil {
		return nil, nil
	}
	was := make(map[int64]*TakenShare, len(taken))
	for i := range taken {
		was[taken[i].Organ] = &taken[i]
	}
	var out []Drift
	for s, err := range shares {
		if err != nil {
			return nil, err
		}
		if !s.State.Counts() || s.Form != a.Form {
			continue
		}
		old := was[s.Line.Organ]
		delete(was, s.Line.Organ)
		d := Drift{Organ: s.Line.Organ, Name: s.Line.Name, Is: s.State}
		var before []annual.Value
		if old != nil {
			if d.Was = old.State; old.Form != s.Form {
				continue
			}
			before = old.Values
		}
		if d.Cells = changed(a.Form, before, s.Values); len(d.Cells) > 0 || old == nil {
			out = append(out, d)
		}
	}
	for i := range taken {
		if old := &taken[i]; was[old.Organ] != nil {
			out = append(out, Drift{Organ: old.Organ, Name: old.Name, Was: old.State, Cells: changed(a.Form, old.Values, nil)})
		}
	}
	return out, nil
}

// changed lists the cells that differ; of a side that is nil nothing was known.
func changed(f *annual.Form, was, is []annual.Value) []CellDrift {
	at := func(v []annual.Value, i int) annual.Value {
		if i < len(v) {
			return v[i]
		}
		return annual.Value{Kind: annual.Blank}
	}
	var out []CellDrift
	for i, c := range f.Cells {
		a, b := at(was, i), at(is, i)
		if a.N != b.N || was != nil && is != nil && a.Known() != b.Known() {
			out = append(out, CellDrift{c.ID, a, b})
		}
	}
	return out
}

// Findings are the faults as findings of the government's report, at its cells.
func (c *TotalCheck) Findings(a *Aggregate) []annual.Finding {
	var out []annual.Finding
	level, more := annual.Error, ""
	if s := a.NotCounted(5); s != "" {
		level, more = annual.Warning, s
	}
	for _, x := range c.Faults {
		t := typeOf(a.Form, x.Cell)
		f := annual.Finding{Code: RuleSum, Level: level, Cells: []string{x.Cell}, Expected: x.Sum.Format(t), Found: x.Stated.Format(t),
			Message: fmt.Sprintf("%s填%s，计入的%d个机关合计为%s。%s", CellName(a.Form, x.Cell), x.Stated.Format(t), len(a.Counted), x.Sum.Format(t), more),
			Suggest: "请核对汇总范围，再核对各机关的数。"}
		if len(x.Suspects) > 0 {
			f.Suggest = x.Suspects[0].Why
		}
		out = append(out, f)
	}
	for _, x := range c.Larger {
		t := typeOf(a.Form, x.Cell)
		out = append(out, annual.Finding{Code: RuleChild, Level: annual.Error, Cells: []string{x.Cell}, Expected: "不小于" + x.Value.Format(t), Found: x.Stated.Format(t),
			Message: fmt.Sprintf("%s填%s，所属“%s”一个机关就有%s。", CellName(a.Form, x.Cell), x.Stated.Format(t), x.Line.Name, x.Value.Format(t)),
			Suggest: "下级的数不会大于上级汇总的数，请核对两份报告的这一格。"})
	}
	return out
}

func typeOf(f *annual.Form, cell string) annual.CellType {
	if i, ok := f.Index(cell); ok {
		return f.Cells[i].Type
	}
	return annual.Count
}
