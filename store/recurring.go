package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/text"
)

// RecurringRef is the reference of acts on a recurring publication.
func RecurringRef(id int64) string { return fmt.Sprintf("recurring/%d", id) }

// A RecurringRow is a recurring publication as a list shows it.
type RecurringRow struct {
	oversight.Recurring
	OrganName, HomeName string
	Home                int64
	Due                 law.Date // of the earliest that is not ticked off, zero for none
}

// RecurringQuery chooses recurring publications. Zero fields choose all that the
// viewer may see.
type RecurringQuery struct {
	Organ    int64 // of this organ and what belongs to it
	Mine     bool  // of organs where the viewer may DoPlans
	Category string
	Search   string
	DueBy    law.Date // something is due by this day
	Ended    bool     // also those that ended
	Limit    int
}

// MaxRecurring bounds one page of recurring publications.
const MaxRecurring = 500

const recurringColumns = "x.id, x.organ, x.name, x.category, x.rule, x.basis, x.template, x.first_day, x.last_day, x.period, x.due, x.version"

func scanRecurring(r scanner, more ...any) (oversight.Recurring, error) {
	var x oversight.Recurring
	var rule, from, to, due string
	err := r.Scan(append([]any{&x.ID, &x.Organ, &x.Name, &x.Category, &rule, &x.Basis, &x.Template, &from, &to, &x.Period.Name, &due, &x.Version}, more...)...)
	if err == nil {
		x.Rule, err = oversight.ParseDutyRule(rule)
	}
	if err == nil {
		err = dates(from, to, &x.From, &x.To)
	}
	if err == nil {
		err = dayOf(due, &x.Period.Due)
	}
	return x, err
}

// Recurring lists recurring publications: what is due first, by the day; those
// that wait for an event last.
func (s *Store) Recurring(ctx context.Context, v org.Viewer, q RecurringQuery, day law.Date) ([]RecurringRow, error) {
	var p pick
	verb := org.SeePlans
	if q.Mine {
		verb = org.DoPlans
	}
	p.in(v.Scope(verb), "o.home", "o.path", "")
	p.is(q.Organ != 0, "o.home = ", q.Organ)
	p.is(q.Category != "", "x.category = ", q.Category)
	if f := text.Fold(q.Search); f != "" {
		p.and("lower(x.name) like " + p.arg("%"+likeText(strings.ToLower(q.Search))+"%") + ` escape '\'`)
	}
	p.is(!q.DueBy.IsZero(), "x.due <> '' and x.due <= ", q.DueBy.String())
	if !q.Ended {
		p.and("(x.last_day = '' or x.last_day >= " + p.arg(day.String()) + " or x.due <> '')")
	}
	rows, err := p.rows(ctx, s.read, "select "+recurringColumns+", o.name, o.home, h.name from recurring x join organ o on o.id = x.organ join organ h on h.id = o.home",
		"case when x.due = '' then 1 else 0 end, x.due, o.path, x.id", atMost(q.Limit, MaxRecurring))
	return gather("recurring publications", rows, err, func(r scanner) (row RecurringRow, err error) {
		row.Recurring, err = scanRecurring(r, &row.OrganName, &row.Home, &row.HomeName)
		row.Due = row.Period.Due
		return row, err
	})
}

// A TickRow is what was ticked off, with when it was due.
type TickRow struct {
	oversight.Tick
	ID     int64
	Due    law.Date
	Person string // name
}

// A RecurringEvent is what a publication has to follow.
type RecurringEvent struct {
	ID   int64
	Item int64
	On   law.Date
	Text string
	Due  law.Date
	Done bool
}

// A RecurringFile is one recurring publication with its past.
type RecurringFile struct {
	RecurringRow
	Ticks  []TickRow        // newest first
	Events []RecurringEvent // newest first
	Open   []oversight.DutyPeriod
	Edits  bool // the viewer may change it
	Does   bool // the viewer may tick it off
}

// maxOpen bounds how many missed periods are listed.
const maxOpen = 36

