package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
)

// batch is how many reports one transaction of an import holds.
const batch = 1000

// ImportReports keeps many new reports, a thousand to a transaction, and
// returns how many were kept. One that is already there is ErrConflict; then the
// batches before it stay.
func (s *Store) ImportReports(ctx context.Context, reports func(yield func(Filed) bool)) (int, error) {
	done := 0
	var pending []*packed
	flush := func() error {
		if len(pending) == 0 {
			return nil
		}
		if err := s.tx(ctx, "import reports", func(ctx context.Context, tx *sql.Tx) error { return s.insertBatch(ctx, tx, pending) }); err != nil {
			return err
		}
		done += len(pending)
		pending = pending[:0]
		return nil
	}
	var err error
	for f := range reports {
		if err = ctx.Err(); err != nil {
			break
		}
		var p *packed
		if p, err = pack(f); err != nil {
			break
		}
		if len(f.Source) > 0 {
			if p.fileHash, _, err = s.blobs.Put(ctx, bytes.NewReader(f.Source)); err != nil {
				break
			}
		}
		pending = append(pending, p)
		if len(pending) == batch {
			if err = flush(); err != nil {
				break
			}
		}
	}
	if err == nil {
		err = flush()
	}
	if err != nil {
		return done, fmt.Errorf("store: import after %d reports: %w", done, err)
	}
	return done, nil
}

func (s *Store) insertBatch(ctx context.Context, tx *sql.Tx, list []*packed) error {
	now, err := s.now(ctx, tx)
	if err != nil {
		return err
	}
	report, err := tx.PrepareContext(ctx, insertReportSQL)
	if err != nil {
		return err
	}
	defer report.Close()
	detail, err := tx.PrepareContext(ctx, insertDetailSQL)
	if err != nil {
		return err
	}
	defer detail.Close()
	type topic struct{ year, shard int64 }
	changed := map[topic]bool{}
	for _, p := range list {
		if err := one(report.ExecContext(ctx, p.insertArgs(now)...)); err != nil {
			return fmt.Errorf("organ %d, year %d: %w", p.organ, p.year, err)
		}
		if _, err := detail.ExecContext(ctx, p.year, p.organ, p.body); err != nil {
			return err
		}
		if err := s.logReport(ctx, tx, p, 1, now, logged{}); err != nil {
			return err
		}
		changed[topic{p.year, p.organ % shards}] = true
	}
	// In one order, so that two imports never wait for each other in a circle.
	var topics []topic
	for t := range changed {
		topics = append(topics, t)
	}
	slices.SortFunc(topics, func(a, b topic) int {
		if a.year != b.year {
			return int(a.year - b.year)
		}
		return int(a.shard - b.shard)
	})
	for _, t := range topics {
		if err := touch(ctx, tx, topicReport(int(t.year)), t.shard); err != nil {
			return err
		}
	}
	return nil
}
