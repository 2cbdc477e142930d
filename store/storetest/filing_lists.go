package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// A neighbour sees no draft, the office sees what lies below it, and a public
// read sees none of it.
func filingScope(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 3)
	town := f.o[1].ID
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	for name, c := range map[string]struct {
		v    org.Viewer
		rows int
	}{
		"nobody": {org.Viewer{}, 0}, "the town": {f.clerk, 1}, "its neighbour": {f.neighbour, 1}, "the office": {f.office, 4}, "the 系统管理员": {f.spy, 0},
		"who watches": {officer(9, f.o[0], org.Supervisor), 4}, "the program": {org.Program("测试"), 4},
	} {
		rows, next := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: c.v}))(t)
		if len(rows) != c.rows || next != "" {
			t.Errorf("%s sees %d rows, want %d", name, len(rows), c.rows)
		}
		tally := must(s.FilingTally(ctx, c.v, filingYear, 0))(t)
		n := 0
		for _, x := range tally {
			n += x.Owing
		}
		if n != c.rows {
			t.Errorf("%s counts %d organs, want %d: %+v", name, n, c.rows, tally)
		}
		_, err := s.Filing(ctx, c.v, town, filingYear)
		if sees := slices.ContainsFunc(rows, func(r store.FilingRow) bool { return r.Organ.ID == town }); sees != (err == nil) || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: the list and the page differ: %v", name, err)
		}
	}
	if years := must(s.Years(ctx))(t); len(years) != 0 {
		t.Errorf("the public knows of reports of %v", years)
	}
	public, _ := must2(s.Reports(ctx, store.ReportQuery{Year: filingYear}))(t)
	sum := must(s.SumTree(ctx, f.o[0].ID, filingYear))(t)
	if len(public) != 0 || len(sum.Filed) != 0 {
		t.Errorf("a draft is in the public list (%d) or sum (%d)", len(public), len(sum.Filed))
	}
}

// dueTree is a province with a county, a bureau, a town and a street below it.
func dueTree(t testing.TB, s *store.Store) (province, county, bureau, town, street org.Organ) {
	save := func(name string, kind org.Kind, level org.Level, parent int64) org.Organ {
		return must(s.SaveOrgan(ctx, org.Organ{Name: name, Kind: kind, Level: level, Parent: parent}))(t)
	}
	province = save("乌有省人民政府", org.Government, org.Province, 0)
	county = save("白云县人民政府", org.Government, org.County, province.ID)
	return province, county, save("白云县财政局", org.Department, org.County, county.ID), save("清溪镇人民政府", org.Town, org.Township, county.ID), save("城关街道办事处", org.Street, org.Township, county.ID)
}

