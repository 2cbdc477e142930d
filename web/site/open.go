package site

import (
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"strings"

	"gongkai/law/annual"
	"gongkai/store"
	"gongkai/web/page"
)

var openTemplate = page.NewTemplate(files, "open.html", "definitions.html")

// openPage says what data there is and what the cells are called.
type openPage struct {
	page.Base
	Years []homeYear
	Forms []formCells
	Defs  []definition
	Empty page.Empty
}

type formCells struct {
	Title string
	Cells []annual.Cell
}

func (s *Site) open(w http.ResponseWriter, r *http.Request) error {
	p := openPage{Base: s.cfg.Base(r, "open", "开放数据"), Empty: page.Empty{Text: "本站还没有已发布的年度报告，因此还没有可以下载的数据。"}}
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	for _, y := range years {
		p.Years = append(p.Years, homeYear{y})
	}
	for _, f := range annual.Editions() {
		until := "起"
		if f.ToYear > 0 {
			until = fmt.Sprintf("—%d年度", f.ToYear)
		} else {
			until = "年度" + until
		}
		p.Forms = append(p.Forms, formCells{fmt.Sprintf("%s版格式，%d%s", f.Edition, f.FromYear, until), f.Cells})
	}
	sw, err := s.store.Switches(r.Context())
	if err != nil {
		return err
	}
	for _, x := range annual.Indicators() {
		if b := blockOf(x.Key); b == "" || sw.Any(b) {
			p.Defs = append(p.Defs, definitions([]annual.Indicator{x})...)
		}
	}
	return page.Render(w, r, openTemplate, p)
}

// openFile serves /open/reports-2025.csv, and the table of all organs as
// /open/table.csv?year=2025 and so on.
func (s *Site) openFile(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("file")
	if ext, table := strings.CutPrefix(name, "table."); table {
		return s.tableFile(w, r, ext)
	}
	text, ok := strings.CutPrefix(name, "reports-")
	text, csvOK := strings.CutSuffix(text, ".csv")
	year, yearOK := yearOf(text)
	if !ok || !csvOK || !yearOK {
		return page.ErrNotFound
	}
	rows, _, err := s.list(r.Context(), store.TableQuery{Year: year, Limit: 1})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return page.ErrNotFound
	}
	form, err := annual.FormFor(year)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	attach(w, name)
	return s.writeYear(r, w, form, year)
}

// writeYear streams a year, an organ a line. A report in another edition than
// the year's has only the cells that both editions have.
func (s *Site) writeYear(r *http.Request, w io.Writer, form *annual.Form, year int) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil { // WPS and Excel take UTF-8 only with the mark
		return err
	}
	cw := csv.NewWriter(w)
	head := []string{"code", "organ", "year", "edition", "published"}
	for _, c := range form.Cells {
		head = append(head, c.ID)
	}
	if err := cw.Write(head); err != nil {
		return err
	}
	line := make([]string, 0, len(head))
	for rep, err := range s.store.EachReport(r.Context(), year) {
		if err != nil {
			return err
		}
		if rep.Published.IsZero() {
			continue // only kept
		}
		line = append(line[:0], page.SheetText(rep.Code), page.SheetText(rep.Name), fmt.Sprint(year), rep.Form.Edition, rep.Published.String())
		for i, c := range form.Cells {
			v := annual.Value{}
			if rep.Form == form {
				v = rep.Values[i]
			} else if k, ok := rep.Form.Index(c.ID); ok {
				v = rep.Values[k]
			}
			line = append(line, v.Format(c.Type))
		}
		if err := cw.Write(line); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}
