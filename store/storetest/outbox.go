package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

func numberAndDay(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	a := s.staff(t, o.ID, 1, org.Head)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelSMS, store.ChannelMail, store.ChannelFile}); err != nil {
		t.Fatal(err)
	}
	n := news(o.ID)
	n.Subject = "甲乙丙的申请"
	s.tell(t, program(""), n, store.ToPerson(a))
	list := s.outgoing(t)
	if len(list) != 3 {
		t.Fatalf("%d messages", len(list))
	}
	for _, m := range list {
		if b := must(json.Marshal(m))(t); strings.Contains(string(b), "甲乙丙") || m.Number != "任务〔2026〕12号" || m.Due != n.Due {
			t.Errorf("%s", b)
		}
	}
	// The log says to whom and how, not what, and no address.
	h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Kind: act.NoticeSent}))(t)
	if len(h) != 4 {
		t.Fatalf("%d entries", len(h))
	}
	for _, e := range h {
		b := string(must(json.Marshal(e))(t))
		if strings.Contains(b, "甲乙丙") || strings.Contains(b, "example.org") || strings.Contains(b, "13800000001") || strings.Contains(b, "任务〔") {
			t.Errorf("the log says %s", b)
		}
		if !strings.Contains(b, fmt.Sprint("person/", a)) && strings.HasPrefix(e.Act.Ref, "outbox/") {
			t.Errorf("the log does not say to whom: %s", b)
		}
	}
	for _, x := range s.out(t, "") {
		if x.State != store.OutSent || x.Sent.IsZero() {
			t.Errorf("%+v", x)
		}
	}
}

func noLongerWanted(t *testing.T, s *Told) {
	s.at(workday, 21, 0)
	o := county(t, s.Store, 0)[0]
	a, b, c := s.staff(t, o.ID, 1, org.Head), s.staff(t, o.ID, 2, org.Head), s.Person(t, org.Person{Organ: o.ID, Name: "无手机", Phone: "0500-1234567"}, org.Head)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelSMS}); err != nil {
		t.Fatal(err)
	}
	s.tell(t, program(""), news(o.ID), store.ToPerson(a), store.ToPerson(b), store.ToPerson(c))
	if n := len(s.out(t, "")); n != 2 {
		t.Errorf("%d messages, one for a telephone that gets none", n)
	}
	list := must(s.Inbox(ctx, org.Viewer{Person: a}, true, 0))(t)
	must(s.ReadNotice(ctx, store.By{Viewer: org.Viewer{Person: a}}, list[0].ID))(t)
	for _, x := range s.out(t, "") {
		p := fmt.Appendf(nil, `{"outbox":"%d"}`, x.ID)
		_, err := s.Outgoing(ctx, p)
		if (x.Person == a) != errors.Is(err, store.ErrNotFound) {
			t.Errorf("person %d: %v", x.Person, err)
		}
		if x.Person == b {
			s.at(workday.AddDays(9), 9, 0) // found in an old backup
			if _, err := s.Outgoing(ctx, p); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a stale message goes: %v", err)
			}
			s.at(workday, 21, 0)
		}
	}
}

func droppedLetter(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 0)[0]
	a := s.staff(t, o.ID, 1, org.Head)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelMail}); err != nil {
		t.Fatal(err)
	}
	s.tell(t, program(""), news(o.ID), store.ToPerson(a))
	stop := running(t, s.Store, quick(store.JobKind{Name: "deliver.mail", Run: func(c context.Context, p []byte) error {
		m := must(s.Outgoing(c, p))(t)
		cause := errors.New("没有这个信箱")
		return store.GiveUp(errors.Join(cause, s.NotSent(c, m, "甲", cause)))
	}}))
	eventually(t, "it is dead", func() bool { return must(s.JobCounts(ctx))(t).Dead == 1 })
	stop()
	if ch := must(s.Channels(ctx))(t); len(ch) != 1 || ch[0].Error != "没有这个信箱" || ch[0].Failed == 0 {
		t.Errorf("%+v", ch)
	}
	dead := must(s.JobState(ctx, org.Program("测试")))(t).Dead
	by := program("")
	by.Reason = "邮箱登记有误"
	must(s.DropJob(ctx, by, dead[0].ID))(t)
	if x := s.out(t, ""); x[0].State != store.OutDropped || x[0].Error != "邮箱登记有误" {
		t.Errorf("%+v", x)
	}
}

func groupOnce(t *testing.T, s *Told) {
	s.at(workday, 10, 0)
	o := county(t, s.Store, 1)
	a, b := s.staff(t, o[0].ID, 1, org.Reviewer), s.staff(t, o[0].ID, 2, org.Reviewer)
	_, _ = a, b
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelWeCom, store.ChannelDingTalk}); err != nil {
		t.Fatal(err)
	}
	s.tell(t, program(""), news(o[0].ID), store.ToRole(org.Reviewer, o[0].ID))
	if n := len(s.out(t, store.ChannelWeCom)); n != 1 {
		t.Errorf("%d messages to one group", n)
	}
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: store.SettingGroup, Value: "关"}))(t)
	s.tell(t, program(""), news(o[0].ID), store.ToRole(org.Reviewer, o[0].ID))
	if n := len(s.out(t, "")); n != 2 {
		t.Errorf("%d messages after the organ said no", n)
	}
	// A channel that nobody serves any more gets nothing.
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[0].ID, Name: store.SettingGroup, Value: "开", Version: 1}))(t)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelDingTalk}); err != nil {
		t.Fatal(err)
	}
	s.tell(t, program(""), news(o[0].ID), store.ToRole(org.Reviewer, o[0].ID))
	if w, d := len(s.out(t, store.ChannelWeCom)), len(s.out(t, store.ChannelDingTalk)); w != 1 || d != 2 {
		t.Errorf("%d and %d messages", w, d)
	}
}

func testMessage(t *testing.T, s *Told) {
	s.at(workday, 23, 0)
	o := county(t, s.Store, 0)[0]
	a, bare := s.staff(t, o.ID, 1, org.SystemAdmin), s.Person(t, org.Person{Organ: o.ID, Name: "无邮箱"}, org.SystemAdmin)
	if err := s.ServeChannels(ctx, "甲", []string{store.ChannelMail, store.ChannelSMS}); err != nil {
		t.Fatal(err)
	}
	admin := func(p int64) store.By {
		return store.By{Viewer: org.Viewer{Person: p, Organ: o.ID, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.SystemAdmin}}}}
	}
	var refusal *act.Refusal
	for name, err := range map[string]error{
		"no address":        second(s.SendTest(ctx, admin(bare), store.ChannelMail)),
		"no such channel":   second(s.SendTest(ctx, admin(a), store.ChannelWeCom)),
		"may not configure": second(s.SendTest(ctx, store.By{Viewer: own(a, o)}, store.ChannelMail)),
	} {
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(s.SendTest(ctx, admin(a), store.ChannelSMS))(t)
	if m := s.outgoing(t); len(m) != 1 || !m[0].Test || m[0].Address != "13800000001" {
		t.Errorf("%+v", m)
	}
}
