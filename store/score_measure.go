package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// measuring is what a provider is asked: the organs below an office in a span of
// days, or one organ with the names of what is counted.
type measuring struct {
	s     *Store
	span  oversight.Span
	today law.Date
	path  string // the office; what is below it is measured
	after string // the first path behind
	inner bool   // what is inside an organ is measured by itself, otherwise it counts for its organ
	only  int64  // one organ, with titles; 0 for all
}

// until is the last day on which something could have been done late: a limit of
// today is not missed yet.
func (m *measuring) until() law.Date {
	if yesterday := m.today.AddDays(-1); yesterday.Before(m.span.To) {
		return yesterday
	}
	return m.span.To
}

// end is the first instant after the span, in milliseconds since 1970.
func (m *measuring) end() int64 { return startOf(m.span.To.AddDays(1)) }

// of is the condition that organ o is measured, and the column that names for
// whom it counts.
func (m *measuring) of(args *[]any) (key, cond string) {
	key = "o.home"
	if m.inner {
		key = "o.id"
	}
	if m.only != 0 {
		*args = append(*args, m.only)
		return key, fmt.Sprintf("%s = $%d", key, len(*args))
	}
	*args = append(*args, m.path, m.after)
	return key, fmt.Sprintf("(o.path > $%d and o.path < $%d)", len(*args)-1, len(*args))
}

// title is a column that is only read where somebody reads it.
func (m *measuring) title(column string) string {
	if m.only == 0 {
		return "''"
	}
	return column
}

// A measured is one thing that a measure found: one task, one meeting.
type measured struct {
	organ int64
	ref   string
	text  string
	href  string
	on    law.Date
	n     int64 // how many it stands for
	ok    bool  // of a ratio or state: it is as it should be; of a date: it was done
	days  int64 // of a date: days late
	none  string
}

// A measureProvider answers a measure. find hands over every single thing; the
// figures are added up from them, so that a count and its evidence cannot
// differ.
type measureProvider struct {
	name string
	find func(ctx context.Context, m *measuring, each func(measured) error) error
}

// measureProviders are the measures this program answers.
func measureProviders() []measureProvider {
	return append([]measureProvider{
		{"report.filed", reportDates(false)},
		{"report.published", reportDates(true)},
		{"report.returned", reportReturned},
		{"report.errors", reportErrors},
		{"meeting.held", meetingsHeld},
		{"group.set", groupSet},
		{"duty.set", dutySet(leadDuty, handleDuty)},
		{"duty.lead", dutySet(leadDuty)},
		{"duty.handle", dutySet(handleDuty)},
		{"office.complete", officeComplete},
		{"handover.overdue", handoversOverdue},
		{"task.ontime", countTasks(false)},
		{"task.overdue", countTasks(true)},
		{"supervision.open", supervisionOpen},
		{"plan.ontime", countPlanTasks(false)},
		{"plan.overdue", countPlanTasks(true)},
		{"order.ontime", countOrders(false)},
		{"order.overdue", countOrders(true)},
		{"dispatch.answered", dispatchAnswered},
		{"training.held", countTrainings(false)},
		{"training.hours", countTrainings(true)},
		{"place.visits", placeVisits},
		{"voice.ontime", countVoices(false, "")},
		{"voice.overdue", countVoices(true, "")},
		{"messages.ontime", countVoices(false, " and t.kind in ('question', 'advice', 'mistake')")},
		{"report.alike", reportAlike},
	}, slices.Concat(requestProviders(), itemProviders(), standingProviders())...)
}

func providerOf(name string) (measureProvider, bool) {
	list := measureProviders()
	i := slices.IndexFunc(list, func(p measureProvider) bool { return p.name == name })
	if i < 0 {
		return measureProvider{}, false
	}
	return list[i], true
}

// Measured reports whether this program answers a measure; one that it does not
// is scored by hand.
func Measured(name string) bool {
	_, ok := providerOf(name)
	return ok
}

// maxFactRefs is how many of things it found are named in a frozen fact.
const maxFactRefs = 5

// facts adds a measure up for every organ given. A failure is a fact of
// its own for each of them, never a count.
func (m *measuring) facts(ctx context.Context, name string, organs []int64) map[int64]oversight.Fact {
	p, ok := providerOf(name)
	if !ok {
		return nil
	}
	return m.factsOf(ctx, p, organs)
}

