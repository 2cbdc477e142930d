package search

import (
	"context"
	"database/sql"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// A phrase is what a title is about, offered while somebody types.
type phrase struct{ key, initials, shown string }

// maxPhrase is the longest phrase that is offered, in characters.
const maxPhrase = 24

// phrases are what a title is about, at most one: what stands in 《》, else what
// stands behind 关于, without the kind of paper at the end.
func phrases(title string) []phrase {
	s := title
	if _, after, ok := strings.Cut(s, "《"); ok {
		if inside, _, ok := strings.Cut(after, "》"); ok {
			s = inside
		}
	} else if i := strings.LastIndex(s, "关于"); i >= 0 {
		s = s[i+len("关于"):]
		for _, verb := range []string{"印发", "转发", "做好", "开展", "加强"} {
			s = strings.TrimPrefix(s, verb)
		}
	}
	s = strings.TrimSpace(subject(s))
	n, k := utf8.RuneCountInString(s), key(s)
	if n < 2 || n > maxPhrase || k == "" {
		return nil
	}
	return []phrase{{k, text.Initials(s), s}}
}

// subject is a title without the kind of paper at its end.
func subject(s string) string {
	for _, end := range []string{"的通知", "的通告", "的公告", "的公示", "的意见", "的决定", "的批复", "的函", "的报告", "的通报", "的说明", "的解读", "的情况"} {
		if before, ok := strings.CutSuffix(s, end); ok {
			return before
		}
	}
	return s
}

// Key is a text as it is compared: without spaces and marks, folded.
func Key(s string) string { return key(s) }

func key(s string) string {
	var b strings.Builder
	for _, u := range flat(s) {
		b.WriteString(u)
	}
	return b.String()
}

// The bounds of suggestions.
const (
	maxSuggest  = 10
	suggestRead = 300 // rows of a prefix looked at
	minDays     = 3   // days on which a question was asked before others are shown it
)

// A Suggestion is what may be meant by what has been typed so far.
type Suggestion struct {
	Text  string
	Asked bool // others ask it; else it is the subject of an item's title
}

// Suggest completes what somebody types: questions that were asked on several
// days, then subjects of titles, by their beginning or by the first letters of
// their sounds (zwgk), then what follows those words within titles.
func (x *Index) Suggest(ctx context.Context, typed string, limit int) ([]Suggestion, error) {
	out, err := x.suggest(ctx, cut(typed, 120), min(max(limit, 1), maxSuggest))
	return out, fault("suggest", err)
}

func (x *Index) suggest(ctx context.Context, typed string, limit int) ([]Suggestion, error) {
	k := key(typed)
	if k == "" {
		return nil, nil
	}
	tx, err := x.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	var out []Suggestion
	seen := map[string]bool{k: true}
	add := func(key, shown string, asked bool) {
		if !seen[key] && len(out) < limit {
			seen[key] = true
			out = append(out, Suggestion{shown, asked})
		}
	}
	for _, from := range []struct {
		asked bool
		query string
	}{
		{true, "select key, shown from (select key, shown, days from asked where key >= $1 and key < $2 limit $3) where days >= $4 order by days desc, key"},
		{true, "select key, shown from (select key, shown, days from asked where initials >= $1 and initials < $2 limit $3) where days >= $4 order by days desc, key"},
		{false, "select key, shown from (select key, shown, items from phrase where key >= $1 and key < $2 limit $3) where items >= $4 order by items desc, key"},
		{false, "select key, shown from (select key, shown, items from phrase where initials >= $1 and initials < $2 limit $3) where items >= $4 order by items desc, key"},
	} {
		least := int64(1)
		if from.asked {
			least = minDays
		}
		if err := each(ctx, tx, func(key, shown string) { add(key, shown, from.asked) }, from.query, k, k+"\U0010ffff", suggestRead, least); err != nil {
			return nil, err
		}
	}
	if len(out) < limit {
		if err := follow(ctx, tx, typed, func(s string) { add(key(s), s, false) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func each(ctx context.Context, tx *sql.Tx, f func(key, shown string), query string, args ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key, shown string
		if err := rows.Scan(&key, &shown); err != nil {
			return err
		}
		f(key, shown)
	}
	return rows.Err()
}

// follow gives what follows the typed words within the newest titles: as far as
// a mark, or 的, or 12 characters.
func follow(ctx context.Context, tx *sql.Tx, typed string, add func(string)) error {
	us := flat(typed)
	f := &finder{ctx: ctx, tx: tx, q: &Query{}, dense: map[string]float64{}}
	expr, _, err := f.row("t", us[:min(len(us), maxUnits)])
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, "select d.head from (select rowid as slot from t where t match $1 order by rowid desc limit 60) f cross join doc d on d.slot = f.slot", expr)
	if err != nil {
		return err
	}
	defer rows.Close()
	want := newNeedle(us)
	for rows.Next() {
		var raw sql.RawBytes
		if err := rows.Scan(&raw); err != nil {
			return err
		}
		h, err := readHead(raw)
		if err != nil {
			return err
		}
		title := string(h.title)
		want.each(title, func(at, end int) bool {
			more, n := end, 0
			for _, u := range units(title[end:]) {
				if u.apart || u.s == "的" || n == 12 {
					break
				}
				more = end + u.end
				n++
			}
			if n > 1 {
				add(title[at:more])
			}
			return false
		})
	}
	return rows.Err()
}
