package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// A BlobInspection is what InspectBlobs found.
type BlobInspection struct {
	Named      int      // public files that rows name
	Bytes      int64    // of those that are there
	Missing    []string // hashes of files that rows name and that are not there
	Damaged    []string // hashes of files whose bytes are others
	Orphans    int      // files that no row names, older than 24 hours
	OrphanSize int64

	Private        int     // private files, without erased ones
	PrivateBytes   int64   // of their content
	PrivateMissing []int64 // ids of private files that are not there
	PrivateDamaged []int64 // ids of those that do not decrypt
	PrivateBlind   bool    // there are private files and no key to look into them

	Infected  []BlobFinding // files in which the malware scan found something
	Unscanned []BlobFinding // files that it could not look at
	Waiting   int           // files that nobody looked at yet
}

// A BlobFinding is what the malware scan said of a file.
type BlobFinding struct {
	File   string // hash of a public file, or private/ and the id
	Detail string // the signature, or why it could not be looked at
}

// InspectBlobs looks whether every file that a row names is there and, if whole
// is set, whether its bytes are still the same; how many files nobody names; and
// what the malware scan said.
func (s *Store) InspectBlobs(ctx context.Context, whole bool, progress Progress) (*BlobInspection, error) {
	if progress == nil {
		progress = func(string, int64, int64) {}
	}
	i := blobInspector{Store: s, whole: whole, progress: progress, x: new(BlobInspection), there: map[string]keptBlob{}}
	i.group.SetLimit(inspectors)
	err := i.look(ctx)
	if err = errors.Join(err, i.group.Wait()); err == nil {
		err = i.scans(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("store: inspect files: %w", err)
	}
	slices.Sort(i.x.Damaged)
	slices.Sort(i.x.PrivateDamaged)
	return i.x, nil
}

// keptBlob is a file as the place has it.
type keptBlob struct {
	size int64
	old  bool // older than 24 hours
}

// inspectors is how many files are read at once.
const inspectors = 4

type blobInspector struct {
	*Store
	whole    bool
	progress Progress
	there    map[string]keptBlob // by name
	named    []string            // hashes
	group    errgroup.Group
	mu       sync.Mutex // of the lists of damage
	x        *BlobInspection
}

func (i *blobInspector) look(ctx context.Context) error {
	// Files first, rows second: a file that came between has its row too.
	now, err := i.Clock(ctx)
	if err != nil {
		return err
	}
	if i.blobs.place != nil {
		err = i.blobs.place.walk(ctx, "", func(name string, size int64, changed time.Time) error {
			if _, _, ours := blobOf(name); ours {
				i.there[name] = keptBlob{size, changed.Before(now.Add(-orphanAge))}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	if i.named, err = i.namedBlobs(ctx); err != nil {
		return err
	}
	private, err := i.privateRows(ctx, "where dropped_at = 0 order by id")
	if err != nil {
		return err
	}
	total := int64(len(i.named) + len(private))
	i.x.Named, i.x.Private, i.x.PrivateBlind = len(i.named), len(private), len(private) > 0 && len(i.secret) == 0
	for n, hash := range i.named {
		i.progress("blobs", int64(n+1), total)
		if err := errors.Join(ctx.Err(), i.public(ctx, hash)); err != nil {
			return err
		}
	}
	for n := range private {
		i.progress("blobs", int64(len(i.named)+n+1), total)
		if err := errors.Join(ctx.Err(), i.private(ctx, &private[n])); err != nil {
			return err
		}
	}
	for _, k := range i.there {
		if k.old {
			i.x.Orphans, i.x.OrphanSize = i.x.Orphans+1, i.x.OrphanSize+k.size
		}
	}
	return nil
}

// is reports whether a file is there; it may have come after the walk.
func (i *blobInspector) is(ctx context.Context, name string) (size int64, ok bool, err error) {
	k, ok := i.there[name]
	delete(i.there, name)
	if ok || i.blobs.place == nil {
		return k.size, ok, nil
	}
	size, err = i.blobs.place.size(ctx, name)
	if errors.Is(err, ErrNotFound) {
		return 0, false, nil
	}
	return size, err == nil, err
}

func (i *blobInspector) public(ctx context.Context, hash string) error {
	if !validHash(hash) {
		i.x.Missing = append(i.x.Missing, hash)
		return nil
	}
	size, ok, err := i.is(ctx, blobName(hash))
	if err != nil {
		return err
	}
	if !ok {
		i.x.Missing = append(i.x.Missing, hash)
		return nil
	}
	if i.x.Bytes += size; !i.whole {
		return nil
	}
	i.group.Go(func() error {
		same, err := i.blobs.same(ctx, hash)
		if !same && err == nil {
			i.mu.Lock()
			defer i.mu.Unlock()
			i.x.Damaged = append(i.x.Damaged, hash)
		}
		return err
	})
	return nil
}

func (i *blobInspector) private(ctx context.Context, p *privateRow) error {
	size, ok, err := i.is(ctx, privateName(p.object))
	if err != nil {
		return err
	}
	if !ok {
		i.x.PrivateMissing = append(i.x.PrivateMissing, p.ID)
		return nil
	}
	i.x.PrivateBytes += p.Size
	i.group.Go(func() error {
		var err error
		if size != streamSize(p.Size) {
			err = ErrSealed
		} else if i.whole && !i.x.PrivateBlind {
			err = i.reads(ctx, p)
		}
		if !errors.Is(err, ErrSealed) {
			return err
		}
		i.mu.Lock()
		defer i.mu.Unlock()
		i.x.PrivateDamaged = append(i.x.PrivateDamaged, p.ID)
		return nil
	})
	return nil
}

// reads decrypts a private file to its end and compares it with its hash.
func (s *Store) reads(ctx context.Context, p *privateRow) error {
	f, err := s.openRow(ctx, p)
	if err != nil {
		return err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	if err == nil && hex.EncodeToString(h.Sum(nil)) != p.Hash {
		err = ErrSealed
	}
	return errors.Join(err, f.Close())
}

// scans collects what the malware scan said of files that are named.
func (i *blobInspector) scans(ctx context.Context) error {
	i.x.Waiting = len(i.named)
	rows, err := i.read.QueryContext(ctx, `select hash, state, detail from blob_state
		union all select 'private/' || cast(id as text), state, detail from private_file where dropped_at = 0`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var file, state, detail string
		if err := rows.Scan(&file, &state, &detail); err != nil {
			return err
		}
		if !strings.HasPrefix(file, privateDir) {
			if _, is := slices.BinarySearch(i.named, file); !is {
				continue // nobody's any more, or refused when it came
			}
			i.x.Waiting--
		}
		switch state {
		case fileInfected:
			i.x.Infected = append(i.x.Infected, BlobFinding{file, detail})
		case fileUnscanned:
			i.x.Unscanned = append(i.x.Unscanned, BlobFinding{file, detail})
		case fileNew:
			i.x.Waiting++
		}
	}
	return rows.Err()
}

// namedBlobs lists the hashes of all public files that rows name, sorted.
func (s *Store) namedBlobs(ctx context.Context) ([]string, error) {
	tables, err := s.fileColumns(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, t := range tables {
		rows, err := s.read.QueryContext(ctx, `select distinct file_hash from "`+t+`" where file_hash <> ''`)
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
func (b *Blobs) same(ctx context.Context, hash string) (bool, error) {
	f, err := b.Open(ctx, hash)
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
