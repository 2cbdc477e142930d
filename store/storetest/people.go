package storetest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// RunPeople checks people, their posts, handing over and lists by permission.
// Every call of open gives an empty store that signs.
func RunPeople(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"PersonComesBack", personComesBack},
		{"SecondOfficerSeesTheConflict", personConflict},
		{"LoginIsOnesOwn", loginOnce},
		{"OwnTelephoneOnly", ownTelephone},
		{"PostsAreGrantedByThoseWhoMay", grants},
		{"NobodyWatchesHimself", guards},
		{"RolesApartOverAllPosts", rolesApart},
		{"PostsEnd", postsEnd},
		{"FirstAdministrator", firstAdministrator},
		{"HistoryHidesTelephones", maskedHistory},
		{"ReadingIsRegisteredOnceADay", personalRead},
		{"ListsSayWhatMaySays", listsByScope},
		{"PagesAndSearch", peoplePages},
		{"RosterIsKeptLineByLine", rosterImport},
		{"HandoverMovesEverything", handoverWhole},
		{"HandoverWaitsForAllParties", handoverParties},
		{"HandoverOfPostsOnly", handoverStays},
		{"HandoverIsSeenByItsParties", handoverSeen},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// staff makes people at an organ with roles, as the program.
func staff(t testing.TB, s *store.Store, o org.Organ, name string, roles ...org.Role) int64 {
	t.Helper()
	id := madeBy(t, must(s.SavePerson(ctx, program(""), org.Person{Name: name, Organ: o.ID, Phone: "13800001234", Login: "l" + strconv.FormatInt(s.NewID()%100_000_000, 36)}))(t))
	for _, r := range roles {
		must(s.Grant(ctx, program(""), org.Post{Person: id, Organ: o.ID, Role: r}))(t)
	}
	return id
}

func madeBy(t testing.TB, d store.Done) int64 {
	t.Helper()
	return must(strconv.ParseInt(d.Answer, 10, 64))(t)
}

func today(t testing.TB, s *store.Store) law.Date {
	t.Helper()
	// The store's own day is that of the acts it writes.
	must(s.SaveSetting(ctx, program(""), store.Setting{Name: fmt.Sprint("日", s.NewID()), Value: "1"}))(t)
	e := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Limit: 1}))(t)
	return e[0].Act.On
}

func as(t testing.TB, s *store.Store, person int64) store.By {
	t.Helper()
	return store.By{Viewer: must(s.Viewer(ctx, person, today(t, s)))(t)}
}

func refused(t testing.TB, err error, word string) {
	t.Helper()
	var r *act.Refusal
	if !errors.As(err, &r) || !strings.Contains(r.Text, word) {
		t.Errorf("not refused with %q: %v", word, err)
	}
}

func person(t testing.TB, s *store.Store, id int64) store.PersonRow {
	t.Helper()
	return must(s.Person(ctx, org.Program("测试"), id))(t)
}

func personComesBack(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	want := org.Person{Name: "周明", Organ: o[1].ID, Title: "党政办主任", Phone: "13900000001", Email: "zhou@example.gov.cn", Login: "zhouming", From: law.Day(2024, 3, 1)}
	id := madeBy(t, must(s.SavePerson(ctx, program("k"), want))(t))
	if again := must(s.SavePerson(ctx, program("k"), want))(t); !again.Repeated || again.Answer != fmt.Sprint(id) {
		t.Errorf("a double click made %+v", again)
	}
	got := person(t, s, id)
	want.ID, want.Version = id, 1
	if got.Person != want || got.OrganName != o[1].Name || got.Home != o[1].ID {
		t.Errorf("got %+v", got)
	}
	want.Title = "副镇长"
	must(s.SavePerson(ctx, program(""), want))(t)
	if p := person(t, s, id); p.Title != "副镇长" || p.Version != 2 {
		t.Errorf("changed to %+v", p)
	}
	_, err := s.SavePerson(ctx, program(""), org.Person{Name: " ", Organ: o[1].ID})
	refused(t, err, "姓名")
	if _, err := s.SavePerson(ctx, program(""), org.Person{Name: "某人", Organ: 42}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody works nowhere: %v", err)
	}
}

