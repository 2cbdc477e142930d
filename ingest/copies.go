package ingest

import (
	"slices"
	"strings"
	"sync"

	"gongkai/law/annual"
	"gongkai/text"
)

// A found table: its chain, and the chapter it stands in.
type found struct {
	chain   chain
	chapter int // index of the chapter whose heading stands above, -1 if none
}

// chapterTitles maps the folded titles of chapters to their position.
var chapterTitles = sync.OnceValue(func() map[string]int {
	m := map[string]int{}
	for _, f := range annual.Editions() {
		for i, c := range f.Chapters {
			for _, t := range append([]string{c.Title}, c.Also...) {
				m[text.Fold(t)] = i
			}
		}
	}
	return m
})

// A section is the tokens under one chapter heading. No table goes on beyond
// it: what a chapter of prose says of 行政许可 is no row of 表二.
type section struct {
	from, to, chapter int
}

func sections(tokens []token) []section {
	out := []section{{0, len(tokens), -1}}
	titles := chapterTitles()
	for i := range tokens {
		t := &tokens[i]
		if t.n < 4 || t.n > 60 {
			continue
		}
		c, ok := titles[strings.TrimRight(bareLabel(t.fold), ".:;,")]
		last := &out[len(out)-1]
		if !ok || c == last.chapter { // the heading again: a caption, or the head of the next page
			continue
		}
		last.to = i
		out = append(out, section{i, len(tokens), c})
	}
	return out
}

// findAll finds every copy of the table: this year's and last year's, or the
// organ's own and the sum of its subordinates. Aligned at once they would be
// mixed where one lacks a row that the other has.
func (s *sequence) findAll(tokens []token, sections []section, room *alignRoom) []found {
	var out []found
	for _, sec := range sections {
		from := sec.from
		for from < sec.to {
			to := s.restart(tokens, from, sec.to)
			c := s.align(tokens[from:to], room)
			c.from, c.to = from, to
			for i := range c.matches {
				c.matches[i].from += from
				c.matches[i].to += from
			}
			c.dropStrays(tokens)
			if c.found() {
				out = append(out, found{c, sec.chapter})
			}
			from = to
		}
	}
	return out
}

// restart returns where a second copy begins, or to: labels from the beginning
// of the table follow labels from its end. A row that was moved goes less far.
func (s *sequence) restart(tokens []token, from, to int) int {
	seen, ranks := make([]bool, len(s.labels)), 0
	for _, r := range s.ranks {
		ranks = max(ranks, r+1)
	}
	rows, last, end, figures := 0, -1, from, 0 // rows: how many different ones were seen
	for i := from; i < to; i++ {
		t := &tokens[i]
		at := -1
		for _, sp := range s.spelled(t) {
			// Labels that repeat within a table stand for the next one.
			if r := s.ranks[sp.label]; r >= 0 && t.n > 0 && (at < 0 || seen[at] && !seen[r]) {
				at = r
			}
		}
		if s.values == nil && at >= 0 && s.headLabel(t) {
			continue // 其他 is a row of 表三 and a column
		}
		switch {
		case at < 0:
			if t.n > 0 && !hasHan(t.fold) {
				figures++
			}
			if end == i && (valueLike(t) || !hasHan(t.fold)) {
				end = i + 1
			}
			continue
		case rows >= 3 && last-at >= ranks/2 && (s.values == nil || figures > 0):
			return end
		}
		if !seen[at] {
			seen[at] = true
			rows++
		}
		last, end, figures = at, i+1, 0
	}
	return to
}

func (s *sequence) headLabel(t *token) bool {
	for _, sp := range s.spelled(t) {
		if s.labels[sp.label].kind == headLabel {
			return true
		}
	}
	return false
}

