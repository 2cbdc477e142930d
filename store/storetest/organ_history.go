package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// RunOrgans checks what happens to organs over the years: verbs, history, sums of
// past years, permission. Every call of open gives an empty store that signs.
func RunOrgans(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"OldRecordsKeepTheirOrgan", oldNames},
		{"SumsOfPastYearsAfterMovesAndMergers", pastSums},
		{"SectionsAnswerThroughTheirOrganAtAnyDepth", homes},
		{"NoCircleOnAnyDay", circles},
		{"WhoMayArrange", whoArranges},
		{"RefusalsOfTheTree", treeRefusals},
		{"SplitAndAbolish", splitAbolish},
		{"VerticalSystem", vertical},
		{"TwoOfficersOnOneOrgan", staleOrgan},
		{"RandomHistoriesHold", randomHistories},
		{"ImportIsOneAct", importOrgans},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// on is the program acting for a day.
func on(day law.Date, reason string) store.By {
	b := program("")
	b.On, b.Reason = day, reason
	return b
}

func filed(organ int64, year int, n int64) store.Filed {
	f, err := annual.FormFor(year)
	if err != nil {
		panic(err)
	}
	r := annual.New(f, "", year)
	r.Set("t3.new.total", annual.Num(n))
	return store.Filed{Organ: organ, Year: year, Report: r}
}

func oldNames(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	town := list[1].ID
	must(s.SaveReport(ctx, filed(town, 2021, 4)))(t)
	must(s.SaveReport(ctx, filed(town, 2023, 6)))(t)
	must(s.RenameOrgan(ctx, on(law.Day(2022, 7, 1), "云政发〔2022〕5号"), town, 0, "第0街道办事处", "第0街道", false))(t)
	for day, want := range map[law.Date]string{law.Day(2022, 6, 30): "第0镇人民政府", law.Day(2022, 7, 1): "第0街道办事处", {}: "第0街道办事处"} {
		if o := must(s.OrganOn(ctx, town, day))(t); o.Name != want {
			t.Errorf("on %v it is %q", day, o.Name)
		}
	}
	for year, want := range map[int]string{2021: "第0镇人民政府", 2023: "第0街道办事处"} {
		sum := must(s.SumTree(ctx, list[0].ID, year))(t)
		if i := slices.IndexFunc(sum.Parts, func(p store.TreePart) bool { return p.Organ.ID == town }); i < 0 || sum.Parts[i].Organ.Name != want {
			t.Errorf("in the sum of %d: %+v", year, sum.Parts)
		}
		rows, _, err := s.Reports(ctx, store.ReportQuery{Year: year})
		if err != nil || len(rows) != 1 || rows[0].Organ.Name != want {
			t.Errorf("in the list of %d: %+v (%v)", year, rows, err)
		}
	}
	// A slip of the pen is put right everywhere and is no event of that day.
	must(s.RenameOrgan(ctx, on(law.Day(2023, 1, 1), ""), town, 0, "第零街道办事处", "第0街道", true))(t)
	if a, b := must(s.OrganOn(ctx, town, law.Day(2022, 7, 1)))(t), must(s.OrganOn(ctx, town, law.Day(2022, 6, 30)))(t); a.Name != "第零街道办事处" || b.Name != "第0镇人民政府" {
		t.Errorf("after the correction %q, before %q", a.Name, b.Name)
	}
	ev := must(s.OrganEvents(ctx, town))(t)
	if len(ev) != 2 || ev[0].Chinese() != "由“第0镇人民政府”更名为“第0街道办事处”" || ev[0].Basis != "云政发〔2022〕5号" {
		t.Errorf("history %+v", ev)
	}
	h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.OrganRef(town)}))(t)
	if len(h) != 2 || h[1].Act.Kind != act.OrganRenamed || h[1].Act.On != law.Day(2022, 7, 1) {
		t.Errorf("log %+v", h)
	}
}

