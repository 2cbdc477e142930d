package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// A JobKind is one kind of work that a runner does.
type JobKind struct {
	Name string
	// Run does the work. It may be called again for the same payload, also after
	// it succeeded: a runner that dies before it has said so is taken for dead.
	// An error makes the job wait and try again; see GiveUp.
	Run     func(ctx context.Context, payload []byte) error
	Max     int           // how many run at once in one process, 0 for one
	Tries   int           // how often it is tried before it is given up, 0 for 10
	Timeout time.Duration // of one try, 0 for a minute
}

const (
	defaultTries   = 10
	defaultTimeout = time.Minute
	firstDelay     = 10 * time.Second // before the second try; it doubles
	longestDelay   = 3 * time.Hour
	maxJobError    = 500     // characters kept of an error
	maxPayload     = 1 << 20 // bytes
)

// Errors of jobs.
var (
	// ErrLease is the answer to a runner that comes too late: somebody else has
	// taken its job over.
	ErrLease = errors.New("store: the job was taken over by another runner")
)

// given is an error after which nothing is tried again; it reads as its cause.
type given struct{ error }

func (g given) Unwrap() error { return g.error }

// GiveUp marks an error that no further try would mend: the job becomes a dead
// letter at once.
func GiveUp(err error) error { return given{err} }

// Clockwork of jobs is the database's own, whatever clock an instance has: two
// instances must agree when a lease ends.
func (s *Store) jobNow() string { return "(" + s.dialect.now + ")" }

// enqueue puts a job into the transaction of the act. The payload is kept as
// JSON. The zero time is now.
func (h *hand) enqueue(kind string, payload any, at time.Time) error {
	return h.s.enqueue(h.ctx, h.Tx, kind, "", payload, at)
}

// Enqueue puts a job by itself. With a key nothing is put while another job of
// the key waits or runs. The zero time is now.
func (s *Store) Enqueue(ctx context.Context, kind, key string, payload any, at time.Time) error {
	return s.tx(ctx, "enqueue", func(ctx context.Context, tx *sql.Tx) error {
		return s.enqueue(ctx, tx, kind, key, payload, at)
	})
}

func (s *Store) enqueue(ctx context.Context, tx *sql.Tx, kind, key string, payload any, at time.Time) error {
	body, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("payload of %s: %w", kind, err)
	}
	if kind == "" || len(body) > maxPayload {
		return fmt.Errorf("job of kind %q with %d bytes", kind, len(body))
	}
	due := int64(0)
	if !at.IsZero() {
		due = at.UnixMilli()
	}
	_, err = tx.ExecContext(ctx, `insert into job (id, kind, payload, key, due, fence, tries, runner, began, made, error, dead)
		select $1, $2, $3, $4, case when cast($5 as bigint) = 0 then c.now else cast($5 as bigint) end, 0, 0, '', 0, c.now, '', 0 from (select `+s.jobNow()+` as now) c where 1 = 1
		on conflict (key) where key <> '' and dead = 0 do nothing`, s.NewID(), kind, string(body), key, due)
	return err
}

// A lease is a job that a runner holds for a time.
type lease struct {
	id      int64
	kind    string
	key     string
	payload []byte
	fence   int64
	tries   int
}

// claim takes the job that has waited longest among the kinds, or reports that
// there is none. A job whose lease has run out counts as waiting.
func (s *Store) claim(ctx context.Context, kinds []string, runner string, hold time.Duration) (l lease, ok bool, err error) {
	if len(kinds) == 0 {
		return l, false, nil
	}
	in, names := "", []any{}
	for i, k := range kinds {
		names = append(names, k)
		in += fmt.Sprintf(", $%d", i+1)
	}
	in = "kind in (" + in[2:] + ")"
	// A look before the claim: an idle runner writes nothing.
	var waiting bool
	err = s.read.QueryRowContext(ctx, "select exists (select 1 from job where dead = 0 and due <= "+s.jobNow()+" and "+in+")", names...).Scan(&waiting)
	if err != nil || !waiting {
		return l, false, err
	}
	n := len(names)
	args := append(names, runner, hold.Milliseconds())
	err = s.tx(ctx, "claim a job", func(ctx context.Context, tx *sql.Tx) error {
		l, ok = lease{}, false
		err := tx.QueryRowContext(ctx, fmt.Sprintf(`update job set runner = $%d, due = c.now + cast($%d as bigint), fence = fence + 1, tries = tries + 1, began = c.now
			from (select %s as now) c
			where id = (select id from job where dead = 0 and due <= %s and %s order by due, id limit 1 %s)
			returning id, kind, key, payload, fence, tries`, n+1, n+2, s.jobNow(), s.jobNow(), in, s.dialect.skip), args...).Scan(&l.id, &l.kind, &l.key, &l.payload, &l.fence, &l.tries)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		ok = err == nil
		return err
	})
	return l, ok && err == nil, err
}

