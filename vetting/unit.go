package vetting

import (
	"sort"
	"strings"
	"unicode"

	"gongkai/rich"
	"gongkai/text"
)

// A unit is what rules look at: a piece, or one cell of a row that is apart by
// tabs.
type unit struct {
	piece int
	shift int // runes of the piece before it
	text  []rune
	flat  []rune  // folded, without spaces and what cannot be seen
	at    []int32 // place in text of each rune of flat
	head  string  // folded label of its column
	table *table
	row   int
}

// A table is what is known of the cells around one.
type table struct {
	person, staff, aged bool // lists persons; by their office; with their age
	cols                map[string]int
	folded              map[string]string // labels as they are written → folded
	heads               map[string]int    // label → unit of the cell that has it
	last, row           int
	name, nameRow       int // unit of the name in the present row
}

// split makes units of the pieces and finds tables: cells with a label that
// follow each other, or lines with tabs that do.
func (s *scan) split() {
	s.cut = len(s.pieces)
	var t *table              // of cells with labels
	var tabs *table           // of lines with tabs
	var byPlace []string      // its labels
	heads := map[string]int{} // cells without a label that may be heads
	field, total := "", 0
	for i, p := range s.pieces {
		r := []rune(p.Text)
		if total += len(r); total > MaxRunes {
			s.cut = i
			break
		}
		if p.Field != field {
			t, tabs, heads, field = nil, nil, map[string]int{}, p.Field
		}
		if p.Field == "title" && childWord(p.Text) {
			s.children = true
		}
		if p.Column != "" {
			if tabs = nil; t == nil {
				t, heads = newTable(heads), map[string]int{}
			}
			s.cellUnit(i, 0, r, p.Column, t)
			continue
		}
		t = nil
		if !strings.ContainsRune(p.Text, '\t') {
			tabs = nil
			if len(heads) < 200 && len(p.Text) <= 120 {
				heads[flatten(p.Text)] = len(s.units)
			}
			s.units = append(s.units, unit{piece: i, text: r})
			continue
		}
		first := tabs == nil
		if first {
			tabs, byPlace = newTable(map[string]int{}), nil
		}
		col, from := 0, 0
		for k := 0; k <= len(r); k++ {
			if k < len(r) && r[k] != '\t' {
				continue
			}
			switch {
			case first:
				h := flatten(string(r[from:k]))
				tabs.heads[h] = len(s.units)
				byPlace = append(byPlace, h)
				s.units = append(s.units, unit{piece: i, shift: from, text: r[from:k]})
			case col < len(byPlace) && byPlace[col] != "":
				s.cellUnit(i, from, r[from:k], byPlace[col], tabs)
			default:
				s.units = append(s.units, unit{piece: i, shift: from, text: r[from:k]})
			}
			col, from = col+1, k+1
		}
	}
}

func newTable(heads map[string]int) *table {
	return &table{cols: map[string]int{}, folded: map[string]string{}, heads: heads, last: -1, name: -1}
}

// cellUnit adds a cell; a label that came before in the row begins a new row.
func (s *scan) cellUnit(piece, shift int, r []rune, column string, t *table) {
	h, met := t.folded[column]
	if !met {
		h = flatten(column)
		t.folded[column] = h
	}
	col, known := t.cols[h]
	if !known {
		col = len(t.cols)
		t.cols[h] = col
		t.person = t.person || isPersonHead(h)
		t.staff = t.staff || has(h, "职务", "职位", "科室", "部门", "岗位", "办公", "工作单位", "窗口")
		t.aged = t.aged || has(h, "年龄", "出生")
	}
	if col <= t.last {
		t.row++
	}
	t.last = col
	s.units = append(s.units, unit{piece: piece, shift: shift, text: r, head: h, table: t, row: t.row})
}

