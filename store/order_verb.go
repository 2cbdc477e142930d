package store

import (
	"context"
	"fmt"
	"strconv"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// withOrder runs fn on an order that the viewer may see, and writes what it
// changed. verb is asked at the organ, and where the issuer decides also there.
// version is the one last read, 0 where it does not matter.
func (s *Store) withOrder(ctx context.Context, by By, id, version int64, verb org.Verb, kind string, fn func(h *hand, o *oversight.Order) ([]act.Change, error)) (Done, error) {
	return s.do(ctx, by, kind, func(h *hand) (string, error) {
		x, err := scanOrder(h.QueryRowContext(h.ctx, orderSQL+" where x.id = $1", id))
		if err != nil {
			return "", err
		}
		to, err := h.subject(x.Organ)
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeePlans, to) {
			return "", ErrNotFound
		}
		if err := h.may(verb, to); err != nil {
			return "", err
		}
		if verb == org.GiveOrders {
			if err := h.edits(verb, x.Issuer); err != nil {
				return "", err
			}
		}
		if version != 0 && x.Version != version {
			return "", ErrConflict
		}
		o := x.Order
		changes, err := fn(h, &o)
		if err != nil {
			return "", err
		}
		res, err := h.ExecContext(h.ctx, "update rectification set due = $3, state = $4, escalated = $5, ended_on = $6, version = version + 1 where id = $1 and version = $2",
			id, x.Version, o.Due.String(), string(o.State), o.Escalated.String(), o.Ended.String())
		if err := one(res, err); err != nil {
			return "", err
		}
		if err := h.settle(OrderRef(id)); err != nil {
			return "", err
		}
		n := h.orderNews(kind, o, x.Home)
		if kind == act.OrderReplied {
			n.Organ = x.Issuer
			n.Subject = x.HomeName + "：" + x.Title
		}
		if err := h.tellOrgan(n); err != nil {
			return "", err
		}
		changes = append(changes, act.Change{Field: "状态", Old: x.State.Chinese(), New: o.State.Chinese()})
		return strconv.FormatInt(id, 10), h.note(kind, OrderRef(id), to.Home, nil, changes...)
	})
}

// ReplyOrder keeps what the organ says it has done. It needs DoPlans there; a
// file is kept with it.
func (s *Store) ReplyOrder(ctx context.Context, by By, version int64, r oversight.OrderReply) (Done, error) {
	r.ID, r.By = s.NewID(), by.Viewer.Person
	return s.withOrder(ctx, by, r.Order, version, org.DoPlans, act.OrderReplied, func(h *hand, o *oversight.Order) ([]act.Change, error) {
		for _, why := range r.Wrong() {
			return nil, act.Refuse(why)
		}
		if err := o.Reply(&r); err != nil {
			return nil, err
		}
		if r.File != 0 {
			if err := h.keepPrivate(r.File, OrderRef(o.ID)); err != nil {
				return nil, err
			}
		}
		_, err := h.ExecContext(h.ctx, `insert into rectification_reply (id, rectification, body, link, file, file_name, state, reason, person, on_day, decided_on) values ($1, $2, $3, $4, $5, $6, $7, '', $8, $9, '')`,
			r.ID, o.ID, r.Text, r.Link, r.File, r.FileName, string(r.State), r.By, h.day.String())
		return []act.Change{{Field: "整改情况", New: r.Text}, {Field: "链接", New: r.Link}}, err
	})
}

// DecideOrder accepts the reply that waits, or returns it with a reason. It needs
// GiveOrders at the organ and its issuer.
func (s *Store) DecideOrder(ctx context.Context, by By, id, version int64, accept bool, reason string) (Done, error) {
	kind := act.OrderAccepted
	if !accept {
		kind = act.OrderReturned
	}
	return s.withOrder(ctx, by, id, version, org.GiveOrders, kind, func(h *hand, o *oversight.Order) ([]act.Change, error) {
		r := oversight.OrderReply{Order: id}
		err := h.QueryRowContext(h.ctx, "select id, state, person from rectification_reply where rectification = $1 order by id desc limit 1", id).Scan(&r.ID, &r.State, &r.By)
		if err != nil && notFound(err) != ErrNotFound {
			return nil, err
		}
		if err := o.Decide(&r, accept, reason, by.Viewer.Person, h.day); err != nil {
			return nil, err
		}
		_, err = h.ExecContext(h.ctx, "update rectification_reply set state = $2, reason = $3, decided_on = $4 where id = $1", r.ID, string(r.State), r.Reason, h.day.String())
		return []act.Change{{Field: "意见", New: r.Reason}}, err
	})
}

