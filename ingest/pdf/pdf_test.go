package pdf_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/ingest/pdf"
	"gongkai/render"
)

// The three tables of the form come out with every merged cell and every figure
// in its place, whoever printed them, and the text stands in paragraphs.
func TestOfficialForm(t *testing.T) {
	src := page(t)
	for name, print := range map[string]func(testing.TB, string) []byte{"office": printOffice, "browser": printBrowser} {
		t.Run(name, func(t *testing.T) {
			d := mustRead(t, print(t, src))
			if diff := cmp.Diff(grids(t, src), found(d)); diff != "" {
				t.Errorf("tables (-printed +read):\n%s", diff)
			}
			want := []string{
				"青禾县柳溪镇人民政府2023年政府信息公开工作年度报告",
				"本报告依照《中华人民共和国政府信息公开条例》第五十条和国务院办公厅印发的年度报告格式编写，数据统计期限为2023年1月1日至2023年12月31日，电子版可在青禾县人民政府网站查阅和下载。",
				"一、总体情况",
				"（一）主动公开。全年通过网站公开信息126条，内容包括机构职能、惠民补贴发放、工程项目进展和防汛值班安排，各村公示栏同步张贴，方便没有上网条件的群众查看。",
				"（二）依申请公开。全年收到申请5件，均在法定期限内答复。",
				"（三）政府信息管理。文件起草时同时标明公开属性，由办公室统一登记、审查和发布。",
				"二、主动公开政府信息情况",
				"三、收到和处理政府信息公开申请情况",
				"四、政府信息公开行政复议、行政诉讼情况",
				"五、存在的主要问题及改进情况",
				"公开内容更新不够及时，个别栏目超过一个月没有新信息。2024年将由专人每周检查栏目，并把更新情况列入各办公室的月度小结。",
				"六、其他需要报告的事项",
				"本年度没有收取信息处理费。",
				"青禾县柳溪镇人民政府",
				"2024年1月12日",
			}
			if name == "browser" { // the date and address that chromium prints around pages are gone too
				for _, p := range paras(d) {
					if strings.Contains(p, "file://") {
						t.Errorf("running footer was taken for text: %q", p)
					}
				}
			}
			if diff := cmp.Diff(want, paras(d)); diff != "" {
				t.Errorf("paragraphs (-want +read):\n%s", diff)
			}
			for _, b := range d.Blocks {
				if b.Grid == nil {
					continue
				}
				for _, c := range b.Grid.Cells {
					if c.At.Page == 0 || c.At.Table == 0 || c.At.Row != c.Row+1 || c.At.Col != c.Col+1 {
						t.Fatalf("cell (%d,%d) does not know its place: %+v", c.Row, c.Col, c.At)
					}
				}
			}
		})
	}
}

// A table of two rows and three columns in strokes, without its figures' page
// number, turned in all four ways.
func TestTurnedPages(t *testing.T) {
	const box = "0.5 w 100 700 m 400 700 l S 100 660 m 400 660 l S 100 620 m 400 620 l S " +
		"100 620 m 100 700 l S 200 620 m 200 700 l S 300 620 m 300 700 l S 400 620 m 400 700 l S " +
		"BT /F 12 Tf 110 675 Td (New) Tj 100 0 Td (12) Tj 100 0 Td (0) Tj -200 -40 Td (Old) Tj 100 0 Td (3) Tj 100 0 Td (-4) Tj ET"
	want := [][]string{{"0,0 1×1 new", "0,1 1×1 12", "0,2 1×1 0", "1,0 1×1 old", "1,1 1×1 3", "1,2 1×1 -4"}}
	for name, c := range map[string]string{
		"upright":             box,
		"page turned 90":      "%rotate 90\nq 0 1 -1 0 842 0 cm " + box + " Q",
		"page turned 270":     "%rotate 270\nq 0 -1 1 0 -200 600 cm " + box + " Q",
		"text alone sideways": "q 0 1 -1 0 842 0 cm " + box + " Q",
		"upside down":         "%rotate 180\nq -1 0 0 -1 595 842 cm " + box + " Q",
	} {
		if diff := cmp.Diff(want, found(mustRead(t, minimal(c)))); diff != "" {
			t.Errorf("%s (-want +read):\n%s", name, diff)
		}
	}
}

