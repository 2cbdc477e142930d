package desk

import (
	"bytes"
	"fmt"
	"net/http"

	"gongkai/collect"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/web/page"
)

// manyPage lists several dropped files; each opens from what the page carries.
type manyPage struct {
	page.Base
	Rows              []manyRow
	Wrong, Unreadable int
	Clean, Explain    int
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
			p.Unreadable++
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

// unzip replaces archives by their files. A docx or xlsx is an archive too and
// stays whole. What cannot be unpacked stays in the list with its error.
func unzip(files []upload) []upload {
	var out []upload
	left := limit.ArchiveBytes
	for _, u := range files {
		if u.Err != nil || !bytes.HasPrefix(u.Data, []byte("PK")) {
			out = append(out, u)
			continue
		}
		for _, e := range collect.Unpack([]collect.File{{Name: u.Name, Data: u.Data}}) {
			v := upload{Field: u.Field, Name: e.Name, Data: e.Data, Err: e.Err}
			if left -= len(v.Data); left < 0 {
				v.Data, v.Err = nil, limit.TooLarge("压缩包解压后的总量", limit.ArchiveBytes>>20, "MB")
			}
			out = append(out, v)
		}
	}
	return out
}
