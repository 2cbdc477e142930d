// Package ruled turns what a page shows, positioned characters and ruling
// lines, into paragraphs and grids. A page description (pdf, ofd) has no tables
// and no paragraphs: a table is lines that meet, a paragraph is lines of text
// that run to the margin. The same builder serves every such format.
//
// Coordinates are points (1/72 inch), x to the right and y down from the top
// left corner of the page as a person reads it.
package ruled

import (
	"errors"

	"gongkai/doc"
)

// ErrTooLarge is returned when a document has more cells or text than allowed.
var ErrTooLarge = errors.New("ruled: too many cells or too much text")

// A Char is one character with its box. Size is the font size in points; 0
// means unknown, then the height of the box serves. Slant says that it is set
// neither along the page's lines nor at a right angle to them.
type Char struct {
	R              rune
	X0, Y0, X1, Y1 float64
	Size           float64
	Tint           Tint
	Slant          bool
}

// A Box is a rectangle, X0 ≤ X1 and Y0 ≤ Y1.
type Box struct{ X0, Y0, X1, Y1 float64 }

// A Page is what one page shows. Rules are boxes of straight lines: thin in one
// direction, or of no thickness at all. Images are the boxes of pictures.
type Page struct {
	Number int // from 1
	W, H   float64
	Chars  []Char
	Rules  []Box
	Images []Box

	clear bool // Clash found no characters over each other
}

// Limits bound what Build makes.
type Limits struct {
	Cells int // of all grids
	Text  int // bytes of all text
}

// Distances in points. They come from looking at reports printed by WPS, Word,
// LibreOffice, chromium and our own writer.
const (
	snap     = 2.0    // edges nearer than this are one edge
	reach    = 3.0    // lines that end this near to each other meet
	minEdge  = 4.0    // shorter lines are ornaments, corners and dashes
	maxRules = 20_000 // lines of a page before joining; more is a drawing
	maxEdges = 2_000  // joined lines of a page in one direction
)

// A flow is one page taken apart: tables and lines of text in reading order.
type flow struct {
	page  *Page
	parts []part
	h, v  []edge // rules that make no table
}

// A part is a table piece or a line of text.
type part struct {
	table *piece
	line  *line
	top   float64
}

// Build appends the pages' paragraphs and grids to d in reading order.
func Build(d *doc.Document, pages []Page, lim Limits) error {
	flows := make([]flow, len(pages))
	for i := range pages {
		flows[i] = takeApart(&pages[i])
	}
	dropFurniture(flows)
	joinBeside(flows)
	b := builder{doc: d, lim: lim, margins: marginsOf(flows)}
	var open *openTable
	for i := range flows {
		parts := borderless(&flows[i], open)
		open = nil
		if n := len(parts); n > 0 && parts[n-1].table != nil {
			open = parts[n-1].table.open
		}
		for _, p := range parts {
			var err error
			if p.table != nil {
				err = b.addTable(p.table)
			} else {
				err = b.addLine(p.line, flows[i].page)
			}
			if err != nil {
				return err
			}
		}
		if err := b.endPage(); err != nil {
			return err
		}
	}
	return b.finish()
}

func takeApart(p *Page) flow {
	dropMarks(p)
	pieces, h, v := findTables(p)
	free := fillTables(p, pieces)
	f := flow{page: p, h: h, v: v}
	for _, t := range pieces {
		if t.cols() < 2 && (!t.atEdge(p) || t.framesFigures()) {
			// One column is a frame or a shaded block, not a table, though
			// there may be one without lines in it.
			free = append(free, t.chars()...)
			continue
		}
		f.parts = append(f.parts, part{table: t, top: t.ys[0]})
	}
	for _, l := range makeLines(free) {
		f.parts = append(f.parts, part{line: l, top: (l.y0 + l.y1) / 2})
	}
	sortParts(f.parts)
	return f
}
