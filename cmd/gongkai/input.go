package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"gongkai/collect"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/reporting"
)

// gather turns arguments into files: names, patterns that the shell did not
// expand (Windows), folders with everything below them, "-" for standard input.
func (p *program) gather(args []string) ([]collect.File, error) {
	var out []collect.File
	total := int64(0)
	add := func(name, path string) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return appendFile(&out, &total, name, f)
	}
	for _, a := range args {
		if a == "-" {
			if err := appendFile(&out, &total, "stdin", p.in); err != nil {
				return nil, err
			}
			continue
		}
		names := []string{a}
		if _, err := os.Stat(a); err != nil {
			found, globErr := filepath.Glob(a)
			if globErr != nil || len(found) == 0 {
				return nil, fmt.Errorf("找不到文件 %s", a)
			}
			names = found
		}
		for _, n := range names {
			info, err := os.Stat(n)
			if err != nil {
				return nil, err
			}
			if !info.IsDir() {
				if err := add(filepath.ToSlash(n), n); err != nil {
					return nil, err
				}
				continue
			}
			if err := walk(n, add); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// walk adds every file below a folder, in the order of names. Hidden folders,
// links and what an earlier collection wrote are left out.
func walk(dir string, add func(name, path string) error) error {
	var paths []string
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if p != dir && (strings.HasPrefix(d.Name(), ".") || d.Name() == collect.NoticeFolder || d.Name() == "__MACOSX") {
				return filepath.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || collect.Skip(p) {
			return nil
		}
		if paths = append(paths, p); len(paths) > 100_000 {
			return fmt.Errorf("文件夹 %s 内文件过多（超过100000个）", dir)
		}
		return nil
	})
	if err != nil {
		return err
	}
	sort.Strings(paths)
	for _, p := range paths {
		if err := add(filepath.ToSlash(p), p); err != nil {
			return err
		}
	}
	return nil
}

// appendFile keeps one byte more than the limit of a file, so that the reader
// says what is wrong with it, unless it is an archive.
func appendFile(out *[]collect.File, total *int64, name string, r io.Reader) error {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	head = head[:n]
	most := int64(limit.FileBytes)
	if strings.HasPrefix(string(head), "PK") {
		most = limit.ArchiveBytes
	}
	rest, err := io.ReadAll(io.LimitReader(r, most+1-int64(n)))
	if err != nil {
		return err
	}
	data := append(head, rest...)
	if *total += int64(len(data)); *total > limit.ArchiveBytes*2 {
		return fmt.Errorf("文件合计超过 %d MB，请分批处理", limit.ArchiveBytes*2>>20)
	}
	*out = append(*out, collect.File{Name: name, Data: data})
	return nil
}

// read reads every argument, with progress on a terminal.
func (p *program) read(ctx context.Context, args []string) ([]reporting.Entry, error) {
	files, err := p.gather(args)
	if err != nil {
		return nil, err
	}
	progress, done := p.progress()
	entries, err := collect.Read(ctx, files, progress)
	done()
	if err == nil && len(entries) == 0 {
		err = errors.New("没有可以读取的文件")
	}
	return entries, err
}

// check fills in the findings of every report. The folder's reports of the
// year before are used for the rules across years.
func check(entries []reporting.Entry) {
	type key struct {
		organ string
		year  int
	}
	at := map[key]*annual.Report{}
	for _, e := range entries {
		if e.Report != nil && e.Report.Organ != "" {
			at[key{e.Report.Organ, e.Report.Year}] = e.Report
		}
	}
	for i := range entries {
		r := entries[i].Report
		if r == nil {
			continue
		}
		c := &annual.Context{Level: reporting.LevelOf(r.Organ)}
		if r.Organ != "" && r.Year > 0 {
			c.Last = at[key{r.Organ, r.Year - 1}]
		}
		entries[i].Findings = annual.Check(r, c)
	}
}

// status is the exit status that the entries ask for.
func status(entries []reporting.Entry) error {
	code := clean
	for _, e := range entries {
		if e.Report == nil {
			return exitError(unreadable)
		}
		for _, f := range e.Findings {
			if f.Level == annual.Error {
				code = faulty
			}
		}
	}
	if code == clean {
		return nil
	}
	return exitError(code)
}

// progress writes a counter to standard error if that is a terminal.
func (p *program) progress() (collect.Progress, func()) {
	if !terminal(p.err) {
		return nil, func() {}
	}
	shown := false
	return func(done, total int, name string) {
			if total < 4 {
				return
			}
			shown = true
			fmt.Fprintf(p.err, "\r\x1b[K读取 %d/%d %s", done, total, shorten(oneLine(filepath.Base(name)), 50))
		}, func() {
			if shown {
				fmt.Fprint(p.err, "\r\x1b[K")
			}
		}
}

func terminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// plain is an error as a person reads it on one line.
func plain(err error) string {
	var l *limit.Error
	if errors.As(err, &l) {
		return l.Msg
	}
	switch {
	case errors.Is(err, collect.ErrPrevious):
		return "--previous 给出的文件不是以前收报写出的“结果.json”，或不是同一年度的。"
	case errors.Is(err, collect.ErrNothing):
		return "没有可以读取的文件，也没有应报机关名单。"
	case errors.Is(err, annual.ErrNoForm):
		return "该年度早于本程序所载的最早格式（2019年度）。"
	case errors.Is(err, fs.ErrNotExist):
		return "找不到文件：" + err.Error()
	case errors.Is(err, fs.ErrPermission):
		return "没有权限：" + err.Error()
	}
	if got, ok := wrongCount(err.Error()); ok {
		return "命令后面给出了" + got + "个参数，数目不对。用法见该命令的 --help。"
	}
	return err.Error()
}

// wrongCount is how many arguments cobra says it got, where it wanted others.
func wrongCount(text string) (got string, ok bool) {
	if !strings.Contains(text, " arg(s), ") {
		return "", false
	}
	_, got, ok = strings.Cut(text, "received ")
	return got, ok
}
