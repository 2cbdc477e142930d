package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// A PublicItem is an item as the public has it. Of one that was removed in
// emergency only number, organ, standing and day are there.
type PublicItem struct {
	ID          int64
	Organ       int64
	OrganName   string
	OrganCode   string
	Number      string
	Kind        proactive.Kind
	Standing    proactive.Standing
	Content     proactive.Content // of the version asked for
	N           int               // that version
	Versions    []ItemVersion     // the newest first; none of one that was removed
	Published   law.Date
	PublishedAt time.Time
	Changed     law.Date
	Abolished   law.Date
	Takedown    law.Date
	Reason      string // of a withdrawal, as it was given
	Backfill    bool
	Salt        []byte    // of the hash in the public log
	Policy      *ItemRow  // that it interprets
	Interpreted []ItemRow // that interpret it
	Related     []ItemRow
	Reads       int64
}

// An ItemVersion is one text that was public.
type ItemVersion struct {
	N    int
	At   time.Time
	Note string
	Hash string
}

// Validity is whether the text is in force on a day.
func (x *PublicItem) Validity(day law.Date) proactive.Validity {
	return (&proactive.Item{Kind: x.Kind, Abolished: x.Abolished}).ValidOn(x.Content, day)
}

const publicItemSQL = `select i.id, i.organ, o.name, o.code, i.number, i.kind, i.standing, i.published, i.published_at, i.changed, i.abolished, i.takedown, i.backfill, i.salt, i.versions, i.policy,
	(select cast(coalesce(sum(n), 0) as bigint) from item_read where item = i.id)
	from item i join organ o on o.id = i.organ`

// PublicItem is the item of an index number, or ErrNotFound. n asks for an
// earlier version, 0 for the newest.
func (s *Store) PublicItem(ctx context.Context, number string, n int) (*PublicItem, error) {
	return either(ctx, s, func(ctx context.Context) (*PublicItem, error) {
		x, err := s.publicItem(ctx, number, n)
		if err != nil {
			return nil, fmt.Errorf("store: public item: %w", s.dialect.translate(err))
		}
		return x, nil
	})
}

func (s *Store) publicItem(ctx context.Context, number string, n int) (*PublicItem, error) {
	x := &PublicItem{}
	var published, changed, abolished, takedown string
	var at, policy int64
	var backfill, versions int
	q := s.reader(ctx)
	err := q.QueryRowContext(ctx, publicItemSQL+" where i.number = $1 and i.standing <> ''", number).Scan(&x.ID, &x.Organ, &x.OrganName, &x.OrganCode, &x.Number, &x.Kind, &x.Standing,
		&published, &at, &changed, &abolished, &takedown, &backfill, &x.Salt, &versions, &policy, &x.Reads)
	if err != nil {
		return nil, err
	}
	x.PublishedAt, x.Backfill = time.UnixMilli(at), backfill != 0
	for _, d := range []struct {
		text string
		to   *law.Date
	}{{published, &x.Published}, {changed, &x.Changed}, {abolished, &x.Abolished}, {takedown, &x.Takedown}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return nil, err
		}
	}
	if x.Standing == proactive.Removed {
		return &PublicItem{ID: x.ID, Organ: x.Organ, OrganName: x.OrganName, OrganCode: x.OrganCode, Number: x.Number, Standing: x.Standing, Takedown: x.Takedown}, nil
	}
	if x.N = n; n <= 0 {
		x.N = versions
	}
	rows, err := q.QueryContext(ctx, "select n, made_at, hash, content from item_text where item = $1 and n > 0 order by n desc", x.ID)
	if err != nil {
		return nil, err
	}
	found := false
	err = scanAll(rows, func(r scanner) error {
		var v ItemVersion
		var at int64
		var b []byte
		var c proactive.Content
		if err := r.Scan(&v.N, &at, &v.Hash, &b); err != nil {
			return err
		}
		if err := json.Unmarshal(b, &c); err != nil {
			return err
		}
		if v.At, v.Note = time.UnixMilli(at), c.Note; v.N == x.N {
			x.Content, found = c, true
		}
		x.Versions = append(x.Versions, v)
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, ErrNotFound
	}
	if x.Standing == proactive.Withdrawn {
		if x.Reason, err = s.withdrawalReason(ctx, x.ID); err != nil {
			return nil, err
		}
	}
	return x, s.neighbours(ctx, x, policy)
}

// withdrawalReason is what was said publicly when the item was taken down.
func (s *Store) withdrawalReason(ctx context.Context, id int64) (string, error) {
	var b []byte
	err := s.reader(ctx).QueryRowContext(ctx, "select detail from act where ref = $1 and kind = $2 order by seq desc limit 1", ItemRef(id), act.ItemWithdrawn).Scan(&b)
	if err != nil {
		return "", err
	}
	d, err := act.ParseDetails(b)
	return d.Reason, err
}

// neighbours finds what belongs to the item and is public.
func (s *Store) neighbours(ctx context.Context, x *PublicItem, policy int64) error {
	q := s.reader(ctx)
	rows, err := q.QueryContext(ctx, itemRowSQL+" where i.policy = $1 and i.standing = 'live' order by i.published_at desc limit 20", x.ID)
	if x.Interpreted, err = gather("interpretations", rows, err, scanItemRow); err != nil {
		return err
	}
	var p pick
	ids := []string{"0"}
	for _, id := range append([]int64{policy}, x.Content.Related...) {
		if id != 0 && len(ids) < 30 {
			ids = append(ids, p.arg(id))
		}
	}
	if len(ids) == 1 {
		return nil
	}
	p.and("i.standing = 'live'", "i.id in ("+strings.Join(ids, ", ")+")")
	rows, err = p.rows(ctx, q, itemRowSQL, "i.published_at desc", 30)
	list, err := gather("related items", rows, err, scanItemRow)
	for i := range list {
		if list[i].ID == policy {
			x.Policy = &list[i]
		} else {
			x.Related = append(x.Related, list[i])
		}
	}
	return err
}

