package site

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
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
	Earlier          []page.Link    // states before the present one
	Replaced         *replaced      // nil for the present state
	Elsewhere        *elsewhere     // nil where no portal is recorded
	Late             string         // public where the office has switched it on
	Findings         []page.Finding // the same
	FindingsOn       bool
}

// replaced is said above a state that was corrected since.
type replaced struct {
	On   law.Date // of the correction that replaced it
	Href string   // of the present state
	Back string   // of the corrections
}

// elsewhere is where else the report was published.
type elsewhere struct {
	Site string // name of the host
	URL  string
	On   string // published there, "" if not recorded
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
	filed, err := s.publishedReport(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	if o, err = s.store.OrganOn(r.Context(), o.ID, law.Day(year, 12, 31)); err != nil { // under its name of that year
		return err
	}
	rep := filed.Report.Public()
	if ext == receiptExt {
		return s.receipt(w, r, o, year)
	}
	if file {
		return s.download(w, o, year, rep, ext)
	}
	states, err := s.states(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	p, err := s.drawReport(r, o, filed, rep, reportHref(organKey(o), year))
	if err != nil {
		return err
	}
	p.Corrections = corrections(reportHref(organKey(o), year), states)
	for i, x := range states {
		if i > 0 {
			p.Earlier = append(p.Earlier, page.Link{Text: x.On.String() + " 发布", Href: versionHref(reportHref(organKey(o), year), x.Version)})
		}
	}
	if err := s.beside(r, &p, o, filed); err != nil {
		return err
	}
	return page.Render(w, r, reportTemplate, p)
}

// version shows a report as it was before a correction, or its files.
func (s *Site) version(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	number, ext, file := strings.Cut(r.PathValue("version"), ".")
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	filed, err := s.publishedVersion(r.Context(), o.ID, year, number)
	if err != nil {
		return err
	}
	if o, err = s.store.OrganOn(r.Context(), o.ID, law.Day(year, 12, 31)); err != nil {
		return err
	}
	rep := filed.Report.Public()
	if file {
		return s.download(w, o, year, rep, ext)
	}
	states, err := s.states(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	here := reportHref(organKey(o), year)
	if len(states) == 0 || filed.Version >= states[0].Version { // the present one has an address of its own
		http.Redirect(w, r, here, http.StatusSeeOther)
		return nil
	}
	p, err := s.drawReport(r, o, filed, rep, versionHref(here, filed.Version))
	if err != nil {
		return err
	}
	p.Replaced = &replaced{On: states[0].On, Href: here, Back: here + "#corrections"}
	for i := len(states) - 1; i > 0; i-- { // the first correction after it
		if states[i].Version >= filed.Version && (i == len(states)-1 || states[i+1].Version < filed.Version) {
			p.Replaced.On = states[i-1].On
		}
	}
	p.Title += "（更正前）"
	w.Header().Set("X-Robots-Tag", "noindex") // searches find the present one
	return page.Render(w, r, reportTemplate, p)
}

// drawReport draws what every state of a report has. href is its own address.
func (s *Site) drawReport(r *http.Request, o org.Organ, filed *store.Filed, rep *annual.Report, href string) (reportPage, error) {
	k, year := organKey(o), filed.Year
	p := reportPage{Base: s.cfg.Base(r, "reports", fmt.Sprintf("%s%d年政府信息公开工作年度报告", o.Name, year)),
		Organ: o.Name, OrganHref: "/reports/" + k, Year: year, Edition: rep.Form.Edition, Dated: rep.Dated, Published: filed.Published,
		Intro: page.Paragraphs(rep.Intro), Signature: rep.Signature, Contact: rep.Contact}
	p.Crumbs = []page.Link{{Text: "公开年报", Href: "/reports?year=" + strconv.Itoa(year)}, {Text: o.Name, Href: p.OrganHref}}
	p.Column, p.Article, p.Source, p.QR = "政府信息公开年报", p.Title, o.Name, true
	p.PubDate = p.Published.String()
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
		p.Downloads = append(p.Downloads, page.Link{Key: f.use, Text: f.name, Href: href + "." + f.ext})
	}
	years, err := s.store.PublishedYears(r.Context(), o.ID)
	if err != nil {
		return p, err
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
	p.Proof, err = s.proof(r, o, filed)
	return p, err
}

// beside adds what stands beside the present state of a report.
func (s *Site) beside(r *http.Request, p *reportPage, o org.Organ, filed *store.Filed) error {
	link, err := s.store.PortalLink(r.Context(), o.ID, filed.Year)
	switch {
	case err == nil:
		if u, err := url.Parse(link.URL); err == nil {
			p.Elsewhere = &elsewhere{Site: u.Host, URL: link.URL, On: link.On.String()}
		}
	case !errors.Is(err, store.ErrNotFound):
		return err
	}
	sw, err := s.store.Switches(r.Context())
	if err != nil {
		return err
	}
	if sw.Shows(o.ID, org.BlockFindings) {
		p.FindingsOn = true
		for _, f := range filed.Findings {
			if f.Level != annual.Info {
				x := page.FindingOf(filed.Report, f, "")
				x.Where = "" // in the file it was read from
				p.Findings = append(p.Findings, x)
			}
		}
	}
	if sw.Shows(o.ID, org.BlockLate) {
		due, err := s.store.FilingDueOf(r.Context(), o.ID, filed.Year)
		if err != nil {
			return err
		}
		day := due.PublishBy
		if day.IsZero() {
			day = due.Day
		}
		switch late := filed.Published.DaysSince(day); {
		case day.IsZero():
			p.Late = "没有规定公布日期。"
		case late > 0:
			p.Late = fmt.Sprintf("规定%s前公布，实际%s公布，逾期%d天。%s。", day.Chinese(), filed.Published.Chinese(), late, due.Basis)
		default:
			p.Late = fmt.Sprintf("规定%s前公布，按期公布。%s。", day.Chinese(), due.Basis)
		}
	}
	return nil
}
