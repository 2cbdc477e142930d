package store

import (
	"context"
	"fmt"
	"slices"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// errWithhold keeps what its author proposes not to disclose from being signed
// for publication.
var errWithhold = act.Refuse("起草人拟不主动公开这份信息。请核对理由后登记为不主动公开，或者退回，由起草人改为主动公开后重新送审。")

// Said is what somebody gave as reason for an act on an item.
type Said struct {
	Kind   string // of the act
	On     law.Date
	Who    string // "" for the program
	Reason string
}

// ItemSaid are the reasons given beside the acts on an item, the newest first:
// why it was returned, what the reader of its file saw. Whoever may see the item
// may read them.
func (s *Store) ItemSaid(ctx context.Context, v org.Viewer, id int64) ([]Said, error) {
	if _, err := s.Item(ctx, v, id); err != nil {
		return nil, err
	}
	list, err := s.Entries(ctx, org.Program("信息公开"), EntryQuery{Ref: ItemRef(id)})
	if err != nil {
		return nil, err
	}
	var out []Said
	for _, e := range list {
		if e.Details.Reason != "" {
			out = append(out, Said{e.Act.Kind, e.Act.On, e.Officer, e.Details.Reason})
		}
	}
	return out, nil
}

// AlikeItems are items of the organ that say the same title, or that anybody the
// viewer may see gave the same 文号: most often the same paper twice. Discarded
// drafts and the item itself are left out.
func (s *Store) AlikeItems(ctx context.Context, v org.Viewer, organ, self int64, title, docNo string) ([]ItemRow, error) {
	var out []ItemRow
	for _, q := range []struct {
		is   string
		q    ItemQuery
		same func(ItemRow) string
	}{{title, ItemQuery{Organ: organ, Search: title, Limit: 20}, func(x ItemRow) string { return x.Title }}, {docNo, ItemQuery{Search: docNo, Limit: 20}, func(x ItemRow) string { return x.DocNo }}} {
		want := text.Fold(q.is)
		if want == "" {
			continue
		}
		list, err := s.Items(ctx, v, q.q)
		if err != nil {
			return nil, err
		}
		for _, x := range list {
			if x.ID != self && x.Stage != proactive.Discarded && text.Fold(q.same(x)) == want && !slices.ContainsFunc(out, func(o ItemRow) bool { return o.ID == x.ID }) {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// KnownItem is the row of an item that is public or that the viewer may see.
func (s *Store) KnownItem(ctx context.Context, v org.Viewer, id int64) (ItemRow, error) {
	args := []any{id}
	see := scope(v.Scope(org.SeeItems), "o.home", "o.path", "", &args)
	x, err := scanItemRow(s.read.QueryRowContext(ctx, itemRowSQL+" where i.id = $1 and (i.standing = 'live' or "+see+")", args...))
	if err != nil {
		return ItemRow{}, fmt.Errorf("store: item %d: %w", id, s.dialect.translate(err))
	}
	return x, nil
}

// FindPolicies finds items by words of title, 文号 or 索引号 that a text may refer
// to: what is public anywhere, and what the viewer may see. The newest come first.
func (s *Store) FindPolicies(ctx context.Context, v org.Viewer, search string, most int) ([]ItemRow, error) {
	if text.Fold(search) == "" {
		return nil, nil
	}
	var p pick
	p.and("(i.standing = 'live' or " + scope(v.Scope(org.SeeItems), "o.home", "o.path", "", &p.args) + ")")
	p.and("i.stage <> 'discarded'", "i.standing <> 'removed'")
	p.found("i.search", search)
	rows, err := p.rows(ctx, s.read, itemRowSQL, "i.id desc", atMost(most, 50))
	return gather("policies", rows, err, scanItemRow)
}

// DraftFile is a file that was put for an item and is not yet among its files:
// ErrNotFound if it belongs to another.
func (s *Store) DraftFile(ctx context.Context, item, file int64) (PrivateFile, error) {
	p, r, err := s.OpenPrivate(ctx, file)
	if err != nil {
		return PrivateFile{}, err
	}
	if err := r.Close(); err != nil {
		return PrivateFile{}, err
	}
	if p.Ref != ItemRef(item) {
		return PrivateFile{}, fmt.Errorf("%w: file %d of item %d", ErrNotFound, file, item)
	}
	return p, nil
}
