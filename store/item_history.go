package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"gongkai/act"
	"gongkai/org"
	"gongkai/proactive"
)

// ItemHistory lists all acts of an item that the viewer may see, the oldest
// first, with reasons as they were given. Of one that was removed in emergency
// the reasons are gone.
func (s *Store) ItemHistory(ctx context.Context, v org.Viewer, id int64) ([]Entry, error) {
	if err := s.seesItem(ctx, v, id); err != nil {
		return nil, fmt.Errorf("store: history of item %d: %w", id, err)
	}
	rows, err := s.read.QueryContext(ctx, entrySQL+" where a.ref = $1 order by a.seq", ItemRef(id))
	if err != nil {
		return nil, fmt.Errorf("store: history of item %d: %w", id, err)
	}
	return scanEntries(rows)
}

// seesItem is ErrNotFound unless the viewer may see the item.
func (s *Store) seesItem(ctx context.Context, v org.Viewer, id int64) error {
	args := []any{id}
	see := scope(v.Scope(org.SeeItems), "o.home", "o.path", "", &args)
	var one int
	return s.dialect.translate(s.read.QueryRowContext(ctx, "select 1 from item i join organ o on o.id = i.organ where i.id = $1 and "+see, args...).Scan(&one))
}

// ItemTexts are the texts of an item as those who work on it may compare them:
// by version, 0 for the one in work.
func (s *Store) ItemTexts(ctx context.Context, v org.Viewer, id int64) (map[int]proactive.Content, error) {
	if err := s.seesItem(ctx, v, id); err != nil {
		return nil, fmt.Errorf("store: texts of item %d: %w", id, err)
	}
	rows, err := s.read.QueryContext(ctx, "select n, content from item_text where item = $1 order by n", id)
	out := map[int]proactive.Content{}
	if err == nil {
		err = scanAll(rows, func(r scanner) error {
			var n int
			var b []byte
			var c proactive.Content
			if err := r.Scan(&n, &b); err != nil {
				return err
			}
			err := json.Unmarshal(b, &c)
			out[n] = c
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("store: texts of item %d: %w", id, err)
	}
	return out, nil
}

// scanRef names a scan among the references of an act.
func scanRef(file int64) string { return fmt.Sprintf("file/%d", file) }

// Subject is the item as the subject of a verb.
func (x *ItemFile) Subject() org.Subject { return x.to }

// KeepScan keeps the scan of the paper that the acts of this verb were signed on,
// a private file of the item, and names it in the last of them. It is of use only
// inside a verb, after it has acted.
func (x *ItemFile) KeepScan(file int64) error {
	fresh := x.Fresh()
	if file == 0 || len(fresh) == 0 {
		return nil
	}
	if err := x.hand.keepPrivate(file, ItemRef(x.ID)); err != nil {
		return err
	}
	last := &fresh[len(fresh)-1]
	last.Refs = append(slices.Clip(last.Refs), scanRef(file))
	return nil
}

// OpenItemScan opens a scan that an act of the item names.
func (s *Store) OpenItemScan(ctx context.Context, v org.Viewer, id, file int64) (PrivateFile, *File, error) {
	list, err := s.ItemHistory(ctx, v, id)
	if err != nil {
		return PrivateFile{}, nil, err
	}
	for _, e := range list {
		if r, ok := e.Act.Body.(act.Record); ok && slices.Contains(r.Refs, scanRef(file)) {
			return s.OpenPrivate(ctx, file)
		}
	}
	return PrivateFile{}, nil, ErrNotFound
}

// ScanOf is the file of the scan that an act names, 0 for none.
func ScanOf(a act.Act) int64 {
	r, ok := a.Body.(act.Record)
	if !ok {
		return 0
	}
	for _, ref := range r.Refs {
		if strings.HasPrefix(ref, "file/") {
			return refID(ref)
		}
	}
	return 0
}
