package storetest

import (
	"errors"
	"fmt"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
)

// behind lets a county fall behind: until 25 March both towns miss their task of
// the plan, the first a publication, the second an order.
func (l led) behind(t testing.TB) (tasks []int64, item, order int64) {
	t.Helper()
	_, tasks = l.issued(t, law.Day(2026, 3, 10))
	item = l.recurring(t, l.organs[1].ID, "monthly:5")
	order = idOf(t, must(l.GiveOrder(ctx, l.office(), oversight.Order{Organ: l.organs[2].ID, Issuer: l.organs[0].ID, Title: "指南电话失效", Text: "请更正", Basis: "条例第十二条",
		Source: oversight.FromOffice, Due: law.Day(2026, 3, 20)}))(t))
	l.days(23)
	return tasks, item, order
}

func gapsOf(g []store.OrganGaps) (out string) {
	for _, o := range g {
		out += o.Organ.Code + ":"
		for _, x := range o.Gaps {
			out += x.Source + " "
		}
	}
	return out
}

func dispatchLife(t *testing.T, l led) {
	tasks, item, _ := l.behind(t)
	sheet := must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t)
	if got, want := gapsOf(sheet.Organs), "T0:recurring.late plan.late T1:orders.open plan.late "; got != want || sheet.Gaps != 4 || sheet.Looked != 3 {
		t.Fatalf("gaps %q of %d organs, not %q", got, sheet.Looked, want)
	}
	for _, a := range sheet.Sources {
		if want := !aboutItems(a.Name); a.Connected != want { // nobody publishes here
			t.Errorf("%s answers that it is connected: %v", a.Name, a.Connected)
		}
	}
	for _, by := range []store.By{l.clerk(1), l.head(1), {Viewer: officer(9, l.organs[0], org.Supervisor)}, {Viewer: officer(8, l.organs[0], org.Head)}} {
		if _, err := l.IssueDispatch(ctx, by, by.Viewer.Organ, l.today(), ""); err == nil {
			t.Errorf("%+v issued a dispatch", by.Viewer.Posts)
		}
	}
	_, err := l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today().AddDays(1), "")
	refuses(t, err, "还没有到")
	by := l.office()
	by.Key = "march"
	id := idOf(t, must(l.IssueDispatch(ctx, by, l.organs[0].ID, l.today(), "请各单位月底前销号"))(t))
	if again := must(l.IssueDispatch(ctx, by, l.organs[0].ID, l.today(), ""))(t); !again.Repeated || idOf(t, again) != id {
		t.Error("a double click issued twice")
	}
	_, err = l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), "")
	refuses(t, err, "已经印发")
	// What is done afterwards does not change it.
	must(l.TickRecurring(ctx, l.clerk(1), oversight.Tick{Item: item, Period: "2026-03", On: l.today(), Evidence: oversight.Evidence{Link: "https://t.example/"}}))(t)
	f := must(l.Dispatch(ctx, l.office().Viewer, id))(t)
	if f.Gaps != 4 || f.Organs[0].Gaps != 2 || f.Organs[0].Count[oversight.GroupLate] != 1 || f.Organs[1].Count[oversight.GroupRectify] != 1 || !f.Whole || f.Note == "" {
		t.Errorf("frozen as %+v", f)
	}
	if now := must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t); now.Gaps != 3 {
		t.Errorf("after the publication there are %d gaps", now.Gaps)
	}
	own := must(l.DispatchGaps(ctx, l.clerk(1).Viewer, id, 0, 100))(t)
	if len(own) != 2 || own[1].Ref != store.PlanTaskRef(tasks[0]) || own[1].Since != "2026-03" {
		t.Fatalf("the town reads %+v", own)
	}
	answer := oversight.GapAnswer{Gap: own[1].ID, Version: 1, Text: "经办人变动，已补报", Promise: l.today().AddDays(3)}
	if _, err := l.AnswerGaps(ctx, l.clerk(2), id, []oversight.GapAnswer{answer}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the neighbour answered: %v", err)
	}
	if _, err := l.AnswerGaps(ctx, store.By{Viewer: officer(9, l.organs[0], org.Supervisor)}, id, []oversight.GapAnswer{answer}); err == nil {
		t.Error("who watches answered")
	}
	bad := answer
	bad.Promise = law.Day(2026, 3, 1)
	_, err = l.AnswerGaps(ctx, l.clerk(1), id, []oversight.GapAnswer{bad})
	refuses(t, err, "早于")
	must(l.AnswerGaps(ctx, l.clerk(1), id, []oversight.GapAnswer{answer}))(t)
	if _, err := l.AnswerGaps(ctx, l.clerk(1), id, []oversight.GapAnswer{answer}); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the second officer overwrote the first: %v", err)
	}
	if f := must(l.Dispatch(ctx, l.clerk(1).Viewer, id))(t); len(f.Organs) != 1 || f.Organs[0].Answered != 1 || f.Whole {
		t.Errorf("the town sees %+v", f.Organs)
	}
}

