package ruled

import (
	"math"
	"slices"
	"sort"
)

// An edge is a straight line along one axis: at is its position across, from
// and to its ends.
type edge struct{ at, from, to float64 }

// split sorts the rules of a page into horizontal and vertical edges and joins
// the pieces of which producers make one line: a border per cell, dashes,
// doubled lines, corner squares.
func split(p *Page) (h, v []edge) {
	if len(p.Rules) > maxRules {
		return nil, nil
	}
	for _, r := range p.Rules {
		w, t := r.X1-r.X0, r.Y1-r.Y0
		if !finite(r) || r.X1 < -reach || r.Y1 < -reach || r.X0 > p.W+reach || r.Y0 > p.H+reach {
			continue
		}
		switch {
		case w <= reach && t <= reach: // a corner square closes gaps in both directions
			h = append(h, edge{(r.Y0 + r.Y1) / 2, r.X0, r.X1})
			v = append(v, edge{(r.X0 + r.X1) / 2, r.Y0, r.Y1})
		case t <= reach:
			h = append(h, edge{(r.Y0 + r.Y1) / 2, r.X0, r.X1})
		case w <= reach:
			v = append(v, edge{(r.X0 + r.X1) / 2, r.Y0, r.Y1})
		}
	}
	h, v = join(h), join(v)
	if len(h) > maxEdges || len(v) > maxEdges {
		return nil, nil
	}
	return h, v
}

func finite(r Box) bool {
	s := r.X0 + r.Y0 + r.X1 + r.Y1
	return !math.IsNaN(s) && !math.IsInf(s, 0)
}

// join merges edges on one position that touch, and drops what stays short.
func join(es []edge) []edge {
	sort.Slice(es, func(i, j int) bool { return es[i].at < es[j].at })
	var out []edge
	for i := 0; i < len(es); {
		j, first := i, es[i].at
		for j < len(es) && es[j].at-first <= snap {
			j++
		}
		row := es[i:j]
		sort.Slice(row, func(a, b int) bool { return row[a].from < row[b].from })
		cur := row[0]
		weight := cur.to - cur.from
		last := weight // length of the piece before
		for _, e := range row[1:] {
			l := e.to - e.from
			if e.from <= cur.to+max(snap, dashGap(last, l)) {
				// The longest piece says where the line is.
				if l > weight {
					weight, cur.at = l, e.at
				}
				if e.to > cur.to {
					cur.to, last = e.to, l
				}
				continue
			}
			out = keep(out, cur)
			cur, weight, last = e, l, l
		}
		out = keep(out, cur)
		i = j
	}
	return out
}

// dashGap is how wide the gap between two dashes of these lengths may be.
func dashGap(a, b float64) float64 {
	if max(a, b) > 12 || min(a, b) < 1.5 {
		return 0
	}
	return 1.6 * min(a, b)
}

func keep(out []edge, e edge) []edge {
	if e.to-e.from >= minEdge {
		return append(out, e)
	}
	return out
}

// A net is a set of edges that hang together.
type net struct{ h, v []edge }

// nets are the connected components of edges, an edge being connected to those
// it meets or crosses. What makes no table is returned as it was.
func nets(h, v []edge) (out []net, freeH, freeV []edge) {
	parent := make([]int, len(h)+len(v))
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, a := range h {
		for j, b := range v {
			if b.at >= a.from-reach && b.at <= a.to+reach && a.at >= b.from-reach && a.at <= b.to+reach {
				parent[find(i)] = find(len(h) + j)
			}
		}
	}
	byRoot := map[int]*net{}
	var order []*net
	at := func(i int) *net {
		r := find(i)
		if byRoot[r] == nil {
			byRoot[r] = &net{}
			order = append(order, byRoot[r])
		}
		return byRoot[r]
	}
	for i, e := range h {
		n := at(i)
		n.h = append(n.h, e)
	}
	for j, e := range v {
		n := at(len(h) + j)
		n.v = append(n.v, e)
	}
	for _, n := range order {
		if len(n.h) > 0 && len(n.v) > 0 && len(n.h)+len(n.v) >= 3 {
			out = append(out, *n)
			continue
		}
		freeH, freeV = append(freeH, n.h...), append(freeV, n.v...)
	}
	return out, freeH, freeV
}

// positions clusters the edges' positions; lo and hi are the extents of the
// edges across, taken as positions of their own where several of those end
// there without a line (tables open at the sides or cut by the page).
func positions(along, across []edge) []float64 {
	var ps []float64
	for _, e := range along {
		ps = append(ps, e.at)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, e := range across {
		lo, hi = min(lo, e.from), max(hi, e.to)
	}
	if len(ps) == 0 || len(across) == 0 {
		return nil
	}
	if lo < slices.Min(ps)-2*reach {
		ps = append(ps, lo)
	}
	if hi > slices.Max(ps)+2*reach {
		ps = append(ps, hi)
	}
	return cluster(ps, snap)
}

// cluster sorts the values and replaces each run of neighbours nearer than tol
// to the run's first by their mean.
func cluster(ps []float64, tol float64) []float64 {
	slices.Sort(ps)
	var out []float64
	for i := 0; i < len(ps); {
		j, sum := i, 0.0
		for j < len(ps) && ps[j]-ps[i] <= tol {
			sum += ps[j]
			j++
		}
		out = append(out, sum/float64(j-i))
		i = j
	}
	return out
}
