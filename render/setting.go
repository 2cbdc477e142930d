package render

import (
	"sort"
	"strings"
)

// Geta 〓 is what Chinese and Japanese printers set for a type they lack.
const Geta = '〓'

// A piece is text in one face.
type piece struct {
	face *face
	text string
	span int // index of the form it is set in
}

// A setLine is one line of set text: its pieces, its width in points and the
// number of characters, between which a line may be spread.
type setLine struct {
	pieces []piece
	width  float64
	chars  int
}

// noStart must not begin a line, noEnd must not end one (避头尾).
const (
	noStart = "、。，．：；！？）》〉」』】〕］｝”’…—～·％‰℃,.:;!?)]}%"
	noEnd   = "（《〈「『【〔［｛“‘([{"
)

// glyphRun is a character with its face and width, ready to be set.
type glyphRun struct {
	r    rune
	face *face
	w    float64
	span int // index of its form, where a paragraph has several
}

// breakLines sets text of a size in lines of a width in points, the first line
// indented. A run of the styles is given by lead: its first bytes are a heading.
func (s *fontSet) breakLines(st style, text string, lead int, size, width, indent float64) []setLine {
	var out []setLine
	for _, para := range strings.Split(text, "\n") {
		runs := s.measure(st, para, lead, size)
		lead = max(0, lead-len(para)-1)
		out = append(out, breakRuns(runs, width, indent)...)
		indent = 0
	}
	return out
}

func (s *fontSet) measure(st style, text string, lead int, size float64) []glyphRun {
	runs := make([]glyphRun, 0, len(text)/2)
	for i, r := range text {
		use := st
		if i < lead {
			use = section
		}
		if r == '\t' {
			r = ' '
		}
		f := s.pick(use, r)
		if f == nil {
			if r = Geta; s.pick(use, r) == nil {
				r = '?'
			}
			if f = s.pick(use, r); f == nil {
				continue
			}
		}
		runs = append(runs, glyphRun{r: r, face: f, w: f.advance(r) * size})
	}
	return runs
}

// breakRuns fills lines: Chinese breaks anywhere but before closing and behind
// opening marks, words and figures only where they end.
func breakRuns(runs []glyphRun, width, indent float64) []setLine {
	if len(runs) == 0 {
		return []setLine{{}}
	}
	var out []setLine
	for from := 0; from < len(runs); {
		room := width - indent
		to, w := from, 0.0
		for to < len(runs) && (to == from || w+runs[to].w <= room+0.01) {
			w += runs[to].w
			to++
		}
		if to < len(runs) {
			to = breakAt(runs, from, to)
		}
		out = append(out, lineOf(runs[from:to]))
		for to < len(runs) && runs[to].r == ' ' { // a space at a line's end is the break itself
			to++
		}
		from, indent = to, 0
	}
	return out
}

// breakAt moves a break back to where it is allowed, or leaves it if nowhere.
func breakAt(runs []glyphRun, from, to int) int {
	for at := to; at > from; at-- {
		before, after := runs[at-1].r, runs[at].r
		if strings.ContainsRune(noStart, after) || strings.ContainsRune(noEnd, before) || inWord(before) && inWord(after) ||
			before == '-' && digit(after) && at-2 >= from && digit(runs[at-2].r) || // a telephone number, a date
			after == '-' && digit(before) && at+1 < len(runs) && digit(runs[at+1].r) {
			continue
		}
		return at
	}
	return to
}

func digit(r rune) bool { return r >= '0' && r <= '9' }

func inWord(r rune) bool {
	return r < 0x250 && r > ' ' && !strings.ContainsRune("-/,;:!?()[]{}", r) || r == '.'
}

func lineOf(runs []glyphRun) setLine {
	for len(runs) > 0 && runs[len(runs)-1].r == ' ' {
		runs = runs[:len(runs)-1]
	}
	l := setLine{chars: len(runs)}
	var b strings.Builder
	for i, g := range runs {
		l.width += g.w
		b.WriteRune(g.r)
		if i+1 == len(runs) || runs[i+1].face != g.face || runs[i+1].span != g.span {
			l.pieces = append(l.pieces, piece{g.face, b.String(), g.span})
			b.Reset()
		}
	}
	return l
}

// missing lists the characters that no font has, in order.
func (s *fontSet) missing() []rune {
	var out []rune
	for r := range s.lacking {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
