package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// A Told is an empty store that signs, with a clock the test sets, and a way to
// write people into it.
type Told struct {
	*store.Store
	Now    *atomic.Int64 // milliseconds; the clock of the store
	Person func(t testing.TB, p org.Person, roles ...org.Role) int64
}

// RunNotices checks who is told what, when, and that only a number and a day
// leave the house.
func RunNotices(t *testing.T, open func(testing.TB) *Told) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *Told)
	}{
		{"PeopleAndRolesAreToldOnce", peopleAreTold},
		{"InboxIsOnesOwn", inboxIsOnesOwn},
		{"QuietHoursOverMakeUpDays", quietHours},
		{"ChoicesAndDigest", choicesAndDigest},
		{"RemindersOnWorkingDays", reminders},
		{"WorkIsToldOf", workIsToldOf},
		{"MessagesCarryNumberAndDayOnly", numberAndDay},
		{"MessagesNoLongerWanted", noLongerWanted},
		{"DroppedLetterIsADroppedMessage", droppedLetter},
		{"GroupIsToldOnce", groupOnce},
		{"TestMessage", testMessage},
		{"PruneKeepsWhatIsNeeded", prune},
	} {
		t.Run(c.name, func(t *testing.T) { t.Parallel(); c.run(t, open(t)) })
	}
}

// at sets the clock to a time in China.
func (s *Told) at(day law.Date, hour, minute int) {
	s.Now.Store(day.Start().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).UnixMilli())
}

// workday is a Wednesday without anything special.
var workday = law.Day(2026, 3, 18)

func news(organ int64) store.News {
	return store.News{Kind: "task.assigned", Ref: "task/9", Organ: organ, Number: "任务〔2026〕12号", Subject: "三月栏目核查", Link: "/desk/tasks/9", Due: law.Day(2026, 3, 31)}
}

func (s *Told) tell(t testing.TB, by store.By, n store.News, to ...store.To) string {
	t.Helper()
	return must(s.Notify(ctx, by, n, to...))(t).Answer
}

func (s *Told) staff(t testing.TB, organ int64, n int, roles ...org.Role) int64 {
	t.Helper()
	return s.Person(t, org.Person{Organ: organ, Name: fmt.Sprint("经办", n), Email: fmt.Sprintf("p%d@example.org", n), Phone: fmt.Sprintf("138 0000 %04d", n)}, roles...)
}

// out lists what waits or went on a channel.
func (s *Told) out(t testing.TB, channel string) []store.OutboxLine {
	t.Helper()
	var list []store.OutboxLine
	for _, x := range must(s.Outbox(ctx, org.Program("测试"), 0))(t) {
		if channel == "" || x.Channel == channel {
			list = append(list, x)
		}
	}
	return list
}

func peopleAreTold(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 1)
	a, b := s.staff(t, o[0].ID, 1, org.Head, org.Reviewer), s.staff(t, o[0].ID, 2, org.Reviewer)
	away := s.Person(t, org.Person{Organ: o[0].ID, Name: "已离岗", To: workday.AddDays(-1)}, org.Reviewer)
	other := s.staff(t, o[1].ID, 4, org.Reviewer)
	if got := s.tell(t, program(""), news(o[0].ID), store.ToPerson(a), store.ToRole(org.Reviewer, o[0].ID), store.ToPerson(away)); got != "2" {
		t.Errorf("%s people were told", got)
	}
	for p, want := range map[int64]int{a: 1, b: 1, away: 0, other: 0} {
		if n := must(s.Unread(ctx, p))(t); n != want {
			t.Errorf("person %d has %d unread", p, n)
		}
	}
	// Nobody is told of his own act.
	head := store.By{Viewer: org.Viewer{Person: a, Posts: []org.Post{{Organ: o[0].ID, Path: o[0].Path, Role: org.Head}}}}
	if got := s.tell(t, head, news(o[0].ID), store.ToRole(org.Reviewer, o[0].ID)); got != "1" {
		t.Errorf("%s people were told by one of them", got)
	}
	once := news(o[0].ID)
	once.Once = "重复"
	s.tell(t, program(""), once, store.ToPerson(b))
	if got := s.tell(t, program(""), once, store.ToPerson(b), store.ToPerson(other)); got != "1" {
		t.Errorf("of two, one of whom knows, %s were told", got)
	}
	var refusal *act.Refusal
	drafter := store.By{Viewer: org.Viewer{Person: b, Posts: []org.Post{{Organ: o[0].ID, Path: o[0].Path, Role: org.Drafter}}}}
	if _, err := s.Notify(ctx, drafter, news(o[0].ID), store.ToPerson(a)); !errors.As(err, &refusal) {
		t.Errorf("a drafter sent notices: %v", err)
	}
	for name, bad := range map[string]store.News{
		"link elsewhere": {Kind: "x", Ref: "x", Organ: o[0].ID, Link: "//evil.example"},
		"a name":         {Kind: "x", Ref: "x", Organ: o[0].ID, Number: "某申请人"},
		"no ref":         {Kind: "x", Organ: o[0].ID},
	} {
		if _, err := s.Notify(ctx, program(""), bad, store.ToPerson(a)); err == nil {
			t.Errorf("a notice with %s was kept", name)
		}
	}
}

