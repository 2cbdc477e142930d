package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/atom"
)

// A flow collects the text of one line as a browser lays it out: white space
// runs are one space, and none where the source broke a line between two
// Chinese characters.
type flow struct {
	buf         []byte
	space       byte // white space waiting: 0 none, 1 a line end, 2 a space
	last        rune
	runes, link int
	bare        bool // an image that may be all there is
	picture     bool // an image as wide as a table
}

func (f *flow) add(s string) {
	for i, r := range s {
		switch r {
		case '\n', '\r':
			f.space = max(f.space, 1)
			continue
		case ' ', '\t', '\f':
			// Spaces that indent the next source line say nothing.
			if f.space == 0 || i > 0 && s[i-1] != '\n' && s[i-1] != ' ' && s[i-1] != '\t' && s[i-1] != '\r' {
				f.space = 2
			}
			continue
		case '\u200b', '\ufeff', '\u00ad', '\u2060':
			continue
		}
		if f.space > 0 && len(f.buf) > 0 && !(f.space == 1 && wide(f.last) && wide(r)) {
			f.buf = append(f.buf, ' ')
		}
		f.space = 0
		f.buf = utf8.AppendRune(f.buf, r)
		f.last = r
	}
}

func wide(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xff00 && r <= 0xff60 || r >= 0x20000 || r == '“' || r == '”' || r == '—' || r == '…'
}

// take returns the collected text without the spaces around it.
func (f *flow) take() string { return strings.TrimFunc(string(f.buf), unicode.IsSpace) }

// image notes an image: a wide one may be a table, a narrow one only if
// nothing else stands in the line.
func (f *flow) image(n *node) {
	w, h := 0, 0
	if n.attr != nil {
		w, h = n.attr.width, n.attr.height
	}
	switch {
	case w > 0 && w <= 60 || h > 0 && h <= 40: // an icon
	case w > 300:
		f.picture = true
	default:
		f.bare = true
	}
}

func collapse(s string) string {
	var f flow
	f.add(s)
	return f.take()
}

// A cellText collects the text of a table cell, its lines joined by "\n".
type cellText struct {
	line    flow
	lines   []string
	picture bool
}

// walk collects the text below n. Tables below are listed, not read.
func (c *cellText) walk(n *node, inner *[]*node) {
	for k := n.first; k != nil; k = k.next {
		switch {
		case !k.elem:
			c.line.add(k.text)
		case skipped(k.tag) || hidden(k):
		case k.tag == atom.Br:
			c.flush()
		case k.tag == atom.Img:
			c.line.image(k)
		case k.tag == atom.Table:
			c.flush()
			if inner != nil {
				*inner = append(*inner, k)
			}
		case block(k.tag):
			c.flush()
			c.walk(k, inner)
			c.flush()
		default:
			c.walk(k, inner)
		}
	}
}

func (c *cellText) flush() {
	if s := c.line.take(); s != "" {
		c.lines = append(c.lines, s)
	} else if c.line.bare {
		c.picture = true
	}
	c.picture = c.picture || c.line.picture
	c.line = flow{buf: c.line.buf[:0]}
}

// reset makes the cellText ready for the next cell; it keeps its memory.
func (c *cellText) reset() {
	*c = cellText{line: flow{buf: c.line.buf[:0]}, lines: c.lines[:0]}
}

func (c *cellText) String() string {
	c.flush()
	return strings.Join(c.lines, "\n")
}

// rawText collects text without regard to layout.
func rawText(n *node, b *strings.Builder) {
	for c := n.first; c != nil; c = c.next {
		if !c.elem {
			b.WriteString(c.text)
		} else if !skipped(c.tag) && !hidden(c) {
			rawText(c, b)
		}
	}
}
