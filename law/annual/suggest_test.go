package annual

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSuggestFindsTheSlip(t *testing.T) {
	type m = map[string]int64
	for _, c := range []struct {
		name string
		bad  m
		want m // cell → figure proposed; nil for no proposal
		word string
	}{
		{"a total not updated", m{"t3.new.total": 14}, m{"t3.new.total": 15}, "合计"},
		{"digits swapped in 表四's total", m{"t4.review.upheld": 9, "t4.review.pending": 3, "t4.review.total": 21}, m{"t4.review.total": 12}, "合计"},
		{"digits swapped", m{"t3.new.natural": 21}, m{"t3.new.natural": 12}, "颠倒"},
		{"a digit dropped", m{"t3.new.natural": 1}, m{"t3.new.natural": 12}, "一位"},
		{"one column off", m{"t3.partial.natural": 0, "t3.partial.business": 1}, m{"t3.partial.natural": 1, "t3.partial.business": 0}, "位置"},
		{"result total of a column", m{"t3.result_total.business": 4}, m{"t3.result_total.business": 3}, "合计"},
		{"two slips of different size", m{"t3.new.natural": 21, "t3.granted.business": 5}, m{"t3.new.natural": 12, "t3.granted.business": 2}, ""},
		{"three slips", m{"t3.new.natural": 21, "t3.granted.business": 5, "t3.partial.charity": 4}, nil, ""},
	} {
		r := with(busy("2021", 2023), c.bad)
		got := Suggest(r)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v, want %v", c.name, got, c.want)
			continue
		}
		for _, ch := range got {
			if ch.To.N != c.want[ch.Cell] || ch.From != r.Get(ch.Cell) {
				t.Errorf("%s: %+v, want %v", c.name, ch, c.want)
			}
		}
		attached := 0
		for _, g := range Check(r, nil) {
			if len(g.Changes) > 0 {
				attached++
				if !strings.Contains(g.Suggest, c.word) || !strings.Contains(g.Suggest, "改为") {
					t.Errorf("%s: suggestion %q does not say %q", c.name, g.Suggest, c.word)
				}
			}
		}
		if (attached > 0) != (c.want != nil) {
			t.Errorf("%s: %d findings carry the change", c.name, attached)
		}
	}
}

func TestSuggestKeepsGroupsApart(t *testing.T) {
	r := with(busy("2021", 2023), map[string]int64{"t3.new.total": 14, "t4.review.total": 3})
	if got := Suggest(r); len(got) != 2 {
		t.Errorf("one change in 表三 and one in 表四 expected, got %+v", got)
	}
}

// Whatever is suggested makes every equation hold; one wrong cell of 表三 is
// always found again.
func TestSuggestionsSatisfyEveryIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		faults := rapid.IntRange(1, 2).Draw(t, "faults")
		was := map[string]Value{}
		p := &r.Form.Table("t3").Parts[0]
		for range faults {
			i := p.Cells[rapid.IntRange(0, len(p.Rows)-1).Draw(t, "row")][rapid.IntRange(0, 6).Draw(t, "col")]
			if _, twice := was[r.Form.Cells[i].ID]; twice {
				return
			}
			was[r.Form.Cells[i].ID] = r.Values[i]
			r.Values[i] = Num(r.Values[i].N + int64(rapid.IntRange(1, 40).Draw(t, "by")))
		}
		got := Suggest(r)
		if faults == 1 && len(got) != 1 {
			t.Fatalf("one wrong cell %v, suggested %+v", was, got)
		}
		for _, c := range got {
			if faults == 1 && c.To != was[c.Cell] {
				t.Fatalf("cell %s was %v, suggested %v", c.Cell, was[c.Cell], c.To)
			}
			r.Set(c.Cell, c.To)
		}
		if got != nil && len(r.Failing()) != 0 {
			t.Fatalf("identities fail after %+v: %v", got, r.Failing())
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	r := with(busy("2021", 2023), map[string]int64{"t3.new.natural": 21, "t3.granted.business": 5})
	b.ReportAllocs()
	for b.Loop() {
		Suggest(r)
	}
}
