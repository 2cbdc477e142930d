package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// A PlanTaskRow is a task as the viewer may see it: whoever does not see its
// giver sees the state of his own shares only.
type PlanTaskRow struct {
	oversight.PlanTask
	Depth int            // below the tasks of the plan itself
	Roll  oversight.Roll // with everything split off from it, as far as it may be seen
	Whole bool           // every share may be seen
	Mine  []int64        // organs whose shares may be seen where not all may
	Parts int            // split off from it and not cancelled
}

// Standing is where the task stands on the day, as far as the viewer may see.
func (r PlanTaskRow) Standing(today law.Date) oversight.Standing {
	t := r.shown()
	if !r.Whole && t.Done.IsZero() && t.Cancelled.IsZero() && len(t.Leads()) == 0 { // it only helps: nothing of it waits here
		return oversight.StandingGoing
	}
	return t.Standing(today)
}

// shown is the task with the shares that may be seen.
func (r PlanTaskRow) shown() oversight.PlanTask {
	t := r.PlanTask
	if !r.Whole {
		t.Parties = slices.DeleteFunc(slices.Clone(t.Parties), func(p oversight.Party) bool { return !slices.Contains(r.Mine, p.Organ) })
	}
	return t
}

// A PlanFile is a plan with its tasks as the viewer may see them, each part
// under what it is a part of.
type PlanFile struct {
	oversight.Plan
	Organs map[int64]org.Organ // every organ that is named in it
	Tasks  []PlanTaskRow
	Edits  bool // the viewer may change the plan
}

// Name is the short name of an organ of the plan.
func (f *PlanFile) Name(organ int64) string {
	o := f.Organs[organ]
	return o.ShortName()
}

const planTaskSQL = `select t.id, t.plan, t.parent, t.organ, t.number, t.chapter, t.body, t.source, t.meeting, t.due, t.due_text, t.measure, t.evidence,
	t.done_on, t.cancelled_on, t.version from plan_task t`

func scanPlanTask(r scanner) (oversight.PlanTask, error) {
	var t oversight.PlanTask
	var due, done, cancelled string
	err := r.Scan(&t.ID, &t.Plan, &t.Parent, &t.Organ, &t.Number, &t.Chapter, &t.Text, &t.Source, &t.Meeting, &due, &t.DueText, &t.Measure, &t.Evidence, &done, &cancelled, &t.Version)
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{due, &t.Due}, {done, &t.Done}, {cancelled, &t.Cancelled}} {
		if err == nil {
			err = dayOf(d.text, d.to)
		}
	}
	return t, err
}

// planTasks reads tasks with their parties, in the order of the list. where is
// about plan_task t.
func planTasks(ctx context.Context, q asker, where string, args ...any) ([]oversight.PlanTask, error) {
	rows, err := q.QueryContext(ctx, planTaskSQL+" where "+where+" order by t.place, t.id", args...)
	if err != nil {
		return nil, err
	}
	var out []oversight.PlanTask
	at := map[int64]int{}
	err = scanAll(rows, func(r scanner) error {
		t, err := scanPlanTask(r)
		at[t.ID] = len(out)
		out = append(out, t)
		return err
	})
	if err != nil || len(out) == 0 {
		return out, err
	}
	rows, err = q.QueryContext(ctx, `select x.task, x.organ, x.lead, x.state, x.percent, x.reported_on, x.done_on from plan_party x join plan_task t on t.id = x.task
		join organ o on o.id = x.organ where `+where+" order by x.task, x.lead desc, o.path", args...)
	if err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		var p oversight.Party
		var task int64
		var reported, done string
		if err := r.Scan(&task, &p.Organ, &p.Lead, &p.State, &p.Percent, &reported, &done); err != nil {
			return err
		}
		if err := dates(reported, done, &p.Reported, &p.Done); err != nil {
			return err
		}
		i, ok := at[task]
		if ok { // else it came between the two queries
			out[i].Parties = append(out[i].Parties, p)
		}
		return nil
	})
}

