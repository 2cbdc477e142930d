package store

import (
	"context"
	"fmt"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// columnGroups is what organs had on a day, by kind and category: of the organs o
// that where chooses, added up by the column of them that key names. Old stock
// fills a column and does not keep it up.
func (s *Store) columnGroups(ctx context.Context, day law.Date, key, where string, args []any) (map[int64][]proactive.ColumnGroup, error) {
	args = append(args, day.String())
	on := fmt.Sprintf("$%d", len(args))
	out := map[int64][]proactive.ColumnGroup{}
	rows, err := s.read.QueryContext(ctx, `select `+key+`, i.kind, i.category, sum(case when i.standing = 'live' or i.takedown > `+on+` then 1 else 0 end),
		max(case when i.backfill = 1 then '' when i.changed <> '' and i.changed <= `+on+` then i.changed else i.published end)
		from item i join organ o on o.id = i.organ where i.published <> '' and i.published <= `+on+` and `+where+" group by "+key+", i.kind, i.category", args...)
	if err != nil {
		return nil, err
	}
	return out, scanAll(rows, func(r scanner) error {
		var home int64
		var g proactive.ColumnGroup
		var newest string
		if err := r.Scan(&home, &g.Kind, &g.Category, &g.Live, &newest); err != nil {
			return err
		}
		err := dayOf(newest, &g.Newest)
		out[home] = append(out[home], g)
		return err
	})
}

// watchedBy finds which columns an organ has to keep up, by the setting at its
// path, each setting read once.
func (s *Store) watchedBy(ctx context.Context) (func(path string) []proactive.Watched, error) {
	rows, err := s.read.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> ''", org.ItemWatched)
	if err != nil {
		return nil, err
	}
	by := map[int64][]proactive.Watched{}
	err = scanAll(rows, func(r scanner) error {
		var organ int64
		var value string
		err := r.Scan(&organ, &value)
		if list, bad := proactive.ParseWatched(value); bad == "" { // one that cannot be read does not count
			by[organ] = list
		}
		return err
	})
	usual, _ := proactive.ParseWatched("")
	return func(path string) []proactive.Watched {
		ids := above(path)
		for _, id := range ids {
			if l, ok := by[id]; ok {
				return l
			}
		}
		if l, ok := by[0]; ok {
			return l
		}
		return usual
	}, err
}

// Monitor is what has to be put right at an organ on a day 栏目更新监测. ErrNotFound
// for an organ that the viewer may not see.
func (s *Store) Monitor(ctx context.Context, v org.Viewer, organ int64, day law.Date) ([]proactive.WatchFinding, error) {
	list, err := s.monitor(ctx, v, organ, day)
	if err != nil {
		return nil, fmt.Errorf("store: monitor %d: %w", organ, s.dialect.translate(err))
	}
	return list, nil
}

// maxWatched bounds the findings of one kind.
const maxWatched = 200

func (s *Store) monitor(ctx context.Context, v org.Viewer, organ int64, day law.Date) (out []proactive.WatchFinding, err error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	root, ok := tree.at[organ]
	if !ok || !org.May(v, org.SeeItems, tree.subject(organ)) {
		return nil, ErrNotFound
	}
	w := watching{s: s, day: day, tree: tree, root: root, one: true}
	return out, w.find(ctx, func(f proactive.WatchFinding) error {
		out = append(out, f)
		return nil
	})
}
