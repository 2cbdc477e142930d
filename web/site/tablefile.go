package site

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// tableFile writes the table of all organs as it is filtered, sorted and shown,
// all of its pages. It goes out as it is made: a nation's is never whole in
// memory.
func (s *Site) tableFile(w http.ResponseWriter, r *http.Request, ext string) error {
	years, err := s.years(r.Context())
	if err != nil {
		return err
	}
	a, err := s.asked(r, years)
	if err != nil {
		return err
	}
	if a.year == 0 {
		return page.ErrNotFound
	}
	a.after = ""
	columns := a.columns()
	next, err := s.eachRow(r, a) // a mistake in the question shows before anything is sent
	if err != nil {
		return err
	}
	at := places(columns)
	name := fmt.Sprintf("%d年度各机关数据.%s", a.year, ext)
	switch ext {
	case "json":
		open(w)
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		attach(w, name)
		return tableJSON(w, a, columns, at, next)
	case "csv", "xlsx":
	default:
		return page.ErrNotFound
	}
	l := render.List{Name: fmt.Sprintf("%d年度", a.year), Head: []string{"机关代码", "机关名称", "类别", "层级", "年度", "格式", "发布日期", "更正过"}, Widths: []float64{22, 34, 14, 10, 8, 8, 14, 8}}
	l.Numbers = make([]bool, len(l.Head))
	for _, x := range columns {
		l.Head, l.Widths, l.Numbers = append(l.Head, x.Label+"（"+x.Unit+"）"), append(l.Widths, 16), append(l.Numbers, true)
		if x.Share() {
			l.Head, l.Widths, l.Numbers = append(l.Head, x.Label+"的件数"), append(l.Widths, 14), append(l.Numbers, false)
		}
	}
	l.Next = func() ([]string, error) {
		row, err := next()
		if row == nil || err != nil {
			return nil, err
		}
		o := row.Organ
		out := []string{o.Code, o.Name, o.Kind.Chinese(), o.Level.Chinese(), strconv.Itoa(row.Year), row.Edition, row.Published.String(), map[bool]string{true: "是"}[row.Corrected]}
		for i, x := range columns {
			f := a.figureAt(*row, at[i], x)
			switch {
			case x.Share() && f.Shown():
				out = append(out, hundredths(f.N()), fmt.Sprintf("%d/%d", f.Top, f.Of))
			case x.Share():
				out = append(out, "", "")
			case f.Shown():
				out = append(out, strconv.FormatInt(f.Top, 10))
			default:
				out = append(out, "")
			}
		}
		return out, nil
	}
	attach(w, name)
	if ext == "csv" {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		return render.ListCSV(w, l)
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	return render.ListXLSX(w, l)
}

// eachRow walks the pages of a question. The first is asked at once.
func (s *Site) eachRow(r *http.Request, a *tableAsk) (func() (*store.TableRow, error), error) {
	t, err := s.store.Table(r.Context(), a.query(store.MaxReports))
	if err != nil {
		return nil, err
	}
	i := 0
	return func() (*store.TableRow, error) {
		if i == len(t.Rows) {
			if t.Next == "" {
				return nil, nil
			}
			q := a.query(store.MaxReports)
			q.After = t.Next
			if t, err = s.store.Table(r.Context(), q); err != nil {
				return nil, err
			}
			if i = 0; len(t.Rows) == 0 {
				return nil, nil
			}
		}
		i++
		return &t.Rows[i-1], nil
	}, nil
}

// tableJSON writes what the API answers of each row, the columns shown only.
func tableJSON(w http.ResponseWriter, a *tableAsk, columns []annual.Indicator, at []int, next func() (*store.TableRow, error)) error {
	if _, err := fmt.Fprintf(w, `{"year":%d,"rows":[`, a.year); err != nil {
		return err
	}
	for n := 0; ; n++ {
		row, err := next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		b, err := json.Marshal(a.apiRow(*row, columns, at))
		if err != nil {
			return err
		}
		if n > 0 {
			b = append([]byte(",\n"), b...)
		}
		if _, err := w.Write(b); err != nil {
			return err
		}
	}
	_, err := w.Write([]byte("]}\n"))
	return err
}
