package search

import (
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// A row is what the file keeps of an item.
type row struct {
	slot, id, at, version int64
	gone                  bool
	title, number, ref    string
	tokens                string // words of filters, each with a space before and behind
	text                  string
	plain                 bool // see plainly
}

func newRow(d *Doc) row {
	r := row{id: d.ID, at: d.At, version: d.Version, title: cut(d.Title, MaxTitle), number: cut(d.DocNo, 200), ref: cut(d.Index, 200), text: cut(d.Text, MaxText)}
	list := make([]string, 0, len(d.Tokens))
	for _, f := range d.Tokens[:min(len(d.Tokens), MaxTokens)] {
		r.gone = r.gone || f == Gone
		list = append(list, filterWord(f))
	}
	slices.Sort(list)
	r.tokens = " " + strings.Join(slices.Compact(list), " ") + " "
	r.plain = plainly(r.title) && plainly(r.number) && plainly(r.text)
	return r
}

// plainly reports whether a text holds a row of Han characters only where its
// bytes do: nothing in it has to be folded, and no space stands within a word.
func plainly(s string) bool {
	sc := scan{src: s}
	last := 0
	for {
		at, end, u, apart, ok := sc.next()
		if !ok {
			return true
		}
		if u[0] >= 0x80 && string(u) != s[at:end] || !apart && at != last && last > 0 {
			return false
		}
		last = end
	}
}

// A head is what is read of an item to rank it: one value, because every column
// more is paid for a thousand times a search.
type head struct {
	at                    int64
	gone, plain           bool
	title, number, tokens []byte // of the value it was read from
}

func (r *row) head() []byte {
	b := make([]byte, 9, 16+len(r.title)+len(r.number)+len(r.tokens))
	binary.BigEndian.PutUint64(b, uint64(r.at))
	if r.gone {
		b[8] |= 1
	}
	if r.plain {
		b[8] |= 2
	}
	b = binary.AppendUvarint(b, uint64(len(r.title)))
	b = append(b, r.title...)
	b = binary.AppendUvarint(b, uint64(len(r.number)))
	b = append(b, r.number...)
	return append(b, r.tokens...)
}

var errHead = errors.New("a row of the index is damaged")

func readHead(b []byte) (h head, err error) {
	if len(b) < 9 {
		return h, errHead
	}
	h.at = int64(binary.BigEndian.Uint64(b))
	h.gone, h.plain = b[8]&1 != 0, b[8]&2 != 0
	b = b[9:]
	for _, into := range []*[]byte{&h.title, &h.number} {
		n, size := binary.Uvarint(b)
		if size <= 0 || n > uint64(len(b)-size) {
			return h, errHead
		}
		*into = b[size : size+int(n)]
		b = b[size+int(n):]
	}
	h.tokens = b
	return h, nil
}

// cut makes valid text of at most n bytes.
func cut(s string, n int) string {
	if len(s) > n {
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		s = s[:n]
	}
	return strings.ToValidUTF8(s, "\ufffd")
}
