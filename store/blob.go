package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// MaxBlob is the largest file kept, in bytes.
const MaxBlob = 64 << 20

// orphanAge is how old a file must be before a sweep takes it away: its row may
// still be on the way.
const orphanAge = 24 * time.Hour

// Blobs is a folder of files named by the SHA-256 of their content. A file is
// whole and on the disk before its name is known to anyone.
type Blobs struct{ dir string }

// Blobs gives the files the store keeps.
func (s *Store) Blobs() *Blobs { return s.blobs }

// Put keeps what r holds and returns its hash in hexadecimal and its size. It
// returns ErrTooLarge beyond MaxBlob. The same content is kept once.
func (b *Blobs) Put(r io.Reader) (hash string, size int64, err error) {
	return b.put(r, true)
}

// put may leave it to the caller to bring the file to the disk: see syncFiles.
func (b *Blobs) put(r io.Reader, sync bool) (hash string, size int64, err error) {
	if b.dir == "" {
		return "", 0, ErrNoBlobs
	}
	if err := os.MkdirAll(filepath.Join(b.dir, "tmp"), 0o700); err != nil {
		return "", 0, err
	}
	f, err := os.CreateTemp(filepath.Join(b.dir, "tmp"), "put-*")
	if err != nil {
		return "", 0, err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	size, err = io.Copy(io.MultiWriter(f, h), io.LimitReader(r, MaxBlob+1))
	if err != nil {
		return "", 0, err
	}
	if size > MaxBlob {
		return "", 0, ErrTooLarge
	}
	if sync {
		if err = f.Sync(); err != nil {
			return "", 0, err
		}
	}
	if err = f.Close(); err != nil {
		return "", 0, err
	}
	hash = hex.EncodeToString(h.Sum(nil))
	to := b.path(hash)
	if err = os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", 0, err
	}
	// A file that is already there is written over: the same bytes, but young
	// again, so that a sweep leaves it for the row that follows.
	if err = os.Rename(f.Name(), to); err != nil {
		return "", 0, err
	}
	if sync {
		err = syncDir(filepath.Dir(to))
	}
	return hash, size, err
}

// Open opens a file by its hash, or returns ErrNotFound.
func (b *Blobs) Open(hash string) (io.ReadCloser, error) {
	if b.dir == "" {
		return nil, ErrNoBlobs
	}
	if !validHash(hash) {
		return nil, ErrNotFound
	}
	f, err := os.Open(b.path(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: file %s", ErrNotFound, hash)
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// Has reports whether the file is kept.
func (b *Blobs) Has(hash string) bool {
	if b.dir == "" || !validHash(hash) {
		return false
	}
	_, err := os.Stat(b.path(hash))
	return err == nil
}

func (b *Blobs) path(hash string) string { return filepath.Join(b.dir, hash[:2], hash) }

func validHash(h string) bool {
	raw, err := hex.DecodeString(h)
	return err == nil && len(raw) == sha256.Size
}

// syncDir makes a rename durable. Systems that cannot sync a folder say so by an
// error that means nothing here.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	_ = d.Sync()
	return nil
}

func (b *Blobs) count() (n int, size int64, err error) {
	if b.dir == "" {
		return 0, 0, nil
	}
	err = b.walk(func(_, _ string, i fs.FileInfo) error { n, size = n+1, size+i.Size(); return nil })
	return n, size, err
}

// walk calls fn with every file; hash is "" for one that is still being written
// or was left so.
func (b *Blobs) walk(fn func(path, hash string, i fs.FileInfo) error) error {
	err := filepath.WalkDir(b.dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // taken away meanwhile
			}
			return err
		}
		i, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		hash := d.Name()
		if !validHash(hash) {
			if filepath.Base(filepath.Dir(p)) != "tmp" {
				return nil // not ours
			}
			hash = ""
		}
		return fn(p, hash, i)
	})
	return err
}

// SweepBlobs deletes the files that no row names and that are older than 24
// hours, and returns their number. While a backup is taken it stops with
// ErrBackup.
func (s *Store) SweepBlobs(ctx context.Context) (int, error) {
	if s.blobs.dir == "" {
		return 0, nil
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, fmt.Errorf("store: sweep: %w", err)
	}
	named, err := s.named(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: sweep: %w", err)
	}
	before, swept := time.UnixMilli(now).Add(-orphanAge), 0
	err = s.blobs.walk(func(p, hash string, i fs.FileInfo) error {
		if !i.ModTime().Before(before) {
			return nil
		}
		if hash != "" {
			var used bool
			err := s.read.QueryRowContext(ctx, named, hash).Scan(&used)
			if err != nil || used {
				return err
			}
		}
		if runs, err := s.blobs.backupRuns(time.UnixMilli(now)); err != nil || runs {
			return errors.Join(err, ErrBackup)
		}
		swept++
		return os.Remove(p)
	})
	if err != nil {
		return swept, fmt.Errorf("store: sweep: %w", err)
	}
	return swept, nil
}
