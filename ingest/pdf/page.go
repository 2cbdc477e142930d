package pdf

import (
	"math"

	"gongkai/ingest/ruled"
)

const (
	maxObjects  = 100_000 // of one page with its forms
	maxSegments = 400_000 // of one page's paths
	maxNesting  = 16      // forms within forms
)

// A matrix is that of the pdf: x' = ax + cy + e, y' = bx + dy + f.
type matrix struct{ a, b, c, d, e, f float64 }

func (m matrix) apply(x, y float64) (float64, float64) {
	return m.a*x + m.c*y + m.e, m.b*x + m.d*y + m.f
}

// then is the matrix that does m first and n after it.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m.a*n.a + m.b*n.c, m.a*n.b + m.b*n.d,
		m.c*n.a + m.d*n.c, m.c*n.b + m.d*n.d,
		m.e*n.a + m.f*n.c + n.e, m.e*n.b + m.f*n.d + n.f,
	}
}

// page reads page i, from 0, turned so that its text stands upright. bad counts
// the characters without a known meaning.
func (in *instance) page(file uint64, i int) (p ruled.Page, bad int) {
	p.Number = i + 1
	h := in.call("FPDF_LoadPage", file, uint64(i))
	if h == 0 {
		return p, 0 // a broken page has no text: the note says so
	}
	defer in.call("FPDF_ClosePage", h)
	in.call("FPDF_GetPageBoundingBox", h, in.scratch(0))
	box := boxOf(in)
	turn := int(in.call("FPDFPage_GetRotation", h)) & 3
	text := in.call("FPDFText_LoadPage", h)
	var n int
	if text != 0 {
		defer in.call("FPDFText_ClosePage", text)
		n = int(int32(in.call("FPDFText_CountChars", text)))
		if t, ok := in.textTurn(text, n); ok {
			turn = t
		}
	}
	v := viewOf(box, turn)
	p.W, p.H = v.w, v.h
	if text != 0 {
		bad = in.chars(text, n, v, &p)
	}
	w := walk{in: in, page: &p, view: v}
	for k, count := 0, int(int32(in.call("FPDFPage_CountObjects", h))); k < count && in.err == nil; k++ {
		w.object(in.call("FPDFPage_GetObject", h, uint64(k)), matrix{1, 0, 0, 1, 0, 0}, 0)
	}
	return p, bad
}

// A view maps the file's coordinates to those of ruled.
type view struct {
	m    matrix
	w, h float64
}

// viewOf turns the box clockwise by turn quarters and flips it, so that the
// origin is the top left corner.
func viewOf(b ruled.Box, turn int) view {
	w, h := b.X1-b.X0, b.Y1-b.Y0
	switch turn {
	case 1:
		return view{matrix{0, 1, 1, 0, -b.Y0, -b.X0}, h, w}
	case 2:
		return view{matrix{-1, 0, 0, 1, b.X1, -b.Y0}, w, h}
	case 3:
		return view{matrix{0, -1, -1, 0, b.Y1, b.X1}, h, w}
	}
	return view{matrix{1, 0, 0, -1, -b.X0, b.Y1}, w, h}
}

func (v view) box(x0, y0, x1, y1 float64) ruled.Box {
	x0, y0 = v.m.apply(x0, y0)
	x1, y1 = v.m.apply(x1, y1)
	return ruled.Box{X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1)}
}

// textTurn says how many quarters the page must be turned clockwise so that
// most of its text runs from left to right. The page's own rotation is not
// asked: sideways tables are also printed on upright pages.
func (in *instance) textTurn(text uint64, n int) (turn int, ok bool) {
	var votes [4]int
	for i, step := 0, max(1, n/64); i < n; i += step {
		if in.call("FPDFText_IsGenerated", text, uint64(i)) == 1 || in.call("FPDFText_GetMatrix", text, uint64(i), in.scratch(0)) == 0 {
			continue
		}
		a, b := in.float(0), in.float(1)
		switch {
		case a == 0 && b == 0:
		case math.Abs(a) >= math.Abs(b) && a > 0:
			votes[0]++
		case math.Abs(a) >= math.Abs(b):
			votes[2]++
		case b > 0: // text runs upwards
			votes[1]++
		default:
			votes[3]++
		}
	}
	for t, v := range votes {
		if v > votes[turn] {
			turn = t
		}
	}
	return turn, votes[turn] > 0
}

