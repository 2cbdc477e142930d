package storetest

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

// A supervisor writes an opinion into the history of anything below, the organ
// sees and answers it, nobody else does either.
func supervision(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	at := func(person int64, x org.Organ, r org.Role) store.By {
		return store.By{Viewer: org.Viewer{Person: person, Organ: x.ID, Posts: []org.Post{{Organ: x.ID, Path: x.Path, Role: r}}}}
	}
	supervisor, head, clerk, other := at(1, o[0], org.Supervisor), at(2, o[1], org.Head), at(3, o[1], org.Drafter), at(4, o[2], org.Head)
	must(s.SaveSetting(ctx, head, store.Setting{Organ: o[1].ID, Name: "退回期限", Value: "5"}))(t)
	ref := store.SettingRef(o[1].ID, "退回期限")
	var refusal *act.Refusal
	if _, err := s.NoteSupervision(ctx, head, ref, "自己监督自己"); !errors.As(err, &refusal) {
		t.Errorf("the organ wrote an opinion on itself: %v", err)
	}
	if _, err := s.NoteSupervision(ctx, supervisor, "setting/1/没有的", "意见"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an opinion on nothing: %v", err)
	}
	d := must(s.NoteSupervision(ctx, supervisor, ref, "请说明缩短期限的依据。"))(t)
	note := must(strconv.ParseInt(d.Answer, 10, 64))(t)
	open := func(v org.Viewer) int { return len(must(s.Entries(ctx, v, store.EntryQuery{Open: true}))(t)) }
	if open(clerk.Viewer) != 1 || open(supervisor.Viewer) != 1 || open(other.Viewer) != 0 {
		t.Errorf("seen by %d, %d, %d", open(clerk.Viewer), open(supervisor.Viewer), open(other.Viewer))
	}
	for _, by := range []store.By{clerk, other, supervisor} {
		if _, err := s.AnswerSupervision(ctx, by, note, "答复"); !errors.As(err, &refusal) {
			t.Errorf("person %d answered: %v", by.Viewer.Person, err)
		}
	}
	if _, err := s.AnswerSupervision(ctx, head, must(s.Entries(ctx, head.Viewer, store.EntryQuery{Ref: ref}))(t)[1].Act.ID, "答复"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("what is no opinion was answered: %v", err)
	}
	must(s.AnswerSupervision(ctx, head, note, "依据是县政府办的通知，已补充说明。"))(t)
	if n := open(supervisor.Viewer); n != 0 {
		t.Errorf("%d opinions are still open", n)
	}
	about := must(s.Entries(ctx, supervisor.Viewer, store.EntryQuery{About: []int64{note}}))(t)
	if len(about) != 1 || about[0].Act.Kind != act.SupervisionAnswered || about[0].Details.Changes[0].New != "依据是县政府办的通知，已补充说明。" {
		t.Errorf("%+v", about)
	}
}

// Entries are found by who, whose, kind and day; an export has the same and is
// itself in the log.
func entriesFound(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	head := store.By{Viewer: org.Viewer{Person: 2, Organ: o[1].ID, Posts: []org.Post{{Organ: o[1].ID, Path: o[1].Path, Role: org.Head}}}}
	must(s.SaveSetting(ctx, head, store.Setting{Organ: o[1].ID, Name: "退回期限", Value: "5"}))(t)
	must(s.SaveSetting(ctx, program(""), store.Setting{Organ: o[2].ID, Name: "退回期限", Value: "6"}))(t)
	all := org.Program("测试")
	for name, c := range map[string]struct {
		q store.EntryQuery
		n int
	}{
		"everything": {store.EntryQuery{}, 2}, "of an organ": {store.EntryQuery{Organ: o[2].ID}, 1}, "of an organ by name": {store.EntryQuery{Whose: strings.TrimSuffix(o[1].Name, "人民政府")}, 1},
		"signs of LIKE": {store.EntryQuery{Whose: "%"}, 0}, "of a group": {store.EntryQuery{Kind: "setting."}, 2}, "of another group": {store.EntryQuery{Kind: "organ."}, 0},
		"of a person": {store.EntryQuery{Officer: 2}, 1}, "of nobody by that name": {store.EntryQuery{Who: "没有这个人"}, 0},
	} {
		if n := len(must(s.Entries(ctx, all, c.q))(t)); n != c.n {
			t.Errorf("%s: %d entries, want %d", name, n, c.n)
		}
	}
	var got []store.Entry
	take := func(e store.Entry) error { got = append(got, e); return nil }
	if err := s.ExportEntries(ctx, head, store.EntryQuery{Kind: "setting."}, take); err != nil || len(got) != 1 || got[0].Act.Organ != o[1].ID {
		t.Errorf("exported %+v, %v", got, err)
	}
	if e := must(s.Entries(ctx, all, store.EntryQuery{Kind: act.DataExported}))(t); len(e) != 1 || e[0].Act.Officer != 2 || e[0].Details.Changes[0].New != "类别 setting." {
		t.Errorf("the export left %+v", e)
	}
	names := must(s.RefNames(ctx, []string{store.OrganRef(o[1].ID), store.SettingRef(o[2].ID, "退回期限"), act.ReportRef(o[0].ID, 2023), "task/5", "什么/7"}))(t)
	if names[store.OrganRef(o[1].ID)] != o[1].Name || names[store.SettingRef(o[2].ID, "退回期限")] != o[2].Name+"设置“退回期限”" || names[act.ReportRef(o[0].ID, 2023)] != o[0].Name+"2023年度报告" || names["task/5"] != "任务" || len(names) != 4 {
		t.Errorf("%v", names)
	}
}