func inboxIsOnesOwn(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	a, b := s.staff(t, o.ID, 1, org.Head), s.staff(t, o.ID, 2, org.Head)
	for i := range 5 {
		n := news(o.ID)
		n.Ref = fmt.Sprint("task/", i)
		s.tell(t, program(""), n, store.ToPerson(a), store.ToPerson(b))
	}
	mine := org.Viewer{Person: a}
	list := must(s.Inbox(ctx, mine, true, 0))(t)
	if len(list) != 5 || list[0].Subject != "三月栏目核查" || list[0].Due != law.Day(2026, 3, 31) || list[0].ID < list[4].ID {
		t.Fatalf("%+v", list)
	}
	if link := must(s.ReadNotice(ctx, store.By{Viewer: mine}, list[2].ID))(t); link != "/desk/tasks/9" {
		t.Errorf("it leads to %q", link)
	}
	theirs := must(s.Inbox(ctx, org.Viewer{Person: b}, true, 0))(t)
	if _, err := s.ReadNotice(ctx, store.By{Viewer: mine}, theirs[0].ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody else's notice: %v", err)
	}
	if len(must(s.Inbox(ctx, org.Viewer{}, true, 0))(t)) != 0 {
		t.Error("nobody has an inbox")
	}
	// What came while the page was open stays unread.
	must(s.ReadNotices(ctx, store.By{Viewer: mine}, list[1].ID))(t)
	if n := must(s.Unread(ctx, a))(t); n != 1 {
		t.Errorf("%d unread", n)
	}
	if got := must(s.Inbox(ctx, mine, false, 0))(t); len(got) != 4 || got[0].Read.IsZero() {
		t.Errorf("%d read", len(got))
	}
	if n := must(s.Unread(ctx, b))(t); n != 5 {
		t.Errorf("the other has %d unread", n)
	}
	// A matter that is dealt with asks nobody to read about it.
	if err := s.Settle(ctx, program(""), "task/1"); err != nil {
		t.Fatal(err)
	}
	if n := must(s.Unread(ctx, b))(t); n != 4 {
		t.Errorf("after it was settled the other has %d unread", n)
	}
}

func quietHours(t *testing.T, s *Told) {
	o := county(t, s.Store, 1)
	a := s.staff(t, o[1].ID, 1, org.Head)
	goes := func(at law.Date, hour, minute int) string {
		t.Helper()
		s.at(at, hour, minute)
		if err := s.ServeChannels(ctx, "甲", []string{store.ChannelSMS, store.ChannelMail}); err != nil {
			t.Fatal(err)
		}
		must(s.Notify(ctx, program(""), news(o[1].ID), store.ToPerson(a)))(t)
		list := s.out(t, store.ChannelSMS)
		if m := s.out(t, store.ChannelMail)[0]; m.Goes.UnixMilli() != s.Now.Load() {
			t.Errorf("a mail waits until %v", m.Goes)
		}
		return list[0].Goes.In(law.Beijing).Format("01-02 15:04")
	}
	for _, c := range []struct {
		day          law.Date
		hour, minute int
		want         string
	}{
		{workday, 10, 0, "03-18 10:00"},
		{workday, 7, 59, "03-18 08:00"},
		{workday, 8, 0, "03-18 08:00"},
		{workday, 20, 0, "03-19 08:00"},
		{law.Day(2026, 3, 21), 10, 0, "03-23 08:00"},  // a Saturday
		{law.Day(2026, 2, 13), 21, 0, "02-14 08:00"},  // Friday night before a Saturday worked for 春节
		{law.Day(2026, 2, 14), 10, 0, "02-14 10:00"},  // that Saturday
		{law.Day(2026, 2, 14), 20, 30, "02-24 08:00"}, // then the holiday
		{law.Day(2026, 10, 1), 9, 0, "10-08 08:00"},
	} {
		if got := goes(c.day, c.hour, c.minute); got != c.want {
			t.Errorf("%v %02d:%02d goes at %s, want %s", c.day, c.hour, c.minute, got, c.want)
		}
	}
	// The county decides for its towns, the town for itself, the person for himself.
	set := func(organ int64, v string) {
		t.Helper()
		must(s.SaveSetting(ctx, program(""), store.Setting{Organ: organ, Name: store.SettingQuiet, Value: v}))(t)
	}
	set(o[0].ID, "22:00-06:30")
	if got := goes(law.Day(2026, 3, 21), 23, 0); got != "03-22 06:30" {
		t.Errorf("by the county's rule it goes at %s", got)
	}
	set(o[1].ID, "12:00-14:00+非工作日")
	if got := goes(workday, 12, 30); got != "03-18 14:00" {
		t.Errorf("by the town's rule it goes at %s", got)
	}
	if q, own, err := s.QuietAt(ctx, o[1].ID); err != nil || !own || q.String() != "12:00-14:00+非工作日" {
		t.Errorf("%v %v %v", q, own, err)
	}
	must(s.SaveChoice(ctx, store.By{Viewer: own(a, o[1])}, store.NoticeChoice{Person: a, Mail: store.ModeEach, SMS: store.ModeEach, Quiet: "00:00-00:00"}))(t)
	if got := goes(law.Day(2026, 3, 21), 3, 0); got != "03-21 03:00" {
		t.Errorf("who wants no quiet is told at %s", got)
	}
}