// ExtendOrder gives more time, for by.Reason. It needs GiveOrders at the organ
// and its issuer.
func (s *Store) ExtendOrder(ctx context.Context, by By, id, version int64, to law.Date) (Done, error) {
	return s.withOrder(ctx, by, id, version, org.GiveOrders, act.OrderExtended, func(h *hand, o *oversight.Order) ([]act.Change, error) {
		was := o.Due
		return []act.Change{{Field: "期限", Old: was.String(), New: to.String()}}, o.Extend(to, by.Reason, h.day)
	})
}

// CancelOrder takes an order back, for by.Reason. It needs GiveOrders at the
// organ and its issuer.
func (s *Store) CancelOrder(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.withOrder(ctx, by, id, version, org.GiveOrders, act.OrderCancelled, func(h *hand, o *oversight.Order) ([]act.Change, error) {
		return nil, o.Cancel(by.Reason, h.day)
	})
}

// EscalateOrders tells the heads of organs, and who gave them, of orders that
// became overdue, each once until it is extended. It returns how many.
func (s *Store) EscalateOrders(ctx context.Context) (int, error) {
	today, err := s.today(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: escalate orders: %w", err)
	}
	rows, err := s.read.QueryContext(ctx, "select id from rectification where ended_on = '' and state <> $1 and due < $2 and escalated = '' order by id", string(oversight.OrderReplied), today.String())
	if err != nil {
		return 0, fmt.Errorf("store: escalate orders: %w", err)
	}
	var ids []int64
	if err := scanAll(rows, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}); err != nil {
		return 0, fmt.Errorf("store: escalate orders: %w", err)
	}
	told := 0
	for _, id := range ids {
		did := false
		_, err := s.do(ctx, By{Viewer: org.Program("督办")}, "escalate order", func(h *hand) (string, error) {
			did = false
			res, err := h.ExecContext(h.ctx, "update rectification set escalated = $2, version = version + 1 where id = $1 and escalated = '' and ended_on = '' and due < $2", id, h.day.String())
			if err != nil {
				return "", err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return "", err
			}
			x, err := scanOrder(h.QueryRowContext(h.ctx, orderSQL+" where x.id = $1", id))
			if err != nil {
				return "", err
			}
			did = true
			n := h.orderNews(act.OrderEscalated, x.Order, x.Home)
			n.Due = law.Date{}
			n.Once = OrderRef(id) + "/late/" + x.Due.String()
			to := []To{ToRole(org.Head, x.Home), ToRole(org.Signer, x.Home)}
			if x.By != 0 {
				to = append(to, ToPerson(x.By))
			}
			if _, err := h.notify(n, to...); err != nil {
				return "", err
			}
			return "", h.note(act.OrderEscalated, OrderRef(id), x.Home, nil, act.Change{Field: "逾期", New: x.Due.String()})
		})
		if err != nil {
			return told, err
		}
		if did {
			told++
		}
	}
	return told, nil
}

// OpenReplyFile opens the file of a reply for those who may see it. ErrNotFound
// for everybody else.
func (s *Store) OpenReplyFile(ctx context.Context, by By, reply int64) (string, PrivateFile, *File, error) {
	var order int64
	if err := s.read.QueryRowContext(ctx, "select rectification from rectification_reply where id = $1", reply).Scan(&order); err != nil {
		return "", PrivateFile{}, nil, fmt.Errorf("store: reply %d: %w", reply, s.dialect.translate(err))
	}
	f, err := s.Order(ctx, by.Viewer, order)
	if err != nil {
		return "", PrivateFile{}, nil, err
	}
	for _, r := range f.Replies {
		if r.ID == reply && r.File != 0 {
			return s.openEvidence(ctx, by, r.Evidence, "整改佐证", OrderRef(order))
		}
	}
	return "", PrivateFile{}, nil, fmt.Errorf("store: reply %d: %w", reply, ErrNotFound)
}
