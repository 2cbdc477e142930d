package ruled

import (
	"math"
	"strings"
)

// borderless replaces lines of text that stand in columns of figures by a
// table piece: tables printed without rules, or with rules in one direction
// only. before is such a table at the end of the page before: its columns hold
// for the rest of it on this page, which may show no heading.
func borderless(f *flow, before *openTable) []part {
	var out []part
	parts := f.parts
	for i := 0; i < len(parts); {
		if parts[i].line == nil {
			out = append(out, parts[i])
			before = nil
			i++
			continue
		}
		j := i
		for j < len(parts) && parts[j].line != nil {
			j++
		}
		out = append(out, f.tablesIn(parts[i:j], before)...)
		before = nil
		i = j
	}
	return out
}

// tablesIn finds tables in a stretch of lines.
func (f *flow) tablesIn(ps []part, before *openTable) []part {
	var out []part
	words := make([][]word, len(ps))
	for i, p := range ps {
		words[i] = wordsOf(p.line.chars)
	}
	done := 0
	for i := 0; i < len(ps); {
		from, to := region(ps, words, i, done)
		if to == 0 {
			break
		}
		var hint *openTable
		if from == 0 || onlyFurniture(ps[:from]) {
			hint = before
		}
		t := f.inColumns(ps, from, to, hint)
		if t == nil {
			i = max(to, i+1)
			continue
		}
		out = append(out, ps[done:from]...)
		out = append(out, part{table: t, top: ps[from].top})
		done, i = to, to
	}
	return append(out, ps[done:]...)
}

func onlyFurniture(ps []part) bool { return len(ps) == 0 }

// anchor reports whether a line holds figures of a table: figures that stand
// alone, several or beside a label.
func anchor(ws []word) bool {
	n := 0
	for i := range ws {
		if ws[i].figure {
			n++
		}
	}
	return n > 0 && len(ws) >= 2
}

// A zone is where the figures of a table stand, as far as lines were seen.
type zone struct {
	left, right float64
	size        float64
	least       float64 // left end of everything
}

// region finds the next table among the lines from i on: [from, to) with its
// heading lines, which may reach back to done. to is 0 if there is none.
func region(ps []part, words [][]word, i, done int) (from, to int) {
	for ; i < len(ps) && !anchor(words[i]); i++ {
	}
	if i == len(ps) {
		return 0, 0
	}
	z := zone{left: math.Inf(1), right: math.Inf(-1), size: ps[i].line.size, least: ps[i].line.x0}
	z.add(words[i])
	end := i + 1
	for j := i + 1; j < len(ps); j++ {
		l, prev := ps[j].line, ps[j-1].line
		if l.y0-prev.y1 > 2.8*z.size || !z.fits(l, words[j]) {
			break
		}
		if anchor(words[j]) || onlyFigures(words[j]) {
			z.add(words[j])
		}
		z.least = min(z.least, l.x0)
		end = j + 1
	}
	// A title of the next part may stand where labels do.
	for end > i+1 && !anchor(words[end-1]) && !onlyFigures(words[end-1]) && end < len(ps) && !besides(words[i:end-1], words[end-1]) {
		end--
	}
	from = i
	for from > done && i-from < 10 {
		l, next := ps[from-1].line, ps[from].line
		if next.y0-l.y1 > 2.8*z.size || !z.heads(l, words[from-1]) {
			break
		}
		from--
	}
	return from, end
}

// besides reports whether a line begins or stands in the middle where labels of
// other lines do.
func besides(lines [][]word, ws []word) bool {
	if len(ws) == 0 {
		return false
	}
	for _, l := range lines {
		for i := range l {
			if w := &l[i]; !w.figure && (math.Abs(w.x0-ws[0].x0) < 2 || math.Abs(w.centre()-ws[0].centre()) < 2) {
				return true
			}
		}
	}
	return false
}

func onlyFigures(ws []word) bool {
	for i := range ws {
		if !ws[i].figure {
			return false
		}
	}
	return len(ws) > 0
}

func (z *zone) add(ws []word) {
	for i := range ws {
		if ws[i].figure {
			z.left, z.right = min(z.left, ws[i].x0), max(z.right, ws[i].x1)
		}
	}
}

// fits reports whether a line below the first figures belongs to the table: it
// has figures, or labels left of the figures and nothing across.
func (z *zone) fits(l *line, ws []word) bool {
	if math.Abs(l.size-z.size) > 0.25*max(l.size, z.size) {
		return false
	}
	if anchor(ws) {
		return !z.prose(ws)
	}
	for i := range ws {
		w := &ws[i]
		if w.figure {
			continue
		}
		if w.x0 < z.left-z.size && w.x1 > z.left+0.5*z.size {
			return false
		}
		if w.x0 >= z.left-z.size && z.least < z.left-3*z.size {
			return false // words under the figures: the heading of another table
		}
	}
	return min(z.least, l.x0) < z.left-z.size || onlyFigures(ws)
}

// prose reports whether words run from the labels far into the figures, as
// those of a sentence do.
func (z *zone) prose(ws []word) bool {
	for i := range ws {
		w := &ws[i]
		if !w.figure && w.x0 < z.left-z.size && w.x1 > z.left+2*z.size {
			return true
		}
	}
	return false
}

// heads reports whether a line above the first figures is a heading row.
func (z *zone) heads(l *line, ws []word) bool {
	if math.Abs(l.size-z.size) > 0.25*max(l.size, z.size) || len(ws) == 0 {
		return false
	}
	labels := z.least < z.left-3*z.size
	var parts []word
	for i := range ws {
		parts = append(parts, ws[i].parts(0.35)...)
	}
	for i := range parts {
		w := &parts[i]
		if strings.ContainsAny(w.text, "。；") {
			return false
		}
		switch {
		case labels && w.x0 < z.least+1.5*z.size && w.x1 > z.left+z.size:
			return false
		case !labels && len(ws) == 1 && w.x0 < z.least+1.2*z.size:
			return false
		}
	}
	return true
}

// An openTable is a borderless table at the end of a page.
type openTable struct {
	cols  []run // of figures
	left  float64
	width float64 // of the page
}

// inColumns makes a table of the lines from … to, or returns nil.
func (f *flow) inColumns(ps []part, from, to int, hint *openTable) *piece {
	var cs []Char
	sizes := []float64{}
	for _, p := range ps[from:to] {
		cs = append(cs, p.line.chars...)
		sizes = append(sizes, p.line.size)
	}
	ws := wordsOf(cs)
	b := bare{page: f.page, size: common(sizes, 0.5), words: ws, h: f.h, v: f.v}
	b.top, b.bottom = ps[from].line.y0, ps[to-1].line.y1
	b.cutTop = ps[from].line == f.parts[0].line
	b.cutBottom = ps[to-1].line == f.parts[len(f.parts)-1].line
	if b.size <= 0 || len(ws) > 20_000 || !b.columns(hint) || !b.rowsOf() {
		return nil
	}
	return b.piece()
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
