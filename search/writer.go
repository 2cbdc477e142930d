package search

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"
)

// A writer writes items in one transaction.
type writer struct {
	ctx   context.Context
	tx    *sql.Tx
	words *gramWriter
	list  []*sql.Stmt

	find, touch, hold, full, put, body, key, unkey, more, less, none, gone, undo *sql.Stmt
	text, title, untext, untitle                                                 *sql.Stmt
}

func newWriter(ctx context.Context, tx *sql.Tx, words *gramWriter) (*writer, error) {
	w := &writer{ctx: ctx, tx: tx, words: words}
	for _, q := range []struct {
		st   **sql.Stmt
		text string
	}{
		{&w.find, `select d.slot, d.id, d.version, d.head, d.ref, b.text from doc d join body b on b.slot = d.slot where d.id = $1`},
		{&w.touch, "update doc set version = $2 where slot = $1"},
		{&w.hold, "insert into doc (slot, id, version, head, ref) values ($1, $2, 0, x'', '')"},
		{&w.full, "select coalesce(max(slot), $1 - 1) from doc where slot >= $1 and slot < $2"},
		{&w.put, "update doc set version = $2, head = $3, ref = $4 where slot = $1"},
		{&w.body, "insert into body (slot, text) values ($1, $2)"},
		{&w.key, "insert into number (key, slot) values ($1, $2) on conflict do nothing"},
		{&w.unkey, "delete from number where key = $1 and slot = $2"},
		{&w.more, "insert into phrase (key, initials, shown, items) values ($1, $2, $3, 1) on conflict (key) do update set items = items + 1"},
		{&w.less, "update phrase set items = items - 1 where key = $1"},
		{&w.none, "delete from phrase where key = $1 and items <= 0"},
		{&w.gone, "delete from doc where slot = $1"},
		{&w.undo, "delete from body where slot = $1"},
		{&w.text, "insert into x (rowid, w) values ($1, $2)"},
		{&w.title, "insert into t (rowid, w) values ($1, $2)"},
		{&w.untext, "insert into x (x, rowid, w) values ('delete', $1, $2)"},
		{&w.untitle, "insert into t (t, rowid, w) values ('delete', $1, $2)"},
	} {
		st, err := tx.PrepareContext(ctx, q.text)
		if err != nil {
			w.close()
			return nil, err
		}
		*q.st = st
		w.list = append(w.list, st)
	}
	return w, nil
}

func (w *writer) close() {
	for _, st := range w.list {
		st.Close()
	}
}

func (w *writer) exec(st *sql.Stmt, args ...any) error {
	_, err := st.ExecContext(w.ctx, args...)
	return err
}

func (w *writer) load(id int64) (r row, err error) {
	var b []byte
	if err = w.find.QueryRowContext(w.ctx, id).Scan(&r.slot, &r.id, &r.version, &b, &r.ref, &r.text); err != nil {
		return r, err
	}
	h, err := readHead(b)
	r.at, r.gone, r.plain = h.at, h.gone, h.plain
	r.title, r.number, r.tokens = string(h.title), string(h.number), string(h.tokens)
	return r, err
}

// Slots are the numbers of the rows, in the order of publication: perHour of
// them for every hour. Small steps between them keep the index small. An hour
// with more items than that, as when a register of old documents is taken over,
// goes on in the slots behind it.
const (
	perHour = 64
	hour    = 3600_000
	epoch   = 2208988800_000 // from 1900 to 1970, ms
)

// free is the first free slot for a time, as far as it is told quickly.
func (w *writer) free(at int64) (int64, error) {
	base := max((at+epoch)/hour, 0) * perHour
	span := int64(perHour)
	for {
		var top int64
		if err := w.full.QueryRowContext(w.ctx, base, base+span).Scan(&top); err != nil {
			return 0, err
		}
		if top < base+span-1 {
			return top + 1, nil
		}
		base += span
		span = min(span*4, 1<<16)
	}
}

// textWords are the words of the index over all of an item.
func (w *writer) textWords(r *row) string {
	w.words.reset()
	w.words.add(r.title)
	w.words.add(r.number)
	w.words.add(r.text)
	return string(w.words.out) + r.tokens
}

// titleWords are the words of the index over titles and numbers.
func (w *writer) titleWords(r *row) string {
	w.words.reset()
	w.words.add(r.title)
	w.words.add(r.number)
	w.words.sound(r.title)
	return string(w.words.out) + r.tokens
}