func dispatchCarries(t *testing.T, l led) {
	_, item, _ := l.behind(t)
	id := idOf(t, must(l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), ""))(t))
	for _, g := range must(l.DispatchGaps(ctx, l.clerk(1).Viewer, id, 0, 100))(t) {
		must(l.AnswerGaps(ctx, l.clerk(1), id, []oversight.GapAnswer{{Gap: g.ID, Version: 1, Text: "下月补上", Promise: l.today().AddDays(10)}}))(t)
	}
	must(l.TickRecurring(ctx, l.clerk(1), oversight.Tick{Item: item, Period: "2026-03", On: l.today(), Evidence: oversight.Evidence{Link: "https://t.example/"}}))(t)
	l.days(31) // 25 April: April's publication is missed anew, the plan still
	sheet := must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, l.today()))(t)
	since := map[string]string{}
	for _, o := range sheet.Organs {
		for _, g := range o.Gaps {
			since[o.Organ.Code+" "+g.Source] = g.Since
			if g.Source == oversight.GapPlanLate && o.Organ.Code == "T0" && g.Answer != "下月补上" {
				t.Errorf("the last answer is not shown: %+v", g)
			}
		}
	}
	want := map[string]string{"T0 recurring.late": "2026-04", "T0 plan.late": "2026-03", "T1 plan.late": "2026-03", "T1 orders.open": "2026-03", "C0 reports.missing": "2026-04"}
	if fmt.Sprint(since) != fmt.Sprint(want) {
		t.Errorf("gaps since %v, not %v", since, want)
	}
	if sheet.Carried != 3 || sheet.Settled != 1 {
		t.Errorf("carried %d, settled %d", sheet.Carried, sheet.Settled)
	}
	// The town itself sees the same of its own, from the county's dispatch.
	own := must(l.Gaps(ctx, l.clerk(1).Viewer, l.organs[1].ID, l.today()))(t)
	if own.Gaps != 2 || own.Carried != 1 || own.Settled != 1 {
		t.Errorf("the town sees %d, carried %d, settled %d", own.Gaps, own.Carried, own.Settled)
	}
	must(l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), ""))(t)
	if list := must(l.Dispatches(ctx, l.clerk(2).Viewer))(t); len(list) != 2 || list[0].Month != 4 || list[0].Mine != 2 || list[0].Carried != 3 {
		t.Errorf("the other town's list: %+v", list)
	}
}

func dispatchScope(t *testing.T, l led) {
	l.behind(t)
	id := idOf(t, must(l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), ""))(t))
	stranger := org.Viewer{Person: 77}
	if _, err := l.Gaps(ctx, l.clerk(1).Viewer, l.organs[0].ID, l.today()); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a town counts the county's gaps: %v", err)
	}
	if _, err := l.Dispatch(ctx, stranger, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody without a post opens it: %v", err)
	}
	if list := must(l.Dispatches(ctx, stranger))(t); len(list) != 0 {
		t.Errorf("and lists %+v", list)
	}
	all := must(l.DispatchGaps(ctx, l.office().Viewer, id, 0, 100))(t)
	for _, g := range all {
		_, err := l.Gap(ctx, l.clerk(1).Viewer, g.ID)
		if mine := g.Organ == l.organs[1].ID; mine != (err == nil) {
			t.Errorf("gap of %d: %v", g.Organ, err)
		}
	}
	if got := must(l.DispatchGaps(ctx, l.clerk(1).Viewer, id, l.organs[2].ID, 100))(t); len(got) != 0 {
		t.Errorf("a town reads %d gaps of its neighbour", len(got))
	}
}

