package render

import (
	"html/template"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/rich"
)

// Unread is what stands in print where the source did not settle a figure: an
// empty cell would say that the organ left it blank.
const Unread = "？"

// A GridCell is one cell of a printed table with what it holds, for pages and
// documents to draw. Cells come row by row, a spanned position once.
type GridCell struct {
	annual.LayoutCell
	ID     string       // cell id, "" for a label
	Label  string       // the cell in words, for messages and screen readers
	Figure string       // what is printed: the figure, the mark, the raw text, or Unread
	Value  annual.Value // zero for a label
	Raw    string       // what stood in the source
	At     annual.Place // where it stood
	align  rich.Align   // of a cell of an item
}

// Print is the text of the cell, label or figure.
func (c GridCell) Print() string {
	if c.Cell < 0 {
		return c.Text
	}
	return c.Figure
}

// Grid lays a table of the report out as the form prints it.
func Grid(r *annual.Report, t *annual.Table) [][]GridCell {
	layout := annual.Layout(t)
	rows := make([][]GridCell, len(layout))
	for y, row := range layout {
		rows[y] = make([]GridCell, len(row))
		for x, c := range row {
			g := GridCell{LayoutCell: c}
			if c.Cell >= 0 {
				def := &r.Form.Cells[c.Cell]
				g.ID, g.Label = def.ID, def.Label
				g.Value, g.Raw, g.At = value(r, c.Cell), raw(r, c.Cell), r.At(c.Cell)
				g.Figure = Figure(r, c.Cell)
			}
			rows[y][x] = g
		}
	}
	return rows
}

// Figure is the text of cell i in print: the figure, "" for a blank, the mark
// for "does not apply" as the organ wrote it, the words of a text cell.
func Figure(r *annual.Report, i int) string {
	v := value(r, i)
	switch v.Kind {
	case annual.Zero, annual.Number:
		return v.Format(r.Form.Cells[i].Type)
	case annual.Blank:
		return ""
	case annual.NA:
		if s := strings.TrimSpace(raw(r, i)); s != "" && annual.ParseValue(s, r.Form.Cells[i].Type).Kind == annual.NA {
			return line(s)
		}
		return "/"
	case annual.Text:
		if s := line(raw(r, i)); s != "" {
			return shorten(s)
		}
	}
	return Unread
}

// shorten cuts what can be no figure and would burst the table; the data files
// keep it whole.
func shorten(s string) string {
	const longest = 60
	if n := []rune(s); len(n) > longest {
		return string(n[:longest-1]) + "…"
	}
	return s
}

// value is the cell's value; a report with too few values has absent cells.
func value(r *annual.Report, i int) annual.Value {
	if i < len(r.Values) {
		return r.Values[i]
	}
	return annual.Value{}
}

func raw(r *annual.Report, i int) string {
	if i < len(r.Sources) || i < len(r.Values) {
		return r.Raw(i)
	}
	return ""
}

// unread reports whether some cell of the table prints as Unread.
func unread(rows [][]GridCell) bool {
	for _, row := range rows {
		for _, c := range row {
			if c.Cell >= 0 && c.Figure == Unread && (c.Value.Kind == annual.Absent || c.Value.Kind == annual.Text) {
				return true
			}
		}
	}
	return false
}

// TableHTML draws a table of the report for a web page, with the classes of the
// page style: th, td.n for figures, tr.sum. For every figure, mark may give a
// further class, a title and the inner HTML (already escaped); an empty inner
// leaves the figure as printed. mark may be nil. Every figure has its cell id
// as the element's id, with dots as hyphens, so that a finding can link to it.
func TableHTML(r *annual.Report, t *annual.Table, mark func(i int) (class, title, inner string)) template.HTML {
	return tableHTML(t.ID, Grid(r, t), mark)
}

func tableHTML(id string, rows [][]GridCell, mark func(i int) (class, title, inner string)) template.HTML {
	var b strings.Builder
	b.WriteString(`<table class="form ` + template.HTMLEscapeString(id) + `">`)
	heads := headRows(rows)
	for y, row := range rows {
		switch {
		case y == 0 && heads > 0:
			b.WriteString("<thead>")
		case y == heads:
			b.WriteString("<tbody>")
		}
		b.WriteString("<tr" + rowClass(row) + ">")
		for _, c := range row {
			b.WriteString(webCell(c, mark))
		}
		b.WriteString("</tr>\n")
		if y == heads-1 {
			b.WriteString("</thead>")
		}
	}
	b.WriteString("</tbody></table>")
	return template.HTML(b.String())
}

// headRows counts the column header rows a table begins with, which repeat on
// every page; 表二 has headers inside and repeats none.
func headRows(rows [][]GridCell) int {
	n := 0
	for _, row := range rows {
		for _, c := range row {
			if c.Title || !c.Head {
				if c.Title {
					return 0
				}
				return n
			}
		}
		n++
	}
	return 0
}

func rowClass(row []GridCell) string {
	for _, c := range row {
		switch {
		case c.Title:
			return ` class="part"`
		case c.Sum:
			return ` class="sum"`
		}
	}
	return ""
}

func webCell(c GridCell, mark func(i int) (class, title, inner string)) string {
	span := spans(c.LayoutCell)
	if c.Cell < 0 {
		return "<th" + scope(c.LayoutCell) + span + ">" + template.HTMLEscapeString(c.Text) + "</th>"
	}
	class, title, inner := "n", "", ""
	if mark != nil {
		var more string
		if more, title, inner = mark(c.Cell); more != "" {
			class += " " + more
		}
	}
	if inner == "" {
		inner = template.HTMLEscapeString(c.Figure)
	}
	if title != "" {
		title = ` title="` + template.HTMLEscapeString(clean(title)) + `"`
	}
	return `<td id="` + template.HTMLEscapeString(strings.ReplaceAll(c.ID, ".", "-")) + `" class="` +
		template.HTMLEscapeString(class) + `"` + title + span + ">" + inner + "</td>"
}

// scope tells a screen reader which cells a label heads.
func scope(c annual.LayoutCell) string {
	switch {
	case c.Text == "":
		return ""
	case (c.Head || c.Title) && c.ColSpan > 1:
		return ` scope="colgroup"`
	case c.Head || c.Title:
		return ` scope="col"`
	case c.RowSpan > 1:
		return ` scope="rowgroup"`
	}
	return ` scope="row"`
}

func spans(c annual.LayoutCell) string {
	s := ""
	if c.RowSpan > 1 {
		s += ` rowspan="` + strconv.Itoa(c.RowSpan) + `"`
	}
	if c.ColSpan > 1 {
		s += ` colspan="` + strconv.Itoa(c.ColSpan) + `"`
	}
	return s
}
