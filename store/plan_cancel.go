package store

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/oversight"
)

// CancelPlanTask takes a task back: from a draft it is removed, from an issued
// plan it is cancelled with by.Reason, and its parts with it. version is the one
// last read.
func (s *Store) CancelPlanTask(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "cancel task of a plan", func(h *hand) (string, error) {
		t, p, err := h.editedTask(id)
		if err != nil {
			return "", err
		}
		if t.Version != version {
			return "", ErrConflict
		}
		if !p.Issued.IsZero() {
			if err := t.Cancel(h.by.Reason, h.day); err != nil {
				return "", err
			}
		}
		return strconv.FormatInt(t.Plan, 10), h.cancelTask(p, t, 0)
	})
}

func (h *hand) cancelTask(p oversight.Plan, t oversight.PlanTask, depth int) error {
	parts, err := planTasks(h.ctx, h, "t.parent = $1 and t.cancelled_on = ''", t.ID)
	if err != nil {
		return err
	}
	for _, x := range parts {
		if depth < oversight.MaxDepth && x.Done.IsZero() {
			if err := h.cancelTask(p, x, depth+1); err != nil {
				return err
			}
		}
	}
	if p.Issued.IsZero() {
		for _, q := range []string{"delete from plan_party where task = $1", "delete from plan_task where id = $1"} {
			if _, err := h.ExecContext(h.ctx, q, t.ID); err != nil {
				return err
			}
		}
		return h.note(act.PlanTaskRemoved, PlanTaskRef(t.ID), t.Organ, []string{PlanRef(t.Plan)}, h.taskChanges(t, oversight.PlanTask{})...)
	}
	res, err := h.ExecContext(h.ctx, "update plan_task set cancelled_on = $3, version = version + 1 where id = $1 and version = $2", t.ID, t.Version, h.day.String())
	if err := one(res, err); err != nil {
		return err
	}
	for _, x := range t.Leads() {
		if err := h.settle(planPartyRef(t.ID, x.Organ)); err != nil {
			return err
		}
	}
	if err := h.tellOfPlanTask(p, t, act.PlanTaskCancelled); err != nil {
		return err
	}
	return h.note(act.PlanTaskCancelled, PlanTaskRef(t.ID), t.Organ, []string{PlanRef(t.Plan)}, act.Change{Field: "状态", New: "已取消"})
}

// planPartyRef is what notices of one organ's share are about.
func planPartyRef(task, organ int64) string { return fmt.Sprintf("plantask/%d/%d", task, organ) }

// tellOfPlanTask tells those who lead a task of an issued plan what became of it.
func (h *hand) tellOfPlanTask(p oversight.Plan, t oversight.PlanTask, kind string) error {
	if p.Issued.IsZero() {
		return nil
	}
	told := map[int64]bool{}
	for _, x := range t.Leads() {
		to, err := h.subject(x.Organ)
		if err != nil {
			return err
		}
		if told[to.Home] || to.Home == t.Organ {
			continue
		}
		told[to.Home] = true
		n := News{Kind: kind, Ref: PlanTaskRef(t.ID), Organ: to.Home, Number: t.Number, Subject: clip(t.Text, 60), Link: fmt.Sprintf("/desk/plantasks/%d", t.ID)}
		if err := h.tellOrgan(n); err != nil {
			return err
		}
	}
	return nil
}
