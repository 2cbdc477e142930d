package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
)

// A RemedyRow is one line of the register of reviews and court cases.
type RemedyRow struct {
	Request, Organ             int64
	Number, Subject, OrganName string
	N                          int
	Kind                       casework.RemedyKind
	Ending                     casework.Ending
	Simple, Counted, Redone    bool
	Letter, Instance           int
	LetterNo                   string // of the letter it is against, else of the answer
	Outcome                    casework.Outcome
	Begun, Ended               law.Date
	Answered, AnswerDue        law.Date
	Hearing, AppealBy          law.Date
}

// Waits reports whether the organ's answer is still to be handed in.
func (x RemedyRow) Waits() bool {
	return x.Ended.IsZero() && x.Answered.IsZero() && !x.AnswerDue.IsZero()
}

// Next is the nearest day by which the organ has to do something, zero for none,
// and what.
func (x RemedyRow) Next() (law.Date, string) {
	var day law.Date
	what := ""
	for _, c := range []struct {
		day  law.Date
		what string
	}{{x.Hearing, "听证、开庭"}, {x.AppealBy, "上诉期限"}} {
		if !c.day.IsZero() && (day.IsZero() || c.day.Before(day)) {
			day, what = c.day, c.what
		}
	}
	if x.Waits() && (day.IsZero() || x.AnswerDue.Before(day)) {
		day, what = x.AnswerDue, "书面答复、答辩"
	}
	return day, what
}

// RequestRemedies lists reviews and court cases, those that wait for the organ
// first by the day they are due, else the newest first, with the mark of the next
// page.
func (s *Store) RequestRemedies(ctx context.Context, v org.Viewer, q PaperQuery) (out []RemedyRow, next string, err error) {
	var args []any
	arg := argsTo(&args)
	cond := []string{scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)}
	if q.Organ != 0 {
		cond = append(cond, "m.organ = "+arg(q.Organ))
	}
	if q.Kind != "" {
		cond = append(cond, "m.kind = "+arg(string(q.Kind)))
	}
	first, last := law.Day(q.Year, 1, 1).String(), law.Day(q.Year, 12, 31).String()
	switch {
	case q.Year != 0 && q.Table != "": // the cases behind a cell of table four
		cond = append(cond, "m.counted = 1", "m.begun <= "+arg(last), "(m.ended = '' or m.ended >= "+arg(first)+")")
		switch {
		case q.Table == "pending":
			cond = append(cond, "(m.ended = '' or m.ended > "+arg(last)+")")
		case q.Table != "total":
			var in []string
			for _, e := range casework.Endings() {
				if e.Column() == q.Table {
					in = append(in, arg(string(e)))
				}
			}
			if in == nil {
				in = []string{"''"}
			}
			cond = append(cond, "m.ended <> '' and m.ended <= "+arg(last), "m.ending in ("+strings.Join(in, ", ")+")")
		}
	case q.Year != 0:
		cond = append(cond, "m.begun >= "+arg(first), "m.begun <= "+arg(last))
	}
	answer := q.State == "answer"
	switch q.State {
	case "answer":
		cond = append(cond, "m.ended = ''", "m.answered = ''", "m.answer_due <> ''")
	case "open":
		cond = append(cond, "m.ended = ''")
	case "ended":
		cond = append(cond, "m.ended <> ''")
	case "redo":
		cond = append(cond, "m.ended <> ''", "m.redone = 0", "m.ending in ("+arg(string(casework.Annulled))+", "+arg(string(casework.Ordered))+")")
	}
	key, order := "m.begun", " order by m.begun desc, m.request desc, m.n desc"
	op := "<"
	if answer {
		key, order, op = "m.answer_due", " order by m.answer_due, m.request, m.n", ">"
	}
	if q.After != "" {
		f := strings.Split(q.After, "_")
		if len(f) != 3 {
			return nil, "", ErrCursor
		}
		id, err1 := strconv.ParseInt(f[1], 10, 64)
		n, err2 := strconv.ParseInt(f[2], 10, 64)
		if err1 != nil || err2 != nil {
			return nil, "", ErrCursor
		}
		cond = append(cond, fmt.Sprintf("(%s, m.request, m.n) %s (%s, %s, %s)", key, op, arg(f[0]), arg(id), arg(n)))
	}
	limit := q.limit()
	rows, err := s.read.QueryContext(ctx, `select m.request, m.n, m.organ, r.number, r.subject, o.name, m.kind, m.ending, m.simple, m.counted, m.redone, m.letter, m.instance, coalesce(l.no, r.letter_no), r.outcome,
		m.begun, m.ended, m.answered, m.answer_due, m.hearing, m.appeal_by
		from request_remedy m join request r on r.id = m.request join organ o on o.id = m.organ left join request_letter l on l.request = m.request and l.n = m.letter
		where `+strings.Join(cond, " and ")+order+" limit "+arg(limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: remedies: %w", err)
	}
	defer rows.Close()
	var marks []string
	for rows.Next() {
		x, mark, err := scanRemedy(rows, answer)
		if err != nil {
			return nil, "", fmt.Errorf("store: remedies: %w", err)
		}
		out, marks = append(out, x), append(marks, mark)
	}
	if len(out) > limit {
		out, next = out[:limit], marks[limit-1]
	}
	return out, next, rows.Err()
}

func scanRemedy(row scanner, answer bool) (x RemedyRow, mark string, err error) {
	var simple, counted, redone int
	var begun, ended, answered, due, hearing, appeal string
	if err := row.Scan(&x.Request, &x.N, &x.Organ, &x.Number, &x.Subject, &x.OrganName, &x.Kind, &x.Ending, &simple, &counted, &redone, &x.Letter, &x.Instance, &x.LetterNo, &x.Outcome,
		&begun, &ended, &answered, &due, &hearing, &appeal); err != nil {
		return x, "", err
	}
	x.Simple, x.Counted, x.Redone = simple != 0, counted != 0, redone != 0
	key := begun
	if answer {
		key = due
	}
	return x, fmt.Sprintf("%s_%d_%d", key, x.Request, x.N), days(begun, &x.Begun, ended, &x.Ended, answered, &x.Answered, due, &x.AnswerDue, hearing, &x.Hearing, appeal, &x.AppealBy)
}

// RemediesDue is how many answers the viewer's organs owe to reviewing organs and
// courts, and the earliest day one is due, zero for none.
func (s *Store) RemediesDue(ctx context.Context, v org.Viewer) (n int, first law.Date, err error) {
	var args []any
	see := scope(v.Scope(org.HandleRequests), "o.home", "o.path", "", &args)
	var day string
	err = s.read.QueryRowContext(ctx, "select count(*), coalesce(min(m.answer_due), '') from request_remedy m join organ o on o.id = m.organ where m.ended = '' and m.answered = '' and m.answer_due <> '' and "+see, args...).Scan(&n, &day)
	if err == nil {
		err = first.UnmarshalText([]byte(day))
	}
	if err != nil {
		return 0, law.Date{}, fmt.Errorf("store: remedies due: %w", err)
	}
	return n, first, nil
}
