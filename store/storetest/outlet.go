package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// RunOutlets checks channels, boards, screens and reading places. Every call of
// open gives an empty store that signs, keeps files and has a key for private
// content.
func RunOutlets(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"OneItemOnManyChannelsCountsOnce", outletSums},
		{"RemovedItemMustComeDown", outletRemoved},
		{"ScreenShowsWhatIsPublic", outletScreen},
		{"NeighboursSeeNothing", outletScope},
		{"ScriptsGoWithTheirItem", outletScripts},
		{"ReadingPlacesAddUp", outletPlaces},
		{"CopiesAreReceipted", outletCopies},
		{"SubscriptionsAreConfirmed", outletSubscriptions},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func outletOf(t *testing.T, s *store.Store, by store.By, o org.Organ, kind proactive.OutletKind, name string) int64 {
	t.Helper()
	return idOf(t, must(s.SaveOutlet(ctx, by, proactive.Outlet{Organ: o.ID, Kind: kind, Name: name, Place: "村委会院外", Since: thisDay().AddDays(-30)}))(t))
}

// 199 = 122 + 24 + 53 over a board and a video account.
func outletSums(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	board, video := outletOf(t, s, d.clerk, d.organ, proactive.Board, "政务公开栏"), outletOf(t, s, d.clerk, d.organ, proactive.VideoFeed, "美丽青石")
	for _, x := range []struct {
		topic string
		n     int
	}{{"民生", 122}, {"财务", 24}, {"新闻政策宣传", 53}} {
		for i := range x.n {
			p := proactive.Posting{Outlet: board, Title: fmt.Sprint(x.topic, i), Topic: x.topic, On: thisDay().AddDays(-1)}
			must(s.SavePosting(ctx, d.clerk, p))(t)
			if i%10 == 0 {
				p.Outlet = video
				must(s.SavePosting(ctx, d.clerk, p))(t)
			}
		}
	}
	id, _ := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("党费收缴情况")})
	must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Item: id, Side: proactive.Party, On: thisDay()}))(t)
	sum := must(s.OutletSum(ctx, d.clerk.Viewer, d.organ.ID, thisDay().AddDays(-9), thisDay()))(t)
	if sum.All != 199 || sum.Total["民生"] != 122 || sum.Total["财务"] != 24 || sum.Total["新闻政策宣传"] != 53 || sum.Column[proactive.Board] != 199 || sum.Column[proactive.VideoFeed] != 22 || sum.Apart[proactive.Party] != 1 {
		t.Errorf("%+v", sum)
	}
	if sum := must(s.OutletSum(ctx, d.nextTo.Viewer, d.organ.ID, thisDay().AddDays(-9), thisDay()))(t); sum.All != 0 {
		t.Errorf("the neighbour counts %d", sum.All)
	}
	var no *act.Refusal
	for name, p := range map[string]proactive.Posting{"a topic of nobody's": {Outlet: board, Title: "x", Topic: "别的", On: thisDay()}, "an item that is no item": {Outlet: board, Item: 77, Topic: "民生", On: thisDay()}} {
		if _, err := s.SavePosting(ctx, d.clerk, p); !errors.As(err, &no) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list := must(s.Outlets(ctx, d.clerk.Viewer, store.OutletQuery{}))(t)
	if len(list) != 2 || list[0].Up != 200 || list[0].Quiet(thisDay()) || list[1].Quiet(thisDay()) || !list[1].Quiet(thisDay().AddDays(15)) {
		t.Errorf("%+v", list)
	}
}

