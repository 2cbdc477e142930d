package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/text"
)

// OrderRef is the reference of acts on a rectification order.
func OrderRef(id int64) string { return fmt.Sprintf("order/%d", id) }

// An OrderRow is a rectification order as a list shows it.
type OrderRow struct {
	oversight.Order
	OrganName, HomeName, IssuerName string
	Home                            int64
}

const orderSQL = `select x.id, x.organ, x.issuer, x.year, x.serial, x.title, x.body, x.basis, x.source, x.ref, x.given_on, x.due, x.first_due, x.state, x.escalated, x.ended_on,
	x.given_by, x.version, o.name, o.home, h.name, i.name from rectification x join organ o on o.id = x.organ join organ h on h.id = o.home join organ i on i.id = x.issuer`

func scanOrder(r scanner) (OrderRow, error) {
	var x OrderRow
	var given, due, first, escalated, ended string
	err := r.Scan(&x.ID, &x.Organ, &x.Issuer, &x.Year, &x.Serial, &x.Title, &x.Text, &x.Basis, &x.Source, &x.Ref, &given, &due, &first, &x.State, &escalated, &ended,
		&x.By, &x.Version, &x.OrganName, &x.Home, &x.HomeName, &x.IssuerName)
	if err == nil {
		err = dates(given, due, &x.Given, &x.Due)
	}
	if err == nil {
		err = dates(first, escalated, &x.FirstDue, &x.Escalated)
	}
	if err == nil {
		err = dayOf(ended, &x.Ended)
	}
	return x, err
}

// OrderQuery chooses orders. Zero fields choose all that the viewer may see.
type OrderQuery struct {
	Organ  int64 // to this organ or what belongs to it
	State  oversight.OrderState
	Open   bool
	Late   law.Date // overdue on this day
	Ref    string
	Search string
	After  int64 // id of the last row of the page before
	Limit  int
}

// MaxOrders bounds one page of orders.
const MaxOrders = 200

// Orders lists rectification orders, the newest first. Those to an organ are
// seen where the organ's matters are; the issuer sees his own too.
func (s *Store) Orders(ctx context.Context, v org.Viewer, q OrderQuery) ([]OrderRow, error) {
	var p pick
	p.in(v.Scope(org.SeePlans), "o.home", "o.path", "")
	p.is(q.Organ != 0, "o.home = ", q.Organ)
	p.is(q.State != "", "x.state = ", string(q.State))
	if q.Open || !q.Late.IsZero() {
		p.and("x.ended_on = ''")
	}
	if !q.Late.IsZero() {
		p.and("x.due < "+p.arg(q.Late.String()), "x.state <> "+p.arg(string(oversight.OrderReplied)))
	}
	p.is(q.Ref != "", "x.ref = ", q.Ref)
	p.found("x.search", q.Search)
	p.is(q.After > 0, "x.id < ", q.After)
	rows, err := p.rows(ctx, s.read, orderSQL, "x.id desc", atMost(q.Limit, MaxOrders))
	return gather("orders", rows, err, scanOrder)
}

// An OrderReplyRow is a reply with who sent it and when.
type OrderReplyRow struct {
	oversight.OrderReply
	Person      string
	On, Decided law.Date
}

// An OrderFile is one order with its replies and history.
type OrderFile struct {
	OrderRow
	Replies []OrderReplyRow // newest first
	History []Entry         // newest first
	Gives   bool            // the viewer may accept, return, extend, take back
	Does    bool            // the viewer may reply
}

