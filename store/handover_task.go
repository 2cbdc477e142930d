package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// Tasks that the person has taken or was given.

func (h *hand) taskMatters(person int64, _ law.Date, _ bool) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select t.id, t.title, t.due, o.name from task t join organ o on o.id = t.organ where t.person = $1 and t.ended_at = 0 order by t.due = '', t.due, t.id", person)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		var id int64
		var title, due, organ string
		if err := rows.Scan(&id, &title, &due, &organ); err != nil {
			return nil, err
		}
		if due != "" {
			due = "（期限 " + due + "）"
		}
		out = append(out, org.Matter{Ref: TaskRef(id), What: organ + "：" + title + due, Passable: true})
	}
	return out, rows.Err()
}

func (h *hand) moveTask(m org.Matter, _ law.Date) error {
	x, err := scanTask(h.QueryRowContext(h.ctx, taskSQL+" where t.id = $1", refID(m.Ref)))
	if err != nil {
		return err
	}
	who, _, err := h.person(m.Receiver)
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update task set person = $2, version = version + 1 where id = $1 and version = $3", x.ID, m.Receiver, x.Version)
	if err := one(res, err); err != nil {
		return err
	}
	return h.note(act.TaskAssigned, m.Ref, x.Organ, personRefs(m.Receiver), act.Change{Field: "办理人", Old: x.PersonName, New: who.Name})
}

// closeTask cancels a task; the word of the handover says why.
func (h *hand) closeTask(m org.Matter, _ law.Date) error {
	x, err := scanTask(h.QueryRowContext(h.ctx, taskSQL+" where t.id = $1", refID(m.Ref)))
	if err != nil {
		return err
	}
	res, err := h.ExecContext(h.ctx, "update task set state = $2, answer = $3, version = version + 1, ended_at = $4 where id = $1 and version = $5",
		x.ID, string(org.TaskCancelled), m.Word, h.now, x.Version)
	if err := one(res, err); err != nil {
		return err
	}
	return h.note(act.TaskCancelled, m.Ref, x.Organ, personRefs(x.Person), act.Change{Field: "状态", Old: x.State.Chinese(), New: org.TaskCancelled.Chinese()},
		act.Change{Field: "办理情况", Old: x.Answer, New: m.Word})
}

// OpenMatters counts what is the person's, by part in the order of a handover
// list, without parts that hold nothing: what his page shows, and what stays
// behind if he is not handed over.
func (s *Store) OpenMatters(ctx context.Context, person int64, day law.Date) ([]Count, error) {
	var out []Count
	for _, p := range handoverParts() {
		c := Count{Name: p.chinese}
		if err := s.read.QueryRowContext(ctx, p.count, person, day.String()).Scan(&c.N); err != nil {
			return nil, fmt.Errorf("store: open matters of %d: %w", person, err)
		}
		if c.N > 0 {
			out = append(out, c)
		}
	}
	return out, nil
}

// A Count is how many there are of something.
type Count struct {
	Name string
	N    int64
}
