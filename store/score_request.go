package store

import (
	"context"
	"database/sql"
	"fmt"
)

// requestProviders are the measures of requests 依申请公开. Corrections of records
// (art. 41) are not among what they count.
func requestProviders() []measureProvider {
	return []measureProvider{
		{"requests.ontime", countRequests(false)},
		{"requests.overdue", countRequests(true)},
		{"requests.quick", quickRequests},
		{"requests.marked", markedRequests},
		{"requests.upheld", endedRemedies(false)},
		{"requests.corrected", endedRemedies(true)},
		{"requests.turned", turnedRequests},
		{"requests.charged", chargedRequests},
		{"requests.days", requestDays},
		{"requests.extended", requestsWith("t.answer", "t.extended = 1")},
		{"requests.asked", requestsWith("t.received", "t.corrected = 1")},
		{"requests.disputed", begunRemedies},
	}
}

// request hands over a request that a query found: organ, id, day, whether it is
// as it should be, text.
func (m *measuring) request(ctx context.Context, each func(measured) error, query string, args ...any) error {
	return m.dated(ctx, each, func(id int64) (string, string) { return RequestRef(id), fmt.Sprintf("/desk/requests/%d", id) }, query, args...)
}

func (m *measuring) requestTitle() string { return m.title("t.number || ' ' || t.subject") }

// countRequests finds what was answered in the span, and what should have been by
// its end and was not; with overdue only what was late. What a clock stands for
// is not late.
func countRequests(overdue bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String(), m.until().String()}
		key, cond := m.of(&args)
		only := ""
		if overdue {
			only = " and (t.answer = '' or t.late = 1)"
		}
		return m.request(ctx, each, "select "+key+", t.id, case when t.answer <> '' then t.answer else t.due end, case when t.answer <> '' and t.late = 0 then 1 else 0 end, "+m.requestTitle()+`
			from request t join organ o on o.id = t.organ where t.matter = '' and t.state <> 'void' and
			(t.answer >= $1 and t.answer <= $2 or t.answer = '' and t.due <> '' and t.waiting = '' and t.due >= $1 and t.due <= $3)`+only+" and "+cond, args...)
	}
}

// quickDays is within how many working days an answer counts as quick: half the
// period of art. 33.
const quickDays = 10

func quickRequests(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String(), quickDays}
	key, cond := m.of(&args)
	return m.request(ctx, each, "select "+key+", t.id, t.answer, case when t.days <= $3 then 1 else 0 end, "+m.requestTitle()+`
		from request t join organ o on o.id = t.organ where t.matter = '' and t.state <> 'void' and t.answer >= $1 and t.answer <= $2 and `+cond, args...)
}

// markedRequests finds what was received in the span and has facts the law does
// not allow.
func markedRequests(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.request(ctx, each, "select "+key+", t.id, t.received, 0, "+m.requestTitle()+`
		from request t join organ o on o.id = t.organ where t.matter = '' and t.state <> 'void' and t.marks > 0 and t.received >= $1 and t.received <= $2 and `+cond, args...)
}

// endedRemedies finds reviews and court cases that ended in the span; corrected
// ones alone, or all with whether the answer stood.
func endedRemedies(corrected bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		in := "y.ending in (" + correctingEndings() + ")"
		only := ""
		if corrected {
			only = " and " + in
		}
		return m.request(ctx, each, "select "+key+", t.id, y.ended, case when "+in+" then 0 else 1 end, "+m.requestTitle()+`
			from request_remedy y join request t on t.id = y.request join organ o on o.id = y.organ where y.counted = 1 and y.ended >= $1 and y.ended <= $2`+only+" and "+cond, args...)
	}
}

// turnedRequests finds what was turned into proactive disclosure, art. 44.
func turnedRequests(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.request(ctx, each, "select "+key+", t.id, y.decided, 1, "+m.requestTitle()+`
		from request_turn y join request t on t.id = y.request join organ o on o.id = y.organ where y.decision in ('open', 'part') and y.decided >= $1 and y.decided <= $2 and `+cond, args...)
}

// chargedRequests finds what was received in the span and paid for.
func chargedRequests(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.request(ctx, each, "select "+key+", t.id, t.received, 1, "+m.requestTitle()+`
		from request t join organ o on o.id = t.organ where t.fen > 0 and t.received >= $1 and t.received <= $2 and `+cond, args...)
}

// requestDays finds what was answered in the span, with its working days.
func requestDays(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{ok: true}
		var id int64
		var day string
		err := r.Scan(&c.organ, &id, &day, &c.n, &c.text)
		if err == nil {
			c.on, err = measuredDay(day)
		}
		if err != nil {
			return err
		}
		c.ref, c.href = RequestRef(id), fmt.Sprintf("/desk/requests/%d", id)
		return each(c)
	}, "select "+key+", t.id, t.answer, t.days, "+m.requestTitle()+`
		from request t join organ o on o.id = t.organ where t.matter = '' and t.state <> 'void' and t.answer >= $1 and t.answer <= $2 and `+cond, args...)
}

// requestsWith finds requests of which a column of a day lies in the span and a
// condition holds.
func requestsWith(day, holds string) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.request(ctx, each, "select "+key+", t.id, "+day+", 1, "+m.requestTitle()+`
			from request t join organ o on o.id = t.organ where t.matter = '' and t.state <> 'void' and `+day+" >= $1 and "+day+" <= $2 and "+holds+" and "+cond, args...)
	}
}

// begunRemedies finds reviews and court cases that began in the span.
func begunRemedies(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.request(ctx, each, "select "+key+", t.id, y.begun, 1, "+m.requestTitle()+`
		from request_remedy y join request t on t.id = y.request join organ o on o.id = y.organ where y.counted = 1 and y.begun >= $1 and y.begun <= $2 and `+cond, args...)
}
