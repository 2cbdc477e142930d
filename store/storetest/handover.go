package storetest

import (
	"errors"
	"maps"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// A move is the people of one handover and who runs it.
type move struct {
	office, leaver, taker, witness int64
	organs                         []org.Organ
	day                            law.Date
}

func newMove(t *testing.T, s *store.Store) move {
	o := county(t, s, 2)
	return move{organs: o, office: staff(t, s, o[0], "公开办", org.Office), leaver: staff(t, s, o[1], "周明", org.Drafter, org.Handler),
		taker: staff(t, s, o[1], "吴安", org.Handler), witness: staff(t, s, o[1], "分管领导", org.Head), day: today(t, s)}
}

func (m move) begin(t *testing.T, s *store.Store, leaves bool) org.Handover {
	t.Helper()
	id := madeBy(t, must(s.BeginHandover(ctx, as(t, s, m.office), org.Handover{Person: m.leaver, Leaves: leaves, Day: m.day, Reason: "调往县财政局",
		Successor: m.taker, Witness: m.witness}))(t))
	return must(s.Handover(ctx, as(t, s, m.office).Viewer, id))(t)
}

// passAll gives everything that can be given to the successor.
func passAll(o org.Handover) []org.Matter {
	for i := range o.Matters {
		o.Matters[i].How, o.Matters[i].Receiver = org.Passed, o.Successor
	}
	return o.Matters
}

func (m move) confirmAll(t *testing.T, s *store.Store, o org.Handover) {
	t.Helper()
	for _, p := range o.Parties {
		must(s.ConfirmHandover(ctx, as(t, s, p.Person), o.ID, o.Version, p.Side, p.Person))(t)
	}
}

func handoverWhole(t *testing.T, s *store.Store) {
	m := newMove(t, s)
	office := as(t, s, m.office)
	must(s.OpenAccount(ctx, program(""), m.leaver, "", "一次性口令-青山绿水-42"))(t)
	town := m.organs[1].ID
	task := madeBy(t, must(s.GiveTask(ctx, program(""), org.Task{Organ: town, Person: m.leaver, Title: "报送年度报告"}))(t))
	must(s.AssignDuties(ctx, program(""), town, 0, map[org.DutyKind]org.Holder{org.ReviewDuty: {Person: m.leaver, Name: "周明"}}))(t)
	must(s.AdjustGroup(ctx, program(""), town, 0, org.GroupDocument{}, []org.Seat{{Role: org.Chair, Holder: org.Holder{Name: "镇长"}}, {Role: org.Member, Holder: org.Holder{Person: m.leaver, Name: "周明"}}}))(t)
	count := map[string]int64{}
	for _, c := range must(s.OpenMatters(ctx, m.leaver, m.day))(t) {
		count[c.Name] = c.N
	}
	if want := (map[string]int64{"岗位": 2, "责任分工": 1, "任务": 1, "领导小组": 1, "账号": 1}); !maps.Equal(count, want) {
		t.Errorf("open are %v, want %v", count, want)
	}
	o := m.begin(t, s, true)
	if len(o.Matters) != 6 || len(o.Open()) != 4 { // the seat and the account only end
		t.Fatalf("the list holds %+v", o.Matters)
	}
	must(s.SettleHandover(ctx, office, o.ID, o.Version, passAll(o)))(t)
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	if len(o.Open()) != 0 || len(o.Parties) != 3 {
		t.Fatalf("open %+v, parties %+v", o.Open(), o.Parties)
	}
	m.confirmAll(t, s, o)
	must(s.CompleteHandover(ctx, office, o.ID, o.Version))(t)

	v := must(s.Viewer(ctx, m.leaver, m.day))(t)
	if len(v.Posts) != 2 {
		t.Errorf("on the last day the leaver holds %+v", v.Posts)
	}
	if _, err := s.Viewer(ctx, m.leaver, m.day.AddDays(1)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("after the last day the leaver is somebody: %v", err)
	}
	taker := must(s.Viewer(ctx, m.taker, m.day))(t)
	if !taker.HoldsAt(org.Drafter, m.organs[1].ID) || len(taker.Posts) != 2 { // the one he held already is not there twice
		t.Errorf("the successor holds %+v", taker.Posts)
	}
	done := must(s.Handover(ctx, office.Viewer, o.ID))(t)
	if done.State != org.HandoverDone || len(done.Matters) != 6 || done.Done.IsZero() {
		t.Errorf("the list afterwards: %+v", done)
	}
	if x := must(s.Task(ctx, org.Program("测试"), task))(t); x.Person != m.taker || x.State.Ended() {
		t.Errorf("the task is %+v", x.Task)
	}
	duties, _, err := s.Duties(ctx, org.Program("测试"), town)
	if err != nil || len(duties) != 2 {
		t.Errorf("duties %+v, %v", duties, err)
	}
	for _, d := range duties {
		if d.Person == m.leaver && d.To != m.day || d.Person == m.taker && (d.From != m.day.AddDays(1) || !d.To.IsZero()) || d.Person != m.leaver && d.Person != m.taker {
			t.Errorf("the duty is %+v", d)
		}
	}
	kinds := map[string]int{}
	for _, e := range must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.PersonRef(m.leaver)}))(t) {
		kinds[e.Act.Kind]++
	}
	if kinds[act.PersonLeft] != 1 || kinds[act.PostEnded] != 2 || kinds[act.HandedOver] != 5 {
		t.Errorf("the history says %v", kinds)
	}
	rows, _, err := s.People(ctx, org.Program("测试"), store.PersonQuery{Day: m.day.AddDays(1), Who: store.PeopleLeft})
	if err != nil || len(rows) != 1 || rows[0].ID != m.leaver {
		t.Errorf("who left: %+v, %v", rows, err)
	}
	_, err = s.SavePerson(ctx, program(""), rows[0].Person)
	if err != nil {
		t.Errorf("nothing changed, and yet %v", err)
	}
	// Coming back is a new beginning without posts.
	must(s.Return(ctx, office, m.leaver, rows[0].Version, m.day.AddDays(30)))(t)
	if v := must(s.Viewer(ctx, m.leaver, m.day.AddDays(40)))(t); len(v.Posts) != 0 {
		t.Errorf("came back with %+v", v.Posts)
	}
}

