package store

import (
	"context"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// A PostingRow is a posting as lists show it.
type PostingRow struct {
	proactive.Posting
	OutletName  string
	Kind        proactive.OutletKind
	Place       string
	OrganName   string
	ItemTitle   string // "" of what was removed in emergency
	ItemNumber  string
	Standing    proactive.Standing
	Periods     law.Date // last day of the item's own period
	EditsOutlet bool
}

// What is what it is about, in words.
func (x PostingRow) What() string {
	switch {
	case x.Item == 0:
		return x.Title
	case x.Standing == proactive.Removed || x.ItemTitle == "":
		return "（已紧急撤下的信息）" + x.ItemNumber
	}
	return x.ItemTitle
}

// Overdue reports whether it hangs longer than it should.
func (x PostingRow) Overdue(today law.Date) bool {
	return x.Down.IsZero() && (x.Must || !x.Until.IsZero() && x.Until.Before(today))
}

const postingSQL = `select p.id, p.organ, p.outlet, p.item, p.title, p.topic, p.side, p.day, p.until, p.down, p.link, p.photo, p.taken, p.note, p.must, p.version,
	t.name, t.kind, t.place, o.name, coalesce(i.title, ''), coalesce(i.number, ''), coalesce(i.standing, ''), coalesce(i.period_to, ''), o.home, o.path
	from posting p join outlet t on t.id = p.outlet join organ o on o.id = p.organ left join item i on i.id = p.item`

func scanPosting(r scanner) (x PostingRow, to org.Subject, err error) {
	var day, until, down, period string
	var must int
	err = r.Scan(&x.ID, &x.Organ, &x.Outlet, &x.Item, &x.Title, &x.Topic, &x.Side, &day, &until, &down, &x.Link, &x.Photo, &x.Taken, &x.Note, &must, &x.Version,
		&x.OutletName, &x.Kind, &x.Place, &x.OrganName, &x.ItemTitle, &x.ItemNumber, &x.Standing, &period, &to.Home, &to.Path)
	if err != nil {
		return x, to, err
	}
	to.Organ, x.Must = x.Organ, must != 0
	if err = dates(day, until, &x.On, &x.Posting.Until); err == nil {
		err = dates(down, period, &x.Down, &x.Periods)
	}
	return x, to, err
}

// A PostingQuery chooses postings. Zero fields choose all that the viewer may
// see.
type PostingQuery struct {
	Outlet   int64
	Item     int64
	Organ    int64
	Kind     proactive.OutletKind
	From, To law.Date
	Up       bool     // what hangs on boards now
	Down     law.Date // what has to be down by this day and is not
	Before   int64    // id, for the next page
	Limit    int
}

// MaxPostings bounds one list of postings.
const MaxPostings = 500

// Postings lists postings, the newest first.
func (s *Store) Postings(ctx context.Context, v org.Viewer, q PostingQuery) ([]PostingRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Outlet != 0, "p.outlet = ", q.Outlet)
	p.is(q.Item != 0, "p.item = ", q.Item)
	p.is(q.Organ != 0, "p.organ = ", q.Organ)
	p.is(q.Kind != "", "t.kind = ", string(q.Kind))
	p.is(!q.From.IsZero(), "p.day >= ", q.From.String())
	p.is(!q.To.IsZero(), "p.day <= ", q.To.String())
	p.is(q.Before != 0, "p.id < ", q.Before)
	if q.Up {
		p.and("p.down = ''", "t.kind = 'board'")
	}
	if !q.Down.IsZero() {
		p.and("p.down = ''", "(p.must = 1 or p.until <> '' and p.until < "+p.arg(q.Down.String())+")")
	}
	rows, err := p.rows(ctx, s.read, postingSQL, "p.id desc", atMost(q.Limit, MaxPostings))
	return gather("postings", rows, err, func(r scanner) (PostingRow, error) {
		x, to, err := scanPosting(r)
		x.EditsOutlet = err == nil && org.May(v, org.EditOutlets, to)
		return x, err
	})
}