// renew prolongs a lease. ErrLease says that it is somebody else's.
func (s *Store) renew(ctx context.Context, l lease, hold time.Duration) error {
	return s.held(ctx, "renew a lease", func(ctx context.Context, tx *sql.Tx) (sql.Result, error) {
		return tx.ExecContext(ctx, "update job set due = "+s.jobNow()+" + cast($3 as bigint) where id = $1 and fence = $2 and dead = 0 and runner <> ''", l.id, l.fence, hold.Milliseconds())
	})
}

// finish takes a job away that is done. What failed before under the same key
// is settled with it.
func (s *Store) finish(ctx context.Context, l lease) error {
	return s.held(ctx, "finish a job", func(ctx context.Context, tx *sql.Tx) (sql.Result, error) {
		res, err := tx.ExecContext(ctx, "delete from job where id = $1 and fence = $2 and dead = 0 and runner <> ''", l.id, l.fence)
		if err != nil || l.key == "" {
			return res, err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return res, err
		}
		if _, err := tx.ExecContext(ctx, "delete from job where key = $1 and dead <> 0", l.key); err != nil {
			return nil, err
		}
		if name, is := strings.CutPrefix(l.key, schedulePrefix); is {
			_, err = tx.ExecContext(ctx, "update schedule set ended = "+s.jobNow()+", error = '' where name = $1", name)
		}
		return res, err
	})
}

// release gives a job back untried: the runner stops.
func (s *Store) release(ctx context.Context, l lease) error {
	return s.held(ctx, "release a job", func(ctx context.Context, tx *sql.Tx) (sql.Result, error) {
		return tx.ExecContext(ctx, "update job set due = "+s.jobNow()+", runner = '', tries = tries - 1 where id = $1 and fence = $2 and dead = 0 and runner <> ''", l.id, l.fence)
	})
}

// fail makes a job wait for its next try, or a dead letter if there is none.
func (s *Store) fail(ctx context.Context, l lease, cause error, last bool) error {
	text := clip(cause.Error(), maxJobError)
	return s.held(ctx, "fail a job", func(ctx context.Context, tx *sql.Tx) (sql.Result, error) {
		if name, is := strings.CutPrefix(l.key, schedulePrefix); is {
			if _, err := tx.ExecContext(ctx, "update schedule set error = $2 where name = $1", name, text); err != nil {
				return nil, err
			}
		}
		dead := ""
		if last {
			dead = ", dead = " + s.jobNow()
		}
		return tx.ExecContext(ctx, "update job set due = "+s.jobNow()+" + cast($3 as bigint), runner = '', error = $4"+dead+" where id = $1 and fence = $2 and dead = 0 and runner <> ''",
			l.id, l.fence, delay(l.tries).Milliseconds(), text)
	})
}

// held runs a change that only the holder of a lease may make.
func (s *Store) held(ctx context.Context, what string, fn func(context.Context, *sql.Tx) (sql.Result, error)) error {
	return s.tx(ctx, what, func(ctx context.Context, tx *sql.Tx) error {
		res, err := fn(ctx, tx)
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		if err == nil && n == 0 {
			err = ErrLease
		}
		return err
	})
}

// delay is how long a job waits after its nth try: twice as long each time, and
// a random part of it, so that what failed together does not come back together.
func delay(tries int) time.Duration {
	d := longestDelay
	if tries < 20 {
		d = min(longestDelay, firstDelay<<max(0, tries-1))
	}
	return d/2 + rand.N(d)
}

// clip cuts a text to so many characters and takes out what databases refuse.
func clip(s string, n int) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "")
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
