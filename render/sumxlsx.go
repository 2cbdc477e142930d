package render

import (
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/law/annual"
)

// SumXLSX writes the sum as a workbook: 说明, one sheet per table with the total
// in the official layout, behind each a sheet 明细 with every organ as a row and
// every cell as a column, 未报送, and 数据. Every figure of the total is a formula
// over its column of 明细, so that it can be traced; where the total is not the
// sum of what was reported it stays as it is, coloured and with a comment.
func SumXLSX(w io.Writer, s Sum) error {
	b := newBook("说明")
	defer b.f.Close()
	b.sumFront(s)
	filed, missing := s.filed()
	for _, def := range s.Total.Form.Chapters {
		if t := s.Total.Form.Table(def.Table); t != nil {
			name := "表" + def.Ordinal
			columns, last := detailColumns(t), detailTop+len(filed)
			b.tableSheet(name, name+"　"+t.Name, s.Total, t, nil)
			b.trace(name, s, t, filed, columns, last)
			b.detail(name+"明细", s, t, filed, columns, last)
		}
	}
	if len(missing) > 0 {
		b.missing(missing)
	}
	b.data(s.Total)
	return b.writeTo(w)
}

func (b *book) sumFront(s Sum) {
	const sheet = "说明"
	b.width(sheet, 1, 72) // what A4 holds in programs that reckon characters wider than Excel does
	b.text(sheet, 1, 1, strings.ReplaceAll(s.title(), "\n", ""))
	b.style(sheet, 1, 1, 1, 1, look{han: "方正小标宋简体", size: 18, centred: true})
	b.check(b.f.SetRowHeight(sheet, 1, 48))
	rows := append(s.narrative(), "“表二”“表三”“表四”为汇总数，每个数都是“明细”表中同一列的合计，可逐个机关核对；标色的数与各机关合计不符或有机关未填数字，见批注。")
	for i, t := range rows {
		b.text(sheet, 1, i+3, t)
		b.style(sheet, 1, i+3, 1, i+3, look{size: 11})
		b.height(sheet, i+3, t, 34)
	}
	b.a4(sheet, false, 0)
}

// detailTop is the last header row of a 明细 sheet: row labels, column labels,
// cell ids.
const detailTop = 3

// detailColumns gives every cell of the table its column, from 1; the first two
// are ordinal and organ.
func detailColumns(t *annual.Table) map[int]int {
	at := map[int]int{}
	for _, p := range t.Parts {
		for _, row := range p.Cells {
			for _, i := range row {
				at[i] = len(at) + 3
			}
		}
	}
	return at
}

// trace turns the figures of the total's sheet into sums over the organs.
func (b *book) trace(sheet string, s Sum, t *annual.Table, filed []SumPart, columns map[int]int, last int) {
	const top = 2
	for _, row := range Grid(s.Total, t) {
		for _, c := range row {
			if c.Cell < 0 {
				continue
			}
			var n int64
			var odd []string
			for _, p := range filed {
				if p.Report.Form != s.Total.Form {
					continue
				}
				v := value(p.Report, c.Cell)
				n += v.N
				if !v.Known() {
					odd = append(odd, line(p.Organ))
				}
			}
			col, y := c.Col+1, c.Row+top
			note := ""
			switch {
			case c.Value.Known() && c.Value.N != n:
				note = fmt.Sprintf("汇总数为%s，各机关所报合计为%s，二者不符；此处保留汇总数。", c.Figure, annual.Num(n).Format(s.Total.Form.Cells[c.Cell].Type))
				b.number(sheet, col, y, c.Figure) // drops a formula over the row
			case c.Value.Known() && len(filed) > 0:
				name, _ := excelize.ColumnNumberToName(columns[c.Cell])
				b.formula(sheet, col, y, fmt.Sprintf("SUM('%s明细'!%s%d:%s%d)", sheet, name, detailTop+1, name, last))
			}
			if len(odd) > 0 {
				note += fmt.Sprintf("%d个机关此格不是数字，未计入：%s。", len(odd), listed(odd))
			}
			if note != "" {
				b.comment(sheet, col, y, note)
				b.style(sheet, col, y, c.Col+c.ColSpan, c.Row+c.RowSpan-1+top, look{border: true, centred: true, fill: colourSus})
			}
		}
	}
}

