package oversight

import (
	"strings"

	"gongkai/law"
)

// An Assessment 考核得分 is the score table of one organ in one round. Marks stand
// in the order of the scheme's indicators of that round.
type Assessment struct {
	ID      int64
	Round   int64
	Organ   int64
	Marks   []Mark
	SelfOn  law.Date // the organ handed its own assessment in, zero while it has not
	Version int64

	Totals
}

// Totals are what the marks of an assessment come to.
type Totals struct {
	Base   Points // of the full points
	Bonus  Points
	Minus  Points // what indicators without points of their own take off, as a number above zero
	Total  Points
	Vetoed bool
	Cap    Points // what a veto leaves of the total at most
	Open   int    // marks that nobody scored
	Waits  int    // bonuses that were asked for and wait
	Failed int    // measures that failed
	Out    Points // full points of what could not be measured
	Full   Points // full points of the round
}

// Ranked reports whether the organ takes part in the ranking: everything was
// scored, and at least half of the points rest on something that could be
// measured.
func (t Totals) Ranked() bool { return t.Open == 0 && 2*t.Out <= t.Full }

// Unranked says why an organ takes no part in the ranking, "" if it does.
func (t Totals) Unranked() string {
	switch {
	case t.Open > 0:
		return "还有指标待评"
	case 2*t.Out > t.Full:
		return "不计入的指标超过一半，不参加排名"
	}
	return ""
}

// NewAssessment is the empty score table of an organ in a round of the period.
func NewAssessment(s *Scheme, p ScorePeriod, organ int64) Assessment {
	a := Assessment{Organ: organ}
	for _, i := range s.Indicators(p) {
		a.Marks = append(a.Marks, Mark{Key: i.Key, State: MarkOpen})
	}
	return a
}

// Mark finds the mark of an indicator, nil if the round has none.
func (a *Assessment) Mark(key string) *Mark {
	for k := range a.Marks {
		if a.Marks[k].Key == key {
			return &a.Marks[k]
		}
	}
	return nil
}

// Reckon works out every mark and the totals. It is the only place where points
// are added up: total = Σ base, each part by its weight, + bonus − minus, not
// below zero, and at most what a veto leaves.
func (a *Assessment) Reckon(s *Scheme, r *Round) {
	span := r.Span()
	var t Totals
	type side struct{ got, full, out, all Points }
	sides := map[string]*side{}
	for k := range a.Marks {
		m := &a.Marks[k]
		i, g := s.Indicator(m.Key)
		if i == nil {
			continue // a scheme that was published is never changed
		}
		res := i.Reckon(m, span)
		m.Points, m.State = res.Points, res.State
		if m.State == MarkOpen {
			t.Open++
		}
		for _, f := range m.Facts {
			if f.State == FactFailed {
				t.Failed++
			}
		}
		for _, e := range m.Events {
			if e.Asked == AskWaits {
				t.Waits++
			}
		}
		switch {
		case res.Vetoed:
			if !t.Vetoed || i.Rule.Cap < t.Cap {
				t.Cap = i.Rule.Cap
			}
			t.Vetoed = true
		case i.Kind == BonusPoints:
			t.Bonus += m.Points
		case i.Kind == VetoOf:
		case i.Max == 0:
			t.Minus -= m.Points
		default:
			x := sides[g.Part]
			if x == nil {
				x = &side{}
				sides[g.Part] = x
			}
			x.all += i.Max
			if m.State != MarkOut {
				x.got, x.full = x.got+m.Points, x.full+i.Max
				break
			}
			t.Out += i.Max
			if x.out += i.Max; s.Lacking != LackingScale {
				m.Points = i.Max
				x.got, x.full = x.got+i.Max, x.full+i.Max
			}
		}
	}
	for part, x := range sides {
		t.Full += x.all
		worth := x.all // points of the total that this side can bring
		if p, ok := s.Part(part); ok {
			worth = s.Full.Share(int64(p.Weight), 100)
		}
		switch {
		case x.full == x.all && worth == x.all:
			t.Base += x.got
		case x.full > 0:
			t.Base += worth.Share(int64(x.got), int64(x.full))
		}
	}
	if s.Most > 0 && t.Bonus > s.Most {
		t.Bonus = s.Most
	}
	t.Total = max(t.Base+t.Bonus-t.Minus, 0)
	if t.Vetoed {
		t.Total = min(t.Total, t.Cap)
	}
	a.Totals = t
}

