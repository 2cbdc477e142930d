package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/translog"
)

// Checkpoint is the newest signed head of the public log, as a note. It returns
// ErrNotFound while the log is empty and ErrNoLog without a key.
func (s *Store) Checkpoint(ctx context.Context) ([]byte, error) { return s.checkpoint(ctx, publicLog) }

// OfficeCheckpoint is the newest signed head of the internal log. It says how
// many acts there are and nothing of what they were.
func (s *Store) OfficeCheckpoint(ctx context.Context) ([]byte, error) {
	return s.checkpoint(ctx, officeLog)
}

func (s *Store) checkpoint(ctx context.Context, l logTable) ([]byte, error) {
	if s.LogKey() == nil {
		return nil, ErrNoLog
	}
	var note []byte
	err := s.read.QueryRowContext(ctx, "select note from "+l.heads+" order by seq desc limit 1").Scan(&note)
	if err != nil {
		return nil, fmt.Errorf("store: checkpoint: %w", s.dialect.translate(err))
	}
	return note, nil
}

// Head is the newest head of the public log, its signature checked. A log that
// is still empty has size 0.
func (s *Store) Head(ctx context.Context) (translog.Checkpoint, error) { return s.head(ctx, publicLog) }

// OfficeHead is the newest head of the internal log.
func (s *Store) OfficeHead(ctx context.Context) (translog.Checkpoint, error) {
	return s.head(ctx, officeLog)
}

func (s *Store) head(ctx context.Context, l logTable) (translog.Checkpoint, error) {
	b, err := s.checkpoint(ctx, l)
	if errors.Is(err, ErrNotFound) {
		return translog.Checkpoint{Origin: s.keys.Load().of(l).Name()}, nil
	}
	if err != nil {
		return translog.Checkpoint{}, err
	}
	c, err := s.keys.Load().open(string(b), l)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrLog, err)
	}
	return c, nil
}

// Tile returns the bytes of a tile by its address below /tile/ and whether it
// is full, so that it will never change. ErrNotFound if the log has no such
// tile.
func (s *Store) Tile(ctx context.Context, path string) (b []byte, full bool, err error) {
	head, err := s.Head(ctx) // of the primary: what it vouches for is there, if not yet at a replica
	if err != nil {
		return nil, false, err
	}
	t, err := translog.ParseTile(path, head.Size)
	if err != nil {
		return nil, false, fmt.Errorf("%w: %w", ErrNotFound, err)
	}
	b, err = either(ctx, s, func(ctx context.Context) ([]byte, error) {
		if t.Entries {
			return s.entryTile(ctx, t)
		}
		return t.Hashes(hashReader{ctx, s.reader(ctx), publicLog.hashes})
	})
	return b, t.Full(), err
}

func (s *Store) entryTile(ctx context.Context, t translog.Tile) (b []byte, err error) {
	rows, err := s.reader(ctx).QueryContext(ctx, "select body from log_leaf where idx >= $1 and idx < $2 order by idx", t.First, t.First+int64(t.Width))
	if err != nil {
		return nil, fmt.Errorf("store: tile: %w", err)
	}
	defer rows.Close()
	n := 0
	for ; rows.Next(); n++ {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("store: tile: %w", err)
		}
		if b, err = translog.AppendEntry(b, body); err != nil {
			return nil, err
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("store: tile: %w", err)
	}
	if n != t.Width {
		return nil, fmt.Errorf("%w: %d of %d entries are there", ErrLog, n, t.Width)
	}
	return b, nil
}

// A Leaf is an entry of the log as a list shows it.
type Leaf struct {
	Index int64 // -1 while it waits
	Act   act.Act
}

// At is when the act was entered.
func (l Leaf) At() time.Time { return time.UnixMilli(l.Act.At) }

// MaxLeaves bounds one page of leaves.
const MaxLeaves = 200

