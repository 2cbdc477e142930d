package storetest

import (
	"errors"
	"strings"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

func (l led) order(t testing.TB, organ int, due law.Date) int64 {
	t.Helper()
	return idOf(t, must(l.GiveOrder(ctx, l.office(), oversight.Order{Organ: l.organs[organ].ID, Issuer: l.organs[0].ID, Title: "公开指南电话失效", Text: "请更正并核对", Basis: "条例第十二条",
		Source: oversight.FromOffice, Due: due}))(t))
}

func orderLife(t *testing.T, l led) {
	due := l.today().AddDays(10)
	give := oversight.Order{Organ: l.organs[1].ID, Issuer: l.organs[0].ID, Title: "x", Text: "x", Basis: "x", Source: oversight.FromOffice, Due: due}
	for _, by := range []store.By{l.clerk(1), l.head(1), {Viewer: officer(9, l.organs[0], org.Supervisor)}} {
		if _, err := l.GiveOrder(ctx, by, give); err == nil {
			t.Errorf("%+v gave an order", by.Viewer.Posts)
		}
	}
	late := give
	late.Due = l.today().AddDays(-1)
	_, err := l.GiveOrder(ctx, l.office(), late)
	refuses(t, err, "已经过去")
	first, second := l.order(t, 1, due), l.order(t, 2, due)
	f := must(l.Order(ctx, l.clerk(1).Viewer, first))(t)
	if f.Number() != "公开整改〔2026〕1号" || !f.Does || f.Gives || must(l.Order(ctx, l.office().Viewer, second))(t).Serial != 2 {
		t.Errorf("given as %+v", f.OrderRow)
	}
	if _, err := l.Order(ctx, l.clerk(1).Viewer, second); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town reads its neighbour's order: %v", err)
	}
	reply := oversight.OrderReply{Order: first, Text: "已更正"}
	_, err = l.ReplyOrder(ctx, l.clerk(1), 1, reply)
	refuses(t, err, "佐证")
	reply.Link = "https://t.example/guide"
	if _, err := l.ReplyOrder(ctx, l.clerk(2), 1, reply); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour replied: %v", err)
	}
	_, err = l.DecideOrder(ctx, l.office(), first, 1, true, "")
	refuses(t, err, "没有等待验收")
	must(l.ReplyOrder(ctx, l.clerk(1), 1, reply))(t)
	if _, err := l.ReplyOrder(ctx, l.clerk(1), 1, reply); !errors.Is(err, store.ErrConflict) {
		t.Errorf("two replies at once: %v", err)
	}
	if _, err := l.DecideOrder(ctx, l.head(1), first, 2, true, ""); err == nil {
		t.Error("the town accepted its own reply")
	}
	_, err = l.DecideOrder(ctx, l.office(), first, 2, false, "")
	refuses(t, err, "原因")
	must(l.DecideOrder(ctx, l.office(), first, 2, false, "链接打不开"))(t)
	if f := must(l.Order(ctx, l.clerk(1).Viewer, first))(t); f.State != oversight.OrderReturned || f.Replies[0].Reason != "链接打不开" {
		t.Errorf("returned as %+v", f.OrderRow)
	}
	must(l.ReplyOrder(ctx, l.clerk(1), 3, reply))(t)
	must(l.DecideOrder(ctx, l.office(), first, 4, true, ""))(t)
	f = must(l.Order(ctx, l.clerk(1).Viewer, first))(t)
	if f.State != oversight.OrderAccepted || f.Ended != l.today() || len(f.Replies) != 2 || len(f.History) != 5 {
		t.Errorf("accepted as %+v with %d acts", f.OrderRow, len(f.History))
	}
	_, err = l.ReplyOrder(ctx, l.clerk(1), 5, reply)
	refuses(t, err, "已销号")
	if open := must(l.Orders(ctx, l.office().Viewer, store.OrderQuery{Open: true}))(t); len(open) != 1 || open[0].ID != second {
		t.Errorf("open are %+v", open)
	}
	if found := must(l.Orders(ctx, l.office().Viewer, store.OrderQuery{Search: "指南", Organ: l.organs[1].ID}))(t); len(found) != 1 {
		t.Errorf("found %d", len(found))
	}
	must(l.CancelOrder(ctx, reason(l.office(), "经核实问题不成立"), second, 1))(t)
	if open := must(l.Orders(ctx, l.clerk(2).Viewer, store.OrderQuery{Open: true}))(t); len(open) != 0 {
		t.Errorf("still open: %+v", open)
	}
}