// A PublicQuery chooses live items. Zero fields choose all.
type PublicQuery struct {
	Organ    int64
	Under    string // path of an organ, with all below it
	Kind     proactive.Kind
	Category string // code, or a whole article: 20, 21
	Five     proactive.Five
	Year     int
	InForce  law.Date // leaves out what is not in force on the day
	Field    string
	After    string // mark of the page
	Limit    int
}

// PublicItems lists live items, the newest first, with the mark of the next
// page, "" after the last.
func (s *Store) PublicItems(ctx context.Context, q PublicQuery) (list []ItemRow, next string, err error) {
	type page struct {
		list []ItemRow
		next string
	}
	p, err := either(ctx, s, func(ctx context.Context) (page, error) {
		list, next, err := s.publicItems(ctx, q)
		return page{list, next}, err
	})
	return p.list, p.next, err
}

func (s *Store) publicItems(ctx context.Context, q PublicQuery) (list []ItemRow, next string, err error) {
	var p pick
	p.and("i.standing = 'live'")
	p.is(q.Organ != 0, "i.organ = ", q.Organ)
	if q.Under != "" {
		p.and("o.path >= "+p.arg(q.Under), "o.path < "+p.arg(afterPrefix(q.Under)))
	}
	p.is(q.Kind != "", "i.kind = ", string(q.Kind))
	if strings.Contains(q.Category, ".") {
		p.is(true, "i.category = ", q.Category)
	} else if q.Category != "" {
		p.and("i.category > "+p.arg(q.Category+"."), "i.category < "+p.arg(q.Category+"/"))
	}
	p.is(q.Field != "", "i.field = ", q.Field)
	if q.Five != "" {
		p.and(contains("i.five", p.arg(string(q.Five))))
	}
	if q.Year != 0 {
		p.and("i.published >= "+p.arg(law.Day(q.Year, 1, 1).String()), "i.published <= "+p.arg(law.Day(q.Year, 12, 31).String()))
	}
	if !q.InForce.IsZero() {
		day := p.arg(q.InForce.String())
		p.and("(i.abolished = '' or i.abolished > "+day+")", "(i.until = '' or i.until >= "+day+")")
	}
	var at, id int64
	if _, err := fmt.Sscanf(q.After, "%d-%d", &at, &id); err == nil {
		a, b := p.arg(at), p.arg(id)
		p.and("(i.published_at < " + a + " or i.published_at = " + a + " and i.id < " + b + ")")
	}
	limit := atMost(q.Limit, MaxItems)
	rows, err := p.rows(ctx, s.reader(ctx), itemRowSQL, "i.published_at desc, i.id desc", limit+1)
	if list, err = gather("public items", rows, err, scanItemRow); err != nil {
		return nil, "", err
	}
	if len(list) > limit {
		list = list[:limit]
		next = fmt.Sprintf("%d-%d", list[limit-1].PublishedAt, list[limit-1].ID)
	}
	return list, next, nil
}

// OpenItemFile opens a file of the newest public version of an item, or, of one
// that was withdrawn or ended, ErrNotFound: its text stays readable, its files do
// not go out any more.
func (s *Store) OpenItemFile(ctx context.Context, number string, file int64) (proactive.File, *File, error) {
	x, err := s.PublicItem(ctx, number, 0)
	if err != nil {
		return proactive.File{}, nil, err
	}
	f := x.Content.File(file)
	if x.Standing != proactive.Live || f == nil {
		return proactive.File{}, nil, ErrNotFound
	}
	_, r, err := s.OpenPrivate(ctx, file)
	return *f, r, err
}

// OpenDraftFile opens a file of the text in work, or of the public one, for
// those who may see the item.
func (s *Store) OpenDraftFile(ctx context.Context, v org.Viewer, id, file int64) (proactive.File, *File, error) {
	x, err := s.Item(ctx, v, id)
	if err != nil {
		return proactive.File{}, nil, err
	}
	f := x.Content.File(file)
	if f == nil {
		return proactive.File{}, nil, ErrNotFound
	}
	_, r, err := s.OpenPrivate(ctx, file)
	return *f, r, err
}

// CountRead counts readings of pages, by item, of a day.
func (s *Store) CountReads(ctx context.Context, day law.Date, reads map[int64]int) error {
	return s.tx(ctx, "count reads", func(ctx context.Context, tx *sql.Tx) error {
		for id, n := range reads {
			if _, err := s.exec(ctx, tx, `insert into item_read (item, day, n) values ($1, $2, $3)
				on conflict (item, day) do update set n = item_read.n + excluded.n`, id, day.String(), n); err != nil {
				return err
			}
		}
		return nil
	})
}

// ItemStamp stands for everything that the public sees of items and organs: it is
// another text after any of them has changed.
func (s *Store) ItemStamp(ctx context.Context) (string, error) {
	epoch := s.here.Load().epoch // before the count
	return either(ctx, s, func(ctx context.Context) (string, error) {
		var n int64
		err := s.source(ctx).stamps.items.QueryRowContext(s.brief(ctx)).Scan(&n)
		if err != nil {
			return "", fmt.Errorf("store: stamp of items: %w", err)
		}
		return joined(epoch, n), nil
	})
}
