package casework

import (
	"strings"
	"unicode/utf8"
)

// Matters guesses how many different things an application asks for 一事一申请. It is
// good for a hint only: no application is refused for asking several.
func Matters(text string) int {
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(line)
		mark := strings.TrimLeft(line, "0123456789一二三四五六七八九十（()")
		if mark != line && (strings.HasPrefix(mark, "、") || strings.HasPrefix(mark, ".") || strings.HasPrefix(mark, "．") || strings.HasPrefix(mark, "）") || strings.HasPrefix(mark, ")")) && utf8.RuneCountInString(mark) > 4 {
			n++
		}
	}
	return max(n, 1)
}
