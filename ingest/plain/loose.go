package plain

import (
	"slices"
	"strings"
)

// looseLeast is how many lines must end with a pipe before a text is taken for
// one in which a converter of web pages wrote tables so.
const looseLeast = 8

// loosePipes rewrites the tables that converters of web pages write with pipes
// but without the frame and the rule of Markdown: one row a line (规章 | 0 | 0 | 0 |),
// one cell a line, or rows that begin with a pipe alone. Cells become columns of
// tabs, or lines where the rows cannot be told.
func loosePipes(lines []line) []line {
	ends, rows, opens, texts := 0, 0, 0, 0
	for i, l := range lines {
		t := strings.TrimSpace(l.text)
		if !strings.HasSuffix(t, "|") {
			continue
		}
		ends++
		switch inner := strings.Trim(t, "| "); {
		case t == "|":
			if i+1 < len(lines) {
				if next := strings.TrimSpace(lines[i+1].text); strings.HasSuffix(next, "|") && strings.Trim(next, "| ") != "" {
					opens++
				} else {
					texts++
				}
			}
		case strings.Contains(inner, "|"):
			rows++
		case inner != "":
			texts++
		}
	}
	switch {
	case ends < looseLeast:
		return lines
	case opens > rows:
		return looseRows(joinOpened(lines))
	case rows > texts:
		return looseRows(lines)
	case texts > 0:
		return looseCells(lines)
	}
	return lines
}

// looseRows turns the lines that end with a pipe into columns of tabs.
func looseRows(lines []line) []line {
	out := make([]line, 0, len(lines))
	var head []string
	for _, l := range lines {
		t := strings.TrimSpace(l.text)
		if !strings.HasSuffix(t, "|") {
			out = append(out, l)
			continue
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(t, "|"), "|"), "|")
		for k := range cells {
			cells[k] = strings.TrimSpace(strings.ReplaceAll(cells[k], "\t", " "))
		}
		if !slices.ContainsFunc(cells, figure) {
			head = slices.Clone(cells)
		}
		cells = dropSpans(cells, head)
		if len(cells) > 0 {
			out = append(out, line{strings.Join(cells, "\t"), l.at})
		}
	}
	return out
}

// dropSpans drops the empty cells that stand for what a merged cell covers:
// those at the end, those below what the head's merged cells cover, and, where
// no figure is lacking, those behind the labels.
func dropSpans(cells, head []string) []string {
	if len(head) == len(cells) {
		n := 0
		for k, c := range cells {
			if c != "" || head[k] != "" {
				cells[n] = c
				n++
			}
		}
		return cells[:n] // a blank below a name is a blank
	}
	first, last, gaps := -1, -1, false
	for k, c := range cells {
		switch {
		case figure(c) && first < 0:
			first, last = k, k
		case figure(c):
			gaps = gaps || last != k-1
			last = k
		case c != "":
			first = -1 // a label: the figures follow
			gaps = false
		}
	}
	if gaps {
		return cells
	}
	var out []string
	for k, c := range cells {
		if c != "" || first >= 0 && first < k && k < last {
			out = append(out, c)
		}
	}
	return out
}

// joinOpened joins the lines of a row that begins with a pipe alone.
func joinOpened(lines []line) []line {
	out := make([]line, 0, len(lines))
	in := false
	for _, l := range lines {
		t := strings.TrimSpace(l.text)
		switch {
		case t == "|":
			out = append(out, line{"|", l.at})
			in = true
		case in && strings.HasSuffix(t, "|"):
			out[len(out)-1].text += t
		case in && t != "" && !strings.HasSuffix(out[len(out)-1].text, "|"), in && out[len(out)-1].text == "|":
			out[len(out)-1].text += t // a cell of several lines
		default:
			out = append(out, l)
			in = false
		}
	}
	return out
}

// looseCells drops the pipes from a text that has one cell a line.
func looseCells(lines []line) []line {
	out := make([]line, 0, len(lines))
	for _, l := range lines {
		t := strings.TrimSpace(l.text)
		if strings.Trim(t, "| ") == "" && t != "" {
			continue
		}
		if strings.HasSuffix(t, "|") {
			l.text = strings.TrimRight(t, "| ")
		}
		out = append(out, l)
	}
	return out
}
