package store

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"gongkai/law"
	"gongkai/law/annual"
)

// A yearTable is the published reports of a year with all indicators, as of
// counts of changes. Rows are never changed once it is made; orders are added.
type yearTable struct {
	year   int
	counts [shards]int64
	rows   []tableEntry // by organ
	slots  []slot

	mu     sync.Mutex
	tree   *organTree // of the orders
	orders map[string][]int32
}

type tableEntry struct {
	organ     int64
	version   int64
	published law.Date
	form      *annual.Form
	corrected bool
	whole     bool
	figures   []int64 // packed, see slots
}

// slot is where the figures of an indicator stand in a packed row: one number
// for a count, cases and all cases for a share, -1 where the report does not
// state them.
type slot struct {
	at    int
	share bool
	least int64
}

// slots are those of annual.Indicators, and how many numbers a row has.
func slots() (list []slot, size int) {
	for _, x := range annual.Indicators() {
		list = append(list, slot{size, x.Share(), x.Least})
		size++
		if x.Share() {
			size++
		}
	}
	return list, size
}

func (l slot) figure(packed []int64) annual.Figure {
	f := annual.Figure{Top: packed[l.at], Known: packed[l.at] >= 0}
	switch {
	case !f.Known:
		return annual.Figure{}
	case l.share:
		f.Of = packed[l.at+1]
		f.Few = f.Of < l.least || f.Of == 0
	}
	return f
}

func (l slot) pack(to []int64, f annual.Figure) {
	if !f.Known {
		f.Top = -1
	}
	if to[l.at] = f.Top; l.share {
		to[l.at+1] = f.Of
	}
}

// tableCache holds the years that were asked for last.
type tableCache struct {
	mu    sync.Mutex
	years map[int]*keptTable
	used  []int // the last used first
}

// keptTables bounds how many years are kept.
const keptTables = 3

type keptTable struct {
	mu    sync.Mutex // held while it is read, so that a crowd waits for one answer
	table *yearTable
}

func (c *tableCache) get(year int) *keptTable {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = slices.Insert(slices.DeleteFunc(c.used, func(y int) bool { return y == year }), 0, year)
	if c.years == nil {
		c.years = map[int]*keptTable{}
	}
	if c.years[year] == nil {
		c.years[year] = &keptTable{}
	}
	if len(c.used) > keptTables {
		delete(c.years, c.used[keptTables])
		c.used = c.used[:keptTables]
	}
	return c.years[year]
}

// yearTable returns the table of a year, reading again what changed.
func (s *Store) yearTable(ctx context.Context, year int) (*yearTable, error) {
	t, err := either(ctx, s, func(ctx context.Context) (*yearTable, error) {
		k := s.source(ctx).tables.get(year)
		k.mu.Lock()
		defer k.mu.Unlock()
		counts, err := s.shardChanges(ctx, topicReport(year))
		if err != nil {
			return nil, err
		}
		if k.table != nil && !newer(counts, k.table.counts) {
			return k.table, nil
		}
		t, err := s.readTable(ctx, year, counts, k.table)
		if err == nil {
			k.table = t
		}
		return t, err
	})
	if err != nil {
		return nil, fmt.Errorf("store: table of %d: %w", year, err)
	}
	return t, nil
}

func newer(a, b [shards]int64) bool {
	for i := range a {
		if a[i] > b[i] {
			return true
		}
	}
	return false
}

// shardChanges is how often each shard of a topic changed.
func (s *Store) shardChanges(ctx context.Context, topic string) (n [shards]int64, err error) {
	rows, err := s.reader(ctx).QueryContext(ctx, "select shard, n from change where topic = $1", topic)
	if err != nil {
		return n, err
	}
	defer rows.Close()
	for rows.Next() {
		var shard, count int64
		if err := rows.Scan(&shard, &count); err != nil {
			return n, err
		}
		if shard >= 0 && shard < shards {
			n[shard] = count
		}
	}
	return n, rows.Err()
}

