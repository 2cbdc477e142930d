package search

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// holds is the plain look: the units of a text one after another.
func holds(text string, us []string) bool {
	list := units(text)
	for i := 0; i+len(us) <= len(list); i++ {
		fits := true
		for j, u := range us {
			fits = fits && list[i+j].s == u && (j == 0 || !list[i+j].apart)
		}
		if fits {
			return true
		}
	}
	return len(us) == 0
}

// expected is what a search without synonyms has to give: the strict hits in
// order, by looking at every item.
func expected(docs map[int64]Doc, q Query) []int64 {
	terms := parse(q.Text, nil, "")
	type ranked struct {
		Doc
		class int
	}
	var out []ranked
	for _, d := range docs {
		titles, all := 0, true
		for _, t := range terms {
			switch {
			case holds(d.Title, t.units) || holds(d.DocNo, t.units):
				titles++
			case !holds(d.Text, t.units):
				all = false
			}
		}
		class := fit(titles, len(terms), false)
		if all && len(terms) > 0 && titles == len(terms) && key(d.Title) == key(strings.Join(namesOf(terms), "")) && len(units(d.Title)) == unitsOf(terms) {
			class = sameTitle
		}
		if k := numberKey(q.Text); k != "" && slices.Contains(numberKeys(d.DocNo, d.Index), k) {
			class, all = byNumber, true
		}
		for _, f := range q.All {
			all = all && slices.Contains(d.Tokens, f)
		}
		for _, g := range q.Any {
			all = all && slices.ContainsFunc(g, func(f string) bool { return slices.Contains(d.Tokens, f) })
		}
		if all {
			out = append(out, ranked{d, class})
		}
	}
	slices.SortFunc(out, func(a, b ranked) int {
		gone := func(d ranked) int {
			if slices.Contains(d.Tokens, Gone) {
				return 1
			}
			return 0
		}
		if q.Newest {
			return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID))
		}
		return cmp.Or(a.class-b.class, gone(a)-gone(b), cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID))
	})
	ids := []int64{}
	for _, d := range out {
		ids = append(ids, d.ID)
	}
	return ids
}

func namesOf(terms []term) (out []string) {
	for _, t := range terms {
		out = append(out, strings.Join(t.units, ""))
	}
	return out
}

func unitsOf(terms []term) (n int) {
	for _, t := range terms {
		n += len(t.units)
	}
	return n
}

var pieceOf = rapid.SampledFrom([]string{"政", "务", "公", "开", "信", "息", "務", "開", "政务", "公开", "1", "2", "12", "2026", "〔2026〕", "（", "号", "第", "a", "B", "ａ", "１", "3.5", "1,234", "，", "。", " ", "\n", "\n\n", "\u3000", "\u200b", "“", "》", "-", "ß", "か", "\U00020000", "\x00", "\xff", "*", "\"", "AND", "NEAR(", "^", ":"})

func aText(max int) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(pieceOf, 0, max).Draw(t, "pieces"), "")
	})
}

var aFilter = rapid.SampledFrom([]string{"o1", "o2", "o12", "p/1/", "y2026", "c20.1", Gone, "ok"})

var aDoc = rapid.Custom(func(t *rapid.T) Doc {
	d := Doc{
		ID: rapid.Int64Range(1, 12).Draw(t, "id"), At: rapid.Int64Range(0, 8).Draw(t, "at") * 1700_000, Version: rapid.Int64Range(1, 3).Draw(t, "version"),
		Title: aText(8).Draw(t, "title"), Text: aText(30).Draw(t, "text"), Tokens: rapid.SliceOfN(aFilter, 0, 4).Draw(t, "filters"),
	}
	if rapid.Bool().Draw(t, "numbered") {
		d.DocNo = rapid.SampledFrom([]string{"政发〔2026〕12号", "政务[2026]2号", "开2026 第12号", "12"}).Draw(t, "number")
	}
	return d
})

