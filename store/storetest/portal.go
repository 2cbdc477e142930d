package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// RunPortal checks what is public beside reports: switches of the public blocks,
// addresses on a portal, the states a report was published in. Every call of open
// gives an empty store that signs.
func RunPortal(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"BlocksAreOffUntilTheNearestOfficeDecides", blocks},
		{"OnlyTheOfficeSwitchesBlocks", blockPermission},
		{"AddressOnThePortal", portalLife},
		{"ManyAddressesAtOnce", portalMany},
		{"PortalListIsWhatMayBePublished", portalScope},
		{"PublicationsOfAReport", publications},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// decide sets a block for an organ.
func decide(t testing.TB, s *store.Store, by store.By, organ int64, b org.Block, value string) {
	t.Helper()
	x := store.Setting{Organ: organ, Name: string(b), Value: value}
	for _, have := range must(s.Settings(ctx, organ))(t) {
		if have.Name == x.Name {
			x.Version = have.Version
		}
	}
	must(s.SaveSetting(ctx, by, x))(t)
}

func blocks(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "党政办", Kind: org.Section, Level: org.Township, Parent: o[1].ID}))(t)
	shows := func(organ int64, b org.Block) bool { return must(s.Switches(ctx))(t).Shows(organ, b) }
	for _, b := range org.Blocks() {
		for _, x := range o {
			if shows(x.ID, b) {
				t.Errorf("%s is on for %s though nobody decided", b, x.Name)
			}
		}
	}
	stamp := must(s.YearStamp(ctx, 2025))(t)
	decide(t, s, program(""), o[0].ID, org.BlockLate, org.On)
	if must(s.YearStamp(ctx, 2025))(t) == stamp {
		t.Error("public pages that were kept do not see the switch")
	}
	for _, x := range append(o, section) {
		if !shows(x.ID, org.BlockLate) || shows(x.ID, org.BlockRanking) {
			t.Errorf("%s does not follow the county", x.Name)
		}
	}
	decide(t, s, program(""), o[1].ID, org.BlockLate, org.Off)
	if shows(o[1].ID, org.BlockLate) || shows(section.ID, org.BlockLate) || !shows(o[2].ID, org.BlockLate) {
		t.Error("what was decided nearest does not win")
	}
	decide(t, s, program(""), o[0].ID, org.BlockLate, "")
	if shows(o[0].ID, org.BlockLate) || shows(o[2].ID, org.BlockLate) {
		t.Error("a decision that was taken back still counts")
	}
	if shows(4711, org.BlockLate) {
		t.Error("on for an organ that is not there")
	}
	// An organ moved below another office follows that.
	other := must(s.SaveOrgan(ctx, org.Organ{Code: "D0", Name: "青山县人民政府", Kind: org.Government, Level: org.County}))(t)
	decide(t, s, program(""), other.ID, org.BlockRanking, org.On)
	moved := o[2]
	moved.Parent = other.ID
	must(s.SaveOrgan(ctx, moved))(t)
	if !shows(o[2].ID, org.BlockRanking) || shows(o[1].ID, org.BlockRanking) || !must(s.Switches(ctx))(t).Any(org.BlockRanking) {
		t.Error("a moved organ does not follow its new office")
	}
}

func blockPermission(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	var refusal *act.Refusal
	for _, r := range org.Roles() {
		for i, at := range []org.Organ{o[0], o[1]} {
			_, err := s.SaveSetting(ctx, store.By{Viewer: officer(int64(10+i), at, r)}, store.Setting{Organ: o[1].ID, Name: string(org.BlockRanking), Value: org.On})
			if r == org.Office {
				if err != nil && !errors.Is(err, store.ErrConflict) { // the second finds it set
					t.Errorf("the office at %s: %v", at.Name, err)
				}
			} else if !errors.As(err, &refusal) {
				t.Errorf("%s at %s switched a public block: %v", r.Chinese(), at.Name, err)
			}
		}
	}
}

