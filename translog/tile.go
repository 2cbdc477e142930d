package translog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// TileHeight is that of tlog-tiles: 256 hashes, or entries, a tile.
const TileHeight = 8

// tileWidth is the number of hashes of a full tile.
const tileWidth = 1 << TileHeight

// ErrTile is an address that names no tile of the log.
var ErrTile = errors.New("translog: no such tile")

// A Tile names a piece of the log: hashes, or the entries themselves.
type Tile struct {
	Entries bool
	Level   int
	First   int64 // the number of the first hash or entry
	Width   int   // how many, 256 when full
}

// Full reports whether the tile will never change.
func (t Tile) Full() bool { return t.Width == tileWidth }

// ParseTile reads the address of a tile below /tile/: "<L>/<N>[.p/<W>]" or
// "entries/<N>[.p/<W>]", where N is in groups of three digits, all but the last
// behind an x. A tile that reaches beyond size leaves is ErrTile.
func ParseTile(path string, size int64) (Tile, error) {
	if len(path) > 64 {
		return Tile{}, ErrTile
	}
	rest, entries := strings.CutPrefix(path, "entries/")
	if entries {
		rest = "data/" + rest
	} else if strings.HasPrefix(path, "data/") {
		return Tile{}, ErrTile
	}
	t, err := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", TileHeight, rest))
	if err != nil || t.N < 0 || t.N > size || t.L > 8 {
		return Tile{}, fmt.Errorf("%w: %q", ErrTile, path)
	}
	out := Tile{Entries: entries, Level: max(t.L, 0), First: t.N << TileHeight, Width: t.W}
	if out.First+int64(out.Width) > size>>(TileHeight*out.Level) {
		return Tile{}, fmt.Errorf("%w: %q reaches beyond %d leaves", ErrTile, path, size)
	}
	return out, nil
}

// Hashes reads the bytes of a tile of hashes.
func (t Tile) Hashes(r tlog.HashReader) ([]byte, error) {
	if t.Entries {
		return nil, ErrTile
	}
	return tlog.ReadTileData(tlog.Tile{H: TileHeight, L: t.Level, N: t.First >> TileHeight, W: t.Width}, r)
}

// AppendEntry adds an entry to the bytes of a tile of entries: its length in 16
// bits, big end first, then its bytes.
func AppendEntry(b, entry []byte) ([]byte, error) {
	if len(entry) >= 1<<16 {
		return nil, fmt.Errorf("translog: an entry of %d bytes is too long for a tile", len(entry))
	}
	return append(binary.BigEndian.AppendUint16(b, uint16(len(entry))), entry...), nil
}

// SplitEntries takes the bytes of a tile of entries apart.
func SplitEntries(b []byte) ([][]byte, error) {
	var out [][]byte
	for len(b) > 0 {
		if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
			return nil, fmt.Errorf("%w: entries are cut short", ErrTile)
		}
		n := int(binary.BigEndian.Uint16(b))
		out, b = append(out, b[2:2+n]), b[2+n:]
	}
	return out, nil
}
