package storetest

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// RunChecks tests the check of all reports. Every call of open gives an empty
// store that signs.
func RunChecks(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"RulesAgainstTheYearBefore", checkYears},
		{"GovernmentsAgainstTheirOrgans", checkTree},
		{"DecidedIsNotFoundAgain", checkSettled},
		{"FindsWhatTheRuleBookFinds", checkAgrees},
		{"ResultsWithinReach", checkReach},
		{"AskedForByTheOffice", checkAsked},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// plain is a report of zeros with some figures.
func plainReport(o org.Organ, year int, figures map[string]int64) *annual.Report {
	r := filled(o, year, 0)
	for id, n := range figures {
		if !r.Set(id, annual.Num(n)) {
			panic(id)
		}
	}
	return r
}

func keep(t testing.TB, s *store.Store, o org.Organ, year int, figures map[string]int64) {
	t.Helper()
	version := int64(0)
	if f, err := s.Report(ctx, o.ID, year); err == nil {
		version = f.Version
	}
	must(s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: year, Report: plainReport(o, year, figures), Published: law.Day(year+1, 1, 20), Version: version}))(t)
}

func hitsOf(s *store.Sweep, code string, year int) []int64 {
	for _, h := range s.Hits {
		if h.Code == code && h.Year == year {
			return h.Organs
		}
	}
	return nil
}

func checkYears(t *testing.T, s *store.Store) {
	_, organs := bureaus(t, s)
	a, b := organs["青石镇"], organs["白鹿镇"]
	carried := map[string]int64{"t3.new.natural": 3, "t3.new.total": 3, "t3.carried_out.natural": 3, "t3.carried_out.total": 3}
	keep(t, s, a, 2024, carried)
	keep(t, s, b, 2024, carried)
	keep(t, s, a, 2025, map[string]int64{"t3.carried_in.natural": 3, "t3.carried_in.total": 3, "t3.granted.natural": 3, "t3.granted.total": 3, "t3.result_total.natural": 3, "t3.result_total.total": 3})
	keep(t, s, b, 2025, nil) // forgot what was carried over
	x := must(s.CheckAll(ctx, store.CheckOptions{First: 2025, Last: 2025}))(t)
	if x.Reports != 2 || x.Organs != 2 || !slices.Equal(hitsOf(x, "T3-CARRY-YEAR", 2025), []int64{b.ID}) {
		t.Errorf("one year: %+v", x)
	}
	x = must(s.CheckAll(ctx, store.CheckOptions{First: 2019, Last: 2025}))(t)
	if x.Reports != 4 || !slices.Equal(hitsOf(x, "T3-CARRY-YEAR", 2025), []int64{b.ID}) || hitsOf(x, "T3-CARRY-YEAR", 2024) != nil {
		t.Errorf("all years: %+v", x)
	}
	if _, err := s.CheckAll(ctx, store.CheckOptions{First: 2025, Last: 2024}); err == nil {
		t.Error("years that run backwards are checked")
	}
}

