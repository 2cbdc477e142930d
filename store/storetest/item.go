package storetest

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/rich"
	"gongkai/store"
)

// RunItems checks items of proactive disclosure. Every call of open gives an
// empty store that signs, keeps files and has a key for private content.
func RunItems(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"FromDraftToThePublic", itemWay},
		{"RemovedIsGoneEverywhere", itemRemoved},
		{"WithdrawnSaysWhy", itemWithdrawn},
		{"GoesOutAndDownByItself", itemByItself},
		{"NeighboursSeeNothing", itemScope},
		{"ListsAreWhatTheItemsSay", itemLists},
		{"ThePortalFollows", itemPortal},
		{"TheSiteCountsWhatIsPublic", itemSite},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			c.run(t, s)
			if s.LogKey() == nil {
				return
			}
			must(s.Integrate(ctx))(t)
			if log := must(s.VerifyLog(ctx))(t); len(log.Faults) != 0 {
				t.Errorf("the logs after it: %v", log.Faults)
			}
		})
	}
}

// itemDesk is the people of a town who bring an item out.
type itemDesk struct {
	organ                         org.Organ
	clerk, office, leader, nextTo store.By
}

func itemsAt(t *testing.T, s *store.Store) itemDesk {
	o := county(t, s, 2)
	by := func(id int64, o org.Organ, roles ...org.Role) store.By {
		return store.By{Viewer: officer(id, o, roles...)}
	}
	return itemDesk{o[1], by(3, o[1], org.Drafter, org.Publisher), by(4, o[1], org.Secrecy, org.Head), by(5, o[1], org.Signer), by(6, o[2], org.Drafter, org.Publisher, org.Secrecy, org.Head)}
}

func itemText(title string) proactive.Content {
	return proactive.Content{Title: title, Category: "20.15", Made: thisDay(), DocNo: "测政〔2026〕3号",
		Body: rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: []rich.Span{{Text: "各村：请做好汛期安全工作。"}}}}}}
}

type itemDoing func(x *store.ItemFile, d proactive.Doing) error

func onItem(t *testing.T, s *store.Store, by store.By, id int64, verb itemDoing) (store.Done, error) {
	t.Helper()
	x, err := s.Item(ctx, org.Program("测试"), id)
	if err != nil {
		t.Fatal(err)
	}
	return s.WithItem(ctx, by, id, x.Version, func(x *store.ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return verb(x, d) })
}

func hand(x *store.ItemFile, d proactive.Doing) error { return x.Hand(d) }
func pass(x *store.ItemFile, d proactive.Doing) error { return x.Pass(d, x.Item.Content, "nnnnn") }
func out(x *store.ItemFile, d proactive.Doing) error  { return x.Release(d) }

// published brings an item out.
func (d itemDesk) published(t *testing.T, s *store.Store, n store.NewItem) (id int64, number string) {
	t.Helper()
	n.Organ = d.organ.ID
	if n.Kind == "" {
		n.Kind = proactive.Notice
	}
	id = idOf(t, must(s.DraftItem(ctx, d.clerk, n))(t))
	d.bring(t, s, id)
	return id, must(s.Item(ctx, d.clerk.Viewer, id))(t).Number
}

func (d itemDesk) bring(t *testing.T, s *store.Store, id int64) {
	t.Helper()
	must(onItem(t, s, d.clerk, id, hand))(t)
	must(onItem(t, s, d.office, id, pass))(t)
	must(onItem(t, s, d.leader, id, pass))(t)
	must(onItem(t, s, d.clerk, id, out))(t)
}

