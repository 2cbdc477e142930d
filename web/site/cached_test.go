package site

import (
	"context"
	"encoding/csv"
	"strings"
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// A reader sees a correction, a rename and a new report at once, wherever they
// show, although every page was asked for before.
func TestChangesAreSeenAtOnce(t *testing.T) {
	c := newCounty(t)
	ctx := context.Background()
	at := "/reports/" + c.qs.Code
	pages := []string{"/", "/reports?year=2025", at, at + "/2025", "/reports/sum/" + c.gov.Code + "/2025", "/open", "/api/v1/reports?year=2025", "/api/v1" + at + "/2025",
		"/reports/compare?a=" + c.qs.Code + ":2024&b=" + c.qs.Code + ":2025"}
	warm := func() map[string]string {
		out := map[string]string{}
		for _, p := range pages {
			_, b := c.get(t, p)
			_, again := c.get(t, p)
			if b != again {
				t.Errorf("%s differs when asked again", p)
			}
			out[p] = b
		}
		return out
	}
	changed := func(what string, before, after map[string]string, want ...string) {
		t.Helper()
		for _, p := range want {
			if before[p] == after[p] {
				t.Errorf("%s: %s still shows the old page", what, p)
			}
		}
	}
	first := warm()
	f, err := c.store.Report(ctx, c.qs.ID, 2025)
	if err != nil {
		t.Fatal(err)
	}
	f.Report = full(t, c.qs.Name, 2025, 77)
	if _, err := c.store.SaveReport(ctx, *f); err != nil {
		t.Fatal(err)
	}
	second := warm()
	changed("a correction", first, second, "/", "/reports?year=2025", at, at+"/2025", "/reports/sum/"+c.gov.Code+"/2025", "/api/v1/reports?year=2025", "/api/v1"+at+"/2025", pages[8])
	o := c.qs
	o.Name = "新青石镇人民政府"
	if _, err := c.store.SaveOrgan(ctx, o); err != nil {
		t.Fatal(err)
	}
	third := warm()
	changed("a rename", second, third, "/", "/reports?year=2025", at, at+"/2025")
	file(t, c.store, c.qs, full(t, c.qs.Name, 2026, 5))
	changed("a report of a new year", third, warm(), "/", "/reports?year=2025", at, at+"/2025", "/open")
}

// The whole year as CSV has every organ's line, figures in their columns and
// nothing where the report has none.
func TestYearAsCSVEqualsTheReports(t *testing.T) {
	c := newCounty(t)
	r := full(t, c.bs.Name, 2025, 9)
	r.Set("t3.granted.total", annual.Value{Kind: annual.Blank})
	file(t, c.store, c.bs, r)
	nameless := organ(t, c.store, org.Organ{Name: "=无代码站", Kind: org.Department, Level: org.County, Parent: c.gov.ID})
	file(t, c.store, nameless, full(t, nameless.Name, 2025, 3))
	_, b := c.get(t, "/open/reports-2025.csv")
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b, "\ufeff"))).ReadAll()
	if err != nil || len(lines) != 6 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	col := map[string]int{}
	for i, h := range lines[0] {
		col[h] = i
	}
	rows, _, err := c.store.Reports(context.Background(), store.ReportQuery{Year: 2025})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		line := lines[i+1]
		f, err := c.store.Report(context.Background(), row.Organ.ID, 2025)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimPrefix(line[col["organ"]], "'") != row.Organ.Name || strings.HasPrefix(line[col["organ"]], "=") {
			t.Errorf("line %d is of %q, want %q, never a formula", i+1, line[col["organ"]], row.Organ.Name)
		}
		for k, cell := range f.Report.Form.Cells {
			if got := line[col[cell.ID]]; got != f.Report.Values[k].Format(cell.Type) {
				t.Errorf("%s %s: %q, want %q", row.Organ.Name, cell.ID, got, f.Report.Values[k].Format(cell.Type))
			}
		}
	}
}