// fold fills flat and at of a unit.
func (s *scan) fold(i int) {
	u := &s.units[i]
	u.flat, u.at = make([]rune, 0, len(u.text)), make([]int32, 0, len(u.text))
	for k, r := range u.text {
		if r = foldRune(r); r >= 0 {
			u.flat, u.at = append(u.flat, r), append(u.at, int32(k))
		}
	}
}

// foldRune folds width, case and 繁简; -1 for spaces and what cannot be seen. A
// line break stays: words do not go over it.
func foldRune(r rune) rune {
	switch {
	case r == '\n':
		return r
	case r > ' ' && r < 0x7f:
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case r >= 0xff01 && r <= 0xff5e:
		return foldRune(r - 0xfee0)
	case r >= 0x3400 && r <= 0x9fff:
		return text.FoldRune(r)
	case r <= ' ', unseen(r), unicode.IsSpace(r):
		return -1
	}
	return r
}

// unseen are characters that a reader does not see.
func unseen(r rune) bool {
	switch {
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff, r >= 0xe0000 && r <= 0xe007f:
		return true
	}
	return r < ' ' && r != '\n' && r != '\t' && r != '\r'
}

func flatten(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r = foldRune(r); r >= 0 && r != '\n' {
			b.WriteRune(r)
		}
		if b.Len() > 120 {
			break // a label is short
		}
	}
	return b.String()
}

// place is the index in flat of the first rune at or after k of the text.
func (u *unit) place(k int) int {
	return sort.Search(len(u.at), func(i int) bool { return int(u.at[i]) >= k })
}

// before is what stands before k of the text, folded, at most n runes and not
// over the end of a sentence.
func (u *unit) before(k, n int) string {
	to := u.place(k)
	from := to
	for from > 0 && to-from < n && !strings.ContainsRune("。；;\n", u.flat[from-1]) {
		from--
	}
	return string(u.flat[from:to])
}

// span is the place in the text of flat's runes from … to.
func (u *unit) span(from, to int) (int, int) { return int(u.at[from]), int(u.at[to-1]) + 1 }

func has(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// lastOf is where the last of the words begins in s, or -1, in bytes.
func lastOf(s string, words ...string) int {
	at := -1
	for _, w := range words {
		at = max(at, strings.LastIndex(s, w))
	}
	return at
}

func trimmed(r []rune) []rune {
	from, to := 0, len(r)
	for from < to && foldRune(r[from]) < 0 {
		from++
	}
	for to > from && (foldRune(r[to-1]) < 0 || r[to-1] == '\n') {
		to--
	}
	return r[from:to]
}

// labels is the label over each cell of a table, by row and place in the row. A
// first row of one cell is a caption; under a head that spans columns the next
// row is head too.
func labels(x rich.Block) [][]string {
	out := make([][]string, len(x.Rows))
	var heads []string
	top := 0
	for top < len(x.Rows)-1 && top < 3 && len(x.Rows[top].Cells) <= 1 {
		top++
	}
	last := top
	if top < len(x.Rows) {
		for _, c := range x.Rows[top].Cells {
			if c.ColSpan > 1 && top+1 < len(x.Rows) {
				last = top + 1
			}
		}
	}
	covered := map[int]int{} // column → rows it is still covered from above
	for r, row := range x.Rows {
		out[r] = make([]string, len(row.Cells))
		col := 0
		for c, cell := range row.Cells {
			for covered[col] > 0 {
				covered[col]--
				col++
			}
			said := ""
			for _, sp := range cell.Spans {
				said += sp.Text
			}
			if r > last && col < len(heads) {
				out[r][c] = heads[col]
			}
			for range min(max(cell.ColSpan, 1), 200) {
				if r >= top && r <= last {
					for len(heads) <= col {
						heads = append(heads, "")
					}
					if said != "" {
						heads[col] = said
					}
				}
				if cell.RowSpan > 1 {
					covered[col] = cell.RowSpan - 1
				}
				col++
			}
		}
		for ; covered[col] > 0; col++ {
			covered[col]--
		}
	}
	return out
}
