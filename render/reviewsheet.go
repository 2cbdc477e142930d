package render

import (
	"io"
	"strconv"
	"strings"

	"gongkai/law"
)

// A ReviewSheet is the 审查呈批单 of a request: what was asked, how the seven
// questions were answered, what is proposed, and where those sign who decide.
type ReviewSheet struct {
	Organ    string
	Number   string      // 登记号
	Facts    [][2]string // label, text
	Answers  [][3]string // question, answer, evidence
	Proposed []string    // outcome, letter, row
	Open     []string    // what is still open or contradicts itself
	Dated    law.Date    // of the print
}

// ReviewSheetDOCX writes the sheet as a Word document.
func ReviewSheetDOCX(w io.Writer, s ReviewSheet) error { return writeDOCX(w, reviewSheetPaper(s)) }

// ReviewSheetPDF writes it as pdf; folders are further places to look for fonts.
// It returns a *FontError if there is no Chinese font.
func ReviewSheetPDF(w io.Writer, s ReviewSheet, folders []string) error {
	return writePDF(w, reviewSheetPaper(s), folders)
}

func reviewSheetPaper(s ReviewSheet) *paper {
	p := &paper{title: "政府信息公开申请审查呈批单"}
	rows := [][]string{{"机关", s.Organ + "　登记号" + s.Number}}
	for _, f := range s.Facts {
		rows = append(rows, []string{f[0], f[1]})
	}
	for _, a := range s.Answers {
		text := a[1]
		if a[2] != "" {
			text += "。" + a[2]
		}
		rows = append(rows, []string{a[0], text})
	}
	proposed := strings.Join(s.Proposed, "；")
	if proposed == "" {
		proposed = "七个问题还没有全部回答，没有拟办意见。"
	}
	rows = append(rows, []string{"拟办意见", proposed})
	if len(s.Open) > 0 {
		open := make([]string, len(s.Open))
		for i, x := range s.Open {
			open[i] = strconv.Itoa(i+1) + "." + strings.TrimRight(x, "。")
		}
		rows = append(rows, []string{"尚待解决", strings.Join(open, "；") + "。"})
	}
	answers := plainTable([]string{"事项", "内容"}, []float64{1.7, 8}, rows)
	answers.labels = 2 // all reads from the left
	p.blocks = append(p.blocks, block{table: answers})
	sign := plainTable([]string{"环节", "意见", "签名", "日期"}, []float64{2.2, 4.3, 1.6, 1.6}, [][]string{{"经办人", "", "", ""}, {"公开机构审核", "", "", ""}, {"保密审查", "", "", ""}, {"负责人签发", "", "", ""}})
	sign.least = 26
	p.blocks = append(p.blocks, block{table: sign})
	p.add(note, "注：按打印时案卷的记录列出，打印日期"+s.Dated.Chinese()+"。签字后请在案卷页面“作出答复”中登记签批人和签批日期，上传扫描件。")
	return p
}
