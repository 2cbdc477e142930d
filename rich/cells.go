package rich

import (
	"strconv"
	"strings"
)

// A cellDraft is a cell being read.
type cellDraft struct {
	spans  []Span
	lines  int
	aligns map[Align]int
}

func (c *cellDraft) add(d draft) {
	if c.lines > 0 {
		c.spans = append(c.spans, Span{Text: "\n"})
	}
	if d.marker != "" {
		m := d.marker
		if strings.HasSuffix(m, ".") {
			m += " "
		}
		c.spans = append(c.spans, Span{Text: m})
	}
	c.spans = append(c.spans, d.Spans...)
	c.lines++
	if c.aligns == nil {
		c.aligns = map[Align]int{}
	}
	c.aligns[d.Align]++
}

// part is a cell of the source with what its row says.
type part struct {
	n    *node
	l    look
	head bool
}

// table reads a table: as a grid, or as its cells one after the other where it
// only arranges a page.
func (r *reader) table(n *node, l look) {
	var rows [][]part
	var caption *node
	var strays []*node
	cells := 0
	var down func(n *node, l look, head bool, row int)
	down = func(n *node, l look, head bool, row int) {
		for _, c := range n.children {
			switch {
			case c.tag == "caption":
				caption = c
			case c.tag == "tr", c.tag == "tbody", c.tag == "thead", c.tag == "tfoot", c.tag == "form":
				in := r.dress(c, l)
				if in.unseen != "" {
					r.walk(c, l) // says what is not seen
					continue
				}
				if c.tag == "tr" {
					rows = append(rows, nil)
				}
				down(c, in, head || c.tag == "thead", len(rows)-1)
			case c.tag == "td" || c.tag == "th":
				if row < 0 {
					continue
				}
				rows[row] = append(rows[row], part{c, l, head || c.tag == "th"})
				cells++
			case c.tag == "colgroup" || c.tag == "col":
			default:
				if c.tag != "" || strings.TrimSpace(c.text) != "" {
					strays = append(strays, c)
				}
			}
		}
	}
	down(n, l, false, -1)
	if r.cells += cells; r.cells > MaxCells {
		r.over = true
		return
	}
	if r.cell == nil {
		r.flush()
	}
	for _, s := range strays {
		r.walk(s, l)
	}
	ours := false
	for _, c := range strings.Fields(n.attr["class"]) {
		ours = ours || c == "grid"
	}
	widest := 0
	for _, row := range rows {
		widest = max(widest, len(row))
	}
	switch {
	case cells == 0:
		return
	case r.cell != nil:
		r.flatten(rows)
		return
	case !ours && (cells == 1 || n.attr["role"] == "presentation" || n.tables && (widest <= 2 || len(rows) <= 2)):
		r.unwrap(rows)
		return
	}
	r.grid(rows, caption, l)
}

// unwrap reads the cells of a table that only arranges.
func (r *reader) unwrap(rows [][]part) {
	for _, row := range rows {
		for _, p := range row {
			r.flush()
			r.inside(p)
			r.flush()
		}
	}
}

// inside reads what a cell holds.
func (r *reader) inside(p part) {
	l := r.dress(p.n, p.l)
	if l.unseen != "" {
		if s := textBelow(p.n, 400); strings.TrimSpace(s) != "" {
			r.bin.Add(l.unseen, s)
		}
		return
	}
	r.children(p.n, l)
}

// flatten reads a table in a cell: a line for each row.
func (r *reader) flatten(rows [][]part) {
	for _, row := range rows {
		r.flush()
		for i, p := range row {
			if i > 0 {
				r.put("　", p.l)
			}
			r.inside(p)
		}
		r.flush()
	}
}

func (r *reader) grid(rows [][]part, caption *node, l look) {
	d := draft{Block: Block{Kind: Grid}}
	r.cur = para{}
	if caption != nil {
		c := r.intoCell(func() { r.inside(part{n: caption, l: l}) })
		d.Spans = c.spans
	}
	for _, row := range rows {
		var out Row
		for _, p := range row {
			p.l.list = list{} // lists in a cell begin anew
			c := r.intoCell(func() { r.inside(p) })
			out.Cells = append(out.Cells, Cell{Spans: c.spans, Head: p.head, Align: r.cellAlign(p, c),
				RowSpan: span(p.n, "rowspan"), ColSpan: span(p.n, "colspan")})
		}
		d.Rows = append(d.Rows, out)
	}
	r.emit(d)
	for _, x := range r.later {
		r.emit(x)
	}
	r.later = nil
}

// intoCell reads into a cell.
func (r *reader) intoCell(read func()) *cellDraft {
	c := &cellDraft{}
	r.cell, r.cur = c, para{}
	read()
	r.flush()
	r.cell = nil
	return c
}

// cellAlign is how the cell stands, or all its lines do.
func (r *reader) cellAlign(p part, c *cellDraft) Align {
	if len(c.aligns) == 1 {
		for a := range c.aligns {
			return a
		}
	}
	return r.dress(p.n, p.l).align
}

func span(n *node, name string) int {
	v, err := strconv.Atoi(strings.TrimSpace(n.attr[name]))
	if err != nil || v < 1 {
		return 0
	}
	return min(v, maxSpan)
}

// image reads a picture: it stands after the paragraph or table it is in.
func (r *reader) image(n *node, l look) {
	side := func(name string) float64 {
		v, ok := length(n.attr[name])
		if !ok {
			return 100
		}
		return v
	}
	if side("width") <= 2 || side("height") <= 2 {
		return // a counter's dot
	}
	alt := n.attr["alt"]
	if strings.Contains(alt, `:\`) {
		alt = "" // the path of a file on somebody's machine
	}
	var id int64
	ok := false
	if r.images != nil {
		id, ok = r.images(n.attr["src"])
	}
	if !ok || id == 0 {
		r.bin.Add(NoImage, alt)
		return
	}
	d := draft{Block: Block{Kind: Picture, Image: &Image{File: id, Alt: alt}}}
	if r.cell != nil || r.cur.last != 0 {
		if len(r.later) >= MaxBlocks {
			r.over = true
			return
		}
		r.later = append(r.later, d)
		return
	}
	r.emit(d)
}