// What was removed in emergency is marked on every board and account, whoever
// publishes is given the task, its photos are not opened and its title is nowhere.
func outletRemoved(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	board, chat := outletOf(t, s, d.clerk, d.organ, proactive.Board, "下河村公开栏"), outletOf(t, s, d.clerk, d.organ, proactive.WeChat, "青石发布")
	speaker := outletOf(t, s, d.clerk, d.organ, proactive.Speaker, "村村响")
	id, number := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("关于绝密工程的通知")})
	photo := must(s.PutPrivate(ctx, store.OutletRef(board), bytes.NewReader([]byte("\x89PNG\r\n\x1a\n photo"))))(t)
	hung := idOf(t, must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Item: id, Topic: "民生", On: thisDay(), Until: thisDay().AddDays(9), Photo: photo.ID}))(t))
	must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: chat, Item: id, Topic: "民生", On: thisDay()}))(t)
	must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: speaker, Item: id, Topic: "民生", On: thisDay()}))(t)
	other := idOf(t, must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Title: "低保名单", Topic: "民生", On: thisDay().AddDays(-8), Until: thisDay().AddDays(-1)}))(t))
	_, f, err := s.OpenPostingPhoto(ctx, d.clerk.Viewer, hung, false)
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if list := must(s.Postings(ctx, d.clerk.Viewer, store.PostingQuery{Down: thisDay()}))(t); len(list) != 1 || list[0].ID != other || !list[0].Overdue(thisDay()) {
		t.Errorf("to come down before: %+v", list)
	}
	x := must(s.Item(ctx, d.clerk.Viewer, id))(t)
	must(s.RemoveItem(ctx, d.office, id, x.Version, proactive.StateSecret))(t)
	list := must(s.Postings(ctx, d.clerk.Viewer, store.PostingQuery{Down: thisDay()}))(t)
	if len(list) != 3 {
		t.Fatalf("to come down: %+v", list)
	}
	for _, p := range must(s.Postings(ctx, d.clerk.Viewer, store.PostingQuery{}))(t) {
		if strings.Contains(p.What(), "绝密") || p.Item == id && p.Kind != proactive.Speaker != p.Must || p.Item == id && !strings.Contains(p.What(), number) {
			t.Errorf("%+v", p)
		}
	}
	if _, _, err := s.OpenPostingPhoto(ctx, d.clerk.Viewer, hung, false); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the photo of what was removed: %v", err)
	}
	tasks := must(s.Tasks(ctx, d.clerk.Viewer, store.TaskQuery{}))(t)
	if len(tasks) != 1 || !strings.Contains(tasks[0].Title, number) || !strings.Contains(tasks[0].Text, "下河村公开栏") || !strings.Contains(tasks[0].Text, "青石发布") || tasks[0].Due != thisDay() {
		t.Errorf("tasks %+v", tasks)
	}
	p := must(s.Posting(ctx, d.clerk.Viewer, hung))(t)
	if _, err := s.TakeDown(ctx, d.clerk, hung, p.Version-1, thisDay(), 0); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	must(s.TakeDown(ctx, d.clerk, hung, p.Version, thisDay(), 0))(t)
	if list := must(s.Postings(ctx, d.clerk.Viewer, store.PostingQuery{Down: thisDay()}))(t); len(list) != 2 {
		t.Errorf("still to come down: %+v", list)
	}
	if _, err := s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Item: id, Topic: "民生", On: thisDay()}); err == nil {
		t.Error("what was removed was hung again")
	}
}

