package text

import (
	"slices"
	"sort"
	"unicode/utf8"
)

// MinProse is the length in characters below which two texts are not compared:
// 无需要报告的事项 is the same everywhere and nobody copied it.
const MinProse = 50

// A Profile is what is needed to compare one text with many others: its
// shingles, two overlapping bigrams each, sorted. It is about 16 bytes a
// character.
type Profile struct {
	folded   []rune
	offsets  []int // byte offset in the source of each folded rune, and its end
	shingles []uint64
	source   string
}

// shingle is the number of characters in a shingle. Pairs alone recur in any
// two reports on one subject; two pairs together are wording.
const shingle = 4

// NewProfile folds a text and takes its shingles.
func NewProfile(s string) *Profile {
	p := &Profile{source: s, folded: make([]rune, 0, len(s)/3+1), offsets: make([]int, 0, len(s)/3+2)}
	for i, r := range s {
		if r = FoldRune(r); r >= 0 && !isMark(r) {
			p.folded = append(p.folded, r)
			p.offsets = append(p.offsets, i)
		}
	}
	p.offsets = append(p.offsets, len(s))
	if len(p.folded) >= shingle {
		p.shingles = make([]uint64, 0, len(p.folded)-shingle+1)
		for i := 0; i+shingle <= len(p.folded); i++ {
			var h uint64
			for _, r := range p.folded[i : i+shingle] {
				h = h<<16 ^ uint64(r) // exact for the basic plane
			}
			p.shingles = append(p.shingles, h)
		}
		slices.Sort(p.shingles)
	}
	return p
}

// isMark drops punctuation, so that changed commas do not hide a copy.
func isMark(r rune) bool {
	switch r {
	case '.', ',', ';', ':', '(', ')', '!', '?', '-', '《', '》', '<', '>':
		return true
	}
	return false
}

// Len is the number of characters compared.
func (p *Profile) Len() int { return len(p.folded) }

// Score is how alike two texts are, 0 to 1: twice the shingles in common over
// all shingles of both (Dice). Texts under MinProse score 0.
func (p *Profile) Score(q *Profile) float64 {
	if p.Len() < MinProse || q.Len() < MinProse {
		return 0
	}
	a, b, same := p.shingles, q.shingles, 0
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			same++
			i++
			j++
		}
	}
	return 2 * float64(same) / float64(len(a)+len(b))
}

// A Span is a passage that both texts have, as byte offsets into each.
type Span struct {
	Start, End           int // in the first text
	OtherStart, OtherEnd int // in the second
}

// seed is the length at which a common passage is noticed.
const seed = 8

// Shared lists the passages of at least min characters that both texts have,
// apart from width, spaces and punctuation, in the order of the first text.
// They do not overlap in the first text.
func (p *Profile) Shared(q *Profile, min int) []Span {
	if min < seed {
		min = seed
	}
	if p.Len() < min || q.Len() < min {
		return nil
	}
	// First occurrence of each seed of q; a set phrase that recurs there is
	// found at its first place, which is enough to show it.
	at := make(map[uint64]int32, q.Len())
	for j := q.Len() - seed; j >= 0; j-- {
		at[hashRunes(q.folded[j:j+seed])] = int32(j)
	}
	var out []Span
	for i := 0; i+seed <= p.Len(); {
		j, ok := at[hashRunes(p.folded[i:i+seed])]
		if !ok || !slices.Equal(p.folded[i:i+seed], q.folded[j:int(j)+seed]) {
			i++
			continue
		}
		n := seed
		for i+n < p.Len() && int(j)+n < q.Len() && p.folded[i+n] == q.folded[int(j)+n] {
			n++
		}
		if n >= min {
			out = append(out, Span{p.offsets[i], p.end(i + n), q.offsets[j], q.end(int(j) + n)})
		}
		i += n - seed + 1
		if n >= min {
			i += seed - 1
		}
	}
	return out
}

// end is the byte offset behind the folded rune before i.
func (p *Profile) end(i int) int {
	last := p.offsets[i-1]
	_, w := utf8.DecodeRuneInString(p.source[last:])
	return last + w
}

func hashRunes(r []rune) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range r {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h
}

// Longest gives the n longest passages of spans in the words of s, longest
// first; equal lengths keep their order.
func Longest(s string, spans []Span, n int) []string {
	spans = slices.Clone(spans)
	sort.SliceStable(spans, func(i, j int) bool { return spans[i].End-spans[i].Start > spans[j].End-spans[j].Start })
	var out []string
	for _, x := range spans[:min(n, len(spans))] {
		out = append(out, s[x.Start:x.End])
	}
	return out
}

// A Piece is a run of text, marked or not, for highlighting.
type Piece struct {
	Text   string
	Marked bool
}

// Highlight cuts s into pieces at the spans, which must be in order.
func Highlight(s string, spans []Span) []Piece {
	var out []Piece
	at := 0
	for _, x := range spans {
		if x.Start < at || x.End > len(s) || x.End <= x.Start {
			continue
		}
		if x.Start > at {
			out = append(out, Piece{Text: s[at:x.Start]})
		}
		out = append(out, Piece{s[x.Start:x.End], true})
		at = x.End
	}
	if at < len(s) {
		out = append(out, Piece{Text: s[at:]})
	}
	return out
}
