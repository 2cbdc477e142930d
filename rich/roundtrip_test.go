package rich

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func fileURL(id int64) string { return fmt.Sprintf("/f/%d", id) }

func fileOf(src string) (int64, bool) {
	rest, ok := strings.CutPrefix(src, "/f/")
	id, err := strconv.ParseInt(rest, 10, 64)
	return id, ok && err == nil
}

var aText = rapid.OneOf(
	rapid.StringOfN(rapid.RuneFrom([]rune("关于公开　 \n\t<>&\"'一二（）1a.\u00a0\u200b\u202e𠮷é")), 0, 12, -1),
	rapid.SampledFrom([]string{"一、总则", "1. 甲", "<script>alert(1)</script>", "&lt;b&gt;", "   ", "\n\n", "a  b", "各县人民政府：", "　　缩进"}),
	rapid.StringN(0, 8, -1),
)

func drawSpans(t *rapid.T) []Span {
	var out []Span
	for range rapid.IntRange(0, 4).Draw(t, "spans") {
		s := Span{Text: aText.Draw(t, "text")}
		f := rapid.IntRange(0, 63).Draw(t, "form")
		s.Bold, s.Italic, s.Under, s.Sub, s.Sup = f&1 > 0, f&2 > 0, f&4 > 0, f&24 == 8, f&24 == 16
		if f&32 > 0 {
			s.Link = rapid.SampledFrom([]string{"https://example.org/a?b=1&c=\"2\"", "mailto:a@example.org", "/public/1", "javascript:alert(1)", "//example.org", "HTTP://example.org", "data:text/html,x", "相对"}).Draw(t, "link")
		}
		out = append(out, s)
	}
	return out
}

func drawBody(t *rapid.T) Body {
	var b Body
	aligns := rapid.SampledFrom([]Align{"", "", Centre, Right, "justify"})
	for range rapid.IntRange(0, 8).Draw(t, "blocks") {
		x := Block{Kind: rapid.SampledFrom([]Kind{Para, Para, Heading, Entry, Entry, Entry, Grid, Picture, Rule, "x"}).Draw(t, "kind"),
			Level: rapid.IntRange(-1, 6).Draw(t, "level"), Numbered: rapid.Bool().Draw(t, "numbered"), Align: aligns.Draw(t, "align"),
			Flush: rapid.Bool().Draw(t, "flush"), Spans: drawSpans(t)}
		switch x.Kind {
		case Grid:
			for range rapid.IntRange(0, 4).Draw(t, "rows") {
				var row Row
				for range rapid.IntRange(0, 4).Draw(t, "cells") {
					row.Cells = append(row.Cells, Cell{Spans: drawSpans(t), Head: rapid.Bool().Draw(t, "head"), Align: aligns.Draw(t, "align"),
						RowSpan: rapid.IntRange(-1, 3).Draw(t, "down"), ColSpan: rapid.IntRange(-1, 3).Draw(t, "over")})
				}
				x.Rows = append(x.Rows, row)
			}
		case Picture:
			if rapid.Bool().Draw(t, "has") {
				x.Image = &Image{File: int64(rapid.IntRange(-2, 9).Draw(t, "file")), Alt: aText.Draw(t, "alt")}
			}
		}
		b.Blocks = append(b.Blocks, x)
	}
	return b
}

// What an editor shows and sends back unchanged is unchanged.
func TestHTMLReadsBackAsItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := drawBody(t).Tidy()
		if again := b.Tidy(); !reflect.DeepEqual(b, again) {
			t.Fatalf("tidy twice differs:\n%#v\n%#v", b, again)
		}
		src := b.HTML(fileURL)
		got, dropped := FromHTML(src, fileOf)
		if len(dropped) > 0 {
			t.Fatalf("%s\ndropped %v", src, dropped)
		}
		if !reflect.DeepEqual(got, b) {
			t.Fatalf("%s\nread as %s\nwant    %s\n%#v\n%#v", src, got.HTML(fileURL), src, got, b)
		}
	})
}
