package oversight

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gongkai/doc"
	"gongkai/org"
)

// A gridReader reads one sheet, with the place of what is wrong.
type gridReader struct {
	sheet string
	row   int // from 1, as a spreadsheet counts
	err   error
}

func (g *gridReader) fail(format string, args ...any) {
	if g.err == nil {
		g.err = fmt.Errorf("“%s”表第 %d 行：%s。", g.sheet, g.row, strings.TrimRight(fmt.Sprintf(format, args...), "。"))
	}
}

func (g *gridReader) points(label, s string) Points {
	if s == "" {
		return 0
	}
	p, err := ParsePoints(s)
	if err != nil {
		g.fail("%s“%s”不是分值，%s", label, clipText(s, 20), err)
	}
	return p
}

func (g *gridReader) number(label, s string) int64 {
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSuffix(s, "%"), 10, 64)
	if err != nil {
		g.fail("%s“%s”应是整数", label, clipText(s, 20))
	}
	return n
}

func (g *gridReader) flag(label, s string) bool {
	switch s {
	case "是", "√", "1":
		return true
	case "", "否", "0":
	default:
		g.fail("%s“%s”应写“是”或留空", label, clipText(s, 20))
	}
	return false
}

func (g *gridReader) periods(label, s string) []ScorePeriod {
	var out []ScorePeriod
	for _, w := range split(s) {
		p, ok := periodOf(w)
		if !ok || p == "" {
			g.fail("%s“%s”应是季度、半年、年度", label, clipText(w, 20))
		}
		out = append(out, p)
	}
	return out
}

func split(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune("、，,； ;", r) })
}

// SchemeOf reads a workbook in the form that [Scheme.HeadRows] and
// [Scheme.Rows] write. The error is a Chinese sentence with sheet and row.
func SchemeOf(d *doc.Document) (*Scheme, error) {
	head, rows := sheetOf(d, SchemeSheetHead), sheetOf(d, SchemeSheetRows)
	if head == nil || rows == nil {
		return nil, fmt.Errorf("工作簿里应有“%s”和“%s”两张表。请先导出一个方案，在它上面改。", SchemeSheetHead, SchemeSheetRows)
	}
	s := &Scheme{}
	g := &gridReader{sheet: SchemeSheetHead}
	s.readHead(g, head)
	if g.err == nil {
		g = &gridReader{sheet: SchemeSheetRows}
		s.readRows(g, rows)
	}
	return s, g.err
}

func sheetOf(d *doc.Document, name string) *doc.Grid {
	for _, b := range d.Blocks {
		if b.Grid != nil && (b.Grid.At.Part == name || len(b.Grid.Cells) > 0 && b.Grid.Cells[0].At.Part == name) {
			return b.Grid
		}
	}
	return nil
}

func rowOf(grid *doc.Grid, row, cols int) []string {
	out := make([]string, cols)
	for col := range cols {
		if c := grid.Cell(row, col); c != nil && col < grid.Cols {
			out[col] = strings.TrimPrefix(strings.TrimSpace(c.Text), "'") // how a workbook of ours says that it is text
		}
	}
	return out
}

func (s *Scheme) readHead(g *gridReader, grid *doc.Grid) {
	for y := 0; y < min(grid.Rows, 500) && g.err == nil; y++ {
		w := rowOf(grid, y, 4)
		g.row = y + 1
		switch w[0] {
		case "", "项目":
		case "格式":
			if w[1] != SchemeFormat {
				g.fail("格式是“%s”，应是“%s”", clipText(w[1], 30), SchemeFormat)
			}
		case "代号":
			s.Code = w[1]
		case "名称":
			s.Name = w[1]
		case "依据":
			s.Source = w[1]
		case "说明":
			s.Note = w[1]
		case "适用年度":
			s.Year = int(g.number("适用年度", w[1]))
		case "行政层级":
			if w[1] != "" {
				var ok bool
				if s.Level, ok = levelOf(w[1]); !ok {
					g.fail("行政层级“%s”应是：%s", clipText(w[1], 20), levelWords())
				}
			}
		case "考核对象":
			s.Group = w[1]
		case "机关类别":
			for _, x := range split(strings.ReplaceAll(w[1], "村（社区）", "村")) {
				at := slices.IndexFunc(org.Kinds(), func(k org.Kind) bool {
					return x == k.Chinese() || x == string(k) || k == org.Village && (x == "村" || x == "社区")
				})
				if at < 0 {
					g.fail("机关类别“%s”不认识", clipText(x, 20))
					break
				}
				s.Kinds = append(s.Kinds, org.Kinds()[at])
			}
		case "考核周期":
			s.Rounds = g.periods("考核周期", w[1])
		case "满分":
			s.Full = g.points("满分", w[1])
		case "先由机关自评":
			s.Self = g.flag("先由机关自评", w[1])
		case "无此项业务":
			switch w[1] {
			case "", LackingFull.Chinese():
				s.Lacking = LackingFull
			case LackingScale.Chinese():
				s.Lacking = LackingScale
			default:
				g.fail("“无此项业务”应写“%s”或“%s”", LackingFull.Chinese(), LackingScale.Chinese())
			}
		case "季度权重":
			s.Weights.Quarter = int(g.number("季度权重", w[1]))
		case "半年权重":
			s.Weights.Half = int(g.number("半年权重", w[1]))
		case "年度权重":
			s.Weights.Year = int(g.number("年度权重", w[1]))
		case "加分上限":
			s.Most = g.points("加分上限", w[1])
		case "部分":
			s.Parts = append(s.Parts, ScorePart{Key: w[2], Name: w[1], Weight: int(g.number("部分的权重", w[3]))})
		case "分组":
			if s.group(w[1]) >= 0 {
				g.fail("分组“%s”写了两遍", clipText(w[1], 20))
			}
			s.Groups = append(s.Groups, SchemeGroup{Name: w[1], Part: w[2], Note: w[3]})
		default:
			g.fail("不认识的项目“%s”", clipText(w[0], 20))
		}
	}
}

