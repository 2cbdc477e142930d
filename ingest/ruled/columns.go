package ruled

import (
	"cmp"
	"math"
	"slices"
)

// bare is a table without rules, or with rules in one direction, being taken
// apart.
type bare struct {
	page        *Page
	size        float64 // of most type
	words       []word
	h, v        []edge
	top, bottom float64
	// Nothing stands above or below the table on its page.
	cutTop, cutBottom bool

	heads  []word // above the first figures
	labels []word // left of the figures
	body   []word // in the columns of figures
	cols   []run  // extents of the columns of figures, headings included
	bounds []float64
	start  float64 // left end of what may head a column
	rows   []bareRow
	groups []word // labels of several rows
	sure   bool   // every row of figures has its label
}

// columns finds the columns of figures: figures that stand under each other,
// and leaves of the heading over a column that is blank.
func (b *bare) columns(hint *openTable) bool {
	var figs []word
	for _, w := range b.words {
		if w.figure {
			figs = append(figs, w)
		}
	}
	levels := b.levels(figs)
	if len(levels) == 0 {
		return false
	}
	first := levels[0]
	b.cols = overlapping(figs)
	if len(b.cols) == 0 {
		return false
	}
	if hint != nil {
		b.take(hint)
	}
	left := b.cols[0].x0
	b.partWords(left, first)
	b.fromHeads()
	most := map[int]int{}
	for _, w := range figs {
		most[b.column(w.centre())]++
	}
	full := 0
	for _, n := range most {
		if n >= 2 {
			full++
		}
	}
	// Without rules only figures under each other tell a table from text; a few
	// rows are a table if every column has its heading.
	switch {
	case len(b.cols) > 40:
		return false
	case len(levels) > 2:
		return full > 0
	case len(levels) == 2 && full >= 2 && hint != nil:
		return true
	}
	return b.headed()
}

// headed reports whether every column, that of the labels too, has a heading of
// its own.
func (b *bare) headed() bool {
	corner := len(b.labels) == 0
	over := make([]bool, len(b.cols))
	for _, h := range b.heads {
		switch {
		case h.x0 <= b.start:
			corner = true
		case h.centre() > b.bounds[0]:
			over[b.column(h.centre())] = true
		}
	}
	for _, o := range over {
		corner = corner && o
	}
	return corner && (len(b.labels) > 0 || len(b.cols) >= 8)
}

// levels are the middles of the lines of figures.
func (b *bare) levels(figs []word) []float64 {
	var ys []float64
	for _, w := range figs {
		ys = append(ys, w.mid())
	}
	return cluster(ys, 0.4*b.size)
}

// overlapping joins words that overlap across into columns.
func overlapping(ws []word) []run {
	spans := make([]run, 0, len(ws))
	for _, w := range ws {
		spans = append(spans, run{x0: w.x0, x1: w.x1})
	}
	slices.SortFunc(spans, func(a, b run) int { return cmp.Compare(a.x0, b.x0) })
	var cols []run
	for _, s := range spans {
		if n := len(cols); n > 0 && s.x0 < cols[n-1].x1-0.5 {
			cols[n-1].x1 = max(cols[n-1].x1, s.x1)
			continue
		}
		cols = append(cols, s)
	}
	return cols
}

// take adds the columns of the page before that no figure stands in, if all
// figures stand in its columns.
func (b *bare) take(o *openTable) {
	for shift := range 2 {
		d := 0.0
		if shift == 1 {
			d = b.cols[len(b.cols)-1].x1 - o.cols[len(o.cols)-1].x1
		}
		used := make([]bool, len(o.cols))
		fit := true
		for _, c := range b.cols {
			n := 0
			for i, x := range o.cols {
				if min(c.x1, x.x1+d)-max(c.x0, x.x0+d) > 0 {
					n++
					used[i] = true
				}
			}
			fit = fit && n == 1
		}
		if !fit {
			continue
		}
		for i, x := range o.cols {
			if !used[i] {
				b.cols = append(b.cols, run{x0: x.x0 + d, x1: x.x1 + d})
			}
		}
		slices.SortFunc(b.cols, func(a, c run) int { return cmp.Compare(a.x0, c.x0) })
		return
	}
}

