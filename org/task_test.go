package org

import (
	"errors"
	"testing"

	"gongkai/act"
	"gongkai/law"
)

func refused(err error) bool {
	var r *act.Refusal
	return errors.As(err, &r) && r.Text != ""
}

func viewer(person int64, roles ...Role) Viewer {
	v := Viewer{Person: person, Name: "某某"}
	for _, r := range roles {
		v.Posts = append(v.Posts, Post{Person: person, Organ: 2, Path: "/1/2/", Role: r})
	}
	return v
}

// A task given to a role is taken by one who holds it, and from then on is his
// alone.
func TestTaskGoesToWhoHoldsTheRole(t *testing.T) {
	x := Task{Organ: 2, Role: Drafter, State: TaskOpen, By: 9}
	if !refused(x.Take(viewer(1, Reviewer))) {
		t.Error("a reviewer took a drafter's task")
	}
	if err := x.Take(viewer(1, Drafter)); err != nil || x.Person != 1 || x.State != TaskTaken {
		t.Fatalf("%v %+v", err, x)
	}
	if !refused(x.Take(viewer(2, Drafter))) || !refused(x.Finish(viewer(2, Drafter), "已办")) {
		t.Error("another drafter works on it too")
	}
	if !refused(x.Finish(viewer(1, Drafter), " ")) {
		t.Error("it ended without a word")
	}
	if err := x.Finish(viewer(1, Drafter), "已报送"); err != nil || x.State != TaskDone {
		t.Fatal(err)
	}
	if !refused(x.Cancel(viewer(9))) || !refused(x.Return(viewer(1, Drafter), "再看")) {
		t.Error("an ended task moved")
	}
}

// A returned task is seen again by who gave it, and may be taken anew.
func TestTaskReturned(t *testing.T) {
	x := Task{Organ: 2, Person: 1, State: TaskOpen, By: 9}
	if !refused(x.Return(viewer(2, Drafter), "不归我")) || !refused(x.Return(viewer(1), "")) {
		t.Error("returned by a stranger or without a reason")
	}
	if err := x.Return(viewer(1), "材料不全"); err != nil || x.State != TaskReturned || x.Answer != "材料不全" {
		t.Fatal(err)
	}
	if !refused(x.Cancel(viewer(1))) {
		t.Error("cancelled by who was given it")
	}
	if err := x.Cancel(viewer(9)); err != nil {
		t.Error(err)
	}
}

// Author and approver are two people, whatever posts they hold; on paper the
// name of who signed is kept with who entered it.
func TestFourEyes(t *testing.T) {
	x := Approval{Organ: 2, By: 1, State: ApprovalAsked, Steps: []ApprovalStep{{Role: Reviewer}, {Role: Signer}}}
	day := law.Day(2026, 3, 2)
	own := x.Decide(viewer(1, Reviewer, Signer), true, "", day)
	var r *act.Refusal
	if !errors.As(own, &r) || r.Cite.Empty() {
		t.Errorf("the author approved his own: %v", own)
	}
	if !refused(x.Decide(viewer(2, Signer), true, "", day)) {
		t.Error("the signer signed before the reviewer")
	}
	if err := x.Decide(viewer(2, Reviewer), true, "同意", day); err != nil || x.State != ApprovalAsked || x.Next() != 1 {
		t.Fatalf("%v %+v", err, x)
	}
	if !refused(x.Enter(viewer(1), "", day, true, "", Scan{}, day)) || !refused(x.Enter(viewer(1), "王某", day.AddDays(1), true, "", Scan{}, day)) {
		t.Error("paper without a name, or of tomorrow")
	}
	if err := x.Enter(viewer(1), "王某", day, true, "", Scan{}, day); err != nil || x.State != ApprovalGiven {
		t.Fatalf("%v %+v", err, x)
	}
	if s := x.Steps[1]; s.Name != "王某" || s.Entered != 1 || s.Person != 0 {
		t.Errorf("the paper's step is %+v", s)
	}
	if !refused(x.Decide(viewer(2, Signer), true, "", day)) {
		t.Error("decided twice")
	}
}

// A refusal ends the matter and says why.
func TestApprovalRefused(t *testing.T) {
	x := Approval{Organ: 2, By: 1, State: ApprovalAsked, Steps: []ApprovalStep{{Role: Reviewer}, {Role: Signer}}}
	if !refused(x.Decide(viewer(2, Reviewer), false, "", law.Day(2026, 3, 2))) {
		t.Error("refused without a reason")
	}
	if err := x.Decide(viewer(2, Reviewer), false, "数字不平", law.Day(2026, 3, 2)); err != nil || x.State != ApprovalRefused || x.Next() != -1 {
		t.Fatalf("%v %+v", err, x)
	}
}
