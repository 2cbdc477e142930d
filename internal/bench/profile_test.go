package bench

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"gongkai/ingest"
	"gongkai/law/annual"
	"gongkai/render"
)

// The readers alone, for -cpuprofile and -cpu 1: TestFigures says how they
// stand beside their baselines.
func BenchmarkReadHTML(b *testing.B) {
	benchRead(b, "report.html", func(w *bytes.Buffer) error { return render.HTML(w, report(), render.Options{}) })
}

func BenchmarkReadDOCX(b *testing.B) {
	benchRead(b, "report.docx", func(w *bytes.Buffer) error { return render.DOCX(w, report(), render.Options{}) })
}

func BenchmarkReadPDF(b *testing.B) {
	benchRead(b, "report.pdf", func(w *bytes.Buffer) error { return render.PDF(w, long(b), render.Options{}) })
}

func benchRead(b *testing.B, name string, write func(*bytes.Buffer) error) {
	var w bytes.Buffer
	if err := write(&w); err != nil {
		b.Fatal(err)
	}
	if dir := os.Getenv("GONGKAI_BENCH_KEEP"); dir != "" {
		os.WriteFile(filepath.Join(dir, name), w.Bytes(), 0o600)
	}
	b.ReportAllocs()
	for b.Loop() {
		rd, err := ingest.Read(context.Background(), name, w.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		annual.Check(rd.Report, nil)
	}
}
