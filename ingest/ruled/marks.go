package ruled

import (
	"math"
	"math/bits"
	"slices"
)

// dropMarks removes watermarks: characters set aslant, large ones that lie over
// the text, and those of a paler tint that do.
func dropMarks(p *Page) {
	straight := slices.DeleteFunc(slices.Clone(p.Chars), func(c Char) bool { return c.Slant })
	if 2*len(straight) >= len(p.Chars) { // else the page as a whole is set so
		p.Chars = straight
	}
	if p.clear {
		return
	}
	over := p.clashes()
	if len(over) == 0 {
		return
	}
	var sizes []float64
	for _, c := range p.Chars {
		sizes = append(sizes, c.size())
	}
	usual := common(sizes, 0.5)
	type kind struct {
		size int
		tint Tint
	}
	kindOf := func(c Char) kind { return kind{int(math.Round(c.size())), c.Tint} }
	clash := map[kind]int{}
	for _, o := range over {
		a, b := p.Chars[o[0]], p.Chars[o[1]]
		if a.size() < b.size() || a.size() == b.size() && a.Tint.light() < b.Tint.light() {
			a, b = b, a
		}
		// a is the larger or paler.
		if a.size() > 2.2*usual && a.size() > 2*b.size() || a.Tint.light() > b.Tint.light()+60 {
			clash[kindOf(a)]++
		} else if b.Tint.light() > a.Tint.light()+60 {
			clash[kindOf(b)]++
		}
	}
	p.Chars = slices.DeleteFunc(slices.Clone(p.Chars), func(c Char) bool { return clash[kindOf(c)] >= 2 })
}

// Clash reports whether characters lie over each other, other than those that
// are printed twice to look bold: then their tints are worth knowing.
func (p *Page) Clash() bool {
	p.clear = len(p.clashes()) == 0
	return !p.clear
}

// clashes are pairs of characters that lie over each other.
func (p *Page) clashes() [][2]int {
	const most = 5000
	const step = 24.0
	// Squares of the page share buckets by their hash, which costs a comparison
	// and changes nothing: boxes decide.
	grid := make([][]int32, 1<<bits.Len(uint(len(p.Chars))))
	room := make([]int32, 4*len(grid))
	for i := range grid {
		grid[i] = room[4*i : 4*i : 4*i+4]
	}
	boxes := make([]Box, len(p.Chars))
	var out [][2]int
	box := func(c Char) Box {
		m, h := (c.Y0+c.Y1)/2, 0.35*c.size()
		w := 0.15 * (c.X1 - c.X0)
		return Box{c.X0 + w, m - h, c.X1 - w, m + h}
	}
	for i, c := range p.Chars {
		if blank(c.R) || c.Slant || c.size() > 600 || !finite(Box{c.X0, c.Y0, c.X1, c.Y1}) || math.Abs(c.X0)+math.Abs(c.Y0) > 1e5 || c.X1-c.X0 > 600 {
			continue
		}
		b := box(c)
		boxes[i] = b
		x0, x1, y0, y1 := int(b.X0/step), int(b.X1/step), int(b.Y0/step), int(b.Y1/step)
		first := len(out) // of c's own pairs
		found := func(k int) bool {
			return slices.ContainsFunc(out[first:], func(o [2]int) bool { return o[0] == k })
		}
		for x := x0; x <= x1; x++ {
			for y := y0; y <= y1; y++ {
				at := (uint32(x)*73_856_093 ^ uint32(y)*19_349_663) >> 4 % uint32(len(grid))
				for _, k := range grid[at] {
					e := &boxes[k]
					w, h := min(b.X1, e.X1)-max(b.X0, e.X0), min(b.Y1, e.Y1)-max(b.Y0, e.Y0)
					if w <= 0 || h <= 0 || w*h < 0.25*min(extent(b), extent(*e)) || found(int(k)) {
						continue
					}
					d := &p.Chars[k]
					if d.R == c.R && math.Abs(d.X0-c.X0) < 0.15*c.size() && math.Abs(d.Y0-c.Y0) < 0.15*c.size() {
						continue
					}
					if out = append(out, [2]int{int(k), i}); len(out) > most {
						return out
					}
				}
				if len(grid[at]) < 64 {
					grid[at] = append(grid[at], int32(i))
				}
			}
		}
	}
	return out
}

// A Tint is the colour of a character, 0xRRGGBB; 0, black, where unknown.
type Tint uint32

// light is how light it is, 0 to 255.
func (t Tint) light() int {
	r, g, b := int(t>>16&255), int(t>>8&255), int(t&255)
	return (2*r + 5*g + b) / 8
}

// Over is the tint that the colour with an opacity of a (0 to 255) gives on
// white paper.
func Over(r, g, b, a uint8) Tint {
	mix := func(c uint8) Tint { return Tint((int(c)*int(a) + 255*(255-int(a))) / 255) }
	return mix(r)<<16 | mix(g)<<8 | mix(b)
}
