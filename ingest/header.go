package ingest

import (
	"slices"
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// A header is what a part's printed column labels say about its figures. A row
// has its figures by order only as long as the labels above do not gainsay it:
// with 总计 printed first, or a column of another edition, order is wrong.
type header struct {
	bad   string // why the columns cannot be told, "" if they can
	doubt string // why only a row that vouches for its own order is read, "" if any is
	leafs []leaf // lowest label over each printed column, left to right; nil where the source shows no places
	moved bool   // columns stand in another order, or there are others among them
	grid  int
}

// A leaf is one printed column: the part's column, or -1 for one that the form
// does not have, and the grid columns it covers.
type leaf struct {
	col      int
	from, to int
}

// headToken is a token of the printed header: a label of this part, or -1.
type headToken struct {
	tok    int
	label  int
	placed bool // the chain took it: it stands where the form has it
}

// header reads the labels above a part, once.
func (rd *reader) header(part int) *header {
	if h := rd.headers[part]; h != nil {
		return h
	}
	h := &header{grid: -1}
	rd.headers[part] = h
	printed := rd.headTokens(part)
	if len(printed) == 0 {
		rd.headerRepair("HEADER-MISSING", part, 0, "", "没有列名，按格式的次序读入")
		return h
	}
	first := &rd.tokens[printed[0].tok]
	h.grid = first.grid
	p := &rd.seq.table.Parts[part]
	regular := rd.inOrder(part, printed)
	if h.grid >= 0 {
		h.leafs = rd.leafs(part, printed)
		if mapped := rd.nameLeafs(part, h.leafs, printed, regular); mapped {
			h.moved = !slices.IsSortedFunc(h.leafs, func(a, b leaf) int { return a.col - b.col }) || len(h.leafs) > len(p.Columns)
			return h
		}
		h.leafs = slices.DeleteFunc(h.leafs, func(l leaf) bool { return l.col < 0 })
	}
	if regular || rd.linear(part, printed) {
		return h
	}
	what := "这一部分的列名（" + rd.rawHead(printed) + "）与格式不一致"
	if ok, sure := rd.gaps(part, printed); ok {
		if !sure {
			if !rd.vouched(part) {
				h.bad = what + "，各行的数字又不能由合计验证，无法确定各列是什么"
				return h
			}
			h.doubt = what + "，这一行的数字又不能由合计验证，无法确定各数字属于哪一列"
		}
		rd.headerRepair("HEADER-DIFFERS", part, printed[0].tok, rd.rawHead(printed), "列名有出入，按格式的次序读入")
		return h
	}
	if h.grid < 0 && rd.inPieces(part, printed) && rd.vouched(part) {
		h.doubt = what + "，这一行的数字又不能由合计验证，无法确定各数字属于哪一列"
		rd.headerRepair("HEADER-DIFFERS", part, printed[0].tok, rd.rawHead(printed), "列名断成几行，按格式的次序读入")
		return h
	}
	h.bad = what + "，无法确定各列是什么"
	return h
}

func (rd *reader) headerRepair(code string, part, tok int, was, readAs string) {
	var cells []int
	for _, row := range rd.seq.table.Parts[part].Cells {
		cells = append(cells, row...)
	}
	for _, m := range rd.chain.matches {
		if l := rd.seq.labels[m.label]; tok == 0 && l.kind == rowLabel && l.part == part {
			tok = m.from
			break
		}
	}
	rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: code, At: rd.tokens[tok].at, Was: was, ReadAs: readAs, Cells: rd.ids(cells)})
}

func (rd *reader) rawHead(printed []headToken) string {
	var s []string
	for _, p := range printed {
		s = append(s, strings.TrimSpace(rd.tokens[p.tok].raw))
	}
	if len(s) > 20 {
		s = append(s[:20], "…")
	}
	return strings.Join(s, "、")
}

