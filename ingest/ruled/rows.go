package ruled

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// A bareRow is one row of a table without rules.
type bareRow struct {
	mid      float64
	figures  []word // its words in the columns of figures
	label    string
	labelled bool
	lost     bool  // figures whose label is not known for certain
	doubtful []int // columns in which a figure beside the row may belong to it
	group    bool  // a label of several rows, standing between them
	cut      bool  // a label at the page's end, whose figures may stand on the next page
}

// rowsOf finds the rows: by level rules where there are some, else by the
// figures that stand level.
func (b *bare) rowsOf() bool {
	leaves := b.leaves()
	if b.banded(leaves) {
		return true
	}
	for _, y := range b.levels(b.body) {
		b.rows = append(b.rows, bareRow{mid: y})
	}
	for _, w := range b.body {
		r := &b.rows[0]
		for i := range b.rows {
			if math.Abs(b.rows[i].mid-w.mid()) < math.Abs(r.mid-w.mid()) {
				r = &b.rows[i]
			}
		}
		r.figures = append(r.figures, w)
	}
	b.unwrap(leaves)
	if len(b.rows) == 0 || len(b.rows) > 400 || len(leaves) > 800 {
		return false
	}
	b.assign(leaves)
	return true
}

// banded divides the table by level rules that run through its figures, and
// reports whether there are enough.
func (b *bare) banded(leaves []leaf) bool {
	left, right := b.bounds[0], b.bounds[len(b.bounds)-1]
	var seps []float64
	first := math.Inf(1)
	for _, w := range b.body {
		first = min(first, w.y0)
	}
	for _, e := range b.h {
		if e.at > b.top-2*b.size && e.at < b.bottom+2*b.size && min(e.to, right)-max(e.from, left) > 0.75*(right-left) {
			seps = append(seps, e.at)
		}
	}
	seps = cluster(seps, snap)
	start := 0
	for start+1 < len(seps) && seps[start+1] < first+0.3*b.size {
		start++ // the rules above and within the heading
	}
	seps = seps[min(start, len(seps)):]
	if len(seps) < 2 {
		return false
	}
	band := func(y float64) int {
		i, _ := slices.BinarySearch(seps, y)
		return i
	}
	used := map[int]bool{}
	for _, w := range b.body {
		used[band(w.mid())] = true
	}
	levels := b.levels(b.body)
	// A table with three rules has one band; wrapped figures make more levels
	// than rows.
	if len(levels) > 1 && (len(used) < 2 || 10*len(used) < 6*len(levels)) {
		return false
	}
	rows := make([]bareRow, len(seps)+1)
	for i := range rows {
		switch i {
		case 0:
			rows[i].mid = seps[0] - b.size
		case len(seps):
			rows[i].mid = seps[i-1] + b.size
		default:
			rows[i].mid = (seps[i-1] + seps[i]) / 2
		}
	}
	for _, w := range b.body {
		r := &rows[band(w.mid())]
		r.figures = append(r.figures, w)
	}
	for _, l := range leaves {
		r := &rows[band(l.mid)]
		r.label += joint(r.label, l.text) + l.text
		r.labelled = true
	}
	for _, r := range rows {
		if len(r.figures) > 0 || r.labelled {
			b.rows = append(b.rows, r)
		}
	}
	return len(b.rows) > 0
}

// A leaf is a line of a row's own label.
type leaf struct {
	mid, x0 float64
	text    string
}

// leaves takes the labels apart: those of single rows are returned line by
// line, those of several rows become groups. A label of several rows stands
// left of the labels of its rows, at its own height.
func (b *bare) leaves() []leaf {
	var ws []word
	var starts []float64
	for i := range b.labels {
		ws = append(ws, b.labels[i].parts(0.4)...)
	}
	for _, w := range ws {
		starts = append(starts, w.x0)
	}
	slices.Sort(starts)
	var edges []float64
	for i := 0; i < len(starts); {
		j := i
		for j < len(starts) && starts[j]-starts[i] < 2 {
			j++
		}
		if j-i >= 2 {
			edges = append(edges, (starts[i]+starts[j-1])/2)
		}
		i = j
	}
	if len(edges) > 0 {
		ws = b.rejoin(ws, edges)
		var parted []word
		for i := range ws {
			parted = append(parted, ws[i].splitAt(edges, 1.5, 0.2)...)
		}
		ws = parted
	}
	group := make([]bool, len(ws))
	for i := range ws {
		for k := range ws {
			if ws[k].x0 >= ws[i].x1-0.5 && min(ws[i].y1, ws[k].y1)-max(ws[i].y0, ws[k].y0) > 0.12*b.size {
				group[i] = true
			}
		}
	}
	// The other lines of a group's label.
	direct := slices.Clone(group)
	for i := range ws {
		for k := range ws {
			if direct[k] && !group[i] && math.Abs(ws[i].mid()-ws[k].mid()) < 1.6*b.size &&
				min(ws[i].x1, ws[k].x1)-max(ws[i].x0, ws[k].x0) > 0.5*min(ws[i].x1-ws[i].x0, ws[k].x1-ws[k].x0) &&
				ws[i].x1 < ws[k].x1+1.2*b.size && !b.levelWithFigures(ws[i].mid()) {
				group[i] = true
			}
		}
	}
	var out []leaf
	for i, w := range ws {
		if group[i] {
			b.groups = append(b.groups, w)
			continue
		}
		out = append(out, leaf{w.mid(), w.x0, w.text})
	}
	slices.SortStableFunc(out, func(x, y leaf) int { return cmp.Compare(x.mid, y.mid) })
	// What stands level is one line.
	var lines []leaf
	for _, l := range out {
		if n := len(lines); n > 0 && l.mid-lines[n-1].mid < 0.33*b.size {
			p := &lines[n-1]
			if l.x0 < p.x0 {
				p.text, p.x0 = l.text+" "+p.text, l.x0
			} else {
				p.text += " " + l.text
			}
			continue
		}
		lines = append(lines, l)
	}
	return lines
}

