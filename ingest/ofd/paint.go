package ofd

import (
	"math"
	"strings"

	"gongkai/ingest/limit"
	"gongkai/ingest/ruled"
)

// point is a millimetre in points.
const point = 72 / 25.4

// maxObjects bounds what one page paints, with its templates and composites.
const maxObjects = 500_000

// A matrix is that of OFD and pdf: x' = ax + cy + e, y' = bx + dy + f.
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

// A painter collects what a page shows.
type painter struct {
	c       *container
	page    *ruled.Page
	objects int
	votes   [4]int // characters by the quarter they run to
	err     error
}

func (p *painter) content(n *node, m matrix) {
	if n == nil {
		return
	}
	for _, layer := range n.all("Layer") {
		p.block(layer, m, 0)
	}
}

func (p *painter) block(n *node, m matrix, depth int) {
	for _, k := range n.kids {
		if p.err != nil || depth > limit.Depth {
			return
		}
		if p.objects++; p.objects > maxObjects {
			p.err = limit.TooLarge("OFD 文件的对象数", maxObjects, "个")
			return
		}
		if p.objects%4096 == 0 && p.c.ctx.Err() != nil {
			p.err = p.c.ctx.Err()
			return
		}
		if strings.EqualFold(k.attr["Visible"], "false") {
			continue
		}
		switch k.name {
		case "PageBlock", "Layer":
			p.block(k, m, depth+1)
		case "TextObject":
			p.text(k, place(k, m))
		case "PathObject":
			p.path(k, place(k, m))
		case "ImageObject":
			p.image(k, place(k, m))
		case "CompositeObject":
			if u := p.c.composites[k.attr["ResourceID"]]; u != nil {
				p.block(&node{kids: contentOf(u)}, place(k, m), depth+1)
			}
		}
	}
}

func contentOf(u *node) []*node {
	if c := u.one("Content"); c != nil {
		return c.kids
	}
	return nil
}

// place is the matrix of an object's own coordinates: its CTM, moved to its
// boundary.
func place(n *node, m matrix) matrix {
	b := numbers(n.attr["Boundary"], 4)
	own := matrix{1, 0, 0, 1, b[0], b[1]}
	if s := n.attr["CTM"]; s != "" {
		v := numbers(s, 6)
		own = matrix{v[0], v[1], v[2], v[3], v[4], v[5]}.then(own)
	}
	return own.then(m)
}

// Shares of the type size that characters reach above and below the baseline.
const (
	ascent  = 0.86
	descent = 0.14
)

func (p *painter) text(n *node, m matrix) {
	size := number(n.attr["Size"])
	if size <= 0 {
		return
	}
	stretch := 1.0
	if s := number(n.attr["HScale"]); s > 0 {
		stretch = s
	}
	tint := ruled.Tint(0)
	if c := n.one("FillColor"); c != nil {
		v, a := numbers(c.attr["Value"], 3), 255.0
		if s, ok := c.attr["Alpha"]; ok {
			a = number(s)
		}
		tint = ruled.Over(shade(v[0]), shade(v[1]), shade(v[2]), shade(a))
	}
	x, y := 0.0, 0.0
	for _, code := range n.all("TextCode") {
		// Without X and Y a text goes on where the one before began.
		if s, ok := code.attr["X"]; ok {
			x = number(s)
		}
		if s, ok := code.attr["Y"]; ok {
			y = number(s)
		}
		rs := []rune(code.text)
		if p.c.chars += len(rs); p.c.chars > limit.Text {
			p.err = limit.TooLarge("OFD 文件的文字", limit.Text>>20, "百万字")
			return
		}
		dx, dy := deltas(code.attr["DeltaX"], len(rs)), deltas(code.attr["DeltaY"], len(rs))
		cx, cy := x, y
		for i, r := range rs {
			w := size * stretch * width(r)
			if i < len(dx) && dx[i] > 0 {
				w = min(w, dx[i]) // narrow letters
			}
			p.char(r, m, cx, cy, w, size, tint)
			switch {
			case i < len(dx) || i < len(dy):
				if i < len(dx) {
					cx += dx[i]
				}
				if i < len(dy) {
					cy += dy[i]
				}
			default:
				cx += w
			}
		}
	}
}

// width is the advance of a character as a share of the type size: files that
// give no distances are set in fonts of even width.
func width(r rune) float64 {
	if r < 0x2000 {
		return 0.5
	}
	return 1
}

