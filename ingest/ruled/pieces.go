package ruled

import (
	"cmp"
	"math"
	"slices"
)

// A headCell is a cell of the heading: its words and the columns it heads.
type headCell struct {
	from, to int
	mid      float64
	x0, x1   float64
	y0, y1   float64
	text     string
	last     word
}

// headCells puts the words of the heading into cells. A word over several
// columns heads them; the lines over one column are one cell.
func (b *bare) headCells() []headCell {
	ws := slices.Clone(b.heads)
	slices.SortStableFunc(ws, func(x, y word) int {
		if math.Abs(x.mid()-y.mid()) > 0.33*b.size {
			return cmp.Compare(x.mid(), y.mid())
		}
		return cmp.Compare(x.x0, y.x0)
	})
	var out []headCell
	for _, w := range ws {
		from, to := b.column(w.x0+0.2*b.size), b.column(w.x1-0.2*b.size)
		if w.x1 < b.bounds[0] || w.centre() < b.bounds[0] {
			from, to = -1, -1
		}
		to = max(to, from)
		joined := false
		for i := range out {
			c := &out[i]
			if c.from == from && c.to == to && w.mid()-c.last.mid() < 1.55*b.size {
				c.text += joint(c.text, w.text) + w.text
				c.mid = (c.mid + w.mid()) / 2
				c.x0, c.x1, c.y1 = min(c.x0, w.x0), max(c.x1, w.x1), max(c.y1, w.y1)
				c.last = w
				joined = true
				break
			}
		}
		if !joined {
			out = append(out, headCell{from: from, to: to, mid: w.mid(), x0: w.x0, x1: w.x1, y0: w.y0, y1: w.y1, text: w.text, last: w})
		}
	}
	return out
}

// piece writes the table down: the heading, then a row of label and figures
// each. A label of several rows stands as a row of its own before the row at
// its middle.
func (b *bare) piece() *piece {
	n := len(b.cols)
	first := 0 // column of the first figures
	least := b.bounds[0]
	for _, w := range b.words {
		least = min(least, w.x0)
	}
	if len(b.labels) > 0 || len(b.groups) > 0 {
		first = 1
	}
	t := &piece{page: b.page.Number, width: b.page.W}
	if first == 1 {
		t.xs = append(t.xs, min(least, b.bounds[0]-1))
	}
	t.xs = append(t.xs, b.bounds...)
	t.open = &openTable{cols: b.cols, left: least, width: b.page.W}
	b.headRows(t, first)
	rows := slices.Clone(b.rows)
	for _, g := range b.stacks() {
		rows = append(rows, bareRow{mid: g.mid - 0.01, label: g.text, group: true})
	}
	slices.SortStableFunc(rows, func(x, y bareRow) int { return cmp.Compare(x.mid, y.mid) })
	b.doubt(rows)
	bodyRows := 0
	for _, r := range rows {
		if len(r.figures) > 0 {
			bodyRows++
		}
	}
	for _, r := range rows {
		y := len(t.ys)
		t.ys = append(t.ys, r.mid)
		span := len(r.figures) == 0 && (r.group || r.cut || !b.sure)
		if span {
			t.cells = append(t.cells, cell{page: t.page, row: y, col: 0, rows: 1, cols: n + first, text: r.label})
			continue
		}
		texts := make([]string, n)
		for _, w := range b.sorted(r.figures) {
			c := b.column(w.centre())
			if texts[c] != "" {
				texts[c] += "\n"
			}
			texts[c] += w.text
		}
		for _, c := range r.doubtful {
			if texts[c] += "\n？"; texts[c] == "\n？" {
				texts[c] = "？"
			}
		}
		if first == 1 {
			t.cells = append(t.cells, cell{page: t.page, row: y, rows: 1, cols: 1, text: r.label})
		}
		for c, s := range texts {
			switch {
			case r.lost && s != "":
				s = "？"
			case first == 0 && bodyRows > 1 && s != "":
				s = "？" + s // rows whose labels stand elsewhere, as on the page before
			}
			t.cells = append(t.cells, cell{page: t.page, row: y, col: first + c, rows: 1, cols: 1, text: s})
		}
	}
	t.ys = append(t.ys, b.bottom)
	if len(t.xs) < 2 || len(t.ys) < 2 {
		return nil
	}
	return t
}

