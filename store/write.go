package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"
)

// A change is a transaction that waits for SQLite's one writer.
type change struct {
	ctx  context.Context
	fn   func(context.Context, *sql.Tx) error
	done chan error
}

// writer runs queued transactions one after another, each in a savepoint, and
// commits together those that came while the disk was busy: a flush costs the
// same for one as for many.
type writer struct {
	queue chan change
	stop  chan struct{} // closed by Close
	once  sync.Once
	ended sync.WaitGroup
	conn  *sql.Conn            // the one that writes
	kept  map[string]*sql.Stmt // statements prepared on it, by their text
	tx    *sql.Tx              // that runs now, nil if none does
	slow  bool                 // the last group took long
	last  int                  // transactions in it
	pause func()               // called before each flush; of tests that have a slow disk
}

// maxKept bounds how many statements are kept prepared.
const maxKept = 300

// statement is a query prepared on the connection of the writer, nil if it
// cannot be or too many are. Only the writer's goroutine may call it.
func (w *writer) statement(ctx context.Context, query string) *sql.Stmt {
	st := w.kept[query]
	if st == nil && len(w.kept) < maxKept {
		var err error
		if st, err = w.conn.PrepareContext(ctx, query); err != nil {
			return nil // running it says what is wrong
		}
		w.kept[query] = st
	}
	return st
}

// exec runs a statement in a transaction, prepared once where there is one
// writer: SQLite parses for longer than it runs.
func (s *Store) exec(ctx context.Context, tx *sql.Tx, query string, args ...any) (sql.Result, error) {
	if w := s.writer; w != nil && w.tx == tx {
		if st := w.statement(ctx, query); st != nil {
			return st.ExecContext(ctx, args...)
		}
	}
	return tx.ExecContext(ctx, query, args...)
}

// queryRow is exec for a query of one row, which must be scanned before the same
// query is asked again.
func (s *Store) queryRow(ctx context.Context, tx *sql.Tx, query string, args ...any) *sql.Row {
	if w := s.writer; w != nil && w.tx == tx {
		if st := w.statement(ctx, query); st != nil {
			return st.QueryRowContext(ctx, args...)
		}
	}
	return tx.QueryRowContext(ctx, query, args...)
}

// query is exec for a query of rows, which must be closed before the same query
// is asked again.
func (s *Store) query(ctx context.Context, tx *sql.Tx, query string, args ...any) (*sql.Rows, error) {
	if w := s.writer; w != nil && w.tx == tx {
		if st := w.statement(ctx, query); st != nil {
			return st.QueryContext(ctx, args...)
		}
	}
	return tx.QueryContext(ctx, query, args...)
}

// maxGroup bounds how many transactions one commit holds, so that the first of
// them does not wait long for its answer.
const maxGroup = 64

var errClosed = errors.New("the store is closed")

// keptTx is a transaction whose statements are prepared once where there is one
// writer. Rows must be closed before the same query is asked again.
type keptTx struct {
	s  *Store
	tx *sql.Tx
}

func (k keptTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return k.s.exec(ctx, k.tx, query, args...)
}

func (k keptTx) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return k.s.queryRow(ctx, k.tx, query, args...)
}

func (k keptTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return k.s.query(ctx, k.tx, query, args...)
}

func (s *Store) startWriter(ctx context.Context) error {
	w := &writer{queue: make(chan change), stop: make(chan struct{}), kept: map[string]*sql.Stmt{}}
	var err error
	if w.conn, err = s.write.Conn(ctx); err != nil {
		return err
	}
	s.writer = w
	s.writer.ended.Add(1)
	go func() {
		defer s.writer.ended.Done()
		defer w.conn.Close() // and with it its statements
		for {
			first, waited, ok := w.next()
			if !ok {
				return
			}
			group := w.gather(first, waited)
			// A timer, for this package reads no clock.
			t := time.NewTimer(slowGroup)
			s.writeGroup(group)
			select {
			case <-t.C:
				w.slow = true
			default:
				w.slow = false
			}
			t.Stop()
			w.last = len(group)
		}
	}()
	return nil
}

