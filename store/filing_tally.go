package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/org"
	"gongkai/reporting"
)

// FilingTally counts what a viewer may see below an organ: first the organ
// itself, then each organ directly below it with everything below that one.
// under 0 is the highest organ in the viewer's scope; where there are several,
// each of them is a row.
func (s *Store) FilingTally(ctx context.Context, v org.Viewer, year int, under int64) ([]FilingCount, error) {
	now, then, at, err := s.stretch(ctx, v, year, under)
	if err != nil {
		return nil, fmt.Errorf("store: tally of filings: %w", err)
	}
	y, err := s.filingYear(ctx, year, now, then, at)
	if err != nil {
		return nil, fmt.Errorf("store: tally of filings: %w", err)
	}
	if under == 0 {
		if tops := y.tops(at); len(tops) == 1 {
			under = then.organs[tops[0]].ID
		}
	}
	var out []FilingCount
	end, root := -1, -1 // of the organ of the last row
	if i, ok := then.at[under]; ok {
		root = i
	}
	for _, i := range at {
		switch {
		case i == root:
			out = append(out, FilingCount{Organ: then.organs[i], Self: true})
		case i >= end:
			top := i
			if root >= 0 { // the organ directly below that this one is part of
				top = then.directBelow(root, i)
			}
			out = append(out, FilingCount{Organ: then.organs[top]})
			end = then.end[top]
		}
		if y.counts(i) {
			y.add(&out[len(out)-1], i)
		}
	}
	return slices.DeleteFunc(out, func(c FilingCount) bool { return c.Owing == 0 && !c.Self }), nil
}

// tops are the organs of a list that stand below no other of it.
func (y *filingYear) tops(at []int) []int {
	var out []int
	end := -1
	for _, i := range at {
		if i >= end {
			out, end = append(out, i), y.then.end[i]
		}
	}
	return out
}

// directBelow is the organ directly below root that the one at i is, or is part
// of.
func (t *organTree) directBelow(root, i int) int {
	for c := root + 1; c < t.end[root]; c = t.end[c] {
		if i < t.end[c] {
			return c
		}
	}
	return i
}

func (y *filingYear) add(c *FilingCount, i int) {
	b := y.brief(i)
	c.Owing++
	switch b.state() {
	case reporting.FilingSubmitted:
		c.Submitted++
	case reporting.FilingReturned:
		c.Returned++
	case reporting.FilingAccepted:
		c.Accepted++
	case reporting.FilingPublished:
		c.Published++
	default:
		if b.begun() {
			c.Draft++
		} else {
			c.None++
		}
	}
	if b&briefPublished != 0 && b.state() != reporting.FilingPublished {
		c.Correcting++
	}
	if b&briefBack != 0 {
		c.EverBack++
	}
	if y.late(i) {
		c.Late++
	}
}
