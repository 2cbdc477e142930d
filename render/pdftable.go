package render

import "gongkai/rich"

const rowPad = 3.0 // above and below a cell's text

// setCell is a cell's text set in lines, ready to be drawn.
type setCell struct {
	lines   []setLine
	size    float64
	leading float64
}

func (c setCell) height() float64 { return float64(len(c.lines))*c.leading + 2*rowPad }

func (s *sheet) setCell(t *table, c *GridCell) setCell {
	text := c.Print()
	if text == "" {
		return setCell{leading: t.leading()}
	}
	size := t.fit(c)
	return setCell{s.fonts.breakLines(note, text, 0, size, t.span(c)-2*t.pad(), 0), size, size * 4 / 3}
}

// rowHeights sets every row as high as its cells need and gives the sum.
func (s *sheet) rowHeights(t *table) ([]float64, float64) {
	h := make([]float64, len(t.rows))
	for y := range h {
		h[y] = t.minHeight()
		for x := range t.rows[y] {
			if c := &t.rows[y][x]; c.RowSpan == 1 {
				h[y] = max(h[y], s.setCell(t, c).height())
			}
		}
	}
	for y := range t.rows {
		for x := range t.rows[y] {
			c := &t.rows[y][x]
			if c.RowSpan == 1 {
				continue
			}
			have, last := 0.0, min(c.Row+c.RowSpan, len(h))-1
			for r := c.Row; r <= last; r++ {
				have += h[r]
			}
			h[last] += max(0, s.setCell(t, c).height()-have)
		}
	}
	total := 0.0
	for y := range h {
		most := textH / 2
		if t.text {
			most = textH - 80
		}
		h[y] = min(h[y], most) // a hostile cell must not push its row off every page
		total += h[y]
	}
	return h, total
}

// table draws a table: on one page if it fits one, else broken between rows
// with its header rows repeated. One that fills a page is broken too where it
// stands under a heading, which would else be left alone on the page before.
func (s *sheet) table(t *table, headed bool) {
	h, total := s.rowHeights(t)
	if total <= textH-bodyLine-8 || total <= textH && len(t.rows) <= keepRows && !headed {
		s.need(total)
	}
	heads := 0.0
	for y := 0; y < t.heads && y < len(h); y++ {
		heads += h[y]
	}
	for from := 0; from < len(h); {
		repeat := from >= t.heads && from > 0 && t.heads > 0
		room := s.left()
		if repeat {
			room -= heads
		}
		to, used := from, 0.0
		for to < len(h) && used+h[to] <= room+0.01 {
			used += h[to]
			to++
		}
		if to <= max(from, min(t.heads, len(h)-1)) && s.y > marginT && to < len(h) { // not even one row under the header
			s.newPage()
			continue
		}
		to = max(to, from+1)
		if repeat {
			s.rows(t, h, 0, t.heads)
		}
		s.rows(t, h, from, to)
		if from = to; from < len(h) {
			s.newPage()
		}
	}
}

// rows draws the rows from … to at the current height. A cell that spans beyond
// them is cut; its text stands in the larger of its parts.
func (s *sheet) rows(t *table, h []float64, from, to int) {
	top := make([]float64, to-from+1)
	top[0] = s.y
	for y := from; y < to; y++ {
		top[y-from+1] = top[y-from] + h[y]
	}
	left := make([]float64, t.cols+1)
	left[0] = marginL
	for k, w := range t.widths {
		left[k+1] = left[k] + w
	}
	for y := range t.rows {
		for x := range t.rows[y] {
			c := &t.rows[y][x]
			a, b := max(c.Row, from), min(c.Row+c.RowSpan, to)
			if a >= b {
				continue
			}
			x0, x1 := left[c.Col], left[min(c.Col+c.ColSpan, t.cols)]
			y0, y1 := top[a-from], top[b-from]
			s.box(x0, y0, x1, y1, t.sumRow(c.Row) && a == c.Row && c.RowSpan == 1)
			if largestPart(c, from, to) {
				s.cellText(t, c, x0, y0, x1, y1)
			}
		}
	}
	s.y = top[to-from]
}

// largestPart reports whether the rows from … to hold the most of a cell's rows
// that fit one side of a page break.
func largestPart(c *GridCell, from, to int) bool {
	here := min(c.Row+c.RowSpan, to) - max(c.Row, from)
	before := max(0, from-c.Row)
	after := max(0, c.Row+c.RowSpan-to)
	return here > before && here >= after
}

func (s *sheet) box(x0, y0, x1, y1 float64, ruled bool) {
	s.gp.SetLineWidth(0.5)
	s.gp.Line(x0, y1, x1, y1)
	s.gp.Line(x0, y0, x0, y1)
	s.gp.Line(x1, y0, x1, y1)
	if ruled {
		s.gp.SetLineWidth(1)
	}
	s.gp.Line(x0, y0, x1, y0)
}

func (s *sheet) cellText(t *table, c *GridCell, x0, y0, x1, y1 float64) {
	set := s.setCell(t, c)
	if len(set.lines) == 0 {
		return
	}
	if high := set.height(); high > y1-y0+0.5 { // cut by a page break, or hostile: smaller type, nothing is lost
		for n := 0; n < 20 && set.height() > y1-y0+0.5 && set.size > 3; n++ {
			size := set.size * 0.9
			set = setCell{s.fonts.breakLines(note, c.Print(), 0, size, x1-x0-2*t.pad(), 0), size, size * 1.2}
		}
	}
	y := y0 + (y1-y0-float64(len(set.lines))*set.leading)/2
	for _, l := range set.lines {
		x := x0 + t.pad()
		switch {
		case t.centred(c):
			x = x0 + max(t.pad(), (x1-x0-l.width)/2)
		case c.align == rich.Right:
			x = max(x, x1-t.pad()-l.width)
		}
		s.draw(l, x, y+set.leading/2+set.size*0.36, set.size, 0)
		y += set.leading
	}
}
