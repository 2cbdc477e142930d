package search

import "unicode/utf8"

// What the index holds of a text, words parted by spaces as its tokenizer
// ("ascii": every byte from 0x80 on belongs to a word) wants them:
// every unit, every pair of units that stand together (政府, 2026年, new¦york) and
// every three characters that do. Each word stands there once: the index holds
// in which texts, not where.
const (
	between  = "\u00a6" // between two runs of a pair
	filterAt = "\u00a7" // before a filter, so that no text can hold one
	soundAt  = "\u00a8" // before a pair of syllables
	inFilter = "\u00a9" // for what may not stand in a word
)

// A writer makes the words of one text, each once.
type gramWriter struct {
	out  []byte
	seen map[uint64]struct{}
}

func newGramWriter() *gramWriter {
	return &gramWriter{seen: make(map[uint64]struct{}, 1024)}
}

func (w *gramWriter) reset() {
	w.out = w.out[:0]
	clear(w.seen)
}

func (w *gramWriter) fresh(key uint64) bool {
	n := len(w.seen)
	w.seen[key] = struct{}{}
	return len(w.seen) > n
}

// add adds the words of a text.
func (w *gramWriter) add(s string) {
	sc := scan{src: s}
	var first, second [maxRun + utf8.UTFMax]byte // the two units before
	p, q := 0, 0
	for {
		_, _, u, apart, ok := sc.next()
		if !ok {
			return
		}
		if apart {
			p, q = 0, 0
		}
		w.one(u)
		if q > 0 {
			w.pair(second[:q], u)
			if p > 0 && first[0] >= 0x80 && second[0] >= 0x80 && u[0] >= 0x80 {
				w.three(first[:p], second[:q], u)
			}
		}
		first, p = second, q
		q = copy(second[:], u)
	}
}

func (w *gramWriter) three(a, b, c []byte) {
	k := (hash(a)*0x9e3779b97f4a7c15+hash(b))*0xbf58476d1ce4e5b9 + hash(c) | 1<<63
	if w.fresh(k) {
		w.out = append(append(append(append(w.out, a...), b...), c...), ' ')
	}
}

func (w *gramWriter) one(a []byte) {
	if w.fresh(hash(a)) {
		w.out = append(append(w.out, a...), ' ')
	}
}

func (w *gramWriter) pair(a, b []byte) {
	k := hash(a)*0x9e3779b97f4a7c15 + hash(b) | 1<<63
	if !w.fresh(k) {
		return
	}
	w.out = append(w.out, a...)
	if a[0] < 0x80 && b[0] < 0x80 {
		w.out = append(w.out, between...)
	}
	w.out = append(append(w.out, b...), ' ')
}

// hash is exact for a character and a short run.
func hash(b []byte) uint64 {
	if len(b) <= 7 {
		var h uint64
		for _, c := range b {
			h = h<<8 | uint64(c)
		}
		return h
	}
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return h >> 1
}

// filterWord is the word of the index for a filter: its letters and digits, in
// lower case, stand for it.
func filterWord(f string) string {
	b := []byte(filterAt)
	for i := 0; i < len(f) && i < 64; i++ {
		switch c := f[i]; {
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c >= 0x80:
			b = append(b, c)
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		default:
			b = append(b, inFilter...)
		}
	}
	return string(b)
}
