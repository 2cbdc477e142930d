package ingest

import (
	"fmt"
	"strings"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// A spoiler spoils a document's layout. least is the share of cells that must
// still be decided; one that is alone changes too much to be combined.
type spoiler struct {
	name  string
	least float64
	alone bool
	cells bool // changes the number of cells: two such faults in a row may cancel out
	do    func(t *rapid.T, h *hostile)
}

// drawTable draws a table and the rows of it that carry figures.
func (h *hostile) drawTable(t *rapid.T, ids ...string) (rows *[]hrow, figures []int) {
	if len(ids) == 0 {
		ids = []string{"t2", "t3", "t3", "t4"}
	}
	rows = h.tables[rapid.SampledFrom(ids).Draw(t, "table")]
	for i, row := range *rows {
		if firstFigure(row) >= 0 {
			figures = append(figures, i)
		}
	}
	return rows, figures
}

func firstFigure(row hrow) int {
	for i, c := range row {
		if c.cell != -1 {
			return i
		}
	}
	return -1
}

func figureCells(row hrow) []int {
	var out []int
	for i, c := range row {
		if c.cell >= 0 {
			out = append(out, i)
		}
	}
	return out
}

// drawRow draws a row with figures; its copy may be edited in place.
func (h *hostile) drawRow(t *rapid.T, ids ...string) (*[]hrow, int) {
	rows, figures := h.drawTable(t, ids...)
	if len(figures) == 0 {
		return rows, -1
	}
	i := rapid.SampledFrom(figures).Draw(t, "row")
	(*rows)[i] = append(hrow(nil), (*rows)[i]...)
	return rows, i
}

// labelAt is the place of the row's own label, -1 if it has none.
func labelAt(row hrow) int { return firstFigure(row) - 1 }

func without(row hrow, i int) hrow { return append(append(hrow(nil), row[:i]...), row[i+1:]...) }

func with(row hrow, i int, c ...hcell) hrow {
	return append(append(append(hrow(nil), row[:i]...), c...), row[i:]...)
}

func delRow(rows *[]hrow, i int) { // spans from above shrink with it
	spanned(rows, i, -1)
	*rows = append(append([]hrow(nil), (*rows)[:i]...), (*rows)[i+1:]...)
}

func insRow(rows *[]hrow, i int, row hrow) {
	spanned(rows, i, 1)
	*rows = append(append(append([]hrow(nil), (*rows)[:i]...), row), (*rows)[i:]...)
}

func spanned(rows *[]hrow, i, by int) {
	for y := range i {
		for k, c := range (*rows)[y] {
			if y+c.rs > i && c.rs > 1 {
				(*rows)[y] = append(hrow(nil), (*rows)[y]...)
				(*rows)[y][k].rs += by
			}
		}
	}
}

func blankCell() hcell { return hcell{rs: 1, cs: 1, cell: -2} }

var misprints = []rune("住收情年度一公信未其管理单位")

func misprint(t *rapid.T, s string) string {
	r := []rune(s)
	for range rapid.IntRange(1, 3).Draw(t, "misprints") {
		if len(r) < 2 {
			break
		}
		i := rapid.IntRange(0, len(r)-1).Draw(t, "at")
		c := rapid.SampledFrom(misprints).Draw(t, "rune")
		switch rapid.IntRange(0, 2).Draw(t, "how") {
		case 0:
			r[i] = c
		case 1:
			r = append(r[:i:i], r[i+1:]...)
		default:
			r = append(r[:i:i], append([]rune{c}, r[i:]...)...)
		}
	}
	return string(r)
}

var spoilers = []spoiler{
	{name: "nothing", least: 1, do: func(*rapid.T, *hostile) {}},
	{name: "a cell dropped", least: 0.85, cells: true, do: func(t *rapid.T, h *hostile) {
		if rows, i := h.drawRow(t); i >= 0 {
			(*rows)[i] = without((*rows)[i], rapid.SampledFrom(figureCells((*rows)[i])).Draw(t, "cell"))
		}
	}},
	{name: "a cell twice", least: 0.85, cells: true, do: func(t *rapid.T, h *hostile) {
		if rows, i := h.drawRow(t); i >= 0 {
			k := rapid.SampledFrom(figureCells((*rows)[i])).Draw(t, "cell")
			(*rows)[i] = with((*rows)[i], k, (*rows)[i][k])
		}
	}},
	{name: "empty cells put in", least: 0.9, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		for range rapid.IntRange(1, 3).Draw(t, "many") {
			k := rapid.IntRange(0, len((*rows)[i])).Draw(t, "cell")
			(*rows)[i] = with((*rows)[i], k, blankCell())
		}
	}},
	{name: "an empty column in every row", least: 0.5, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, _ := h.drawTable(t)
		end := rapid.Bool().Draw(t, "end")
		for i, row := range *rows {
			k := max(firstFigure(row), 0)
			if end {
				k = len(row)
			}
			(*rows)[i] = with(row, k, blankCell())
		}
	}},
	{name: "two figures in one cell", least: 0.85, cells: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		f := figureCells((*rows)[i])
		if len(f) < 2 {
			return
		}
		k := rapid.IntRange(0, len(f)-2).Draw(t, "cell")
		sep := rapid.SampledFrom([]string{" ", "", "\n", "　"}).Draw(t, "separator")
		a, b := (*rows)[i][f[k]].text, (*rows)[i][f[k+1]].text
		(*rows)[i] = without((*rows)[i], f[k+1])
		(*rows)[i][f[k]].text = a + sep + b
	}},
	{name: "a column missing", least: 0.3, cells: true, do: func(t *rapid.T, h *hostile) {
		rows, figures := h.drawTable(t, "t3", "t4")
		k := rapid.IntRange(0, 6).Draw(t, "column")
		for _, i := range figures {
			f := figureCells((*rows)[i])
			if k < len(f) {
				(*rows)[i] = without((*rows)[i], f[k])
			}
		}
		if rapid.Bool().Draw(t, "header too") {
			dropHead(h, rows, k)
		}
	}},
	{name: "a column of sums put in", least: 0.3, cells: true, do: func(t *rapid.T, h *hostile) {
		rows, figures := h.drawTable(t, "t3")
		head := rapid.Bool().Draw(t, "header too")
		k := rapid.IntRange(0, 7).Draw(t, "column")
		for _, i := range figures {
			row := (*rows)[i]
			f := firstFigure(row)
			sum := int64(0)
			for _, c := range row[f:] {
				if c.cell >= 0 {
					sum += h.want.Values[c.cell].N
				}
			}
			at := min(f+k, len(row))
			(*rows)[i] = with(row, at, hcell{text: fmt.Sprint(sum), rs: 1, cs: 1, cell: -2})
		}
		if head {
			addHead(rows, k, "小计")
		}
	}},
	{name: "a column of sums instead of another", least: 0.1, cells: true, do: func(t *rapid.T, h *hostile) {
		rows, figures := h.drawTable(t, "t3")
		from := rapid.IntRange(0, 6).Draw(t, "gone")
		to := rapid.IntRange(0, 6).Draw(t, "new")
		for _, i := range figures {
			row := (*rows)[i]
			f := figureCells(row)
			if len(f) <= from {
				continue
			}
			row = without(row, f[from])
			(*rows)[i] = with(row, min(f[0]+to, len(row)), hcell{text: "7", rs: 1, cs: 1, cell: -2})
		}
		dropHead(h, rows, from)
		addHead(rows, to, "小计")
	}},
	{name: "total first", least: 0.3, alone: true, do: func(t *rapid.T, h *hostile) { moveColumn(h, h.tables["t3"], 6, 0) }},
	{name: "columns in another order", least: 0.3, alone: true, do: func(t *rapid.T, h *hostile) {
		moveColumn(h, h.tables["t3"], rapid.IntRange(1, 5).Draw(t, "from"), rapid.IntRange(1, 5).Draw(t, "to"))
	}},
	{name: "litigation before review", least: 0.8, do: func(t *rapid.T, h *hostile) { litigationFirst(h) }},
	{name: "a row deleted", least: 0.85, do: func(t *rapid.T, h *hostile) {
		if rows, i := h.drawRow(t); i >= 0 {
			delRow(rows, i)
		}
	}},
	{name: "a row twice", least: 0.85, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		row := append(hrow(nil), (*rows)[i][max(labelAt((*rows)[i]), 0):]...)
		insRow(rows, i+1, row)
	}},
	{name: "a row twice with other figures", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t2", "t3")
		if i < 0 {
			return
		}
		row := append(hrow(nil), (*rows)[i][max(labelAt((*rows)[i]), 0):]...)
		for k := range row {
			if row[k].cell >= 0 {
				row[k].text += "1"
				h.doubt(row[k].cell)
			}
		}
		insRow(rows, i+1, row)
	}},
	{name: "neighbours swapped", least: 0.85, do: func(t *rapid.T, h *hostile) { moveRow(t, h, 1) }},
	{name: "a row moved", least: 0.85, do: func(t *rapid.T, h *hostile) { moveRow(t, h, rapid.IntRange(2, 9).Draw(t, "by")) }},
	{name: "a label emptied", least: 0.8, do: func(t *rapid.T, h *hostile) { h.relabel(t, func(string) string { return "" }) }},
	{name: "a label misprinted", least: 0.9, do: func(t *rapid.T, h *hostile) { h.relabel(t, func(s string) string { return misprint(t, s) }) }},
	{name: "any label misprinted", least: 0.8, do: func(t *rapid.T, h *hostile) {
		rows, _ := h.drawTable(t)
		y := rapid.IntRange(0, len(*rows)-1).Draw(t, "row")
		(*rows)[y] = append(hrow(nil), (*rows)[y]...)
		x := rapid.IntRange(0, max(len((*rows)[y])-1, 0)).Draw(t, "cell")
		if x < len((*rows)[y]) && (*rows)[y][x].cell == -1 {
			(*rows)[y][x].text = misprint(t, (*rows)[y][x].text)
		}
	}},
	{name: "a label unrecognisable", least: 0.8, do: func(t *rapid.T, h *hostile) {
		h.relabel(t, func(string) string { return "其中：重点领域的申请" })
	}},
	{name: "a label cut off", least: 0.85, do: func(t *rapid.T, h *hostile) {
		h.relabel(t, func(s string) string {
			r := []rune(s)
			return string(r[:rapid.IntRange(1, len(r)).Draw(t, "kept")])
		})
	}},
	{name: "another number before the label", least: 0.95, do: func(t *rapid.T, h *hostile) {
		h.relabel(t, func(s string) string {
			return strings.NewReplacer("1.", "2.", "2.", "3.", "3.", "1.", "一、", "二、", "（一）", "（二）", "（六）", "（五）").Replace(s)
		})
	}},
	{name: "a label over two cells", least: 0.85, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t2", "t3")
		if i < 0 || labelAt((*rows)[i]) < 0 {
			return
		}
		k := labelAt((*rows)[i])
		r := []rune((*rows)[i][k].text)
		if len(r) < 2 {
			return
		}
		cut := rapid.IntRange(1, len(r)-1).Draw(t, "cut")
		c := (*rows)[i][k]
		if c.cs > 1 {
			c.cs--
		}
		rest := c
		c.text, rest.text, rest.cs = string(r[:cut]), string(r[cut:]), 1
		(*rows)[i][k] = c
		(*rows)[i] = with((*rows)[i], k+1, rest)
	}},
	{name: "two labels exchanged", least: 0.8, do: func(t *rapid.T, h *hostile) { exchangeLabels(t, h) }},
	{name: "a row broken by the page", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) { breakRow(t, h) }},
	{name: "the header again in the middle", least: 0.9, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t3")
		if i < 0 {
			return
		}
		for k := range 3 {
			if k < len(*rows) && firstFigure((*rows)[k]) < 0 && (*rows)[k][0].head {
				insRow(rows, i+k, append(hrow(nil), (*rows)[k]...))
			}
		}
	}},
	{name: "a table cut in two", least: 0.9, do: func(t *rapid.T, h *hostile) { cutTable(t, h, "") }},
	{name: "a table cut in two with a note between", least: 0.5, do: func(t *rapid.T, h *hostile) { cutTable(t, h, "注：续表。") }},
}

// doubt marks a figure that a careful person cannot tell.
func (h *hostile) doubt(cell int) { h.want.Values[cell] = annual.Value{Kind: annual.Absent} }

func (h *hostile) relabel(t *rapid.T, f func(string) string) {
	rows, i := h.drawRow(t, "t2", "t3")
	if i < 0 {
		return
	}
	if k := labelAt((*rows)[i]); k >= 0 && (*rows)[i][k].text != "" {
		(*rows)[i][k].text = f((*rows)[i][k].text)
	}
}
