package store

import (
	"context"
	"errors"
	"io"
	"strings"
)

// A backupFile is a file that rows name.
type backupFile struct {
	from     string // its name in the store
	to       string // its name in the backup, "" for one that no row names
	hash     string // of its content, "" for a private one
	infected bool
}

// backupBlob copies a file, unless the store has lost it or it is infected.
func (s *Store) backupBlob(ctx context.Context, out *archive, m *Manifest, f backupFile) error {
	name := f.hash
	if name == "" {
		name = privateDir + f.from[len(privateDir)+3:]
	}
	if f.to == "" {
		return nil
	}
	if f.infected {
		m.Lost = append(m.Lost, LostBlob{Hash: name, Infected: true})
		return nil
	}
	if e, ok, err := out.again(f.to, f.hash); ok || err != nil {
		m.Files = append(m.Files, e)
		return err
	}
	var r io.ReadCloser
	err := ErrNoBlobs
	if s.blobs.place != nil {
		r, err = s.blobs.place.open(ctx, f.from)
	}
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrNoBlobs) {
		m.Lost = append(m.Lost, LostBlob{Hash: name})
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	e, same, err := out.addChecked(f.to, r, f.hash)
	if err != nil {
		return err
	}
	if !same {
		m.Lost = append(m.Lost, LostBlob{Hash: name, Damaged: true})
		return nil
	}
	m.Files = append(m.Files, e)
	return nil
}

// placeName is the name in the store of a file of a backup, "" for a table.
func placeName(name string) string {
	if rest, is := strings.CutPrefix(name, blobsDir); is {
		return rest
	}
	if strings.HasPrefix(name, privateDir) {
		return name
	}
	return ""
}