func filingDues(t *testing.T, s *FilingBed) {
	province, county, bureau, town, street := dueTree(t, s.Store)
	top, office := officer(1, province, org.Office), officer(2, county, org.Office)
	due := func(o org.Organ) string {
		d := must(s.FilingDueOf(ctx, o.ID, filingYear))(t)
		if d.Basis == "" {
			t.Errorf("%s has a day without a basis", o.Name)
		}
		return fmt.Sprintf("%s %v", d.Day, d.PublishBy)
	}
	check := func(what string, want ...string) {
		t.Helper()
		for i, o := range []org.Organ{province, county, bureau, town, street} {
			if got := due(o); got != want[i] {
				t.Errorf("%s: %s is due %q, want %q", what, o.Name, got, want[i])
			}
		}
	}
	statute := []string{"2026-03-31 2026-03-31", "2026-03-31 2026-03-31", "2026-01-31 2026-01-31", " ", " "}
	check("statute", statute...)
	must(s.SaveSetting(ctx, store.By{Viewer: office}, store.Setting{Organ: county.ID, Name: org.TownReportDay, Value: "01-20"}))(t)
	check("setting", statute[0], statute[1], statute[2], "2026-01-20 ", "2026-01-20 ")
	set := func(v org.Viewer, o org.Organ, kind org.Kind, level org.Level, day law.Date, version int64) error {
		_, err := s.SetFilingDue(ctx, store.By{Viewer: v}, store.FilingDue{Office: o.ID, Year: filingYear, Kind: kind, Level: level, Day: day, Basis: "乌政办〔2026〕3号", Version: version})
		return err
	}
	if err := set(top, province, "", 0, law.Day(2026, 1, 25), 0); err != nil {
		t.Fatal(err)
	}
	check("the province for all below", statute[0], "2026-01-25 2026-03-31", "2026-01-25 2026-01-31", "2026-01-25 ", "2026-01-25 ")
	for _, err := range []error{
		set(top, province, org.Government, org.County, law.Day(2026, 2, 20), 0),
		set(office, county, "", 0, law.Day(2026, 1, 22), 0), set(office, county, org.Town, 0, law.Day(2026, 1, 15), 0),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	check("the nearest office, the kind before all", statute[0], "2026-02-20 2026-03-31", "2026-01-22 2026-01-31", "2026-01-15 ", "2026-01-22 ")
	if d := must(s.FilingDueOf(ctx, town.ID, 2024))(t); d.Day != law.Day(2025, 1, 20) {
		t.Errorf("another year: %+v", d)
	}

	for name, err := range map[string]error{
		"later than the statute":    set(office, county, org.Department, 0, law.Day(2026, 2, 1), 0),
		"all later than a statute":  set(office, county, "", 0, law.Day(2026, 2, 1), 1),
		"another year's day":        set(office, county, org.Town, 0, law.Day(2027, 1, 1), 1),
		"a kind that files nothing": set(office, county, org.Village, 0, law.Day(2026, 1, 1), 0),
		"by a town's clerk":         set(officer(3, town, org.Drafter), county, org.Town, 0, law.Day(2026, 1, 16), 1),
	} {
		if !isRefused(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := set(office, county, org.Town, 0, law.Day(2026, 1, 16), 0); !errors.Is(err, store.ErrConflict) {
		t.Errorf("somebody's day was overwritten: %v", err)
	}
	if err := set(office, county, org.Town, 0, law.Day(2026, 1, 16), 1); err != nil {
		t.Error(err)
	}
	list := must(s.FilingDues(ctx, county.ID, filingYear))(t)
	if len(list) != 2 || list[1].Day != law.Day(2026, 1, 16) || list[1].Version != 2 || list[1].Basis == "" {
		t.Errorf("days: %+v", list)
	}
	if err := set(office, county, org.Town, 0, law.Date{}, 2); err != nil {
		t.Error(err)
	}
	if got := due(town); got != "2026-01-22 " {
		t.Errorf("without the town's own entry it is due %q", got)
	}
}

// Late is who misses his day. Publication fixes it: a calendar that changes
// afterwards, or a correction, makes nobody late or in time.
func filingLate(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	town, other := f.o[1].ID, f.o[2].ID
	by := store.By{Viewer: f.office}
	d := store.FilingDue{Office: f.o[0].ID, Year: filingYear, Kind: org.Town, Day: law.Day(2026, 1, 15)}
	must(s.SetFilingDue(ctx, by, d))(t)
	late := func() (ids []int64) {
		rows, _ := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, State: store.FilingsLate}))(t)
		n := 0
		for _, x := range must(s.FilingTally(ctx, f.office, filingYear, 0))(t) {
			n += x.Late
		}
		for _, r := range rows {
			if r.Late(law.DateOf(must(s.Clock(ctx))(t))) == 0 {
				t.Errorf("%s is listed as late and is not: %+v", r.Organ.Name, r.Filing)
			}
			ids = append(ids, r.Organ.ID)
		}
		if n != len(ids) {
			t.Errorf("%d are late, the tally counts %d", len(ids), n)
		}
		return ids
	}
	if got := late(); len(got) != 0 {
		t.Errorf("late before the day: %v", got)
	}
	f.must(t, f.clerk, town, act.FilingSaved, filledIn(1))
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	s.at(law.Day(2026, 1, 17), 9, 0)
	if got := late(); !slices.Equal(got, []int64{other}) {
		t.Errorf("late after the day: %v, want the one that did not hand in", got)
	}
	f.must(t, f.office, town, act.FilingReturned, sentBack(""))
	if got := late(); !slices.Equal(got, []int64{other}) {
		t.Errorf("what was handed in in time and returned is not late: %v", got)
	}
	f.must(t, f.clerk, town, act.FilingSubmitted, handedIn)
	f.must(t, f.neighbour, other, act.FilingSaved, filledIn(2))
	f.must(t, f.neighbour, other, act.FilingSubmitted, handedIn)
	for _, o := range []int64{town, other} {
		f.must(t, f.office, o, act.FilingAccepted, accepted)
		if x, want := f.must(t, f.office, o, act.FilingPublished, publish), map[int64]int{other: 2}[o]; x.Late(law.Day(2026, 9, 9)) != want {
			t.Errorf("late by %d days, want %d", x.Late(law.Day(2026, 9, 9)), want)
		}
	}
	d.Day, d.Version = law.Day(2026, 1, 30), 1
	must(s.SetFilingDue(ctx, by, d))(t)
	if got := late(); !slices.Equal(got, []int64{other}) {
		t.Errorf("after the day was put off: %v", got)
	}
	f.must(t, f.neighbour, other, act.FilingReopened, reopened("更正"))
	if got := late(); !slices.Equal(got, []int64{other}) {
		t.Errorf("a correction made it: %v", got)
	}
}

