package store

import (
	"context"
	"database/sql"
	"fmt"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/proactive"
)

// itemProviders are the measures of proactive disclosure 主动公开. Old stock (补录)
// does not count as published in the span.
func itemProviders() []measureProvider {
	return []measureProvider{
		{"items.posted", publishedItems("1")},
		{"items.blank", blankMonths},
		{"items.late", limitedItems(true)},
		{"items.ontime", limitedItems(false)},
		{"items.bare", bareItems},
		{"items.corrected", correctedItems},
		{"secrecy.reviewed", publishedItems("case when exists (select 1 from act a where a.ref = 'disclosure/' || cast(t.id as text) and a.kind = 'item.signed') then 1 else 0 end")},
		{"document.marked", markedDocuments},
		{"interpret.ontime", interpretedPolicies},
		{"review.done", reReviewed},
		{"review.overdue", reviewsOverdue},
	}
}

// keepLimit keeps by which day an item that now goes out for the first time had
// to be out.
func (h *hand) keepLimit(x *ItemFile, cal *calendar.Calendar) error {
	if x.Versions != 1 || x.Backfill {
		return nil
	}
	for _, e := range x.Fresh() {
		if e.Kind == act.ItemPublished {
			_, err := h.ExecContext(h.ctx, "update item set limit_day = $2 where id = $1", x.ID, x.Kind.Limit(cal, x.Content.Made).Due.String())
			return err
		}
	}
	return nil
}

func (m *measuring) itemTitle() string { return m.title("coalesce(t.number, '') || ' ' || t.title") }

// item hands over an item that a query found: organ, id, day, whether it is as
// it should be, text.
func (m *measuring) item(ctx context.Context, each func(measured) error, query string, args ...any) error {
	return m.dated(ctx, each, func(id int64) (string, string) { return ItemRef(id), fmt.Sprintf("/desk/items/%d", id) }, query, args...)
}

// publishedInSpan is the condition on item t that it was first published in the
// span $1 to $2 and is not removed.
const publishedInSpan = "t.published >= $1 and t.published <= $2 and t.standing <> 'removed' and t.backfill = 0"

// publishedItems finds what was first published in the span and is not removed;
// ok says in SQL whether it is as it should be.
func publishedItems(ok string) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		args := []any{m.span.From.String(), m.span.To.String()}
		key, cond := m.of(&args)
		return m.item(ctx, each, "select "+key+", t.id, t.published, "+ok+", "+m.itemTitle()+" from item t join organ o on o.id = t.organ where "+publishedInSpan+" and "+cond, args...)
	}
}

// blankMonths finds months of the span that are over and in which an organ
// published nothing.
func blankMonths(ctx context.Context, m *measuring, each func(measured) error) error {
	has := map[int64]map[string]bool{}
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	if err := m.each(ctx, func(r *sql.Rows) error {
		var organ int64
		var month string
		err := r.Scan(&organ, &month)
		if has[organ] == nil {
			has[organ] = map[string]bool{}
		}
		has[organ][month] = true
		return err
	}, "select distinct "+key+", substr(t.published, 1, 7) from item t join organ o on o.id = t.organ where "+publishedInSpan+" and "+cond, args...); err != nil {
		return err
	}
	return m.selves(ctx, func(organ int64, path string) error {
		for _, first := range m.span.Months() {
			last := law.Day(first.Year, first.Month+1, 0)
			if !last.Before(m.today) || has[organ][first.String()[:7]] {
				continue
			}
			c := measured{organ: organ, n: 1, on: first, ref: fmt.Sprintf("organ/%d", organ), href: fmt.Sprintf("/desk/items?organ=%d", organ), text: fmt.Sprintf("%d年%d月没有发布信息", first.Year, first.Month)}
			if err := each(c); err != nil {
				return err
			}
		}
		return nil
	})
}

// selves hands over every organ that is measured as itself, with its path.
func (m *measuring) selves(ctx context.Context, each func(organ int64, path string) error) error {
	var args []any
	cond := m.self(&args)
	type self struct {
		organ int64
		path  string
	}
	var list []self
	if err := m.each(ctx, func(r *sql.Rows) error {
		var x self
		err := r.Scan(&x.organ, &x.path)
		list = append(list, x)
		return err
	}, "select o.id, o.path from organ o where "+cond, args...); err != nil {
		return err
	}
	for _, x := range list {
		if err := each(x.organ, x.path); err != nil {
			return err
		}
	}
	return nil
}

