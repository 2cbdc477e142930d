package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// folder is a place on this machine's disk.
type folder string

func (d folder) path(name string) string { return filepath.Join(string(d), filepath.FromSlash(name)) }

func (d folder) spool() (*os.File, error) {
	tmp := filepath.Join(string(d), "tmp")
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, err
	}
	return os.CreateTemp(tmp, "put-*")
}

func (d folder) take(_ context.Context, tmp *os.File, f object, durable bool) error {
	if durable {
		if err := tmp.Sync(); err != nil {
			return err
		}
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	to := d.path(f.name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), to); err != nil {
		return err
	}
	if !durable {
		return nil
	}
	return syncDir(filepath.Dir(to))
}

func (d folder) settle(names []string) error {
	paths := make([]string, len(names))
	for i, n := range names {
		paths[i] = d.path(n)
	}
	return syncFiles(paths)
}

func (d folder) open(_ context.Context, name string) (*File, error) {
	f, err := os.Open(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: file %s", ErrNotFound, name)
	}
	if err != nil {
		return nil, err
	}
	i, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	kind, err := sniff(f, i.Size())
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f, i.Size(), kind}, nil
}

func (d folder) size(_ context.Context, name string) (int64, error) {
	i, err := os.Stat(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%w: file %s", ErrNotFound, name)
	}
	if err != nil {
		return 0, err
	}
	return i.Size(), nil
}

// remove leaves the folder in which the file was: another may be on its way
// into it.
func (d folder) remove(_ context.Context, name string) error {
	err := os.Remove(d.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func (d folder) walk(ctx context.Context, under string, fn func(name string, size int64, changed time.Time) error) error {
	return filepath.WalkDir(d.path(under), func(p string, e fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil || e.IsDir() {
			if errors.Is(err, fs.ErrNotExist) {
				return nil // taken away meanwhile
			}
			return err
		}
		i, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(string(d), p)
		if err != nil {
			return err
		}
		return fn(filepath.ToSlash(rel), i.Size(), i.ModTime())
	})
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