func orderLate(t *testing.T, l led) {
	person := idOf(t, must(l.SavePerson(ctx, program(""), org.Person{Name: "某负责人", Organ: l.organs[1].ID}))(t))
	must(l.Grant(ctx, program(""), org.Post{Person: person, Organ: l.organs[1].ID, Role: org.Head}))(t)
	head := must(l.Viewer(ctx, person, l.today()))(t)
	notices := func(kind string) int {
		n := 0
		for _, unread := range []bool{true, false} {
			for _, x := range must(l.Inbox(ctx, head, unread, 0))(t) {
				if x.Kind == kind {
					n++
				}
			}
		}
		return n
	}
	id := l.order(t, 1, l.today().AddDays(5))
	if notices("order.given") != 1 {
		t.Error("the head was not told of the order")
	}
	_, err := l.ExtendOrder(ctx, reason(l.office(), "改版"), id, 1, l.today().AddDays(4))
	refuses(t, err, "晚于")
	if _, err := l.ExtendOrder(ctx, reason(l.head(1), "来不及"), id, 1, l.today().AddDays(9)); err == nil {
		t.Error("the town gave itself more time")
	}
	must(l.ExtendOrder(ctx, reason(l.office(), "网站统一改版"), id, 1, l.today().AddDays(9)))(t)
	f := must(l.Order(ctx, l.clerk(1).Viewer, id))(t)
	if f.FirstDue != l.today().AddDays(5) || f.Due != l.today().AddDays(9) || f.History[0].Details.Reason != "网站统一改版" {
		t.Errorf("extended as %+v", f.OrderRow)
	}
	l.days(7)
	if n := must(l.EscalateOrders(ctx))(t); n != 0 {
		t.Errorf("%d escalated before the new day", n)
	}
	l.days(3)
	if a, b := must(l.EscalateOrders(ctx))(t), must(l.EscalateOrders(ctx))(t); a != 1 || b != 0 || notices("order.escalated") != 1 {
		t.Errorf("escalated %d and %d times, %d notices", a, b, notices("order.escalated"))
	}
	if late := must(l.Orders(ctx, l.office().Viewer, store.OrderQuery{Late: l.today()}))(t); len(late) != 1 || late[0].Escalated != l.today() {
		t.Errorf("late are %+v", late)
	}
	// Daily reminders: the share of a plan and a publication, a week before.
	_, _ = l.issued(t, l.today().AddDays(6))
	l.recurring(t, l.organs[1].ID, "monthly:15")
	told := must(l.RemindLeading(ctx))(t)
	if told == 0 || notices(store.KindPlanDue) != 1 || notices(store.KindRecurringDue) != 1 {
		t.Errorf("told %d: of the plan %d times, of the publication %d", told, notices(store.KindPlanDue), notices(store.KindRecurringDue))
	}
	if again := must(l.RemindLeading(ctx))(t); again != 0 {
		t.Errorf("told %d again", again)
	}
}

func orderSource(t *testing.T, l led) {
	task := idOf(t, must(l.GiveTask(ctx, l.office(), org.Task{Organ: l.organs[1].ID, Role: org.Drafter, Title: "甲"}))(t))
	watcher := store.By{Viewer: officer(9, l.organs[0], org.Supervisor)}
	note := must(l.NoteSupervision(ctx, watcher, store.TaskRef(task), "请说明"))(t)
	give := oversight.Order{Organ: l.organs[2].ID, Issuer: l.organs[0].ID, Title: "落实监督意见", Text: "请整改", Basis: "监督意见", Source: oversight.FromSupervision, Ref: "act/" + note.Answer, Due: l.today().AddDays(5)}
	_, err := l.GiveOrder(ctx, l.office(), give)
	refuses(t, err, "问题不在这个机关")
	give.Organ = l.organs[1].ID
	must(l.GiveOrder(ctx, l.office(), give))(t)
	if list := must(l.Orders(ctx, l.clerk(1).Viewer, store.OrderQuery{Ref: give.Ref}))(t); len(list) != 1 || list[0].Source != oversight.FromSupervision {
		t.Errorf("from the opinion came %+v", list)
	}
	give.Ref = "act/12345"
	if _, err := l.GiveOrder(ctx, l.office(), give); err == nil {
		t.Error("an order from an opinion that does not exist")
	}
	give.Ref = "x\ny"
	if _, err := l.GiveOrder(ctx, l.office(), give); err == nil {
		t.Error("an order from nonsense")
	}
}

func accountability(t *testing.T, l led) {
	order := l.order(t, 1, l.today().AddDays(5))
	a := oversight.Account{Organ: l.organs[1].ID, Issuer: l.organs[0].ID, Kind: oversight.Talked, On: l.today(), Document: "云政办函〔2026〕8号", Ref: store.OrderRef(order)}
	if _, err := l.KeepAccountability(ctx, l.head(1), a, ""); err == nil {
		t.Error("a town recorded it")
	}
	future := a
	future.On = l.today().AddDays(1)
	_, err := l.KeepAccountability(ctx, l.office(), future, "")
	refuses(t, err, "不能晚于今天")
	wrong := a
	wrong.Organ = l.organs[2].ID
	_, err = l.KeepAccountability(ctx, l.office(), wrong, "")
	refuses(t, err, "不是发给这个机关")
	must(l.KeepAccountability(ctx, l.office(), a, "约谈戊己庚"))(t)
	list := must(l.Accountability(ctx, l.office().Viewer, 0))(t)
	if len(list) != 1 || list[0].Detail != "约谈戊己庚" || list[0].Kind != oversight.Talked {
		t.Fatalf("the office reads %+v", list)
	}
	if own := must(l.Accountability(ctx, l.clerk(1).Viewer, 0))(t); len(own) != 1 || own[0].Detail != "" {
		t.Errorf("the town reads %+v", own)
	}
	if other := must(l.Accountability(ctx, l.clerk(2).Viewer, 0))(t); len(other) != 0 {
		t.Errorf("the neighbour reads %+v", other)
	}
	// Who it was about stands nowhere but in the details, and goes with them.
	acts := must(l.Entries(ctx, l.office().Viewer, store.EntryQuery{Kind: "order.accountability"}))(t)
	entry := must(acts[0].Act.Entry())(t)
	if strings.Contains(string(entry), "戊己庚") {
		t.Errorf("the log's entry names somebody: %s", entry)
	}
	must(l.EraseDetails(ctx, program(""), acts[0].Act.ID, "期满"))(t)
	if list := must(l.Accountability(ctx, l.office().Viewer, 0))(t); len(list) != 1 || list[0].Detail != "" {
		t.Errorf("after erasure the office reads %+v", list)
	}
}
