package site

import (
	"encoding/json"
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/store"
	"gongkai/web/page"
)

// apiShare is a share of cases. Value is a percentage with at most two decimals.
type apiShare struct {
	Value json.Number `json:"value"`
	Cases int64       `json:"cases"`
	Of    int64       `json:"of"`
}

type apiTableRow struct {
	Code      string         `json:"code"`
	Organ     string         `json:"organ"`
	Kind      string         `json:"kind"`
	Level     int            `json:"level"`
	Edition   string         `json:"edition"`
	Published string         `json:"published"`
	Corrected bool           `json:"corrected"`
	Complete  bool           `json:"complete"`
	Figures   map[string]any `json:"figures"`
	Links     apiLinks       `json:"links"`
}

type apiTableOf struct {
	Year  int           `json:"year"`
	Total int           `json:"total"`
	Sort  string        `json:"sort"`
	Order string        `json:"order"`
	Rows  []apiTableRow `json:"rows"`
	Next  string        `json:"next,omitempty"`
}

// apiTable answers as the page of all organs does, with every indicator.
func (s *Site) apiTable(w http.ResponseWriter, r *http.Request) error {
	if _, err := apiYear(r); err != nil {
		return err
	}
	a, err := s.asked(r, nil)
	if err != nil {
		return err
	}
	if k := r.URL.Query().Get("sort"); k != a.sort {
		return &page.Input{Text: "不能按 " + clip(k, 40) + " 排序。可以用的指标见 /api/v1/indicators；占比目前不能用来排序。"}
	}
	a.show = "all"
	t, err := s.store.Table(r.Context(), a.query(apiTableRows))
	if err != nil {
		return err
	}
	out := apiTableOf{Year: a.year, Total: t.Total, Sort: a.sort, Order: "down", Rows: make([]apiTableRow, 0, len(t.Rows))}
	if a.up {
		out.Order = "up"
	}
	columns := a.columns()
	at := places(columns)
	for _, x := range t.Rows {
		out.Rows = append(out.Rows, a.apiRow(x, columns, at))
	}
	if t.Next != "" {
		out.Next = a.href("/api/v1/table", "after", t.Next, "show", "")
	}
	return writeJSON(w, out)
}

func (a *tableAsk) apiRow(x store.TableRow, columns []annual.Indicator, at []int) apiTableRow {
	line := apiTableRow{Code: x.Organ.Code, Organ: x.Organ.Name, Kind: string(x.Organ.Kind), Level: int(x.Organ.Level), Edition: x.Edition, Published: x.Published.String(),
		Corrected: x.Corrected, Complete: x.Whole, Figures: map[string]any{}, Links: linksOf(reportHref(organKey(x.Organ), x.Year))}
	for i, c := range columns {
		f := a.figureAt(x, at[i], c)
		switch {
		case !f.Shown():
			line.Figures[c.Key] = nil
		case c.Share():
			line.Figures[c.Key] = apiShare{json.Number(hundredths(f.N())), f.Top, f.Of}
		default:
			line.Figures[c.Key] = f.Top
		}
	}
	return line
}

// hundredths writes a share exactly, e.g. 62.5.
func hundredths(n int64) string {
	s := strconv.FormatInt(n/100, 10)
	if c := n % 100; c != 0 {
		s += "." + strconv.FormatInt(100+c, 10)[1:]
		if s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
	}
	return s
}
