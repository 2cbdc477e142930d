package store

import (
	"context"
	"strconv"

	"gongkai/org"
)

// numberOf is the whole number that a setting of an organ says, its default
// where nobody set it.
func (s *Store) numberOf(ctx context.Context, organ int64, name string) (int, error) {
	v, err := s.settingOf(ctx, organ, name)
	if err != nil {
		return 0, err
	}
	if v == "" {
		c, _ := org.ChoiceOf(name)
		v = c.Default
	}
	n, _ := strconv.Atoi(v) // it was checked when it was entered
	return n, nil
}

// FigureSample is of how many requests an organ's pages begin to show rates.
func (s *Store) FigureSample(ctx context.Context, organ int64) (int, error) {
	if organ == 0 {
		c, _ := org.ChoiceOf(org.FigureSample)
		return strconv.Atoi(c.Default)
	}
	return s.numberOf(ctx, organ, org.FigureSample)
}

// TurnMany is how many applicants asking the same lead to a proposal to disclose
// it to all.
func (s *Store) TurnMany(ctx context.Context, organ int64) (int, error) {
	return s.numberOf(ctx, organ, org.TurnMany)
}

// NoticeDays is how many days a public notice stands before it counts as service.
func (s *Store) NoticeDays(ctx context.Context, organ int64) (int, error) {
	return s.numberOf(ctx, organ, org.NoticeDays)
}
