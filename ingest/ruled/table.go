package ruled

import (
	"sort"
)

// A piece is the part of a table that stands on one page.
type piece struct {
	page   int
	width  float64   // of the page
	xs, ys []float64 // edges, len = columns+1, rows+1
	cells  []cell
	owner  []int      // cell of each position, row-major
	solid  bool       // drawn with rules
	open   *openTable // the columns of one without rules
}

type cell struct {
	row, col, rows, cols int
	chars                []Char
	text                 string // set for borderless tables and after joining
	page                 int
}

func (t *piece) rows() int { return len(t.ys) - 1 }
func (t *piece) cols() int { return len(t.xs) - 1 }

func (t *piece) chars() []Char {
	var cs []Char
	for _, c := range t.cells {
		cs = append(cs, c.chars...)
	}
	return cs
}

// atEdge reports whether a one-column piece may be the rest of a table cut by
// the page: it stands at the top or the bottom of the text area.
func (t *piece) atEdge(p *Page) bool {
	y0, y1 := p.H, 0.0
	for _, c := range p.Chars {
		y0, y1 = min(y0, c.Y0), max(y1, c.Y1)
	}
	const near = 60 // a page number and its gap
	top, bottom := t.ys[0], t.ys[len(t.ys)-1]
	return bottom-top < p.H/3 && (top < y0+near || bottom > y1-near)
}

// framesFigures reports whether the text inside a frame stands in columns of
// figures.
func (t *piece) framesFigures() bool {
	for _, l := range makeLines(t.chars()) {
		if anchor(wordsOf(l.chars)) {
			return true
		}
	}
	return false
}

// findTables finds the ruled tables of a page, outermost first, and returns the
// rules that make none.
func findTables(p *Page) (out []*piece, h, v []edge) {
	h, v = split(p)
	cells := 0
	found, h, v := nets(h, v)
	for _, n := range found {
		t := &piece{page: p.Number, width: p.W, solid: true, xs: positions(n.v, n.h), ys: positions(n.h, n.v)}
		if t.rows() < 1 || t.cols() < 1 {
			continue
		}
		if cells += t.rows() * t.cols(); cells > 100_000 {
			break
		}
		t.divide(n)
		out = append(out, t)
	}
	sort.SliceStable(out, func(i, j int) bool { return area(out[i]) > area(out[j]) })
	return out, h, v
}

func area(t *piece) float64 {
	return (t.xs[len(t.xs)-1] - t.xs[0]) * (t.ys[len(t.ys)-1] - t.ys[0])
}

// divide makes the cells: positions without a line between them are one cell.
func (t *piece) divide(n net) {
	rows, cols := t.rows(), t.cols()
	// right[r][c]: a line stands right of (r,c); below: under it.
	right, below := make([]bool, rows*cols), make([]bool, rows*cols)
	for _, e := range n.v {
		c := nearest(t.xs, e.at)
		if c <= 0 || c >= cols {
			continue
		}
		for r := range rows {
			if covers(e, t.ys[r], t.ys[r+1]) {
				right[r*cols+c-1] = true
			}
		}
	}
	for _, e := range n.h {
		r := nearest(t.ys, e.at)
		if r <= 0 || r >= rows {
			continue
		}
		for c := range cols {
			if covers(e, t.xs[c], t.xs[c+1]) {
				below[(r-1)*cols+c] = true
			}
		}
	}
	t.owner = make([]int, rows*cols)
	for i := range t.owner {
		t.owner[i] = -1
	}
	for r := range rows {
		for c := range cols {
			if t.owner[r*cols+c] >= 0 {
				continue
			}
			k := cell{row: r, col: c, rows: 1, cols: 1, page: t.page}
			for c+k.cols < cols && !right[r*cols+c+k.cols-1] && t.owner[r*cols+c+k.cols] < 0 {
				k.cols++
			}
			for r+k.rows < rows && t.opensDown(&k, right, below) {
				k.rows++
			}
			for y := r; y < r+k.rows; y++ {
				for x := c; x < c+k.cols; x++ {
					t.owner[y*cols+x] = len(t.cells)
				}
			}
			t.cells = append(t.cells, k)
		}
	}
}

// opensDown reports whether the cell can take the row under it.
func (t *piece) opensDown(k *cell, right, below []bool) bool {
	cols := t.cols()
	y := k.row + k.rows
	for x := k.col; x < k.col+k.cols; x++ {
		if below[(y-1)*cols+x] || t.owner[y*cols+x] >= 0 || x < k.col+k.cols-1 && right[y*cols+x] {
			return false
		}
	}
	// The row under it must begin and end where the cell does.
	end := k.col + k.cols
	return (k.col == 0 || right[y*cols+k.col-1]) && (end == cols || right[y*cols+end-1])
}

// covers reports whether the edge runs along most of the span.
func covers(e edge, from, to float64) bool {
	return min(e.to, to)-max(e.from, from) >= 0.6*(to-from)
}

func nearest(ps []float64, v float64) int {
	i := sort.SearchFloat64s(ps, v)
	if i == len(ps) || i > 0 && v-ps[i-1] < ps[i]-v {
		i--
	}
	return i
}

// at returns the cell that covers the point, or nil.
func (t *piece) at(x, y float64) *cell {
	c := sort.SearchFloat64s(t.xs, x) - 1
	r := sort.SearchFloat64s(t.ys, y) - 1
	if c < 0 || r < 0 || c >= t.cols() || r >= t.rows() {
		return nil
	}
	return &t.cells[t.owner[r*t.cols()+c]]
}

// fillTables gives each character to the innermost cell at its centre and
// returns the rest.
func fillTables(p *Page, ts []*piece) []Char {
	var free []Char
	for _, ch := range p.Chars {
		x, y := (ch.X0+ch.X1)/2, (ch.Y0+ch.Y1)/2
		var k *cell
		for i := len(ts) - 1; i >= 0 && k == nil; i-- {
			k = ts[i].at(x, y)
		}
		if k != nil {
			k.chars = append(k.chars, ch)
		} else {
			free = append(free, ch)
		}
	}
	return free
}