// RecurringItem is one recurring publication. ErrNotFound for one the viewer may
// not see. Open are the periods up to the day that are not ticked off, and the
// next.
func (s *Store) RecurringItem(ctx context.Context, v org.Viewer, id int64, day law.Date) (*RecurringFile, error) {
	f := new(RecurringFile)
	var err error
	var path string
	fail := func(err error) error {
		return fmt.Errorf("store: recurring publication %d: %w", id, s.dialect.translate(err))
	}
	f.Recurring, err = scanRecurring(s.read.QueryRowContext(ctx, "select "+recurringColumns+", o.name, o.home, h.name, o.path from recurring x join organ o on o.id = x.organ join organ h on h.id = o.home where x.id = $1", id),
		&f.OrganName, &f.Home, &f.HomeName, &path)
	if err != nil {
		return nil, fail(err)
	}
	at := org.Subject{Organ: f.Organ, Home: f.Home, Path: path}
	if !org.May(v, org.SeePlans, at) {
		return nil, fail(ErrNotFound)
	}
	f.Due, f.Edits, f.Does = f.Period.Due, mayArrangeDuty(v, at), org.May(v, org.DoPlans, at)
	rows, err := s.read.QueryContext(ctx, `select d.id, d.period, d.due, d.done_on, d.link, d.file, d.file_name, d.note, d.person, coalesce(p.name, '') from recurring_done d
		left join person p on p.id = d.person where d.item = $1 order by d.due desc, d.id desc limit 200`, id)
	if err != nil {
		return nil, fail(err)
	}
	done := map[string]bool{}
	err = scanAll(rows, func(r scanner) error {
		x := TickRow{Tick: oversight.Tick{Item: id}}
		var due, on string
		if err := r.Scan(&x.ID, &x.Period, &due, &on, &x.Link, &x.File, &x.FileName, &x.Note, &x.Tick.Person, &x.Person); err != nil {
			return err
		}
		done[x.Period] = true
		f.Ticks = append(f.Ticks, x)
		return dates(due, on, &f.Ticks[len(f.Ticks)-1].Due, &f.Ticks[len(f.Ticks)-1].On)
	})
	if err != nil {
		return nil, fail(err)
	}
	if f.Events, err = recurringEvents(ctx, s.read, id); err != nil {
		return nil, fail(err)
	}
	for i := len(f.Events) - 1; i >= 0; i-- {
		if e := f.Events[i]; !e.Done {
			f.Open = append(f.Open, oversight.DutyPeriod{Name: eventPeriod(e.ID), Due: e.Due})
		}
	}
	for p, ok := f.Period, f.Rule.Kind != oversight.OnEvent && f.Period.Name != ""; ok && len(f.Open) < maxOpen && f.Holds(p); p, ok = f.Rule.Next(p) {
		if !done[p.Name] {
			f.Open = append(f.Open, p)
		}
		if !p.Due.Before(day) {
			break
		}
	}
	return f, nil
}

func eventPeriod(id int64) string { return "e" + strconv.FormatInt(id, 10) }

// recurringEvents lists the events of a publication, newest first.
func recurringEvents(ctx context.Context, q asker, item int64) ([]RecurringEvent, error) {
	rows, err := q.QueryContext(ctx, `select e.id, e.on_day, e.body, e.due, exists (select 1 from recurring_done d where d.item = e.item and d.period = 'e' || cast(e.id as text))
		from recurring_event e where e.item = $1 order by e.due desc, e.id desc limit 500`, item)
	if err != nil {
		return nil, err
	}
	var out []RecurringEvent
	return out, scanAll(rows, func(r scanner) error {
		e := RecurringEvent{Item: item}
		var on, due string
		if err := r.Scan(&e.ID, &on, &e.Text, &due, &e.Done); err != nil {
			return err
		}
		err := dates(on, due, &e.On, &e.Due)
		out = append(out, e)
		return err
	})
}

// mayArrangeDuty reports whether the viewer may set what an organ has to
// publish again and again: its office, or its own head.
func mayArrangeDuty(v org.Viewer, at org.Subject) bool { return org.May(v, org.EditPlans, at) }

// SaveRecurring keeps a recurring publication; without id it is new and begins
// with the first period due on its first day or later. The answer is its id. It
// needs EditPlans at the organ.
func (s *Store) SaveRecurring(ctx context.Context, by By, x oversight.Recurring) (Done, error) {
	fresh := x.ID == 0
	if fresh {
		x.ID = s.NewID()
	}
	return s.do(ctx, by, "save recurring publication", func(h *hand) (string, error) {
		for _, why := range x.Wrong() {
			return "", act.Refuse(why)
		}
		if !fresh {
			return strconv.FormatInt(x.ID, 10), h.changeRecurring(x)
		}
		to, err := h.subject(x.Organ)
		if err != nil {
			return "", err
		}
		if err := h.may(org.EditPlans, to); err != nil {
			return "", err
		}
		return strconv.FormatInt(x.ID, 10), h.addRecurring(x, to.Home)
	})
}

