package ingest

import (
	"strings"

	"gongkai/text"
)

// inPieces reports whether the printed head of a part is the form's head taken
// apart by lines, as a PDF viewer copies narrow columns: the same characters
// and no others, and in each line the columns from left to right. Lines of one
// column each must follow one another; behind a line of several, which go on
// below, the rows alone vouch for the order.
func (rd *reader) inPieces(part int, printed []headToken) bool {
	p := &rd.seq.table.Parts[part]
	if len(printed) == 0 || rd.seq.values != nil || !uniqueLeafs(p) || len(p.Columns) < 3 {
		return false
	}
	left := map[rune]int{} // characters of the form's head not yet seen
	need := map[rune]int{} // those of the columns' names
	count := func(s string, into map[rune]int) {
		for _, r := range text.Fold(s) {
			if r >= 0x4e00 && r <= 0x9fff {
				into[r]++
			}
		}
	}
	var groups []string
	starts := make([]string, len(p.Columns))
	for i, c := range p.Columns {
		name := []rune(text.Fold(c.Label()))
		starts[i] = string(name[:min(2, len(name))])
		count(c.Label(), left)
		count(c.Label(), need)
		for _, g := range c.Path[:len(c.Path)-1] {
			if g = text.Fold(g); len(groups) == 0 || groups[len(groups)-1] != g && !strings.Contains(strings.Join(groups, "|"), g) {
				groups = append(groups, g)
				count(g, left)
			}
		}
	}
	count(p.Corner, left)
	seen := make([]int, len(p.Columns))
	para, last, inLine, before := -1, -1, 0, -1 // column last seen, columns of the line, last column of the line before
	for _, h := range printed {
		t := &rd.tokens[h.tok]
		for _, r := range t.fold {
			if r < 0x4e00 || r > 0x9fff {
				continue
			}
			if left[r]--; left[r] < 0 {
				return false // another word
			}
			need[r]--
		}
		if t.cell() {
			return false // cells have an order of their own
		}
		if t.para != para {
			para = t.para
			switch {
			case inLine > 1:
				before = -1 // columns beside each other go on below
			case inLine == 1:
				before = last
			}
			last, inLine = -1, 0
		}
		line := t.fold
		for _, g := range groups {
			line = strings.ReplaceAll(line, g, "")
		}
		for line != "" {
			at, col := len(line), -1
			for i, s := range starts {
				if k := strings.Index(line, s); k >= 0 && k < at {
					at, col = k, i
				}
			}
			if col < 0 {
				break
			}
			if col <= last || col <= before {
				return false
			}
			last = col
			inLine++
			seen[col]++
			line = line[at+len(starts[col]):]
		}
	}
	for _, n := range seen {
		if n != 1 {
			return false
		}
	}
	for _, n := range need {
		if n > 0 {
			return false
		}
	}
	return true
}
