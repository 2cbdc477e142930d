package render

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// A List is a table of text to be sorted and filtered in a spreadsheet. Rows are
// asked for one by one, so that a list of a nation's organs is never whole in
// memory; Next returns nil after the last.
type List struct {
	Name    string // of the sheet
	Head    []string
	Widths  []float64 // in characters, one per column
	Numbers []bool    // by column: a plain decimal there is written to the workbook as a number; nil for none
	Next    func() ([]string, error)
}

// ListXLSX writes the list as a workbook with a head that stays in view and
// filters. Every cell but plain numbers is text: nothing in it becomes a formula.
func ListXLSX(w io.Writer, l List) error {
	f := excelize.NewFile()
	defer f.Close()
	fail := func(err error) error { return fmt.Errorf("render: list: %w", err) }
	if err := f.SetSheetName("Sheet1", l.Name); err != nil {
		return fail(err)
	}
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"F3F0E8"}},
		Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}})
	if err != nil {
		return fail(err)
	}
	s, err := f.NewStreamWriter(l.Name)
	if err != nil {
		return fail(err)
	}
	for i, width := range l.Widths {
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return fail(err)
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fail(err)
	}
	cells := make([]any, len(l.Head))
	for i, h := range l.Head {
		cells[i] = excelize.Cell{StyleID: head, Value: h}
	}
	if err := s.SetRow("A1", cells); err != nil {
		return fail(err)
	}
	n := 1
	for {
		row, err := l.Next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		n++
		for i := range cells {
			cells[i] = ""
			if i < len(row) {
				cells[i] = guard(clean(row[i]))
				if i < len(l.Numbers) && l.Numbers[i] && plainNumber(row[i]) && len(row[i]) <= 15 {
					if n, err := strconv.ParseFloat(row[i], 64); err == nil { // as a spreadsheet keeps it anyway
						cells[i] = n
					}
				}
			}
		}
		if err := s.SetRow(ref(1, n), cells); err != nil {
			return fail(err)
		}
	}
	if err := s.Flush(); err != nil {
		return fail(err)
	}
	if len(l.Head) > 0 {
		if err := f.AutoFilter(l.Name, "A1:"+ref(len(l.Head), n), nil); err != nil {
			return fail(err)
		}
	}
	if err := f.Write(w); err != nil {
		return fail(err)
	}
	return nil
}

// ListCSV writes the list as it goes, with the byte order mark that spreadsheets
// want for Chinese.
func ListCSV(w io.Writer, l List) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(l.Head); err != nil {
		return err
	}
	for {
		row, err := l.Next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		out := make([]string, len(row))
		for i, v := range row {
			out[i] = guard(clean(v))
		}
		if err := c.Write(out); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}
