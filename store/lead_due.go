package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/oversight"
)

// today is the day by the store's clock, in China.
func (s *Store) today(ctx context.Context) (law.Date, error) {
	now, err := s.now(ctx, s.read)
	return law.DateOf(time.UnixMilli(now)), err
}

// A LeadDue is one thing that leading asks of an organ, or that waits for an
// office's word.
type LeadDue struct {
	Due   law.Date // zero for none
	Basis string
	Text  string
	Next  string // what to do
	Link  string
	Organ string // name
}

// mostDue bounds how many lines each part of the list has.
const mostDue = 20

// LeadDues lists for the 工作台 what the viewer's own organs have to do by a day:
// shares of plans, publications, orders, gaps to answer. For offices it has what
// waits for their acceptance.
func (s *Store) LeadDues(ctx context.Context, v org.Viewer, today, until law.Date) ([]LeadDue, error) {
	var out []LeadDue
	for _, part := range []func(context.Context, org.Viewer, law.Date, law.Date) ([]LeadDue, error){s.dueOrders, s.duePlans, s.dueRecurring, s.dueGaps, s.dueDecisions} {
		list, err := part(ctx, v, today, until)
		if err != nil {
			return nil, fmt.Errorf("store: what leading asks: %w", err)
		}
		out = append(out, list...)
	}
	return out, nil
}

// does is the condition for rows of organs where the viewer does the work.
func does(v org.Viewer, args *[]any) string {
	return scope(v.Scope(org.DoPlans), "o.home", "o.path", "", args)
}

func (s *Store) dueOrders(ctx context.Context, v org.Viewer, _, _ law.Date) ([]LeadDue, error) {
	args := []any{string(oversight.OrderReplied), mostDue}
	rows, err := s.read.QueryContext(ctx, "select x.id, x.title, x.due, o.name from rectification x join organ o on o.id = x.organ where x.ended_on = '' and x.state <> $1 and "+does(v, &args)+" order by x.due, x.id limit $2", args...)
	if err != nil {
		return nil, err
	}
	var out []LeadDue
	return out, scanAll(rows, func(r scanner) error {
		x := LeadDue{Basis: "整改通知", Next: "报送整改情况"}
		var id int64
		var due string
		if err := r.Scan(&id, &x.Text, &due, &x.Organ); err != nil {
			return err
		}
		x.Text, x.Link = "整改："+x.Text, fmt.Sprintf("/desk/orders/%d", id)
		err := dayOf(due, &x.Due)
		out = append(out, x)
		return err
	})
}

func (s *Store) duePlans(ctx context.Context, v org.Viewer, _, until law.Date) ([]LeadDue, error) {
	args := []any{string(oversight.PartyDone), string(oversight.PartyWaiting), string(oversight.PartyReturned), until.String(), mostDue}
	rows, err := s.read.QueryContext(ctx, `select t.id, t.number, t.body, t.due, x.state, p.title, o.name from plan_party x join plan_task t on t.id = x.task join plan p on p.id = t.plan join organ o on o.id = x.organ
		where x.lead = 1 and x.state not in ($1, $2) and t.done_on = '' and t.cancelled_on = '' and p.issued <> '' and (x.state = $3 or t.due <> '' and t.due <= $4) and `+does(v, &args)+" order by t.due, t.id limit $5", args...)
	if err != nil {
		return nil, err
	}
	var out []LeadDue
	return out, scanAll(rows, func(r scanner) error {
		x := LeadDue{Next: "报送进展"}
		var id int64
		var number, due string
		var state oversight.PartyState
		if err := r.Scan(&id, &number, &x.Text, &due, &state, &x.Basis, &x.Organ); err != nil {
			return err
		}
		if state == oversight.PartyReturned {
			x.Next = "进展被退回，重新报送"
		}
		x.Text, x.Link = "要点："+clip(x.Text, 40), fmt.Sprintf("/desk/plantasks/%d", id)
		err := dayOf(due, &x.Due)
		out = append(out, x)
		return err
	})
}

