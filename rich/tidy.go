package rich

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of one table and one list.
const (
	maxSpan  = 200 // rows or columns a cell covers
	maxLevel = 4   // of lists
)

// Tidy is the body in its one usual form: what two readers see alike is written
// alike. Text loses control characters, marks that turn the direction of
// writing, blanks at the ends of lines and empty lines; spans of one form are
// one span; fields of other kinds are zero; links that a page must not carry
// are gone; blocks with nothing in them are left out. Every reader of this
// package gives tidy bodies, and the html of a tidy body reads back as itself.
func (b Body) Tidy() Body {
	var out Body
	last := 0 // level of the list entry just before
	for _, x := range b.Blocks {
		y, ok := tidyBlock(x, last)
		if !ok {
			continue
		}
		last = 0
		if y.Kind == Entry {
			last = y.Level
		}
		out.Blocks = append(out.Blocks, y)
	}
	return out
}

func tidyBlock(x Block, last int) (Block, bool) {
	y := Block{Kind: x.Kind, Align: tidyAlign(x.Align)}
	switch x.Kind {
	case Para:
		y.Spans = tidySpans(x.Spans, false)
		y.Flush = x.Flush && y.Align == ""
		return y, y.Spans != nil
	case Heading:
		y.Spans = tidySpans(x.Spans, true)
		y.Level = min(max(x.Level, 2), 4)
		return y, y.Spans != nil
	case Entry:
		y.Align = ""
		y.Spans = tidySpans(x.Spans, false)
		y.Level = min(max(x.Level, 1), last+1, maxLevel)
		y.Numbered = x.Numbered
		return y, y.Spans != nil
	case Grid:
		y.Align = ""
		y.Spans = tidySpans(x.Spans, false)
		y.Rows = tidyRows(x.Rows)
		return y, y.Rows != nil
	case Picture:
		if x.Image == nil || x.Image.File == 0 {
			return y, false
		}
		y.Align = ""
		y.Image = &Image{File: x.Image.File, Alt: OneLine(x.Image.Alt)}
		return y, true
	case Rule:
		y.Align = ""
		return y, true
	}
	return y, false
}

func tidyAlign(a Align) Align {
	if a == Centre || a == Right {
		return a
	}
	return ""
}

// tidyRows cuts spans to the table and to what is free, and drops a table
// without cells.
func tidyRows(rows []Row) []Row {
	var out []Row
	var taken []int // by column, rows still covered from above
	some := false
	for r, row := range rows {
		col := 0
		var cells []Cell
		for _, c := range row.Cells {
			for col < len(taken) && taken[col] > 0 {
				col++
			}
			wide, high := min(max(c.ColSpan, 1), maxSpan), min(max(c.RowSpan, 1), maxSpan, len(rows)-r)
			for k := 1; k < wide; k++ {
				if col+k < len(taken) && taken[col+k] > 0 {
					wide = k
				}
			}
			for len(taken) < col+wide {
				taken = append(taken, 0)
			}
			for k := range wide {
				taken[col+k] = high
			}
			col += wide
			n := Cell{Spans: tidySpans(c.Spans, false), Head: c.Head, Align: tidyAlign(c.Align)}
			if wide > 1 {
				n.ColSpan = wide
			}
			if high > 1 {
				n.RowSpan = high
			}
			cells = append(cells, n)
			some = true
		}
		for k := range taken {
			taken[k] = max(0, taken[k]-1)
		}
		out = append(out, Row{Cells: cells})
	}
	if !some {
		return nil
	}
	return out
}

