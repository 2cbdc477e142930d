package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// RequestRow is a request as lists show it, without anything personal.
type RequestRow struct {
	casework.Row
	ID, Organ, Person              int64
	OrganName, PersonName, Subject string
	Version                        int64
}

// RequestQuery chooses requests. Zero fields choose all that the viewer may see.
type RequestQuery struct {
	Organ   int64
	Under   string         // path of an organ, with all below it
	State   casework.State // "" all
	Open    bool           // somebody still has to do something
	Late    bool           // open and over
	Today   law.Date       // for Late
	Mine    bool
	Outcome casework.Outcome
	Year    int // counts in it as new
	Figure  FigureFilter
	Search  string // number, subject, letter number
	After   string // mark of the page
	Limit   int
}

// MaxRequests bounds one page of requests.
const MaxRequests = 200

const requestRowSQL = `select r.id, r.organ, r.number, r.subject, r.state, r.channel, r.applicant, r.arrived, r.received, r.due, r.prudent, r.provisional, r.waiting,
	r.outcome, r.answer, r.letter_no, r.extended, r.corrected, r.late, r.days, r.fen, r.marks, r.remedies, r.answer_by, r.reopened, r.ledger, r.matter, r.person, r.version,
	o.name, coalesce(p.name, '')
	from request r join organ o on o.id = r.organ left join person p on p.id = r.person`

func scanRequestRow(row scanner) (x RequestRow, err error) {
	var arrived, received, due, prudent, answer, by string
	var provisional, extended, corrected, late, reopened, ledger int
	err = row.Scan(&x.ID, &x.Organ, &x.Number, &x.Subject, &x.State, &x.Channel, &x.Applicant, &arrived, &received, &due, &prudent, &provisional, &x.Waiting,
		&x.Outcome, &answer, &x.LetterNo, &extended, &corrected, &late, &x.Days, &x.Fen, &x.Marks, &x.Remedies, &by, &reopened, &ledger, &x.Matter, &x.Person, &x.Version, &x.OrganName, &x.PersonName)
	if err != nil {
		return x, err
	}
	x.Provisional, x.Extended, x.Corrected, x.Late, x.Reopened, x.Ledger = provisional != 0, extended != 0, corrected != 0, late != 0, reopened != 0, ledger != 0
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{arrived, &x.Arrived}, {received, &x.Received}, {due, &x.Due}, {prudent, &x.Prudent}, {answer, &x.Answer}, {by, &x.AnswerBy}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return x, err
		}
	}
	return x, nil
}

// Requests lists requests with the mark of the next page, "" after the last:
// open ones by the day they are due on the prudent count, others the newest
// first.
func (s *Store) Requests(ctx context.Context, v org.Viewer, q RequestQuery) (out []RequestRow, next string, err error) {
	var args []any
	arg := func(x any) string {
		args = append(args, x)
		return fmt.Sprintf("$%d", len(args))
	}
	cond := []string{scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)}
	open := q.Open || q.Late || q.Figure.open()
	if open {
		cond = append(cond, "r.prudent <> ''")
	}
	if q.Late {
		cond = append(cond, "r.prudent < "+arg(q.Today.String()), "r.due < "+arg(q.Today.String()), "r.waiting = ''") // the prudent day never comes after the other; a clock that stands is not over
	}
	if q.Under != "" {
		cond = append(cond, "o.path >= "+arg(q.Under), "o.path < "+arg(afterPrefix(q.Under)))
	}
	for _, c := range []struct {
		use  bool
		text string
		v    any
	}{{q.Organ != 0, "r.organ = ", q.Organ}, {q.State != "", "r.state = ", string(q.State)}, {q.Mine, "r.person = ", v.Person},
		{q.Outcome != "", "r.outcome = ", string(q.Outcome)}, {q.Year != 0, "r.new_in = ", q.Year}} {
		if c.use {
			cond = append(cond, c.text+arg(c.v))
		}
	}
	cond = append(cond, q.Figure.conditions(q.Today, arg)...)
	if f := text.Fold(q.Search); f != "" {
		cond = append(cond, contains("r.search", arg(f)))
		narrow, err := s.narrowed(ctx, f)
		if err != nil {
			return nil, "", fmt.Errorf("store: requests: %w", err)
		}
		if narrow != "" {
			cond = append(cond, narrow)
		}
	}
	tail := " order by r.id desc"
	if open {
		tail = " order by r.prudent, r.id"
	}
	if q.After != "" {
		due, mark, ok := strings.Cut(q.After, "_")
		id, err := strconv.ParseInt(mark, 10, 64)
		if !ok || err != nil {
			return nil, "", ErrCursor
		}
		if open {
			cond = append(cond, "(r.prudent > "+arg(due)+" or (r.prudent = "+arg(due)+" and r.id > "+arg(id)+"))")
		} else {
			cond = append(cond, "r.id < "+arg(id))
		}
	}
	limit := q.Limit
	if limit <= 0 || limit > MaxRequests {
		limit = MaxRequests
	}
	// First the keys, out of an index alone; then the rows of one page.
	ids, prudent, err := s.requestKeys(ctx, "select r.id, r.prudent from request r join organ o on o.id = r.organ where "+strings.Join(cond, " and ")+tail+" limit "+arg(limit+1), args)
	if err != nil {
		return nil, "", fmt.Errorf("store: requests: %w", err)
	}
	if len(ids) > limit {
		ids = ids[:limit]
		next = prudent[limit-1] + "_" + strconv.FormatInt(ids[limit-1], 10)
	}
	out, err = s.requestRows(ctx, ids)
	if err != nil {
		return nil, "", fmt.Errorf("store: requests: %w", err)
	}
	return out, next, nil
}

