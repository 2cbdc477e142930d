package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
)

// RoundRef is the reference of acts on a round of assessment.
func RoundRef(id int64) string { return fmt.Sprintf("score-round/%d", id) }

// A RoundRow is a round as a list shows it.
type RoundRow struct {
	oversight.Round
	OrganName  string
	SchemeName string
	Inner      bool
	Assesses   bool // the viewer gives points in it
	Watches    bool // the viewer sees all of it
	RoundTally
}

// A RoundTally counts the score tables of a round.
type RoundTally struct {
	Organs, Done int // Done: everything scored
	Open, Waits  int // marks nobody scored, bonuses nobody decided
	Failed       int // measures that failed
	Selves       int // organs that handed their own assessment in
	Appeals      int // that nobody decided
}

const roundSQL = `select r.id, r.organ, r.scheme, r.edition, r.name, r.group_name, r.year, r.period, r.number, r.state, r.computed, r.computed_by, r.submit_by, r.submit_on,
	r.review_by, r.reviewer, r.review_on, r.announced, r.appeal_due, r.board, r.version, o.name, m.name, m.internal, o.home, o.path
	from score_round r join organ o on o.id = r.organ join scheme m on m.id = r.scheme`

func roundScan(q scanner, more ...any) (x RoundRow, owner org.Subject, err error) {
	var days [5]string
	err = q.Scan(append([]any{&x.ID, &x.Organ, &x.Scheme, &x.Edition, &x.Name, &x.Group, &x.Year, &x.Period, &x.Number, &x.State, &days[0], &x.ComputedBy, &x.SubmitBy, &days[1],
		&x.ReviewBy, &x.Reviewer, &days[2], &days[3], &days[4], &x.Board, &x.Version, &x.OrganName, &x.SchemeName, &x.Inner, &owner.Home, &owner.Path}, more...)...)
	for i, to := range []*law.Date{&x.Computed, &x.SubmitOn, &x.ReviewOn, &x.Announced, &x.AppealDue} {
		if err == nil {
			err = to.UnmarshalText([]byte(days[i]))
		}
	}
	owner.Organ = x.Organ
	return x, owner, err
}

// sight says what the viewer may do with a round as the one who assesses or
// watches.
func (x *RoundRow) sight(v org.Viewer, owner org.Subject) {
	x.Assesses = ownerMay(v, org.Score, owner, x.Inner)
	x.Watches = x.Assesses || ownerMay(v, org.SeeScores, owner, x.Inner) && ownerMay(v, org.NoteSupervision, owner, x.Inner)
}

// A RoundQuery chooses rounds. Zero fields choose all that the viewer may see.
type RoundQuery struct {
	Year   int
	Scheme int64
	Before int64 // id, for the next page
	Limit  int
}

// MaxRounds bounds one page of rounds.
const MaxRounds = 100

// ownSheet is a condition on round r: an organ of the viewer's is assessed in it
// and he may see that: the scores once they are announced, before that what the
// organ itself has to say.
func ownSheet(v org.Viewer, args *[]any) string {
	see := scope(v.Scope(org.SeeScores), "ao.home", "ao.path", "", args)
	say := scope(v.Scope(org.AppealScores), "ao.home", "ao.path", "", args)
	return `exists (select 1 from assessment a join organ ao on ao.id = a.organ where a.score_round = r.id
		and (r.state in ('announced', 'closed') and ` + see + ` or r.state in ('self', 'scoring') and ` + say + `))`
}

// watchScope is a condition on round r with owner o and scheme m: the viewer
// assesses in it or watches it.
func watchScope(v org.Viewer, args *[]any) string {
	return "(" + ownerScope(v.Scope(org.Score), "m.internal", args) + " or " +
		ownerScope(v.Scope(org.SeeScores), "m.internal", args) + " and " + ownerScope(v.Scope(org.NoteSupervision), "m.internal", args) + ")"
}