// The tally says what the lists say, on random states.
func filingLists(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 12)
	states := []reporting.FilingState{reporting.FilingDraft, reporting.FilingChecked, reporting.FilingSubmitted, reporting.FilingReturned, reporting.FilingAccepted, reporting.FilingPublished}
	for i, o := range f.o[1:] {
		clerk := officer(int64(100+i), o, org.Drafter, org.Publisher)
		steps := []struct {
			v    org.Viewer
			kind string
			verb store.FilingVerb
		}{{clerk, act.FilingSaved, filledIn(int64(i))}, {clerk, act.FilingChecked, func(x *store.FilingFile, _ law.Date) error { return x.Check(nil) }},
			{clerk, act.FilingSubmitted, handedIn}, {f.office, act.FilingReturned, sentBack("")}, {clerk, act.FilingSubmitted, handedIn},
			{f.office, act.FilingAccepted, accepted}, {clerk, act.FilingPublished, publish}, {clerk, act.FilingReopened, reopened("更正")}}
		for _, step := range steps[:i%(len(steps)+1)] {
			f.must(t, step.v, o.ID, step.kind, step.verb)
		}
	}
	tally := must(s.FilingTally(ctx, f.office, filingYear, f.o[0].ID))(t)
	var sum store.FilingCount
	for _, c := range tally {
		if c.None+c.Draft+c.Submitted+c.Returned+c.Accepted+c.Published != c.Owing {
			t.Errorf("%s does not add up: %+v", c.Organ.Name, c)
		}
		sum.Owing, sum.None, sum.Draft, sum.Submitted = sum.Owing+c.Owing, sum.None+c.None, sum.Draft+c.Draft, sum.Submitted+c.Submitted
		sum.Returned, sum.Accepted, sum.Published, sum.Correcting, sum.EverBack = sum.Returned+c.Returned, sum.Accepted+c.Accepted, sum.Published+c.Published, sum.Correcting+c.Correcting, sum.EverBack+c.EverBack
	}
	if !tally[0].Self || len(tally) != 13 || sum.Owing != 13 || sum.Correcting != 1 || sum.EverBack != 5 {
		t.Errorf("tally of %d rows: %+v", len(tally), sum)
	}
	count := func(state string) int {
		all := 0
		for after := ""; ; {
			rows, next := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, State: state, After: after, Limit: 2}))(t)
			for _, r := range rows {
				if slices.Contains(states, reporting.FilingState(state)) && string(r.State) != state {
					t.Errorf("%s is %s in the list of %s", r.Organ.Name, r.State, state)
				}
			}
			if all += len(rows); next == "" {
				return all
			}
			after = next
		}
	}
	for state, want := range map[string]int{store.FilingsAll: sum.Owing, store.FilingsNone: sum.None, "submitted": sum.Submitted, store.FilingsWaiting: sum.Submitted,
		"returned": sum.Returned, "accepted": sum.Accepted, "published": sum.Published, store.FilingsBegun: sum.Draft, store.FilingsOpen: sum.None + sum.Draft + sum.Returned} {
		if got := count(state); got != want {
			t.Errorf("list of %q has %d rows, the tally %d", state, got, want)
		}
	}
	if got := count("draft") + count("checked"); got != sum.Draft {
		t.Errorf("%d drafts, the tally has %d", got, sum.Draft)
	}
	rows, _ := must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, Search: "第3镇"}))(t)
	if len(rows) != 1 || rows[0].Organ.ID != f.o[4].ID {
		t.Errorf("search finds %+v", rows)
	}
	rows, _ = must2(s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, Under: f.o[0].ID, Direct: true, Kinds: []org.Kind{org.Town}}))(t)
	if len(rows) != 12 {
		t.Errorf("%d towns directly below", len(rows))
	}
	if _, _, err := s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, After: "…"}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a mark of nothing: %v", err)
	}
	if _, _, err := s.Filings(ctx, store.FilingQuery{Year: filingYear, Viewer: f.office, State: "lost"}); err == nil {
		t.Error("a state that does not exist lists something")
	}
	if x := must(s.Inspect(ctx, nil))(t); len(x.Faults) != 0 || x.Filings != 10 {
		t.Errorf("inspection of %d filings: %+v", x.Filings, x.Faults)
	}
}

