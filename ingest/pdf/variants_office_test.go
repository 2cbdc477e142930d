package pdf_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A press prints many sources with one start of the office program, while other
// work goes on.
type press struct {
	t     testing.TB
	dir   string
	files []string
	done  chan error
}

// add keeps a Word file or workbook and returns what reads its print.
func (p *press) add(name string, data []byte) func() []byte {
	path := filepath.Join(p.dir, name)
	write(p.t, path, string(data))
	p.files = append(p.files, path)
	return func() []byte {
		if err, more := <-p.done; more && err != nil {
			p.t.Fatal(err)
		}
		return read(p.t, strings.TrimSuffix(path, filepath.Ext(path))+".pdf")
	}
}

// start prints all that was added.
func (p *press) start() {
	need(p.t, "soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	p.done = make(chan error, 1)
	args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(p.dir, "profile")), "--headless", "--convert-to", "pdf", "--outdir", p.dir}
	go func() {
		defer cancel()
		out, err := exec.CommandContext(ctx, "soffice", append(args, p.files...)...).CombinedOutput()
		if err != nil {
			p.done <- fmt.Errorf("soffice: %w\n%s", err, out)
		}
		close(p.done)
	}()
}

// browser is a started chromium that prints pages.
func browser(t testing.TB) func(page string, opts ...chromedp.PDFOption) []byte {
	need(t, "chromium", "chromium")
	path, _ := exec.LookPath("chromium")
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(stop)
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("no-first-run", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stopAll := chromedp.NewExecAllocator(ctx, flags...)
	t.Cleanup(stopAll)
	ctx, stopTab := chromedp.NewContext(ctx)
	t.Cleanup(stopTab)
	src := filepath.Join(t.TempDir(), "page.html")
	return func(page string, opts ...chromedp.PDFOption) []byte {
		write(t, src, page)
		opts = append(opts, chromedp.PDFPreferCSSPageSize(), chromedp.PDFPrintBackground())
		if err := chromedp.Do(ctx, chromedp.Navigate("file://"+filepath.ToSlash(src))); err != nil {
			t.Fatal(err)
		}
		pdf, err := chromedp.Run(ctx, chromedp.PrintToPDF(opts...))
		if err != nil {
			t.Fatal(err)
		}
		return pdf
	}
}

// edit changes one entry of a docx or xlsx.
func edit(t testing.TB, data []byte, change func(name, s string) string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		s, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		o, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(o, change(f.Name, string(s))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