func handoverParties(t *testing.T, s *store.Store) {
	m := newMove(t, s)
	office := as(t, s, m.office)
	o := m.begin(t, s, true)
	_, err := s.BeginHandover(ctx, office, org.Handover{Person: m.leaver, Leaves: true, Day: m.day, Reason: "再来一次", Successor: m.taker, Witness: m.witness})
	refused(t, err, "正在办理的交接")
	_, err = s.CompleteHandover(ctx, office, o.ID, o.Version)
	refused(t, err, "没有写明去向")
	_, err = s.ConfirmHandover(ctx, as(t, s, m.taker), o.ID, o.Version, org.Receiving, m.taker)
	refused(t, err, "没有写明去向")
	must(s.SettleHandover(ctx, office, o.ID, o.Version, passAll(o)))(t)
	_, err = s.SettleHandover(ctx, office, o.ID, o.Version, nil)
	if !errors.Is(err, store.ErrConflict) {
		t.Errorf("a list read before was settled: %v", err)
	}
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	_, err = s.CompleteHandover(ctx, office, o.ID, o.Version)
	refused(t, err, "移交人还没有确认")
	_, err = s.ConfirmHandover(ctx, office, o.ID, o.Version, org.Giving, m.leaver)
	refused(t, err, "只能由本人")
	must(s.ConfirmHandover(ctx, as(t, s, m.leaver), o.ID, o.Version, org.Giving, m.leaver))(t)
	paper := office
	paper.Paper, paper.Signer = &act.Paper{On: m.day}, "吴安"
	must(s.ConfirmHandover(ctx, paper, o.ID, o.Version, org.Receiving, m.taker))(t)
	must(s.ConfirmHandover(ctx, as(t, s, m.witness), o.ID, o.Version, org.Witness, m.witness))(t)
	// Something new after the signatures: they do not cover it.
	must(s.Grant(ctx, program(""), org.Post{Person: m.leaver, Organ: m.organs[1].ID, Role: org.Publisher}))(t)
	_, err = s.CompleteHandover(ctx, office, o.ID, o.Version)
	refused(t, err, "没有写明去向")
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	matters := passAll(o)
	for i := range matters {
		if i > 0 {
			matters[i].How, matters[i].Word = org.Closed, "职能取消"
		}
	}
	must(s.SettleHandover(ctx, office, o.ID, o.Version, matters))(t)
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	if len(o.Waits()) != 3 {
		t.Errorf("confirmations of another list hold: %+v", o.Parties)
	}
	m.confirmAll(t, s, o)
	must(s.CompleteHandover(ctx, office, o.ID, o.Version))(t)
	if v := must(s.Viewer(ctx, m.taker, m.day))(t); v.HoldsAt(org.Publisher, m.organs[1].ID) {
		t.Error("what was closed was given")
	}
	_, err = s.CompleteHandover(ctx, office, o.ID, o.Version)
	refused(t, err, "已办结")
}

