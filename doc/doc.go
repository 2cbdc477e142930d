// Package doc is what every file becomes before anyone asks what it means, and
// what every letter and report is before it is written: blocks in reading
// order, each block a paragraph or a grid with spans, each with its place in
// the source. ingest reads into it, render writes it.
package doc

import (
	"fmt"
	"strings"
)

// A Document is one file's content in reading order.
type Document struct {
	Name   string // file name as given
	Format string // "txt", "md", "html", "docx", "xlsx", "pdf", "ofd"
	Title  string // the file's own title property or html title, often useless
	Meta   []Meta // page metadata such as PubDate, in source order
	Blocks []Block
	Notes  []Note // what the reader wants a person to know
}

// Meta is one named property of a file or page.
type Meta struct{ Name, Value string }

// A Note is something a reader saw that may matter to a person: tracked changes
// taken as accepted, a table that is a picture, a hidden sheet.
type Note struct {
	Code string // e.g. "PICTURE-TABLE", "TRACKED-CHANGES", "NO-TEXT-LAYER"
	At   Place
	Text string // Chinese sentence
}

// A Block is a paragraph or a grid; exactly one is set.
type Block struct {
	Para *Para
	Grid *Grid
}

// A Para is one paragraph, or one line where the source has only lines.
// Text keeps inner spaces and leading tabs as the source has them, because in
// flattened text a line that holds only a tab is an empty cell.
type Para struct {
	Text  string
	Level int // heading level 1 to 9, 0 if it is none
	At    Place
}

// A Grid is a table. Cells stand in row-major order; a spanned position is held
// by its one cell only.
type Grid struct {
	Rows, Cols int
	Cells      []Cell
	At         Place
}

// A Cell covers RowSpan × ColSpan positions from (Row, Col), counted from 0.
// Several paragraphs in a cell are joined by "\n".
type Cell struct {
	Row, Col         int
	RowSpan, ColSpan int // at least 1
	Text             string
	Head             bool // marked as a header cell by the source
	At               Place
}

// A Place says where in the source something stands. Zero fields are unknown;
// all counts start at 1.
type Place struct {
	Part  string `json:"part,omitempty"`  // sheet name, or file inside an archive
	Page  int    `json:"page,omitempty"`  // page of a pdf or ofd
	Line  int    `json:"line,omitempty"`  // line of a text file
	Table int    `json:"table,omitempty"` // ordinal of the table in the document
	Row   int    `json:"row,omitempty"`
	Col   int    `json:"col,omitempty"`
	Para  int    `json:"para,omitempty"` // ordinal of the paragraph in the document
}

// IsZero reports whether the place is unknown.
func (p Place) IsZero() bool { return p == Place{} }

// String gives the place in words, e.g. 第2页 表3 第5行第2列.
func (p Place) String() string {
	var s []string
	if p.Part != "" {
		s = append(s, p.Part)
	}
	if p.Page > 0 {
		s = append(s, fmt.Sprintf("第%d页", p.Page))
	}
	if p.Line > 0 {
		s = append(s, fmt.Sprintf("原文第%d行", p.Line))
	}
	if p.Table > 0 {
		s = append(s, fmt.Sprintf("表%d", p.Table))
	}
	switch {
	case p.Row > 0 && p.Col > 0:
		s = append(s, fmt.Sprintf("第%d行第%d列", p.Row, p.Col))
	case p.Row > 0:
		s = append(s, fmt.Sprintf("第%d行", p.Row))
	}
	if p.Para > 0 {
		s = append(s, fmt.Sprintf("第%d段", p.Para))
	}
	return strings.Join(s, " ")
}

// AddPara appends a paragraph.
func (d *Document) AddPara(text string, level int, at Place) {
	d.Blocks = append(d.Blocks, Block{Para: &Para{Text: text, Level: level, At: at}})
}

// AddGrid appends a grid.
func (d *Document) AddGrid(g *Grid) { d.Blocks = append(d.Blocks, Block{Grid: g}) }

// Note appends a note.
func (d *Document) Note(code string, at Place, text string) {
	d.Notes = append(d.Notes, Note{code, at, text})
}

// Cell returns the cell that covers the position, or nil.
func (g *Grid) Cell(row, col int) *Cell {
	for i := range g.Cells {
		c := &g.Cells[i]
		if row >= c.Row && row < c.Row+c.RowSpan && col >= c.Col && col < c.Col+c.ColSpan {
			return c
		}
	}
	return nil
}

// Check reports the first cell that leaves the grid or covers another. Readers
// call it in tests: a grid that passes can be walked without bounds checks.
func (g *Grid) Check() error {
	seen := make(map[[2]int]bool, g.Rows*g.Cols)
	for _, c := range g.Cells {
		if c.RowSpan < 1 || c.ColSpan < 1 || c.Row < 0 || c.Col < 0 || c.Row+c.RowSpan > g.Rows || c.Col+c.ColSpan > g.Cols {
			return fmt.Errorf("doc: cell (%d,%d) span %d×%d leaves a %d×%d grid", c.Row, c.Col, c.RowSpan, c.ColSpan, g.Rows, g.Cols)
		}
		for r := c.Row; r < c.Row+c.RowSpan; r++ {
			for k := c.Col; k < c.Col+c.ColSpan; k++ {
				if seen[[2]int{r, k}] {
					return fmt.Errorf("doc: position (%d,%d) is covered twice", r, k)
				}
				seen[[2]int{r, k}] = true
			}
		}
	}
	return nil
}