// doubt marks the figures beside those that have no label: one may be the rest
// of the other.
func (b *bare) doubt(rows []bareRow) {
	for i := range rows {
		if !rows[i].lost {
			continue
		}
		for k := range rows {
			if r := &rows[k]; r.labelled && !r.lost && math.Abs(r.mid-rows[i].mid) < 2.2*b.size {
				for _, w := range rows[i].figures {
					r.doubtful = append(r.doubtful, b.column(w.centre()))
				}
			}
		}
	}
}

// sorted puts words in reading order.
func (b *bare) sorted(ws []word) []word {
	ws = slices.Clone(ws)
	slices.SortStableFunc(ws, func(x, y word) int { return cmp.Compare(x.mid(), y.mid()) })
	return ws
}

// headRows writes the heading: a cell over several columns stands above those
// that it heads, and a column's own cell reaches down to the figures.
func (b *bare) headRows(t *piece, first int) {
	cells := b.headCells()
	slices.SortStableFunc(cells, func(x, y headCell) int { return cmp.Compare(x.mid, y.mid) })
	cells = b.titleRow(t, cells, first)
	b.spread(cells)
	above := len(t.ys)
	depth := make([]int, len(b.cols)) // rows above, by column
	rows := make([]int, len(cells))
	deepest := 0
	for i := range cells {
		c := &cells[i]
		if c.from < 0 {
			continue
		}
		for k := c.from; k <= c.to; k++ {
			rows[i] = max(rows[i], depth[k])
		}
		for k := c.from; k <= c.to; k++ {
			depth[k] = rows[i] + 1
		}
		deepest = max(deepest, rows[i]+1)
	}
	if deepest == 0 {
		return
	}
	used := make([]bool, deepest*(len(b.cols)+first))
	at := func(y, x int) *bool { return &used[y*(len(b.cols)+first)+x] }
	put := func(y, x, h, w int, s string) {
		for r := y; r < y+h; r++ {
			for k := x; k < x+w; k++ {
				*at(r, k) = true
			}
		}
		t.cells = append(t.cells, cell{page: t.page, row: above + y, col: x, rows: h, cols: w, text: s})
	}
	corner := ""
	for i := range cells {
		c := &cells[i]
		if c.from < 0 {
			corner += joint(corner, c.text) + c.text
			continue
		}
		h := 1
		for below := true; below && rows[i]+h < deepest; {
			for k := c.from; k <= c.to; k++ {
				below = below && depth[k] == rows[i]+1
			}
			if below {
				h++
			}
		}
		put(rows[i], c.from+first, h, c.to-c.from+1, c.text)
	}
	if first == 1 {
		put(0, 0, deepest, 1, corner)
	}
	for y := range deepest {
		for x := range len(b.cols) + first {
			if !*at(y, x) {
				put(y, x, 1, 1, "")
			}
		}
	}
	slices.SortStableFunc(t.cells, func(x, y cell) int {
		if x.row != y.row {
			return cmp.Compare(x.row, y.row)
		}
		return cmp.Compare(x.col, y.col)
	})
	for y := range deepest {
		t.ys = append(t.ys, b.top+float64(y)*0.01)
	}
}

// titleRow takes a title that stands alone in the middle over the whole table,
// labels and all, as a row of its own.
func (b *bare) titleRow(t *piece, cells []headCell, first int) []headCell {
	if first == 0 || len(cells) < 3 {
		return cells
	}
	c, least := &cells[0], math.Inf(1)
	for k := range cells[1:] {
		if cells[k+1].y0 < c.y1 {
			return cells // not alone at its height
		}
		least = min(least, cells[k+1].x0)
	}
	for _, w := range b.labels {
		least = min(least, w.x0)
	}
	last := b.cols[len(b.cols)-1]
	corner := (least + b.bounds[0]) / 2
	for k := range cells {
		if cells[k].from < 0 && k > 0 {
			corner = (cells[k].x0 + cells[k].x1) / 2
		}
	}
	centre := (c.x0 + c.x1) / 2
	if math.Abs(centre-(least+last.x1)/2) > 1.5*b.size && math.Abs(centre-(corner+(last.x0+last.x1)/2)/2) > 1.5*b.size {
		return cells
	}
	t.ys = append(t.ys, b.top-0.01)
	t.cells = append(t.cells, cell{page: t.page, row: 0, col: 0, rows: 1, cols: len(b.cols) + 1, text: c.text})
	return cells[1:]
}

