package oversight

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/org"
)

// Bounds of a scheme.
const (
	maxGroups     = 60
	maxIndicators = 300
	maxRuleLines  = 60 // faults, grants or steps of one indicator
	maxNameText   = 300
	maxLongText   = 6000
	maxCount      = 1_000_000
)

// keyForm is what keys of indicators, faults, grants and parts may be.
var keyForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,23}$`)

// A SchemeFault is one thing that is wrong with a scheme: where, in which field,
// and what to write instead.
type SchemeFault struct {
	Where string // 方案, or 二、数量／2.1 每月公开
	Key   string // of the indicator, "" for the scheme as a whole
	Field string // as in the form of the page
	Text  string
}

// String is the fault as a sentence.
func (f SchemeFault) String() string { return f.Where + "：" + f.Text }

type schemeCheck struct {
	faults []SchemeFault
	where  string
	key    string
}

func (c *schemeCheck) add(field, format string, args ...any) {
	if len(c.faults) < 200 {
		c.faults = append(c.faults, SchemeFault{c.where, c.key, field, fmt.Sprintf(format, args...)})
	}
}

// text checks a text of the scheme.
func (c *schemeCheck) text(field, label, s string, most int, need bool) {
	switch {
	case need && strings.TrimSpace(s) == "":
		c.add(field, "请填写%s。", label)
	case len(s) > most:
		c.add(field, "%s过长，最多%d字。", label, most/3)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && (r != '\n' || most < maxLongText) }):
		c.add(field, "%s中有无法显示的字符，请删去。", label)
	}
}

// Check lists what is wrong with the scheme, in its order. An empty list means
// that it can be published.
func (s *Scheme) Check() []SchemeFault {
	c := &schemeCheck{where: "方案"}
	c.text("name", "方案名称", s.Name, maxNameText, true)
	c.text("source", "依据", s.Source, maxNameText, false)
	c.text("note", "说明", s.Note, maxLongText, false)
	c.text("group", "考核对象的名称", s.Group, maxNameText, true)
	if s.Year < 2008 || s.Year > 2100 {
		c.add("year", "适用年度应在2008到2100之间。")
	}
	if s.Level < 0 || s.Level > org.Grassroots {
		c.add("level", "行政层级无效。")
	}
	s.checkKinds(c)
	s.checkRounds(c)
	if s.Full <= 0 || s.Full > maxPoints {
		c.add("full", "满分应在 0.01 到 %s 之间，一般是 100。", maxPoints)
	}
	if s.Most < 0 || s.Most > maxPoints {
		c.add("most", "加分上限应在 0 到 %s 之间，0 表示不另设上限。", maxPoints)
	}
	switch s.Lacking {
	case "", LackingFull, LackingScale:
	default:
		c.add("lacking", "无此项业务的计分办法写的是“%s”，应是 full（按满分计）或 scale（不计入，其余折算）。", clipText(string(s.Lacking), 20))
	}
	s.checkParts(c)
	s.checkGroups(c)
	return c.faults
}

func (s *Scheme) checkKinds(c *schemeCheck) {
	inner, outer := 0, 0
	if len(s.Kinds) == 0 {
		c.add("kinds", "请选择考核哪几类机关。")
	}
	for k, x := range s.Kinds {
		switch {
		case x.Chinese() == "":
			c.add("kinds", "“%s”不是机关类别。", clipText(string(x), 20))
		case slices.Contains(s.Kinds[:k], x):
			c.add("kinds", "机关类别“%s”写了两遍。", x.Chinese())
		case x == org.Section || x == org.Village:
			inner++
		default:
			outer++
		}
	}
	if inner > 0 && outer > 0 {
		c.add("kinds", "内设机构、村（社区）由本机关考核，不能和机关放在同一个方案里。请分成两个方案。")
	}
}

func (s *Scheme) checkRounds(c *schemeCheck) {
	if len(s.Rounds) == 0 {
		c.add("rounds", "请选择多长时间考核一次：季度、半年或年度。")
	}
	for k, p := range s.Rounds {
		switch {
		case !slices.Contains(RoundPeriods(), p):
			c.add("rounds", "“%s”不是考核周期，请写 quarter、half 或 year。", clipText(string(p), 20))
		case slices.Contains(s.Rounds[:k], p):
			c.add("rounds", "考核周期“%s”写了两遍。", p.Chinese())
		}
	}
	total := 0
	for _, p := range RoundPeriods() {
		w := s.Weights.Of(p)
		switch {
		case w < 0 || w > 100:
			c.add("weights", "%s的权重应在 0 到 100 之间。", p.Chinese())
		case w > 0 && !slices.Contains(s.Rounds, p):
			c.add("weights", "%s有权重 %d%%，但方案没有%s考核。", p.Chinese(), w, p.Chinese())
		case w == 0 && slices.Contains(s.Rounds, p):
			c.add("weights", "%s考核没有权重，不会计入年度总分。请填写权重，或者去掉这种考核。", p.Chinese())
		}
		total += w
	}
	if total != 100 {
		c.add("weights", "年度总分的权重合计应为 100%%，现在是 %d%%。", total)
	}
}

func (s *Scheme) checkParts(c *schemeCheck) {
	if len(s.Parts) == 0 {
		return
	}
	total := 0
	for k, p := range s.Parts {
		if !keyForm.MatchString(p.Key) || slices.ContainsFunc(s.Parts[:k], func(q ScorePart) bool { return q.Key == p.Key }) {
			c.add("parts", "第 %d 个部分的编号“%s”应是字母、数字，并且不重复。", k+1, clipText(p.Key, 24))
		}
		c.text("parts", "部分的名称", p.Name, maxNameText, true)
		if p.Weight < 1 || p.Weight > 100 {
			c.add("parts", "“%s”的权重应在 1 到 100 之间。", clipText(p.Name, 20))
		}
		used := slices.ContainsFunc(s.Groups, func(g SchemeGroup) bool { return g.Part == p.Key })
		if !used {
			c.add("parts", "没有一组指标属于“%s”。", clipText(p.Name, 20))
		}
		total += p.Weight
	}
	if total != 100 || len(s.Parts) > 6 {
		c.add("parts", "各部分的权重合计应为 100%%，现在是 %d%%；最多 6 个部分。", total)
	}
}

func (s *Scheme) checkGroups(c *schemeCheck) {
	n := 0
	for _, g := range s.Groups {
		n += len(g.Indicators)
	}
	if n == 0 {
		c.add("groups", "方案还没有指标。")
		return
	}
	if len(s.Groups) > maxGroups || n > maxIndicators {
		c.add("groups", "最多 %d 组、%d 项指标，现在有 %d 组、%d 项。", maxGroups, maxIndicators, len(s.Groups), n)
		return
	}
	seen := map[string]string{}
	for k := range s.Groups {
		g := &s.Groups[k]
		c.where, c.key = fmt.Sprintf("第 %d 组“%s”", k+1, clipText(g.Name, 20)), ""
		c.text("group_name", "指标组的名称", g.Name, maxNameText, true)
		c.text("group_note", "指标组的说明", g.Note, maxLongText, false)
		if _, ok := s.Part(g.Part); !ok && (g.Part != "" || len(s.Parts) > 0) {
			c.add("group_part", "请选择这一组属于哪个部分。")
		}
		if len(g.Indicators) == 0 {
			c.add("groups", "这一组没有指标，请添加指标或者删去这一组。")
		}
		for j := range g.Indicators {
			i := &g.Indicators[j]
			c.where, c.key = strings.TrimSpace(fmt.Sprintf("%s／%s %s", clipText(g.Name, 20), i.Key, clipText(i.Name, 30))), i.Key
			switch {
			case !keyForm.MatchString(i.Key):
				c.add("key", "指标编号“%s”应由字母、数字、点、横线组成，最多24个，如 1.2。", clipText(i.Key, 24))
			case seen[i.Key] != "":
				c.add("key", "指标编号 %s 已经用在“%s”上，请换一个。", i.Key, seen[i.Key])
			}
			seen[i.Key] = clipText(i.Name, 30)
			s.checkIndicator(c, i)
		}
	}
	c.where, c.key = "方案", ""
	for _, p := range s.Rounds {
		s.checkFull(c, p)
	}
}

// checkFull compares the points of a round with the full points.
func (s *Scheme) checkFull(c *schemeCheck, p ScorePeriod) {
	total := Points(0)
	var parts = map[string]Points{}
	for k := range s.Groups {
		for j := range s.Groups[k].Indicators {
			if i := &s.Groups[k].Indicators[j]; i.In(p) && i.Base() {
				total += i.Max
				parts[s.Groups[k].Part] += i.Max
			}
		}
	}
	switch {
	case len(s.Parts) == 0 && total != s.Full:
		c.add("full", "%s考核的各项满分合计 %s，与方案满分 %s 不符。加分、倒扣和否决项不计在内。", p.Chinese(), total, s.Full)
	case len(s.Parts) > 0:
		for _, x := range s.Parts {
			if parts[x.Key] == 0 {
				c.add("full", "%s考核中“%s”没有指标。", p.Chinese(), clipText(x.Name, 20))
			}
		}
	}
}

func (s *Scheme) checkIndicator(c *schemeCheck, i *Indicator) {
	c.text("name", "指标名称", i.Name, maxNameText, true)
	c.text("standard", "评分标准", i.Standard, maxLongText, false)
	if i.Kind.Chinese() == "" {
		c.add("kind", "“%s”不是计分方式。可用的有：%s。", clipText(string(i.Kind), 20), kindWords())
		return
	}
	if i.Max < 0 || i.Max > maxPoints {
		c.add("max", "满分应在 0 到 %s 之间。", maxPoints)
	}
	if i.Floor > 0 || i.Floor < -maxPoints {
		c.add("floor", "下限应是 0 或负数，如 -10 表示至多倒扣 10 分。")
	}
	for _, p := range i.Rounds {
		if !slices.Contains(s.Rounds, p) {
			c.add("rounds", "方案没有“%s”考核，请重新选择这项指标在哪几轮计分。", p.Chinese())
		}
	}
	switch i.Period {
	case "", PeriodMonth, PeriodQuarter, PeriodHalf, PeriodYear:
	default:
		c.add("period", "周期“%s”应是 month、quarter、half、year 或不填。", clipText(string(i.Period), 20))
	}
	i.checkSource(c)
	i.checkRule(c)
}

func (i *Indicator) checkSource(c *schemeCheck) {
	switch i.Source {
	case "", ByDesk, OnSite:
		if i.Source == OnSite && len(i.Measures()) > 0 {
			c.add("source", "现场评分的指标不由程序取数，请去掉取数指标，或者改为程序取数。")
		}
	case ByProgram:
		if len(i.Measures()) == 0 {
			c.add("measure", "选了程序取数，请选择取数指标。")
		}
	default:
		c.add("source", "数据来源“%s”应是 program、desk 或 site。", clipText(string(i.Source), 20))
	}
	if i.Measure == "" {
		return
	}
	m, ok := MeasureOf(i.Measure)
	want := map[IndicatorKind][]MeasureShape{CountTarget: {ShapeCount}, RatioOf: {ShapeRatio, ShapeMean}, DeadlineMet: {ShapeDate}, Presence: {ShapeState, ShapeCount}, BonusPoints: {ShapeCount}}[i.Kind]
	switch {
	case !ok:
		c.add("measure", "没有名为“%s”的取数指标。可用的见“取数指标”页。", clipText(i.Measure, 40))
	case len(want) == 0:
		c.add("measure", "“%s”不按一个数计分。逐次扣分的，请在每个扣分点上选择取数指标。", i.Kind.Chinese())
	case !slices.Contains(want, m.Shape):
		c.add("measure", "“%s”不能用在“%s”上：%s。", m.Chinese, i.Kind.Chinese(), shapeWant(i.Kind))
	}
}

func shapeWant(k IndicatorKind) string {
	switch k {
	case RatioOf:
		return "需要有分子、分母的指标"
	case DeadlineMet:
		return "需要有期限的指标"
	}
	return "需要计数的指标"
}

func kindWords() string {
	var list []string
	for _, k := range IndicatorKinds() {
		list = append(list, string(k)+"（"+k.Chinese()+"）")
	}
	return strings.Join(list, "、")
}