// What is not there is said, never invented.
func TestPagesWithoutText(t *testing.T) {
	text := "BT /F 12 Tf 100 700 Td (text) Tj ET"
	picture := "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"
	d := mustRead(t, minimal(text, picture, "", "100 100 m 400 100 l 250 300 l f"))
	var got []string
	for _, n := range d.Notes {
		got = append(got, fmt.Sprint(n.Code, " ", n.At.Page))
	}
	if diff := cmp.Diff([]string{"NO-TEXT-LAYER 2", "NO-TEXT-LAYER 3", "NO-TEXT-LAYER 4"}, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(d.Notes[0].Text, "扫描") || !strings.Contains(d.Notes[0].Text, "第2页") {
		t.Errorf("the note does not say what is wrong where: %s", d.Notes[0].Text)
	}
	d = mustRead(t, minimal(text+" q 400 0 0 300 100 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x80 EI Q"))
	if len(d.Notes) != 1 || d.Notes[0].Code != "PICTURE-TABLE" {
		t.Errorf("a large picture beside text is not named: %+v", d.Notes)
	}
}

// A font that does not say which characters its glyphs are gives no letters and
// no figures, only the remark that they cannot be read.
func TestFontsWithoutCharacterCodes(t *testing.T) {
	data := bytes.ReplaceAll(rendered(t, plainFigures(), render.PDF, render.Options{}), []byte("/ToUnicode"), []byte("/NoUnicode"))
	d := mustRead(t, data)
	for page := range 3 {
		if !slices.ContainsFunc(d.Notes, func(n doc.Note) bool { return n.Code == "GARBLED-TEXT" && n.At.Page == page+1 }) {
			t.Errorf("no remark on page %d: %v", page+1, d.Notes)
		}
	}
	for _, b := range d.Blocks {
		if b.Grid == nil {
			continue
		}
		for _, c := range b.Grid.Cells {
			if strings.Trim(c.Text, "\ufffd \n") != "" {
				t.Fatalf("read %q", c.Text)
			}
		}
	}
}

func TestBadFiles(t *testing.T) {
	good := minimal("BT /F 12 Tf 100 700 Td (text) Tj ET")
	many := make([]string, 1000)
	noise := make([]byte, 5000)
	r := rand.NewChaCha8([32]byte{7})
	_, _ = r.Read(noise)
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty":        {nil, "EMPTY"},
		"blank":        {[]byte(" \n"), "EMPTY"},
		"random":       {noise, "BROKEN"},
		"header alone": {append([]byte("%PDF-1.7\n"), noise...), "BROKEN"},
		"cut":          {good[:60], "BROKEN"},
		"1000 pages":   {minimal(many...), "TOO-LARGE"},
		"encrypted":    {encrypted(), "ENCRYPTED"},
		"too large":    {make([]byte, limit.FileBytes+1), ""},
	} {
		if c.code == "" {
			copy(c.data, "%PDF-1.4")
			c.code = "TOO-LARGE"
		}
		d, err := pdf.Read(context.Background(), name, c.data)
		if d != nil || err == nil || limit.Code(err) != c.code {
			t.Errorf("%s: code %q (%v), want %s", name, limit.Code(err), err, c.code)
		}
		if !strings.Contains(limit.Message(err), "。") {
			t.Errorf("%s: no sentence for a person: %q", name, limit.Message(err))
		}
	}
}

// encrypted is a pdf whose key needs a password: the hashes match none.
func encrypted() []byte {
	h := strings.Repeat("41", 32)
	b := bytes.Replace(minimal("BT ET"), []byte("/Root 1 0 R"),
		fmt.Appendf(nil, "/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>", h, h), 1)
	return b
}

// A file made to keep the reader busy ends with the context, whichever engine
// reads it.
func TestCancel(t *testing.T) {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	for range 2_000_000 {
		_, _ = w.Write([]byte("q 1 0 0 1 0 0 cm 0 0 m 9 9 l S Q "))
	}
	_ = w.Close()
	b := minimal("PLACE")
	b = bytes.Replace(b, []byte("<</Length 5>>\nstream\nPLACE"), append(fmt.Appendf(nil, "<</Length %d/Filter/FlateDecode>>\nstream\n", z.Len()), z.Bytes()...), 1)
	// Start both engines first: their start is not the file's time.
	_, _ = pdf.Read(context.Background(), "x", append(minimal("BT ET"), "LZW"...))
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := pdf.Read(ctx, "slow.pdf", b)
	if limit.Code(err) != "TIMEOUT" {
		t.Errorf("got %v, want TIMEOUT", err)
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v after a limit of 300 ms", d)
	}
	gone, cancel2 := context.WithCancel(context.Background())
	cancel2()
	if _, err := pdf.Read(gone, "x", minimal("BT ET")); limit.Code(err) != "TIMEOUT" {
		t.Errorf("a context already ended: %v", err)
	}
	// The reader is as good as before.
	mustRead(t, minimal("BT /F 12 Tf 100 700 Td (text) Tj ET"))
}