// next waits for a transaction; waited is true for one that came while the disk
// was busy. ok is false once the store closes.
func (w *writer) next() (c change, waited, ok bool) {
	select {
	case <-w.stop:
		return c, false, false
	case c = <-w.queue:
		return c, true, true
	default:
	}
	select {
	case <-w.stop:
		return c, false, false
	case c = <-w.queue:
		return c, false, true
	}
}

// A group that takes longer than slowGroup was on a slow disk; the next one then
// waits up to linger for those who were just answered.
const (
	slowGroup = 4 * time.Millisecond
	linger    = time.Millisecond
)

// gather takes what is waiting already. Where the disk is slow and several
// officers are at work, it waits a moment for those of the last group to come
// back: else two halves of them take turns, and each flush serves
// one half.
func (w *writer) gather(first change, waited bool) []change {
	group := []change{first}
	for len(group) < maxGroup {
		select {
		case c := <-w.queue:
			group = append(group, c)
			continue
		default:
		}
		break
	}
	if !waited || !w.slow {
		return group
	}
	want := min(len(group)+w.last, maxGroup)
	late := time.NewTimer(linger)
	defer late.Stop()
	for len(group) < want {
		select {
		case c := <-w.queue:
			group = append(group, c)
		case <-late.C:
			return group
		case <-w.stop:
			return group
		}
	}
	return group
}

func (w *writer) close() {
	if w == nil {
		return
	}
	w.once.Do(func() { close(w.stop) })
	w.ended.Wait()
}

// submit hands a transaction to the writer and waits until it is durable.
func (w *writer) submit(ctx context.Context, fn func(context.Context, *sql.Tx) error) error {
	c := change{ctx, fn, make(chan error, 1)}
	select {
	case w.queue <- c:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stop:
		return errClosed
	}
	// From here on it may become durable: the answer is what happened.
	return <-c.done
}

// writeGroup runs a group in one transaction. One that fails is undone alone.
func (s *Store) writeGroup(group []change) {
	errs := make([]error, len(group))
	err := s.commitGroup(group, errs)
	for i, c := range group {
		if errs[i] == nil {
			errs[i] = err
		}
		c.done <- errs[i]
	}
}

func (s *Store) commitGroup(group []change, errs []error) error {
	// A statement that is interrupted would undo the others' work, so nobody's
	// context ends it: what runs here is short.
	ctx := context.Background()
	tx, err := s.writer.conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	s.writer.tx = tx
	defer func() {
		s.writer.tx = nil
		_ = tx.Rollback() // after a commit it does nothing
	}()
	done := 0
	for i, c := range group {
		if errs[i] = c.ctx.Err(); errs[i] != nil {
			continue
		}
		if _, err := s.exec(ctx, tx, "savepoint one"); err != nil {
			return err
		}
		if errs[i] = guarded(context.WithoutCancel(c.ctx), tx, c.fn); errs[i] != nil {
			if _, err := s.exec(ctx, tx, "rollback to one"); err != nil {
				return err
			}
		} else {
			done++
		}
		if _, err := s.exec(ctx, tx, "release one"); err != nil {
			return err
		}
	}
	if done == 0 {
		return nil
	}
	if err := s.numberHere(ctx, tx); err != nil {
		return err
	}
	if s.writer.pause != nil {
		s.writer.pause()
	}
	return tx.Commit()
}

// guarded turns a panic into an error: it must not take the writer with it.
func guarded(ctx context.Context, tx *sql.Tx, fn func(context.Context, *sql.Tx) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return fn(ctx, tx)
}

// maxRuns bounds how often a transaction that lost a race is run.
const maxRuns = 8

// tx runs fn in a transaction of the writer and returns when it is durable. fn
// may run more than once and must change nothing but through its argument; it
// uses the context it is given. On SQLite it runs on the one writer: it must be
// short, do no other I/O, and never call tx itself.
func (s *Store) tx(ctx context.Context, what string, fn func(context.Context, *sql.Tx) error) error {
	var err error
	for range maxRuns {
		if s.writer != nil {
			err = s.writer.submit(ctx, fn)
		} else {
			err = s.txOnce(ctx, fn)
		}
		if err == nil || !s.dialect.again(err) {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("store: %s: %w", what, s.dialect.translate(err))
	}
	return nil
}

func (s *Store) txOnce(ctx context.Context, fn func(context.Context, *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // after a commit it does nothing
	if err := fn(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
