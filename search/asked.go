package search

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/binary"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// Asked counts that a question was asked on a day (2026-11-23) and answered with
// hits. It is offered to others once it was asked on several days. What Keep
// refuses is not counted.
func (x *Index) Asked(ctx context.Context, query, day string) error {
	shown, ok := Keep(query)
	if !ok {
		return nil
	}
	return x.change(ctx, "asked", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into asked (key, initials, shown, days, last) values ($1, $2, $3, 1, $4)
			on conflict (key) do update set days = days + 1, last = excluded.last where last <> excluded.last`, key(shown), text.Initials(shown), shown, day)
		if err == nil { // what nobody asks any more makes room
			_, err = tx.ExecContext(ctx, "delete from asked where key in (select key from asked order by last, days limit max(0, (select count(*) from asked) - $1))", maxAsked)
		}
		return err
	})
}

// maxAsked is how many questions of either kind are kept.
const maxAsked = 5000

// A Miss is a question that was asked on a day and nothing was found: what people
// need and nobody has published, or published under other words.
type Miss struct {
	Day   string // 2026-11-23
	Words string // folded
	Times int
}

// Missed counts that nothing was found for a question on a day. What Keep refuses
// is not counted, nor are more than maxAsked questions that wait to be taken.
func (x *Index) Missed(ctx context.Context, query, day string) error {
	shown, ok := Keep(query)
	if !ok {
		return nil
	}
	return x.change(ctx, "missed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into missed (batch, day, key, shown, times) select 0, $1, $2, $3, 1
			where exists (select 1 from missed where batch = 0 and day = $1 and key = $2) or (select count(*) from missed) < $4
			on conflict (batch, day, key) do update set times = times + 1`, day, key(shown), shown, maxAsked)
		return err
	})
}

// TakeMisses gives what was counted since the last time, at most limit lines, and
// the number of this batch: the same again until DropMisses says that it was kept
// elsewhere. What is counted meanwhile goes into the next one. A batch of 0 is
// empty.
func (x *Index) TakeMisses(ctx context.Context, limit int) (batch int64, list []Miss, err error) {
	err = x.change(ctx, "take misses", func(tx *sql.Tx) error {
		batch, list = 0, nil
		if err := tx.QueryRowContext(ctx, "select coalesce(max(batch), 0) from missed").Scan(&batch); err != nil {
			return err
		}
		if batch == 0 {
			next := newBatch()
			res, err := tx.ExecContext(ctx, "update missed set batch = $1 where (batch, day, key) in (select batch, day, key from missed where batch = 0 order by day, key limit $2)", next, limit)
			if err != nil {
				return err
			}
			if n, err := res.RowsAffected(); err != nil || n == 0 {
				return err
			}
			batch = next
		}
		rows, err := tx.QueryContext(ctx, "select day, shown, times from missed where batch = $1 order by day, key", batch)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var m Miss
			if err := rows.Scan(&m.Day, &m.Words, &m.Times); err != nil {
				return err
			}
			list = append(list, m)
		}
		return rows.Err()
	})
	return batch, list, err
}

// newBatch draws a number that no other instance draws.
func newBatch() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return int64(binary.BigEndian.Uint64(b[:])>>1) | 1
}

// DropMisses forgets a batch that is kept elsewhere.
func (x *Index) DropMisses(ctx context.Context, batch int64) error {
	return x.change(ctx, "drop misses", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "delete from missed where batch = $1 and batch <> 0", batch)
		return err
	})
}

// Keep folds a query as it may be kept to learn what people look for and do not
// find, and says whether it may be. Who asked is never kept, and neither is what
// may name one person: a number of seven digits or more, however it is parted,
// an address of mail, a passage.
func Keep(query string) (folded string, ok bool) {
	if len(query) > MaxQuery || strings.ContainsAny(query, "@＠") {
		return "", false
	}
	terms := parse(query, nil, "")
	var words []string
	n := 0
	for _, t := range terms {
		n += len(t.units)
		words = append(words, t.String())
	}
	folded = strings.Join(words, " ")
	if n == 0 || n > 20 || len(folded) > 120 || utf8.RuneCountInString(folded) < 2 {
		return "", false
	}
	// Digits in a row, whatever parts them that is no word.
	digits := 0
	for _, r := range inBrackets.ReplaceAllString(joined(query), "号") { // the number of a document names nobody
		class, f := classify(r)
		switch {
		case class == run && f >= '0' && f <= '9' || strings.ContainsRune("〇一二三四五六七八九零幺", r):
			if digits++; digits >= 7 {
				return "", false
			}
		case class == run || class == letter:
			digits = 0
		}
	}
	return folded, true
}
