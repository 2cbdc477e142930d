package search

import (
	"bytes"
	"slices"
	"strings"
)

// A needle is one row of units that is looked for in texts.
type needle struct {
	units []string
	plain []byte // as it stands in a simplified text, when that alone is proof
}

func newNeedle(us []string) needle {
	n := needle{units: us}
	if len(us) > 0 && !ascii(us[0]) && !ascii(us[len(us)-1]) {
		joined := strings.Join(us, "")
		if !strings.Contains(joined, pointMark) && slices.Equal(flat(joined), us) {
			n.plain = []byte(joined)
		}
	}
	return n
}

// in reports whether a text holds the units in a row. A text that is known to be
// plain needs no second look.
func (n needle) in(text []byte, plain bool) bool {
	if n.plain != nil {
		if bytes.Contains(text, n.plain) {
			return true
		}
		if plain {
			return false
		}
	}
	found := false
	n.each(string(text), func(int, int) bool { found = true; return false })
	return found
}

// each calls f with the bytes of every place where the units stand, until f
// says no. Places do not overlap.
func (n needle) each(src string, f func(at, end int) bool) {
	if len(n.units) == 0 {
		return
	}
	sc := scan{src: src}
	// The starts of rows that fit so far, and how many units of each do.
	var open [2 * maxUnits]struct{ at, n int }
	count, after := 0, 0
	for {
		at, end, u, apart, ok := sc.next()
		if !ok {
			return
		}
		keep := 0
		if !apart {
			for _, o := range open[:count] {
				if string(u) == n.units[o.n] {
					o.n++
					open[keep] = o
					keep++
				}
			}
		}
		count = keep
		if string(u) == n.units[0] && at >= after && count < len(open) {
			open[count].at, open[count].n = at, 1
			count++
		}
		// The first of the open rows is the longest.
		if count > 0 && open[0].n == len(n.units) {
			if !f(open[0].at, end) {
				return
			}
			count, after = 0, end
		}
	}
}

// needles are the ways to say a term.
func (t term) needles() []needle {
	out := []needle{newNeedle(t.units)}
	for _, a := range t.alts {
		out = append(out, newNeedle(a))
	}
	return out
}

func anyIn(list []needle, text []byte, plain bool) bool {
	return slices.ContainsFunc(list, func(n needle) bool { return n.in(text, plain) })
}
