package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A BlobInspection is what InspectBlobs found.
type BlobInspection struct {
	Named      int      // files that rows name
	Bytes      int64    // of those that are there
	Missing    []string // hashes of files that rows name and that are not there
	Damaged    []string // hashes of files whose bytes are others
	Orphans    int      // files that no row names, older than 24 hours
	OrphanSize int64
}

// InspectBlobs looks whether every file that a row names is there and, if whole
// is set, whether its bytes are still the same; and how many files nobody names.
func (s *Store) InspectBlobs(ctx context.Context, whole bool, progress Progress) (*BlobInspection, error) {
	x, err := s.inspectBlobs(ctx, whole, progress)
	if err != nil {
		return nil, fmt.Errorf("store: inspect files: %w", err)
	}
	return x, nil
}

func (s *Store) inspectBlobs(ctx context.Context, whole bool, progress Progress) (*BlobInspection, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	// Files first, rows second: a file that came between has its row too.
	now, err := s.Clock(ctx)
	if err != nil {
		return nil, err
	}
	type kept struct {
		size int64
		old  bool
	}
	there := map[string]kept{}
	x := new(BlobInspection)
	if s.blobs.dir != "" {
		err = s.blobs.walk(func(_, hash string, i fs.FileInfo) error {
			old := i.ModTime().Before(now.Add(-orphanAge))
			if hash != "" {
				there[hash] = kept{i.Size(), old}
			} else if old {
				x.Orphans, x.OrphanSize = x.Orphans+1, x.OrphanSize+i.Size()
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	named, err := s.namedBlobs(ctx)
	if err != nil {
		return nil, err
	}
	x.Named = len(named)
	var mu sync.Mutex
	var g errgroup.Group
	g.SetLimit(4)
	for i, hash := range named {
		if err := ctx.Err(); err != nil {
			return nil, errors.Join(err, g.Wait())
		}
		progress("blobs", int64(i+1), int64(len(named)))
		k, ok := there[hash]
		delete(there, hash)
		if !ok && !s.blobs.Has(hash) { // it may have come after the walk
			x.Missing = append(x.Missing, hash)
			continue
		}
		x.Bytes += k.size
		if whole {
			g.Go(func() error {
				same, err := s.blobs.same(hash)
				if !same && err == nil {
					mu.Lock()
					x.Damaged = append(x.Damaged, hash)
					mu.Unlock()
				}
				return err
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	slices.Sort(x.Damaged)
	for _, k := range there {
		if k.old {
			x.Orphans, x.OrphanSize = x.Orphans+1, x.OrphanSize+k.size
		}
	}
	return x, nil
}

// namedBlobs lists the hashes of all files that rows name.
func (s *Store) namedBlobs(ctx context.Context) ([]string, error) {
	list, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range list {
		if !slices.Contains(t.columns, Column{Name: fileColumn, Type: typeText}) {
			continue
		}
		rows, err := s.read.QueryContext(ctx, `select distinct file_hash from "`+t.name+`" where file_hash <> ''`)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var h string
			if err := rows.Scan(&h); err != nil {
				rows.Close()
				return nil, err
			}
			out = append(out, h)
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// same reports whether the bytes of a file are those of its hash.
func (b *Blobs) same(hash string) (bool, error) {
	f, err := b.Open(hash)
	if err != nil {
		return false, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)) == hash, errors.Join(err, f.Close())
}

// Clock is the instant by the database's own clock.
func (s *Store) Clock(ctx context.Context) (time.Time, error) {
	var ms int64
	if err := s.read.QueryRowContext(ctx, s.dialect.now).Scan(&ms); err != nil {
		return time.Time{}, fmt.Errorf("store: clock: %w", err)
	}
	return time.UnixMilli(ms), nil
}
