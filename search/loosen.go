package search

import (
	"database/sql"
	"errors"
	"math"
	"slices"
)

// loosen takes long terms apart into words that may stand anywhere, nil when
// none can be. Pairs of characters that are seldom seen together are where words
// meet: 低保申请条件 is 低保, 申请 and 条件.
func (f *finder) loosen(terms []term) ([]term, error) {
	var out []term
	cutAny := false
	for _, t := range terms {
		if t.quoted || len(t.units) < 4 {
			out = append(out, t)
			continue
		}
		weights := make([]float64, len(t.units)) // of the pair before each unit
		for i := 1; i < len(t.units) && i <= 24; i++ {
			s, err := f.share("x", pair(t.units[i-1], t.units[i]))
			if err != nil {
				return nil, err
			}
			weights[i] = math.Log(1 + s*1e9)
		}
		for _, piece := range cutApart(t.units, weights) {
			if len(out) < maxTerms && !slices.ContainsFunc(out, func(o term) bool { return slices.Equal(o.units, piece) }) {
				out = append(out, term{units: piece, alts: alternatives(piece, f.q.Synonyms, f.q.Day)})
			}
		}
		cutAny = true
	}
	if !cutAny {
		return nil, nil
	}
	return out, nil
}

// cutApart cuts units into pieces of two or three, so that the pairs within them
// are as common as can be on the whole.
func cutApart(us []string, weights []float64) [][]string {
	mean := 0.0
	for _, w := range weights[1:] {
		mean += w / float64(len(weights)-1)
	}
	best := make([]float64, len(us)+1)
	from := make([]int, len(us)+1)
	for i := 1; i <= len(us); i++ {
		best[i] = math.Inf(-1)
		for n := 2; n <= 3 && n <= i; n++ {
			s := best[i-n]
			for k := i - n + 1; k < i; k++ {
				s += weights[k] - mean
			}
			if s > best[i] {
				best[i], from[i] = s, i-n
			}
		}
	}
	if math.IsInf(best[len(us)], -1) {
		return [][]string{us}
	}
	var out [][]string
	for i := len(us); i > 0; i = from[i] {
		out = append(out, us[from[i]:i])
	}
	slices.Reverse(out)
	return out
}

// correct replaces the terms that no item has by words of titles that sound
// alike, nil when there are none.
func (f *finder) correct(terms []term) ([]term, error) {
	var out []term
	changed := false
	for _, t := range terms {
		found, err := f.exists(t)
		if err != nil {
			return nil, err
		}
		if !found && !t.quoted {
			better, err := mistaken(f.ctx, f.tx, t)
			if err != nil {
				return nil, err
			}
			if us := flat(better); len(us) > 0 {
				t = term{units: us, alts: alternatives(us, f.q.Synonyms, f.q.Day)}
				changed = true
			}
		}
		out = append(out, t)
	}
	if !changed {
		return nil, nil
	}
	return out, nil
}

// exists reports whether the index may have a term at all.
func (f *finder) exists(t term) (bool, error) {
	expr, _, err := f.row("x", t.units)
	if err != nil {
		return false, err
	}
	var n int64
	err = f.tx.QueryRowContext(f.ctx, "select 1 from x where x match $1 limit 1", expr).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
