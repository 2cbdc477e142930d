package org

import (
	"strings"
	"testing"

	"gongkai/law"
)

var rosterDay = law.Day(2026, 3, 1)

func roster() Roster {
	return Roster{
		Today: rosterDay,
		Organs: []Organ{
			{ID: 1, Name: "云岭县人民政府", Short: "县政府", Code: "C0", Kind: Government, Path: "/1/"},
			{ID: 2, Name: "青石镇人民政府", Short: "青石镇", Kind: Town, Parent: 1, Path: "/1/2/"},
			{ID: 3, Name: "党政办", Kind: Section, Parent: 2, Path: "/1/2/3/"},
			{ID: 4, Name: "民政局", Kind: Department, Parent: 1, Path: "/1/4/"},
			{ID: 5, Name: "民政局", Kind: Department, Parent: 1, Path: "/1/5/", Code: "C5"},
		},
		People: []Person{
			{ID: 11, Name: "周明", Organ: 3, Login: "zhouming", Title: "科员", Phone: "13800000001", Version: 4},
			{ID: 12, Name: "李静", Organ: 2, Login: "lijing", Version: 1},
			{ID: 13, Name: "李静", Organ: 2, Login: "lijing2", Version: 1},
			{ID: 14, Name: "王安", Organ: 2, Version: 1},
			{ID: 15, Name: "赵去", Organ: 2, Login: "zhao", To: law.Day(2025, 1, 1), Version: 2},
		},
		Posts: []Post{{ID: 21, Person: 11, Organ: 2, Role: Drafter}, {ID: 22, Person: 14, Organ: 1, Role: SystemAdmin}},
	}
}

func TestRosterPlansEachLine(t *testing.T) {
	for _, c := range []struct {
		name string
		line RosterLine
		does RosterDoes
		id   int64
		word string // in a fault, a note, a change or a post
	}{
		{"一个新人", RosterLine{Name: "新来", Organ: "青石镇人民政府", Title: "科员", Roles: "经办、保密审查员", From: "2026年3月1日"}, RosterNew, 0, "保密审查"},
		{"简称也行", RosterLine{Name: "新来", Organ: "青石镇"}, RosterNew, 0, ""},
		{"代码也行", RosterLine{Name: "新来", Organ: "c5"}, RosterNew, 0, ""},
		{"按姓名和机关认出，岗位已有", RosterLine{Name: "周明", Organ: "青石镇人民政府", Section: "党政办", Roles: "经办"}, RosterSame, 11, ""},
		{"空格不清掉已有的", RosterLine{Name: "周明", Organ: "青石镇人民政府", Title: "主任"}, RosterChange, 11, "职务"},
		{"按账号认出", RosterLine{Name: "李静", Organ: "青石镇", Login: "LIJING2", Title: "主任"}, RosterChange, 13, "职务"},
		{"同名两人要问", RosterLine{Name: "李静", Organ: "青石镇"}, RosterAsk, 0, ""},
		{"同名不同账号要问", RosterLine{Name: "周明", Organ: "青石镇", Login: "zhou2"}, RosterAsk, 0, ""},
		{"问过了：就是他", RosterLine{Name: "李静", Organ: "青石镇", Decision: "12", Title: "副主任"}, RosterChange, 12, "职务"},
		{"问过了：另一人", RosterLine{Name: "李静", Organ: "青石镇", Decision: DecideNew}, RosterNew, 0, ""},
		{"不导入", RosterLine{Name: "李静", Organ: "青石镇", Decision: DecideSkip}, RosterSkip, 0, ""},
		{"没有账号的补上", RosterLine{Name: "王安", Organ: "青石镇", Login: "wangan"}, RosterChange, 14, "账号"},
		{"账号是别人的", RosterLine{Name: "新来", Organ: "青石镇", Login: "zhouming"}, RosterBad, 0, "与本行姓名不同"},
		{"别处同名只提醒", RosterLine{Name: "周明", Organ: "县政府"}, RosterNew, 0, "其他机关有同名"},
		{"没有这个机关", RosterLine{Name: "新来", Organ: "红石镇"}, RosterBad, 0, "没有找到机关"},
		{"机关重名", RosterLine{Name: "新来", Organ: "民政局"}, RosterBad, 0, "有2个"},
		{"没有这个岗位", RosterLine{Name: "新来", Organ: "青石镇", Roles: "经办、打字员"}, RosterBad, 0, "打字员"},
		{"三员分离按全部岗位算", RosterLine{Name: "王安", Organ: "青石镇", Roles: "审计管理员"}, RosterBad, 14, "三员分离"},
		{"没有内设机构", RosterLine{Name: "新来", Organ: "青石镇", Section: "财政所"}, RosterNew, 0, "还没有登记"},
		{"日期不对", RosterLine{Name: "新来", Organ: "青石镇", From: "2026-02-30"}, RosterBad, 0, "日期"},
		{"电话不对", RosterLine{Name: "新来", Organ: "青石镇", Phone: "一三八"}, RosterBad, 0, "电话"},
		{"没有姓名", RosterLine{Organ: "青石镇"}, RosterBad, 0, "姓名"},
		{"已离岗", RosterLine{Name: "赵去", Organ: "青石镇", Login: "zhao"}, RosterBad, 0, "不在岗"},
	} {
		c.line.Line = 2
		p := roster().Plan([]RosterLine{c.line})[0]
		said := strings.Join(p.Faults, "") + strings.Join(p.Notes, "")
		for _, x := range p.Changes {
			said += x.Field
		}
		for _, x := range p.Posts {
			said += x.Role.Chinese()
		}
		if p.Does != c.does || p.Person.ID != c.id && p.Does != RosterBad || !strings.Contains(said, c.word) {
			t.Errorf("%s: %s of %d, %q", c.name, p.Does.Chinese(), p.Person.ID, said)
		}
	}
}

