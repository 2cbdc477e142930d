package oversight

import (
	"fmt"
	"slices"

	"gongkai/law"
)

// A MarkState says whether an indicator has its points.
type MarkState string

// The states of a mark.
const (
	MarkOpen   MarkState = "open"   // 待评
	MarkScored MarkState = "scored" // 已评
	MarkOut    MarkState = "out"    // 不计入
)

// Chinese is the state on screen.
func (s MarkState) Chinese() string {
	switch s {
	case MarkScored:
		return "已评"
	case MarkOut:
		return "不计入"
	}
	return "待评"
}

// A ScoreFile is a photo or paper that proves something: a private file. Its
// name ends as its content asks.
type ScoreFile struct {
	File int64    `json:"file"`
	Name string   `json:"name,omitempty"`
	Size int64    `json:"size,omitempty"` // bytes
	By   int64    `json:"by"`
	On   law.Date `json:"on"`
}

// A ScoreEvent is something that happened and was entered by hand: a fault that
// takes points away, or a reason for a bonus or a veto.
type ScoreEvent struct {
	N     int64       `json:"n"`   // its number in the mark, from 1
	Key   string      `json:"key"` // of the fault or grant
	Count int64       `json:"count"`
	Text  string      `json:"text"`
	Files []ScoreFile `json:"files,omitempty"`
	By    int64       `json:"by"`
	Name  string      `json:"name"`
	On    law.Date    `json:"on"`

	Asked   AskState `json:"asked,omitempty"`   // of a bonus that the organ asked for
	Reply   string   `json:"reply,omitempty"`   // why it was granted or refused
	Decider int64    `json:"decider,omitempty"` // who decided
	Decided law.Date `json:"decided,omitzero"`
	DName   string   `json:"dname,omitempty"`
}

// An AskState is where a bonus stands that an organ asked for. The zero state is
// one that the office entered itself.
type AskState string

// The states.
const (
	AskWaits   AskState = "waits"   // 待核定
	AskGranted AskState = "granted" // 已核定
	AskRefused AskState = "refused" // 未予认定
)

// Chinese is the state on screen.
func (a AskState) Chinese() string {
	switch a {
	case AskWaits:
		return "待核定"
	case AskGranted:
		return "已核定"
	case AskRefused:
		return "未予认定"
	}
	return ""
}

// counts reports whether the event counts.
func (e ScoreEvent) counts() bool { return e.Asked == "" || e.Asked == AskGranted }

// A SelfMark is what an organ gives itself.
type SelfMark struct {
	Points Points      `json:"points"`
	Text   string      `json:"text,omitempty"`
	Files  []ScoreFile `json:"files,omitempty"`
	By     int64       `json:"by"`
	Name   string      `json:"name"`
	On     law.Date    `json:"on"`
}

// A PastMark is what a mark was before it was corrected.
type PastMark struct {
	Points Points   `json:"points"`
	To     Points   `json:"to"`
	Reason string   `json:"reason"`
	Appeal int64    `json:"appeal,omitempty"`
	By     int64    `json:"by"`
	Name   string   `json:"name"`
	On     law.Date `json:"on"`
}

// A Mark is the score of one organ for one indicator: what is known, who gave
// it, and the points that follow. Points and State are worked out by
// [Assessment.Reckon] and never set by hand.
type Mark struct {
	Key    string          `json:"key"`
	Points Points          `json:"points,omitempty"`
	State  MarkState       `json:"state"`
	Facts  map[string]Fact `json:"facts,omitempty"` // from the program, by fault key or ""
	Hand   *Fact           `json:"hand,omitempty"`  // entered by hand; it counts instead of Facts
	Given  *Points         `json:"given,omitempty"` // points given by hand, of ManualPoints
	Seen   bool            `json:"seen,omitempty"`  // somebody looked: there is nothing more than the events
	Events []ScoreEvent    `json:"events,omitempty"`
	Ruled  *Points         `json:"ruled,omitempty"` // decided in review: it counts instead of everything

	Reason string      `json:"reason,omitempty"`
	Files  []ScoreFile `json:"files,omitempty"`
	By     int64       `json:"by,omitempty"` // who scored last, 0 for the program alone
	Name   string      `json:"name,omitempty"`
	On     law.Date    `json:"on,omitzero"`

	Self    *SelfMark  `json:"self,omitempty"`
	Past    []PastMark `json:"past,omitempty"`
	Version int64      `json:"version,omitempty"`
}

// A ScoreLine is one step from the facts to the points.
type ScoreLine struct {
	Text   string
	Points Points // added, below zero for what is taken off; 0 for a remark
}

