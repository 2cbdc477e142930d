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
	skip := j.repeated(more, t.rows())
	for _, c := range more {
		if c.row < skip {
			continue
		}
		c.row += j.rows - skip
		j.cells = append(j.cells, c)
	}
	j.rows += t.rows() - skip
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
