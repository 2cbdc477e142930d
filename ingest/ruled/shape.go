package ruled

import "math"

// thin is the most that a filled rectangle or a picture that stands for a line
// is thick.
const thin = 3.0

// A Subpath is the corners of one line or outline of a drawing, in the page's
// coordinates. Closed adds the side from the last corner to the first.
type Subpath struct {
	Points         [][2]float64
	Closed, Curved bool
}

// Box is the box of the corners.
func (s *Subpath) Box() Box {
	b := Box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range s.Points {
		b = Box{min(b.X0, p[0]), min(b.Y0, p[1]), max(b.X1, p[0]), max(b.Y1, p[1])}
	}
	return b
}

// Stroked returns the upright and level sides of stroked outlines.
func Stroked(subs []Subpath) []Box {
	var out []Box
	for _, s := range subs {
		if s.Curved {
			continue
		}
		n := len(s.Points)
		for i := range n {
			if i == n-1 && !s.Closed {
				break
			}
			side := Subpath{Points: [][2]float64{s.Points[i], s.Points[(i+1)%n]}}
			if b := side.Box(); min(b.X1-b.X0, b.Y1-b.Y0) <= 0.5 { // not a slope
				out = append(out, b)
			}
		}
	}
	return out
}

// Filled returns the filled shapes that look like lines: thin rectangles, and
// frames made of an outer and an inner rectangle.
func Filled(subs []Subpath) []Box {
	var out []Box
	for i := 0; i < len(subs); i++ {
		s := &subs[i]
		if s.Curved || len(s.Points) < 3 {
			continue
		}
		b := s.Box()
		if min(b.X1-b.X0, b.Y1-b.Y0) <= thin {
			out = append(out, b)
			continue
		}
		if i+1 == len(subs) || subs[i+1].Curved || len(s.Points) > 5 || len(subs[i+1].Points) > 5 {
			continue
		}
		c := subs[i+1].Box()
		l, t, r, u := c.X0-b.X0, c.Y0-b.Y0, b.X1-c.X1, b.Y1-c.Y1
		if max(l, t, r, u) < 0 { // the inner one comes first
			l, t, r, u, b, c = -l, -t, -r, -u, c, b
		}
		if min(l, t, r, u) < 0 || max(l, t, r, u) > thin {
			continue
		}
		out = append(out,
			Box{b.X0, b.Y0, b.X1, c.Y0}, Box{b.X0, c.Y1, b.X1, b.Y1},
			Box{b.X0, b.Y0, c.X0, b.Y1}, Box{c.X1, b.Y0, b.X1, b.Y1})
		i++
	}
	return out
}

// AddImage adds a picture; a very thin one is a line, as some programs draw it.
func (p *Page) AddImage(b Box) {
	if min(b.X1-b.X0, b.Y1-b.Y0) <= thin {
		p.Rules = append(p.Rules, b)
	} else {
		p.Images = append(p.Images, b)
	}
}

// Turn turns the page clockwise by quarters.
func (p *Page) Turn(quarters int) {
	for range quarters & 3 {
		h := p.H
		turn := func(b Box) Box { return Box{h - b.Y1, b.X0, h - b.Y0, b.X1} }
		for i, c := range p.Chars {
			b := turn(Box{c.X0, c.Y0, c.X1, c.Y1})
			c.X0, c.Y0, c.X1, c.Y1 = b.X0, b.Y0, b.X1, b.Y1
			p.Chars[i] = c
		}
		for i, b := range p.Rules {
			p.Rules[i] = turn(b)
		}
		for i, b := range p.Images {
			p.Images[i] = turn(b)
		}
		p.W, p.H = p.H, p.W
	}
}
