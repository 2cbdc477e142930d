package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// What follows are the measures whose data this store has, each one query that
// finds the single things.

func meetingsHeld(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1, ok: true}
		var id, at int64
		var day string
		err := r.Scan(&c.organ, &id, &at, &day, &c.text)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ref, c.href = fmt.Sprintf("meeting/%d", id), fmt.Sprintf("/desk/organs/%d", at)
		return each(c)
	}, "select "+key+", t.id, t.organ, t.on_day, "+m.title("t.topics")+" from meeting t join organ o on o.id = t.organ where t.on_day >= $1 and t.on_day <= $2 and "+cond, args...)
}

// lastDay is the day on which a state is looked at: the last of the span, or
// today while it runs.
func (m *measuring) lastDay() string {
	if m.today.Before(m.span.To) {
		return m.today.String()
	}
	return m.span.To.String()
}

// states hands over, for every organ measured, whether each of the things named
// is there: the query gives organ and one 0 or 1 for each.
func (m *measuring) states(ctx context.Context, each func(measured) error, names []string, query string, args ...any) error {
	have := make([]int64, len(names))
	return m.each(ctx, func(r *sql.Rows) error {
		var organ int64
		dest := []any{&organ}
		for k := range have {
			dest = append(dest, &have[k])
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		for k, n := range have {
			c := measured{organ: organ, n: 1, ok: n > 0, text: names[k], href: fmt.Sprintf("/desk/organs/%d", organ)}
			if err := each(c); err != nil {
				return err
			}
		}
		return nil
	}, query, args...)
}

// self is the condition that organ o is measured as itself.
func (m *measuring) self(args *[]any) string {
	key, cond := m.of(args)
	if key == "o.home" {
		cond += " and o.home = o.id"
	}
	return cond
}

func groupSet(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.lastDay()}
	cond := m.self(&args)
	there := `(case when exists (select 1 from group_member g where g.organ = o.id and g.role %s 'chair' and (g.valid_from = '' or g.valid_from <= $1) and (g.valid_to = '' or g.valid_to >= $1)) then 1 else 0 end)`
	return m.states(ctx, each, []string{"领导小组组长", "领导小组成员"},
		"select o.id, "+fmt.Sprintf(there, "=")+", "+fmt.Sprintf(there, "<>")+" from organ o where "+cond, args...)
}

// The duties that an organ has to have given to somebody.
type neededDuty struct{ name, kinds string }

var (
	leadDuty   = neededDuty{"分管负责人（责任人）", "'lead', 'first', 'head'"}
	handleDuty = neededDuty{"承办机构（业务经办人）", "'unit', 'handle'"}
)

// dutySet finds whether each of the duties is given on the last day.
func dutySet(duties ...neededDuty) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.lastDay()}
		cond := m.self(&args)
		var names []string
		there := ""
		for _, d := range duties {
			names = append(names, d.name)
			there += ", (case when exists (select 1 from duty g where g.organ = o.id and g.kind in (" + d.kinds + ") and (g.valid_from = '' or g.valid_from <= $1) and (g.valid_to = '' or g.valid_to >= $1)) then 1 else 0 end)"
		}
		return m.states(ctx, each, names, "select o.id"+there+" from organ o where "+cond, args...)
	}
}

func officeComplete(ctx context.Context, m *measuring, each func(measured) error) error {
	var args []any
	cond := m.self(&args)
	has := func(column string) string {
		return "(case when coalesce(f." + column + ", '') <> '' then 1 else 0 end)"
	}
	return m.states(ctx, each, []string{"公开机构名称", "地址", "办公时间", "电话"},
		"select o.id, "+has("unit")+", "+has("address")+", "+has("hours")+", "+has("phone")+" from organ o left join office f on f.organ = o.id where "+cond, args...)
}

func handoversOverdue(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.until().String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var id int64
		var day string
		err := r.Scan(&c.organ, &id, &day)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ref, c.href, c.text = fmt.Sprintf("handover/%d", id), fmt.Sprintf("/desk/handovers/%d", id), "工作交接，最后在岗日期 "+day
		return each(c)
	}, "select "+key+", t.id, t.day from handover t join organ o on o.id = t.organ where t.day >= $1 and t.day <= $2 and (t.state = 'open' or t.done_day > $3) and "+cond, args...)
}

// countTasks finds tasks whose limit lies in the span: all of them with whether they
// were done in time, or only those that were not.
func countTasks(overdue bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		last := m.until()
		return m.each(ctx, func(r *sql.Rows) error {
			c := measured{n: 1}
			var id, ended int64
			var day, state string
			err := r.Scan(&c.organ, &id, &day, &state, &ended, &c.text)
			if err == nil {
				c.on, err = measuredDay(day)
			}
			if err != nil {
				return err
			}
			done := org.TaskState(state) == org.TaskDone && ended > 0 && ended < m.end()
			if done {
				c.ok = !law.DateOf(time.UnixMilli(ended)).After(c.on)
			} else if c.on.After(last) {
				return nil // its day has not passed
			}
			if overdue && c.ok {
				return nil
			}
			c.ref, c.href = TaskRef(id), fmt.Sprintf("/desk/tasks/%d", id)
			return each(c)
		}, "select "+key+", t.id, t.due, t.state, t.ended_at, "+m.title("t.title")+` from task t join organ o on o.id = t.organ
			where t.due >= $1 and t.due <= $2 and t.state not in ('cancelled', 'returned') and `+cond, args...)
	}
}

