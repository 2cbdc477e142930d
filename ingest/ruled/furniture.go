package ruled

import (
	"regexp"
	"slices"
	"strings"
)

// Page numbers as reports print them: 3, — 3 —, 第3页, 第3页 共12页, 3/12.
var pageNumber = regexp.MustCompile(`^[-—–－─·~ ]*(第 ?)?[0-9０-９]{1,4}( ?页)?( ?[,，/／] ?| ?共 ?| ?/ ?共 ?| of )?([0-9０-９]{1,4}( ?页)?)?[-—–－─·~ ]*$`)

// band is the share of the page's height at its top and bottom in which
// running headers and page numbers stand.
const band = 0.11

// dropFurniture removes page numbers and the lines that return at the same
// height on page after page.
func dropFurniture(fs []flow) {
	type key struct {
		text string
		y    int
	}
	seen := map[key]int{}
	keys := func(f *flow, l *line) []key {
		t := digitless(l.text())
		y := int(l.y0 / 4)
		return []key{{t, y}, {t, y + 1}}
	}
	for i := range fs {
		for _, l := range fs[i].inBands() {
			for _, k := range keys(&fs[i], l) {
				seen[k]++
			}
		}
	}
	for i := range fs {
		f := &fs[i]
		gone := map[*line]bool{}
		for _, l := range f.inBands() {
			t := l.text()
			if pageNumber.MatchString(t) && f.alone(l) {
				gone[l] = true
				continue
			}
			for _, k := range keys(f, l) {
				if n := seen[k]; n >= 3 || n == 2 && len(fs) == 2 && f.alone(l) {
					gone[l] = true
				}
			}
		}
		if len(gone) > 0 {
			f.parts = slices.DeleteFunc(f.parts, func(p part) bool { return p.line != nil && gone[p.line] })
		}
	}
}

// inBands are the lines in the top and bottom bands, at most three of each.
func (f *flow) inBands() []*line {
	var out []*line
	take := func(p part, in bool) bool {
		if p.line == nil || !in {
			return false
		}
		out = append(out, p.line)
		return true
	}
	n := len(f.parts)
	for i := 0; i < min(n, 3) && take(f.parts[i], f.parts[i].line != nil && f.parts[i].line.y1 < f.page.H*band); i++ {
	}
	top := len(out)
	for i := n - 1; i >= max(0, n-3) && i >= top && take(f.parts[i], f.parts[i].line != nil && f.parts[i].line.y0 > f.page.H*(1-band)); i-- {
	}
	return out
}

// alone reports whether the line keeps its distance from the text.
func (f *flow) alone(l *line) bool {
	for _, p := range f.parts {
		o := p.line
		if o == nil || o == l {
			continue
		}
		if o.y1 <= l.y0 && l.y0-o.y1 < 0.6*l.size || o.y0 >= l.y1 && o.y0-l.y1 < 0.6*l.size {
			return len(f.parts) < 3
		}
	}
	return true
}

// digitless replaces digits, so that a header with the page's number returns.
func digitless(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= '０' && r <= '９' {
			return '#'
		}
		return r
	}, s)
}
