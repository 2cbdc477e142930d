package pdf_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"gongkai/doc"
	"gongkai/ingest/pdf"
	"gongkai/text"
)

// need skips a test whose program is missing; under CI nothing may be missing.
func need(t testing.TB, program, pkg string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing: apt-get install %s", program, pkg)
		}
		t.Skipf("%s is not installed (Debian package %s)", program, pkg)
	}
}

func run(t testing.TB, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// printOffice prints a html page by way of a Word document, as a clerk would.
func printOffice(t testing.TB, page string) []byte {
	t.Helper()
	need(t, "soffice", "libreoffice-writer-nogui")
	dir := t.TempDir()
	src := filepath.Join(dir, "report.html")
	write(t, src, page)
	profile := "-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(dir, "profile"))
	run(t, "soffice", profile, "--headless", "--infilter=HTML (StarWriter)", "--convert-to", "docx:MS Word 2007 XML", "--outdir", dir, src)
	run(t, "soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "report.docx"))
	return read(t, filepath.Join(dir, "report.pdf"))
}

// printBrowser prints a html page with chromium, whose borders are filled
// boxes and whose glyphs are named by radicals.
func printBrowser(t testing.TB, page string) []byte {
	t.Helper()
	need(t, "chromium", "chromium")
	dir := t.TempDir()
	src, out := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.pdf")
	write(t, src, page)
	run(t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
		"--disable-background-networking", "--disable-component-update", "--disable-sync",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--print-to-pdf="+out, "file://"+filepath.ToSlash(src))
	return read(t, out)
}

func write(t testing.TB, name, s string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustRead(t testing.TB, data []byte) *doc.Document {
	t.Helper()
	d, err := pdf.Read(context.Background(), "report.pdf", data)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Blocks {
		if b.Grid != nil {
			if err := b.Grid.Check(); err != nil {
				t.Error(err)
			}
		}
	}
	return d
}

// grids are the tables of the page, one string a cell: where, spans and text.
func grids(t testing.TB, page string) [][]string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for n := range root.Descendants() {
		if n.Data != "table" {
			continue
		}
		var cells []string
		taken := map[[2]int]bool{}
		row := -1
		for c := range n.Descendants() {
			switch c.Data {
			case "tr":
				row++
			case "td":
				rows, cols := span(c, "rowspan"), span(c, "colspan")
				col := 0
				for taken[[2]int{row, col}] {
					col++
				}
				for y := range rows {
					for x := range cols {
						taken[[2]int{row + y, col + x}] = true
					}
				}
				s := ""
				if c.FirstChild != nil {
					s = c.FirstChild.Data
				}
				cells = append(cells, fmt.Sprintf("%d,%d %d×%d %s", row, col, rows, cols, text.Fold(s)))
			}
		}
		out = append(out, cells)
	}
	return out
}

func span(n *html.Node, name string) int {
	for _, a := range n.Attr {
		if a.Key == name {
			v, _ := strconv.Atoi(a.Val)
			return v
		}
	}
	return 1
}

// found are the same of a document that was read.
func found(d *doc.Document) [][]string {
	var out [][]string
	for _, b := range d.Blocks {
		if b.Grid == nil {
			continue
		}
		var cells []string
		for _, c := range b.Grid.Cells {
			cells = append(cells, fmt.Sprintf("%d,%d %d×%d %s", c.Row, c.Col, c.RowSpan, c.ColSpan, text.Fold(c.Text)))
		}
		out = append(out, cells)
	}
	return out
}

func paras(d *doc.Document) []string {
	var out []string
	for _, b := range d.Blocks {
		if b.Para != nil {
			out = append(out, b.Para.Text)
		}
	}
	return out
}

func page(t testing.TB) string { return string(read(t, "testdata/report.html")) }

// minimal is a hand-made pdf of the given page contents, uncompressed.
func minimal(contents ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	offs := []int{}
	obj := func(s string) {
		offs = append(offs, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", len(offs), s)
	}
	obj("<</Type/Catalog/Pages 2 0 R>>")
	var kids strings.Builder
	for i := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	obj(fmt.Sprintf("<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]>>", kids.String(), len(contents)))
	obj("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
	for i, c := range contents {
		extra := ""
		if rest, ok := strings.CutPrefix(c, "%rotate "); ok {
			extra, c, _ = strings.Cut(rest, "\n")
			extra = "/Rotate " + extra
		}
		obj(fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R/Resources<</Font<</F 3 0 R>>>>%s>>", 5+2*i, extra))
		obj(fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(c), c))
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(offs)+1)
	for _, o := range offs {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(offs)+1, start)
	return b.Bytes()
}
