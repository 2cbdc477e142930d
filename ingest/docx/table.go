package docx

import (
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

const (
	maxSpan      = 100             // columns one cell may claim
	maxCols      = 1_000           // columns of one table
	maxPositions = 5 * limit.Cells // rows × columns of one table
)

// A tableReader builds the grid of one table.
type tableReader struct {
	grid  doc.Grid
	row   int
	col   int
	above []int // per column: index+1 of the cell that may go on downwards
	after []doc.Block
}

func (p *parser) table() error {
	t := &tableReader{}
	if err := p.rows(t); err != nil {
		return err
	}
	g := &t.grid
	g.Rows = t.row
	squeeze(g, len(t.above))
	if g.Rows*g.Cols > maxPositions {
		return limit.TooLarge("表格单元格", maxPositions, "个")
	}
	if len(g.Cells) > 0 {
		p.box.blocks = append(p.box.blocks, doc.Block{Grid: g})
		p.tables++ // nested tables are counted before the one around them
		g.At = doc.Place{Table: p.tables}
		for i := range g.Cells {
			c := &g.Cells[i]
			c.At = doc.Place{Table: p.tables, Row: c.Row + 1, Col: c.Col + 1}
		}
	}
	p.box.blocks = append(p.box.blocks, t.after...)
	return nil
}

func (p *parser) rows(t *tableReader) error {
	return p.each(func() error {
		switch string(p.s.name) {
		case "tr":
			return p.tableRow(t)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			return p.rows(t)
		case "del", "moveFrom":
			p.change()
		}
		return p.s.skip()
	})
}

func (p *parser) tableRow(t *tableReader) error {
	t.col = 0
	mark, deleted := len(t.grid.Cells), false
	if err := p.rowCells(t, &deleted); err != nil {
		return err
	}
	if deleted {
		for k, i := range t.above { // spans do not reach into a deleted row
			if i > mark {
				t.above[k] = 0
			} else if i > 0 {
				c := &t.grid.Cells[i-1]
				c.RowSpan = min(c.RowSpan, t.row-c.Row)
			}
		}
		t.grid.Cells = t.grid.Cells[:mark]
		return nil
	}
	t.row++
	return nil
}

func (p *parser) rowCells(t *tableReader, deleted *bool) error {
	return p.each(func() error {
		s := p.s
		switch string(s.name) {
		case "trPr":
			return p.each(func() error {
				switch string(s.name) {
				case "gridBefore":
					t.col += s.num("val", 0, maxSpan)
				case "del":
					p.change()
					*deleted = true
				case "ins":
					p.change()
				case "hidden":
					*deleted = *deleted || s.on()
				}
				return s.skip()
			})
		case "tc":
			return p.cell(t)
		case "sdt", "sdtContent", "customXml", "smartTag":
			return p.rowCells(t, deleted)
		}
		return s.skip()
	})
}

func (p *parser) cell(t *tableReader) error {
	span, down, left := 1, "", ""
	outer, code := p.box, p.code
	p.box, p.code = &box{}, nil
	err := p.cellContent(&span, &down, &left)
	inner := p.box
	p.box, p.code = outer, code
	if err != nil {
		return err
	}
	if p.cells++; p.cells > limit.Cells {
		return limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	if t.col+span > maxCols {
		return limit.TooLarge("表格列数", maxCols, "列")
	}
	for len(t.above) < t.col+span {
		t.above = append(t.above, 0)
	}
	col := t.col
	t.col += span
	g := &t.grid
	if n := len(g.Cells); left == "continue" && n > 0 && g.Cells[n-1].Row == t.row && g.Cells[n-1].Col+g.Cells[n-1].ColSpan == col {
		g.Cells[n-1].ColSpan += span
		for k := range span {
			t.above[col+k] = t.above[col-1]
		}
		return nil
	}
	if down == "continue" {
		if i := t.above[col]; i > 0 {
			if c := &g.Cells[i-1]; c.Col == col && c.ColSpan == span && c.Row+c.RowSpan == t.row {
				c.RowSpan++
				return nil // Word keeps what once stood here but shows none of it
			}
		}
	}
	var lines []string
	for _, b := range inner.blocks {
		if b.Para != nil {
			lines = append(lines, b.Para.Text)
			continue
		}
		t.after = append(t.after, b)
	}
	g.Cells = append(g.Cells, doc.Cell{Row: t.row, Col: col, RowSpan: 1, ColSpan: span, Text: strings.Join(lines, "\n")})
	for k := range span {
		t.above[col+k] = len(g.Cells)
	}
	return nil
}

// cellContent reads a cell's properties and blocks.
func (p *parser) cellContent(span *int, down, left *string) error {
	return p.each(func() error {
		s := p.s
		switch string(s.name) {
		case "tcPr":
			return p.each(func() error {
				switch string(s.name) {
				case "gridSpan":
					*span = max(s.num("val", 1, maxSpan), 1)
				case "vMerge":
					if *down = s.val("val"); *down == "" {
						*down = "continue"
					}
				case "hMerge":
					if *left = s.val("val"); *left == "" {
						*left = "continue"
					}
				}
				return s.skip()
			})
		case "p":
			return p.paragraph()
		case "tbl":
			return p.table()
		case "sdt", "sdtContent", "customXml":
			return p.cellContent(span, down, left)
		case "ins", "moveTo":
			p.change()
			return p.cellContent(span, down, left)
		case "del", "moveFrom":
			p.change()
		case "AlternateContent":
			return p.choice(p.blocks)
		}
		return s.skip()
	})
}

// squeeze drops grid columns in which no cell begins; Word keeps one for every
// edge that was ever dragged. It sets the number of columns.
func squeeze(g *doc.Grid, cols int) {
	begins := make([]bool, cols)
	for i := range g.Cells {
		begins[g.Cells[i].Col] = true
	}
	rank := make([]int, cols+1)
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