func personConflict(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	p := person(t, s, staff(t, s, o[1], "周明")).Person
	first, second := p, p
	first.Title, second.Title = "主任", "副主任"
	must(s.SavePerson(ctx, program(""), first))(t)
	if _, err := s.SavePerson(ctx, program(""), second); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second officer overwrote the first: %v", err)
	}
}

func loginOnce(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	must(s.SavePerson(ctx, program(""), org.Person{Name: "周明", Organ: o[1].ID, Login: "zm"}))(t)
	_, err := s.SavePerson(ctx, program(""), org.Person{Name: "郑敏", Organ: o[2].ID, Login: "zm"})
	refused(t, err, "已有人使用")
	for range 2 { // any number of people have none
		must(s.SavePerson(ctx, program(""), org.Person{Name: "无账号", Organ: o[2].ID}))(t)
	}
	if got := must(s.LoginTaken(ctx, []string{"zm", "x"}))(t); !got["zm"] || got["x"] {
		t.Errorf("taken: %v", got)
	}
}

func ownTelephone(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	id := staff(t, s, o[1], "周明", org.Drafter)
	me, p := as(t, s, id), person(t, s, id).Person
	p.Phone = "13900000002"
	must(s.SavePerson(ctx, me, p))(t)
	p = person(t, s, id).Person
	p.Title = "县长"
	_, err := s.SavePerson(ctx, me, p)
	refused(t, err, "登记、修改人员")
	head := as(t, s, staff(t, s, o[1], "负责人", org.Head))
	must(s.SavePerson(ctx, head, p))(t)
	p.Version, p.Organ = 3, o[0].ID
	_, err = s.SavePerson(ctx, head, p)
	refused(t, err, "登记、修改人员") // a town moves nobody into the county
}

func grants(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	clerk := staff(t, s, o[1], "经办", org.Drafter)
	head, office := as(t, s, staff(t, s, o[1], "负责人", org.Head)), as(t, s, staff(t, s, o[0], "公开办", org.Office))
	must(s.Grant(ctx, head, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Handler}))(t)
	_, err := s.Grant(ctx, head, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Handler})
	refused(t, err, "任期重叠")
	_, err = s.Grant(ctx, head, org.Post{Person: clerk, Organ: o[2].ID, Role: org.Handler})
	refused(t, err, "授予、收回业务岗位")
	_, err = s.Grant(ctx, head, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Office})
	refused(t, err, "上级的主管部门") // a head does not make himself more than he is
	_, err = s.Grant(ctx, as(t, s, clerk), org.Post{Person: clerk, Organ: o[1].ID, Role: org.Signer})
	refused(t, err, "授予、收回业务岗位")
	must(s.Grant(ctx, office, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Office}))(t)
	// A head of the county's own office is not above the towns, and cannot make
	// himself so.
	h0 := staff(t, s, o[0], "县政府办负责人", org.Head)
	_, err = s.Grant(ctx, as(t, s, h0), org.Post{Person: h0, Organ: o[0].ID, Role: org.Office})
	refused(t, err, "上级的主管部门")
	// A post in a 内设机构 is one of the organ that answers for it.
	section := must(s.SaveOrgan(ctx, org.Organ{Name: "党政办", Kind: org.Section, Parent: o[1].ID}))(t)
	must(s.Grant(ctx, head, org.Post{Person: clerk, Organ: section.ID, Role: org.Reviewer}))(t)
	if v := must(s.Viewer(ctx, clerk, today(t, s)))(t); !v.HoldsAt(org.Reviewer, o[1].ID) {
		t.Errorf("posts %+v", v.Posts)
	}
}

func guards(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	sec := staff(t, s, o[0], "安全员", org.SecurityAdmin)
	other, office := staff(t, s, o[1], "纪检"), as(t, s, staff(t, s, o[0], "公开办", org.Office))
	for _, r := range org.Roles() {
		if !r.Guarding() {
			continue
		}
		last := law.Date{}
		if r.Passing() {
			last = thisDay().AddDays(30)
		}
		_, err := s.Grant(ctx, office, org.Post{Person: other, Organ: o[1].ID, Role: r, To: last})
		refused(t, err, "授予、收回监督和三员岗位")
		_, err = s.Grant(ctx, as(t, s, sec), org.Post{Person: sec, Organ: o[0].ID, Role: r, To: last})
		refused(t, err, "不能给自己授予")
	}
	must(s.Grant(ctx, as(t, s, sec), org.Post{Person: other, Organ: o[1].ID, Role: org.Supervisor}))(t)
	_, err := s.Grant(ctx, as(t, s, sec), org.Post{Person: other, Organ: o[1].ID, Role: org.Drafter})
	refused(t, err, "授予、收回业务岗位")
}

