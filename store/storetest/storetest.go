// Package storetest is the suite that a store has to pass on every database,
// what is needed to run it (a PostgreSQL server, generated reports, a nation of
// organs), and nothing that a program imports.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// Run checks that stores made by open keep and find as they should. Every call
// of open gives an empty store.
func Run(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"OrganComesBack", organComesBack},
		{"OrganRefused", organRefused},
		{"MovedOrganTakesItsTreeAlong", movedOrgan},
		{"ReportComesBack", reportComesBack},
		{"ReportFile", reportFile},
		{"StaleVersionIsRefused", staleVersion},
		{"EarlierVersionsStay", earlierVersions},
		{"ImportIsAllOrNothingByBatch", importBatches},
		{"PagesAreComplete", pagesComplete},
		{"StatusAndSearch", statusAndSearch},
		{"SearchOverManyOrgans", searchMany},
		{"SumEqualsTally", sumEqualsTally},
		{"SumFollowsChanges", sumFollowsChanges},
		{"SumTooLarge", sumTooLarge},
		{"ConcurrentWriters", concurrentWriters},
		{"BulkReadingOfAYear", eachReport},
		{"StampsFollowChanges", stamps},
		{"Stats", stats},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

var (
	ctx      = context.Background()
	sameness = cmp.Options{cmpopts.EquateEmpty(), cmp.Comparer(func(a, b *annual.Form) bool { return a == b })}
)

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// county makes a county government with n towns below it and returns them, the
// county first.
func county(t testing.TB, s *store.Store, n int) []org.Organ {
	t.Helper()
	top := must(s.SaveOrgan(ctx, org.Organ{Code: "C0", Name: "白云县人民政府", Kind: org.Government, Level: org.County}))(t)
	list := []org.Organ{top}
	for i := range n {
		o := org.Organ{Code: fmt.Sprint("T", i), Name: fmt.Sprintf("第%d镇人民政府", i), Kind: org.Town, Level: org.Township, Parent: top.ID}
		list = append(list, must(s.SaveOrgan(ctx, o))(t))
	}
	return list
}

// plain is a report of 2023 with one figure set in the total of new requests.
func plain(organ int64, n int64) store.Filed {
	r := annual.New(annual.Edition("2021"), "", 2023)
	r.Set("t3.new.total", annual.Num(n))
	return store.Filed{Organ: organ, Year: 2023, Report: r}
}

func organComesBack(t *testing.T, s *store.Store) {
	o := org.Organ{Code: "11330000000000000X", Name: "青石镇人民政府", Short: "青石镇", Kind: org.Town, Level: org.Township,
		Region: "330000", From: law.Day(1999, 2, 3), To: law.Day(2030, 1, 1)}
	saved := must(s.SaveOrgan(ctx, o))(t)
	if saved.ID == 0 || saved.Path != org.ChildPath("/", saved.ID) {
		t.Fatalf("saved as %+v", saved)
	}
	o.ID, o.Path = saved.ID, saved.Path
	for name, got := range map[string]org.Organ{
		"by id": must(s.Organ(ctx, o.ID))(t), "by code": must(s.OrganByCode(ctx, o.Code))(t),
		"in the list": must(s.Organs(ctx))(t)[0], "among the tops": must(s.Children(ctx, 0))(t)[0],
	} {
		if got != o {
			t.Errorf("%s: %+v", name, got)
		}
	}
	o.Name, o.Short, o.To = "青石街道办事处", "", law.Date{}
	must(s.SaveOrgan(ctx, o))(t)
	if got := must(s.Organs(ctx))(t); len(got) != 1 || got[0] != o {
		t.Errorf("after the change: %+v", got)
	}
}

func organRefused(t *testing.T, s *store.Store) {
	if _, err := s.Organ(ctx, 5); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no such organ: %v", err)
	}
	for _, code := range []string{"", "x", "\x00", "\xff"} {
		if _, err := s.OrganByCode(ctx, code); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("code %q: %v", code, err)
		}
	}
	if _, err := s.SaveOrgan(ctx, org.Organ{Name: "甲镇", Parent: 77}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no such parent: %v", err)
	}
	if _, err := s.SaveOrgan(ctx, org.Organ{Name: " "}); err == nil {
		t.Error("an organ without a name was kept")
	}
	list := county(t, s, 2)
	if _, err := s.SaveOrgan(ctx, org.Organ{Name: "冒名镇", Code: "T1"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("code taken: %v", err)
	}
	top := list[0]
	top.Parent = list[1].ID
	var faults org.Faults
	if _, err := s.SaveOrgan(ctx, top); !errors.As(err, &faults) {
		t.Errorf("county below its town: %v", err)
	}
	// One bad organ keeps the others out too.
	a, b := s.NewID(), s.NewID()
	_, err := s.SaveOrgans(ctx, []org.Organ{{ID: a, Name: "好镇"}, {ID: b, Name: "坏镇", Parent: 77}})
	if _, gone := s.Organ(ctx, a); !errors.Is(err, store.ErrNotFound) || !errors.Is(gone, store.ErrNotFound) {
		t.Errorf("half a list was kept: %v, %v", err, gone)
	}
	if _, err := s.SaveOrgans(ctx, []org.Organ{{ID: a, Name: "甲", Parent: b}, {ID: b, Name: "乙", Parent: a}}); !errors.As(err, &faults) {
		t.Errorf("a circle in a list: %v", err)
	}
}

