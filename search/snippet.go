package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// The bounds of what is shown of a text, in characters.
const (
	maxSnippet = 120
	maxPlaces  = 400 // looked at to find the best window
)

// A place is where a term stands in a text.
type place struct{ at, end, term int }

// places are those of all terms, in order and not overlapping; the longer one
// wins where two begin together.
func places(src string, terms [][]needle) []place {
	var out []place
	for i, ways := range terms {
		for _, n := range ways {
			left := maxPlaces
			n.each(src, func(at, end int) bool {
				out = append(out, place{at, end, i})
				left--
				return left > 0
			})
		}
	}
	slices.SortFunc(out, func(a, b place) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return b.end - a.end
	})
	kept := out[:0]
	end := 0
	for _, p := range out {
		if p.at >= end {
			kept = append(kept, p)
			end = p.end
		}
	}
	return kept
}

// marked cuts a text into pieces with the terms marked.
func marked(src string, terms [][]needle) []text.Piece {
	return pieces(src, 0, len(src), places(src, terms))
}

func pieces(src string, from, to int, list []place) []text.Piece {
	var spans []text.Span
	for _, p := range list {
		if p.at >= from && p.at < to {
			spans = append(spans, text.Span{Start: p.at - from, End: min(p.end, to) - from})
		}
	}
	return text.Highlight(src[from:to], spans)
}

// snippet is the part of a text that says most about the terms: the window with
// the most different ones, then with the most. It begins behind a mark where
// one is near and ends before one. Spaces and line ends are written as one space.
func snippet(src string, terms [][]needle) []text.Piece {
	list := places(src, terms)
	from := 0
	if len(list) > 0 {
		best, score := 0, -1
		counts := make([]int, len(terms))
		different := 0
		j := 0
		for i := range list {
			for j < len(list) && (j <= i || shorter(src[list[i].at:list[j].end], maxSnippet-24)) {
				if counts[list[j].term]++; counts[list[j].term] == 1 {
					different++
				}
				j++
			}
			if s := different*maxPlaces*len(terms) + j - i; s > score {
				best, score = i, s
			}
			if counts[list[i].term]--; counts[list[i].term] == 0 {
				different--
			}
		}
		from = sentence(src, list[best].at)
	}
	to, n, mark := from, 0, -1
	for i, r := range src[from:] {
		if n == maxSnippet {
			break
		}
		if strings.ContainsRune("。！？；", r) && n >= maxSnippet/2 {
			mark = from + i + utf8.RuneLen(r)
		}
		to = from + i + utf8.RuneLen(r)
		if r == utf8.RuneError {
			to = from + i + 1
		}
		n++
	}
	if to < len(src) && mark > 0 && (len(list) == 0 || !slices.ContainsFunc(list, func(p place) bool { return p.at >= mark && p.end <= to })) {
		to = mark
	}
	out := pieces(src, from, to, list)
	for i := range out {
		out[i].Text = oneLine(out[i].Text)
	}
	if from > 0 && len(out) > 0 {
		out[0].Text = strings.TrimLeft(out[0].Text, " ")
		if out[0].Marked {
			out = slices.Insert(out, 0, text.Piece{Text: "…"})
		} else {
			out[0].Text = "…" + out[0].Text
		}
	}
	if to < len(src) && len(out) > 0 {
		if last := &out[len(out)-1]; last.Marked {
			out = append(out, text.Piece{Text: "…"})
		} else if last.Text = strings.TrimRight(last.Text, " "); !strings.HasSuffix(last.Text, "。") {
			last.Text += "…"
		}
	}
	return out
}

// sentence goes back from a byte to the begin of its sentence, 20 characters at
// most; else to behind a comma, else as far as 8 characters.
func sentence(src string, at int) int {
	comma, eighth := -1, -1
	i := at
	for n := 0; n < 20; n++ {
		if i == 0 {
			return 0
		}
		r, size := utf8.DecodeLastRuneInString(src[:i])
		switch {
		case strings.ContainsRune("。！？；\n", r):
			return i
		case strings.ContainsRune("，、：,", r) && comma < 0 && n > 1:
			comma = i
		}
		i -= size
		if n == 7 {
			eighth = i
		}
	}
	if comma >= 0 {
		return comma
	}
	return max(eighth, 0)
}

// shorter reports whether a text has at most n characters.
func shorter(s string, n int) bool {
	return len(s) <= n || len(s) <= n*utf8.UTFMax && utf8.RuneCountInString(s) <= n
}

func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r\t\u3000  ") {
		return s
	}
	var b strings.Builder
	space := false
	for _, r := range s {
		if r == '\n' || r == '\r' || r == '\t' || r == '\u3000' || r == ' ' {
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}
