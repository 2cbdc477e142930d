package store

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// SavePlanTask keeps a task of a plan, or with Parent a part of one; without id
// it is new and comes last. The answer is its id. Giving needs EditPlans at the
// giver: the plan's organ, or for a part whoever gave the whole or leads it.
// Once the plan is issued a change needs a reason. Parties are organs at or below
// the giver; what they reported stays while they have a share.
func (s *Store) SavePlanTask(ctx context.Context, by By, t oversight.PlanTask) (Done, error) {
	fresh := t.ID == 0
	if fresh {
		t.ID = s.NewID()
	}
	return s.do(ctx, by, "save task of a plan", func(h *hand) (string, error) {
		if fresh {
			return strconv.FormatInt(t.ID, 10), h.addTasks([]oversight.PlanTask{t}, act.PlanTaskKept)
		}
		return strconv.FormatInt(t.ID, 10), h.changeTask(t)
	})
}

// ImportPlanTasks keeps many new tasks of one plan, all or none. The answer is
// their number.
func (s *Store) ImportPlanTasks(ctx context.Context, by By, list []oversight.PlanTask) (Done, error) {
	for i := range list {
		list[i].ID = s.NewID()
	}
	return s.do(ctx, by, "import tasks of a plan", func(h *hand) (string, error) {
		return strconv.Itoa(len(list)), h.addTasks(list, act.PlanTaskImported)
	})
}

// SplitPlanTask gives each of the organs a part of a task that says the same, in
// the name of giver. The answer is how many.
func (s *Store) SplitPlanTask(ctx context.Context, by By, task, giver int64, organs []int64, due oversight.PlanTask) (Done, error) {
	ids := make([]int64, len(organs))
	for i := range ids {
		ids[i] = s.NewID()
	}
	return s.do(ctx, by, "split task of a plan", func(h *hand) (string, error) {
		whole, err := h.planTask(task)
		if err != nil {
			return "", err
		}
		list := make([]oversight.PlanTask, len(organs))
		for i, o := range organs {
			list[i] = oversight.PlanTask{ID: ids[i], Plan: whole.Plan, Parent: whole.ID, Organ: giver, Chapter: whole.Chapter, Text: cmp.Or(due.Text, whole.Text),
				Number: fmt.Sprintf("%s-%d", cmp.Or(whole.Number, "分解"), i+1), Due: due.Due, DueText: due.DueText, Measure: whole.Measure, Evidence: whole.Evidence,
				Parties: []oversight.Party{{Organ: o, Lead: true, Percent: -1}}}
			if list[i].Due.IsZero() {
				list[i].Due, list[i].DueText = whole.Due, whole.DueText
			}
		}
		return strconv.Itoa(len(list)), h.addTasks(list, act.PlanTaskKept)
	})
}

// planTask reads one task whole, or sql.ErrNoRows.
func (h *hand) planTask(id int64) (oversight.PlanTask, error) {
	list, err := planTasks(h.ctx, h, "t.id = $1", id)
	if err == nil && len(list) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return oversight.PlanTask{}, err
	}
	return list[0], nil
}

// addTasks keeps new tasks of one plan and of one giver.
func (h *hand) addTasks(list []oversight.PlanTask, kind string) error {
	if len(list) == 0 {
		return act.Refuse("没有要登记的任务。请至少选择或填写一条。")
	}
	first := list[0]
	p, err := readPlan(h.ctx, h, first.Plan)
	if err != nil {
		return err
	}
	if err := h.mayAddTo(p, first); err != nil {
		return err
	}
	var have, place int64
	if err := h.QueryRowContext(h.ctx, "select count(*), coalesce(max(place), 0) from plan_task where plan = $1", first.Plan).Scan(&have, &place); err != nil {
		return err
	}
	if int(have)+len(list) > oversight.MaxTasks {
		return act.Refuse(fmt.Sprintf("一份要点最多 %d 条任务（含分解任务）。", oversight.MaxTasks))
	}
	for i, t := range list {
		if t.Plan != first.Plan || t.Organ != first.Organ || t.Parent != first.Parent {
			return fmt.Errorf("tasks of several plans or givers in one call")
		}
		if err := h.checkTask(t); err != nil {
			return err
		}
		_, err := h.ExecContext(h.ctx, `insert into plan_task (id, plan, parent, organ, place, number, chapter, body, source, meeting, due, due_text, measure, evidence, done_on, cancelled_on, version, made_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', '', 1, $15)`,
			t.ID, t.Plan, t.Parent, t.Organ, place+int64(i)+1, t.Number, t.Chapter, t.Text, t.Source, t.Meeting, t.Due.String(), t.DueText, t.Measure, t.Evidence, h.now)
		if err != nil {
			return err
		}
		for _, x := range t.Parties {
			if err := h.addParty(t.ID, x); err != nil {
				return err
			}
		}
		if kind == act.PlanTaskKept {
			if err := h.note(kind, PlanTaskRef(t.ID), t.Organ, []string{PlanRef(t.Plan)}, h.taskChanges(oversight.PlanTask{}, t)...); err != nil {
				return err
			}
			if err := h.tellOfPlanTask(p, t, act.PlanTaskKept); err != nil {
				return err
			}
		}
	}
	if kind != act.PlanTaskKept {
		return h.note(kind, PlanRef(first.Plan), first.Organ, nil, act.Change{Field: "任务数", New: strconv.Itoa(len(list))})
	}
	return nil
}

