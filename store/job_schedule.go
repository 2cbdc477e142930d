package store

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// A Rule says when something comes again. Exactly one of Every and the clock
// time counts: with Every it comes each so often, else at that time of day in
// China, on every day or on working days only.
type Rule struct {
	Every        time.Duration
	Hour, Minute int
	Workdays     bool
}

// Every comes each so often, at least a second.
func Every(d time.Duration) Rule { return Rule{Every: max(d, time.Second)} }

// Daily comes at a time of day in China.
func Daily(hour, minute int) Rule { return Rule{Hour: hour, Minute: minute} }

// OnWorkdays comes at a time of day in China on working days 工作日, make-up
// days included.
func OnWorkdays(hour, minute int) Rule { return Rule{Hour: hour, Minute: minute, Workdays: true} }

// String is the rule as people read it, in Chinese.
func (r Rule) String() string {
	switch {
	case r.Every >= time.Hour && r.Every%time.Hour == 0:
		return fmt.Sprintf("每%d小时", r.Every/time.Hour)
	case r.Every >= time.Minute && r.Every%time.Minute == 0:
		return fmt.Sprintf("每%d分钟", r.Every/time.Minute)
	case r.Every > 0:
		return fmt.Sprintf("每%v秒", r.Every.Seconds())
	case r.Workdays:
		return fmt.Sprintf("工作日 %02d:%02d", r.Hour, r.Minute)
	}
	return fmt.Sprintf("每天 %02d:%02d", r.Hour, r.Minute)
}

// Next is the first time after t that the rule names.
func (r Rule) Next(t time.Time, cal *calendar.Calendar) time.Time {
	if r.Every > 0 {
		return t.Add(r.Every)
	}
	for d := law.DateOf(t); ; d = d.AddDays(1) {
		at := d.Start().Add(time.Duration(r.Hour)*time.Hour + time.Duration(r.Minute)*time.Minute)
		if at.After(t) && (!r.Workdays || cal.Working(d)) {
			return at
		}
	}
}

// A Scheduled job comes again by its rule. At most one of a name waits or runs,
// whatever the number of instances; a time that was missed is made up once.
type Scheduled struct {
	Name string // of the entry, also as people read it
	Kind string // of the job
	Rule Rule
}

const schedulePrefix = "schedule/"

// beginSchedule takes away the entries that this program does not know: what is
// scheduled no more must not look late for ever. An instance that does know one
// puts it back.
func (s *Store) beginSchedule(ctx context.Context, list []Scheduled) error {
	rows, err := s.read.QueryContext(ctx, "select name from schedule")
	if err != nil {
		return fmt.Errorf("store: schedule: %w", err)
	}
	gone, err := scanStrings(rows)
	if err != nil {
		return fmt.Errorf("store: schedule: %w", err)
	}
	for _, x := range list {
		delete(gone, x.Name)
	}
	for name := range gone {
		if err := s.tx(ctx, "schedule", func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "delete from schedule where name = $1", name)
			return err
		}); err != nil {
			return err
		}
	}
	return s.settleSchedule(ctx, list)
}

// settleSchedule writes the entries that this program knows. One whose rule has
// changed is reckoned anew.
func (s *Store) settleSchedule(ctx context.Context, list []Scheduled) error {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return err
	}
	return s.tx(ctx, "settle the schedule", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.instant(ctx, tx)
		if err != nil {
			return err
		}
		for _, x := range list {
			_, err := tx.ExecContext(ctx, `insert into schedule (name, rule, next, last, ended, error) values ($1, $2, $3, 0, 0, '')
				on conflict (name) do update set rule = excluded.rule, next = excluded.next where schedule.rule <> excluded.rule`,
				x.Name, x.Rule.String(), x.Rule.Next(now, cal).UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// tickSchedule puts the entries that are due among the jobs. Of several
// instances that come at once one puts it.
func (s *Store) tickSchedule(ctx context.Context, list []Scheduled) error {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return err
	}
	now, err := s.instant(ctx, s.read)
	if err != nil {
		return err
	}
	for _, x := range list {
		var due int64
		err := s.read.QueryRowContext(ctx, "select next from schedule where name = $1", x.Name).Scan(&due)
		if notFound(err) == ErrNotFound {
			// An instance that does not know it has taken it away.
			if err := s.settleSchedule(ctx, list); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return fmt.Errorf("store: schedule: %w", err)
		}
		if due > now.UnixMilli() {
			continue
		}
		err = s.tx(ctx, "schedule "+x.Name, func(ctx context.Context, tx *sql.Tx) error {
			now, err := s.instant(ctx, tx)
			if err != nil {
				return err
			}
			res, err := tx.ExecContext(ctx, "update schedule set next = $3, last = $4 where name = $1 and next = $2",
				x.Name, due, x.Rule.Next(now, cal).UnixMilli(), now.UnixMilli())
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err
			}
			return s.enqueue(ctx, tx, x.Kind, schedulePrefix+x.Name, struct{}{}, time.Time{})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// A datedCalendar is a calendar with the version of the setting it was made from.
type datedCalendar struct {
	version  int64
	calendar *calendar.Calendar
}

var noticesOfProgram = sync.OnceValues(calendar.Load)

// Calendar is the working-day calendar of the program with the notices that were
// entered here (org.CalendarNotice). A table that this program cannot read, which
// a newer one wrote, is left out.
func (s *Store) Calendar(ctx context.Context) (*calendar.Calendar, error) {
	c, err := s.calendarFrom(ctx, s.read)
	if err != nil {
		err = fmt.Errorf("store: calendar: %w", err)
	}
	return c, err
}

func (s *Store) calendarFrom(ctx context.Context, q asker) (*calendar.Calendar, error) {
	var value string
	var version int64
	err := q.QueryRowContext(ctx, "select value, version from setting where organ = 0 and name = $1", org.CalendarNotice).Scan(&value, &version)
	if err != nil && notFound(err) != ErrNotFound {
		return nil, err
	}
	if value == "" {
		return noticesOfProgram()
	}
	if have := s.dated.Load(); have != nil && have.version == version {
		return have.calendar, nil
	}
	c, err := calendar.Extend(value)
	if err != nil {
		return noticesOfProgram()
	}
	s.dated.Store(&datedCalendar{version, c})
	return c, nil
}

// instant is the database's own clock.
func (s *Store) instant(ctx context.Context, q asker) (time.Time, error) {
	var ms int64
	err := q.QueryRowContext(ctx, s.dialect.now).Scan(&ms)
	return time.UnixMilli(ms), err
}

func scanStrings(rows *sql.Rows) (map[string]bool, error) {
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var x string
		if err := rows.Scan(&x); err != nil {
			return nil, err
		}
		out[x] = true
	}
	return out, rows.Err()
}
