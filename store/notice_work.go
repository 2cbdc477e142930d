package store

import (
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// tellOfTask tells those whom a step of a task concerns, and settles what they
// were told before.
func (h *hand) tellOfTask(kind string, t org.Task) error {
	n := News{Kind: kind, Ref: TaskRef(t.ID), Organ: t.Organ, Subject: t.Title, Link: fmt.Sprintf("/desk/tasks/%d", t.ID), Due: t.Due}
	var to []To
	switch kind {
	case act.TaskAssigned:
		to = []To{ToRole(t.Role, t.Organ)}
		if t.Person != 0 {
			to = []To{ToPerson(t.Person)}
		}
	case act.TaskTaken:
		// It is one person's now; the others need not look any more.
		_, err := h.ExecContext(h.ctx, "update notice set settled = $3, read_at = case when read_at = 0 then $3 else read_at end where ref = $1 and settled = 0 and person <> $2", n.Ref, t.Person, h.now)
		return err
	case act.TaskReturned:
		to = []To{ToPerson(t.By)}
	case act.TaskDone:
		to, n.Due = []To{ToPerson(t.By)}, law.Date{}
	case act.TaskCancelled:
		to, n.Due = []To{ToPerson(t.Person)}, law.Date{}
	}
	if kind != act.TaskAssigned {
		if err := h.settle(n.Ref); err != nil {
			return err
		}
	}
	_, err := h.notify(n, to...)
	return err
}

// tellOfApproval tells whoever has the next step, or at the end who asked.
func (h *hand) tellOfApproval(kind string, a org.Approval) error {
	n := News{Kind: kind, Ref: ApprovalRef(a.ID), Organ: a.Organ, Subject: a.Title, Link: fmt.Sprintf("/desk/approvals/%d", a.ID)}
	if err := h.settle(n.Ref); err != nil {
		return err
	}
	to := ToPerson(a.By)
	if role := waitingRole(&a); role != "" {
		n.Kind, to = act.ApprovalAsked, ToRole(org.Role(role), a.Organ)
	}
	_, err := h.notify(n, to)
	return err
}