// Requests past their day are gaps by their number; nothing they say goes along.
func dispatchRequests(t *testing.T, l led) {
	n := asks(l.organs[1], 0)
	n.Arrived = l.today()
	id := idOf(t, must(l.RegisterRequest(ctx, program(""), n))(t))
	number := must(l.Request(ctx, org.Program("测试"), id))(t).Number
	count := func(day law.Date) (out []store.GapRow) {
		for _, o := range must(l.Gaps(ctx, l.office().Viewer, l.organs[0].ID, day))(t).Organs {
			for _, g := range o.Gaps {
				if g.Source == oversight.GapRequestsLate {
					out = append(out, g)
				}
			}
		}
		return out
	}
	if early := count(law.Day(2026, 3, 30)); len(early) != 0 { // the twentieth working day after 2 March
		t.Errorf("in time, and yet %+v", early)
	}
	if late := count(law.Day(2026, 3, 31)); len(late) != 1 || late[0].Text != number || late[0].Organ != l.organs[1].ID {
		t.Errorf("the day after: %+v", late)
	}
}

// A 检查组 is let in for a time: its post has a last day, and then it sees
// nothing any more.
func inspectors(t *testing.T, l led) {
	person := idOf(t, must(l.SavePerson(ctx, program(""), org.Person{Name: "某检查员", Organ: l.organs[0].ID}))(t))
	post := org.Post{Person: person, Organ: l.organs[0].ID, Role: org.Inspector}
	_, err := l.Grant(ctx, program(""), post)
	refuses(t, err, "必须写明截止日期")
	post.To = l.today().AddDays(400)
	_, err = l.Grant(ctx, program(""), post)
	refuses(t, err, "最长一年")
	post.To = l.today().AddDays(14)
	must(l.Grant(ctx, program(""), post))(t)
	l.order(t, 1, l.today().AddDays(30))
	sees := func() int {
		v := must(l.Viewer(ctx, person, l.today()))(t)
		return len(must(l.Orders(ctx, v, store.OrderQuery{}))(t))
	}
	if n := sees(); n != 1 {
		t.Errorf("the inspectors see %d orders", n)
	}
	v := must(l.Viewer(ctx, person, l.today()))(t)
	for _, o := range must(l.Orders(ctx, v, store.OrderQuery{}))(t) {
		if _, err := l.CancelOrder(ctx, reason(store.By{Viewer: v}, "x"), o.ID, 1); err == nil {
			t.Error("an inspector took an order back")
		}
	}
	if _, err := l.NoteSupervision(ctx, store.By{Viewer: v}, store.PersonRef(person), "x"); err == nil {
		t.Error("an inspector wrote an opinion")
	}
	l.days(15)
	if n := sees(); n != 0 {
		t.Errorf("after its last day the post shows %d orders", n)
	}
}

func leadDue(t *testing.T, l led) {
	tasks, item, order := l.behind(t)
	id := idOf(t, must(l.IssueDispatch(ctx, l.office(), l.organs[0].ID, l.today(), ""))(t))
	links := func(by store.By) (out string) {
		for _, x := range must(l.LeadDues(ctx, by.Viewer, l.today(), l.today().AddDays(14)))(t) {
			out += x.Link + " "
		}
		return out
	}
	if got, want := links(l.clerk(1)), fmt.Sprintf("/desk/plantasks/%d /desk/recurring/%d /desk/dispatch/%d?organ=%d ", tasks[0], item, id, l.organs[1].ID); got != want {
		t.Errorf("the first town has %q, not %q", got, want)
	}
	if got, want := links(l.clerk(2)), fmt.Sprintf("/desk/orders/%d /desk/plantasks/%d /desk/dispatch/%d?organ=%d ", order, tasks[1], id, l.organs[2].ID); got != want {
		t.Errorf("the second town has %q, not %q", got, want)
	}
	if got := links(l.office()); got != "" {
		t.Errorf("the office has %q", got)
	}
	must(l.ReplyOrder(ctx, l.clerk(2), 1, oversight.OrderReply{Order: order, Text: "已更正", Evidence: oversight.Evidence{Link: "https://t.example/"}}))(t)
	if got, want := links(l.office()), fmt.Sprintf("/desk/orders/%d ", order); got != want {
		t.Errorf("the office has %q, not %q", got, want)
	}
	if got := links(store.By{Viewer: officer(9, l.organs[0], org.Supervisor)}); got != "" {
		t.Errorf("who watches has %q", got)
	}
}
