package render

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"gongkai/law"
)

// A HandoverSheet is the printed list of a handover 工作交接清单.
type HandoverSheet struct {
	Organ  string
	Number int64 // of the handover
	Name   string
	Day    law.Date // last day in the work
	Reason string
	Leaves bool // the person leaves; otherwise only posts change
	Rows   []HandoverRow
	Signs  []HandoverSign
	Done   law.Date // day it was completed, zero before
	Open   bool     // it is being worked on
}

// Code is the number of the handover as it is printed.
func (s HandoverSheet) Code() string { return strings.ToUpper(strconv.FormatInt(s.Number, 32)) }

// A HandoverRow is one matter of the list.
type HandoverRow struct {
	N                int // its number in the list
	Kind, What, Fate string
}

// A HandoverSign is where somebody signs, or when he did.
type HandoverSign struct {
	Side, Name string
	On         law.Date // zero while it waits
	Paper      bool
}

// Says is the signature as it is printed: a blank to sign in, or the day.
func (s HandoverSign) Says() string {
	switch {
	case s.On.IsZero():
		return "签字：　　　　　　　　年　　月　　日"
	case s.Paper:
		return s.Name + "　" + s.On.Chinese() + "（纸质签字）"
	}
	return s.Name + "　" + s.On.Chinese() + "（系统内确认）"
}

// HandoverDOCX writes the list as a Word document to print and sign.
func HandoverDOCX(w io.Writer, s HandoverSheet) error {
	p := &paper{title: "工作交接清单"}
	what := "离岗"
	if !s.Leaves {
		what = "调整分工"
	}
	p.add(body, fmt.Sprintf("%s%s因%s（%s），办理工作交接，最后在岗日期%s。交接编号%s。", line(s.Organ), line(s.Name), what, line(s.Reason), s.Day.Chinese(), s.Code()))
	rows := make([][]string, len(s.Rows))
	for i, r := range s.Rows {
		rows[i] = []string{strconv.Itoa(r.N), r.Kind, r.What, r.Fate}
	}
	if len(rows) == 0 {
		p.add(body, "名下没有未了事项。")
	} else {
		p.blocks = append(p.blocks, block{table: plainTable([]string{"序号", "类别", "事项", "去向"}, []float64{1, 1.6, 5, 4}, rows)})
	}
	signs := make([][]string, len(s.Signs))
	for i, x := range s.Signs {
		signs[i] = []string{x.Side, x.Name, x.Says()}
	}
	p.add(caption, "各方确认")
	p.blocks = append(p.blocks, block{table: plainTable([]string{"身份", "姓名", "签字"}, []float64{1.6, 2, 6}, signs)})
	if s.Open {
		p.add(note, "注：清单按打印时数据库中的未了事项列出；签字后请在系统中登记签字日期并办结。")
	} else if !s.Done.IsZero() {
		p.add(note, "注：已于"+s.Done.Chinese()+"办结，办理过程记入留痕。")
	}
	return writeDOCX(w, p)
}
