package site

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/web/page"
)

var reportTemplate = page.NewTemplate(files, "report.html")

// reportPage is one report as the form prints it.
type reportPage struct {
	page.Base
	Heading          string
	Organ            string
	OrganHref        string
	Year             int
	Edition          string
	Dated, Published law.Date
	Intro            []page.Prose
	Chapters         []chapter
	Signature        string
	Contact          string
	Downloads        []page.Link // Key holds what the file is for
	Years            []page.Link // Key is "on" for this one
	CompareHref      string
	Proof            *proofPanel // nil where nothing was logged
	Corrections      []correction
}

type chapter struct {
	Number  int
	Heading string
	Prose   []page.Prose
	Table   *page.ReportTable
	Blank   bool
}

// report shows the page or, with an extension, the file.
func (s *Site) report(w http.ResponseWriter, r *http.Request) error {
	name, ext, file := strings.Cut(r.PathValue("year"), ".")
	year, ok := yearOf(name)
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	filed, err := s.store.Report(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	if o, err = s.store.OrganOn(r.Context(), o.ID, law.Day(year, 12, 31)); err != nil { // under its name of that year
		return err
	}
	rep := published(filed.Report)
	if ext == receiptExt {
		return s.receipt(w, r, o, year)
	}
	if file {
		return s.download(w, o, year, rep, ext)
	}
	years, err := s.store.ReportYears(r.Context(), o.ID)
	if err != nil {
		return err
	}
	p := s.drawReport(r, o, year, rep, years)
	if p.Proof, err = s.proof(r, o, year); err != nil {
		return err
	}
	if p.Corrections, err = s.corrections(r, o.ID, year); err != nil {
		return err
	}
	p.Published = filed.Published
	if p.Published.IsZero() {
		p.Published = rep.Published
	}
	p.PubDate = p.Published.String()
	return page.Render(w, r, reportTemplate, p)
}

func (s *Site) drawReport(r *http.Request, o org.Organ, year int, rep *annual.Report, years []int) reportPage {
	k := organKey(o)
	p := reportPage{Base: s.cfg.Base(r, "reports", fmt.Sprintf("%s%d年政府信息公开工作年度报告", o.Name, year)),
		Organ: o.Name, OrganHref: "/reports/" + k, Year: year, Edition: rep.Form.Edition, Dated: rep.Dated,
		Intro: page.Paragraphs(rep.Intro), Signature: rep.Signature, Contact: rep.Contact}
	p.Crumbs = []page.Link{{Text: "公开年报", Href: "/reports?year=" + strconv.Itoa(year)}, {Text: o.Name, Href: p.OrganHref}}
	p.Column, p.Article, p.Source, p.QR = "政府信息公开年报", p.Title, o.Name, true
	p.Heading = p.Title
	if rep.Title != "" {
		p.Heading = rep.Title
	}
	if p.Signature == "" && !rep.Dated.IsZero() {
		p.Signature = o.Name
	}
	for i, c := range rep.Form.Chapters {
		ch := chapter{Number: i + 1, Heading: c.Ordinal + "、" + c.Title, Prose: page.Paragraphs(rep.Chapters[i])}
		if t := rep.Form.Table(c.Table); t != nil {
			rt := page.ReportTableOf(rep, t, page.TableOptions{})
			ch.Table = &rt
		}
		ch.Blank = ch.Table == nil && len(ch.Prose) == 0
		p.Chapters = append(p.Chapters, ch)
	}
	for _, f := range formats {
		p.Downloads = append(p.Downloads, page.Link{Key: f.use, Text: f.name, Href: reportHref(k, year) + "." + f.ext})
	}
	for _, y := range years {
		l := page.Link{Text: strconv.Itoa(y), Href: reportHref(k, y)}
		if y == year {
			l.Key = "on"
		}
		p.Years = append(p.Years, l)
		if y == year-1 {
			p.CompareHref = page.With("/reports/compare", "a", k+":"+strconv.Itoa(y), "b", k+":"+strconv.Itoa(year))
		}
	}
	return p
}
