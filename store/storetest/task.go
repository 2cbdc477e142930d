package storetest

import (
	"errors"
	"strconv"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// RunTasks checks tasks and approvals. Every call of open gives an empty store
// that signs.
func RunTasks(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"TaskFromGivenToDone", taskLife},
		{"TasksAreSeenByThoseTheyConcern", taskScope},
		{"ApprovalThroughItsChain", approvalChain},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

// officer is a viewer with posts at an organ; whether the person has a row does
// not matter to permission.
func officer(person int64, o org.Organ, roles ...org.Role) org.Viewer {
	v := org.Viewer{Person: person, Name: "某某", Organ: o.ID}
	for _, r := range roles {
		v.Posts = append(v.Posts, org.Post{Person: person, Organ: o.ID, Path: o.Path, Role: r})
	}
	return v
}

func idOf(t testing.TB, d store.Done) int64 {
	t.Helper()
	n, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func taskLife(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	office, clerk := officer(1, o[0], org.Office), officer(2, o[1], org.Drafter)
	due := law.Day(2099, 1, 31)
	give := org.Task{Organ: o[1].ID, Role: org.Drafter, Title: "报送年度报告", Due: due, Basis: "县政府办通知"}
	var refusal *act.Refusal
	if _, err := s.GiveTask(ctx, store.By{Viewer: clerk}, give); !errors.As(err, &refusal) {
		t.Errorf("a clerk gave a task: %v", err)
	}
	late := give
	late.Due = law.Day(2001, 1, 1)
	if _, err := s.GiveTask(ctx, store.By{Viewer: office}, late); !errors.As(err, &refusal) {
		t.Errorf("a task for yesterday: %v", err)
	}
	id := idOf(t, must(s.GiveTask(ctx, store.By{Viewer: office, Key: "g"}, give))(t))
	if again := must(s.GiveTask(ctx, store.By{Viewer: office, Key: "g"}, give))(t); !again.Repeated || idOf(t, again) != id {
		t.Error("a double click gave two tasks")
	}
	mine := must(s.Tasks(ctx, clerk, store.TaskQuery{Mine: true}))(t)
	if len(mine) != 1 || mine[0].ID != id || mine[0].Due != due || mine[0].OrganName != o[1].Name {
		t.Fatalf("the clerk sees %+v", mine)
	}
	take := func(t *org.Task, v org.Viewer) error { return t.Take(v) }
	must(s.WithTask(ctx, store.By{Viewer: clerk}, id, 1, take))(t)
	if _, err := s.WithTask(ctx, store.By{Viewer: officer(3, o[1], org.Drafter)}, id, 1, take); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a colleague took it too: %v", err)
	}
	must(s.WithTask(ctx, store.By{Viewer: clerk}, id, 2, func(t *org.Task, v org.Viewer) error { return t.Finish(v, "已报送") }))(t)
	if open := must(s.Tasks(ctx, clerk, store.TaskQuery{Mine: true}))(t); len(open) != 0 {
		t.Errorf("still open: %+v", open)
	}
	if ended := must(s.Tasks(ctx, office, store.TaskQuery{Given: true, Ended: true}))(t); len(ended) != 1 || ended[0].Answer != "已报送" {
		t.Errorf("ended: %+v", ended)
	}
	if h := must(s.Entries(ctx, office, store.EntryQuery{Ref: store.TaskRef(id)}))(t); len(h) != 3 || h[0].Act.Kind != act.TaskDone {
		t.Errorf("history of %d acts", len(h))
	}
}

func taskScope(t *testing.T, s *store.Store) {
	o := county(t, s, 2)
	office := officer(1, o[0], org.Office)
	id := idOf(t, must(s.GiveTask(ctx, store.By{Viewer: office}, org.Task{Organ: o[1].ID, Role: org.Drafter, Title: "甲"}))(t))
	for name, c := range map[string]struct {
		v    org.Viewer
		sees bool
	}{
		"nobody": {org.Viewer{}, false}, "the town": {officer(2, o[1], org.Drafter), true}, "its neighbour": {officer(3, o[2], org.Drafter, org.Head), false},
		"supervisor": {officer(4, o[0], org.Supervisor), true}, "who gave it": {officer(1, o[2], org.Drafter), true},
	} {
		list := must(s.Tasks(ctx, c.v, store.TaskQuery{}))(t)
		_, err := s.Task(ctx, c.v, id)
		if (len(list) == 1) != c.sees || (err == nil) != c.sees || err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: list of %d, one %v", name, len(list), err)
		}
		if !c.sees {
			if _, err := s.WithTask(ctx, store.By{Viewer: c.v}, id, 1, func(*org.Task, org.Viewer) error { return nil }); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if found := must(s.Tasks(ctx, office, store.TaskQuery{Search: "乙"}))(t); len(found) != 0 {
		t.Errorf("search for another title finds %+v", found)
	}
	if found := must(s.Tasks(ctx, office, store.TaskQuery{Search: "甲"}))(t); len(found) != 1 {
		t.Error("search for the title finds nothing")
	}
}

func approvalChain(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	clerk, reviewer, leader := officer(1, o[1], org.Drafter, org.Reviewer), officer(2, o[1], org.Reviewer), officer(3, o[1], org.Signer)
	day := law.Day(2026, 3, 2)
	a := org.Approval{Organ: o[1].ID, Title: "公开低保名单", Facts: []org.Fact{{Label: "内容", Text: "三季度低保名单"}}, Steps: []org.ApprovalStep{{Role: org.Reviewer}, {Role: org.Signer, Person: 3}}}
	id := idOf(t, must(s.AskApproval(ctx, store.By{Viewer: clerk}, a))(t))
	if got := must(s.Approval(ctx, clerk, id))(t); got.Next() != 0 || got.Steps[1].Decided() {
		t.Fatalf("asked as %+v", got)
	}
	if mine := must(s.Approvals(ctx, clerk, store.ApprovalQuery{Mine: true}))(t); len(mine) != 0 {
		t.Error("the author is asked to approve his own")
	}
	if mine := must(s.Approvals(ctx, leader, store.ApprovalQuery{Mine: true}))(t); len(mine) != 0 {
		t.Error("the leader is asked before the reviewer")
	}
	decide := func(v org.Viewer, yes bool, word string) func(*org.Approval) error {
		return func(a *org.Approval) error { return a.Decide(v, yes, word, day) }
	}
	var refusal *act.Refusal
	if _, err := s.WithApproval(ctx, store.By{Viewer: clerk}, id, 1, decide(clerk, true, "")); !errors.As(err, &refusal) {
		t.Errorf("approved his own: %v", err)
	}
	watcher := officer(9, o[0], org.Supervisor)
	if _, err := s.WithApproval(ctx, store.By{Viewer: watcher}, id, 1, func(a *org.Approval) error {
		return a.Enter(watcher, "张某某", day, true, "同意", org.Scan{}, day)
	}); !errors.As(err, &refusal) {
		t.Errorf("who watches entered a signature: %v", err)
	}
	if _, err := s.AskApproval(ctx, store.By{Viewer: officer(9, o[1], org.Supervisor)}, a); !errors.As(err, &refusal) {
		t.Errorf("who watches asked for an approval: %v", err)
	}
	must(s.WithApproval(ctx, store.By{Viewer: reviewer}, id, 1, decide(reviewer, true, "数字已核")))(t)
	if mine := must(s.Approvals(ctx, leader, store.ApprovalQuery{Mine: true}))(t); len(mine) != 1 {
		t.Error("the leader is not asked")
	}
	if _, err := s.WithApproval(ctx, store.By{Viewer: leader}, id, 1, decide(leader, true, "")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("signed what somebody had changed: %v", err)
	}
	must(s.WithApproval(ctx, store.By{Viewer: clerk}, id, 2, func(a *org.Approval) error { return a.Enter(clerk, "张某某", day, true, "同意", org.Scan{}, day) }))(t)
	got := must(s.Approval(ctx, leader, id))(t)
	if got.State != org.ApprovalGiven || got.Steps[1].Name != "张某某" || got.Steps[1].Entered != 1 {
		t.Errorf("%+v", got)
	}
	h := must(s.Entries(ctx, clerk, store.EntryQuery{Ref: store.ApprovalRef(id)}))(t)
	if len(h) != 3 || h[0].Details.Signer != "张某某" || h[0].Act.Body.(act.Record).Paper == nil {
		t.Errorf("the paper is not in the history: %+v", h)
	}
}
