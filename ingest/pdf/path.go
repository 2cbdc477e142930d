package pdf

import "gongkai/ingest/ruled"

// Kinds of page objects and path segments in PDFium.
const (
	objText  = 1
	objPath  = 2
	objImage = 3
	objForm  = 5

	segLine   = 0
	segBezier = 1
	segMove   = 2
)

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
		w.page.AddImage(b)
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
	var s ruled.Subpath
	for _, c := range [4][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
		x, y := m.apply(c[0], c[1])
		x, y = w.view.m.apply(x, y)
		s.Points = append(s.Points, [2]float64{x, y})
	}
	return s.Box()
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
		w.page.Rules = append(w.page.Rules, ruled.Stroked(subs)...)
		return
	}
	w.page.Rules = append(w.page.Rules, ruled.Filled(subs)...)
}

func (w *walk) subpaths(o uint64, m matrix) []ruled.Subpath {
	in := w.in
	n := int(int32(in.call("FPDFPath_CountSegments", o)))
	var subs []ruled.Subpath
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
			subs = append(subs, ruled.Subpath{})
		}
		s := &subs[len(subs)-1]
		s.Points = append(s.Points, [2]float64{x, y})
		s.Curved = s.Curved || kind == segBezier
		if kind != segMove && in.call("FPDFPathSegment_GetClose", seg) != 0 {
			s.Closed = true
		}
	}
	return subs
}
