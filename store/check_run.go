package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// checkJob is the kind of the job that checks all reports.
const checkJob = "checkall"

// keptRuns is how many checks of all reports are kept.
const keptRuns = 3

// A CheckRun is a check of all published reports, as far as a viewer may see it.
type CheckRun struct {
	ID          int64
	First, Last int
	Began       time.Time
	Ended       time.Time // zero while it runs
	Reports     int       // in the whole store
	Organs      int
	Error       string // why it ended without a result
	Counts      []CheckCount
}

// A CheckCount is in how many reports of a year, within the viewer's reach, a
// rule found something.
type CheckCount struct {
	Code    string
	Year    int
	Level   annual.Level
	Reports int
}

type checkPayload struct {
	Run   int64 `json:"run"`
	First int   `json:"first"`
	Last  int   `json:"last"`
}

// AskCheck has all published reports of the years checked by a background job.
// It needs SumReports somewhere. Done.Answer is the id of the run; one that runs
// already is answered with its own.
func (s *Store) AskCheck(ctx context.Context, by By, first, last int) (Done, error) {
	if last < first || last-first > 50 {
		return Done{}, fmt.Errorf("store: check of the years %d to %d", first, last)
	}
	return s.do(ctx, by, "ask for a check", func(h *hand) (string, error) {
		if !org.Able(by.Viewer, org.SumReports) {
			return "", Forbidden(org.SumReports)
		}
		var running int64
		err := h.QueryRowContext(h.ctx, "select id from check_run where ended = 0 and began > $1 order by id desc limit 1", h.now-checkTime.Milliseconds()).Scan(&running)
		if err == nil {
			return fmt.Sprint(running), nil
		} else if !errors.Is(err, sql.ErrNoRows) {
			return "", err
		}
		id := s.NewID()
		if err := beginCheck(h.ctx, h, checkPayload{id, first, last}, h.now, by.Viewer.Person); err != nil {
			return "", err
		}
		if err := h.enqueue(checkJob, checkPayload{id, first, last}, time.Time{}); err != nil {
			return "", err
		}
		return fmt.Sprint(id), h.note(act.ReportsChecked, fmt.Sprintf("check/%d", id), by.Viewer.Organ, nil, act.Change{Field: "年度", New: fmt.Sprintf("%d—%d", first, last)})
	})
}

// checkTime bounds one check of all reports.
const checkTime = 30 * time.Minute

func beginCheck(ctx context.Context, q asker, p checkPayload, now, person int64) error {
	_, err := q.ExecContext(ctx, "insert into check_run (id, first_year, last_year, began, ended, reports, organs, asked_by, error) values ($1, $2, $3, $4, 0, 0, 0, $5, '')", p.Run, p.First, p.Last, now, person)
	return err
}

// runCheck is the job.
func (s *Store) runCheck(ctx context.Context, payload []byte) error {
	var p checkPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return GiveUp(err)
	}
	sweep, err := s.CheckAll(ctx, CheckOptions{First: p.First, Last: p.Last})
	if err != nil {
		return err
	}
	return s.keepSweep(ctx, p.Run, sweep)
}

// KeepCheck keeps what a check found, as if a job had made it.
func (s *Store) KeepCheck(ctx context.Context, sweep *Sweep) (run int64, err error) {
	run = s.NewID()
	err = s.tx(ctx, "keep a check", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		return beginCheck(ctx, keptTx{s, tx}, checkPayload{run, sweep.First, sweep.Last}, now, 0)
	})
	if err == nil {
		err = s.keepSweep(ctx, run, sweep)
	}
	return run, err
}

// keepSweep writes what was found and ends the run; older runs go.
func (s *Store) keepSweep(ctx context.Context, run int64, sweep *Sweep) error {
	return s.tx(ctx, "keep a check", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, "delete from check_hit where run = $1", run); err != nil { // a job may run twice
			return err
		}
		for i := range sweep.Hits {
			h := &sweep.Hits[i]
			_, err := s.exec(ctx, tx, "insert into check_hit (run, code, year, level, reports, found, organs) values ($1, $2, $3, $4, $5, $6, $7)",
				run, h.Code, h.Year, string(h.Level), len(h.Organs), h.Found, packIDs(h.Organs))
			if err != nil {
				return err
			}
		}
		if _, err := tx.ExecContext(ctx, "update check_run set ended = $2, reports = $3, organs = $4 where id = $1", run, now, sweep.Reports, sweep.Organs); err != nil {
			return err
		}
		old := "select id from check_run where id not in (select id from check_run order by id desc limit $1)"
		for _, q := range []string{"delete from check_hit where run in (" + old + ")", "delete from check_run where id in (" + old + ")"} {
			if _, err := tx.ExecContext(ctx, q, keptRuns); err != nil {
				return err
			}
		}
		return nil
	})
}

// packIDs writes ids as differences from one to the next.
func packIDs(ids []int64) []byte {
	b := make([]byte, 0, len(ids)*3)
	last := int64(0)
	for _, id := range ids {
		b = binary.AppendVarint(b, id-last)
		last = id
	}
	return b
}

func unpackIDs(b []byte) ([]int64, error) {
	var out []int64
	last := int64(0)
	for len(b) > 0 {
		d, w := binary.Varint(b)
		if w <= 0 {
			return nil, errors.New("store: damaged list of organs")
		}
		last += d
		out, b = append(out, last), b[w:]
	}
	return out, nil
}

// LastCheck is the newest check of all reports with its counts within the
// viewer's reach, or ErrNotFound: there was none, or the viewer may not check
// reports. One that still runs has no counts.
func (s *Store) LastCheck(ctx context.Context, v org.Viewer) (*CheckRun, error) {
	x, err := s.lastCheck(ctx, v)
	if err != nil {
		return nil, fmt.Errorf("store: last check: %w", s.dialect.translate(err))
	}
	return x, nil
}

