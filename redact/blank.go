package redact

import (
	"encoding/binary"
	"slices"
)

// blankFont is a TrueType font of one glyph that has no outline. Text that is
// only there to be searched and copied needs no more.
func blankFont() []byte {
	be := binary.BigEndian
	u16 := func(vs ...uint16) (b []byte) {
		for _, v := range vs {
			b = be.AppendUint16(b, v)
		}
		return b
	}
	tables := []struct {
		tag  string
		data []byte
	}{
		{"glyf", make([]byte, 12)},
		{"head", slices.Concat(u16(1, 0, 1, 0, 0, 0), []byte{0x5f, 0x0f, 0x3c, 0xf5}, u16(0, 1000), make([]byte, 16), u16(0, 0, 1000, 1000, 0, 8, 2, 0, 0))},
		{"hhea", u16(1, 0, 1000, 0, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 1)},
		{"hmtx", u16(1000, 0)},
		{"loca", u16(0, 0)},
		{"maxp", u16(1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)},
	}
	out := u16(1, 0, uint16(len(tables)), 64, 2, uint16(16*len(tables)-64))
	at := len(out) + 16*len(tables)
	for _, t := range tables {
		out = append(out, t.tag...)
		out = be.AppendUint32(out, checksum(t.data))
		out = be.AppendUint32(out, uint32(at))
		out = be.AppendUint32(out, uint32(len(t.data)))
		at += (len(t.data) + 3) &^ 3
	}
	for _, t := range tables {
		out = append(out, t.data...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

func checksum(b []byte) (sum uint32) {
	for i := 0; i < len(b); i += 4 {
		var w [4]byte
		copy(w[:], b[i:])
		sum += binary.BigEndian.Uint32(w[:])
	}
	return sum
}