// What was changed past the program is found: the public report, a column, the
// state, the version, a snapshot, the draft after it was published.
func filingInspected(t *testing.T, s *FilingBed) {
	f := filingCounty(t, s, 2)
	f.published(t, 9)
	town := f.o[1].ID
	f.must(t, officer(61, f.o[2], org.Drafter), f.o[2].ID, act.FilingSaved, filledIn(5))
	other := f.o[2].ID
	for _, c := range []struct{ what, do, undo string }{
		{"the public figures", "update report set figures = (select figures from filing where organ = $2), received = 5 where organ = $1", "update report set figures = (select figures from filing where organ = $1), received = 9 where organ = $1 and cast($2 as bigint) > 0"},
		{"a column", "update filing set errors = errors + 1 where organ = $1 and cast($2 as bigint) > 0", "update filing set errors = errors - 1 where organ = $1 and cast($2 as bigint) > 0"},
		{"the state", "update filing set state = 'accepted' where organ = $1 and cast($2 as bigint) > 0", "update filing set state = 'published' where organ = $1 and cast($2 as bigint) > 0"},
		{"the day of publication", "update report set published = '2026-01-13' where organ = $1 and cast($2 as bigint) > 0", "update report set published = '2026-01-12' where organ = $1 and cast($2 as bigint) > 0"},
		{"the version", "update filing set public = public + 1 where organ = $1 and cast($2 as bigint) > 0", "update filing set public = public - 1 where organ = $1 and cast($2 as bigint) > 0"},
		{"a snapshot", "delete from filing_version where organ = $1 and n = 1 and cast($2 as bigint) > 0", ""},
	} {
		if x := must(s.Inspect(ctx, nil))(t); len(x.Faults) != 0 || x.Filings != 2 {
			t.Fatalf("before %s was touched: %+v", c.what, x.Faults)
		}
		s.Exec(t, c.do, town, other)
		x := must(s.Inspect(ctx, nil))(t)
		if len(x.Faults) == 0 || x.Faults[0].Organ != town {
			t.Errorf("%s: found %+v", c.what, x.Faults)
		}
		if c.undo != "" {
			s.Exec(t, c.undo, town, other)
		}
	}
}
