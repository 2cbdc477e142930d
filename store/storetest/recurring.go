package storetest

import (
	"errors"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func rule(t testing.TB, s string) oversight.DutyRule {
	t.Helper()
	return must(oversight.ParseDutyRule(s))(t)
}

func (l led) recurring(t testing.TB, organ int64, at string) int64 {
	t.Helper()
	return idOf(t, must(l.SaveRecurring(ctx, l.office(), oversight.Recurring{Organ: organ, Name: "低保名单", Category: "民生", Rule: rule(t, at), Basis: "县政府办通知", From: l.today()}))(t))
}

func recurringLife(t *testing.T, l led) { // 2 March 2026
	town := l.organs[1]
	if _, err := l.SaveRecurring(ctx, l.clerk(1), oversight.Recurring{Organ: town.ID, Name: "x", Rule: rule(t, "monthly:25"), Basis: "x", From: l.today()}); err == nil {
		t.Error("a clerk set what his town has to publish")
	}
	id := l.recurring(t, town.ID, "monthly:25")
	item := func() *store.RecurringFile {
		return must(l.RecurringItem(ctx, l.clerk(1).Viewer, id, l.today()))(t)
	}
	if f := item(); f.Due != law.Day(2026, 3, 25) || f.Period.Name != "2026-03" || len(f.Open) != 1 || !f.Does || f.Edits {
		t.Fatalf("it begins with %+v", f)
	}
	if _, err := l.RecurringItem(ctx, l.clerk(2).Viewer, id, l.today()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour sees it: %v", err)
	}
	tick := oversight.Tick{Item: id, Period: "2026-03", On: l.today()}
	_, err := l.TickRecurring(ctx, l.clerk(1), tick)
	refuses(t, err, "链接")
	tick.Link = "https://town.example/3"
	tick.On = l.today().AddDays(1)
	_, err = l.TickRecurring(ctx, l.clerk(1), tick)
	refuses(t, err, "不能晚于今天")
	tick.On = l.today()
	for _, by := range []store.By{l.clerk(2), {Viewer: officer(9, l.organs[0], org.Supervisor)}, l.office()} {
		if _, err := l.TickRecurring(ctx, by, tick); err == nil {
			t.Errorf("%+v ticked it off", by.Viewer.Posts)
		}
	}
	must(l.TickRecurring(ctx, l.clerk(1), tick))(t)
	if f := item(); f.Due != law.Day(2026, 4, 25) || len(f.Ticks) != 1 || f.Ticks[0].Link != tick.Link {
		t.Errorf("after March it waits for %+v", f.Period)
	}
	_, err = l.TickRecurring(ctx, l.clerk(1), tick)
	refuses(t, err, "已经登记过")
	l.days(90) // the last of May
	if f := item(); len(f.Open) != 3 || f.Open[0].Name != "2026-04" {
		t.Errorf("open are %+v", f.Open)
	}
	// Out of order: May first, then April; both count.
	for _, p := range []string{"2026-05", "2026-04"} {
		must(l.TickRecurring(ctx, l.clerk(1), oversight.Tick{Item: id, Period: p, On: l.today(), Note: "本期没有应公开的内容"}))(t)
	}
	if f := item(); f.Period.Name != "2026-06" {
		t.Errorf("it waits for %+v", f.Period)
	}
	x := item().Recurring
	x.To = law.Day(2026, 6, 20)
	must(l.SaveRecurring(ctx, l.office(), x))(t)
	if _, err := l.SaveRecurring(ctx, l.office(), x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second officer overwrote the first: %v", err)
	}
	if f := item(); f.Period.Name != "" || !f.Due.IsZero() {
		t.Errorf("it ended and still waits for %+v", f.Period)
	}
}

func recurringEvent(t *testing.T, l led) {
	town := l.organs[1]
	id := l.recurring(t, town.ID, "event:7w")
	if f := must(l.RecurringItem(ctx, l.head(1).Viewer, id, l.today()))(t); len(f.Open) != 0 || !f.Due.IsZero() {
		t.Errorf("before anything happened it waits for %+v", f.Period)
	}
	happened := func(days int, what string) (store.Done, error) {
		return l.AddRecurringEvent(ctx, l.clerk(1), store.RecurringEvent{Item: id, On: l.today().AddDays(days), Text: what})
	}
	for days, what := range map[int]string{1: "明天的事", -1: "以前的事", 0: ""} {
		if _, err := happened(days, what); err == nil {
			t.Errorf("%q was kept", what)
		}
	}
	first := idOf(t, must(happened(0, "作出处罚决定（2026）1号"))(t))
	if _, err := happened(0, "作出处罚决定（2026）1号"); err == nil {
		t.Error("the same event twice")
	}
	l.days(1)
	second := idOf(t, must(happened(0, "作出处罚决定（2026）2号"))(t))
	f := must(l.RecurringItem(ctx, l.head(1).Viewer, id, l.today()))(t)
	if len(f.Open) != 2 || f.Due != law.Day(2026, 3, 11) { // 2 March and seven working days
		t.Fatalf("open %+v, due %s", f.Open, f.Due)
	}
	must(l.TickRecurring(ctx, l.clerk(1), oversight.Tick{Item: id, Period: f.Open[0].Name, On: l.today(), Evidence: oversight.Evidence{Link: "https://town.example/1"}}))(t)
	f = must(l.RecurringItem(ctx, l.head(1).Viewer, id, l.today()))(t)
	if len(f.Open) != 1 || f.Due != law.Day(2026, 3, 12) || len(f.Events) != 2 {
		t.Errorf("open %+v, due %s", f.Open, f.Due)
	}
	for _, e := range f.Events {
		if e.Done != (e.ID == first) || e.ID != first && e.ID != second {
			t.Errorf("event %+v", e)
		}
	}
}

func recurringTemplates(t *testing.T, l led) {
	all := func() (ids []string) {
		for _, x := range oversight.DutyTemplates() {
			ids = append(ids, x.ID)
		}
		return ids
	}()
	towns := []int64{l.organs[1].ID, l.organs[2].ID}
	if _, err := l.AddDutyTemplates(ctx, l.head(1), towns, all, l.today()); err == nil {
		t.Error("a town's head set what its neighbour has to publish")
	}
	want := 0
	for _, x := range oversight.DutyTemplates() {
		if x.Applies(org.Town) {
			want += 2
		}
	}
	if d := must(l.AddDutyTemplates(ctx, l.office(), towns, all, l.today()))(t); idOf(t, d) != int64(want) {
		t.Errorf("%s were added, %d are for towns", d.Answer, want)
	}
	if d := must(l.AddDutyTemplates(ctx, l.office(), towns, all, l.today()))(t); d.Answer != "0" {
		t.Errorf("%s were added twice", d.Answer)
	}
	list := must(l.Recurring(ctx, l.clerk(1).Viewer, store.RecurringQuery{}, l.today()))(t)
	if len(list) != want/2 || list[0].Due.IsZero() {
		t.Errorf("the town has %d", len(list))
	}
	if list := must(l.Recurring(ctx, l.office().Viewer, store.RecurringQuery{Organ: towns[1], DueBy: law.Day(2026, 12, 31)}, l.today()))(t); len(list) != 1 || list[0].Template != "guide" {
		t.Errorf("due at the second town: %+v", list)
	}
}
