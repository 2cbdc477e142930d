package store

import (
	"context"
	"fmt"

	"gongkai/law"
)

// A MissedWord is what the public looked for in vain.
type MissedWord struct {
	Words string
	Times int
	Days  int // on how many days
	First law.Date
	Last  law.Date
}

// MissLeast is how often words were looked for before they are shown to an
// office: what was asked less often may be about one person.
const MissLeast = 3

// MissedWords lists what the public looked for in vain from one day to another,
// both included, the most frequent first.
func (s *Store) MissedWords(ctx context.Context, from, to law.Date, limit int) ([]MissedWord, error) {
	rows, err := s.read.QueryContext(ctx, `select max(shown), sum(times), count(*), min(day), max(day) from search_miss
		where day >= $1 and day <= $2 group by key having sum(times) >= $3 order by sum(times) desc, count(*) desc, key limit $4`, from.String(), to.String(), MissLeast, atMost(limit, 1000))
	return gather("searches in vain", rows, err, func(r scanner) (x MissedWord, err error) {
		var first, last string
		if err = r.Scan(&x.Words, &x.Times, &x.Days, &first, &last); err == nil {
			err = dates(first, last, &x.First, &x.Last)
		}
		return x, err
	})
}

// A MonthCount is a count of one month.
type MonthCount struct {
	Month string // 2026-11
	N     int
}

// MissedMonths counts searches in vain by month, those of words that are not
// shown among them.
func (s *Store) MissedMonths(ctx context.Context, from, to law.Date) ([]MonthCount, error) {
	rows, err := s.read.QueryContext(ctx, "select substr(day, 1, 7), sum(times) from search_miss where day >= $1 and day <= $2 group by substr(day, 1, 7) order by substr(day, 1, 7)", from.String(), to.String())
	list, err := gather("searches in vain", rows, err, func(r scanner) (x MonthCount, err error) {
		return x, r.Scan(&x.Month, &x.N)
	})
	if err != nil {
		return nil, fmt.Errorf("by month: %w", err)
	}
	return list, nil
}
