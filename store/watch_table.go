package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// A WatchRow is how many findings of each kind the monitoring has at an organ.
type WatchRow struct {
	Organ org.Organ
	Count map[proactive.WatchCode]int
	Total int
}

// A WatchTable is the monitoring of an organ and everything below it on a day.
type WatchTable struct {
	Day    law.Date
	Looked int        // organs looked at: those that publish in their own name
	Off    int        // organs left out because the 主管部门 decided so
	Rows   []WatchRow // organs with findings, in the order of the tree
	Sum    map[proactive.WatchCode]int
}

// WatchTable counts what has to be put right at an organ and below it, as far as
// the viewer may see. ErrNotFound for an organ of which he may see nothing.
func (s *Store) WatchTable(ctx context.Context, v org.Viewer, organ int64, day law.Date) (*WatchTable, error) {
	t, err := s.watchTable(ctx, v, organ, day)
	if err != nil {
		return nil, fmt.Errorf("store: monitoring below %d: %w", organ, s.dialect.translate(err))
	}
	return t, nil
}

func (s *Store) watchTable(ctx context.Context, v org.Viewer, organ int64, day law.Date) (*WatchTable, error) {
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	root, ok := tree.at[organ]
	if !ok || !org.May(v, org.SeeItems, tree.subject(organ)) {
		return nil, ErrNotFound
	}
	w := &watching{s: s, day: day, tree: tree, root: root}
	t := &WatchTable{Day: day, Sum: map[proactive.WatchCode]int{}}
	sees := make([]bool, tree.end[root]-root)
	for i := root; i < tree.end[root]; i++ {
		o := tree.organs[i]
		sees[i-root] = org.May(v, org.SeeItems, org.Subject{Organ: o.ID, Home: tree.home[i], Path: o.Path})
		if sees[i-root] && tree.home[i] == o.ID && o.InForce(day) && o.Filer() {
			t.Off++
		}
	}
	if err := w.organs(ctx, func(o org.Organ, _ []proactive.Watched) error {
		if sees[tree.at[o.ID]-root] {
			t.Looked++
			t.Off--
		}
		return nil
	}); err != nil {
		return nil, err
	}
	count := make([]map[proactive.WatchCode]int, len(sees))
	if err := w.find(ctx, func(f proactive.WatchFinding) error {
		i, ok := tree.at[f.Organ]
		if !ok || i < root || i >= tree.end[root] || !sees[i-root] {
			return nil
		}
		if count[i-root] == nil {
			count[i-root] = map[proactive.WatchCode]int{}
		}
		count[i-root][f.Code]++
		t.Sum[f.Code]++
		return nil
	}); err != nil {
		return nil, err
	}
	for i, c := range count {
		if c == nil {
			continue
		}
		row := WatchRow{Organ: tree.organs[root+i], Count: c}
		for _, n := range c {
			row.Total += n
		}
		t.Rows = append(t.Rows, row)
	}
	return t, nil
}

// KindWatchWeek is the week's notice of what the monitoring found 信息监测周报.
const KindWatchWeek = "watch.week"

// TellWatched tells organs, on the first working day of a week, how much the
// monitoring found at them, where the 主管部门 has switched that on. An organ is
// told once a week. It returns how many notices it wrote.
func (s *Store) TellWatched(ctx context.Context) (int, error) {
	list, err := s.watchNews(ctx)
	if err != nil {
		return 0, fmt.Errorf("store: notice of the monitoring: %w", s.dialect.translate(err))
	}
	return s.tellAll(ctx, list, func(n News) []To {
		return []To{ToRole(org.Drafter, n.Organ), ToRole(org.Publisher, n.Organ), ToRole(org.Head, n.Organ)}
	})
}

func (s *Store) watchNews(ctx context.Context) ([]News, error) {
	today, err := s.today(ctx)
	if err != nil {
		return nil, err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return nil, err
	}
	monday := today.AddDays(-(int(today.Weekday()) + 6) % 7)
	for d := monday; d.Before(today); d = d.AddDays(1) {
		if cal.Working(d) {
			return nil, nil
		}
	}
	on, err := s.switchedOn(ctx, org.ItemWatchNotice)
	if err != nil {
		return nil, err
	}
	tree, err := s.organTree(ctx)
	if err != nil {
		return nil, err
	}
	var list []News
	for i := 0; i < len(tree.organs); i = tree.end[i] { // each tree of the instance
		root := i
		var any bool
		for k := root; k < tree.end[root] && !any; k++ {
			any = on(tree.organs[k].Path)
		}
		if !any {
			continue
		}
		t, err := s.watchTable(ctx, org.Program("信息监测"), tree.organs[root].ID, today)
		if err != nil {
			return nil, err
		}
		for _, row := range t.Rows {
			if !on(row.Organ.Path) {
				continue
			}
			list = append(list, News{Kind: KindWatchWeek, Ref: fmt.Sprintf("watch/%d", row.Organ.ID), Organ: row.Organ.ID, Subject: row.Says(),
				Link: fmt.Sprintf("/desk/monitor?organ=%d", row.Organ.ID), Once: fmt.Sprintf("watch/%d/%s", row.Organ.ID, monday)})
		}
	}
	return list, nil
}

// Says is the row in a sentence: 空白栏目2项、超期未公开1项.
func (x WatchRow) Says() string {
	var out []string
	for _, c := range proactive.WatchCodes() {
		if n := x.Count[c]; n > 0 {
			out = append(out, fmt.Sprintf("%s%d项", c.Chinese(), n))
		}
	}
	return strings.Join(out, "、")
}

// switchedOn finds whether a setting is 开 at an organ or the nearest above it
// that has decided.
func (s *Store) switchedOn(ctx context.Context, name string) (func(path string) bool, error) {
	rows, err := s.read.QueryContext(ctx, "select organ, value from setting where name = $1 and value <> ''", name)
	if err != nil {
		return nil, err
	}
	by := map[int64]bool{}
	err = scanAll(rows, func(r scanner) error {
		var organ int64
		var value string
		err := r.Scan(&organ, &value)
		by[organ] = value == "开"
		return err
	})
	return func(path string) bool {
		for _, id := range append(above(path+"0/"), 0) {
			if yes, ok := by[id]; ok {
				return yes
			}
		}
		return false
	}, err
}
