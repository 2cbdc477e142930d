package ruled

import (
	"math"
	"slices"
)

// joinBeside joins the pieces of a sheet that was printed over pages side by
// side: a piece that has figures and no labels of its own, and whose rows stand
// exactly where those of a piece on an earlier page do, goes on to its right.
func joinBeside(fs []flow) {
	type ref struct{ flow, part int }
	var seen []ref
	for i := range fs {
		for k := 0; k < len(fs[i].parts); k++ {
			b := fs[i].parts[k].table
			if b == nil || !b.solid {
				continue
			}
			joined := false
			for n := len(seen) - 1; n >= 0 && n >= len(seen)-8 && !b.labelled(); n-- {
				a := fs[seen[n].flow].parts[seen[n].part].table
				if seen[n].flow < i && a.labelled() && a.level(b) {
					a.widen(b)
					fs[i].parts = slices.Delete(fs[i].parts, k, k+1)
					k--
					joined = true
					break
				}
			}
			if !joined {
				seen = append(seen, ref{i, k})
			}
		}
	}
}

// labelled reports whether the rows that hold figures begin with words. A piece
// without figures is all labels.
func (t *piece) labelled() bool {
	hasFigure := make([]bool, t.rows())
	texts := make([]string, len(t.cells))
	any := false
	for i, c := range t.cells {
		texts[i] = textOf(c.chars)
		if texts[i] != "" && numeric(texts[i]) {
			hasFigure[c.row], any = true, true
		}
	}
	words, figures := 0, 0
	for i, c := range t.cells {
		if c.col != 0 || texts[i] == "" || any && !hasFigure[c.row] {
			continue
		}
		if numeric(texts[i]) {
			figures++
		} else {
			words++
		}
	}
	return words > figures
}

// level reports whether all rows of one piece are rows of the other, from the
// same top to the same bottom.
func (t *piece) level(o *piece) bool {
	const tol = 1.0
	fine, coarse := t.ys, o.ys
	if len(coarse) > len(fine) {
		fine, coarse = coarse, fine
	}
	if len(coarse) < 3 || math.Abs(fine[0]-coarse[0]) > tol || math.Abs(fine[len(fine)-1]-coarse[len(coarse)-1]) > tol {
		return false
	}
	for _, y := range coarse {
		if math.Abs(fine[nearest(fine, y)]-y) > tol {
			return false
		}
	}
	return true
}

// widen puts the other piece at the right of this one.
func (t *piece) widen(o *piece) {
	if len(o.ys) > len(t.ys) {
		t.cells = rerow(t.cells, t.ys, o.ys)
		t.ys = o.ys
	}
	more := rerow(o.cells, o.ys, t.ys)
	cols, end := t.cols(), t.xs[len(t.xs)-1]
	for i := range more {
		c := &more[i]
		c.col += cols
		// A merged title that the page cuts goes on.
		if c.col == cols {
			for k := range t.cells {
				a := &t.cells[k]
				if a.row == c.row && a.rows == c.rows && a.col+a.cols == cols && a.col == 0 && a.cols > 1 && len(a.chars) > 0 && len(c.chars) > 0 && a.cols == cols && c.cols == o.cols() {
					c.text = textOf(c.chars)
					c.chars = nil
					a.text, a.chars = textOf(a.chars)+c.text, nil
					a.cols += c.cols
					c.cols = 0
				}
			}
		}
	}
	for _, c := range more {
		if c.cols > 0 {
			t.cells = append(t.cells, c)
		}
	}
	for _, x := range o.xs[1:] {
		t.xs = append(t.xs, end+x-o.xs[0])
	}
	slices.SortStableFunc(t.cells, func(a, b cell) int {
		if a.row != b.row {
			return a.row - b.row
		}
		return a.col - b.col
	})
	t.owner = nil
}

// rerow moves cells from the rows of ys to those of fine, which has them all.
func rerow(cells []cell, ys, fine []float64) []cell {
	out := slices.Clone(cells)
	for i := range out {
		c := &out[i]
		from, to := nearest(fine, ys[c.row]), nearest(fine, ys[c.row+c.rows])
		c.row, c.rows = from, max(to-from, 1)
	}
	return out
}
