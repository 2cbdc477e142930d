package store

import (
	"context"
	"slices"

	"gongkai/law/annual"
	"gongkai/reporting"
)

// sweepLists is, for one tree, which governments count which organs.
type sweepLists struct {
	tree     *organTree
	govs     []int     // places of the governments that sum up
	lists    [][]int64 // by government: organs whose reports it counts
	own      [][]int64 // by government: organs whose own figures it counts
	in       [][]int32 // by place in the tree: governments that count it
	expected []int     // by government: reports that should be in its sum
}

// stated reads the governments' own reports of the year.
func (w *sweep) stated(ctx context.Context, lists *sweepLists, form *annual.Form, year int) (map[int][]annual.Value, error) {
	place := make(map[int64]int, len(lists.govs))
	ids := make([]int64, 0, len(lists.govs))
	for g, at := range lists.govs {
		id := lists.tree.organs[at].ID
		place[id] = g
		ids = append(ids, id)
	}
	out := map[int][]annual.Value{}
	for chunk := range slices.Chunk(ids, 1000) {
		rows, err := w.s.read.QueryContext(ctx, "select organ, figures from report where year = $1 and organ in ("+numbers(chunk)+")", year)
		if err != nil {
			return nil, err
		}
		err = func() error {
			defer rows.Close()
			for rows.Next() {
				var id int64
				var figures []byte
				if err := rows.Scan(&id, &figures); err != nil {
					return err
				}
				edition, values, err := decodeFigures(figures, nil)
				if err != nil {
					return err
				}
				if string(edition) == form.Edition && len(values) == len(form.Cells) {
					out[place[id]] = values
				}
			}
			return rows.Err()
		}()
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// sums holds every government's report against the sum of those it counts.
func (w *sweep) sums(ctx context.Context, lists *sweepLists, form *annual.Form, year int, stated map[int][]annual.Value, hits map[hitKey]*SweepHit) error {
	k := &sweeper{hits: hits}
	own, err := w.ownOf(ctx, form, year)
	if err != nil {
		return err
	}
	for g, at := range lists.govs {
		t := w.work[0].tally[g]
		if other := w.work[1].tally[g]; t == nil {
			t = other
		} else if other != nil {
			t.Merge(other)
		}
		if t == nil {
			continue // nobody below it has published
		}
		id := lists.tree.organs[at].ID
		missing := lists.expected[g] - t.N
		if missing > 0 {
			k.hit("H-MISSING", annual.Warning, id, missing)
		}
		for _, x := range lists.own[g] {
			if v := own[x]; v != nil {
				t.Add(v)
			} else {
				missing++ // a sum without it is not whole, but no report is missing
			}
		}
		p := stated[g]
		if p == nil {
			continue
		}
		off := t.Off(p)
		if missing > 0 { // more than the sum may be what is missing
			off = slices.DeleteFunc(off, func(i int) bool { return p[i].N > t.Value(i).N })
		}
		if len(off) > 0 {
			k.hit(reporting.RuleSum, annual.Error, id, len(off))
		}
	}
	return nil
}
