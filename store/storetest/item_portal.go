package storetest

import (
	"errors"
	"testing"

	"gongkai/proactive"
	"gongkai/store"
)

// itemPortal: the portal is told of what is out and, first of all, of what has to
// go; how often it failed decides when it is tried again.
func itemPortal(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	one, number := d.published(t, s, store.NewItem{Content: itemText("甲件")})
	two, _ := d.published(t, s, store.NewItem{Content: itemText("乙件")})
	by := d.clerk
	by.Reason = "内容有误"
	must(onItem(t, s, by, two, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	due := must(s.PortalDue(ctx, 10))(t)
	if len(due) != 2 || due[0].Item != two || !due[0].Down || due[1].Item != one || due[1].Down || due[1].Number != number {
		t.Fatalf("due: %+v", due)
	}
	if list := must(s.PortalJobs(ctx, d.nextTo.Viewer, store.PortalJobQuery{}))(t); len(list) != 0 {
		t.Errorf("a neighbour sees %+v", list)
	}
	if _, err := s.LinkItem(ctx, d.nextTo, one, "https://www.example.gov.cn/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour says where it stands: %v", err)
	}
	for tries := range 8 {
		j := must(s.PortalJobs(ctx, d.clerk.Viewer, store.PortalJobQuery{State: store.PortalWaits}))(t)
		if len(j) == 0 {
			t.Fatalf("nothing waits after %d tries", tries)
		}
		if err := s.PortalPushed(ctx, j[len(j)-1], "", "对方回答 HTTP 503"); err != nil {
			t.Fatal(err)
		}
	}
	failed := must(s.PortalJobs(ctx, d.clerk.Viewer, store.PortalJobQuery{State: store.PortalFails}))(t)
	if len(failed) != 1 || failed[0].Item != one || failed[0].Problem != "对方回答 HTTP 503" {
		t.Errorf("given up: %+v", failed)
	}
	must(s.RetryPortal(ctx, d.clerk, one))(t)
	j := must(s.PortalDue(ctx, 10))(t)
	if len(j) != 2 || j[1].Item != one {
		t.Fatalf("tried anew: %+v", j)
	}
	// A version that came meanwhile is not taken for the one that was pushed.
	must(onItem(t, s, d.clerk, one, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Begin(do, proactive.Correcting, "日期写错")
	}))(t)
	d.bring(t, s, one)
	if err := s.PortalPushed(ctx, j[1], "https://www.example.gov.cn/1.html", ""); err != nil {
		t.Fatal(err)
	}
	if now := must(s.PortalDue(ctx, 10))(t); len(now) != 2 || now[1].N != 2 {
		t.Errorf("the newer version waits no more: %+v", now)
	}
	must(s.LinkItem(ctx, d.clerk, one, "https://www.example.gov.cn/1.html"))(t)
	if done := must(s.PortalJobs(ctx, d.clerk.Viewer, store.PortalJobQuery{State: store.PortalHas}))(t); len(done) != 1 || done[0].URL != "https://www.example.gov.cn/1.html" {
		t.Errorf("kept: %+v", done)
	}
	must(s.NoteItemExport(ctx, d.clerk, must(s.PortalDue(ctx, 10))(t)))(t)
	if due := must(s.PortalDue(ctx, 10))(t); len(due) != 0 {
		t.Errorf("after the package: %+v", due)
	}
}
