package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"gongkai/act"
	"gongkai/org"
	"gongkai/translog"
)

// Receipt proves the newest act about ref in the public log, e.g.
// act.ReportRef, against the newest head. ErrNotFound if nothing about it was
// logged, ErrPending until the leaf has its number.
func (s *Store) Receipt(ctx context.Context, ref string) (translog.Receipt, error) {
	return s.receipt(ctx, publicLog, "select idx, body, null from log_leaf where ref = $1 order by seq desc limit 1", ref)
}

// ReceiptAt proves the leaf of a number in the public log.
func (s *Store) ReceiptAt(ctx context.Context, index int64) (translog.Receipt, error) {
	return s.receipt(ctx, publicLog, "select idx, body, null from log_leaf where idx = $1", index)
}

// ActReceipt proves an act of the internal log to whom may see it: with the
// entry, its salt and no details. Until the act has its number it is a promise:
// our signature under the hash of the leaf, which CompleteReceipt makes whole.
func (s *Store) ActReceipt(ctx context.Context, v org.Viewer, id int64) (translog.Receipt, error) {
	list, err := s.Entries(ctx, v, EntryQuery{ID: id})
	if err != nil {
		return translog.Receipt{}, err
	}
	if len(list) == 0 {
		return translog.Receipt{}, ErrNotFound
	}
	return s.actReceipt(ctx, id)
}

func (s *Store) actReceipt(ctx context.Context, id int64) (translog.Receipt, error) {
	r, err := s.receipt(ctx, officeLog, "select idx, entry, salt from act where id = $1", id)
	if !errors.Is(err, ErrPending) {
		return r, err
	}
	var entry, salt []byte
	var at int64
	if err := s.read.QueryRowContext(ctx, "select entry, salt, at from act where id = $1", id).Scan(&entry, &salt, &at); err != nil {
		return r, fmt.Errorf("store: receipt of %d: %w", id, s.dialect.translate(err))
	}
	k := s.keys.Load()
	if k.retired() {
		return r, fmt.Errorf("%w: another key has taken over", ErrLog)
	}
	if r, err = translog.NewPromise(entry, salt, at, k.office); err == nil {
		r.Keys = k.vouches
	}
	return r, err
}

// CompleteReceipt puts the proof in place of a promise. Who has the receipt has
// the entry and its salt already, so nobody is asked for a permission.
// ErrNotFound if nothing like it was logged, ErrPending while it waits.
func (s *Store) CompleteReceipt(ctx context.Context, r translog.Receipt) (translog.Receipt, error) {
	a, err := act.ParseEntry([]byte(r.Leaf))
	if err != nil {
		return r, ErrNotFound
	}
	whole, err := s.receipt(ctx, officeLog, "select idx, entry, salt from act where id = $1", a.ID)
	if err == nil && (whole.Leaf != r.Leaf || whole.Salt != r.Salt) {
		err = ErrNotFound
	}
	return whole, err
}

func (s *Store) receipt(ctx context.Context, l logTable, query string, arg any) (translog.Receipt, error) {
	k := s.keys.Load()
	if k == nil {
		return translog.Receipt{}, ErrNoLog
	}
	var idx sql.NullInt64
	var body, salt []byte
	if err := s.read.QueryRowContext(ctx, query, arg).Scan(&idx, &body, &salt); err != nil {
		return translog.Receipt{}, fmt.Errorf("store: receipt of %v: %w", arg, s.dialect.translate(err))
	}
	if !idx.Valid {
		return translog.Receipt{}, ErrPending
	}
	// Read after the leaf: a head that is younger takes it in.
	note, err := s.checkpoint(ctx, l)
	if err != nil {
		return translog.Receipt{}, err
	}
	_, by, err := k.trusted.Open(note)
	if err != nil {
		return translog.Receipt{}, fmt.Errorf("%w: %w", ErrLog, err)
	}
	r, err := translog.NewReceipt(body, salt, idx.Int64, note, k.trusted[by], hashReader{ctx, s.read, l.hashes})
	if err != nil {
		return r, fmt.Errorf("store: receipt of %v: %w", arg, err)
	}
	r.Keys = k.leading(l)
	return r, nil
}

// leading are the statements that a receipt of the log carries.
func (k *logKeys) leading(l logTable) []string {
	if l == officeLog {
		return k.vouches
	}
	var out []string
	for _, text := range k.vouches {
		if v, err := translog.OpenVouch(text); err == nil && v.Next {
			out = append(out, text)
		}
	}
	return out
}

// Consistency proves that the public log of size from is the beginning of that
// of size to.
func (s *Store) Consistency(ctx context.Context, from, to int64) ([]translog.Hash, error) {
	return s.consistency(ctx, publicLog, from, to)
}

func (s *Store) consistency(ctx context.Context, l logTable, from, to int64) ([]translog.Hash, error) {
	head, err := s.head(ctx, l)
	if err != nil {
		return nil, err
	}
	if from < 1 || from > to || to > head.Size {
		return nil, ErrNotFound
	}
	return tlog.ProveTree(to, from, hashReader{ctx, s.read, l.hashes})
}

// ConsistencyOf proves that a head of either log, kept elsewhere, is the
// beginning of a later one. ErrNotFound for a log that is not ours.
func (s *Store) ConsistencyOf(ctx context.Context, origin string, from, to int64) ([]translog.Hash, error) {
	l, ok := s.keys.Load().log(origin)
	if !ok {
		return nil, ErrNotFound
	}
	return s.consistency(ctx, l, from, to)
}

// log is the log of that name.
func (k *logKeys) log(origin string) (logTable, bool) {
	switch {
	case k == nil:
	case origin == k.public.Name():
		return publicLog, true
	case origin == k.office.Name():
		return officeLog, true
	}
	return logTable{}, false
}

// Extends checks that its log, of the two, still holds what an earlier head,
// kept outside the database, vouched for. It returns ErrLog if it does not.
func (s *Store) Extends(ctx context.Context, earlier []byte) error {
	k := s.keys.Load()
	if k == nil {
		return ErrNoLog
	}
	c, _, err := k.trusted.Open(earlier)
	l, ok := k.log(c.Origin)
	if err == nil && !ok {
		err = errors.New("the head of another log")
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLog, err)
	}
	head, err := s.head(ctx, l)
	if err != nil {
		return err
	}
	if c.Size > head.Size {
		return fmt.Errorf("%w: %d entries were signed, %d are there", ErrLog, c.Size, head.Size)
	}
	root, err := tlog.TreeHash(c.Size, hashReader{ctx, s.read, l.hashes})
	if err == nil && root != c.Root {
		err = fmt.Errorf("%w: other entries below %d", ErrLog, c.Size)
	}
	return err
}
