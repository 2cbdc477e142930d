package store

import (
	"context"
	"fmt"

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
	type one struct {
		news News
		to   []To
	}
	var list []one
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
		list = append(list, one{n, []To{ToRole(org.Head, home)}})
		return err
	}); err != nil {
		return 0, fmt.Errorf("store: remind of requests: %w", err)
	}
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