// publishedReport keeps a report of 2025 that is published.
func publishedReport(t testing.TB, s *store.Store, organ, n int64) {
	t.Helper()
	r := annual.New(annual.Edition("2021"), "", 2025)
	r.Set("t3.new.total", annual.Num(n))
	must(s.SaveReport(ctx, store.Filed{Organ: organ, Year: 2025, Report: r, Published: law.Day(2026, 1, 20)}))(t)
}

func portalLife(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	publisher := store.By{Viewer: officer(3, o[1], org.Publisher)}
	x := store.PortalLink{Organ: o[1].ID, Year: 2025, URL: "https://www.example.gov.cn/nb/1.html", On: law.Day(2026, 1, 21)}
	var refusal *act.Refusal
	if _, err := s.LinkPortal(ctx, publisher, x); !errors.As(err, &refusal) || !strings.Contains(refusal.Text, "先发布") {
		t.Errorf("an address of a report that is not published: %v", err)
	}
	publishedReport(t, s, o[1].ID, 3)
	if _, err := s.PortalLink(ctx, o[1].ID, 2025); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no address: %v", err)
	}
	for _, v := range []org.Viewer{{}, officer(4, o[2], org.Publisher), officer(5, o[1], org.Drafter), officer(6, o[0], org.Supervisor)} {
		if _, err := s.LinkPortal(ctx, store.By{Viewer: v}, x); !errors.As(err, &refusal) {
			t.Errorf("%v linked it: %v", v.Posts, err)
		}
	}
	for _, bad := range []string{"http://10.0.0.1/nb", "javascript:alert(1)", "HTTPS://www.example.gov.cn/nb"} {
		y := x
		y.URL = bad
		if _, err := s.LinkPortal(ctx, publisher, y); !errors.As(err, &refusal) {
			t.Errorf("%s is kept: %v", bad, err)
		}
	}
	future := x
	future.On = law.Day(2999, 1, 1)
	if _, err := s.LinkPortal(ctx, publisher, future); !errors.As(err, &refusal) {
		t.Errorf("published on the portal in the future: %v", err)
	}
	stamp := must(s.OrganStamp(ctx, o[1].Code))(t)
	if d := must(s.LinkPortal(ctx, publisher, x))(t); d.Act == 0 {
		t.Error("no act")
	}
	if must(s.OrganStamp(ctx, o[1].Code))(t) == stamp {
		t.Error("a kept page of the report does not see the address")
	}
	if got := must(s.PortalLink(ctx, o[1].ID, 2025))(t); got.URL != x.URL || got.On != x.On || got.Version != 1 {
		t.Errorf("kept as %+v", got)
	}
	if _, err := s.LinkPortal(ctx, publisher, x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("who read nothing overwrites: %v", err)
	}
	x.Version, x.URL = 1, "https://www.example.gov.cn/nb/2.html"
	must(s.LinkPortal(ctx, store.By{Viewer: officer(7, o[0], org.Office)}, x))(t)
	x.Version, x.URL, x.On = 2, "", law.Date{}
	must(s.LinkPortal(ctx, publisher, x))(t)
	if _, err := s.PortalLink(ctx, o[1].ID, 2025); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("taken back and still there: %v", err)
	}
	h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.PortalRef(o[1].ID, 2025)}))(t)
	if len(h) != 3 || h[1].Details.Changes[0].Old != "https://www.example.gov.cn/nb/1.html" || h[0].Act.Kind != act.PortalLinked {
		t.Errorf("history %+v", h)
	}
}