// dropStrays drops the first or last rows of a chain where other text stands
// between them and the rest: they are of another table.
func (c *chain) dropStrays(tokens []token) {
	for {
		rows := c.rows()
		if len(rows) < 4 {
			return
		}
		cut := false
		for k := 0; k < 2 && k+1 < len(rows); k++ {
			a, b := c.matches[rows[k]], c.matches[rows[k+1]]
			if c.foreign(tokens, a, b) {
				c.matches = c.matches[rows[k]+1:]
				cut = true
				break
			}
			y, z := c.matches[rows[len(rows)-2-k]], c.matches[rows[len(rows)-1-k]]
			if c.foreign(tokens, y, z) {
				c.matches = c.matches[:rows[len(rows)-1-k]]
				cut = true
				break
			}
		}
		if !cut {
			return
		}
	}
}

// foreign reports whether at least two texts that are no labels stand between
// the figures of row a and row b. What stands in a's own cells is its content,
// even where it is a word such as 十余.
func (c *chain) foreign(tokens []token, a, b match) bool {
	claimed := func(i int) bool {
		return slices.ContainsFunc(c.matches, func(m match) bool { return m.from <= i && i < m.to })
	}
	own := len(c.seq.labels[a.label].cells)
	n := 0
	for i := a.to; i < b.from; i++ {
		t := &tokens[i]
		if t.row >= 0 && (t.row == tokens[a.to-1].row || t.row == tokens[b.from].row) {
			continue
		}
		if t.row < 0 && t.n > 0 && own > 0 {
			own--
			continue
		}
		if t.n > 1 && !t.known() && !valueLike(t) && !claimed(i) {
			n++
		}
	}
	return n >= 2
}

// choose takes one of several copies of a table: the one whose caption names
// the report's year and not the last, that stands in its own chapter, that is
// whole; the first of equals. It says which.
func choose(all []found, tokens []token, form *annual.Form, year int) (chain, *annual.Repair) {
	if len(all) == 0 {
		return chain{}, nil
	}
	best, top := 0, -1000
	captions := make([]string, len(all))
	most := float32(0)
	for _, f := range all {
		most = max(most, f.chain.score)
	}
	for i, f := range all {
		floor := 0
		if i > 0 {
			m := all[i-1].chain.matches
			floor = m[len(m)-1].to
		}
		captions[i] = caption(tokens, floor, f.chain.matches[0].from)
		score := 2 * captionFit(captions[i], year)
		if f.chapter >= 0 && form.Chapters[f.chapter].Table == f.chain.seq.table.ID {
			score += 3
		}
		if f.chain.score < 0.7*most {
			score -= 3
		}
		if score > top {
			best, top = i, score
		}
	}
	c := all[best].chain
	if len(all) == 1 {
		return c, nil
	}
	var others []string
	for i := range all {
		if i != best && len(others) < 8 {
			others = append(others, where(tokens, all[i].chain, captions[i]))
		}
	}
	return c, &annual.Repair{Code: "TABLE-TWICE", At: tokens[c.matches[0].from].at,
		Was: strings.Join(others, "；"), ReadAs: where(tokens, c, captions[best])}
}

func where(tokens []token, c chain, caption string) string {
	s := c.seq.table.Name
	if caption != "" {
		s = "“" + caption + "”"
	}
	if at := tokens[c.matches[0].from].at.String(); at != "" {
		s += "（" + at + "）"
	}
	return s
}

// caption returns the text right above a table.
func caption(tokens []token, floor, from int) string {
	var s []string
	for i := from - 1; i >= floor && from-i <= 8 && len(s) < 2; i-- {
		t := &tokens[i]
		if t.n == 0 || valueLike(t) || t.n > 50 {
			continue
		}
		s = append([]string{strings.TrimSpace(t.raw)}, s...)
	}
	return strings.Join(s, " ")
}

var otherYearWords = []string{"上年", "去年", "上一年", "上年度", "同期", "前一年", "往年"}

// captionFit is 1 for a caption of the report's year, -1 for one of another.
func captionFit(caption string, year int) int {
	for _, w := range otherYearWords {
		if strings.Contains(caption, w) {
			return -1
		}
	}
	fit := 0
	for _, m := range plainYear.FindAllStringSubmatch(caption, -1) {
		if y := atoi(m[1]); y == year {
			return 1
		} else if year != 0 {
			fit = -1
		}
	}
	return fit
}