func rolesApart(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	id := staff(t, s, o[0], "系统员", org.SystemAdmin)
	for _, r := range []org.Role{org.SecurityAdmin, org.AuditAdmin, org.Auditor} {
		_, err := s.Grant(ctx, program(""), org.Post{Person: id, Organ: o[2].ID, Role: r}) // in another organ
		refused(t, err, "三员分离")
	}
	// One after the other is allowed, on the same day it is not.
	day := today(t, s)
	must(s.EndPost(ctx, program(""), person(t, s, id).Posts[0].ID, day))(t)
	_, err := s.Grant(ctx, program(""), org.Post{Person: id, Organ: o[0].ID, Role: org.AuditAdmin, From: day})
	refused(t, err, "三员分离")
	must(s.Grant(ctx, program(""), org.Post{Person: id, Organ: o[0].ID, Role: org.AuditAdmin, From: day.AddDays(1)}))(t)
}

func postsEnd(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	id := staff(t, s, o[1], "周明", org.Drafter)
	day := today(t, s)
	post := person(t, s, id).Posts[0].ID
	_, err := s.EndPost(ctx, program(""), post, day.AddDays(-3))
	refused(t, err, "早于到岗日期")
	_, err = s.EndPost(ctx, as(t, s, id), post, day)
	refused(t, err, "授予、收回业务岗位")
	must(s.EndPost(ctx, program(""), post, day))(t)
	if v := must(s.Viewer(ctx, id, day))(t); len(v.Posts) != 1 {
		t.Errorf("on its last day the post is gone")
	}
	if v := must(s.Viewer(ctx, id, day.AddDays(1)))(t); len(v.Posts) != 0 {
		t.Errorf("after its last day the post is held: %+v", v.Posts)
	}
	_, err = s.EndPost(ctx, program(""), post, day.AddDays(5))
	refused(t, err, "已于")
	// The last one who can grant guarding roles stays.
	sec := staff(t, s, o[0], "安全员", org.SecurityAdmin)
	only := person(t, s, sec).Posts[0].ID
	_, err = s.EndPost(ctx, program(""), only, day)
	refused(t, err, "最后一位安全管理员")
	staff(t, s, o[1], "镇安全员", org.SecurityAdmin) // does not reach the county
	_, err = s.EndPost(ctx, program(""), only, day)
	refused(t, err, "最后一位安全管理员")
	staff(t, s, o[0], "安全员乙", org.SecurityAdmin)
	must(s.EndPost(ctx, program(""), only, day))(t)
}

func firstAdministrator(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	id := must(s.FirstAdministrator(ctx, "陈主任", "chen", o[0].ID))(t)
	me := as(t, s, id)
	clerk := madeBy(t, must(s.SavePerson(ctx, me, org.Person{Name: "镇经办", Organ: o[1].ID}))(t))
	must(s.Grant(ctx, me, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Drafter}))(t)
	must(s.Grant(ctx, me, org.Post{Person: clerk, Organ: o[1].ID, Role: org.Supervisor}))(t)
	_, err := s.Grant(ctx, me, org.Post{Person: id, Organ: o[0].ID, Role: org.SystemAdmin})
	refused(t, err, "不能给自己授予")
	if _, err := s.FirstAdministrator(ctx, "另一人", "other", o[0].ID); err == nil {
		t.Error("there are two first administrators")
	}
}

