package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
)

// A StandardList is the standard catalogue 基层政务公开标准目录 that holds for an
// organ: its own, or that of the nearest organ above that has one.
type StandardList struct {
	Organ   int64 // whose it is, 0 for none
	Name    string
	Entries []proactive.StandardEntry
	Version int64 // 0 unless it is the organ's own
}

// Standard is the catalogue that holds for an organ. It is public.
func (s *Store) Standard(ctx context.Context, o org.Organ) (StandardList, error) {
	return either(ctx, s, func(ctx context.Context) (StandardList, error) {
		x, err := s.standard(ctx, s.reader(ctx), o)
		if err != nil {
			return x, fmt.Errorf("store: standard catalogue of %d: %w", o.ID, err)
		}
		return x, nil
	})
}

func (s *Store) standard(ctx context.Context, q asker, o org.Organ) (StandardList, error) {
	parts := strings.Split(strings.Trim(o.Path, "/"), "/")
	for i := len(parts) - 1; i >= 0; i-- {
		id, err := strconv.ParseInt(parts[i], 10, 64)
		if err != nil {
			return StandardList{}, nil
		}
		rows, err := q.QueryContext(ctx, `select id, organ, code, field, matter, part, content, basis, limit_text, subject, channels, audience, manner, level, seq from standard_entry where organ = $1 order by seq limit $2`, id, proactive.MaxStandard)
		list, err := gather("standard catalogue", rows, err, func(r scanner) (e proactive.StandardEntry, err error) {
			err = r.Scan(&e.ID, &e.Organ, &e.Code, &e.Field, &e.Matter, &e.Part, &e.Content, &e.Basis, &e.Limit, &e.Subject, &e.Channels, &e.Audience, &e.Manner, &e.Level, &e.Seq)
			return e, err
		})
		if err != nil || len(list) == 0 {
			if err != nil {
				return StandardList{}, err
			}
			continue
		}
		x := StandardList{Organ: id, Entries: list}
		if err := q.QueryRowContext(ctx, "select name from organ where id = $1", id).Scan(&x.Name); err != nil {
			return x, err
		}
		if id == o.ID {
			err := q.QueryRowContext(ctx, "select version from organ_part where organ = $1 and part = $2", id, partStandard).Scan(&x.Version)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return x, err
			}
		}
		return x, nil
	}
	return StandardList{}, nil
}

// StandardFields are the fields 领域 of the standard catalogue that an organ has
// decided on.
func (s *Store) StandardFields(ctx context.Context, organ int64) ([]string, error) {
	v, err := s.settingOf(ctx, organ, org.StandardFields)
	if err != nil {
		return nil, err
	}
	return org.ParseStandardFields(v), nil
}

// ImportStandard puts a table in place of the catalogue that an organ has itself.
// Version is that of the list last read, 0 where it has none. It needs
// EditCatalogue.
func (s *Store) ImportStandard(ctx context.Context, by By, organ, version int64, list []proactive.StandardEntry) (Done, error) {
	for i := range list {
		list[i].ID, list[i].Organ, list[i].Seq = s.NewID(), organ, i+1
	}
	return s.do(ctx, by, "import standard catalogue", func(h *hand) (string, error) {
		if err := h.edits(org.EditCatalogue, organ); err != nil {
			return "", err
		}
		if len(list) == 0 || len(list) > proactive.MaxStandard {
			return "", act.Refuse(fmt.Sprintf("标准目录要有1至%d项。", proactive.MaxStandard))
		}
		if err := h.nextPart(organ, partStandard, version); err != nil {
			return "", err
		}
		var before int
		if err := h.QueryRowContext(h.ctx, "select count(*) from standard_entry where organ = $1", organ).Scan(&before); err != nil {
			return "", err
		}
		if _, err := h.ExecContext(h.ctx, "delete from standard_entry where organ = $1", organ); err != nil {
			return "", err
		}
		seen := map[string]bool{}
		for _, e := range list {
			if e.Matter == "" || e.Code == "" || seen[e.Code] {
				return "", act.Refuse("有的行没有通过核对，请改好以后再导入。")
			}
			seen[e.Code] = true
			if _, err := h.ExecContext(h.ctx, `insert into standard_entry (id, organ, code, field, matter, part, content, basis, limit_text, subject, channels, audience, manner, level, seq)
				values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`, e.ID, organ, e.Code, e.Field, e.Matter, e.Part, e.Content, e.Basis, e.Limit, e.Subject, e.Channels, e.Audience, e.Manner, e.Level, e.Seq); err != nil {
				return "", err
			}
		}
		if err := touch(h.ctx, h.Tx, topicItem, organ%shards); err != nil {
			return "", err
		}
		return fmt.Sprint(len(list)), h.note(act.StandardImported, OrganRef(organ), organ, nil, act.Change{Field: "项数", Old: fmt.Sprint(before), New: fmt.Sprint(len(list))})
	})
}

// StandardCover is how far each entry of the catalogue is published by an organ
// or, for one with organs below it, by all of them together, by code. What has no
// limit counts neither as timely nor as late; old stock has none.
func (s *Store) StandardCover(ctx context.Context, o org.Organ, list []proactive.StandardEntry, cal *calendar.Calendar) (map[string]proactive.Coverage, error) {
	return either(ctx, s, func(ctx context.Context) (map[string]proactive.Coverage, error) {
		by := map[string]proactive.StandardEntry{}
		for _, e := range list {
			by[e.Code] = e
		}
		out := map[string]proactive.Coverage{}
		rows, err := s.reader(ctx).QueryContext(ctx, `select i.field, i.made, i.published, i.backfill from item i join organ o on o.id = i.organ
			where i.field <> '' and i.standing = 'live' and o.path >= $1 and o.path < $2`, o.Path, afterPrefix(o.Path))
		if err == nil {
			err = scanAll(rows, func(r scanner) error {
				var code, m, p string
				var old int
				if err := r.Scan(&code, &m, &p, &old); err != nil {
					return err
				}
				var made, published law.Date
				if err := dates(m, p, &made, &published); err != nil {
					return err
				}
				c := out[code]
				c.Items++
				if published.After(c.Newest) {
					c.Newest = published
				}
				if e, ok := by[code]; ok && old == 0 {
					if l := e.DueOf(cal, made); !l.Due.IsZero() {
						if published.After(l.Due) {
							c.Late++
						} else {
							c.Timely++
						}
					}
				}
				out[code] = c
				return nil
			})
		}
		if err != nil {
			return nil, fmt.Errorf("store: coverage of the standard catalogue: %w", err)
		}
		return out, nil
	})
}
