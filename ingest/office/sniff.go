package office

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// The compound file (OLE) of [MS-CFB], as far as its directory.
var oleMagic = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

const (
	maxSectors = 4096 // of the directory: no document has 1000 streams
	endOfChain = 0xfffffff0
)

// Sniff says what a compound file holds by the names of its streams: "doc",
// "xls", "ppt", "encrypted-ooxml" (a docx or xlsx with a password), or "" for
// anything else.
func Sniff(data []byte) (kind string) {
	names := streams(data)
	has := func(n string) bool { return names[n] != nil }
	switch {
	case has("EncryptedPackage"):
		return "encrypted-ooxml"
	case has("WordDocument"):
		return "doc"
	case has("Workbook"), has("Book"):
		return "xls"
	case has("PowerPoint Document"):
		return "ppt"
	}
	return ""
}

// Locked reports whether a Word document in the old format asks for a
// password: the flag fEncrypted of its header.
func Locked(data []byte) bool {
	e := streams(data)["WordDocument"]
	if e == nil || e.size < 4096 { // shorter streams stand elsewhere; no document is
		return false
	}
	b := newCFB(data).sector(e.start)
	return len(b) > 12 && binary.LittleEndian.Uint16(b) == 0xa5ec && b[11]&1 != 0
}

// passworded reports whether an Excel workbook in the old format is encrypted:
// record FILEPASS among the first. Some such books open without a password.
func passworded(data []byte) bool {
	names := streams(data)
	e := names["Workbook"]
	if e == nil {
		e = names["Book"]
	}
	if e == nil || e.size < 4096 {
		return false
	}
	b := newCFB(data).sector(e.start)
	for n := 0; n < 5 && len(b) >= 4; n++ {
		if binary.LittleEndian.Uint16(b) == 0x2f {
			return true
		}
		b = b[min(len(b), 4+int(binary.LittleEndian.Uint16(b[2:]))):]
	}
	return false
}

type entry struct {
	start uint32
	size  uint64
}

// A cfb is an opened compound file.
type cfb struct {
	data  []byte
	shift uint
	fat   []uint32 // sector numbers of the allocation table
	dir   uint32
}

func newCFB(data []byte) *cfb {
	if len(data) < 512 || string(data[:8]) != oleMagic {
		return nil
	}
	le := binary.LittleEndian
	c := &cfb{data: data, shift: uint(le.Uint16(data[30:])), dir: le.Uint32(data[48:])}
	if c.shift != 9 && c.shift != 12 {
		return nil
	}
	for i := 76; i < 512; i += 4 {
		c.fat = append(c.fat, le.Uint32(data[i:]))
	}
	// Large files go on with the table in sectors of their own.
	next := le.Uint32(data[68:])
	for n := 0; next < endOfChain && n < maxSectors; n++ {
		b := c.sector(next)
		if b == nil {
			break
		}
		for i := 0; i+8 <= len(b); i += 4 {
			c.fat = append(c.fat, le.Uint32(b[i:]))
		}
		next = le.Uint32(b[len(b)-4:])
	}
	return c
}

// sector is nil outside the file; the last one may be short in real files and
// is then filled with zeros.
func (c *cfb) sector(n uint32) []byte {
	size := uint64(1) << c.shift
	at := (uint64(n) + 1) << c.shift
	if n >= endOfChain || at >= uint64(len(c.data)) {
		return nil
	}
	if at+size <= uint64(len(c.data)) {
		return c.data[at : at+size]
	}
	b := make([]byte, size)
	copy(b, c.data[at:])
	return b
}

// next is the sector that follows in the chain.
func (c *cfb) next(n uint32) uint32 {
	per := uint32(1) << (c.shift - 2)
	if i := n / per; i < uint32(len(c.fat)) {
		if b := c.sector(c.fat[i]); b != nil {
			return binary.LittleEndian.Uint32(b[n%per*4:])
		}
	}
	return endOfChain
}

// streams walks the directory. It ignores the tree: names are enough.
func streams(data []byte) map[string]*entry {
	c := newCFB(data)
	if c == nil {
		return nil
	}
	out := map[string]*entry{}
	le := binary.LittleEndian
	for n, s := 0, c.dir; s < endOfChain && n < maxSectors; n++ {
		b := c.sector(s)
		if b == nil {
			break
		}
		for ; len(b) >= 128; b = b[128:] {
			if size := int(le.Uint16(b[64:])); b[66] != 2 || size < 2 || size > 64 { // 2: a stream
				continue
			} else if name := utf16Text(b[:size-2]); out[name] == nil {
				out[name] = &entry{start: le.Uint32(b[116:]), size: le.Uint64(b[120:])}
			}
		}
		s = c.next(s)
	}
	return out
}

func utf16Text(b []byte) string {
	u := make([]uint16, 0, len(b)/2)
	for ; len(b) >= 2; b = b[2:] {
		u = append(u, binary.LittleEndian.Uint16(b))
	}
	return strings.TrimSpace(string(utf16.Decode(u)))
}
