package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"gongkai/doc"
	"gongkai/ingest"
	"gongkai/ingest/limit"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// storedInfo says where a report on a result page comes from.
type storedInfo struct{ Text string }

type storedPage struct {
	page.Base
	Missing string // why there is no list
	Years   []page.Option
	Only    []page.Option
	Q       string
	Rows    []storedRow
	Pager   page.Pager
}

type storedRow struct {
	Organ, Href, Published string
	Status                 page.Tag
	Errors, Warns          int
	New, Done, Out         string
}

var storedTemplate = page.NewTemplate(templates, "templates/stored.html")

// stored lists the reports of a year with what was found in each.
func (d *Desk) stored(w http.ResponseWriter, r *http.Request) error {
	p := storedPage{Base: d.base(r, "stored", "在库报告核对")}
	if d.store == nil {
		p.Missing = "没有连接数据库，这里没有报告。可以直接核对文件。"
		return page.Render(w, r, storedTemplate, p)
	}
	years, err := d.store.Years(r.Context())
	if err != nil {
		return err
	}
	if len(years) == 0 {
		p.Missing = "系统里还没有保存任何年度报告。"
		return page.Render(w, r, storedTemplate, p)
	}
	q := r.URL.Query()
	year := slices.Max(years)
	if s := q.Get("year"); s != "" {
		if year, err = strconv.Atoi(s); err != nil {
			return &page.Input{Text: "年度请写成四位数字，例如 2025。"}
		}
	}
	slices.Sort(years)
	slices.Reverse(years)
	p.Years, p.Q = page.Years(years, year), clip(q.Get("q"), 40)
	only := store.StatusFiled
	for _, o := range []page.Option{{Value: store.StatusFiled, Text: "全部"}, {Value: store.StatusErrors, Text: "有错误的"}, {Value: store.StatusWarning, Text: "只须核实的"},
		{Value: store.StatusClean, Text: "没有问题的"}, {Value: string(annual.Repaired), Text: "读入时有修复的"}, {Value: string(annual.Incomplete), Text: "读入不完整的"}, {Value: store.StatusMissing, Text: "未报的"}} {
		if o.Selected = o.Value == q.Get("only"); o.Selected {
			only = o.Value
		}
		p.Only = append(p.Only, o)
	}
	rows, next, err := d.store.Reports(r.Context(), store.ReportQuery{Year: year, Viewer: checker(r), Status: only, Search: p.Q, After: q.Get("after"), Limit: 100})
	if errors.Is(err, store.ErrCursor) {
		return &page.Input{Text: "翻页的标记已经失效，请回到第一页重新查看。"}
	}
	if err != nil {
		return err
	}
	for _, row := range rows {
		sr := storedRow{Organ: row.Organ.Name, Published: row.Published.String(), Errors: row.Errors, Warns: row.Warnings,
			New: stated(row, row.Counts.New), Done: stated(row, row.Counts.ResultTotal), Out: stated(row, row.Counts.CarriedOut)}
		if row.Filed {
			sr.Status, sr.Href = page.StatusTag(row.Status), "/desk/reports/"+url.PathEscape(organKey(row.Organ))+"/"+strconv.Itoa(year)
		} else {
			sr.Status = page.Tag{Tone: "err", Text: "未报"}
		}
		p.Rows = append(p.Rows, sr)
	}
	here := func(after string) string {
		return page.With("/desk/reports", "year", strconv.Itoa(year), "q", p.Q, "only", only, "after", after)
	}
	if q.Get("after") != "" {
		p.Pager.First = here("")
	}
	if next != "" {
		p.Pager.Next = here(next)
	}
	return page.Render(w, r, storedTemplate, p)
}

// checker is who checks: an officer sees what his posts reach. nil is somebody
// at a desk that is open to everyone on its address.
func checker(r *http.Request) *org.Viewer {
	if v := page.VisitOf(r).Viewer; !v.Nobody() {
		return &v
	}
	return nil
}

// storedReport shows a report of the store with each finding at its cell, its
// raw text and place in the source beside it.
func (d *Desk) storedReport(w http.ResponseWriter, r *http.Request) error {
	year, err := strconv.Atoi(r.PathValue("year"))
	if d.store == nil || err != nil {
		return page.ErrNotFound
	}
	ctx := r.Context()
	o, err := d.storedOrgan(ctx, r.PathValue("code"))
	if err != nil {
		return missing(err)
	}
	if v := checker(r); v != nil && !org.May(*v, org.SeeReports, o.Subject()) {
		return page.ErrNotFound
	}
	filed, err := d.store.Report(ctx, o.ID, year)
	if err != nil {
		return missing(err)
	}
	one := read{name: filed.FileName, report: filed.Report, findings: filed.Findings}
	if one.name == "" {
		one.name = "在库报告"
	}
	if name, rc, err := d.store.Source(ctx, o.ID, year); err == nil {
		one.data, one.doc = openDoc(ctx, name, rc)
	}
	text := fmt.Sprintf("在库第 %d 版", filed.Version)
	if !filed.Published.IsZero() {
		text += "，" + filed.Published.Chinese() + "发布"
	}
	crumbs := []page.Link{{Text: "在库核对", Href: page.With("/desk/reports", "year", strconv.Itoa(year))}}
	var last = d.lastStored(ctx, o.Name, year)
	return d.showResultAt(w, r, "stored", crumbs, one, last, nil, &storedInfo{text})
}

// openDoc reads a kept file as it is shown beside the report, and closes it. What
// cannot be read, or takes too long, is not shown.
func openDoc(ctx context.Context, name string, rc io.ReadCloser) ([]byte, *doc.Document) {
	data, err := io.ReadAll(io.LimitReader(rc, limit.FileBytes))
	_ = rc.Close() // only read from
	if err != nil || slowToRead(name) {
		return nil, nil
	}
	dc, err := ingest.File(ctx, name, data)
	if err != nil {
		dc = nil
	}
	return data, dc
}

// stated is a figure of the list. One that the report does not state is not 0
// and not nothing.
func stated(row store.ReportRow, v annual.Value) string {
	if row.Filed && !v.Known() {
		return "未填"
	}
	return v.Format(annual.Count)
}

// organKey names an organ in an address: its code, or ~ and its id.
func organKey(o org.Organ) string {
	if o.Code != "" {
		return o.Code
	}
	return "~" + strconv.FormatInt(o.ID, 10)
}

func (d *Desk) storedOrgan(ctx context.Context, key string) (org.Organ, error) {
	digits, byID := strings.CutPrefix(key, "~")
	if !byID {
		return d.store.OrganByCode(ctx, key)
	}
	id, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return org.Organ{}, store.ErrNotFound
	}
	return d.store.Organ(ctx, id)
}

func missing(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return page.ErrNotFound
	}
	return err
}
