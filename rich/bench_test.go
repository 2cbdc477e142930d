package rich

import (
	"strings"
	"testing"
)

// A long paste from Word, in bytes of its html.
func BenchmarkFromHTML(b *testing.B) {
	src := strings.Repeat(wordPaste[strings.Index(wordPaste, "<!--StartFragment-->"):strings.Index(wordPaste, "<div style='mso-element:comment-list'>")], 50)
	b.SetBytes(int64(len(src)))
	for b.Loop() {
		FromHTML(src, nil)
	}
}

func BenchmarkHTML(b *testing.B) {
	body, _ := FromHTML(strings.Repeat(wordPaste, 50), nil)
	b.SetBytes(int64(len(body.HTML(nil))))
	for b.Loop() {
		body.HTML(nil)
	}
}
