package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/proactive"
)

// Parts of an organ that are replaced as a whole.
const partStandard = "standard"

// CatalogueRef is the reference of acts on an organ's catalogue 公开目录.
func CatalogueRef(organ int64) string { return fmt.Sprintf("catalogue/%d", organ) }

// CatalogueCover is what stands in each category of the statutory list of an
// organ. It is public.
func (s *Store) CatalogueCover(ctx context.Context, o org.Organ) ([]proactive.CategoryCover, error) {
	return either(ctx, s, func(ctx context.Context) ([]proactive.CategoryCover, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, "select i.category, count(*), max(i.published) from item i join organ o on o.id = i.organ where o.home = $1 and i.standing = 'live' group by i.category", o.ID)
		has := map[string]proactive.Coverage{}
		if err == nil {
			err = scanAll(rows, func(r scanner) error {
				var code, newest string
				var c proactive.Coverage
				if err := r.Scan(&code, &c.Items, &newest); err != nil {
					return err
				}
				err := dayOf(newest, &c.Newest)
				has[code] = c
				return err
			})
		}
		if err != nil {
			return nil, fmt.Errorf("store: catalogue of %d: %w", o.ID, err)
		}
		var out []proactive.CategoryCover
		for _, c := range CategoriesOf(o) {
			out = append(out, proactive.CategoryCover{Category: c, Coverage: has[c.Code]})
		}
		return out, nil
	})
}

// MaxCatalogue bounds a catalogue as it is read.
const MaxCatalogue = 20_000

// Catalogue lists what an organ had published by the end of a day, the newest
// first; of what was taken down since then only what may still be read.
func (s *Store) Catalogue(ctx context.Context, organ int64, on law.Date) ([]proactive.CatalogueLine, error) {
	return either(ctx, s, func(ctx context.Context) ([]proactive.CatalogueLine, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, catalogueSQL+" order by i.published desc, i.id desc limit $3", organ, on.String(), MaxCatalogue)
		return gather("catalogue", rows, err, func(r scanner) (x proactive.CatalogueLine, err error) {
			var made, published string
			var content []byte
			if err = r.Scan(&x.Number, &x.Title, &x.Category, &x.DocNo, &made, &published, &content); err != nil {
				return x, err
			}
			var c struct {
				Summary string `json:"summary"`
			}
			if len(content) > 0 {
				if err = json.Unmarshal(content, &c); err != nil {
					return x, err
				}
			}
			x.Summary = c.Summary
			return x, dates(made, published, &x.Made, &x.Published)
		})
	})
}

const catalogueSQL = `select i.number, i.title, i.category, i.doc_no, i.made, i.published, t.content from item i join organ o on o.id = i.organ
	left join item_text t on t.item = i.id and t.n = i.versions
	where o.home = $1 and i.published <> '' and i.published <= $2 and (i.standing = 'live' or i.standing in ('withdrawn', 'ended') and i.takedown > $2)`

// CatalogueEditions lists the editions of an organ's catalogue, the newest first.
// They are public.
func (s *Store) CatalogueEditions(ctx context.Context, organ int64) ([]proactive.CatalogueEdition, error) {
	return either(ctx, s, func(ctx context.Context) ([]proactive.CatalogueEdition, error) {
		rows, err := s.reader(ctx).QueryContext(ctx, "select organ, n, on_day, items from catalogue_edition where organ = $1 order by n desc limit 60", organ)
		return gather("editions of a catalogue", rows, err, func(r scanner) (x proactive.CatalogueEdition, err error) {
			var on string
			if err = r.Scan(&x.Organ, &x.N, &on, &x.Items); err == nil {
				err = dayOf(on, &x.On)
			}
			return x, err
		})
	})
}

// IssueCatalogue makes an edition of the catalogue as it stands today. It needs
// EditCatalogue; Done.Answer is its number.
func (s *Store) IssueCatalogue(ctx context.Context, by By, organ int64) (Done, error) {
	return s.do(ctx, by, "issue catalogue", func(h *hand) (string, error) {
		if err := h.edits(org.EditCatalogue, organ); err != nil {
			return "", err
		}
		var n, items int
		var last string
		if err := h.QueryRowContext(h.ctx, "select coalesce(max(n), 0), coalesce(max(on_day), '') from catalogue_edition where organ = $1", organ).Scan(&n, &last); err != nil {
			return "", err
		}
		if last == h.day.String() {
			return "", act.Refuse("今天已经编制过公开目录，内容随信息的发布更新，不需要再编。")
		}
		if err := h.QueryRowContext(h.ctx, "select count(*) from item i join organ o on o.id = i.organ where o.home = $1 and i.standing = 'live'", organ).Scan(&items); err != nil {
			return "", err
		}
		if items == 0 {
			return "", act.Refuse("还没有发布过信息，没有可以编入目录的内容。")
		}
		if _, err := h.ExecContext(h.ctx, "insert into catalogue_edition (organ, n, on_day, items, person, made_at) values ($1, $2, $3, $4, $5, $6)", organ, n+1, h.day.String(), items, by.Viewer.Person, h.now); err != nil {
			return "", err
		}
		if err := touch(h.ctx, h.Tx, topicItem, organ%shards); err != nil {
			return "", err
		}
		return fmt.Sprint(n + 1), h.note(act.CatalogueIssued, CatalogueRef(organ), organ, nil, act.Change{Field: "版本", New: fmt.Sprint(n + 1)}, act.Change{Field: "条数", New: fmt.Sprint(items)})
	})
}

