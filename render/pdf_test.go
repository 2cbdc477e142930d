package render

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/law/annual"
)

// writeTemp writes a pdf to a file for the poppler tools.
func writeTemp(t *testing.T, r *annual.Report, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := PDF(&b, r, o); err != nil {
		fontsMissing(t, err)
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "r.pdf")
	if err := os.WriteFile(file, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func fontsMissing(t testing.TB, err error) {
	var none *FontError
	if errors.As(err, &none) && os.Getenv("CI") == "" {
		t.Skip("no Chinese TrueType font: apt-get install fonts-arphic-gbsn00lp fonts-arphic-gkai00mp")
	}
}

func TestPDFTextCanBeCopied(t *testing.T) {
	for _, edition := range []string{"2019", "2021"} {
		r := sample(t, edition)
		file := writeTemp(t, r, Options{Watermark: "草稿"})
		if b, err := os.ReadFile(file); err == nil {
			keep(t, edition+"-own.pdf", b)
		}
		text := squeeze(pdfText(t, file))
		for _, want := range []string{"云岭县青石镇人民政府", "政府信息公开工作年度报告", "一、本年新收政府信息公开申请数量31400", "（七）总计30400",
			"3.危及“三安全一稳定”", "四、结转下年度继续办理3", "草稿", "－1－", r.Dated.Chinese(), "第二十条第（八）项"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q cannot be copied from the pdf", edition, want)
			}
		}
	}
}

func TestPDFSaysWhichFontsToInstall(t *testing.T) {
	e := &FontError{Looked: []string{"/usr/share/fonts"}}
	for _, want := range []string{"fonts-arphic-gbsn00lp", "fonts-arphic-gkai00mp", "/usr/share/fonts"} {
		if !strings.Contains(e.Error(), want) {
			t.Errorf("the message does not name %s", want)
		}
	}
}

// A character that no font has is shown and named, never dropped in silence.
func TestPDFNamesCharactersWithoutAFont(t *testing.T) {
	r := sample(t, "2021")
	r.Chapters[5] = "联系人所在村名含\U00020BB7字与\ufdd0字。"
	text := squeeze(pdfText(t, writeTemp(t, r, Options{})))
	for _, want := range []string{"含〓字", "U+20BB7", "U+FDD0"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the pdf", want)
		}
	}
}

func TestPDFBreaksLongProseOverPages(t *testing.T) {
	r := sample(t, "2021")
	r.Chapters[0] = strings.Repeat("加强政策解读，回应群众关切。", 900) + "\n末段到此为止。"
	text := squeeze(pdfText(t, writeTemp(t, r, Options{})))
	if n := strings.Count(text, "加强政策解读"); n < 880 { // a phrase cut by a page number does not count
		t.Errorf("%d of 900 sentences are in the pdf", n)
	}
	if !strings.Contains(text, "末段到此为止。") {
		t.Error("the end of the chapter is lost")
	}
}

// A heading at the foot of a page keeps with its table, however tall that is.
func TestPDFKeepsAHeadingWithItsTable(t *testing.T) {
	tall := 0 // tables that fill a page and leave no room for the heading
	for n := range 100 {
		rows := 21 + n%10
		p := &paper{}
		for range 9 {
			p.blocks = append(p.blocks, block{text: "正文一行。"})
		}
		tb := &table{cols: 2, heads: 1, size: 10.5, widths: []float64{textW / 2, textW / 2}}
		for y := range rows {
			tb.rows = append(tb.rows, []GridCell{
				{LayoutCell: annual.LayoutCell{Row: y, RowSpan: 1, ColSpan: 1, Cell: -1, Text: "项目" + strings.Repeat("\n行", min(2, (y+n/10)*n/90))}},
				{LayoutCell: annual.LayoutCell{Row: y, Col: 1, RowSpan: 1, ColSpan: 1, Cell: -1, Text: "0"}},
			})
		}
		fonts, err := findFonts(nil)
		if err != nil {
			fontsMissing(t, err)
			t.Fatal(err)
		}
		_, total := (&sheet{fonts: fonts}).rowHeights(tb)
		if total <= textH-bodyLine-8 || total > textH {
			continue
		}
		tall++
		p.blocks = append(p.blocks, block{style: chapter, text: "三、收到和处理申请情况"}, block{table: tb})
		var b bytes.Buffer
		if err := writePDF(&b, p, nil); err != nil {
			fontsMissing(t, err)
			t.Fatal(err)
		}
		file := filepath.Join(t.TempDir(), "x.pdf")
		if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		for i, page := range strings.Split(pdfText(t, file), "\f") {
			if strings.Contains(page, "三、收到") && !strings.Contains(page, "项目") {
				t.Errorf("%d rows: the heading stands alone on page %d", rows, i+1)
			}
		}
	}
	if tall == 0 {
		t.Error("no table was tall enough")
	}
}

func TestDamagedFontFilesAreRefused(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("OTTO"), []byte("ttcf\x00\x01\x00\x00\x00\x00\x00\x01\xff\xff\xff\xff"),
		append([]byte{0, 1, 0, 0, 0xff, 0xff}, make([]byte, 100)...)} {
		if _, err := parseFace("x", b); err == nil {
			t.Errorf("% x was taken for a font", b[:min(len(b), 8)])
		}
	}
}

func TestLinesKeepPunctuationTogether(t *testing.T) {
	fonts, err := findFonts(nil)
	if err != nil {
		fontsMissing(t, err)
		t.Fatal(err)
	}
	text := strings.Repeat("镇政府于2025年12月31日（含当日）前，将《公开指南》等1286件信息“应公开尽公开”。", 8)
	for _, w := range []float64{60, 75, 100, 133, 200, 317, 442} {
		var got strings.Builder
		for i, l := range fonts.breakLines(body, text, 0, 16, w, 0) {
			s := ""
			for _, p := range l.pieces {
				s += p.text
			}
			if i > 0 && strings.ContainsAny(s[:3], "，。）》”") {
				t.Errorf("width %v: line %q begins with a closing mark", w, s)
			}
			if strings.HasSuffix(s, "（") || strings.HasSuffix(s, "《") || strings.HasSuffix(s, "“") {
				t.Errorf("width %v: line %q ends with an opening mark", w, s)
			}
			if l.width > w+0.1 {
				t.Errorf("width %v: line %q is %v wide", w, s, l.width)
			}
			got.WriteString(s)
		}
		if got.String() != text {
			t.Errorf("width %v: text was changed", w)
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	r := sample(b, "2021")
	for b.Loop() {
		var out bytes.Buffer
		if err := PDF(&out, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDOCX(b *testing.B) {
	r := sample(b, "2021")
	for b.Loop() {
		var out bytes.Buffer
		if err := DOCX(&out, r, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