func (h *hand) addRecurring(x oversight.Recurring, home int64) error {
	if p, ok := x.Rule.First(x.From); ok && x.Holds(p) {
		x.Period = p
	}
	_, err := h.ExecContext(h.ctx, `insert into recurring (id, organ, name, category, rule, basis, template, first_day, last_day, period, due, version, made_at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, $12)`,
		x.ID, x.Organ, x.Name, x.Category, x.Rule.String(), x.Basis, x.Template, x.From.String(), x.To.String(), x.Period.Name, x.Period.Due.String(), h.now)
	if err != nil {
		return err
	}
	return h.note(act.RecurringKept, RecurringRef(x.ID), home, []string{OrganRef(x.Organ)}, recurringChanges(oversight.Recurring{}, x)...)
}

func recurringChanges(old, now oversight.Recurring) []act.Change {
	when := func(x oversight.Recurring) string {
		if x.Rule.Kind == "" {
			return ""
		}
		return x.Rule.Chinese()
	}
	return []act.Change{{Field: "事项", Old: old.Name, New: now.Name}, {Field: "类别", Old: old.Category, New: now.Category}, {Field: "频次", Old: when(old), New: when(now)},
		{Field: "依据", Old: old.Basis, New: now.Basis}, {Field: "起", Old: old.From.String(), New: now.From.String()}, {Field: "止", Old: old.To.String(), New: now.To.String()}}
}

// recurringOf reads an item for a change, with its organ as a subject.
func (h *hand) recurringOf(id int64, verb org.Verb) (oversight.Recurring, org.Subject, error) {
	x, err := scanRecurring(h.QueryRowContext(h.ctx, "select "+recurringColumns+" from recurring x where x.id = $1", id))
	if err != nil {
		return x, org.Subject{}, err
	}
	to, err := h.subject(x.Organ)
	if err != nil {
		return x, to, err
	}
	if !org.May(h.by.Viewer, org.SeePlans, to) {
		return x, to, ErrNotFound
	}
	return x, to, h.may(verb, to)
}

func (h *hand) changeRecurring(x oversight.Recurring) error {
	old, to, err := h.recurringOf(x.ID, org.EditPlans)
	if err != nil {
		return err
	}
	if (old.Rule.Kind == oversight.OnEvent) != (x.Rule.Kind == oversight.OnEvent) {
		return act.Refuse("按周期公开和按事项公开不能互相改换。请停止这一项，另行设定。")
	}
	x.Organ, x.Template = old.Organ, old.Template
	res, err := h.ExecContext(h.ctx, `update recurring set name = $3, category = $4, rule = $5, basis = $6, first_day = $7, last_day = $8, version = version + 1 where id = $1 and version = $2`,
		x.ID, x.Version, x.Name, x.Category, x.Rule.String(), x.Basis, x.From.String(), x.To.String())
	if err := one(res, err); err != nil {
		return err
	}
	from := x.From
	if x.Rule != old.Rule && h.day.After(from) {
		from = h.day // what was due under the old rule is not asked again under another name
	} else if old.Period.Due.After(from) && x.From == old.From {
		from = old.Period.Due
	}
	if err := h.advance(x, from); err != nil {
		return err
	}
	kind := act.RecurringKept
	if old.To.IsZero() && !x.To.IsZero() {
		kind = act.RecurringEnded
	}
	return h.note(kind, RecurringRef(x.ID), to.Home, nil, recurringChanges(old, x)...)
}

// advance writes the earliest period of an item that is not ticked off, looking
// from a day on; of an item that follows events it is the earliest of those.
func (h *hand) advance(x oversight.Recurring, from law.Date) error {
	next := oversight.DutyPeriod{}
	if x.Rule.Kind == oversight.OnEvent {
		var id int64
		var due string
		err := h.QueryRowContext(h.ctx, `select e.id, e.due from recurring_event e where e.item = $1
			and not exists (select 1 from recurring_done d where d.item = e.item and d.period = 'e' || cast(e.id as text)) order by e.due, e.id limit 1`, x.ID).Scan(&id, &due)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if err == nil {
			next.Name = eventPeriod(id)
			if err := dayOf(due, &next.Due); err != nil {
				return err
			}
		}
	} else {
		p, _ := x.Rule.First(from)
		for range 1000 {
			var done bool
			if err := h.QueryRowContext(h.ctx, "select exists (select 1 from recurring_done where item = $1 and period = $2)", x.ID, p.Name).Scan(&done); err != nil {
				return err
			}
			if !done {
				break
			}
			p, _ = x.Rule.Next(p)
		}
		if x.Holds(p) {
			next = p
		}
	}
	if err := h.settle(RecurringRef(x.ID)); err != nil {
		return err
	}
	_, err := h.ExecContext(h.ctx, "update recurring set period = $2, due = $3 where id = $1", x.ID, next.Name, next.Due.String())
	return err
}