func (in *instance) chars(text uint64, n int, v view, p *ruled.Page) (bad int) {
	p.Chars = make([]ruled.Char, 0, min(n, 8192))
	at := make([]uint64, 0, min(n, 8192)) // PDFium's number of each
	for i := range uint64(max(n, 0)) {
		r := rune(in.call("FPDFText_GetUnicode", text, i))
		if in.err != nil {
			return bad
		}
		if r == '\r' || r == '\n' {
			continue // PDFium's own line ends
		}
		if r == ' ' && in.call("FPDFText_IsGenerated", text, i) == 1 {
			continue // gaps are measured
		}
		if in.call("FPDFText_GetLooseCharBox", text, i, in.scratch(0)) == 0 {
			continue
		}
		b := v.box(in.float(0), in.float(1), in.float(2), in.float(3))
		switch {
		case r == 0xfffe || r == 2: // PDFium's mark for a hyphen at the line's end
			r = '-'
		case r < ' ' && r != '\t', r == 0xfffd, r >= 0xe000 && r <= 0xf8ff,
			// A font that does not say what its glyphs mean: PDFium gives the
			// glyphs' numbers, which look like letters of any script.
			in.call("FPDFText_HasUnicodeMapError", text, i) == 1:
			bad++
			r = 0xfffd
		}
		p.Chars = append(p.Chars, ruled.Char{R: unified(r), X0: b.X0, Y0: b.Y0, X1: b.X1, Y1: b.Y1, Size: em(r, b), Slant: aslant(in.callFloat("FPDFText_GetCharAngle", text, i))})
		at = append(at, i)
	}
	bad += garble(p.Chars, bad)
	sizes(p.Chars)
	if p.Clash() {
		in.tints(text, at, p.Chars)
	}
	return bad
}

// garble marks as unknown what is left of a font of which most characters are
// unknown: what it seems to say is chance. Characters of one font and size have
// boxes of one height. It returns how many it marked.
func garble(cs []ruled.Char, bad int) (n int) {
	if bad == 0 {
		return 0
	}
	type count struct{ bad, all int }
	fonts := map[int]count{}
	key := func(c *ruled.Char) int { return int(math.Round(100 * (c.Y1 - c.Y0))) }
	for i := range cs {
		f := fonts[key(&cs[i])]
		f.all++
		if cs[i].R == 0xfffd {
			f.bad++
		}
		fonts[key(&cs[i])] = f
	}
	for i := range cs {
		if f := fonts[key(&cs[i])]; 2*f.bad > f.all && cs[i].R != 0xfffd && cs[i].R > ' ' {
			cs[i].R = 0xfffd
			n++
		}
	}
	return n
}

// aslant reports whether text at that angle, in radians, is neither level nor
// upright. A page that was scanned a little askew is level.
func aslant(angle float64) bool {
	const tolerance = 8 * math.Pi / 180
	off := math.Mod(math.Abs(angle), math.Pi/2)
	return off > tolerance && off < math.Pi/2-tolerance
}

// tints asks for the characters' colours.
func (in *instance) tints(text uint64, at []uint64, cs []ruled.Char) {
	mem := in.mod.Memory()
	for k := range cs {
		if in.call("FPDFText_GetFillColor", text, at[k], in.scratch(0), in.scratch(1), in.scratch(2), in.scratch(3)) == 0 {
			continue
		}
		var c [4]uint8
		for i := range c {
			v, _ := mem.ReadUint32Le(in.buf + 4*uint32(i))
			c[i] = uint8(v)
		}
		cs[k].Tint = ruled.Over(c[0], c[1], c[2], c[3])
	}
}

// em is the size of the type, 0 if the character does not show it: a Han
// character is as wide as the type is high, a figure little more than half as
// wide, while the box's height is that of the font with its leading.
func em(r rune, b ruled.Box) float64 {
	switch w := b.X1 - b.X0; {
	case w <= 0:
	case r >= 0x2e80 && r <= 0x9fff || r >= 0xff01 && r <= 0xff60:
		return w
	case r >= '0' && r <= '9':
		return min((b.Y1-b.Y0)/1.1, w/0.56) // half of the size in most fonts, up to 0.64 in some
	}
	return 0
}

// sizes gives the characters that do not show their size that of a neighbour
// whose box is as high, which is to say of the same font.
func sizes(cs []ruled.Char) {
	for i := range cs {
		c := &cs[i]
		if c.Size > 0 {
			continue
		}
		h := c.Y1 - c.Y0
		c.Size = h / 1.1
		for d := 1; d <= 8; d++ {
			if k := i - d; k >= 0 && cs[k].Size > 0 && math.Abs(cs[k].Y1-cs[k].Y0-h) < 0.01 {
				c.Size = cs[k].Size
				break
			}
			if k := i + d; k < len(cs) && cs[k].Size > 0 && math.Abs(cs[k].Y1-cs[k].Y0-h) < 0.01 {
				c.Size = cs[k].Size
				break
			}
		}
	}
}
