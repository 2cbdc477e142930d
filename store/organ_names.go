package store

import (
	"context"
	"sort"
	"strings"
	"sync"
)

// organNames are the search texts of a tree's organs in one string, so that a
// search runs over memory instead of over the table. A nation's take some
// 5 MiB; they are made by the first search and live as long as the tree.
type organNames struct {
	once sync.Once
	all  string
	from []int // where the text of each organ begins, in the order of the tree
}

// mostNamed is up to how many organs a search names one by one. More than that
// fill a page soon wherever the list begins.
const mostNamed = 1000

func (t *organTree) nameTexts() *organNames {
	n := &t.names
	n.once.Do(func() {
		var b strings.Builder
		n.from = make([]int, len(t.organs))
		for i, o := range t.organs {
			n.from[i] = b.Len()
			b.WriteString(searchText(o))
			b.WriteByte(0) // no search text holds it: what is found lies within one organ
		}
		n.all = b.String()
	})
	return n
}

// named returns the positions of the organs whose search text holds the folded
// text, in the order of the tree, at most limit.
func (t *organTree) named(folded string, limit int) []int {
	n := t.nameTexts()
	var out []int
	for at := 0; len(out) < limit; {
		i := strings.Index(n.all[at:], folded)
		if i < 0 {
			break
		}
		k := sort.SearchInts(n.from, at+i+1) - 1 // the last that begins at or before the hit
		out = append(out, k)
		if k+1 == len(n.from) {
			break
		}
		at = n.from[k+1]
	}
	return out
}

// A nameMatch is what a search by name comes to.
type nameMatch struct {
	ids   []int64 // the organs, if they are few
	many  bool    // too many to name: the database has to look
	first string  // path of the first in the order of the tree
}

// nameMatch finds the organs whose name, short name or code holds the folded
// text.
func (s *Store) nameMatch(ctx context.Context, folded string) (nameMatch, error) {
	var m nameMatch
	t, err := s.organTree(ctx)
	if err != nil {
		return m, err
	}
	hits := t.named(folded, mostNamed+1)
	if len(hits) == 0 {
		return m, nil
	}
	m.first = t.organs[hits[0]].Path
	if m.many = len(hits) > mostNamed; m.many {
		return m, nil
	}
	for _, i := range hits {
		m.ids = append(m.ids, t.organs[i].ID)
	}
	return m, nil
}
