package ingest

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/doc"
	"gongkai/rich"
)

// captioned makes a first row that is one cell over the whole table its caption:
// the labels of the columns stand in the row below.
func captioned(x *rich.Block) {
	for range 2 {
		if x.Kind != rich.Grid || len(x.Rows) < 3 || len(x.Rows[0].Cells) != 1 {
			return
		}
		c := x.Rows[0].Cells[0]
		wide := 0
		for _, n := range x.Rows[1].Cells {
			wide += max(n.ColSpan, 1)
		}
		if c.RowSpan > 1 || c.ColSpan < 2 || c.ColSpan < wide || len(c.Spans) == 0 {
			return
		}
		if len(x.Spans) > 0 {
			x.Spans = append(x.Spans, rich.Span{Text: "\n"})
		}
		x.Spans = append(x.Spans, c.Spans...)
		x.Rows = x.Rows[1:]
	}
}

// labels marks the first row of a sheet as the labels of its columns, if they
// read like that: three or more short words.
func labels(x *rich.Block) {
	captioned(x)
	if len(x.Rows) < 2 || len(x.Rows[0].Cells) < 3 {
		return
	}
	for _, c := range x.Rows[0].Cells {
		s := ""
		for _, sp := range c.Spans {
			s += sp.Text
		}
		if s = strings.TrimSpace(s); s == "" || utf8.RuneCountInString(s) > 20 || !strings.ContainsFunc(s, unicode.IsLetter) || c.Head {
			return
		}
	}
	for i := range x.Rows[0].Cells {
		x.Rows[0].Cells[i].Head = true
	}
}

// blank reports a table without a word: a drawing, such as a two-dimensional
// code, that was taken for one.
func blank(g *doc.Grid) bool {
	for _, c := range g.Cells {
		if strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

// habit is the level of a heading by the numbers that official papers use: 2 for
// 一、 and 3 for （一）, 0 for a line that is none.
func habit(s string) int {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > 30 || strings.ContainsAny(s, "。；：，\n") {
		return 0
	}
	const ordinals = "一二三四五六七八九十"
	if rest := strings.TrimLeft(s, ordinals); rest != s && strings.HasPrefix(rest, "、") {
		return 2
	}
	in, ok := strings.CutPrefix(s, "（")
	if rest := strings.TrimLeft(in, ordinals); ok && rest != in && strings.HasPrefix(rest, "）") {
		return 3
	}
	return 0
}

// tableOf is a table in the form of a body.
func tableOf(g *doc.Grid) rich.Block {
	x := rich.Block{Kind: rich.Grid, Rows: make([]rich.Row, g.Rows)}
	for _, c := range g.Cells {
		if c.Row < 0 || c.Row >= len(x.Rows) {
			continue
		}
		x.Rows[c.Row].Cells = append(x.Rows[c.Row].Cells, rich.Cell{Spans: []rich.Span{{Text: c.Text}}, Head: c.Head, RowSpan: c.RowSpan, ColSpan: c.ColSpan})
	}
	return x
}
