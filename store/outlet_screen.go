package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gongkai/law"
	"gongkai/proactive"
)

// A PublicScreen is a screen as its own page shows it.
type PublicScreen struct {
	ID        int64
	Version   int64
	Organ     int64
	OrganName string
	Name      string
	Playlist  proactive.Playlist
}

// ScreenOf is the screen of a secret address, or ErrNotFound once the address was
// taken back.
func (s *Store) ScreenOf(ctx context.Context, code string) (PublicScreen, error) {
	if len(code) < 16 || len(code) > 64 {
		return PublicScreen{}, ErrNotFound
	}
	x, _, err := scanOutlet(s.read.QueryRowContext(ctx, outletSQL+" where t.code = $1 and t.until = '' and t.kind = 'screen'", code))
	if err != nil {
		return PublicScreen{}, fmt.Errorf("store: screen: %w", notFound(err))
	}
	return PublicScreen{x.ID, x.Version, x.Organ, x.OrganName, x.Name, x.Playlist}, nil
}

// ScreenItems are the items of a playlist that the public has on a day, in the
// order in which the screen shows them, each once.
func (s *Store) ScreenItems(ctx context.Context, x PublicScreen, today law.Date) ([]PublicItem, error) {
	var p pick
	list := x.Playlist
	var ids []int64
	seen := map[int64]bool{}
	add := func(rows []ItemRow) {
		for _, r := range rows {
			if !seen[r.ID] {
				seen[r.ID] = true
				ids = append(ids, r.ID)
			}
		}
	}
	var home int64
	if err := s.read.QueryRowContext(ctx, "select home from organ where id = $1", x.Organ).Scan(&home); err != nil {
		return nil, fmt.Errorf("store: screen: %w", notFound(err))
	}
	ask := func(p *pick, order string, limit int) error {
		rows, err := p.rows(ctx, s.read, itemRowSQL, order, limit)
		list, err := gather("items of a screen", rows, err, scanItemRow)
		add(list)
		return err
	}
	for _, id := range list.Chosen[:min(len(list.Chosen), proactive.MaxChosen)] {
		var one pick
		one.and("i.standing = 'live'", "i.id = "+one.arg(id))
		if err := ask(&one, "i.id", 1); err != nil {
			return nil, err
		}
	}
	if list.Periods {
		p.and("i.standing = 'live'", "o.home = "+p.arg(home), "i.period_to <> ''", "i.period_to >= "+p.arg(today.String()), "(i.period_from = '' or i.period_from <= "+p.arg(today.String())+")")
		if err := ask(&p, "i.period_to, i.id", proactive.MaxNewest); err != nil {
			return nil, err
		}
	}
	if list.Newest > 0 {
		var n pick
		n.and("i.standing = 'live'", "o.home = "+n.arg(home), "(i.period_to = '' or i.period_to >= "+n.arg(today.String())+")")
		var either []string
		for _, k := range list.Kinds {
			either = append(either, "i.kind = "+n.arg(string(k)))
		}
		for _, c := range list.Categories {
			either = append(either, "i.category = "+n.arg(c))
		}
		if len(either) > 0 {
			n.and("(" + strings.Join(either, " or ") + ")")
		}
		if err := ask(&n, "i.published_at desc, i.id desc", min(list.Newest, proactive.MaxNewest)); err != nil {
			return nil, err
		}
	}
	var out []PublicItem
	for _, id := range ids {
		var number string
		err := s.read.QueryRowContext(ctx, "select coalesce(number, '') from item where id = $1 and standing = 'live'", id).Scan(&number)
		if err == nil {
			var item *PublicItem
			if item, err = s.PublicItem(ctx, number, 0); err == nil && item.Standing == proactive.Live {
				out = append(out, *item)
			}
		}
		if err != nil && !errors.Is(notFound(err), ErrNotFound) { // it was withdrawn between two reads
			return nil, fmt.Errorf("store: items of a screen: %w", err)
		}
	}
	return out, nil
}
