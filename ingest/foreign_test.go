package ingest_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"gongkai/ingest"
	"gongkai/law/annual"
	"gongkai/render"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// foreignReport has figures that tell their cells apart.
func foreignReport() *annual.Report {
	r := annual.New(annual.Edition("2021"), "青石镇人民政府", 2023)
	r.Title, r.Signature = "青石镇人民政府2023年政府信息公开工作年度报告", "青石镇人民政府"
	r.Dated.Year, r.Dated.Month, r.Dated.Day = 2024, 1, 18
	for i := range r.Values {
		r.Values[i] = annual.Num(int64(i * 7 % 143))
	}
	r.Set("t2.fees.amount", annual.Num(38000))
	for i, c := range r.Form.Chapters {
		r.Headings[i] = c.Ordinal + "、" + c.Title
		if c.Table == "" {
			r.Chapters[i] = "本年度按照条例要求开展工作，栏目更新及时，群众满意。\n（一）第一方面的情况，与上年相比有所改进。"
		}
	}
	return r
}

// need finds a program that a test stands on. In CI a missing one fails.
func need(t *testing.T, name, pkg string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err == nil {
		return p
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed (Debian: %s)", name, pkg)
	}
	t.Skipf("%s is not installed (Debian: %s)", name, pkg)
	return ""
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

func office(t *testing.T, dir, path, format string) {
	soffice := need(t, "soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
	run(t, soffice, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--convert-to", format, "--outdir", dir, path)
}

// What other programs make of a report is read as the report, whoever wrote
// the file: LibreOffice, pandoc, Chromium.
func TestFilesOfOtherProgramsAreReadAlike(t *testing.T) {
	want := foreignReport()
	dir := t.TempDir()
	write := func(name string, f func(*bytes.Buffer) error) string {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	docx := write("word.docx", func(b *bytes.Buffer) error { return render.DOCX(b, want, render.Options{}) })
	html := write("page.html", func(b *bytes.Buffer) error { return render.HTML(b, want, render.Options{}) })
	xlsx := write("sheet.xlsx", func(b *bytes.Buffer) error { return render.XLSX(b, want, render.Options{}) })
	for _, c := range []struct {
		name string
		make func(t *testing.T) string
	}{
		{"our own docx", func(*testing.T) string { return docx }},
		{"our own page", func(*testing.T) string { return html }},
		{"our own sheet", func(*testing.T) string { return xlsx }},
		{"pdf by LibreOffice", func(t *testing.T) string { office(t, dir, docx, "pdf"); return filepath.Join(dir, "word.pdf") }},
		{"doc by LibreOffice", func(t *testing.T) string { office(t, dir, docx, "doc"); return filepath.Join(dir, "word.doc") }},
		{"rtf by LibreOffice", func(t *testing.T) string { office(t, dir, docx, "rtf"); return filepath.Join(dir, "word.rtf") }},
		{"html by LibreOffice", func(t *testing.T) string {
			os.Mkdir(filepath.Join(dir, "h"), 0o700)
			office(t, filepath.Join(dir, "h"), docx, "html")
			return filepath.Join(dir, "h", "word.html")
		}},
		{"xls by LibreOffice", func(t *testing.T) string { office(t, dir, xlsx, "xls"); return filepath.Join(dir, "sheet.xls") }},
		{"docx by pandoc", func(t *testing.T) string {
			out := filepath.Join(dir, "pandoc.docx")
			run(t, need(t, "pandoc", "pandoc"), "-f", "html", "-t", "docx", "-o", out, html)
			return out
		}},
		{"pdf by Chromium", func(t *testing.T) string {
			out := filepath.Join(dir, "chromium.pdf")
			run(t, need(t, "chromium", "chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
				"--disable-component-update", "--disable-sync", "--user-data-dir="+filepath.Join(dir, "chromium"), "--no-pdf-header-footer", "--print-to-pdf="+out, "file://"+html)
			return out
		}},
		{"page in GB18030", func(t *testing.T) string {
			b, err := os.ReadFile(html)
			if err != nil {
				t.Fatal(err)
			}
			b = bytes.Replace(b, []byte(`charset="utf-8"`), []byte(`charset="gb2312"`), 1)
			gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b)
			if err != nil {
				t.Fatal(err)
			}
			out := filepath.Join(dir, "gb.html")
			os.WriteFile(out, gb, 0o600)
			return out
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := c.make(t)
			data, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			rd, err := ingest.Read(context.Background(), filepath.Base(p), data)
			if err != nil {
				t.Fatalf("reading: %v", err)
			}
			same(t, want, rd.Report)
		})
	}
}

func same(t *testing.T, want, got *annual.Report) {
	t.Helper()
	if got.Form != want.Form || got.Year != want.Year || got.Organ != want.Organ {
		t.Errorf("read as %s %s %d", got.Form.Edition, got.Organ, got.Year)
	}
	wrong := 0
	for i := range want.Values {
		if got.Values[i] != want.Values[i] {
			if wrong++; wrong < 8 {
				t.Errorf("%s: read %v from %q, printed %v", want.Form.Cells[i].ID, got.Values[i], got.Sources[i].Raw, want.Values[i])
			}
		}
	}
	for i, c := range want.Chapters {
		if c != "" && got.Chapters[i] != c {
			t.Errorf("chapter %d reads %q", i+1, got.Chapters[i])
		}
	}
	if got.Signature != want.Signature || got.Dated != want.Dated {
		t.Errorf("signed %q %s", got.Signature, got.Dated)
	}
	for _, r := range got.Repairs {
		t.Errorf("needless repair %+v", r)
	}
	for _, u := range got.Undecided {
		t.Errorf("undecided %+v", u)
	}
}
