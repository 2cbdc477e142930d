package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/calendar"
	"gongkai/org"
	"gongkai/proactive"
)

// Release 发布 puts the approved text before the public, with a number of the
// organ's series the first time. It is of use only inside a verb.
func (x *ItemFile) Release(d proactive.Doing) error {
	if x.Content.Withhold != "" {
		return errWithhold
	}
	h := x.hand
	number := x.Number
	if x.Can(act.ItemPublished) && number == "" {
		var err error
		if number, err = h.freeIndex(x, d.On.Year); err != nil {
			return err
		}
	}
	if d.Paper {
		d.On = d.Today // it goes out now, whatever day is on the paper
	}
	kind := map[proactive.Change]string{"": act.DisclosurePublished, proactive.Changing: act.DisclosureChanged, proactive.Correcting: act.DisclosureCorrected}[x.Revision]
	at := h.now
	if d.On.Before(d.Today) {
		at = d.On.Start().Add(10 * time.Hour).UnixMilli()
	}
	if err := x.Publish(d, number, at); err != nil {
		return err
	}
	if err := h.putItemText(x, x.Versions); err != nil {
		return err
	}
	return h.logItem(x, kind, x.Public, d.On)
}

// freeIndex is the next index number of the organ that no item has.
func (h *hand) freeIndex(x *ItemFile, year int) (string, error) {
	pattern, err := h.s.inherited(h.ctx, h, x.to.Path, org.ItemIndex)
	if err != nil {
		return "", err
	}
	for {
		n, err := h.nextNumber(x.to.Home, "item", year)
		if err != nil {
			return "", err
		}
		number := proactive.IndexNumber(pattern, x.code, x.Organ, year, int(n))
		taken, err := h.exists("select exists (select 1 from item where number = $1)", number)
		if err != nil || !taken {
			return number, err
		}
	}
}

// logItem appends the act of the public log and queues its leaf. It says which
// item, and of its content the salted hash only.
func (h *hand) logItem(x *ItemFile, kind, content string, on law.Date) error {
	if err := touch(h.ctx, h.Tx, topicItem, x.Organ%shards); err != nil {
		return err
	}
	if err := h.forPortal(x, x.Standing != proactive.Live); err != nil {
		return err
	}
	if h.s.LogKey() == nil {
		return nil
	}
	ref := act.ItemRef(x.Number)
	a := act.Act{ID: h.s.NewID(), Ref: ref, Kind: kind, Version: act.Newest(kind), On: on, At: h.now, Officer: h.by.Viewer.Person,
		Body: act.Item{Organ: x.code, Name: x.OrganName, Number: x.Number, Version: x.Versions, Content: content, On: on}}
	if err := h.QueryRowContext(h.ctx, "select coalesce(max(seq), 0) + 1 from log_leaf where ref = $1", ref).Scan(&a.Seq); err != nil {
		return err
	}
	if err := queue(h.ctx, h.Tx, a); err != nil {
		return err
	}
	a.Organ = x.Organ
	return h.s.keepAct(h.ctx, h.Tx, &a, act.Details{})
}

// TakeDown 撤下 withdraws the item with a public reason, or ends it after its
// period where the reason is "".
func (x *ItemFile) TakeDown(d proactive.Doing, reason string, ended bool) error {
	kind := act.DisclosureWithdrawn
	var err error
	if ended {
		kind, err = act.DisclosureEnded, x.End(d)
	} else {
		err = x.Withdraw(d, reason)
	}
	if err != nil {
		return err
	}
	x.hand.by.Reason = reason
	if err := x.restoreText(); err != nil {
		return err
	}
	if err := x.hand.mustComeDown(x); err != nil {
		return err
	}
	return x.hand.logItem(x, kind, "", d.On)
}

// restoreText puts the public text in place of a revision that came to nothing.
func (x *ItemFile) restoreText() error {
	c, err := x.hand.itemText(x.ID, x.Versions)
	if err != nil {
		return err
	}
	x.Content, x.drawn = c, true
	return nil
}

// Drop 作废 ends the draft, or the revision of something public.
func (x *ItemFile) Drop(d proactive.Doing) error {
	if err := x.Discard(d); err != nil {
		return err
	}
	if x.Versions > 0 {
		return x.restoreText()
	}
	return nil
}

// Repeal 废止 says from when on the text is not in force.
func (x *ItemFile) Repeal(d proactive.Doing, by int64) error {
	if err := x.Abolish(d, by); err != nil {
		return err
	}
	return x.hand.logItem(x, act.DisclosureAbolished, x.Public, d.On)
}

func (h *hand) itemText(id int64, n int) (proactive.Content, error) {
	var b []byte
	var c proactive.Content
	err := h.QueryRowContext(h.ctx, "select content from item_text where item = $1 and n = $2", id, n).Scan(&b)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	return c, err
}

// sealedItem is what the secrecy officer keeps of an item that was removed.
type sealedItem struct {
	Versions []proactive.Content `json:"versions"` // the last is the text that was in work
}

// RemoveItem 紧急撤下 takes everything of an item away at once, and what the
// database still holds of it beside its rows. It needs RemoveItems at the organ.
func (s *Store) RemoveItem(ctx context.Context, by By, id, version int64, cause proactive.Cause) (Done, error) {
	d, err := s.WithItem(ctx, by, id, version, func(x *ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.purge(d, cause) })
	if err == nil && s.dialect.name == "sqlite" {
		// Pages as they were lie in the write-ahead log until it is begun anew.
		_, err = s.read.ExecContext(ctx, "pragma wal_checkpoint(truncate)")
	}
	return d, err
}

