package store

import (
	"context"
	"slices"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/reporting"
)

// ownOf reads the governments' own figures of the year.
func (w *sweep) ownOf(ctx context.Context, form *annual.Form, year int) (map[int64][]annual.Value, error) {
	rows, err := w.s.read.QueryContext(ctx, "select organ, edition, figures from own_figures where year = $1", year)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64][]annual.Value{}
	for rows.Next() {
		var id int64
		var edition string
		var figures []byte
		if err := rows.Scan(&id, &edition, &figures); err != nil {
			return nil, err
		}
		f, values, err := figuresOf(edition, figures)
		if err != nil {
			return nil, err
		}
		if f == form {
			out[id] = values
		}
	}
	return out, rows.Err()
}

// listsOf is which governments count which organs in a year: the signed lists,
// and by default where none was signed.
func (w *sweep) listsOf(ctx context.Context, year int) (*sweepLists, error) {
	tree, err := w.s.organTreeOn(ctx, law.Day(year, 12, 31))
	if err != nil {
		return nil, err
	}
	if w.lists == nil || w.lists.tree != tree {
		w.lists = newSweepLists(tree, year)
	}
	signed, err := w.signed(ctx, year)
	if err != nil || len(signed) == 0 {
		return w.lists, err
	}
	l := *w.lists
	l.lists, l.own = slices.Clone(l.lists), slices.Clone(l.own)
	for g, at := range l.govs {
		if x := signed[tree.organs[at].ID]; x != nil {
			l.lists[g], l.own[g] = membersOf(x)
		}
	}
	l.index()
	return &l, nil
}

func newSweepLists(tree *organTree, year int) *sweepLists {
	l := &sweepLists{tree: tree}
	for at := range tree.organs {
		if !tree.summary[at] {
			continue
		}
		list := tree.countedList(at, year, nil)
		members, own := membersOf(&list)
		l.govs, l.lists, l.own = append(l.govs, at), append(l.lists, members), append(l.own, own)
	}
	l.index()
	return l
}

// membersOf are the organs of a list whose reports count, and those whose own
// figures do.
func membersOf(l *reporting.CountedList) (members, own []int64) {
	for i := range l.Lines {
		switch x := &l.Lines[i]; {
		case x.Own && x.Way != reporting.WayOut:
			own = append(own, x.Organ)
		case x.Way == reporting.WayIn:
			members = append(members, x.Organ)
		}
	}
	return members, own
}

func (l *sweepLists) index() {
	l.in, l.expected = make([][]int32, len(l.tree.organs)), make([]int, len(l.govs))
	for g, list := range l.lists {
		l.expected[g] = len(list)
		for _, id := range list {
			if at, ok := l.tree.at[id]; ok {
				l.in[at] = append(l.in[at], int32(g))
			}
		}
	}
}

// signed reads the lists signed last for the year.
func (w *sweep) signed(ctx context.Context, year int) (map[int64]*reporting.CountedList, error) {
	rows, err := w.s.read.QueryContext(ctx, `select signer, signer_name, hash, body from counted_list c where year = $1
		and number = (select max(number) from counted_list x where x.organ = c.organ and x.year = c.year)`, year)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]*reporting.CountedList{}
	for rows.Next() {
		l, err := scanCounted(rows)
		if err != nil {
			return nil, err
		}
		out[l.Organ] = l
	}
	return out, rows.Err()
}