// headTokens collects the printed labels between a part's beginning and its
// first figures.
func (rd *reader) headTokens(part int) []headToken {
	taken := map[int]int{} // token → label, by the chain
	from, firstHead, end, floor := -1, -1, -1, rd.chain.from
	for _, m := range rd.chain.matches {
		l := &rd.seq.labels[m.label]
		if l.kind == rowLabel && end < 0 {
			if l.part == part {
				end = m.from
			} else {
				floor = m.to
			}
		}
		if l.part != part || end >= 0 {
			continue
		}
		switch l.kind {
		case titleLabel:
			from = m.to
		case headLabel:
			if firstHead < 0 {
				firstHead = m.from
			}
			taken[m.from] = m.label
			for i := m.from + 1; i < m.to; i++ {
				taken[i] = -2 // the rest of a label in several pieces
			}
		}
	}
	if rd.seq.values != nil {
		end = rd.chain.matches[len(rd.chain.matches)-1].to
		for end < rd.chain.to && rd.tokens[end].row >= 0 && rd.tokens[end].row == rd.tokens[end-1].row && !valueLike(&rd.tokens[end]) {
			end++
		}
	}
	if end < 0 {
		return nil
	}
	if from < 0 {
		from = rd.headStart(part, firstHead, end, floor)
	}
	var out []headToken
	first := -1 // recognised label
	for i := from; i < end; i++ {
		t := &rd.tokens[i]
		l, ok := taken[i]
		switch {
		case ok && l == -2, t.n == 0, !ok && valueLike(t), t.n > 40 && !ok:
			continue
		case !ok:
			l = rd.headLabelOf(part, t)
			if l == -2 {
				continue
			}
		}
		if l >= 0 {
			if rd.seq.labels[l].text == rd.seq.table.Parts[part].Corner {
				continue
			}
			if first < 0 {
				first = len(out)
			}
		}
		out = append(out, headToken{i, l, ok})
	}
	return rd.trimHead(out, first)
}

// trimHead drops unknown text before the first recognised label, except in the
// recognised labels' own printed rows.
func (rd *reader) trimHead(out []headToken, first int) []headToken {
	rows := map[int]bool{}
	for _, h := range out {
		if r := rd.tokens[h.tok].row; h.label >= 0 && r >= 0 {
			rows[r] = true
		}
	}
	var keep []headToken
	for i, h := range out {
		if i >= first || rows[rd.tokens[h.tok].row] {
			keep = append(keep, h)
		}
	}
	return keep
}

// headLabelOf returns the part's column label that a token spells, -1 for text
// that is none, -2 for text that belongs to something else.
func (rd *reader) headLabelOf(part int, t *token) int {
	other := false
	for _, sp := range rd.seq.spelled(t) {
		l := &rd.seq.labels[sp.label]
		if l.kind == headLabel && l.part == part {
			return sp.label
		}
		other = other || l.kind != headLabel
	}
	if other || t.fold == text.Fold(rd.seq.table.Parts[part].Corner) {
		return -2
	}
	return -1
}

// headStart goes back from the part's first known label over what stands in
// the same printed row or is a label of some edition too.
func (rd *reader) headStart(part, firstHead, end, floor int) int {
	at := end
	if firstHead >= 0 {
		at = firstHead
	}
	row := -1
	if firstHead >= 0 {
		row = rd.tokens[firstHead].row
	}
	for i := at - 1; i >= floor && end-i < 60; i-- {
		t := &rd.tokens[i]
		inRow := row >= 0 && t.row == row
		switch {
		case t.n == 0 && t.row >= 0:
		case inRow || t.known() && t.n <= 24 && !valueLike(t) && rd.headLabelOf(part, t) != -2:
			at = i
			if t.row >= 0 {
				row = t.row
			}
		default:
			return at
		}
	}
	return at
}

// expected lists the part's header labels in reading order.
func (rd *reader) expected(part int) []int {
	var out []int
	for i, l := range rd.seq.labels {
		if l.kind == headLabel && l.part == part && l.text != rd.seq.table.Parts[part].Corner {
			out = append(out, i)
		}
	}
	return out
}

// inOrder reports whether exactly the form's labels stand in reading order.
func (rd *reader) inOrder(part int, printed []headToken) bool {
	want := rd.expected(part)
	ok := len(want) == len(printed)
	for i, h := range printed {
		ok = ok && h.placed && h.label == want[i]
	}
	return ok
}