// A Result is what an indicator comes to.
type Result struct {
	Points Points
	State  MarkState
	Lines  []ScoreLine
	Vetoed bool
}

// Reckon works the points of a mark out in a round of the span. It never fails:
// what is not known leaves the mark open and says why.
func (i *Indicator) Reckon(m *Mark, span Span) Result {
	if m.Ruled != nil {
		return Result{Points: *m.Ruled, State: MarkScored, Lines: []ScoreLine{{Text: "按复核结果计分"}}}
	}
	switch i.Kind {
	case ManualPoints:
		return i.manual(m)
	case DeductPerEvent:
		return i.deduct(m)
	case VetoOf:
		return i.veto(m)
	case BonusPoints:
		return i.bonus(m, span)
	}
	f := m.fact("")
	if m.Hand != nil {
		f = *m.Hand
	}
	switch f.State {
	case FactNone:
		return Result{State: MarkOut, Lines: []ScoreLine{{Text: note(f, "没有可以计量的事项")}}}
	case FactKnown:
	default:
		return Result{State: MarkOpen, Lines: []ScoreLine{{Text: unknownOf(i.Measure, f)}}}
	}
	switch i.Kind {
	case CountTarget:
		return i.count(f, span)
	case RatioOf:
		return i.ratio(f)
	case DeadlineMet:
		return i.deadline(f)
	}
	return i.presence(f)
}

// unknownOf says why a fact of a measure is not known.
func unknownOf(measure string, f Fact) string {
	if m, ok := MeasureOf(measure); ok && m.None != "" && f.State == FactAway {
		return m.None
	}
	return unknown(f)
}

// unknown says why a fact is not known.
func unknown(f Fact) string {
	switch f.State {
	case FactFailed:
		return note(f, "程序取数失败") + "，没有计分；请重新取数，或者人工填写"
	case FactLost:
		return note(f, "填写的数据不全")
	}
	return "尚未接入，须人工评分"
}

func note(f Fact, or string) string {
	if f.Note != "" {
		return f.Note
	}
	return or
}

// within keeps points between floor and maximum.
func (i *Indicator) within(p Points) Points { return min(max(p, i.Floor), max(i.Max, 0)) }

func (i *Indicator) scored(p Points, lines []ScoreLine) Result {
	if q := i.within(p); q != p {
		text := "扣到下限为止"
		if p > q {
			text = "加到满分为止"
		}
		lines = append(lines, ScoreLine{Text: text + "，得 " + q.String() + " 分"})
		p = q
	}
	return Result{Points: p, State: MarkScored, Lines: lines}
}

func (i *Indicator) manual(m *Mark) Result {
	if m.Given == nil {
		return Result{State: MarkOpen, Lines: []ScoreLine{{Text: "等待考核人评分"}}}
	}
	return i.scored(*m.Given, nil)
}

// deduct starts from the full points and takes off what happened. It has its
// points once every fault was counted by the program, or somebody looked: one
// event that was entered says nothing of the others.
func (i *Indicator) deduct(m *Mark) Result {
	p, open := i.Max, false
	var lines []ScoreLine
	for _, f := range i.Rule.Faults {
		n := int64(0)
		for _, e := range m.Events {
			if e.Key == f.Key && e.counts() {
				n += e.Count
			}
		}
		switch x := m.fact(f.Key); {
		case f.Measure == "":
			open = true
		case x.State == FactKnown:
			n += x.events(shapeOf(f.Measure))
		case x.State != FactNone:
			open = true
			if !m.Seen {
				lines = append(lines, ScoreLine{Text: f.Name + "：" + unknownOf(f.Measure, x)})
			}
		}
		if n == 0 {
			continue
		}
		off := f.Each.Times(n)
		text := fmt.Sprintf("%s %d %s", f.Name, n, unit(f.Unit))
		if f.Most > 0 && off > f.Most {
			off, text = f.Most, text+"，至多扣 "+f.Most.String()+" 分"
		}
		p -= off
		lines = append(lines, ScoreLine{text, -off})
	}
	if open && !m.Seen {
		if r := i.scored(p, lines); r.Points < i.Max {
			lines = append(r.Lines, ScoreLine{Text: "已登记的情形按此扣分，其余待核查"})
		}
		return Result{State: MarkOpen, Lines: append(lines, ScoreLine{Text: "等待考核人核查有无扣分情形"})}
	}
	return i.scored(p, lines)
}

func unit(u string) string {
	if u == "" {
		return "次"
	}
	return u
}

func shapeOf(measure string) MeasureShape {
	m, _ := MeasureOf(measure)
	return m.Shape
}