// spread gives headings over several columns all that they head. Headings of
// one height share the columns whose own headings stand level, each in the
// middle of its columns.
func (b *bare) spread(cells []headCell) {
	n := len(b.cols)
	lowest := make([]float64, n) // middle of each column's own heading
	for _, c := range cells {
		if c.from >= 0 && c.from == c.to {
			lowest[c.from] = max(lowest[c.from], c.mid)
		}
	}
	done := make([]bool, len(cells))
	for i := range cells {
		c := &cells[i]
		if done[i] || c.from < 0 || !b.over(cells, i) {
			continue
		}
		// The headings at this height, left to right.
		level := []*headCell{}
		alone := true
		for k := range cells {
			o := &cells[k]
			if o.from < 0 || o.y0 > c.y1-0.1*b.size || o.y1 < c.y0+0.1*b.size {
				continue
			}
			alone = alone && k == i
			if k >= i && math.Abs(o.mid-c.mid) < 0.3*b.size && b.over(cells, k) {
				level = append(level, o)
				done[k] = true
			}
		}
		slices.SortFunc(level, func(x, y *headCell) int { return cmp.Compare(x.from, y.from) })
		for len(level) > 0 {
			lo, hi := level[0].from, level[0].to
			same := func(k int) bool {
				return alone || math.Abs(lowest[k]-lowest[(level[0].from+level[0].to)/2]) < 0.35*b.size
			}
			for lo > 0 && same(lo-1) {
				lo--
			}
			for hi < n-1 && same(hi+1) {
				hi++
			}
			k := 1
			for k < len(level) && level[k].to <= hi {
				k++
			}
			b.share(level[:k], lo, hi)
			level = level[k:]
			for len(level) > 0 && level[0].from <= hi {
				level = level[1:]
			}
		}
	}
}

// share divides the columns lo … hi among headings so that each stands in the
// middle of its own; headings that do not, keep what they cover.
func (b *bare) share(level []*headCell, lo, hi int) {
	ends := make([]int, len(level))
	best, bestCost := []int(nil), 0.45*float64(len(level))
	var try func(i, from int, cost float64)
	try = func(i, from int, cost float64) {
		if cost >= bestCost {
			return
		}
		if i == len(level) {
			if from == hi+1 {
				best, bestCost = slices.Clone(ends), cost
			}
			return
		}
		for e := max(from, level[i].to); e <= hi; e++ {
			if from > level[i].from {
				return
			}
			wide := (b.bounds[e+1] - b.bounds[from]) / float64(e-from+1)
			off := math.Abs((b.bounds[from]+b.bounds[e+1])/2-(level[i].x0+level[i].x1)/2) / wide
			ends[i] = e
			try(i+1, e+1, cost+off)
		}
	}
	if len(level) > 6 {
		return
	}
	try(0, lo, 0)
	for i := range best {
		level[i].from = lo
		level[i].to = best[i]
		lo = best[i] + 1
	}
}

// over reports whether the cell stands over others: over several columns, or
// over another heading of its column.
func (b *bare) over(cells []headCell, i int) bool {
	c := &cells[i]
	if c.from < c.to {
		return true
	}
	for k := range cells {
		if o := &cells[k]; k != i && o.from <= c.to && o.to >= c.from && o.mid > c.mid {
			return true
		}
	}
	return false
}

// stacks joins the lines of each label of several rows.
func (b *bare) stacks() []headCell {
	ws := b.sorted(b.groups)
	var out []headCell
	for _, w := range ws {
		joined := false
		for i := range out {
			l := &out[i].last
			if w.mid()-l.mid() < 1.6*b.size && w.mid() > l.mid() && min(w.x1, l.x1)-max(w.x0, l.x0) > 0 {
				out[i].text += joint(out[i].text, w.text) + w.text
				out[i].mid = (out[i].mid + w.mid()) / 2
				out[i].last = w
				joined = true
				break
			}
		}
		if !joined {
			out = append(out, headCell{mid: w.mid(), text: w.text, last: w})
		}
	}
	return out
}
