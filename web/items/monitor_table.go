package items

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// monitorTableTime is how long the monitoring of a nation may take.
const monitorTableTime = 2 * time.Minute

// mostWatched bounds the organs on one page; the export has them all.
const mostWatched = 300

type monitorTablePage struct {
	page.Base
	Organs  []page.Option
	Organ   string // id of the office, as the form keeps it
	Name    string
	Codes   []page.Option
	Search  string
	Sort    string
	Figures []monitorFigure
	Heads   []monitorHead
	Rows    []monitorTableRow
	Sum     []string
	Total   int
	Looked  int
	Clear   int // organs without a finding
	Off     int // organs that are not checked
	Cut     int
	Xlsx    string
	Empty   page.Empty
}

type monitorFigure struct {
	Name string
	N    int
	Bad  bool
}

// A monitorHead is a column, with the address that sorts by it.
type monitorHead struct {
	Text, Href string
	Sorted     bool
}

type monitorTableRow struct {
	Organ page.Link
	Cells []page.Link // the number and its list; no number for none
	Total page.Link
}

var monitorTableTemplate = page.NewTemplate(templates, "templates/monitor_table.html")

// monitorTableOf is the table as it was asked for: which kinds of findings, whose
// names hold the words, in which order.
func (t *Items) monitorTableOf(r *http.Request) (o org.Organ, options []page.Option, x *store.WatchTable, codes []proactive.WatchCode, err error) {
	if o, options, err = t.catOrgan(r, org.SeeItems); err != nil {
		return o, nil, nil, nil, err
	}
	if x, err = t.store.WatchTable(r.Context(), page.VisitOf(r).Viewer, o.ID, t.cfg.Today()); err != nil {
		return o, nil, nil, nil, err
	}
	for _, c := range proactive.WatchCodes() {
		if want := proactive.WatchCode(r.FormValue("code")); x.Sum[c] > 0 && (want == "" || want == c) {
			codes = append(codes, c)
		}
	}
	words := strings.TrimSpace(r.FormValue("q"))
	x.Rows = slices.DeleteFunc(x.Rows, func(row store.WatchRow) bool {
		n := 0
		for _, c := range codes {
			n += row.Count[c]
		}
		return n == 0 || words != "" && !strings.Contains(row.Organ.Name, words)
	})
	by := proactive.WatchCode(r.FormValue("sort"))
	if by == "total" {
		slices.SortStableFunc(x.Rows, func(a, b store.WatchRow) int { return cmp.Compare(b.Total, a.Total) })
	} else if by != "" {
		slices.SortStableFunc(x.Rows, func(a, b store.WatchRow) int { return cmp.Compare(b.Count[by], a.Count[by]) })
	}
	return o, options, x, codes, nil
}

// monitorTable is the monitoring for the office above: every organ below by kind
// of finding. Each number opens to its list.
func (t *Items) monitorTable(w http.ResponseWriter, r *http.Request) error {
	o, options, x, codes, err := t.monitorTableOf(r)
	if err != nil {
		return err
	}
	p := monitorTablePage{Base: t.catBase(r, "monitor", "下级机关信息监测"), Organs: options, Organ: fmt.Sprint(o.ID), Name: o.Name, Search: strings.TrimSpace(r.FormValue("q")), Sort: r.FormValue("sort"),
		Looked: x.Looked, Off: x.Off}
	here := func(address, sort string, more ...string) string {
		return page.With(address, append(more, "organ", p.Organ, "code", r.FormValue("code"), "q", p.Search, "sort", sort)...)
	}
	p.Xlsx = here("/desk/monitor/organs/export", p.Sort, "format", "xlsx")
	for _, c := range proactive.WatchCodes() {
		if x.Sum[c] > 0 {
			p.Codes = append(p.Codes, page.Option{Value: string(c), Text: c.Chinese(), Selected: r.FormValue("code") == string(c)})
			p.Figures = append(p.Figures, monitorFigure{c.Chinese(), x.Sum[c], c.Alarming()})
		}
	}
	sum := map[proactive.WatchCode]int{}
	for _, row := range x.Rows {
		line := monitorTableRow{Organ: page.Link{Text: row.Organ.ShortName(), Href: page.With("/desk/monitor", "organ", fmt.Sprint(row.Organ.ID))}}
		n := 0
		for _, c := range codes {
			cell := page.Link{}
			if k := row.Count[c]; k > 0 {
				cell = page.Link{Text: strconv.Itoa(k), Href: page.With("/desk/monitor", "organ", fmt.Sprint(row.Organ.ID), "code", string(c))}
				sum[c], n = sum[c]+k, n+k
			}
			line.Cells = append(line.Cells, cell)
		}
		line.Total = page.Link{Text: strconv.Itoa(n), Href: line.Organ.Href}
		p.Total += n
		if len(p.Rows) < mostWatched {
			p.Rows = append(p.Rows, line)
		} else {
			p.Cut++
		}
	}
	for _, c := range codes {
		p.Heads = append(p.Heads, monitorHead{c.Chinese(), here("/desk/monitor/organs", string(c)), p.Sort == string(c)})
		p.Sum = append(p.Sum, strconv.Itoa(sum[c]))
	}
	p.Heads = append(p.Heads, monitorHead{"合计", here("/desk/monitor/organs", "total"), p.Sort == "total"})
	if p.Search == "" && r.FormValue("code") == "" {
		p.Clear = max(p.Looked-len(x.Rows), 0)
	}
	p.Empty = page.Empty{Text: "今天没有发现问题。"}
	return page.Render(w, r, monitorTableTemplate, p)
}

func (t *Items) monitorTableExport(w http.ResponseWriter, r *http.Request) error {
	o, _, x, codes, err := t.monitorTableOf(r)
	if err != nil {
		return err
	}
	head, widths := []string{"序号", "机关"}, []float64{6, 40}
	for _, c := range codes {
		head, widths = append(head, c.Chinese()), append(widths, 14)
	}
	head, widths = append(head, "合计"), append(widths, 10)
	var lines [][]string
	for i, row := range x.Rows {
		line, n := []string{strconv.Itoa(i + 1), row.Organ.Name}, 0
		for _, c := range codes {
			n += row.Count[c]
			line = append(line, strconv.Itoa(row.Count[c]))
		}
		lines = append(lines, append(line, strconv.Itoa(n)))
	}
	return page.SendAsked(w, r, o.ShortName()+"下级机关信息监测"+t.cfg.Today().String(), linesSheet("信息监测", head, widths, lines))
}