// Formula prints how the total came about.
func (a *Assessment) Formula(s *Scheme) string {
	text := "基本分 " + a.Base.String()
	if len(s.Parts) > 0 {
		text += "（"
		for k, p := range s.Parts {
			if k > 0 {
				text += "，"
			}
			text += p.Name + "占 " + Points(p.Weight*100).String() + "%"
		}
		text += "，各部分按得分率折算）"
	} else if s.Lacking == LackingScale && a.Out > 0 {
		text += "（不计入的 " + a.Out.String() + " 分按其余各项得分率折算）"
	}
	if a.Bonus > 0 {
		text += " ＋ 加分 " + a.Bonus.String()
	}
	if a.Minus > 0 {
		text += " － 倒扣 " + a.Minus.String()
	}
	text += " ＝ " + max(a.Base+a.Bonus-a.Minus, 0).String()
	if a.Vetoed {
		text += "；有单项否决，总分计 " + a.Total.String()
	}
	return text
}

// A Deduction is one line of the 扣分清单.
type Deduction struct {
	Key, Name string // of the indicator
	Text      string // what was found
	Detail    string // the single events, or why the points were given
	Points    Points // below zero
}

// Deductions lists where points were lost, in the order of the table. What is
// still open, or was left out, is no loss.
func (a *Assessment) Deductions(s *Scheme, r *Round) []Deduction {
	var out []Deduction
	for k := range a.Marks {
		m := &a.Marks[k]
		i, _ := s.Indicator(m.Key)
		if i == nil || m.State != MarkScored || i.Kind == BonusPoints || i.Kind == VetoOf && m.Ruled != nil {
			continue
		}
		add := func(text, detail string, p Points) {
			out = append(out, Deduction{i.Key, i.Name, text, detail, p})
		}
		res := i.Reckon(m, r.Span())
		switch {
		case m.Ruled != nil:
			if p := m.Points - max(i.Max, 0); p < 0 {
				add("按复核结果计分", m.Past[len(m.Past)-1].Reason, p)
			}
		case i.Kind == ManualPoints:
			if p := m.Points - i.Max; p < 0 {
				add("人工评分 "+m.Points.String()+" 分", m.Reason, p)
			}
		case i.Kind == DeductPerEvent:
			left := max(i.Max, 0) - m.Points // what is taken off in all: the last fault is cut at the floor
			for _, f := range i.Rule.Faults {
				for _, l := range res.Lines {
					if l.Points < 0 && strings.HasPrefix(l.Text, f.Name+" ") {
						p := max(l.Points, -left)
						left += p
						add(l.Text, m.told(f.Key), p)
						break
					}
				}
			}
		case res.Vetoed:
			for _, l := range res.Lines {
				add(l.Text, m.told(""), 0)
			}
		default:
			lost := m.Points - max(i.Max, 0)
			if lost >= 0 {
				break
			}
			var texts []string
			for _, l := range res.Lines {
				texts = append(texts, l.Text)
			}
			add(strings.Join(texts, "；"), m.Reason, lost)
		}
	}
	return out
}

// told is what was written about the events of a fault, "" for all.
func (m *Mark) told(fault string) string {
	var list []string
	for _, e := range m.Events {
		if (fault == "" || e.Key == fault) && e.counts() {
			list = append(list, e.Text)
		}
	}
	return strings.Join(list, "；")
}
