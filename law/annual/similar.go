package annual

import (
	"strings"

	"gongkai/text"
)

// Prose is the report's running text as it is compared with other reports: the
// introduction and the chapters, without headings and tables.
func (r *Report) Prose() string {
	parts := append([]string{r.Intro}, r.Chapters...)
	return strings.TrimSpace(strings.Join(parts, "\n"))
}

// Similarity says how alike the prose of two reports is, 0 to 1, and gives the
// longest passages they share, at most five, longest first, in a's words. To
// compare many reports with each other, make each one's text.Profile once from
// Prose.
func Similarity(a, b *Report) (score float64, shared []string) {
	p, q := text.NewProfile(a.Prose()), text.NewProfile(b.Prose())
	score = p.Score(q)
	if score == 0 {
		return 0, nil
	}
	return score, text.Longest(a.Prose(), p.Shared(q, 16), 5)
}
