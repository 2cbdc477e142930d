// Package bench measures what the program promises, each figure beside a
// baseline taken in the same run: machines differ and are noisy, ratios hold.
// `make bench` runs it; docs/benchmarks.md keeps a dated copy of what it said.
package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/ingest"
	"gongkai/law/annual"
	"gongkai/render"
)

// report is a plausible report with prose of the usual length.
func report() *annual.Report {
	r := annual.New(annual.Edition("2021"), "青石镇人民政府", 2023)
	for i := range r.Values {
		r.Values[i] = annual.Value{Kind: annual.Zero}
	}
	for _, row := range []string{"new", "granted", "result_total"} {
		r.Set("t3."+row+".natural", annual.Num(12))
		r.Set("t3."+row+".total", annual.Num(12))
	}
	r.Title = "青石镇人民政府2023年政府信息公开工作年度报告"
	r.Signature = "青石镇人民政府"
	sentence := "本年度按照条例要求公开政府信息，栏目更新及时，收到申请12件，均按期答复，没有发生行政复议和行政诉讼。"
	for i, c := range r.Form.Chapters {
		if c.Table == "" {
			for range 8 {
				r.Chapters[i] += sentence
			}
			r.Chapters[i] += "\n" + sentence
		}
	}
	return r
}

// long is a report of twelve pages, as counties print them.
func long(t testing.TB) *annual.Report {
	r := report()
	path := filepath.Join(t.TempDir(), "long.pdf")
	for {
		var b bytes.Buffer
		if err := render.PDF(&b, r, render.Options{}); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if pages(t, path) >= 12 {
			return r
		}
		for i := range r.Chapters {
			if r.Form.Chapters[i].Table == "" {
				r.Chapters[i] += "\n" + strings.Repeat("本年度按照条例要求公开政府信息，栏目更新及时，培训两次。", 12)
			}
		}
	}
}

// median runs f often enough for a steady median.
func median(n int, f func()) time.Duration {
	d, _ := timed(n, f)
	return d
}

// timed is the median and the best: what a busy machine adds is in the first.
func timed(n int, f func()) (median, best time.Duration) {
	f()
	d := make([]time.Duration, n)
	for i := range d {
		at := time.Now()
		f()
		d[i] = time.Since(at)
	}
	slices.Sort(d)
	return d[n/2], d[0]
}

// medians runs f and g in turn, so that what else the machine does burdens both
// alike.
func medians(n int, f, g func()) (time.Duration, time.Duration) {
	f()
	g()
	d, e := make([]time.Duration, n), make([]time.Duration, n)
	for i := range d {
		at := time.Now()
		f()
		between := time.Now()
		g()
		d[i], e[i] = between.Sub(at), time.Since(between)
	}
	slices.Sort(d)
	slices.Sort(e)
	return d[n/2], e[n/2]
}

func line(what string, ours time.Duration, baseline string, base time.Duration, target string) {
	ratio := "—"
	if base > 0 {
		ratio = fmt.Sprintf("%.2f×", float64(ours)/float64(base))
	}
	b := "—"
	if base > 0 {
		b = fmt.Sprintf("%s %s", baseline, round(base))
	}
	fmt.Printf("| %s | %s | %s | %s | %s |\n", what, round(ours), b, ratio, target)
}

func round(d time.Duration) time.Duration {
	switch {
	case d > 100*time.Millisecond:
		return d.Round(time.Millisecond)
	case d > time.Millisecond:
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(10 * time.Nanosecond)
}

func program(t testing.TB, name string) string {
	p, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("%s is the baseline and is not installed: apt-get install %s", name, map[string]string{"pandoc": "pandoc", "pdftotext": "poppler-utils"}[name])
	}
	return p
}

// TestFigures prints the table. It is run by make bench only: a benchmark that
// shares the machine with other tests says nothing.
func TestFigures(t *testing.T) {
	if os.Getenv("GONGKAI_BENCH") == "" {
		t.Skip("make bench sets GONGKAI_BENCH and runs this alone")
	}
	ctx := context.Background()
	r := report()
	dir := t.TempDir()
	file := func(name string, write func(*bytes.Buffer) error) (string, []byte) {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return p, b.Bytes()
	}
	read := func(name string, data []byte) func() {
		return func() {
			rd, err := ingest.Read(ctx, name, data)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			annual.Check(rd.Report, nil)
		}
	}
	htmlPath, html := file("report.html", func(b *bytes.Buffer) error { return render.HTML(b, r, render.Options{}) })
	docxPath, docx := file("report.docx", func(b *bytes.Buffer) error { return render.DOCX(b, r, render.Options{}) })
	pandoc := program(t, "pandoc")
	plain := func(path string) func() {
		return func() {
			if out, err := exec.Command(pandoc, "-t", "plain", path).CombinedOutput(); err != nil {
				t.Fatalf("pandoc: %v %s", err, out)
			}
		}
	}
	fmt.Println("| figure | ours (median) | baseline | ratio | target |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	htmlTime, htmlBest := timed(100, read("report.html", html))
	docxTime, docxBest := timed(100, read("report.docx", docx))
	line(fmt.Sprintf("html report read and checked (best %s)", round(htmlBest)), htmlTime, "pandoc -t plain", median(5, plain(htmlPath)), "≤ 2 ms")
	line(fmt.Sprintf("docx report read and checked (best %s)", round(docxBest)), docxTime, "pandoc -t plain", median(5, plain(docxPath)), "≤ 5 ms, ≤ 0.1×")

	pdfPath, pdf := file("report.pdf", func(b *bytes.Buffer) error { return render.PDF(b, long(t), render.Options{}) })
	pdftotext := program(t, "pdftotext")
	ours, theirs := medians(15, read("report.pdf", pdf), func() {
		if err := exec.Command(pdftotext, "-layout", pdfPath, filepath.Join(dir, "out.txt")).Run(); err != nil {
			t.Fatal(err)
		}
	})
	line(fmt.Sprintf("pdf of %d pages read and checked, warm", pages(t, pdfPath)), ours, "pdftotext -layout", theirs, "≤ 4×")
	line("pdf written", median(5, func() { render.PDF(&bytes.Buffer{}, r, render.Options{}) }), "", 0, "—")
	line("docx written", median(20, func() { render.DOCX(&bytes.Buffer{}, r, render.Options{}) }), "", 0, "—")

	var sink int64
	sums := median(2000, func() {
		for _, v := range r.Values {
			sink += v.N
		}
	})
	line("figures of one report checked", median(2000, func() { annual.CheckFigures(r) }), "adding all its cells", sums, "≤ 5 µs")
	prose := report()
	n := 0
	for _, c := range prose.Chapters {
		n += len([]rune(c))
	}
	all := median(50, func() { annual.Check(prose, nil) })
	line(fmt.Sprintf("all rules on a report with %d characters of prose", n), all, "", 0, "≤ 2 ms per 2,000 characters")
}

func pages(t testing.TB, path string) int {
	out, err := exec.Command(program(t, "pdfinfo"), path).Output()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range bytes.Split(out, []byte("\n")) {
		if rest, ok := bytes.CutPrefix(l, []byte("Pages:")); ok {
			fmt.Sscan(string(bytes.TrimSpace(rest)), &n)
		}
	}
	return n
}
