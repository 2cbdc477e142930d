package store

import (
	"context"
	"fmt"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// Kinds of notices of leading that the program writes by itself.
const (
	KindPlanDue      = "plan.due"      // 要点任务将到期
	KindRecurringDue = "recurring.due" // 重点公开事项将到期
	KindDispatchDay  = "dispatch.day"  // 今天是调度日
)

// soonDays is how many days before its limit a share of a plan or a publication
// is first told of; from then on Remind does it.
const soonDays = 7

// RemindLeading tells organs of shares of plans and publications that fall due
// within a week, and offices that it is their day of dispatch, each once. It
// escalates overdue orders. It returns how many notices it wrote.
func (s *Store) RemindLeading(ctx context.Context) (int, error) {
	today, err := s.today(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: remind of leading: %w", err)
	}
	told, err := s.EscalateOrders(ctx)
	if err != nil {
		return told, err
	}
	for _, part := range []struct {
		query string
		args  []any
		news  func(scanner) (News, error)
	}{
		{`select t.id, x.organ, o.home, t.number, t.body, t.due from plan_party x join plan_task t on t.id = x.task join plan p on p.id = t.plan join organ o on o.id = x.organ
			where x.lead = 1 and x.state not in ($3, $4) and t.done_on = '' and t.cancelled_on = '' and p.issued <> '' and t.due >= $1 and t.due <= $2 order by t.id, x.organ`,
			[]any{today.String(), today.AddDays(soonDays).String(), string(oversight.PartyDone), string(oversight.PartyWaiting)}, planNews},
		{`select x.id, o.home, x.name, x.period, x.due from recurring x join organ o on o.id = x.organ where x.due >= $1 and x.due <= $2 order by x.id`,
			[]any{today.String(), today.AddDays(soonDays).String()}, recurringNews},
	} {
		n, err := s.remindOf(ctx, part.news, part.query, part.args...)
		if told += n; err != nil {
			return told, fmt.Errorf("store: remind of leading: %w", err)
		}
	}
	n, err := s.remindDispatch(ctx, today)
	return told + n, err
}

func planNews(r scanner) (News, error) {
	var task, organ int64
	var due string
	n := News{Kind: KindPlanDue}
	if err := r.Scan(&task, &organ, &n.Organ, &n.Number, &n.Subject, &due); err != nil {
		return n, err
	}
	n.Ref, n.Link, n.Subject = planPartyRef(task, organ), fmt.Sprintf("/desk/plantasks/%d", task), clip(n.Subject, 60)
	n.Once = KindPlanDue + "/" + n.Ref + "/" + due
	return n, dayOf(due, &n.Due)
}

func recurringNews(r scanner) (News, error) {
	var id int64
	var period, due string
	n := News{Kind: KindRecurringDue}
	if err := r.Scan(&id, &n.Organ, &n.Subject, &period, &due); err != nil {
		return n, err
	}
	n.Ref, n.Link = RecurringRef(id), fmt.Sprintf("/desk/recurring/%d", id)
	n.Once = KindRecurringDue + "/" + n.Ref + "/" + period
	return n, dayOf(due, &n.Due)
}

// remindOf writes the notices that a query asks for, some in each transaction.
func (s *Store) remindOf(ctx context.Context, news func(scanner) (News, error), query string, args ...any) (int, error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	var list []News
	if err := scanAll(rows, func(r scanner) error {
		n, err := news(r)
		list = append(list, n)
		return err
	}); err != nil {
		return 0, err
	}
	return s.tellAll(ctx, list, func(n News) []To {
		return []To{ToRole(org.Drafter, n.Organ), ToRole(org.Publisher, n.Organ), ToRole(org.Head, n.Organ), ToRole(org.Office, n.Organ)}
	})
}

// tellAll writes notices, 50 in each transaction, and counts who was told.
func (s *Store) tellAll(ctx context.Context, list []News, to func(News) []To) (told int, err error) {
	for begin := 0; begin < len(list); begin += 50 {
		part := list[begin:min(begin+50, len(list))]
		n := 0
		if _, err := s.do(ctx, By{Viewer: org.Program("提醒")}, "remind of leading", func(h *hand) (string, error) {
			n = 0
			for _, x := range part {
				if x.Number != "" && !hasDigit(x.Number) {
					x.Number = ""
				}
				k, err := h.notify(x, to(x)...)
				if err != nil {
					return "", err
				}
				n += k
			}
			return "", nil
		}); err != nil {
			return told, err
		}
		told += n
	}
	return told, nil
}

// remindDispatch tells every office whose day it is and that has not dispatched
// this month.
func (s *Store) remindDispatch(ctx context.Context, today law.Date) (int, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, err
	}
	rows, err := s.read.QueryContext(ctx, `select distinct p.organ from post p join organ o on o.id = p.organ where p.role = $1 and (p.valid_to = '' or p.valid_to >= $2)
		and not exists (select 1 from dispatch d where d.organ = p.organ and d.year = $3 and d.month = $4 and d.issued <> '') order by p.organ`, string(org.Office), today.String(), today.Year, today.Month)
	if err != nil {
		return 0, err
	}
	var offices []int64
	if err := scanAll(rows, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		offices = append(offices, id)
		return err
	}); err != nil {
		return 0, err
	}
	var list []News
	for _, id := range offices {
		day, err := settingNumber(ctx, s.read, id, org.DispatchOn)
		if err != nil {
			return 0, err
		}
		if oversight.DispatchDay(today.Year, today.Month, day, cal) != today {
			continue
		}
		d := oversight.Dispatch{Year: today.Year, Month: today.Month}
		list = append(list, News{Kind: KindDispatchDay, Ref: fmt.Sprintf("dispatch-day/%d/%s", id, oversight.MonthName(d.Year, d.Month)), Organ: id, Subject: d.Number(), Link: "/desk/dispatch",
			Once: fmt.Sprintf("dispatch-day/%d/%s", id, oversight.MonthName(d.Year, d.Month))})
	}
	return s.tellAll(ctx, list, func(n News) []To { return []To{ToRole(org.Office, n.Organ)} })
}
