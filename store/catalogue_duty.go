package store

import (
	"context"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/proactive"
)

// A DutyOffer is a recurring publication that an item which is out may fulfil:
// one period of it that is open.
type DutyOffer struct {
	Recurring int64
	Name      string
	Category  string
	Period    oversight.DutyPeriod
}

// DutyOffers lists what an item may fulfil: publications of its organ whose
// category is that of the item's kind or of its place in the statutory list, or
// whose name stands in its title, and that have a period open. None for an item
// that is not out. It needs DoPlans at the organ.
func (s *Store) DutyOffers(ctx context.Context, v org.Viewer, item int64, day law.Date) ([]DutyOffer, error) {
	x, err := s.Item(ctx, v, item)
	if err != nil {
		return nil, err
	}
	if x.Standing != proactive.Live || !x.May(v, org.DoPlans) {
		return nil, nil
	}
	rows, err := s.Recurring(ctx, v, RecurringQuery{Organ: x.to.Home, Mine: true}, day)
	if err != nil {
		return nil, err
	}
	var out []DutyOffer
	for _, r := range rows {
		if !fulfils(x, r.Recurring) {
			continue
		}
		f, err := s.RecurringItem(ctx, v, r.ID, day)
		if err != nil {
			return nil, err
		}
		done := false
		for _, t := range f.Ticks {
			done = done || t.Note == dutyNote(x.Number)
		}
		if done || len(f.Open) == 0 || f.Open[0].Due.IsZero() {
			continue
		}
		out = append(out, DutyOffer{r.ID, r.Name, r.Category, f.Open[0]})
	}
	return out, nil
}

// dutyNote is how a tick names the item: by its number, which stays when all else
// of it has to go.
func dutyNote(number string) string { return "索引号" + number }

// fulfils reports whether an item is what a recurring publication asks for.
func fulfils(x *ItemFile, r oversight.Recurring) bool {
	for _, w := range []string{x.Kind.Chinese(), proactive.CategoryName(x.Content.Category)} {
		if w != "" && r.Category != "" && (strings.Contains(w, r.Category) || strings.Contains(r.Category, w)) {
			return true
		}
	}
	return r.Name != "" && strings.Contains(x.Content.Title, r.Name)
}

// FulfilDuty ticks a period of a recurring publication off with an item that is
// out: the day it went out and link, its public address in full or "", are the
// evidence. It needs DoPlans at the organ.
func (s *Store) FulfilDuty(ctx context.Context, by By, item, recurring int64, period, link string) (Done, error) {
	day, err := s.today(ctx)
	if err != nil {
		return Done{}, fmt.Errorf("store: fulfil duty: %w", err)
	}
	x, err := s.Item(ctx, by.Viewer, item)
	if err != nil {
		return Done{}, err
	}
	r, err := s.RecurringItem(ctx, by.Viewer, recurring, day)
	if err != nil {
		return Done{}, err
	}
	switch {
	case x.Standing != proactive.Live:
		return Done{}, act.Refuse("信息还没有发布，不能用来完成公开事项。")
	case r.Home != x.to.Home:
		return Done{}, ErrNotFound
	}
	on := x.Published
	if !x.Changed.IsZero() {
		on = x.Changed
	}
	return s.TickRecurring(ctx, by, oversight.Tick{Item: recurring, Period: period, On: on, Note: dutyNote(x.Number), Evidence: oversight.Evidence{Link: link}})
}
