package ingest

import (
	"strings"
	"testing"

	"gongkai/law/annual"
	"gongkai/text"

	"pgregory.net/rapid"
)

// traditional writes every character that has a traditional form in it.
func traditional() *strings.Replacer {
	var pairs []string
	for r := rune(0x4e00); r <= 0x9fff; r++ {
		if s := text.Simplify(string(r)); s != string(r) {
			pairs = append(pairs, s, string(r))
		}
	}
	return strings.NewReplacer(pairs...) // the first of several forms
}

// A report in traditional characters is read as one in simplified ones, without
// a repair, and shown as it is printed.
func TestTraditionalCharactersAreLabelsToo(t *testing.T) {
	tr := traditional()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHostile(t)
		for i := range h.items {
			h.items[i].text = tr.Replace(h.items[i].text)
			if h.items[i].table == nil {
				continue
			}
			for _, row := range *h.items[i].table {
				for k := range row {
					row[k].text = tr.Replace(row[k].text)
				}
			}
		}
		got, err := h.read(rapid.SampledFrom([]string{"grid", "tab", "web"}).Draw(t, "style"))
		if err != nil {
			t.Fatalf("%v\n%s", err, h.show())
		}
		for i, c := range h.want.Form.Cells {
			if got.Form != h.want.Form || got.Values[i] != h.want.Values[i] {
				t.Fatalf("%s: read %v, printed %v%s\n%s", c.ID, got.Values[i], h.want.Values[i], explain(got), h.show())
			}
		}
		if len(got.Repairs) > 0 || len(got.Missing) > 0 || got.Status() != annual.Complete {
			t.Fatalf("%s%s", got.Status(), explain(got))
		}
		if got.Organ != tr.Replace(h.want.Organ) || got.Year != h.want.Year || !strings.Contains(got.Signature, "人民政府") || got.Dated.IsZero() {
			t.Fatalf("%q %d %q %s", got.Organ, got.Year, got.Signature, got.Dated)
		}
		if !strings.Contains(got.Chapters[0], tr.Replace("的文字，说明本年度的工作情况")) {
			t.Fatalf("%q", got.Chapters[0])
		}
	})
}

// What does not apply is said in either script.
func TestTraditionalMarks(t *testing.T) {
	r := annual.New(annual.Edition("2021"), "青石鎮", 2023)
	for i := range r.Values {
		r.Values[i] = annual.Value{Kind: annual.Zero}
	}
	body := strings.Replace(write(r, tabStyle), "\t0", "\t不適用", 1)
	got := read(t, body)
	for i, v := range got.Values {
		if got.Sources[i].Raw == "不適用" {
			if v.Kind != annual.NA {
				t.Errorf("%s is %v", got.Form.Cells[i].ID, v)
			}
			return
		}
	}
	t.Error("the mark is nowhere")
}
