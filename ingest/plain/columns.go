package plain

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/doc"
)

// A segment is a text between runs of two or more spaces, at printed columns
// [from, to) where a Chinese character is two wide.
type segment struct {
	text     string
	from, to int
}

// segments cuts a line at runs of two or more spaces. A full-width space is
// two wide and does not cut by itself: people indent with it.
func segments(s string) []segment {
	var out []segment
	x, start, from, gap := 0, -1, 0, 0
	end := 0 // byte and column behind the last visible character
	endX := 0
	for i, r := range s {
		if r == ' ' || r == '\u00a0' {
			gap++
			x++
			continue
		}
		if start >= 0 && gap >= 2 {
			out = append(out, segment{s[start:end], from, endX})
			start = -1
		}
		if start < 0 {
			start, from = i, x
		}
		gap = 0
		if r < 0x1100 {
			x++
		} else {
			x += 2
		}
		end, endX = i+utf8.RuneLen(r), x
	}
	if start >= 0 {
		out = append(out, segment{s[start:end], from, endX})
	}
	return out
}

// A columnLine is one line of a table laid out with spaces.
type columnLine struct {
	segs    []segment
	at      doc.Place
	figures int
}

// columns reads a table laid out with spaces, as pdftotext -layout prints it:
// at least two lines with three or more columns, most of them figures. Blank
// lines and lines of a wrapped label may stand between. It returns nil where
// the lines are prose or where figures cannot be told apart by their place.
func (b *builder) columns(i int) (g *doc.Grid, next int) {
	if i < b.noCols || !strings.Contains(b.lines[i].text, "  ") {
		return nil, i
	}
	var run []columnLine
	wide, data, keep, gap := 0, 0, 0, 0
	j := i
	for ; j < len(b.lines) && gap <= 3; j++ {
		s := b.lines[j].text
		if len(s) > 2000 || strings.IndexByte(s, '\t') >= 0 {
			break
		}
		if strings.TrimSpace(s) == "" {
			gap++
			continue
		}
		l := columnLine{segs: segments(s), at: b.lines[j].at}
		for _, x := range l.segs {
			if figure(x.text) {
				l.figures++
			}
		}
		if len(l.segs) < 3 {
			if wide == 0 || len(l.segs) == 1 && utf8.RuneCountInString(l.segs[0].text) > 24 || strings.Contains(s, "。") {
				break
			}
			gap++
			run = append(run, l)
			continue
		}
		gap = 0
		wide++
		if l.figures >= 2 {
			data++
		}
		run = append(run, l)
		keep, next = len(run), j+1
	}
	if wide < 2 || data < 1 {
		b.noCols = max(j, i+1)
		return nil, i
	}
	if g = arrange(run[:keep]); g == nil {
		b.noCols = next
		return nil, i
	}
	return g, next
}

// arrange puts figures under each other by their printed place, so that a
// blank cell between two figures stays blank, and labels to their left.
func arrange(run []columnLine) *doc.Grid {
	type span struct{ from, to int }
	var figs []span
	for _, l := range run {
		if l.figures < 2 {
			continue
		}
		for _, s := range l.segs {
			if figure(s.text) {
				figs = append(figs, span{s.from, s.to})
			}
		}
	}
	slices.SortFunc(figs, func(a, b span) int { return a.from - b.from })
	var cols []span
	for _, f := range figs {
		if n := len(cols); n > 0 && f.from < cols[n-1].to {
			cols[n-1].to = max(cols[n-1].to, f.to)
			continue
		}
		cols = append(cols, f)
	}
	if most := mostFigures(run); len(cols) > most+2 {
		return nil // the places do not line up from page to page: order tells more
	}
	labels := 0
	for _, l := range run {
		n, last := 0, -1
		for _, s := range l.segs {
			if s.to <= cols[0].from {
				n++
				continue
			}
			if !figure(s.text) {
				continue
			}
			for k, c := range cols {
				if s.from < c.to && s.to > c.from {
					if k == last {
						return nil // two figures of one line in one column
					}
					last = k
				}
			}
		}
		labels = max(labels, n)
	}
	g := &doc.Grid{Rows: len(run), Cols: labels + len(cols), At: run[0].at}
	for r, l := range run {
		left := 0
		for _, s := range l.segs {
			if s.to <= cols[0].from {
				left++
			}
		}
		next := labels - left // labels stand next to their figures
		for _, s := range l.segs {
			from, to := next, next+1
			if s.to > cols[0].from {
				from, to = -1, -1
				for k, c := range cols {
					if s.from < c.to && s.to > c.from {
						if from < 0 {
							from = labels + k
						}
						to = labels + k + 1
					}
				}
				if from < 0 { // between two columns of figures: the one that follows
					from = labels + len(cols) - 1
					for k, c := range cols {
						if c.from >= s.to {
							from = labels + k
							break
						}
					}
					to = from + 1
				}
			}
			if from = max(from, next); to <= from {
				if from >= g.Cols {
					c := &g.Cells[len(g.Cells)-1]
					c.Text += " " + s.text
					continue
				}
				to = from + 1
			}
			next = to
			g.Cells = append(g.Cells, doc.Cell{Row: r, Col: from, RowSpan: 1, ColSpan: to - from, Text: s.text, At: l.at})
		}
	}
	return fillRows(g)
}

// mostFigures is how many figures the fullest line has.
func mostFigures(run []columnLine) int {
	n := 0
	for _, l := range run {
		n = max(n, l.figures)
	}
	return n
}

// fillRows puts blank cells where a data row has no text under its columns, so
// that a blank is seen as one.
func fillRows(g *doc.Grid) *doc.Grid {
	out := make([]doc.Cell, 0, len(g.Cells))
	for i := 0; i < len(g.Cells); {
		j, figs := i, 0
		for j < len(g.Cells) && g.Cells[j].Row == g.Cells[i].Row {
			if figure(g.Cells[j].Text) {
				figs++
			}
			j++
		}
		next := g.Cells[i].Col
		for _, c := range g.Cells[i:j] {
			for ; figs >= 2 && next < c.Col; next++ {
				out = append(out, doc.Cell{Row: c.Row, Col: next, RowSpan: 1, ColSpan: 1, At: c.At})
			}
			out = append(out, c)
			next = c.Col + c.ColSpan
		}
		for last := out[len(out)-1]; figs >= 2 && next < g.Cols; next++ {
			out = append(out, doc.Cell{Row: last.Row, Col: next, RowSpan: 1, ColSpan: 1, At: last.At})
		}
		i = j
	}
	g.Cells = out
	return g
}