func outletScreen(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id, _ := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("关于汛期安全的通知")})
	news, _ := d.published(t, s, store.NewItem{Kind: proactive.News, Content: itemText("镇长下村")})
	c := itemText("低保对象公示")
	c.From, c.To = thisDay().AddDays(-1), thisDay().AddDays(3)
	shown, _ := d.published(t, s, store.NewItem{Kind: proactive.Publicity, Content: c})
	screen := idOf(t, must(s.SaveOutlet(ctx, d.clerk, proactive.Outlet{Organ: d.organ.ID, Kind: proactive.Screen, Name: "大厅屏", Place: "便民大厅",
		Playlist: proactive.Playlist{Notes: []string{"今天停水"}, Periods: true, Newest: 5, Kinds: []proactive.Kind{proactive.Notice}, Chosen: []int64{news}}}))(t))
	row := must(s.Outlet(ctx, d.clerk.Viewer, screen))(t)
	if _, err := s.ScreenOf(ctx, ""); !errors.Is(err, store.ErrNotFound) || row.Code != "" {
		t.Errorf("a screen without an address: %v", err)
	}
	code := must(s.OpenScreen(ctx, d.clerk, screen, 1, false))(t).Answer
	x := must(s.ScreenOf(ctx, code))(t)
	want := func(ids ...int64) {
		t.Helper()
		var got []int64
		for _, i := range must(s.ScreenItems(ctx, x, thisDay()))(t) {
			got = append(got, i.ID)
		}
		if fmt.Sprint(got) != fmt.Sprint(ids) {
			t.Errorf("shows %v, want %v", got, ids)
		}
	}
	want(news, shown, id)
	it := must(s.Item(ctx, d.clerk.Viewer, id))(t)
	must(s.RemoveItem(ctx, d.office, id, it.Version, proactive.PersonalData))(t)
	want(news, shown)
	must(onItem(t, s, d.clerk, news, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, "内容有误", false) }))(t)
	want(shown)
	// A new address puts the old one out.
	next := must(s.OpenScreen(ctx, d.clerk, screen, 2, false))(t).Answer
	if _, err := s.ScreenOf(ctx, code); !errors.Is(err, store.ErrNotFound) || next == code || len(next) < 20 {
		t.Errorf("the old address: %v", err)
	}
	must(s.OpenScreen(ctx, d.clerk, screen, 3, true))(t)
	if _, err := s.ScreenOf(ctx, next); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an address that was taken back: %v", err)
	}
}

func outletScope(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	board := outletOf(t, s, d.clerk, d.organ, proactive.Board, "公开栏")
	hung := idOf(t, must(s.SavePosting(ctx, d.clerk, proactive.Posting{Outlet: board, Title: "名单", Topic: "民生", On: thisDay()}))(t))
	b := d.nextTo
	for what, err := range map[string]error{
		"read":   second(s.Outlet(ctx, b.Viewer, board)),
		"write":  second(s.SaveOutlet(ctx, b, proactive.Outlet{ID: board, Organ: d.organ.ID, Kind: proactive.Board, Name: "我的", Place: "我处", Version: 1})),
		"new":    second(s.SaveOutlet(ctx, b, proactive.Outlet{Organ: d.organ.ID, Kind: proactive.Board, Name: "我的", Place: "我处"})),
		"hang":   second(s.SavePosting(ctx, b, proactive.Posting{Outlet: board, Title: "x", Topic: "民生", On: thisDay()})),
		"down":   second(s.TakeDown(ctx, b, hung, 1, thisDay(), 0)),
		"void":   second(s.VoidPosting(ctx, store.By{Viewer: b.Viewer, Reason: "错"}, hung, 1)),
		"screen": second(s.OpenScreen(ctx, b, board, 1, false)),
		"script": second(s.SaveScript(ctx, b, store.Script{Organ: d.organ.ID, Title: "x", Text: "y"})),
		"copies": second(s.GiveCopies(ctx, b, []store.GuideCopies{{Organ: d.organ.ID, What: "指南", Receiver: "村", Copies: 1, On: thisDay()}})),
	} {
		if err == nil {
			t.Errorf("the neighbour may %s", what)
		}
	}
	if a, p := must(s.Outlets(ctx, b.Viewer, store.OutletQuery{}))(t), must(s.Postings(ctx, b.Viewer, store.PostingQuery{}))(t); len(a)+len(p) != 0 {
		t.Errorf("the neighbour sees %v %v", a, p)
	}
	var no *act.Refusal
	if _, err := s.VoidPosting(ctx, d.clerk, hung, 1); !errors.As(err, &no) {
		t.Errorf("taken back without a reason: %v", err)
	}
	must(s.VoidPosting(ctx, store.By{Viewer: d.clerk.Viewer, Reason: "重复登记"}, hung, 1))(t)
	if p := must(s.Postings(ctx, d.clerk.Viewer, store.PostingQuery{}))(t); len(p) != 0 {
		t.Errorf("%+v", p)
	}
}