func movedOrgan(t *testing.T, s *store.Store) {
	city, one, two, town, section := s.NewID(), s.NewID(), s.NewID(), s.NewID(), s.NewID()
	list := must(s.SaveOrgans(ctx, []org.Organ{
		{ID: section, Name: "党政办", Kind: org.Section, Parent: town}, {ID: town, Name: "青石镇", Kind: org.Town, Parent: one},
		{ID: one, Name: "甲县", Kind: org.Government, Parent: city}, {ID: two, Name: "乙县", Kind: org.Government, Parent: city},
		{ID: city, Name: "乌有市", Kind: org.Government},
	}))(t)
	if list[0].Path != list[1].Path+fmt.Sprint(section)+"/" {
		t.Fatalf("paths %q below %q", list[0].Path, list[1].Path)
	}
	moved := list[1]
	moved.Parent = two
	must(s.SaveOrgan(ctx, moved))(t)
	want := org.ChildPath(org.ChildPath(org.ChildPath(org.ChildPath("/", city), two), town), section)
	if got := must(s.Organ(ctx, section))(t); got.Path != want {
		t.Errorf("section lies at %q, want %q", got.Path, want)
	}
	if _, err := s.SaveReport(ctx, plain(town, 7)); err != nil {
		t.Fatal(err)
	}
	for county, n := range map[int64]int{one: 0, two: 1} {
		sum := must(s.SumTree(ctx, county, 2023))(t)
		o := must(s.Organ(ctx, county))(t)
		rows, _, err := s.Reports(ctx, store.ReportQuery{Year: 2023, Under: o.Path})
		if err != nil || len(rows) != n || len(sum.Filed) != n {
			t.Errorf("%s: %d rows, %d added, want %d (%v)", o.Name, len(rows), len(sum.Filed), n, err)
		}
	}
	if list := must(s.Organs(ctx))(t); !slices.IsSortedFunc(list, func(a, b org.Organ) int { return strings.Compare(a.Path, b.Path) }) {
		t.Error("organs are not in the order of the tree")
	}
}

func reportComesBack(t *testing.T, s *store.Store) {
	o := county(t, s, 1)[1]
	year := 0
	rapid.Check(t, func(t *rapid.T) {
		year = year%9000 + 1
		f := Filed(o.ID, year).Draw(t, "filed")
		if old, err := s.Report(ctx, o.ID, year); err == nil {
			f.Version = old.Version // rapid tries a failing case again
		}
		v, err := s.SaveReport(ctx, f)
		if err != nil {
			t.Fatal(err)
		}
		f.Version = v
		got, err := s.Report(ctx, o.ID, year)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(&f, got, sameness); d != "" {
			t.Fatal(d)
		}
	})
	if _, err := s.Report(ctx, o.ID, 9999); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no such report: %v", err)
	}
	f := plain(404, 1)
	if _, err := s.SaveReport(ctx, f); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("report of no organ: %v", err)
	}
	f.Report.Values = f.Report.Values[1:]
	if _, err := s.SaveReport(ctx, f); err == nil {
		t.Error("a report with too few values was kept")
	}
}

func reportFile(t *testing.T, s *store.Store) {
	o := county(t, s, 1)[1]
	f := plain(o.ID, 1)
	f.FileName, f.Source = "年报\xff\x00.docx", []byte("PK\x03\x04 not really")
	f.Version = must(s.SaveReport(ctx, f))(t)
	read := func() (string, string) {
		name, r, err := s.Source(ctx, o.ID, 2023)
		if errors.Is(err, store.ErrNotFound) {
			return "", ""
		}
		defer must(r, err)(t).Close()
		return name, string(must(io.ReadAll(r))(t))
	}
	if name, b := read(); name != "年报\ufffd.docx" || b != string(f.Source) {
		t.Errorf("file %q: %q", name, b)
	}
	f.FileName, f.Source = "年报\ufffd.docx", nil // figures corrected by hand: the file stays
	f.Version = must(s.SaveReport(ctx, f))(t)
	if _, b := read(); b == "" {
		t.Error("the file was lost in a correction")
	}
	f.FileName, f.Source = "改.docx", []byte("second")
	f.Version = must(s.SaveReport(ctx, f))(t)
	if name, b := read(); name != "改.docx" || b != "second" {
		t.Errorf("file %q: %q", name, b)
	}
	f.FileName, f.Source = "", nil
	must(s.SaveReport(ctx, f))(t)
	if _, b := read(); b != "" {
		t.Error("a report typed in still has the old file")
	}
	if _, _, err := s.Blobs().Put(ctx, bytes.NewReader(make([]byte, store.MaxBlob+1))); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("a file beyond the limit: %v", err)
	}
}