// Posting is one posting, or ErrNotFound.
func (s *Store) Posting(ctx context.Context, v org.Viewer, id int64) (PostingRow, error) {
	x, to, err := scanPosting(s.read.QueryRowContext(ctx, postingSQL+" where p.id = $1", id))
	if err == nil && !org.May(v, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err != nil {
		return PostingRow{}, fmt.Errorf("store: posting %d: %w", id, notFound(err))
	}
	x.EditsOutlet = org.May(v, org.EditOutlets, to)
	return x, nil
}

// SavePosting keeps a posting, a new one where ID is 0. An item that it shows must
// be public; a photo must have been kept under the channel's reference. It needs
// EditOutlets; the answer is the id.
func (s *Store) SavePosting(ctx context.Context, by By, p proactive.Posting) (Done, error) {
	return s.do(ctx, by, "save posting", func(h *hand) (string, error) {
		o, to, err := h.outlet(p.Outlet)
		if err != nil {
			return "", err
		}
		topics, err := s.inherited(h.ctx, h, to.Path, org.OutletTopics)
		if err != nil {
			return "", err
		}
		if p.Side != proactive.Government {
			p.Topic = ""
		}
		var old PostingRow
		list := proactive.TopicsOf(topics)
		if p.ID != 0 {
			if old, _, err = scanPosting(h.QueryRowContext(h.ctx, postingSQL+" where p.id = $1 and p.outlet = $2", p.ID, p.Outlet)); err != nil {
				return "", err
			}
			list = append(list, old.Topic) // of a list as it was then
		}
		bad := p.Check(list, h.day)
		switch {
		case o.Kind != proactive.Board:
			p.Until = law.Date{}
		case !o.Until.IsZero() && p.On.After(o.Until):
			bad["on"] = "这个渠道已于" + o.Until.Chinese() + "停用。"
		}
		if len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		if p.Item != 0 {
			if err := h.showable(&p, to, old.Item); err != nil {
				return "", err
			}
		}
		if p.Photo != 0 && p.Photo != old.Photo {
			if err := h.keepPrivate(p.Photo, OutletRef(o.ID)); err != nil {
				return "", err
			}
		}
		what := p.Title
		if p.Item != 0 {
			what = ItemRef(p.Item)
		}
		changes := []act.Change{{Field: "内容", New: what}, {Field: "日期", Old: old.On.String(), New: p.On.String()}, {Field: "类别", Old: old.Topic, New: p.Topic}, {Field: "应撤日期", Old: old.Posting.Until.String(), New: p.Until.String()}}
		if p.ID == 0 {
			p.ID = s.NewID()
			_, err = h.ExecContext(h.ctx, `insert into posting (id, organ, outlet, item, title, topic, side, day, until, down, link, photo, taken, note, must, version, made_at)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, 0, $12, 0, 1, $13)`, p.ID, o.Organ, p.Outlet, p.Item, p.Title, p.Topic, string(p.Side), p.On.String(), p.Until.String(), p.Link, p.Photo, p.Note, h.now)
		} else {
			if p.Photo == 0 {
				p.Photo = old.Photo
			}
			err = one(h.ExecContext(h.ctx, `update posting set item = $3, title = $4, topic = $5, side = $6, day = $7, until = $8, link = $9, photo = $10, note = $11, version = version + 1 where id = $1 and version = $2`,
				p.ID, p.Version, p.Item, p.Title, p.Topic, string(p.Side), p.On.String(), p.Until.String(), p.Link, p.Photo, p.Note))
		}
		if err != nil {
			return "", err
		}
		return fmt.Sprint(p.ID), h.note(act.PostingKept, OutletRef(o.ID), o.Organ, nil, changes...)
	})
}

// showable refuses an item that the public does not have. Its title stays with
// the item.
func (h *hand) showable(p *proactive.Posting, to org.Subject, before int64) error {
	p.Title = ""
	var standing string
	err := h.QueryRowContext(h.ctx, "select standing from item where id = $1", p.Item).Scan(&standing)
	if notFound(err) == ErrNotFound || err == nil && standing == "" {
		return act.Refuse("没有找到这条已发布的信息。信息要先在“信息”里发布，才能登记到别的渠道。")
	}
	if err == nil && standing != string(proactive.Live) && before != p.Item {
		return act.Refuse("这条信息已经撤下，不能再登记公开。")
	}
	return err
}

// TakeDown keeps that a posting came down, with a photo if there is one.
func (s *Store) TakeDown(ctx context.Context, by By, id, version int64, on law.Date, photo int64) (Done, error) {
	return s.do(ctx, by, "take down", func(h *hand) (string, error) {
		x, err := h.posting(id)
		if err != nil {
			return "", err
		}
		switch {
		case !x.Down.IsZero():
			return "", act.Refuse("这一项已于" + x.Down.Chinese() + "撤下。")
		case !on.Valid() || on.After(h.day) || on.Before(x.On):
			return "", act.Refuse("请写撤下的日期，不能早于张贴日期，也不能晚于今天。")
		}
		if photo != 0 {
			if err := h.keepPrivate(photo, OutletRef(x.Outlet)); err != nil {
				return "", err
			}
		}
		if err := one(h.ExecContext(h.ctx, "update posting set down = $3, taken = $4, version = version + 1 where id = $1 and version = $2", id, version, on.String(), photo)); err != nil {
			return "", err
		}
		return fmt.Sprint(x.Outlet), h.note(act.PostingDown, OutletRef(x.Outlet), x.Organ, nil, act.Change{Field: "撤下", New: on.String()})
	})
}

// VoidPosting takes back a posting that was entered by mistake; a reason is
// needed. The acts still say that it was there.
func (s *Store) VoidPosting(ctx context.Context, by By, id, version int64) (Done, error) {
	return s.do(ctx, by, "void posting", func(h *hand) (string, error) {
		x, err := h.posting(id)
		if err != nil {
			return "", err
		}
		if by.Reason == "" {
			return "", act.Refuse("请写明为什么删除这条登记，例如：重复登记。")
		}
		if x.Version != version {
			return "", ErrConflict
		}
		for _, f := range []int64{x.Photo, x.Taken} {
			if f != 0 {
				if err := s.dropPrivate(h.ctx, h.Tx, f); err != nil {
					return "", err
				}
			}
		}
		if _, err := h.ExecContext(h.ctx, "delete from posting where id = $1", id); err != nil {
			return "", err
		}
		return fmt.Sprint(x.Outlet), h.note(act.PostingVoid, OutletRef(x.Outlet), x.Organ, nil, act.Change{Field: "日期", Old: x.On.String()})
	})
}

// posting is one that the viewer may change.
func (h *hand) posting(id int64) (PostingRow, error) {
	x, to, err := scanPosting(h.QueryRowContext(h.ctx, postingSQL+" where p.id = $1", id))
	if err == nil && !org.May(h.by.Viewer, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err == nil {
		err = h.may(org.EditOutlets, to)
	}
	return x, err
}

// OpenPostingPhoto opens the photo of a posting, or with taken that of the empty
// place. Photos of what was removed in emergency show it: they are not opened.
func (s *Store) OpenPostingPhoto(ctx context.Context, v org.Viewer, id int64, taken bool) (PrivateFile, *File, error) {
	x, err := s.Posting(ctx, v, id)
	if err != nil {
		return PrivateFile{}, nil, err
	}
	f := x.Photo
	if taken {
		f = x.Taken
	}
	if f == 0 || x.Standing == proactive.Removed && !taken {
		return PrivateFile{}, nil, ErrNotFound
	}
	return s.OpenPrivate(ctx, f)
}

// mostShown bounds how many postings one sum reads.
const mostShown = 100_000

// OutletSum adds up what an organ showed on its channels from a day to another,
// both included.
func (s *Store) OutletSum(ctx context.Context, v org.Viewer, organ int64, from, to law.Date) (proactive.OutletSum, error) {
	topics, err := s.Topics(ctx, organ)
	if err != nil {
		return proactive.OutletSum{}, err
	}
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	home := p.arg(organ)
	p.and("(o.home = " + home + " or o.id = " + home + ")")
	p.is(!from.IsZero(), "p.day >= ", from.String())
	p.is(!to.IsZero(), "p.day <= ", to.String())
	rows, err := p.rows(ctx, s.read, "select p.item, p.title, p.topic, p.side, t.kind, p.day from posting p join outlet t on t.id = p.outlet join organ o on o.id = p.organ", "p.day, p.id", mostShown)
	list, err := gather("sum of outlets", rows, err, func(r scanner) (x proactive.Shown, err error) {
		var item int64
		var title, day string
		if err := r.Scan(&item, &title, &x.Topic, &x.Side, &x.Kind, &day); err != nil {
			return x, err
		}
		x.Matter = "t:" + text.Fold(title)
		if item != 0 {
			x.Matter = fmt.Sprint("i:", item)
		}
		return x, x.On.UnmarshalText([]byte(day))
	})
	if err != nil {
		return proactive.OutletSum{}, err
	}
	return proactive.SumOutlets(topics, list), nil
}