// Leaves lists the entries below a number, newest first; before 0 or less is
// the newest page. A leaf of a kind that this program does not know is left out.
func (s *Store) Leaves(ctx context.Context, before int64, limit int) ([]Leaf, error) {
	if before <= 0 {
		before = 1 << 62
	}
	rows, err := s.read.QueryContext(ctx, "select idx, body from log_leaf where idx < $1 and idx is not null order by idx desc limit $2", before, min(max(limit, 1), MaxLeaves))
	if err != nil {
		return nil, fmt.Errorf("store: leaves: %w", err)
	}
	return scanLeaves(rows)
}

// History lists the acts about ref in order.
func (s *Store) History(ctx context.Context, ref string) ([]Leaf, error) {
	return either(ctx, s, func(ctx context.Context) ([]Leaf, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, "select coalesce(idx, -1), body from log_leaf where ref = $1 order by seq", ref)
		if err != nil {
			return nil, fmt.Errorf("store: history of %s: %w", ref, err)
		}
		return scanLeaves(rows)
	})
}

func scanLeaves(rows *sql.Rows) ([]Leaf, error) {
	defer rows.Close()
	var out []Leaf
	for rows.Next() {
		var l Leaf
		var body []byte
		if err := rows.Scan(&l.Index, &body); err != nil {
			return nil, fmt.Errorf("store: leaves: %w", err)
		}
		var err error
		if l.Act, err = act.ParseLeaf(body); err != nil {
			continue // VerifyLog names it
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// StartLog logs what was published before the log began. Only a log without
// any entry is begun: in any other, a report without an entry is a finding of
// VerifyLog. It returns how many it logged.
func (s *Store) StartLog(ctx context.Context) (int, error) {
	if s.LogKey() == nil {
		return 0, ErrNoLog
	}
	if begun, err := s.LogBegun(ctx); err != nil || begun {
		return 0, err
	}
	n := 0
	for {
		k, err := s.logEarlier(ctx)
		if n += k; err != nil || k == 0 {
			return n, err
		}
		if _, err := s.Integrate(ctx); err != nil {
			return n, err
		}
	}
}

// logEarlier logs a batch of published reports that have no entry.
func (s *Store) logEarlier(ctx context.Context) (int, error) {
	type key struct {
		organ int64
		year  int
	}
	rows, err := s.read.QueryContext(ctx, `select r.organ, r.year from report r where r.published <> ''
		and not exists (select 1 from log_leaf l where l.ref = 'report/' || cast(r.organ as text) || '/' || cast(r.year as text))
		order by r.year, r.organ limit $1`, batch)
	if err != nil {
		return 0, fmt.Errorf("store: start of the log: %w", err)
	}
	defer rows.Close()
	var keys []key
	for rows.Next() {
		var k key
		if err := rows.Scan(&k.organ, &k.year); err != nil {
			return 0, fmt.Errorf("store: start of the log: %w", err)
		}
		keys = append(keys, k)
	}
	if err := rows.Err(); err != nil {
		return 0, fmt.Errorf("store: start of the log: %w", err)
	}
	list := make([]*packed, 0, len(keys))
	for _, k := range keys {
		f, err := s.Report(ctx, k.organ, k.year)
		if err != nil {
			return 0, err
		}
		p := &packed{year: int64(k.year), organ: k.organ, version: f.Version, edition: f.Report.Form.Edition, published: f.Published.String()}
		if p.content, err = contentHash(f.Report); err != nil {
			return 0, err
		}
		list = append(list, p)
	}
	err = s.tx(ctx, "start of the log", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, tx)
		if err != nil {
			return err
		}
		for _, p := range list {
			if err := s.logReport(ctx, tx, p, p.version, now, logged{}); err != nil {
				return err
			}
		}
		return nil
	})
	return len(list), err
}

// LogBegun reports whether there is any public entry, or a head of either log, with
// whatever key.
func (s *Store) LogBegun(ctx context.Context) (bool, error) {
	var begun bool
	err := s.read.QueryRowContext(ctx, "select exists (select 1 from log_leaf) or exists (select 1 from log_checkpoint) or exists (select 1 from act_checkpoint)").Scan(&begun)
	if err != nil {
		return false, fmt.Errorf("store: log: %w", err)
	}
	return begun, nil
}
