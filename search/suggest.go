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

// phrases are the subjects of a title: what stands in 《》, and what stands
// between 关于 and the kind of paper at the end, with and without it.
func phrases(title string) []phrase {
	var out []phrase
	add := func(s string) {
		s = strings.TrimSpace(s)
		n := utf8.RuneCountInString(s)
		k := key(s)
		if n < 2 || n > maxPhrase || k == "" {
			return
		}
		for _, p := range out {
			if p.key == k {
				return
			}
		}
		out = append(out, phrase{k, text.Initials(s), s})
	}
	if _, after, ok := strings.Cut(title, "《"); ok {
		if inside, _, ok := strings.Cut(after, "》"); ok {
			add(inside)
			add(subject(inside))
		}
	} else {
		s := title
		if i := strings.LastIndex(s, "关于"); i >= 0 {
			s = s[i+len("关于"):]
		}
		for _, verb := range []string{"印发", "转发", "做好", "开展", "加强"} {
			s = strings.TrimPrefix(s, verb)
		}
		add(s)
		add(subject(s))
	}
	return out
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
