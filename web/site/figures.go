package site

import (
	"strings"

	"gongkai/law/annual"
)

// A figure is one line of an organ's years: a cell, or the sum of cells, that
// means the same in the editions it is taken from.
type figure struct {
	label string
	cells map[string][]string // edition → cell ids, a trailing * takes all that begin so; "" for every edition
	sum   bool
	note  int // number of a note below the table, 0 for none
}

// of returns the figure of a report. It is known only if every cell is.
func (f figure) of(r *annual.Report) annual.Value {
	if r == nil {
		return annual.Value{}
	}
	ids, ok := f.cells[r.Form.Edition]
	if !ok {
		ids = f.cells[""]
	}
	var total int64
	n := 0
	for _, id := range ids {
		for _, c := range r.Form.Cells {
			if c.ID != id && !matches(c.ID, id) {
				continue
			}
			v := r.Values[c.Index]
			if !v.Known() {
				return annual.Value{}
			}
			total += v.N
			n++
		}
	}
	if n == 0 {
		return annual.Value{}
	}
	return annual.Num(total)
}

// matches takes "t3.deny_*.total" for every row that begins so.
func matches(cell, pattern string) bool {
	head, tail, star := strings.Cut(pattern, "*")
	return star && strings.HasPrefix(cell, head) && strings.HasSuffix(cell, tail) && len(cell) >= len(head)+len(tail)
}

func all(ids ...string) map[string][]string { return map[string][]string{"": ids} }

type figureGroup struct {
	title   string
	figures []figure
}

// Figures that domain practice compares over the years. What the two editions
// count differently is left out or, where a reader expects it, noted.
var (
	received   = figure{label: "本年新收", cells: all("t3.new.total")}
	carriedIn  = figure{label: "上年结转", cells: all("t3.carried_in.total")}
	results    = figure{label: "办理结果总计", cells: all("t3.result_total.total"), sum: true}
	carriedOut = figure{label: "结转下年度", cells: all("t3.carried_out.total")}
	outcomes   = []figure{
		{label: "予以公开", cells: all("t3.granted.total")},
		{label: "部分公开", cells: all("t3.partial.total")},
		{label: "不予公开", cells: all("t3.deny_*.total")},
		{label: "无法提供", cells: all("t3.unable_*.total")},
		{label: "不予处理", cells: all("t3.reject_*.total")},
		{label: "其他处理", cells: map[string][]string{"2019": {"t3.other.total"}, "2021": {"t3.other_*.total"}}},
	}
	review     = figure{label: "行政复议", cells: all("t4.review.total")}
	litigation = figure{label: "行政诉讼", cells: all("t4.direct.total", "t4.after.total")}
)

func figureGroups() []figureGroup {
	return []figureGroup{
		{"依申请公开（件）", append(append([]figure{received, carriedIn}, outcomes...), results, carriedOut)},
		{"行政复议与行政诉讼（件）", []figure{review,
			{label: "其中：复议结果纠正", cells: all("t4.review.corrected")}, litigation,
			{label: "其中：诉讼结果纠正", cells: all("t4.direct.corrected", "t4.after.corrected")}}},
		{"主动公开（件）", []figure{
			{label: "制发规章", cells: all("t2.rules.made"), note: 1},
			{label: "制发行政规范性文件", cells: all("t2.normative.made"), note: 1},
			{label: "现行有效行政规范性文件", cells: map[string][]string{"2021": {"t2.normative.in_force"}, "2019": nil}, note: 2},
			{label: "行政许可处理决定", cells: all("t2.licence.decisions")},
			{label: "行政处罚处理决定", cells: all("t2.penalty.decisions")},
			{label: "行政强制处理决定", cells: all("t2.coercion.decisions")}}},
	}
}
