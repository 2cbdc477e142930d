package pdf

import (
	"encoding/binary"
	"image"
	"math"

	"gongkai/ingest/ruled"
)

// boxOf reads left, top, right, bottom from the scratch memory.
func boxOf(in *instance) ruled.Box {
	return ruled.Box{X0: in.float(0), Y1: in.float(1), X1: in.float(2), Y0: in.float(3)}
}

// glyphInk is where a glyph has ink, in points of the sheet, and whether it is
// drawn at all.
type glyphInk struct {
	box   ruled.Box
	drawn bool
}

// glyph reads character k of a text page. White space is none.
func (in *instance) glyph(text, k uint64, v view) (g Glyph, ink glyphInk, ok bool) {
	r := rune(in.call("FPDFText_GetUnicode", text, k))
	switch {
	case r == '\r' || r == '\n' || r == ' ' || r == '\t' || r == 0xa0 || r == 0x3000:
		return g, ink, false
	case r == 0xfffe || r == 2:
		r = '-' // PDFium's mark for a hyphen at the line's end
	case r < ' ', r == 0xfffd, r > 0x10ffff, r >= 0xd800 && r <= 0xdfff, r >= 0xe000 && r <= 0xf8ff, in.call("FPDFText_HasUnicodeMapError", text, k) == 1:
		r = 0xfffd
	}
	if in.call("FPDFText_GetLooseCharBox", text, k, in.scratch(0)) == 0 {
		return g, ink, false
	}
	b := v.box(in.float(0), in.float(1), in.float(2), in.float(3))
	g = Glyph{R: unified(r), X0: b.X0, Y0: b.Y0, X1: b.X1, Y1: b.Y1}
	for _, x := range []float64{b.X0, b.Y0, b.X1, b.Y1} {
		if math.IsNaN(x) || math.Abs(x) > 1e6 {
			return g, ink, false
		}
	}
	if in.call("FPDFText_GetMatrix", text, k, in.scratch(0)) != 0 {
		a, c := in.float(0), in.float(1)
		g.Turn = turnOf(a*v.m.a+c*v.m.c, a*v.m.b+c*v.m.d)
	}
	ink.box = b
	if in.call("FPDFText_GetCharBox", text, k, in.scratch(0), in.scratch(2), in.scratch(4), in.scratch(6)) != 0 {
		ink.box = v.box(in.double(0), in.double(4), in.double(2), in.double(6))
	}
	ink.drawn = true
	if obj := in.call("FPDFText_GetTextObject", text, k); obj != 0 {
		ink.drawn = in.call("FPDFTextObj_GetTextRenderMode", obj) != invisible
	}
	return g, ink, in.err == nil
}

// double reads the float64 that begins at the i-th float32 of the scratch memory.
func (in *instance) double(i uint32) float64 {
	b, ok := in.mod.Memory().Read(in.buf+4*i, 8)
	if !ok {
		return 0
	}
	return math.Float64frombits(binary.LittleEndian.Uint64(b))
}

// turnOf is in how many quarters clockwise a direction points, y downwards.
func turnOf(dx, dy float64) int {
	switch {
	case math.Abs(dx) >= math.Abs(dy) && dx >= 0:
		return 0
	case math.Abs(dx) >= math.Abs(dy):
		return 2
	case dy > 0:
		return 1
	}
	return 3
}

// see says whether the glyph can be seen: in the place of its ink the page with
// text and the page without must differ, over most of its width and height. A
// rim that shows from under a cover is not enough.
func (g *Glyph) see(ink glyphInk, full, bare *image.RGBA, sx, sy float64) {
	b := ink.box
	r := image.Rect(int(math.Floor(b.X0*sx)), int(math.Floor(b.Y0*sy)), int(math.Ceil(b.X1*sx)), int(math.Ceil(b.Y1*sy))).Intersect(full.Rect)
	if r.Empty() {
		g.Hidden = true
		return
	}
	seen, paper := image.Rectangle{}, true
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			at := full.PixOffset(x, y)
			p, q := full.Pix[at:at+3], bare.Pix[at:at+3]
			if apart(p, q) > 24 {
				seen = seen.Union(image.Rect(x, y, x+1, y+1))
			}
			paper = paper && q[0] > 240 && q[1] > 240 && q[2] > 240
		}
	}
	g.Hidden = 2*seen.Dx() < min(r.Dx(), int(math.Ceil((b.X1-b.X0)*sx))) || 2*seen.Dy() < r.Dy()
	g.Lost = seen.Empty() && ink.drawn && paper
}

func apart(p, q []uint8) (n int) {
	for i := range p {
		n = max(n, int(p[i])-int(q[i]), int(q[i])-int(p[i]))
	}
	return n
}
