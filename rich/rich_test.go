package rich

import (
	"testing"

	"pgregory.net/rapid"
)

// A cell knows the label over it also where cells are merged.
func TestLinesOfATableKnowTheirColumn(t *testing.T) {
	cell := func(s string) Cell { return Cell{Spans: []Span{{Text: s}}} }
	two := cell("幸福村")
	two.RowSpan = 2
	b := Body{Blocks: []Block{{Kind: Grid, Rows: []Row{
		{Cells: []Cell{cell("村"), cell("姓名"), cell("联系电话")}},
		{Cells: []Cell{two, cell("甲"), cell("1")}},
		{Cells: []Cell{cell("乙"), cell("2")}},
	}}}}
	want := []string{"", "", "", "村", "姓名", "联系电话", "姓名", "联系电话"}
	for i, l := range b.Lines() {
		if l.Column != want[i] {
			t.Errorf("%q stands under %q, want %q", l.Text, l.Column, want[i])
		}
	}
	if got, want := b.Text(), "村\t姓名\t联系电话\n幸福村\t甲\t1\n乙\t2"; got != want {
		t.Errorf("text %q, want %q", got, want)
	}
}

// What is replaced in a line is replaced in its text, whatever its spans are.
func TestReplaceIsReplacementInTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := Body{Blocks: []Block{{Kind: Para}}}
		for range rapid.IntRange(1, 4).Draw(t, "spans") {
			b.Blocks[0].Spans = append(b.Blocks[0].Spans, Span{Text: rapid.StringOfN(rapid.RuneFrom([]rune("公开a1")), 1, 4, -1).Draw(t, "text"), Bold: rapid.Bool().Draw(t, "bold")})
		}
		r := []rune(b.Text())
		from := rapid.IntRange(0, len(r)-1).Draw(t, "from")
		to := rapid.IntRange(from+1, len(r)).Draw(t, "to")
		want := string(r[:from]) + "**" + string(r[to:])
		if !b.Replace(0, from, to, "**") || b.Text() != want {
			t.Fatalf("%q with %d…%d replaced is %q, want %q", string(r), from, to, b.Text(), want)
		}
	})
}
