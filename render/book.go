package render

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// A book is a workbook being written. The first error stops it.
type book struct {
	f       *excelize.File
	styles  map[string]int
	remarks []remark
	err     error
}

func newBook(first string) *book {
	b := &book{f: excelize.NewFile(), styles: map[string]int{}}
	b.check(b.f.SetSheetName("Sheet1", first))
	full := true
	b.check(b.f.SetCalcProps(&excelize.CalcPropsOptions{FullCalcOnLoad: &full}))
	return b
}

func (b *book) check(err error) {
	if b.err == nil && err != nil {
		b.err = fmt.Errorf("render: xlsx: %w", err)
	}
}

func (b *book) sheet(name string) {
	_, err := b.f.NewSheet(name)
	b.check(err)
}

// ref names the cell at a column and row, both from 1.
func ref(col, row int) string {
	s, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		return "A1" // cannot happen within the form's sizes
	}
	return s
}

// text writes guarded text; longer than a cell can hold, it is cut with a mark,
// and callers split what must stay whole.
func (b *book) text(sheet string, col, row int, s string) {
	if s == "" {
		return
	}
	b.check(b.f.SetCellStr(sheet, ref(col, row), guard(clean(s))))
}

// number writes an exact decimal as a number; one with more digits than a
// spreadsheet keeps is written as text.
func (b *book) number(sheet string, col, row int, s string) {
	const digits = 15
	if len(strings.Trim(s, "-.")) > digits {
		b.text(sheet, col, row, s)
		return
	}
	b.check(b.f.SetCellDefault(sheet, ref(col, row), s))
}

// formula puts a formula over a number that was written before: the number
// stays as the value that programs show which do not calculate.
func (b *book) formula(sheet string, col, row int, formula string) {
	b.check(b.f.SetCellFormula(sheet, ref(col, row), formula))
}

func (b *book) merge(sheet string, c0, r0, c1, r1 int) {
	if c0 != c1 || r0 != r1 {
		b.check(b.f.MergeCell(sheet, ref(c0, r0), ref(c1, r1)))
	}
}

// look is how a cell is set; zero is plain text.
type look struct {
	han     string // font, 宋体 if empty
	size    float64
	bold    bool
	centred bool
	border  bool
	sum     bool   // ruled off at the top
	fill    string // RRGGBB, "" for none
	color   string
}

func (b *book) style(sheet string, c0, r0, c1, r1 int, l look) {
	key := fmt.Sprintf("%+v", l)
	id, ok := b.styles[key]
	if !ok {
		if l.han == "" {
			l.han = "宋体"
		}
		if l.size == 0 {
			l.size = 10
		}
		st := &excelize.Style{Font: &excelize.Font{Family: l.han, Size: l.size, Bold: l.bold, Color: l.color},
			Alignment: &excelize.Alignment{Horizontal: "left", Vertical: "center", WrapText: true}}
		if l.centred {
			st.Alignment.Horizontal = "center"
		}
		if l.border {
			for _, side := range []string{"left", "right", "top", "bottom"} {
				edge := excelize.Border{Type: side, Color: "000000", Style: 1}
				if side == "top" && l.sum {
					edge.Style = 2
				}
				st.Border = append(st.Border, edge)
			}
		}
		if l.fill != "" {
			st.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{l.fill}}
		}
		var err error
		id, err = b.f.NewStyle(st)
		b.check(err)
		b.styles[key] = id
	}
	b.check(b.f.SetCellStyle(sheet, ref(c0, r0), ref(c1, r1), id))
}

func (b *book) width(sheet string, col int, chars float64) {
	name, err := excelize.ColumnNumberToName(col)
	b.check(err)
	b.check(b.f.SetColWidth(sheet, name, name, chars))
}

// height gives a row the lines its text needs at so many wide characters a
// line: programs do not all fit rows by themselves.
func (b *book) height(sheet string, row int, text string, each float64) {
	lines := int(width(text)/each) + 1
	b.check(b.f.SetRowHeight(sheet, row, min(409, float64(lines)*15+4)))
}

// comment adds a remark to a cell; several become one.
func (b *book) comment(sheet string, col, row int, text string) {
	for i := range b.remarks {
		if r := &b.remarks[i]; r.sheet == sheet && r.cell == ref(col, row) {
			r.text += "\n" + text
			return
		}
	}
	b.remarks = append(b.remarks, remark{sheet, ref(col, row), text})
}

type remark struct{ sheet, cell, text string }

// a4 makes a sheet print on A4, as wide as the page, with its name and page
// number in the footer.
func (b *book) a4(sheet string, landscape bool, tall int) {
	size, wide, fit := 9, 1, true
	orientation := "portrait"
	if landscape {
		orientation = "landscape"
	}
	b.check(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &wide, FitToHeight: &tall}))
	b.check(b.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}))
	b.check(b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C－ &P －"}))
}

// a4Wide sets a sheet of many columns to print over several pages, with the
// named columns and rows on each.
func (b *book) a4Wide(sheet, columns, rows string) {
	size, orientation, scale := 9, "landscape", uint(70)
	b.check(b.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, AdjustTo: &scale}))
	b.check(b.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C－ &P －"}))
	b.check(b.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", Scope: sheet, RefersTo: fmt.Sprintf("'%s'!%s,'%s'!%s", sheet, columns, sheet, rows)}))
}

// writeTo writes the workbook with fixed times, so that the same report gives
// the same bytes, and with the values of formulas typed as the numbers they are.
func (b *book) writeTo(w io.Writer) error {
	for _, r := range b.remarks {
		b.check(b.f.AddComment(r.sheet, excelize.Comment{Cell: r.cell, Author: "核对", Width: 260, Height: 90,
			Paragraph: []excelize.RichTextRun{{Text: clean(r.text)}}}))
	}
	if b.err != nil {
		return b.err
	}
	buf, err := b.f.WriteToBuffer()
	if err != nil {
		return fmt.Errorf("render: xlsx: %w", err)
	}
	zr, err := zip.NewReader(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		return fmt.Errorf("render: xlsx: %w", err)
	}
	zw := zip.NewWriter(w)
	for _, f := range zr.File {
		rc, err := f.Open()
		if err != nil {
			return fmt.Errorf("render: xlsx: %w", err)
		}
		part, err := io.ReadAll(rc)
		rc.Close()
		if err != nil {
			return fmt.Errorf("render: xlsx: %w", err)
		}
		if strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			part = bytes.ReplaceAll(part, []byte(` t="str"><f>`), []byte(`><f>`))
		}
		out, err := zw.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return fmt.Errorf("render: xlsx: %w", err)
		}
		if _, err := out.Write(part); err != nil {
			return fmt.Errorf("render: xlsx: %w", err)
		}
	}
	return zw.Close()
}
