package plain

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// number is an item number such as 一、 （二） 3. that Word puts before a tab when
// a numbered paragraph is copied.
var number = regexp.MustCompile(`^[（(]?[一二三四五六七八九十0-9]{1,3}(?:[)）]|[、.．])+$`)

// innerTab reports a line with a tab between two texts.
func innerTab(s string) bool {
	if strings.IndexByte(s, '\t') < 0 {
		return false
	}
	t := strings.Trim(s, " \t\u00a0\u3000\"")
	return strings.IndexByte(t, '\t') >= 0
}

// tabRows reads the run of tab-separated lines that begins at line i. It
// returns nil where there is none.
func (b *builder) tabRows(i int) (rows []row, next int) {
	if i < b.noTabs || strings.IndexByte(b.lines[i].text, '\t') < 0 {
		return nil, i
	}
	strong, weak, widest, good, end := 0, 0, 0, 0, i
	for j := i; j < len(b.lines); {
		cells, to := b.tabLine(j)
		if cells == nil || prosaic(cells) {
			break
		}
		// A row with one text, or none, belongs only if a spreadsheet padded it
		// to the width of the others; alone it is an indented line.
		if innerTab(b.lines[j].text) || to > j+1 {
			if weak > 0 && len(cells) > widest {
				break
			}
			strong++
		} else {
			if len(cells) < 3 || widest > 0 && len(cells) != widest {
				break
			}
			weak++
		}
		widest = max(widest, len(cells))
		rows = append(rows, row{cells, b.lines[j].at})
		j = to
		end = to
		if filled(cells) > 0 {
			good, next = len(rows), to
		}
	}
	switch {
	case strong == 0:
		b.noTabs = end // none of these lines begins a table
		return nil, i
	case good == 1 && (len(rows[0].cells) < 3 || filled(rows[0].cells) < 2):
		return nil, i
	}
	return rows[:good], next
}

// tabLine splits a line at its tabs. A spreadsheet puts a cell that holds line
// breaks in quotation marks: the row then runs over several lines.
func (b *builder) tabLine(i int) (cells []string, next int) {
	s := b.lines[i].text
	if strings.IndexByte(s, '\t') < 0 {
		return nil, i
	}
	next = i + 1
	if strings.IndexByte(s, '"') >= 0 {
		joined, to := s, next
		for open(joined) && to < len(b.lines) && to <= i+8 {
			joined += "\n" + b.lines[to].text
			to++
		}
		if to > next && !open(joined) {
			s, next = joined, to
		}
	}
	for len(s) > 0 || cells == nil {
		var cell string
		cell, s = cutCell(s)
		cells = append(cells, cell)
		if s == "\t" {
			cells = append(cells, "")
			break
		}
		s = strings.TrimPrefix(s, "\t")
	}
	return cells, next
}

// open reports whether the last cell begins a quotation that is not closed.
func open(s string) bool {
	for {
		cell, rest := cutCell(s)
		if rest == "" {
			return strings.HasPrefix(cell, `"`) && strings.Count(cell, `"`)%2 == 1
		}
		s = rest[1:]
	}
}

// cutCell cuts the first cell off; the rest begins with its tab or is empty.
func cutCell(s string) (cell, rest string) {
	if strings.HasPrefix(s, `"`) {
		for k := 1; k < len(s); k++ {
			if s[k] != '"' {
				continue
			}
			if k+1 < len(s) && s[k+1] == '"' {
				k++
				continue
			}
			if k+1 == len(s) || s[k+1] == '\t' {
				return strings.ReplaceAll(s[1:k], `""`, `"`), s[k+1:]
			}
			break
		}
	}
	if k := strings.IndexByte(s, '\t'); k >= 0 {
		return s[:k], s[k:]
	}
	return s, ""
}

// prosaic reports a line whose tabs are typing, not columns: a number before
// its text, or sentences.
func prosaic(cells []string) bool {
	texts := 0
	var first string
	for _, c := range cells {
		t := strings.TrimSpace(c)
		if t == "" {
			continue
		}
		if texts++; texts == 1 {
			first = t
		}
		if n := utf8.RuneCountInString(t); n > 60 && strings.ContainsAny(t, "。；;") || n > 200 {
			return true
		}
	}
	return texts == 2 && number.MatchString(first) && !figure(strings.TrimSpace(cells[len(cells)-1]))
}

func filled(cells []string) (n int) {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// figure reports a text that stands in a cell of figures: a number, or one of
// the marks people write for none.
func figure(s string) bool {
	if s == "" || len(s) > 24 {
		return false
	}
	for _, r := range s {
		if !(r >= '0' && r <= '9' || r >= '０' && r <= '９' || strings.ContainsRune("+-/.,—－，．％%", r)) {
			return false
		}
	}
	return true
}
