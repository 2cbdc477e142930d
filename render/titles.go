package render

import (
	"math"
	"strings"
)

// fitTitle is the title in lines and its size: the largest at which two lines
// hold it, somewhat smaller where they then break better.
func fitTitle(s string, room, largest, smallest float64) (string, float64) {
	size := largest
	for size > smallest && width(s)*size > 2*room {
		size -= 0.5
	}
	for try := size; try > max(smallest, size*0.8); try -= 0.5 {
		if torn(balance(s, room/try)) < 4 {
			return balance(s, room/try), try
		}
	}
	return balance(s, room/size), size
}

// torn is what the worst break of a title costs.
func torn(s string) float64 {
	worst := 0.0
	var r []rune
	for _, l := range strings.Split(s, "\n") {
		if next := []rune(l); len(r) > 0 && len(next) > 0 {
			worst = max(worst, tear(append(r[:len(r):len(r)], next...), len(r)))
		}
		r = []rune(l)
	}
	return worst
}

// balance breaks a title that is too long for one line (of so many ems) in
// lines of about one length, where the sense allows it.
func balance(s string, room float64) string {
	n := int(math.Ceil(width(s) / room))
	if n < 2 {
		return s
	}
	r := []rune(s)
	var out []string
	for n > 1 {
		total := width(string(r))
		aim := total / float64(n)
		best, cost, w := -1, math.Inf(1), 0.0
		for i := 1; i < len(r); i++ {
			w += em(r[i-1])
			if w > room+0.01 || total-w > room*float64(n-1)+0.01 {
				continue
			}
			c := math.Abs(w-aim) + tear(r, i)
			if c < cost {
				best, cost = i, c
			}
		}
		if best < 0 {
			break
		}
		out = append(out, string(r[:best]))
		r = r[best:]
		n--
	}
	return strings.Join(append(out, string(r)), "\n")
}

// tear is what it costs to break before character i: little where the sense
// breaks, much within a word.
func tear(r []rune, i int) float64 {
	before, after := r[i-1], r[i]
	rest := string(r[i:])
	inside := strings.Count(string(r[:i]), "《") > strings.Count(string(r[:i]), "》")
	switch {
	case strings.ContainsRune(noStart, after), strings.ContainsRune(noEnd, before), inWord(before) && inWord(after):
		return 100
	case after == '《' || after == '〈' || before == '》' || strings.HasPrefix(rest, "关于"):
		return 0
	case inside:
		return 12
	case before == '的' || before == '、' || before == '，' || after == '（' || before == '）':
		return 1.5
	case len(r)-i < 3, after == '的':
		return 14
	}
	return 10
}
