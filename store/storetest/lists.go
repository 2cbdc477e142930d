package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// page collects a list page by page.
func page(t *testing.T, s *store.Store, q store.ReportQuery) []store.ReportRow {
	t.Helper()
	var all []store.ReportRow
	for n := 0; ; n++ {
		rows, next, err := s.Reports(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(rows) > q.Limit || (next != "" && len(rows) < q.Limit) {
			t.Fatalf("page of %d rows with limit %d and next %q", len(rows), q.Limit, next)
		}
		all = append(all, rows...)
		if next == "" {
			return all
		}
		if n > 1000 {
			t.Fatal("pages never end")
		}
		q.After = next
	}
}

// In every order, with many equal keys and any size of page, each report comes
// exactly once and the order holds.
func pagesComplete(t *testing.T, s *store.Store) {
	list := county(t, s, 40)
	for i := 1; i < len(list); i++ { // equal names, equal figures, equal days
		list[i].Name = fmt.Sprintf("同名镇%d", i%3)
		list[i] = must(s.SaveOrgan(ctx, list[i]))(t)
		f := plain(list[i].ID, int64(i%4))
		if i%4 == 3 {
			f.Report.Set("t3.new.total", annual.Value{Kind: annual.NA})
		}
		for range i % 3 {
			f.Findings = append(f.Findings, annual.Finding{Level: annual.Error})
		}
		if i%5 > 0 {
			f.Published = law.Day(2024, 1, i%5)
		}
		f.Report.Set("t3.carried_out.total", annual.Num(int64(i%2)))
		must(s.SaveReport(ctx, f))(t)
	}
	figure := func(v annual.Value) int64 {
		if !v.Known() {
			return -1
		}
		return v.N
	}
	for sort, key := range map[string]func(r store.ReportRow) string{
		store.SortTree:       func(r store.ReportRow) string { return r.Organ.Path },
		store.SortName:       func(r store.ReportRow) string { return r.Organ.Name },
		store.SortErrors:     func(r store.ReportRow) string { return fmt.Sprintf("%020d", 1000-r.Errors) },
		store.SortNew:        func(r store.ReportRow) string { return fmt.Sprintf("%020d", 1000-figure(r.Counts.New)) },
		store.SortCarriedOut: func(r store.ReportRow) string { return fmt.Sprintf("%020d", 1000-figure(r.Counts.CarriedOut)) },
		store.SortPublished:  func(r store.ReportRow) string { return fmt.Sprintf("%020d", 99999999-day8(r.Published)) },
	} {
		for _, limit := range []int{1, 3, 7, 100} {
			for _, under := range []string{"", list[0].Path} {
				rows := page(t, s, store.ReportQuery{Year: 2023, Sort: sort, Limit: limit, Under: under})
				seen := map[int64]bool{}
				for i, r := range rows {
					if seen[r.Organ.ID] {
						t.Errorf("sort %q, limit %d: %s twice", sort, limit, r.Organ.Name)
					}
					seen[r.Organ.ID] = true
					if i > 0 && key(rows[i-1]) > key(r) {
						t.Errorf("sort %q, limit %d: row %d is out of order", sort, limit, i)
					}
				}
				if len(rows) != 40 {
					t.Errorf("sort %q, limit %d, under %q: %d rows of 40", sort, limit, under, len(rows))
				}
			}
		}
	}
	_, next, err := s.Reports(ctx, store.ReportQuery{Year: 2023, Limit: 2})
	if err != nil || next == "" {
		t.Fatalf("next %q, %v", next, err)
	}
	for _, after := range []string{"!", "bm9uc2Vuc2U", next + "x"} {
		if _, _, err := s.Reports(ctx, store.ReportQuery{Year: 2023, After: after}); !errors.Is(err, store.ErrCursor) {
			t.Errorf("mark %q: %v", after, err)
		}
	}
	if _, _, err := s.Reports(ctx, store.ReportQuery{Year: 2023, Sort: store.SortName, After: next}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("mark of another order: %v", err)
	}
}

func day8(d law.Date) int { return d.Year*10000 + d.Month*100 + d.Day }

func statusAndSearch(t *testing.T, s *store.Store) {
	list := county(t, s, 6)
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "党政办公室", Kind: org.Section, Parent: list[1].ID}))(t)
	gone := must(s.SaveOrgan(ctx, org.Organ{Name: "老河乡人民政府", Kind: org.Town, Parent: list[0].ID, To: law.Day(2023, 6, 1)}))(t)
	list[2].Name, list[2].Short, list[2].Code = "白_云%镇人民政府", "ＡＢＣ镇", `L\1`
	list[2] = must(s.SaveOrgan(ctx, list[2]))(t)
	level := map[int][]annual.Level{1: {annual.Error, annual.Warning}, 2: {annual.Warning, annual.Info}, 3: {annual.Info}}
	for i := 1; i <= 3; i++ {
		f := plain(list[i].ID, 1)
		for _, l := range level[i] {
			f.Findings = append(f.Findings, annual.Finding{Code: "X", Level: l})
		}
		if i == 2 {
			f.Report.Repairs = []annual.Repair{{Code: "GLUED"}}
		}
		must(s.SaveReport(ctx, f))(t)
	}
	for _, c := range []struct {
		status, search, sort string
		want                 []int // positions in list
	}{
		{"", "", "", []int{1, 2, 3}},
		{store.StatusAll, "", "", []int{0, 1, 2, 3, 4, 5, 6}},
		{store.StatusMissing, "", "", []int{0, 4, 5, 6}},
		{store.StatusMissing, "", store.SortName, []int{0, 4, 5, 6}},
		{store.StatusMissing, "", store.SortNew, nil},
		{store.StatusErrors, "", "", []int{1}},
		{store.StatusWarning, "", "", []int{2}},
		{store.StatusClean, "", "", []int{3}},
		{"repaired", "", "", []int{2}},
		{"complete", "", "", []int{1, 3}},
		{"", "abc", "", []int{2}},
		{"", "ａｂｃ镇", store.SortNew, []int{2}},
		{"", "_", "", []int{2}},
		{"", "%", "", []int{2}},
		{"", `\`, "", []int{2}},
		{"", "ｔ2", "", []int{3}},
		{"", "人民 政府", "", []int{1, 2, 3}},
		{"", "没有这个", "", nil},
		{store.StatusAll, "白云县", "", []int{0}},
	} {
		rows := page(t, s, store.ReportQuery{Year: 2023, Status: c.status, Search: c.search, Sort: c.sort, Limit: 2})
		var got, want []int64
		for _, r := range rows {
			got = append(got, r.Organ.ID)
			if r.Filed != (r.Version > 0) || (r.Filed && r.Counts.New != annual.Num(1)) {
				t.Errorf("row %+v", r)
			}
		}
		for _, i := range c.want {
			want = append(want, list[i].ID)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("status %q, search %q, sort %q: %d rows, want %d", c.status, c.search, c.sort, len(got), len(want))
		}
	}
	if _, _, err := s.Reports(ctx, store.ReportQuery{Year: 2023, Status: "nonsense"}); err == nil {
		t.Error("an unknown status found something")
	}
	var missing []string
	for _, o := range must(s.SumTree(ctx, list[0].ID, 2023))(t).Missing {
		if o.ID == section.ID || o.ID == gone.ID {
			t.Errorf("%s owes no report for 2023", o.Name)
		}
		missing = append(missing, o.Name)
	}
	if len(missing) != 4 {
		t.Errorf("missing: %s", strings.Join(missing, " "))
	}
	if sum := must(s.SumTree(ctx, list[0].ID, 2022))(t); len(sum.Missing) != 8 {
		t.Errorf("for 2022 %d are missing, want all 7 and the abolished town", len(sum.Missing))
	}
}

// The sum over any part of a random tree equals a plain tally over the reports
// as they are read back one by one.
func sumEqualsTally(t *testing.T, s *store.Store) {
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := []org.Kind{org.Government, org.Department, org.Town, org.Section, org.Enterprise, ""}
	for round := range 12 {
		year := 2021 + round
		var organs []org.Organ
		for i := range 1 + rng.IntN(30) {
			o := org.Organ{ID: s.NewID(), Name: fmt.Sprintf("机关%d-%d", round, i), Kind: kinds[rng.IntN(len(kinds))], Level: org.County}
			if i > 0 && rng.IntN(6) > 0 {
				o.Parent = organs[rng.IntN(i)].ID
			}
			if rng.IntN(8) == 0 {
				o.To = law.Day(year, 1+rng.IntN(12), 31)
			}
			organs = append(organs, o)
		}
		organs = must(s.SaveOrgans(ctx, organs))(t)
		for _, o := range organs {
			if rng.IntN(4) == 0 {
				continue
			}
			edition := "2021"
			if rng.IntN(6) == 0 {
				edition = "2019"
			}
			must(s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: year, Report: randomReport(rng, edition, year)}))(t)
		}
		for _, root := range organs {
			compareTally(t, s, organs, root, year)
		}
	}
}

func randomReport(rng *rand.Rand, edition string, year int) *annual.Report {
	r := annual.New(annual.Edition(edition), "", year)
	for i := range r.Values {
		switch rng.IntN(8) {
		case 0:
			r.Values[i] = annual.Value{Kind: annual.NA}
		case 1:
			r.Values[i] = annual.Value{Kind: annual.Blank}
		case 2:
			r.Values[i] = annual.Value{}
		default:
			r.Values[i] = annual.Num(rng.Int64N(40) - 4)
		}
	}
	return r
}

func compareTally(t *testing.T, s *store.Store, organs []org.Organ, root org.Organ, year int) {
	t.Helper()
	form := must(annual.FormFor(year))(t)
	sum, known := make([]int64, len(form.Cells)), make([]int, len(form.Cells))
	var filed, summaries, other, missing []int64
	for _, o := range organs {
		if !strings.HasPrefix(o.Path, root.Path) {
			continue
		}
		f, err := s.Report(ctx, o.ID, year)
		below := slices.ContainsFunc(organs, func(x org.Organ) bool {
			return x.ID != o.ID && strings.HasPrefix(x.Path, o.Path) && x.Filer()
		})
		switch {
		case errors.Is(err, store.ErrNotFound):
			if o.Owes(year) {
				missing = append(missing, o.ID)
			}
		case err != nil:
			t.Fatal(err)
		case o.Kind == org.Government && below:
			summaries = append(summaries, o.ID)
		case f.Report.Form != form:
			other = append(other, o.ID)
		default:
			filed = append(filed, o.ID)
			for i, v := range f.Report.Values {
				if v.Known() {
					sum[i] += v.N
					known[i]++
				}
			}
		}
	}
	got := must(s.SumTree(ctx, root.ID, year))(t)
	var gotMissing []int64
	for _, o := range got.Missing {
		gotMissing = append(gotMissing, o.ID)
	}
	for what, p := range map[string][2][]int64{"filed": {got.Filed, filed}, "summaries": {got.Summaries, summaries},
		"other": {got.Other, other}, "missing": {gotMissing, missing}} {
		a, b := slices.Sorted(slices.Values(p[0])), slices.Sorted(slices.Values(p[1]))
		if !slices.Equal(a, b) {
			t.Fatalf("%s of %s: %v, want %v", what, root.Name, a, b)
		}
	}
	for i, n := range known {
		want := annual.Value{Kind: annual.Blank}
		if n > 0 {
			want = annual.Num(sum[i])
		}
		if got.Sum.Values[i] != want || got.Known[i] != n {
			t.Fatalf("%s, cell %s: %v over %d, want %v over %d", root.Name, form.Cells[i].ID, got.Sum.Values[i], got.Known[i], want, n)
		}
	}
	parts := 0
	for _, p := range got.Parts {
		parts += p.Filed
	}
	own := slices.Contains(got.Filed, root.ID)
	if own {
		parts++
	}
	if parts != len(got.Filed) {
		t.Fatalf("%s: parts bring %d reports, %d were added", root.Name, parts, len(got.Filed))
	}
}

func sumFollowsChanges(t *testing.T, s *store.Store) {
	list := county(t, s, 3)
	total := func() annual.Value { return must(s.SumTree(ctx, list[0].ID, 2023))(t).Sum.Get("t3.new.total") }
	if v := total(); v.Kind != annual.Blank {
		t.Errorf("nobody has filed: %v", v)
	}
	for i := range 3 {
		must(s.SaveReport(ctx, plain(list[1+i].ID, 10)))(t)
		if v := total(); v != annual.Num(int64(i+1)*10) {
			t.Errorf("after %d reports: %v", i+1, v)
		}
	}
	f := must(s.Report(ctx, list[1].ID, 2023))(t)
	f.Report.Set("t3.new.total", annual.Num(1))
	must(s.SaveReport(ctx, *f))(t)
	if v := total(); v != annual.Num(21) {
		t.Errorf("after a correction: %v", v)
	}
	sum := must(s.SumTree(ctx, list[0].ID, 2023))(t)
	if len(sum.Parts) != 3 || sum.Parts[0].Counts.New != annual.Num(1) || sum.Parts[0].Counts.Review.Known() {
		t.Errorf("parts: %+v", sum.Parts)
	}
	list[3].Parent = 0
	must(s.SaveOrgan(ctx, list[3]))(t)
	if v := total(); v != annual.Num(11) {
		t.Errorf("after a town has left: %v", v)
	}
	// The county's own report is a sum and not counted again.
	must(s.SaveReport(ctx, plain(list[0].ID, 11)))(t)
	if v := total(); v != annual.Num(11) {
		t.Errorf("with the county's own report: %v", v)
	}
	if _, err := s.SumTree(ctx, 404, 2023); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("sum over no organ: %v", err)
	}
	if _, err := s.SumTree(ctx, list[0].ID, 2001); !errors.Is(err, annual.ErrNoForm) {
		t.Errorf("sum before the first edition: %v", err)
	}
}

func sumTooLarge(t *testing.T, s *store.Store) {
	list := county(t, s, 12)
	for _, o := range list[1:] {
		f := plain(o.ID, 5)
		f.Report.Set("t2.fees.amount", annual.Num(999_999_999_999*annual.Micro))
		must(s.SaveReport(ctx, f))(t)
	}
	sum := must(s.SumTree(ctx, list[0].ID, 2023))(t)
	if v := sum.Sum.Get("t2.fees.amount"); v.Kind != annual.Text {
		t.Errorf("a sum beyond all bounds is given as %v", v)
	}
	if v := sum.Sum.Get("t3.new.total"); v != annual.Num(60) {
		t.Errorf("the other cells: %v", v)
	}
}
