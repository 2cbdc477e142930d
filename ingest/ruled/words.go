package ruled

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
)

// A word is a stretch of characters on one level of a table without rules.
type word struct {
	chars          []Char
	x0, y0, x1, y1 float64
	size           float64
	text           string
	figure         bool // a number or what stands for none
}

func (w *word) mid() float64    { return (w.y0 + w.y1) / 2 }
func (w *word) centre() float64 { return (w.x0 + w.x1) / 2 }

func newWord(cs []Char) word {
	w := word{chars: cs, x0: math.Inf(1), y0: math.Inf(1), x1: math.Inf(-1), y1: math.Inf(-1), text: textOf(cs)}
	for _, c := range cs {
		w.x0, w.x1 = min(w.x0, c.X0), max(w.x1, c.X1)
		// The box is as high as the font, with its leading: take the type alone.
		m, half := (c.Y0+c.Y1)/2, c.size()/2
		w.y0, w.y1 = min(w.y0, m-half), max(w.y1, m+half)
		w.size = max(w.size, c.size())
	}
	w.figure = numeric(w.text)
	return w
}

// wordsOf splits characters into words. Cells of a table stand nearer to each
// other than a paragraph's gaps are wide: figures a third of the type's size,
// a label and its figure not much more.
func wordsOf(cs []Char) []word {
	cs = slices.DeleteFunc(slices.Clone(cs), func(c Char) bool {
		return blank(c.R) || unicode.IsControl(c.R) || !finite(Box{c.X0, c.Y0, c.X1, c.Y1})
	})
	slices.SortStableFunc(cs, func(a, b Char) int { return cmp.Compare(a.Y0+a.Y1, b.Y0+b.Y1) })
	var out []word
	for i := 0; i < len(cs); {
		// Labels and the figures beside them are set half a line apart: only
		// what stands level is one line.
		j, mid := i+1, (cs[i].Y0+cs[i].Y1)/2
		for j < len(cs) {
			y := (cs[j].Y0 + cs[j].Y1) / 2
			if y-mid > 0.33*max(cs[j].size(), cs[i].size()) {
				break
			}
			mid += (y - mid) / float64(j-i+1)
			j++
		}
		level := slices.Clone(cs[i:j])
		slices.SortStableFunc(level, func(a, b Char) int { return cmp.Compare(a.X0, b.X0) })
		level = dropDoubles(level)
		from := 0
		for k := 1; k <= len(level); k++ {
			if k == len(level) || level[k].X0-level[k-1].X1 > cellGap(level[k-1], level[k]) {
				word := slices.Clone(level[from:k])
				if n := figureTail(word); n > 0 && k < len(level) && figureRune(level[k].R) {
					out = append(out, newWord(word[:n]))
					word = word[n:]
				}
				out = append(out, newWord(word))
				from = k
			}
		}
		i = j
	}
	return out
}

// figureTail is where a figure at the end of a label begins, behind any gap at
// all: a full cell leaves no more between itself and the next. 0 if there is
// none.
func figureTail(cs []Char) int {
	k := len(cs)
	for k > 0 && cs[k-1].R >= '0' && cs[k-1].R <= '9' {
		k--
	}
	if k == 0 || k == len(cs) || !wide(cs[k-1].R) || cs[k].X0-cs[k-1].X1 < 0.08*cs[k-1].size() {
		return 0
	}
	return k
}

// cellGap is the width of a gap that parts two cells.
func cellGap(a, b Char) float64 {
	size := max(a.size(), b.size())
	x, y := figureRune(a.R), figureRune(b.R)
	switch {
	case x && y:
		return 0.3 * size
	case x || y:
		return 0.3 * size
	}
	return 0.95 * size
}

func figureRune(r rune) bool {
	return r >= '0' && r <= '9' || r >= '０' && r <= '９' || strings.ContainsRune("+-—–－/／.,", r)
}

// splitAt parts the word before the characters that begin at one of the edges
// behind a small gap, or with an item's number.
func (w *word) splitAt(edges []float64, tol, gap float64) []word {
	var out []word
	from := 0
	for k := 1; k < len(w.chars); k++ {
		c := w.chars[k]
		if c.X0-w.chars[k-1].X1 < gap*w.size && !(figureRune(c.R) && !figureRune(w.chars[k-1].R) && numbered(textOf(w.chars[k:]))) {
			continue
		}
		for _, e := range edges {
			if math.Abs(c.X0-e) <= tol {
				out = append(out, newWord(w.chars[from:k]))
				from = k
				break
			}
		}
	}
	if from == 0 {
		return []word{*w}
	}
	return append(out, newWord(w.chars[from:]))
}

// parts splits the word at gaps wider than that share of the type's size.
func (w *word) parts(gap float64) []word {
	var out []word
	from := 0
	for k := 1; k < len(w.chars); k++ {
		if w.chars[k].X0-w.chars[k-1].X1 > gap*w.size {
			out = append(out, newWord(w.chars[from:k]))
			from = k
		}
	}
	return append(out, newWord(w.chars[from:]))
}