func handoverStays(t *testing.T, s *store.Store) {
	m := newMove(t, s)
	office := as(t, s, m.office)
	must(s.Grant(ctx, program(""), org.Post{Person: m.leaver, Organ: m.organs[1].ID, Role: org.Supervisor}))(t)
	o := m.begin(t, s, false)
	matters := o.Matters
	for i := range matters {
		if matters[i].Passable {
			matters[i].How = org.Kept
		}
	}
	matters[0].How, matters[0].Receiver = org.Passed, m.taker
	matters[len(matters)-1].How = org.Closed // the guarding post is not for this office to take
	must(s.SettleHandover(ctx, office, o.ID, o.Version, matters))(t)
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	m.confirmAll(t, s, o)
	must(s.CompleteHandover(ctx, office, o.ID, o.Version))(t)
	v := must(s.Viewer(ctx, m.leaver, m.day.AddDays(1)))(t)
	if len(v.Posts) != 2 || !v.Holds(org.Supervisor) || v.Holds(org.Drafter) {
		t.Errorf("who stays holds %+v", v.Posts)
	}
}

func handoverSeen(t *testing.T, s *store.Store) {
	m := newMove(t, s)
	o := m.begin(t, s, true)
	stranger := staff(t, s, m.organs[2], "邻镇负责人", org.Head)
	for who, want := range map[int64]bool{m.leaver: true, m.taker: true, m.witness: true, m.office: true, stranger: false} {
		v := as(t, s, who).Viewer
		_, err := s.Handover(ctx, v, o.ID)
		list := must(s.Handovers(ctx, v, store.HandoverQuery{}))(t)
		if (err == nil) != want || (len(list) == 1) != want {
			t.Errorf("%s: %v, %d in the list", v.Name, err, len(list))
		}
		mine := must(s.Handovers(ctx, v, store.HandoverQuery{Mine: true}))(t)
		if party := want && who != m.office; (len(mine) == 1) != party {
			t.Errorf("%s: %d wait for him", v.Name, len(mine))
		}
		for _, act := range []func(store.By) error{
			func(by store.By) error { _, err := s.CancelHandover(ctx, by, o.ID, o.Version); return err },
			func(by store.By) error {
				_, err := s.SettleHandover(ctx, by, o.ID, o.Version, passAll(o))
				return err
			},
		} {
			if who == stranger || who == m.taker {
				refused(t, act(as(t, s, who)), "办理工作交接")
			}
		}
	}
	must(s.CancelHandover(ctx, as(t, s, m.witness), o.ID, o.Version))(t) // the head of the organ may
	if v := must(s.Viewer(ctx, m.leaver, m.day.AddDays(9)))(t); len(v.Posts) != 2 {
		t.Error("a cancelled handover took something")
	}
}

// LastDay checks what becomes of the account of somebody who leaves; later moves
// the store's clock by days.
func LastDay(t *testing.T, s *store.Store, later func(days int)) {
	m := newMove(t, s)
	m.day = m.day.AddDays(1)
	office := as(t, s, m.office)
	must(s.OpenAccount(ctx, program(""), m.leaver, "", "一次性口令-青山绿水-42"))(t)
	o := m.begin(t, s, true)
	must(s.SettleHandover(ctx, office, o.ID, o.Version, passAll(o)))(t)
	o = must(s.Handover(ctx, office.Viewer, o.ID))(t)
	m.confirmAll(t, s, o)
	must(s.CompleteHandover(ctx, office, o.ID, o.Version))(t)
	open := func() bool { return must(s.Account(ctx, org.Program("测试"), m.leaver))(t).Open }
	for day, want := range []bool{true, true, false} { // today, the last day, the day after
		n := must(s.CloseLeft(ctx))(t)
		if open() != want || (n == 1) != !want {
			t.Errorf("day %d: open %v, closed %d", day, open(), n)
		}
		if _, err := s.Viewer(ctx, m.leaver, today(t, s)); (err == nil) != want {
			t.Errorf("day %d: is somebody: %v", day, err)
		}
		later(1)
	}
	if n := must(s.CloseLeft(ctx))(t); n != 0 {
		t.Errorf("closed %d again", n)
	}
}