func maskedHistory(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	id := madeBy(t, must(s.SavePerson(ctx, program(""), org.Person{Name: "周明", Organ: o[1].ID, Phone: "13812340001", Email: "zhouming@example.gov.cn"}))(t))
	p := person(t, s, id).Person
	p.Phone = "13856780001"
	must(s.SavePerson(ctx, program(""), p))(t)
	h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.PersonRef(id)}))(t)
	if len(h) != 2 || len(h[0].Details.Changes) != 1 {
		t.Fatalf("history %+v", h)
	}
	if text := fmt.Sprint(h); strings.Contains(text, "13812340001") || strings.Contains(text, "13856780001") || strings.Contains(text, "zhouming@") {
		t.Errorf("the history shows a whole number: %s", text)
	}
}

func personalRead(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	me := as(t, s, staff(t, s, o[1], "负责人", org.Head))
	for _, refs := range [][]string{{"person/1", "person/2"}, {"person/1"}, {"person/2", "person/3"}} {
		if err := s.PersonalRead(ctx, me, "人员页", refs...); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Kind: act.PersonalRead}))(t) {
		got = append(got, strings.Join(e.Act.Body.(act.Record).Refs, "+"))
	}
	if want := []string{"person/3", "person/1+person/2"}; !slices.Equal(got, want) {
		t.Errorf("registered %v, want %v", got, want)
	}
}

// Lists and pages never disagree: the ids of every list are those that May
// allows, for every verb, over random organs, people, posts and viewers.
func listsByScope(t *testing.T, s *store.Store) {
	o := county(t, s, 4)
	for i, parent := range []int{1, 1, 2, 0} {
		kind := org.Section
		if i == 1 {
			kind = org.Village
		}
		o = append(o, must(s.SaveOrgan(ctx, org.Organ{Name: fmt.Sprint("下设", i), Kind: kind, Parent: o[parent].ID}))(t))
	}
	o = append(o, must(s.SaveOrgan(ctx, org.Organ{Name: "邻县人民政府", Kind: org.Government, Level: org.County}))(t))
	var everyone []int64
	for i := range 30 {
		everyone = append(everyone, staff(t, s, o[i%len(o)], fmt.Sprint("人员", i)))
	}
	day := today(t, s)
	rows := must(s.AllPeople(ctx, org.Program("测试"), org.SeePeople))(t)
	if len(rows) != len(everyone) {
		t.Fatalf("the program sees %d of %d", len(rows), len(everyone))
	}
	rapid.Check(t, func(t *rapid.T) {
		v := org.Viewer{Person: rapid.SampledFrom(append([]int64{0, 7}, everyone...)).Draw(t, "viewer")}
		for range rapid.IntRange(0, 4).Draw(t, "posts") {
			at := rapid.SampledFrom(o).Draw(t, "organ")
			v.Posts = append(v.Posts, org.Post{Person: v.Person, Organ: at.HomeID(), Path: pathOf(o, at.HomeID()), Role: rapid.SampledFrom(org.Roles()).Draw(t, "role")})
		}
		verb := rapid.SampledFrom(org.Verbs()).Draw(t, "verb")
		var want, got []int64
		for _, r := range rows {
			if org.May(v, verb, r.Subject()) {
				want = append(want, r.ID)
			}
		}
		list, err := s.AllPeople(ctx, v, verb)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			got = append(got, r.ID)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%s of %+v: the list has %d people, May allows %d", verb, v, len(got), len(want))
		}
		for _, at := range o {
			posts, err := s.OrganPosts(ctx, v, at.ID, day)
			if err != nil {
				t.Fatal(err)
			}
			if len(posts) > 0 && !org.May(v, org.SeePeople, at.Subject()) {
				t.Fatalf("%+v sees the posts of %s", v, at.Name)
			}
		}
		for _, id := range everyone[:5] {
			_, err := s.Person(ctx, v, id)
			i := slices.IndexFunc(rows, func(r store.PersonRow) bool { return r.ID == id })
			if may := org.May(v, org.SeePeople, rows[i].Subject()); may != (err == nil) {
				t.Fatalf("page of %d: May says %v, the store %v", id, may, err)
			}
		}
	})
}

func pathOf(list []org.Organ, id int64) string {
	return list[slices.IndexFunc(list, func(o org.Organ) bool { return o.ID == id })].Path
}

