package render

import (
	"encoding/binary"
	"errors"
	"sort"
)

// A face is a TrueType font as far as setting text needs it: which characters
// it has and how wide they are. Font files are whatever lies on the machine, so
// every offset is checked.
type face struct {
	name    string // family name in the pdf, ASCII
	data    []byte // one font, taken out of its collection if it came in one
	em      float64
	widths  []byte // hmtx
	metrics int    // number of entries in hmtx
	cmap    []byte // format 4 subtable
	segs    int
	added   bool // given to the pdf writer
}

var (
	errNotTrueType = errors.New("render: not a TrueType font with outlines")
	errBadFont     = errors.New("render: damaged font file")
)

// tables that the pdf writer reads.
var wantTables = []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}

// parseFace reads a .ttf file, or the first font of a .ttc collection.
func parseFace(name string, data []byte) (*face, error) {
	offset := 0
	if len(data) >= 16 && string(data[:4]) == "ttcf" {
		offset = int(binary.BigEndian.Uint32(data[12:]))
	}
	dir, err := tableDirectory(data, offset)
	if err != nil {
		return nil, err
	}
	for _, t := range wantTables {
		if len(dir[t]) == 0 {
			return nil, errNotTrueType
		}
	}
	f := &face{name: name, data: data}
	if offset > 0 {
		f.data = singleFont(dir)
	}
	head, hhea := dir["head"], dir["hhea"]
	if len(head) < 54 || len(hhea) < 36 {
		return nil, errBadFont
	}
	f.em = float64(binary.BigEndian.Uint16(head[18:]))
	f.metrics = int(binary.BigEndian.Uint16(hhea[34:]))
	f.widths = dir["hmtx"]
	if f.em == 0 || f.metrics == 0 || len(f.widths) < 4*f.metrics {
		return nil, errBadFont
	}
	if err := f.findCmap(dir["cmap"]); err != nil {
		return nil, err
	}
	return f, nil
}

// tableDirectory cuts a font into its tables.
func tableDirectory(data []byte, offset int) (map[string][]byte, error) {
	if offset < 0 || len(data) < offset+12 {
		return nil, errBadFont
	}
	if binary.BigEndian.Uint32(data[offset:]) != 0x00010000 {
		return nil, errNotTrueType
	}
	n := int(binary.BigEndian.Uint16(data[offset+4:]))
	if len(data) < offset+12+16*n {
		return nil, errBadFont
	}
	dir := make(map[string][]byte, n)
	for i := range n {
		e := data[offset+12+16*i:]
		from, length := int(binary.BigEndian.Uint32(e[8:])), int(binary.BigEndian.Uint32(e[12:]))
		if from > len(data) || length > len(data)-from {
			return nil, errBadFont
		}
		dir[string(e[:4])] = data[from : from+length]
	}
	return dir, nil
}

// singleFont writes tables taken from a collection as a font file of its own,
// because the pdf writer reads no collections: Windows has 宋体 only in one.
func singleFont(dir map[string][]byte) []byte {
	var tags []string
	for t := range dir {
		tags = append(tags, t)
	}
	sort.Strings(tags)
	out := make([]byte, 12+16*len(tags))
	binary.BigEndian.PutUint32(out, 0x00010000)
	binary.BigEndian.PutUint16(out[4:], uint16(len(tags)))
	for i, t := range tags {
		e := out[12+16*i:]
		copy(e, t)
		binary.BigEndian.PutUint32(e[8:], uint32(len(out)))
		binary.BigEndian.PutUint32(e[12:], uint32(len(dir[t])))
		out = append(out, dir[t]...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

// findCmap takes the Unicode subtable of format 4, the only one that the pdf
// writer uses for the basic plane.
func (f *face) findCmap(cmap []byte) error {
	if len(cmap) < 4 {
		return errBadFont
	}
	n := int(binary.BigEndian.Uint16(cmap[2:]))
	for i := 0; i < n && len(cmap) >= 4+8*(i+1); i++ {
		e := cmap[4+8*i:]
		if binary.BigEndian.Uint16(e) != 3 || binary.BigEndian.Uint16(e[2:]) != 1 {
			continue
		}
		at := int(binary.BigEndian.Uint32(e[4:]))
		if at > len(cmap)-16 || binary.BigEndian.Uint16(cmap[at:]) != 4 {
			return errNotTrueType
		}
		f.cmap = cmap[at:]
		f.segs = int(binary.BigEndian.Uint16(f.cmap[6:])) / 2
		if f.segs == 0 || len(f.cmap) < 16+8*f.segs {
			return errBadFont
		}
		return nil
	}
	return errNotTrueType
}

// glyph is the index of a character's glyph, 0 if the font lacks it. Characters
// beyond the basic plane count as lacking: the pdf writer cannot name them, and
// a character that is drawn but copies as another would be worse than a mark.
func (f *face) glyph(r rune) int {
	if r <= 0 || r > 0xfffe {
		return 0
	}
	u16 := func(i int) int {
		if i+2 > len(f.cmap) {
			return 0
		}
		return int(binary.BigEndian.Uint16(f.cmap[i:]))
	}
	c := int(r)
	s := sort.Search(f.segs, func(i int) bool { return u16(14+2*i) >= c })
	if s == f.segs {
		return 0
	}
	start, delta, at := u16(16+2*f.segs+2*s), u16(16+4*f.segs+2*s), 16+6*f.segs+2*s
	if c < start {
		return 0
	}
	if ro := u16(at); ro != 0 {
		g := u16(at + ro + 2*(c-start))
		if g == 0 {
			return 0
		}
		return (g + delta) & 0xffff
	}
	return (c + delta) & 0xffff
}

func (f *face) has(r rune) bool { return f.glyph(r) != 0 }

// advance is the width of a character in ems.
func (f *face) advance(r rune) float64 {
	g := min(f.glyph(r), f.metrics-1)
	return float64(binary.BigEndian.Uint16(f.widths[4*g:])) / f.em
}
