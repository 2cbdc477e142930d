package render

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/law/annual"
)

func openBook(t *testing.T, r *annual.Report, o Options) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := XLSX(&b, r, o); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	keep(t, t.Name()+".xlsx", b.Bytes())
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// where finds the address of a cell of the form on its sheet.
func where(r *annual.Report, id string) (sheet, addr string) {
	i, _ := r.Form.Index(id)
	for _, def := range r.Form.Chapters {
		t := r.Form.Table(def.Table)
		if t == nil {
			continue
		}
		for _, row := range Grid(r, t) {
			for _, c := range row {
				if c.Cell == i {
					return "表" + def.Ordinal, ref(c.Col+1, c.Row+2)
				}
			}
		}
	}
	return "", ""
}

func TestXLSXTotalsAreFormulas(t *testing.T) {
	r := sample(t, "2021")
	f := openBook(t, r, Options{})
	for id, want := range map[string]string{"t3.new.total": "35", "t3.result_total.natural": "30", "t4.review.total": "1"} {
		sheet, addr := where(r, id)
		formula, _ := f.GetCellFormula(sheet, addr)
		cached, _ := f.GetCellValue(sheet, addr)
		if !strings.HasPrefix(formula, "SUM(") || cached != want {
			t.Errorf("%s: formula %q, cached %q, want a sum of %s", id, formula, cached, want)
		}
		if got, err := f.CalcCellValue(sheet, addr); err != nil || got != want {
			t.Errorf("%s: the formula %s gives %q (%v), want %s", id, formula, got, err, want)
		}
	}
}

// A wrong total stays as the organ reported it, and is pointed at.
func TestXLSXNeverCorrectsATotal(t *testing.T) {
	r := sample(t, "2021")
	r.Set("t3.result_total.total", annual.Num(43))
	f := openBook(t, r, Options{})
	sheet, addr := where(r, "t3.result_total.total")
	if formula, _ := f.GetCellFormula(sheet, addr); formula != "" {
		t.Errorf("a total that is not the sum is overwritten by %s", formula)
	}
	if v, _ := f.GetCellValue(sheet, addr); v != "43" {
		t.Errorf("the reported total 43 reads %s", v)
	}
	comments, err := f.GetComments(sheet)
	if err != nil || len(comments) != 1 || !strings.Contains(comments[0].Paragraph[0].Text, "相加为34") {
		t.Errorf("no comment names the difference: %+v", comments)
	}
}

// A blank part is not zero: the sum is then not claimed.
func TestXLSXClaimsNoSumOverBlanks(t *testing.T) {
	r := sample(t, "2021")
	r.Set("t3.new.charity", annual.Value{Kind: annual.Blank})
	f := openBook(t, r, Options{})
	sheet, addr := where(r, "t3.new.total")
	if formula, _ := f.GetCellFormula(sheet, addr); formula != "" {
		t.Error("a formula takes a blank for zero")
	}
	sheet, addr = where(r, "t3.new.charity")
	if v, _ := f.GetCellValue(sheet, addr); v != "" {
		t.Errorf("a blank cell reads %q", v)
	}
}

var hostile = []string{"=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "＝1＋1", `=HYPERLINK("http://x","点")`}

// Text that a spreadsheet would run stays text in every cell of every file.
func TestSpreadsheetsDoNotRunText(t *testing.T) {
	for _, evil := range hostile {
		r := sample(t, "2021")
		r.Sources = make([]annual.Source, len(r.Values))
		i, _ := r.Form.Index("t3.new.natural")
		r.Values[i], r.Sources[i].Raw = annual.Value{Kind: annual.Text}, evil
		r.Organ, r.Title, r.Signature, r.Intro, r.Chapters[4] = evil, evil, evil, evil, evil
		f := openBook(t, r, Options{Findings: []annual.Finding{{Code: evil, Message: evil, Suggest: evil, Cells: []string{evil}}}})
		for _, sheet := range f.GetSheetList() {
			rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			for y, row := range rows {
				for x, s := range row {
					if formula, _ := f.GetCellFormula(sheet, ref(x+1, y+1)); formula != "" && !strings.HasPrefix(formula, "SUM(") {
						t.Fatalf("%s %s holds the formula %s", sheet, ref(x+1, y+1), formula)
					}
					if danger(s) {
						t.Errorf("%s %s holds %q unguarded", sheet, ref(x+1, y+1), s)
					}
				}
			}
		}
		var b bytes.Buffer
		if err := CSV(&b, r, Options{}); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b.Bytes(), []byte("\ufeff")))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			for _, s := range row {
				if danger(s) {
					t.Errorf("csv holds %q unguarded", s)
				}
			}
		}
	}
}

func danger(s string) bool {
	return len(s) > 1 && strings.ContainsAny(s[:1], "=+-@\t\r") && !plainNumber(s)
}

func TestCSVKeepsEveryKind(t *testing.T) {
	r := sample(t, "2019")
	r.Sources = make([]annual.Source, len(r.Values))
	set := func(id string, k annual.Kind, raw string) {
		i, _ := r.Form.Index(id)
		r.Values[i], r.Sources[i].Raw = annual.Value{Kind: k}, raw
	}
	set("t2.procurement.amount", annual.Text, "约36万元")
	set("t2.fees.change", annual.NA, "-")
	set("t2.rules.made", annual.Blank, "")
	set("t3.new.other", annual.Absent, "")
	var b bytes.Buffer
	if err := CSV(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\ufeffid,表,行,列,value,kind,raw\r\n", "采购总金额,,text,约36万元\r\n", ",na,-\r\n", "t2.rules.made,", ",,blank,\r\n", ",,absent,\r\n",
		"t2.licence.change,主动公开政府信息情况,行政许可,本年增/减,-2,number,"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in the csv", want)
		}
	}
}