func outletScripts(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id, _ := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("关于绝密工程的通知")})
	script := idOf(t, must(s.SaveScript(ctx, d.clerk, store.Script{Organ: d.organ.ID, Item: id, Text: "村民朋友们：绝密工程开工。"}))(t))
	x := must(s.Script(ctx, d.clerk.Viewer, script))(t)
	if x.Title != "关于绝密工程的通知" || !x.Edits {
		t.Errorf("%+v", x)
	}
	x.Text = "改过的绝密稿子"
	must(s.SaveScript(ctx, d.clerk, x))(t)
	if _, err := s.SaveScript(ctx, d.clerk, x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	it := must(s.Item(ctx, d.clerk.Viewer, id))(t)
	must(s.RemoveItem(ctx, d.office, id, it.Version, proactive.StateSecret))(t)
	if _, err := s.Script(ctx, d.clerk.Viewer, script); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the script of what was removed: %v", err)
	}
}

func outletPlaces(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	e := idOf(t, must(s.SaveEquipment(ctx, d.clerk, oversight.Equipment{Organ: d.organ.ID, Kind: oversight.ReadingPoint, Name: "查阅点", Place: "便民大厅", State: oversight.InUse}))(t))
	day := thisDay()
	for i := range 5 { // 500 visits, 700 items
		must(s.WithEquipment(ctx, d.clerk, e, 1, act.EquipmentVisited, func(x *oversight.Equipment, today law.Date) error {
			return x.Visit(oversight.PlaceVisit{On: day, Persons: 100, Items: 140, Prints: i}, today)
		}))(t)
	}
	list := must(s.Places(ctx, d.clerk.Viewer, day.Year))(t)
	if len(list) != 1 || list[0].Persons != 500 || list[0].Items != 700 || list[0].Prints != 10 || list[0].Days != 1 || list[0].Shown {
		t.Errorf("%+v", list)
	}
	var no *act.Refusal
	if _, err := s.SavePlace(ctx, d.clerk, store.ReadingPlace{Equipment: e, Shown: true}); !errors.As(err, &no) {
		t.Errorf("shown without an address: %v", err)
	}
	must(s.SavePlace(ctx, d.clerk, store.ReadingPlace{Equipment: e, Address: "政府路1号", Hours: "工作日", Zones: store.Zones()[:2], Shown: true}))(t)
	if _, err := s.SavePlace(ctx, d.clerk, store.ReadingPlace{Equipment: e, Address: "别处", Hours: "工作日"}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("an old version: %v", err)
	}
	if _, err := s.SavePlace(ctx, d.nextTo, store.ReadingPlace{Equipment: e, Address: "别处", Hours: "工作日", Version: 1}); err == nil {
		t.Error("the neighbour changed it")
	}
	if list := must(s.PublicPlaces(ctx, d.organ.ID))(t); len(list) != 1 || list[0].Address != "政府路1号" || len(list[0].Zones) != 2 {
		t.Errorf("%+v", list)
	}
}

func outletCopies(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	must(s.GiveCopies(ctx, d.clerk, []store.GuideCopies{{Organ: d.organ.ID, What: "指南", Receiver: "下河村", Copies: 50, On: thisDay()}, {What: "指南", Receiver: "便民大厅", Copies: 100, On: thisDay()}}))(t)
	list := must(s.Copies(ctx, d.clerk.Viewer, thisDay().Year))(t)
	if len(list) != 2 || list[0].Copies+list[1].Copies != 150 {
		t.Fatalf("%+v", list)
	}
	var no *act.Refusal
	if _, err := s.ReceiveCopies(ctx, d.clerk, list[0].ID, 1, thisDay().AddDays(1), "张某"); !errors.As(err, &no) {
		t.Errorf("received tomorrow: %v", err)
	}
	must(s.ReceiveCopies(ctx, d.clerk, list[0].ID, 1, thisDay(), "张某"))(t)
	if list := must(s.Copies(ctx, d.clerk.Viewer, thisDay().Year))(t); list[0].Received != thisDay() || list[0].Signer != "张某" {
		t.Errorf("%+v", list[0])
	}
	if list := must(s.Copies(ctx, d.nextTo.Viewer, thisDay().Year))(t); len(list) != 0 {
		t.Errorf("the neighbour sees %+v", list)
	}
}

