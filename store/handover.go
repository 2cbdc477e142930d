package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
)

// HandoverRef is the reference of a handover. Its acts stand in the history of
// the person who hands over.
func HandoverRef(id int64) string { return fmt.Sprintf("handover/%d", id) }

// BeginHandover begins to hand over what is somebody's (工作交接) and answers
// with its id. It needs HandOver where the person works. One person has one
// handover at a time.
func (s *Store) BeginHandover(ctx context.Context, by By, o org.Handover) (Done, error) {
	return s.do(ctx, by, "begin handover", func(h *hand) (string, error) {
		for _, field := range []string{"day", "reason", "successor", "witness"} {
			if text := o.Check()[field]; text != "" {
				return "", act.Refuse(text)
			}
		}
		who, at, err := h.person(o.Person)
		if err != nil {
			return "", err
		}
		if err := h.may(org.HandOver, at); err != nil {
			return "", err
		}
		if !who.To.IsZero() {
			return "", act.Refuse("“" + who.Name + "”已登记于" + who.To.Chinese() + "离岗，不能再办交接。")
		}
		if !who.From.IsZero() && o.Day.Before(who.From) {
			return "", act.Refuse("最后在岗日期早于到岗日期" + who.From.Chinese() + "。")
		}
		var n int
		if err := h.QueryRowContext(h.ctx, "select count(*) from handover where person = $1 and state = $2", o.Person, string(org.HandoverOpen)).Scan(&n); err != nil {
			return "", err
		}
		if n > 0 {
			return "", act.Refuse("“" + who.Name + "”已有一次正在办理的交接，请先办结或取消。")
		}
		for _, id := range []int64{o.Successor, o.Witness} {
			if err := h.takesPart(id, o.Day); err != nil {
				return "", err
			}
		}
		leaves := 0
		if o.Leaves {
			leaves = 1
		}
		id := h.s.NewID()
		if _, err := h.ExecContext(h.ctx, `insert into handover (id, person, organ, leaves, day, reason, successor, witness, state, begun_at, done_day, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', 1)`,
			id, o.Person, at.Home, leaves, o.Day.String(), o.Reason, o.Successor, o.Witness, string(org.HandoverOpen), h.now); err != nil {
			return "", err
		}
		return strconv.FormatInt(id, 10), h.note(act.HandedOver, PersonRef(o.Person), at.Home, []string{HandoverRef(id), PersonRef(o.Successor), PersonRef(o.Witness)},
			act.Change{Field: "工作交接", New: "开始，最后在岗" + o.Day.Chinese()}, act.Change{Field: "交接原因", New: o.Reason})
	})
}

// takesPart is a refusal unless the person may be named in a handover: somebody
// whom the viewer may see and who is there on the day.
func (h *hand) takesPart(id int64, day law.Date) error {
	p, at, err := h.person(id)
	switch {
	case notFound(err) == ErrNotFound || err == nil && !org.May(h.by.Viewer, org.SeePeople, at):
		return act.Refuse("没有找到所选的接收人或监交人，请重新选择。")
	case err != nil:
		return err
	case !p.Works(day) || !p.Works(h.day):
		return act.Refuse("“" + p.Name + "”在交接时不在岗，请另选一人。")
	}
	return nil
}

// handover reads one with its list. While it is open, the list is what is the
// person's now, with what was decided; afterwards it is what was done.
func (h *hand) handover(id int64) (org.Handover, org.Subject, error) {
	o := org.Handover{ID: id}
	var at org.Subject
	var leaves int
	var day, done string
	err := h.QueryRowContext(h.ctx, `select x.person, p.name, x.organ, o.home, o.path, x.leaves, x.day, x.reason, x.successor, x.witness, x.state, x.done_day, x.version
		from handover x join person p on p.id = x.person join organ o on o.id = x.organ where x.id = $1`, id).
		Scan(&o.Person, &o.Name, &o.Organ, &at.Home, &at.Path, &leaves, &day, &o.Reason, &o.Successor, &o.Witness, &o.State, &done, &o.Version)
	if err != nil {
		return o, at, err
	}
	at.Organ, at.Person, o.Leaves = o.Organ, o.Person, leaves == 1
	if err := dates(day, done, &o.Day, &o.Done); err != nil {
		return o, at, err
	}
	kept, err := h.keptMatters(id)
	if err != nil {
		return o, at, err
	}
	if o.State != org.HandoverOpen {
		o.Matters = kept
	} else {
		if o.Matters, err = h.matters(o.Person, o.Day, o.Leaves); err != nil {
			return o, at, err
		}
		decided := map[string]org.Matter{}
		for _, k := range kept {
			decided[k.Part+"\n"+k.Ref] = k
		}
		for i := range o.Matters {
			m := &o.Matters[i]
			if k, ok := decided[m.Part+"\n"+m.Ref]; ok {
				m.How, m.Receiver, m.Word = k.How, k.Receiver, k.Word
			} else if !m.Passable {
				m.How = org.Closed // nothing to decide
				if !o.Leaves {
					m.How = org.Kept
				}
			}
		}
	}
	return o, at, h.parties(&o)
}

func (h *hand) keptMatters(id int64) ([]org.Matter, error) {
	rows, err := h.QueryContext(h.ctx, "select part, ref, what, how, receiver, word from handover_matter where handover = $1 order by n", id)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []org.Matter
	for rows.Next() {
		m := org.Matter{}
		if err := rows.Scan(&m.Part, &m.Ref, &m.What, &m.How, &m.Receiver, &m.Word); err != nil {
			return nil, err
		}
		if p, ok := handoverPartOf(m.Part); ok {
			m.Kind = p.chinese
		}
		m.Passable = m.How == org.Passed
		out = append(out, m)
	}
	return out, rows.Err()
}

