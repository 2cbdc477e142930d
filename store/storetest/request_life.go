package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/store"
)

// RunRequestLife checks what becomes of files in the organ: days counted again,
// retention, handover. Every call of open gives an empty store that signs and has
// a key and a place for private content.
func RunRequestLife(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"ANewNoticeMovesDaysAndIsTold", recountTold},
		{"ContentIsErasedByTwoAfterTheArchive", requestErased},
		{"OwnDaysHelpersAndTheHead", requestPlanned},
		{"WhoLeavesHandsRequestsOver", requestHandover},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// jobOf is the standing job of a name.
func jobOf(t *testing.T, s *store.Store, name string) store.JobKind {
	t.Helper()
	kinds, _ := s.Standing()
	i := slices.IndexFunc(kinds, func(k store.JobKind) bool { return k.Name == name })
	if i < 0 {
		t.Fatalf("no job %s", name)
	}
	return kinds[i]
}

func recountTold(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	handler, other, office := employee(t, s, "甲经办", o[1], org.Handler), employee(t, s, "乙经办", o[2], org.Handler), employee(t, s, "丙科长", o[0], org.Office)
	for range 3 {
		must(s.RegisterRequest(ctx, store.By{Viewer: org.Program("测试")}, asks(o[1], 0)))(t)
	}
	rows, _, err := s.Requests(ctx, handler, store.RequestQuery{Open: true})
	if err != nil || len(rows) != 3 {
		t.Fatal(len(rows), err)
	}
	due := rows[0].Due
	told := func(v org.Viewer) (out []string) {
		for _, n := range must(s.Inbox(ctx, v, true, 0))(t) {
			if n.Kind == act.RequestsRecounted {
				out = append(out, n.Subject)
			}
		}
		return out
	}
	job := jobOf(t, s, "recount")
	if err := job.Run(ctx, nil); err != nil || len(told(handler)) != 0 {
		t.Fatalf("nothing new, and told %v (%v)", told(handler), err)
	}
	table := ""
	for y := min(must(s.Calendar(ctx))(t).Horizon().Year, due.Year); y <= due.Year; y++ {
		table += fmt.Sprintf("year %d\n", y)
	}
	table += fmt.Sprintf("off 地方假日 %s\n", due.String()[5:])
	must(s.SaveSetting(ctx, program(""), store.Setting{Name: org.CalendarNotice, Value: table}))(t)
	if waits := must(s.JobCounts(ctx))(t); waits.Waiting != 1 {
		t.Errorf("no recount waits: %+v", waits)
	}
	if err := job.Run(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if rows, _, _ = s.Requests(ctx, handler, store.RequestQuery{Open: true}); !rows[0].Due.After(due) {
		t.Errorf("due %s, was %s", rows[0].Due, due)
	}
	for _, v := range []org.Viewer{handler, office} {
		if got := told(v); len(got) != 1 || !strings.Contains(got[0], "放假通知，3件申请的答复期限有变化") {
			t.Errorf("%s is told %v", v.Name, got)
		}
	}
	if got := told(other); len(got) != 0 {
		t.Errorf("a neighbour is told %v", got)
	}
	if err := job.Run(ctx, nil); err != nil || len(told(office)) != 1 {
		t.Errorf("told again: %v (%v)", told(office), err)
	}
}

func requestErased(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	one, two := store.By{Viewer: officer(3, o[1], org.Handler)}, store.By{Viewer: officer(4, o[1], org.Handler)}
	x := casework.Ledger{Number: "旧1", Channel: "person", Arrived: law.Day(2020, 3, 2), Applicant: casework.Natural, Name: "甲某某", Wanted: "资金使用情况", Subject: "资金", Outcome: casework.Granted, Answer: law.Day(2020, 3, 12), Served: law.Day(2020, 3, 13), Way: "ems"}
	y := x
	y.Number, y.Outcome, y.Basis = "旧2", casework.Process, "请示报告"
	must(s.ImportLedger(ctx, one, o[1].ID, ledgerLines([]casework.Ledger{x, y})))(t)
	rows, _, err := s.Requests(ctx, one.Viewer, store.RequestQuery{})
	if err != nil || len(rows) != 2 {
		t.Fatal(len(rows), err)
	}
	id, kept := rows[1].ID, rows[0].ID // newest first
	file := must(s.PutPrivate(ctx, store.RequestRef(id), bytes.NewReader([]byte("甲某某的申请表"))))(t)
	must(with(t, s, one, id, 0, func(f *store.RequestFile, _ *calendar.Calendar, _ casework.Doing) error {
		f.Content.Files = append(f.Content.Files, casework.File{ID: file.ID, Name: "申请表.pdf", Kind: "paper"})
		return nil
	}))(t)
	refused := func(what, word string, err error) {
		t.Helper()
		var no *act.Refusal
		if !errors.As(err, &no) || !strings.Contains(no.Text, word) {
			t.Errorf("%s: %v", what, err)
		}
	}
	_, err = s.AskErasure(ctx, one, id)
	refused("no period is decided", "没有规定", err)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[1].ID, Name: org.RequestKeep, Value: "3；不予公开 30"}))(t)
	_, err = s.AskErasure(ctx, one, id)
	refused("it is not archived", "归档", err)
	before := must(s.TableThree(ctx, o[1].ID, 2020, nil))(t)
	for _, r := range []int64{id, kept} {
		must(with(t, s, one, r, 1500, func(f *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			return f.Archive(d, strings.Repeat("ab", 32), 3, file.ID)
		}))(t)
	}
	_, err = s.AskErasure(ctx, one, kept)
	refused("thirty years are not over", "期满", err)
	list := must(s.ExpiredRequests(ctx, one.Viewer, o[1].ID))(t)
	if len(list) != 0 && list[0].ID != id {
		t.Errorf("expired: %+v", list)
	}
	if len(list) == 0 {
		t.Fatal("nothing is listed as expired")
	}
	_, err = s.EraseRequest(ctx, two, id)
	refused("nobody proposed it", "提出", err)
	must(s.AskErasure(ctx, one, id))(t)
	_, err = s.EraseRequest(ctx, one, id)
	refused("one person alone", "两人", err)
	if list = must(s.ExpiredRequests(ctx, two.Viewer, o[1].ID))(t); len(list) != 1 || list[0].Asked != 3 {
		t.Errorf("proposed: %+v", list)
	}
	must(s.EraseRequest(ctx, two, id))(t)

	// Nothing personal can be read any more, by nobody and in no way.
	f := must(s.Request(ctx, one.Viewer, id))(t)
	if !f.Erased || f.Content.Person != (casework.Person{}) || f.Content.Wanted != "" || len(f.Content.Files) != 0 {
		t.Errorf("after erasure: %+v", f.Content)
	}
	if _, _, err := s.OpenPrivate(ctx, file.ID); err == nil {
		t.Error("the file still opens")
	}
	lines, _, _, err := s.Ledger(ctx, one.Viewer, store.LedgerQuery{Organ: o[1].ID})
	if err != nil || len(lines) != 2 || lines[0].Name+lines[0].Wanted != "" && lines[1].Name+lines[1].Wanted != "" {
		t.Errorf("the export says %+v (%v)", lines, err)
	}
	if year, _, err := s.AskedBefore(ctx, id); err != nil || year != 0 {
		t.Errorf("it is still counted with its applicant: %d (%v)", year, err)
	}
	_, err = s.WithRequest(ctx, one, id, f.Version, func(f *store.RequestFile, _ *calendar.Calendar, day law.Date) error {
		return f.Note(casework.Doing{On: day, Today: day}, "remark")
	})
	refused("working on it", "清除", err)
	// The acts and the figures stay.
	if f.Outcome != casework.Granted || f.State != casework.Closed || len(f.Events()) < 4 {
		t.Errorf("the acts: %s %s %d", f.Outcome, f.State, len(f.Events()))
	}
	if after := must(s.TableThree(ctx, o[1].ID, 2020, nil))(t); !maps.EqualFunc(before, after, maps.Equal[map[string]int, map[string]int]) || after["result_total"]["total"] != 2 {
		t.Errorf("table three was %v, is %v", before, after)
	}
	// The ledger that was imported once brings nothing back.
	if d := must(s.ImportLedger(ctx, one, o[1].ID, ledgerLines([]casework.Ledger{x, y})))(t); d.Answer != "0 0" {
		t.Errorf("the ledger again: %s", d.Answer)
	}
	healthyRequests(t, s)
}