// readTable reads what changed since the table before, or everything.
func (s *Store) readTable(ctx context.Context, year int, counts [shards]int64, before *yearTable) (*yearTable, error) {
	t := &yearTable{year: year, counts: counts, orders: map[string][]int32{}}
	t.slots, _ = slots()
	changed := make([]bool, shards)
	some := false
	for i := range changed {
		changed[i] = before == nil || counts[i] != before.counts[i]
		some = some || !changed[i]
	}
	var stays []tableEntry
	where := ""
	if some { // the rest stays as it is
		where = " and organ % " + fmt.Sprint(shards) + " in (-1"
		for i, c := range changed {
			if c {
				where += fmt.Sprintf(", %d", i)
			}
		}
		where += ")"
		stays = make([]tableEntry, 0, len(before.rows))
		for i := range before.rows {
			if !changed[before.rows[i].organ%shards] {
				stays = append(stays, before.rows[i])
			}
		}
	}
	read, err := s.readEntries(ctx, year, where)
	if err != nil {
		return nil, err
	}
	t.rows = make([]tableEntry, 0, len(stays)+len(read))
	for len(stays) > 0 || len(read) > 0 { // both by organ, and none in both
		if len(read) == 0 || len(stays) > 0 && stays[0].organ < read[0].organ {
			t.rows, stays = append(t.rows, stays[0]), stays[1:]
		} else {
			t.rows, read = append(t.rows, read[0]), read[1:]
		}
	}
	return t, nil
}

// readEntries reads published reports of a year on two connections, by organ.
func (s *Store) readEntries(ctx context.Context, year int, where string) ([]tableEntry, error) {
	var middle int64
	err := s.reader(ctx).QueryRowContext(ctx, "select coalesce((select id from organ order by id limit 1 offset (select count(*) / 2 from organ)), 0)").Scan(&middle)
	if err != nil {
		return nil, err
	}
	corrected := map[int64]bool{}
	var half [2][]tableEntry
	g, gctx := errgroup.WithContext(ctx)
	for i, side := range [2]string{"organ < $2", "organ >= $2"} {
		g.Go(func() (err error) {
			half[i], err = s.readEntriesOf(gctx, "select organ, version, edition, published, figures from report where year = $1 and published <> '' and "+side+where+" order by organ", year, middle)
			return err
		})
	}
	g.Go(func() error {
		rows, err := s.reader(gctx).QueryContext(gctx, "select distinct organ from report_version where year = $1 and published <> ''"+where, year)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var organ int64
			if err := rows.Scan(&organ); err != nil {
				return err
			}
			corrected[organ] = true
		}
		return rows.Err()
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	all := append(half[0], half[1]...)
	for i := range all {
		all[i].corrected = corrected[all[i].organ]
	}
	return all, nil
}

func (s *Store) readEntriesOf(ctx context.Context, query string, year int, middle int64) ([]tableEntry, error) {
	rows, err := s.reader(ctx).QueryContext(ctx, query, year, middle)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	readings := map[*annual.Form][]annual.Reading{}
	var out []tableEntry
	var values []annual.Value
	var room []int64 // figures of many rows in one piece
	places, size := slots()
	var figures []byte
	for rows.Next() {
		var r tableEntry
		var edition, published string
		if err := rows.Scan(&r.organ, &r.version, &edition, &published, &figures); err != nil {
			return nil, err
		}
		if err := r.published.UnmarshalText([]byte(published)); err != nil {
			return nil, err
		}
		if r.form = annual.Edition(edition); r.form == nil {
			return nil, fmt.Errorf("report of %d: edition %q is not known to this program", r.organ, edition)
		}
		if _, values, err = decodeFigures(figures, values); err != nil || len(values) != len(r.form.Cells) {
			return nil, fmt.Errorf("report of %d: %w", r.organ, errFigures)
		}
		ready := readings[r.form]
		if ready == nil {
			for _, x := range annual.Indicators() {
				ready = append(ready, x.For(r.form))
			}
			readings[r.form] = ready
		}
		if len(room) < size {
			room = make([]int64, 512*size)
		}
		r.figures, room = room[:size:size], room[size:]
		for i, x := range ready {
			places[i].pack(r.figures, x.Of(values))
		}
		r.whole = !slices.ContainsFunc(values, func(v annual.Value) bool { return !v.Known() })
		out = append(out, r)
	}
	return out, rows.Err()
}