// Rounds lists rounds, the newest first: those of the offices that the viewer
// assesses for or watches, and those in which his own organ is assessed.
func (s *Store) Rounds(ctx context.Context, v org.Viewer, q RoundQuery) ([]RoundRow, error) {
	var p pick
	p.and("r.state not in ('dropped', 'opening')", "("+watchScope(v, &p.args)+" or "+ownSheet(v, &p.args)+")")
	p.is(q.Year != 0, "r.year = ", q.Year)
	p.is(q.Scheme != 0, "r.scheme = ", q.Scheme)
	p.is(q.Before > 0, "r.id < ", q.Before)
	rows, err := p.rows(ctx, s.read, roundSQL, "r.id desc", atMost(q.Limit, MaxRounds))
	if err != nil {
		return nil, fmt.Errorf("store: rounds: %w", err)
	}
	defer rows.Close()
	var out []RoundRow
	for rows.Next() {
		x, owner, err := roundScan(rows)
		if err != nil {
			return nil, fmt.Errorf("store: rounds: %w", err)
		}
		x.sight(v, owner)
		out = append(out, x)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: rounds: %w", err)
	}
	for k := range out {
		if !out[k].Watches {
			continue // how others stand is not for the assessed
		}
		if out[k].RoundTally, err = tallyRound(ctx, s.read, out[k].ID); err != nil {
			return nil, fmt.Errorf("store: rounds: %w", err)
		}
	}
	return out, nil
}

func tallyRound(ctx context.Context, q asker, id int64) (t RoundTally, err error) {
	err = q.QueryRowContext(ctx, `select count(*), coalesce(sum(case when open_marks = 0 then 1 else 0 end), 0), coalesce(sum(open_marks), 0), coalesce(sum(waits), 0),
		coalesce(sum(failed), 0), coalesce(sum(case when self_on = '' then 0 else 1 end), 0) from assessment where score_round = $1`, id).
		Scan(&t.Organs, &t.Done, &t.Open, &t.Waits, &t.Failed, &t.Selves)
	if err == nil {
		err = q.QueryRowContext(ctx, "select count(*) from score_appeal where score_round = $1 and state = 'asked'", id).Scan(&t.Appeals)
	}
	return t, err
}

// A RoundFile is a round with the scheme it is scored by.
type RoundFile struct {
	RoundRow
	Sheet *oversight.Scheme
}

// Round is one round the viewer may see, or ErrNotFound.
func (s *Store) Round(ctx context.Context, v org.Viewer, id int64) (RoundFile, error) {
	f, err := s.round(ctx, s.read, v, id)
	if err == nil && f.Watches {
		f.RoundTally, err = tallyRound(ctx, s.read, id)
	}
	if err != nil {
		return RoundFile{}, fmt.Errorf("store: round %d: %w", id, s.dialect.translate(err))
	}
	return f, nil
}

func (s *Store) round(ctx context.Context, q asker, v org.Viewer, id int64) (f RoundFile, err error) {
	var owner org.Subject
	if f.RoundRow, owner, err = roundScan(q.QueryRowContext(ctx, roundSQL+" where r.id = $1 and r.state not in ('dropped', 'opening')", id)); err != nil {
		return f, err
	}
	f.sight(v, owner)
	if !f.Watches {
		args := []any{id}
		var there bool
		if err := q.QueryRowContext(ctx, "select exists (select 1 from score_round r where r.id = $1 and "+ownSheet(v, &args)+")", args...).Scan(&there); err != nil {
			return f, err
		}
		if !there {
			return f, ErrNotFound
		}
	}
	f.Sheet, err = s.edition(ctx, q, f.Scheme, f.Edition)
	return f, err
}

// RoundVerb is what is done with a round: oversight's Submit, Review and so on.
// scored says whether the viewer gave points in it.
type RoundVerb func(x *oversight.Round, t RoundTally, scored bool, today law.Date) error

// WithRound runs a verb on a round and keeps what it changed. kind is the act;
// version the one last read.
func (s *Store) WithRound(ctx context.Context, by By, id, version int64, kind string, verb RoundVerb) (Done, error) {
	return s.do(ctx, by, "round", func(h *hand) (string, error) {
		f, err := s.round(h.ctx, h, by.Viewer, id)
		if err != nil {
			return "", err
		}
		if !f.Assesses {
			return "", Forbidden(org.Score)
		}
		if f.Version != version {
			return "", ErrConflict
		}
		if f.RoundTally, err = tallyRound(h.ctx, h, id); err != nil {
			return "", err
		}
		var scored bool
		if err := h.QueryRowContext(h.ctx, "select exists (select 1 from score_person where score_round = $1 and person = $2)", id, by.Viewer.Person).Scan(&scored); err != nil {
			return "", err
		}
		before := f.Round
		if err := verb(&f.Round, f.RoundTally, scored, h.day); err != nil {
			return "", err
		}
		if err := h.writeRound(&f.Round); err != nil {
			return "", err
		}
		changes := []act.Change{{Field: "状态", Old: before.State.Chinese(), New: f.State.Chinese()}, {Field: "复核人", Old: before.Reviewer, New: f.Reviewer},
			{Field: "申诉截止", Old: before.AppealDue.String(), New: f.AppealDue.String()}}
		switch kind {
		case act.ScoreSubmitted, act.ScoreAnnounced, act.ScoreClosed:
			digest, err := h.digestRound(id)
			if err != nil {
				return "", err
			}
			changes = append(changes, act.Change{Field: "得分表摘要", New: digest})
		}
		if kind == act.ScoreAnnounced {
			if err := h.tellAssessed(&f.Round, kind, ""); err != nil {
				return "", err
			}
		}
		return fmt.Sprint(id), h.note(kind, RoundRef(id), f.Organ, nil, changes...)
	})
}