// Forms that call each other a hundredfold end at the memory limit.
func TestFormBomb(t *testing.T) {
	b := []byte("%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 595 842]>>\nendobj\n" +
		"3 0 obj\n<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>\nendobj\n" +
		"4 0 obj\n<</Length 5>>\nstream\n/X Do\nendstream\nendobj\n")
	for i := 5; i < 15; i++ {
		c := strings.Repeat("/X Do ", 50)
		b = fmt.Appendf(b, "%d 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>/Length %d>>\nstream\n%s\nendstream\nendobj\n", i, i+1, len(c), c)
	}
	b = append(b, "15 0 obj\n<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 14>>\nstream\n0 0 m 9 9 l S \nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"...)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	start := time.Now()
	_, err := pdf.Read(ctx, "bomb.pdf", b)
	t.Logf("%v after %v", err, time.Since(start))
	if d := time.Since(start); d > 40*time.Second {
		t.Errorf("took %v", d)
	}
}

// Damaged copies of a good file give an error or a document, never a panic.
func TestMutated(t *testing.T) {
	good := minimal("0.5 w 100 700 200 -40 re S 200 700 m 200 660 l S BT /F 12 Tf 110 675 Td (New) Tj 100 0 Td (12) Tj ET", "BT /F 12 Tf 100 700 Td (text) Tj ET")
	r := rand.New(rand.NewPCG(1, 2))
	end := time.Now().Add(15 * time.Second)
	for range 150 {
		if time.Now().After(end) {
			return
		}
		b := slices.Clone(good)
		for range 1 + r.IntN(8) {
			b[9+r.IntN(len(b)-9)] = byte(r.IntN(256))
		}
		if r.IntN(4) == 0 {
			b = b[:r.IntN(len(b))]
		}
		d, err := pdf.Read(context.Background(), "m.pdf", b)
		if (d == nil) == (err == nil) {
			t.Fatalf("document %v, error %v", d, err)
		}
		if err != nil && limit.Code(err) == "TIMEOUT" {
			t.Fatal(err)
		}
	}
}

func TestReaderWithItsOwnCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "cache")
	r := pdf.New(dir)
	data := minimal("BT /F 12 Tf 100 700 Td (text) Tj ET")
	if _, err := r.Read(context.Background(), "a.pdf", data); err != nil {
		t.Fatal(err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*", "*")); len(files) == 0 {
		t.Error("nothing was kept in the cache folder")
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := r.Read(context.Background(), "a.pdf", data); err == nil {
		t.Error("a closed reader reads")
	}
	if err := r.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
}

func TestTitleProperty(t *testing.T) {
	b := minimal("BT /F 12 Tf 100 700 Td (text) Tj ET")
	b = bytes.Replace(b, []byte("/Root 1 0 R"), []byte("/Root 1 0 R/Info 99 0 R"), 1)
	b = bytes.Replace(b, []byte("xref"), []byte("99 0 obj\n<</Title(Report)/Producer(WPS)>>\nendobj\nxref"), 1)
	d := mustRead(t, b)
	if d.Title != "Report" || d.Format != "pdf" || !slices.Contains(d.Meta, doc.Meta{Name: "Producer", Value: "WPS"}) {
		t.Errorf("title %q, meta %v", d.Title, d.Meta)
	}
}

// BenchmarkRead reads a 12-page report and, beside it, runs pdftotext -layout
// on the same file; the target is four times.
func BenchmarkRead(b *testing.B) {
	need(b, "pdftotext", "poppler-utils")
	src := page(b)
	i, j := strings.Index(src, "<h1>"), strings.Index(src, "</body>")
	data := printOffice(b, src[:i]+strings.Repeat(src[i:j]+"<p style=\"page-break-before:always\"></p>", 4)+src[j:])
	file := filepath.Join(b.TempDir(), "report.pdf")
	write(b, file, string(data))
	d := mustRead(b, data)
	pages := d.Blocks[len(d.Blocks)-1].Para.At.Page
	b.Logf("%d pages, %d bytes", pages, len(data))
	b.Run("ours", func(b *testing.B) {
		for b.Loop() {
			mustRead(b, data)
		}
	})
	b.Run("pdftotext", func(b *testing.B) {
		for b.Loop() {
			if err := exec.Command("pdftotext", "-layout", file, "-").Run(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
