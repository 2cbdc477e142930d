package render

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/oversight"
)

// A ScoreSheet is the printed score table 考核得分表 of one organ, with the list of
// deductions 扣分清单.
type ScoreSheet struct {
	Organ   string
	Office  string // that assesses
	Round   string
	Span    string
	Scheme  string
	State   string
	Total   string
	Place   string
	Formula string
	Self    bool // the organ assessed itself first
	Groups  []ScoreGroup
	Lost    []ScoreLoss
	Signs   []ScoreSign
	On      law.Date // printed
}

// A ScoreGroup is one heading of the table.
type ScoreGroup struct {
	Name, Got, Max string
	Rows           []ScoreRow
}

// A ScoreRow is one indicator.
type ScoreRow struct{ Key, Name, Max, Self, Points, Why string }

// A ScoreLoss is one line of the list of deductions.
type ScoreLoss struct{ Item, Text, Detail, Points string }

// A ScoreSign is where somebody signs, or who did.
type ScoreSign struct{ Side, Name, On string }

// ScoreDOCX writes the score table as a Word document.
func ScoreDOCX(w io.Writer, s ScoreSheet) error { return writeDOCX(w, scorePaper(s)) }

// ScorePDF writes the same as pdf; folders are further places to look for fonts.
// It returns a *FontError if there is no Chinese font.
func ScorePDF(w io.Writer, s ScoreSheet, folders []string) error {
	return writePDF(w, scorePaper(s), folders)
}

func scorePaper(s ScoreSheet) *paper {
	p := &paper{title: breakTitle(line(s.Organ)+line(s.Round)+"得分表", line(s.Organ))}
	p.add(body, fmt.Sprintf("考核机关：%s。考核期间：%s。考核方案：%s。%s。", line(s.Office), line(s.Span), line(s.Scheme), line(s.State)))
	if s.Total != "" {
		text := "总分 " + s.Total + " 分。"
		if s.Place != "" {
			text += s.Place + "。"
		}
		p.add(body, text+s.Formula+"。")
	}
	head, shares := []string{"编号", "指标", "满分", "得分", "计分说明"}, []float64{1, 3, 1.2, 1.2, 5.6}
	if s.Self {
		head, shares = []string{"编号", "指标", "满分", "自评", "得分", "计分说明"}, []float64{1, 3, 1.1, 1.1, 1.1, 4.7}
	}
	p.add(caption, "一、得分表")
	var rows [][]string
	for _, g := range s.Groups {
		group := []string{"", g.Name, g.Max, g.Got, ""}
		if s.Self {
			group = []string{"", g.Name, g.Max, "", g.Got, ""}
		}
		rows = append(rows, group)
		for _, r := range g.Rows {
			row := []string{r.Key, r.Name, r.Max, r.Points, r.Why}
			if s.Self {
				row = []string{r.Key, r.Name, r.Max, r.Self, r.Points, r.Why}
			}
			rows = append(rows, row)
		}
	}
	p.blocks = append(p.blocks, block{table: plainTable(head, shares, rows)})
	p.add(caption, "二、扣分清单")
	if len(s.Lost) == 0 {
		p.add(body, "没有扣分。")
	} else {
		rows = nil
		for k, x := range s.Lost {
			rows = append(rows, []string{fmt.Sprint(k + 1), x.Item, x.Text, x.Points, x.Detail})
		}
		p.blocks = append(p.blocks, block{table: plainTable([]string{"序号", "指标", "扣分情形", "扣分", "具体情况"}, []float64{0.8, 2.6, 3.4, 1, 4.2}, rows)})
	}
	if len(s.Signs) > 0 {
		rows = nil
		for _, x := range s.Signs {
			on := x.On
			if x.Name == "" {
				on = "　　　　年　　月　　日"
			}
			rows = append(rows, []string{x.Side, x.Name, on})
		}
		p.add(caption, "签字")
		p.blocks = append(p.blocks, block{table: plainTable([]string{"身份", "姓名", "日期"}, []float64{2, 4, 4}, rows)})
	}
	p.add(note, "注：名次只在同一组内比较。对得分有异议的，请在公布的申诉期限内逐项提出。打印日期："+s.On.Chinese()+"。")
	return p
}

