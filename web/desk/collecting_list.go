package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/render"
	"gongkai/store"
	"gongkai/web/page"
)

// collectingList is the list as it is narrowed, every page of it, as a file to
// sort and count in a spreadsheet.
func (d *Desk) collectingList(w http.ResponseWriter, r *http.Request) error {
	q, err := d.listQueryOf(r.URL.Query().Get)
	if err != nil {
		return err
	}
	format := r.PathValue("format")
	if d.store == nil || format != "xlsx" && format != "csv" {
		return page.ErrNotFound
	}
	ctx, v, today := r.Context(), page.VisitOf(r).Viewer, d.cfg.Today()
	var rows []store.FilingRow
	f, more, n := q.filings(v, store.MaxReports), true, 0
	f.After = ""
	list := render.List{Name: fmt.Sprintf("%d年度", q.Year), Widths: []float64{7, 34, 22, 14, 16, 13, 13, 12, 9, 9, 8, 8, 13, 13},
		Head: []string{"序号", "机关", "代码", "类别", "状态", "报送期限", "报送日期", "逾期天数", "错误", "待核实", "退回次数", "催报次数", "审核通过", "发布"}}
	list.Next = func() ([]string, error) {
		for len(rows) == 0 {
			if !more {
				return nil, nil
			}
			var err error
			if rows, f.After, err = d.store.Filings(ctx, f); err != nil {
				return nil, err
			}
			more = f.After != ""
		}
		x := rows[0]
		rows = rows[1:]
		n++
		errs, warns := "", ""
		if x.Begun {
			errs, warns = strconv.Itoa(x.Errors), strconv.Itoa(x.Warnings)
		}
		late := ""
		if k := x.Late(today); k > 0 {
			late = strconv.Itoa(k)
		}
		return []string{strconv.Itoa(n), x.Organ.Name, x.Organ.Code, x.Organ.Kind.Chinese(), filingTag(x.Filing, x.Begun).Text, x.Due.String(), x.Submitted.String(), late,
			errs, warns, strconv.Itoa(x.Returned), strconv.Itoa(x.Reminders), x.Accepted.String(), x.Published.String()}, nil
	}
	name := fmt.Sprintf("%d年度年报报送情况", q.Year)
	if q.stateWord != "" {
		name += "_" + q.stateWord
	}
	if format == "csv" {
		attach(w, cleanName(name+"_"+today.String()+".csv"), "text/csv; charset=utf-8")
		return render.ListCSV(w, list)
	}
	var b bytes.Buffer
	if err := render.ListXLSX(&b, list); err != nil {
		return err
	}
	attach(w, cleanName(name+"_"+today.String()+".xlsx"), formats()[2].mime)
	_, _ = w.Write(b.Bytes())
	return nil
}