// FiveCounts counts the live items of an organ by the tags of 五公开; a year of 0
// is all years. It is public.
func (s *Store) FiveCounts(ctx context.Context, organ int64, year int) (map[proactive.Five]int, error) {
	return either(ctx, s, func(ctx context.Context) (map[proactive.Five]int, error) {
		out := map[proactive.Five]int{}
		for _, f := range proactive.Fives() {
			var p pick
			p.and("i.standing = 'live'")
			p.is(true, "o.home = ", organ)
			p.and(contains("i.five", p.arg(string(f))))
			if year != 0 {
				p.and("i.published >= "+p.arg(law.Day(year, 1, 1).String()), "i.published <= "+p.arg(law.Day(year, 12, 31).String()))
			}
			var n int
			if err := s.reader(ctx).QueryRowContext(ctx, "select count(*) from item i join organ o on o.id = i.organ where "+strings.Join(p.cond, " and "), p.args...).Scan(&n); err != nil {
				return nil, fmt.Errorf("store: counts of tags: %w", err)
			}
			out[f] = n
		}
		return out, nil
	})
}

// A PowerList is the list of powers and duties 权责清单 of an organ.
type PowerList struct {
	On      law.Date // day it was imported
	Entries []proactive.PowerEntry
	Version int64
}

// Powers is the list of an organ, empty where there is none. It is public.
func (s *Store) Powers(ctx context.Context, organ int64) (PowerList, error) {
	return either(ctx, s, func(ctx context.Context) (PowerList, error) {
		var x PowerList
		var on string
		var b []byte
		err := s.reader(ctx).QueryRowContext(ctx, "select on_day, entries, version from power_list where organ = $1", organ).Scan(&on, &b, &x.Version)
		if errors.Is(err, sql.ErrNoRows) {
			return x, nil
		}
		if err == nil {
			err = json.Unmarshal(b, &x.Entries)
		}
		if err == nil {
			err = dayOf(on, &x.On)
		}
		if err != nil {
			return x, fmt.Errorf("store: powers of %d: %w", organ, err)
		}
		return x, nil
	})
}

// ImportPowers puts a list in place of the one that an organ has. Version is that
// of the list last read. It needs EditCatalogue.
func (s *Store) ImportPowers(ctx context.Context, by By, organ, version int64, list []proactive.PowerEntry) (Done, error) {
	return s.do(ctx, by, "import powers", func(h *hand) (string, error) {
		if err := h.edits(org.EditCatalogue, organ); err != nil {
			return "", err
		}
		if len(list) == 0 || len(list) > proactive.MaxPowers {
			return "", act.Refuse(fmt.Sprintf("权责清单要有1至%d项。", proactive.MaxPowers))
		}
		for _, e := range list {
			if e.Name == "" || e.Guide != "" && !proactive.WebAddress(e.Guide) {
				return "", act.Refuse("有的行没有通过核对，请改好以后再导入。")
			}
		}
		b, err := json.Marshal(list)
		if err != nil {
			return "", err
		}
		var before int
		if err := h.QueryRowContext(h.ctx, "select coalesce(max(n), 0) from power_list where organ = $1", organ).Scan(&before); err != nil {
			return "", err
		}
		if err := one(h.ExecContext(h.ctx, `insert into power_list (organ, on_day, entries, n, version) values ($1, $2, $3, $4, 1)
			on conflict (organ) do update set on_day = excluded.on_day, entries = excluded.entries, n = excluded.n, version = power_list.version + 1 where power_list.version = $5`, organ, h.day.String(), string(b), len(list), version)); err != nil {
			return "", err
		}
		if err := touch(h.ctx, h.Tx, topicItem, organ%shards); err != nil {
			return "", err
		}
		return fmt.Sprint(len(list)), h.note(act.PowersImported, OrganRef(organ), organ, nil, act.Change{Field: "项数", Old: fmt.Sprint(before), New: fmt.Sprint(len(list))})
	})
}