func (s *Scheme) group(name string) int {
	return slices.IndexFunc(s.Groups, func(x SchemeGroup) bool { return x.Name == name })
}

func (s *Scheme) readRows(g *gridReader, grid *doc.Grid) {
	if got := rowOf(grid, 0, schemeCols); !slices.Equal(got, SchemeColumns()) {
		g.row = 1
		g.fail("表头应依次是：%s", strings.Join(SchemeColumns(), "、"))
		return
	}
	var last *Indicator
	for y := 1; y < min(grid.Rows, 20_000) && g.err == nil; y++ {
		w := rowOf(grid, y, schemeCols)
		g.row = y + 1
		if strings.Join(w, "") == "" {
			continue
		}
		rule, err := pairs(w[colRule])
		if err != nil {
			g.fail("%s", err)
			return
		}
		switch w[colKind] {
		case rowFault, rowGrant, rowStep:
			if last == nil {
				g.fail("“%s”上面应有它所属的指标", w[colKind])
				return
			}
			g.subRow(last, w, rule)
			continue
		}
		at := s.group(w[colGroup])
		if at < 0 {
			s.Groups = append(s.Groups, SchemeGroup{Name: w[colGroup]})
			at = len(s.Groups) - 1
		}
		s.Groups[at].Indicators = append(s.Groups[at].Indicators, g.indicator(w, rule))
		last = &s.Groups[at].Indicators[len(s.Groups[at].Indicators)-1]
	}
}

func (g *gridReader) indicator(w []string, rule map[string]string) Indicator {
	i := Indicator{Key: w[colKey], Name: w[colName], Standard: w[colStandard], Max: g.points("满分", w[colMax]), Floor: g.points("下限", w[colFloor]), Measure: w[colMeasure],
		Rounds: g.periods("计分轮次", w[colRounds]), Evidence: g.flag("附证据", w[colEvidence])}
	at := slices.IndexFunc(IndicatorKinds(), func(k IndicatorKind) bool { return w[colKind] == k.Chinese() || w[colKind] == string(k) })
	if at < 0 {
		g.fail("计分方式“%s”应是：%s", clipText(w[colKind], 20), kindWords())
		return i
	}
	i.Kind = IndicatorKinds()[at]
	switch w[colSource] {
	case "":
	case ByProgram.Chinese():
		i.Source = ByProgram
	case OnSite.Chinese():
		i.Source = OnSite
	case ByDesk.Chinese():
		i.Source = ByDesk
	default:
		g.fail("数据来源“%s”应是：%s、%s、%s", clipText(w[colSource], 20), ByProgram.Chinese(), ByDesk.Chinese(), OnSite.Chinese())
	}
	var ok bool
	if i.Period, ok = periodOf(w[colPeriod]); !ok {
		g.fail("周期“%s”应是每月、季度、半年、年度或留空", clipText(w[colPeriod], 20))
	}
	for _, x := range ruleWords {
		v, there := rule[x.word]
		delete(rule, x.word)
		switch {
		case !there:
		case x.number != nil:
			*x.number(&i.Rule) = g.number(x.word, v)
		default:
			*x.points(&i.Rule) = g.points(x.word, v)
		}
	}
	g.unused(rule)
	return i
}

func (g *gridReader) unused(rule map[string]string) {
	for k := range rule {
		g.fail("规则中的“%s”不认识", clipText(k, 10))
		return
	}
}

func (g *gridReader) subRow(i *Indicator, w []string, rule map[string]string) {
	take := func(k string) string { v := rule[k]; delete(rule, k); return v }
	switch w[colKind] {
	case rowFault:
		i.Rule.Faults = append(i.Rule.Faults, Fault{Key: w[colKey], Name: w[colName], Each: g.points("每次", take("每次")), Most: g.points("至多", take("至多")), Unit: take("单位"), Measure: w[colMeasure]})
	case rowGrant:
		i.Rule.Grants = append(i.Rule.Grants, Grant{Key: w[colKey], Name: w[colName], Each: g.points("每次", take("每次")), Unit: take("单位")})
	case rowStep:
		i.Rule.Steps = append(i.Rule.Steps, BonusStep{From: g.number("超额", take("超额")), Every: g.number("每", take("每")), Add: g.points("加", take("加"))})
	}
	g.unused(rule)
}

// pairs reads words of the form 目标=40；不足扣=5.
func pairs(s string) (map[string]string, error) {
	out := map[string]string{}
	for _, p := range strings.FieldsFunc(s, func(r rune) bool { return r == '；' || r == ';' || r == '\n' }) {
		k, v, ok := strings.Cut(strings.ReplaceAll(strings.TrimSpace(p), "＝", "="), "=")
		if !ok {
			return nil, fmt.Errorf("规则“%s”应写成“名目=数”，几个之间用分号分开，如 目标=40；不足扣=5", clipText(p, 20))
		}
		k = strings.TrimSpace(k)
		if _, twice := out[k]; twice {
			return nil, fmt.Errorf("规则中“%s”写了两遍", clipText(k, 10))
		}
		out[k] = strings.TrimSpace(v)
	}
	return out, nil
}

func periodOf(word string) (ScorePeriod, bool) {
	if word == "" {
		return "", true
	}
	for _, p := range []ScorePeriod{PeriodMonth, PeriodQuarter, PeriodHalf, PeriodYear, ""} {
		if word == p.Chinese() || word == "每"+p.Chinese() || word == string(p) {
			return p, true
		}
	}
	return "", false
}
