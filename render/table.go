package render

import (
	"unicode/utf8"

	"gongkai/law/annual"
	"gongkai/rich"
)

// formTable lays out a table of the form.
func formTable(r *annual.Report, t *annual.Table) *table {
	rows := Grid(r, t)
	tab := &table{id: t.ID, rows: rows, heads: headRows(rows), size: cellSize}
	for _, row := range rows {
		for _, c := range row {
			tab.cols = max(tab.cols, c.Col+c.ColSpan)
			if c.Cell >= 0 && (tab.labels == 0 || c.Col < tab.labels) {
				tab.labels = c.Col
			}
		}
	}
	if tab.cols <= 6 {
		tab.size = wideSize
	}
	tab.widths = formWidths(tab)
	return tab
}

// formWidths divides the type area. A table of few columns has equal ones; in a
// wide one figures get what their digits need and the innermost labels the rest.
func formWidths(t *table) []float64 {
	w := make([]float64, t.cols)
	figures := t.cols - t.labels
	for i := range w {
		w[i] = textW / float64(t.cols)
	}
	if t.labels < 2 || figures < 1 {
		return w
	}
	each := 30.5
	for _, row := range t.rows {
		for _, c := range row {
			if c.Cell >= 0 && c.Value.Known() {
				each = max(each, float64(len(c.Figure))*t.size*0.52+2*cellPad+1)
			}
		}
	}
	each = min(each, 0.6*textW/float64(figures))
	rest := textW - each*float64(figures)
	for i := t.labels; i < t.cols; i++ {
		w[i] = each
	}
	// The outer labels are short words stacked in narrow columns: three and
	// four characters of type.
	for i := 0; i < t.labels-1; i++ {
		w[i] = min(float64(3+i)*t.size+2*cellPad+1, rest/float64(t.labels))
		rest -= w[i]
	}
	w[t.labels-1] = rest
	return w
}

// pad is the space left and right of a cell's text, points.
func (t *table) pad() float64 {
	if t.text {
		return 4
	}
	return cellPad
}

// leading is the distance of lines in a cell, points.
func (t *table) leading() float64 { return t.size * 4 / 3 }

// at maps every position to the cell that covers it, row by row.
func (t *table) at() [][]*GridCell {
	grid := make([][]*GridCell, len(t.rows))
	for y := range grid {
		grid[y] = make([]*GridCell, t.cols)
	}
	for y := range t.rows {
		for x := range t.rows[y] {
			c := &t.rows[y][x]
			for r := c.Row; r < c.Row+c.RowSpan && r < len(grid); r++ {
				for k := c.Col; k < c.Col+c.ColSpan && k < t.cols; k++ {
					grid[r][k] = c
				}
			}
		}
	}
	return grid
}

// span is the width of a cell in points.
func (t *table) span(c *GridCell) float64 {
	n := 0.0
	for k := c.Col; k < c.Col+c.ColSpan && k < t.cols; k++ {
		n += t.widths[k]
	}
	return n
}

// centred reports whether a cell's text stands in the middle: figures, column
// heads and labels that head several rows. A label of one row reads from the left.
func (t *table) centred(c *GridCell) bool {
	if t.text {
		return c.align == rich.Centre || c.Head && c.align == ""
	}
	return c.Cell >= 0 || c.Head || c.Title || c.RowSpan > 1 || t.labels < 2 && utf8.RuneCountInString(c.Text) < 12
}

// fit is the size of type at which the longest run of digits in the cell stays
// on one line: a figure broken over two lines would be read as two.
func (t *table) fit(c *GridCell) float64 {
	size, room := t.size, t.span(c)-2*t.pad()
	if c.Cell < 0 || c.Figure == "" {
		return size
	}
	run, longest := 0.0, 0.0
	for _, r := range c.Figure {
		if r < 0x80 && r > ' ' {
			run += 0.52
		} else {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest*size > room && longest > 0 {
		size = max(4, room/longest)
	}
	return size
}

// sumRow reports whether row y is a total, ruled off from what it adds up.
func (t *table) sumRow(y int) bool {
	if y < 0 || y >= len(t.rows) {
		return false
	}
	for _, c := range t.rows[y] {
		if c.Sum {
			return true
		}
	}
	return false
}

// plainTable makes a table of text: a header row and rows under it. Widths are
// shares of the type area.
func plainTable(head []string, shares []float64, rows [][]string) *table {
	t := &table{cols: len(head), heads: 1, labels: 0, size: wideSize}
	sum := 0.0
	for _, s := range shares {
		sum += s
	}
	for _, s := range shares {
		t.widths = append(t.widths, s/sum*textW)
	}
	put := func(y int, texts []string, isHead bool) {
		row := make([]GridCell, len(head))
		for x := range row {
			row[x].LayoutCell = annual.LayoutCell{Row: y, Col: x, RowSpan: 1, ColSpan: 1, Cell: -1, Head: isHead}
			if x < len(texts) {
				row[x].Text = line(texts[x])
			}
		}
		t.rows = append(t.rows, row)
	}
	put(0, head, true)
	for i, r := range rows {
		put(i+1, r, false)
	}
	return t
}
