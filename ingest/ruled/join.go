package ruled

import (
	"math"
	"slices"

	"gongkai/doc"
)

// joined is a table as it grows over pages.
type joined struct {
	xs    []float64
	rows  int
	cells []cell // with text
	first *piece
	solid bool
}

// addTable adds a table piece: to the table that the last page left open if
// its columns match.
func (b *builder) addTable(t *piece) error {
	for i := range t.cells {
		c := &t.cells[i]
		if c.chars != nil {
			c.text = cellText(c.chars, t.xs[c.col+c.cols]-t.xs[c.col])
		}
		b.text += len(c.text)
	}
	if b.cells += len(t.cells); b.cells > b.lim.Cells || b.text > b.lim.Text {
		return ErrTooLarge
	}
	b.flushPara()
	if j := b.pending; j != nil && b.pages == 1 && j.solid == t.solid {
		if xs, ok := sameColumns(j.xs, t.xs); ok {
			j.append(t, xs)
			b.pages = 0
			return nil
		}
	}
	if err := b.flushTable(); err != nil {
		return err
	}
	b.pending, b.pages = &joined{xs: t.xs, rows: t.rows(), cells: t.cells, first: t, solid: t.solid}, 0
	return nil
}

// sameColumns reports whether the edges of one table are all edges of the
// other, and returns the finer ones. Tables that differ at their sides are two.
func sameColumns(a, b []float64) ([]float64, bool) {
	// Pages of a duplex print are shifted against each other.
	shift := a[0] - b[0]
	if math.Abs(shift) > 12 || math.Abs((a[len(a)-1]-b[len(b)-1])-shift) > 4 {
		return nil, false
	}
	moved := slices.Clone(b)
	for i := range moved {
		moved[i] += shift
	}
	fine, coarse := a, moved
	if len(b) > len(a) {
		fine, coarse = moved, a
	}
	for _, x := range coarse {
		if math.Abs(fine[nearest(fine, x)]-x) > 4 {
			return nil, false
		}
	}
	return fine, true
}

// respan moves cells from the columns of xs to those of fine, which has them all.
func respan(cells []cell, xs, fine []float64) []cell {
	shift := fine[0] - xs[0]
	out := slices.Clone(cells)
	for i := range out {
		c := &out[i]
		from, to := nearest(fine, xs[c.col]+shift), nearest(fine, xs[c.col+c.cols]+shift)
		c.col, c.cols = from, max(to-from, 1)
	}
	return out
}

func (j *joined) append(t *piece, fine []float64) {
	if len(fine) != len(j.xs) {
		j.cells = respan(j.cells, j.xs, fine)
		j.xs = fine
	}
	more := t.cells
	if len(t.xs) != len(fine) {
		more = respan(more, t.xs, fine)
	}
	rows := t.rows()
	more, rows = dropRows(more, rows, j.repeated(more, rows))
	if rows > 1 && emptyRow(more) {
		// The rest of a row whose text all stands on the page before.
		more, rows = dropRows(more, rows, 1)
	}
	for _, c := range more {
		if c.row == 0 && c.text == "" && j.reaches(c) {
			continue
		}
		c.row += j.rows
		j.cells = append(j.cells, c)
	}
	j.rows += rows
}

// reaches extends a cell of several rows that ends at the cut over the empty
// cell under it: a group label goes on beside its rows on the next page.
func (j *joined) reaches(c cell) bool {
	for i := range j.cells {
		if a := &j.cells[i]; a.row+a.rows == j.rows && a.col == c.col && a.cols == c.cols && a.rows > 1 {
			a.rows += c.rows
			return true
		}
	}
	return false
}

func emptyRow(cells []cell) bool {
	for _, c := range cells {
		if c.row == 0 && c.text != "" {
			return false
		}
	}
	return true
}

// dropRows removes the first n rows; a cell that reaches out of them is cut.
func dropRows(cells []cell, rows, n int) ([]cell, int) {
	if n == 0 {
		return cells, rows
	}
	var out []cell
	for _, c := range cells {
		if c.row += -n; c.row < 0 {
			c.rows += c.row
			c.row = 0
		}
		if c.rows > 0 {
			out = append(out, c)
		}
	}
	return out, rows - n
}

// repeated counts the rows at the head of the continuation that repeat the
// table's own first rows, as Word prints heading rows on every page.
func (j *joined) repeated(more []cell, rows int) int {
	head := func(cells []cell, n int) []cell {
		var out []cell
		for _, c := range cells {
			if c.row < n {
				if c.row+c.rows > n {
					return nil // a cell that reaches out of the heading
				}
				out = append(out, cell{row: c.row, col: c.col, rows: c.rows, cols: c.cols, text: c.text})
			}
		}
		return out
	}
	for n := min(4, rows, j.rows); n > 0; n-- {
		a, b := head(j.cells, n), head(more, n)
		if len(a) > 1 && slices.EqualFunc(a, b, func(x, y cell) bool {
			return x.row == y.row && x.col == y.col && x.rows == y.rows && x.cols == y.cols && x.text == y.text
		}) && wordy(a) {
			return n
		}
	}
	return 0
}

// wordy reports whether every row holds words: figures that happen to be the
// same are no heading.
func wordy(cells []cell) bool {
	words := 0
	for _, c := range cells {
		if c.text != "" && !numeric(c.text) {
			words++
		}
	}
	return words*2 > len(cells)
}

// flushTable writes the pending table.
func (b *builder) flushTable() error {
	j := b.pending
	if j == nil {
		return nil
	}
	b.pending = nil
	if len(j.xs) < 3 { // a frame that nothing continued: its text is text
		return b.frame(j)
	}
	b.tables++
	g := &doc.Grid{Rows: j.rows, Cols: len(j.xs) - 1, At: doc.Place{Page: j.first.page, Table: b.tables}}
	for _, c := range j.cells {
		g.Cells = append(g.Cells, doc.Cell{Row: c.row, Col: c.col, RowSpan: c.rows, ColSpan: c.cols, Text: c.text,
			At: doc.Place{Page: c.page, Table: b.tables, Row: c.row + 1, Col: c.col + 1}})
	}
	b.doc.AddGrid(g)
	return nil
}

// frame adds the text of a one-column piece as lines of text.
func (b *builder) frame(j *joined) error {
	for _, c := range j.cells {
		b.flushPara()
		for _, l := range makeLines(c.chars) {
			if err := b.addLine(l, &Page{Number: c.page, W: j.first.width}); err != nil {
				return err
			}
		}
	}
	b.flushPara()
	return nil
}
