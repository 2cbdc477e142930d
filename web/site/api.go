package site

import (
	"encoding/json"
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// How many rows one answer of a list holds.
const (
	apiRows      = 100
	apiTableRows = 200
)

// apiRoutes are the open interface, version 1. What a version answers is only
// added to; openapi.json describes it and a test holds the two together.
func (s *Site) apiRoutes(api func(string, func(http.ResponseWriter, *http.Request) error) page.Route) []page.Route {
	year := func(path string, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return s.crossOrigin(s.cached(api(path, serve), s.yearStamp))
	}
	organ := func(path string, serve func(http.ResponseWriter, *http.Request) error) page.Route {
		return s.crossOrigin(s.cached(api(path, serve), s.organStamp))
	}
	return []page.Route{
		year("/api/openapi.json", s.apiDescription),
		year("/api/v1/years", s.apiYears),
		year("/api/v1/indicators", s.apiIndicators),
		year("/api/v1/reports", s.apiReports),
		organ("/api/v1/reports/{organ}/{year}", s.apiReport),
		organ("/api/v1/reports/{organ}/{year}/versions", s.apiVersions),
		organ("/api/v1/reports/{organ}/{year}/versions/{version}", s.apiVersion),
		year("/api/v1/table", s.apiTable),
		year("/api/v1/sums/{organ}/{year}", s.apiSum),
		s.crossOrigin(api("/api/", s.apiUnknown)),
	}
}

// crossOrigin lets pages of other sites read the answer, errors too: it is public
// data, asked without credentials.
func (s *Site) crossOrigin(rt page.Route) page.Route {
	serve := rt.Serve
	rt.Serve = func(w http.ResponseWriter, r *http.Request) error {
		open(w)
		return serve(w, r)
	}
	return rt
}

func open(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "ETag")
}

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
	Published string     `json:"published"`
	Corrected bool       `json:"corrected"`
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

type apiLinks struct {
	Page     string `json:"page"`
	Report   string `json:"report"`
	Versions string `json:"versions"`
}

func linksOf(href string) apiLinks {
	return apiLinks{Page: href, Report: "/api/v1" + href, Versions: "/api/v1" + href + "/versions"}
}

// apiYear demands a year: a program that forgets it should not get the newest in
// silence.
func apiYear(r *http.Request) (int, error) {
	year, ok := yearOf(r.URL.Query().Get("year"))
	if !ok {
		return 0, &page.Input{Text: "请写明年度，例如 " + r.URL.Path + "?year=2025；年度为 2019 年以后的四位数字。"}
	}
	return year, nil
}

