package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// RunCounted checks lists of organs counted, sums from them and what is kept of
// a sum. Every call of open gives an empty store that signs.
func RunCounted(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"ListFromDefaultToSigned", countedLife},
		{"SignedListsStayAsTheyAre", countedStays},
		{"ListsAndSumsAreForThoseWhoSeeBelow", countedScope},
		{"SumOfWhatStands", totalStands},
		{"OwnFiguresCount", totalOwn},
		{"SumTakenAndWhatChangedSince", totalTaken},
		{"YearBeforeTheForm", totalNoForm},
		{"ListIsThatOfTheYear", countedThen},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

const countedYear = 2025

// bureaus is a county with two bureaus, one of them vertical, and three towns.
func bureaus(t testing.TB, s *store.Store) (county org.Organ, organs map[string]org.Organ) {
	t.Helper()
	save := func(o org.Organ) org.Organ {
		t.Helper()
		return must(s.SaveOrgan(ctx, o))(t)
	}
	county = save(org.Organ{Code: "B0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	organs = map[string]org.Organ{}
	for i, n := range []string{"云岭县教育局", "湖州市自然资源局云岭分局"} {
		o := org.Organ{Code: fmt.Sprint("D", i), Name: n, Kind: org.Department, Level: org.County, Parent: county.ID}
		if i == 1 {
			o.Level = org.Prefecture
		}
		organs[n] = save(o)
	}
	for i, n := range []string{"青石镇", "白鹿镇", "红叶镇"} {
		organs[n] = save(org.Organ{Code: fmt.Sprint("T", i), Name: "云岭县" + n + "人民政府", Short: n, Kind: org.Town, Level: org.Township, Parent: county.ID})
	}
	return county, organs
}

// filled is a report whose every figure is n, but the money.
func filled(o org.Organ, year int, n int64) *annual.Report {
	f, err := annual.FormFor(year)
	if err != nil {
		panic(err)
	}
	r := annual.New(f, o.Name, year)
	for i := range r.Values {
		r.Values[i] = annual.Num(n)
	}
	return r
}

func publishSum(t testing.TB, s *store.Store, o org.Organ, year int, n int64) {
	t.Helper()
	must(s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: year, Report: filled(o, year, n), Published: law.Day(year+1, 1, 20)}))(t)
}

func countedLife(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	c := must(s.Counted(ctx, office, county.ID, countedYear))(t)
	if c.Signed != nil || c.Version != 0 || c.Present.Count() != 5 || c.Present.Line(organs["湖州市自然资源局云岭分局"].ID).Way != reporting.WayOut {
		t.Fatalf("by default %d are counted: %+v", c.Present.Count(), c.Present.Lines)
	}
	branch := organs["湖州市自然资源局云岭分局"].ID
	var refusal *act.Refusal
	if _, err := s.EditCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, 0, map[int64]reporting.Choice{branch: {Way: reporting.WayIn}}); !errors.As(err, &refusal) {
		t.Errorf("without a reason: %v", err)
	}
	in := map[int64]reporting.Choice{branch: {Way: reporting.WayIn, Reason: "经县政府同意随县级汇总"}}
	must(s.EditCounted(ctx, store.By{Viewer: office, Key: "e"}, county.ID, countedYear, 0, in))(t)
	if again := must(s.EditCounted(ctx, store.By{Viewer: office, Key: "e"}, county.ID, countedYear, 0, in))(t); !again.Repeated {
		t.Error("a double click edited twice")
	}
	if _, err := s.EditCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, 0, in); !errors.Is(err, store.ErrConflict) {
		t.Errorf("over an older version: %v", err)
	}
	if _, err := s.EditCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, 1, map[int64]reporting.Choice{77: {Way: reporting.WayOut, Reason: "x"}}); !errors.As(err, &refusal) {
		t.Errorf("an organ that is not there: %v", err)
	}
	if _, err := s.SignCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, c.Seen, ""); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a list that was not seen as it is was signed: %v", err)
	}
	c = must(s.Counted(ctx, office, county.ID, countedYear))(t)
	if c.Version != 1 || c.Present.Count() != 6 || !c.Present.Line(branch).Decided {
		t.Fatalf("after the decision: version %d, %d counted", c.Version, c.Present.Count())
	}
	d := must(s.SignCounted(ctx, store.By{Viewer: office, Key: "s"}, county.ID, countedYear, c.Seen, "经办公会研究"))(t)
	if again := must(s.SignCounted(ctx, store.By{Viewer: office, Key: "s"}, county.ID, countedYear, c.Seen, "经办公会研究"))(t); d.Answer != "1" || !again.Repeated {
		t.Errorf("signed as %q, again %+v", d.Answer, again)
	}
	c = must(s.Counted(ctx, office, county.ID, countedYear))(t)
	if c.Signed == nil || c.Signed.Number != 1 || c.Signed.ByName != "某某" || len(c.Changes) != 0 || c.Signed.Note != "经办公会研究" {
		t.Fatalf("signed: %+v", c.Signed)
	}
	if _, err := s.SignCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, c.Seen, ""); !errors.As(err, &refusal) {
		t.Errorf("the same list twice: %v", err)
	}
	h := must(s.Entries(ctx, office, store.EntryQuery{Ref: store.CountedRef(county.ID, countedYear)}))(t)
	if len(h) != 2 || h[0].Act.Kind != act.CountedSigned || h[1].Act.Kind != act.CountedEdited {
		t.Fatalf("history %+v", h)
	}
	body, ok := h[0].Act.Body.(act.Record)
	if !ok || !slices.Contains(body.Refs, "sha256/"+c.Signed.Hash) {
		t.Errorf("the act of signing does not hold the hash: %+v", body)
	}
}

