package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/text"
)

// OutletRef is the reference of acts on a channel, and of the photos of what
// stands on it.
func OutletRef(id int64) string { return fmt.Sprintf("outlet/%d", id) }

// An OutletRow is a channel as lists show it.
type OutletRow struct {
	proactive.Outlet
	OrganName string
	Up        int      // how many things hang there now
	Must      int      // how many of them have to come down
	Last      law.Date // newest posting, zero for none
	Edits     bool     // the viewer may change it
}

// Quiet reports whether an account has shown nothing for so long that it counts
// as not kept.
func (x OutletRow) Quiet(today law.Date) bool {
	if !x.Kind.Media() || !x.Until.IsZero() {
		return false
	}
	last := x.Last
	if last.IsZero() {
		last = x.Since
	}
	return last.IsZero() || last.AddDays(proactive.QuietDays).Before(today)
}

const outletSQL = `select t.id, t.organ, t.kind, t.name, t.account, t.place, t.size, t.keeper, t.sides, t.since, t.until, t.note, t.playlist, coalesce(t.code, ''), t.version, o.name, o.home, o.path,
	(select count(*) from posting where outlet = t.id and down = '' and (until <> '' or t.kind = 'board')),
	(select count(*) from posting where outlet = t.id and down = '' and must = 1),
	(select coalesce(max(day), '') from posting where outlet = t.id)
	from outlet t join organ o on o.id = t.organ`

func scanOutlet(r scanner) (x OutletRow, to org.Subject, err error) {
	var sides, since, until, last string
	var list []byte
	err = r.Scan(&x.ID, &x.Organ, &x.Kind, &x.Name, &x.Account, &x.Place, &x.Size, &x.Keeper, &sides, &since, &until, &x.Note, &list, &x.Code, &x.Version, &x.OrganName, &to.Home, &to.Path, &x.Up, &x.Must, &last)
	if err != nil {
		return x, to, err
	}
	to.Organ = x.Organ
	for s := range strings.SplitSeq(strings.TrimSuffix(strings.TrimPrefix(sides, ","), ","), ",") {
		if sides != "" {
			x.Sides = append(x.Sides, proactive.Side(s))
		}
	}
	if err = dates(since, until, &x.Since, &x.Until); err == nil {
		err = x.Last.UnmarshalText([]byte(last))
	}
	if err == nil {
		err = json.Unmarshal(list, &x.Playlist)
	}
	return x, to, err
}

// An OutletQuery chooses channels. Zero fields choose all that are in use and
// that the viewer may see.
type OutletQuery struct {
	Organ  int64
	Kind   proactive.OutletKind
	Search string
	Ended  bool
	Limit  int
}

// MaxOutlets bounds one list of channels.
const MaxOutlets = 500

// Outlets lists channels by organ and kind.
func (s *Store) Outlets(ctx context.Context, v org.Viewer, q OutletQuery) ([]OutletRow, error) {
	var p pick
	p.in(v.Scope(org.SeeItems), "o.home", "o.path", "")
	p.is(q.Organ != 0, "t.organ = ", q.Organ)
	p.is(q.Kind != "", "t.kind = ", string(q.Kind))
	if q.Ended {
		p.and("t.until <> ''")
	} else {
		p.and("t.until = ''")
	}
	p.found("t.search", q.Search)
	rows, err := p.rows(ctx, s.read, outletSQL, "o.path, t.kind, t.id", atMost(q.Limit, MaxOutlets))
	return gather("outlets", rows, err, func(r scanner) (OutletRow, error) {
		x, to, err := scanOutlet(r)
		x.Edits = err == nil && org.May(v, org.EditOutlets, to)
		return x, err
	})
}

