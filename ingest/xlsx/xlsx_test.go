package xlsx

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/internal/doctest"

	"github.com/xuri/excelize/v2"
)

func read(t *testing.T, data []byte) *doc.Document {
	t.Helper()
	d, err := Read(context.Background(), "a.xlsx", data)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	check(t, d)
	return d
}

func check(t testing.TB, d *doc.Document) {
	t.Helper()
	for i, b := range d.Blocks {
		if b.Grid == nil || b.Para != nil {
			t.Fatalf("block %d is no grid", i)
		}
		if err := b.Grid.Check(); err != nil {
			t.Fatal(err)
		}
	}
}

func dump(d *doc.Document) string {
	var out strings.Builder
	for _, b := range d.Blocks {
		out.WriteString(b.Grid.At.Part + " " + doctest.Grid(b.Grid))
	}
	return out.String()
}

func want(t *testing.T, d *doc.Document, lines ...string) {
	t.Helper()
	doctest.Want(t, dump(d), lines...)
}

// write makes a workbook as offices do, through a library.
func write(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(f *excelize.File, sheet string, cells ...any) {
	for i := 0; i < len(cells); i += 2 {
		f.SetCellValue(sheet, cells[i].(string), cells[i+1])
	}
}

func TestMergedCellsAndValues(t *testing.T) {
	d := read(t, write(t, func(f *excelize.File) {
		f.SetSheetName("Sheet1", "表三")
		set(f, "表三", "B2", "注", "E2", "申请人情况", "E3", "自然人", "F3", "商业企业", "G3", "总计",
			"B4", "一、本年新收", "E4", 3, "F4", 0, "G4", 3.0, "B5", "收费", "E5", 0.1+0.2, "F5", "约36万元", "B6", "比例", "E6", 0.25, "F6", 45309, "G6", "第一行\n第二行")
		f.MergeCell("表三", "B2", "D3")
		f.MergeCell("表三", "E2", "G2")
		f.MergeCell("表三", "B4", "D4")
		pct, _ := f.NewStyle(&excelize.Style{NumFmt: 10})
		day, _ := f.NewStyle(&excelize.Style{CustomNumFmt: ptr(`yyyy"年"m"月"d"日"`)})
		f.SetCellStyle("表三", "E6", "E6", pct)
		f.SetCellStyle("表三", "F6", "F6", day)
	}))
	want(t, d, "表三 5×4",
		"|0:注↓2|1:申请人情况→3", "|1:自然人|2:商业企业|3:总计", "|0:一、本年新收|1:3|2:0|3:3",
		"|0:收费|1:0.3|2:约36万元|3:", "|0:比例|1:25%|2:2024-01-18|3:第一行⏎第二行")
	if at := d.Blocks[0].Grid.Cell(2, 1).At; at != (doc.Place{Part: "表三", Table: 1, Row: 4, Col: 5}) {
		t.Errorf("the figure in E4 stands at %v", at)
	}
}

func ptr(s string) *string { return &s }

func TestHiddenSheetsAndRows(t *testing.T) {
	d := read(t, write(t, func(f *excelize.File) {
		set(f, "Sheet1", "A1", "甲", "A2", 1, "C2", 2)
		f.NewSheet("底稿")
		set(f, "底稿", "A1", "不该读到")
		f.SetSheetVisible("底稿", false)
		f.SetRowVisible("Sheet1", 2, false)
		f.SetColVisible("Sheet1", "C", false)
	}))
	want(t, d, "Sheet1 2×2", "|0:甲|1:", "|0:1|1:2")
	if len(d.Notes) != 2 || d.Notes[0].Code != "HIDDEN-CELLS" || d.Notes[1].Code != "HIDDEN-SHEET" || strings.Contains(dump(d), "不该") {
		t.Errorf("notes %v", d.Notes)
	}
}

// What is to be published holds nothing of hidden columns, and the note names
// what they hold.
func TestReadShownLeavesOutWhatIsHidden(t *testing.T) {
	data := write(t, func(f *excelize.File) {
		set(f, "Sheet1", "A1", "姓名", "B1", "身份证号", "C1", "金额", "A2", "甲", "B2", "不该读到的号", "C2", 2, "A3", "不该读到的人", "C3", 3)
		f.SetColVisible("Sheet1", "B", false)
		f.SetRowVisible("Sheet1", 3, false)
		f.AddComment("Sheet1", excelize.Comment{Cell: "A1", Author: "某", Text: "不该读到的话"})
	})
	d, err := ReadShown(context.Background(), "a.xlsx", data)
	if err != nil {
		t.Fatal(err)
	}
	want(t, d, "Sheet1 2×2", "|0:姓名|1:金额", "|0:甲|1:2")
	if len(d.Notes) != 2 || d.Notes[0].Code != "HIDDEN-CELLS" || !strings.Contains(d.Notes[0].Text, "4 个单元格") || !strings.Contains(d.Notes[0].Text, "“身份证号”“不该读到的号”") || d.Notes[1].Code != "COMMENTS" {
		t.Errorf("notes %v", d.Notes)
	}
}

func TestFormulas(t *testing.T) {
	d := read(t, pack(`<row r="1"><c r="A1"><v>2</v></c><c r="B1"><v>0.5</v></c><c r="C1"><f>SUM(A1:B1)</f><v>2.5</v></c></row>
<row r="2"><c r="A2"><f>SUM(A1:B1,C1)</f></c><c r="B2"><f>A2-$B$1+C1</f></c><c r="C2"><f>A3</f></c><c r="D2"><f>VLOOKUP(A1,A1:B2,1)</f></c><c r="E2"><f t="shared" si="0"/></c></row>
<row r="3"><c r="A3"><f>C2</f></c><c r="B3" t="inlineStr"><is><t>文</t></is></c><c r="C3"><f>SUM(A1:A1,B3)</f></c></row>`))
	want(t, d, "S 3×3", "|0:2|1:0.5|2:2.5", "|0:5|1:7|2:", "|0:|1:文|2:2")
	if len(d.Notes) != 1 || d.Notes[0].Code != "FORMULA-NO-VALUE" || !strings.Contains(d.Notes[0].Text, "4 个公式") {
		t.Errorf("notes %v", d.Notes)
	}
}

func TestProseInOneCell(t *testing.T) {
	prose := strings.Repeat("我镇把公开当作本分，", 8)
	d := read(t, write(t, func(f *excelize.File) {
		set(f, "Sheet1", "A1", "一、总体情况", "A2", prose, "A3", "规章", "B3", 0, "D3", 0, "A4", "行政许可")
	}))
	want(t, d, "Sheet1 4×3", "|0:一、总体情况|1:|2:", "|0:"+prose, "|0:规章|1:0|2:0", "|0:行政许可|1:|2:")
}

func TestNumbersAreExact(t *testing.T) {
	b := &book{formats: []format{number, date, moment, percent}}
	for _, c := range []struct {
		raw   string
		style int
		out   string
	}{
		{"3", 0, "3"}, {"3.0", 0, "3"}, {"-2", 0, "-2"}, {"251000.5", 0, "251000.5"}, {"3.7999999999999999E-2", 0, "0.038"}, {"1E3", -1, "1000"},
		{"123456789012345", 0, "123456789012345"}, {"007", 0, "7"}, {"x", 0, "x"}, {"", 0, ""}, {"0.1", 3, "10%"},
		{"1", 1, "1900-01-01"}, {"59", 1, "1900-02-28"}, {"61", 1, "1900-03-01"}, {"45309", 1, "2024-01-18"}, {"45309.5", 2, "2024-01-18 12:00"}, {"-1", 1, "-1"}, {"0.5", 2, "12:00"}, {"NaN", 0, "NaN"},
	} {
		if got := b.show(c.raw, c.style); got != c.out {
			t.Errorf("%q in style %d shows as %q, want %q", c.raw, c.style, got, c.out)
		}
	}
	for code, f := range map[string]format{
		"General": number, "0.00_ ": number, `#,##0"元"`: number, `[Red]0;-0`: number, "yyyy-mm-dd": date, `yyyy"年"m"月"`: date, "h:mm": moment, "0.0%": percent, `"hs"0`: number,
	} {
		if got := formatOf(164, code, true); got != f {
			t.Errorf("format %q is %d, want %d", code, got, f)
		}
	}
}

func packRaw(parts ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, _ := z.Create(parts[i])
		w.Write([]byte(parts[i+1]))
	}
	z.Close()
	return b.Bytes()
}

