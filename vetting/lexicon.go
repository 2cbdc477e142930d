package vetting

import (
	"cmp"
	"slices"
	"strings"
)

// A word is something that is looked for, and what is done where it stands.
type word struct {
	said   string // folded
	runes  []rune
	see    func(s *scan, i int, w *word, from, to int) // places in flat
	except []string                                    // folded texts around the word that are right
	entry  Entry
	list   string
	kind   ListKind
	half   int    // of a phrase: 1 these are its first words, 2 its last
	whole  []rune // the phrase of which this is a half
	how    int    // of a word of papers that are to stay inside: where it is a mark
	mark   *Mark
	number int // as they were added
}

// A lexicon finds all words at once. They stand sorted; from each place of a text
// the range of those that still fit narrows rune by rune, so it looks as far into
// the text as a word goes and no farther.
type lexicon struct {
	first  [1 << 16]byte   // 1 words begin with it, 2 it is a word
	pairs  [1 << 12]uint64 // words begin with these two, by their hash
	sorted []*word
	begin  map[rune][2]int32 // range of the words that begin with it
}

func (t *lexicon) add(w *word) {
	if w.runes == nil {
		w.runes = []rune(flattenLong(w.said))
		w.said = string(w.runes)
	}
	if len(w.runes) == 0 || len(w.runes) > MaxWord {
		return
	}
	if len(w.runes) == 1 {
		t.first[w.runes[0]&0xffff] |= 2
	} else {
		h := pair(w.runes[0], w.runes[1])
		t.first[w.runes[0]&0xffff] |= 1
		t.pairs[h>>6] |= 1 << (h & 63)
	}
	w.number = len(t.sorted)
	t.sorted = append(t.sorted, w)
}

// sort makes the lexicon ready. Bytes of UTF-8 sort as runes do.
func (t *lexicon) sort() {
	slices.SortFunc(t.sorted, func(a, b *word) int { return cmp.Or(strings.Compare(a.said, b.said), a.number-b.number) })
	t.begin = map[rune][2]int32{}
	for i := 0; i < len(t.sorted); {
		j, r := i, t.sorted[i].runes[0]
		for j < len(t.sorted) && t.sorted[j].runes[0] == r {
			j++
		}
		t.begin[r] = [2]int32{int32(i), int32(j)}
		i = j
	}
}

// narrow is the range of words, all alike before rune d, that have r there.
func narrow(ws []*word, d int, r rune) []*word {
	lo, hi := 0, len(ws)
	for lo < hi {
		if m := (lo + hi) / 2; ws[m].runes[d] < r {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == len(ws) || ws[lo].runes[d] != r {
		return nil
	}
	end, hi := lo+1, len(ws)
	for end < hi {
		if m := (end + hi) / 2; ws[m].runes[d] == r {
			end = m + 1
		} else {
			hi = m
		}
	}
	return ws[lo:end]
}

// pair is a hash of two runes, below 1<<18.
func pair(a, b rune) uint32 { return (uint32(a)*0x9E3779B1 ^ uint32(b)*0x85EBCA6B) >> 14 }

// flattenLong folds a word whole.
func flattenLong(s string) string {
	var out []rune
	for _, r := range s {
		if r = foldRune(r); r >= 0 {
			out = append(out, r)
		}
	}
	return string(out)
}

// match looks for all words of a unit.
func (s *scan) match(i int) {
	u := &s.units[i]
	t := &s.c.words
	for from, r := range u.flat {
		switch t.first[r&0xffff] {
		case 0:
			continue
		case 1:
			if from+1 == len(u.flat) {
				continue
			}
			if h := pair(r, u.flat[from+1]); t.pairs[h>>6]&(1<<(h&63)) == 0 {
				continue
			}
		}
		at, ok := t.begin[r]
		if !ok {
			continue
		}
		fit := t.sorted[at[0]:at[1]]
		for d := 1; len(fit) > 0; d++ {
			for len(fit) > 0 && len(fit[0].runes) == d {
				if s.budget--; s.budget < 0 {
					return
				}
				fit[0].see(s, i, fit[0], from, from+d)
				fit = fit[1:]
			}
			if from+d == len(u.flat) {
				break
			}
			fit = narrow(fit, d, u.flat[from+d])
		}
	}
}

// around reports whether the word at from … to is part of one of the texts.
func (u *unit) around(from int, texts []string, w string) bool {
	for _, x := range texts {
		off := 0 // runes of x before
		for b := range x {
			if a := from - off; a < 0 {
				break
			} else if strings.HasPrefix(x[b:], w) && stands(u.flat[a:], x) {
				return true
			}
			off++
		}
	}
	return false
}

// stands reports whether the runes begin with x.
func stands(r []rune, x string) bool {
	k := 0
	for _, c := range x {
		if k >= len(r) || r[k] != c {
			return false
		}
		k++
	}
	return true
}