// purge takes everything of an item away at once: texts, title, hashes'
// salt, what was said of it beside its acts and in notices. One copy stays,
// sealed, for the secrecy officer. The public page says only that it was there.
func (x *ItemFile) purge(d proactive.Doing, cause proactive.Cause) error {
	h := x.hand
	if err := x.Remove(d, cause); err != nil {
		return err
	}
	if h.s.dialect.name == "sqlite" { // whole pages that become free are overwritten as well
		if _, err := h.ExecContext(h.ctx, "pragma secure_delete = on"); err != nil {
			return err
		}
	}
	rows, err := h.QueryContext(h.ctx, "select content from item_text where item = $1 order by case when n = 0 then 1 else 0 end, n", x.ID)
	if err != nil {
		return err
	}
	var kept sealedItem
	err = scanAll(rows, func(r scanner) error {
		var b []byte
		var c proactive.Content
		if err := r.Scan(&b); err != nil {
			return err
		}
		err := json.Unmarshal(b, &c)
		kept.Versions = append(kept.Versions, c)
		return err
	})
	if err != nil {
		return err
	}
	key, err := h.s.newRecordKey(sealedKey, ItemRef(x.ID))
	if err != nil {
		return err
	}
	plain, err := json.Marshal(kept)
	if err != nil {
		return err
	}
	sealed, err := key.seal("content", plain)
	if err != nil {
		return err
	}
	_, err = h.ExecContext(h.ctx, "insert into item_sealed (item, sealed_key, sealed_content, person, at) values ($1, $2, $3, $4, $5)", x.ID, key.sealed, sealed, h.by.Viewer.Person, h.now)
	if err != nil {
		return err
	}
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{"delete from item_text where item = $1", []any{x.ID}},
		{"delete from item_mark where item = $1", []any{x.ID}},
		{"delete from item_link where item = $1", []any{x.ID}},
		{"update act set detail = '' where ref = $1 and detail <> ''", []any{ItemRef(x.ID)}},
		{"update notice set subject = '（已紧急撤下的信息）' where ref = $1", []any{ItemRef(x.ID)}},
	} {
		if _, err := h.ExecContext(h.ctx, q.sql, q.args...); err != nil {
			return err
		}
	}
	c := proactive.Content{Category: x.Content.Category}
	x.Content, x.drawn, x.salt = c, false, []byte{}
	if err := h.mustComeDown(x); err != nil {
		return err
	}
	if err := h.forgetMaterial(x.ID, true); err != nil {
		return err
	}
	if err := h.logItem(x, act.DisclosureRemoved, "", d.On); err != nil {
		return err
	}
	return x.enterIncident(cause)
}

// sealedKey is the purpose under which keys of sealed copies are sealed.
const sealedKey = "item sealed"

// SealedItem opens the sealed copy of an item that was removed in emergency, the
// public versions first. It needs OpenSealed at the organ, and is logged.
func (s *Store) SealedItem(ctx context.Context, by By, id int64) ([]proactive.Content, error) {
	var kept sealedItem
	_, err := s.do(ctx, by, "open sealed item", func(h *hand) (string, error) {
		x, err := h.item(id)
		if err != nil {
			return "", err
		}
		if err := h.may(org.OpenSealed, x.to); err != nil {
			return "", err
		}
		var sealedK, sealed []byte
		if err := h.QueryRowContext(h.ctx, "select sealed_key, sealed_content from item_sealed where item = $1", id).Scan(&sealedK, &sealed); err != nil {
			return "", err
		}
		key, err := s.openRecordKey(sealedKey, ItemRef(id), sealedK)
		if err != nil {
			return "", err
		}
		plain, err := key.open("content", sealed)
		if err != nil {
			return "", err
		}
		if err := json.Unmarshal(plain, &kept); err != nil {
			return "", err
		}
		return "", h.note(act.ItemSealedRead, ItemRef(id), x.Organ, nil)
	})
	return kept.Versions, err
}

// PublishDue releases what waits for its time and takes down what stood for its
// period. It returns the numbers of both.
func (s *Store) PublishDue(ctx context.Context) (out, down int, err error) {
	cal, err := s.Calendar(ctx)
	if err != nil {
		return 0, 0, err
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, 0, fmt.Errorf("store: publish due: %w", err)
	}
	day := law.DateOf(time.UnixMilli(now))
	for _, q := range []struct {
		sql  string
		arg  any
		n    *int
		verb ItemVerb
	}{
		{"select id, version from item where release_at <> 0 and release_at <= $1 and stage = 'approved' order by id limit 500", now, &out, func(x *ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.Release(d) }},
		{"select id, version from item where standing = 'live' and period_to <> '' and period_to < $1 order by id limit 500", day.String(), &down, func(x *ItemFile, d proactive.Doing, _ *calendar.Calendar) error { return x.TakeDown(d, "", true) }},
	} {
		type due struct{ id, version int64 }
		rows, err := s.read.QueryContext(ctx, q.sql, q.arg)
		list, err := gather("items that are due", rows, err, func(r scanner) (d due, err error) { return d, r.Scan(&d.id, &d.version) })
		if err != nil {
			return out, down, err
		}
		for _, d := range list {
			_, err := s.do(ctx, By{Viewer: org.Program("定时发布")}, "publish due", func(h *hand) (string, error) {
				x, err := h.item(d.id)
				if err != nil || x.Version != d.version {
					return "", err
				}
				return "", h.onItem(x, cal, q.verb)
			})
			if err != nil {
				return out, down, fmt.Errorf("store: item %d that is due: %w", d.id, err)
			}
			*q.n++
		}
	}
	return out, down, nil
}
