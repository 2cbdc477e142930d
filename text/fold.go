// Package text folds Chinese text so that what a reader takes for the same is
// the same: width, 繁简, spaces, brackets, quotation marks; and measures how alike
// two texts are.
package text

import (
	"unicode"
	"unicode/utf8"
)

// Fold returns the text as labels are compared: full-width ASCII as half-width,
// traditional characters as simplified ones, every kind of space and invisible
// character dropped, brackets and quotation marks of one kind, letters in lower
// case. It is not for display.
func Fold(s string) string {
	at := plain(s)
	if at == len(s) {
		return s // most cells are so already
	}
	b := make([]byte, at, len(s))
	copy(b, s)
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		if r = FoldRune(r); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
		at += size
		n := plain(s[at:])
		b = append(b, s[at:at+n]...)
		at += n
	}
	return string(b)
}

// plain is the number of bytes at the front that folding leaves as they are,
// as far as a quick look tells.
func plain(s string) int {
	i := 0
	for i < len(s) {
		c := s[i]
		if c < 0x80 {
			if c <= ' ' || c == 0x7f || c == '\'' || c == '"' || c >= 'A' && c <= 'Z' {
				break
			}
			i++
			continue
		}
		if c < 0xe4 || c > 0xe9 || i+2 >= len(s) {
			break
		}
		x, y := s[i+1]^0x80, s[i+2]^0x80
		r := rune(c&0xf)<<12 | rune(x)<<6 | rune(y)
		if x > 0x3f || y > 0x3f || r < firstHan || simple[r-firstHan] != 0 {
			break
		}
		i += 3
	}
	return i
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
	case r >= firstHan && r <= lastHan:
		if t := simple[r-firstHan]; t != 0 {
			return rune(t)
		}
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
