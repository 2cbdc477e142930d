package render

import (
	"encoding/csv"
	"io"
	"strconv"

	"gongkai/law/annual"
)

// machineHead is the header of the machine form as a table: one row a cell.
var machineHead = []string{"id", "表", "行", "列", "value", "kind", "raw"}

// machineRows are the rows under machineHead: all cells in the form's order,
// then the facts of the report, each a row with its key as id and the fact as
// value. Nothing is guarded yet.
func machineRows(r *annual.Report) [][]string {
	rows := make([][]string, 0, len(r.Form.Cells)+24)
	for i := range r.Form.Cells {
		c := &r.Form.Cells[i]
		t := r.Form.Table(c.Table)
		p := &t.Parts[c.Part]
		v := value(r, i)
		rows = append(rows, []string{c.ID, t.Name, pathOf(p.Rows[c.Row]), pathOf(p.Columns[c.Col]), v.Format(c.Type), v.Kind.String(), clean(raw(r, i))})
	}
	fact := func(key, v string) {
		if v = clean(v); v != "" {
			rows = append(rows, []string{key, "", "", "", v, "", ""})
		}
	}
	fact("organ", r.Organ)
	if r.Year > 0 {
		fact("year", strconv.Itoa(r.Year))
	}
	fact("edition", r.Form.Edition)
	fact("title", r.Title)
	fact("signature", r.Signature)
	fact("dated", r.Dated.String())
	fact("published", r.Published.String())
	fact("contact", r.Contact)
	fact("intro", r.Intro)
	for i := range r.Form.Chapters {
		n := strconv.Itoa(i + 1)
		if i < len(r.Headings) {
			fact("heading."+n, r.Headings[i])
		}
		if i < len(r.Chapters) {
			fact("chapter."+n, r.Chapters[i])
		}
	}
	return rows
}

func pathOf(l annual.Line) string {
	s := ""
	for i, p := range l.Path {
		if i > 0 {
			s += " / "
		}
		s += p
	}
	return s
}

// CSV writes the machine form as comma-separated values in UTF-8 with a byte
// order mark, which Excel and WPS need to see the encoding: one row a cell, then
// one row a fact. Text that a spreadsheet would run is guarded.
func CSV(w io.Writer, r *annual.Report, _ Options) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	cw := csv.NewWriter(w)
	cw.UseCRLF = true
	if err := cw.Write(machineHead); err != nil {
		return err
	}
	for _, row := range machineRows(r) {
		for i := range row {
			row[i] = guard(row[i])
		}
		if err := cw.Write(row); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}