func (s *Store) lastCheck(ctx context.Context, v org.Viewer) (*CheckRun, error) {
	if !org.Able(v, org.SeeReports) {
		return nil, ErrNotFound
	}
	x := &CheckRun{}
	var began, ended int64
	err := s.read.QueryRowContext(ctx, "select id, first_year, last_year, began, ended, reports, organs, error from check_run order by id desc limit 1").
		Scan(&x.ID, &x.First, &x.Last, &began, &ended, &x.Reports, &x.Organs, &x.Error)
	if err != nil {
		return nil, err
	}
	x.Began = time.UnixMilli(began)
	if ended == 0 {
		return x, nil
	}
	x.Ended = time.UnixMilli(ended)
	seen, err := s.inReach(ctx, v)
	if err != nil {
		return nil, err
	}
	rows, err := s.read.QueryContext(ctx, "select code, year, level, reports, organs from check_hit where run = $1 order by code, year, level", x.ID)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c CheckCount
		var organs []byte
		if err := rows.Scan(&c.Code, &c.Year, &c.Level, &c.Reports, &organs); err != nil {
			return nil, err
		}
		if !seen.all {
			ids, err := unpackIDs(organs)
			if err != nil {
				return nil, err
			}
			c.Reports = 0
			for _, id := range ids {
				if seen.has(id) {
					c.Reports++
				}
			}
		}
		if c.Reports > 0 {
			x.Counts = append(x.Counts, c)
		}
	}
	return x, rows.Err()
}

// reach is whose reports a viewer may check.
type reach struct {
	all    bool
	organs map[int64]bool
}

func (r reach) has(organ int64) bool { return r.all || r.organs[organ] }

func (s *Store) inReach(ctx context.Context, v org.Viewer) (reach, error) {
	r := reach{all: v.Scope(org.SeeReports).All(), organs: map[int64]bool{}}
	if r.all {
		return r, nil
	}
	t, err := s.organTree(ctx)
	if err != nil {
		return r, err
	}
	for i := range t.organs {
		o := &t.organs[i]
		if org.May(v, org.SeeReports, org.Subject{Organ: o.ID, Home: t.home[i], Path: o.Path}) {
			r.organs[o.ID] = true
		}
	}
	return r, nil
}

// A CheckHit is one report in which a rule found something.
type CheckHit struct {
	Organ    org.Organ // as it was at the end of the year
	Findings []annual.Finding
	Gone     bool // the rule finds nothing there any more
}

// CheckHits lists the reports of a year in which a rule found something, in the
// order of the tree, with what it finds there now. after is the organ that the
// page before ended with, 0 for the first; next is 0 after the last. Rules
// between a government and its organs have no findings here: the page of the sum
// shows them.
func (s *Store) CheckHits(ctx context.Context, v org.Viewer, run int64, code string, year int, after int64, limit int) (hits []CheckHit, next int64, err error) {
	hits, next, err = s.checkHits(ctx, v, run, code, year, after, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("store: hits of %s in %d: %w", code, year, s.dialect.translate(err))
	}
	return hits, next, nil
}

func (s *Store) checkHits(ctx context.Context, v org.Viewer, run int64, code string, year int, after int64, limit int) (hits []CheckHit, next int64, err error) {
	if !org.Able(v, org.SeeReports) {
		return nil, 0, ErrNotFound
	}
	seen, err := s.inReach(ctx, v)
	if err != nil {
		return nil, 0, err
	}
	rows, err := s.read.QueryContext(ctx, "select organs from check_hit where run = $1 and code = $2 and year = $3 order by level", run, code, year)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var b []byte
		if err := rows.Scan(&b); err != nil {
			return nil, 0, err
		}
		more, err := unpackIDs(b)
		if err != nil {
			return nil, 0, err
		}
		ids = append(ids, more...)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	t, err := s.organTreeOn(ctx, law.Day(year, 12, 31))
	if err != nil {
		return nil, 0, err
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { _, there := t.at[id]; return !there || !seen.has(id) })
	slices.SortFunc(ids, func(a, b int64) int { return t.at[a] - t.at[b] }) // of two levels
	ids = slices.Compact(ids)
	if at, there := t.at[after]; there && after != 0 {
		ids = slices.DeleteFunc(ids, func(id int64) bool { return t.at[id] <= at })
	}
	if limit <= 0 || limit > MaxReports {
		limit = 50
	}
	for i, id := range ids {
		if i == limit {
			next = ids[i-1]
			break
		}
		h := CheckHit{Organ: t.organs[t.at[id]]}
		if code != reporting.RuleSum && code != reporting.RuleChild && code != "H-MISSING" {
			if h.Findings, err = s.findAgain(ctx, h.Organ, year, code); err != nil {
				return nil, 0, err
			}
			h.Gone = len(h.Findings) == 0
		}
		hits = append(hits, h)
	}
	return hits, next, nil
}

// findAgain asks one rule of a report as it is now.
func (s *Store) findAgain(ctx context.Context, o org.Organ, year int, code string) ([]annual.Finding, error) {
	rule, ok := annual.FindRule(code)
	f, err := s.Report(ctx, o.ID, year)
	if errors.Is(err, ErrNotFound) || !ok {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	c := contextOf(&o)
	if last, err := s.Report(ctx, o.ID, year-1); err == nil {
		c.Last = last.Report
	} else if !errors.Is(err, ErrNotFound) {
		return nil, err
	}
	return rule.Check(f.Report, &c), nil
}
