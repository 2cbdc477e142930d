package annual

// A LayoutCell is one cell of the printed table: a label, or the figure of the
// cell with index Cell. Spans are at least 1.
type LayoutCell struct {
	Row, Col, RowSpan, ColSpan int
	Text                       string // label text, "" for a figure or an empty corner
	Cell                       int    // cell index, -1 for a label
	Head                       bool   // column header
	Title                      bool   // heading row of a part, e.g. 第二十条第（一）项
	Sum                        bool   // belongs to a total row
}

// Layout returns the table as the form prints it: the cells of each printed
// row from left to right, spanned positions held by their first cell only.
// 表二 is one table whose parts stand under each other, stretched to the widest.
func Layout(t *Table) [][]LayoutCell {
	width := 0
	for i := range t.Parts {
		width = max(width, t.Parts[i].labelDepth()+len(t.Parts[i].Columns))
	}
	var rows [][]LayoutCell
	for i := range t.Parts {
		rows = append(rows, t.Parts[i].layout(len(rows), width)...)
	}
	return rows
}

// labelDepth is the number of label columns: the longest path of a row.
func (p *Part) labelDepth() int {
	d := 0
	for _, r := range p.Rows {
		d = max(d, len(r.Path))
	}
	return d
}

func (p *Part) headDepth() int {
	d := 1
	for _, c := range p.Columns {
		d = max(d, len(c.Path))
	}
	return d
}

func (p *Part) layout(top, width int) [][]LayoutCell {
	labels, heads := p.labelDepth(), p.headDepth()
	var rows [][]LayoutCell
	if p.Title != "" {
		rows = append(rows, []LayoutCell{{Row: top, RowSpan: 1, ColSpan: width, Text: p.Title, Cell: -1, Head: true, Title: true}})
	}
	first := top + len(rows)
	rows = append(rows, p.layoutHead(first, labels, heads, width)...)
	for ri, r := range p.Rows {
		y := first + heads + ri
		row := p.layoutLabels(ri, y, labels)
		for ci := range p.Columns {
			c := LayoutCell{Row: y, Col: labels + ci, RowSpan: 1, ColSpan: 1, Cell: p.Cells[ri][ci], Sum: r.Sum}
			if ci == len(p.Columns)-1 { // narrow parts of 表二 stretch to the table's width
				c.ColSpan = width - c.Col
			}
			row = append(row, c)
		}
		rows = append(rows, row)
	}
	return rows
}

// layoutHead lays the column headers out, merging neighbours that share the
// beginning of their paths; a short path's last label reaches down.
func (p *Part) layoutHead(first, labels, heads, width int) [][]LayoutCell {
	rows := make([][]LayoutCell, heads)
	if labels > 0 {
		rows[0] = append(rows[0], LayoutCell{Row: first, RowSpan: heads, ColSpan: labels, Text: p.Corner, Cell: -1, Head: true})
	}
	for d := range heads {
		for ci := 0; ci < len(p.Columns); ci++ {
			path := p.Columns[ci].Path
			if d >= len(path) || (ci > 0 && samePrefix(p.Columns[ci-1].Path, path, d)) {
				continue
			}
			span, down := 1, 1
			for ci+span < len(p.Columns) && samePrefix(path, p.Columns[ci+span].Path, d) {
				span++
			}
			if d == len(path)-1 {
				down = heads - d
			}
			if ci+span == len(p.Columns) {
				span = width - labels - ci
			}
			rows[d] = append(rows[d], LayoutCell{Row: first + d, Col: labels + ci, RowSpan: down, ColSpan: span, Text: path[d], Cell: -1, Head: true})
		}
	}
	return rows
}

func (p *Part) layoutLabels(ri, y, labels int) []LayoutCell {
	path := p.Rows[ri].Path
	var row []LayoutCell
	for d := range path {
		if ri > 0 && samePrefix(p.Rows[ri-1].Path, path, d) {
			continue
		}
		c := LayoutCell{Row: y, Col: d, RowSpan: 1, ColSpan: 1, Text: path[d], Cell: -1, Sum: p.Rows[ri].Sum && d == len(path)-1}
		for ri+c.RowSpan < len(p.Rows) && samePrefix(path, p.Rows[ri+c.RowSpan].Path, d) {
			c.RowSpan++
		}
		if d == len(path)-1 {
			c.ColSpan = labels - d
		}
		row = append(row, c)
	}
	return row
}

// samePrefix reports whether both paths have the same labels up to depth d and
// neither ends there.
func samePrefix(a, b []string, d int) bool {
	if d >= len(a)-1 && len(a) != len(b) || d >= len(a) || d >= len(b) {
		return false
	}
	for i := 0; i <= d; i++ {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
