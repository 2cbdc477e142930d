package store

import (
	"context"
	"fmt"
	"time"

	"gongkai/casework"
	"gongkai/law"
)

// FaultRequest is a request whose row, content or remedies are not what its acts
// say, or whose acts do not follow from each other.
const FaultRequest = "request"

// inspectRequests replays every file and compares its row, and the figures of its
// remedies, with what the acts say. Days of open files follow from the calendar
// and from today: they are compared only where the answer is given.
func (s *Store) inspectRequests(ctx context.Context, x *Inspection, progress Progress) error {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return err
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return err
	}
	today := law.DateOf(time.UnixMilli(now))
	looked, after := int64(0), int64(0)
	for {
		ids, err := s.requestIDs(ctx, after)
		if err != nil {
			return err
		}
		rows, err := s.requestRows(ctx, ids)
		if err != nil {
			return err
		}
		for i := range rows {
			detail, err := s.inspectRequest(ctx, &rows[i], func(r *casework.Request) casework.Row { return r.Row(cal, today) })
			if err != nil {
				return err
			}
			if looked++; detail != "" {
				x.fault(Fault{Kind: FaultRequest, Organ: rows[i].Organ, Name: rows[i].OrganName, Year: max(rows[i].Received.Year, rows[i].Arrived.Year), Version: rows[i].Version, Detail: rows[i].Number + ": " + detail})
			}
		}
		progress("request", looked, 0)
		if len(ids) < inspectBatch {
			return nil
		}
		after = ids[len(ids)-1]
	}
}

func (s *Store) requestIDs(ctx context.Context, after int64) ([]int64, error) {
	rows, err := s.read.QueryContext(ctx, "select id from request where id > $1 order by id limit $2", after, inspectBatch)
	if err != nil {
		return nil, err
	}
	var out []int64
	return out, scanAll(rows, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out = append(out, id)
		return err
	})
}

// inspectRequest says what is wrong with one file, "" if nothing is.
func (s *Store) inspectRequest(ctx context.Context, row *RequestRow, rowOf func(*casework.Request) casework.Row) (string, error) {
	x, _, _, err := s.scanRequest(s.read.QueryRowContext(ctx, requestSQL+" where r.id = $1", row.ID))
	switch {
	case err == nil && x.Version != row.Version:
		return "", nil // it went on meanwhile
	case err != nil && notFound(err) == ErrNotFound:
		return "content is missing", nil
	case err != nil:
		return "content: " + err.Error(), ctx.Err()
	}
	if x.Request, err = s.replay(ctx, s.read, row.ID); err != nil {
		return err.Error(), ctx.Err()
	}
	is, want := row.Row, rowOf(x.Request)
	if x.State.Open() && x.State != casework.Decided {
		if is.Due.IsZero() != want.Due.IsZero() {
			return "due", nil
		}
		is.Limits, want.Limits = casework.Limits{}, casework.Limits{}
	}
	// A calendar that was corrected since counts other days; what was counted stands.
	is.Days, want.Days = 0, 0
	is.AnswerBy, want.AnswerBy = law.Date{}, law.Date{}
	if is != want {
		return fmt.Sprintf("row %+v, acts %+v", is, want), nil
	}
	return s.inspectColumns(ctx, x, want)
}

// inspectColumns compares what only counts use: years and remedies.
func (s *Store) inspectColumns(ctx context.Context, x *RequestFile, want casework.Row) (string, error) {
	var began, ended int
	if err := s.read.QueryRowContext(ctx, "select new_in, result_in from request where id = $1", x.ID).Scan(&began, &ended); err != nil {
		return "", err
	}
	if began != want.NewIn() || ended != want.ResultIn() {
		return fmt.Sprintf("counts in %d and %d, acts %d and %d", began, ended, want.NewIn(), want.ResultIn()), nil
	}
	rows, err := s.read.QueryContext(ctx, "select n, kind, begun, ended, ending, counted from request_remedy where request = $1 order by n", x.ID)
	if err != nil {
		return "", err
	}
	n, detail := 0, ""
	err = scanAll(rows, func(r scanner) error {
		var at int
		var kind, begun, end, ending string
		var counted int64
		if err := r.Scan(&at, &kind, &begun, &end, &ending, &counted); err != nil {
			return err
		}
		if n++; n > len(x.Remedies) {
			return nil
		}
		if y := x.Remedies[n-1]; at != y.N || kind != string(y.Kind) || begun != y.Begun.String() || end != y.Ended.String() || ending != string(y.Ending) || counted != flag(y.Counted) {
			detail = fmt.Sprintf("remedy %d", at)
		}
		return nil
	})
	if n != len(x.Remedies) {
		detail = fmt.Sprintf("%d remedies, acts %d", n, len(x.Remedies))
	}
	return detail, err
}
