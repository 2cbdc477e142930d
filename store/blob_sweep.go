package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// orphanAge is how old a file must be before a sweep takes it away: its row may
// still be on the way.
const orphanAge = 24 * time.Hour

// SweepBlobs deletes the files that no row names and that are older than 24
// hours, and returns their number. Private files that no act came to name lose
// their key first. While a backup is taken it stops with ErrBackup.
func (s *Store) SweepBlobs(ctx context.Context) (int, error) {
	if s.blobs.place == nil {
		return 0, nil
	}
	n, err := s.sweepBlobs(ctx)
	if err != nil {
		return n, fmt.Errorf("store: sweep: %w", err)
	}
	return n, nil
}

func (s *Store) sweepBlobs(ctx context.Context) (int, error) {
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, err
	}
	before, swept := time.UnixMilli(now).Add(-orphanAge), 0
	if err := s.dropUnkept(ctx, before.UnixMilli()); err != nil {
		return 0, err
	}
	tables, err := s.fileColumns(ctx)
	if err != nil {
		return 0, err
	}
	err = s.blobs.place.walk(ctx, "", func(name string, _ int64, changed time.Time) error {
		hash, private, ours := blobOf(name)
		if !ours || !changed.Before(before) {
			return nil
		}
		used := false
		switch {
		case hash != "":
			used, err = s.isNamed(ctx, tables, hash)
		case private != "":
			// What was dropped stays a day: a backup that began before may want it.
			err = s.read.QueryRowContext(ctx, "select exists (select 1 from private_file where private_object = $1 and (dropped_at = 0 or dropped_at > $2))", private, before.UnixMilli()).Scan(&used)
		}
		if err != nil || used {
			return err
		}
		if runs, err := s.blobs.backupRuns(ctx, time.UnixMilli(now)); err != nil || runs {
			return errors.Join(err, ErrBackup)
		}
		swept++
		return s.blobs.place.remove(ctx, name)
	})
	return swept, err
}

// isNamed reports whether a row of one of the tables names a public file.
func (s *Store) isNamed(ctx context.Context, tables []string, hash string) (used bool, err error) {
	for _, t := range tables {
		err := s.read.QueryRowContext(ctx, `select exists (select 1 from "`+t+`" where file_hash <> '' and file_hash = $1)`, hash).Scan(&used)
		if err != nil || used {
			return used, err
		}
	}
	return false, nil
}

// fileColumns lists the tables that name public files.
func (s *Store) fileColumns(ctx context.Context) ([]string, error) {
	list, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range list {
		for _, c := range t.columns {
			if c == (Column{Name: fileColumn, Type: typeText}) {
				out = append(out, t.name)
			}
		}
	}
	return out, nil
}