func (h *hand) writeRound(x *oversight.Round) error {
	res, err := h.ExecContext(h.ctx, `update score_round set state = $3, computed = $4, computed_by = $5, submit_by = $6, submit_on = $7, review_by = $8, reviewer = $9, review_on = $10,
		announced = $11, appeal_due = $12, board = $13, version = version + 1 where id = $1 and version = $2`, x.ID, x.Version, string(x.State), x.Computed.String(), x.ComputedBy,
		x.SubmitBy, x.SubmitOn.String(), x.ReviewBy, x.Reviewer, x.ReviewOn.String(), x.Announced.String(), x.AppealDue.String(), flag(x.Board))
	return one(res, err)
}

// digestRound is the hash of every organ's total, in the order of organs: the
// act binds the table as it stood.
func (h *hand) digestRound(id int64) (string, error) {
	rows, err := h.QueryContext(h.ctx, "select organ, base, bonus, minus, total, ranked from assessment where score_round = $1 order by organ", id)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var n [6]int64
		if err := rows.Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5]); err != nil {
			return "", err
		}
		fmt.Fprintln(&b, n)
	}
	return act.Digest([]byte(b.String())), rows.Err()
}

// maxTold bounds how many organs are told by one act; a nation finds its scores
// on the desk.
const maxTold = 500

// tellAssessed tells the heads of the organs of a round.
func (h *hand) tellAssessed(x *oversight.Round, kind, prefix string) error {
	rows, err := h.QueryContext(h.ctx, "select a.id, a.organ, o.home from assessment a join organ o on o.id = a.organ where a.score_round = $1 order by a.organ limit $2", x.ID, maxTold)
	if err != nil {
		return err
	}
	type sheet struct{ id, organ, home int64 }
	var list []sheet
	for rows.Next() {
		var s sheet
		if err := rows.Scan(&s.id, &s.organ, &s.home); err != nil {
			return errors.Join(err, rows.Close())
		}
		list = append(list, s)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, s := range list {
		n := News{Kind: kind, Ref: ScoreRef(s.id), Organ: s.organ, Subject: prefix + x.Name, Link: fmt.Sprintf("/desk/scores/sheets/%d", s.id), Due: x.AppealDue}
		if _, err := h.notify(n, ToRole(org.Head, s.home), ToRole(org.Head, s.organ)); err != nil {
			return err
		}
	}
	return nil
}

// DropRound takes a round back that was opened by mistake, before its scores
// were announced. Its score tables stay for the record and are shown nowhere.
func (s *Store) DropRound(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "drop round", func(h *hand) (string, error) {
		f, err := s.round(h.ctx, h, by.Viewer, id)
		switch {
		case err != nil:
			return "", err
		case !f.Assesses:
			return "", Forbidden(org.Score)
		case f.State.Announced():
			return "", act.Refuse("得分已经公布，这一轮考核不能作废。")
		case strings.TrimSpace(by.Reason) == "":
			return "", act.Refuse("请写明作废的原因。")
		}
		res, err := h.ExecContext(h.ctx, "update score_round set state = 'dropped', version = version + 1 where id = $1 and version = $2", id, version)
		if err := one(res, err); err != nil {
			return "", err
		}
		return "", h.note(act.ScoreDropped, RoundRef(id), f.Organ, nil, act.Change{Field: "考核", New: f.Name})
	})
}

// rowsOf is a query that is read to its end by scan and closed.
func rowsOf(ctx context.Context, q asker, scan func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
