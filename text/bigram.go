package text

import "unicode/utf8"

// Bigrams returns the overlapping pairs of characters of the folded text, in
// order: 政府信息 gives 政府, 府信, 信息. A single character is given alone.
func Bigrams(s string) []string {
	f := Fold(s)
	var out []string
	prev, n := 0, 0
	for i := range f {
		if n > 0 {
			_, w := utf8.DecodeRuneInString(f[i:])
			out = append(out, f[prev:i+w])
		}
		prev = i
		n++
	}
	if n == 1 {
		return []string{f}
	}
	return out
}
