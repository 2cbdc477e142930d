package ingest

import (
	"slices"

	"gongkai/law/annual"
	"gongkai/text"
)

// leafs lists the lowest labels of a grid's header from left to right.
func (rd *reader) leafs(part int, printed []headToken) []leaf {
	var out []leaf
	var toks []int
	labelEnd := rd.labelColumn(part)
	for i, h := range printed {
		t := &rd.tokens[h.tok]
		if t.grid < 0 || h.label < 0 && t.col <= labelEnd {
			continue // unknown text over the row labels is a misprinted corner
		}
		lowest := true
		for _, o := range printed[i+1:] {
			u := &rd.tokens[o.tok]
			if u.row > t.row && u.col < t.col+max(t.span, 1) && t.col < u.col+max(u.span, 1) {
				lowest = false
				break
			}
		}
		if lowest {
			out = append(out, leaf{-1, t.col, t.col + max(t.span, 1)})
			toks = append(toks, h.label)
		}
	}
	for k := range out {
		if toks[k] >= 0 {
			out[k].col = rd.seq.labels[toks[k]].col
			if out[k].col < 0 {
				out[k].col = -2 - toks[k] // a label that stands over several columns of the form: told by its group
			}
		}
	}
	slices.SortStableFunc(out, func(a, b leaf) int { return a.from - b.from })
	return out
}

// labelColumn is the grid column of the part's first row label, -1 if unknown.
func (rd *reader) labelColumn(part int) int {
	for _, m := range rd.chain.matches {
		if l := &rd.seq.labels[m.label]; l.kind == rowLabel && l.part == part {
			return rd.tokens[m.from].col
		}
	}
	return -1
}

// nameLeafs says which column of the form each leaf is; ok only if every
// column stands there exactly once.
func (rd *reader) nameLeafs(part int, leafs []leaf, printed []headToken, regular bool) bool {
	p := &rd.seq.table.Parts[part]
	if regular && len(leafs) == len(p.Columns) {
		for k := range leafs {
			leafs[k].col = k
		}
		return true
	}
	seen := make([]bool, len(p.Columns))
	n := 0
	for k := range leafs {
		c := leafs[k].col
		if c < -1 {
			c = rd.byGroup(p, rd.seq.labels[-2-c].text, leafs[k], printed)
			if c < 0 {
				return false
			}
			leafs[k].col = c
		}
		if c < 0 {
			continue
		}
		if seen[c] || k > 0 && leafs[k].from < leafs[k-1].to {
			return false
		}
		seen[c] = true
		n++
	}
	return n == len(p.Columns)
}

// byGroup tells columns of the same name apart by the groups that stand above.
func (rd *reader) byGroup(p *annual.Part, name string, lf leaf, printed []headToken) int {
	above := map[string]bool{}
	for _, h := range printed {
		if t := &rd.tokens[h.tok]; h.label >= 0 && t.col < lf.to && lf.from < t.col+max(t.span, 1) {
			above[text.Fold(rd.seq.labels[h.label].text)] = true
		}
	}
	found := -1
	for c, col := range p.Columns {
		if col.Label() != name {
			continue
		}
		all := true
		for _, g := range col.Path {
			all = all && above[text.Fold(g)]
		}
		if all {
			if found >= 0 {
				return -1
			}
			found = c
		}
	}
	return found
}

// columnsAt returns the columns of a grid: those of its header or, in a grid
// that goes on without one, those in which most whole rows stand.
func (rd *reader) columnsAt(h *header, part, grid int) []leaf {
	if grid < 0 || grid == h.grid && len(h.leafs) > 0 || h.moved {
		return h.leafs
	}
	if l, ok := rd.derived[grid]; ok {
		return l
	}
	counts := map[string]int{}
	var best []leaf
	most, rows := 0, 0
	for _, mi := range rd.chain.rows() {
		m := rd.chain.matches[mi]
		l := &rd.seq.labels[m.label]
		if l.part != part || rd.tokens[m.from].grid != grid {
			continue
		}
		var full []leaf
		key := ""
		for _, i := range rd.rowsAfter(m, rd.next(m))[0].cells {
			if t := &rd.tokens[i]; t.n > 0 {
				full = append(full, leaf{len(full), t.col, t.col + max(t.span, 1)})
				key += string(rune(t.col)) + "-"
			}
		}
		if len(full) != len(l.cells) {
			continue
		}
		rows++
		if counts[key]++; counts[key] > most {
			most, best = counts[key], full
		}
	}
	if most < 2 || 2*most <= rows {
		best = nil
	}
	rd.derived[grid] = best
	return best
}

// fit assigns the cells of a row to the columns they stand under: nil unless
// every column has exactly one cell and whatever stands outside is empty.
func (rd *reader) fit(leafs []leaf, cells []int, n int) []int {
	if len(leafs) == 0 || len(cells) == 0 || rd.tokens[cells[0]].grid < 0 {
		return nil
	}
	out := make([]int, n)
	for i := range out {
		out[i] = -1
	}
	for _, i := range cells {
		t := &rd.tokens[i]
		to := -2
		for _, lf := range leafs {
			if t.col < lf.to && lf.from < t.col+max(t.span, 1) {
				if to != -2 {
					return nil // under two columns
				}
				to = lf.col
				if to >= 0 {
					if out[to] >= 0 {
						return nil // two under one column
					}
					out[to] = i
				}
			}
		}
		if to == -2 && t.n > 0 {
			return nil
		}
	}
	if slices.Contains(out, -1) {
		return nil
	}
	return out
}