func TestRosterAsksAboutDoubleLines(t *testing.T) {
	r := roster()
	r.Propose = true
	plans := r.Plan([]RosterLine{
		{Line: 2, Name: "钱一", Organ: "青石镇"},
		{Line: 3, Name: "钱一", Organ: "青石镇"},
		{Line: 4, Name: "孙二", Organ: "青石镇", Login: "sun1"},
		{Line: 5, Name: "孙二", Organ: "青石镇", Login: "sun2"},
		{Line: 6, Name: "周明", Organ: "青石镇"},
		{Line: 7, Name: "周明", Organ: "青石镇", Login: "zhouming"},
		{Line: 8, Name: "吴三", Organ: "青石镇", Login: "u1500"},
		{Line: 9, Name: "郑四", Organ: "青石镇"},
	})
	want := []RosterDoes{RosterNew, RosterBad, RosterNew, RosterNew, RosterSame, RosterBad, RosterNew, RosterNew}
	for i, p := range plans {
		if p.Does != want[i] {
			t.Errorf("line %d: %s %v, want %s", p.Line.Line, p.Does.Chinese(), p.Faults, want[i].Chinese())
		}
	}
	if a, b := plans[0].Person.Login, plans[7].Person.Login; a != "u1501" || b == a || !strings.HasPrefix(b, "u15") {
		t.Errorf("proposed logins %q and %q meet one that the file has", a, b)
	}
}

func TestParseDay(t *testing.T) {
	for _, s := range []string{"2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", " 2026-03-01 00:00:00 "} {
		if d, err := ParseDay(s); err != nil || d != rosterDay {
			t.Errorf("%q: %v, %v", s, d, err)
		}
	}
	for _, s := range []string{"2026-13-01", "昨天", "20260301", "1-2", "2026-02-29", "99999-1-1"} {
		if d, err := ParseDay(s); err == nil {
			t.Errorf("%q is read as %v", s, d)
		}
	}
}