// A later change is a list of its own. The one signed before counts until then
// and reads the same for ever.
func countedStays(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	sign := func() {
		t.Helper()
		c := must(s.Counted(ctx, office, county.ID, countedYear))(t)
		must(s.SignCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, c.Seen, ""))(t)
	}
	sign()
	first := must(s.CountedLists(ctx, office, county.ID, countedYear))(t)[0]
	before, err := first.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	town := organs["红叶镇"]
	out := map[int64]reporting.Choice{town.ID: {Way: reporting.WayOut, Reason: "年中并入青石镇，由青石镇一并报告"}}
	must(s.EditCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, 0, out))(t)
	late := must(s.SaveOrgan(ctx, org.Organ{Code: "T9", Name: "云岭县白石镇人民政府", Kind: org.Town, Level: org.Township, Parent: county.ID}))(t)
	total := must(s.Total(ctx, office, county.ID, countedYear, false))(t)
	if total.List.Number != 1 || total.List.Line(town.ID).Way != reporting.WayIn || total.List.Line(late.ID) != nil {
		t.Error("a list that nobody signed counts already")
	}
	if n := len(total.State.Changes); n != 2 {
		t.Errorf("%d changes wait to be signed, want the town out and the new one in", n)
	}
	sign()
	lists := must(s.CountedLists(ctx, office, county.ID, countedYear))(t)
	if len(lists) != 2 || lists[0].Number != 2 || lists[0].Previous != first.Hash {
		t.Fatalf("lists %+v", lists)
	}
	after, err := lists[1].Canonical()
	if err != nil || !bytes.Equal(before, after) || lists[1].Hash != first.Hash {
		t.Errorf("the first list reads otherwise now: %v\n%s\n%s", err, before, after)
	}
	// What was decided once stays decided in the next list.
	c := must(s.Counted(ctx, office, county.ID, countedYear))(t)
	if l := c.Present.Line(town.ID); l.Way != reporting.WayOut || !l.Decided || len(c.Changes) != 0 {
		t.Errorf("after signing: %+v, changes %+v", l, c.Changes)
	}
	back := map[int64]reporting.Choice{town.ID: {Way: reporting.WayIn, Reason: "仍单独报送"}}
	must(s.EditCounted(ctx, store.By{Viewer: office}, county.ID, countedYear, c.Version, back))(t)
	c = must(s.Counted(ctx, office, county.ID, countedYear))(t)
	if l := c.Present.Line(town.ID); l.Way != reporting.WayIn || len(c.Changes) != 1 {
		t.Errorf("taken back: %+v", l)
	}
}

