package page

import (
	"strconv"

	"gongkai/law/annual"
)

// ReportTable is one table of a report as the form prints it, drawn by the
// template "reporttable".
type ReportTable struct {
	ID      string // t2, t3, t4
	Caption string
	Labels  int // columns of row labels, which stay in view on a phone
	Rows    []ReportRow
}

// ReportRow is one printed row.
type ReportRow struct {
	Sum, Head bool
	Cells     []ReportCell
}

// ReportCell is one printed cell: a label, a column header or a figure.
type ReportCell struct {
	RowSpan, ColSpan int
	Col              int
	Text             string
	Head             bool   // column header
	Label            bool   // row label
	Title            bool   // heading of a part
	Figure           bool   // a figure
	Cell             string // cell id of a figure
	Name             string // of the figure, for screen readers of an input and for titles
	Mark             string // "", "bad", "sus", "fix", "on"
	Note             string // sentence for the mark
	Href             string
	Beside           string // small second figure, e.g. last year's
	Data             Link   // what the registers have for the cell, zero for nothing to say
	Input            bool   // draw an input named as the cell id
	Tick             string // id of the form that a box to tick belongs to, "" for no box
	Ticked           bool
}

// class is the class attribute of the cell.
func (c ReportCell) class() string {
	s := ""
	switch {
	case c.Figure:
		s = "n"
	case c.Title:
		s = "title"
	case c.Head && len(c.pieces()) > 1:
		s = "words"
	case c.Label:
		s = "l" + strconv.Itoa(c.Col)
	}
	if c.Mark != "" {
		s += " " + c.Mark
	}
	return s
}

// pieces cuts a column header of two or three words of two characters, as all
// narrow ones of the form are, so that it breaks between words.
func (c ReportCell) pieces() []string {
	r := []rune(c.Text)
	if !c.Head || len(r) != 4 && len(r) != 6 {
		return []string{c.Text}
	}
	var out []string
	for i := 0; i < len(r); i += 2 {
		out = append(out, string(r[i:i+2]))
	}
	return out
}

// Mark says how a figure is shown.
type Mark struct {
	Tone string // "bad" error, "sus" to be verified, "fix" repaired in reading, "on" chosen
	Note string
}

// TableOptions say what stands in and around the figures. The zero value shows
// the figures of the report.
type TableOptions struct {
	Marks  map[string]Mark          // by cell id
	Link   func(cell string) string // address behind a figure, "" for none
	Text   func(i int) string       // what is shown for the cell with the index; nil shows the figure, or raw text where there is none
	Beside func(i int) string       // second figure
	Data   func(i int) Link         // what the registers have where it is another figure
	Input  bool                     // figures are inputs
	Tick   string                   // id of a form: every figure has a box named "cell" that belongs to it
	Ticked map[string]bool          // by cell id
}

// ReportTables draws the tables of a report in the form's order.
func ReportTables(r *annual.Report, o TableOptions) []ReportTable {
	var out []ReportTable
	for i := range r.Form.Tables {
		out = append(out, ReportTableOf(r, &r.Form.Tables[i], o))
	}
	return out
}

// ReportTableOf draws one table.
func ReportTableOf(r *annual.Report, t *annual.Table, o TableOptions) ReportTable {
	rt := ReportTable{ID: t.ID, Caption: t.Name}
	for i := range t.Parts {
		for _, row := range t.Parts[i].Rows {
			rt.Labels = max(rt.Labels, len(row.Path))
		}
	}
	for _, line := range annual.Layout(t) {
		row := ReportRow{Head: true}
		for _, lc := range line {
			c := ReportCell{RowSpan: lc.RowSpan, ColSpan: lc.ColSpan, Col: lc.Col, Text: lc.Text, Head: lc.Head, Title: lc.Title}
			row.Sum = row.Sum || lc.Sum
			row.Head = row.Head && lc.Head
			switch {
			case lc.Cell >= 0:
				figure(&c, r, lc.Cell, o)
			case !lc.Head:
				c.Label = true
			}
			row.Cells = append(row.Cells, c)
		}
		rt.Rows = append(rt.Rows, row)
	}
	return rt
}

func figure(c *ReportCell, r *annual.Report, i int, o TableOptions) {
	cell := r.Form.Cells[i]
	c.Figure, c.Cell, c.Name, c.Input = true, cell.ID, cell.Label, o.Input
	switch {
	case o.Text != nil:
		c.Text = o.Text(i)
	case r.Values[i].Known():
		c.Text = r.Values[i].Format(cell.Type)
	default:
		c.Text = r.Raw(i)
	}
	if o.Beside != nil {
		c.Beside = o.Beside(i)
	}
	if o.Data != nil {
		c.Data = o.Data(i)
	}
	if o.Link != nil {
		c.Href = o.Link(cell.ID)
	}
	c.Tick, c.Ticked = o.Tick, o.Ticked[cell.ID]
	if m, ok := o.Marks[cell.ID]; ok {
		c.Mark, c.Note = m.Tone, m.Note
	}
}