func portalMany(t *testing.T, s *store.Store) {
	o := county(t, s, 4)
	for i := 1; i <= 3; i++ {
		publishedReport(t, s, o[i].ID, int64(i))
	}
	office := store.By{Viewer: officer(1, o[0], org.Office), Key: "k"}
	link := func(i int, url string) store.PortalLink {
		return store.PortalLink{Organ: o[i].ID, Year: 2025, URL: url}
	}
	list := []store.PortalLink{link(1, "https://www.example.gov.cn/1"), link(2, "http://192.168.0.1/2"), link(3, "https://www.example.gov.cn/3"), link(4, "https://www.example.gov.cn/4")}
	plan := must(s.PlanPortals(ctx, office.Viewer, list, false))(t)
	if years := must(s.PortalYears(ctx, office.Viewer, 0))(t); len(years) != 1 || years[0] != (store.PortalYear{Year: 2025, Published: 3}) {
		t.Errorf("a plan left %+v", years)
	}
	out, _, err := s.LinkPortals(ctx, office, list, false)
	if err != nil {
		t.Fatal(err)
	}
	for i, bad := range []bool{false, true, false, true} {
		if (out[i].Refused != nil) != bad || (plan[i].Refused != nil) != bad {
			t.Errorf("line %d: %+v, planned %+v", i, out[i], plan[i])
		}
	}
	if again, d, err := s.LinkPortals(ctx, office, list, false); err != nil || !d.Repeated || again != nil {
		t.Errorf("the same form again: %v %+v %v", again, d, err)
	}
	office.Key = ""
	list = []store.PortalLink{link(1, "https://www.example.gov.cn/new"), link(3, "https://www.example.gov.cn/3")}
	if out, _, err = s.LinkPortals(ctx, office, list, false); err != nil || out[0].Refused == nil || out[0].Old == "" || !out[1].Same {
		t.Errorf("%+v %v", out, err)
	}
	if out, _, err = s.LinkPortals(ctx, office, list, true); err != nil || out[0].Refused != nil {
		t.Errorf("replaced: %+v %v", out, err)
	}
	if got := must(s.PortalLink(ctx, o[1].ID, 2025))(t); got.URL != "https://www.example.gov.cn/new" || got.Version != 2 {
		t.Errorf("%+v", got)
	}
	if years := must(s.PortalYears(ctx, office.Viewer, 0))(t); years[0] != (store.PortalYear{Year: 2025, Published: 3, Linked: 2}) {
		t.Errorf("%+v", years)
	}
	rows, _, err := s.PortalRows(ctx, store.PortalQuery{Viewer: office.Viewer, Year: 2025, State: store.PortalUnlinked})
	if err != nil || len(rows) != 1 || rows[0].Organ.ID != o[2].ID {
		t.Errorf("without address: %+v %v", rows, err)
	}
	if _, err := s.NotePortalExport(ctx, office, o[0].ID, "2025年度", []store.PortalRow{{Organ: o[1], Year: 2025}}); err != nil {
		t.Error(err)
	}
	var refusal *act.Refusal
	if _, err := s.NotePortalExport(ctx, store.By{Viewer: officer(9, o[2], org.Publisher)}, o[2].ID, "2025年度", []store.PortalRow{{Organ: o[1], Year: 2025}}); !errors.As(err, &refusal) {
		t.Errorf("a neighbour's report was exported: %v", err)
	}
}