func countedScope(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	publishSum(t, s, organs["青石镇"], countedYear, 3)
	for name, c := range map[string]struct {
		v    org.Viewer
		sees bool
		acts bool
	}{
		"nobody":                {org.Viewer{}, false, false},
		"the office":            {officer(1, county, org.Office), true, true},
		"supervisor":            {officer(2, county, org.Supervisor), true, false},
		"a town":                {officer(3, organs["青石镇"], org.Drafter, org.Head), false, false},
		"clerk of the county":   {officer(4, county, org.Drafter, org.Head), false, false}, // sees the county's own reports, not those below
		"who keeps the machine": {officer(5, county, org.SystemAdmin), false, false},
	} {
		_, errList := s.Counted(ctx, c.v, county.ID, countedYear)
		_, errSum := s.Total(ctx, c.v, county.ID, countedYear, false)
		_, errOwn := s.OwnFigures(ctx, c.v, county.ID, countedYear)
		_, errSigned := s.CountedLists(ctx, c.v, county.ID, countedYear)
		for what, err := range map[string]error{"list": errList, "sum": errSum, "own figures": errOwn, "signed lists": errSigned} {
			if (err == nil) != c.sees || err != nil && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %s %v", name, what, err)
			}
		}
		summing := must(s.Summing(ctx, c.v, countedYear))(t)
		if (len(summing) == 1) != c.sees {
			t.Errorf("%s is offered %d sums", name, len(summing))
		}
		if c.acts {
			continue
		}
		seen := must(s.Counted(ctx, officer(1, county, org.Office), county.ID, countedYear))(t).Seen
		_, errSign := s.SignCounted(ctx, store.By{Viewer: c.v}, county.ID, countedYear, seen, "")
		_, errEdit := s.EditCounted(ctx, store.By{Viewer: c.v}, county.ID, countedYear, 0, map[int64]reporting.Choice{organs["青石镇"].ID: {Way: reporting.WayOut, Reason: "x"}})
		_, errSave := s.SaveOwnFigures(ctx, store.By{Viewer: c.v}, store.OwnFigures{Organ: county.ID, Year: countedYear, Report: filled(county, countedYear, 1)})
		var refusal *act.Refusal
		for what, err := range map[string]error{"sign": errSign, "edit": errEdit, "own figures": errSave} {
			if !errors.As(err, &refusal) && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %s %v", name, what, err)
			}
		}
	}
}

