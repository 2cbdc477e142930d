package oversight

import (
	"slices"

	"gongkai/law"
	"gongkai/org"
)

// SchemeFormat names the form in which schemes are exchanged.
const SchemeFormat = "gongkai-scheme/1"

// A ScorePeriod is how long something runs: a round of assessment, or the stretch for
// which a target holds. The zero ScorePeriod is the whole round.
type ScorePeriod string

// The periods.
const (
	PeriodMonth   ScorePeriod = "month"
	PeriodQuarter ScorePeriod = "quarter"
	PeriodHalf    ScorePeriod = "half"
	PeriodYear    ScorePeriod = "year"
)

// Chinese is the period on screen.
func (p ScorePeriod) Chinese() string {
	switch p {
	case PeriodMonth:
		return "每月"
	case PeriodQuarter:
		return "季度"
	case PeriodHalf:
		return "半年"
	case PeriodYear:
		return "年度"
	case "":
		return "整轮"
	}
	return ""
}

// months of a period, 0 for one that has no length of its own.
func (p ScorePeriod) months() int {
	return map[ScorePeriod]int{PeriodMonth: 1, PeriodQuarter: 3, PeriodHalf: 6, PeriodYear: 12}[p]
}

// RoundPeriods are the periods a round of assessment may have.
func RoundPeriods() []ScorePeriod { return []ScorePeriod{PeriodQuarter, PeriodHalf, PeriodYear} }

// An IndicatorKind is how an indicator turns facts into points.
type IndicatorKind string

// The kinds of domain practice.
const (
	CountTarget    IndicatorKind = "count"    // 数量达标
	RatioOf        IndicatorKind = "ratio"    // 比率
	DeadlineMet    IndicatorKind = "deadline" // 时限
	Presence       IndicatorKind = "presence" // 有无
	DeductPerEvent IndicatorKind = "deduct"   // 逐次扣分
	BonusPoints    IndicatorKind = "bonus"    // 加分
	VetoOf         IndicatorKind = "veto"     // 单项否决
	ManualPoints   IndicatorKind = "manual"   // 人工评分
)

// IndicatorKinds lists them in the order in which people choose.
func IndicatorKinds() []IndicatorKind {
	return []IndicatorKind{ManualPoints, DeductPerEvent, CountTarget, RatioOf, DeadlineMet, Presence, BonusPoints, VetoOf}
}

// Chinese is the kind on screen and in the xlsx form.
func (k IndicatorKind) Chinese() string {
	switch k {
	case CountTarget:
		return "数量达标"
	case RatioOf:
		return "比率"
	case DeadlineMet:
		return "时限"
	case Presence:
		return "有无"
	case DeductPerEvent:
		return "逐次扣分"
	case BonusPoints:
		return "加分"
	case VetoOf:
		return "单项否决"
	case ManualPoints:
		return "人工评分"
	}
	return ""
}

// How says in a sentence how the kind scores.
func (k IndicatorKind) How() string {
	switch k {
	case CountTarget:
		return "每个周期要达到的数量；不足的周期扣分，也可以按完成比例给分"
	case RatioOf:
		return "达到多少比率给满分，低到多少不给分，中间按比例；样本太少的不计"
	case DeadlineMet:
		return "按时办到给满分，迟办按次或按日扣，没办的另扣"
	case Presence:
		return "有一项给几分，或者缺一项扣几分"
	case DeductPerEvent:
		return "从满分起，每发生一次扣几分，扣到下限为止；满分为 0、下限为负的就是倒扣项"
	case BonusPoints:
		return "按超额档次自动加，或由机关附证据申请、考核人核定，累加到上限为止"
	case VetoOf:
		return "出现一次，总分不得高于规定的分数"
	case ManualPoints:
		return "考核人在 0 分到满分之间评分，写明理由"
	}
	return ""
}

// A Scheme 考核方案 is how organs of a group are assessed: data, never code. A
// published version is never changed; scores keep the version they were made
// with.
type Scheme struct {
	Code    string        // of a shipped scheme it comes from, "" for one of one's own
	Name    string        //
	Source  string        // document it stands on, e.g. 文号
	Note    string        // how the document was read where it leaves room
	Year    int           // first year it is for
	Level   org.Level     // of the organs, 0 for any
	Group   string        // name of the group of organs, e.g. 乡镇、街道
	Kinds   []org.Kind    // of the organs
	Rounds  []ScorePeriod // in which rounds it is scored
	Full    Points        // full points of a round, without bonus
	Self    bool          // organs assess themselves first
	Lacking LackingRule   // what becomes of an indicator that cannot be measured
	Weights Weights       // of the year's total
	Most    Points        // bonus of a year at most, 0 for no bound
	Parts   []ScorePart   // that are weighted against each other; none for a plain sum
	Groups  []SchemeGroup
}

