// Package doctest checks and prints what the readers of documents make, for
// their tests.
package doctest

import (
	"fmt"
	"strings"
	"testing"

	"gongkai/doc"
)

// Check fails the test unless every block is exactly one of paragraph and grid
// and every grid keeps its own rules.
func Check(t testing.TB, d *doc.Document) {
	t.Helper()
	for i, b := range d.Blocks {
		if (b.Para == nil) == (b.Grid == nil) {
			t.Fatalf("block %d is not exactly one of paragraph and grid", i)
		}
		if b.Grid != nil {
			if err := b.Grid.Check(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Dump prints paragraphs a line each, headings with their level, and grids row
// by row.
func Dump(d *doc.Document) string {
	var out strings.Builder
	for _, b := range d.Blocks {
		if p := b.Para; p != nil {
			if p.Level > 0 {
				fmt.Fprintf(&out, "H%d ", p.Level)
			}
			fmt.Fprintln(&out, p.Text)
			continue
		}
		out.WriteString("grid " + Grid(b.Grid))
	}
	return out.String()
}

// Grid prints the size of a grid, then its cells a row a line: each with its
// column, its text and how far it reaches.
func Grid(g *doc.Grid) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%d×%d", g.Rows, g.Cols)
	row := -1
	for _, c := range g.Cells {
		if c.Row != row {
			out.WriteString("\n")
			row = c.Row
		}
		fmt.Fprintf(&out, "|%d:%s", c.Col, strings.ReplaceAll(c.Text, "\n", "⏎"))
		if c.RowSpan > 1 {
			fmt.Fprintf(&out, "↓%d", c.RowSpan)
		}
		if c.ColSpan > 1 {
			fmt.Fprintf(&out, "→%d", c.ColSpan)
		}
	}
	out.WriteString("\n")
	return out.String()
}

// Want compares what was printed with the lines.
func Want(t testing.TB, got string, lines ...string) {
	t.Helper()
	if w := strings.Join(lines, "\n") + "\n"; got != w {
		t.Errorf("got\n%s\nwant\n%s", got, w)
	}
}