// What stands for an organ: published before accepted, accepted always, handed
// in only where one asks for it, the rest never; the sum names who is missing.
func totalStands(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	publishSum(t, s, organs["青石镇"], countedYear, 3)
	handIn := func(o org.Organ, n int64, accept bool) {
		t.Helper()
		by := store.By{Viewer: org.Program("测试")}
		save := func(version int64, kind string, verb store.FilingVerb) int64 {
			t.Helper()
			d := must(s.WithFiling(ctx, by, o.ID, countedYear, version, kind, verb))(t)
			v, err := strconv.ParseInt(d.Answer, 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		v := save(0, act.FilingSaved, func(f *store.FilingFile, _ law.Date) error { f.Report = filled(o, countedYear, n); return nil })
		v = save(v, act.FilingSubmitted, func(f *store.FilingFile, on law.Date) error { return f.Submit(nil, on) })
		if accept {
			save(v, act.FilingAccepted, func(f *store.FilingFile, on law.Date) error { return f.Accept(nil, on) })
		}
	}
	handIn(organs["白鹿镇"], 10, true)
	handIn(organs["云岭县教育局"], 100, false)
	first := func(t2 *store.Total) int64 { return t2.Sum.Values[0].N }
	a := must(s.Total(ctx, office, county.ID, countedYear, false))(t)
	if first(a) != 13 || len(a.Counted) != 2 || len(a.Lacking) != 3 || len(a.Out) != 1 {
		t.Fatalf("sum %d of %d organs, %d lacking, %d out", first(a), len(a.Counted), len(a.Lacking), len(a.Out))
	}
	for name, want := range map[string]string{"云岭县教育局": "已报送，未审核", "云岭县红叶镇人民政府": "未报送", "云岭县人民政府": "本级数据未填"} {
		if says := a.NotCounted(10); !strings.Contains(says, name+"（"+want+"）") {
			t.Errorf("the sum does not say that %s: %s", name, says)
		}
	}
	if p := must(s.Total(ctx, office, county.ID, countedYear, true))(t); first(p) != 113 || len(p.Counted) != 3 || p.Whole() {
		t.Errorf("provisional sum %d", first(p))
	}
	// Each figure opens to who brought it in, and what they brought makes it.
	for i := range a.Sum.Values {
		sum := int64(0)
		shares := must(reporting.CellShares(a.Form, i, s.Shares(ctx, &a.List, false)))(t)
		for _, x := range shares {
			sum += x.Value.N
		}
		if len(shares) != 2 || sum != a.Sum.Values[i].N {
			t.Fatalf("cell %d: %d organs bring %d, the sum is %d", i, len(shares), sum, a.Sum.Values[i].N)
		}
	}
	// A changed leaf is in the next sum.
	f := must(s.Report(ctx, organs["青石镇"].ID, countedYear))(t)
	f.Report = filled(organs["青石镇"], countedYear, 4)
	must(s.SaveReport(ctx, *f))(t)
	if b := must(s.Total(ctx, office, county.ID, countedYear, false))(t); first(b) != 14 {
		t.Errorf("after a change the sum is %d", first(b))
	}
	// A report in the form of another edition is named, never added.
	old := filled(organs["红叶镇"], 2020, 9)
	old.Year = countedYear
	must(s.SaveReport(ctx, store.Filed{Organ: organs["红叶镇"].ID, Year: countedYear, Report: old, Published: law.Day(2026, 1, 20)}))(t)
	if b := must(s.Total(ctx, office, county.ID, countedYear, false))(t); first(b) != 14 || !strings.Contains(b.NotCounted(10), "格式版本不同") {
		t.Errorf("sum %d, %s", first(b), b.NotCounted(10))
	}
}

func totalOwn(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	publishSum(t, s, organs["青石镇"], countedYear, 3)
	x := must(s.OwnFigures(ctx, office, county.ID, countedYear))(t)
	if x.Version != 0 || x.Report.Values[0].Kind != annual.Blank {
		t.Fatalf("before anything was entered: %+v", x)
	}
	x.Report, x.Note = filled(county, countedYear, 5), "台账"
	must(s.SaveOwnFigures(ctx, store.By{Viewer: office}, *x))(t)
	if _, err := s.SaveOwnFigures(ctx, store.By{Viewer: office}, *x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("over an older version: %v", err)
	}
	if y := must(s.OwnFigures(ctx, office, county.ID, countedYear))(t); y.Version != 1 || y.Note != "台账" || y.By != "某某" || !slices.Equal(y.Report.Values, x.Report.Values) {
		t.Errorf("read back %+v", y)
	}
	a := must(s.Total(ctx, office, county.ID, countedYear, false))(t)
	if a.Sum.Values[0].N != 8 || a.Counted[0].State != reporting.CountsOwn {
		t.Errorf("own 5 and 3 make %d", a.Sum.Values[0].N)
	}
	// The government's published report is the sum: it is never part of it.
	publishSum(t, s, county, countedYear, 1000)
	if a := must(s.Total(ctx, office, county.ID, countedYear, false))(t); a.Sum.Values[0].N != 8 {
		t.Errorf("with the government's own report the sum is %d", a.Sum.Values[0].N)
	}
}

func totalTaken(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	publishSum(t, s, organs["青石镇"], countedYear, 3)
	publishSum(t, s, organs["白鹿镇"], countedYear, 4)
	if _, err := s.Taken(ctx, office, county.ID, countedYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nothing was taken: %v", err)
	}
	a := must(s.Total(ctx, office, county.ID, countedYear, false))(t)
	must(s.TakeTotal(ctx, store.By{Viewer: office, Key: "t"}, a))(t)
	f := must(s.Report(ctx, organs["白鹿镇"].ID, countedYear))(t)
	f.Report = filled(organs["白鹿镇"], countedYear, 6)
	must(s.SaveReport(ctx, *f))(t)
	if _, err := s.TakeTotal(ctx, store.By{Viewer: office}, a); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a sum that is no longer true was taken: %v", err)
	}
	x := must(s.Taken(ctx, office, county.ID, countedYear))(t)
	if x.Number != 1 || x.By != "某某" || !slices.Equal(x.Sum.Values, a.Sum.Values) || len(x.Shares) != 2 || x.Shares[1].Name != "云岭县白鹿镇人民政府" && x.Shares[0].Name != "云岭县白鹿镇人民政府" {
		t.Fatalf("taken %+v", x)
	}
	now := must(s.Total(ctx, office, county.ID, countedYear, false))(t)
	stated := filled(county, countedYear, 7)
	c := must(reporting.CheckTotal(now.Aggregate, stated, x.Shares, s.Shares(ctx, &now.List, false)))(t)
	if len(c.Drifts) != 1 || c.Drifts[0].Organ != organs["白鹿镇"].ID || c.Drifts[0].Cells[0].Was != annual.Num(4) || c.Drifts[0].Cells[0].Is != annual.Num(6) {
		t.Errorf("what changed since: %+v", c.Drifts)
	}
	if len(c.Suspects) == 0 || c.Suspects[0].Organ != organs["白鹿镇"].ID {
		t.Errorf("suspects %+v", c.Suspects)
	}
	if _, err := s.Taken(ctx, officer(9, organs["青石镇"], org.Head), county.ID, countedYear); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town reads what its neighbours brought in: %v", err)
	}
}

