package ingest

import (
	"math/bits"
	"slices"
	"strings"

	"gongkai/text"
)

// A match is a label found at tokens [from, to).
type match struct {
	label    int
	from, to int
	fit      float32
	distance int    // edits between what is printed and the label
	variant  string // canonical wording when another accepted one is printed
}

// A chain is the best order-preserving alignment of a sequence with the
// stream.
type chain struct {
	seq     *sequence
	matches []match
	score   float32
	from    int // the tokens it was sought among, [from, to)
	to      int
}

const (
	joinMax       = 4    // tokens that one broken label may be spread over
	candidatesMax = 1500 // beyond that the file repeats labels endlessly
	gapCost       = 0.0005
)

// alignRoom is memory that the alignments of one document use in turn.
type alignRoom struct {
	cands []match
	best  []float32
	prev  []int
}

// align finds, among all ways to assign tokens to labels in order, the one
// that fits best (dynamic programming over candidate matches, as in sequence
// alignment: Needleman and Wunsch 1970). A small cost per token passed over
// keeps the chain together when a file holds a table twice.
func (s *sequence) align(tokens []token, room *alignRoom) chain {
	cands := s.candidates(tokens, room.cands[:0])
	room.cands = cands
	room.best = append(room.best[:0], make([]float32, len(cands))...)
	room.prev = append(room.prev[:0], make([]int, len(cands))...)
	best, prev := room.best, room.prev
	top, end := float32(0), -1
	for i, c := range cands {
		best[i], prev[i] = c.fit, -1
		for j := i - 1; j >= 0; j-- {
			p := &cands[j]
			if p.to > c.from || p.label >= c.label {
				continue
			}
			if v := best[j] + c.fit - gapCost*float32(c.from-p.to); v > best[i] {
				best[i], prev[i] = v, j
			}
		}
		if best[i] > top {
			top, end = best[i], i
		}
	}
	ch := chain{seq: s, score: top, to: len(tokens)}
	for i := end; i >= 0; i = prev[i] {
		ch.matches = append(ch.matches, cands[i])
	}
	slices.Reverse(ch.matches)
	return ch
}

// candidates appends every plausible match, by first token.
func (s *sequence) candidates(tokens []token, out []match) []match {
	for i := range tokens {
		if len(out) > candidatesMax {
			break
		}
		t := &tokens[i]
		if t.n < 1 || t.n > 60 || isFigure(t.fold) {
			continue
		}
		if sp := s.spelled(t); sp != nil {
			out = s.exact(out, sp, i, i+1, 1)
			continue
		}
		joined, n, end := false, t.n, i+1
		fold := t.fold
		for k := i + 1; k < len(tokens) && k < i+joinMax && s.begins(fold); k++ {
			u := &tokens[k]
			if u.n == 0 {
				continue
			}
			if n += u.n; n > 60 || isFigure(u.fold) {
				break
			}
			fold += u.fold
			end = k + 1
			if sp := s.spellings[fold]; sp != nil {
				out = s.exact(out, sp, i, k+1, 0.97)
				joined = true
				break
			}
		}
		if !joined {
			out = s.near(out, t, i, i+1)
			if end > i+1 {
				out = s.cutOff(out, fold, n, i, end)
			}
		}
	}
	return out
}

func (s *sequence) exact(out []match, sp []spelling, from, to int, factor float32) []match {
	for _, x := range sp {
		out = append(out, match{label: x.label, from: from, to: to, fit: s.labels[x.label].w * x.fit * factor, variant: x.variant})
	}
	return out
}

// near adds labels that the text misses by a few characters. Short labels
// must be exact: 行政处罚 and 行政强制 are two edits apart.
func (s *sequence) near(out []match, t *token, from, to int) []match {
	if t.n < 5 || t.known() {
		return out
	}
	if t.near == nil {
		full := []rune(t.fold)
		t.near = &nearText{full, full, runeBits(full)}
		if bare := bareLabel(t.fold); bare != t.fold {
			t.near.bare = []rune(bare)
		}
	}
	has := t.near.bits
	for i := range s.folds {
		l := &s.folds[i]
		limit := min(l.n/4, 4)
		if t.n < l.n && 2*t.n >= l.n && strings.HasPrefix(l.fold, t.fold) { // cut off by a page or a narrow cell
			out = append(out, match{label: l.label, from: from, to: to, fit: s.labels[l.label].w * l.fit * 0.7, distance: l.n - t.n})
			continue
		}
		if limit == 0 || t.n > l.n+limit+3 || t.n < l.n-limit || bits.OnesCount64(l.bits&^has) > limit {
			continue
		}
		d := min(text.DistanceRunes(t.near.full, l.runes, limit), text.DistanceRunes(t.near.bare, l.runes, limit))
		if d > limit {
			continue
		}
		d = max(d, 1) // only the number in front differs
		fit := s.labels[l.label].w * l.fit * (0.85 - 0.1*float32(d))
		out = append(out, match{label: l.label, from: from, to: to, fit: fit, distance: d})
	}
	return out
}

// cutOff adds the row labels that several lines together begin and do not end:
// the figures of a row stand beside the middle of a label of many lines.
func (s *sequence) cutOff(out []match, fold string, n, from, to int) []match {
	for i := range s.folds {
		l := &s.folds[i]
		if n >= 5 && n < l.n && 2*n >= l.n && s.labels[l.label].kind == rowLabel && strings.HasPrefix(l.fold, fold) {
			out = append(out, match{label: l.label, from: from, to: to, fit: s.labels[l.label].w * l.fit * 0.75, distance: l.n - n})
		}
	}
	return out
}

// runeBits is a set of the runes, folded into 64: a label that has more runes
// missing in the text than edits are allowed need not be compared.
func runeBits(r []rune) uint64 {
	var b uint64
	for _, c := range r {
		b |= 1 << (uint32(c) * 2654435761 >> 26)
	}
	return b
}

// rows lists the matches of row labels.
func (c *chain) rows() []int {
	var out []int
	for i, m := range c.matches {
		if c.seq.labels[m.label].kind == rowLabel {
			out = append(out, i)
		}
	}
	return out
}

// found reports whether enough of the table was seen to call it present.
func (c *chain) found() bool {
	n := len(c.rows())
	switch {
	case c.seq.values != nil: // no row labels: the header must be there
		return len(c.matches) >= 6
	case len(c.seq.table.Parts) > 1:
		// 行政许可 and 行政处罚 are rows of other tables too: titles or columns of
		// 表二 must be there.
		return n >= 2 && len(c.matches) >= 4 && n < len(c.matches)
	}
	return n >= 6
}
