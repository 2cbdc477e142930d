package site

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// row is one report in a list.
type row struct {
	organ      org.Organ
	key        string
	Code       string
	Organ      string
	Href       string
	Edition    string
	New        string
	Results    string
	CarriedOut string
	Review     string
	Litigation string
	Published  string
	counts     store.Counts
}

func rowOf(r store.ReportRow) row {
	k := organKey(r.Organ)
	c := r.Counts
	n := func(v annual.Value) string { return shown(v, annual.Count) }
	return row{organ: r.Organ, key: k, Code: r.Organ.Code, Organ: r.Organ.Name, Href: reportHref(k, r.Year), Edition: r.Edition,
		New: n(c.New), Results: n(c.ResultTotal), CarriedOut: n(c.CarriedOut), Review: n(c.Review), Litigation: n(c.Litigation),
		Published: r.Published.String(), counts: c}
}

// order is a way to sort that the public may choose. There is none by errors
// or lateness.
type order struct{ key, text string }

var sorts = []order{
	{store.SortTree, "按机关层级"},
	{store.SortName, "按机关名称"},
	{store.SortNew, "新收多的在前"},
	{store.SortCarriedOut, "结转多的在前"},
	{store.SortPublished, "新发布的在前"},
}

// sortOf takes what is not offered for the first order.
func sortOf(key string) order {
	for _, o := range sorts {
		if o.key == key {
			return o
		}
	}
	return sorts[0]
}

type listQuery struct {
	year   int
	search string
	sort   order
	after  string
	limit  int
}

// list reads one page of the reports of a year; year 0 has none.
func (s *Site) list(ctx context.Context, q listQuery) ([]row, string, error) {
	if q.year == 0 {
		return nil, "", nil
	}
	rows, next, err := s.store.Reports(ctx, store.ReportQuery{Year: q.year, Search: q.search, Sort: q.sort.key, After: q.after, Limit: q.limit})
	if err != nil {
		return nil, "", err
	}
	out := make([]row, len(rows))
	for i, r := range rows {
		out[i] = rowOf(r)
	}
	return out, next, nil
}

// years lists the years that have reports, newest first.
func (s *Site) years(ctx context.Context) ([]int, error) {
	years, err := s.store.Years(ctx)
	slices.Reverse(years)
	return years, err
}

// top is the organ at the head of the one tree; ok is false where organs stand
// side by side, because then no sum is the whole.
func (s *Site) top(ctx context.Context) (o org.Organ, ok bool, err error) {
	tops, err := s.store.Children(ctx, 0)
	if err != nil || len(tops) != 1 {
		return org.Organ{}, false, err
	}
	return tops[0], true, nil
}

// sumCSV writes a sum, a cell a line, with how many reports state a figure.
func sumCSV(w http.ResponseWriter, t store.TreeSum) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	attach(w, fmt.Sprintf("%s%d年度汇总.csv", t.Root.Name, t.Year))
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	cw := csv.NewWriter(w)
	_ = cw.Write([]string{"id", "项目", "单位", "合计", "有数字的报告数", "计入的报告数"}) // Flush reports it
	for i, c := range t.Form.Cells {
		_ = cw.Write([]string{c.ID, page.SheetText(c.Label), c.Unit, t.Sum.Values[i].Format(c.Type), strconv.Itoa(t.Known[i]), strconv.Itoa(len(t.Filed))})
	}
	cw.Flush()
	return cw.Error()
}
