package render

import (
	"fmt"
	"io"
	"strings"

	"gongkai/law"
)

// A DispatchSheet is a month's 调度 as it is printed: figures by organ on one
// page, and if asked for every gap behind it.
type DispatchSheet struct {
	Title   string
	Office  string
	Day     law.Date // on which the gaps were counted
	Issued  law.Date // zero for one that is not issued
	Note    string
	Says    []string // sentences above the table
	Columns []string // of the figures
	Rows    []DispatchLine
	Gaps    []DispatchGap // what stands behind the figures; none for the page alone
}

// A DispatchLine is one organ with its figures.
type DispatchLine struct {
	Organ   string
	Figures []string
}

// A DispatchGap is one gap in words.
type DispatchGap struct{ Organ, Kind, Text, Due, Since string }

// DispatchDOCX writes the sheet as a Word document.
func DispatchDOCX(w io.Writer, s DispatchSheet) error { return writeDOCX(w, dispatchPaper(s)) }

// DispatchPDF writes the same as pdf; folders are further places to look for
// fonts. It returns a *FontError if there is no Chinese font.
func DispatchPDF(w io.Writer, s DispatchSheet, folders []string) error {
	return writePDF(w, dispatchPaper(s), folders)
}

// Up to so many organs stand in one column and are set in normal type; more
// stand in two columns side by side, in small type.
const dispatchColumn = 26

func dispatchPaper(s DispatchSheet) *paper {
	p := &paper{title: breakTitle(line(s.Title), "")}
	if s.Issued.IsZero() {
		p.mark = "未印发，仅供核对"
	}
	p.add(note, strings.Join(s.Says, ""))
	for _, t := range paragraphs(s.Note) {
		p.add(note, t)
	}
	if len(s.Rows) > 0 {
		p.blocks = append(p.blocks, block{table: dispatchTable(s)})
	}
	foot := line(s.Office) + "　统计日期" + s.Day.Chinese()
	if !s.Issued.IsZero() {
		foot += "　" + s.Issued.Chinese() + "印发"
	}
	p.add(note, foot)
	if len(s.Gaps) == 0 {
		return p
	}
	p.blocks = append(p.blocks, block{style: chapter, text: "附　缺口明细", fresh: true})
	rows := make([][]string, len(s.Gaps))
	organ := ""
	for i, g := range s.Gaps {
		rows[i] = []string{g.Organ, g.Kind, g.Text, g.Due, g.Since}
		if g.Organ == organ {
			rows[i][0] = ""
		}
		organ = g.Organ
	}
	t := plainTable([]string{"单位", "类别", "缺口", "期限", "起始"}, []float64{2.4, 2.2, 6, 1.7, 1.5}, rows)
	t.size, t.least = cellSize, 15
	p.blocks = append(p.blocks, block{table: t})
	return p
}

func dispatchTable(s DispatchSheet) *table {
	halves, name := 1, 4.0 // how wide the name of an organ is against a figure
	if len(s.Rows) > dispatchColumn {
		halves, name = 2, 6
	}
	each := (len(s.Rows) + halves - 1) / halves
	var head []string
	var shares []float64
	for range halves {
		head, shares = append(append(head, "单位"), s.Columns...), append(shares, name)
		for range s.Columns {
			shares = append(shares, 1.5)
		}
	}
	rows := make([][]string, each)
	for i := range rows {
		for h := range halves {
			k := h*each + i
			if k >= len(s.Rows) {
				rows[i] = append(rows[i], make([]string, 1+len(s.Columns))...)
				continue
			}
			rows[i] = append(append(rows[i], s.Rows[k].Organ), s.Rows[k].Figures...)
		}
	}
	t := plainTable(head, shares, rows)
	t.size = cellSize
	if halves == 2 {
		t.size, t.least = 7.5, 13
	}
	return t
}

// DispatchSays is the opening sentence: how much of what, and what was not asked.
func DispatchSays(organs, with, gaps, carried, settled int, unconnected []string) []string {
	first := fmt.Sprintf("本次查看%d个单位，%d个单位有缺口，共%d项", organs, with, gaps)
	if carried+settled > 0 {
		first += fmt.Sprintf("；其中%d项以前调度过仍未完成，上次的缺口已完成%d项", carried, settled)
	}
	out := []string{first + "。"}
	if len(unconnected) > 0 {
		out = append(out, strings.Join(unconnected, "、")+"尚未接入，不在统计之内，不等于没有。")
	}
	return out
}