// tally is what a sum has to say of requests, and who is in it.
func tally(t *testing.T, s *store.Store, root int64, year int) string {
	t.Helper()
	sum := must(s.SumTree(ctx, root, year))(t)
	n := sum.Sum.Get("t3.new.total").N
	var parts []string
	for _, p := range sum.Parts {
		if p.Filed > 0 {
			parts = append(parts, fmt.Sprintf("%s%d", p.Organ.Name, p.Filed))
		}
	}
	slices.Sort(parts)
	return fmt.Sprintf("%d %s", n, strings.Join(parts, " "))
}

func pastSums(t *testing.T, s *store.Store) {
	city, a, b := s.NewID(), s.NewID(), s.NewID()
	t1, t2, t3 := s.NewID(), s.NewID(), s.NewID()
	town := func(id, parent int64, name string) org.Organ {
		return org.Organ{ID: id, Name: name, Kind: org.Town, Level: org.Township, Parent: parent}
	}
	must(s.SaveOrgans(ctx, []org.Organ{{ID: city, Name: "乌有市人民政府", Kind: org.Government, Level: org.Prefecture},
		{ID: a, Name: "甲县人民政府", Kind: org.Government, Level: org.County, Parent: city}, {ID: b, Name: "乙县人民政府", Kind: org.Government, Level: org.County, Parent: city},
		town(t1, a, "一镇"), town(t2, a, "二镇"), town(t3, b, "三镇")}))(t)
	for year := 2021; year <= 2024; year++ {
		for i, id := range []int64{t1, t2, t3} {
			if year == 2024 && id == t2 {
				continue
			}
			must(s.SaveReport(ctx, filed(id, year, []int64{1, 10, 100}[i])))(t)
		}
	}
	want := func(year int, county int64, says string) {
		t.Helper()
		if got := tally(t, s, county, year); got != says {
			t.Errorf("%d: %s, want %s", year, got, says)
		}
	}
	want(2022, a, "11 一镇1 二镇1") // also fills the cache
	must(s.MoveOrgan(ctx, on(law.Day(2023, 3, 1), ""), t1, 0, b))(t)
	must(s.MergeOrgans(ctx, on(law.Day(2024, 1, 1), ""), store.Merge{From: []int64{t2}, Into: t3}))(t)
	want(2021, a, "11 一镇1 二镇1")
	want(2022, a, "11 一镇1 二镇1")
	want(2022, b, "100 三镇1")
	want(2023, a, "10 二镇1")
	want(2023, b, "101 一镇1 三镇1")
	want(2024, a, "0 ")
	want(2024, b, "101 一镇1 三镇1")
	for year, n := range map[int]int64{2021: 111, 2022: 111, 2023: 111, 2024: 101} {
		if got := must(s.SumTree(ctx, city, year))(t).Sum.Get("t3.new.total").N; got != n {
			t.Errorf("the city's %d: %d, want %d", year, got, n)
		}
	}
	// The list of a past year knows who stood where, too.
	for year, n := range map[int]int{2022: 2, 2023: 1, 2024: 0} {
		o := must(s.Organ(ctx, a))(t)
		rows, _, err := s.Reports(ctx, store.ReportQuery{Year: year, Under: o.Path})
		if err != nil || len(rows) != n {
			t.Errorf("reports of %d below 甲县: %d, want %d (%v)", year, len(rows), n, err)
		}
	}
	sum := must(s.SumTree(ctx, b, 2024))(t)
	for _, m := range sum.Missing {
		if m.ID == t2 {
			t.Error("a merged organ owes no report for the year in which it is gone")
		}
	}
}

// home asks the store who answers for an organ.
func home(t *testing.T, s *store.Store, id int64) int64 {
	t.Helper()
	return must(s.OrganFile(ctx, org.Program("测试"), id))(t).Home
}

