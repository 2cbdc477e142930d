package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// ErrBackup says that files are not swept because a backup is being taken.
var ErrBackup = errors.New("store: a backup is being taken")

const backupMark = "tmp/backup-"

// markBackup leaves a sign beside the files while a backup is taken, by whatever
// process: rows of its instant may name files that nobody names any more. Where
// nothing can be written, nothing is swept from here either.
func (b *Blobs) markBackup(ctx context.Context) (done func()) {
	nothing := func() {}
	tmp, err := b.spool()
	if err != nil {
		return nothing
	}
	empty := sha256.Sum256(nil)
	mark := object{name: backupMark + newName(), hash: hex.EncodeToString(empty[:]), kind: unknownType}
	if err := b.place.take(ctx, tmp, mark, false); err != nil {
		discardTmp(tmp, err)
		return nothing
	}
	return func() { _ = b.place.remove(context.WithoutCancel(ctx), mark.name) } // one left behind counts for a day
}

// backupRuns reports whether the sign of a backup is there. One as old as an
// orphan was left by a process that died.
func (b *Blobs) backupRuns(ctx context.Context, now time.Time) (runs bool, err error) {
	if b.place == nil {
		return false, nil
	}
	err = b.place.walk(ctx, "tmp/", func(name string, _ int64, changed time.Time) error {
		runs = runs || strings.HasPrefix(name, backupMark) && changed.After(now.Add(-orphanAge))
		return nil
	})
	return runs, err
}