func (s *Store) requestKeys(ctx context.Context, query string, args []any) (ids []int64, prudent []string, err error) {
	rows, err := s.read.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var day string
		if err := rows.Scan(&id, &day); err != nil {
			return nil, nil, err
		}
		ids, prudent = append(ids, id), append(prudent, day)
	}
	return ids, prudent, rows.Err()
}

// requestRows reads rows by their ids, in that order; one that is gone is left out.
func (s *Store) requestRows(ctx context.Context, ids []int64) ([]RequestRow, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	rows, err := s.read.QueryContext(ctx, requestRowSQL+" where r.id in ("+params(1, len(ids))+")", args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	byID := map[int64]RequestRow{}
	for rows.Next() {
		x, err := scanRequestRow(rows)
		if err != nil {
			return nil, err
		}
		byID[x.ID] = x
	}
	var out []RequestRow
	for _, id := range ids {
		if x, ok := byID[id]; ok {
			out = append(out, x)
		}
	}
	return out, rows.Err()
}

// TableThree counts table 三 of an organ's year from its requests: row key →
// column key → number. maps is the mapping of the authority in charge.
func (s *Store) TableThree(ctx context.Context, organ int64, year int, maps []casework.Mapping) (map[string]map[string]int, error) {
	answer, by := mappedDay(maps)
	rows, err := s.read.QueryContext(ctx, `select new_in, result_in, outcome, applicant, `+answer+`, count(*) from request
		where organ = $1 and new_in = $2 group by new_in, result_in, outcome, applicant`+by+`
		union all
		select new_in, result_in, outcome, applicant, `+answer+`, count(*) from request
		where organ = $1 and new_in > 0 and new_in < $2 and (result_in = 0 or result_in >= $2) group by new_in, result_in, outcome, applicant`+by, organ, year)
	if err != nil {
		return nil, fmt.Errorf("store: table three of %d for %d: %w", organ, year, err)
	}
	defer rows.Close()
	out := map[string]map[string]int{}
	for rows.Next() {
		var began, ended, n int
		var outcome, applicant, answer string
		if err := rows.Scan(&began, &ended, &outcome, &applicant, &answer, &n); err != nil {
			return nil, fmt.Errorf("store: table three: %w", err)
		}
		var day law.Date
		if err := day.UnmarshalText([]byte(answer)); err != nil {
			return nil, fmt.Errorf("store: table three: %w", err)
		}
		for _, row := range casework.CountedIn(casework.Outcome(outcome), day, began, ended, year, maps) {
			if out[row] == nil {
				out[row] = map[string]int{}
			}
			out[row][applicant] += n
			out[row]["total"] += n
		}
	}
	return out, rows.Err()
}

// mappedDay is the day of an answer as far as a mapping tells days apart, and what
// it adds to a group: most mappings tell none apart, and rows would come one by one.
func mappedDay(maps []casework.Mapping) (column, by string) {
	if len(maps) == 0 {
		return "''", ""
	}
	for i := len(maps) - 1; i >= 0; i-- { // the latest that holds
		if i == len(maps)-1 || maps[i].From != maps[i+1].From {
			day := maps[i].From.String()
			column += " when answer >= '" + day + "' then '" + day + "'"
		}
	}
	return "case" + column + " else '' end", ", 5"
}

// TableFour counts table 四 of an organ's year: kind → column → number. A case
// that was not at its end when the year was over is pending.
func (s *Store) TableFour(ctx context.Context, organ int64, year int) (map[string]map[string]int, error) {
	first, last := law.Day(year, 1, 1).String(), law.Day(year, 12, 31).String()
	rows, err := s.read.QueryContext(ctx, `select kind, case when ended = '' or ended > $3 then '' else ending end, count(*) from request_remedy
		where organ = $1 and counted = 1 and begun <= $3 and (ended = '' or ended >= $2) group by 1, 2`, organ, first, last)
	if err != nil {
		return nil, fmt.Errorf("store: table four of %d for %d: %w", organ, year, err)
	}
	defer rows.Close()
	out := map[string]map[string]int{}
	for rows.Next() {
		var kind, ending string
		var n int
		if err := rows.Scan(&kind, &ending, &n); err != nil {
			return nil, fmt.Errorf("store: table four: %w", err)
		}
		column := "pending"
		if ending != "" {
			column = casework.Ending(ending).Column()
		}
		if out[kind] == nil {
			out[kind] = map[string]int{}
		}
		out[kind][column] += n
		out[kind]["total"] += n
	}
	return out, rows.Err()
}

// AskedBefore is how many requests of the same applicant the organ received in
// the year, this one included, and how many in the calendar month: counts inside
// the file, no label on a person.
func (s *Store) AskedBefore(ctx context.Context, id int64) (inYear, inMonth int, err error) {
	err = s.read.QueryRowContext(ctx, `select count(*), coalesce(sum(case when substr(x.arrived, 1, 7) = substr(r.arrived, 1, 7) then 1 else 0 end), 0)
		from request r join request x on x.organ = r.organ and x.who = r.who and x.new_in = r.new_in where r.id = $1 and r.who <> ''`, id).Scan(&inYear, &inMonth)
	if err != nil {
		return 0, 0, fmt.Errorf("store: requests of an applicant: %w", err)
	}
	return inYear, inMonth, nil
}
