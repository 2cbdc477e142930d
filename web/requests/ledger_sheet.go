package requests

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/xuri/excelize/v2"

	"gongkai/casework"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// ledgerSample gives an empty sheet with the headings and the words that each
// column knows.
func (q *Requests) ledgerSample(w http.ResponseWriter, _ *http.Request) error {
	return writeLedger(w, "申请台账样表.xlsx", nil)
}

// ledgerExport gives the register of an organ as a sheet that can be imported
// again. It has what applicants wrote, so the reading is logged.
func (q *Requests) ledgerExport(w http.ResponseWriter, r *http.Request) error {
	homes, err := q.homes(r)
	if err != nil {
		return err
	}
	_, organ := organField(r, homes)
	if organ == 0 {
		return store.Forbidden(org.HandleRequests)
	}
	year, _ := strconv.Atoi(r.FormValue("year"))
	lines, refs, whole, err := q.store.Ledger(r.Context(), page.VisitOf(r).Viewer, store.LedgerQuery{Organ: organ, Year: year})
	if err != nil {
		return err
	}
	if !whole {
		return &page.Input{Text: fmt.Sprintf("登记超过 %d 件，请按年度分别导出。", store.MaxLedger)}
	}
	if err := q.store.PersonalRead(r.Context(), page.By(r), "导出申请台账", refs...); err != nil {
		return err
	}
	name := "申请台账.xlsx"
	if year != 0 {
		name = fmt.Sprintf("%d年申请台账.xlsx", year)
	}
	return writeLedger(w, name, lines)
}

// maxCell is what a sheet keeps of a long text, in characters; it ends in … then.
const maxCell = 1900

// writeLedger writes lines with a heading, and a second sheet with the words that
// a column takes, from which the cells offer a choice.
func writeLedger(w http.ResponseWriter, name string, lines []casework.Ledger) error {
	f := excelize.NewFile()
	defer f.Close()
	columns := casework.LedgerColumns()
	if err := ledgerSheet(f, columns, lines); err != nil {
		return fmt.Errorf("requests: ledger: %w", err)
	}
	h := w.Header()
	h.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	h.Set("Content-Disposition", `attachment; filename="ledger.xlsx"; filename*=UTF-8''`+url.PathEscape(name))
	h.Set("Cache-Control", "private, no-store")
	return f.Write(w)
}

const ledgerSheetName, ledgerWordsName = "申请台账", "可填的内容"

func ledgerSheet(f *excelize.File, columns []casework.LedgerColumn, lines []casework.Ledger) error {
	if err := f.SetSheetName("Sheet1", ledgerSheetName); err != nil {
		return err
	}
	s, err := f.NewStreamWriter(ledgerSheetName)
	if err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return err
	}
	for i, c := range columns {
		width := 13.0
		switch {
		case c.Name == "wanted" || c.Name == "basis":
			width = 40
		case c.Name == "outcome" || c.Name == "subject" || c.Name == "letter":
			width = 24
		}
		if err := s.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, XSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	head := make([]any, len(columns))
	for i, c := range columns {
		head[i] = excelize.Cell{StyleID: bold, Value: c.Chinese}
	}
	if err := s.SetRow("A1", head, excelize.RowOpts{Height: 34}); err != nil {
		return err
	}
	for n, x := range lines {
		t := x.Texts()
		cells := make([]any, len(columns))
		for i, c := range columns {
			v := t[c.Name]
			if r := []rune(v); len(r) > maxCell {
				v = string(r[:maxCell]) + "…"
			}
			cells[i] = v
		}
		if err := s.SetRow(fmt.Sprintf("A%d", n+2), cells); err != nil {
			return err
		}
	}
	if err := s.Flush(); err != nil {
		return err
	}
	return ledgerWords(f, columns, len(lines))
}

// ledgerWords writes the second sheet.
func ledgerWords(f *excelize.File, columns []casework.LedgerColumn, lines int) error {
	if _, err := f.NewSheet(ledgerWordsName); err != nil {
		return err
	}
	at := 0
	for i, c := range columns {
		if len(c.Options) == 0 {
			continue
		}
		at++
		col, err := excelize.ColumnNumberToName(at)
		if err != nil {
			return err
		}
		cells := []any{"可填的" + c.Chinese} // no heading that the import would know
		for _, o := range c.Options {
			cells = append(cells, o.Chinese)
		}
		if err := f.SetSheetCol(ledgerWordsName, col+"1", &cells); err != nil {
			return err
		}
		if err := f.SetColWidth(ledgerWordsName, col, col, 26); err != nil {
			return err
		}
		own, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return err
		}
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", own, own, max(lines+200, 1000)))
		v.SetSqrefDropList(fmt.Sprintf("%s!$%s$2:$%s$%d", ledgerWordsName, col, col, len(cells)))
		stop := "Warning" // other words may be written: the import asks what they mean
		v.ErrorStyle = &stop
		if err := f.AddDataValidation(ledgerSheetName, v); err != nil {
			return err
		}
	}
	return nil
}