// healthyRequests fails the test unless every row is what its acts say.
func healthyRequests(t *testing.T, s *store.Store) {
	t.Helper()
	x := must(s.Inspect(ctx, nil))(t)
	for _, f := range x.Faults {
		if f.Kind == store.FaultRequest {
			t.Errorf("%+v", f)
		}
	}
}

func requestPlanned(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	one, two, head, far := employee(t, s, "甲经办", o[1], org.Handler), employee(t, s, "乙经办", o[1], org.Handler), employee(t, s, "丙负责", o[1], org.Head), employee(t, s, "丁经办", o[2], org.Handler)
	cal, today := must(s.Calendar(ctx))(t), thisDay()
	arrived := today
	for n, _ := cal.Between(arrived, today); n < 10; n, _ = cal.Between(arrived, today) { // the day of the draft is today
		arrived = arrived.AddDays(-1)
	}
	n := asks(o[1], 0)
	n.Arrived = arrived
	id := idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: one}, n))(t))
	must(with(t, s, store.By{Viewer: one}, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
		x.Handler = one.Person
		return x.Assign(d, fmt.Sprintf("person/%d", one.Person))
	}))(t)
	x := must(s.Request(ctx, one, id))(t)
	p := must(s.RequestPlan(ctx, x))(t)
	if p.Own || cal.Working(today) && p.Days[1] != today || p.Days[3].Before(p.Days[2]) {
		t.Fatalf("by the setting: %+v", p)
	}
	if !cal.Working(today) {
		must(s.PlanRequest(ctx, store.By{Viewer: one}, id, store.RequestPlan{Days: [4]law.Date{1: today}}))(t)
	}
	told := func(v org.Viewer, kind string) (n int) {
		for _, x := range must(s.Inbox(ctx, v, true, 0))(t) {
			if x.Kind == kind {
				n++
			}
		}
		return n
	}
	must(s.RemindRequests(ctx))(t)
	must(s.RemindRequests(ctx))(t)
	if told(one, store.KindRequestStep) != 1 || told(two, store.KindRequestStep) != 0 || told(far, store.KindRequestStep) != 0 {
		t.Error("the draft is due today, and its handler is not told once, or others are")
	}
	// Who helps is told; who does not work here cannot help.
	plan := store.RequestPlan{Days: [4]law.Date{arrived.AddDays(1), arrived.AddDays(2), {}, today.AddDays(1)}, Urgent: true, Helpers: []org.Person{{ID: two.Person}}}
	must(s.PlanRequest(ctx, store.By{Viewer: one}, id, plan))(t)
	if p = must(s.RequestPlan(ctx, x))(t); !p.Own || !p.Urgent || p.Days != plan.Days || len(p.Helpers) != 1 || p.Helpers[0].Name != "乙经办" || told(two, act.RequestPlanned) != 1 {
		t.Errorf("planned: %+v", p)
	}
	var no *act.Refusal
	plan.Helpers = []org.Person{{ID: far.Person}}
	if _, err := s.PlanRequest(ctx, store.By{Viewer: one}, id, plan); !errors.As(err, &no) {
		t.Errorf("a neighbour helps: %v", err)
	}
	plan.Helpers, plan.Days[1] = nil, arrived
	if _, err := s.PlanRequest(ctx, store.By{Viewer: one}, id, plan); !errors.As(err, &no) {
		t.Errorf("the draft before the collecting: %v", err)
	}
	if _, err := s.PlanRequest(ctx, store.By{Viewer: far}, id, store.RequestPlan{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour plans: %v", err)
	}
	load := must(s.RequestLoad(ctx, head, o[1].ID))(t)
	if len(load) != 2 || load[0].Person != one.Person || load[0].Open != 1 || load[0].Urgent != 1 || load[1].Person != two.Person || load[1].Helps != 1 {
		t.Errorf("work: %+v", load)
	}
	if load := must(s.RequestLoad(ctx, far, o[1].ID))(t); len(load) != 0 {
		t.Errorf("a neighbour sees %+v", load)
	}
	// What is past its day goes to the head, once.
	late := asks(o[1], 60)
	must(s.RegisterRequest(ctx, store.By{Viewer: one}, late))(t)
	must(s.RemindRequests(ctx))(t)
	must(s.RemindRequests(ctx))(t)
	if told(head, store.KindRequestLate) != 1 {
		t.Errorf("the head was told %d times", told(head, store.KindRequestLate))
	}
	healthyRequests(t, s)
}

