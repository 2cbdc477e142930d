package reporting

import (
	"fmt"
	"iter"
	"math/bits"
	"slices"
	"strings"

	"gongkai/doc"
	"gongkai/law"
	"gongkai/law/annual"
)

// ShareState says what stands for an organ of the list in a sum.
type ShareState string

// The states of a share. The first four bring figures in; the others say why there are
// none.
const (
	CountsPublished ShareState = "published" // 已发布
	CountsAccepted  ShareState = "accepted"  // 审核通过
	CountsSubmitted ShareState = "submitted" // 已报送，未审核（暂计）
	CountsOwn       ShareState = "own"       // 本级数据

	LacksReport   ShareState = "none"     // 未报送
	LacksDraft    ShareState = "draft"    // 草稿
	LacksReturned ShareState = "returned" // 已退回
	LacksWaiting  ShareState = "waiting"  // 待审核
	LacksForm     ShareState = "form"     // 格式不同
	LacksOwn      ShareState = "own_none" // 本级数据未填

	StandsOut ShareState = "out" // 名单之外
)

// Counts reports whether the organ's figures are in the sum.
func (s ShareState) Counts() bool {
	switch s {
	case CountsPublished, CountsAccepted, CountsSubmitted, CountsOwn:
		return true
	}
	return false
}

// Chinese is the state on screen.
func (s ShareState) Chinese() string {
	switch s {
	case CountsPublished:
		return "已发布"
	case CountsAccepted:
		return "审核通过"
	case CountsSubmitted:
		return "已报送，暂计"
	case CountsOwn:
		return "本级数据"
	case LacksReport:
		return "未报送"
	case LacksDraft:
		return "未报送，草稿"
	case LacksReturned:
		return "已退回，未重报"
	case LacksWaiting:
		return "已报送，未审核"
	case LacksForm:
		return "格式版本不同"
	case LacksOwn:
		return "本级数据未填"
	case StandsOut:
		return "名单之外"
	}
	return ""
}

// A Share is what one organ of the list brings into a sum, or why it brings
// nothing.
type Share struct {
	Line    CountedLine
	State   ShareState
	On      law.Date // day of the publication, acceptance or submission, zero if unknown
	Version int64    // of what stands: it changes with its figures
	Form    *annual.Form
	Values  []annual.Value // by cell index of Form, only until the next share; nil where there is no report
}

// A Part is a share as a list shows it: without its figures.
type Part struct {
	Line    CountedLine
	State   ShareState
	On      law.Date
	Version int64
	Edition string          // of what stands, "" for none
	Key     [4]annual.Value // 新收、上年结转、办理结果总计、结转下年度; not Known where not stated
}

// keyCells are the cells of Part.Key.
var keyCells = [4]string{"t3.new.total", "t3.carried_in.total", "t3.result_total.total", "t3.carried_out.total"}

// An Aggregate is the sum of a government's report (汇总): its own figures and
// those of its subordinate organs, cell by cell, with who is in it and who is
// not.
type Aggregate struct {
	List        CountedList
	Form        *annual.Form
	Provisional bool // reports that wait for review are counted too
	Sum         *annual.Report
	Known       []int  // by cell: how many of the organs counted state a figure
	Nonzero     []int  // by cell: how many of them state one that is not 0
	Counted     []Part // in the order of the list
	Lacking     []Part // in the list, but nothing of theirs can be counted
	Out         []Part // not in the list

	tally *Tally
}

// A Tally adds reports of one edition up, cell by cell.
type Tally struct {
	Form    *annual.Form
	N       int   // reports added
	Known   []int // by cell: that state a figure
	Nonzero []int // by cell: that state one that is not 0
	sum     []int64
	over    []bool // the sum left the range of an int64
}

// NewTally is a sum of nothing.
func NewTally(f *annual.Form) *Tally {
	n := len(f.Cells)
	return &Tally{Form: f, Known: make([]int, n), Nonzero: make([]int, n), sum: make([]int64, n), over: make([]bool, n)}
}

// Add adds the figures of a report of the edition.
func (t *Tally) Add(values []annual.Value) {
	t.N++
	for i, v := range values {
		switch v.Kind {
		case annual.Number:
			t.plus(i, v.N)
			t.Known[i]++
			t.Nonzero[i]++
		case annual.Zero:
			t.Known[i]++
		}
	}
}

func (t *Tally) plus(i int, n int64) {
	z := t.sum[i] + n
	if (t.sum[i]^z)&(n^z) < 0 {
		t.over[i] = true
	}
	t.sum[i] = z
}

// Merge adds what another tally of the edition holds.
func (t *Tally) Merge(o *Tally) {
	t.N += o.N
	for i := range t.sum {
		t.plus(i, o.sum[i])
		t.over[i] = t.over[i] || o.over[i]
		t.Known[i] += o.Known[i]
		t.Nonzero[i] += o.Nonzero[i]
	}
}

// Value is the sum of a cell: Blank if nobody states a figure, Text if it is too
// large to be one.
func (t *Tally) Value(i int) annual.Value {
	switch {
	case t.over[i]:
		return annual.Value{Kind: annual.Text}
	case t.Known[i] > 0:
		return annual.Num(t.sum[i])
	}
	return annual.Value{Kind: annual.Blank}
}

