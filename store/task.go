package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// TaskRow is a task as a list shows it.
type TaskRow struct {
	org.Task
	OrganName, PersonName, ByName string
	Given                         time.Time
}

// TaskRef is the reference of acts on a task.
func TaskRef(id int64) string { return fmt.Sprintf("task/%d", id) }

const taskSQL = `select t.id, t.organ, t.role, t.person, t.title, t.body, t.ref, t.due, t.basis, t.state, t.given_by, t.answer, t.version, t.given_at,
	o.name, coalesce(p.name, ''), coalesce(b.name, '')
	from task t join organ o on o.id = t.organ left join person p on p.id = t.person left join person b on b.id = t.given_by`

func scanTask(r scanner) (TaskRow, error) {
	var x TaskRow
	var due string
	var at int64
	err := r.Scan(&x.ID, &x.Organ, &x.Role, &x.Person, &x.Title, &x.Text, &x.Ref, &due, &x.Basis, &x.State, &x.By, &x.Answer, &x.Version, &at,
		&x.OrganName, &x.PersonName, &x.ByName)
	if err == nil {
		err = x.Due.UnmarshalText([]byte(due))
	}
	x.Given = time.UnixMilli(at)
	return x, err
}

// GiveTask keeps a new task; Done.Answer is its id. It needs AssignTasks at the
// organ. A person who is given it must work or hold a post there.
func (s *Store) GiveTask(ctx context.Context, by By, t org.Task) (Done, error) {
	return s.do(ctx, by, "give task", func(h *hand) (string, error) {
		if bad := t.Check(h.day); len(bad) > 0 {
			for _, text := range bad {
				return "", act.Refuse(text)
			}
		}
		to, err := h.subject(t.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.AssignTasks, to); err != nil {
			return "", err
		}
		if t.Person != 0 {
			var there bool
			err := h.QueryRowContext(h.ctx, `select exists (select 1 from person p join organ o on o.id = p.organ where p.id = $1 and (o.id = $2 or o.home = $2))
				or exists (select 1 from post where person = $1 and organ = $2 and (valid_to = '' or valid_to >= $3))`, t.Person, t.Organ, h.day.String()).Scan(&there)
			if err != nil {
				return "", err
			}
			if !there {
				return "", act.Refuse("指定的办理人不在这个机关工作，也没有这个机关的岗位。请重新选择。")
			}
		}
		t.ID, t.State, t.By, t.Version = s.NewID(), org.TaskOpen, by.Viewer.Person, 1
		_, err = h.ExecContext(h.ctx, `insert into task (id, organ, role, person, title, body, ref, due, basis, state, given_by, answer, version, given_at, ended_at, search)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 1, $12, 0, $13)`,
			t.ID, t.Organ, string(t.Role), t.Person, t.Title, t.Text, t.Ref, t.Due.String(), t.Basis, string(t.State), t.By, h.now, text.Fold(t.Title))
		if err != nil {
			return "", err
		}
		if err := h.tellOfTask(act.TaskAssigned, t); err != nil {
			return "", err
		}
		return fmt.Sprint(t.ID), h.note(act.TaskAssigned, TaskRef(t.ID), t.Organ, personRefs(t.Person),
			act.Change{Field: "事项", New: t.Title}, act.Change{Field: "期限", New: t.Due.String()}, act.Change{Field: "岗位", New: t.Role.Chinese()})
	})
}

// personRefs names a person as what else an act concerns.
func personRefs(id int64) []string {
	if id == 0 {
		return nil
	}
	return []string{fmt.Sprintf("person/%d", id)}
}

// TaskVerb is what is done with a task: org's Take, Finish, Return, Cancel.
type TaskVerb func(t *org.Task, v org.Viewer) error

// WithTask runs a verb on a task and keeps what it changed. version is the one
// last read: ErrConflict if somebody was faster.
func (s *Store) WithTask(ctx context.Context, by By, id, version int64, verb TaskVerb) (Done, error) {
	return s.do(ctx, by, "task", func(h *hand) (string, error) {
		x, err := scanTask(h.QueryRowContext(h.ctx, taskSQL+" where t.id = $1", id))
		if err != nil {
			return "", err
		}
		if err := h.maySeeTask(x.Task); err != nil {
			return "", err
		}
		if x.Version != version {
			return "", ErrConflict
		}
		before := x.Task
		if err := verb(&x.Task, by.Viewer); err != nil {
			return "", err
		}
		ended := int64(0)
		if x.State.Ended() {
			ended = h.now
		}
		res, err := h.ExecContext(h.ctx, "update task set person = $3, state = $4, answer = $5, version = version + 1, ended_at = $6 where id = $1 and version = $2",
			id, version, x.Person, string(x.State), x.Answer, ended)
		if err := one(res, err); err != nil {
			return "", err
		}
		kind := map[org.TaskState]string{org.TaskTaken: act.TaskTaken, org.TaskDone: act.TaskDone, org.TaskReturned: act.TaskReturned, org.TaskCancelled: act.TaskCancelled}[x.State]
		if err := h.tellOfTask(kind, x.Task); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(kind, TaskRef(id), x.Organ, personRefs(x.Person),
			act.Change{Field: "状态", Old: before.State.Chinese(), New: x.State.Chinese()}, act.Change{Field: "办理情况", Old: before.Answer, New: x.Answer})
	})
}

