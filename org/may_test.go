package org

import (
	"slices"
	"strings"
	"testing"

	"gongkai/law"

	"pgregory.net/rapid"
)

// in is what a list's condition says of a row: the reading of a scope that the
// store writes as SQL.
func in(s Scope, x Subject) bool {
	if s.All() || s.Person() != 0 && s.Person() == x.Person || x.Home != 0 && slices.Contains(s.Homes(), x.Home) {
		return true
	}
	return slices.ContainsFunc(s.Below(), func(p string) bool { return x.Path != p && strings.HasPrefix(x.Path, p) })
}

var small = []Organ{
	{ID: 1, Path: "/1/", Kind: Government}, {ID: 2, Parent: 1, Path: "/1/2/", Kind: Town}, {ID: 12, Parent: 1, Path: "/1/12/", Kind: Department},
	{ID: 3, Parent: 2, Path: "/1/2/3/", Kind: Section}, {ID: 4, Parent: 2, Path: "/1/2/4/", Kind: Village}, {ID: 9, Path: "/9/", Kind: Government},
}

// Lists and pages never disagree: what a scope holds is what May allows.
func TestScopeSaysWhatMaySays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := Viewer{Person: rapid.Int64Range(0, 3).Draw(t, "person")}
		for range rapid.IntRange(0, 4).Draw(t, "posts") {
			o := rapid.SampledFrom(small).Draw(t, "organ")
			v.Posts = append(v.Posts, Post{Person: v.Person, Organ: o.ID, Path: o.Path, Role: rapid.SampledFrom(Roles()).Draw(t, "role")})
		}
		if rapid.IntRange(0, 20).Draw(t, "program") == 0 {
			v = Program("测试")
		}
		for _, verb := range Verbs() {
			sc := v.Scope(verb)
			any := false
			for _, o := range small {
				for person := range int64(4) {
					x := o.Subject()
					x.Person = person
					may := May(v, verb, x)
					any = any || may
					if in(sc, x) != may {
						t.Fatalf("%s of %+v on %+v: May says %v, the scope %v", verb, v, x, may, !may)
					}
				}
			}
			if any && !Able(v, verb) {
				t.Fatalf("%s: allowed somewhere, but no menu would show it", verb)
			}
		}
	})
}

// Nobody may do anything, whatever else is true.
func TestNobodyMayNothing(t *testing.T) {
	posts := []Post{{Organ: 1, Path: "/1/", Role: Office}}
	for _, verb := range Verbs() {
		if Able(Viewer{Posts: posts}, verb) || May(Viewer{Posts: posts}, verb, small[0].Subject()) || !(Viewer{}).Scope(verb).Empty() {
			t.Errorf("nobody may %s", verb)
		}
	}
}

// The three administrators are kept apart: none of them can grant itself what
// the others hold, and who keeps the system cannot read the audit trail.
func TestThreeAdministratorsAreApart(t *testing.T) {
	for _, pair := range [][2]Role{{SystemAdmin, SecurityAdmin}, {SystemAdmin, AuditAdmin}, {SystemAdmin, Auditor}} {
		if Compatible([]Role{pair[0], Drafter, pair[1]}) == nil {
			t.Errorf("one person may be %s and %s", pair[0].Chinese(), pair[1].Chinese())
		}
	}
	if err := Compatible([]Role{Drafter, Reviewer, Secrecy, Signer, Publisher, Handler, Head, Office, SystemAdmin}); err != nil {
		t.Errorf("a small town cannot give one person its work: %v", err)
	}
	for role, verbs := range map[Role][]Verb{SystemAdmin: {GrantPosts, GrantGuards, AuditLog, SeeLog, EditReports, ArrangeOrgans, EditPeople}, SecurityAdmin: {GrantPosts, Configure, AuditLog, EditReports, Approve, OpenAccounts},
		AuditAdmin: {GrantPosts, GrantGuards, Configure, OpenAccounts, SecureAccounts, EditReports}} {
		for _, verb := range verbs {
			if ReachOf(role, verb) != 0 {
				t.Errorf("%s may %s", role.Chinese(), verb.Chinese())
			}
		}
	}
}

// Supervisors and auditors see everything and change nothing.
func TestSupervisorsChangeNothing(t *testing.T) {
	seeing := []Verb{Enter, EditSelf, SeeOrgan, SeePeople, SeeReports, SeeTasks, DoTasks, SeePlans, SeeScores, SeeVoices, SeeLedgers, SeeItems, SeeRequests, SeeLog, AuditLog, NoteSupervision}
	for _, role := range []Role{Supervisor, Inspector, Auditor, AuditAdmin} {
		for _, verb := range Verbs() {
			if ReachOf(role, verb) != 0 && !slices.Contains(seeing, verb) {
				t.Errorf("%s may %s", role.Chinese(), verb.Chinese())
			}
		}
	}
}