func (w *writer) insert(r *row) error {
	if err := w.exec(w.put, r.slot, r.version, r.head(), r.ref); err != nil {
		return err
	}
	if err := w.exec(w.body, r.slot, r.text); err != nil {
		return err
	}
	if err := w.exec(w.text, r.slot, w.textWords(r)); err != nil {
		return err
	}
	if err := w.exec(w.title, r.slot, w.titleWords(r)); err != nil {
		return err
	}
	return w.beside(r)
}

// update changes items where they stand: only the words that come and go are
// written.
func (w *writer) update(list []change) error {
	type words struct{ text, title string }
	out, in := make([]words, len(list)), make([]words, len(list))
	any := false
	for i := range list {
		was, now := &list[i].was, &list[i].now
		out[i].text, in[i].text = difference(w.textWords(was), w.textWords(now))
		out[i].title, in[i].title = difference(w.titleWords(was), w.titleWords(now))
		// All four, even if some are empty: FTS5 counts rows.
		if out[i] == in[i] {
			continue
		}
		any = true
		if err := w.exec(w.untext, was.slot, out[i].text); err != nil {
			return err
		}
		if err := w.exec(w.untitle, was.slot, out[i].title); err != nil {
			return err
		}
	}
	if any {
		if err := w.settle(); err != nil {
			return err
		}
	}
	for i := range list {
		was, now := &list[i].was, &list[i].now
		if out[i] != in[i] {
			if err := w.exec(w.text, now.slot, in[i].text); err != nil {
				return err
			}
			if err := w.exec(w.title, now.slot, in[i].title); err != nil {
				return err
			}
		}
		if err := w.leave(was); err != nil {
			return err
		}
		if err := w.exec(w.put, now.slot, now.version, now.head(), now.ref); err != nil {
			return err
		}
		if was.text != now.text {
			if err := w.exec(w.undo, now.slot); err != nil {
				return err
			}
			if err := w.exec(w.body, now.slot, now.text); err != nil {
				return err
			}
		}
		if err := w.beside(now); err != nil {
			return err
		}
	}
	return nil
}

// settle makes FTS5 write down what was deleted before a number is used again:
// one that is deleted and inserted in the same breath makes it lose words
// (detail=none with secure-delete). It writes whenever a number is below the last
// one, so a number below all others is put and deleted.
func (w *writer) settle() error {
	for _, st := range []*sql.Stmt{w.text, w.untext, w.title, w.untitle} {
		if err := w.exec(st, -1, ""); err != nil {
			return err
		}
	}
	return nil
}

// difference are the words of one text that the other does not have, both ways.
func difference(a, b string) (onlyA, onlyB string) {
	only := func(a, b string) string {
		has := map[string]bool{}
		for f := range strings.FieldsSeq(b) {
			has[f] = true
		}
		var out strings.Builder
		for f := range strings.FieldsSeq(a) {
			if !has[f] {
				out.WriteString(f)
				out.WriteByte(' ')
			}
		}
		return out.String()
	}
	return only(a, b), only(b, a)
}

// beside keeps what is found of an item otherwise than by its words.
func (w *writer) beside(r *row) error {
	for _, k := range numberKeys(r.number, r.ref) {
		if err := w.exec(w.key, k, r.slot); err != nil {
			return err
		}
	}
	for _, p := range phrases(r.title) {
		if err := w.exec(w.more, p.key, p.initials, p.shown); err != nil {
			return err
		}
	}
	return nil
}

// leave takes that out.
func (w *writer) leave(r *row) error {
	for _, k := range numberKeys(r.number, r.ref) {
		if err := w.exec(w.unkey, k, r.slot); err != nil {
			return err
		}
	}
	for _, p := range phrases(r.title) {
		if err := w.exec(w.less, p.key); err != nil {
			return err
		}
		if err := w.exec(w.none, p.key); err != nil {
			return err
		}
	}
	return nil
}

// drop takes items out. FTS5 is told the words they stood under.
func (w *writer) drop(rows []row) error {
	if len(rows) == 0 {
		return nil
	}
	slices.SortFunc(rows, func(a, b row) int { return cmp.Compare(a.slot, b.slot) })
	for i := range rows {
		r := &rows[i]
		if err := w.exec(w.untext, r.slot, w.textWords(r)); err != nil {
			return err
		}
		if err := w.exec(w.untitle, r.slot, w.titleWords(r)); err != nil {
			return err
		}
		if err := w.leave(r); err != nil {
			return err
		}
		if err := w.exec(w.gone, r.slot); err != nil {
			return err
		}
		if err := w.exec(w.undo, r.slot); err != nil {
			return err
		}
	}
	return w.settle()
}