// Whatever is put, replaced, taken out and merged: a search finds every item
// with all its terms and filters and none without, in the fixed order, and says
// the same in its pieces.
func TestFindsAllAndNoneElse(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		file := filepath.Join(dir, fmt.Sprint(n))
		x, err := Open(file, Options{Readers: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer Remove(file)
		defer x.Close()
		ctx := context.Background()
		docs := map[int64]Doc{}
		for range rapid.IntRange(1, 6).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "step") {
			case 0:
				ids := rapid.SliceOfN(rapid.Int64Range(1, 12), 0, 5).Draw(t, "gone")
				if err := x.Delete(ctx, ids); err != nil {
					t.Fatal(err)
				}
				for _, id := range ids {
					delete(docs, id)
				}
			case 1:
				if err := x.Merge(ctx); err != nil {
					t.Fatal(err)
				}
			default:
				list := rapid.SliceOfN(aDoc, 0, 8).Draw(t, "docs")
				if err := x.Put(ctx, list); err != nil {
					t.Fatal(err)
				}
				for _, d := range list {
					if docs[d.ID].Version <= d.Version {
						docs[d.ID] = d
					}
				}
			}
		}
		for range 6 {
			q := Query{Text: aText(6).Draw(t, "query"), Limit: MaxLimit, Newest: rapid.Bool().Draw(t, "newest")}
			if rapid.Bool().Draw(t, "filtered") {
				q.All = rapid.SliceOfN(aFilter, 0, 2).Draw(t, "all")
				q.Any = rapid.SliceOfN(rapid.SliceOfN(aFilter, 1, 2), 0, 1).Draw(t, "any")
			}
			r, err := x.Find(ctx, q)
			if err != nil {
				t.Fatalf("%q: %v", q.Text, err)
			}
			if len(parse(q.Text, nil, "")) == 0 && strings.TrimSpace(q.Text) != "" {
				if len(r.Hits) != 0 {
					t.Fatalf("%q finds %v", q.Text, ids(r))
				}
				continue
			}
			want := expected(docs, q)
			got := ids(r)
			if r.Count != len(got) || r.Strict > len(got) || r.More || r.Plus {
				t.Fatalf("%q: %d hits: %+v", q.Text, len(got), r)
			}
			if !q.Newest {
				got = got[:r.Strict] // what stands apart comes last
			} else if r.Strict < r.Count {
				continue
			}
			if !slices.Equal(got, want) {
				t.Fatalf("%q %+v: %v, want %v\n%+v", q.Text, q, got, want, docs)
			}
			for _, h := range r.Hits {
				if d := docs[h.ID]; strings.ToValidUTF8(d.Title, "\ufffd") != joinPieces(h.Title) {
					t.Fatalf("title %q shown as %q", d.Title, joinPieces(h.Title))
				}
				if n := len([]rune(joinPieces(h.Snippet))); n > maxSnippet+2 {
					t.Fatalf("a snippet of %d characters", n)
				}
			}
			for i := 1; i < len(r.Hits) && !q.Newest; i++ {
				if r.Hits[i].Score > r.Hits[i-1].Score {
					t.Fatalf("scores %v", r.Hits)
				}
			}
		}
	})
}

func joinPieces(list []piece) string {
	var b strings.Builder
	for _, p := range list {
		b.WriteString(p.Text)
	}
	return b.String()
}

// No query is an error, whatever it holds of the index's own language.
func FuzzQuery(f *testing.F) {
	for _, s := range []string{`"`, `政" OR "公`, `NEAR(政务 公开, 3)`, `w:政务`, `政*`, `-政 NOT 务`, "政\x00务", `{w}: x`, "＂政务＂", "《政务", strings.Repeat("政务公开", 300), "\xe6\x94", "a¦b §pub ¨zen¦wu"} {
		f.Add(s)
	}
	x := newIndex(f)
	put(f, x, cabinet)
	f.Fuzz(func(t *testing.T, s string) {
		ctx := context.Background()
		if _, err := x.Find(ctx, Query{Text: s, All: []string{s}, Any: [][]string{{s, "o1"}}, Synonyms: Synonyms(), Day: s}); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if r, err := x.Find(ctx, Query{Text: s, All: []string{"o9"}}); err != nil || len(r.Hits) > 0 {
			t.Fatalf("%q reaches past its filter: %v %v", s, ids(r), err)
		}
		if _, err := x.Suggest(ctx, s, 5); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if k, ok := Keep(s); ok && k == "" {
			t.Fatalf("%q is kept as nothing", s)
		}
		if err := x.Asked(ctx, s, "2026-11-23"); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

// What is taken out or replaced leaves no word of it in the files.
func TestDeletedWordsAreGone(t *testing.T) {
	x := newIndex(t)
	ctx := context.Background()
	m := newMaker(3)
	var docs []Doc
	for i := range 400 {
		docs = append(docs, m.doc(int64(i+10), 400))
	}
	secret := Doc{ID: 1, At: docs[200].At, Version: 1, Title: "关于麒麟貔貅的通知", DocNo: "饕餮发〔2026〕9号", Text: "本项涉及麒麟貔貅与饕餮梼杌，编号zq7788xk。", Tokens: []string{"o1"}}
	changed := docs[7]
	changed.Text += "狻猊囚牛嘲风"
	for i := 0; i < len(docs); i += 100 {
		list := docs[i : i+100]
		if i == 200 {
			list = append(slices.Clone(list), secret, changed)
		}
		put(t, x, list)
	}
	if err := x.Merge(ctx); err != nil {
		t.Fatal(err)
	}
	words := []string{"麒麟", "麟貔", "饕餮", "梼杌", "zq7788xk", "狻猊", "囚牛"}
	if r := find(t, x, Query{Text: "梼杌"}); len(r.Hits) != 1 || !inFiles(t, x, "狻猊") || !inFiles(t, x, "梼杌") {
		t.Fatal("the test looks in the wrong place")
	}
	changed.Version, changed.Text = 2, docs[7].Text
	put(t, x, []Doc{changed})
	if err := x.Delete(ctx, []int64{1, 999}); err != nil {
		t.Fatal(err)
	}
	for _, w := range words {
		if r := find(t, x, Query{Text: w}); len(r.Hits) > 0 {
			t.Errorf("%s finds %v", w, ids(r))
		}
		if inFiles(t, x, w) {
			t.Errorf("%s still stands in the file", w)
		}
	}
	if list, _ := x.Suggest(ctx, "麒麟", 5); len(list) > 0 {
		t.Errorf("%v is offered", list)
	}
}

func inFiles(t *testing.T, x *Index, word string) bool {
	t.Helper()
	found := false
	for _, end := range []string{"", "-wal"} {
		b, err := os.ReadFile(x.path + end)
		if err != nil && end == "" {
			t.Fatal(err)
		}
		found = found || bytes.Contains(b, []byte(word))
	}
	return found
}
