package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"path"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"

	"gongkai/collect"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/web/page"
)

// manyPage lists several dropped files; each opens from what the page carries.
type manyPage struct {
	page.Base
	Rows           []manyRow
	Unread, Wrong  int
	Clean, Explain int
}

type manyRow struct {
	File, Organ, Problem string
	Year                 int
	Status               page.Tag
	Errors, Warns        int
	First                string // the gravest finding, as a sentence
	Carry                carry
}

var manyTemplate = page.NewTemplate(templates, "templates/many.html", "templates/view.html")

func (d *Desk) showMany(w http.ResponseWriter, r *http.Request, files []upload, last *annual.Report) error {
	p := manyPage{Base: d.base(r, "check", "核对结果", "desk.js")}
	p.Crumbs = []page.Link{{Text: "核对", Href: "/check"}}
	room := 24 << 20 // what the page may carry of originals, in all
	for _, u := range files {
		one := d.read(r.Context(), u, last)
		if err := r.Context().Err(); err != nil {
			return err
		}
		row := manyRow{File: one.name, Problem: one.problem}
		if one.problem != "" {
			p.Unread++
			p.Rows = append(p.Rows, row)
			continue
		}
		original := one.data
		if len(original) > room {
			original = nil
		}
		c, err := newCarry(one.name, original, one.report, last, nil)
		if err != nil {
			return fmt.Errorf("desk: carry: %w", err)
		}
		room -= len(c.Original)
		row.Carry, row.Organ, row.Year, row.Status = c, one.report.Organ, one.report.Year, page.StatusTag(one.report.Status())
		row.Errors, row.Warns = count(one.findings)
		if fs := sorted(one.findings); len(fs) > 0 && fs[0].Level != annual.Info {
			row.First = fs[0].Message
		}
		switch {
		case row.Errors > 0:
			p.Wrong++
		case row.Warns > 0:
			p.Explain++
		default:
			p.Clean++
		}
		p.Rows = append(p.Rows, row)
	}
	return page.Render(w, r, manyTemplate, p)
}

func count(fs []annual.Finding) (errors, warnings int) {
	for _, f := range fs {
		switch f.Level {
		case annual.Error:
			errors++
		case annual.Warning:
			warnings++
		}
	}
	return errors, warnings
}

// unzip replaces plain archives by their files. A docx or xlsx is an archive
// too, but its name says so, and it stays whole.
func unzip(files []upload) ([]upload, error) {
	var out []upload
	left := limit.ArchiveBytes
	for _, u := range files {
		if u.Err != nil || !strings.EqualFold(path.Ext(u.Name), ".zip") || !bytes.HasPrefix(u.Data, []byte("PK")) {
			out = append(out, u)
			continue
		}
		z, err := limit.OpenZip("zip 压缩包", u.Data)
		if err != nil {
			return nil, err
		}
		for _, n := range z.Names {
			if strings.HasSuffix(n, "/") || collect.Skip(n) {
				continue
			}
			e := upload{Field: u.Field, Name: u.Name + "/" + entryName(n)}
			e.Data, e.Err = z.Read(n)
			if limit.Code(e.Err) == "ZIP-BOMB" {
				return nil, e.Err
			}
			if left -= len(e.Data); left < 0 {
				return nil, limit.TooLarge("压缩包解压后的总量", limit.ArchiveBytes>>20, "MB")
			}
			out = append(out, e)
		}
	}
	return out, nil
}

// entryName makes the name of an archive's entry readable and harmless: it is
// shown and matched with organs, never a path to write to. Windows writes names
// in GBK without saying so.
func entryName(n string) string {
	if !utf8.ValidString(n) {
		if g, err := simplifiedchinese.GB18030.NewDecoder().String(n); err == nil {
			n = g
		}
	}
	parts := strings.Split(path.Clean("/"+strings.ReplaceAll(strings.ToValidUTF8(n, "?"), `\`, "/")), "/")[1:]
	for i, p := range parts {
		parts[i] = cleanName(p)
	}
	return strings.Join(parts[max(0, len(parts)-4):], "/")
}
