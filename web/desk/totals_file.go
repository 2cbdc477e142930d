package desk

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"gongkai/law/annual"
	"gongkai/render"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// totalsFile writes the sum as a workbook, or the government's report made of it
// as docx or pdf.
func (d *Desk) totalsFile(w http.ResponseWriter, r *http.Request) error {
	c, err := d.totalsOf(r)
	if err != nil {
		return err
	}
	if c.Organ.ID == 0 {
		return page.ErrNotFound
	}
	t, err := d.total(r, c)
	if err != nil {
		return err
	}
	out := render.Totals{Name: t.State.Root.Name, Aggregate: t.Aggregate}
	key := r.FormValue("format")
	var b bytes.Buffer
	switch key {
	case "xlsx":
		if len(t.Counted) > render.MostTotals {
			return &page.Input{Text: fmt.Sprintf("计入的机关超过%d个，一个 Excel 文件放不下，请打开下级政府的汇总分别下载。", render.MostTotals)}
		}
		if out.Parts, err = d.totalParts(r, c, t); err != nil {
			return err
		}
		taken, err := d.store.Taken(r.Context(), c.viewer, c.Organ.ID, c.Year)
		if err != nil && missing(err) != page.ErrNotFound {
			return err
		}
		var f *store.FilingFile
		if f, out.Check, err = d.totalCheck(r, c, t, taken); err != nil {
			return err
		}
		if f.Report == nil {
			out.Check = nil
		}
		if err := render.TotalsXLSX(&b, out); err != nil {
			return writeError(format{Key: key}, err)
		}
	case "docx", "pdf":
		var rep *annual.Report
		if rep, _, err = d.totalReport(r, c, t); err != nil {
			return err
		}
		o := render.Options{Fonts: d.cfg.Fonts}
		switch {
		case !t.Whole():
			o.Watermark = "汇总稿（未收齐）"
		case t.State.Signed == nil:
			o.Watermark = "汇总稿（名单未签署）"
		}
		if key == "docx" {
			err = render.TotalsDOCX(&b, rep, out, o)
		} else {
			err = render.TotalsPDF(&b, rep, out, o)
		}
	default:
		return &page.Input{Text: "没有这种下载格式，请在页面上选择一种。"}
	}
	kinds := formats()
	f := kinds[slices.IndexFunc(kinds, func(f format) bool { return f.Key == key })]
	if err != nil {
		return writeError(f, err)
	}
	name := fmt.Sprintf("%s%d年度汇总", t.State.Root.Name, c.Year)
	if key != "xlsx" {
		name = fmt.Sprintf("%s%d年政府信息公开工作年度报告（汇总稿）", t.State.Root.Name, c.Year)
	}
	attach(w, cleanName(name)+f.ext, f.mime)
	_, _ = w.Write(b.Bytes())
	return nil
}

// totalParts are the organs counted with their figures, for a workbook.
func (d *Desk) totalParts(r *http.Request, c *totalsCase, t *store.Total) ([]render.SumPart, error) {
	var out []render.SumPart
	for s, err := range d.store.Shares(r.Context(), &t.List, c.Provisional) {
		if err != nil {
			return nil, err
		}
		if !s.State.Counts() || s.Form != t.Form {
			continue
		}
		rep := annual.New(s.Form, lineName(s.Line), c.Year)
		copy(rep.Values, s.Values)
		out = append(out, render.SumPart{Organ: lineName(s.Line), Report: rep})
	}
	return out, nil
}

// totalReport is the government's report made of the sum: its figures, and the
// words that follow from them. What the government's own report says already in
// the chapters that no figure can write is kept.
func (d *Desk) totalReport(r *http.Request, c *totalsCase, t *store.Total) (*annual.Report, *store.FilingFile, error) {
	f, err := d.store.Filing(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return nil, nil, missing(err)
	}
	facts := reporting.NarrativeFacts{Organ: t.State.Root, Sum: t.Aggregate}
	if facts.Last, err = d.filedLast(r, &filingCase{f, c.Organ.ID, c.viewer, d.cfg.Today()}); err != nil {
		return nil, nil, err
	}
	if err := d.collected(r, c, t, &facts); err != nil {
		return nil, nil, err
	}
	if facts.Ledgers, err = d.ledgersBelow(r, c); err != nil {
		return nil, nil, err
	}
	return reportOf(t, f.Report, facts), f, nil
}

// reportOf puts the sum and its words into a report.
func reportOf(t *store.Total, before *annual.Report, facts reporting.NarrativeFacts) *annual.Report {
	name, year := t.State.Root.Name, t.List.Year
	rep := annual.New(t.Form, name, year)
	copy(rep.Values, t.Sum.Values)
	rep.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, year)
	rep.Signature = name
	rep.Intro, rep.Chapters = reporting.Narrative(facts)
	if before == nil || before.Form != t.Form {
		return rep
	}
	rep.Contact, rep.Dated = before.Contact, before.Dated
	for i, ch := range t.Form.Chapters {
		if ch.Ordinal == "五" && i < len(before.Chapters) {
			rep.Chapters[i] = before.Chapters[i]
		}
	}
	return rep
}

// maxCollected is up to how many organs the page asks how each report came in.
const maxCollected = 2000

// collected counts how the reports of the organs counted came in, as far as the
// program saw it.
func (d *Desk) collected(r *http.Request, c *totalsCase, t *store.Total, facts *reporting.NarrativeFacts) error {
	if len(t.Counted) > maxCollected {
		return nil
	}
	counted := map[int64]bool{}
	for _, x := range t.Counted {
		counted[x.Line.Organ] = !x.Line.Own
	}
	for after := ""; ; {
		rows, next, err := d.store.Filings(r.Context(), store.FilingQuery{Year: c.Year, Viewer: c.viewer, Under: c.Organ.ID, After: after, Limit: store.MaxReports})
		if err != nil {
			return err
		}
		for i := range rows {
			x := &rows[i]
			filed := x.Filed
			if filed.IsZero() {
				filed = x.Submitted
			}
			if !counted[x.Organ.ID] || filed.IsZero() {
				continue
			}
			facts.Filed++
			if !x.Due.IsZero() && filed.After(x.Due) {
				facts.Late++
			}
			if x.Returned > 0 {
				facts.Returned++
			}
		}
		if after = next; after == "" {
			break
		}
	}
	if facts.Filed < len(t.Counted) { // some came in another way: nothing is said about how
		facts.Filed, facts.Late, facts.Returned = 0, 0, 0
	}
	return nil
}