func (h *hand) addParty(task int64, x oversight.Party) error {
	_, err := h.ExecContext(h.ctx, "insert into plan_party (task, organ, lead, state, percent, reported_on, done_on) values ($1, $2, $3, '', -1, '', '')", task, x.Organ, oneIf(x.Lead))
	return err
}

// oneIf is a truth as a column keeps it.
func oneIf(b bool) int {
	if b {
		return 1
	}
	return 0
}

// mayAddTo asks whether a task may be added to the plan by its giver.
func (h *hand) mayAddTo(p oversight.Plan, t oversight.PlanTask) error {
	if t.Parent == 0 {
		if t.Organ != p.Organ {
			return fmt.Errorf("%w: a task of plan %d by organ %d", ErrNotFound, p.ID, t.Organ)
		}
		_, err := h.editedPlan(p.ID)
		return err
	}
	whole, err := h.planTask(t.Parent)
	if err != nil {
		return err
	}
	if whole.Plan != t.Plan {
		return ErrNotFound
	}
	if err := h.givesPlans(t.Organ); err != nil {
		return err
	}
	if p.Issued.IsZero() && t.Organ != whole.Organ {
		return ErrNotFound // a draft is nobody else's yet
	}
	if err := whole.MaySplit(t.Organ); err != nil {
		return err
	}
	depth := 1
	for up := whole; up.Parent != 0; depth++ {
		if depth >= oversight.MaxDepth {
			return act.Refuse(fmt.Sprintf("任务最多往下分解 %d 层。", oversight.MaxDepth))
		}
		if up, err = h.planTask(up.Parent); err != nil {
			return err
		}
	}
	return whole.Fits(t)
}

// checkTask asks everything of a task that does not hang on who may.
func (h *hand) checkTask(t oversight.PlanTask) error {
	for _, why := range t.Wrong() {
		return act.Refuse(why)
	}
	giver, err := h.subject(t.Organ)
	if err != nil {
		return err
	}
	for _, x := range t.Parties {
		var path, until string
		if err := h.QueryRowContext(h.ctx, "select path, valid_to from organ where id = $1", x.Organ).Scan(&path, &until); err != nil {
			return err
		}
		switch {
		case !strings.HasPrefix(path, giver.Path):
			return act.Refuse("“" + h.organName(x.Organ) + "”不是本机关或者下级，不能给它下达任务。")
		case until != "" && until < h.day.String():
			return act.Refuse("“" + h.organName(x.Organ) + "”已于" + until + "撤销。")
		}
	}
	if t.Meeting != 0 {
		m, err := readMeeting(h.ctx, h, t.Meeting)
		if err != nil {
			return err
		}
		if m.Organ != t.Organ {
			return act.Refuse("选的会议不是本机关领导小组的会议。")
		}
	}
	return nil
}