// partWords tells headings, labels and the content of the columns apart.
func (b *bare) partWords(left, first float64) {
	beside := math.Inf(-1) // right end of the labels
	for _, w := range b.words {
		if !w.figure && w.mid() > first-0.6*b.size && w.x1 < left {
			beside = max(beside, w.x1)
		}
	}
	// Headings of columns left of the first figures: those columns are blank.
	start := left - 3*b.size
	if !math.IsInf(beside, -1) {
		start = min(start, beside-0.3*b.size)
	}
	lowest := math.Inf(-1) // of the headings over the figures
	for _, w := range b.words {
		if w.mid() < first-0.5*b.size && w.x0 > start {
			lowest = max(lowest, w.y1)
		}
	}
	for _, w := range b.words {
		switch {
		case w.mid() < first-0.5*b.size && (w.x0 > start || w.mid() < lowest):
			b.heads = append(b.heads, w)
		case w.centre() > left-0.5*b.size && (w.figure || w.x0 > left-3*b.size):
			b.body = append(b.body, w)
		default:
			b.labels = append(b.labels, w)
		}
	}
	var parted []word
	for i := range b.heads {
		parted = append(parted, b.heads[i].parts(0.35)...)
	}
	b.heads = parted
	b.start = start
}

// fromHeads adds columns that only the heading shows and widens the others to
// their own headings.
func (b *bare) fromHeads() {
	own := b.headColumns(nil)
	if len(own) == len(b.cols) {
		// Each column has its heading, though figures set to one side may not
		// stand under it.
		for i, h := range own {
			c := &b.cols[i]
			c.x0, c.x1 = min(c.x0, h.x0), max(c.x1, h.x1)
		}
	} else {
		b.cols = b.headColumns(b.cols)
	}
	b.edgesOf()
}

// headColumns widens columns to their own headings, and adds those headings
// that stand over none. It goes upwards: what lies over several columns, or
// apart from a column's heading, heads them together.
func (b *bare) headColumns(cols []run) []run {
	cols = slices.Clone(cols)
	hs := slices.Clone(b.heads)
	slices.SortStableFunc(hs, func(x, y word) int { return cmp.Compare(y.mid(), x.mid()) })
	tops := make([]float64, len(cols)) // of the headings taken in, 0 if none
	for _, h := range hs {
		if h.x0 <= b.start {
			continue // the corner, over the labels
		}
		n, at := 0, 0
		for i, c := range cols {
			if min(h.x1, c.x1)-max(h.x0, c.x0) > 0.1*b.size {
				n++
				at = i
			}
		}
		switch {
		case n == 1 && (tops[at] == 0 || tops[at]-h.mid() < 1.55*b.size):
			c := &cols[at]
			c.x0, c.x1 = min(c.x0, h.x0), max(c.x1, h.x1)
			tops[at] = h.mid()
		case n == 0:
			at, _ = slices.BinarySearchFunc(cols, h.x0, func(c run, x float64) int { return cmp.Compare(c.x0, x) })
			cols = slices.Insert(cols, at, run{x0: h.x0, x1: h.x1})
			tops = slices.Insert(tops, at, h.mid())
		}
	}
	return cols
}

// edgesOf puts the columns' edges: on an upright rule between two columns, else
// in the middle.
func (b *bare) edgesOf() {
	b.bounds = b.bounds[:0]
	left := b.cols[0].x0 - 0.5*b.size
	for _, w := range b.labels {
		if w.x1 < b.cols[0].x0 {
			left = max(left, (w.x1+b.cols[0].x0)/2)
		}
	}
	b.bounds = append(b.bounds, left)
	for i := 1; i < len(b.cols); i++ {
		x := (b.cols[i-1].x1 + b.cols[i].x0) / 2
		for _, e := range b.v {
			if e.at > b.cols[i-1].x1-1 && e.at < b.cols[i].x0+1 && e.to > b.top && e.from < b.bottom {
				x = e.at
			}
		}
		b.bounds = append(b.bounds, x)
	}
	b.bounds = append(b.bounds, b.cols[len(b.cols)-1].x1+0.5*b.size)
}

// column is the column of figures at x.
func (b *bare) column(x float64) int {
	for i := 1; i < len(b.bounds)-1; i++ {
		if x < b.bounds[i] {
			return i - 1
		}
	}
	return len(b.cols) - 1
}