// maySeeTask is ErrNotFound for a task that is neither the viewer's nor in his
// scope: its number must tell nothing.
func (h *hand) maySeeTask(t org.Task) error {
	to, err := h.subject(t.Organ)
	if err != nil {
		return err
	}
	if to.Person = t.Person; t.By == h.by.Viewer.Person || org.May(h.by.Viewer, org.SeeTasks, to) {
		return nil
	}
	return ErrNotFound
}

// TaskQuery chooses tasks. Zero fields choose all that the viewer may see.
type TaskQuery struct {
	Mine   bool // the viewer's own, or for a role he holds at its organ and nobody took
	Given  bool // that the viewer gave
	Ended  bool // ended ones instead of open ones
	Organ  int64
	Ref    string
	Search string
	After  int64 // id of the last row of the page before, for ended ones
	Limit  int
}

// MaxTasks bounds one page of tasks.
const MaxTasks = 200

// Tasks lists tasks: open ones by their limit, those without one last; ended
// ones the newest first.
func (s *Store) Tasks(ctx context.Context, v org.Viewer, q TaskQuery) ([]TaskRow, error) {
	var p pick
	see := scope(v.Scope(org.SeeTasks), "o.home", "o.path", "t.person", &p.args)
	if v.Person != 0 {
		see = "(" + see + " or t.given_by = " + p.arg(v.Person) + ")"
	}
	p.and(see)
	if q.Mine {
		mine := []string{"t.person = " + p.arg(v.Person)}
		for _, post := range v.Posts {
			mine = append(mine, "(t.person = 0 and t.organ = "+p.arg(post.Organ)+" and t.role = "+p.arg(string(post.Role))+")")
		}
		p.and("(" + strings.Join(mine, " or ") + ")")
	}
	p.is(q.Given, "t.given_by = ", v.Person)
	p.is(q.Organ != 0, "t.organ = ", q.Organ)
	p.is(q.Ref != "", "t.ref = ", q.Ref)
	p.found("t.search", q.Search)
	state, order := "t.ended_at = 0", "case when t.due = '' then 1 else 0 end, t.due, t.id"
	if q.Ended {
		state, order = "t.ended_at > 0", "t.id desc"
		p.is(q.After > 0, "t.id < ", q.After)
	}
	p.and(state)
	rows, err := p.rows(ctx, s.read, taskSQL, order, atMost(q.Limit, MaxTasks))
	return gather("tasks", rows, err, scanTask)
}

// Task returns one task the viewer may see, or ErrNotFound.
func (s *Store) Task(ctx context.Context, v org.Viewer, id int64) (TaskRow, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeeTasks), "o.home", "o.path", "t.person", &args)
	args = append(args, v.Person)
	x, err := scanTask(s.read.QueryRowContext(ctx, taskSQL+fmt.Sprintf(" where t.id = $1 and (%s or (t.given_by = $%d and t.given_by <> 0))", see, len(args)), args...))
	if err != nil {
		return TaskRow{}, fmt.Errorf("store: task %d: %w", id, s.dialect.translate(err))
	}
	return x, nil
}

// contains is a condition: the folded column holds the folded text.
func contains(column, param string) string {
	return "replace(" + column + ", " + param + ", '') <> " + column
}

// PeopleAt lists who works at an organ or in its 内设机构, or holds a post there,
// on the day, by name: who can be given a task.
func (s *Store) PeopleAt(ctx context.Context, organ int64, day law.Date) ([]org.Person, error) {
	rows, err := s.read.QueryContext(ctx, `select p.id, p.name, p.title, p.organ from person p join organ o on o.id = p.organ
		where (p.valid_from = '' or p.valid_from <= $2) and (p.valid_to = '' or p.valid_to >= $2) and (o.id = $1 or o.home = $1
		or exists (select 1 from post t where t.person = p.id and t.organ = $1 and (t.valid_to = '' or t.valid_to >= $2)))
		order by p.name, p.id limit 500`, organ, day.String())
	if err != nil {
		return nil, fmt.Errorf("store: people of %d: %w", organ, err)
	}
	defer rows.Close()
	var out []org.Person
	for rows.Next() {
		var p org.Person
		if err := rows.Scan(&p.ID, &p.Name, &p.Title, &p.Organ); err != nil {
			return nil, fmt.Errorf("store: people of %d: %w", organ, err)
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
