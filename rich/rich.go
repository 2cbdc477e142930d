// Package rich is text with its form: headings, paragraphs, lists, tables and
// pictures of a published item, and nothing a browser could run. Whatever comes
// in (a paste out of Word or WPS, a docx, a pdf, a table of text) becomes a
// [Body]; whatever goes out (a page, a fragment for a portal, a docx, lines for
// a search index or a reviewer) is written from it. A Body is plain data: kept
// as JSON, compared by value, never parsed again.
package rich

import "strings"

// A Body is a text in reading order.
type Body struct {
	Blocks []Block `json:"blocks,omitempty"`
}

// Kind is the kind of a block.
type Kind string

// The kinds.
const (
	Para    Kind = "p"     // 段落
	Heading Kind = "h"     // 小标题, Level 2 to 4: the title of the page is 1
	Entry   Kind = "li"    // 列表中的一项
	Grid    Kind = "table" // 表格
	Picture Kind = "img"   // 图片
	Rule    Kind = "hr"    // 分隔线
)

// Align is how a block or a cell stands, "" as usual.
type Align string

// The ways.
const (
	Centre Align = "center"
	Right  Align = "right"
)

// A Block is one of the kinds; fields of other kinds are zero.
type Block struct {
	Kind     Kind   `json:"kind"`
	Level    int    `json:"level,omitempty"`    // of a heading 2 to 4, of a list entry 1 to 4
	Numbered bool   `json:"numbered,omitempty"` // list entry of a numbered list
	Align    Align  `json:"align,omitempty"`
	Flush    bool   `json:"flush,omitempty"` // a paragraph without the usual indent of two characters
	Spans    []Span `json:"spans,omitempty"` // of paragraph, heading, list entry; caption of a table
	Rows     []Row  `json:"rows,omitempty"`  // of a table
	Image    *Image `json:"image,omitempty"`
}

// A Span is text in one form. A line break is "\n".
type Span struct {
	Text   string `json:"text"`
	Bold   bool   `json:"bold,omitempty"`
	Italic bool   `json:"italic,omitempty"`
	Under  bool   `json:"under,omitempty"`
	Sub    bool   `json:"sub,omitempty"`
	Sup    bool   `json:"sup,omitempty"`
	Link   string `json:"link,omitempty"` // http, https, mailto, or a path of this site
}

// A Row is the cells that begin in it, left to right, as html has them.
type Row struct {
	Cells []Cell `json:"cells"`
}

// A Cell covers RowSpan × ColSpan places; 0 means 1.
type Cell struct {
	Spans   []Span `json:"spans,omitempty"` // several paragraphs are joined by "\n"
	Head    bool   `json:"head,omitempty"`
	RowSpan int    `json:"row_span,omitempty"`
	ColSpan int    `json:"col_span,omitempty"`
	Align   Align  `json:"align,omitempty"`
}

// An Image stands among the files of the item. What it shows is said in words
// for those who cannot see it.
type Image struct {
	File int64  `json:"file,string"`
	Alt  string `json:"alt,omitempty"`
}

// Limits of a body. Beyond them a reader says so and keeps nothing.
const (
	MaxBlocks = 5_000
	MaxCells  = 50_000
	MaxText   = 2_000_000 // runes
)

// A Line is a paragraph, an entry, a caption, a picture's words or a cell: what
// a person reads in one go, and what marks point into.
type Line struct {
	Block  int    // index of the block
	Row    int    // of a table, from 0; -1 outside of one and for a caption
	Cell   int    // index in the row, -1 as above
	Column string // label over the cell, "" if the table has none or this is it
	Text   string
}

// Lines lists them in reading order. Its indexes name lines in [Body.Replace].
func (b Body) Lines() []Line {
	var out []Line
	for i, x := range b.Blocks {
		switch {
		case x.Kind == Grid:
			out = append(out, gridLines(i, x)...)
			if s := textOf(x.Spans); s != "" {
				out = append(out, Line{Block: i, Row: -1, Cell: -1, Text: s})
			}
		case x.Kind == Picture && x.Image != nil:
			out = append(out, Line{Block: i, Row: -1, Cell: -1, Text: x.Image.Alt})
		default:
			out = append(out, Line{Block: i, Row: -1, Cell: -1, Text: textOf(x.Spans)})
		}
	}
	return out
}

// gridLines lists the cells of a table, each with the label of its column: that
// of the first row, whether it is marked as a head or not.
func gridLines(block int, x Block) []Line {
	var out []Line
	var heads []string     // by column
	taken := map[int]int{} // column → rows still covered from above
	for r, row := range x.Rows {
		col := 0
		for c, cell := range row.Cells {
			for taken[col] > 0 {
				taken[col]--
				col++
			}
			s := textOf(cell.Spans)
			l := Line{Block: block, Row: r, Cell: c, Text: s}
			if r > 0 && col < len(heads) {
				l.Column = heads[col]
			}
			for range max(cell.ColSpan, 1) {
				if r == 0 {
					heads = append(heads, s)
				}
				if cell.RowSpan > 1 {
					taken[col] = cell.RowSpan - 1
				}
				col++
			}
			out = append(out, l)
		}
		for ; taken[col] > 0; col++ {
			taken[col]--
		}
	}
	return out
}

// Text is the body as plain text, one line each, cells of a row apart by tabs.
func (b Body) Text() string {
	var s strings.Builder
	row := -1
	for i, l := range b.Lines() {
		switch {
		case i == 0:
		case l.Row >= 0 && l.Row == row:
			s.WriteByte('\t')
		default:
			s.WriteByte('\n')
		}
		row = l.Row
		s.WriteString(l.Text)
	}
	return s.String()
}

// Empty reports whether there is nothing to read.
func (b Body) Empty() bool { return strings.TrimSpace(b.Text()) == "" }

// Replace puts s in place of the runes from … to of a line, in the form of the
// first of them, and reports whether the line has them.
func (b *Body) Replace(line, from, to int, s string) bool {
	lines := b.Lines()
	if line < 0 || line >= len(lines) || from < 0 || to < from || to > len([]rune(lines[line].Text)) {
		return false
	}
	l := lines[line]
	x := &b.Blocks[l.Block]
	switch {
	case l.Row >= 0:
		c := &x.Rows[l.Row].Cells[l.Cell]
		c.Spans = replace(c.Spans, from, to, s)
	case x.Kind == Picture:
		r := []rune(x.Image.Alt)
		img := *x.Image
		img.Alt = string(r[:from]) + s + string(r[to:])
		x.Image = &img
	default:
		x.Spans = replace(x.Spans, from, to, s)
	}
	return true
}

func replace(spans []Span, from, to int, s string) []Span {
	var out []Span
	at, put := 0, false
	for _, sp := range spans {
		r := []rune(sp.Text)
		a, z := min(max(from-at, 0), len(r)), min(max(to-at, 0), len(r))
		n := sp
		n.Text = string(r[:a])
		if !put && from <= at+len(r) && (from < at+len(r) || at+len(r) == to || z < len(r)) {
			n.Text, put = n.Text+s, true
		}
		n.Text += string(r[z:])
		if n.Text != "" {
			out = append(out, n)
		}
		at += len(r)
	}
	return out
}

func textOf(spans []Span) string {
	if len(spans) == 1 {
		return spans[0].Text
	}
	var s strings.Builder
	for _, x := range spans {
		s.WriteString(x.Text)
	}
	return s.String()
}