func totalNoForm(t *testing.T, s *store.Store) {
	county, _ := bureaus(t, s)
	office := officer(1, county, org.Office)
	if _, err := s.Total(ctx, office, county.ID, 2012, false); !errors.Is(err, annual.ErrNoForm) {
		t.Errorf("a year before the form: %v", err)
	}
	if _, err := s.Total(ctx, office, 999, countedYear, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an organ that is not there: %v", err)
	}
}

// The list of a year names the organs that were there at its end.
func countedThen(t *testing.T, s *store.Store) {
	county, organs := bureaus(t, s)
	office := officer(1, county, org.Office)
	gone := organs["红叶镇"]
	gone.To = law.Day(2025, 9, 30)
	must(s.SaveOrgan(ctx, gone))(t)
	young := must(s.SaveOrgan(ctx, org.Organ{Code: "N1", Name: "云岭县数据局", Kind: org.Department, Level: org.County, Parent: county.ID, From: law.Day(2025, 3, 1)}))(t)
	for year, want := range map[int]struct{ gone, young bool }{2024: {true, false}, 2025: {false, true}} {
		l := must(s.Counted(ctx, office, county.ID, year))(t).Present
		if x := l.Line(gone.ID); (x.Way == reporting.WayIn) != want.gone {
			t.Errorf("%d: the town that is gone is %s: %s", year, x.Way, x.Reason)
		}
		if x := l.Line(young.ID); (x != nil) != want.young {
			t.Errorf("%d: the new bureau is listed: %v", year, x != nil)
		}
	}
}

// FillCounted puts two signed lists of a county, its own figures and a sum that
// was taken over into a store.
func FillCounted(t testing.TB, s *store.Store) {
	t.Helper()
	county, organs := bureaus(t, s)
	office := store.By{Viewer: officer(1, county, org.Office)}
	publishSum(t, s, organs["青石镇"], countedYear, 3)
	must(s.SaveOwnFigures(ctx, office, store.OwnFigures{Organ: county.ID, Year: countedYear, Report: filled(county, countedYear, 5)}))(t)
	for i := range 2 {
		c := must(s.Counted(ctx, office.Viewer, county.ID, countedYear))(t)
		if i > 0 {
			out := map[int64]reporting.Choice{organs["红叶镇"].ID: {Way: reporting.WayOut, Reason: "已划出"}}
			must(s.EditCounted(ctx, office, county.ID, countedYear, c.Version, out))(t)
			c = must(s.Counted(ctx, office.Viewer, county.ID, countedYear))(t)
		}
		must(s.SignCounted(ctx, office, county.ID, countedYear, c.Seen, ""))(t)
	}
	must(s.TakeTotal(ctx, office, must(s.Total(ctx, office.Viewer, county.ID, countedYear, false))(t)))(t)
}
