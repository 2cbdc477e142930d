package main

import (
	"bytes"
	"encoding/binary"
	"sort"
)

// Types of values in a header of rpm.
const (
	typeShort, typeNumber, typeText, typeRaw, typeList, typeI18N = 3, 4, 6, 7, 8, 9
)

// A header is a sorted index of tags over a store of values.
type header struct{ entries []entry }

type entry struct {
	tag, kind, count int
	align            int
	data             []byte
}

func (h *header) add(tag, kind, count, align int, data []byte) {
	h.entries = append(h.entries, entry{tag, kind, count, align, data})
}

func (h *header) text(tag int, s string) { h.add(tag, typeText, 1, 1, []byte(s+"\x00")) }
func (h *header) i18n(tag int, s string) { h.add(tag, typeI18N, 1, 1, []byte(s+"\x00")) }
func (h *header) raw(tag int, b []byte)  { h.add(tag, typeRaw, len(b), 1, b) }

func (h *header) list(tag int, s ...string) {
	var b []byte
	for _, x := range s {
		b = append(append(b, x...), 0)
	}
	h.add(tag, typeList, len(s), 1, b)
}

func (h *header) number(tag int, n ...uint32) {
	var b []byte
	for _, x := range n {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	h.add(tag, typeNumber, len(n), 4, b)
}

func (h *header) short(tag int, n ...uint16) {
	var b []byte
	for _, x := range n {
		b = binary.BigEndian.AppendUint16(b, x)
	}
	h.add(tag, typeShort, len(n), 2, b)
}

// bytes is the header with its region: the first entry spans the whole, its
// data at the end of the store says so again with a negative length.
func (h *header) bytes(region int) []byte {
	sort.SliceStable(h.entries, func(a, b int) bool { return h.entries[a].tag < h.entries[b].tag })
	var index, store bytes.Buffer
	put := func(w *bytes.Buffer, n ...int) {
		for _, x := range n {
			binary.Write(w, binary.BigEndian, int32(x)) // into memory
		}
	}
	for _, e := range h.entries {
		for store.Len()%e.align != 0 {
			store.WriteByte(0)
		}
		put(&index, e.tag, e.kind, store.Len(), e.count)
		store.Write(e.data)
	}
	at := store.Len()
	n := len(h.entries) + 1
	put(&store, region, typeRaw, -16*n, 16)
	var out bytes.Buffer
	out.Write([]byte{0x8e, 0xad, 0xe8, 1, 0, 0, 0, 0})
	put(&out, n, store.Len(), region, typeRaw, at, 16)
	out.Write(index.Bytes())
	out.Write(store.Bytes())
	return out.Bytes()
}
