package render

import "gongkai/rich"

// tableStrips sets a table, a strip for each row; a cell over several rows has
// its text in their middle.
func (s *posterSheet) tableStrips(x rich.Block, size float64) []strip {
	t := itemTable(x)
	if t == nil {
		return nil
	}
	size *= 0.86
	leading, pad := size*1.3, size*0.28
	left := make([]float64, t.cols+1)
	left[0] = s.edge
	for k, w := range t.widths {
		left[k+1] = left[k] + w*s.width()/textW
	}
	at := t.at()
	out := []strip{{h: leading / 3, draw: func(float64) {}}}
	highs := make([]float64, len(at))
	for r := range at {
		high := leading + 2*pad
		set := map[*GridCell][]setLine{}
		for c := range at[r] {
			cell := at[r][c]
			if cell == nil || cell.Row != r || cell.Col != c {
				continue
			}
			st := body
			if cell.Head {
				st = chapter
			}
			lines := s.fonts.breakLines(st, cell.Text, 0, size, left[min(cell.Col+cell.ColSpan, t.cols)]-left[cell.Col]-2*pad, 0)
			set[cell] = lines
			if cell.RowSpan == 1 {
				high = max(high, float64(len(lines))*leading+2*pad)
			}
		}
		row := at[r]
		highs[r] = high
		out = append(out, strip{h: high, draw: func(y float64) { s.tableRow(t, row, r, left, y, highs, set, size, leading, pad) }})
	}
	return append(out, strip{h: leading / 2, draw: func(float64) {}})
}

func (s *posterSheet) tableRow(t *table, row []*GridCell, r int, left []float64, y float64, highs []float64, set map[*GridCell][]setLine, size, leading, pad float64) {
	high := highs[r]
	s.gp.SetLineWidth(0.6 * s.unit)
	for c := 0; c < t.cols; c++ {
		cell := row[c]
		x0, x1 := left[c], left[c+1]
		if cell != nil && cell.Col == c {
			x1 = left[min(c+cell.ColSpan, t.cols)]
		}
		if cell == nil || cell.Col == c {
			s.gp.Line(x0, y, x0, y+high)
			s.gp.Line(x1, y, x1, y+high)
		}
		if cell == nil || cell.Col == c && cell.Row == r {
			s.gp.Line(x0, y, x1, y)
		}
		if cell == nil || cell.Col == c && cell.Row+cell.RowSpan-1 <= r || r == len(t.rows)-1 {
			s.gp.Line(x0, y+high, x1, y+high)
		}
		lines := set[cell]
		if cell == nil || cell.Col != c || len(lines) == 0 {
			continue
		}
		whole := 0.0
		for _, h := range highs[r:min(r+cell.RowSpan, len(highs))] {
			whole += h
		}
		top := y + max(pad, (whole-float64(len(lines))*leading)/2)
		for _, l := range lines {
			x := x0 + pad
			switch {
			case t.centred(cell):
				x = x0 + max(pad, (x1-x0-l.width)/2)
			case cell.align == rich.Right:
				x = max(x, x1-pad-l.width)
			}
			s.draw(l, x, top+leading/2+size*0.36, size, 0)
			top += leading
		}
	}
}
