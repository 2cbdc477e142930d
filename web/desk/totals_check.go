package desk

import (
	"fmt"
	"net/http"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/web/page"
)

// statedFace says where the government's own report stands.
type statedFace struct {
	Tag     page.Tag
	Href    string
	Version int64 // of the filing
	Has     bool
}

// checkFace is what is wrong between the government's report and the sum.
type checkFace struct {
	Done     bool // there is a report to check
	Faults   []faultRow
	FaultsN  int
	Suspects []suspectRow
	Larger   []largerRow
	LargerN  int
	Drifts   []driftRow
	Taken    string // when the sum was taken over, "" if never
	Lacking  int    // organs without which the sum is not whole
}

type faultRow struct {
	Label, Stated, Sum, Href string
	Suspects                 []suspectRow
}

type suspectRow struct{ Name, Why, Href string }

type largerRow struct{ Label, Name, Href, Value, Stated string }

type driftRow struct {
	Name, Href, What string
	Cells            []driftCell
	More             int
}

type driftCell struct{ Label, Was, Is string }

// Bounds of what the page lists.
const (
	mostFaults = 60
	mostDrifts = 100
	mostCells  = 8
)

// checkTotal holds the government's report against the sum and says at which
// cells they differ.
func (d *Desk) checkTotal(r *http.Request, c *totalsCase, t *store.Total, p *totalsPage) (map[string]page.Mark, error) {
	taken, err := d.store.Taken(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil && missing(err) != page.ErrNotFound {
		return nil, err
	}
	f, check, err := d.totalCheck(r, c, t, taken)
	if err != nil {
		return nil, err
	}
	p.Stated = statedFace{Href: filingPath(c.Organ.ID, c.Year), Version: f.Version, Has: f.Report != nil,
		Tag: page.Tag{Text: "尚未填写"}}
	if f.Report != nil {
		p.Stated.Tag = page.Tag{Tone: map[reporting.FilingState]string{reporting.FilingPublished: "ok", reporting.FilingAccepted: "ok", reporting.FilingReturned: "err"}[f.State], Text: f.State.Chinese()}
	}
	marks := map[string]page.Mark{}
	if f.Report == nil {
		return marks, nil
	}
	p.Checks.fill(c, t, check)
	if p.Checks.Lacking = len(t.Lacking); taken != nil {
		p.Checks.Taken = law.DateOf(taken.At).Chinese() + "由" + orSystem(taken.By)
	}
	for _, x := range check.Findings(t.Aggregate) {
		tone := "bad"
		if x.Level == annual.Warning {
			tone = "sus"
		}
		for _, id := range x.Cells {
			if _, ok := marks[id]; !ok {
				marks[id] = page.Mark{Tone: tone, Note: x.Message}
			}
		}
	}
	return marks, nil
}

// totalCheck reads the government's own report and checks it against the sum,
// with what was taken over when the report was made of it, nil if it was not.
func (d *Desk) totalCheck(r *http.Request, c *totalsCase, t *store.Total, taken *store.TakenTotal) (*store.FilingFile, *reporting.TotalCheck, error) {
	f, err := d.store.Filing(r.Context(), c.viewer, c.Organ.ID, c.Year)
	if err != nil {
		return nil, nil, missing(err)
	}
	check, err := reporting.CheckTotal(t.Aggregate, f.Report, taken.Brought(), d.store.Shares(r.Context(), &t.List, c.Provisional))
	return f, check, err
}

func (x *checkFace) fill(c *totalsCase, t *store.Total, check *reporting.TotalCheck) {
	x.Done, x.FaultsN, x.LargerN = true, len(check.Faults), len(check.Larger)
	suspects := func(list []reporting.Suspect) []suspectRow {
		var out []suspectRow
		for _, s := range list {
			out = append(out, suspectRow{s.Name, s.Why, filingPath(s.Organ, c.Year)})
		}
		return out
	}
	kind := func(cell string) annual.CellType {
		if i, ok := t.Form.Index(cell); ok {
			return t.Form.Cells[i].Type
		}
		return annual.Count
	}
	figure := func(cell string, v annual.Value) string {
		if !v.Known() {
			return "未填"
		}
		return v.Format(kind(cell))
	}
	for _, f := range check.Faults[:min(len(check.Faults), mostFaults)] {
		x.Faults = append(x.Faults, faultRow{reporting.CellName(t.Form, f.Cell), figure(f.Cell, f.Stated), figure(f.Cell, f.Sum), c.at("/cell", "cell", f.Cell), suspects(f.Suspects)})
	}
	x.Suspects = suspects(check.Suspects)
	for _, l := range check.Larger[:min(len(check.Larger), mostFaults)] {
		x.Larger = append(x.Larger, largerRow{reporting.CellName(t.Form, l.Cell), lineName(l.Line), c.lineHref(l.Line) + "#" + page.CellID(l.Cell), figure(l.Cell, l.Value), figure(l.Cell, l.Stated)})
	}
	for _, dr := range check.Drifts[:min(len(check.Drifts), mostDrifts)] {
		row := driftRow{Name: dr.Name, Href: filingPath(dr.Organ, c.Year) + "/versions"}
		switch {
		case dr.Was == "":
			row.What = "汇总之后新计入"
		case dr.Is == "":
			row.What = "汇总之后不再计入"
		default:
			row.What = fmt.Sprintf("改了%d格", len(dr.Cells))
		}
		for i, cd := range dr.Cells {
			if i == mostCells {
				row.More = len(dr.Cells) - mostCells
				break
			}
			row.Cells = append(row.Cells, driftCell{reporting.CellName(t.Form, cd.Cell), figure(cd.Cell, cd.Was), figure(cd.Cell, cd.Is)})
		}
		x.Drifts = append(x.Drifts, row)
	}
}

// orSystem is a name, or the program's.
func orSystem(name string) string {
	if name == "" {
		return "系统"
	}
	return name
}
