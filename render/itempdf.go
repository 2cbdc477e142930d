package render

import (
	"bytes"
	"image"
	"strings"

	"github.com/signintech/gopdf"
	"rsc.io/qr"

	"gongkai/rich"
)

// inset sets a block of an item.
func (s *sheet) inset(b block, next float64) {
	in := b.inset
	switch {
	case in.rule:
		s.need(16)
		s.rule(s.y + 8)
		s.y += 16
	case in.imprint != nil:
		s.imprint(in.imprint)
	case in.picture != nil:
		s.picture(in.picture)
	default:
		if b.style == chapter || b.style == section || in.strong {
			s.need(bodyLine + next)
		}
		s.spans(b)
	}
}

func (s *sheet) rule(y float64) {
	s.gp.SetLineWidth(0.6)
	s.gp.Line(marginL, y, marginL+textW, y)
}

// spans sets a paragraph of several forms. Bold is set in 黑体: Chinese type has
// no bold of its own.
func (s *sheet) spans(b block) {
	in := b.inset
	left, indent := 0.0, 2*bodySize
	if in.level > 1 {
		left = 2 * bodySize * float64(in.level-1)
	}
	if in.align != "" || in.flush {
		indent = 0
	}
	forms := in.spans
	if in.mark != "" {
		forms = append([]rich.Span{{Text: in.mark}}, in.spans...)
	}
	room := textW - left
	lines := s.fonts.setForms(b.style, forms, in.strong, bodySize, room, indent)
	for i, l := range lines {
		s.need(bodyLine)
		x, wide := marginL+left, room
		if i == 0 {
			x, wide = x+indent, wide-indent
		}
		s.drawForms(l, forms, in.align, x, s.y+bodyLine/2+bodySize*0.36, wide, bodySize)
		s.y += bodyLine
	}
}

// A formLine is a line of a paragraph of several forms; ends says that the
// source ends it, so that it is not spread.
type formLine struct {
	setLine
	ends bool
}

// setForms sets a paragraph of several forms in lines of a width, the first
// indented.
func (s *fontSet) setForms(style style, forms []rich.Span, strong bool, size, width, indent float64) []formLine {
	var out []formLine
	var para []glyphRun
	end := func() {
		for _, l := range breakRuns(para, width, indent) {
			out = append(out, formLine{setLine: l})
		}
		out[len(out)-1].ends = true
		para, indent = nil, 0
	}
	for k, f := range forms {
		st := style
		if (f.Bold || strong) && st == body {
			st = chapter
		}
		at := size
		if f.Sub || f.Sup {
			at *= small
		}
		for i, text := range strings.Split(clean(f.Text), "\n") {
			if i > 0 {
				end()
			}
			for _, g := range s.measure(st, text, 0, at) {
				g.span = k
				para = append(para, g)
			}
		}
	}
	end()
	return out
}

// small is the size of characters above and below the line, of the text's.
const small = 0.62

// drawForms draws a line piece by piece, each in its form.
func (s *sheet) drawForms(l formLine, forms []rich.Span, align rich.Align, x, y, wide, type0 float64) {
	spread := 0.0
	switch {
	case align == rich.Centre:
		x += (wide - l.width) / 2
	case align == rich.Right:
		x += wide - l.width
	case !l.ends && l.chars > 1:
		spread = min((wide-l.width)/float64(l.chars-1), type0/8)
	}
	for _, p := range l.pieces {
		f := forms[p.span]
		size, at := type0, y
		switch {
		case f.Sub:
			size, at = type0*small, y+type0*0.14
		case f.Sup:
			size, at = type0*small, y-type0*0.36
		}
		wide := 0.0
		for _, r := range p.text {
			wide += p.face.advance(r)*size + spread
		}
		s.draw(setLine{pieces: []piece{p}}, x, at, size, spread)
		if f.Under || f.Link != "" {
			s.gp.SetLineWidth(type0 / 32)
			s.gp.Line(x, y+type0*0.16, x+wide-spread, y+type0*0.16)
		}
		if strings.HasPrefix(f.Link, "http") || strings.HasPrefix(f.Link, "mailto:") {
			s.gp.AddExternalLink(f.Link, x, y-type0, wide, type0*1.3)
		}
		x += wide
	}
}

// picture stands in the middle, on the next page if this one has no room.
func (s *sheet) picture(p *picture) {
	if p.data == nil {
		s.spans(block{style: body, inset: &inset{align: rich.Centre, spans: []rich.Span{{Text: p.words()}}}})
		return
	}
	w, h := p.fit(textH * 0.7)
	s.need(h + 12)
	s.fail(s.place(p.data, marginL+(textW-w)/2, s.y+6, w, h))
	s.y += h + 12
}

func (s *sheet) place(data []byte, x, y, w, h float64) error {
	if _, _, err := image.DecodeConfig(bytes.NewReader(data)); err != nil {
		return err
	}
	holder, err := gopdf.ImageHolderByBytes(data)
	if err != nil {
		return err
	}
	return s.gp.ImageByHolder(holder, x, y, &gopdf.Rect{W: w, H: h})
}

// imprint stands at the foot of the last page, as 版记 does.
func (s *sheet) imprint(im *imprint) {
	const size, leading, side = 10.5, 17.0, 22 * mm
	code := im.code()
	room := textW
	if code != nil {
		room -= side + 6
	}
	var lines []setLine
	for _, t := range im.lines {
		lines = append(lines, s.fonts.breakLines(note, t, 0, size, room, 0)...)
	}
	high := float64(len(lines))*leading + 10
	if code != nil {
		high = max(high, side+8)
	}
	s.need(high + 12)
	s.y = max(s.y+12, pageH-marginB-high)
	s.rule(s.y)
	y := s.y + (high-float64(len(lines))*leading)/2
	for _, l := range lines {
		s.draw(l, marginL, y+leading/2+size*0.36, size, 0)
		y += leading
	}
	if code != nil {
		s.code(code, marginL+textW-side, s.y+(high-side)/2, side)
	}
	s.y += high
	s.rule(s.y)
}

// code draws a two-dimensional code with its quiet zone.
func (s *sheet) code(c *qr.Code, left, top, side float64) {
	s.gp.SetFillColor(0, 0, 0)
	cell := side / float64(c.Size+8)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			n := 0
			for x+n < c.Size && c.Black(x+n, y) {
				n++
			}
			if n > 0 { // a hair wider, so that no light shows between rows
				s.gp.RectFromUpperLeftWithStyle(left+float64(x+4)*cell, top+float64(y+4)*cell, float64(n)*cell+0.05, cell+0.05, "F")
				x += n
			}
		}
	}
}
