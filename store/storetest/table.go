package storetest

import (
	"cmp"
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

// RunTable checks the table of all organs of a year. Every call of open gives an
// empty store.
func RunTable(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"EveryOrderAndFilterEqualsATally", tableTally},
		{"PagesContinueAfterARowThatIsGone", tableMarks},
		{"WhatChangesIsSeen", tableChanges},
		{"LateIsByTheDayThatWasSet", standings},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// drawn keeps a published report of 2025 with drawn figures, some blank.
func drawn(t testing.TB, s *store.Store, r *rand.Rand, organ, version int64, published law.Date) store.Filed {
	t.Helper()
	f := store.Filed{Organ: organ, Year: 2025, Version: version, Report: annual.New(annual.Edition("2021"), "", 2025), Published: published}
	for i := range f.Report.Values {
		f.Report.Values[i] = annual.Num(int64(r.IntN(9)))
	}
	if r.IntN(3) == 0 {
		f.Report.Values[r.IntN(len(f.Report.Values))] = annual.Value{Kind: annual.Blank}
	}
	f.Report.Set("t3.result_total.total", annual.Num(int64(r.IntN(25))))
	f.Version = must(s.SaveReport(ctx, f))(t)
	return f
}

// tableOrgans are two counties with organs of several kinds.
func tableOrgans(t testing.TB, s *store.Store) []org.Organ {
	t.Helper()
	var all []org.Organ
	for i := range 2 {
		all = append(all, must(s.SaveOrgan(ctx, org.Organ{Code: fmt.Sprint("C", i), Name: fmt.Sprintf("第%d县人民政府", i), Kind: org.Government, Level: org.County}))(t))
	}
	for i := range 40 {
		o := org.Organ{Code: fmt.Sprint("X", i), Name: fmt.Sprintf("第%02d镇人民政府", 97-i), Kind: org.Town, Level: org.Township, Parent: all[i%2].ID}
		if i%3 == 0 {
			o.Kind, o.Level, o.Name = org.Department, org.County, fmt.Sprintf("第%02d局", i)
		}
		all = append(all, must(s.SaveOrgan(ctx, o))(t))
	}
	return all
}

func tableTally(t *testing.T, s *store.Store) {
	r := rand.New(rand.NewPCG(2, 45))
	organs := tableOrgans(t, s)
	corrected := map[int64]bool{}
	filed := map[int64]store.Filed{}
	for i, o := range organs {
		switch i % 7 {
		case 5: // nothing
		case 6: // kept, not published
			drawn(t, s, r, o.ID, 0, law.Date{})
		default:
			f := drawn(t, s, r, o.ID, 0, law.Day(2026, 1, 1+r.IntN(5)))
			if r.IntN(4) == 0 {
				f = drawn(t, s, r, o.ID, f.Version, f.Published)
				corrected[o.ID] = true
			}
			filed[o.ID] = f
		}
	}
	sorts := []string{store.TableTree, store.TableName, store.TablePublished}
	for _, x := range annual.Indicators() {
		sorts = append(sorts, x.Key)
	}
	list := must(s.Organs(ctx))(t)
	for n := range 300 {
		q := store.TableQuery{Year: 2025, Sort: sorts[n%len(sorts)], Up: r.IntN(2) == 0, Limit: 1 + r.IntN(9)}
		if r.IntN(2) == 0 {
			q.Under = organs[r.IntN(2)].ID
		}
		if r.IntN(3) == 0 {
			q.Kinds = []org.Kind{org.Town, org.Government}[:1+r.IntN(2)]
		}
		if r.IntN(3) == 0 {
			q.Level = org.County
		}
		if r.IntN(3) == 0 {
			q.Search = []string{"镇", "第1", "ｘ3", "没有"}[r.IntN(4)]
		}
		q.Figures = []string{store.FiguresAny, store.FiguresWhole, store.FiguresPartial, store.FiguresCorrected}[r.IntN(4)]
		if r.IntN(3) == 0 {
			q.Only = func(id int64) bool { return id%3 != 0 }
		}
		want := tallied(list, filed, corrected, q)
		x, ranked := annual.IndicatorOf(q.Sort)
		rank, before := 0, int64(-1)
		var got []int64
		for page := 0; ; page++ {
			p, err := s.Table(ctx, q)
			if err != nil {
				t.Fatal(err)
			}
			if p.Total != len(want) {
				t.Errorf("%+v: %d in all, want %d", q, p.Total, len(want))
			}
			for _, row := range p.Rows {
				got = append(got, row.Organ.ID)
				f := filed[row.Organ.ID]
				if ranked {
					if n := x.For(f.Report.Form).Of(f.Report.Values).N(); n != before {
						rank, before = len(got), n
					}
					if row.Rank != rank {
						t.Errorf("%+v: %s is number %d, want %d", q, row.Organ.Name, row.Rank, rank)
					}
				}
				if row.Corrected != corrected[row.Organ.ID] || row.Published != f.Published || row.Version != f.Version {
					t.Errorf("%+v", row)
				}
				for k, x := range annual.Indicators() {
					if want := x.For(f.Report.Form).Of(f.Report.Values); row.Figures[k] != want {
						t.Errorf("%s of %s is %+v, want %+v", x.Key, row.Organ.Name, row.Figures[k], want)
					}
				}
			}
			if q.After = p.Next; q.After == "" || page > 60 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v:\n got %v\nwant %v", q, got, want)
		}
	}
	if _, err := s.Table(ctx, store.TableQuery{Year: 2025, Sort: "errors"}); err == nil {
		t.Error("sorted by what is no indicator")
	}
	if _, err := s.Table(ctx, store.TableQuery{Year: 2025, Under: 4711}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("below nothing: %v", err)
	}
	if p := must(s.Table(ctx, store.TableQuery{Year: 2024}))(t); len(p.Rows) != 0 || p.Total != 0 {
		t.Errorf("another year: %+v", p)
	}
}

// tallied is the answer as one would work it out by hand.
func tallied(list []org.Organ, filed map[int64]store.Filed, corrected map[int64]bool, q store.TableQuery) []int64 {
	type entry struct {
		o org.Organ
		n int64
	}
	under := ""
	for _, o := range list {
		if o.ID == q.Under {
			under = o.Path
		}
	}
	var out []entry
	for _, o := range list {
		f, ok := filed[o.ID]
		whole := ok && !slices.ContainsFunc(f.Report.Values, func(v annual.Value) bool { return !v.Known() })
		search := strings.NewReplacer("ｘ", "x").Replace(q.Search)
		if !ok || !strings.HasPrefix(o.Path, under) || len(q.Kinds) > 0 && !slices.Contains(q.Kinds, o.Kind) || q.Level != 0 && o.Level != q.Level ||
			!strings.Contains(strings.ToLower(o.Name+" "+o.Code), search) || q.Only != nil && !q.Only(o.ID) ||
			q.Figures == store.FiguresWhole && !whole || q.Figures == store.FiguresPartial && whole || q.Figures == store.FiguresCorrected && !corrected[o.ID] {
			continue
		}
		e := entry{o: o}
		if x, ok := annual.IndicatorOf(q.Sort); ok {
			v := x.For(f.Report.Form).Of(f.Report.Values)
			if !v.Shown() {
				continue
			}
			e.n = v.N()
		} else if q.Sort == store.TablePublished {
			e.n = int64(f.Published.Day)
		}
		out = append(out, e)
	}
	slices.SortFunc(out, func(a, b entry) int {
		if q.Sort == store.TableName {
			return cmp.Or(strings.Compare(a.o.Name, b.o.Name), cmp.Compare(a.o.ID, b.o.ID))
		}
		n := cmp.Compare(a.n, b.n)
		if !q.Up {
			n = -n
		}
		return cmp.Or(n, strings.Compare(a.o.Path, b.o.Path))
	})
	var ids []int64
	for _, e := range out {
		ids = append(ids, e.o.ID)
	}
	return ids
}

// A mark holds its place although the row it was made of, or one before it,
// changed meanwhile: no row comes twice and none that stayed is left out.
func tableMarks(t *testing.T, s *store.Store) {
	r := rand.New(rand.NewPCG(3, 45))
	organs := tableOrgans(t, s)
	filed := map[int64]store.Filed{}
	for _, o := range organs {
		filed[o.ID] = drawn(t, s, r, o.ID, 0, law.Day(2026, 1, 1))
	}
	q := store.TableQuery{Year: 2025, Sort: "new", Limit: 7}
	seen := map[int64]bool{}
	touched := map[int64]bool{}
	for page := range 20 {
		p, err := s.Table(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Rows {
			if seen[row.Organ.ID] && !touched[row.Organ.ID] {
				t.Errorf("%s comes twice", row.Organ.Name)
			}
			seen[row.Organ.ID] = true
		}
		if q.After = p.Next; q.After == "" {
			break
		}
		last := p.Rows[len(p.Rows)-1].Organ.ID // the row of the mark moves to the other end
		f := filed[last]
		f.Report.Set("t3.new.total", annual.Num(int64(1000+page)))
		f.Version = must(s.SaveReport(ctx, f))(t)
		filed[last], touched[last] = f, true
	}
	if len(seen) != len(organs) {
		t.Errorf("%d of %d were shown", len(seen), len(organs))
	}
	for _, bad := range []string{"x", "e30", "eyJzIjoibmV3IiwidSI6dHJ1ZX0", strings.Repeat("A", 9000)} {
		q.After = bad
		if _, err := s.Table(ctx, q); !errors.Is(err, store.ErrCursor) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}

func tableChanges(t *testing.T, s *store.Store) {
	r := rand.New(rand.NewPCG(4, 45))
	organs := tableOrgans(t, s)
	rows := func(q store.TableQuery) []store.TableRow {
		t.Helper()
		q.Year, q.Limit = 2025, 100
		return must(s.Table(ctx, q))(t).Rows
	}
	if len(rows(store.TableQuery{})) != 0 {
		t.Error("reports out of nothing")
	}
	f := drawn(t, s, r, organs[5].ID, 0, law.Day(2026, 1, 1))
	drawn(t, s, r, organs[6].ID, 0, law.Day(2026, 1, 1))
	if got := rows(store.TableQuery{}); len(got) != 2 || got[0].Corrected {
		t.Errorf("%+v", got)
	}
	f.Report.Set("t3.new.total", annual.Num(4321))
	f.Version = must(s.SaveReport(ctx, f))(t)
	if got := rows(store.TableQuery{Sort: "new"}); got[0].Organ.ID != f.Organ || got[0].Figures[0].Top != 4321 || !got[0].Corrected || got[0].Version != 2 {
		t.Errorf("a correction: %+v", got[0])
	}
	o := organs[5]
	o.Name, o.Kind = "新名称街道办事处", org.Street
	must(s.SaveOrgan(ctx, o))(t)
	if got := rows(store.TableQuery{Kinds: []org.Kind{org.Street}}); len(got) != 1 || got[0].Organ.Name != o.Name {
		t.Errorf("a rename: %+v", got)
	}
	// Renamed after the year's end, with the day: past years keep the name.
	by := store.By{Viewer: org.Program("测试"), On: law.Day(2026, 2, 1)}
	if _, err := s.RenameOrgan(ctx, by, organs[6].ID, 0, "后来的名称", "", false); err != nil {
		t.Fatal(err)
	}
	if got := rows(store.TableQuery{}); slices.ContainsFunc(got, func(r store.TableRow) bool { return r.Organ.Name == "后来的名称" }) {
		t.Error("a past year shows a later name")
	}
}

func standings(t *testing.T, s *store.Store) {
	o := county(t, s, 4)
	bureau := must(s.SaveOrgan(ctx, org.Organ{Code: "B", Name: "教育局", Kind: org.Department, Level: org.County, Parent: o[0].ID}))(t)
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "党政办", Kind: org.Section, Level: org.Township, Parent: o[1].ID}))(t)
	file := func(organ int64, day law.Date) {
		r := annual.New(annual.Edition("2021"), "", 2025)
		must(s.SaveReport(ctx, store.Filed{Organ: organ, Year: 2025, Report: r, Published: day}))(t)
	}
	file(o[1].ID, law.Day(2026, 1, 20))
	file(o[2].ID, law.Day(2026, 2, 9))
	file(o[3].ID, law.Date{}) // kept, not published
	ask := func(q store.StandingQuery) (map[int64]int, store.StandingPage) {
		t.Helper()
		q.Year, q.Limit = 2025, 1
		days := map[int64]int{}
		var all store.StandingPage
		for {
			p := must(s.Standings(ctx, q))(t)
			for _, x := range p.Rows {
				days[x.Organ.ID] = x.Days
			}
			all.Total, all.Of = p.Total, p.Of
			if q.After = p.Next; q.After == "" {
				break
			}
		}
		if len(days) != all.Total {
			t.Errorf("%d rows, %d counted", len(days), all.Total)
		}
		return days, all
	}
	// Without a day of the office, towns are neither late nor missing.
	feb := law.Day(2026, 2, 20)
	if late, p := ask(store.StandingQuery{}); len(late) != 0 || p.Of != 2 {
		t.Errorf("late %v of %d", late, p.Of)
	}
	if missing, _ := ask(store.StandingQuery{Missing: true, Today: feb}); len(missing) != 1 || missing[bureau.ID] != 20 {
		t.Errorf("missing %v", missing)
	}
	if missing, _ := ask(store.StandingQuery{Missing: true, Today: law.Day(2026, 1, 31)}); len(missing) != 0 {
		t.Errorf("on the last day nobody is missing: %v", missing)
	}
	stamp := must(s.OrganStamp(ctx, o[2].Code))(t)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: org.TownReportDay, Value: "01-25"}))(t)
	if must(s.OrganStamp(ctx, o[2].Code))(t) == stamp {
		t.Error("a kept page does not see the new day")
	}
	if late, p := ask(store.StandingQuery{}); len(late) != 1 || late[o[2].ID] != 15 || p.Of != 6 {
		t.Errorf("late %v of %d", late, p.Of)
	}
	missing, _ := ask(store.StandingQuery{Missing: true, Today: feb})
	if len(missing) != 3 || missing[o[3].ID] != 26 || missing[o[4].ID] != 26 || missing[bureau.ID] != 20 {
		t.Errorf("missing %v", missing)
	}
	if _, there := missing[section.ID]; there {
		t.Error("a section files no report")
	}
	if missing, _ := ask(store.StandingQuery{Missing: true, Today: feb, Only: func(id int64) bool { return id != o[3].ID }}); len(missing) != 2 {
		t.Errorf("left out: %v", missing)
	}
	if missing, _ := ask(store.StandingQuery{Missing: true, Today: feb, Under: o[4].ID}); len(missing) != 1 {
		t.Errorf("below one: %v", missing)
	}
	stamp = must(s.OrganStamp(ctx, o[2].Code))(t)
	must(s.SetFilingDue(ctx, program(""), store.FilingDue{Office: o[0].ID, Year: 2025, Kind: org.Town, Day: law.Day(2026, 2, 10), Basis: "县政府办通知"}))(t)
	if must(s.OrganStamp(ctx, o[2].Code))(t) == stamp {
		t.Error("a kept page does not see the day the office set")
	}
	if late, _ := ask(store.StandingQuery{}); len(late) != 0 {
		t.Errorf("late by the day the office set: %v", late)
	}
}
