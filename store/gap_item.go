package store

import (
	"context"
	"fmt"

	"gongkai/oversight"
	"gongkai/proactive"
)

// itemGaps are what the monitoring of proactive disclosure finds: columns that
// are empty or not kept up, what is not out in time, what lacks its particulars,
// guides and catalogues that are missing or old. An item is named by its kind
// and number, never by its title: a draft may be what must not be known, and
// what is removed has to be gone from here too.
func (s *Store) itemGaps(ctx context.Context, q gapQuery, add func(int64, oversight.Gap)) error {
	return q.watching(s).find(ctx, func(f proactive.WatchFinding) error {
		g := oversight.Gap{Text: f.Text, Due: f.Since}
		organ := f.Part
		switch f.Code {
		case proactive.WatchNothing, proactive.WatchEmpty:
			g.Source, g.Ref, g.Text = oversight.GapColumnsEmpty, ColumnRef(f.Organ, f.Name), f.Name+"："+f.Text
		case proactive.WatchStale:
			g.Source, g.Ref, g.Text = oversight.GapColumnsStale, ColumnRef(f.Organ, f.Name), f.Name+"："+f.Text
		case proactive.WatchLate:
			g.Source, g.Ref, g.Text = oversight.GapItemsLate, ItemRef(f.Item), f.Kind.Chinese()+"，"+f.Made.Chinese()+"形成，还没有公开"
		case proactive.WatchBare:
			g.Source, g.Ref, g.Text = oversight.GapItemsBare, ItemRef(f.Item)+"/"+f.Text, f.Kind.Chinese()+" "+f.Number+"："+f.Text
		case proactive.WatchGuide:
			g.Source, g.Ref, g.Text = oversight.GapGuideOld, GuideRef(f.Organ), f.Name+"："+f.Text
		case proactive.WatchCatalogue:
			g.Source, g.Ref, g.Text = oversight.GapGuideOld, CatalogueRef(f.Organ), f.Name+"："+f.Text
		default: // the organ's own affair
			return nil
		}
		if organ == 0 {
			organ = f.Organ
		}
		g.Text = clip(g.Text, 60)
		add(organ, g)
		return nil
	})
}

// ColumnRef is the reference of a column that an organ has to keep up.
func ColumnRef(organ int64, name string) string { return fmt.Sprintf("column/%d/%s", organ, name) }

// watching asks the same organs.
func (q gapQuery) watching(s *Store) *watching {
	return &watching{s: s, day: q.day, tree: q.tree, root: q.root}
}

// itemsUsed reports whether anybody asked about publishes here.
func (s *Store) itemsUsed(ctx context.Context, q gapQuery) (bool, error) {
	return q.watching(s).used(ctx)
}