// A LackingRule says what an indicator counts for which there was nothing to
// measure, or too little: 无此项业务.
type LackingRule string

// The rules.
const (
	LackingFull  LackingRule = "full"  // 按满分计
	LackingScale LackingRule = "scale" // 不计入，其余按比例折算
)

// Chinese is the rule on screen.
func (l LackingRule) Chinese() string {
	if l == LackingScale {
		return "不计入，其余各项按比例折算"
	}
	return "按满分计"
}

// Weights are percents that rounds have in the year's total; those of a kind
// share theirs equally. They add up to 100.
type Weights struct {
	Quarter int `json:"quarter,omitempty"`
	Half    int `json:"half,omitempty"`
	Year    int `json:"year,omitempty"`
}

// Of is the weight of the rounds of a period together.
func (w Weights) Of(p ScorePeriod) int {
	return map[ScorePeriod]int{PeriodQuarter: w.Quarter, PeriodHalf: w.Half, PeriodYear: w.Year}[p]
}

// A ScorePart is a side of the assessment with its percent of the total: 网上测评
// 80 %, 现场 20 %. Within it the points are those of its groups.
type ScorePart struct {
	Key    string `json:"key"`
	Name   string `json:"name"`
	Weight int    `json:"weight"`
}

// A SchemeGroup is a heading with its indicators.
type SchemeGroup struct {
	Name       string      `json:"name"`
	Part       string      `json:"part,omitempty"` // key of the part, "" where there are none
	Note       string      `json:"note,omitempty"`
	Indicators []Indicator `json:"indicators"`
}

// A ScoreSource is where the points come from.
type ScoreSource string

// The sources.
const (
	ByProgram ScoreSource = "program" // 程序取数
	ByDesk    ScoreSource = "desk"    // 人工评分
	OnSite    ScoreSource = "site"    // 现场评分
)

// Chinese is the source on screen.
func (s ScoreSource) Chinese() string {
	switch s {
	case ByProgram:
		return "程序取数"
	case OnSite:
		return "现场评分"
	}
	return "人工评分"
}

// An Indicator 指标 is one line of the score table.
type Indicator struct {
	Key      string        `json:"key"` // within the scheme, e.g. 1.2
	Name     string        `json:"name"`
	Standard string        `json:"standard,omitempty"` // 评分标准, in words
	Kind     IndicatorKind `json:"kind"`
	Max      Points        `json:"max"`                // of a bonus the most it adds, of a veto 0
	Floor    Points        `json:"floor,omitempty"`    // below zero for what may take points away
	Source   ScoreSource   `json:"source,omitempty"`   // "" is ByDesk
	Measure  string        `json:"measure,omitempty"`  // where the program has the facts
	Period   ScorePeriod   `json:"period,omitempty"`   // for how long a target holds
	Rounds   []ScorePeriod `json:"rounds,omitempty"`   // in which rounds it is scored; none for all of the scheme
	Evidence bool          `json:"evidence,omitempty"` // a file has to stand beside points that are given by hand
	Rule     Rule          `json:"rule,omitzero"`
}

// A Rule holds the parameters of an indicator; which of them count depends on
// its kind.
type Rule struct {
	Target int64  `json:"target,omitempty"` // count: at least so many in each period; presence: so many there have to be
	Short  Points `json:"short,omitempty"`  // count: taken off for a period below the target
	Blank  Points `json:"blank,omitempty"`  // count: taken off for a period with nothing at all, instead of Short
	Each   Points `json:"each,omitempty"`   // presence: given for each that is there
	Lack   Points `json:"lack,omitempty"`   // presence: taken off for each that is missing
	Full   int64  `json:"full,omitempty"`   // ratio: percent from which all points are given
	Zero   int64  `json:"zero,omitempty"`   // ratio: percent at which none are given
	Least  int64  `json:"least,omitempty"`  // ratio: smallest sample that is scored and ranked
	Late   Points `json:"late,omitempty"`   // deadline: taken off once if late
	PerDay Points `json:"per_day,omitempty"`
	Miss   Points `json:"miss,omitempty"` // deadline: taken off if it never was done, all points if 0
	Cap    Points `json:"cap,omitempty"`  // veto: the total at most

	Faults []Fault     `json:"faults,omitempty"` // deduct, veto: what is an event
	Grants []Grant     `json:"grants,omitempty"` // bonus: what may be asked for
	Steps  []BonusStep `json:"steps,omitempty"`  // bonus: by percent above the target
}

