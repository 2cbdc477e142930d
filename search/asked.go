package search

import (
	"context"
	"database/sql"
	"strings"

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

// A Miss is a question that was asked and nothing was found: what people need and
// nobody has published, or published under other words.
type Miss struct {
	Query       string // folded
	Times       int
	First, Last string // days
}

// Missed counts that nothing was found for a question on a day. What Keep refuses
// is not counted.
func (x *Index) Missed(ctx context.Context, query, day string) error {
	shown, ok := Keep(query)
	if !ok {
		return nil
	}
	return x.change(ctx, "missed", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `insert into missed (key, shown, times, first, last) values ($1, $2, 1, $3, $3)
			on conflict (key) do update set times = times + 1, last = excluded.last`, key(shown), shown, day)
		if err == nil {
			_, err = tx.ExecContext(ctx, "delete from missed where key in (select key from missed order by last, times limit max(0, (select count(*) from missed) - $1))", maxAsked)
		}
		return err
	})
}

// Misses lists questions without an answer that were asked again since a day, the
// most frequent first. What was asked once stays untold: it may be about one
// person.
func (x *Index) Misses(ctx context.Context, since string, limit int) ([]Miss, error) {
	rows, err := x.read.QueryContext(ctx, "select shown, times, first, last from missed where last >= $1 and times > 1 order by times desc, key limit $2", since, min(max(limit, 1), 1000))
	if err != nil {
		return nil, fault("misses", err)
	}
	defer rows.Close()
	var out []Miss
	for rows.Next() {
		var m Miss
		if err := rows.Scan(&m.Query, &m.Times, &m.First, &m.Last); err != nil {
			return nil, fault("misses", err)
		}
		out = append(out, m)
	}
	return out, fault("misses", rows.Err())
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
	if n == 0 || n > 20 || len(folded) > 120 {
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