func (s *Store) dueRecurring(ctx context.Context, v org.Viewer, _, until law.Date) ([]LeadDue, error) {
	args := []any{until.String(), mostDue}
	rows, err := s.read.QueryContext(ctx, "select x.id, x.name, x.due, x.basis, o.name from recurring x join organ o on o.id = x.organ where x.due <> '' and x.due <= $1 and "+does(v, &args)+" order by x.due, x.id limit $2", args...)
	if err != nil {
		return nil, err
	}
	var out []LeadDue
	return out, scanAll(rows, func(r scanner) error {
		x := LeadDue{Next: "公开后登记"}
		var id int64
		var due string
		if err := r.Scan(&id, &x.Text, &due, &x.Basis, &x.Organ); err != nil {
			return err
		}
		x.Text, x.Link = "公开："+x.Text, fmt.Sprintf("/desk/recurring/%d", id)
		err := dayOf(due, &x.Due)
		out = append(out, x)
		return err
	})
}

func (s *Store) dueGaps(ctx context.Context, v org.Viewer, _, _ law.Date) ([]LeadDue, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	args := []any{mostDue}
	rows, err := s.read.QueryContext(ctx, `select d.id, d.organ, d.year, d.month, d.issued, g.organ, count(*), o.name from dispatch d join dispatch_gap g on g.dispatch = d.id join organ o on o.id = g.organ
		where d.issued <> '' and g.answered_on = '' and d.organ <> g.organ and not exists (select 1 from dispatch e where e.organ = d.organ and e.issued <> '' and e.year * 12 + e.month > d.year * 12 + d.month) and `+does(v, &args)+`
		group by d.id, d.organ, d.year, d.month, d.issued, g.organ, o.name order by d.id desc, g.organ limit $1`, args...)
	if err != nil {
		return nil, err
	}
	var out []LeadDue
	var offices []int64
	if err := scanAll(rows, func(r scanner) error {
		x := LeadDue{Next: "逐项答复", Basis: "月度调度"}
		var d oversight.Dispatch
		var organ int64
		var n int
		var issued string
		if err := r.Scan(&d.ID, &d.Organ, &d.Year, &d.Month, &issued, &organ, &n, &x.Organ); err != nil {
			return err
		}
		x.Text, x.Link = fmt.Sprintf("%s：%d 项待答复", d.Number(), n), fmt.Sprintf("/desk/dispatch/%d?organ=%d", d.ID, organ)
		out, offices = append(out, x), append(offices, d.Organ)
		return dayOf(issued, &out[len(out)-1].Due)
	}); err != nil {
		return nil, err
	}
	for i := range out {
		days, err := settingNumber(ctx, s.read, offices[i], org.DispatchReply)
		if err != nil {
			return nil, err
		}
		out[i].Due, _ = cal.Add(out[i].Due, calendar.Workdays(days))
	}
	return out, nil
}

// dueDecisions is what waits for the word of who gave it.
func (s *Store) dueDecisions(ctx context.Context, v org.Viewer, _, _ law.Date) ([]LeadDue, error) {
	var out []LeadDue
	args := []any{string(oversight.PartyWaiting), mostDue}
	see := scope(v.Scope(org.EditPlans), "o.home", "o.path", "", &args)
	rows, err := s.read.QueryContext(ctx, `select t.id, t.body, q.name from plan_party x join plan_task t on t.id = x.task join organ o on o.id = t.organ join organ q on q.id = x.organ
		where x.lead = 1 and x.state = $1 and t.cancelled_on = '' and `+see+" order by x.reported_on, t.id limit $2", args...)
	if err != nil {
		return nil, err
	}
	if err := scanAll(rows, func(r scanner) error {
		x := LeadDue{Next: "验收"}
		var id int64
		err := r.Scan(&id, &x.Text, &x.Organ)
		x.Text, x.Link = "要点报完成："+clip(x.Text, 40), fmt.Sprintf("/desk/plantasks/%d", id)
		out = append(out, x)
		return err
	}); err != nil {
		return nil, err
	}
	args = []any{string(oversight.OrderReplied), mostDue}
	see = scope(v.Scope(org.GiveOrders), "i.home", "i.path", "", &args)
	if rows, err = s.read.QueryContext(ctx, `select x.id, x.title, o.name from rectification x join organ o on o.id = x.organ join organ i on i.id = x.issuer
		where x.state = $1 and `+see+" order by x.id limit $2", args...); err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		x := LeadDue{Next: "验收"}
		var id int64
		err := r.Scan(&id, &x.Text, &x.Organ)
		x.Text, x.Link = "整改报告："+x.Text, fmt.Sprintf("/desk/orders/%d", id)
		out = append(out, x)
		return err
	})
}
