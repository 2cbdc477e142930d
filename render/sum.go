package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gongkai/law/annual"
)

// A Sum is the total of many organs' reports with what each contributed.
type Sum struct {
	Title string // "" for 〈Organ〉〈Year〉年政府信息公开工作年度报告数据汇总
	Organ string // the organ whose sum it is, e.g. 云岭县
	Year  int
	Total *annual.Report
	Parts []SumPart // every organ that should have filed, in the order to print
}

// A SumPart is one organ's contribution; Report is nil if it has not filed.
type SumPart struct {
	Organ  string
	Report *annual.Report
}

func (s Sum) title() string {
	if t := line(s.Title); t != "" {
		return breakTitle(t, line(s.Organ))
	}
	t := "政府信息公开工作年度报告数据汇总"
	if s.Year > 0 {
		t = fmt.Sprintf("%d年%s", s.Year, t)
	}
	return breakTitle(line(s.Organ)+t, line(s.Organ))
}

// filed and missing divide the parts.
func (s Sum) filed() (filed []SumPart, missing []string) {
	for _, p := range s.Parts {
		if p.Report == nil {
			missing = append(missing, line(p.Organ))
		} else {
			filed = append(filed, p)
		}
	}
	return filed, missing
}

// SumDOCX writes the sum as a Word document: an opening paragraph from the
// figures, the tables in the official layout, and a list of the organs.
func SumDOCX(w io.Writer, s Sum) error { return writeDOCX(w, sumPaper(s)) }

// SumPDF writes the same as pdf; folders are further places to look for fonts.
func SumPDF(w io.Writer, s Sum, folders []string) error { return writePDF(w, sumPaper(s), folders) }

func sumPaper(s Sum) *paper {
	p := &paper{title: s.title()}
	for _, t := range s.narrative() {
		p.add(body, t)
	}
	for _, def := range s.Total.Form.Chapters {
		if t := s.Total.Form.Table(def.Table); t != nil {
			p.add(chapter, "表"+def.Ordinal+"　"+t.Name)
			p.figures(s.Total, t)
		}
	}
	if len(s.Parts) > 0 {
		p.add(chapter, "附　各机关报送情况")
		p.blocks = append(p.blocks, block{table: s.organTable()})
	}
	return p
}

// organColumns are the figures by which organs are listed.
var organColumns = []struct{ head, id string }{
	{"新收申请", "t3.new.total"}, {"上年结转", "t3.carried_in.total"}, {"办结", "t3.result_total.total"}, {"结转下年", "t3.carried_out.total"}, {"行政复议", "t4.review.total"},
}

func (s Sum) organTable() *table {
	head, shares := []string{"序号", "机关"}, []float64{1.1, 5}
	for _, c := range organColumns {
		head, shares = append(head, c.head), append(shares, 1.7)
	}
	head, shares = append(head, "备注"), append(shares, 1.9)
	var rows [][]string
	for i, part := range s.Parts {
		row := []string{strconv.Itoa(i + 1), part.Organ}
		for _, c := range organColumns {
			row = append(row, s.figureOf(part.Report, c.id))
		}
		switch {
		case part.Report == nil:
			row = append(row, "未报送")
		case part.Report.Form != s.Total.Form:
			row = append(row, "格式不同，未计入")
		default:
			row = append(row, "")
		}
		rows = append(rows, row)
	}
	t := plainTable(head, shares, rows)
	t.size = cellSize
	return t
}

func (s Sum) figureOf(r *annual.Report, id string) string {
	if r == nil {
		return ""
	}
	i, ok := r.Form.Index(id)
	if !ok {
		return ""
	}
	return Figure(r, i)
}

// narrative is the opening: who was added up, and the main figures of the sum.
// A figure that the total does not have is left out of the sentence.
func (s Sum) narrative() []string {
	filed, missing := s.filed()
	var out []string
	open := ""
	if s.Year > 0 {
		open = fmt.Sprintf("%d年度", s.Year)
	}
	open += fmt.Sprintf("应报送政府信息公开工作年度报告的机关%d个，已报送并汇总%d个", len(s.Parts), len(filed))
	if len(missing) > 0 {
		open += fmt.Sprintf("，未报送%d个（%s）", len(missing), listed(missing))
	}
	out = append(out, open+"。")
	if t := s.handling(); t != "" {
		out = append(out, t)
	}
	if t := s.proactive(); t != "" {
		out = append(out, t)
	}
	return out
}

// listed names at most a dozen.
func listed(names []string) string {
	const most = 12
	if len(names) > most {
		return strings.Join(names[:most], "、") + "等"
	}
	return strings.Join(names, "、")
}

// clause gives “label N unit”, or "" if one of the cells is no figure or the
// edition lacks it. An id that ends in * stands for all rows that begin so.
func (s Sum) clause(label, unit string, ids ...string) string {
	f := s.Total.Form
	var n int64
	kind := annual.Count
	for _, id := range ids {
		found := false
		prefix, suffix, many := strings.Cut(id, "*")
		for i := range f.Cells {
			c := &f.Cells[i]
			if c.ID != id && !(many && strings.HasPrefix(c.ID, prefix) && strings.HasSuffix(c.ID, suffix)) {
				continue
			}
			v := value(s.Total, i)
			if !v.Known() {
				return ""
			}
			found, kind = true, c.Type
			n += v.N
		}
		if !found {
			return ""
		}
	}
	return label + annual.Num(n).Format(kind) + unit
}

func joined(clauses ...string) string {
	var have []string
	for _, c := range clauses {
		if c != "" {
			have = append(have, c)
		}
	}
	return strings.Join(have, "、")
}

func (s Sum) handling() string {
	in := joined(s.clause("本年新收政府信息公开申请", "件", "t3.new.total"), s.clause("上年结转", "件", "t3.carried_in.total"))
	done := s.clause("办结", "件", "t3.result_total.total")
	if split := joined(s.clause("予以公开", "件", "t3.granted.total"), s.clause("部分公开", "件", "t3.partial.total"), s.clause("不予公开", "件", "t3.deny_*.total"),
		s.clause("无法提供", "件", "t3.unable_*.total"), s.clause("不予处理", "件", "t3.reject_*.total"), s.clause("其他处理", "件", "t3.other*.total")); done != "" && split != "" {
		done += "，其中" + split
	}
	var parts []string
	for _, t := range []string{in, done, s.clause("结转下年度继续办理", "件", "t3.carried_out.total"),
		joined(s.clause("政府信息公开行政复议", "件", "t4.review.total"), s.clause("行政诉讼", "件", "t4.direct.total", "t4.after.total"))} {
		if t != "" {
			parts = append(parts, t)
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "；") + "。"
}

func (s Sum) proactive() string {
	t := joined(s.clause("制发行政规范性文件", "件", "t2.normative.made"), s.clause("废止", "件", "t2.normative.repealed"), s.clause("现行有效", "件", "t2.normative.in_force"),
		s.clause("作出行政许可处理决定", "件", "t2.licence.decisions"), s.clause("行政处罚处理决定", "件", "t2.penalty.decisions"), s.clause("行政强制处理决定", "件", "t2.coercion.decisions"),
		s.clause("行政事业性收费", "万元", "t2.fees.amount"))
	if t == "" {
		return ""
	}
	return "主动公开方面，" + t + "。"
}