func itemWay(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id := idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("关于汛期安全的通知")}))(t))
	var no *act.Refusal
	for who, by := range map[string]store.By{"clerk": d.clerk, "office": d.office, "neighbour": d.nextTo} {
		if _, err := onItem(t, s, by, id, out); err == nil {
			t.Errorf("a draft was published by the %s", who)
		}
	}
	must(onItem(t, s, d.clerk, id, hand))(t)
	if _, err := onItem(t, s, d.clerk, id, pass); !errors.As(err, &no) {
		t.Errorf("the author signs: %v", err)
	}
	if list := must(s.Items(ctx, d.office.Viewer, store.ItemQuery{Waiting: true}))(t); len(list) != 1 || list[0].ID != id {
		t.Errorf("what waits for the office: %v", list)
	}
	if list := must(s.Items(ctx, d.leader.Viewer, store.ItemQuery{Waiting: true}))(t); len(list) != 0 {
		t.Errorf("what waits for the leader before the office signed: %v", list)
	}
	if in := must(s.Inbox(ctx, d.office.Viewer, true, 0))(t); len(in) == 0 {
		t.Log("nobody holds the posts in this suite: no notices")
	}
	must(onItem(t, s, d.office, id, func(x *store.ItemFile, do proactive.Doing) error { return x.SendBack(do, "请写明责任人") }))(t)
	c := itemText("关于做好汛期安全工作的通知")
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error { return x.Rewrite(do, x.Kind, c) }))(t)
	d.bring(t, s, id)

	x := must(s.Item(ctx, d.clerk.Viewer, id))(t)
	p := must(s.PublicItem(ctx, x.Number, 0))(t)
	if p.Content.Title != c.Title || p.Standing != proactive.Live || len(p.Versions) != 1 || p.Published != thisDay() {
		t.Errorf("public: %+v", p)
	}
	list, _, err := s.PublicItems(ctx, store.PublicQuery{Organ: d.organ.ID, Category: "20"})
	if err != nil || len(list) != 1 || list[0].Number != x.Number {
		t.Errorf("list: %v, %v", list, err)
	}
	// The receipt proves the text with its salt, and says nothing without it.
	r := receiptOf(t, s, act.ItemRef(x.Number))
	a := must(act.ParseLeaf([]byte(r)))(t)
	body := a.Body.(act.Item)
	canonical := must(store.CanonicalItem(p.Content))(t)
	if body.Content != act.SealOf(p.Salt, canonical) || strings.Contains(r, "汛期") {
		t.Errorf("leaf %s", r)
	}

	// A correction leaves number, time and the old text.
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Begin(do, proactive.Correcting, "时间写错")
	}))(t)
	c2 := must(s.Item(ctx, d.clerk.Viewer, id))(t).Content
	c2.Title = "关于做好主汛期安全工作的通知"
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error { return x.Rewrite(do, x.Kind, c2) }))(t)
	if p := must(s.PublicItem(ctx, x.Number, 0))(t); p.Content.Title != c.Title {
		t.Errorf("the public reads a text in review: %s", p.Content.Title)
	}
	if list, _, err := s.PublicItems(ctx, store.PublicQuery{}); err != nil || len(list) != 1 || list[0].Title != c.Title {
		t.Errorf("a public list reads a text in review: %v, %v", list, err)
	}
	d.bring(t, s, id)
	again := must(s.PublicItem(ctx, x.Number, 0))(t)
	if again.Content.Title != c2.Title || !again.PublishedAt.Equal(p.PublishedAt) || len(again.Versions) != 2 || again.Versions[0].Note != "时间写错" {
		t.Errorf("corrected: %+v", again)
	}
	if old := must(s.PublicItem(ctx, x.Number, 1))(t); old.Content.Title != c.Title {
		t.Errorf("the version before: %s", old.Content.Title)
	}
}

// receiptOf is the leaf of the newest act of the public log about ref.
func receiptOf(t *testing.T, s *store.Store, ref string) string {
	t.Helper()
	for range 100 {
		r, err := s.Receipt(ctx, ref)
		if err == nil {
			return r.Leaf
		}
		if !errors.Is(err, store.ErrPending) {
			t.Fatal(err)
		}
		if _, err := s.Integrate(ctx); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("the leaf waits")
	return ""
}

func itemRemoved(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	n := store.NewItem{ID: s.NewID(), Content: itemText("某某绝密工程的安排")}
	f := must(s.PutPrivate(ctx, store.ItemRef(n.ID), bytes.NewReader([]byte("绝密附件"))))(t)
	n.Content.Files = []proactive.File{{ID: f.ID, Name: "附件.txt", Type: f.Type, Size: f.Size, Hash: f.Hash, Text: "绝密附件"}}
	id, number := d.published(t, s, n)
	if _, r, err := s.OpenItemFile(ctx, number, f.ID); err != nil {
		t.Fatal(err)
	} else if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.RemoveItem(ctx, d.clerk, id, must(s.Item(ctx, d.clerk.Viewer, id))(t).Version, proactive.StateSecret); err == nil {
		t.Error("a clerk removes in emergency")
	}
	before := must(s.ItemStamp(ctx))(t)
	must(s.RemoveItem(ctx, d.office, id, must(s.Item(ctx, d.office.Viewer, id))(t).Version, proactive.StateSecret))(t)
	if must(s.ItemStamp(ctx))(t) == before {
		t.Error("cached pages are not told")
	}
	p := must(s.PublicItem(ctx, number, 0))(t)
	if p.Standing != proactive.Removed || p.Content.Title != "" || len(p.Versions) != 0 || p.Reason != "" || len(p.Salt) != 0 {
		t.Errorf("something is left: %+v", p)
	}
	if _, err := s.PublicItem(ctx, number, 1); err != nil {
		t.Errorf("the neutral page of the version: %v", err)
	}
	if _, _, err := s.OpenItemFile(ctx, number, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the file goes out: %v", err)
	}
	if list, _, err := s.PublicItems(ctx, store.PublicQuery{}); err != nil || len(list) != 0 {
		t.Errorf("listed: %v %v", list, err)
	}
	x := must(s.Item(ctx, d.office.Viewer, id))(t)
	if x.Content.Title != "" || !x.Content.Body.Empty() || len(x.Content.Files) != 0 {
		t.Errorf("the desk shows %+v", x.Content)
	}
	if _, err := s.SealedItem(ctx, d.leader, id); err == nil {
		t.Error("somebody else than the secrecy officer opens the sealed copy")
	}
	kept := must(s.SealedItem(ctx, d.office, id))(t)
	if len(kept) == 0 || kept[0].Title != "某某绝密工程的安排" {
		t.Errorf("sealed: %+v", kept)
	}
}

func itemWithdrawn(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id, number := d.published(t, s, store.NewItem{Content: itemText("通知")})
	by := d.clerk
	by.Reason = "附表数据有误，核实后重新发布"
	must(onItem(t, s, by, id, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	p := must(s.PublicItem(ctx, number, 0))(t)
	if p.Standing != proactive.Withdrawn || p.Reason != by.Reason || p.Content.Title != "通知" {
		t.Errorf("withdrawn: %+v", p)
	}
	if list, _, _ := s.PublicItems(ctx, store.PublicQuery{}); len(list) != 0 {
		t.Error("it is still listed")
	}
}

func itemByItself(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	c := itemText("关于拟救助对象的公示")
	c.From, c.To = thisDay().AddDays(-10), thisDay().AddDays(-1)
	_, number := d.published(t, s, store.NewItem{Kind: proactive.Publicity, Content: c})

	id := idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("定时")}))(t))
	must(onItem(t, s, d.clerk, id, hand))(t)
	must(onItem(t, s, d.office, id, pass))(t)
	must(onItem(t, s, d.leader, id, pass))(t)
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Schedule(do, time.Now().Add(time.Hour).UnixMilli())
	}))(t)
	if out, down, err := s.PublishDue(ctx); out != 0 || down != 1 || err != nil {
		t.Errorf("%d went out, %d down, %v", out, down, err)
	}
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Schedule(do, time.Now().Add(-time.Minute).UnixMilli())
	}))(t)
	if out, down, err := s.PublishDue(ctx); out != 1 || down != 0 || err != nil {
		t.Errorf("%d went out, %d down, %v", out, down, err)
	}
	if p := must(s.PublicItem(ctx, number, 0))(t); p.Standing != proactive.Ended {
		t.Errorf("the publicity is over and %s", p.Standing)
	}
}

