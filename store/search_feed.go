package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/proactive"
	"gongkai/search"
)

const (
	feedBatch   = 500     // items listed at once
	feedBytes   = 8 << 20 // of text put at once
	feedMerge   = 20      // batches after which segments are merged
	feedOverlap = 60_000  // ms in which a change may still be committed after a later one was
	feedEvery   = 2 * time.Second

	collectEvery = 30 // rounds after which searches in vain are collected
)

// KeepSearch feeds the indexes of this instance until ctx ends, merges them in
// quiet moments, and makes one that is damaged again. Every instance runs it.
func (s *Store) KeepSearch(ctx context.Context, log *slog.Logger) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	said := ""
	for round := 0; ; round++ {
		n, err := s.FeedSearch(ctx)
		if err == nil && round%collectEvery == 0 {
			_, err = s.CollectMisses(ctx)
		}
		if err == nil && n > 0 {
			err = s.mergeSearch(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			said = ""
		case err.Error() != said:
			said = err.Error()
			log.Error("the search index is behind", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(feedEvery):
		}
	}
}

func (s *Store) mergeSearch(ctx context.Context) error {
	s.search.mu.RLock()
	defer s.search.mu.RUnlock()
	return errors.Join(s.search.public.Merge(ctx), s.search.desk.Merge(ctx))
}

// FeedSearch brings both indexes up to date and tells how many items it put or
// took out. An index that is damaged is made again from the beginning.
func (s *Store) FeedSearch(ctx context.Context) (n int, err error) {
	if s.search == nil {
		return 0, ErrNoSearch
	}
	s.search.feed.Lock()
	defer s.search.feed.Unlock()
	for _, public := range []bool{true, false} {
		k, err := s.feedIndex(ctx, public)
		if errors.Is(err, search.ErrDamaged) {
			if err = s.search.again(public); err == nil {
				k, err = s.feedIndex(ctx, public)
			}
		}
		if n += k; err != nil {
			return n, fmt.Errorf("store: feed search: %w", err)
		}
	}
	return n, nil
}

// feedIndex feeds one index: what was saved since, what went out of force since,
// and everything when organs have moved.
func (s *Store) feedIndex(ctx context.Context, public bool) (n int, err error) {
	s.search.mu.RLock()
	defer s.search.mu.RUnlock()
	f := feed{s: s, x: s.search.index(public), public: public}
	if f.day, err = s.today(ctx); err != nil {
		return 0, err
	}
	if f.cursor, err = f.x.Cursor(ctx); err != nil {
		return 0, err
	}
	last, err := f.x.Mark(ctx, "day")
	if err != nil {
		return 0, err
	}
	moved, err := f.moved(ctx)
	if err != nil {
		return 0, err
	}
	now, err := s.now(ctx, s.read)
	if err != nil {
		return 0, err
	}
	from := f.cursor - feedOverlap
	if s.search.still[public] == f.cursor {
		from = f.cursor
	}
	if moved != nil {
		from = -1
	}
	batches := 0
	for id := int64(0); ; {
		ids, versions, saved, err := f.changed(ctx, from, id)
		if err != nil {
			return n, err
		}
		if len(ids) == 0 {
			break
		}
		from, id = saved, ids[len(ids)-1]
		if moved == nil {
			known, err := f.x.Known(ctx, ids)
			if err != nil {
				return n, err
			}
			ids = keepIf(ids, func(i int, id int64) bool { v, ok := known[id]; return !ok || v != versions[i] })
		}
		k, err := f.put(ctx, ids, max(f.cursor, saved))
		if n += k; err != nil {
			return n, err
		}
		if batches++; batches%feedMerge == 0 && k > 0 {
			if err := f.x.Merge(ctx); err != nil {
				return n, err
			}
		}
	}
	if today := dayNumber(f.day); last != today {
		var ids []int64
		if last != 0 { // a new index has just been fed as of today
			if ids, err = f.ended(ctx, last); err != nil {
				return n, err
			}
		}
		for len(ids) > 0 {
			m := min(len(ids), feedBatch)
			k, err := f.put(ctx, ids[:m], f.cursor)
			if n += k; err != nil {
				return n, err
			}
			ids = ids[m:]
		}
		if err := f.x.SetMark(ctx, "day", today); err != nil {
			return n, err
		}
	}
	if now > f.cursor+feedOverlap {
		s.search.still[public] = f.cursor
	}
	if moved != nil {
		err = moved()
	}
	return n, err
}

func keepIf(ids []int64, f func(i int, id int64) bool) []int64 {
	out := make([]int64, 0, len(ids))
	for i, id := range ids {
		if f(i, id) {
			out = append(out, id)
		}
	}
	return out
}

func dayNumber(d law.Date) int64 { return d.Start().Unix() / 86400 }

// A feed is one run over one index.
type feed struct {
	s      *Store
	x      *search.Index
	public bool
	day    law.Date
	cursor int64
}

// changed lists items in the order in which they were saved, from a place on.
func (f *feed) changed(ctx context.Context, from, after int64) (ids, versions []int64, saved int64, err error) {
	rows, err := f.s.read.QueryContext(ctx, "select id, version, saved_at from item where saved_at > $1 or saved_at = $1 and id > $2 order by saved_at, id limit $3", from, after, feedBatch)
	if err != nil {
		return nil, nil, 0, err
	}
	err = scanAll(rows, func(r scanner) error {
		var id, v int64
		err := r.Scan(&id, &v, &saved)
		ids, versions = append(ids, id), append(versions, v)
		return err
	})
	return ids, versions, saved, err
}

// ended lists the items that went out of force after a day, by today.
func (f *feed) ended(ctx context.Context, last int64) (ids []int64, err error) {
	since := law.DateOf(time.Unix(last*86400, 0)).String()
	rows, err := f.s.read.QueryContext(ctx, `select id from item where until <> '' and until >= $1 and until < $2 or abolished <> '' and abolished >= $1 and abolished <= $2`, since, f.day.String())
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	})
	return ids, err
}

