package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/org"
)

// lateAfter is how long a job may wait after its time before it counts as late.
const lateAfter = 15 * time.Minute

// JobCounts is the state of the jobs, for doctor and the page of jobs.
type JobCounts struct {
	Waiting   int64
	Late      int64 // of those that wait: since more than 15 minutes
	Running   int64
	Dead      int64
	Unkept    int64 // entries of the schedule that are late: nobody runs jobs
	Unsettled int64 // entries of the schedule whose last run failed
}

// JobCounts counts the jobs.
func (s *Store) JobCounts(ctx context.Context) (JobCounts, error) {
	var c JobCounts
	now, err := s.instant(ctx, s.read)
	if err == nil {
		late := now.Add(-lateAfter).UnixMilli()
		err = s.read.QueryRowContext(ctx, `select coalesce(sum(case when dead = 0 and (runner = '' or due <= $1) then 1 else 0 end), 0),
			coalesce(sum(case when dead = 0 and due <= $2 then 1 else 0 end), 0), coalesce(sum(case when dead = 0 and runner <> '' and due > $1 then 1 else 0 end), 0),
			coalesce(sum(case when dead <> 0 then 1 else 0 end), 0) from job`, now.UnixMilli(), late).Scan(&c.Waiting, &c.Late, &c.Running, &c.Dead)
		if err == nil {
			err = s.read.QueryRowContext(ctx, `select coalesce(sum(case when next <= $1 then 1 else 0 end), 0), coalesce(sum(case when error <> '' then 1 else 0 end), 0) from schedule`,
				late).Scan(&c.Unkept, &c.Unsettled)
		}
	}
	if err != nil {
		return JobCounts{}, fmt.Errorf("store: count jobs: %w", err)
	}
	return c, nil
}

// The states of a job.
const (
	JobWaiting = "waiting"
	JobRunning = "running"
	JobDead    = "dead"
)

// A Job is a line of the page of jobs.
type Job struct {
	ID     int64
	Kind   string
	State  string
	Due    time.Time // when it may begin; of one that runs, the end of its lease
	Tries  int
	Runner string
	Began  time.Time // zero for never
	Made   time.Time
	Error  string    // of the last try
	Dead   time.Time // when it was given up
}

// A JobQueue counts the jobs of one kind.
type JobQueue struct {
	Kind                         string
	Waiting, Late, Running, Dead int64
	Failing                      int64     // of those that wait: tried before, in vain
	Oldest                       time.Time // when the one that has waited longest was due
}

// A ScheduleLine is an entry of the schedule.
type ScheduleLine struct {
	Name, Rule, Error string
	Next, Last, Ended time.Time // zero for never
}

// JobState is what the page of jobs shows.
type JobState struct {
	Queues   []JobQueue
	Running  []Job
	Dead     []Job // the newest MaxDead
	Schedule []ScheduleLine
	Now      time.Time // of the database
}

// MaxDead bounds the dead letters of one page.
const MaxDead = 100

// JobState is for those who may Configure; others are refused.
func (s *Store) JobState(ctx context.Context, v org.Viewer) (*JobState, error) {
	if !org.Able(v, org.Configure) {
		return nil, Forbidden(org.Configure)
	}
	x, err := s.jobState(ctx)
	if err != nil {
		return nil, fmt.Errorf("store: state of jobs: %w", err)
	}
	return x, nil
}