// limitedItems finds what was published in the span and had a limit, with
// whether it was met; with late those that missed it, and what had its limit in
// the span and is still not out.
func limitedItems(late bool) func(context.Context, *measuring, func(measured) error) error {
	return func(ctx context.Context, m *measuring, each func(measured) error) error {
		cal, err := m.s.Calendar(ctx)
		if err != nil {
			return err
		}
		args := []any{m.span.From.String(), m.span.To.String()}
		open := ""
		if late {
			args = append(args, m.until().String())
			open = " or t.published = '' and t.due >= $1 and t.due <= $3 or t.published > $2 and t.limit_day >= $1 and t.limit_day <= $3"
		}
		key, cond := m.of(&args)
		return m.each(ctx, func(r *sql.Rows) error {
			c := measured{n: 1}
			var id int64
			var kind proactive.Kind
			var made, published, limit string
			if err := r.Scan(&c.organ, &id, &kind, &made, &published, &limit, &c.text); err != nil {
				return err
			}
			var madeOn, limitOn law.Date
			if err := dates(made, limit, &madeOn, &limitOn); err != nil {
				return err
			}
			if limitOn.IsZero() { // out before its limit was kept
				limitOn = kind.Limit(cal, madeOn).Due
			}
			if limitOn.IsZero() {
				return nil
			}
			c.on, c.ok = limitOn, published != "" && published <= m.span.To.String() && published <= limitOn.String()
			if published != "" && published <= m.span.To.String() {
				if c.on, err = measuredDay(published); err != nil {
					return err
				}
			}
			if late && c.ok {
				return nil
			}
			if m.only != 0 {
				c.text += "，期限 " + limitOn.String()
			}
			c.ref, c.href = ItemRef(id), fmt.Sprintf("/desk/items/%d", id)
			return each(c)
		}, "select "+key+", t.id, t.kind, t.made, t.published, case when t.published = '' then t.due else t.limit_day end, "+m.itemTitle()+` from item t join organ o on o.id = t.organ
			where t.standing <> 'removed' and t.backfill = 0 and t.kind <> 'news' and (t.published >= $1 and t.published <= $2`+open+") and "+cond, args...)
	}
}

// bareItems finds what was published in the span and lacks particulars; an item
// that lacks two is one.
func bareItems(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	lacks := ""
	for n, x := range itemLacks {
		if n > 0 {
			lacks += " or "
		}
		lacks += "(" + x.cond + ")"
	}
	return m.item(ctx, each, "select "+key+", i.id, i.published, 0, "+m.title("coalesce(i.number, '') || ' ' || i.title")+` from item i join organ o on o.id = i.organ
		where i.published >= $1 and i.published <= $2 and i.standing <> 'removed' and i.backfill = 0 and (`+lacks+") and "+cond, args...)
}

// correctedItems finds corrections 更正 of the span: acts that put a text in the
// place of a wrong one.
func correctedItems(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{startOf(m.span.From), m.end(), act.ItemPublished}
	key, cond := m.of(&args)
	return m.each(ctx, func(r *sql.Rows) error {
		c := measured{n: 1, ok: true}
		var id int64
		var day string
		var entry []byte
		if err := r.Scan(&c.organ, &id, &day, &entry, &c.text); err != nil {
			return err
		}
		a, err := act.KeptEntry(entry)
		if err != nil {
			return err
		}
		if r, ok := a.Body.(act.Record); !ok || proactive.Change(r.Facts["change"]) != proactive.Correcting {
			return nil
		}
		c.on, err = measuredDay(day)
		c.ref, c.href = ItemRef(id), fmt.Sprintf("/desk/items/%d", id)
		if err != nil {
			return err
		}
		return each(c)
	}, "select "+key+", t.id, a.on_day, a.entry, "+m.itemTitle()+` from item t join act a on a.ref = 'disclosure/' || cast(t.id as text) join organ o on o.id = t.organ
		where t.versions > 1 and t.standing <> 'removed' and a.kind = $3 and a.at >= $1 and a.at < $2 and `+cond, args...)
}

// markedDocuments finds documents made in the span, with whether it was decided
// if they are public.
func markedDocuments(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.span.To.String()}
	key, cond := m.of(&args)
	return m.item(ctx, each, "select "+key+", t.id, t.made, case when t.published <> '' or t.stage = 'withheld' and t.ground <> '' then 1 else 0 end, "+m.title("t.doc_no || ' ' || t.title")+` from item t join organ o on o.id = t.organ
		where t.kind in ('document', 'normative', 'rules') and t.backfill = 0 and t.standing <> 'removed' and t.stage <> 'discarded' and t.made >= $1 and t.made <= $2 and `+cond, args...)
}

// reReviewed finds evaluations of what is withheld, art. 18.
func reReviewed(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{startOf(m.span.From), m.end(), act.ItemReReviewed}
	key, cond := m.of(&args)
	return m.item(ctx, each, "select "+key+", t.id, a.on_day, 1, "+m.title("t.doc_no || ' ' || t.title")+` from act a join item t on a.ref = 'disclosure/' || cast(t.id as text) join organ o on o.id = t.organ
		where a.kind = $3 and a.at >= $1 and a.at < $2 and `+cond, args...)
}

// reviewsOverdue finds what is withheld and should have been evaluated in the
// span.
func reviewsOverdue(ctx context.Context, m *measuring, each func(measured) error) error {
	args := []any{m.span.From.String(), m.until().String()}
	key, cond := m.of(&args)
	return m.item(ctx, each, "select "+key+", t.id, t.review_by, 0, "+m.title("t.doc_no || ' ' || t.title")+` from item t join organ o on o.id = t.organ
		where t.stage = 'withheld' and t.review_by >= $1 and t.review_by <= $2 and `+cond, args...)
}