// A ScoreTable is a ranking or a year's totals, to be worked on in a
// spreadsheet.
type ScoreTable struct {
	Title   string
	Columns []string
	Rows    [][]string
	Notes   []string // how totals and places came about
}

// ScoreTableXLSX writes the table as a workbook with the formula below it.
// Figures are numbers, everything else is text that becomes no formula.
func ScoreTableXLSX(w io.Writer, t ScoreTable) error {
	const sheet = "得分"
	b := newBook(sheet)
	defer b.f.Close()
	cols := len(t.Columns)
	b.text(sheet, 1, 1, t.Title)
	b.merge(sheet, 1, 1, max(cols, 1), 1)
	b.style(sheet, 1, 1, max(cols, 1), 1, look{han: "黑体", size: 14, centred: true})
	b.check(b.f.SetRowHeight(sheet, 1, 34))
	for k, c := range t.Columns {
		wide := 11.0
		if k == 1 {
			wide = 30
		} else if k == cols-1 {
			wide = 24
		}
		b.width(sheet, k+1, wide)
		b.text(sheet, k+1, 2, c)
	}
	b.style(sheet, 1, 2, max(cols, 1), 2, look{bold: true, border: true, centred: true, fill: colourHead})
	for y, row := range t.Rows {
		for k, s := range row {
			if n := strings.Replace(strings.TrimPrefix(s, "+"), "−", "-", 1); n != "" && plainNumber(n) {
				b.number(sheet, k+1, y+3, n)
				continue
			}
			b.text(sheet, k+1, y+3, s)
		}
	}
	if len(t.Rows) > 0 {
		b.style(sheet, 1, 3, cols, len(t.Rows)+2, look{border: true})
	}
	for k, n := range t.Notes {
		y := len(t.Rows) + 4 + k
		b.text(sheet, 1, y, n)
		b.merge(sheet, 1, y, max(cols, 1), y)
		b.style(sheet, 1, y, max(cols, 1), y, look{size: 9})
		b.height(sheet, y, n, 60)
	}
	b.a4(sheet, true, 0)
	return b.writeTo(w)
}

// SchemeXLSX writes a scheme as a workbook that can be changed in an office
// program and read again.
func SchemeXLSX(w io.Writer, s *oversight.Scheme) error {
	b := newBook(oversight.SchemeSheetHead)
	defer b.f.Close()
	head := s.HeadRows()
	for k, wide := range []float64{16, 60, 12, 40} {
		b.width(oversight.SchemeSheetHead, k+1, wide)
	}
	b.cells(oversight.SchemeSheetHead, 1, head)
	b.style(oversight.SchemeSheetHead, 1, 1, 4, len(head), look{border: true})
	b.style(oversight.SchemeSheetHead, 1, 1, 4, 1, look{bold: true, border: true, fill: colourHead})
	b.a4(oversight.SchemeSheetHead, true, 0)
	const sheet = oversight.SchemeSheetRows
	b.sheet(sheet)
	rows := append([][]string{oversight.SchemeColumns()}, s.Rows()...)
	for k, wide := range []float64{14, 8, 26, 11, 8, 8, 44, 30, 11, 18, 8, 12, 8} {
		b.width(sheet, k+1, wide)
	}
	b.cells(sheet, 1, rows, 4, 5)
	b.style(sheet, 1, 1, len(rows[0]), len(rows), look{border: true})
	b.style(sheet, 1, 1, len(rows[0]), 1, look{bold: true, border: true, centred: true, fill: colourHead})
	b.a4(sheet, true, 0)
	return b.writeTo(w)
}

// cells writes rows of text from a row on; those of the columns named become
// numbers. A key such as 1.10 must stay a text.
func (b *book) cells(sheet string, from int, rows [][]string, numbers ...int) {
	for y, row := range rows {
		for k, s := range row {
			if slices.Contains(numbers, k) && plainNumber(s) {
				b.number(sheet, k+1, from+y, s)
				continue
			}
			b.text(sheet, k+1, from+y, s)
		}
	}
}