func staleVersion(t *testing.T, s *store.Store) {
	o := county(t, s, 1)[1]
	f := plain(o.ID, 3)
	if _, err := s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2023, Report: f.Report, Version: 1}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("version 1 of a report that is not there: %v", err)
	}
	v := must(s.SaveReport(ctx, f))(t)
	if v != 1 {
		t.Errorf("first version is %d", v)
	}
	if _, err := s.SaveReport(ctx, f); !errors.Is(err, store.ErrConflict) {
		t.Errorf("new although it is there: %v", err)
	}
	f.Version = v
	if v = must(s.SaveReport(ctx, f))(t); v != 2 {
		t.Errorf("second version is %d", v)
	}
	if _, err := s.SaveReport(ctx, f); !errors.Is(err, store.ErrConflict) {
		t.Errorf("stale version: %v", err)
	}
}

func earlierVersions(t *testing.T, s *store.Store) {
	o := county(t, s, 1)[1]
	f := plain(o.ID, 1)
	f.FileName, f.Source = "a.txt", []byte("first file")
	for n := int64(1); n <= 3; n++ {
		f.Report.Set("t3.new.total", annual.Num(n*10))
		f.Version = must(s.SaveReport(ctx, f))(t)
	}
	for n := int64(1); n <= 3; n++ {
		got := must(s.ReportVersion(ctx, o.ID, 2023, n))(t)
		if got.Version != n || got.Report.Get("t3.new.total") != annual.Num(n*10) {
			t.Errorf("version %d: %d, %v", n, got.Version, got.Report.Get("t3.new.total"))
		}
	}
	if _, err := s.ReportVersion(ctx, o.ID, 2023, 4); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("version that is not there: %v", err)
	}
}

func importBatches(t *testing.T, s *store.Store) {
	list := county(t, s, 3)
	n := must(s.ImportReports(ctx, func(yield func(store.Filed) bool) {
		for year := range 900 {
			f := plain(list[1].ID, int64(year))
			if f.Year = 1000 + year; !yield(f) {
				return
			}
		}
	}))(t)
	if got := must(s.ReportYears(ctx, list[1].ID))(t); n != 900 || len(got) != 900 || got[0] != 1000 {
		t.Errorf("%d kept, %d years", n, len(got))
	}
	// The 1,500th report is there already: its batch goes, the one before stays.
	n, err := s.ImportReports(ctx, func(yield func(store.Filed) bool) {
		for i := range 2500 {
			f := plain(list[2].ID, 1)
			if f.Year = 1000 + i; i == 1499 {
				f.Year = 1000
			}
			if !yield(f) {
				return
			}
		}
	})
	if got := must(s.ReportYears(ctx, list[2].ID))(t); !errors.Is(err, store.ErrConflict) || n != 1000 || len(got) != 1000 {
		t.Errorf("%d kept, %d years, %v", n, len(got), err)
	}
	if years := must(s.Years(ctx))(t); len(years) != 1000 || years[0] != 1000 || years[999] != 1999 {
		t.Errorf("%d years", len(years))
	}
}

func concurrentWriters(t *testing.T, s *store.Store) {
	list := county(t, s, 8)
	shared := plain(list[0].ID, 0)
	must(s.SaveReport(ctx, shared))(t)
	var wg sync.WaitGroup
	won := make([]int64, 8)
	for w := range 8 {
		wg.Go(func() {
			for i := range 12 {
				f := plain(list[1+w].ID, int64(i))
				f.Year = 2021 + i
				if _, err := s.SaveReport(ctx, f); err != nil {
					t.Error(err)
				}
				o := list[1+w]
				o.Short = fmt.Sprint(i)
				if _, err := s.SaveOrgan(ctx, o); err != nil {
					t.Error(err)
				}
				got, err := s.Report(ctx, list[0].ID, 2023)
				if err != nil {
					t.Error(err)
					continue
				}
				switch _, err = s.SaveReport(ctx, *got); {
				case err == nil:
					won[w]++
				case !errors.Is(err, store.ErrConflict):
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	total := int64(1)
	for _, n := range won {
		total += n
	}
	if got := must(s.Report(ctx, list[0].ID, 2023))(t); got.Version != total {
		t.Errorf("version %d after %d accepted changes", got.Version, total)
	}
	for w := range 8 {
		if y := must(s.ReportYears(ctx, list[1+w].ID))(t); len(y) != 12 {
			t.Errorf("writer %d: %d years", w, len(y))
		}
	}
}

func stats(t *testing.T, s *store.Store) {
	if err := s.Ping(ctx); err != nil {
		t.Error(err)
	}
	list := county(t, s, 3)
	f := plain(list[1].ID, 1)
	f.FileName, f.Source = "a.txt", []byte("12345")
	f.Version = must(s.SaveReport(ctx, f))(t)
	must(s.SaveReport(ctx, f))(t)
	st := must(s.Stats(ctx))(t)
	if st.Organs != 4 || st.Reports != 1 || st.Versions != 1 || st.Blobs != 1 || st.BlobSize != 5 || st.Schema < 2 || st.Bytes <= 0 || st.Dialect != s.Dialect() {
		t.Errorf("%+v", st)
	}
}