func requestHandover(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	head := employee(t, s, "负责人", o[1], org.Head)
	leaver, taker := employee(t, s, "离岗人", o[1], org.Handler), employee(t, s, "接手人", o[1], org.Handler)
	var ids []int64
	for range 3 {
		ids = append(ids, idOf(t, must(s.RegisterRequest(ctx, store.By{Viewer: leaver}, asks(o[1], 3)))(t)))
	}
	for _, id := range ids[:2] {
		must(with(t, s, store.By{Viewer: leaver}, id, 0, func(x *store.RequestFile, _ *calendar.Calendar, d casework.Doing) error {
			x.Handler = leaver.Person
			return x.Assign(d, fmt.Sprintf("person/%d", leaver.Person))
		}))(t)
	}
	must(s.PlanRequest(ctx, store.By{Viewer: leaver}, ids[2], store.RequestPlan{Helpers: []org.Person{{ID: leaver.Person}}}))(t)
	must(with(t, s, store.By{Viewer: leaver}, ids[1], 0, func(x *store.RequestFile, cal *calendar.Calendar, d casework.Doing) error { // over: nothing to hand over
		return x.Withdraw(cal, d)
	}))(t)
	day := thisDay()
	id := idOf(t, must(s.BeginHandover(ctx, store.By{Viewer: head}, org.Handover{Person: leaver.Person, Organ: o[1].ID, Leaves: true, Day: day, Reason: "调离", Successor: taker.Person, Witness: head.Person}))(t))
	h := must(s.Handover(ctx, head, id))(t)
	var settled []org.Matter
	seen := 0
	for _, m := range h.Matters {
		if m.Part == "requests" {
			seen++
		}
		if m.Passable {
			m.How, m.Receiver = org.Passed, taker.Person
		} else {
			m.How = org.Closed
		}
		settled = append(settled, m)
	}
	if seen != 2 {
		t.Fatalf("%d requests to hand over: %+v", seen, h.Matters)
	}
	must(s.SettleHandover(ctx, store.By{Viewer: head}, id, h.Version, settled))(t)
	for _, p := range must(s.Handover(ctx, head, id))(t).Parties {
		h = must(s.Handover(ctx, head, id))(t)
		must(s.ConfirmHandover(ctx, store.By{Viewer: must(s.Viewer(ctx, p.Person, day))(t)}, id, h.Version, p.Side, p.Person))(t)
	}
	h = must(s.Handover(ctx, head, id))(t)
	must(s.CompleteHandover(ctx, store.By{Viewer: head}, id, h.Version))(t)
	x := must(s.Request(ctx, head, ids[0]))(t)
	if x.Handler != taker.Person || x.Events()[len(x.Events())-1].Kind != act.RequestAssigned {
		t.Errorf("it is with %d", x.Handler)
	}
	if p := must(s.RequestPlan(ctx, must(s.Request(ctx, head, ids[2]))(t)))(t); len(p.Helpers) != 1 || p.Helpers[0].ID != taker.Person {
		t.Errorf("helped by %+v", p.Helpers)
	}
	healthyRequests(t, s)
}