// own is somebody with a post, as the person himself.
func own(person int64, o org.Organ) org.Viewer {
	return org.Viewer{Person: person, Organ: o.ID, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Drafter}}}
}

func choicesAndDigest(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	a, b := s.staff(t, o.ID, 1, org.Head), s.staff(t, o.ID, 2, org.Head)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelSMS, store.ChannelMail}); err != nil {
		t.Fatal(err)
	}
	var refusal *act.Refusal
	c := store.NoticeChoice{Person: a, Mail: store.ModeDigest, SMS: store.ModeOff}
	if _, err := s.SaveChoice(ctx, store.By{Viewer: own(b, o)}, c); !errors.As(err, &refusal) {
		t.Errorf("somebody else chose: %v", err)
	}
	if _, err := s.SaveChoice(ctx, store.By{Viewer: own(a, o)}, store.NoticeChoice{Person: a, Mail: "x", SMS: "off"}); !errors.As(err, &refusal) {
		t.Errorf("a mode that is none: %v", err)
	}
	must(s.SaveChoice(ctx, store.By{Viewer: own(a, o)}, c))(t)
	if _, err := s.SaveChoice(ctx, store.By{Viewer: own(a, o)}, c); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a stale choice: %v", err)
	}
	for i, due := range []law.Date{law.Day(2026, 4, 9), law.Day(2026, 3, 27), {}} {
		n := news(o.ID)
		n.Ref, n.Due = fmt.Sprint("task/", i), due
		s.tell(t, program(""), n, store.ToPerson(a))
	}
	if len(s.out(t, store.ChannelSMS)) != 0 {
		t.Error("a short message for one who wants none")
	}
	if c := must(s.JobCounts(ctx))(t); c.Waiting != 0 {
		t.Errorf("%d messages wait though a digest is wanted", c.Waiting)
	}
	if err := s.Settle(ctx, program(""), "task/0"); err != nil {
		t.Fatal(err)
	}
	if n := must(s.SendDigests(ctx))(t); n != 1 {
		t.Fatalf("%d digests", n)
	}
	if n := must(s.SendDigests(ctx))(t); n != 0 {
		t.Errorf("%d digests of nothing", n)
	}
	m := s.outgoing(t)
	if len(m) != 1 || m[0].Kind != store.KindDigest || m[0].Number != "2" || m[0].Due != law.Day(2026, 3, 27) || m[0].Address != "p1@example.org" {
		t.Errorf("%+v", m)
	}
}

// outgoing runs every job that delivers and returns what it would send.
func (s *Told) outgoing(t testing.TB) []store.Outgoing {
	t.Helper()
	var list []store.Outgoing
	var kinds []store.JobKind
	for _, c := range []string{"mail", "sms", "wecom", "dingtalk", "file"} {
		kinds = append(kinds, store.JobKind{Name: store.DeliverPrefix + c, Run: func(c context.Context, p []byte) error {
			m, err := s.Outgoing(c, p)
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			if err == nil {
				list = append(list, m)
				err = s.Sent(c, m, "甲")
			}
			return err
		}})
	}
	r := quick(kinds...)
	r.Workers = 1
	stop := running(t, s.Store, r)
	eventually(t, "everything went", none(t, s.Store))
	stop()
	return list
}

