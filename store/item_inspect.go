package store

import (
	"context"
	"encoding/json"
	"fmt"

	"gongkai/proactive"
)

// FaultItem is an item of disclosure whose row, text or files are not what its
// acts say, or whose acts do not follow from each other.
const FaultItem = "item"

// inspectItems replays every item and compares its row, the hashes of its texts
// and its files with what the acts say.
func (s *Store) inspectItems(ctx context.Context, x *Inspection, progress Progress) error {
	looked := int64(0)
	for after := int64(0); ; {
		rows, err := s.read.QueryContext(ctx, itemSQL+" where i.id > $1 order by i.id limit $2", after, inspectBatch)
		list, err := gather("items", rows, err, scanItem)
		if err != nil {
			return err
		}
		for _, f := range list {
			detail, err := s.inspectItem(ctx, f)
			if err != nil {
				return err
			}
			if looked++; detail != "" {
				x.fault(Fault{Kind: FaultItem, Organ: f.Organ, Name: f.OrganName, Version: f.Version, Detail: fmt.Sprintf("%s: %s", ItemRef(f.ID), detail)})
			}
			after = f.ID
		}
		progress("item", looked, 0)
		if len(list) < inspectBatch {
			return nil
		}
	}
}

// inspectItem says what is wrong with one item, "" if nothing is.
func (s *Store) inspectItem(ctx context.Context, f *ItemFile) (string, error) {
	var err error
	if f.Item, err = s.replayItem(ctx, s.read, f.ID); err != nil {
		return err.Error(), ctx.Err()
	}
	r, err := scanItemRow(s.read.QueryRowContext(ctx, itemRowSQL+" where i.id = $1", f.ID))
	if err != nil {
		return "", err
	}
	if r.Version != f.Version {
		return "", nil // it went on meanwhile
	}
	for _, c := range []struct {
		name string
		same bool
	}{
		{"kind", r.Kind == f.Kind}, {"stage", r.Stage == f.Stage}, {"standing", r.Standing == f.Standing}, {"number", r.Number == f.Number}, {"author", r.Author == f.Author}, {"published", r.Published == f.Published && r.PublishedAt == f.PublishedAt},
		{"versions", r.Versions == f.Versions}, {"abolished", r.Abolished == f.Abolished}, {"ground", r.Ground == f.Ground && r.ReviewBy == f.ReviewBy}, {"archived", r.Archived == f.Archived},
		{"title", r.Title == f.Content.Title}, {"document number", r.DocNo == f.Content.DocNo},
	} {
		if !c.same {
			return c.name, nil
		}
	}
	return s.inspectItemTexts(ctx, f)
}

// inspectItemTexts compares texts with their hashes, and looks whether the files
// they name are there.
func (s *Store) inspectItemTexts(ctx context.Context, f *ItemFile) (string, error) {
	rows, err := s.read.QueryContext(ctx, "select n, hash, content from item_text where item = $1 order by n", f.ID)
	if err != nil {
		return "", err
	}
	detail, texts := "", 0
	files := map[int64]bool{}
	err = scanAll(rows, func(r scanner) error {
		var n int
		var hash string
		var b []byte
		var c proactive.Content
		if err := r.Scan(&n, &hash, &b); err != nil {
			return err
		}
		texts++
		if err := json.Unmarshal(b, &c); err != nil {
			detail = fmt.Sprintf("text %d cannot be read", n)
			return nil
		}
		sum, err := itemHash(f.salt, c)
		if err != nil {
			return err
		}
		switch {
		case sum != hash, n == f.Versions && n > 0 && hash != f.Public, n == 0 && f.Stage != proactive.Withheld && f.Reviews == 0 && f.Stage != proactive.Settled && hash != f.Item.Content:
			detail = fmt.Sprintf("text %d is not what its acts say", n)
		}
		for _, x := range c.Files {
			files[x.ID] = true
		}
		return nil
	})
	if err != nil || detail != "" {
		return detail, err
	}
	if want := f.Versions; f.Standing != proactive.Removed && texts < want {
		return fmt.Sprintf("%d texts, acts %d", texts, want), nil
	}
	for id := range files {
		var there int
		if err := s.read.QueryRowContext(ctx, "select count(*) from private_file where id = $1 and ref = $2 and dropped_at = 0", id, ItemRef(f.ID)).Scan(&there); err != nil {
			return "", err
		}
		if there == 0 {
			return fmt.Sprintf("file %d is missing", id), nil
		}
	}
	return "", nil
}