// An organ approves its own matters: nobody above it signs in its name, not
// even the office that reaches everything else there.
func TestNobodyAboveApproves(t *testing.T) {
	for _, role := range Roles() {
		if ReachOf(role, Approve)&Below != 0 {
			t.Errorf("%s approves in the name of organs below", role.Chinese())
		}
	}
}

// Who watches sees everything below: reports, tasks, people and what was done.
func TestSupervisorsSeeAllBelow(t *testing.T) {
	for _, role := range []Role{Supervisor, Inspector, Auditor} {
		for _, verb := range []Verb{SeeOrgan, SeePeople, SeeReports, SeeTasks, SeeLog} {
			if ReachOf(role, verb)&(Own|Below) != Own|Below {
				t.Errorf("%s may %s only at %s", role.Chinese(), verb.Chinese(), ReachOf(role, verb).Chinese())
			}
		}
	}
}

// A 检查组 sees what the supervisor sees and writes nothing at all, not even a
// note; its post ends by itself, within a year.
func TestInspectorsSeeAndWriteNothing(t *testing.T) {
	for _, v := range Verbs() {
		want := ReachOf(Supervisor, v)
		if v == NoteSupervision {
			want = 0
		}
		if got := ReachOf(Inspector, v); got != want {
			t.Errorf("%s: 检查督导 %s, 纪委监督 %s", v.Chinese(), got.Chinese(), want.Chinese())
		}
	}
	if !Inspector.Guarding() || Inspector.GrantVerb() != GrantGuards {
		t.Error("anybody lets inspectors in")
	}
	from := law.Day(2026, 3, 1)
	for name, c := range map[string]struct {
		to law.Date
		ok bool
	}{"without an end": {law.Date{}, false}, "for a month": {law.Day(2026, 3, 31), true}, "for a year": {law.Day(2027, 2, 28), true}, "for longer": {law.Day(2027, 3, 2), false}} {
		if err := (Post{Person: 1, Organ: 2, Role: Inspector, From: from, To: c.to}).Check(); (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := (Post{Person: 1, Organ: 2, Role: Supervisor, From: from}).Check(); err != nil {
		t.Errorf("a supervisor needs no end: %v", err)
	}
}

// Jobs, backups and settings of the instance are everybody's: who keeps a
// town's accounts does not touch them.
func TestInstanceIsKeptAtTheTop(t *testing.T) {
	top := Viewer{Person: 1, Posts: []Post{{Organ: 1, Path: "/1/", Role: SystemAdmin}}}
	town := Viewer{Person: 1, Posts: []Post{{Organ: 2, Path: "/1/2/", Role: SystemAdmin}}}
	if !Able(top, Configure) || Able(town, Configure) || !town.Scope(Configure).Empty() || May(town, Configure, small[1].Subject()) {
		t.Error("a town's administrator configures the instance, or the county's does not")
	}
	if !May(town, OpenAccounts, small[1].Subject()) {
		t.Error("a town's administrator cannot open an account of his town")
	}
}

// A town never reaches its neighbour or the county above it; the county's
// office reaches both.
func TestTownReachesItselfOnly(t *testing.T) {
	town := Viewer{Person: 1}
	for _, r := range []Role{Drafter, Reviewer, Secrecy, Signer, Publisher, Handler, Head} {
		town.Posts = append(town.Posts, Post{Organ: 2, Path: "/1/2/", Role: r})
	}
	county := Viewer{Person: 2, Posts: []Post{{Organ: 1, Path: "/1/", Role: Office}}}
	for _, verb := range Verbs() {
		for _, o := range small {
			s := o.Subject()
			if May(town, verb, s) && s.Home != 2 {
				t.Errorf("a town may %s at organ %d", verb.Chinese(), o.ID)
			}
		}
	}
	for _, o := range small[:5] {
		if !May(county, EditPeople, o.Subject()) {
			t.Errorf("the county's office cannot reach organ %d", o.ID)
		}
	}
	if May(county, EditPeople, small[5].Subject()) {
		t.Error("the county's office reaches another county")
	}
}

// Every verb and role has a Chinese name, and every verb is somebody's.
func TestPermissionTableIsWhole(t *testing.T) {
	for _, v := range Verbs() {
		if v.Chinese() == "" {
			t.Errorf("%s has no Chinese name", v)
		}
		if !slices.ContainsFunc(Roles(), func(r Role) bool { return ReachOf(r, v) != 0 }) {
			t.Errorf("nobody may %s", v.Chinese())
		}
	}
	for r, table := range permissions {
		if !r.Valid() {
			t.Errorf("%q is no role", r)
		}
		for v := range table {
			if !slices.Contains(Verbs(), v) {
				t.Errorf("%s: %q is no verb", r.Chinese(), v)
			}
		}
	}
	for _, r := range Roles() {
		if back, ok := ParseRole(r.Chinese()); !ok || back != r {
			t.Errorf("%s is read as %q", r.Chinese(), back)
		}
	}
}