func (i *Indicator) veto(m *Mark) Result {
	r := Result{State: MarkScored}
	open := false
	for _, f := range i.Rule.Faults {
		n := int64(0)
		for _, e := range m.Events {
			if e.Key == f.Key {
				n += e.Count
			}
		}
		switch x := m.fact(f.Key); {
		case f.Measure == "":
			open = true
		case x.State == FactKnown:
			n += x.events(shapeOf(f.Measure))
		case x.State != FactNone:
			open = true
		}
		if n > 0 {
			r.Vetoed = true
			r.Lines = append(r.Lines, ScoreLine{Text: fmt.Sprintf("%s %d %s：总分至多 %s 分", f.Name, n, unit(f.Unit), i.Rule.Cap)})
		}
	}
	if open && !m.Seen && !r.Vetoed {
		return Result{State: MarkOpen, Lines: []ScoreLine{{Text: "等待考核人核查有无否决情形"}}}
	}
	return r
}

// fact is what the program found under a key.
func (m *Mark) fact(key string) Fact {
	if f, ok := m.Facts[key]; ok {
		return f
	}
	return Fact{State: FactAway}
}

// bonus adds what the steps give by figures and what was granted. It stands at
// nothing until there is something: nobody has to look.
func (i *Indicator) bonus(m *Mark, span Span) Result {
	p := Points(0)
	var lines []ScoreLine
	for _, e := range m.Events {
		g, ok := i.Grant(e.Key)
		if !ok || !e.counts() {
			continue
		}
		add := g.Each.Times(e.Count)
		p += add
		lines = append(lines, ScoreLine{fmt.Sprintf("%s %d %s", g.Name, e.Count, unit(g.Unit)), add})
	}
	if len(i.Rule.Steps) > 0 {
		f := m.fact("")
		if m.Hand != nil {
			f = *m.Hand
		}
		if f.State != FactKnown {
			lines = append(lines, ScoreLine{Text: "超额加分：" + unknown(f)})
		} else {
			add, l := i.steps(f, span)
			p, lines = p+add, append(lines, l...)
		}
	}
	if p > i.Max {
		lines = append(lines, ScoreLine{Text: "加到上限为止，加 " + i.Max.String() + " 分"})
		p = i.Max
	}
	return Result{Points: max(p, 0), State: MarkScored, Lines: lines}
}

// steps is the bonus for what was done above the target.
func (i *Indicator) steps(f Fact, span Span) (Points, []ScoreLine) {
	each := i.periods(f, span)
	got, target := sum(each), i.Rule.Target*int64(len(each))
	if target <= 0 || got <= target {
		return 0, nil
	}
	over := (got - target) * 100 / target
	p := Points(0)
	for _, s := range i.Rule.Steps {
		switch {
		case over < s.From:
		case s.Every > 0:
			p += s.Add.Times((over - s.From) / s.Every)
		default:
			p += s.Add
		}
	}
	return p, []ScoreLine{{fmt.Sprintf("完成 %d，任务 %d，超额 %d%%", got, target, over), p}}
}

// periods are the figures of the indicator's periods: what the program gives by
// month is added up to quarters where targets are by quarter.
func (i *Indicator) periods(f Fact, span Span) []int64 {
	want := i.spans(span)
	if len(f.Each) == 0 || len(want) == 1 {
		n := f.N
		if len(f.Each) > 0 {
			n = sum(f.Each)
		}
		return []int64{n}
	}
	if len(f.Each) == len(want) {
		return slices.Clone(f.Each)
	}
	each := i.Period.months()
	out := make([]int64, len(want))
	for k, n := range f.Each {
		if at := k / max(each, 1); at < len(out) {
			out[at] += n
		}
	}
	return out
}

// spans are the names of the indicator's periods in a round.
func (i *Indicator) spans(span Span) []string {
	months, each := span.Months(), i.Period.months()
	if each == 0 || each >= len(months) {
		return []string{"本轮"}
	}
	var out []string
	for k := 0; k < len(months); k += each {
		d := months[k]
		switch i.Period {
		case PeriodMonth:
			out = append(out, fmt.Sprintf("%d月", d.Month))
		case PeriodQuarter:
			out = append(out, fmt.Sprintf("第%d季度", (d.Month-1)/3+1))
		default:
			out = append(out, fmt.Sprintf("第%d期", k/each+1))
		}
	}
	return out
}

// Periods are the names of the stretches for which figures are entered by hand.
func (i *Indicator) Periods(span Span) []string { return i.spans(span) }

func sum(list []int64) int64 {
	n := int64(0)
	for _, x := range list {
		n += x
	}
	return n
}