// A Fault 扣分点 is one kind of event.
type Fault struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Each    Points `json:"each,omitempty"`    // taken off each time
	Most    Points `json:"most,omitempty"`    // taken off in all, 0 for no bound of its own
	Unit    string `json:"unit,omitempty"`    // 件、条、次
	Measure string `json:"measure,omitempty"` // where the program counts them
}

// A Grant 加分点 is one reason for a bonus.
type Grant struct {
	Key  string `json:"key"`
	Name string `json:"name"`
	Each Points `json:"each"`
	Unit string `json:"unit,omitempty"`
}

// A BonusStep adds points from so many percent above the target on: once, or
// for every further so many percent.
type BonusStep struct {
	From  int64  `json:"from"`
	Every int64  `json:"every,omitempty"`
	Add   Points `json:"add"`
}

// In reports whether the indicator is scored in rounds of the period.
func (i *Indicator) In(p ScorePeriod) bool { return len(i.Rounds) == 0 || slices.Contains(i.Rounds, p) }

// Base reports whether the indicator's points are part of the full points: not
// a bonus, not a veto, not one that only takes away.
func (i *Indicator) Base() bool { return i.Kind != BonusPoints && i.Kind != VetoOf && i.Max > 0 }

// Measures are the names of all measures the indicator asks, by the key under
// which its facts are kept: that of a fault, or "".
func (i *Indicator) Measures() map[string]string {
	out := map[string]string{}
	if i.Measure != "" {
		out[""] = i.Measure
	}
	for _, f := range i.Rule.Faults {
		if f.Measure != "" {
			out[f.Key] = f.Measure
		}
	}
	return out
}

// Fault finds one of the indicator's faults.
func (i *Indicator) Fault(key string) (Fault, bool) {
	for _, f := range i.Rule.Faults {
		if f.Key == key {
			return f, true
		}
	}
	return Fault{}, false
}

// Grant finds one of the indicator's grants.
func (i *Indicator) Grant(key string) (Grant, bool) {
	for _, g := range i.Rule.Grants {
		if g.Key == key {
			return g, true
		}
	}
	return Grant{}, false
}

// Indicators are those of a round of the period, in order.
func (s *Scheme) Indicators(p ScorePeriod) []*Indicator {
	var out []*Indicator
	for g := range s.Groups {
		for i := range s.Groups[g].Indicators {
			if x := &s.Groups[g].Indicators[i]; x.In(p) {
				out = append(out, x)
			}
		}
	}
	return out
}

// Indicator finds one by key, with its group.
func (s *Scheme) Indicator(key string) (*Indicator, *SchemeGroup) {
	for g := range s.Groups {
		for i := range s.Groups[g].Indicators {
			if s.Groups[g].Indicators[i].Key == key {
				return &s.Groups[g].Indicators[i], &s.Groups[g]
			}
		}
	}
	return nil, nil
}

// Part finds a part by key.
func (s *Scheme) Part(key string) (ScorePart, bool) {
	i := slices.IndexFunc(s.Parts, func(p ScorePart) bool { return p.Key == key })
	if i < 0 {
		return ScorePart{}, false
	}
	return s.Parts[i], true
}

// Inner reports whether the scheme is for what is inside an organ: its 内设机构
// and 村（社区）.
func (s *Scheme) Inner() bool {
	return len(s.Kinds) > 0 && !slices.ContainsFunc(s.Kinds, func(k org.Kind) bool { return k != org.Section && k != org.Village })
}

// Covers reports whether an organ belongs to the group.
func (s *Scheme) Covers(o org.Organ) bool {
	return slices.Contains(s.Kinds, o.Kind) && (s.Level == 0 || s.Level == o.Level)
}

// A Span is the days of a round.
type Span struct{ From, To law.Date }

// RoundSpan is the span of a round: the number counts quarters or halves of the
// year from 1 and is ignored for a year.
func RoundSpan(year int, p ScorePeriod, number int) Span {
	n := p.months()
	if p == PeriodYear || n == 0 {
		n, number = 12, 1
	}
	first := (number-1)*n + 1
	return Span{law.Day(year, first, 1), law.Day(year, first+n, 1).AddDays(-1)}
}

// Months lists the months of the span by their first days.
func (s Span) Months() []law.Date {
	var out []law.Date
	for d := law.Day(s.From.Year, s.From.Month, 1); !d.After(s.To) && len(out) < 120; d = law.Day(d.Year, d.Month+1, 1) {
		out = append(out, d)
	}
	return out
}

// Chinese is the span in words.
func (s Span) Chinese() string { return s.From.Chinese() + "至" + s.To.Chinese() }
