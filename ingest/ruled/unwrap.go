package ruled

import (
	"math"
	"slices"
)

// unwrap joins figures that were broken over two lines in a narrow column.
// Where the rest may also be a row of its own, both are marked as not read.
func (b *bare) unwrap(leaves []leaf) {
	// The pieces stand above and below the middle of their row: rows of their
	// own would be less than a line apart.
	for i := 0; i+2 < len(b.rows); i++ {
		up, row, down := &b.rows[i], &b.rows[i+1], &b.rows[i+2]
		if down.mid-up.mid > 1.9*b.size || math.Abs(up.mid+down.mid-2*row.mid) > 0.35*b.size || !b.apart(up, row) || !b.under(up, down) || !b.under(down, up) {
			continue
		}
		b.glue(up, down, "")
		row.figures = append(row.figures, up.figures...)
		b.rows = slices.Delete(b.rows, i+2, i+3)
		b.rows = slices.Delete(b.rows, i, i+1)
	}
	// The rest stands under the row's other figures, or the beginning above. A
	// level without a label belongs to the nearer row beside it.
	for i := 0; i+1 < len(b.rows); i++ {
		row, down := &b.rows[i], &b.rows[i+1]
		pitch := down.mid - row.mid
		if pitch > 1.6*b.size {
			continue
		}
		tail := len(down.figures) < len(row.figures) && b.under(down, row)
		head := len(row.figures) < len(down.figures) && b.under(row, down)
		if tail && i+2 < len(b.rows) && b.rows[i+2].mid-down.mid < pitch+0.1*b.size {
			tail = false
		}
		if head && i > 0 && row.mid-b.rows[i-1].mid < pitch+0.1*b.size {
			head = false
		}
		switch {
		case tail && len(leaves) > 0 && (!labelAt(leaves, down.mid, b.size) || b.goesOn(leaves, down.mid)):
			b.glue(row, down, b.between(row, down, 1))
			b.rows = slices.Delete(b.rows, i+1, i+2)
		case head && len(leaves) > 0 && (!labelAt(leaves, row.mid, b.size) || b.goesOn(leaves, down.mid)):
			b.glue(row, down, b.between(row, down, 1))
			for _, w := range down.figures {
				if !b.has(row, b.column(w.centre())) {
					row.figures = append(row.figures, w)
				}
			}
			row.mid = down.mid
			b.rows = slices.Delete(b.rows, i+1, i+2)
		case (tail || head) && b.narrow(row, down, 0.6):
			b.glue(row, down, "\n")
			for k := range down.figures {
				if b.has(row, b.column(down.figures[k].centre())) {
					down.figures[k].text = "？"
				}
			}
		}
	}
}

// between is what stands between two figures of one cell: nothing if they had
// no room beside each other.
func (b *bare) between(up, down *bareRow, slack float64) string {
	if b.narrow(up, down, slack) {
		return ""
	}
	return "\n"
}

// goesOn reports whether the line of a label at that height is not its first,
// in a table whose labels are numbered.
func (b *bare) goesOn(leaves []leaf, y float64) bool {
	items, at := 0, false
	for _, l := range leaves {
		if numbered(l.text) {
			items++
		} else if math.Abs(l.mid-y) < 0.3*b.size {
			at = true
		}
	}
	return at && 2*items > len(leaves)
}

// labelAt reports whether a line of a label stands at that height.
func labelAt(leaves []leaf, y, size float64) bool {
	for _, l := range leaves {
		if math.Abs(l.mid-y) < 0.45*size {
			return true
		}
	}
	return false
}

func (b *bare) has(r *bareRow, c int) bool {
	for _, w := range r.figures {
		if b.column(w.centre()) == c {
			return true
		}
	}
	return false
}

// apart reports whether the levels have no column in common.
func (b *bare) apart(x, y *bareRow) bool {
	for _, w := range x.figures {
		if b.has(y, b.column(w.centre())) {
			return false
		}
	}
	return true
}

// under reports whether every figure of x stands in a column in which y has one.
func (b *bare) under(x, y *bareRow) bool {
	for _, w := range x.figures {
		if !w.figure || !b.has(y, b.column(w.centre())) {
			return false
		}
	}
	return len(x.figures) > 0
}

// glue puts the lower figures behind the upper ones of their columns.
func (b *bare) glue(up, down *bareRow, between string) {
	for k := range up.figures {
		w := &up.figures[k]
		for _, d := range down.figures {
			if b.column(w.centre()) == b.column(d.centre()) {
				w.text += between + d.text
			}
		}
	}
}

// narrow reports whether the two figures of every column that both levels have
// would not stand beside each other in it, with some slack to its sides.
func (b *bare) narrow(up, down *bareRow, slack float64) bool {
	for _, u := range up.figures {
		for _, d := range down.figures {
			c := b.column(u.centre())
			if c != b.column(d.centre()) {
				continue
			}
			digit := (d.x1 - d.x0) / float64(max(1, len(d.chars)))
			if u.x1-u.x0+digit+slack*b.size < b.bounds[c+1]-b.bounds[c] {
				return false
			}
		}
	}
	return true
}