// detail lists what every organ reported, cell by cell, with the sums below.
func (b *book) detail(sheet string, s Sum, t *annual.Table, filed []SumPart, columns map[int]int, last int) {
	b.sheet(sheet)
	b.width(sheet, 1, 6)
	b.width(sheet, 2, 28)
	b.text(sheet, 1, detailTop, "序号")
	b.text(sheet, 2, detailTop, "机关")
	b.text(sheet, 2, last+1, "合计")
	for i, p := range filed {
		b.check(b.f.SetCellInt(sheet, ref(1, detailTop+1+i), int64(i+1)))
		name := line(p.Organ)
		if p.Report.Form != s.Total.Form {
			name += "（格式不同，未计入）"
		}
		b.text(sheet, 2, detailTop+1+i, name)
	}
	cols := 2 + len(columns)
	f := s.Total.Form
	for cell, col := range columns {
		def := &f.Cells[cell]
		p := &t.Parts[def.Part]
		b.text(sheet, col, 1, pathOf(p.Rows[def.Row]))
		b.text(sheet, col, 2, pathOf(p.Columns[def.Col]))
		b.text(sheet, col, 3, def.ID)
		var n int64
		for i, part := range filed {
			if part.Report.Form != f {
				continue
			}
			y, v := detailTop+1+i, value(part.Report, cell)
			if n += v.N; v.Known() {
				b.number(sheet, col, y, v.Format(def.Type))
			} else {
				b.text(sheet, col, y, Figure(part.Report, cell))
			}
		}
		b.number(sheet, col, last+1, annual.Num(n).Format(def.Type))
		if len(filed) > 0 {
			name, _ := excelize.ColumnNumberToName(col)
			b.formula(sheet, col, last+1, fmt.Sprintf("SUM(%s%d:%s%d)", name, detailTop+1, name, last))
		}
	}
	b.style(sheet, 1, 1, cols, detailTop, look{border: true, centred: true, fill: colourHead, size: 9})
	if last > detailTop {
		b.style(sheet, 1, detailTop+1, cols, last, look{border: true, centred: true})
	}
	b.style(sheet, 1, last+1, cols, last+1, look{border: true, centred: true, bold: true, sum: true})
	first, _ := excelize.ColumnNumberToName(3)
	end, _ := excelize.ColumnNumberToName(cols)
	b.check(b.f.SetColWidth(sheet, first, end, 13))
	b.check(b.f.SetRowHeight(sheet, 1, 64))
	b.check(b.f.SetRowHeight(sheet, 2, 48))
	b.check(b.f.SetRowHeight(sheet, 3, 28))
	b.check(b.f.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: 2, YSplit: detailTop, TopLeftCell: ref(3, detailTop+1), ActivePane: "bottomRight"}))
	if cols > 24 { // on one page wide nobody could read it
		b.a4Wide(sheet, "$A:$B", fmt.Sprintf("$1:$%d", detailTop))
	} else {
		b.a4(sheet, true, 0)
	}
}

func (b *book) missing(organs []string) {
	const sheet = "未报送"
	b.sheet(sheet)
	b.width(sheet, 1, 8)
	b.width(sheet, 2, 50)
	b.text(sheet, 1, 1, "序号")
	b.text(sheet, 2, 1, "机关")
	b.style(sheet, 1, 1, 2, 1, look{border: true, bold: true, centred: true, fill: colourHead})
	for i, o := range organs {
		b.check(b.f.SetCellInt(sheet, ref(1, i+2), int64(i+1)))
		b.text(sheet, 2, i+2, o)
		b.style(sheet, 1, i+2, 2, i+2, look{border: true})
	}
	b.a4(sheet, false, 0)
}
