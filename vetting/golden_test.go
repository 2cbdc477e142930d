package vetting

import (
	"os"
	"slices"
	"strings"
	"testing"

	"gongkai/rich"
)

// golden reads a text of the collection: what stands in it, and what a reviewer
// has to be shown.
func golden(s string) (name, title string, body rich.Body, want []string) {
	bare := func(s string) string {
		var out strings.Builder
		for {
			a, rest, found := strings.Cut(s, "⟦")
			out.WriteString(a)
			if !found {
				return out.String()
			}
			mark, after, _ := strings.Cut(rest, "⟧")
			kind, words, _ := strings.Cut(mark, " ")
			want = append(want, kind+" "+words)
			out.WriteString(words)
			s = after
		}
	}
	lines := strings.Split(strings.TrimSpace(s), "\n")
	name = lines[0]
	title = bare(lines[1])
	for i := 2; i < len(lines); i++ {
		l := lines[i]
		if !strings.HasPrefix(l, "|") {
			body.Blocks = append(body.Blocks, rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: bare(l)}}})
			continue
		}
		b := rich.Block{Kind: rich.Grid}
		for ; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
			var row rich.Row
			for _, c := range strings.Split(strings.Trim(lines[i], "|"), "|") {
				row.Cells = append(row.Cells, cell(bare(c)))
			}
			b.Rows = append(b.Rows, row)
		}
		i--
		body.Blocks = append(body.Blocks, b)
	}
	return name, title, body, want
}

func goldens(t testing.TB) []string {
	b, err := os.ReadFile("testdata/published.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(string(b), "\n=== ")[1:]
}

// What offices publish is marked where a reviewer must look and nowhere else.
func TestPublishedTexts(t *testing.T) {
	runes, texts, missed, alarms, wanted := 0, 0, 0, 0, 0
	for _, s := range goldens(t) {
		name, title, body, want := golden(s)
		var got []string
		for _, m := range Look(Pieces(title, "", body), nil, today) {
			got = append(got, string(m.Kind)+" "+m.Found)
			if m.Why == "" || m.Cite.Empty() {
				t.Errorf("%s: %s %q says neither why nor where from", name, m.Kind, m.Found)
			}
		}
		runes += len([]rune(title)) + len([]rune(body.Text()))
		texts++
		wanted += len(want)
		for _, w := range want {
			if k := slices.Index(got, w); k >= 0 {
				got = slices.Delete(got, k, k+1)
			} else {
				missed++
				t.Errorf("%s: not shown: %s", name, w)
			}
		}
		alarms += len(got)
		for _, g := range got {
			t.Errorf("%s: false alarm: %s", name, g)
		}
	}
	t.Logf("%d texts, %d characters, %d places to look at, %d missed, %.2f false alarms per 10,000 characters", texts, runes, wanted, missed, float64(alarms)*10_000/float64(runes))
	if texts < 40 {
		t.Errorf("only %d texts", texts)
	}
}
