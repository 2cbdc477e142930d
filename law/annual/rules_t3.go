package annual

import (
	"fmt"
	"strings"

	"gongkai/text"
)

// table3Rules are the rules over 表三 that need only this report.
func table3Rules() []entry {
	const chapter = "三、收到和处理政府信息公开申请情况"
	return []entry{
		{Rule: Rule{Code: "T3-ROW-COUNT", Level: Error, Figures: true,
			Title: "表三行列齐全", Says: "2019年格式23行、2021年格式25行，每行7个数字。",
			Left: "来件中的行和列", Right: "格式规定的行和列",
			Cite:  citeForm(chapter, "表三的行列固定，不得增删行列。"),
			Check: checkT3Rows}},
		{Rule: Rule{Code: "T3-LABEL", Level: Warning,
			Title: "表三行列名称与格式一致", Says: "行名、列名应与格式的文字一致。",
			Left: "来件中的名称", Right: "格式中的名称",
			Cite:  citeForm(chapter, "表三各行各列的名称由格式统一规定。"),
			Check: checkT3Labels}},
		{Rule: Rule{Code: "T3-NONNEG-INT", Level: Error, Figures: true,
			Title: "表三各格为不小于 0 的整数", Says: "申请以件计，各格都是不小于 0 的整数。",
			Left: "各格数字", Right: "不小于 0 的整数",
			Cite:  citeForm(chapter, "申请数量以件计，没有负数、小数和文字。"),
			Check: kindCheck("T3-NONNEG-INT", "t3")}},
		{Rule: Rule{Code: "T3-BLANK", Level: Warning, Figures: true,
			Title: "表三不留空格", Says: "没有的要填 0；空白、“/”、“-”不是数字，整行空白或达到10格时为错误。",
			Left: "空白格", Right: "没有空白格",
			Cite:  citeForm(chapter, "每格都要有明确的数字，没有发生的填 0。"),
			Check: blankCheck("T3-BLANK", "t3")}},
		{Rule: Rule{Code: "T3-COL-SUM", Level: Error, Figures: true,
			Title: "各行分项之和等于总计", Says: "每一行自然人与五类法人或其他组织之和等于总计。",
			Left: "自然人＋商业企业＋科研机构＋社会公益组织＋法律服务机构＋其他", Right: "总计",
			Cite:  citeForm(chapter, "总计是自然人与各类法人或其他组织数量之和。"),
			Check: identityCheck("T3-COL-SUM", Error)}},
		{Rule: Rule{Code: "T3-RESULT-SUM", Level: Error, Figures: true,
			Title: "办理结果之和等于（七）总计", Says: "每一列各项办理结果之和等于（七）总计。",
			Left: "予以公开＋部分公开＋不予公开各项＋无法提供各项＋不予处理各项＋其他处理", Right: "（七）总计",
			Cite:  citeForm(chapter, "（七）总计是本年度各项办理结果之和，每件申请只计一种结果。"),
			Check: identityCheck("T3-RESULT-SUM", Error)}},
		{Rule: Rule{Code: "T3-BALANCE", Level: Error, Figures: true,
			Title: "收办平衡", Says: "每一列第一项加第二项之和，等于第三项加第四项之和。",
			Left: "本年新收＋上年结转", Right: "办理结果总计＋结转下年度继续办理",
			Cite:  citeForm(chapter, "表内注明：收到的件数与办结、结转的件数必须相等。"),
			Check: identityCheck("T3-BALANCE", Error)}},
		{Rule: Rule{Code: "T3-OVERDUE-ZERO", Level: Error, Figures: true,
			Title: "没有申请就没有办理结果", Says: "某一列新收和结转都为 0 时，各项办理结果也应为 0。",
			Left: "办理结果各格", Right: "本年新收＋上年结转",
			Cite:  citeForm(chapter, "办理结果只能来自本年新收或上年结转的申请。"),
			Check: checkT3Orphans}},
		{Rule: Rule{Code: "T3-UNPAID", Level: Warning, Editions: []string{edition2021},
			Title: "逾期未缴费要说明收费", Says: "“逾期未按收费通知要求缴纳费用”不为 0 时，第六部分要写到信息处理费。",
			Left: "逾期未缴纳费用不再处理", Right: "第六部分的信息处理费说明",
			Cite:  citeFee("因未缴费而不再处理的前提是已经发出收费通知，年度报告应说明收费情况。"),
			Check: checkT3Unpaid}},
	}
}