func (s *Store) jobState(ctx context.Context) (*JobState, error) {
	now, err := s.instant(ctx, s.read)
	if err != nil {
		return nil, err
	}
	x := &JobState{Now: now}
	rows, err := s.read.QueryContext(ctx, `select kind, sum(case when dead = 0 and (runner = '' or due <= $1) then 1 else 0 end), sum(case when dead = 0 and due <= $2 then 1 else 0 end),
		sum(case when dead = 0 and runner <> '' and due > $1 then 1 else 0 end), sum(case when dead <> 0 then 1 else 0 end),
		sum(case when dead = 0 and runner = '' and error <> '' then 1 else 0 end), coalesce(min(case when dead = 0 and due <= $1 then due end), 0) from job group by kind order by kind`, now.UnixMilli(), now.Add(-lateAfter).UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var q JobQueue
		var oldest int64
		if err := rows.Scan(&q.Kind, &q.Waiting, &q.Late, &q.Running, &q.Dead, &q.Failing, &oldest); err != nil {
			return nil, err
		}
		q.Oldest = momentOf(oldest)
		x.Queues = append(x.Queues, q)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if x.Running, err = s.jobs(ctx, JobRunning, "dead = 0 and runner <> '' and due > $1 order by began, id limit 100", now.UnixMilli()); err != nil {
		return nil, err
	}
	if x.Dead, err = s.jobs(ctx, JobDead, "dead <> 0 order by dead desc, id desc limit $1", MaxDead); err != nil {
		return nil, err
	}
	x.Schedule, err = s.scheduleLines(ctx)
	return x, err
}

func (s *Store) jobs(ctx context.Context, state, where string, arg any) ([]Job, error) {
	rows, err := s.read.QueryContext(ctx, "select id, kind, due, tries, runner, began, made, error, dead from job where "+where, arg)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Job
	for rows.Next() {
		j := Job{State: state}
		var due, began, made, dead int64
		if err := rows.Scan(&j.ID, &j.Kind, &due, &j.Tries, &j.Runner, &began, &made, &j.Error, &dead); err != nil {
			return nil, err
		}
		j.Due, j.Began, j.Made, j.Dead = momentOf(due), momentOf(began), momentOf(made), momentOf(dead)
		out = append(out, j)
	}
	return out, rows.Err()
}

func (s *Store) scheduleLines(ctx context.Context) ([]ScheduleLine, error) {
	rows, err := s.read.QueryContext(ctx, "select name, rule, error, next, last, ended from schedule order by name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ScheduleLine
	for rows.Next() {
		var x ScheduleLine
		var next, last, ended int64
		if err := rows.Scan(&x.Name, &x.Rule, &x.Error, &next, &last, &ended); err != nil {
			return nil, err
		}
		x.Next, x.Last, x.Ended = momentOf(next), momentOf(last), momentOf(ended)
		out = append(out, x)
	}
	return out, rows.Err()
}

// momentOf is an instant kept in milliseconds, the zero time for 0.
func momentOf(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}

// JobRef is the reference of acts on a job.
func JobRef(id int64) string { return fmt.Sprintf("job/%d", id) }

// RetryJob lets a dead letter live again, with all its tries before it. It needs
// Configure; a job that is not dead is ErrNotFound, one whose key another job
// has by now is ErrConflict.
func (s *Store) RetryJob(ctx context.Context, by By, id int64) (Done, error) {
	return s.do(ctx, by, "retry a job", func(h *hand) (string, error) {
		kind, err := h.deadLetter(id)
		if err != nil {
			return "", err
		}
		// The key of a scheduled job that came again meanwhile is taken.
		res, err := h.ExecContext(h.ctx, `update job set dead = 0, tries = 0, runner = '', due = `+s.jobNow()+` where id = $1 and dead <> 0
			and not exists (select 1 from job o where o.key = job.key and o.key <> '' and o.dead = 0)`, id)
		if err := one(res, err); err != nil {
			if errors.Is(err, ErrConflict) {
				return "", act.Refuse("同一项定时作业已经重新排入队列，不必再试。可以填写理由后放弃这一条。")
			}
			return "", err
		}
		return "", h.note(act.JobRetried, JobRef(id), 0, nil, act.Change{Field: "作业", New: kind})
	})
}

// DropJob takes a dead letter away for good. It needs Configure and a reason.
func (s *Store) DropJob(ctx context.Context, by By, id int64) (Done, error) {
	return s.do(ctx, by, "drop a job", func(h *hand) (string, error) {
		kind, err := h.deadLetter(id)
		if err != nil {
			return "", err
		}
		if strings.TrimSpace(by.Reason) == "" {
			return "", act.Refuse("放弃一项作业要写明理由，例如“收件人已离岗”。")
		}
		if err := h.dropped(id); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "delete from job where id = $1", id); err != nil {
			return "", err
		}
		return "", h.note(act.JobDropped, JobRef(id), 0, nil, act.Change{Field: "作业", Old: kind})
	})
}

func (h *hand) deadLetter(id int64) (kind string, err error) {
	if !org.Able(h.by.Viewer, org.Configure) {
		return "", Forbidden(org.Configure)
	}
	return kind, h.QueryRowContext(h.ctx, "select kind from job where id = $1 and dead <> 0", id).Scan(&kind)
}

// HurryJobs makes every job that waits for its next try due now: what was out of
// order is mended. It needs Configure.
func (s *Store) HurryJobs(ctx context.Context, by By) (Done, error) {
	return s.do(ctx, by, "hurry jobs", func(h *hand) (string, error) {
		if !org.Able(by.Viewer, org.Configure) {
			return "", Forbidden(org.Configure)
		}
		res, err := h.ExecContext(h.ctx, "update job set due = "+s.jobNow()+" where dead = 0 and runner = '' and error <> '' and due > "+s.jobNow())
		if err != nil {
			return "", err
		}
		n, err := res.RowsAffected()
		if err != nil || n == 0 {
			return "0", err
		}
		return fmt.Sprint(n), h.note(act.JobRetried, "job", 0, nil, act.Change{Field: "作业数", New: fmt.Sprint(n)})
	})
}
