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
const band = 0.14

// dropFurniture removes page numbers and the lines that return at the same
// height on page after page.
func dropFurniture(fs []flow) {
	type key struct {
		text string
		y    int
	}
	seen := map[key]int{}
	keys := func(l *line) []key {
		t := digitless(l.text())
		y := int(l.y0 / 4)
		return []key{{t, y}, {t, y + 1}}
	}
	for i := range fs {
		for _, l := range fs[i].inBands() {
			for _, k := range keys(l) {
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
			for _, k := range keys(l) {
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
	n := len(f.parts)
	for i := range min(n, 3) {
		l := f.parts[i].line
		if l == nil || l.y1 > f.page.H*band {
			break
		}
		out = append(out, l)
	}
	for i := n - 1; i >= max(len(out), n-3); i-- {
		l := f.parts[i].line
		if l == nil || l.y0 < f.page.H*(1-band) {
			break
		}
		out = append(out, l)
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
			return false
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
