package storetest

import (
	"testing"

	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// itemLinks: a link to an item is dead from the moment on in which that item is
// taken down, and a finding of the monitoring; of an item that was removed nothing
// stays in the register.
func itemLinks(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	target, number := d.published(t, s, store.NewItem{Content: itemText("被链接的通知")})
	c := itemText("有链接的通知")
	link := func(to, words string) rich.Span { return rich.Span{Text: words, Link: to} }
	c.Body = rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{link("/item/"+number, "见通知"), {Text: "和"}, link("/item/没有/2026-00001", "没有的"), link("/reports", "年报"), link("https://www.example.com/a", "外站"), link("https://www.example.com/b", "外站二"), link("mailto:a@example.com", "信箱")}}}}
	id, _ := d.published(t, s, store.NewItem{Content: c})
	if n := must(s.RegisterLinks(ctx))(t); n != 2 {
		t.Errorf("%d items were looked at", n)
	}
	if n := must(s.RegisterLinks(ctx))(t); n != 0 {
		t.Errorf("%d items were looked at again", n)
	}
	dead := func() string {
		t.Helper()
		out := ""
		for _, x := range must(s.DeadLinks(ctx, d.clerk.Viewer, d.organ.ID))(t) {
			out += x.Words + "；"
		}
		return out
	}
	if got := dead(); got != "没有的；" {
		t.Errorf("dead at first: %s", got)
	}
	hosts := must(s.LinkHosts(ctx, d.clerk.Viewer, d.organ.ID))(t)
	if len(hosts) != 1 || hosts[0] != (store.LinkHost{Host: "www.example.com", Links: 2, Items: 1, Untried: 2}) {
		t.Errorf("%+v", hosts)
	}
	if err := s.KeepLinkCheck(ctx, "https://www.example.com/b", "没有回应"); err != nil {
		t.Fatal(err)
	}
	if got := dead(); got != "没有的；外站二；" {
		t.Errorf("after one was tried: %s", got)
	}
	by := d.clerk
	by.Reason = "内容有误"
	must(onItem(t, s, by, target, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	if got := dead(); got != "见通知；没有的；外站二；" {
		t.Errorf("after its target was taken down: %s", got)
	}
	found := 0
	for _, f := range must(s.Monitor(ctx, d.clerk.Viewer, d.organ.ID, thisDay()))(t) {
		if f.Code == proactive.WatchLink && f.Item == id {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d findings of the monitoring", found)
	}
	if list := must(s.DeadLinks(ctx, d.nextTo.Viewer, 0))(t); len(list) != 0 {
		t.Errorf("a neighbour sees %+v", list)
	}
	by.Reason = "网页有错"
	must(onItem(t, s, by, id, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	must(s.RegisterLinks(ctx))(t)
	if got := dead(); got != "" {
		t.Errorf("of what is not public any more: %s", got)
	}
	if list := must(s.LinksOut(ctx, d.clerk.Viewer, 0, ""))(t); len(list) != 0 {
		t.Errorf("%+v stay", list)
	}
}
