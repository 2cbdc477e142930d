package office

import (
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// What the office asks of a town stands on the town's 工作台 and on nobody
// else's; an order can be given for an opinion of supervision.
func TestWhatLeadingAsksStandsOnTheDesk(t *testing.T) {
	d := newDesk(t)
	by := store.By{Viewer: org.Program("测试")}
	_, err := d.store.GiveOrder(t.Context(), by, oversight.Order{Organ: d.organs[1].ID, Issuer: d.organs[0].ID, Title: "指南电话失效", Text: "请更正", Basis: "条例", Source: oversight.FromOffice, Due: law.Day(2026, 1, 15)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.SaveRecurring(t.Context(), by, oversight.Recurring{Organ: d.organs[1].ID, Name: "低保名单", Basis: "通知", Rule: oversight.DutyRule{Kind: oversight.Monthly, Day: 20}, From: law.Day(2026, 1, 1)}); err != nil {
		t.Fatal(err)
	}
	d.as(1, 1, org.Drafter)
	_, p := d.get("/desk")
	says(t, p, "整改：指南电话失效", "报送整改情况", "公开：低保名单", "2026-01-20")
	if strings.Index(p, "整改：指南电话失效") > strings.Index(p, "公开：低保名单") {
		t.Error("what is due first does not come first")
	}
	for _, role := range []org.Role{org.Drafter, org.Head} {
		d.as(2, 2, role)
		if _, p := d.get("/desk"); strings.Contains(p, "指南电话失效") || strings.Contains(p, "低保名单") {
			t.Errorf("the neighbour's %s is shown it", role.Chinese())
		}
	}
	d.as(9, 0, org.Supervisor)
	task, err := d.store.GiveTask(t.Context(), by, org.Task{Organ: d.organs[1].ID, Role: org.Drafter, Title: "甲"})
	if err != nil {
		t.Fatal(err)
	}
	note, err := d.store.NoteSupervision(t.Context(), store.By{Viewer: d.viewer}, "task/"+task.Answer, "请说明")
	if err != nil {
		t.Fatal(err)
	}
	if _, p := d.get("/desk/log/" + note.Answer); strings.Contains(p, "/desk/orders/new") {
		t.Error("who watches is offered to give an order")
	}
	d.as(1, 0, org.Office)
	_, p = d.get("/desk/log/" + note.Answer)
	says(t, p, "/desk/orders/new?from=act/"+note.Answer)
}