func (h *hand) changeTask(t oversight.PlanTask) error {
	old, p, err := h.editedTask(t.ID)
	if err != nil {
		return err
	}
	t.Plan, t.Parent, t.Organ, t.Done, t.Cancelled = old.Plan, old.Parent, old.Organ, old.Done, old.Cancelled
	if err := old.Open(); err != nil {
		return err
	}
	if err := h.checkTask(t); err != nil {
		return err
	}
	if t.Parent != 0 {
		whole, err := h.planTask(t.Parent)
		if err != nil {
			return err
		}
		if err := whole.Fits(t); err != nil {
			return err
		}
	}
	for _, x := range old.Parties {
		now := t.Party(x.Organ)
		if (now == nil || !now.Lead) && (x.State == oversight.PartyDone || x.State == oversight.PartyWaiting) {
			return act.Refuse("“" + h.organName(x.Organ) + "”已经报送完成，不能从责任单位中去掉。")
		}
		if now == nil {
			if _, err := h.ExecContext(h.ctx, "delete from plan_party where task = $1 and organ = $2", t.ID, x.Organ); err != nil {
				return err
			}
		} else if _, err := h.ExecContext(h.ctx, "update plan_party set lead = $3 where task = $1 and organ = $2", t.ID, x.Organ, oneIf(now.Lead)); err != nil {
			return err
		}
	}
	for _, x := range t.Parties {
		if old.Party(x.Organ) == nil {
			if err := h.addParty(t.ID, x); err != nil {
				return err
			}
		}
	}
	if t.Done, err = h.doneWithout(t); err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, `update plan_task set number = $3, chapter = $4, body = $5, source = $6, meeting = $7, due = $8, due_text = $9, measure = $10, evidence = $11,
		done_on = $12, version = version + 1 where id = $1 and version = $2`,
		t.ID, t.Version, t.Number, t.Chapter, t.Text, t.Source, t.Meeting, t.Due.String(), t.DueText, t.Measure, t.Evidence, t.Done.String())
	if err := one(res, err); err != nil {
		return err
	}
	if t.Due != old.Due { // what people were told of the old day does not hold any more
		for _, x := range old.Leads() {
			if err := h.settle(planPartyRef(t.ID, x.Organ)); err != nil {
				return err
			}
		}
	}
	if err := h.tellOfPlanTask(p, t, act.PlanTaskKept); err != nil {
		return err
	}
	return h.note(act.PlanTaskKept, PlanTaskRef(t.ID), t.Organ, []string{PlanRef(t.Plan)}, h.taskChanges(old, t)...)
}

// doneWithout is the day a task is done if those who lead it now all were: who
// had not reported may have been taken out.
func (h *hand) doneWithout(t oversight.PlanTask) (law.Date, error) {
	now, err := h.planTask(t.ID)
	if err != nil {
		return law.Date{}, err
	}
	for _, x := range now.Leads() {
		if x.State != oversight.PartyDone {
			return law.Date{}, nil
		}
	}
	return h.day, nil
}

// editedTask is a task that the viewer may edit, with its plan: ErrNotFound for
// one he may not even see.
func (h *hand) editedTask(id int64) (oversight.PlanTask, oversight.Plan, error) {
	t, err := h.planTask(id)
	if err != nil {
		return t, oversight.Plan{}, err
	}
	p, err := readPlan(h.ctx, h, t.Plan)
	if err != nil {
		return t, p, err
	}
	giver, err := h.subject(t.Organ)
	if err != nil {
		return t, p, err
	}
	if !org.May(h.by.Viewer, org.EditPlans, giver) {
		if err := h.seesTask(p, t); err != nil {
			return t, p, err
		}
		return t, p, Forbidden(org.EditPlans)
	}
	return t, p, h.reasoned(p)
}

// seesTask is ErrNotFound for a task that the viewer may not see.
func (h *hand) seesTask(p oversight.Plan, t oversight.PlanTask) error {
	list := []int64{t.Organ}
	if !p.Issued.IsZero() {
		for _, x := range t.Parties {
			list = append(list, x.Organ)
		}
	}
	for _, organ := range list {
		to, err := h.subject(organ)
		if err != nil {
			return err
		}
		if org.May(h.by.Viewer, org.SeePlans, to) {
			return nil
		}
	}
	return ErrNotFound
}

// taskChanges are the fields of two tasks as people read them.
func (h *hand) taskChanges(old, now oversight.PlanTask) []act.Change {
	names := func(t oversight.PlanTask, lead bool) string {
		var s []string
		for _, x := range t.Parties {
			if x.Lead == lead {
				s = append(s, h.organName(x.Organ))
			}
		}
		return strings.Join(s, "、")
	}
	return []act.Change{{Field: "任务", Old: old.Text, New: now.Text}, {Field: "序号", Old: old.Number, New: now.Number}, {Field: "类别", Old: old.Chapter, New: now.Chapter},
		{Field: "来源", Old: old.Source, New: now.Source}, {Field: "责任单位", Old: names(old, true), New: names(now, true)}, {Field: "配合单位", Old: names(old, false), New: names(now, false)},
		{Field: "完成时限", Old: old.Due.String(), New: now.Due.String()}, {Field: "完成标准", Old: old.Measure, New: now.Measure}, {Field: "佐证材料", Old: old.Evidence, New: now.Evidence}}
}