func supervisionOpen(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{startOf(m.span.From), m.end()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var id, at int64
		if err := r.Scan(&c.organ, &id, &at); err != nil {
			return err
		}
		c.on = law.DateOf(time.UnixMilli(at))
		c.ref, c.href, c.text = ActRef(id), fmt.Sprintf("/desk/log/%d", id), "监督意见，"+c.on.String()+" 提出"
		return each(c)
	}, "select "+key+`, t.id, t.at from act t join organ o on o.id = t.organ where t.kind = '`+act.SupervisionNoted+`' and t.at >= $1 and t.at < $2
		and not exists (select 1 from act b where b.ref = 'act/' || cast(t.id as text) and b.kind = '`+act.SupervisionAnswered+`' and b.at < $2) and `+cond, args...)
}

// countPlanTasks finds shares in tasks of an issued plan that an organ is responsible
// for and whose limit lies in the span.
func countPlanTasks(overdue bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.eachDue(ctx, overdue, each, "plan-task/%d", "/desk/plantasks/%d", "select "+key+", t.id, t.due, t.done_on, "+m.title("t.body")+` from (
			select k.id, k.due, p.done_on, k.body, p.organ from plan_party p join plan_task k on k.id = p.task join plan n on n.id = k.plan
			where p.lead = 1 and n.issued <> '' and k.cancelled_on = '' and k.due >= $1 and k.due <= $2) t join organ o on o.id = t.organ where `+cond, args...)
	}
}

// eachDue hands over things with a day by which they are due and a day on which
// they were done: organ, id, due, done, text.
func (m *measuring) eachDue(ctx context.Context, overdue bool, each func(measured) error, ref, href, query string, args ...any) error {
	last := m.until()
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var id int64
		var due, done string
		err := r.Scan(&c.organ, &id, &due, &done, &c.text)
		if err == nil {
			c.on, err = measuredDay(due)
		}
		if err != nil {
			return err
		}
		switch {
		case done != "" && done <= m.span.To.String():
			c.ok = done <= due
		case c.on.After(last):
			return nil // its day has not passed
		}
		if overdue && c.ok {
			return nil
		}
		c.ref = fmt.Sprintf(ref, id)
		if href != "" {
			c.href = fmt.Sprintf(href, id)
		}
		return each(c)
	}, query, args...)
}

// countOrders finds 整改通知 whose first limit lies in the span; done is the day of the
// first reply.
func countOrders(overdue bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.eachDue(ctx, overdue, each, "order/%d", "/desk/orders/%d", "select "+key+`, t.id, t.due,
			coalesce((select min(y.on_day) from rectification_reply y where y.rectification = t.id), ''), `+m.title("t.title")+`
			from rectification t join organ o on o.id = t.organ where t.due >= $1 and t.due <= $2 and t.state <> 'cancelled' and `+cond, args...)
	}
}

func dispatchAnswered(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var dispatch, id int64
		var day, answered string
		err := r.Scan(&c.organ, &dispatch, &id, &day, &answered, &c.text)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ok = answered != "" && answered <= m.span.To.String()
		c.ref, c.href = fmt.Sprintf("dispatch-gap/%d", id), fmt.Sprintf("/desk/dispatch/%d", dispatch)
		return each(c)
	}, "select "+key+", d.id, t.id, d.issued, t.answered_on, "+m.title("t.body")+` from dispatch d join dispatch_gap t on t.dispatch = d.id join organ o on o.id = t.organ
		where d.issued >= $1 and d.issued <= $2 and `+cond, args...)
}

// countTrainings finds training that was held, measured once or by whole hours.
func countTrainings(hours bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.each(ctx, func(r *sql.Rows) error {
			c := measured{n: 1, ok: true}
			var id, minutes int64
			var day string
			err := r.Scan(&c.organ, &id, &day, &minutes, &c.text)
			if err == nil {
				c.on, err = measuredDay(day)
			}
			if err != nil {
				return err
			}
			if hours {
				c.n = (minutes + 30) / 60
			}
			c.ref, c.href = fmt.Sprintf("training/%d", id), fmt.Sprintf("/desk/trainings/%d", id)
			return each(c)
		}, "select "+key+", t.id, t.held, t.minutes, "+m.title("t.title")+" from training t join organ o on o.id = t.organ where t.held >= $1 and t.held <= $2 and "+cond, args...)
	}
}

// countVoices finds complaints and questions whose answer was due in the span. What
// they say is under a key of its own and never read here. only is a further
// condition.
func countVoices(overdue bool, only string) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.eachDue(ctx, overdue, each, "voice/%d", "/desk/voices/%d", "select "+key+", t.id, t.due, t.ended, "+m.title("t.number")+` from voice t join organ o on o.id = t.organ
			where t.due >= $1 and t.due <= $2 and t.state in ('open', 'answered')`+only+" and "+cond, args...)
	}
}

// placeVisits counts the persons that places for reading received.
func placeVisits(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{ok: true}
		var place int64
		var day string
		err := r.Scan(&c.organ, &place, &day, &c.n, &c.text)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ref, c.href = fmt.Sprintf("equipment/%d", place), fmt.Sprintf("/desk/equipment/%d", place)
		return each(c)
	}, "select "+key+", e.id, t.day, t.persons, "+m.title("e.name")+` from place_visit t join equipment e on e.id = t.equipment join organ o on o.id = e.organ
		where t.day >= $1 and t.day <= $2 and `+cond, args...)
}
