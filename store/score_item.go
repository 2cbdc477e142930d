package store

import (
	"context"
	"database/sql"
	"fmt"
)

// itemProviders are the measures of proactive disclosure 主动公开. Old stock (补录)
// does not count as published in the span.
func itemProviders() []measureProvider {
	return []measureProvider{{"items.posted", publishedItems(false)}, {"secrecy.reviewed", publishedItems(true)}}
}

// publishedItems finds what was first published in the span and is not removed;
// with reviewed whether each step of its review was signed, which the acts of an
// item published here always say.
func publishedItems(reviewed bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		signed := "1"
		if reviewed {
			signed = "case when exists (select 1 from act a where a.ref = 'disclosure/' || t.id and a.kind = 'item.signed') then 1 else 0 end"
		}
		return m.each(ctx, func(r *sql.Rows) error {
			c := measured{n: 1}
			var id int64
			var day string
			var ok int
			err := r.Scan(&c.organ, &id, &day, &ok, &c.text)
			if err == nil {
				c.on, err = measuredDay(day)
			}
			if err != nil {
				return err
			}
			c.ok, c.ref, c.href = ok != 0, ItemRef(id), fmt.Sprintf("/desk/items/%d", id)
			return each(c)
		}, "select "+key+", t.id, t.published, "+signed+", "+m.title("coalesce(t.number, '') || ' ' || t.title")+`
			from item t join organ o on o.id = t.organ where t.published >= $1 and t.published <= $2 and t.standing <> 'removed' and t.backfill = 0 and `+cond, args...)
	}
}
