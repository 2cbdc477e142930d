package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/casework"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
)

// keepPapers writes what the acts of a file say of its letters, its cases and its
// archive, where this verb changed it.
func (h *hand) keepPapers(x *RequestFile, cal *calendar.Calendar) error {
	if err := h.keepRemedies(x, cal); err != nil {
		return err
	}
	letters, archive := false, false
	for _, e := range x.Fresh() {
		switch e.Kind {
		case act.RequestLetterWritten, act.RequestLetterVoided, act.RequestLetterStamped, act.RequestLetterSealed, act.RequestLetterServed, act.RequestServed:
			letters = true
		case act.RequestArchived, act.RequestReopened:
			archive = true
		}
	}
	if letters {
		if err := h.keepLetters(x); err != nil {
			return err
		}
	}
	switch {
	case !archive:
		return nil
	case x.Archived.IsZero():
		_, err := h.ExecContext(h.ctx, "delete from request_archive where request = $1", x.ID)
		return err
	}
	_, err := h.ExecContext(h.ctx, "insert into request_archive (request, organ, archived) values ($1, $2, $3) on conflict (request) do update set archived = excluded.archived", x.ID, x.Organ, x.Archived.String())
	return err
}

func (h *hand) keepRemedies(x *RequestFile, cal *calendar.Calendar) error {
	for _, r := range x.Remedies {
		due, appeal := "", ""
		if l, err := r.AnswerDue(cal); err == nil {
			due = l.Due.String()
		}
		if l, ok := r.AppealBy(cal); ok {
			appeal = l.Due.String()
		}
		_, err := h.ExecContext(h.ctx, `insert into request_remedy (request, n, organ, kind, begun, ended, ending, counted, simple, letter, instance, answered, answer_due, hearing, appeal_by, redone)
			values (`+params(1, 16)+`)
			on conflict (request, n) do update set begun = excluded.begun, ended = excluded.ended, ending = excluded.ending, counted = excluded.counted, simple = excluded.simple, letter = excluded.letter,
			instance = excluded.instance, answered = excluded.answered, answer_due = excluded.answer_due, hearing = excluded.hearing, appeal_by = excluded.appeal_by, redone = excluded.redone`,
			x.ID, r.N, x.Organ, string(r.Kind), r.Begun.String(), r.Ended.String(), string(r.Ending), flag(r.Counted), flag(r.Simple), r.Letter, r.Instance(), r.Answered().String(), due, r.Hearing().String(), appeal, flag(r.Redone))
		if err != nil {
			return err
		}
	}
	return nil
}