// linear reports whether the labels stand in the order of the columns, each
// group before its columns, as a header of one line has them.
func (rd *reader) linear(part int, printed []headToken) bool {
	p := &rd.seq.table.Parts[part]
	var groups, leafs []string
	isLeaf := map[string]bool{}
	for _, c := range p.Columns {
		isLeaf[text.Fold(c.Label())] = true
	}
	for _, h := range printed {
		if h.label < 0 {
			return false
		}
		if s := text.Fold(rd.seq.labels[h.label].text); isLeaf[s] {
			leafs = append(leafs, s)
		} else {
			groups = append(groups, s+":"+string(rune('0'+len(leafs))))
		}
	}
	if len(leafs) != len(p.Columns) {
		return false
	}
	for i, c := range p.Columns {
		if leafs[i] != text.Fold(c.Label()) {
			return false
		}
	}
	if uniqueLeafs(p) {
		return true
	}
	// Labels that repeat mean something by their group only: each group must
	// stand before its first column.
	var want []string
	for i, c := range p.Columns {
		for d := range c.Path[:len(c.Path)-1] {
			if i == 0 || !slices.Equal(p.Columns[i-1].Path[:min(d+1, len(p.Columns[i-1].Path))], c.Path[:d+1]) {
				want = append(want, text.Fold(c.Path[d])+":"+string(rune('0'+i)))
			}
		}
	}
	return slices.Equal(groups, want)
}

func uniqueLeafs(p *annual.Part) bool {
	for _, c := range p.Columns {
		if !uniqueLabel(p, c.Label()) {
			return false
		}
	}
	return true
}

// vouched reports whether the rows of the part have their cells and either add
// up or hold the same in all of them, so that no order can be wrong although a
// label is. A few rows that are broken, or that the organ added up wrongly, do
// not unsay what the others say of themselves, but are not vouched for: a part
// of the rows may stand under columns of another table, where a page cut it.
func (rd *reader) vouched(part int) bool {
	if rd.seq.values != nil {
		return false
	}
	proven, same, bad := 0, 0, 0
	for _, mi := range rd.chain.rows() {
		m := rd.chain.matches[mi]
		l := rd.seq.labels[m.label]
		if l.part != part {
			continue
		}
		cells := rd.rowsAfter(m, rd.next(m))[0].cells
		switch {
		case len(cells) != len(l.cells) || len(cells) == 1:
			bad++
		case rd.alike(cells):
			same++
		case rd.checks(l, cells):
			proven++
		default:
			bad++
		}
	}
	return bad == 0 || proven >= 3 && 4*bad <= proven+same
}

// alike reports whether the cells of a row all hold the same.
func (rd *reader) alike(cells []int) bool {
	for _, i := range cells {
		if rd.tokens[i].fold != rd.tokens[cells[0]].fold {
			return false
		}
	}
	return true
}

// gaps lets a header pass whose known labels stand in order, where labels are
// misprinted or left out, or where one is added; not where one is added and
// another left out elsewhere, because then every figure between would be a
// wrong one. It is not sure where a label is left out or added, or another word
// stands in its place.
func (rd *reader) gaps(part int, printed []headToken) (ok, sure bool) {
	want := rd.expected(part)
	found, at, missing, added := 0, 0, 0, 0
	sure = true
	var open []headToken // unknown labels since the last known one
	settle := func(upTo int) {
		lack := want[at:upTo]
		if len(open) > len(lack) {
			added += len(open) - len(lack)
		}
		if len(open) == len(lack) {
			for k, h := range open {
				sure = sure && similar(rd.tokens[h.tok].fold, text.Fold(rd.seq.labels[lack[k]].text))
			}
		} else {
			missing += len(lack)
		}
		open = nil
	}
	for _, h := range printed {
		if h.label < 0 {
			open = append(open, h)
			continue
		}
		k := slices.Index(want[at:], h.label)
		if !h.placed || k < 0 {
			return false, false
		}
		settle(at + k)
		at += k + 1
		found++
	}
	settle(len(want))
	if missing > 0 && added > 0 || 2*found < len(want) {
		return false, false
	}
	return true, sure && missing == 0 && added == 0
}

// similar reports whether two labels differ in no more than half of their
// characters; of two characters one says nothing: 小计 is not 总计.
func similar(a, b string) bool {
	x, y := []rune(a), []rune(b)
	n := max(len(x), len(y))
	return n > 2 && 2*text.DistanceRunes(x, y, n) <= n
}