// Aggregated adds up the shares of a list: those that count, of the edition. It
// ends with the first error of the shares.
func Aggregated(list CountedList, form *annual.Form, provisional bool, shares iter.Seq2[Share, error]) (*Aggregate, error) {
	t := NewTally(form)
	a := &Aggregate{List: list, Form: form, Provisional: provisional, tally: t}
	for s, err := range shares {
		if err != nil {
			return nil, err
		}
		p := s.part()
		switch {
		case s.State == StandsOut:
			a.Out = append(a.Out, p)
		case !s.State.Counts():
			a.Lacking = append(a.Lacking, p)
		case s.Form != form || len(s.Values) != len(form.Cells):
			p.State = LacksForm
			a.Lacking = append(a.Lacking, p)
		default:
			t.Add(s.Values)
			a.Counted = append(a.Counted, p)
		}
	}
	a.Known, a.Nonzero = t.Known, t.Nonzero
	a.Sum = annual.New(form, list.Name, list.Year)
	for i := range form.Cells {
		a.Sum.Values[i] = t.Value(i)
	}
	a.Sum.Notes = a.notes()
	return a, nil
}

func (s *Share) part() Part {
	p := Part{Line: s.Line, State: s.State, On: s.On, Version: s.Version}
	if s.Form == nil {
		return p
	}
	p.Edition = s.Form.Edition
	for k, id := range keyCells {
		if i, ok := s.Form.Index(id); ok && i < len(s.Values) && s.Values[i].Known() {
			p.Key[k] = s.Values[i]
		}
	}
	return p
}

// notes say what the sum does not hold: it is never taken for whole when it is
// not.
func (a *Aggregate) notes() []doc.Note {
	var out []doc.Note
	if s := a.NotCounted(12); s != "" {
		out = append(out, doc.Note{Code: "SUM-LACKING", Text: s})
	}
	cells, first := 0, -1
	for i, n := range a.Known {
		if n < len(a.Counted) {
			if cells++; first < 0 {
				first = i
			}
		}
	}
	if cells > 0 {
		out = append(out, doc.Note{Code: "SUM-BLANK", Text: fmt.Sprintf("有%d格缺少部分机关的数字（如%s缺%d个机关），合计只含填写了数字的机关，不把空白当作零。",
			cells, CellName(a.Form, a.Form.Cells[first].ID), len(a.Counted)-a.Known[first])})
	}
	for i, c := range a.Form.Cells {
		if c.Type == annual.Money && c.Unit == "" && a.Sum.Values[i].Kind == annual.Number {
			out = append(out, doc.Note{Code: "SUM-UNIT", Text: CellName(a.Form, c.ID) + "没有印单位，各机关可能分别按元或万元填写，合计仅供参考。"})
		}
	}
	return out
}

// Whole reports whether every organ of the list is in the sum, by a report that
// the office has accepted.
func (a *Aggregate) Whole() bool {
	return len(a.Lacking) == 0 && !slices.ContainsFunc(a.Counted, func(p Part) bool { return p.State == CountsSubmitted })
}

// NotCounted is the sentence on the face of the sum that names who is not in it,
// at most so many; "" if everybody is.
func (a *Aggregate) NotCounted(most int) string {
	if len(a.Lacking) == 0 {
		return ""
	}
	var names []string
	for i, p := range a.Lacking {
		if i == most {
			break
		}
		names = append(names, p.Line.Name+"（"+p.State.Chinese()+"）")
	}
	s := "未计入：" + strings.Join(names, "、")
	if n := len(a.Lacking); n > most {
		s += fmt.Sprintf("等%d个机关", n)
	}
	return s + "。"
}

// LackingBy counts who is lacking by state, in the order of urgency.
func (a *Aggregate) LackingBy() []StateCount {
	var out []StateCount
	for _, s := range []ShareState{LacksReport, LacksDraft, LacksReturned, LacksWaiting, LacksOwn, LacksForm} {
		n := 0
		for _, p := range a.Lacking {
			if p.State == s {
				n++
			}
		}
		if n > 0 {
			out = append(out, StateCount{s, n})
		}
	}
	return out
}

// A StateCount is how many organs have a state.
type StateCount struct {
	State ShareState
	N     int
}

// A CellShare is what one organ put into one figure.
type CellShare struct {
	Line  CountedLine
	State ShareState
	On    law.Date
	Value annual.Value
}

// ShareOf is the organ's part of a sum in tenths of a percent, -1 where there is
// none to speak of.
func (c CellShare) ShareOf(sum annual.Value) int {
	if !c.Value.Known() || !sum.Known() || sum.N <= 0 || c.Value.N < 0 || c.Value.N > sum.N {
		return -1
	}
	hi, lo := bits.Mul64(uint64(c.Value.N), 1000)
	n, _ := bits.Div64(hi, lo, uint64(sum.N)) // at most 1000
	return int(n)
}

// CellShares opens a figure of the sum: what every organ that counts put into
// it, the greatest first, then as the list has them.
func CellShares(form *annual.Form, cell int, shares iter.Seq2[Share, error]) ([]CellShare, error) {
	var out []CellShare
	for s, err := range shares {
		if err != nil {
			return nil, err
		}
		if s.State.Counts() && s.Form == form && cell < len(s.Values) {
			out = append(out, CellShare{s.Line, s.State, s.On, s.Values[cell]})
		}
	}
	slices.SortStableFunc(out, func(a, b CellShare) int {
		switch {
		case a.Value.Known() != b.Value.Known():
			if a.Value.Known() {
				return -1
			}
			return 1
		case a.Value.N > b.Value.N:
			return -1
		case a.Value.N < b.Value.N:
			return 1
		}
		return 0
	})
	return out, nil
}
