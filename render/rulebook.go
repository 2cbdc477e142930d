package render

import (
	"fmt"
	"io"
	"strings"

	"gongkai/law/annual"
)

// RulebookDOCX writes the rule-book by which reports are checked, for printing
// and for handing to those who fill in.
func RulebookDOCX(w io.Writer) error { return writeDOCX(w, rulebookPaper()) }

// RulebookPDF writes the same as pdf; folders are further places to look for
// fonts.
func RulebookPDF(w io.Writer, folders []string) error {
	return writePDF(w, rulebookPaper(), folders)
}

func rulebookPaper() *paper {
	rules := annual.Rules()
	p := &paper{title: "政府信息公开工作年度报告核对规则"}
	p.add(body, fmt.Sprintf("本表列出核对年度报告所用的%d条规则，读入、填报、汇总和退回意见都按同一张表。“须改正”的问题不改正不能提交；“请说明”的问题须写明原因；“请留意”仅供参考。空白不等于零，没有填写的单元格不按零计算。", len(rules)))
	var rows [][]string
	for _, r := range rules {
		says := r.Title
		if r.Says != "" {
			says += "：" + r.Says
		}
		if r.Left != "" && r.Right != "" {
			says = sentence(says) + "左：" + r.Left + "；右：" + r.Right + "。"
		}
		years := "全部"
		if len(r.Editions) > 0 {
			years = strings.Join(r.Editions, "、") + "年版"
		}
		rows = append(rows, []string{r.Code, levelWord(r.Level), years, says, r.Cite.String()})
	}
	t := plainTable([]string{"代码", "类别", "格式", "规则", "依据"}, []float64{2.6, 1.2, 1.2, 6, 3.4}, rows)
	t.size = cellSize
	p.blocks = append(p.blocks, block{table: t})
	return p
}