func homes(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	create := func(name string, kind org.Kind, parent int64) int64 {
		d := must(s.CreateOrgan(ctx, program(""), org.Organ{Name: name, Kind: kind, Parent: parent}, 0))(t)
		return must(strconv.ParseInt(d.Answer, 10, 64))(t)
	}
	office := create("党政办", org.Section, list[1].ID)
	window := create("公开窗口", org.Section, office)
	desk := create("一号台", org.Section, window)
	village := create("上河村", org.Village, list[1].ID)
	group := create("上河一组", org.Village, village)
	check := func(want int64, ids ...int64) {
		t.Helper()
		for _, id := range ids {
			if got := home(t, s, id); got != want {
				t.Errorf("%s answers through %d, want %d", must(s.Organ(ctx, id))(t).Name, got, want)
			}
		}
	}
	check(list[1].ID, office, window, desk, village, group)
	must(s.MoveOrgan(ctx, program(""), window, 0, list[2].ID))(t)
	check(list[2].ID, window, desk)
	check(list[1].ID, office)
	f := must(s.OrganFile(ctx, org.Program("测试"), window))(t)
	must(s.ChangeOrgan(ctx, program(""), store.OrganChange{ID: window, Version: f.Version, Kind: org.Authorised, Level: org.Township}))(t)
	check(window, window, desk)
	// A whole town moves: what is inside it goes along.
	other := create("乙县", org.Department, list[0].ID)
	must(s.MoveOrgan(ctx, program(""), list[1].ID, 0, other))(t)
	check(list[1].ID, office, village, group)
	if o := must(s.Organ(ctx, group))(t); !strings.HasPrefix(o.Path, must(s.Organ(ctx, other))(t).Path) {
		t.Errorf("the group lies at %q", o.Path)
	}
	x := must(s.Inspect(ctx, nil))(t)
	if x.Count != 0 {
		t.Errorf("%+v", x.Faults)
	}
}

func circles(t *testing.T, s *store.Store) {
	list := county(t, s, 3)
	a, b := list[1].ID, list[2].ID
	var refusal *act.Refusal
	if _, err := s.MoveOrgan(ctx, program(""), list[0].ID, 0, a); !errors.As(err, &refusal) {
		t.Errorf("the county below its town: %v", err)
	}
	// Today a stands below b. Before March it did not; but in February b stood
	// below a: entered afterwards, a below b in January would close a circle.
	must(s.MoveOrgan(ctx, on(law.Day(2022, 2, 1), ""), b, 0, a))(t)
	must(s.MoveOrgan(ctx, on(law.Day(2022, 3, 1), ""), b, 0, list[0].ID))(t)
	must(s.MoveOrgan(ctx, on(law.Day(2022, 4, 1), ""), a, 0, b))(t)
	if _, err := s.MoveOrgan(ctx, on(law.Day(2022, 1, 1), ""), a, 0, b); !errors.As(err, &refusal) {
		t.Errorf("a circle in February: %v", err)
	}
	for _, day := range []law.Date{law.Day(2022, 1, 15), law.Day(2022, 2, 15), law.Day(2022, 3, 15), law.Day(2022, 4, 15)} {
		if _, err := org.NewTree(must(s.OrgansOn(ctx, day))(t)); err != nil {
			t.Errorf("%v: %v", day, err)
		}
	}
}

