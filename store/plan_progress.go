package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// A ProgressRow is a progress with who reported it and when.
type ProgressRow struct {
	oversight.Progress
	Person      string // name, "" for the program
	On, Decided law.Date
}

// A PlanTaskFile is one task as the viewer may see it, with its plan, parts,
// reports and changes.
type PlanTaskFile struct {
	Plan    oversight.Plan
	Task    PlanTaskRow
	Whole   *PlanTaskRow // the task it is a part of, if the viewer may see that
	Parts   []PlanTaskRow
	Reports []ProgressRow // newest first
	Changes []Entry       // newest first
	Organs  map[int64]org.Organ
	Edits   bool    // the viewer may change, accept and send back
	Does    []int64 // organs that lead it, in whose name the viewer may report
	Splits  []int64 // organs in whose name the viewer may give parts of it
}

// Name is the short name of an organ of the task.
func (f *PlanTaskFile) Name(organ int64) string {
	o := f.Organs[organ]
	return o.ShortName()
}

// PlanTask is one task. ErrNotFound for one the viewer may not see.
func (s *Store) PlanTask(ctx context.Context, v org.Viewer, id int64) (*PlanTaskFile, error) {
	f, err := s.planTaskFile(ctx, v, id)
	if err != nil {
		return nil, fmt.Errorf("store: task %d of a plan: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) planTaskFile(ctx context.Context, v org.Viewer, id int64) (*PlanTaskFile, error) {
	var plan int64
	if err := s.read.QueryRowContext(ctx, "select plan from plan_task where id = $1", id).Scan(&plan); err != nil {
		return nil, err
	}
	whole, err := s.Plan(ctx, v, plan)
	if err != nil {
		return nil, err
	}
	f := &PlanTaskFile{Plan: whole.Plan, Organs: whole.Organs}
	rows := map[int64]*PlanTaskRow{}
	for i := range whole.Tasks {
		t := &whole.Tasks[i]
		rows[t.ID] = t
		if t.Parent == id {
			f.Parts = append(f.Parts, *t)
		}
	}
	if rows[id] == nil {
		return nil, ErrNotFound
	}
	f.Task = *rows[id]
	f.Whole = rows[f.Task.Parent]
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	f.Edits = org.May(v, org.EditPlans, tree.subject(f.Task.Organ))
	splits := func(organ int64) {
		home := tree.subject(organ).Home
		if home == organ && org.May(v, org.EditPlans, tree.subject(organ)) {
			f.Splits = append(f.Splits, organ)
		}
	}
	splits(f.Task.Organ)
	for _, x := range f.Task.Leads() {
		if org.May(v, org.DoPlans, tree.subject(x.Organ)) {
			f.Does = append(f.Does, x.Organ)
		}
		if x.Organ != f.Task.Organ {
			splits(x.Organ)
		}
	}
	if f.Reports, err = s.progress(ctx, v, tree, f.Task); err != nil {
		return nil, err
	}
	changes, err := s.historyOf(ctx, PlanTaskRef(id), 200)
	for _, e := range changes {
		if f.Task.Whole || tree.seesStep(v, e) {
			f.Changes = append(f.Changes, e)
		}
	}
	return f, err
}

// seesStep reports whether the viewer may read a step in the history of a task
// whose giver he does not see: what was done to the task itself, and what his own
// organs reported and were told.
func (t *organTree) seesStep(v org.Viewer, e Entry) bool {
	switch e.Act.Kind {
	case act.PlanReported, act.PlanAccepted, act.PlanReturned:
	default:
		return true
	}
	r, _ := e.Act.Body.(act.Record)
	return slices.ContainsFunc(r.Refs, func(ref string) bool { return org.May(v, org.SeePlans, t.subject(refID(ref))) })
}

const progressColumns = "r.id, r.task, r.organ, r.body, r.percent, r.claims, r.link, r.meeting, r.file, r.file_name, r.state, r.reason, r.person"

func progressDest(p *oversight.Progress) []any {
	return []any{&p.ID, &p.Task, &p.Organ, &p.Text, &p.Percent, &p.Claims, &p.Link, &p.Meeting, &p.File, &p.FileName, &p.State, &p.Reason, &p.By}
}

// progress lists what was reported about a task, as far as the viewer may see it.
func (s *Store) progress(ctx context.Context, v org.Viewer, tree *organTree, t PlanTaskRow) ([]ProgressRow, error) {
	rows, err := s.read.QueryContext(ctx, "select "+progressColumns+`, coalesce(p.name, ''), r.on_day, r.decided_on from plan_report r
		left join person p on p.id = r.person where r.task = $1 order by r.id desc limit 1000`, t.ID)
	if err != nil {
		return nil, err
	}
	var out []ProgressRow
	return out, scanAll(rows, func(r scanner) error {
		var x ProgressRow
		var on, decided string
		if err := r.Scan(append(progressDest(&x.Progress), &x.Person, &on, &decided)...); err != nil {
			return err
		}
		if err := dates(on, decided, &x.On, &x.Decided); err != nil {
			return err
		}
		if t.Whole || org.May(v, org.SeePlans, tree.subject(x.Organ)) {
			out = append(out, x)
		}
		return nil
	})
}

// historyOf is the history of one thing for those who may see the thing itself.
// Who acted from where is left out.
func (s *Store) historyOf(ctx context.Context, ref string, limit int) ([]Entry, error) {
	rows, err := s.read.QueryContext(ctx, entrySQL+" where a.ref = $1 order by a.seq desc limit $2", ref, limit)
	if err != nil {
		return nil, err
	}
	list, err := scanEntries(rows)
	for i := range list {
		list[i].Details.From = ""
	}
	return list, err
}

// ReportProgress keeps what an organ reports about its share of a task. It needs
// DoPlans there; a file is kept with it. The answer is its id.
func (s *Store) ReportProgress(ctx context.Context, by By, p oversight.Progress) (Done, error) {
	p.ID, p.By = s.NewID(), by.Viewer.Person
	return s.do(ctx, by, "report progress", func(h *hand) (string, error) {
		for _, why := range p.Wrong() {
			return "", act.Refuse(why)
		}
		t, err := h.planTask(p.Task)
		if err != nil {
			return "", err
		}
		plan, err := readPlan(h.ctx, h, t.Plan)
		if err != nil {
			return "", err
		}
		if err := h.seesTask(plan, t); err != nil {
			return "", err
		}
		if plan.Issued.IsZero() {
			return "", act.Refuse("要点还没有印发，印发以后再报送进展。")
		}
		if err := h.edits(org.DoPlans, p.Organ); err != nil {
			return "", err
		}
		if p.Meeting != 0 {
			if err := h.meetingOf(p.Meeting, p.Organ); err != nil {
				return "", err
			}
		}
		var open int
		if err := h.QueryRowContext(h.ctx, "select count(*) from plan_task where parent = $1 and organ = $2 and done_on = '' and cancelled_on = ''", t.ID, p.Organ).Scan(&open); err != nil {
			return "", err
		}
		old := oversight.Party{Percent: -1}
		if x := t.Party(p.Organ); x != nil {
			old = *x
		}
		if err := t.Report(&p, open, h.day); err != nil {
			return "", err
		}
		if p.File != 0 {
			if err := h.keepPrivate(p.File, PlanTaskRef(t.ID)); err != nil {
				return "", err
			}
		}
		if _, err := h.ExecContext(h.ctx, `insert into plan_report (id, task, organ, body, percent, claims, link, meeting, file, file_name, state, reason, person, on_day, decided_on)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', $12, $13, '')`,
			p.ID, p.Task, p.Organ, p.Text, p.Percent, oneIf(p.Claims), p.Link, p.Meeting, p.File, p.FileName, string(p.State), p.By, h.day.String()); err != nil {
			return "", err
		}
		if err := h.putParty(t, p.Organ); err != nil {
			return "", err
		}
		if p.Claims {
			if err := h.settle(planPartyRef(t.ID, p.Organ)); err != nil {
				return "", err
			}
		}
		home, err := h.homeOf(p.Organ)
		if err != nil {
			return "", err
		}
		if p.Claims && home != t.Organ {
			if err := h.tellOrgan(News{Kind: act.PlanReported, Ref: PlanTaskRef(t.ID), Organ: t.Organ, Number: t.Number, Subject: h.organName(p.Organ) + "：" + clip(t.Text, 60),
				Link: fmt.Sprintf("/desk/plantasks/%d", t.ID)}); err != nil {
				return "", err
			}
		}
		return strconv.FormatInt(p.ID, 10), h.note(act.PlanReported, PlanTaskRef(t.ID), home, []string{OrganRef(p.Organ)}, act.Change{Field: "进展", New: p.Text},
			act.Change{Field: "进度", Old: percentText(old.Percent), New: percentText(t.Party(p.Organ).Percent)}, act.Change{Field: "完成", New: map[bool]string{true: "报完成"}[p.Claims]})
	})
}

func percentText(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n) + "%"
}

// homeOf is the organ that answers for one.
func (h *hand) homeOf(organ int64) (int64, error) {
	to, err := h.subject(organ)
	return to.Home, err
}

// meetingOf is a refusal unless the meeting is of the organ's leading group or
// that of the organ that answers for it.
func (h *hand) meetingOf(meeting, organ int64) error {
	m, err := readMeeting(h.ctx, h, meeting)
	if err != nil {
		return err
	}
	home, err := h.homeOf(organ)
	if err == nil && m.Organ != home && m.Organ != organ {
		err = act.Refuse("选的会议不是本机关领导小组的会议。")
	}
	return err
}

// putParty writes where an organ's share of a task stands.
func (h *hand) putParty(t oversight.PlanTask, organ int64) error {
	x := t.Party(organ)
	res, err := h.ExecContext(h.ctx, "update plan_party set state = $3, percent = $4, reported_on = $5, done_on = $6 where task = $1 and organ = $2",
		t.ID, organ, string(x.State), x.Percent, x.Reported.String(), x.Done.String())
	return one(res, err)
}

// DecideProgress accepts what was reported or, with a reason, sends it back. It
// needs EditPlans at the giver of the task.
func (s *Store) DecideProgress(ctx context.Context, by By, report int64, accept bool, reason string) (Done, error) {
	return s.do(ctx, by, "decide on progress", func(h *hand) (string, error) {
		var p oversight.Progress
		if err := h.QueryRowContext(h.ctx, "select "+progressColumns+" from plan_report r where r.id = $1", report).Scan(progressDest(&p)...); err != nil {
			return "", err
		}
		t, err := h.planTask(p.Task)
		if err != nil {
			return "", err
		}
		plan, err := readPlan(h.ctx, h, t.Plan)
		if err != nil {
			return "", err
		}
		if err := h.seesTask(plan, t); err != nil {
			return "", err
		}
		if err := h.edits(org.EditPlans, t.Organ); err != nil {
			return "", err
		}
		home, err := h.homeOf(p.Organ)
		if err != nil {
			return "", err
		}
		was := p.State
		if err := t.Decide(&p, accept, reason, by.Viewer.Person, home == t.Organ, h.day); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update plan_report set state = $3, reason = $4, decided_on = $5 where id = $1 and state = $2", p.ID, string(was), string(p.State), p.Reason, h.day.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		if err := h.putParty(t, p.Organ); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "update plan_task set done_on = $2 where id = $1 and done_on <> $2", t.ID, t.Done.String()); err != nil {
			return "", err
		}
		kind := act.PlanAccepted
		if !accept {
			kind = act.PlanReturned
		}
		if home != t.Organ && (p.Claims || !accept) {
			if err := h.tellOrgan(News{Kind: kind, Ref: PlanTaskRef(t.ID), Organ: home, Number: t.Number, Subject: clip(t.Text, 60), Link: fmt.Sprintf("/desk/plantasks/%d", t.ID)}); err != nil {
				return "", err
			}
		}
		return strconv.FormatInt(t.ID, 10), h.note(kind, PlanTaskRef(t.ID), t.Organ, []string{OrganRef(p.Organ)}, act.Change{Field: "单位", New: h.organName(p.Organ)}, act.Change{Field: "意见", New: p.Reason})
	})
}

