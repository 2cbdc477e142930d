package vetting

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
	first [1 << 16]bool // words begin with these
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
	t.first[w.runes[0]&0xffff] = true
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
		if !t.first[r&0xffff] {
			continue
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
func (u *unit) around(from, to int, texts []string, w []rune) bool {
	for _, x := range texts {
		r := []rune(x)
		for off := 0; off+len(w) <= len(r); off++ {
			if a := from - off; a >= 0 && a+len(r) <= len(u.flat) && string(u.flat[a:a+len(r)]) == x {
				return true
			}
		}
	}
	return false
}
