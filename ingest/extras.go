package ingest

import (
	"slices"

	"gongkai/law/annual"
)

// extrasMax bounds the labels that are looked at outside the chain: a table has
// no more than 30.
const extrasMax = 100

// findExtras looks for row labels within the table that the chain left out,
// because they stand there twice or in another order than the form's.
func (rd *reader) findExtras() {
	claimed := map[int]bool{}
	for _, m := range rd.chain.matches {
		rd.bounds = append(rd.bounds, m.from)
		for i := m.from; i < m.to; i++ {
			claimed[i] = true
		}
	}
	rows := rd.chain.rows()
	if len(rows) > 0 && rd.seq.values == nil {
		first, last := rd.chain.matches[rows[0]], rd.chain.matches[rows[len(rows)-1]]
		for i := rd.tableStart(first.from); i < rd.chain.to; i++ {
			if i > last.to && rd.tableEnds(i, last) || len(rd.extras) >= extrasMax {
				break
			}
			if l := rd.rowLabelOf(&rd.tokens[i]); l >= 0 && !claimed[i] {
				rd.extras = append(rd.extras, match{label: l, from: i, to: i + 1, fit: 1})
				rd.bounds = append(rd.bounds, i)
			}
		}
	}
	slices.Sort(rd.bounds)
}

// rowLabelOf returns the row label that a token spells letter for letter and
// nothing else in the table does, or -1.
func (rd *reader) rowLabelOf(t *token) int {
	found := -1
	for _, sp := range rd.seq.spelled(t) {
		if rd.seq.labels[sp.label].kind != rowLabel || found >= 0 && found != sp.label {
			return -1
		}
		found = sp.label
	}
	return found
}

// tableStart goes back from the first row label over the rows of its grid, or
// over labels and figures where there is none.
func (rd *reader) tableStart(at int) int {
	for i := at - 1; i >= rd.chain.from && at-i < 40; i-- {
		t := &rd.tokens[i]
		if t.grid != rd.tokens[at].grid || t.row < 0 && !valueLike(t) && rd.rowLabelOf(t) < 0 {
			return i + 1
		}
	}
	return max(at-40, rd.chain.from)
}

// tableEnds reports whether the token is no longer of the table whose last
// label is given.
func (rd *reader) tableEnds(i int, last match) bool {
	t := &rd.tokens[i]
	if t.grid != rd.tokens[last.from].grid {
		return true
	}
	return i-last.to > 80 || t.row < 0 && t.n > 0 && !valueLike(t) && rd.rowLabelOf(t) < 0
}

// readExtra reads a row that stands out of order, or compares one that stands
// there twice.
func (rd *reader) readExtra(m match) int {
	l := rd.seq.labels[m.label]
	cells := rd.rowsAfter(m, rd.next(m))[0].cells
	if len(cells) == 0 {
		return m.to
	}
	end := cells[len(cells)-1] + 1
	for _, o := range rd.chain.matches {
		if o.label != m.label {
			continue
		}
		other := rd.rowsAfter(o, rd.next(o))[0].cells
		if rd.sameFigures(other, cells, len(l.cells)) && len(other) == len(cells) {
			rd.repair("ROW-TWICE", m.from, rd.rawOf(m.from, m.to)+" "+rd.rawList(cells), l)
			return end
		}
		if rd.anyFigure(cells) {
			rd.withdraw(l.cells)
			rd.undecided(l.cells, m.from, rd.rawList(other)+" / "+rd.rawList(cells), "这一项在表中出现两次，而两次的数字不同，无法确定以哪一次为准")
		}
		return end
	}
	if rd.report.Sources[l.cells[0]].At.IsZero() {
		rd.repair("ROW-MOVED", m.from, rd.rawOf(m.from, m.to), l)
		rd.assign(l, cells)
		rd.chain.matches = append(rd.chain.matches, m) // a third one is compared with it
	}
	return end
}

// withdraw takes back what was said of cells before.
func (rd *reader) withdraw(cells []int) {
	ids := rd.ids(cells)
	rd.report.Undecided = slices.DeleteFunc(rd.report.Undecided, func(u annual.Undecided) bool {
		return slices.ContainsFunc(u.Cells, func(c string) bool { return slices.Contains(ids, c) })
	})
	delete(rd.filled, cells[0])
	rd.glued = slices.DeleteFunc(rd.glued, func(g gluedRow) bool { return g.cells[0] == cells[0] })
}
