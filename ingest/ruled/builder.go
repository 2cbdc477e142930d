package ruled

import (
	"math"
	"slices"
	"strings"

	"gongkai/doc"
)

// margins are where text outside tables begins and ends on most lines.
type margins struct {
	left, right float64
	size        float64 // font size of most lines
	pitch       float64 // distance of most lines from the one above
}

func marginsOf(fs []flow) margins {
	var lefts, rights, sizes, pitches []float64
	for _, f := range fs {
		var prev *line
		for _, p := range f.parts {
			if p.line == nil {
				prev = nil
				continue
			}
			lefts = append(lefts, p.line.x0)
			rights = append(rights, p.line.x1)
			sizes = append(sizes, p.line.size)
			if prev != nil {
				pitches = append(pitches, p.line.y1-prev.y1)
			}
			prev = p.line
		}
	}
	if len(lefts) == 0 {
		return margins{}
	}
	m := margins{size: common(sizes, 0.5), pitch: common(pitches, 1)}
	// The left margin is the leftmost position at which a fair share of lines
	// begins: most lines of a report of short paragraphs are indented ones.
	slices.Sort(lefts)
	m.left = lefts[0]
	for i, x := range lefts {
		n := 0
		for j := i; j < len(lefts) && lefts[j]-x < 3; j++ {
			n++
		}
		if n >= max(2, len(lefts)/20) {
			m.left = x
			break
		}
	}
	slices.Sort(rights)
	m.right = rights[len(rights)-1-len(rights)/20]
	full := 0
	for _, x := range rights {
		if math.Abs(x-m.right) < m.size {
			full++
		}
	}
	if w := fs[0].page.W; full < 3 || m.right < 0.6*w { // no full lines that show the margin: it is as wide as the left one
		m.right = max(m.right, w-m.left)
	}
	m.widen(fs)
	return m
}

// widen takes the edges of tables into account: a report whose paragraphs are
// all one line long shows its left margin nowhere else, and every line of it
// would seem to begin there.
func (m *margins) widen(fs []flow) {
	for _, f := range fs {
		for _, p := range f.parts {
			if p.table == nil || !p.table.solid {
				continue
			}
			xs := p.table.xs
			if l := xs[0]; l < m.left && m.left-l < 3*m.size {
				m.left = l
			}
			if r := xs[len(xs)-1]; r > m.right && r-m.right < 3*m.size {
				m.right = r
			}
		}
	}
}

// common is the most frequent value, rounded to the step.
func common(vs []float64, step float64) float64 {
	count := map[float64]int{}
	best := 0.0
	for _, v := range vs {
		v = math.Round(v/step) * step
		count[v]++
		if n := count[v]; n > count[best] || n == count[best] && v < best {
			best = v
		}
	}
	return best
}

type builder struct {
	doc     *doc.Document
	lim     Limits
	margins margins

	para  strings.Builder // paragraph being joined
	at    doc.Place
	last  *line
	fresh bool // last stands on an earlier page

	pending *joined // table that the next page may continue
	pages   int     // pages ended since pending's last row

	paras, tables, cells, text int
}

// addLine adds a line of text: to the open paragraph if it continues it.
func (b *builder) addLine(l *line, p *Page) error {
	if err := b.flushTable(); err != nil {
		return err
	}
	t := l.text()
	if b.text += len(t); b.text > b.lim.Text {
		return ErrTooLarge
	}
	if b.last != nil && b.continues(l, p) {
		b.para.WriteString(joint(b.para.String(), t))
		b.para.WriteString(t)
	} else {
		b.flushPara()
		b.paras++
		b.at = doc.Place{Page: p.Number, Para: b.paras}
		b.para.WriteString(t)
	}
	b.last, b.fresh = l, false
	return nil
}

// continues reports whether the line goes on with the paragraph of the line
// before it.
func (b *builder) continues(l *line, p *Page) bool {
	m, prev := b.margins, b.last
	if len(prev.runs()) > 2 || math.Abs(l.size-prev.size) > 0.15*max(l.size, prev.size) {
		return false
	}
	if !b.fresh {
		if gap := l.y0 - prev.y1; gap > max(1.6*l.size, 1.6*(m.pitch-m.size)) || l.y0 < prev.y0+0.3*l.size {
			return false
		}
	}
	if centred(prev, p, m) && centred(l, p, m) {
		// A title in larger type set on several centred lines.
		return l.size > 1.15*m.size && !b.fresh
	}
	if l.x0 > m.left+1.1*l.size {
		return false // first-line indent, or set to the right
	}
	room := m.right - prev.x1
	return room < l.firstWord()+0.9*l.size
}

func centred(l *line, p *Page, m margins) bool {
	a, z := l.x0-m.left, m.right-l.x1
	return a > 3*l.size && z > 3*l.size && math.Abs(a-z) < 2*l.size || l.size > 1.3*m.size && math.Abs((l.x0+l.x1)/2-p.W/2) < l.size
}

func (b *builder) flushPara() {
	if b.para.Len() > 0 {
		b.doc.AddPara(b.para.String(), 0, b.at)
	}
	b.para.Reset()
	b.last = nil
}

func (b *builder) endPage() error {
	b.fresh = true
	if b.pending != nil {
		b.pages++
		if b.pages > 1 {
			return b.flushTable()
		}
	}
	return nil
}

func (b *builder) finish() error {
	b.flushPara()
	return b.flushTable()
}
