package pdf

import (
	"math"

	"gongkai/ingest/ruled"
)

// Kinds of page objects and path segments in PDFium.
const (
	objPath  = 2
	objImage = 3
	objForm  = 5

	segLine   = 0
	segBezier = 1
	segMove   = 2
)

// thin is the most that a filled rectangle that stands for a line is thick.
const thin = 3.0

// A walk collects a page's lines and pictures.
type walk struct {
	in       *instance
	page     *ruled.Page
	view     view
	objects  int
	segments int
}

func (w *walk) object(o uint64, outer matrix, depth int) {
	if w.objects++; o == 0 || w.objects > maxObjects || w.segments > maxSegments || w.in.err != nil {
		return
	}
	switch w.in.call("FPDFPageObj_GetType", o) {
	case objPath:
		w.path(o, w.matrix(o).then(outer))
	case objImage:
		b := w.image(w.matrix(o).then(outer))
		if min(b.X1-b.X0, b.Y1-b.Y0) <= thin {
			w.page.Rules = append(w.page.Rules, b) // a line as a stretched picture
		} else {
			w.page.Images = append(w.page.Images, b)
		}
	case objForm:
		if depth >= maxNesting {
			return
		}
		m := w.matrix(o).then(outer)
		n := int(int32(w.in.call("FPDFFormObj_CountObjects", o)))
		for i := 0; i < n && w.in.err == nil && w.objects <= maxObjects; i++ {
			w.object(w.in.call("FPDFFormObj_GetObject", o, uint64(i)), m, depth+1)
		}
	}
}

func (w *walk) matrix(o uint64) matrix {
	if w.in.call("FPDFPageObj_GetMatrix", o, w.in.scratch(0)) == 0 {
		return matrix{1, 0, 0, 1, 0, 0}
	}
	f := w.in.float
	return matrix{f(0), f(1), f(2), f(3), f(4), f(5)}
}

// image is the box of the unit square under m.
func (w *walk) image(m matrix) ruled.Box {
	b := empties
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := m.apply(c[0], c[1])
		x, y = w.view.m.apply(x, y)
		b = grow(b, x, y)
	}
	return b
}

var empties = ruled.Box{X0: math.Inf(1), Y0: math.Inf(1), X1: math.Inf(-1), Y1: math.Inf(-1)}

func grow(b ruled.Box, x, y float64) ruled.Box {
	return ruled.Box{X0: min(b.X0, x), Y0: min(b.Y0, y), X1: max(b.X1, x), Y1: max(b.Y1, y)}
}

// A stroke is one subpath: its corners, and whether all its sides are straight.
type subpath struct {
	pts    [][2]float64
	closed bool
	curved bool
}

func (s *subpath) box() ruled.Box {
	b := empties
	for _, p := range s.pts {
		b = grow(b, p[0], p[1])
	}
	return b
}

// path adds the straight lines of a path: the sides it strokes, and the thin
// rectangles and frames it fills.
func (w *walk) path(o uint64, m matrix) {
	in := w.in
	if in.call("FPDFPath_GetDrawMode", o, in.scratch(0), in.scratch(1)) == 0 {
		return
	}
	mem := in.mod.Memory()
	fill, _ := mem.ReadUint32Le(in.buf)
	stroke, _ := mem.ReadUint32Le(in.buf + 4)
	if fill == 0 && stroke == 0 {
		return // a clip
	}
	subs := w.subpaths(o, m)
	if stroke != 0 {
		for _, s := range subs {
			w.sides(&s)
		}
		return
	}
	w.filled(subs)
}

func (w *walk) subpaths(o uint64, m matrix) []subpath {
	in := w.in
	n := int(int32(in.call("FPDFPath_CountSegments", o)))
	var subs []subpath
	for i := 0; i < n && in.err == nil; i++ {
		if w.segments++; w.segments > maxSegments {
			return nil
		}
		seg := in.call("FPDFPath_GetPathSegment", o, uint64(i))
		if seg == 0 || in.call("FPDFPathSegment_GetPoint", seg, in.scratch(0), in.scratch(1)) == 0 {
			continue
		}
		x, y := m.apply(in.float(0), in.float(1))
		x, y = w.view.m.apply(x, y)
		kind := in.call("FPDFPathSegment_GetType", seg)
		if kind == segMove || len(subs) == 0 {
			subs = append(subs, subpath{})
		}
		s := &subs[len(subs)-1]
		s.pts = append(s.pts, [2]float64{x, y})
		s.curved = s.curved || kind == segBezier
		if kind != segMove && in.call("FPDFPathSegment_GetClose", seg) != 0 {
			s.closed = true
		}
	}
	return subs
}

// sides adds the upright and level sides of a stroked subpath.
func (w *walk) sides(s *subpath) {
	if s.curved {
		return
	}
	n := len(s.pts)
	for i := range n {
		if i == n-1 && !s.closed {
			break
		}
		a, b := s.pts[i], s.pts[(i+1)%n]
		w.rule(ruled.Box{X0: min(a[0], b[0]), Y0: min(a[1], b[1]), X1: max(a[0], b[0]), Y1: max(a[1], b[1])})
	}
}

// rule adds the box if it is a line and not a slope.
func (w *walk) rule(b ruled.Box) {
	if min(b.X1-b.X0, b.Y1-b.Y0) <= 0.5 {
		w.page.Rules = append(w.page.Rules, b)
	}
}

// filled adds filled shapes that look like lines: thin rectangles, and frames
// made of an outer and an inner rectangle.
func (w *walk) filled(subs []subpath) {
	for i := 0; i < len(subs); i++ {
		s := &subs[i]
		if s.curved || len(s.pts) < 3 {
			continue
		}
		b := s.box()
		if min(b.X1-b.X0, b.Y1-b.Y0) <= thin {
			w.page.Rules = append(w.page.Rules, b)
			continue
		}
		if i+1 == len(subs) || subs[i+1].curved {
			continue
		}
		// The space between two nested rectangles is four lines.
		c := subs[i+1].box()
		l, t, r, u := c.X0-b.X0, c.Y0-b.Y0, b.X1-c.X1, b.Y1-c.Y1
		if l < 0 && t < 0 && r < 0 && u < 0 {
			l, t, r, u = -l, -t, -r, -u
			b, c = c, b
		}
		if min(l, t, r, u) < 0 || max(l, t, r, u) > thin || len(s.pts) > 5 || len(subs[i+1].pts) > 5 {
			continue
		}
		w.page.Rules = append(w.page.Rules,
			ruled.Box{X0: b.X0, Y0: b.Y0, X1: b.X1, Y1: c.Y0}, ruled.Box{X0: b.X0, Y0: c.Y1, X1: b.X1, Y1: b.Y1},
			ruled.Box{X0: b.X0, Y0: b.Y0, X1: c.X0, Y1: b.Y1}, ruled.Box{X0: c.X1, Y0: b.Y0, X1: b.X1, Y1: b.Y1})
		i++
	}
}
