package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/law"
	"gongkai/org"
)

// A Standing is whether an organ put its report of a year before the public in
// time, from what the public sees itself: the day of publication and the day
// that was set.
type Standing struct {
	Organ     org.Organ // as it was at the end of the year
	Published law.Date  // zero while it is not published
	Due       law.Date  // by which it had to be
	Basis     string
	Days      int // late, by the day of publication or by today
}

// A StandingQuery asks for the organs that are late: those that published after
// the day, or, with Missing, those that have not published though it is over.
type StandingQuery struct {
	Year    int
	Under   int64 // organ and all below it; 0 for all
	Missing bool
	Today   law.Date
	Only    func(int64) bool // leaves out organs for which it is false; nil for none
	After   string           // path of the last row of the page before
	Limit   int              // 50 if 0, at most MaxReports
}

// A StandingPage is one page in the order of the tree. Of counts the organs for
// which there is a day, late or not; Total those that are late.
type StandingPage struct {
	Rows      []Standing
	Total, Of int
	Next      string
}

// Standings answers from memory. An organ for which nobody set a day is never
// late.
func (s *Store) Standings(ctx context.Context, q StandingQuery) (StandingPage, error) {
	t, err := s.yearTable(ctx, q.Year)
	if err != nil {
		return StandingPage{}, err
	}
	now, err := s.organTree(ctx)
	if err != nil {
		return StandingPage{}, err
	}
	tree := now.on(law.Day(q.Year, 12, 31))
	dues, err := s.dueCalendar(ctx, q.Year, nil)
	if err != nil {
		return StandingPage{}, fmt.Errorf("store: standings of %d: %w", q.Year, err)
	}
	from, to := 0, len(tree.organs)
	if q.Under != 0 {
		i, ok := tree.at[q.Under]
		if !ok {
			return StandingPage{}, fmt.Errorf("store: standings below %d: %w", q.Under, ErrNotFound)
		}
		from, to = i, tree.end[i]
	}
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, MaxReports)
	var p StandingPage
	for _, o := range tree.organs[from:to] {
		if !o.Owes(q.Year) || q.Only != nil && !q.Only(o.ID) {
			continue
		}
		due := dues.of(o, above(now.organs[now.at[o.ID]].Path))
		x := Standing{Organ: o, Due: due.PublishBy, Basis: due.Basis}
		if x.Due.IsZero() {
			x.Due = due.Day
		}
		if x.Due.IsZero() {
			continue
		}
		p.Of++
		if i, ok := slices.BinarySearchFunc(t.rows, o.ID, func(r tableEntry, id int64) int { return compareIDs(r.organ, id) }); ok {
			x.Published = t.rows[i].published
		}
		day := x.Published
		if q.Missing == !day.IsZero() {
			continue
		}
		if q.Missing {
			day = q.Today
		}
		if x.Days = day.DaysSince(x.Due); x.Days <= 0 {
			continue
		}
		p.Total++
		switch {
		case q.After != "" && o.Path <= q.After:
		case len(p.Rows) < limit:
			p.Rows = append(p.Rows, x)
		default:
			p.Next = p.Rows[limit-1].Organ.Path
		}
	}
	return p, nil
}

func compareIDs(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
