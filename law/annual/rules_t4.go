package annual

import "fmt"

// table4Rules are the rules over 表四 that need only this report.
func table4Rules() []entry {
	const chapter = "四、政府信息公开行政复议、行政诉讼情况"
	return []entry{
		{Rule: Rule{Code: "T4-MISSING", Level: Error, Figures: true,
			Title: "表四齐全", Says: "行政复议、行政诉讼的15格都要有，没有发生的填 0。",
			Left: "来件中的表四", Right: "15格",
			Cite:  citeForm(chapter, "第四部分必须有复议、诉讼情况表，没有发生也要填 0。"),
			Check: checkT4Missing}},
		{Rule: Rule{Code: "T4-NONNEG-INT", Level: Error, Figures: true,
			Title: "表四各格为不小于 0 的整数", Says: "案件以件计，各格都是不小于 0 的整数。",
			Left: "各格数字", Right: "不小于 0 的整数",
			Cite:  citeForm(chapter, "案件数量以件计，没有负数、小数和文字。"),
			Check: kindCheck("T4-NONNEG-INT", "t4")}},
		{Rule: Rule{Code: "T4-BLANK", Level: Warning, Figures: true,
			Title: "表四不留空格", Says: "没有的要填 0；整行空白或达到10格时为错误。",
			Left: "空白格", Right: "没有空白格",
			Cite:  citeForm(chapter, "每格都要有明确的数字，没有发生的填 0。"),
			Check: blankCheck("T4-BLANK", "t4")}},
		{Rule: Rule{Code: "T4-SUM", Level: Error, Figures: true,
			Title: "表四各组之和等于总计", Says: "复议、直接起诉、复议后起诉各组的四项之和等于该组总计。",
			Left: "结果维持＋结果纠正＋其他结果＋尚未审结", Right: "总计",
			Cite:  citeForm(chapter, "各组总计是维持、纠正、其他结果与尚未审结之和。"),
			Check: identityCheck("T4-SUM", Error)}},
	}
}

func checkT4Missing(r *Report, _ *Context) []Finding {
	cells := r.gone("t4")
	if len(cells) == 0 {
		return nil
	}
	n := 0
	for _, c := range r.Form.Cells {
		if c.Table == "t4" {
			n++
		}
	}
	msg := fmt.Sprintf("表四缺%d格，在%s。缺失的部分不能当作 0。", len(cells), r.rowNames(cells, 4))
	if len(cells) == n {
		msg = "没有找到表四（政府信息公开行政复议、行政诉讼情况）。"
	}
	g := finding("T4-MISSING", Error, r.Form.ids(cells...), msg)
	g.Expected, g.Found = fmt.Sprintf("%d格", n), fmt.Sprintf("%d格", n-len(cells))
	g.Suggest = "请按格式补上表四，没有发生的填 0。"
	return []Finding{g}
}
