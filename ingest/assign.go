package ingest

import (
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// assign puts the cells of a printed row into the form's cells. Labels and
// order decide; where the count does not fit, the row is mended only if there
// is one way to do it.
func (rd *reader) assign(l label, cells []int) {
	n := len(l.cells)
	for len(cells) > n && rd.tokens[cells[len(cells)-1]].n == 0 {
		cells = cells[:len(cells)-1] // empty cells right of the form's columns say nothing
	}
	switch {
	case len(cells) == n:
		rd.put(l, cells)
	case len(cells) > n:
		rd.tooMany(l, cells)
	case len(cells) == 0:
		// No cells at all: the row is missing, which is not the same as blank.
		rd.report.Sources[l.cells[0]].At = annual.Place{}
	default:
		rd.tooFew(l, cells)
	}
}

// put assigns cell by cell, in the order of the header where a grid shows that
// it differs from the form's.
func (rd *reader) put(l label, cells []int) {
	order := rd.columnOrder(l, cells)
	values := make([]annual.Value, len(cells))
	for k, i := range cells {
		to := k
		if order != nil {
			to = order[k]
		}
		values[to] = rd.set(l.cells[to], rd.tokens[i].raw, rd.tokens[i].at)
	}
	rd.filled[l.cells[0]] = values
	if order != nil {
		rd.repair("COLUMN-ORDER", cells[0], rd.rawList(cells), l)
	}
	// A long figure among empty neighbours may be a row whose separators were lost.
	if len(cells) == 1 || rd.seq.table.ID == "t2" {
		return
	}
	nonblank := -1
	for k, i := range cells {
		if rd.tokens[i].n > 0 {
			if nonblank >= 0 {
				return
			}
			nonblank = k
		}
	}
	if nonblank >= 0 && isGlued(rd.tokens[cells[nonblank]].fold) && len(rd.tokens[cells[nonblank]].fold) >= len(l.cells) {
		rd.glue(l, cells)
	}
}

func (rd *reader) set(cell int, raw string, at annual.Place) annual.Value {
	v := annual.ParseValue(raw, rd.report.Form.Cells[cell].Type)
	if text.Fold(raw) == "?" { // what this program prints for a figure that was not read
		v = annual.Value{}
		rd.report.Undecided = append(rd.report.Undecided, annual.Undecided{Cells: rd.ids([]int{cell}), At: at, Raw: raw, Why: "原文此格标“？”，没有数字"})
	}
	rd.report.Values[cell] = v
	rd.report.Sources[cell] = annual.Source{Raw: strings.TrimSpace(strings.Trim(raw, "\u00a0\u3000 ")), At: at}
	return v
}

// columnOrder maps the k-th printed cell to its column by the header above it,
// nil where that is the form's own order or the header cannot tell.
func (rd *reader) columnOrder(l label, cells []int) []int {
	first := &rd.tokens[cells[0]]
	if first.grid < 0 || l.cells == nil || rd.seq.values != nil {
		return nil
	}
	type head struct{ col, from, to int }
	var heads []head
	for _, m := range rd.chain.matches {
		h := rd.seq.labels[m.label]
		if t := &rd.tokens[m.from]; h.kind == headLabel && h.col >= 0 && h.part == l.part && t.grid == first.grid && m.to == m.from+1 {
			heads = append(heads, head{h.col, t.col, t.col + max(t.span, 1)})
		}
	}
	if len(heads) < len(l.cells) {
		return nil
	}
	order := make([]int, len(cells))
	used := make([]bool, len(cells))
	same := true
	for k, i := range cells {
		t := &rd.tokens[i]
		found := -1
		for _, h := range heads {
			if t.col >= h.from && t.col < h.to {
				if found >= 0 && found != h.col {
					return nil
				}
				found = h.col
			}
		}
		if found < 0 || found >= len(used) || used[found] {
			return nil
		}
		used[found] = true
		order[k] = found
		same = same && found == k
	}
	if same {
		return nil
	}
	return order
}

// tooMany handles a row with more cells than the form has.
func (rd *reader) tooMany(l label, cells []int) {
	n := len(l.cells)
	var full []int
	same := true
	for _, i := range cells {
		if rd.tokens[i].n > 0 {
			full = append(full, i)
		}
	}
	for _, i := range full {
		same = same && rd.tokens[i].fold == rd.tokens[full[0]].fold
	}
	switch {
	case len(full) == n:
		rd.repair("EXTRA-CELL", cells[0], rd.rawList(cells), l)
		rd.put(l, full)
	case len(full) > n && same: // whichever is left out, the figures are the same
		rd.repair("EXTRA-FIGURE", cells[0], rd.rawList(cells), l)
		rd.put(l, full[:n])
	case len(full) == 2*n && rd.sameFigures(full[:n], full[n:], n):
		rd.repair("ROW-TWICE", cells[0], rd.rawList(cells), l)
		rd.put(l, full[:n])
	default:
		rd.undecided(l.cells, cells[0], rd.rawList(cells), "这一行的数字比格式多，无法确定多出的是哪一个")
	}
}

// tooFew handles a row with fewer cells: figures inside one cell, separated by
// spaces or by nothing.
func (rd *reader) tooFew(l label, cells []int) {
	var fields []string
	for _, i := range cells {
		fields = append(fields, strings.Fields(rd.tokens[i].raw)...)
	}
	if len(fields) == len(l.cells) && len(cells) < len(fields) {
		values := make([]annual.Value, len(fields))
		for k, f := range fields {
			values[k] = rd.set(l.cells[k], f, rd.tokens[cells[0]].at)
		}
		rd.filled[l.cells[0]] = values
		rd.repair("FIGURES-IN-ONE-CELL", cells[0], rd.rawList(cells), l)
		return
	}
	// One run of digits is a row whose separators were lost. Several runs are a
	// row that lacks a cell: gluing them would invent figures.
	if run := text.Fold(rd.rawList(cells)); len(fields) == 1 && isGlued(run) && len(run) >= len(l.cells) {
		rd.glue(l, cells)
		return
	}
	rd.undecided(l.cells, cells[0], rd.rawList(cells), "这一行的数字比格式少，无法确定缺的是哪一个")
}

func isGlued(fold string) bool {
	for i := 0; i < len(fold); i++ {
		if fold[i] < '0' || fold[i] > '9' {
			return false
		}
	}
	return fold != ""
}

// glue sets a row aside until the others are known.
func (rd *reader) glue(l label, cells []int) {
	var d strings.Builder
	for _, i := range cells {
		d.WriteString(rd.tokens[i].fold)
	}
	for _, c := range l.cells {
		rd.report.Values[c] = annual.Value{}
		rd.report.Sources[c] = annual.Source{Raw: rd.rawList(cells), At: rd.tokens[cells[0]].at}
	}
	delete(rd.filled, l.cells[0])
	rd.glued = append(rd.glued, gluedRow{l.cells, d.String(), rd.rawList(cells), rd.tokens[cells[0]].at})
}
