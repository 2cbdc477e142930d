package main

import (
	"io"
	"strings"

	"golang.org/x/text/width"
)

// A textTable is printed with its columns aligned, counting a Chinese character
// as two columns as terminals do.
type textTable struct {
	head  []string
	rows  [][]string
	right map[int]bool // columns of figures
}

func (t *textTable) add(cells ...string) { t.rows = append(t.rows, cells) }

func (t *textTable) write(w io.Writer) {
	all := t.rows
	if len(t.head) > 0 {
		all = append([][]string{t.head}, all...)
	}
	var wide []int
	for _, r := range all {
		for i, c := range r {
			if i == len(wide) {
				wide = append(wide, 0)
			}
			wide[i] = max(wide[i], columns(c))
		}
	}
	var b strings.Builder
	line := func(r []string) {
		var l strings.Builder
		for i, c := range r {
			if i > 0 {
				l.WriteString("  ")
			}
			pad := strings.Repeat(" ", wide[i]-columns(c))
			if t.right[i] {
				l.WriteString(pad + c)
			} else {
				l.WriteString(c + pad)
			}
		}
		b.WriteString(strings.TrimRight(l.String(), " ") + "\n")
	}
	for i, r := range all {
		line(r)
		if i == 0 && len(t.head) > 0 {
			rule := make([]string, len(wide))
			for k, n := range wide {
				rule[k] = strings.Repeat("-", n)
			}
			line(rule)
		}
	}
	io.WriteString(w, b.String())
}

// columns is the width of a text on a terminal.
func columns(s string) int {
	n := 0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}

// shorten cuts a text to at most n columns.
func shorten(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		w := columns(string(r))
		if used+w > n-2 {
			return s[:i] + "…"
		}
		used += w
	}
	return s
}

// oneLine removes what would break a line or drive a terminal.
func oneLine(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069):
			return -1
		}
		return r
	}, s))
}
