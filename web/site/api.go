package site

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"

	"gongkai/law/annual"
	"gongkai/store"
	"gongkai/web/page"
)

// apiRows is how many reports one answer of the list holds.
const apiRows = 100

// reportList is the answer of /api/v1/reports.
type reportList struct {
	Year    int         `json:"year"`
	Reports []apiReport `json:"reports"`
	Next    string      `json:"next,omitempty"`
}

type apiReport struct {
	Code      string     `json:"code"`
	Organ     string     `json:"organ"`
	Year      int        `json:"year"`
	Edition   string     `json:"edition"`
	Published string     `json:"published,omitempty"`
	Figures   apiFigures `json:"figures"`
	Links     apiLinks   `json:"links"`
}

// apiFigures are the main figures of a report; one that is not stated is null.
type apiFigures struct {
	New         *int64 `json:"new"`
	CarriedIn   *int64 `json:"carried_in"`
	ResultTotal *int64 `json:"result_total"`
	CarriedOut  *int64 `json:"carried_out"`
	Review      *int64 `json:"review"`
	Litigation  *int64 `json:"litigation"`
}

func figuresOf(c store.Counts) apiFigures {
	n := func(v annual.Value) *int64 {
		if !v.Known() {
			return nil
		}
		return &v.N
	}
	return apiFigures{n(c.New), n(c.CarriedIn), n(c.ResultTotal), n(c.CarriedOut), n(c.Review), n(c.Litigation)}
}

type apiLinks struct {
	Page   string `json:"page"`
	Report string `json:"report"`
}

func (s *Site) apiReports(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	year, ok := yearOf(q.Get("year"))
	if !ok {
		return &page.Input{Text: "请写明年度，例如 /api/v1/reports?year=2025；年度为 2019 年以后的四位数字。"}
	}
	search := clip(strings.TrimSpace(q.Get("q")), 60)
	rows, next, err := s.list(r.Context(), listQuery{year: year, search: search, sort: sorts[0], after: q.Get("after"), limit: apiRows})
	if err != nil {
		return err
	}
	out := reportList{Year: year, Reports: make([]apiReport, 0, len(rows))}
	for _, rw := range rows {
		out.Reports = append(out.Reports, apiReport{Code: rw.Code, Organ: rw.Organ, Year: year, Edition: rw.Edition, Published: rw.Published,
			Figures: figuresOf(rw.counts), Links: apiLinks{Page: rw.Href, Report: "/api/v1" + rw.Href}})
	}
	if next != "" {
		out.Next = page.With("/api/v1/reports", "year", strconv.Itoa(year), "q", search, "after", next)
	}
	return writeJSON(w, out)
}

func (s *Site) apiReport(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	f, err := s.store.Report(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	b, err := annual.EncodeJSON("", published(f.Report), nil)
	if err != nil {
		return err
	}
	open(w)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err = w.Write(b)
	return err
}

func (s *Site) apiDescription(w http.ResponseWriter, _ *http.Request) error {
	open(w)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, err := w.Write(openAPI)
	return err
}

func (s *Site) apiUnknown(http.ResponseWriter, *http.Request) error { return page.ErrNotFound }

// open lets pages of other sites read the answer: it is public data, asked
// without credentials.
func open(w http.ResponseWriter) { w.Header().Set("Access-Control-Allow-Origin", "*") }

func writeJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	open(w)
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append(b, '\n'))
	return err
}

type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Title   string      `xml:"title"`
	ID      string      `xml:"id"`
	Updated string      `xml:"updated"`
	Links   []atomLink  `xml:"link"`
	Author  string      `xml:"author>name"`
	Entries []atomEntry `xml:"entry"`
}

type atomLink struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr,omitempty"`
}

type atomEntry struct {
	Title   string   `xml:"title"`
	ID      string   `xml:"id"`
	Updated string   `xml:"updated"`
	Link    atomLink `xml:"link"`
	Author  string   `xml:"author>name"`
}

// feed lists the newest reports of the newest year.
func (s *Site) feed(w http.ResponseWriter, r *http.Request) error {
	root := s.cfg.Root(r)
	f := atomFeed{Title: s.cfg.County + "政府信息公开工作年度报告", ID: root + "/feed.xml", Author: s.cfg.County,
		Links: []atomLink{{root + "/feed.xml", "self"}, {root + "/reports", "alternate"}}}
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	if len(years) > 0 {
		rows, _, err := s.list(r.Context(), listQuery{year: years[0], sort: sortOf("published"), limit: pageRows})
		if err != nil {
			return err
		}
		for _, rw := range rows {
			if rw.Published == "" {
				continue
			}
			at := rw.Published + "T00:00:00+08:00"
			f.Updated = max(f.Updated, at)
			f.Entries = append(f.Entries, atomEntry{Title: rw.Organ + strconv.Itoa(years[0]) + "年政府信息公开工作年度报告", ID: root + rw.Href, Updated: at, Link: atomLink{Href: root + rw.Href}, Author: rw.Organ})
		}
	}
	if f.Updated == "" {
		f.Updated = s.cfg.Today().String() + "T00:00:00+08:00"
	}
	b, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	_, err = w.Write(append([]byte(xml.Header), b...))
	return err
}
