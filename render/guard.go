package render

import (
	"strings"
	"unicode/utf8"
)

// guard makes text harmless to spreadsheets: text that a spreadsheet would take
// for a formula, and text that begins with the mark itself, gets a leading
// apostrophe, which is how a person says "text" there. A lone mark such as - is
// no formula. Readers of our files take one leading apostrophe off.
func guard(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if len(s) > n && strings.ContainsRune("=+-@\t\r'＝＋－＠", first) && !plainNumber(s) {
		return "'" + s
	}
	return s
}

// plainNumber reports whether the text is a signed decimal, which is data.
func plainNumber(s string) bool {
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	whole, frac, _ := strings.Cut(s, ".")
	return whole != "" && strings.Trim(whole, "0123456789") == "" && strings.Trim(frac, "0123456789") == ""
}