// moved tells whether organs stand elsewhere than when the index was fed last:
// nil, or what notes that all items were fed again.
func (f *feed) moved(ctx context.Context) (done func() error, err error) {
	change, err := f.s.changes(ctx, topicOrgan)
	if err != nil {
		return nil, err
	}
	seen, err := f.x.Mark(ctx, "organs")
	if err != nil || seen == change+1 {
		return nil, err
	}
	h := fnv.New64a()
	rows, err := f.s.read.QueryContext(ctx, "select path, home, name from organ order by id")
	if err != nil {
		return nil, err
	}
	err = scanAll(rows, func(r scanner) error {
		var path, name string
		var home int64
		err := r.Scan(&path, &home, &name)
		fmt.Fprintln(h, path, home, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	now := int64(h.Sum64() >> 1)
	before, err := f.x.Mark(ctx, "tree")
	if err != nil {
		return nil, err
	}
	note := func() error {
		return errors.Join(f.x.SetMark(ctx, "tree", now), f.x.SetMark(ctx, "organs", change+1))
	}
	if now == before || f.cursor == 0 { // a new index is fed whole anyway
		return nil, note()
	}
	return note, nil
}

// put reads items and puts them, or takes them out, and moves the cursor when
// all of them are there.
func (f *feed) put(ctx context.Context, ids []int64, cursor int64) (n int, err error) {
	for {
		var docs []search.Doc
		var gone []int64
		for size := 0; len(ids) > 0 && size < feedBytes; {
			m := min(len(ids), 20)
			some, out, err := f.docs(ctx, ids[:m])
			if err != nil {
				return n, err
			}
			for i := range some {
				size += len(some[i].Text)
			}
			docs, gone, ids = append(docs, some...), append(gone, out...), ids[m:]
		}
		// Of what never stood here nothing has to be taken out.
		known, err := f.x.Known(ctx, gone)
		if err != nil {
			return n, err
		}
		gone = keepIf(gone, func(_ int, id int64) bool { _, ok := known[id]; return ok })
		at := f.cursor
		if len(ids) == 0 {
			at = cursor
		}
		if len(docs)+len(gone) > 0 || at != f.cursor {
			if err := f.x.Feed(ctx, docs, gone, at); err != nil {
				return n, err
			}
		}
		n += len(docs) + len(gone)
		if f.cursor = at; len(ids) == 0 {
			return n, nil
		}
	}
}

const feedSQL = `select i.id, i.organ, o.name, o.home, o.path, i.kind, i.standing, coalesce(i.number, ''), i.published_at, i.saved_at, i.abolished, i.version, coalesce(t.content, '')
	from item i join organ o on o.id = i.organ left join item_text t on t.item = i.id and t.n = `

// docs makes what the index holds of items; gone are those of which it holds
// nothing.
func (f *feed) docs(ctx context.Context, ids []int64) (docs []search.Doc, gone []int64, err error) {
	if len(ids) == 0 {
		return nil, nil, nil
	}
	query := feedSQL + "i.versions"
	if !f.public { // the text in work, or the public one
		query = feedSQL + "(select case when exists (select 1 from item_text w where w.item = i.id and w.n = 0) then 0 else i.versions end)"
	}
	var p pick
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = p.arg(id)
	}
	p.and("i.id in (" + strings.Join(list, ", ") + ")")
	rows, err := p.rows(ctx, f.s.read, query, "i.id", len(ids))
	if err != nil {
		return nil, nil, err
	}
	err = scanAll(rows, func(r scanner) error {
		var d search.Doc
		var organ, home, published, saved int64
		var organName, path, abolished string
		var kind proactive.Kind
		var standing proactive.Standing
		var b []byte
		if err := r.Scan(&d.ID, &organ, &organName, &home, &path, &kind, &standing, &d.Index, &published, &saved, &abolished, &d.Version, &b); err != nil {
			return err
		}
		if standing == proactive.Removed || f.public && standing != proactive.Live || len(b) == 0 {
			gone = append(gone, d.ID)
			return nil
		}
		x := &proactive.Item{Kind: kind}
		if err := x.Abolished.UnmarshalText([]byte(abolished)); err != nil {
			return err
		}
		var c proactive.Content
		if err := json.Unmarshal(b, &c); err != nil {
			return err
		}
		d.At = published
		if d.At == 0 {
			d.At = saved
		}
		d.Title, d.DocNo, d.Text = c.Title, c.DocNo, itemWords(c, organName)
		d.Tokens = f.tokens(x, c, organ, home, path, d.At)
		docs = append(docs, d)
		return nil
	})
	return docs, gone, err
}

func (f *feed) tokens(x *proactive.Item, c proactive.Content, organ, home int64, path string, at int64) []string {
	out := []string{fmt.Sprint("o", organ), fmt.Sprint("h", home), "k" + string(x.Kind), "y" + law.DateOf(time.UnixMilli(at)).String()[:4]}
	for id := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		out = append(out, "p"+id)
	}
	if c.Category != "" {
		out = append(out, "c"+c.Category)
		if article, _, ok := strings.Cut(c.Category, "."); ok {
			out = append(out, "c"+article)
		}
	}
	for _, five := range c.Five {
		out = append(out, "f"+string(five))
	}
	if v := x.ValidOn(c, f.day); v == proactive.Repealed || v == proactive.Expired {
		return append(out, search.Gone)
	}
	return append(out, "ok")
}

// itemWords is all that an item says beside its title, paragraphs apart.
func itemWords(c proactive.Content, organ string) string {
	var b strings.Builder
	add := func(s string) {
		if s = strings.TrimSpace(s); s != "" {
			if b.Len() > 0 {
				b.WriteString("\n\n")
			}
			b.WriteString(s)
		}
	}
	add(c.Summary)
	for _, l := range c.Body.Lines() {
		add(l.Text)
	}
	add(strings.Join(c.Keywords, "、"))
	for _, x := range c.Attached() {
		add(x.Name)
		add(x.Text)
	}
	add(c.Issuer)
	add(organ)
	return b.String()
}