// Outlet is one channel, or ErrNotFound.
func (s *Store) Outlet(ctx context.Context, v org.Viewer, id int64) (OutletRow, error) {
	x, to, err := scanOutlet(s.read.QueryRowContext(ctx, outletSQL+" where t.id = $1", id))
	if err == nil && !org.May(v, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err != nil {
		return OutletRow{}, fmt.Errorf("store: outlet %d: %w", id, notFound(err))
	}
	x.Edits = org.May(v, org.EditOutlets, to)
	return x, nil
}

// outlet is a channel that the viewer may change.
func (h *hand) outlet(id int64) (OutletRow, org.Subject, error) {
	x, to, err := scanOutlet(h.QueryRowContext(h.ctx, outletSQL+" where t.id = $1", id))
	if err == nil && !org.May(h.by.Viewer, org.SeeItems, to) {
		err = ErrNotFound
	}
	if err == nil {
		err = h.may(org.EditOutlets, to)
	}
	return x, to, err
}

// SaveOutlet keeps a channel: a new one where ID is 0, else what its form holds;
// the address of a screen stays. It needs EditOutlets; the answer is the id.
func (s *Store) SaveOutlet(ctx context.Context, by By, o proactive.Outlet) (Done, error) {
	return s.do(ctx, by, "save outlet", func(h *hand) (string, error) {
		if bad := o.Check(h.day); len(bad) > 0 {
			return "", firstRefusal(bad)
		}
		list, err := json.Marshal(o.Playlist)
		if err != nil {
			return "", err
		}
		var sides strings.Builder
		for _, x := range o.Sides {
			sides.WriteString("," + string(x))
		}
		if sides.Len() > 0 {
			sides.WriteString(",")
		}
		search := text.Fold(o.Name + " " + o.Account + " " + o.Place)
		changes := []act.Change{{Field: "名称", New: o.Name}, {Field: "种类", New: o.Kind.Chinese()}, {Field: "地点", New: o.Place}, {Field: "负责人", New: o.Keeper}, {Field: "停用", New: o.Until.String()}}
		if o.ID == 0 {
			to, err := h.subject(o.Organ)
			if err != nil {
				return "", err
			}
			if err := h.may(org.EditOutlets, to); err != nil {
				return "", err
			}
			o.ID = s.NewID()
			if _, err := h.ExecContext(h.ctx, `insert into outlet (id, organ, kind, name, account, place, size, keeper, sides, since, until, note, playlist, code, search, version)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, null, $14, 1)`, o.ID, o.Organ, string(o.Kind), o.Name, o.Account, o.Place, o.Size, o.Keeper, sides.String(),
				o.Since.String(), o.Until.String(), o.Note, string(list), search); err != nil {
				return "", err
			}
			return fmt.Sprint(o.ID), h.note(act.OutletSaved, OutletRef(o.ID), o.Organ, nil, changes...)
		}
		x, _, err := h.outlet(o.ID)
		if err != nil {
			return "", err
		}
		for i, old := range []string{x.Name, x.Kind.Chinese(), x.Place, x.Keeper, x.Until.String()} {
			changes[i].Old = old
		}
		if err := one(h.ExecContext(h.ctx, `update outlet set kind = $3, name = $4, account = $5, place = $6, size = $7, keeper = $8, sides = $9, since = $10, until = $11, note = $12, playlist = $13, search = $14, version = version + 1
			where id = $1 and version = $2`, o.ID, o.Version, string(o.Kind), o.Name, o.Account, o.Place, o.Size, o.Keeper, sides.String(), o.Since.String(), o.Until.String(), o.Note, string(list), search)); err != nil {
			return "", err
		}
		return fmt.Sprint(o.ID), h.note(act.OutletSaved, OutletRef(o.ID), x.Organ, nil, changes...)
	})
}

// OpenScreen gives a screen a new secret address, so that the old one shows
// nothing any more; with off it has none. The answer is the secret part.
func (s *Store) OpenScreen(ctx context.Context, by By, id, version int64, off bool) (Done, error) {
	return s.do(ctx, by, "open screen", func(h *hand) (string, error) {
		x, _, err := h.outlet(id)
		if err != nil {
			return "", err
		}
		if x.Kind != proactive.Screen {
			return "", act.Refuse("只有电子屏有播放地址。")
		}
		if !off && !x.Until.IsZero() {
			return "", act.Refuse("这块屏幕已经停用，不能再开通播放地址。")
		}
		var code any
		answer, word := "", "停播"
		if !off {
			answer, word = strings.ToLower(rand.Text()), "更换播放地址"
			code = answer
		}
		if err := one(h.ExecContext(h.ctx, "update outlet set code = $3, version = version + 1 where id = $1 and version = $2", id, version, code)); err != nil {
			return "", err
		}
		return answer, h.note(act.ScreenOpened, OutletRef(id), x.Organ, nil, act.Change{Field: "播放地址", New: word})
	})
}

// Topics are the topics that an organ counts its postings by.
func (s *Store) Topics(ctx context.Context, organ int64) ([]string, error) {
	var path string
	if err := s.read.QueryRowContext(ctx, "select path from organ where id = $1", organ).Scan(&path); err != nil {
		return nil, fmt.Errorf("store: topics: %w", notFound(err))
	}
	v, err := s.inherited(ctx, s.read, path, org.OutletTopics)
	if err != nil {
		return nil, fmt.Errorf("store: topics: %w", err)
	}
	return proactive.TopicsOf(v), nil
}
