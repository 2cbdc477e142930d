// Package text folds Chinese text so that what a reader takes for the same is
// the same: width, spaces, brackets, quotation marks; and measures how alike
// two texts are.
package text

import (
	"strings"
	"unicode"
)

// Fold returns the text as labels are compared: full-width ASCII as half-width,
// every kind of space and invisible character dropped, brackets and quotation
// marks of one kind, letters in lower case. It is not for display.
func Fold(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for _, r := range s {
		if r = FoldRune(r); r >= 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// FoldRune folds one rune, or returns -1 for one that Fold drops.
func FoldRune(r rune) rune {
	switch {
	case r < 0x80:
		if r <= ' ' || r == 0x7f || r == '\'' || r == '"' {
			return -1
		}
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	case r >= 0xff01 && r <= 0xff5e: // full-width ASCII
		return FoldRune(r - 0xfee0)
	case r >= 0x4e00 && r <= 0x9fff:
		return r
	}
	switch r {
	case '“', '”', '‘', '’', '「', '」', '『', '』', '〝', '〞', '＂', '＇':
		return -1
	case '〔', '【', '［', '﹝', '〖':
		return '('
	case '〕', '】', '］', '﹞', '〗':
		return ')'
	case '、', '。', '．', '·', '•':
		return '.'
	case '—', '–', '−', '―', '‐', '‑', '－':
		return '-'
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad', '\ufffc':
		return -1
	case '⼀', '㈠':
		return '一'
	}
	if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) {
		return -1
	}
	return unicode.ToLower(r)
}

// Distance is the number of insertions, deletions and substitutions between a
// and b, or max+1 as soon as it is certain to exceed max.
func Distance(a, b string, max int) int {
	return DistanceRunes([]rune(a), []rune(b), max)
}

// DistanceRunes is Distance for texts that are already runes.
func DistanceRunes(x, y []rune, max int) int {
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(y)-len(x) > max {
		return max + 1
	}
	row := make([]int, len(x)+1)
	for i := range row {
		row[i] = i
	}
	for j, c := range y {
		prev, best := row[0], j+1
		row[0] = j + 1
		for i, d := range x {
			cost := prev
			if c != d {
				cost = 1 + min(prev, row[i], row[i+1])
			}
			prev, row[i+1] = row[i+1], cost
			best = min(best, cost)
		}
		if best > max {
			return max + 1
		}
	}
	return row[len(x)]
}
