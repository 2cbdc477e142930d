package org

import (
	"slices"
	"strings"
	"testing"

	"gongkai/law"
)

func holding(posts ...Post) Viewer {
	v := Viewer{Person: 1, Posts: posts}
	for i := range v.Posts {
		v.Posts[i].Person = 1
	}
	return v
}

// Nobody gives more than he reaches himself.
func TestNobodyGrantsMoreThanHeReaches(t *testing.T) {
	at := func(i int) Subject { return small[i].Subject() }
	head := holding(Post{Organ: 1, Path: "/1/", Role: Head})
	office := holding(Post{Organ: 1, Path: "/1/", Role: Office})
	townOffice := holding(Post{Organ: 2, Path: "/1/2/", Role: Office})
	guard := holding(Post{Organ: 1, Path: "/1/", Role: SecurityAdmin})
	business := []Role{Drafter, Reviewer, Secrecy, Signer, Publisher, Handler, Head}
	for _, c := range []struct {
		name string
		v    Viewer
		at   Subject
		want []Role
	}{
		{"负责人在本机关", head, at(0), business},
		{"负责人在下级", head, at(1), nil},
		{"主管部门在本机关", office, at(0), append(slices.Clone(business), Office)},
		{"主管部门在下级", office, at(1), append(slices.Clone(business), Office)},
		{"镇里的主管部门在县里", townOffice, at(0), nil},
		{"安全管理员在下级", guard, at(1), []Role{Supervisor, Inspector, Auditor, SystemAdmin, SecurityAdmin, AuditAdmin}},
		{"安全管理员在邻县", guard, at(5), nil},
		{"经办", holding(Post{Organ: 1, Path: "/1/", Role: Drafter}), at(0), nil},
		{"没有登录", Viewer{}, at(0), nil},
	} {
		if got := Grantable(c.v, c.at); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestTermsOverlap(t *testing.T) {
	d := func(day int) law.Date { return law.Day(2026, 3, day) }
	for _, c := range []struct {
		a, b Post
		want bool
	}{
		{Post{From: d(1), To: d(5)}, Post{From: d(5)}, true},
		{Post{From: d(1), To: d(5)}, Post{From: d(6)}, false},
		{Post{}, Post{From: d(6), To: d(7)}, true},
		{Post{To: d(2)}, Post{From: d(3)}, false},
		{Post{From: d(3)}, Post{To: d(2)}, false},
		{Post{From: d(1)}, Post{From: d(9)}, true},
	} {
		if c.a.Overlaps(c.b) != c.want || c.b.Overlaps(c.a) != c.want {
			t.Errorf("%v and %v: want %v", c.a, c.b, c.want)
		}
	}
}

// What an organ lacks is said where it is lacking, and only there.
func TestStaffing(t *testing.T) {
	town := Organ{ID: 2, Kind: Town, Level: Township}
	hold := func(person int64, roles ...Role) (out []Post) {
		for _, r := range roles {
			out = append(out, Post{Person: person, Organ: 2, Role: r})
		}
		return out
	}
	// Two people, as in a small town: one writes, the other approves.
	two := append(hold(1, Drafter, Handler, Publisher), hold(2, Reviewer, Secrecy, Signer, Head)...)
	if got := Staffing(town, two); len(got) != 0 {
		t.Errorf("two people are enough for a town, but: %+v", got)
	}
	if got := Staffing(town, nil); len(got) != 7 || !got[0].Must {
		t.Errorf("an empty town: %+v", got)
	}
	without := slices.DeleteFunc(slices.Clone(two), func(p Post) bool { return p.Role == Secrecy })
	if got := Staffing(town, without); len(got) != 1 || got[0].Role != Secrecy || !got[0].Must || got[0].Cite.Empty() {
		t.Errorf("a town without secrecy review: %+v", got)
	}
	one := hold(1, Drafter, Handler, Publisher, Reviewer, Secrecy, Signer, Head)
	if got := Staffing(town, one); len(got) != 3 || !got[0].Must || !strings.Contains(got[0].Text, "自己审自己") {
		t.Errorf("one person alone: %+v", got)
	}
	// A second drafter: what the first writes still has nobody to review it.
	helped := append(slices.Clone(one), hold(3, Drafter, Handler)...)
	if got := Staffing(town, helped); len(got) != 3 || got[0].Must {
		t.Errorf("one reviewer who also writes: %+v", got)
	}
	county := Organ{ID: 1, Kind: Government, Level: County}
	if got := Staffing(county, two); len(got) != 4 || got[0].Role != Office || !got[0].Must || got[1].Must {
		t.Errorf("a county without 主管部门 and 三员: %+v", got)
	}
	if got := Staffing(Organ{Kind: Village}, nil); len(got) != 0 {
		t.Errorf("a village files nothing and lacks nothing: %+v", got)
	}
}

func TestMasks(t *testing.T) {
	for in, want := range map[string]string{"": "", "13812345678": "138****5678", "0551-6543210": "055*****3210", "63211": "***11", "+86 138 1234 5678": "+86**********5678"} {
		if got := MaskPhone(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{"": "", "zhou@example.gov.cn": "z***@example.gov.cn", "错": "*"} {
		if got := MaskEmail(in); got != want {
			t.Errorf("%q is shown as %q, want %q", in, got, want)
		}
	}
}
