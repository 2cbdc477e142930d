// Package render writes an annual report, the sum of many and the letter that
// returns one, as the files people and machines ask for: docx and pdf in the
// layout of an official paper, html, rich text for pasting, xlsx, csv, json.
//
// It decides nothing about figures: what a report says is what is printed,
// even where its sums are wrong.
package render

import (
	"strings"
	"unicode/utf8"

	"gongkai/law/annual"
)

// Options of writing. The zero value is an official copy.
type Options struct {
	Findings  []annual.Finding // written where the format has room: json, xlsx, html
	Watermark string           // a line at the head of each page, e.g. 草稿
	Fonts     []string         // further folders with fonts, looked through before the system's
}

// clean makes text safe for every format: valid UTF-8, one kind of line end, no
// control characters but tab and line feed, and none of the marks that reverse
// the direction of writing, with which a figure could be made to look another.
func clean(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = s[i] >= ' ' && s[i] < 0x7f
	}
	if plain {
		return s
	}
	s = strings.ReplaceAll(s, "\r\n", "\n")
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		i += n
		switch {
		case r == '\r', r == '\u2028', r == '\u2029', r == '\u0085', r == '\v', r == '\f':
			b.WriteByte('\n')
		case r == '\t' || r == '\n':
			b.WriteRune(r)
		case r < ' ', r >= 0x7f && r < 0xa0, r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069',
			r == '\u200e', r == '\u200f', r == 0xfffe, r == 0xffff:
		default: // an invalid byte decodes as U+FFFD, which shows that something was there
			b.WriteRune(r)
		}
	}
	return b.String()
}

// line is clean text on one line.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' {
			return ' '
		}
		return r
	}, clean(s)))
}

// paragraphs splits prose into its paragraphs, without empty ones.
func paragraphs(s string) []string {
	var out []string
	for _, p := range strings.Split(clean(s), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}
