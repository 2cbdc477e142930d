package store

import (
	"context"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/text"
)

// FoundOrgan is an organ that somebody looked for, with where it stands.
type FoundOrgan struct {
	org.Organ
	Above string // names of what is above it, the highest first, divided by " › "
}

// FindOrgans finds organs that stand for themselves on the day by words: every
// word must be part of the name of the organ or of what is above it, and one of
// its own. Nearer names come first, then the order of the tree.
func (s *Store) FindOrgans(ctx context.Context, words []string, day law.Date, limit int) ([]FoundOrgan, error) {
	t, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	var folded []string
	for _, w := range words {
		if f := text.Fold(w); f != "" {
			folded = append(folded, f)
		}
	}
	if len(folded) == 0 {
		return nil, nil
	}
	type hit struct {
		at, own, size int
	}
	var hits []hit
	for i, o := range t.organs {
		if o.Kind == org.Section || o.Kind == org.Village || !o.InForce(day) {
			continue
		}
		own, mine := 0, searchText(o)
		all := true
		for _, w := range folded {
			if strings.Contains(mine, w) {
				own++
				continue
			}
			if all = t.aboveHas(o, w); !all {
				break
			}
		}
		if all && own > 0 {
			hits = append(hits, hit{i, own, len(o.Name)})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int {
		if a.own != b.own {
			return b.own - a.own
		}
		return a.size - b.size
	})
	var out []FoundOrgan
	for _, h := range hits[:min(len(hits), limit)] {
		out = append(out, FoundOrgan{t.organs[h.at], t.above(t.organs[h.at])})
	}
	return out, nil
}

// aboveHas reports whether the name of an organ above holds the word.
func (t *organTree) aboveHas(o org.Organ, word string) bool {
	for n := 0; o.Parent != 0 && n < deepest; n++ {
		i, ok := t.at[o.Parent]
		if !ok {
			return false
		}
		if o = t.organs[i]; strings.Contains(searchText(o), word) {
			return true
		}
	}
	return false
}

func (t *organTree) above(o org.Organ) string {
	var names []string
	for n := 0; o.Parent != 0 && n < deepest; n++ {
		i, ok := t.at[o.Parent]
		if !ok {
			break
		}
		o = t.organs[i]
		names = append(names, o.Name)
	}
	slices.Reverse(names)
	return strings.Join(names, " › ")
}
