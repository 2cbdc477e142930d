package vetting

import "strings"

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
	mark   Mark
}

// A trie finds all words at once; it walks as far into the text as a word goes
// and no farther.
type trie struct {
	first [1 << 16]byte   // 1 words begin with it, 2 it is a word
	pairs [1 << 12]uint64 // words begin with these two, by their hash
	next  map[uint64]int32
	ends  map[int32][]*word
	nodes int32
}

func (t *trie) init() {
	t.next, t.ends, t.nodes = map[uint64]int32{}, map[int32][]*word{}, 1
}

func (t *trie) add(w *word) {
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
	node := int32(0)
	for _, r := range w.runes {
		key := uint64(node)<<32 | uint64(r)
		n, ok := t.next[key]
		if !ok {
			n = t.nodes
			t.nodes++
			t.next[key] = n
		}
		node = n
	}
	t.ends[node] = append(t.ends[node], w)
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
		node := int32(0)
		for k := from; k < len(u.flat); k++ {
			n, ok := t.next[uint64(node)<<32|uint64(u.flat[k])]
			if !ok {
				break
			}
			node = n
			for _, w := range t.ends[node] {
				if s.budget--; s.budget < 0 {
					return
				}
				w.see(s, i, w, from, k+1)
			}
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