func (h *hand) keepLetters(x *RequestFile) error {
	for _, l := range x.Letters {
		if l.No != "" {
			taken, err := h.exists("select exists (select 1 from request_letter where organ = $1 and no = $2 and not (request = $3 and code = $4))", x.Organ, l.No, x.ID, l.Code)
			if err != nil {
				return err
			}
			if taken {
				return act.Refuse("文号“" + l.No + "”已经用在本机关的另一份文书上，请核对；作废的号也不再使用。")
			}
		}
		_, err := h.ExecContext(h.ctx, `insert into request_letter (request, n, organ, former, code, no, dated, scan, voided, served, way) values (`+params(1, 11)+`)
			on conflict (request, n) do update set scan = excluded.scan, voided = excluded.voided, served = excluded.served, way = excluded.way`,
			x.ID, l.N, x.Organ, l.Of, l.Code, l.No, l.On.String(), l.Scan, l.Void, l.Served.String(), l.Way)
		if err != nil {
			return err
		}
		for i, s := range l.Seals {
			_, err := h.ExecContext(h.ctx, "insert into request_seal (request, n, i, organ, sealed, copies, consent, asker, keeper) values ("+params(1, 9)+") on conflict (request, n, i) do nothing",
				x.ID, l.N, i+1, x.Organ, s.On.String(), s.Copies, s.Consent, s.Asker, s.Keeper)
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// A SealRow is one line of the register of uses of the seal 用印登记.
type SealRow struct {
	Request, Organ           int64
	Number, Subject          string // of the request
	OrganName, Asker, Keeper string
	Letter                   int // its place in the file
	Code, No, Void           string
	Consent                  string // what approved it
	Sealed, Dated, Served    law.Date
	Copies                   int
}

// PaperQuery chooses lines of the registers of seals and of cases. Zero fields
// choose all that the viewer may see.
type PaperQuery struct {
	Organ int64
	Year  int
	Kind  casework.RemedyKind // for cases
	State string              // for cases: "answer" the organ has to answer, "open" without result, "ended", "redo" has to be answered anew; "" all
	Table string              // for cases: a column of table four: upheld, corrected, other, pending, total; needs Year
	After string              // mark of the page
	Limit int                 // at most MaxRequests; 0 for that
}

// RequestSeals lists uses of the seal, the newest first, with the mark of the next
// page.
func (s *Store) RequestSeals(ctx context.Context, v org.Viewer, q PaperQuery) (out []SealRow, next string, err error) {
	var args []any
	arg := argsTo(&args)
	cond := []string{scope(v.Scope(org.SeeRequests), "o.home", "o.path", "", &args)}
	if q.Organ != 0 {
		cond = append(cond, "s.organ = "+arg(q.Organ))
	}
	if q.Year != 0 {
		cond = append(cond, "s.sealed >= "+arg(law.Day(q.Year, 1, 1).String()), "s.sealed <= "+arg(law.Day(q.Year, 12, 31).String()))
	}
	if q.After != "" {
		f := strings.Split(q.After, "_")
		if len(f) != 4 {
			return nil, "", ErrCursor
		}
		var n [3]int64
		for i := range n {
			if n[i], err = strconv.ParseInt(f[i+1], 10, 64); err != nil {
				return nil, "", ErrCursor
			}
		}
		cond = append(cond, fmt.Sprintf("(s.sealed, s.request, s.n, s.i) < (%s, %s, %s, %s)", arg(f[0]), arg(n[0]), arg(n[1]), arg(n[2])))
	}
	limit := q.limit()
	rows, err := s.read.QueryContext(ctx, `select s.request, s.n, s.i, s.organ, r.number, r.subject, o.name, coalesce(a.name, ''), coalesce(k.name, ''), l.code, l.no, l.voided, s.consent, s.sealed, l.dated, l.served, s.copies
		from request_seal s join request_letter l on l.request = s.request and l.n = s.n join request r on r.id = s.request join organ o on o.id = s.organ
		left join person a on a.id = s.asker left join person k on k.id = s.keeper where `+strings.Join(cond, " and ")+" order by s.sealed desc, s.request desc, s.n desc, s.i desc limit "+arg(limit+1), args...)
	if err != nil {
		return nil, "", fmt.Errorf("store: seals: %w", err)
	}
	defer rows.Close()
	var marks []string
	for rows.Next() {
		var x SealRow
		var i int
		var sealed, dated, served string
		if err := rows.Scan(&x.Request, &x.Letter, &i, &x.Organ, &x.Number, &x.Subject, &x.OrganName, &x.Asker, &x.Keeper, &x.Code, &x.No, &x.Void, &x.Consent, &sealed, &dated, &served, &x.Copies); err != nil {
			return nil, "", fmt.Errorf("store: seals: %w", err)
		}
		if err := days(sealed, &x.Sealed, dated, &x.Dated, served, &x.Served); err != nil {
			return nil, "", fmt.Errorf("store: seals: %w", err)
		}
		out, marks = append(out, x), append(marks, fmt.Sprintf("%s_%d_%d_%d", sealed, x.Request, x.Letter, i))
	}
	if len(out) > limit {
		out, next = out[:limit], marks[limit-1]
	}
	return out, next, rows.Err()
}

func (q PaperQuery) limit() int {
	if q.Limit <= 0 || q.Limit > MaxRequests {
		return MaxRequests
	}
	return q.Limit
}

// argsTo collects arguments and gives their places.
func argsTo(args *[]any) func(any) string {
	return func(v any) string {
		*args = append(*args, v)
		return fmt.Sprintf("$%d", len(*args))
	}
}

// days reads days as they are kept: text, where to, text, where to …
func days(pairs ...any) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := pairs[i+1].(*law.Date).UnmarshalText([]byte(pairs[i].(string))); err != nil {
			return err
		}
	}
	return nil
}