func (m *measuring) factsOf(ctx context.Context, p measureProvider, organs []int64) map[int64]oversight.Fact {
	out := make(map[int64]oversight.Fact, len(organs))
	def, _ := oversight.MeasureOf(p.name)
	months := len(m.span.Months())
	blank := oversight.Fact{}
	if def.Shape == oversight.ShapeDate {
		blank = oversight.Fact{State: oversight.FactNone, Note: "本轮期间没有规定期限"}
	}
	for _, id := range organs {
		out[id] = blank
	}
	err := guardedFind(ctx, p, m, func(c measured) error {
		f, asked := out[c.organ]
		if !asked {
			return nil
		}
		if c.none != "" {
			f.State, f.Note = oversight.FactNone, c.none
			out[c.organ] = f
			return nil
		}
		switch def.Shape {
		case oversight.ShapeDate:
			f = oversight.Fact{Done: c.ok, Days: c.days}
		case oversight.ShapeRatio, oversight.ShapeState:
			f.Of++
			if c.ok {
				f.N++
			}
		case oversight.ShapeMean:
			f.Of, f.N = f.Of+1, f.N+c.n
		default:
			f.N += c.n
			if f.Each == nil {
				f.Each = make([]int64, months)
			}
			if at := (c.on.Year-m.span.From.Year)*12 + c.on.Month - m.span.From.Month; at >= 0 && at < months {
				f.Each[at] += c.n
			}
		}
		// Of a ratio those are named that are not as they should be.
		if c.ref != "" && len(f.Refs) < maxFactRefs && (def.Shape != oversight.ShapeRatio && def.Shape != oversight.ShapeState || !c.ok) {
			f.Refs = append(f.Refs, c.ref)
		}
		out[c.organ] = f
		return nil
	})
	if err != nil {
		for _, id := range organs {
			out[id] = oversight.Fact{State: oversight.FactFailed, Note: "“" + def.Chinese + "”取数失败"}
		}
		return out
	}
	if def.Shape == oversight.ShapeCount && months > 0 {
		for id, f := range out {
			if f.State == oversight.FactKnown && f.Each == nil {
				f.Each = make([]int64, months)
				out[id] = f
			}
		}
	}
	return out
}

// guardedFind turns a panic of a provider into a failure of that measure alone.
func guardedFind(ctx context.Context, p measureProvider, m *measuring, each func(measured) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	return p.find(ctx, m, each)
}

// A CountedThing is one line of the evidence behind a figure.
type CountedThing struct {
	On   law.Date
	Text string
	Href string // its page on the desk, "" where it has none
	N    int64
	OK   bool
	Days int64
}

// MeasureEvidence lists what a measure counts now for the organ of a score
// table. The frozen fact stays what it was; the list shows what it is made of,
// and what changed since.
func (s *Store) MeasureEvidence(ctx context.Context, v org.Viewer, assessment int64, name string) ([]CountedThing, error) {
	f, err := s.Assessment(ctx, v, assessment)
	if err != nil {
		return nil, err
	}
	if f.Masked {
		return nil, fmt.Errorf("store: evidence of score table %d: %w", assessment, ErrNotFound)
	}
	p, ok := providerOf(name)
	if !ok {
		return nil, fmt.Errorf("store: evidence of %s: %w", name, ErrNotFound)
	}
	m, err := s.measuring(ctx, &f.Round)
	if err != nil {
		return nil, fmt.Errorf("store: evidence of %s: %w", name, err)
	}
	m.only = f.Assessment.Organ
	var out []CountedThing
	errEnough := errors.New("enough")
	err = guardedFind(ctx, p, m, func(c measured) error {
		if c.organ != m.only || c.none != "" {
			return nil
		}
		if len(out) >= 1000 {
			return errEnough
		}
		out = append(out, CountedThing{c.on, c.text, c.href, c.n, c.ok, c.days})
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, fmt.Errorf("store: evidence of %s: %w", name, err)
	}
	slices.SortStableFunc(out, func(a, b CountedThing) int { return strings.Compare(a.On.String(), b.On.String()) })
	return out, nil
}

// measuring prepares to measure the organs of a round.
func (s *Store) measuring(ctx context.Context, f *RoundFile) (*measuring, error) {
	m := &measuring{s: s, span: f.Span(), inner: f.Inner}
	ms, err := s.now(ctx, s.read)
	if err != nil {
		return nil, err
	}
	m.today = law.DateOf(time.UnixMilli(ms))
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", f.Organ).Scan(&m.path); err != nil {
		return nil, err
	}
	m.after = afterPrefix(m.path)
	return m, nil
}

// each runs a query and hands its rows over.
func (m *measuring) each(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	return rowsOf(ctx, m.s.read, scan, query, args...)
}

// day reads a day that stands in a column.
func measuredDay(s string) (law.Date, error) {
	var d law.Date
	err := d.UnmarshalText([]byte(s))
	return d, err
}

// dated hands over what a query found one by one: organ, id, day, whether it is as
// it should be, text. at says where a thing stands.
func (m *measuring) dated(ctx context.Context, each func(measured) error, at func(id int64) (ref, href string), query string, args ...any) error {
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1}
		var id int64
		var day string
		var ok int
		err := r.Scan(&c.organ, &id, &day, &ok, &c.text)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ok = ok != 0
		c.ref, c.href = at(id)
		return each(c)
	}, query, args...)
}
