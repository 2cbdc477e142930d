package collect

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gongkai/render"
)

// The names of what a run writes.
const (
	ListXLSX     = "清单.xlsx"
	ListCSV      = "清单.csv"
	SumXLSX      = "汇总.xlsx"
	SumDOCX      = "汇总.docx"
	NoticeFolder = "退回意见"
	Machine      = "结果.json"
)

// An Output is one file of a result, made when it is asked for.
type Output struct {
	Name  string // with a slash before the name for files in a folder
	write func(io.Writer) error
}

// Write makes the file.
func (o Output) Write(w io.Writer) error { return o.write(w) }

// Outputs lists the files of the result: the list, a notice for each organ that
// has to correct or explain, the sum if there is one, and what the next run
// takes as Previous.
func (res *Result) Outputs() []Output {
	out := []Output{{ListXLSX, res.writeXLSX}, {ListCSV, res.writeCSV}, {Machine, res.writeJSON}}
	taken := map[string]bool{}
	for _, n := range res.Notices {
		name := fileName(n.To)
		for k := 2; taken[strings.ToLower(name)]; k++ {
			name = fmt.Sprintf("%s（%d）", fileName(n.To), k)
		}
		taken[strings.ToLower(name)] = true
		out = append(out, Output{NoticeFolder + "/" + name + ".docx", func(w io.Writer) error { return render.Notice(w, n) }})
	}
	if s, ok := res.RenderSum(); ok {
		out = append(out,
			Output{SumXLSX, func(w io.Writer) error { return render.SumXLSX(w, s) }},
			Output{SumDOCX, func(w io.Writer) error { return render.SumDOCX(w, s) }})
	}
	return out
}

// RenderSum is the sum as render writes it, with every organ that should be in
// it; ok is false when nothing could be added up.
func (res *Result) RenderSum() (s render.Sum, ok bool) {
	if res.Sum == nil {
		return render.Sum{}, false
	}
	s = render.Sum{Year: res.Year, Total: res.Sum}
	if place, _, found := strings.Cut(res.From, "人民政府"); found {
		s.Organ = place
	}
	for _, r := range res.Rows {
		if r.Listed {
			s.Parts = append(s.Parts, render.SumPart{Organ: r.Organ, Report: r.Report})
		}
	}
	return s, true
}

// writeJSON writes 结果.json. It holds figures and findings, no prose.
func (res *Result) writeJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(res.Snapshot(res.From, res.Today.String()))
}

// WriteDir writes every file into a folder, which is made if it does not exist.
// Notices of an earlier run that are no longer due are removed, so that nobody
// sends them again; other files are left alone.
func (res *Result) WriteDir(dir string) error {
	notices := filepath.Join(dir, NoticeFolder)
	if err := os.MkdirAll(notices, 0o755); err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	if err := removeNotices(notices); err != nil {
		return err
	}
	for _, o := range res.Outputs() {
		var b bytes.Buffer
		if err := o.Write(&b); err != nil {
			return fmt.Errorf("collect: %s: %w", o.Name, err)
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(o.Name)), b.Bytes(), 0o644); err != nil {
			return fmt.Errorf("collect: %w", err)
		}
	}
	return nil
}

func removeNotices(dir string) error {
	old, err := filepath.Glob(filepath.Join(globEscape(dir), "*.docx"))
	if err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	for _, f := range old {
		if strings.HasPrefix(filepath.Base(f), "~$") {
			continue // somebody has it open
		}
		if err := os.Remove(f); err != nil {
			return fmt.Errorf("collect: %w", err)
		}
	}
	return nil
}

// globEscape keeps a folder's own name from being taken for a pattern.
func globEscape(dir string) string {
	return strings.NewReplacer(`[`, `[[]`, `*`, `[*]`, `?`, `[?]`).Replace(dir)
}

// WriteZip writes every file into one archive.
func (res *Result) WriteZip(w io.Writer) error {
	z := zip.NewWriter(w)
	for _, o := range res.Outputs() {
		f, err := z.Create(o.Name)
		if err != nil {
			return fmt.Errorf("collect: %w", err)
		}
		if err := o.Write(f); err != nil {
			return fmt.Errorf("collect: %s: %w", o.Name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("collect: %w", err)
	}
	return nil
}
