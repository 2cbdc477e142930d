package store

import (
	"context"
	"fmt"
	"strings"
)

// grams are what a folded text is found by: every pair of neighbouring Chinese
// characters and every four neighbouring others, as numbers. The migration that
// made the table counts them the same way.
func grams(s string) []int64 {
	r := []rune(s)
	seen := map[int64]bool{}
	var out []int64
	add := func(g int64) {
		if !seen[g] {
			seen[g] = true
			out = append(out, g)
		}
	}
	for i := range r {
		if i+1 < len(r) && r[i] > 127 && r[i+1] > 127 {
			add(int64(r[i])<<21 + int64(r[i+1]))
		}
		if i+3 < len(r) && r[i] < 128 && r[i+1] < 128 && r[i+2] < 128 && r[i+3] < 128 {
			add(-(int64(r[i])<<21 + int64(r[i+1])<<14 + int64(r[i+2])<<7 + int64(r[i+3])))
		}
	}
	return out
}

// putGrams keeps the grams of a search text. Those of an older text stay: a hit
// is compared with the text itself.
func (h *hand) putGrams(id int64, search string) error {
	list := grams(search)
	if len(list) == 0 {
		return nil
	}
	var b strings.Builder
	for i, g := range list {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "(%d, %d)", g, id) // numbers of our own
	}
	_, err := h.ExecContext(h.ctx, "insert into request_gram (gram, request) values "+b.String()+" on conflict do nothing")
	return err
}

// fewGrams is up to how many rows a gram is worth going by: more of them, and
// reading rows in the order of the list finds a page sooner.
const fewGrams = 5000

// narrowed is a condition by the rarest grams of a folded word, "" where none of
// them is rare. It lets in every row that has the word.
func (s *Store) narrowed(ctx context.Context, word string) (string, error) {
	list := grams(word)
	if len(list) > 40 {
		list = list[:40]
	}
	best, second, few := int64(0), int64(0), fewGrams+1
	for _, g := range list {
		var n int
		if err := s.read.QueryRowContext(ctx, "select count(*) from (select 1 from request_gram where gram = $1 limit $2) x", g, fewGrams+1).Scan(&n); err != nil {
			return "", err
		}
		if n == 0 {
			return "1 = 0", nil
		}
		if n < few {
			best, second, few = g, best, n
		}
	}
	if best == 0 {
		return "", nil
	}
	cond := fmt.Sprintf("r.id in (select request from request_gram where gram = %d)", best)
	if second != 0 {
		cond += fmt.Sprintf(" and exists (select 1 from request_gram g where g.gram = %d and g.request = r.id)", second)
	}
	return cond, nil
}