// tidySpans cleans text and joins what has one form; plain takes away boldness,
// which a heading has of itself.
func tidySpans(spans []Span, plain bool) []Span {
	type run struct {
		r    rune
		form int
	}
	var all []run
	forms := make([]Span, len(spans))
	for i, s := range spans {
		f := s
		f.Text = ""
		f.Link, _ = SafeLink(s.Link)
		f.Bold = f.Bold && !plain
		f.Sup = f.Sup && !f.Sub
		f.Under = f.Under && f.Link == "" // a link is underlined of itself
		forms[i] = f
		text := s.Text
		if strings.Contains(text, "\r\n") {
			text = strings.ReplaceAll(text, "\r\n", "\n")
		}
		for _, r := range text {
			if r = cleanRune(r); r >= 0 {
				all = append(all, run{r, i})
			}
		}
	}
	// Trim every line and drop the empty ones, in place.
	kept, begin := all[:0], true // begin: at the start of a line
	for _, x := range all {
		switch {
		case x.r == '\n':
			for len(kept) > 0 && unicode.IsSpace(kept[len(kept)-1].r) {
				kept = kept[:len(kept)-1]
			}
			if len(kept) > 0 {
				kept = append(kept, x)
			}
			begin = true
		case begin && unicode.IsSpace(x.r):
		default:
			kept, begin = append(kept, x), false
		}
	}
	for len(kept) > 0 && unicode.IsSpace(kept[len(kept)-1].r) {
		kept = kept[:len(kept)-1]
	}
	var out []Span
	var s strings.Builder
	for i, x := range kept {
		s.WriteRune(x.r)
		if i+1 == len(kept) || forms[kept[i+1].form] != forms[x.form] {
			f := forms[x.form]
			f.Text = s.String()
			out = append(out, f)
			s.Reset()
		}
	}
	return out
}

// cleanRune is the rune as text may hold it, or -1. Blanks of all widths become
// one kind, but for the wide blank of Chinese type.
func cleanRune(r rune) rune {
	switch {
	case r == '\n', r == ' ', r == '\u3000':
		return r
	case r == '\r', r == '\v', r == '\f', r == 0x85, r == 0x2028, r == 0x2029:
		return '\n'
	case r == '\t', r == 0xa0, r == 0x1680, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f:
		return ' '
	case r < ' ', r >= 0x7f && r < 0xa0, // controls
		r == 0xad, r == 0x200b, r == 0x2060, r == 0xfeff, // nothing to see
		r == 0x61c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, // direction
		r >= 0xe0000 && r <= 0xe007f,     // tags: text nobody sees
		r == 0xfffe, r == 0xffff, r == 0: // no characters
		return -1
	}
	return r
}

// OneLine is text on one line, cleaned as a body's is.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r = cleanRune(r); r == '\n' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return strings.TrimSpace(s)
}

// SafeLink is the address as a page may carry it: http, https, mailto or a path
// of this site, without blanks and controls. Everything else gives "", false.
func SafeLink(s string) (string, bool) {
	const longest = 2000
	if s == "" || len(s) > longest || !utf8.ValidString(s) {
		return "", false
	}
	// A browser drops controls and blanks before it looks at the scheme.
	s = strings.Map(func(r rune) rune {
		if r <= ' ' || cleanRune(r) < 0 || unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	if strings.HasPrefix(s, "/") {
		if strings.HasPrefix(s, "//") || strings.Contains(s, `\`) {
			return "", false
		}
		return s, true
	}
	u, err := url.Parse(s)
	if err != nil || strings.Contains(s, `\`) {
		return "", false
	}
	rest := s[min(len(u.Scheme)+1, len(s)):]
	switch u.Scheme { // url.Parse gives it in lower case
	case "http", "https":
		if u.Host == "" || u.User != nil {
			return "", false
		}
		return u.Scheme + ":" + rest, true
	case "mailto":
		return u.Scheme + ":" + rest, strings.Contains(rest, "@")
	}
	return "", false
}

// Ordinals gives for every block that is an entry of a numbered list the number
// that stands before it, and 0 for all others. Numbers begin again after
// anything that is no list.
func (b Body) Ordinals() []int {
	out := make([]int, len(b.Blocks))
	var c counter
	for i, x := range b.Blocks {
		out[i] = c.next(x)
	}
	return out
}

// A counter counts the entries of nested lists.
type counter struct {
	level    int
	n        [maxLevel + 1]int
	numbered [maxLevel + 1]bool
}

func (c *counter) next(x Block) int {
	if x.Kind != Entry {
		*c = counter{}
		return 0
	}
	l := min(max(x.Level, 1), maxLevel)
	for k := l + 1; k <= maxLevel; k++ {
		c.n[k] = 0
	}
	if c.level < l || c.numbered[l] != x.Numbered {
		c.n[l] = 0
	}
	c.level, c.numbered[l] = l, x.Numbered
	c.n[l]++
	if !x.Numbered {
		return 0
	}
	return c.n[l]
}
