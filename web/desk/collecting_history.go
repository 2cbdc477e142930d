package desk

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// history fills the snapshots, the reasons of the last return with whether they
// are settled, and what changed since.
func (d *Desk) history(ctx context.Context, v org.Viewer, f *store.FilingFile, p *reviewPage) error {
	versions, err := d.store.FilingVersions(ctx, v, f.Organ.ID, f.Year)
	if err != nil {
		return err
	}
	const most = 12
	for _, x := range versions {
		vv := reviewSnapshot{N: x.N, What: page.Tag{Text: "报送"}, On: x.On.String(), Name: x.Name, Note: x.Note, Errors: x.Errors, Warns: x.Warnings,
			Href: fmt.Sprintf("%s/version/%d", p.At, x.N)}
		if x.Public != 0 {
			vv.What = page.Tag{Tone: "ok", Text: "发布"}
		}
		if vv.Name == "" {
			vv.Name = "程序"
		}
		for i, c := range x.Differences {
			if i == most {
				vv.More = len(x.Differences) - most
				break
			}
			vv.Changes = append(vv.Changes, changedOf(c))
		}
		p.Versions = append(p.Versions, vv)
	}
	if len(f.Marks) == 0 {
		return nil
	}
	judged := f.Report != nil && f.MayEdit() != nil // it came in again, and that settled them or not
	if judged {
		back, err := d.returnedVersion(ctx, v, f, versions)
		if err != nil {
			return err
		}
		if back != nil {
			for _, c := range reporting.Differences(back.Report, f.Report) {
				p.Changes = append(p.Changes, changedOf(c))
			}
		}
	}
	for _, m := range f.Marks {
		mv := reviewMark{Cell: m.Cell, Code: m.Code, Text: m.Text, By: m.By.Chinese(), Settled: m.Settled, Judged: judged}
		if f.Report != nil && m.Cell != "" {
			mv.Where, mv.Href = reporting.CellName(f.Report.Form, m.Cell), "#"+page.CellID(m.Cell)
		}
		p.Marks = append(p.Marks, mv)
	}
	return nil
}

func changedOf(c reporting.Difference) reviewChange {
	x := reviewChange{Label: c.Label, Old: clip(c.Old, 200), New: clip(c.New, 200)}
	if c.Cell != "" {
		x.Href = "#" + page.CellID(c.Cell)
	}
	return x
}

// returnedVersion is the snapshot that was returned: the newest one handed in
// while the report is back with the organ, else the one before it; nil if there
// is none.
func (d *Desk) returnedVersion(ctx context.Context, v org.Viewer, f *store.FilingFile, versions []store.FilingVersion) (*store.FilingFile, error) {
	skip := 0
	if f.MayEdit() != nil {
		skip = 1
	}
	for _, x := range versions {
		if x.Public != 0 || x.Correction != f.Correction {
			continue
		}
		if skip--; skip < 0 {
			return d.store.FilingVersion(ctx, v, f.Organ.ID, f.Year, x.N)
		}
	}
	return nil, nil
}

// reviewVersion shows a report as it was handed in or published.
func (d *Desk) reviewVersion(w http.ResponseWriter, r *http.Request) error {
	f, err := d.reviewed(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil {
		return page.ErrNotFound
	}
	ctx, v := r.Context(), page.VisitOf(r).Viewer
	x, err := d.store.FilingVersion(ctx, v, f.Organ.ID, f.Year, n)
	if err != nil {
		return missing(err)
	}
	if x.Report == nil {
		return page.ErrNotFound
	}
	one := read{name: x.FileName, report: x.Report, findings: x.Findings}
	if one.name == "" {
		one.name = "在线填报"
	}
	if name, file, err := d.store.FilingVersionSource(ctx, v, f.Organ.ID, f.Year, n); err == nil {
		one.data, one.doc = openDoc(ctx, name, file)
	}
	crumbs := []page.Link{{Text: "收集审核", Href: listQuery{Year: f.Year}.at()}, {Text: f.Organ.Name, Href: reviewHref(f.Organ.ID, f.Year)}}
	var last *annual.Report
	if last, err = d.lastOf(ctx, v, f); err != nil {
		return err
	}
	return d.showResultAt(w, r, "collecting", crumbs, one, last, nil, &storedInfo{fmt.Sprintf("第 %d 版存档", n)})
}
