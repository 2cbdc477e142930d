package storetest

import (
	"slices"
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// Reading a year in bulk gives every report once, with the figures it was saved
// with, in the order of the tree.
func eachReport(t *testing.T, s *store.Store) {
	list := county(t, s, 12)
	for i, o := range list[1:] {
		f := plain(o.ID, int64(i))
		f.Report.Set("t3.granted.total", annual.Value{Kind: annual.Blank})
		must(s.SaveReport(ctx, f))(t)
		f.Year++
		must(s.SaveReport(ctx, f))(t)
	}
	var names []string
	for row, err := range s.EachReport(ctx, plain(1, 1).Year) {
		if err != nil {
			t.Fatal(err)
		}
		whole := must(s.Report(ctx, row.Organ, plain(1, 1).Year))(t)
		if !slices.Equal(row.Values, whole.Report.Values) || row.Form != whole.Report.Form || row.Published != whole.Published {
			t.Errorf("%s: the bulk row differs from the report", row.Name)
		}
		names = append(names, row.Name)
	}
	var want []string
	for _, r := range page(t, s, store.ReportQuery{Year: plain(1, 1).Year, Limit: 5}) {
		want = append(want, r.Organ.Name)
	}
	if !slices.Equal(names, want) {
		t.Errorf("bulk gives %v, the list %v", names, want)
	}
	for range s.EachReport(ctx, 1999) {
		t.Error("a year without reports has a row")
	}
}

// A stamp changes with what it stands for and stays with what it does not.
func stamps(t *testing.T, s *store.Store) {
	list := county(t, s, 3)
	year := plain(1, 1).Year
	stamp := func() [4]string {
		return [4]string{must(s.YearStamp(ctx, year))(t), must(s.YearStamp(ctx, 0))(t), must(s.OrganStamp(ctx, "T0"))(t), must(s.OrganStamp(ctx, "T1"))(t)}
	}
	before := stamp()
	step := func(what string, changes [4]bool, fn func()) {
		t.Helper()
		fn()
		now := stamp()
		for i, name := range []string{"year", "all", "T0", "T1"} {
			if (now[i] != before[i]) != changes[i] {
				t.Errorf("%s: stamp of %s %q → %q, want a change: %v", what, name, before[i], now[i], changes[i])
			}
		}
		before = now
	}
	save := func(year int, version int64, n int64) func() {
		return func() {
			f := plain(list[1].ID, n)
			f.Year, f.Version = year, version
			must(s.SaveReport(ctx, f))(t)
		}
	}
	step("nothing", [4]bool{}, func() {})
	step("a first report", [4]bool{true, true, true, false}, save(year, 0, 1))
	step("a corrected report", [4]bool{true, true, true, false}, save(year, 1, 2))
	step("a first report of another year", [4]bool{true, true, true, false}, save(year-1, 0, 1)) // years offered beside it change
	step("a corrected report of another year", [4]bool{false, true, true, false}, save(year-1, 1, 2))
	step("an organ renamed", [4]bool{true, true, true, true}, func() {
		o := list[2]
		o.Name = "改名镇人民政府"
		must(s.SaveOrgan(ctx, o))(t)
	})
	step("a new organ", [4]bool{true, true, true, true}, func() {
		must(s.SaveOrgan(ctx, org.Organ{Code: "T9", Name: "新镇人民政府", Kind: org.Town, Level: org.Township, Parent: list[0].ID}))(t)
	})
}
