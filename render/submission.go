package render

import (
	"fmt"
	"io"
	"strconv"

	"gongkai/law"
	"gongkai/law/annual"
)

// A Submission is the paper copy of a report as an organ hands it in 报送件: the
// report, and a sheet with what was explained, the lines to sign on and the
// place of the seal.
type Submission struct {
	Report     *annual.Report
	Organ      string
	Year       int
	Printed    law.Date
	Due        law.Date // zero where none is set
	Submitted  law.Date // zero before
	Draft      bool     // printed as one
	Correction int      // 0 for the first publication
	Note       string   // on the correction
	Errors     int      // found and not yet mended
	Explained  []Explained
	Signs      []SubmissionSign // those given; empty: the lines to sign on
}

// Explained is a finding with what the organ said to it.
type Explained struct {
	Message, Text, Name string
	On                  law.Date
}

// A SubmissionSign is one signature.
type SubmissionSign struct {
	Role, Name string
	On         law.Date
	Paper      bool // given on paper
}

func (s SubmissionSign) says() string {
	where := "（系统内审批）"
	if s.Paper {
		where = "（纸质签批）"
	}
	return line(s.Name) + "　" + s.On.Chinese() + where
}

// SubmissionDOCX writes the paper copy as a Word document.
func SubmissionDOCX(w io.Writer, s Submission) error { return writeDOCX(w, submissionPaper(s)) }

// SubmissionPDF writes it as pdf; folders are further places to look for fonts.
// It returns a *FontError if there is no Chinese font.
func SubmissionPDF(w io.Writer, s Submission, folders []string) error {
	return writePDF(w, submissionPaper(s), folders)
}

func submissionPaper(s Submission) *paper {
	o := Options{}
	if s.Draft {
		o.Watermark = "草稿"
	}
	p := reportPaper(s.Report, o)
	head := "报送审签单"
	if s.Correction > 0 {
		head = fmt.Sprintf("报送审签单（第%d次更正）", s.Correction)
	}
	p.blocks = append(p.blocks, block{style: caption, text: head, fresh: true})
	figure := func(id string) string {
		i, ok := s.Report.Form.Index(id)
		if !ok || !s.Report.Values[i].Known() {
			return "未填"
		}
		return s.Report.Values[i].Format(s.Report.Form.Cells[i].Type)
	}
	rows := [][]string{
		{"报送机关", s.Organ},
		{"报送内容", fmt.Sprintf("%d年政府信息公开工作年度报告", s.Year)},
		{"申请办理", fmt.Sprintf("本年新收%s件，上年结转%s件，办结%s件，结转下年度%s件", figure("t3.new.total"), figure("t3.carried_in.total"), figure("t3.result_total.total"), figure("t3.carried_out.total"))},
		{"复议诉讼", fmt.Sprintf("行政复议%s件，行政诉讼（未经复议）%s件，复议后诉讼%s件", figure("t4.review.total"), figure("t4.direct.total"), figure("t4.after.total"))},
	}
	checked := "勾稽关系和文字已核对，没有须改正的错误"
	if s.Errors > 0 {
		checked = fmt.Sprintf("还有%d处错误没有改正", s.Errors)
	}
	if n := len(s.Explained); n > 0 {
		checked += fmt.Sprintf("；%d处已作说明，见下表", n)
	}
	rows = append(rows, []string{"自检情况", checked})
	if !s.Due.IsZero() {
		rows = append(rows, []string{"报送期限", s.Due.Chinese()})
	}
	if !s.Submitted.IsZero() {
		rows = append(rows, []string{"报送日期", s.Submitted.Chinese()})
	}
	if s.Note != "" {
		rows = append(rows, []string{"更正说明", s.Note})
	}
	p.blocks = append(p.blocks, block{table: plainTable([]string{"项目", "内容"}, []float64{1.4, 7}, rows)})
	if len(s.Explained) > 0 {
		p.add(caption, "情况说明")
		var list [][]string
		for i, e := range s.Explained {
			by := ""
			if e.Name != "" {
				by = line(e.Name) + " " + e.On.String()
			}
			list = append(list, []string{strconv.Itoa(i + 1), e.Message, e.Text, by})
		}
		p.blocks = append(p.blocks, block{table: plainTable([]string{"序号", "核对意见", "说明", "说明人"}, []float64{0.8, 3.6, 3.6, 1.6}, list)})
	}
	p.add(caption, "签批")
	blank := "　　　　　　　　　　　　　年　　月　　日"
	signs := [][]string{{"经办", blank}, {"审核", blank}, {"签发", blank}}
	if len(s.Signs) > 0 {
		signs = signs[:1]
		for _, x := range s.Signs {
			signs = append(signs, []string{x.Role, x.says()})
		}
	}
	p.blocks = append(p.blocks, block{table: plainTable([]string{"环节", "签字、日期"}, []float64{1.4, 7}, signs)})
	p.add(signature, line(s.Organ)+"（签章）")
	p.add(dated, "　　年　　月　　日")
	p.add(note, "打印日期："+s.Printed.Chinese()+"。签字盖章后，在系统中登记签发人和签字日期，可以上传扫描件。")
	return p
}
