package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/search"
)

// synonyms are the words that mean the same in a query: those of the organ that
// is searched and of all above it, then those every office begins with. A search
// through everything knows what the organs at the top decided.
func (s *Store) synonyms(ctx context.Context, q SearchQuery) ([]search.Synonym, error) {
	if strings.TrimSpace(q.Text) == "" {
		return nil, nil
	}
	args := []any{org.SearchSynonyms}
	organs := "select id from organ where coalesce(parent, 0) = 0"
	path := q.words
	if q.Under != "" {
		path = q.Under
	}
	if q.Organ != 0 {
		if err := s.reader(ctx).QueryRowContext(ctx, "select path from organ where id = $1", q.Organ).Scan(&path); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	if path != "" {
		var list []string
		for _, id := range above(path + "0/") {
			args = append(args, id)
			list = append(list, fmt.Sprintf("$%d", len(args)))
		}
		organs = strings.Join(list, ", ")
	}
	rows, err := s.reader(ctx).QueryContext(ctx, "select value from setting where name = $1 and (organ = 0 or organ in ("+organs+")) order by organ desc", args...)
	if err != nil {
		return nil, err
	}
	var out []search.Synonym
	err = scanAll(rows, func(r scanner) error {
		var value string
		err := r.Scan(&value)
		list, _ := search.ReadSynonyms(value) // what cannot be read does not count
		out = append(out, list...)
		return err
	})
	return append(out, search.Synonyms()...), err
}

// Bounds of what is kept of searches in vain.
const (
	missesAtOnce = 500
	missesADay   = 2000 // different words
	missKept     = 800  // days
	batchKept    = 90 * 24 * time.Hour
)

// CollectMisses moves what this instance counted of searches in vain into the
// database, a batch at a time, and tells how many lines. A batch that came in
// before, and was not let go because the instance stopped, is not counted twice.
func (s *Store) CollectMisses(ctx context.Context) (n int, err error) {
	if s.search == nil {
		return 0, nil
	}
	for {
		var batch int64
		var list []search.Miss
		err := s.withPublicIndex(func(x *search.Index) (err error) {
			batch, list, err = x.TakeMisses(ctx, missesAtOnce)
			return err
		})
		if err != nil || batch == 0 {
			return n, err
		}
		if err := s.KeepMisses(ctx, batch, list); err != nil {
			return n, err
		}
		if err := s.withPublicIndex(func(x *search.Index) error { return x.DropMisses(ctx, batch) }); err != nil {
			return n, err
		}
		n += len(list)
	}
}

// KeepMisses keeps a batch of searches in vain, once. Of a day at most a bounded
// number of different words is kept; what may name somebody is refused here too.
func (s *Store) KeepMisses(ctx context.Context, batch int64, list []search.Miss) error {
	return s.tx(ctx, "keep searches in vain", func(ctx context.Context, tx *sql.Tx) error {
		now, err := s.now(ctx, keptTx{s, tx})
		if err != nil {
			return err
		}
		res, err := s.exec(ctx, tx, "insert into search_batch (id, at) values ($1, $2) on conflict (id) do nothing", batch, now)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return err
		}
		words := map[string]int{}
		for _, m := range list {
			shown, ok := search.Keep(m.Words)
			day, err := law.ParseDate(m.Day)
			if !ok || err != nil || m.Times < 1 || m.Times > 1e9 || day.DaysSince(law.DateOf(time.UnixMilli(now))) > 1 {
				continue
			}
			if _, ok := words[m.Day]; !ok {
				var n int
				if err := s.queryRow(ctx, tx, "select count(*) from search_miss where day = $1", m.Day).Scan(&n); err != nil {
					return err
				}
				words[m.Day] = n
			}
			key := search.Key(shown)
			res, err := s.exec(ctx, tx, "update search_miss set times = times + $3 where day = $1 and key = $2", m.Day, key, m.Times)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n > 0 {
				if err != nil {
					return err
				}
				continue
			}
			if words[m.Day]++; words[m.Day] > missesADay {
				continue
			}
			if _, err := s.exec(ctx, tx, "insert into search_miss (day, key, shown, times) values ($1, $2, $3, $4)", m.Day, key, shown, m.Times); err != nil {
				return err
			}
		}
		if _, err := s.exec(ctx, tx, "delete from search_batch where at < $1", now-batchKept.Milliseconds()); err != nil {
			return err
		}
		_, err = s.exec(ctx, tx, "delete from search_miss where day < $1", law.DateOf(time.UnixMilli(now)).AddDays(-missKept).String())
		return err
	})
}
