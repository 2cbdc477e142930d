package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
)

// A FactRow is one thing behind a figure of the report's prose.
type FactRow struct {
	On   law.Date // zero where it has no day
	Text string
	Href string
}

// MaxFactRows bounds one page of what is behind a figure.
const MaxFactRows = 50

// FactRows lists what a fact counts, the newest first, from the after-th on; more
// says that there are others. below asks for those of everything below the organ.
// ErrNotFound for a key that counts nothing here, and for who may not see what is
// counted.
func (s *Store) FactRows(ctx context.Context, v org.Viewer, organ int64, year int, key string, below bool, after int) (list []FactRow, more bool, err error) {
	c, err := s.factScope(ctx, v, organ, year, below)
	if err == nil {
		list, more, err = s.factRows(ctx, v, c, key, max(after, 0))
	}
	if err != nil {
		return nil, false, fmt.Errorf("store: what %s counts: %w", key, s.dialect.translate(err))
	}
	return list, more, nil
}

func (s *Store) factRows(ctx context.Context, v org.Viewer, c *factScope, key string, after int) ([]FactRow, bool, error) {
	k, ok := reporting.KindOfFact(key)
	if !ok || k.Family() && k.Key == key {
		return nil, false, ErrNotFound
	}
	member := ""
	if k.Family() {
		member = strings.TrimPrefix(key, strings.TrimSuffix(k.Key, "*"))
	}
	if slices.Contains(shownKeys, k.Key) {
		if !c.opens(v, org.SeeItems) {
			return nil, false, ErrNotFound
		}
		if k.Key == "items.total" {
			return s.totalRows(ctx, v, c, after)
		}
		all, err := c.shownRows(ctx, s.read, k.Key, member)
		list, more := pageOf(all, after)
		return list, more, err
	}
	for _, x := range factSets() {
		for _, f := range x.facts {
			if f.key == key {
				if !c.opens(v, x.verb) {
					return nil, false, ErrNotFound
				}
				return x.rows(ctx, s.read, c, f.rows(), "", nil, after)
			}
		}
		for _, f := range x.families {
			if f.key == k.Key {
				if !c.opens(v, x.verb) {
					return nil, false, ErrNotFound
				}
				if c.member = member; f.rows != "" {
					return x.rows(ctx, s.read, c, f.rows, "", nil, after)
				}
				return x.rows(ctx, s.read, c, "", f.column, func(value string) bool {
					return slices.ContainsFunc(f.members(c, value), func(m familyMember) bool { return m.id == member })
				}, after)
			}
		}
	}
	return nil, false, ErrNotFound
}

// totalRows are the items of the year and then what stood on channels alone.
func (s *Store) totalRows(ctx context.Context, v org.Viewer, c *factScope, after int) ([]FactRow, bool, error) {
	list, more, err := s.factRows(ctx, v, c, "items.published", after)
	if err != nil || more {
		return list, more, err
	}
	items := after + len(list)
	if len(list) == 0 { // beyond the items: how many there are
		facts := map[string][]reporting.Fact{}
		for _, x := range itemFacts() {
			if err := x.count(ctx, s.read, c, true, facts); err != nil {
				return nil, false, err
			}
		}
		for _, f := range facts["items.published"] {
			items = int(f.N)
		}
	}
	outside, err := c.shownRows(ctx, s.read, "items.outside", "")
	if err != nil {
		return nil, false, err
	}
	rest, _ := pageOf(outside, max(after-items, 0))
	room := MaxFactRows - len(list)
	more = len(outside) > max(after-items, 0)+room
	return append(list, rest[:min(len(rest), room)]...), more, nil
}

func pageOf(all []FactRow, after int) ([]FactRow, bool) {
	all = all[min(after, len(all)):]
	return all[:min(len(all), MaxFactRows)], len(all) > MaxFactRows
}

// rows lists the rows of a set that fulfil a condition, or whose value of a
// column fits.
func (x *factSet) rows(ctx context.Context, q asker, c *factScope, cond, column string, fits func(string) bool, after int) ([]FactRow, bool, error) {
	var args []any
	query := "select " + x.day + ", " + x.text + ", " + x.link
	if column != "" {
		query += ", " + column
	}
	query += " from " + x.from + " where "
	chosen := x.in + " and :mine"
	if cond != "" {
		chosen += " and (" + cond + ")"
	}
	limit := ""
	if fits == nil {
		args = append(args, MaxFactRows+1, after)
		limit = " limit $1 offset $2"
		after = 0
	}
	if x.key != "" && fits == nil { // the rows are found in an index, and only those of the page are read
		query = c.query(query+x.key+" in (select "+x.key+" from "+x.from+" where "+chosen+" order by "+x.day+" desc, "+x.key+" desc"+limit+") order by "+x.day+" desc, "+x.key+" desc", &args)
	} else {
		query = c.query(query+chosen+" order by 1 desc, 3 desc"+limit, &args)
	}
	var out []FactRow
	enough := errors.New("enough")
	err := rowsOf(ctx, q, func(r *sql.Rows) error {
		var row FactRow
		var day, value string
		dest := []any{&day, &row.Text, &row.Href}
		if column != "" {
			dest = append(dest, &value)
		}
		if err := r.Scan(dest...); err != nil {
			return err
		}
		if fits != nil && !fits(value) {
			return nil
		}
		if after > 0 {
			after--
			return nil
		}
		if err := row.On.UnmarshalText([]byte(day)); err != nil {
			return err
		}
		if out = append(out, row); len(out) > MaxFactRows {
			return enough
		}
		return nil
	}, query, args...)
	if err != nil && !errors.Is(err, enough) {
		return nil, false, err
	}
	return out[:min(len(out), MaxFactRows)], len(out) > MaxFactRows, nil
}