// Plan is a plan with its tasks. ErrNotFound for one the viewer may not see: a
// draft is seen where it is written only, an issued plan also by those who have
// a share in it.
func (s *Store) Plan(ctx context.Context, v org.Viewer, id int64) (*PlanFile, error) {
	p, err := readPlan(ctx, s.read, id)
	if err != nil {
		return nil, fmt.Errorf("store: plan %d: %w", id, s.dialect.translate(err))
	}
	tasks, err := planTasks(ctx, s.read, "t.plan = $1", id)
	if err != nil {
		return nil, fmt.Errorf("store: plan %d: %w", id, err)
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	f := &PlanFile{Plan: p, Organs: map[int64]org.Organ{}}
	own := tree.subject(p.Organ)
	f.Edits = org.May(v, org.EditPlans, own)
	f.Organs[p.Organ] = tree.organ(p.Organ)
	rolls := oversight.Rollup(tasks)
	var shown []oversight.PlanTask
	for _, t := range tree.order(tasks) {
		row, sees := tree.seen(v, p, t.PlanTask)
		if !sees {
			continue
		}
		row.Depth, row.Parts = t.Depth, t.Parts
		if row.Whole {
			row.Roll = rolls[t.ID]
		}
		f.Organs[t.Organ] = tree.organ(t.Organ)
		for _, x := range row.Parties {
			f.Organs[x.Organ] = tree.organ(x.Organ)
		}
		f.Tasks = append(f.Tasks, row)
		shown = append(shown, row.shown())
	}
	mine := oversight.Rollup(shown)
	for i := range f.Tasks {
		if t := &f.Tasks[i]; !t.Whole {
			t.Roll = mine[t.ID]
		}
	}
	if len(f.Tasks) == 0 && !org.May(v, org.SeePlans, own) {
		return nil, fmt.Errorf("store: plan %d: %w", id, ErrNotFound)
	}
	return f, nil
}

// organ is an organ by id; one that the tree does not know yet has its id only.
func (t *organTree) organ(id int64) org.Organ {
	if i, ok := t.at[id]; ok {
		return t.organs[i]
	}
	return org.Organ{ID: id}
}

// subject is an organ as the subject of a verb.
func (t *organTree) subject(id int64) org.Subject {
	i, ok := t.at[id]
	if !ok {
		return org.Subject{}
	}
	return org.Subject{Organ: id, Home: t.home[i], Path: t.organs[i].Path}
}

// seen is a task as the viewer may see it, and whether he may.
func (t *organTree) seen(v org.Viewer, p oversight.Plan, task oversight.PlanTask) (PlanTaskRow, bool) {
	row := PlanTaskRow{PlanTask: task, Whole: org.May(v, org.SeePlans, t.subject(task.Organ))}
	if row.Whole {
		return row, true
	}
	if p.Issued.IsZero() {
		return row, false
	}
	sees := false
	row.Parties = slices.Clone(task.Parties)
	for i, x := range row.Parties {
		if !org.May(v, org.SeePlans, t.subject(x.Organ)) {
			row.Parties[i] = oversight.Party{Organ: x.Organ, Lead: x.Lead, Percent: -1}
			continue
		}
		sees = true
		row.Mine = append(row.Mine, x.Organ)
	}
	return row, sees
}

// order puts parts under what they are parts of.
func (t *organTree) order(tasks []oversight.PlanTask) []PlanTaskRow {
	below := map[int64][]int{}
	known := map[int64]bool{}
	for _, x := range tasks {
		known[x.ID] = true
	}
	for i, x := range tasks {
		parent := x.Parent
		if !known[parent] {
			parent = 0
		}
		below[parent] = append(below[parent], i)
	}
	out := make([]PlanTaskRow, 0, len(tasks))
	var walk func(parent int64, depth int)
	walk = func(parent int64, depth int) {
		for _, i := range below[parent] {
			row := PlanTaskRow{PlanTask: tasks[i], Depth: depth}
			for _, k := range below[tasks[i].ID] {
				if tasks[k].Cancelled.IsZero() {
					row.Parts++
				}
			}
			out = append(out, row)
			if depth < oversight.MaxDepth {
				walk(tasks[i].ID, depth+1)
			}
		}
	}
	walk(0, 0)
	return out
}

// mostNear bounds how many organs a form looks names up among.
const mostNear = 5000

// OrgansUnder lists the organs that somebody may be given something at in the
// name of an organ: near are the organ, its 内设机构 and 村, and what stands
// directly below it; all are these and everything below. Those that ended before
// the day are left out. ErrNotFound for an organ the viewer may not see.
func (s *Store) OrgansUnder(ctx context.Context, v org.Viewer, organ int64, day law.Date) (near, all []org.Organ, err error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, nil, err
	}
	root, ok := tree.at[organ]
	if !ok || !org.May(v, org.SeePlans, tree.subject(organ)) {
		return nil, nil, fmt.Errorf("store: organs under %d: %w", organ, ErrNotFound)
	}
	for i := root; i < tree.end[root] && len(all) < mostNear; i++ {
		o := tree.organs[i]
		if !o.InForce(day) || !org.May(v, org.SeePlans, tree.subject(o.ID)) {
			continue
		}
		all = append(all, o)
		if i == root || o.Parent == organ {
			near = append(near, o)
		}
	}
	return near, all, nil
}