const (
	workbook = `<workbook xmlns:r="r"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`
	rels     = `<Relationships><Relationship Id="r1" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
)

// pack makes a workbook of one sheet from its rows and what follows them.
func pack(rows string, after ...string) []byte {
	return packRaw("xl/workbook.xml", workbook, "xl/_rels/workbook.xml.rels", rels,
		"xl/worksheets/sheet1.xml", "<worksheet><sheetData>"+rows+"</sheetData>"+strings.Join(after, "")+"</worksheet>")
}

func TestDamagedMerges(t *testing.T) {
	d := read(t, pack(`<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c><c><v>4</v></c></row>`,
		`<mergeCells><mergeCell ref="A1:XFD1048576"/><mergeCell ref="B1:B2"/><mergeCell ref="B2:A1"/><mergeCell ref="??"/><mergeCell ref="Z9:Z99"/></mergeCells>`))
	want(t, d, "S 2×2", "|0:1↓2→2")
}

func TestHostileFiles(t *testing.T) {
	random := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	good := pack(`<row><c><v>1</v></c></row>`)
	var sparse, merges strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&sparse, `<row r="%d"><c r="%s%d"><v>1</v></c></row>`, i*300+1, column(i*5+1), i*300+1)
		fmt.Fprintf(&merges, `<mergeCell ref="A1:%s1000000"/>`, column(i+1))
	}
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty file":    {nil, "EMPTY"},
		"random bytes":  {random, "BROKEN"},
		"cut off":       {good[:len(good)-30], "BROKEN"},
		"no workbook":   {packRaw("x", "y"), "BROKEN"},
		"wrong xml":     {pack("<row></c></row>"), "BROKEN"},
		"entity bomb":   {packRaw("xl/workbook.xml", `<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook><sheets><sheet name="&a;"/></sheets></workbook>`), "BROKEN"},
		"entity inside": {pack(`<row><c t="str"><v>&a;</v></c></row>`), "BROKEN"},
		"zip bomb":      {pack(strings.Repeat(" ", 60<<20)), "ZIP-BOMB"},
		"deep":          {pack(strings.Repeat("<x>", 1000)), "TOO-LARGE"},
		"deep value":    {pack("<row><c><is>" + strings.Repeat("<x>", 1000)), "TOO-LARGE"},
		"far away rows": {pack(`<row r="99999999"/>`), "BROKEN"},
		"sparse":        {pack(sparse.String()), "TOO-LARGE"},
		"nothing in it": {pack(""), "EMPTY"},
		"password":      {append([]byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}, make([]byte, 4096)...), "ENCRYPTED"},
		"chain of sums": {pack(`<row r="1"><c r="A1"><v>1</v></c></row>` + chain(5000)), ""},
		"merges":        {pack(strings.Repeat("<row><c><v>1</v></c><c><v>1</v></c></row>", 50_000), "<mergeCells>", merges.String(), "</mergeCells>"), ""},
	} {
		start := time.Now()
		d, err := Read(context.Background(), "a.xlsx", c.data)
		if e := (*limit.Error)(nil); err != nil && !errors.As(err, &e) || c.code != "" && limit.Code(err) != c.code || c.code != "" && err == nil {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if err == nil {
			check(t, d)
		}
		if d := time.Since(start); d > 4*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, "a.xlsx", good); limit.Code(err) != "TIMEOUT" {
		t.Errorf("cancelled: %v", err)
	}
}

func column(n int) (s string) {
	for ; n > 0; n = (n - 1) / 26 {
		s = string(rune('A'+(n-1)%26)) + s
	}
	return s
}

func chain(n int) string {
	var b strings.Builder
	for i := 2; i < n; i++ {
		fmt.Fprintf(&b, `<row r="%d"><c r="A%d"><f>SUM(A1:A%d)</f></c></row>`, i, i, i-1)
	}
	return b.String()
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("<worksheet><sheetData><row><c t='s'><v>0</v></c><c s='1'><v>45309.5</v></c><c r='C1'><f>SUM(A1:B1)</f></c></row></sheetData><mergeCells><mergeCell ref='A1:B1'/></mergeCells></worksheet>"),
		[]byte("<sst><si><r><t>a</t></r><rPh><t>b</t></rPh></si></sst>"), []byte("<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy'/></numFmts><cellXfs><xf/><xf numFmtId='164'/></cellXfs></styleSheet>"))
	f.Fuzz(func(t *testing.T, sheet, strs, styles []byte) {
		d, err := Read(context.Background(), "a.xlsx", packRaw("xl/workbook.xml", workbook, "xl/_rels/workbook.xml.rels", rels,
			"xl/worksheets/sheet1.xml", string(sheet), "xl/sharedStrings.xml", string(strs), "xl/styles.xml", string(styles)))
		if err != nil {
			if e := (*limit.Error)(nil); !errors.As(err, &e) || e.Msg == "" {
				t.Fatalf("error without a sentence: %v", err)
			}
			return
		}
		check(t, d)
	})
}

func BenchmarkRead(b *testing.B) {
	data := write(b, func(f *excelize.File) {
		for r := 1; r <= 60; r++ {
			for c := 1; c <= 10; c++ {
				p, _ := excelize.CoordinatesToCellName(c, r)
				f.SetCellValue("Sheet1", p, r*c)
			}
		}
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), "a.xlsx", data); err != nil {
			b.Fatal(err)
		}
	}
}