func whoArranges(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	officer := func(r org.Role, o org.Organ) store.By {
		return store.By{Viewer: org.Viewer{Person: 7, Organ: o.ID, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: r}}}}
	}
	office, head, other := officer(org.Office, list[0]), officer(org.Head, list[1]), officer(org.Head, list[2])
	section := org.Organ{Name: "党政办", Kind: org.Section, Parent: list[1].ID}
	for name, c := range map[string]struct {
		by  store.By
		o   org.Organ
		yes bool
	}{
		"主管部门设机关":      {office, org.Organ{Name: "新镇", Kind: org.Town, Parent: list[0].ID}, true},
		"主管部门设内设机构":    {office, org.Organ{Name: "公开股", Kind: org.Section, Parent: list[2].ID}, true},
		"负责人设本机关内设机构":  {head, section, true},
		"负责人设下级机关":     {head, org.Organ{Name: "某站", Kind: org.Authorised, Parent: list[1].ID}, false},
		"别的镇的负责人":      {other, section, false},
		"无人":           {store.By{}, section, false},
		"主管部门另立一棵树":    {office, org.Organ{Name: "丙县", Kind: org.Government}, false},
		"经办":           {officer(org.Drafter, list[1]), section, false},
		"主管部门设在不存在的机关": {office, org.Organ{Name: "新镇", Parent: 42}, false},
	} {
		_, err := s.CreateOrgan(ctx, c.by, c.o, 0)
		if (err == nil) != c.yes {
			t.Errorf("%s: %v", name, err)
		}
	}
	rows, total, _, err := s.ListOrgans(ctx, head.Viewer, store.OrganQuery{})
	if err != nil || total != 2 || rows[0].Organ.ID != list[1].ID || rows[1].Depth != 1 {
		t.Errorf("a town sees %+v (%v)", rows, err)
	}
	if _, err := s.OrganFile(ctx, head.Viewer, list[2].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town opens another: %v", err)
	}
	if _, err := s.MoveOrgan(ctx, office, list[1].ID, 0, list[2].ID); err != nil {
		t.Error(err)
	}
	if _, err := s.MoveOrgan(ctx, other, list[1].ID, 0, list[0].ID); err == nil {
		t.Error("a town moved another")
	}
}

