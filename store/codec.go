package store

import (
	"encoding/binary"
	"errors"
	"fmt"

	"gongkai/law/annual"
)

// The figures of a report are one blob: a version byte, the edition (length
// byte and text), then one token per cell or run of cells, in the order of the
// form. A token is a uvarint whose low three bits say what it is and whose rest
// is the length of the run or the figure, so that a figure up to 15 and a run
// of up to 15 take one byte. A report of a town is mostly zeros: 30 to 60 bytes.
const figuresVersion = 1

const (
	tokZero   = iota // run of Zero
	tokBlank         // run of Blank
	tokAbsent        // run of Absent
	tokNA            // run of NA
	tokText          // run of Text
	tokPlus          // one Number, positive
	tokMinus         // one Number, negative
	tokWide          // one Number too large for a token: a varint follows
)

var tokenOf = [...]uint64{annual.Absent: tokAbsent, annual.Blank: tokBlank, annual.Zero: tokZero, annual.NA: tokNA, annual.Text: tokText}
var kindOf = [...]annual.Kind{tokZero: annual.Zero, tokBlank: annual.Blank, tokAbsent: annual.Absent, tokNA: annual.NA, tokText: annual.Text}

// maxToken bounds a figure that fits beside the three bits.
const maxToken = 1<<60 - 1

// maxCells bounds an edition, against damaged blobs.
const maxCells = 4096

var errFigures = errors.New("store: damaged figures")

// encodeFigures packs the values of a report of the edition.
func encodeFigures(edition string, values []annual.Value) ([]byte, error) {
	if len(edition) > 255 || len(values) > maxCells {
		return nil, fmt.Errorf("store: edition %.20q with %d cells cannot be kept", edition, len(values))
	}
	b := make([]byte, 0, 64+len(values)/2)
	b = append(b, figuresVersion, byte(len(edition)))
	b = append(b, edition...)
	for i := 0; i < len(values); {
		v := values[i]
		if v.Kind == annual.Number {
			b = appendNumber(b, v.N)
			i++
			continue
		}
		if v.Kind > annual.Text || v.N != 0 {
			return nil, fmt.Errorf("store: cell %d holds the impossible value %+v", i, v)
		}
		n := 1
		for i+n < len(values) && values[i+n] == v {
			n++
		}
		b = binary.AppendUvarint(b, uint64(n)<<3|tokenOf[v.Kind])
		i += n
	}
	return b, nil
}

func appendNumber(b []byte, n int64) []byte {
	switch {
	case n >= 0 && n <= maxToken:
		return binary.AppendUvarint(b, uint64(n)<<3|tokPlus)
	case n < 0 && n >= -maxToken:
		return binary.AppendUvarint(b, uint64(-n)<<3|tokMinus)
	}
	return binary.AppendVarint(append(b, tokWide), n)
}

// decodeFigures unpacks a blob into values, which it grows or cuts to the number
// of cells found, and returns it with the edition. Both are independent of b.
func decodeFigures(b []byte, values []annual.Value) (edition []byte, out []annual.Value, err error) {
	if len(b) < 2 || b[0] != figuresVersion || len(b) < 2+int(b[1]) {
		return nil, nil, errFigures
	}
	edition = b[2 : 2+int(b[1])]
	b = b[2+int(b[1]):]
	out = values[:0]
	for len(b) > 0 {
		t := uint64(b[0])
		w := 1
		if t >= 0x80 {
			if t, w = binary.Uvarint(b); w <= 0 {
				return nil, nil, errFigures
			}
		}
		b = b[w:]
		n := t >> 3
		switch t & 7 {
		case tokPlus:
			out = append(out, annual.Value{Kind: annual.Number, N: int64(n)})
		case tokMinus:
			out = append(out, annual.Value{Kind: annual.Number, N: -int64(n)})
		case tokWide:
			x, w := binary.Varint(b)
			if w <= 0 || n != 0 {
				return nil, nil, errFigures
			}
			b = b[w:]
			out = append(out, annual.Value{Kind: annual.Number, N: x})
		default:
			if n == 0 || n > maxCells {
				return nil, nil, errFigures
			}
			v := annual.Value{Kind: kindOf[t&7]}
			for ; n > 0; n-- {
				out = append(out, v)
			}
		}
		if len(out) > maxCells {
			return nil, nil, errFigures
		}
	}
	return edition, out, nil
}