func peoplePages(t *testing.T, s *store.Store) {
	o := county(t, s, 3)
	for i := range 25 {
		p := org.Person{Name: fmt.Sprintf("人员%02d", i), Organ: o[i%4].ID, Login: fmt.Sprintf("p%02d", i), Title: "科员"}
		id := madeBy(t, must(s.SavePerson(ctx, program(""), p))(t))
		if i%5 == 0 {
			must(s.Grant(ctx, program(""), org.Post{Person: id, Organ: o[i%4].ID, Role: org.Drafter}))(t)
		}
	}
	all, day := org.Program("测试"), today(t, s)
	seen, after, pages := map[int64]bool{}, "", 0
	for {
		rows, next, err := s.People(ctx, all, store.PersonQuery{Day: day, Limit: 4, After: after})
		if err != nil {
			t.Fatal(err)
		}
		pages++
		for _, r := range rows {
			if seen[r.ID] {
				t.Errorf("%s comes twice", r.Name)
			}
			seen[r.ID] = true
		}
		if next == "" {
			break
		}
		after = next
	}
	if len(seen) != 25 || pages != 7 {
		t.Errorf("%d people on %d pages", len(seen), pages)
	}
	if _, _, err := s.People(ctx, all, store.PersonQuery{After: "x"}); !errors.Is(err, store.ErrCursor) {
		t.Errorf("a damaged mark: %v", err)
	}
	for q, want := range map[store.PersonQuery]int{
		{Search: "人员0"}: 10, {Search: "Ｐ０７"}: 1, {Search: "%"}: 0, {Search: "科員"}: 25, {Search: "p1\x00"}: 10, {Role: org.Drafter}: 5, {Role: org.Signer}: 0,
		{Organ: o[1].ID}: 6, {Under: o[0].Path}: 25, {Under: o[2].Path}: 6, {Who: store.PeopleLeft}: 0, {Who: store.PeopleAll}: 25, {Name: "人员03"}: 1,
	} {
		q.Day, q.Limit = day, 100
		rows, _, err := s.People(ctx, all, q)
		if err != nil || len(rows) != want {
			t.Errorf("%+v: %d people, want %d (%v)", q, len(rows), want, err)
		}
	}
}

func rosterImport(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	me := as(t, s, staff(t, s, o[0], "公开办", org.Office))
	day := today(t, s)
	post := func(at org.Organ, r org.Role) org.Post { return org.Post{Organ: at.ID, Role: r, From: day} }
	plans := []org.RosterPlan{
		{Line: org.RosterLine{Line: 2}, Does: org.RosterNew, Person: org.Person{Name: "周明", Organ: o[1].ID, Login: "zm"}, Posts: []org.Post{post(o[1], org.Drafter), post(o[1], org.Handler)}},
		{Line: org.RosterLine{Line: 3}, Does: org.RosterNew, Person: org.Person{Name: "吴安", Organ: o[1].ID, Login: "wa"}, Posts: []org.Post{post(o[1], org.SystemAdmin)}},
		{Line: org.RosterLine{Line: 4}, Does: org.RosterNew, Person: org.Person{Name: "郑重", Organ: o[2].ID, Login: "zm"}},
		{Line: org.RosterLine{Line: 5}, Does: org.RosterNew, Person: org.Person{Name: "冯好", Organ: o[2].ID}},
	}
	me.Key = "import"
	got := must(s.ImportPeople(ctx, me, plans))(t)
	if len(got) != 4 || got[0].Fault != "" || got[0].Posts != 2 || !got[0].New || !strings.Contains(got[1].Fault, "监督和三员岗位") || !strings.Contains(got[2].Fault, "已有人使用") || got[3].Fault != "" {
		t.Fatalf("results %+v", got)
	}
	rows, _, err := s.People(ctx, org.Program("测试"), store.PersonQuery{Day: day, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 3 { // with the importer: a refused line left nothing
		t.Errorf("%d people after the import", len(rows))
	}
	again := must(s.ImportPeople(ctx, me, plans))(t)
	if rows, _, _ := s.People(ctx, org.Program("测试"), store.PersonQuery{Day: day, Limit: 100}); len(rows) != 3 || !strings.Contains(again[0].Fault, "没有重复办理") {
		t.Errorf("the same form again: %d people, %+v", len(rows), again[0])
	}
}