// Nothing is told to an address before it said so itself; the address lies
// encrypted, and one word in each mail ends it.
func outletSubscriptions(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	var no *act.Refusal
	if err := s.Subscribe(ctx, d.organ.ID, "", "reader@example.org"); !errors.As(err, &no) {
		t.Errorf("without a mail channel: %v", err)
	}
	if err := s.ServeChannels(ctx, "测试", []string{store.ChannelMail}); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "x", "a@b@c", "某人 <reader@example.org>", "reader@example.org\r\nBcc: x@example.org"} {
		if err := s.Subscribe(ctx, d.organ.ID, "", bad); !errors.As(err, &no) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := s.Subscribe(ctx, d.organ.ID, "nonsense", "reader@example.org"); err == nil {
		t.Error("a topic that is none")
	}
	for range 2 { // asked twice, there once
		if err := s.Subscribe(ctx, d.organ.ID, proactive.Notice, "Reader@example.org"); err != nil {
			t.Fatal(err)
		}
	}
	var letters []store.SubscriptionLetter
	takeMail(t, s, &letters)
	if len(letters) != 1 || letters[0].Address != "reader@example.org" || letters[0].Confirmed || len(letters[0].Items) != 0 {
		t.Fatalf("letters %+v", letters)
	}
	l := letters[0]
	d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("关于汛期安全的通知")})
	d.published(t, s, store.NewItem{Kind: proactive.News, Content: itemText("镇长下村")})
	if n := must(s.QueueSubscriptions(ctx, 0))(t); n != 0 {
		t.Errorf("%d digests to somebody who has not confirmed", n)
	}
	if err := s.ConfirmSubscription(ctx, l.ID, "aaaaaaaaaaaaaaaaaaaaaaaaaa"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a wrong word: %v", err)
	}
	if err := s.ConfirmSubscription(ctx, l.ID, l.Word); err != nil {
		t.Fatal(err)
	}
	id, _ := d.published(t, s, store.NewItem{Kind: proactive.Notice, Content: itemText("关于秋收的通知")})
	if n := must(s.QueueSubscriptions(ctx, 0))(t); n != 1 {
		t.Errorf("%d digests", n)
	}
	letters = nil
	takeMail(t, s, &letters)
	if len(letters) != 1 || len(letters[0].Items) != 1 || letters[0].Items[0].ID != id || !letters[0].Confirmed {
		t.Errorf("digest %+v", letters)
	}
	if n := must(s.QueueSubscriptions(ctx, 0))(t); n != 0 { // nothing new
		t.Errorf("told twice: %d", n)
	}
	if err := s.Unsubscribe(ctx, l.ID, l.Word); err != nil {
		t.Fatal(err)
	}
	if err := s.ConfirmSubscription(ctx, l.ID, l.Word); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the end: %v", err)
	}
}

// takeMail runs the jobs that write to subscribers.
func takeMail(t *testing.T, s *store.Store, to *[]store.SubscriptionLetter) {
	t.Helper()
	run, stop := context.WithTimeout(ctx, 20*time.Second)
	defer stop()
	got := make(chan store.SubscriptionLetter, 10)
	go func() {
		for c, err := s.JobCounts(run); err == nil && c.Waiting+c.Running > 0; c, err = s.JobCounts(run) {
			time.Sleep(5 * time.Millisecond)
		}
		stop()
	}()
	err := s.RunJobs(run, store.JobRunner{Poll: 5 * time.Millisecond, Kinds: []store.JobKind{{Name: store.SubscriptionJob, Run: func(ctx context.Context, payload []byte) error {
		l, err := s.SubscriptionLetter(ctx, payload)
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			got <- l
			err = s.SubscriptionSent(ctx, l)
		}
		return err
	}}}})
	if err != nil && run.Err() == nil {
		t.Fatal(err)
	}
	close(got)
	for l := range got {
		*to = append(*to, l)
	}
}
