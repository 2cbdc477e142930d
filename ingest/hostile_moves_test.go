package ingest

import (
	"slices"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// headAt finds the header cell over the k-th column of 表三.
func headAt(h *hostile, rows *[]hrow, k int) (y, x int) {
	p := &h.want.Form.Table("t3").Parts[0]
	want := p.Columns[k].Label()
	for y, row := range *rows {
		if firstFigure(row) >= 0 {
			break
		}
		for x, c := range row {
			if c.head && c.text == want {
				return y, x
			}
		}
	}
	return -1, -1
}

func dropHead(h *hostile, rows *[]hrow, k int) {
	if rows != h.tables["t3"] {
		return
	}
	y, x := headAt(h, rows, k)
	if y < 0 {
		return
	}
	(*rows)[y] = without((*rows)[y], x)
	if y == 2 && len(*rows) > 2 { // the group above is narrower
		widen(rows, -1)
	}
	if len((*rows)[0]) > 1 {
		(*rows)[0] = append(hrow(nil), (*rows)[0]...)
		(*rows)[0][1].cs--
	}
}

// widen changes the width of 法人或其他组织.
func widen(rows *[]hrow, by int) {
	for x, c := range (*rows)[1] {
		if c.text == "法人或其他组织" {
			(*rows)[1] = append(hrow(nil), (*rows)[1]...)
			(*rows)[1][x].cs += by
		}
	}
}

// addHead adds a header cell over a new k-th column of 表三.
func addHead(rows *[]hrow, k int, text string) {
	if len(*rows) < 3 || len((*rows)[1]) < 2 || len((*rows)[0]) < 2 {
		return
	}
	c := hcell{text: text, rs: 2, cs: 1, cell: -1, head: true}
	switch {
	case k == 0:
		(*rows)[1] = with((*rows)[1], 0, c)
	case k >= 6:
		(*rows)[1] = with((*rows)[1], min(k-4, len((*rows)[1])), c)
	default:
		c.rs = 1
		(*rows)[2] = with((*rows)[2], min(k-1, len((*rows)[2])), c)
		widen(rows, 1)
	}
	(*rows)[0] = append(hrow(nil), (*rows)[0]...)
	(*rows)[0][1].cs++
}

// moveColumn moves a column with its header: 总计 before everything, or one of
// the five kinds of organisation among the others.
func moveColumn(h *hostile, rows *[]hrow, from, to int) {
	y, x := headAt(h, rows, from)
	y2, x2 := headAt(h, rows, to)
	if y < 0 || y2 != y {
		return
	}
	move := func(row hrow, from, to int) hrow {
		c := row[from]
		row = without(row, from)
		return with(row, to, c)
	}
	(*rows)[y] = move((*rows)[y], x, x2)
	for i, row := range *rows {
		if f := figureCells(row); len(f) == 7 && f[6]-f[0] == 6 {
			(*rows)[i] = move(row, f[from], f[to])
		} else if len(f) > 0 { // a row that was spoilt before
			for _, k := range f {
				h.doubt(row[k].cell)
			}
		}
	}
}

// litigationFirst puts 行政诉讼 left of 行政复议.
func litigationFirst(h *hostile) {
	rows := h.tables["t4"]
	if len(*rows) < 4 || len((*rows)[0]) < 2 {
		return
	}
	for y, n := range []int{1, 5, 0, 5} {
		row := (*rows)[y]
		if y == 1 { // 未经复议直接起诉, 复议后起诉 stand behind the five of 行政复议
			(*rows)[1] = row
			continue
		}
		if n == 0 || len(row) <= n {
			continue
		}
		(*rows)[y] = append(append(hrow(nil), row[n:]...), row[:n]...)
	}
	// The five labels below 行政复议 reach down two rows; they move to the end.
	if row := (*rows)[1]; len(row) == 7 {
		(*rows)[1] = append(append(hrow(nil), row[5:]...), row[:5]...)
	}
}

func moveRow(t *rapid.T, h *hostile, by int) {
	rows, i := h.drawRow(t, "t2", "t3")
	if i < 0 {
		return
	}
	j := i + by
	if j >= len(*rows) || firstFigure((*rows)[j]) < 0 || labelAt((*rows)[i]) < 0 || labelAt((*rows)[j]) < 0 {
		return
	}
	for _, c := range (*rows)[i] { // only rows of one part: the part gives the label its meaning
		if c.cell >= 0 && h.want.Form.Cells[c.cell].Part != partOfRow(h, (*rows)[j]) {
			return
		}
	}
	tail := func(y int) hrow { return (*rows)[y][labelAt((*rows)[y]):] }
	for y := i; y <= j; y++ {
		if labelAt((*rows)[y]) < 0 {
			return
		}
	}
	row := append(hrow(nil), tail(i)...)
	for y := i; y < j; y++ {
		next := tail(y + 1)
		(*rows)[y] = append(append(hrow(nil), (*rows)[y][:max(labelAt((*rows)[y]), 0)]...), next...)
	}
	(*rows)[j] = append(append(hrow(nil), (*rows)[j][:max(labelAt((*rows)[j]), 0)]...), row...)
}

func partOfRow(h *hostile, row hrow) int {
	for _, c := range row {
		if c.cell >= 0 {
			return h.want.Form.Cells[c.cell].Part
		}
	}
	return -1
}

// exchangeLabels prints two labels at each other's rows: a person reads by
// label, so the figures change places.
func exchangeLabels(t *rapid.T, h *hostile) {
	rows, figures := h.drawTable(t, "t2", "t3")
	if len(figures) < 2 {
		return
	}
	k := rapid.IntRange(0, len(figures)-2).Draw(t, "row")
	i, j := figures[k], figures[k+1]
	a, b := (*rows)[i], (*rows)[j]
	fa, fb := figureCells(a), figureCells(b)
	if labelAt(a) < 0 || labelAt(b) < 0 || len(fa) != len(fb) || partOfRow(h, a) != partOfRow(h, b) {
		return
	}
	(*rows)[i], (*rows)[j] = append(hrow(nil), a...), append(hrow(nil), b...)
	(*rows)[i][labelAt(a)].text, (*rows)[j][labelAt(b)].text = b[labelAt(b)].text, a[labelAt(a)].text
	for n := range fa {
		ca, cb := a[fa[n]].cell, b[fb[n]].cell
		(*rows)[i][fa[n]].cell, (*rows)[j][fb[n]].cell = cb, ca
		va := h.want.Values[ca]
		h.want.Values[ca], h.want.Values[cb] = h.want.Values[cb], va
	}
}

// breakRow breaks a row over a page: the label is cut, the halves hold blanks,
// the same figures again, other figures, or some of them each.
func breakRow(t *rapid.T, h *hostile) {
	rows, i := h.drawRow(t, "t2", "t3")
	if i < 0 || labelAt((*rows)[i]) < 0 {
		return
	}
	row := (*rows)[i]
	k := labelAt(row)
	r := []rune(row[k].text)
	cut := rapid.IntRange(0, len(r)).Draw(t, "cut")
	half := append(hrow(nil), row[k:]...)
	row[k].text, half[0].text = string(r[:cut]), string(r[cut:])
	how := rapid.IntRange(0, 4).Draw(t, "halves")
	at := rapid.IntRange(0, len(half)).Draw(t, "from")
	for x := 1; x < len(half); x++ {
		if half[x].cell < 0 {
			continue
		}
		switch {
		case how == 0, how == 3 && x < at:
			half[x].text = ""
		case how == 1, how == 3:
			row[k+x].text = ""
		case how == 4:
			half[x].text += "3"
			switch cut { // the half that has the label is the row
			case len(r):
			case 0:
				h.want.Values[half[x].cell] = annual.ParseValue(half[x].text, h.want.Form.Cells[half[x].cell].Type)
			default:
				h.doubt(half[x].cell)
			}
		}
	}
	insRow(rows, i+1, half)
}

// cutTable cuts a table in two where its page ends.
func cutTable(t *rapid.T, h *hostile, note string) {
	id := rapid.SampledFrom([]string{"t2", "t3"}).Draw(t, "table")
	rows, figures := h.drawTable(t, id)
	if len(figures) == 0 {
		return
	}
	at := h.place(id)
	i := rapid.SampledFrom(figures).Draw(t, "row")
	rest := slices.Clone((*rows)[i:])
	*rows = slices.Clone((*rows)[:i])
	items := []hitem{{table: &rest}}
	if note != "" {
		items = append([]hitem{{text: note}}, items...)
	}
	h.insert(at+1, items...)
}