// Order is one rectification order. ErrNotFound for one the viewer may not see.
func (s *Store) Order(ctx context.Context, v org.Viewer, id int64) (*OrderFile, error) {
	f, err := s.orderFile(ctx, v, id)
	if err != nil {
		return nil, fmt.Errorf("store: order %d: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) orderFile(ctx context.Context, v org.Viewer, id int64) (*OrderFile, error) {
	f := new(OrderFile)
	var err error
	if f.OrderRow, err = scanOrder(s.read.QueryRowContext(ctx, orderSQL+" where x.id = $1", id)); err != nil {
		return nil, err
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	to := tree.subject(f.Organ)
	if !org.May(v, org.SeePlans, to) {
		return nil, ErrNotFound
	}
	f.Gives, f.Does = org.May(v, org.GiveOrders, to) && org.May(v, org.GiveOrders, tree.subject(f.Issuer)), org.May(v, org.DoPlans, to)
	rows, err := s.read.QueryContext(ctx, `select r.id, r.body, r.link, r.file, r.file_name, r.state, r.reason, r.person, r.on_day, r.decided_on, coalesce(p.name, '')
		from rectification_reply r left join person p on p.id = r.person where r.rectification = $1 order by r.id desc limit 200`, id)
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func(r scanner) error {
		x := OrderReplyRow{OrderReply: oversight.OrderReply{Order: id}}
		var on, decided string
		if err := r.Scan(&x.ID, &x.Text, &x.Link, &x.File, &x.FileName, &x.State, &x.Reason, &x.By, &on, &decided, &x.Person); err != nil {
			return err
		}
		err := dates(on, decided, &x.On, &x.Decided)
		f.Replies = append(f.Replies, x)
		return err
	})
	if err != nil {
		return nil, err
	}
	f.History, err = s.historyOf(ctx, OrderRef(id), 100)
	return f, err
}

// GiveOrder gives an organ a rectification order in the name of an issuer, numbers
// it within the issuer's year and tells the organ. It needs GiveOrders at both.
// The answer is its id.
func (s *Store) GiveOrder(ctx context.Context, by By, o oversight.Order) (Done, error) {
	o.ID = s.NewID()
	return s.do(ctx, by, "give order", func(h *hand) (string, error) {
		for _, why := range o.Wrong(h.day) {
			return "", act.Refuse(why)
		}
		to, err := h.subject(o.Organ)
		if err != nil {
			return "", err
		}
		if !org.May(by.Viewer, org.SeePlans, to) {
			return "", ErrNotFound
		}
		if err := h.may(org.GiveOrders, to); err != nil {
			return "", err
		}
		if err := h.edits(org.GiveOrders, o.Issuer); err != nil {
			return "", err
		}
		if err := h.sourceThere(o); err != nil {
			return "", err
		}
		o.Year, o.Given, o.FirstDue, o.State, o.By = h.day.Year, h.day, o.Due, oversight.OrderOpen, by.Viewer.Person
		// The organ's row is held, so that two numbers given at once follow each other.
		if _, err := h.ExecContext(h.ctx, "update organ set id = id where id = $1", o.Issuer); err != nil {
			return "", err
		}
		if err := h.QueryRowContext(h.ctx, "select coalesce(max(serial), 0) + 1 from rectification where issuer = $1 and year = $2", o.Issuer, o.Year).Scan(&o.Serial); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, `insert into rectification (id, organ, issuer, year, serial, title, body, basis, source, ref, given_on, due, first_due, state, escalated, ended_on, given_by, version, search)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13, '', '', $14, 1, $15)`,
			o.ID, o.Organ, o.Issuer, o.Year, o.Serial, o.Title, o.Text, o.Basis, string(o.Source), o.Ref, o.Given.String(), o.Due.String(), string(o.State), o.By,
			text.Fold(o.Title)+"\n"+text.Fold(o.Number())); err != nil {
			return "", err
		}
		if err := h.tellOrgan(h.orderNews(act.OrderGiven, o, to.Home)); err != nil {
			return "", err
		}
		refs := []string{OrganRef(o.Organ)}
		if o.Ref != "" {
			refs = append(refs, o.Ref)
		}
		return strconv.FormatInt(o.ID, 10), h.note(act.OrderGiven, OrderRef(o.ID), to.Home, refs, act.Change{Field: "编号", New: o.Number()}, act.Change{Field: "标题", New: o.Title},
			act.Change{Field: "要求", New: o.Text}, act.Change{Field: "依据", New: o.Basis}, act.Change{Field: "期限", New: o.Due.String()}, act.Change{Field: "来源", New: o.Source.Chinese()})
	})
}

// sourceThere is a refusal where an order names what it came from and that is no
// matter of the organ: an opinion of supervision or a gap of somebody else's.
func (h *hand) sourceThere(o oversight.Order) error {
	query := map[string]string{
		"act": "select a.organ from act a where a.id = $1 and a.kind = 'supervision.noted'", "gap": "select g.organ from dispatch_gap g where g.id = $1",
		"plantask": "select x.organ from plan_party x where x.task = $1 and x.organ = $2",
	}
	kind, _, _ := strings.Cut(o.Ref, "/")
	q, ok := query[kind]
	if !ok {
		if len(o.Ref) > 100 || strings.ContainsFunc(o.Ref, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return act.Refuse("问题来源的编号无法识别。")
		}
		return nil
	}
	args := []any{refID(o.Ref)}
	if strings.Contains(q, "$2") {
		args = append(args, o.Organ)
	}
	var organ int64
	if err := h.QueryRowContext(h.ctx, q, args...).Scan(&organ); err != nil {
		return err
	}
	at, err := h.homeOf(organ)
	if err != nil {
		return err
	}
	if home, err := h.homeOf(o.Organ); err != nil || home != at {
		return act.Refuse("问题不在这个机关，请核对整改单位。")
	}
	return nil
}

func (h *hand) orderNews(kind string, o oversight.Order, organ int64) News {
	n := News{Kind: kind, Ref: OrderRef(o.ID), Organ: organ, Number: o.Number(), Subject: o.Title, Link: fmt.Sprintf("/desk/orders/%d", o.ID)}
	if kind == act.OrderGiven || kind == act.OrderExtended || kind == act.OrderReturned || kind == act.OrderEscalated {
		n.Due = o.Due
	}
	return n
}