func treeRefusals(t *testing.T, s *store.Store) {
	list := county(t, s, 2)
	a := list[1].ID
	sec := must(s.CreateOrgan(ctx, program(""), org.Organ{Name: "党政办", Kind: org.Section, Parent: a}, 0))(t)
	section := must(strconv.ParseInt(sec.Answer, 10, 64))(t)
	must(s.AbolishOrgan(ctx, on(law.Day(2024, 1, 1), ""), list[2].ID, 0, a))(t)
	for name, err := range map[string]error{
		"早于撤销":  refusedBy(s.RenameOrgan(ctx, on(law.Day(2024, 2, 1), ""), list[2].ID, 0, "新名", "", false)),
		"将来":    refusedBy(s.RenameOrgan(ctx, on(law.Day(2999, 1, 1), ""), a, 0, "新名", "", false)),
		"无效日期":  refusedBy(s.RenameOrgan(ctx, on(law.Date{Year: 2024, Month: 2, Day: 31}, ""), a, 0, "新名", "", false)),
		"空名":    refusedBy(s.RenameOrgan(ctx, program(""), a, 0, " ", "", false)),
		"移到已撤销": refusedBy(s.MoveOrgan(ctx, program(""), a, 0, list[2].ID)),
		"科室下设镇": refusedBy(s.CreateOrgan(ctx, program(""), org.Organ{Name: "某镇", Kind: org.Town, Parent: section}, 0)),
		"有下级":   refusedBy(s.AbolishOrgan(ctx, program(""), a, 0, 0)),
		"并入自己":  refusedBy(s.MergeOrgans(ctx, program(""), store.Merge{From: []int64{a}, Into: a})),
		"分成一个":  refusedBy(s.SplitOrgan(ctx, program(""), store.Split{ID: a, New: []org.Organ{{Name: "甲"}}})),
		"自己承接":  refusedBy(s.AbolishOrgan(ctx, program(""), a, 0, a)),
	} {
		var refusal *act.Refusal
		if !errors.As(err, &refusal) || !strings.HasSuffix(refusal.Text, "。") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Nothing of all that is left behind.
	if got := must(s.OrganEvents(ctx, a))(t); len(got) != 1 { // it succeeded the other
		t.Errorf("%+v", got)
	}
}

func refusedBy[T any](_ T, err error) error { return err }

func splitAbolish(t *testing.T, s *store.Store) {
	list := county(t, s, 3)
	a := list[1].ID
	must(s.CreateOrgan(ctx, program(""), org.Organ{Name: "上河村", Kind: org.Village, Parent: a, From: law.Day(2001, 1, 1)}, 0))(t)
	d := must(s.SplitOrgan(ctx, on(law.Day(2023, 5, 1), "批复"), store.Split{ID: a, New: []org.Organ{{Name: "东镇", Kind: org.Town}, {Name: "西镇", Kind: org.Town}}}))(t)
	east := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	old := must(s.Organ(ctx, a))(t)
	if old.To != law.Day(2023, 4, 30) || old.Owes(2023) || !old.Owes(2022) {
		t.Errorf("the split organ %+v", old)
	}
	below := must(s.Children(ctx, east))(t)
	if len(below) != 1 || below[0].Name != "上河村" {
		t.Errorf("below the first new organ: %+v", below)
	}
	then := must(s.OrgansOn(ctx, law.Day(2023, 4, 30)))(t)
	if i := slices.IndexFunc(then, func(o org.Organ) bool { return o.Name == "上河村" }); then[i].Parent != a {
		t.Errorf("before the split the village stood below %d", then[i].Parent)
	}
	ev := must(s.OrganEvents(ctx, a))(t)
	var says []string
	for _, e := range ev {
		says = append(says, e.Chinese())
	}
	if got := strings.Join(says, "；"); got != "撤销，由“东镇”承接；分设出“西镇”；分设出“东镇”" {
		t.Error(got)
	}
	if rows, total, _, err := s.ListOrgans(ctx, org.Program(""), store.OrganQuery{State: store.OrgansEnded}); err != nil || len(rows) != 0 || total != 0 {
		t.Errorf("nobody sees %+v (%v)", rows, err)
	}
	if rows, _, _, err := s.ListOrgans(ctx, org.Program("x"), store.OrganQuery{State: store.OrgansEnded}); err != nil || len(rows) != 1 || rows[0].Organ.ID != a {
		t.Errorf("ended: %+v (%v)", rows, err)
	}
	if load := must(s.OrganLoad(ctx, east, law.Day(2024, 1, 1)))(t); load.Below != 1 {
		t.Errorf("%+v", load)
	}
}

func vertical(t *testing.T, s *store.Store) {
	list := county(t, s, 1)
	create := func(name string, parent, line int64) int64 {
		d := must(s.CreateOrgan(ctx, program(""), org.Organ{Name: name, Kind: org.Department, Parent: parent, From: law.Day(2000, 1, 1)}, line))(t)
		return must(strconv.ParseInt(d.Answer, 10, 64))(t)
	}
	tax := create("市税务局", list[0].ID, 0)
	sub := create("县税务局", list[0].ID, tax)
	leaf := create("青石税务所", list[1].ID, sub)
	rows, _, _, err := s.ListOrgans(ctx, org.Program("x"), store.OrganQuery{Line: tax})
	if err != nil || len(rows) != 2 {
		t.Errorf("led by the tax office: %+v (%v)", rows, err)
	}
	f := must(s.OrganFile(ctx, org.Program("x"), tax))(t)
	var refusal *act.Refusal
	if _, err := s.ChangeOrgan(ctx, program(""), store.OrganChange{ID: tax, Version: f.Version, Kind: org.Department, Line: leaf, From: f.Organ.From}); !errors.As(err, &refusal) {
		t.Errorf("a circle in the second tree: %v", err)
	}
	f = must(s.OrganFile(ctx, org.Program("x"), leaf))(t)
	must(s.ChangeOrgan(ctx, on(law.Day(2024, 1, 1), ""), store.OrganChange{ID: leaf, Version: f.Version, Kind: org.Department, Line: 0, From: f.Organ.From}))(t)
	for day, n := range map[law.Date]int{law.Day(2023, 12, 31): 2, law.Day(2024, 1, 1): 1} {
		if rows, _, _, err := s.ListOrgans(ctx, org.Program("x"), store.OrganQuery{Line: tax, On: day}); err != nil || len(rows) != n {
			t.Errorf("%v: %d led (%v)", day, len(rows), err)
		}
	}
}

func staleOrgan(t *testing.T, s *store.Store) {
	a := county(t, s, 1)[1]
	f := must(s.OrganFile(ctx, org.Program("x"), a.ID))(t)
	must(s.RenameOrgan(ctx, program(""), a.ID, f.Version, "甲镇人民政府", "", false))(t)
	if _, err := s.RenameOrgan(ctx, program(""), a.ID, f.Version, "乙镇人民政府", "", false); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second officer overwrote the first: %v", err)
	}
	by := program("once")
	one := must(s.CreateOrgan(ctx, by, org.Organ{Name: "新镇", Kind: org.Town, Parent: a.Parent}, 0))(t)
	two := must(s.CreateOrgan(ctx, by, org.Organ{Name: "新镇", Kind: org.Town, Parent: a.Parent}, 0))(t)
	if one.Answer != two.Answer || !two.Repeated {
		t.Errorf("a double click: %+v, %+v", one, two)
	}
}

