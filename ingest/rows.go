package ingest

import (
	"slices"
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// A printedRow is the cells of one printed row, or, where the source has no
// rows, all tokens up to the next label.
type printedRow struct {
	row   int
	junk  []int // text that is neither label nor figure
	cells []int
}

// rowsAfter splits the tokens behind a label into printed rows. The first is
// the label's own.
func (rd *reader) rowsAfter(m match, end int) []printedRow {
	own := rd.tokens[m.to-1].row
	rows := []printedRow{{row: own, cells: make([]int, 0, min(max(end-m.to, 0), 8))}}
	last := end == rd.chain.to // nothing claims the tokens behind the table's last row
	if !last && rd.tokens[end].row != own && rd.tokens[end].row >= 0 {
		for end-1 > m.to && rd.tokens[end-1].row == rd.tokens[end].row {
			end-- // what stands left of the next label in its row is not this label's
		}
	}
	for i := m.to; i < end; i++ {
		t := &rd.tokens[i]
		cur := &rows[len(rows)-1]
		if t.row != cur.row {
			if last && (own >= 0 || len(cur.cells) > 0) && !(own < 0 && t.row >= 0 && len(cur.cells) == 0) && (t.row < 0 || len(rows) > 1) {
				break // but the last row may be broken by a page as any other
			}
			rows = append(rows, printedRow{row: t.row})
			cur = &rows[len(rows)-1]
		}
		if own < 0 && last && len(cur.cells) > 0 && (t.n == 0 || !valueLike(t)) && !(len(rows) == 1 && rd.completes(m, printedRow{junk: []int{i}})) {
			break
		}
		switch {
		case !t.cell() && t.n > 0 && (rd.seq.spelled(t) != nil || !valueLike(t)) && (len(cur.cells) > 0 || len(rows) == 1 && !rd.completes(m, printedRow{junk: []int{i}})):
			rows = append(rows, printedRow{row: t.row, junk: []int{i}}) // other text begins another row
		case rd.seq.spelled(t) != nil:
			cur.junk = append(cur.junk, i)
		case t.cell():
			if t.n > 0 && !valueLike(t) && !rd.anyFigure(cur.cells) {
				cur.junk, cur.cells = append(cur.junk, i), nil // what stood before are placeholders of merged cells
			} else {
				cur.cells = append(cur.cells, i)
			}
		case t.n > 0 && valueLike(t):
			cur.cells = append(cur.cells, i)
		case t.n > 0:
			cur.junk = append(cur.junk, i)
		}
	}
	if n := len(rows); last && own >= 0 && n > 1 {
		if row := rows[n-1]; !rd.completes(m, row) && (len(row.junk) > 0 || len(row.cells) == 0 || rd.tokens[row.cells[0]].grid != rd.tokens[m.from].grid) {
			rows = rows[:n-1]
		}
	}
	return rows
}

// valueLike reports whether a token may be the content of a figure cell.
func valueLike(t *token) bool {
	if t.value == 0 {
		t.value = -1
		if looksLikeValue(t) {
			t.value = 1
		}
	}
	return t.value > 0
}

func looksLikeValue(t *token) bool {
	if t.n == 0 || t.n > 24 {
		return t.n == 0
	}
	if han := hanRunes(t.fold); t.row < 0 && (han > 4 || han > 0 && len(strings.Fields(t.raw)) > 2) {
		return false // a line of text that has figures in it
	}
	if rest := bareLabel(t.fold); rest != t.fold && !strings.ContainsAny(rest, "0123456789") {
		return false // 2.其他 is the beginning of a label
	}
	v := annual.ParseValue(text.Simplify(t.raw), annual.Signed)
	return v.Kind != annual.Text || strings.ContainsAny(t.fold, "0123456789") || isGlued(t.fold) || t.fold == "无" || t.fold == "零"
}

func hasHan(s string) bool {
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			return true
		}
	}
	return false
}

func hanRunes(s string) int {
	n := 0
	for _, r := range s {
		if r >= 0x4e00 && r <= 0x9fff {
			n++
		}
	}
	return n
}

// completed returns the row that carries the rest of a label broken by a page,
// or -1.
func (rd *reader) completed(m match) int {
	rows := rd.rowsAfter(m, rd.next(m))
	for k, row := range rows[1:] {
		if len(row.junk) > 0 && rd.completes(m, row) {
			return k + 1
		}
	}
	return -1
}

func (rd *reader) completes(m match, row printedRow) bool {
	if len(row.junk) == 0 {
		return false
	}
	fold := ""
	for i := m.from; i < m.to; i++ {
		fold += rd.tokens[i].fold
	}
	for _, i := range row.junk {
		fold += rd.tokens[i].fold
		if rd.spells(fold, m.label) {
			return true // what follows is the label of a group
		}
	}
	return false
}

// spells reports whether a folded text is the label.
func (rd *reader) spells(fold string, label int) bool {
	for _, sp := range rd.seq.spellings[fold] {
		if sp.label == label {
			return true
		}
	}
	return false
}

// firstHalf returns the cells above a label that was found by its second half:
// those behind the text that makes it whole.
func (rd *reader) firstHalf(m match) []int {
	fold := ""
	for i := m.from; i < m.to; i++ {
		fold += rd.tokens[i].fold
	}
	if !rd.seq.ends(fold, m.label) {
		return nil
	}
	var cells []int
	for i := m.from - 1; i >= 0 && m.from-i < 40; i-- {
		t := &rd.tokens[i]
		if t.n > 0 && (rd.anyFigure(cells) || !valueLike(t)) && rd.spells(t.fold+fold, m.label) {
			slices.Reverse(cells)
			return cells
		}
		if head := strings.TrimRight(t.fold, "0123456789"); head != "" && head != t.fold && rd.spells(head+fold, m.label) {
			return []int{i} // a line of half a label and its figures
		}
		if !valueLike(t) {
			return nil
		}
		cells = append(cells, i)
	}
	return nil
}

// usualCount is the number of cells, and of figures, of more than half of the
// rows: where every row has one too many or too few, a row that has not is
// spoilt as well.
func (rd *reader) usualCount() (cells, figures int) {
	all, full := map[int]int{}, map[int]int{}
	rows := rd.chain.rows()
	for _, mi := range rows {
		m := rd.chain.matches[mi]
		row := rd.rowsAfter(m, rd.next(m))[0].cells
		n := len(row) - rd.blanks(row)
		all[len(row)]++
		full[n]++
		if 2*all[len(row)] > len(rows) {
			cells = len(row)
		}
		if 2*full[n] > len(rows) {
			figures = n
		}
	}
	if len(rows) < 6 || len(rd.seq.table.Parts) > 1 {
		return 0, 0
	}
	return cells, figures
}

// wholeRow returns the cells from … of a printed row if they are exactly n and
// none is a label: then a word among them is what stands in a figure's place,
// not the rest of a label.
func (rd *reader) wholeRow(from, end, row, n int) []int {
	if row < 0 {
		return nil
	}
	var cells []int
	for i := from; i < end && rd.tokens[i].row == row; i++ {
		if rd.seq.spelled(&rd.tokens[i]) != nil || len(cells) == n {
			return nil
		}
		cells = append(cells, i)
	}
	if len(cells) != n || !rd.anyFigure(cells) {
		return nil
	}
	return cells
}
