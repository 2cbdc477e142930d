package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// PlanRef is the reference of acts on a work plan.
func PlanRef(id int64) string { return fmt.Sprintf("plan/%d", id) }

// PlanTaskRef is the reference of acts on a task of a plan.
func PlanTaskRef(id int64) string { return fmt.Sprintf("plantask/%d", id) }

// PlanRow is a plan as a list shows it.
type PlanRow struct {
	oversight.Plan
	OrganName string
	Tasks     int // not cancelled
	Done      int
	Overdue   int // due before the day and not done
}

const planColumns = "p.id, p.organ, p.year, p.title, p.number, p.issued, p.version"

func planDest(p *oversight.Plan, issued *string) []any {
	return []any{&p.ID, &p.Organ, &p.Year, &p.Title, &p.Number, issued, &p.Version}
}

// Plans lists the plans of a year, 0 for every year, that the viewer may see:
// those of organs in his scope, and issued ones that give these something to do.
// The newest come first, drafts before them. Counts are as of the day.
func (s *Store) Plans(ctx context.Context, v org.Viewer, year int, day law.Date) ([]PlanRow, error) {
	args := []any{day.String(), year}
	sc := v.Scope(org.SeePlans)
	own := scope(sc, "o.home", "o.path", "", &args)
	part := scope(sc, "q.home", "q.path", "", &args)
	rows, err := s.read.QueryContext(ctx, `select `+planColumns+`, o.name,
		(select count(*) from plan_task t where t.plan = p.id and t.parent = 0 and t.cancelled_on = ''),
		(select count(*) from plan_task t where t.plan = p.id and t.parent = 0 and t.cancelled_on = '' and t.done_on <> ''),
		(select count(*) from plan_task t where t.plan = p.id and t.parent = 0 and t.cancelled_on = '' and t.done_on = '' and t.due <> '' and t.due < $1)
		from plan p join organ o on o.id = p.organ
		where (cast($2 as bigint) = 0 or p.year = $2) and (`+own+` or p.issued <> '' and exists (
			select 1 from plan_task t join plan_party x on x.task = t.id join organ q on q.id = x.organ where t.plan = p.id and `+part+`))
		order by p.year desc, case when p.issued = '' then 0 else 1 end, p.issued desc, p.id desc limit 200`, args...)
	if err != nil {
		return nil, fmt.Errorf("store: plans: %w", err)
	}
	defer rows.Close()
	var out []PlanRow
	for rows.Next() {
		var x PlanRow
		var issued string
		if err := rows.Scan(append(planDest(&x.Plan, &issued), &x.OrganName, &x.Tasks, &x.Done, &x.Overdue)...); err != nil {
			return nil, fmt.Errorf("store: plans: %w", err)
		}
		if err := x.Issued.UnmarshalText([]byte(issued)); err != nil {
			return nil, fmt.Errorf("store: plans: %w", err)
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// plan reads a plan, or sql.ErrNoRows.
func readPlan(ctx context.Context, q asker, id int64) (oversight.Plan, error) {
	var p oversight.Plan
	var issued string
	err := q.QueryRowContext(ctx, "select "+planColumns+" from plan p where p.id = $1", id).Scan(planDest(&p, &issued)...)
	if err == nil {
		err = p.Issued.UnmarshalText([]byte(issued))
	}
	return p, err
}

// SavePlan keeps a plan; without id it is new. The answer is its id. It needs
// EditPlans at the organ, which cannot change. An issued plan needs a reason.
func (s *Store) SavePlan(ctx context.Context, by By, p oversight.Plan) (Done, error) {
	fresh := p.ID == 0
	if fresh {
		p.ID = s.NewID()
	}
	return s.do(ctx, by, "save plan", func(h *hand) (string, error) {
		for _, why := range p.Wrong() {
			return "", act.Refuse(why)
		}
		old := oversight.Plan{}
		if !fresh {
			var err error
			if old, err = h.editedPlan(p.ID); err != nil {
				return "", err
			}
			p.Organ, p.Issued = old.Organ, old.Issued
		} else if err := h.givesPlans(p.Organ); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, `insert into plan (id, organ, year, title, number, issued, version, made_at) values ($1, $2, $3, $4, $5, $6, 1, $7)
			on conflict (id) do update set year = excluded.year, title = excluded.title, number = excluded.number, version = plan.version + 1 where plan.version = $8`,
			p.ID, p.Organ, p.Year, p.Title, p.Number, p.Issued.String(), h.now, p.Version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return strconv.FormatInt(p.ID, 10), h.note(act.PlanKept, PlanRef(p.ID), p.Organ, nil, act.Change{Field: "标题", Old: old.Title, New: p.Title},
			act.Change{Field: "文号", Old: old.Number, New: p.Number}, act.Change{Field: "年度", Old: yearText(old.Year), New: yearText(p.Year)})
	})
}

func yearText(y int) string {
	if y == 0 {
		return ""
	}
	return strconv.Itoa(y)
}

// givesPlans asks whether plans and tasks may be given in the name of the organ,
// which has to be one that answers for itself.
func (h *hand) givesPlans(organ int64) error {
	to, err := h.subject(organ)
	if err != nil {
		return err
	}
	if to.Home != organ {
		return act.Refuse("内设机构和村（社区）不单独下达任务，请由所在机关下达。")
	}
	return h.may(org.EditPlans, to)
}

// editedPlan is a plan that the viewer may edit: ErrNotFound for one he may not
// even see.
func (h *hand) editedPlan(id int64) (oversight.Plan, error) {
	p, err := readPlan(h.ctx, h, id)
	if err != nil {
		return p, err
	}
	to, err := h.subject(p.Organ)
	if err != nil {
		return p, err
	}
	if !org.May(h.by.Viewer, org.SeePlans, to) {
		return p, ErrNotFound
	}
	if err := h.may(org.EditPlans, to); err != nil {
		return p, err
	}
	return p, h.reasoned(p)
}

// reasoned is a refusal where something issued is changed without saying why.
func (h *hand) reasoned(p oversight.Plan) error {
	if !p.Issued.IsZero() && h.by.Reason == "" {
		return act.Refuse("要点已经印发，修改须写明原因，例如：市政府文件调整了时限。")
	}
	return nil
}

// IssuePlan puts a plan before those who have to do it, on by.On, and tells them.
// version is the one last read.
func (s *Store) IssuePlan(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "issue plan", func(h *hand) (string, error) {
		p, err := h.editedPlan(id)
		if err != nil {
			return "", err
		}
		var tasks int
		if err := h.QueryRowContext(h.ctx, "select count(*) from plan_task where plan = $1 and cancelled_on = ''", id).Scan(&tasks); err != nil {
			return "", err
		}
		on := h.by.On
		if on.IsZero() {
			on = h.day
		}
		if on.After(h.day) {
			return "", act.Refuse("印发日期不能晚于今天。")
		}
		if err := p.Issue(tasks, on); err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update plan set issued = $3, version = version + 1 where id = $1 and version = $2", id, version, on.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		homes, err := h.ids(`select distinct o.home from plan_task t join plan_party x on x.task = t.id and x.lead = 1 join organ o on o.id = x.organ
			where t.plan = $1 and o.home <> $2 order by o.home`, id, p.Organ)
		if err != nil {
			return "", err
		}
		for _, home := range homes {
			n := News{Kind: act.PlanIssued, Ref: PlanRef(id), Organ: home, Number: p.Number, Subject: p.Title, Link: fmt.Sprintf("/desk/plan/%d", id)}
			if err := h.tellOrgan(n); err != nil {
				return "", err
			}
		}
		return strconv.FormatInt(id, 10), h.note(act.PlanIssued, PlanRef(id), p.Organ, nil, act.Change{Field: "印发日期", New: on.String()}, act.Change{Field: "任务数", New: strconv.Itoa(tasks)})
	})
}

// tellOrgan tells those who answer for an organ's disclosure: its head, who
// drafts there, and where it is an office, the office.
func (h *hand) tellOrgan(n News) error {
	if n.Number != "" && !hasDigit(n.Number) {
		n.Number = ""
	}
	_, err := h.notify(n, ToRole(org.Head, n.Organ), ToRole(org.Drafter, n.Organ), ToRole(org.Office, n.Organ))
	return err
}

func hasDigit(s string) bool {
	for _, r := range s {
		if r >= '0' && r <= '9' {
			return true
		}
	}
	return false
}

// dayOf reads a day that a column holds, "" for none.
func dayOf(s string, to *law.Date) error { return to.UnmarshalText([]byte(s)) }

// scanAll hands every row to fn and closes them.
func scanAll(rows *sql.Rows, fn func(scanner) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