// parties fills in who has to confirm, and who did.
func (h *hand) parties(o *org.Handover) error {
	rows, err := h.QueryContext(h.ctx, "select y.side, y.person, y.at, y.paper, y.entered from handover_party y where y.handover = $1", o.ID)
	if err != nil {
		return err
	}
	defer rows.Close()
	signed := map[string]org.Party{}
	for rows.Next() {
		var p org.Party
		var paper string
		if err := rows.Scan(&p.Side, &p.Person, &p.At, &paper, &p.Entered); err != nil {
			return err
		}
		if err := p.Paper.UnmarshalText([]byte(paper)); err != nil {
			return err
		}
		signed[fmt.Sprint(p.Side, p.Person)] = p
	}
	if err := rows.Err(); err != nil {
		return err
	}
	o.Parties = o.Sides()
	for i := range o.Parties {
		p := &o.Parties[i]
		if x, ok := signed[fmt.Sprint(p.Side, p.Person)]; ok {
			*p = x
		}
		if err := h.QueryRowContext(h.ctx, "select name from person where id = $1", p.Person).Scan(&p.Name); err != nil {
			return err
		}
	}
	return nil
}

// Handover is one with its list and who confirmed it, for those who may
// HandOver or SeeLog there and for its parties; else ErrNotFound.
func (s *Store) Handover(ctx context.Context, v org.Viewer, id int64) (org.Handover, error) {
	var o org.Handover
	err := s.look(ctx, v, "handover", func(h *hand) (err error) {
		var at org.Subject
		if o, at, err = h.handover(id); err != nil {
			return err
		}
		party := false
		for _, p := range o.Parties {
			party = party || v.Person != 0 && p.Person == v.Person
		}
		if !party && !org.May(v, org.HandOver, at) && !org.May(v, org.SeeLog, at) {
			return ErrNotFound
		}
		return nil
	})
	return o, err
}

// look runs fn over what is kept now, without changing anything.
func (s *Store) look(ctx context.Context, v org.Viewer, what string, fn func(h *hand) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, err)
	}
	defer tx.Rollback() // nothing was changed
	now, err := s.now(ctx, tx)
	if err == nil {
		err = fn(&hand{Tx: tx, ctx: ctx, s: s, by: By{Viewer: v}, now: now, day: law.DateOf(time.UnixMilli(now))})
	}
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, s.dialect.translate(err))
	}
	return nil
}

// A HandoverRow is a handover as lists show it.
type HandoverRow struct {
	ID        int64
	Person    int64
	Name      string
	OrganName string
	Successor string
	Day       law.Date
	Done      law.Date
	State     org.HandoverState
	Mine      bool // the viewer is a party who has not confirmed
}

// HandoverQuery chooses handovers. Zero fields choose all.
type HandoverQuery struct {
	Person int64
	State  org.HandoverState
	Mine   bool  // only those that wait for the viewer's own confirmation
	Before int64 // id: those begun before this one, 0 for the newest
	Limit  int   // 50 if 0, at most 200
}

// Handovers lists handovers, newest first, where the viewer may HandOver or
// SeeLog, and those he is a party of.
func (s *Store) Handovers(ctx context.Context, v org.Viewer, q HandoverQuery) ([]HandoverRow, error) {
	args := []any{}
	arg := func(x any) string { args = append(args, x); return fmt.Sprintf("$%d", len(args)) }
	cond := "(" + scope(v.Scope(org.HandOver), "o.home", "o.path", "", &args) + " or " + scope(v.Scope(org.SeeLog), "o.home", "o.path", "", &args)
	waits := "1 = 0"
	if v.Person != 0 {
		me := arg(v.Person)
		party := "(x.person = " + me + " or x.successor = " + me + " or x.witness = " + me +
			" or exists (select 1 from handover_matter m where m.handover = x.id and m.receiver = " + me + "))"
		cond += " or " + party
		waits = "(x.state = 'open' and " + party + " and not exists (select 1 from handover_party y where y.handover = x.id and y.person = " + me + "))"
	}
	where := []string{cond + ")"}
	if q.Person != 0 {
		where = append(where, "x.person = "+arg(q.Person))
	}
	if q.State != "" {
		where = append(where, "x.state = "+arg(string(q.State)))
	}
	if q.Mine {
		where = append(where, waits)
	}
	if q.Before > 0 {
		where = append(where, "x.id < "+arg(q.Before))
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	rows, err := s.read.QueryContext(ctx, `select x.id, x.person, p.name, o.name, coalesce(t.name, ''), x.day, x.done_day, x.state, case when `+waits+` then 1 else 0 end
		from handover x join person p on p.id = x.person join organ o on o.id = x.organ left join person t on t.id = x.successor
		where `+strings.Join(where, " and ")+" order by x.id desc limit "+arg(min(limit, 200)), args...)
	if err != nil {
		return nil, fmt.Errorf("store: handovers: %w", err)
	}
	defer rows.Close()
	var out []HandoverRow
	for rows.Next() {
		var x HandoverRow
		var day, done string
		var mine int
		if err := rows.Scan(&x.ID, &x.Person, &x.Name, &x.OrganName, &x.Successor, &day, &done, &x.State, &mine); err != nil {
			return nil, fmt.Errorf("store: handovers: %w", err)
		}
		if err := dates(day, done, &x.Day, &x.Done); err != nil {
			return nil, fmt.Errorf("store: handovers: %w", err)
		}
		x.Mine = mine == 1
		out = append(out, x)
	}
	return out, rows.Err()
}
