package store

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ErrBackup says that files are not swept because a backup is being taken.
var ErrBackup = errors.New("store: a backup is being taken")

const backupMark = "backup-"

// markBackup leaves a sign beside the files while a backup is taken, by whatever
// process: rows of its instant may name files that nobody names any more. Where
// nothing can be written, nothing is swept from here either.
func (b *Blobs) markBackup() (done func()) {
	f, err := os.CreateTemp(filepath.Join(b.dir, "tmp"), backupMark+"*")
	if b.dir == "" || err != nil {
		return func() {}
	}
	f.Close()
	return func() { os.Remove(f.Name()) }
}

// backupRuns reports whether the sign of a backup is there. One as old as an
// orphan was left by a process that died.
func (b *Blobs) backupRuns(now time.Time) (bool, error) {
	list, err := os.ReadDir(filepath.Join(b.dir, "tmp"))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	for _, m := range list {
		if !strings.HasPrefix(m.Name(), backupMark) {
			continue
		}
		if i, err := m.Info(); err == nil && i.ModTime().After(now.Add(-orphanAge)) {
			return true, nil
		}
	}
	return false, err
}

// named is a query whether any row names a file, whichever table it is in.
func (s *Store) named(ctx context.Context) (string, error) {
	list, err := s.dialect.tables(ctx, s.read)
	if err != nil {
		return "", err
	}
	var parts []string
	for _, t := range list {
		if slices.Contains(t.columns, Column{Name: fileColumn, Type: typeText}) {
			parts = append(parts, `exists (select 1 from "`+t.name+`" where file_hash <> '' and file_hash = $1)`)
		}
	}
	return "select " + strings.Join(parts, " or "), nil
}
