package site

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// years lists the years that have published reports, newest first.
func (s *Site) years(ctx context.Context) ([]int, error) {
	years, err := s.store.PublishedYears(ctx, 0)
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