func checkT3Rows(r *Report, _ *Context) []Finding {
	cells := r.gone("t3")
	if len(cells) == 0 {
		return nil
	}
	p := &r.Form.Table("t3").Parts[0]
	msg := fmt.Sprintf("表三缺%d格，在%s。缺失的部分不能当作 0。", len(cells), r.rowNames(cells, 4))
	if len(cells) == len(p.Rows)*len(p.Columns) {
		msg = "没有找到表三（收到和处理政府信息公开申请情况）。"
	}
	g := finding("T3-ROW-COUNT", Error, r.Form.ids(cells...), msg)
	g.Expected = fmt.Sprintf("%d行，每行%d个数字", len(p.Rows), len(p.Columns))
	g.Found = fmt.Sprintf("%d格有数，缺%d格", len(p.Rows)*len(p.Columns)-len(cells), len(cells))
	g.Suggest = "请按格式补齐行和列，没有的填 0。"
	return []Finding{g}
}

func checkT3Labels(r *Report, _ *Context) []Finding {
	var out []Finding
	for _, m := range r.Repairs {
		if !strings.HasPrefix(m.Code, "LABEL") || !r.inTable3(m) {
			continue
		}
		g := finding("T3-LABEL", Warning, m.Cells, fmt.Sprintf("表三名称“%s”与格式不一致，应为“%s”。", m.Was, m.ReadAs))
		g.Expected, g.Found, g.At, g.Quote = m.ReadAs, m.Was, m.At, m.Was
		g.Suggest = "请改为“" + m.ReadAs + "”。"
		out = append(out, g)
	}
	return out
}

// inTable3 tells whose label a repair mended: by its cells or, without any, by
// the label it was read as.
func (r *Report) inTable3(m Repair) bool {
	if len(m.Cells) > 0 {
		return strings.HasPrefix(m.Cells[0], "t3.")
	}
	want := text.Fold(m.ReadAs)
	if want == "" {
		return false
	}
	for _, p := range r.Form.Table("t3").Parts {
		for _, lines := range [][]Line{p.Rows, p.Columns} {
			for _, l := range lines {
				for _, s := range l.Path {
					if text.Fold(s) == want {
						return true
					}
				}
			}
		}
	}
	return false
}

func checkT3Orphans(r *Report, _ *Context) []Finding {
	var out []Finding
	p := &r.Form.Table("t3").Parts[0]
	for col := range p.Columns {
		var cells []int
		in, known := int64(0), true
		for row := range p.Rows {
			i := p.Cells[row][col]
			v := r.Values[i]
			switch key := p.Rows[row].Key; key {
			case "new", "carried_in":
				in += v.N
				known = known && v.Known()
			case "result_total", "carried_out":
			default:
				if v.Kind == Number {
					cells = append(cells, i)
				}
			}
		}
		if !known || in != 0 || len(cells) == 0 {
			continue
		}
		g := finding("T3-OVERDUE-ZERO", Error, r.Form.ids(cells...), fmt.Sprintf("表三“%s”一列新收和上年结转都是 0，却有办理结果：%s。",
			p.Columns[col].Label(), r.rowNames(cells, 4)))
		g.Expected, g.Found = "0", fmt.Sprint(r.Values[cells[0]].N)
		g.Suggest = "请核对是否填错列，或漏填新收、上年结转的数量。"
		out = append(out, g)
	}
	return out
}

func checkT3Unpaid(r *Report, _ *Context) []Finding {
	const id = "t3.other_unpaid.total"
	v := r.Get(id)
	if !v.Known() || v.N == 0 {
		return nil
	}
	if six := r.chapter("六"); strings.Contains(six, "处理费") || strings.Contains(six, "收费") {
		return nil
	}
	g := finding("T3-UNPAID", Warning, []string{id}, fmt.Sprintf("表三有 %d 件因逾期未缴费不再处理，第六部分却没有写信息处理费。", v.N))
	g.Expected, g.Found = "第六部分写明信息处理费收取情况", "没有提到"
	g.Suggest = "请在第六部分写明本年度发出收费通知和收取信息处理费的情况。"
	return []Finding{g}
}

// chapter returns the prose of a chapter by its ordinal.
func (r *Report) chapter(ordinal string) string {
	for i, c := range r.Form.Chapters {
		if c.Ordinal == ordinal && i < len(r.Chapters) {
			return r.Chapters[i]
		}
	}
	return ""
}
