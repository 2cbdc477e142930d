package html

import (
	"slices"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"

	"golang.org/x/net/html/atom"
)

const (
	maxSpan = 100   // columns one cell may claim; no printed table has as many
	maxCols = 1_000 // columns of one table

	maxPositions = 5 * limit.Cells // rows × columns of one table
)

// A table is a table element taken apart: the cells of each row, the row at
// which each row's group ends (a row span ends there too), and what stands in
// the table but in no cell.
type table struct {
	rows  [][]*node
	ends  []int
	stray []*node
	cells int
}

func takeApart(n *node) *table {
	t := &table{}
	t.group(n)
	return t
}

func (t *table) group(n *node) {
	for c := n.first; c != nil; c = c.next {
		switch c.tag {
		case atom.Tr:
			if !hidden(c) {
				t.row(c)
			}
		case atom.Tbody, atom.Thead, atom.Tfoot:
			t.end()
			if !hidden(c) {
				t.group(c)
			}
			t.end()
		case atom.Colgroup, atom.Col:
		default:
			if c.elem || strings.TrimSpace(c.text) != "" {
				t.stray = append(t.stray, c)
			}
		}
	}
	t.end()
}

// end ends a row group.
func (t *table) end() {
	for len(t.ends) < len(t.rows) {
		t.ends = append(t.ends, len(t.rows))
	}
}

func (t *table) row(n *node) {
	var cells []*node
	for c := n.first; c != nil; c = c.next {
		switch {
		case c.tag == atom.Td || c.tag == atom.Th:
			if !hidden(c) {
				cells = append(cells, c)
			}
		case c.elem || strings.TrimSpace(c.text) != "":
			t.stray = append(t.stray, c)
		}
	}
	t.rows = append(t.rows, cells)
	t.cells += len(cells)
}

// each calls f for the cells in order.
func (t *table) each(f func(c *node)) {
	for _, r := range t.rows {
		for _, c := range r {
			f(c)
		}
	}
}

// grid gives every cell its place as browsers do: a cell takes the first free
// position of its row, row spans end with their group, a span that would cover
// another cell is cut short. Columns in which no cell begins are left out.
func (t *table) grid(text func(*node) string) (*doc.Grid, error) {
	g := &doc.Grid{Rows: len(t.rows), Cells: make([]doc.Cell, 0, t.cells)}
	var until []int // per column: the row at which it is free again
	for r, cells := range t.rows {
		col := 0
		for _, c := range cells {
			for col < len(until) && until[col] > r {
				col++
			}
			cs, rs := 1, 1
			if a := c.attr; a != nil {
				cs = min(max(a.colspan, 1), maxSpan)
				switch rs = a.rowspan; {
				case rs == 0:
					rs = len(t.rows)
				case rs < 0:
					rs = 1
				}
			}
			rs = min(rs, t.ends[r]-r)
			if col+cs > maxCols {
				return nil, limit.TooLarge("表格列数", maxCols, "列")
			}
			for len(until) < col+cs {
				until = append(until, 0)
			}
			for k := range cs {
				if until[col+k] > r {
					cs = k
					break
				}
				until[col+k] = r + rs
			}
			g.Cells = append(g.Cells, doc.Cell{Row: r, Col: col, RowSpan: rs, ColSpan: cs, Text: text(c), Head: c.tag == atom.Th})
			col += cs
		}
	}
	squeeze(g, len(until))
	if g.Rows*g.Cols > maxPositions {
		return nil, limit.TooLarge("表格单元格", maxPositions, "个")
	}
	return g, nil
}

// squeeze drops the columns in which no cell begins; Word and designers leave
// them behind. It sets the number of columns.
func squeeze(g *doc.Grid, cols int) {
	begins := make([]bool, cols)
	for i := range g.Cells {
		begins[g.Cells[i].Col] = true
	}
	rank := make([]int, cols+1) // columns kept before this one
	for k, b := range begins {
		rank[k+1] = rank[k]
		if b {
			rank[k+1]++
		}
	}
	for i := range g.Cells {
		c := &g.Cells[i]
		from, to := rank[c.Col], rank[c.Col+c.ColSpan]
		c.Col, c.ColSpan = from, to-from
	}
	g.Cols = rank[cols]
}

// figureCells counts cells that hold a number or a mark for none, and no table.
func (t *table) figureCells() (n int) {
	t.each(func(c *node) {
		if c.runes > 0 && c.runes <= 16 && !nested(c) {
			var b strings.Builder
			rawText(c, &b)
			if s := strings.TrimSpace(b.String()); s != "" && !strings.ContainsFunc(s, notFigure) {
				n++
			}
		}
	})
	return n
}

func notFigure(r rune) bool {
	return !(r >= '0' && r <= '9' || r >= '０' && r <= '９' || strings.ContainsRune("+-/.,—－，． \n\t\u00a0\u3000", r))
}

// nested reports whether a table stands below.
func nested(n *node) bool {
	for c := n.first; c != nil; c = c.next {
		if c.tag == atom.Table || c.elem && nested(c) {
			return true
		}
	}
	return false
}

// layout reports a table that only places things on the page: it wraps other
// tables, or paragraphs, or one single cell. A table of figures never is.
func (t *table) layout() bool {
	if t.cells == 0 {
		return true
	}
	filled, wraps, long, wide := 0, false, false, 0
	for _, r := range t.rows {
		wide = max(wide, len(r))
	}
	t.each(func(c *node) {
		if c.runes > 0 {
			filled++
		}
		wraps = wraps || nested(c)
		long = long || c.runes > 300
	})
	if filled <= 1 {
		return true
	}
	if !wraps && !long && wide > 1 {
		return false
	}
	return t.figureCells() < 2
}

// data reports a table worth keeping whatever surrounds it.
func (t *table) data() bool {
	if t.cells < 4 || t.layout() {
		return false
	}
	links, runes := 0, 0
	t.each(func(c *node) { links += c.link; runes += c.runes })
	return 2*links <= runes && slices.ContainsFunc(t.rows, func(r []*node) bool { return len(r) > 1 })
}