func (s *Site) apiReports(w http.ResponseWriter, r *http.Request) error {
	year, err := apiYear(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	search := clip(q.Get("q"), 60)
	rows, next, err := s.list(r.Context(), store.TableQuery{Year: year, Search: search, After: q.Get("after"), Limit: apiRows})
	if err != nil {
		return err
	}
	var columns []annual.Indicator
	for _, k := range []string{"new", "carried_in", "result_total", "carried_out", "review", "litigation"} {
		x, _ := annual.IndicatorOf(k)
		columns = append(columns, x)
	}
	at := places(columns)
	out := reportList{Year: year, Reports: make([]apiReport, 0, len(rows))}
	for _, rw := range rows {
		n := func(i int) *int64 {
			f := rw.table.Figures[at[i]]
			if !f.Known {
				return nil
			}
			return &f.Top
		}
		out.Reports = append(out.Reports, apiReport{Code: rw.Code, Organ: rw.Organ, Year: year, Edition: rw.Edition, Published: rw.Published, Corrected: rw.Corrected,
			Figures: apiFigures{n(0), n(1), n(2), n(3), n(4), n(5)}, Links: linksOf(rw.Href)})
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
	f, err := s.publishedReport(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	return writeMachine(w, f)
}

func writeMachine(w http.ResponseWriter, f *store.Filed) error {
	b, err := annual.EncodeJSON("", f.Report.Public(), nil)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(b)
	return err
}

// apiVersionOf is one state in which a report was published.
type apiVersionOf struct {
	Version     int64                  `json:"version"`
	Published   string                 `json:"published"`
	On          string                 `json:"on"` // day of this state
	Present     bool                   `json:"present"`
	Note        string                 `json:"note,omitempty"`
	Differences []reporting.Difference `json:"differences,omitempty"`
	Links       apiVersionLinks        `json:"links"`
}

type apiVersionLinks struct {
	Page   string `json:"page"`
	Report string `json:"report"`
}

type versionList struct {
	Code     string         `json:"code"`
	Organ    string         `json:"organ"`
	Year     int            `json:"year"`
	Versions []apiVersionOf `json:"versions"`
}

func (s *Site) apiVersions(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	states, err := s.states(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	if len(states) == 0 {
		return page.ErrNotFound
	}
	href := reportHref(organKey(o), year)
	out := versionList{Code: o.Code, Organ: o.Name, Year: year}
	for i, x := range states {
		at := "/versions/" + strconv.FormatInt(x.Version, 10)
		v := apiVersionOf{Version: x.Version, Published: x.Published.String(), On: x.On.String(), Present: i == 0, Note: x.Note, Differences: x.Differences,
			Links: apiVersionLinks{Page: href + at, Report: "/api/v1" + href + at}}
		if i == 0 {
			v.Links.Page = href
		}
		out.Versions = append(out.Versions, v)
	}
	return writeJSON(w, out)
}

func (s *Site) apiVersion(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	f, err := s.publishedVersion(r.Context(), o.ID, year, r.PathValue("version"))
	if err != nil {
		return err
	}
	return writeMachine(w, f)
}

type apiYearOf struct {
	Year    int          `json:"year"`
	Edition string       `json:"edition"`
	Links   apiYearLinks `json:"links"`
}

type apiYearLinks struct {
	Page    string `json:"page"`
	Reports string `json:"reports"`
	Table   string `json:"table"`
	CSV     string `json:"csv"`
}

func (s *Site) apiYears(w http.ResponseWriter, r *http.Request) error {
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	out := struct {
		Years []apiYearOf `json:"years"`
	}{Years: []apiYearOf{}}
	for _, y := range years {
		form, err := annual.FormFor(y)
		if err != nil {
			continue // before the first form there is nothing to describe
		}
		t := strconv.Itoa(y)
		out.Years = append(out.Years, apiYearOf{y, form.Edition, apiYearLinks{"/reports?year=" + t, "/api/v1/reports?year=" + t, "/api/v1/table?year=" + t, "/open/reports-" + t + ".csv"}})
	}
	return writeJSON(w, out)
}

type apiIndicator struct {
	Key     string    `json:"key"`
	Label   string    `json:"label"`
	Unit    string    `json:"unit"`
	Kind    string    `json:"kind"` // count or share
	Formula string    `json:"formula"`
	Least   int64     `json:"least,omitempty"`
	Note    string    `json:"note,omitempty"`
	Source  apiSource `json:"source"`
}

type apiSource struct {
	Instrument string `json:"instrument"`
	Number     string `json:"number"`
	Article    string `json:"article"`
	Says       string `json:"says"`
}

func (s *Site) apiIndicators(w http.ResponseWriter, r *http.Request) error {
	sw, err := s.store.Switches(r.Context())
	if err != nil {
		return err
	}
	out := struct {
		Indicators []apiIndicator `json:"indicators"`
	}{Indicators: []apiIndicator{}}
	for _, x := range annual.Indicators() {
		if b := blockOf(x.Key); b != "" && !sw.Any(b) {
			continue
		}
		kind := "count"
		if x.Share() {
			kind = "share"
		}
		out.Indicators = append(out.Indicators, apiIndicator{x.Key, x.Label, x.Unit, kind, x.Formula, x.Least, x.Note,
			apiSource{x.Cite.Instrument, x.Cite.Number, x.Cite.Article, x.Cite.Paraphrase}})
	}
	return writeJSON(w, out)
}

type apiSumOf struct {
	Code    string             `json:"code"`
	Organ   string             `json:"organ"`
	Year    int                `json:"year"`
	Edition string             `json:"edition"`
	Counted int                `json:"counted"`
	Cells   map[string]apiCell `json:"cells"`
	Links   struct {
		Page string `json:"page"`
	} `json:"links"`
}

// apiCell is the sum of one cell over the reports that state it.
type apiCell struct {
	Value   json.Number `json:"value"`
	Reports int         `json:"reports"`
}

func (s *Site) apiSum(w http.ResponseWriter, r *http.Request) error {
	year, ok := yearOf(r.PathValue("year"))
	if !ok {
		return page.ErrNotFound
	}
	o, err := s.organOf(r, r.PathValue("organ"))
	if err != nil {
		return err
	}
	t, err := s.store.PublicSum(r.Context(), o.ID, year)
	if err != nil {
		return err
	}
	if len(t.Filed) == 0 {
		return page.ErrNotFound
	}
	out := apiSumOf{Code: t.Root.Code, Organ: t.Root.Name, Year: year, Edition: t.Form.Edition, Counted: len(t.Filed), Cells: map[string]apiCell{}}
	out.Links.Page = sumHref(organKey(t.Root), year)
	for i, c := range t.Form.Cells {
		if v := t.Sum.Values[i]; v.Known() {
			out.Cells[c.ID] = apiCell{json.Number(v.Format(c.Type)), t.Known[i]}
		}
	}
	return writeJSON(w, out)
}

func (s *Site) apiDescription(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err := w.Write(openAPI)
	return err
}

func (s *Site) apiUnknown(http.ResponseWriter, *http.Request) error { return page.ErrNotFound }

func writeJSON(w http.ResponseWriter, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	_, err = w.Write(append(b, '\n'))
	return err
}