func itemScope(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id := idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("草稿")}))(t))
	if _, err := s.Item(ctx, d.nextTo.Viewer, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads a draft: %v", err)
	}
	if _, err := onItem(t, s, d.nextTo, id, hand); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour submits it: %v", err)
	}
	if list := must(s.Items(ctx, d.nextTo.Viewer, store.ItemQuery{}))(t); len(list) != 0 {
		t.Errorf("a neighbour lists %v", list)
	}
	if _, err := s.DraftItem(ctx, d.nextTo, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("替别人起草")}); err == nil {
		t.Error("a neighbour drafts for the town")
	}
}

func itemLists(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	for i, k := range []proactive.Kind{proactive.Notice, proactive.Normative, proactive.News} {
		c := itemText(string(rune('甲'+i)) + "件")
		if k == proactive.Normative {
			c.Category, c.Until = "20.1", thisDay().AddDays(-1)
		}
		d.published(t, s, store.NewItem{Kind: k, Content: c})
	}
	count := func(q store.PublicQuery) int {
		list, _, err := s.PublicItems(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	for _, c := range []struct {
		q    store.PublicQuery
		want int
	}{{store.PublicQuery{}, 3}, {store.PublicQuery{Kind: proactive.News}, 1}, {store.PublicQuery{Category: "20.1"}, 1}, {store.PublicQuery{Category: "20"}, 3}, {store.PublicQuery{Category: "21"}, 0},
		{store.PublicQuery{InForce: thisDay()}, 2}, {store.PublicQuery{Year: thisDay().Year}, 3}, {store.PublicQuery{Year: 2019}, 0}} {
		if n := count(c.q); n != c.want {
			t.Errorf("%+v lists %d, want %d", c.q, n, c.want)
		}
	}
	seen := map[string]bool{}
	for after, pages := "", 0; pages == 0 || after != ""; pages++ {
		list, next, err := s.PublicItems(ctx, store.PublicQuery{After: after, Limit: 2})
		if err != nil || pages > 3 {
			t.Fatal(err, pages)
		}
		for _, x := range list {
			seen[x.Number] = true
		}
		after = next
	}
	if len(seen) != 3 {
		t.Errorf("page by page: %v", seen)
	}
	stages, standings, err := s.ItemCounts(ctx, d.clerk.Viewer, d.organ.ID)
	if err != nil || stages[proactive.Settled] != 3 || standings[proactive.Live] != 3 {
		t.Errorf("%v %v %v", stages, standings, err)
	}
	if list := must(s.Items(ctx, d.clerk.Viewer, store.ItemQuery{Late: law.Day(2099, 1, 1)}))(t); len(list) != 0 {
		t.Errorf("what is out is not late: %v", list)
	}
}
