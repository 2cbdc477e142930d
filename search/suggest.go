package search

import (
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// A phrase is what a title is about, offered while somebody types.
type phrase struct{ key, initials, shown string }

// maxPhrase is the longest phrase that is offered, in characters.
const maxPhrase = 24

// phrases are what a title is about, at most one: what stands in 《》, else what
// stands behind 关于, without the kind of paper at the end.
func phrases(title string) []phrase {
	s := title
	if _, after, ok := strings.Cut(s, "《"); ok {
		if inside, _, ok := strings.Cut(after, "》"); ok {
			s = inside
		}
	} else if i := strings.LastIndex(s, "关于"); i >= 0 {
		s = s[i+len("关于"):]
		for _, verb := range []string{"印发", "转发", "做好", "开展", "加强"} {
			s = strings.TrimPrefix(s, verb)
		}
	}
	s = strings.TrimSpace(subject(s))
	n, k := utf8.RuneCountInString(s), key(s)
	if n < 2 || n > maxPhrase || k == "" {
		return nil
	}
	return []phrase{{k, text.Initials(s), s}}
}

// subject is a title without the kind of paper at its end.
func subject(s string) string {
	for _, end := range []string{"的通知", "的通告", "的公告", "的公示", "的意见", "的决定", "的批复", "的函", "的报告", "的通报", "的说明", "的解读", "的情况"} {
		if before, ok := strings.CutSuffix(s, end); ok {
			return before
		}
	}
	return s
}

// key is a text as it is compared.
func key(s string) string {
	var b strings.Builder
	for _, u := range flat(s) {
		b.WriteString(u)
	}
	return b.String()
}