// OpenProgressFile opens the file of a progress for those who may see it, and
// keeps that it was read. ErrNotFound for everybody else.
func (s *Store) OpenProgressFile(ctx context.Context, by By, report int64) (string, PrivateFile, *File, error) {
	var task int64
	if err := s.read.QueryRowContext(ctx, "select task from plan_report where id = $1", report).Scan(&task); err != nil {
		return "", PrivateFile{}, nil, fmt.Errorf("store: progress %d: %w", report, s.dialect.translate(err))
	}
	f, err := s.PlanTask(ctx, by.Viewer, task)
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	for _, r := range f.Reports {
		if r.ID == report && r.File != 0 {
			return s.openEvidence(ctx, by, r.Evidence, "要点佐证", PlanTaskRef(task))
		}
	}
	return "", PrivateFile{}, nil, fmt.Errorf("store: progress %d: %w", report, ErrNotFound)
}

// openEvidence opens a private file that proves something, and keeps that it was
// read. Whoever calls has asked whether the viewer may see it.
func (s *Store) openEvidence(ctx context.Context, by By, e oversight.Evidence, what, ref string) (string, PrivateFile, *File, error) {
	p, f, err := s.OpenPrivate(ctx, e.File)
	if err != nil {
		return "", p, nil, err
	}
	if err := s.PersonalRead(ctx, by, what, ref); err != nil {
		f.Close()
		return "", p, nil, err
	}
	return e.FileName, p, f, nil
}