// levelWithFigures reports whether figures stand at that height in most columns.
func (b *bare) levelWithFigures(y float64) bool {
	n := 0
	for _, w := range b.body {
		if math.Abs(w.mid()-y) < 0.3*b.size {
			n++
		}
	}
	return 2*n > len(b.cols)
}

// rejoin joins words of one label that stand apart, such as 总 计: the right one
// begins where no column of labels does.
func (b *bare) rejoin(ws []word, edges []float64) []word {
	slices.SortStableFunc(ws, func(x, y word) int {
		if math.Abs(x.mid()-y.mid()) > 0.33*b.size {
			return cmp.Compare(x.mid(), y.mid())
		}
		return cmp.Compare(x.x0, y.x0)
	})
	var out []word
	for _, w := range ws {
		if n := len(out); n > 0 && math.Abs(out[n-1].mid()-w.mid()) < 0.33*b.size && w.x0 >= out[n-1].x1 && w.x0-out[n-1].x1 < 6*b.size && math.Abs(edges[nearest(edges, w.x0)]-w.x0) > 1.5 {
			out[n-1] = newWord(append(slices.Clone(out[n-1].chars), w.chars...))
			continue
		}
		out = append(out, w)
	}
	return out
}

// numbered reports whether a line begins as an item does: 1. （一） 二、
func numbered(s string) bool {
	s = strings.TrimLeft(s, "（(")
	i := strings.IndexAny(s, "、.．)）")
	return i > 0 && i <= 9 && strings.Trim(s[:i], "0123456789０１２３４５６７８９一二三四五六七八九十") == ""
}

// assign gives every row of figures the lines of its label. Figures stand at
// the middle, the top or the bottom of their labels, the same in all rows;
// lines are dealt to rows in order at the least deviation (dynamic
// programming). A label that no figures stand beside is a row of blanks.
func (b *bare) assign(leaves []leaf) {
	best := math.Inf(1)
	var take []int
	for place := range 3 {
		if cost, t := b.deal(leaves, place); cost < best-0.01 {
			best, take = cost, t
		}
	}
	b.sure = true
	if len(leaves) == 0 {
		return
	}
	rows := b.rows
	b.rows = nil
	i, j := 0, 0
	for i < len(leaves) || j < len(rows) {
		t := take[i*(len(rows)+1)+j]
		n, withRow := t>>1, t&1 == 1
		var r bareRow
		if withRow {
			r = rows[j]
			j++
		} else {
			r.mid = (leaves[i].mid + leaves[i+n-1].mid) / 2
		}
		for _, l := range leaves[i : i+n] {
			r.label += joint(r.label, l.text) + l.text
			r.labelled = true
		}
		i += n
		if !r.labelled {
			r.lost, b.sure = true, false
		}
		r.cut = !withRow && (b.cutTop && len(b.rows) == 0 || b.cutBottom && i == len(leaves) && j == len(rows))
		b.rows = append(b.rows, r)
	}
}

// deal is the least cost of dealing lines to rows; the table holds, for lines i
// and rows j on, how many lines to take (<<1) and whether a row (|1).
func (b *bare) deal(leaves []leaf, place int) (float64, []int) {
	const (
		noFigures = 1.5 // a label without figures
		noLabel   = 2.5
		inner     = 3.0 // an item's number inside a label
		most      = 8   // lines of a label
	)
	n, m := len(leaves), len(b.rows)
	cost := make([]float64, (n+1)*(m+1))
	take := make([]int, (n+1)*(m+1))
	for i := n; i >= 0; i-- {
		for j := m; j >= 0; j-- {
			at := i*(m+1) + j
			if i == n && j == m {
				continue
			}
			cost[at] = math.Inf(1)
			try := func(c float64, lines, row int) {
				if c += cost[(i+lines)*(m+1)+j+row]; c < cost[at] {
					cost[at], take[at] = c, lines<<1|row
				}
			}
			if j < m {
				try(noLabel, 0, 1)
			}
			extra := 0.0
			for k := 1; k <= most && i+k <= n; k++ {
				if k > 1 {
					l, first := leaves[i+k-1], leaves[i]
					if l.mid-leaves[i+k-2].mid > 1.9*b.size {
						break
					}
					if numbered(l.text) {
						extra += inner
					}
					if math.Abs(l.x0-first.x0) > 2.5*b.size {
						extra++
					}
				}
				try(noFigures+extra, k, 0)
				if j == m {
					continue
				}
				y := (leaves[i].mid + leaves[i+k-1].mid) / 2
				switch place {
				case 1:
					y = leaves[i].mid
				case 2:
					y = leaves[i+k-1].mid
				}
				if d := math.Abs(y-b.rows[j].mid) / b.size; d < 0.6 {
					try(4*d*d+extra, k, 1)
				}
			}
		}
	}
	return cost[0], take
}
