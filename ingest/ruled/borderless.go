package ruled

import (
	"cmp"
	"slices"
	"strings"
)

// borderless replaces runs of text lines that stand in columns of figures by a
// table piece: tables printed without rules, or with horizontal ones only.
func borderless(p *Page, parts []part) []part {
	var out []part
	for i := 0; i < len(parts); {
		if parts[i].line == nil {
			out = append(out, parts[i])
			i++
			continue
		}
		j := i
		for j < len(parts) && parts[j].line != nil {
			j++
		}
		out = append(out, columnsIn(p, parts[i:j])...)
		i = j
	}
	return out
}

// columnsIn finds tables in a stretch of lines.
func columnsIn(p *Page, ps []part) []part {
	rows := make([][]run, len(ps))
	for i, p := range ps {
		rows[i] = p.line.runs()
	}
	var out []part
	for i := 0; i < len(ps); {
		if len(rows[i]) < 2 {
			out = append(out, ps[i])
			i++
			continue
		}
		// A stretch of lines with several runs; one line with a single run in
		// between is a label that was wrapped.
		j := i + 1
		for j < len(ps) && near(ps[j-1].line, ps[j].line) &&
			(len(rows[j]) >= 2 || j+1 < len(ps) && len(rows[j+1]) >= 2 && near(ps[j].line, ps[j+1].line)) {
			j++
		}
		if t := inColumns(p, ps[i:j], rows[i:j]); t != nil {
			out = append(out, part{table: t, top: ps[i].top})
		} else {
			out = append(out, ps[i:j]...)
		}
		i = j
	}
	return out
}

func near(a, b *line) bool { return b.y0-a.y1 < 2.5*max(a.size, b.size) }

// inColumns makes a table of lines whose runs stand under each other, with
// figures in at least one column, or returns nil.
func inColumns(p *Page, ps []part, rows [][]run) *piece {
	if len(rows) < 3 {
		return nil
	}
	most := 0
	for _, r := range rows {
		most = max(most, len(r))
	}
	// Columns come from the full rows; a heading over several columns would
	// bridge them. Allow one missing (blank) figure.
	var spans []run
	full := 0
	for _, r := range rows {
		if len(r) >= 2 && len(r) >= most-1 {
			spans = append(spans, r...)
			full++
		}
	}
	if full < 3 || full*2 < len(rows) {
		return nil
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
	if len(cols) < 2 || len(cols) > most+2 {
		return nil
	}
	t := &piece{page: p.Number, width: p.W, ys: make([]float64, len(rows)+1)}
	t.xs = append(t.xs, cols[0].x0)
	for i := 1; i < len(cols); i++ {
		t.xs = append(t.xs, (cols[i-1].x1+cols[i].x0)/2)
	}
	t.xs = append(t.xs, cols[len(cols)-1].x1)
	for y, r := range rows {
		t.ys[y] = ps[y].line.y0
		t.ys[y+1] = ps[y].line.y1
		t.addRow(y, r)
	}
	if !t.figures() {
		return nil
	}
	return t
}

// addRow places the runs of one line; a run over several columns spans them,
// and positions left over are blank cells.
func (t *piece) addRow(y int, r []run) {
	col := 0
	for _, s := range r {
		from, to := t.column(s.x0+0.5), t.column(s.x1-0.5)
		if from < col { // two runs in one column: a gap inside a text
			if n := len(t.cells); n > 0 && t.cells[n-1].row == y {
				t.cells[n-1].text += " " + s.text
				continue
			}
			from = col
		}
		for ; col < from; col++ {
			t.cells = append(t.cells, cell{page: t.page, row: y, col: col, rows: 1, cols: 1})
		}
		to = max(to, from)
		t.cells = append(t.cells, cell{page: t.page, row: y, col: from, rows: 1, cols: to - from + 1, text: s.text})
		col = to + 1
	}
	for ; col < t.cols(); col++ {
		t.cells = append(t.cells, cell{page: t.page, row: y, col: col, rows: 1, cols: 1})
	}
}

func (t *piece) column(x float64) int {
	for i := 1; i < len(t.xs)-1; i++ {
		if x < t.xs[i] {
			return i - 1
		}
	}
	return t.cols() - 1
}

// figures reports whether some column holds figures: without rules, only
// figures under each other tell a table from text with gaps.
func (t *piece) figures() bool {
	num, words := make([]int, t.cols()), make([]int, t.cols())
	for _, c := range t.cells {
		switch {
		case c.text == "" || c.cols > 1:
		case numeric(c.text):
			num[c.col]++
		default:
			words[c.col]++
		}
	}
	for c := range num {
		if num[c] >= 2 && num[c] >= words[c] {
			return true
		}
	}
	return false
}

// numeric reports whether the text is a figure or what stands for none.
func numeric(s string) bool {
	s = strings.TrimSpace(s)
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9' || r >= '０' && r <= '９':
			digits++
		case strings.ContainsRune("+-—–－/／.,，． %％", r):
		default:
			return false
		}
	}
	return digits > 0 || s != "" && len(s) <= 6
}
