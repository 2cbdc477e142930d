package office

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"gongkai/org"
	"gongkai/store"
)

// The county's leading group has members from its towns. Whoever adjusts it
// finds them in the form, and they stay in it.
func TestMembersOfOtherOrgansStay(t *testing.T) {
	d := newDesk(t)
	ctx, by := t.Context(), store.By{Viewer: org.Program("test")}
	made, err := d.store.SavePerson(ctx, by, org.Person{Name: "何晓禾", Organ: d.organs[1].ID, Title: "党政办主任"})
	if err != nil {
		t.Fatal(err)
	}
	var person int64
	if _, err := fmt.Sscan(made.Answer, &person); err != nil {
		t.Fatal(err)
	}
	seats := []org.Seat{{Role: org.Chair, Holder: org.Holder{Name: "甲某"}}, {Role: org.Member, Holder: org.Holder{Person: person}}}
	if _, err := d.store.AdjustGroup(ctx, by, d.organs[0].ID, 0, org.GroupDocument{}, seats); err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.AssignDuties(ctx, by, d.organs[0].ID, 0, map[org.DutyKind]org.Holder{org.SuperviseDuty: {Person: person}}); err != nil {
		t.Fatal(err)
	}
	d.as(8, 0, org.Office)
	at := organHref(d.organs[0].ID)
	chosen := fmt.Sprintf(`<option value="%d" selected>何晓禾（党政办主任）</option>`, person)
	for _, path := range []string{"/group", "/duty"} {
		if _, body := d.get(at + path); !strings.Contains(body, chosen) {
			t.Errorf("%s has forgotten the member of another organ", path)
		}
	}
	who := fmt.Sprint(person)
	code, body := send(d, at+"/group", url.Values{"version": {"1"}, "on": {"2026-01-12"}, "role": {"chair", "member"}, "person": {"", who}, "name": {"乙某", ""}, "post": {"", ""}})
	if code != 303 {
		t.Fatalf("answers %d %s", code, body)
	}
	code, body = send(d, at+"/duty", url.Values{"version": {"1"}, "on": {"2026-01-12"}, "supervise-person": {who}, "first-name": {"乙某"}})
	if code != 303 {
		t.Fatalf("answers %d %s", code, body)
	}
	if _, body := d.get(at); strings.Count(body, "何晓禾") < 2 {
		t.Error("the member of another organ is gone")
	}
}

// Who watches gives no tasks and is not offered to.
func TestWatchersAreOfferedNoTasks(t *testing.T) {
	d := newDesk(t)
	for role, want := range map[org.Role]bool{org.Office: true, org.Supervisor: false, org.Auditor: false} {
		d.as(8, 0, role)
		if _, body := d.get("/desk"); strings.Contains(body, "/desk/tasks/new") != want {
			t.Errorf("%s: offered %v", role.Chinese(), !want)
		}
	}
}