// What the office decided is no fault does not come back with the next check,
// and does as soon as the figures are others.
func checkSettled(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	town := organs["青石镇"]
	off := map[string]int64{"t3.new.natural": 3, "t3.new.total": 3} // nothing became of them
	check := func() *store.Sweep {
		t.Helper()
		return must(s.CheckAll(ctx, store.CheckOptions{First: 2025, Last: 2025}))(t)
	}
	r := filled(town, 2025, 0)
	for id, n := range off {
		r.Set(id, annual.Num(n))
	}
	findings := reporting.Judge(r, &annual.Context{Level: town.OrganLevel()})
	by, office := store.By{Viewer: officer(11, town, org.Head)}, store.By{Viewer: officer(1, county, org.Office)}
	do := func(by store.By, kind string, verb store.FilingVerb) {
		t.Helper()
		f := must(s.Filing(ctx, by.Viewer, town.ID, 2025))(t)
		must(s.WithFiling(ctx, by, town.ID, 2025, f.Version, kind, verb))(t)
	}
	do(by, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error { f.Report, f.Findings = r, findings; return nil })
	do(by, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Receive(on) })
	n := 0
	do(office, act.FilingDecided, func(f *store.FilingFile, on law.Date) error {
		for _, x := range findings {
			if strings.HasPrefix(x.Code, "T3") && x.Level == annual.Error {
				n++
				if err := f.Decide(x, false, "跨年更正，已核对。", 1, "林知远", on); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if n == 0 {
		t.Fatalf("the figures are in order: %+v", findings)
	}
	put := func() {
		t.Helper()
		do(office, act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(nil, on) })
		do(by, act.FilingPublished, func(f *store.FilingFile, on law.Date) error { return f.Publish(on) })
	}
	put()
	x := check()
	if x.Settled != n {
		t.Errorf("%d findings were decided, %d are left out", n, x.Settled)
	}
	for _, h := range x.Hits {
		if strings.HasPrefix(h.Code, "T3") && h.Level == annual.Error {
			t.Errorf("decided, and found again: %+v", h)
		}
	}
	do(by, act.FilingReopened, func(f *store.FilingFile, _ law.Date) error { return f.Correct("表三新收更正") })
	r = r.Clone()
	r.Set("t3.new.natural", annual.Num(4))
	r.Set("t3.new.total", annual.Num(4))
	do(by, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error { f.Report = r; return nil })
	do(by, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Receive(on) })
	put()
	if x := check(); x.Settled != 0 || len(x.Hits) == 0 {
		t.Errorf("other figures are excused: %+v", x)
	}
}

func checkTree(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	for _, n := range []string{"云岭县教育局", "青石镇", "白鹿镇", "红叶镇"} {
		keep(t, s, organs[n], 2025, map[string]int64{"t2.licence.decisions": 10})
	}
	check := func() *store.Sweep {
		t.Helper()
		return must(s.CheckAll(ctx, store.CheckOptions{First: 2025, Last: 2025}))(t)
	}
	if x := check(); len(x.Hits) != 0 {
		t.Errorf("without the county's report: %+v", x.Hits)
	}
	// Own figures are not known: more than the sum may be theirs, less is wrong.
	keep(t, s, county, 2025, map[string]int64{"t2.licence.decisions": 45})
	if x := check(); hitsOf(x, reporting.RuleSum, 2025) != nil {
		t.Errorf("45 of 40 and own ones: %+v", x.Hits)
	}
	keep(t, s, county, 2025, map[string]int64{"t2.licence.decisions": 39})
	if x := check(); !slices.Equal(hitsOf(x, reporting.RuleSum, 2025), []int64{county.ID}) {
		t.Errorf("39 of 40: %+v", x.Hits)
	}
	own := filled(county, 2025, 0)
	own.Set("t2.licence.decisions", annual.Num(5))
	must(s.SaveOwnFigures(ctx, store.By{Viewer: office}, store.OwnFigures{Organ: county.ID, Year: 2025, Report: own}))(t)
	keep(t, s, county, 2025, map[string]int64{"t2.licence.decisions": 46})
	if x := check(); !slices.Equal(hitsOf(x, reporting.RuleSum, 2025), []int64{county.ID}) {
		t.Errorf("46 of 45: %+v", x.Hits)
	}
	keep(t, s, county, 2025, map[string]int64{"t2.licence.decisions": 45})
	if x := check(); len(x.Hits) != 0 {
		t.Errorf("45 of 45: %+v", x.Hits)
	}
	// The signed list decides who is counted.
	c := must(s.Counted(ctx, office, county.ID, 2025))(t)
	must(s.EditCounted(ctx, store.By{Viewer: office}, county.ID, 2025, c.Version, map[int64]reporting.Choice{organs["红叶镇"].ID: {Way: reporting.WayOut, Reason: "已划出"}}))(t)
	if x := check(); len(x.Hits) != 0 {
		t.Errorf("a decision that is not signed counts: %+v", x.Hits)
	}
	c = must(s.Counted(ctx, office, county.ID, 2025))(t)
	must(s.SignCounted(ctx, store.By{Viewer: office}, county.ID, 2025, c.Seen, ""))(t)
	if x := check(); !slices.Equal(hitsOf(x, reporting.RuleSum, 2025), []int64{county.ID}) {
		t.Errorf("45 of 35: %+v", x.Hits)
	}
	// An organ that states more than the county, and one that is missing.
	keep(t, s, organs["青石镇"], 2025, map[string]int64{"t2.licence.decisions": 99})
	late := must(s.SaveOrgan(ctx, org.Organ{Code: "T8", Name: "云岭县白石镇人民政府", Kind: org.Town, Level: org.Township, Parent: county.ID}))(t)
	c = must(s.Counted(ctx, office, county.ID, 2025))(t)
	if c.Present.Line(late.ID) == nil {
		t.Fatal("the new town is not in the list")
	}
	must(s.SignCounted(ctx, store.By{Viewer: office}, county.ID, 2025, c.Seen, ""))(t)
	x := check()
	if !slices.Equal(hitsOf(x, reporting.RuleChild, 2025), []int64{organs["青石镇"].ID}) || !slices.Equal(hitsOf(x, "H-MISSING", 2025), []int64{county.ID}) {
		t.Errorf("%+v", x.Hits)
	}
}

// On random reports the check finds what the rules find one by one, in whatever
// order the reports are read.
func checkAgrees(t *testing.T, s *store.Store) {
	organs := must(s.SaveOrgans(ctx, Nation(60, s.NewID)))(t)
	if _, err := s.ImportReports(ctx, Reports(organs, 2020, 3, 5)); err != nil {
		t.Fatal(err)
	}
	x := must(s.CheckAll(ctx, store.CheckOptions{First: 2020, Last: 2022}))(t)
	type key struct {
		code string
		year int
	}
	want := map[key]map[int64]int{}
	for year := 2020; year <= 2022; year++ {
		for _, o := range organs {
			f := must(s.Report(ctx, o.ID, year))(t)
			c := &annual.Context{Level: o.OrganLevel(), Governs: o.Kind == org.Government && o.Level != 0 && o.Level <= org.Prefecture}
			if last, err := s.Report(ctx, o.ID, year-1); err == nil {
				c.Last = last.Report
			}
			for _, g := range annual.CheckKept(f.Report, c) {
				k := key{g.Code, year}
				if want[k] == nil {
					want[k] = map[int64]int{}
				}
				want[k][o.ID]++
			}
		}
	}
	got := map[key]int{}
	for _, h := range x.Hits {
		k := key{h.Code, h.Year}
		if h.Code == reporting.RuleSum || h.Code == reporting.RuleChild || h.Code == "H-MISSING" {
			continue
		}
		got[k] += h.Found
		for _, id := range h.Organs {
			if want[k][id] == 0 {
				t.Errorf("%s in %d: organ %d has no such finding", h.Code, h.Year, id)
			}
		}
	}
	for k, by := range want {
		n := 0
		for _, m := range by {
			n += m
		}
		if got[k] != n {
			t.Errorf("%s in %d: %d findings, one by one %d", k.code, k.year, got[k], n)
		}
	}
	if len(want) < 5 {
		t.Errorf("random reports break only %d rules: the test sees nothing", len(want))
	}
}

func checkReach(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	out := map[string]int64{"t3.new.natural": 3, "t3.new.total": 3, "t3.carried_out.natural": 3, "t3.carried_out.total": 3}
	for _, n := range []string{"青石镇", "白鹿镇", "红叶镇"} {
		keep(t, s, organs[n], 2024, out)
		keep(t, s, organs[n], 2025, nil)
	}
	if _, err := s.LastCheck(ctx, officer(1, county, org.Office)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("before any check: %v", err)
	}
	run := must(s.KeepCheck(ctx, must(s.CheckAll(ctx, store.CheckOptions{First: 2024, Last: 2025}))(t)))(t)
	for name, c := range map[string]struct {
		v    org.Viewer
		want int
	}{"office": {officer(1, county, org.Office), 3}, "supervisor": {officer(2, county, org.Supervisor), 3}, "a town": {officer(3, organs["青石镇"], org.Drafter), 1}, "program": {org.Program("测试"), 3}} {
		x := must(s.LastCheck(ctx, c.v))(t)
		n := 0
		for _, k := range x.Counts {
			if k.Code == "T3-CARRY-YEAR" && k.Year == 2025 {
				n = k.Reports
			}
		}
		if x.ID != run || x.Ended.IsZero() || n != c.want {
			t.Errorf("%s: %d reports in %+v", name, n, x)
		}
		// Page by page, each once, in the order of the tree.
		var seen []int64
		for after := int64(0); ; {
			hits, next, err := s.CheckHits(ctx, c.v, run, "T3-CARRY-YEAR", 2025, after, 2)
			if err != nil {
				t.Fatal(err)
			}
			for _, h := range hits {
				seen = append(seen, h.Organ.ID)
				if len(h.Findings) == 0 || h.Gone {
					t.Errorf("%s: %s has no finding now", name, h.Organ.Name)
				}
			}
			if after = next; next == 0 {
				break
			}
		}
		if len(seen) != c.want || !slices.IsSorted(seen) && len(seen) > 1 && len(slices.Compact(slices.Clone(seen))) != len(seen) {
			t.Errorf("%s pages through %v", name, seen)
		}
	}
	if _, err := s.LastCheck(ctx, officer(9, county, org.SystemAdmin)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who keeps the machine reads findings: %v", err)
	}
	// What was mended since says so.
	keep(t, s, organs["青石镇"], 2025, map[string]int64{"t3.carried_in.natural": 3, "t3.carried_in.total": 3, "t3.granted.natural": 3, "t3.granted.total": 3, "t3.result_total.natural": 3, "t3.result_total.total": 3})
	hits, _, err := s.CheckHits(ctx, officer(3, organs["青石镇"], org.Drafter), run, "T3-CARRY-YEAR", 2025, 0, 10)
	if err != nil || len(hits) != 1 || !hits[0].Gone {
		t.Errorf("after mending: %+v, %v", hits, err)
	}
	// Old runs go, the newest stays.
	for range 5 {
		must(s.KeepCheck(ctx, must(s.CheckAll(ctx, store.CheckOptions{First: 2025, Last: 2025}))(t)))(t)
	}
	if hits, _, err := s.CheckHits(ctx, org.Program("测试"), run, "T3-CARRY-YEAR", 2025, 0, 10); err != nil || len(hits) != 0 {
		t.Errorf("an old run is still there: %d hits, %v", len(hits), err)
	}
}

func checkAsked(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	keep(t, s, organs["青石镇"], 2025, nil)
	var refusal *act.Refusal
	if _, err := s.AskCheck(ctx, store.By{Viewer: officer(2, organs["青石镇"], org.Head)}, 2025, 2025); !errors.As(err, &refusal) {
		t.Errorf("a town has the county checked: %v", err)
	}
	office := officer(1, county, org.Office)
	d := must(s.AskCheck(ctx, store.By{Viewer: office, Key: "c"}, 2025, 2025))(t)
	if again := must(s.AskCheck(ctx, store.By{Viewer: office}, 2025, 2025))(t); again.Answer != d.Answer {
		t.Error("a second check begins beside the first")
	}
	if x := must(s.LastCheck(ctx, office))(t); !x.Ended.IsZero() || len(x.Counts) != 0 {
		t.Errorf("before the job has run: %+v", x)
	}
	kinds, _ := s.Standing()
	i := slices.IndexFunc(kinds, func(k store.JobKind) bool { return k.Name == "checkall" })
	if i < 0 {
		t.Fatal("no job checks")
	}
	payload, err := json.Marshal(map[string]any{"run": idOf(t, d), "first": 2025, "last": 2025})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a job may run twice
		if err := kinds[i].Run(ctx, payload); err != nil {
			t.Fatal(err)
		}
	}
	if x := must(s.LastCheck(ctx, office))(t); x.Ended.IsZero() || x.Reports != 1 || x.ID != idOf(t, d) {
		t.Errorf("after the job: %+v", x)
	}
}
