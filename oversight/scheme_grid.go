package oversight

import (
	"fmt"
	"strconv"
	"strings"
)

// The two sheets of a scheme as a workbook.
const (
	SchemeSheetHead = "方案"
	SchemeSheetRows = "指标"
)

// SchemeColumns are the columns of the sheet 指标.
func SchemeColumns() []string {
	return []string{"分组", "编号", "指标", "计分方式", "满分", "下限", "评分标准", "规则", "数据来源", "取数指标", "周期", "计分轮次", "附证据"}
}

const (
	colGroup = iota
	colKey
	colName
	colKind
	colMax
	colFloor
	colStandard
	colRule
	colSource
	colMeasure
	colPeriod
	colRounds
	colEvidence
	schemeCols
)

// The kinds of rows under an indicator.
const (
	rowFault = "扣分点"
	rowGrant = "加分点"
	rowStep  = "加分档"
)

// ruleWords are the parameters of a rule as they stand in the column 规则.
var ruleWords = []struct {
	word   string
	number func(*Rule) *int64
	points func(*Rule) *Points
}{
	{"目标", func(r *Rule) *int64 { return &r.Target }, nil},
	{"不足扣", nil, func(r *Rule) *Points { return &r.Short }},
	{"空白扣", nil, func(r *Rule) *Points { return &r.Blank }},
	{"每项给", nil, func(r *Rule) *Points { return &r.Each }},
	{"缺项扣", nil, func(r *Rule) *Points { return &r.Lack }},
	{"满分比率", func(r *Rule) *int64 { return &r.Full }, nil},
	{"零分比率", func(r *Rule) *int64 { return &r.Zero }, nil},
	{"最少样本", func(r *Rule) *int64 { return &r.Least }, nil},
	{"迟办扣", nil, func(r *Rule) *Points { return &r.Late }},
	{"每天扣", nil, func(r *Rule) *Points { return &r.PerDay }},
	{"未办扣", nil, func(r *Rule) *Points { return &r.Miss }},
	{"否决后至多", nil, func(r *Rule) *Points { return &r.Cap }},
}

func (r *Rule) words() string {
	var out []string
	for _, w := range ruleWords {
		switch {
		case w.number != nil && *w.number(r) != 0:
			out = append(out, fmt.Sprintf("%s=%d", w.word, *w.number(r)))
		case w.points != nil && *w.points(r) != 0:
			out = append(out, w.word+"="+w.points(r).String())
		}
	}
	return strings.Join(out, "；")
}

func periodWords(list []ScorePeriod) string {
	var out []string
	for _, p := range list {
		out = append(out, p.Chinese())
	}
	return strings.Join(out, "、")
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return ""
}

// HeadRows is the sheet 方案: what it is about, in two to four columns.
func (s *Scheme) HeadRows() [][]string {
	var kinds []string
	for _, k := range s.Kinds {
		kinds = append(kinds, k.Chinese())
	}
	lacking := s.Lacking
	if lacking == "" {
		lacking = LackingFull
	}
	rows := [][]string{
		{"项目", "内容"},
		{"格式", SchemeFormat}, {"代号", s.Code}, {"名称", s.Name}, {"依据", s.Source}, {"说明", s.Note}, {"适用年度", strconv.Itoa(s.Year)}, {"行政层级", s.Level.Chinese()},
		{"考核对象", s.Group}, {"机关类别", strings.Join(kinds, "、")}, {"考核周期", periodWords(s.Rounds)}, {"满分", s.Full.String()}, {"先由机关自评", yes(s.Self)},
		{"无此项业务", lacking.Chinese()}, {"季度权重", strconv.Itoa(s.Weights.Quarter)}, {"半年权重", strconv.Itoa(s.Weights.Half)}, {"年度权重", strconv.Itoa(s.Weights.Year)},
		{"加分上限", s.Most.String()},
	}
	for _, p := range s.Parts {
		rows = append(rows, []string{"部分", p.Name, p.Key, strconv.Itoa(p.Weight)})
	}
	for _, g := range s.Groups {
		rows = append(rows, []string{"分组", g.Name, g.Part, g.Note})
	}
	return rows
}

// Rows is the sheet 指标 without its head: one row for each indicator, and under
// it one for each fault, grant or step.
func (s *Scheme) Rows() [][]string {
	var out [][]string
	for _, g := range s.Groups {
		for _, i := range g.Indicators {
			r := make([]string, schemeCols)
			r[colGroup], r[colKey], r[colName], r[colKind], r[colMax] = g.Name, i.Key, i.Name, i.Kind.Chinese(), i.Max.String()
			if i.Floor != 0 {
				r[colFloor] = i.Floor.String()
			}
			r[colStandard], r[colRule], r[colMeasure] = i.Standard, i.Rule.words(), i.Measure
			if i.Source != "" {
				r[colSource] = i.Source.Chinese()
			}
			if i.Period != "" {
				r[colPeriod] = i.Period.Chinese()
			}
			r[colRounds], r[colEvidence] = periodWords(i.Rounds), yes(i.Evidence)
			out = append(out, r)
			sub := func(kind, key, name, rule, measure string) {
				x := make([]string, schemeCols)
				x[colGroup], x[colKey], x[colName], x[colKind], x[colRule], x[colMeasure] = g.Name, key, name, kind, rule, measure
				out = append(out, x)
			}
			for _, f := range i.Rule.Faults {
				sub(rowFault, f.Key, f.Name, ruleText("每次", f.Each, "至多", f.Most, f.Unit), f.Measure)
			}
			for _, x := range i.Rule.Grants {
				sub(rowGrant, x.Key, x.Name, ruleText("每次", x.Each, "", 0, x.Unit), "")
			}
			for _, x := range i.Rule.Steps {
				text := fmt.Sprintf("超额=%d；", x.From)
				if x.Every != 0 {
					text += fmt.Sprintf("每=%d；", x.Every)
				}
				sub(rowStep, "", "", text+"加="+x.Add.String(), "")
			}
		}
	}
	return out
}

func ruleText(a string, x Points, b string, y Points, unit string) string {
	var out []string
	if x != 0 {
		out = append(out, a+"="+x.String())
	}
	if b != "" && y != 0 {
		out = append(out, b+"="+y.String())
	}
	if unit != "" {
		out = append(out, "单位="+unit)
	}
	return strings.Join(out, "；")
}