// shade is a colour's share, 0 to 255. Colours of other spaces than RGB come
// out as some colour, which matters only for watermarks.
func shade(v float64) uint8 { return uint8(max(0, min(255, v))) }

func (p *painter) char(r rune, m matrix, x, y, w, size float64, tint ruled.Tint) {
	x0, y0 := m.apply(x, y-ascent*size)
	x1, y1 := m.apply(x+w, y+descent*size)
	p.page.Chars = append(p.page.Chars, ruled.Char{
		R: r, X0: min(x0, x1), Y0: min(y0, y1), X1: max(x0, x1), Y1: max(y0, y1),
		Size: size * math.Hypot(m.c, m.d), Tint: tint, Slant: aslant(m),
	})
	switch {
	case aslant(m): // a watermark says nothing about the page
	case math.Abs(m.a) >= math.Abs(m.b) && m.a >= 0:
		p.votes[0]++
	case math.Abs(m.a) >= math.Abs(m.b):
		p.votes[2]++
	case m.b < 0: // runs upwards
		p.votes[1]++
	default:
		p.votes[3]++
	}
}

// aslant reports whether text under the matrix runs neither level nor upright.
func aslant(m matrix) bool {
	small, large := math.Abs(m.a), math.Abs(m.b)
	if small > large {
		small, large = large, small
	}
	return small > 0.14*large // 8 degrees
}

// turn is how many quarters the page must be turned clockwise to be read.
func (p *painter) turn() int {
	best := 0
	for q, v := range p.votes {
		if v > p.votes[best] {
			best = q
		}
	}
	return best
}

// deltas unfolds a list of distances: "g n v" stands for n times v.
func deltas(s string, most int) []float64 {
	if s == "" {
		return nil
	}
	var out []float64
	fs := strings.Fields(s)
	for i := 0; i < len(fs) && len(out) < most; i++ {
		if fs[i] != "g" || i+2 >= len(fs) {
			out = append(out, number(fs[i]))
			continue
		}
		n, v := int(number(fs[i+1])), number(fs[i+2])
		for ; n > 0 && len(out) < most; n-- {
			out = append(out, v)
		}
		i += 2
	}
	return out
}

func (p *painter) image(n *node, m matrix) {
	// A picture fills the unit square of its CTM, or its boundary without one.
	w, h := 1.0, 1.0
	if n.attr["CTM"] == "" {
		b := numbers(n.attr["Boundary"], 4)
		w, h = b[2], b[3]
	}
	var s ruled.Subpath
	for _, c := range [4][2]float64{{0, 0}, {w, 0}, {0, h}, {w, h}} {
		x, y := m.apply(c[0], c[1])
		s.Points = append(s.Points, [2]float64{x, y})
	}
	p.page.AddImage(s.Box())
}

func (p *painter) path(n *node, m matrix) {
	subs := p.outline(n.one("AbbreviatedData").textOf(), m)
	if !strings.EqualFold(n.attr["Stroke"], "false") {
		p.page.Rules = append(p.page.Rules, ruled.Stroked(subs)...)
	} else if strings.EqualFold(n.attr["Fill"], "true") {
		p.page.Rules = append(p.page.Rules, ruled.Filled(subs)...)
	}
}

// operands is how many numbers a path operator takes; its point is the last two.
var operands = map[string]int{"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

// outline reads path data: M x y, L x y, Q and B for curves, A for arcs, C to
// close.
func (p *painter) outline(s string, m matrix) []ruled.Subpath {
	fs := strings.Fields(s)
	var subs []ruled.Subpath
	for i := 0; i < len(fs); {
		op := fs[i]
		i++
		k, known := operands[op]
		if !known {
			continue
		}
		if i+k > len(fs) {
			break
		}
		args := fs[i : i+k]
		i += k
		if op == "C" {
			if len(subs) > 0 {
				subs[len(subs)-1].Closed = true
			}
			continue
		}
		if op == "M" || op == "S" || len(subs) == 0 {
			subs = append(subs, ruled.Subpath{})
		}
		x, y := m.apply(number(args[k-2]), number(args[k-1]))
		sub := &subs[len(subs)-1]
		sub.Points = append(sub.Points, [2]float64{x, y})
		sub.Curved = sub.Curved || k > 2
	}
	return subs
}
