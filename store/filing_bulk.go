package store

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"

	"gongkai/act"
	"gongkai/org"
)

// MaxFilings bounds a bulk act.
const MaxFilings = 1000

// bulkAtOnce is how many filings of a bulk act are under way at once: they are
// committed together.
const bulkAtOnce = 8

// WithFilings runs a verb on the filings of many organs, each on its own: what
// is refused for one does not hold up the others. The outcomes are in the order
// of the organs, an organ named twice is done once. The same operation key does
// each once. verb is called by several goroutines at once.
func (s *Store) WithFilings(ctx context.Context, by By, organs []int64, year int, kind string, verb FilingVerb) ([]FilingOutcome, error) {
	if len(organs) > MaxFilings {
		return nil, fmt.Errorf("store: filings: %w", act.Refuse(fmt.Sprintf("一次最多办理%d个机关，请分批办理。", MaxFilings)))
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	var out []FilingOutcome
	seen := map[int64]bool{}
	for _, id := range organs {
		if seen[id] {
			continue
		}
		seen[id] = true
		o := org.Organ{ID: id}
		if i, ok := tree.at[id]; ok {
			o = tree.organs[i]
		}
		out = append(out, FilingOutcome{Organ: o})
	}
	var g errgroup.Group
	g.SetLimit(bulkAtOnce)
	for i := range out {
		g.Go(func() error {
			each := by
			if by.Key != "" {
				each.Key = fmt.Sprintf("%s/%d", by.Key, out[i].Organ.ID)
			}
			x := &out[i]
			x.Done, x.Err = s.withFiling(ctx, each, x.Organ.ID, year, nil, kind, verb)
			var refused *act.Refusal
			switch {
			case x.Err == nil, errors.As(x.Err, &refused):
			case errors.Is(x.Err, ErrNotFound): // and nothing of it, whose it may not be
				x.Organ = org.Organ{ID: x.Organ.ID}
			case errors.Is(x.Err, ErrConflict):
			default:
				return x.Err
			}
			return nil
		})
	}
	return out, g.Wait()
}
