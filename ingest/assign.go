package ingest

import (
	"slices"
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// assign puts the cells of a printed row into the form's cells. Labels and
// order decide; where the count does not fit, the row is mended only if there
// is one way to do it.
func (rd *reader) assign(l label, cells []int) {
	n := len(l.cells)
	if len(cells) == 0 {
		// No cells at all: the row is missing, which is not the same as blank.
		rd.report.Sources[l.cells[0]].At = annual.Place{}
		return
	}
	h := rd.header(l.part)
	if h.bad != "" {
		rd.undecided(l.cells, cells[0], rd.rawList(cells), h.bad)
		return
	}
	if h.doubt != "" && (len(cells) != n || !rd.alike(cells) && !rd.checks(l, cells)) {
		rd.undecided(l.cells, cells[0], rd.rawList(cells), h.doubt)
		return
	}
	if len(cells)-rd.blanks(cells) == n && rd.usualFigures > n || len(cells) == n && rd.usualCells > 0 && rd.usualCells < n {
		rd.undecided(l.cells, cells[0], rd.rawList(cells), "表中其他各行的数字比格式多或少，这一行却不是，无法确定各数字属于哪一列")
		return
	}
	leafs := rd.columnsAt(h, l.part, rd.tokens[cells[0]].grid)
	if under := rd.fit(leafs, cells, n); under != nil {
		if h.moved && !rd.adds(l, under) {
			rd.undecided(l.cells, cells[0], rd.rawList(cells), "列名的次序与格式不同，按列名读入又不合勾稽关系，无法确定各数字属于哪一列")
			return
		}
		if h.moved {
			rd.repair("COLUMN-ORDER", cells[0], rd.rawList(cells), l)
		}
		rd.put(l, under)
		return
	}
	cells = rd.trimRight(cells, n)
	switch {
	case h.moved:
		rd.byOrdinal(l, h, cells)
	case len(cells) == n && (rd.shifted(leafs, cells) || rd.usualCells > n && rd.blanks(cells) > 0 && rd.anyFigure(cells)):
		rd.undecided(l.cells, cells[0], rd.rawList(cells), "这一行的单元格与列名没有对齐，无法确定各数字属于哪一列")
	case len(cells) == n:
		rd.put(l, cells)
	case len(cells) > n:
		rd.tooMany(l, cells)
	default:
		rd.tooFew(l, cells)
	}
}

// trimRight drops the empty cells right of the form's columns, which say
// nothing; not where the row begins with one too: then either may be the one
// too many.
func (rd *reader) trimRight(cells []int, n int) []int {
	if rd.tokens[cells[0]].n == 0 && rd.anyFigure(cells) {
		return cells
	}
	for len(cells) > n && rd.tokens[cells[len(cells)-1]].n == 0 {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// shifted reports whether the cells of a row do not stand under their columns
// although one of them is empty, so that the empty one may be the place of a
// merged label and a figure may be lacking. A row of figures only may stand
// aside as a whole.
func (rd *reader) shifted(leafs []leaf, cells []int) bool {
	if len(leafs) == 0 || rd.tokens[cells[0]].grid < 0 || rd.blanks(cells) == 0 || !rd.anyFigure(cells) {
		return false
	}
	aside := 0
	for k, lf := range leafs {
		if lf.col < 0 || lf.col >= len(cells) {
			continue
		}
		t := &rd.tokens[cells[lf.col]]
		by := 0
		if t.col >= lf.to || lf.from >= t.col+max(t.span, 1) {
			by = t.col - lf.from
		}
		if k > 0 && by != aside {
			return true
		}
		aside = by
	}
	return aside < 0 && rd.tokens[cells[0]].n == 0
}

// checks reports whether the row is all figures and an identity within it
// vouches for their order.
func (rd *reader) checks(l label, cells []int) bool {
	for k, i := range cells {
		if !annual.ParseValue(rd.tokens[i].raw, rd.report.Form.Cells[l.cells[k]].Type).Known() {
			return false
		}
	}
	return len(cells) > 3 && rd.adds(l, cells)
}

// byOrdinal reads a row without places under a header in another order.
func (rd *reader) byOrdinal(l label, h *header, cells []int) {
	ok := len(cells) == len(h.leafs)
	for _, i := range cells {
		ok = ok && rd.tokens[i].n > 0
	}
	if !ok {
		rd.undecided(l.cells, cells[0], rd.rawList(cells), "列名的次序与格式不同，这一行的数字又对不上列名，无法确定各数字属于哪一列")
		return
	}
	under := make([]int, len(l.cells))
	for k, lf := range h.leafs {
		if lf.col >= 0 {
			under[lf.col] = cells[k]
		}
	}
	rd.repair("COLUMN-ORDER", cells[0], rd.rawList(cells), l)
	rd.put(l, under)
}

// put assigns cell by cell.
func (rd *reader) put(l label, cells []int) {
	values := make([]annual.Value, len(cells))
	joined := slices.ContainsFunc(cells, func(i int) bool { return leadingZero(rd.tokens[i].fold) })
	for k, i := range cells {
		values[k] = rd.set(l.cells[k], rd.tokens[i].raw, rd.tokens[i].at)
		// What ran two figures together in one cell did so in its neighbours.
		if fold := rd.tokens[i].fold; joined && len(fold) > 1 && isGlued(fold) && !leadingZero(fold) {
			values[k] = annual.Value{}
			rd.undecided(l.cells[k:k+1], i, rd.tokens[i].raw, "同一行有数字以 0 开头，可能是两行的数字连写，无法确定")
		}
	}
	rd.filled[l.cells[0]] = values
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
	v := annual.ParseValue(text.Simplify(raw), rd.report.Form.Cells[cell].Type) // 不適用
	why := ""
	switch fold := text.Fold(raw); {
	case fold == "?": // what this program prints for a figure that was not read
		why = "原文此格标“？”，没有数字"
	case leadingZero(fold):
		why = "数字以 0 开头，可能是两个数字连写，无法确定"
	}
	if why != "" {
		v = annual.Value{}
		rd.report.Undecided = append(rd.report.Undecided, annual.Undecided{Cells: rd.ids([]int{cell}), At: at, Raw: raw, Why: why})
	}
	rd.report.Values[cell] = v
	rd.report.Sources[cell] = annual.Source{Raw: strings.TrimSpace(strings.Trim(raw, "\u00a0\u3000 ")), At: at}
	return v
}

// leadingZero reports whether digits begin with a 0 that no count begins with.
func leadingZero(fold string) bool { return len(fold) > 1 && fold[0] == '0' && isGlued(fold) }

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
	case len(full) == n && rd.adds(l, full): // an empty cell too many
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

// adds reports whether figures satisfy the identities that hold within a row:
// a row in which a cell is too many and another is empty does not.
func (rd *reader) adds(l label, cells []int) bool {
	values := make([]annual.Value, len(cells))
	for k, i := range cells {
		values[k] = annual.ParseValue(rd.tokens[i].raw, rd.report.Form.Cells[l.cells[k]].Type)
	}
	return addsUp(rd.report.Form, l.cells, values)
}

func addsUp(f *annual.Form, cells []int, values []annual.Value) bool {
	sum := func(side []int) (n int64, inside bool) {
		for _, c := range side {
			k := slices.Index(cells, c)
			if k < 0 || !values[k].Known() {
				return 0, false
			}
			n += values[k].N
		}
		return n, true
	}
	for _, id := range f.Identities {
		left, a := sum(id.Left)
		right, b := sum(id.Right)
		if a && b && id.Op == annual.Equal && left != right {
			return false
		}
	}
	return true
}

// tooFew handles a row with fewer cells: figures inside one cell, separated by
// spaces or by nothing.
func (rd *reader) tooFew(l label, cells []int) {
	var fields []string
	for _, i := range cells {
		fields = append(fields, strings.Fields(rd.tokens[i].raw)...)
	}
	blanks := rd.blanks(cells)
	if len(fields) == len(l.cells) && len(cells) < len(fields) && (blanks == 0 || len(cells) == blanks+1) {
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

// blanks counts empty cells.
func (rd *reader) blanks(cells []int) int {
	n := 0
	for _, i := range cells {
		if rd.tokens[i].n == 0 {
			n++
		}
	}
	return n
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
