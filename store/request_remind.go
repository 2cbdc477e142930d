package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// Kinds of notices of requests that the program writes by itself.
const (
	KindRequestStep = "request.step" // 内部时限今天到
	KindRequestLate = "request.late" // 将到期或者已逾期，报负责人
)

// headDays is how many working days before the day of the law the head is told.
const headDays = 2

// RemindRequests tells those who handle a request of the organ's own days 内部时限
// that have come, and the head of what falls due within two working days or is
// over and not answered, each once. It returns how many people were told.
func (s *Store) RemindRequests(ctx context.Context) (int, error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
	today, err := s.today(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
	soon, _ := cal.Add(today, headDays)
	var list []toldOf
	rows, err := s.read.QueryContext(ctx, `select r.id, o.home, r.organ, r.number, r.prudent from request r join organ o on o.id = r.organ
		where r.prudent <> '' and r.prudent <= $1 and r.waiting = '' order by r.prudent, r.id`, soon.String())
	if err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
	if err := scanAll(rows, func(r scanner) error {
		var id, home int64
		var due string
		n := News{Kind: KindRequestLate}
		if err := r.Scan(&id, &home, &n.Organ, &n.Number, &due); err != nil {
			return err
		}
		n.Ref, n.Link, n.Subject = RequestRef(id), fmt.Sprintf("/desk/requests/%d", id), "依申请公开 "+n.Number+" 将到期或者已逾期"
		n.Once = KindRequestLate + "/" + n.Ref + "/" + due
		err := dayOf(due, &n.Due)
		list = append(list, toldOf{n, []To{ToRole(org.Head, home)}})
		return err
	}); err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
	steps, err := s.stepNews(ctx, cal, today)
	if err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
	list = append(list, steps...)
	told := 0
	for begin := 0; begin < len(list); begin += 50 {
		n := 0
		if _, err := s.do(ctx, By{Viewer: org.Program("提醒")}, "remind of requests", func(h *hand) (string, error) {
			n = 0
			for _, x := range list[begin:min(begin+50, len(list))] {
				if !hasDigit(x.news.Number) {
					x.news.Number = ""
				}
				k, err := h.notify(x.news, x.to...)
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

// A toldOf is news with those it goes to.
type toldOf struct {
	news News
	to   []To
}

// stepNews is of which steps of the organ's own the day is today and the step is
// not taken: nothing was found out, no letter is drafted, nothing is decided.
func (s *Store) stepNews(ctx context.Context, cal *calendar.Calendar, today law.Date) ([]toldOf, error) {
	rows, err := s.read.QueryContext(ctx, `select r.id, o.home, r.organ, r.number, r.received, r.person, coalesce(p.collect, ''), coalesce(p.draft, ''), coalesce(p.review, ''), coalesce(p.sign, '')
		from request r join organ o on o.id = r.organ left join request_plan p on p.request = r.id where r.prudent <> '' and r.state = 'running' and r.waiting = '' and r.received >= $1 order by r.id`, today.AddDays(-120).String())
	if err != nil {
		return nil, err
	}
	type row struct {
		id, home, organ, person int64
		number, received        string
		own                     [4]string
	}
	var all []row
	if err := scanAll(rows, func(r scanner) error {
		var x row
		err := r.Scan(&x.id, &x.home, &x.organ, &x.number, &x.received, &x.person, &x.own[0], &x.own[1], &x.own[2], &x.own[3])
		all = append(all, x)
		return err
	}); err != nil {
		return nil, err
	}
	var out []toldOf
	setting := map[int64]string{}
	for _, x := range all {
		step := -1
		if x.own == [4]string{} {
			v, ok := setting[x.organ]
			if !ok {
				if v, err = s.settingOf(ctx, x.organ, org.RequestSteps); err != nil {
					return nil, err
				}
				setting[x.organ] = v
			}
			var received law.Date
			if err := dayOf(x.received, &received); err != nil {
				return nil, err
			}
			for i, d := range stepDays(cal, received, v) {
				if d == today {
					step = i
				}
			}
		}
		for i, d := range x.own {
			if d == today.String() {
				step = i
			}
		}
		if step < 0 {
			continue
		}
		taken, err := s.stepTaken(ctx, x.id, step)
		if err != nil {
			return nil, err
		}
		if taken {
			continue
		}
		n := News{Kind: KindRequestStep, Ref: RequestRef(x.id), Organ: x.organ, Number: x.number, Link: fmt.Sprintf("/desk/requests/%d", x.id), Due: today,
			Subject: "依申请公开 " + x.number + "：" + RequestStepNames()[step] + "的内部时限是今天", Once: fmt.Sprintf("%s/%d/%d/%s", KindRequestStep, x.id, step, today)}
		to := []To{ToPerson(x.person)}
		if x.person == 0 {
			to = []To{ToRole(org.Handler, x.home)}
		}
		if step >= 2 { // review and signature are the head's
			to = append(to, ToRole(org.Head, x.home))
		}
		out = append(out, toldOf{n, to})
	}
	return out, nil
}

// stepTaken reports whether a step of the organ's own is behind a file.
func (s *Store) stepTaken(ctx context.Context, id int64, step int) (there bool, err error) {
	kinds := []string{act.RequestFound, act.RequestLetterWritten}
	if step == 1 {
		kinds = kinds[1:]
	}
	if step > 1 {
		return false, nil // it would be decided, and not be asked for
	}
	args := []any{RequestRef(id)}
	for _, k := range kinds {
		args = append(args, k)
	}
	err = s.read.QueryRowContext(ctx, "select exists (select 1 from act where ref = $1 and kind in ("+params(2, len(args))+"))", args...).Scan(&there)
	return there, err
}