// The list holds exactly what org.May allows, whoever asks, page by page.
func portalScope(t *testing.T, s *store.Store) {
	r := rand.New(rand.NewPCG(4, 19))
	var all []org.Organ
	for i := range 3 {
		top := must(s.SaveOrgan(ctx, org.Organ{Code: fmt.Sprint("P", i), Name: fmt.Sprintf("第%d市人民政府", i), Kind: org.Government, Level: org.Prefecture}))(t)
		all = append(all, top)
	}
	for i := range 40 {
		p := all[r.IntN(len(all))]
		all = append(all, must(s.SaveOrgan(ctx, org.Organ{Code: fmt.Sprint("Q", i), Name: fmt.Sprintf("第%d局", i), Kind: org.Department, Level: org.County, Parent: p.ID}))(t))
	}
	for _, o := range all {
		if r.IntN(3) > 0 {
			publishedReport(t, s, o.ID, 1)
			if r.IntN(2) > 0 {
				must(s.LinkPortal(ctx, program(""), store.PortalLink{Organ: o.ID, Year: 2025, URL: "https://www.example.gov.cn/" + o.Code}))(t)
			}
		} else {
			must(s.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2025, Report: annual.New(annual.Edition("2021"), "", 2025)}))(t)
		}
	}
	for range 40 {
		v := officer(1, all[r.IntN(len(all))], org.Roles()[r.IntN(len(org.Roles()))])
		if r.IntN(3) == 0 {
			o := all[r.IntN(len(all))]
			v.Posts = append(v.Posts, org.Post{Person: 1, Organ: o.ID, Path: o.Path, Role: org.Publisher})
		}
		var want, got []int64
		linked := 0
		for _, o := range must(s.Organs(ctx))(t) {
			f, err := s.Report(ctx, o.ID, 2025)
			if err == nil && !f.Published.IsZero() && org.May(v, org.PublishReports, o.Subject()) {
				want = append(want, o.ID)
				if _, err := s.PortalLink(ctx, o.ID, 2025); err == nil {
					linked++
				}
			}
		}
		for after := ""; ; {
			rows, next, err := s.PortalRows(ctx, store.PortalQuery{Viewer: v, Year: 2025, After: after, Limit: 4})
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range rows {
				got = append(got, x.Organ.ID)
			}
			if after = next; next == "" {
				break
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			t.Errorf("%v: list %v, may %v", v.Posts, got, want)
		}
		years := must(s.PortalYears(ctx, v, 0))(t)
		if len(want) > 0 && (len(years) != 1 || years[0].Published != len(want) || years[0].Linked != linked) || len(want) == 0 && len(years) != 0 {
			t.Errorf("%v: counted %+v, %d and %d", v.Posts, years, len(want), linked)
		}
	}
}

func publications(t *testing.T, s *store.Store) {
	o := county(t, s, 1)[1]
	if list := must(s.Publications(ctx, o.ID, 2025))(t); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	f := store.Filed{Organ: o.ID, Year: 2025, Report: annual.New(annual.Edition("2021"), "", 2025)}
	save := func(n int64, published law.Date) {
		t.Helper()
		f.Report.Set("t3.new.total", annual.Num(n))
		f.Published = published
		f.Version = must(s.SaveReport(ctx, f))(t)
	}
	save(1, law.Date{}) // kept, not published
	if list := must(s.Publications(ctx, o.ID, 2025))(t); len(list) != 0 {
		t.Errorf("never published: %+v", list)
	}
	for _, organ := range []int64{0, o.ID} {
		if y := must(s.PublishedYears(ctx, organ))(t); len(y) != 0 {
			t.Errorf("years of %d: %v", organ, y)
		}
	}
	if sum := must(s.PublicSum(ctx, o.Parent, 2025))(t); len(sum.Filed) != 0 || len(must(s.SumTree(ctx, o.Parent, 2025))(t).Filed) != 1 {
		t.Errorf("what is only kept is in the public sum: %+v", sum.Filed)
	}
	save(2, law.Day(2026, 1, 20))
	save(3, law.Day(2026, 1, 20))
	for _, organ := range []int64{0, o.ID} {
		if y := must(s.PublishedYears(ctx, organ))(t); !slices.Equal(y, []int{2025}) {
			t.Errorf("years of %d: %v", organ, y)
		}
	}
	if sum := must(s.PublicSum(ctx, o.Parent, 2025))(t); len(sum.Filed) != 1 || sum.Sum.Get("t3.new.total") != annual.Num(3) {
		t.Errorf("the public sum %+v", sum.Filed)
	}
	list := must(s.Publications(ctx, o.ID, 2025))(t)
	if len(list) != 2 || list[0].Version != 3 || list[1].Version != 2 || list[1].Published != law.Day(2026, 1, 20) || list[0].At.IsZero() {
		t.Fatalf("%+v", list)
	}
	for _, p := range list {
		old := must(s.ReportVersion(ctx, o.ID, 2025, p.Version))(t)
		if v := old.Report.Get("t3.new.total"); v != annual.Num(p.Version) {
			t.Errorf("version %d says %v", p.Version, v)
		}
	}
}
