package ruled

import (
	"math"
	"slices"
	"sort"
	"strings"
	"unicode"
)

// A line is characters on one baseline, from left to right. The box leaves out
// spaces, so that an indent made of spaces is an indent.
type line struct {
	chars          []Char
	x0, y0, x1, y1 float64
	size           float64 // of most characters
}

func blank(r rune) bool { return unicode.IsSpace(r) || r == 0 }

func (c Char) size() float64 {
	if c.Size > 0 {
		return c.Size
	}
	return max(c.Y1-c.Y0, 1)
}

// makeLines sorts characters into lines, top to bottom.
func makeLines(cs []Char) []*line {
	cs = slices.DeleteFunc(slices.Clone(cs), func(c Char) bool {
		return !finite(Box{c.X0, c.Y0, c.X1, c.Y1}) || unicode.IsControl(c.R)
	})
	sort.SliceStable(cs, func(i, j int) bool { return cs[i].Y0+cs[i].Y1 < cs[j].Y0+cs[j].Y1 })
	var out []*line
	for i := 0; i < len(cs); {
		// A line is a run of characters whose centres stay within half the
		// height of its tallest one.
		j, mid, tall := i+1, (cs[i].Y0+cs[i].Y1)/2, cs[i].size()
		for j < len(cs) {
			y := (cs[j].Y0 + cs[j].Y1) / 2
			if y-mid > 0.5*max(tall, cs[j].size()) {
				break
			}
			if s := cs[j].size(); s > tall {
				tall = s
			}
			// The middle of the line follows its characters: small type
			// (a full stop, a superscript) comes first in this order.
			n := float64(j - i)
			mid = (mid*n + y) / (n + 1)
			j++
		}
		if l := newLine(cs[i:j]); l != nil {
			out = append(out, l)
		}
		i = j
	}
	return out
}

func newLine(cs []Char) *line {
	l := &line{chars: slices.Clone(cs), x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1)}
	sort.SliceStable(l.chars, func(i, j int) bool { return l.chars[i].X0 < l.chars[j].X0 })
	l.chars = dropDoubles(l.chars)
	sizes := map[float64]int{}
	for _, c := range l.chars {
		if blank(c.R) {
			continue
		}
		l.x0, l.x1 = min(l.x0, c.X0), max(l.x1, c.X1)
		l.y0, l.y1 = min(l.y0, c.Y0), max(l.y1, c.Y1)
		sizes[math.Round(c.size()*2)/2]++
	}
	if len(sizes) == 0 {
		return nil
	}
	for s, n := range sizes {
		if n > sizes[l.size] || n == sizes[l.size] && s > l.size {
			l.size = s
		}
	}
	return l
}

// dropDoubles drops a character printed again almost on itself, which is how
// some programs make bold type.
func dropDoubles(cs []Char) []Char {
	out := cs[:0]
	for _, c := range cs {
		double := false
		for k := len(out) - 1; k >= 0 && k >= len(out)-3; k-- {
			d := out[k]
			if d.R == c.R && math.Abs(d.X0-c.X0) < 0.15*c.size() && math.Abs(d.Y0-c.Y0) < 0.15*c.size() {
				double = true
			}
		}
		if !double {
			out = append(out, c)
		}
	}
	return out
}

// wide reports whether the character is as wide as high: Han, kana, full-width
// forms. Between those a small gap is justification, not a space.
func wide(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0xff00 && r <= 0xff60 || r >= 0x20000
}

// text is the line's text. Gaps become one space; leading and trailing spaces
// are dropped.
func (l *line) text() string { return textOf(l.chars) }

func textOf(cs []Char) string {
	var b strings.Builder
	var last *Char
	space := false
	for i := range cs {
		c := &cs[i]
		if blank(c.R) {
			space = true
			continue
		}
		if last != nil {
			gap, size := c.X0-last.X1, max(c.size(), last.size())
			switch {
			case wide(c.R) && wide(last.R):
				space = gap > 0.6*size
			case gap > 0.3*size:
				space = true
			case gap < 0.08*size:
				space = false
			}
			if space {
				b.WriteByte(' ')
			}
		}
		b.WriteRune(c.R)
		last, space = c, false
	}
	return b.String()
}

// A run is a stretch of a line between wide gaps.
type run struct {
	x0, x1 float64
	text   string
}

// runs splits the line where the gap is wider than a character.
func (l *line) runs() []run {
	var out []run
	var cur []Char
	x1 := 0.0
	flush := func() {
		if len(cur) > 0 {
			out = append(out, run{cur[0].X0, x1, textOf(cur)})
		}
		cur = nil
	}
	for _, c := range l.chars {
		if blank(c.R) {
			continue
		}
		if len(cur) > 0 && c.X0-x1 > 0.95*l.size {
			flush()
		}
		if len(cur) == 0 {
			x1 = c.X1
		}
		cur = append(cur, c)
		x1 = max(x1, c.X1)
	}
	flush()
	return out
}

// firstWord is the width that the line's first word needs: one character in
// Chinese, the whole word or number otherwise.
func (l *line) firstWord() float64 {
	x0, x1, started := 0.0, 0.0, false
	for _, c := range l.chars {
		if blank(c.R) {
			if started {
				break
			}
			continue
		}
		if !started {
			x0, started = c.X0, true
		} else if wide(c.R) || c.X0-x1 > 0.3*c.size() {
			break
		}
		x1 = c.X1
		if wide(c.R) {
			break
		}
	}
	return x1 - x0
}

// joint is what stands between two lines of one paragraph: a space between
// Latin words, nothing in Chinese and inside a broken number.
func joint(a, b string) string {
	x, y := lastRune(a), firstRune(b)
	if unicode.IsLetter(x) && unicode.IsLetter(y) && !wide(x) && !wide(y) {
		return " "
	}
	return ""
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

func lastRune(s string) rune {
	rs := []rune(s)
	if len(rs) == 0 {
		return 0
	}
	return rs[len(rs)-1]
}

// cellText joins the lines of a cell: a line that had no room for the next
// one's first word was wrapped, otherwise a new paragraph begins.
func cellText(cs []Char, width float64) string {
	if len(cs) == 0 {
		return ""
	}
	var b strings.Builder
	var prev *line
	for _, l := range makeLines(cs) {
		t := l.text()
		if prev != nil {
			// 12 pt: the cell's inner margins, 5.4 pt a side in Word and WPS.
			if width-(prev.x1-prev.x0) < l.firstWord()+12+0.25*l.size {
				b.WriteString(joint(prev.text(), t))
			} else {
				b.WriteByte('\n')
			}
		}
		b.WriteString(t)
		prev = l
	}
	return b.String()
}

func sortParts(ps []part) {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].top < ps[j].top })
}