// Whatever is moved, renamed and merged in whatever order of days: every day has
// a tree, the sums of a year add up to what was filed, doctor finds nothing.
func randomHistories(t *testing.T, s *store.Store) {
	for seed := range uint64(12) {
		rng := rand.New(rand.NewPCG(seed, 3))
		top := must(s.SaveOrgan(ctx, org.Organ{Name: "顶", Kind: org.Department}))(t)
		ids := []int64{top.ID}
		for i := range 6 {
			p := ids[rng.IntN(len(ids))]
			o := must(s.SaveOrgan(ctx, org.Organ{Name: fmt.Sprint("机关", i), Kind: org.Department, Parent: p}))(t)
			ids = append(ids, o.ID)
			must(s.SaveReport(ctx, filed(o.ID, 2022, 1)))(t)
		}
		day := func() law.Date { return law.Day(2022, 1, 1).AddDays(rng.IntN(900)) }
		for range 1 + rng.IntN(8) {
			id, to := ids[1+rng.IntN(len(ids)-1)], ids[rng.IntN(len(ids))]
			var err error
			switch rng.IntN(4) {
			case 0, 1:
				_, err = s.MoveOrgan(ctx, on(day(), ""), id, 0, to)
			case 2:
				_, err = s.RenameOrgan(ctx, on(day(), ""), id, 0, []string{"甲", "乙"}[rng.IntN(2)], "", false)
			case 3:
				_, err = s.AbolishOrgan(ctx, on(day(), ""), id, 0, to)
			}
			var refusal *act.Refusal
			if err != nil && !errors.As(err, &refusal) {
				t.Fatal(seed, err)
			}
		}
		for _, d := range []law.Date{law.Day(2021, 12, 31), law.Day(2022, 6, 30), law.Day(2022, 12, 31), law.Day(2023, 12, 31), {}} {
			if _, err := org.NewTree(must(s.OrgansOn(ctx, d))(t)); err != nil {
				t.Fatalf("seed %d: %v: %v", seed, d, err)
			}
		}
		if sum := must(s.SumTree(ctx, top.ID, 2022))(t); sum.Sum.Get("t3.new.total").N != 6 {
			t.Fatalf("seed %d: the sum of 2022 is %d", seed, sum.Sum.Get("t3.new.total").N)
		}
		for _, id := range ids {
			f := must(s.OrganFile(ctx, org.Program("x"), id))(t)
			if !f.History.Check() {
				t.Fatalf("seed %d: history %+v", seed, f.History)
			}
		}
	}
	if x := must(s.Inspect(ctx, nil))(t); x.Count != 0 {
		t.Errorf("%+v", x.Faults)
	}
}
