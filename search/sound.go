package search

import (
	"context"
	"database/sql"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// sound adds the pairs of syllables of a title: each reading of both characters.
func (w *gramWriter) sound(title string) {
	var prev []string
	sc := scan{src: title}
	for {
		_, _, u, apart, ok := sc.next()
		if !ok {
			return
		}
		r, _ := utf8.DecodeRune(u)
		here := text.Pinyin(r)
		if !apart {
			for _, a := range prev {
				for _, b := range here {
					word := soundPair(a, b)
					if w.fresh(hash([]byte(word))) {
						w.out = append(append(w.out, word...), ' ')
					}
				}
			}
		}
		prev = here
	}
}

func soundPair(a, b string) string {
	return soundAt + text.AlikeSound(a) + between + text.AlikeSound(b)
}

// The bounds of what may be a misspelled word, in characters.
const (
	minMistake = 2
	maxMistake = 6
)

// mistaken gives the word of titles that sounds as a term does, "" where there
// is none: 政务公凯 is 政务公开, and so is zhengwugongkai.
func mistaken(ctx context.Context, tx *sql.Tx, t term) (string, error) {
	var readings [][]string
	if len(t.units) == 1 && ascii(t.units[0]) {
		list, ok := text.Syllables(t.units[0])
		if !ok {
			return "", nil
		}
		for _, s := range list {
			readings = append(readings, []string{s})
		}
	} else {
		for _, u := range t.units {
			r, _ := utf8.DecodeRuneInString(u)
			p := text.Pinyin(r)
			if len(p) == 0 {
				return "", nil
			}
			readings = append(readings, p)
		}
	}
	if len(readings) < minMistake || len(readings) > maxMistake {
		return "", nil
	}
	var expr []string
	for i := 1; i < len(readings); i++ {
		var either []string
		for _, a := range readings[i-1] {
			for _, b := range readings[i] {
				either = append(either, `"`+soundPair(a, b)+`"`)
			}
		}
		expr = append(expr, "("+strings.Join(either, " OR ")+")")
	}
	rows, err := tx.QueryContext(ctx, "select d.head from (select rowid as slot from t where t match $1 order by rowid desc limit 300) f cross join doc d on d.slot = f.slot", strings.Join(expr, " AND "))
	if err != nil {
		return "", err
	}
	defer rows.Close()
	count := map[string]int{}
	best := ""
	for rows.Next() {
		var raw sql.RawBytes
		if err := rows.Scan(&raw); err != nil {
			return "", err
		}
		h, err := readHead(raw)
		if err != nil {
			return "", err
		}
		for word, exact := range soundsIn(string(h.title), readings) {
			if exact {
				count[word] += 1000 // before one that sounds nearly so
			}
			count[word]++
			if best == "" || count[word] > count[best] || count[word] == count[best] && word < best {
				best = word
			}
		}
	}
	return best, rows.Err()
}

// soundsIn gives the words of a title that sound as the readings, and whether
// exactly so.
func soundsIn(title string, readings [][]string) map[string]bool {
	found := map[string]bool{}
	list := units(title)
	for i := 0; i+len(readings) <= len(list); i++ {
		exact, alike := true, true
		for j := range readings {
			r, _ := utf8.DecodeRuneInString(list[i+j].s)
			same, near := sameSound(readings[j], text.Pinyin(r))
			exact = exact && same
			if alike = near && (j == 0 || !list[i+j].apart); !alike {
				break
			}
		}
		if alike {
			var b strings.Builder
			for _, u := range list[i : i+len(readings)] {
				b.WriteString(u.s)
			}
			found[b.String()] = found[b.String()] || exact
		}
	}
	return found
}

func sameSound(a, b []string) (same, near bool) {
	for _, x := range a {
		for _, y := range b {
			same = same || x == y
			near = near || text.AlikeSound(x) == text.AlikeSound(y)
		}
	}
	return same, near
}
