package search

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Put puts items, in place of older versions of them, all or none of them.
func (x *Index) Put(ctx context.Context, docs []Doc) error {
	return x.change(ctx, "put", func(tx *sql.Tx) error { return x.put(ctx, tx, docs) })
}

// Feed is Put, Delete and SetCursor in one transaction: a feed that is killed
// starts again where it stood.
func (x *Index) Feed(ctx context.Context, docs []Doc, gone []int64, cursor int64) error {
	err := x.change(ctx, "feed", func(tx *sql.Tx) error {
		if err := x.delete(ctx, tx, gone); err != nil {
			return err
		}
		if err := x.put(ctx, tx, docs); err != nil {
			return err
		}
		return setMark(ctx, tx, "cursor", cursor)
	})
	if err == nil && len(gone) > 0 {
		err = x.settle(ctx)
	}
	return err
}

// Delete takes items out. Their words do not stay in the file.
func (x *Index) Delete(ctx context.Context, ids []int64) error {
	err := x.change(ctx, "delete", func(tx *sql.Tx) error { return x.delete(ctx, tx, ids) })
	if err == nil {
		err = x.settle(ctx)
	}
	return err
}

// Cursor is the number up to which changes were fed, 0 at first.
func (x *Index) Cursor(ctx context.Context) (int64, error) { return x.Mark(ctx, "cursor") }

// SetCursor keeps the number up to which changes were fed.
func (x *Index) SetCursor(ctx context.Context, n int64) error { return x.SetMark(ctx, "cursor", n) }

// Mark is a number that whoever feeds the index left in it, 0 at first.
func (x *Index) Mark(ctx context.Context, name string) (int64, error) {
	var n int64
	err := x.read.QueryRowContext(ctx, "select coalesce((select value from state where name = $1), 0)", name).Scan(&n)
	return n, fault("mark", err)
}

// SetMark leaves a number.
func (x *Index) SetMark(ctx context.Context, name string, n int64) error {
	return x.change(ctx, "mark", func(tx *sql.Tx) error { return setMark(ctx, tx, name, n) })
}

func setMark(ctx context.Context, tx *sql.Tx, name string, n int64) error {
	_, err := tx.ExecContext(ctx, "insert into state (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value", name, n)
	return err
}

// Merge merges segments of the index in small steps until nothing is left to
// merge. Searches go on meanwhile, and a Put waits for one step at most.
func (x *Index) Merge(ctx context.Context) error {
	for _, table := range []string{"x", "t"} {
		for more := true; more; {
			err := x.change(ctx, "merge", func(tx *sql.Tx) error {
				var before, after int64
				err := tx.QueryRowContext(ctx, "select total_changes()").Scan(&before)
				if err == nil {
					_, err = tx.ExecContext(ctx, fmt.Sprintf("insert into %s (%[1]s, rank) values ('merge', 400)", table))
				}
				if err == nil {
					err = tx.QueryRowContext(ctx, "select total_changes()").Scan(&after)
				}
				more = after-before > 1 // as SQLite says: less, and nothing was merged
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// settle empties the log of the file, in which old pages still stand.
func (x *Index) settle(ctx context.Context) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	var busy, log, done int64
	return fault("settle", x.write.QueryRowContext(ctx, "pragma wal_checkpoint(truncate)").Scan(&busy, &log, &done))
}

func (x *Index) change(ctx context.Context, what string, do func(tx *sql.Tx) error) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	tx, err := x.write.BeginTx(ctx, nil)
	if err != nil {
		return fault(what, err)
	}
	defer tx.Rollback()
	if err := do(tx); err != nil {
		return fault(what, err)
	}
	return fault(what, tx.Commit())
}

// fault names what failed; a damaged file is ErrDamaged.
func fault(what string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errHead) {
		return fmt.Errorf("%w: %s", ErrDamaged, what)
	}
	var e *sqlite.Error
	if errors.As(err, &e) {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return fmt.Errorf("%w: %s: %v", ErrDamaged, what, err)
		}
	}
	return fmt.Errorf("search: %s: %w", what, err)
}

func (x *Index) put(ctx context.Context, tx *sql.Tx, docs []Doc) error {
	if len(docs) == 0 {
		return nil
	}
	w, err := newWriter(ctx, tx, x.words)
	if err != nil {
		return err
	}
	defer w.close()
	last := make(map[int64]int, len(docs)) // the last of an item counts
	for i := range docs {
		if j, twice := last[docs[i].ID]; !twice || docs[j].Version <= docs[i].Version {
			last[docs[i].ID] = i
		}
	}
	var fresh, moved []row // to be inserted, to be taken out first
	var changed []change   // stand where they stood
	for i := range docs {
		if last[docs[i].ID] != i {
			continue
		}
		r := newRow(&docs[i])
		o, err := w.load(r.id)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			fresh = append(fresh, r)
		case err != nil:
			return err
		case o.version > r.version:
		case o.at == r.at:
			r.slot = o.slot
			same := o
			if same.version = r.version; same == r {
				if o.version != r.version {
					err = w.exec(w.touch, r.slot, r.version)
				}
				if err != nil {
					return err
				}
				continue
			}
			changed = append(changed, change{o, r})
		default:
			moved = append(moved, o)
			fresh = append(fresh, r)
		}
	}
	if err := w.drop(moved); err != nil {
		return err
	}
	// FTS5 writes what it holds whenever a number is not greater than the last.
	slices.SortFunc(changed, func(a, b change) int { return cmp.Compare(a.now.slot, b.now.slot) })
	if err := w.update(changed); err != nil {
		return err
	}
	for i := range fresh {
		if fresh[i].slot, err = w.free(fresh[i].at); err != nil {
			return err
		}
		if err := w.exec(w.hold, fresh[i].slot, fresh[i].id); err != nil {
			return err
		}
	}
	slices.SortFunc(fresh, func(a, b row) int { return cmp.Compare(a.slot, b.slot) })
	for i := range fresh {
		if err := w.insert(&fresh[i]); err != nil {
			return err
		}
	}
	return nil
}

type change struct{ was, now row }

func (x *Index) delete(ctx context.Context, tx *sql.Tx, ids []int64) error {
	if len(ids) == 0 {
		return nil
	}
	w, err := newWriter(ctx, tx, x.words)
	if err != nil {
		return err
	}
	defer w.close()
	ids = slices.Clone(ids)
	slices.Sort(ids)
	var old []row
	for _, id := range slices.Compact(ids) {
		o, err := w.load(id)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return err
		}
		old = append(old, o)
	}
	return w.drop(old)
}

// Known gives the versions of items that are in the index.
func (x *Index) Known(ctx context.Context, ids []int64) (map[int64]int64, error) {
	out := make(map[int64]int64, len(ids))
	st, err := x.read.PrepareContext(ctx, "select version from doc where id = $1")
	if err != nil {
		return nil, fault("known", err)
	}
	defer st.Close()
	for _, id := range ids {
		var v int64
		switch err := st.QueryRowContext(ctx, id).Scan(&v); {
		case err == nil:
			out[id] = v
		case !errors.Is(err, sql.ErrNoRows):
			return nil, fault("known", err)
		}
	}
	return out, nil
}