func reminders(t *testing.T, s *Told) {
	o := county(t, s.Store, 0)[0]
	a := s.staff(t, o.ID, 1, org.Head)
	s.at(law.Day(2026, 2, 9), 9, 0)
	for i, due := range []law.Date{law.Day(2026, 2, 13), law.Day(2026, 2, 14), law.Day(2026, 2, 17), law.Day(2026, 2, 24), {}} {
		n := news(o.ID)
		n.Ref, n.Due = fmt.Sprint("task/", i), due
		s.tell(t, program(""), n, store.ToPerson(a))
	}
	if err := s.Settle(ctx, program(""), "task/1"); err != nil {
		t.Fatal(err)
	}
	var got []string
	for d := law.Day(2026, 2, 9); !d.After(law.Day(2026, 2, 26)); d = d.AddDays(1) {
		s.at(d, 8, 0)
		must(s.Remind(ctx))(t)
		must(s.Remind(ctx))(t) // a job may run twice
		for _, n := range must(s.Inbox(ctx, org.Viewer{Person: a}, true, 0))(t) {
			if n.Made.UnixMilli() == s.Now.Load() {
				got = append(got, fmt.Sprintf("%s %s %s", d.String()[5:], n.Ref, n.Kind))
			}
		}
	}
	// The 14th is a Saturday that is worked, the 15th to the 23rd are the holiday.
	// What fell due in it is told of beforehand, because it is due before the next
	// working day ends, and again when work begins.
	want := []string{"02-12 task/0 due.soon", "02-13 task/0 due.today",
		"02-14 task/3 due.soon", "02-14 task/2 due.soon", "02-14 task/0 due.past",
		"02-24 task/3 due.today", "02-24 task/2 due.past", "02-25 task/3 due.past"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("reminders\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func prune(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	a := s.staff(t, o.ID, 1, org.Head)
	n := news(o.ID)
	must(s.Notify(ctx, program("旧"), n, store.ToPerson(a)))(t)
	s.at(workday.AddDays(29), 10, 0)
	if k := must(s.Prune(ctx))(t); k != 0 {
		t.Errorf("%d rows went too early", k)
	}
	if d := must(s.Notify(ctx, program("旧"), n, store.ToPerson(a)))(t); !d.Repeated {
		t.Error("a form sent twice within 30 days acted twice")
	}
	s.at(workday.AddDays(31), 10, 0)
	if k := must(s.Prune(ctx))(t); k != 1 {
		t.Errorf("%d rows went", k)
	}
	s.at(workday.AddDays(2000), 10, 0)
	if must(s.Prune(ctx))(t) != 0 || must(s.Unread(ctx, a))(t) != 1 {
		t.Error("an unread notice of an open matter was taken away")
	}
}

// What is asked of people in a task or an approval reaches them, and is settled
// when it is done.
func workIsToldOf(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	head, a, b := s.staff(t, o.ID, 1, org.Head), s.staff(t, o.ID, 2, org.Handler), s.staff(t, o.ID, 3, org.Handler)
	as := func(p int64, r org.Role) org.Viewer {
		return org.Viewer{Person: p, Organ: o.ID, Posts: []org.Post{{Person: p, Organ: o.ID, Path: o.Path, Role: r}}}
	}
	unread := func(p int64) string {
		t.Helper()
		var out []string
		for _, n := range must(s.Inbox(ctx, org.Viewer{Person: p}, true, 0))(t) {
			out = append(out, n.Kind)
		}
		return strings.Join(out, " ")
	}
	expect := func(when string, want ...string) {
		t.Helper()
		for i, p := range []int64{head, a, b} {
			if got := unread(p); got != want[i] {
				t.Errorf("%s: person %d has unread %q, want %q", when, i, got, want[i])
			}
		}
	}
	d := must(s.GiveTask(ctx, store.By{Viewer: as(head, org.Head)}, org.Task{Organ: o.ID, Role: org.Handler, Title: "核查", Due: workday.AddDays(5)}))(t)
	id := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	expect("given to a role", "", act.TaskAssigned, act.TaskAssigned)
	must(s.WithTask(ctx, store.By{Viewer: as(a, org.Handler)}, id, 1, (*org.Task).Take))(t)
	expect("taken by one", "", act.TaskAssigned, "")
	must(s.WithTask(ctx, store.By{Viewer: as(a, org.Handler)}, id, 2, func(x *org.Task, v org.Viewer) error { return x.Finish(v, "已核查") }))(t)
	expect("done", act.TaskDone, "", "")
	// Nobody is reminded of what is done.
	s.at(workday.AddDays(5), 8, 0)
	if n := must(s.Remind(ctx))(t); n != 0 {
		t.Errorf("%d reminders of a task that is done", n)
	}
	d = must(s.AskApproval(ctx, store.By{Viewer: as(a, org.Handler)}, org.Approval{Organ: o.ID, Title: "发布", Steps: []org.ApprovalStep{{Role: org.Head}}}))(t)
	id = must(strconv.ParseInt(d.Answer, 10, 64))(t)
	expect("asked", act.ApprovalAsked+" "+act.TaskDone, "", "")
	must(s.WithApproval(ctx, store.By{Viewer: as(head, org.Head)}, id, 1, func(x *org.Approval) error { return x.Decide(as(head, org.Head), true, "同意", workday) }))(t)
	expect("decided", act.TaskDone, act.ApprovalGiven, "")
}
