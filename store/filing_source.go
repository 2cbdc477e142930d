package store

import (
	"context"
	"fmt"
	"io"
	"strconv"

	"gongkai/act"
	"gongkai/org"
)

// PutFilingSource keeps the file that a draft was read from beside it, private;
// Done.Answer is the new version of the filing. It needs EditReports. The file
// is never published. An earlier file stays with the snapshots that name it.
func (s *Store) PutFilingSource(ctx context.Context, by By, organ int64, year int, version int64, name string, r io.Reader) (Done, error) {
	x, err := s.visible(ctx, by.Viewer, organ, year)
	if err == nil && !org.May(by.Viewer, org.EditReports, x.subject) {
		err = Forbidden(org.EditReports) // before anything is written
	}
	if err != nil {
		return Done{}, fmt.Errorf("store: file of the filing of %d for %d: %w", organ, year, err)
	}
	ref := FilingRef(organ, year)
	p, err := s.PutPrivate(ctx, ref, r)
	if err != nil {
		return Done{}, err
	}
	return s.do(ctx, by, "file of a filing", func(h *hand) (string, error) {
		if err := h.mayFile(org.EditReports, x); err != nil {
			return "", err
		}
		k, err := s.readFiling(h.ctx, h, x, year)
		if err != nil {
			return "", err
		}
		if k.Version != version {
			return "", ErrConflict
		}
		before := k.FilingFile
		before.Filing = k.Filing.Clone()
		if err := k.Filing.Edited(); err != nil {
			return "", err
		}
		k.FileName, k.file = cleanName(name), p.ID
		if err := h.keepPrivate(p.ID, ref); err != nil {
			return "", err
		}
		k.Saved, k.savedBy = momentOf(h.now), by.Viewer.Person
		if err := h.putFiling(k); err != nil {
			return "", err
		}
		return strconv.FormatInt(k.Version, 10), h.note(act.FilingSaved, ref, organ, nil, act.Change{Field: "原件", Old: before.FileName, New: k.FileName})
	})
}

// FilingSource opens that file for who may see the draft, or ErrNotFound.
func (s *Store) FilingSource(ctx context.Context, v org.Viewer, organ int64, year int) (name string, f *File, err error) {
	if _, err = s.visible(ctx, v, organ, year); err == nil {
		name, f, err = s.filingSource(ctx, "select file_name, file from filing where year = $1 and organ = $2", year, organ)
	}
	if err != nil {
		return "", nil, fmt.Errorf("store: file of the filing of %d for %d: %w", organ, year, s.dialect.translate(err))
	}
	return name, f, nil
}

// FilingVersionSource opens the file that a snapshot was read from, or
// ErrNotFound.
func (s *Store) FilingVersionSource(ctx context.Context, v org.Viewer, organ int64, year, n int) (name string, f *File, err error) {
	if _, err = s.visible(ctx, v, organ, year); err == nil {
		name, f, err = s.filingSource(ctx, "select file_name, file from filing_version where year = $1 and organ = $2 and n = $3", year, organ, n)
	}
	if err != nil {
		return "", nil, fmt.Errorf("store: file of version %d of the filing of %d for %d: %w", n, organ, year, s.dialect.translate(err))
	}
	return name, f, nil
}

func (s *Store) filingSource(ctx context.Context, query string, args ...any) (name string, f *File, err error) {
	var id int64
	if err := s.read.QueryRowContext(ctx, query, args...).Scan(&name, &id); err != nil {
		return "", nil, err
	}
	if id == 0 {
		return "", nil, ErrNotFound
	}
	_, f, err = s.openPrivate(ctx, id)
	return name, f, err
}
