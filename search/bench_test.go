package search

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// BenchmarkSearch fills an index with GONGKAI_BENCH_ITEMS items (20,000) and asks
// it what people ask. The baseline is the plain look through all texts, once.
// With a million, as the targets of docs/benchmarks.md are meant:
//
//	GONGKAI_BENCH_ITEMS=1000000 go test ./search -run xxx -bench Search -benchtime 1x -timeout 1h
//
// With GONGKAI_BENCH_KEEP, a folder, the index stays there and is asked again
// by the next run.
func BenchmarkSearch(b *testing.B) {
	items, _ := strconv.Atoi(os.Getenv("GONGKAI_BENCH_ITEMS"))
	if items == 0 {
		items = 20000
	}
	ctx := context.Background()
	folder := os.Getenv("GONGKAI_BENCH_KEEP")
	if folder == "" {
		folder = b.TempDir()
	}
	file := filepath.Join(folder, "search.db")
	x, err := Open(file, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	m := newMaker(1)
	var some []Doc
	var chars, size, oldest int64
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var putting, merging, longest, working time.Duration
	var kept int
	if err := x.read.QueryRow("select count(*) from doc").Scan(&kept); err != nil {
		b.Fatal(err)
	}
	for i := 0; i < items; {
		docs := make([]Doc, 0, 5000)
		for len(docs) < cap(docs) && i < items {
			d := m.doc(int64(i), int64(items))
			chars += int64(len([]rune(d.Title + d.DocNo + d.Text)))
			size += int64(len(d.Title + d.DocNo + d.Index + d.Text))
			docs = append(docs, d)
			i++
		}
		some = append(some, docs[:20]...)
		if i <= kept {
			continue
		}
		t, worked := time.Now(), threadCPU()
		if err := x.Put(ctx, docs); err != nil {
			b.Fatal(err)
		}
		took := time.Since(t)
		putting += took
		longest = max(longest, took)
		t = time.Now()
		if err := x.Merge(ctx); err != nil {
			b.Fatal(err)
		}
		merging += time.Since(t)
		working += threadCPU() - worked
	}
	oldest = some[0].ID
	var index, text int64
	if err := x.read.QueryRow("select (select sum(length(block)) from x_data) + (select sum(length(block)) from t_data), (select sum(length(text)) from body)").Scan(&index, &text); err != nil {
		b.Fatal(err)
	}
	st, _ := os.Stat(file)
	fmt.Printf("%d items, %d characters, %.0f MiB: put in %v (the longest batch %v), merged in %v: %.0f characters/s, %.0f by the work of its thread; index %.2f × the text, file with texts %.2f ×\n", items, chars, float64(size)/(1<<20),
		putting.Round(time.Millisecond), longest.Round(time.Millisecond), merging.Round(time.Millisecond), float64(chars)/(putting+merging).Seconds(), float64(chars)/max(working, 1).Seconds(), float64(index)/float64(size), float64(st.Size())/float64(size))

	r := rand.New(rand.NewPCG(7, 7))
	piece := func(n int) string {
		for {
			runes := []rune(some[r.IntN(len(some))].Text)
			if len(runes) <= n {
				continue
			}
			i := r.IntN(len(runes) - n)
			if s := string(runes[i : i+n]); !strings.ContainsAny(s, "，。；、0123456789") {
				return s
			}
		}
	}
	common := func() string { return m.vocab[r.IntN(60)] }
	kinds := []struct {
		name string
		q    func() Query
	}{
		{"1 character", func() Query { return Query{Text: piece(1)} }},
		{"2 characters", func() Query { return Query{Text: piece(2)} }},
		{"2 characters, common word", func() Query { return Query{Text: common()} }},
		{"3 characters", func() Query { return Query{Text: piece(3)} }},
		{"6 characters", func() Query { return Query{Text: piece(6)} }},
		{"6 characters, common words", func() Query { return Query{Text: common() + common() + common()} }},
		{"two common words", func() Query { return Query{Text: common() + " " + common()} }},
		{"2 characters, year and superior", func() Query {
			return Query{Text: piece(2), All: []string{"pub", "p" + strconv.Itoa(2+r.IntN(12)), "y" + strconv.Itoa(2015+r.IntN(10))}}
		}},
		{"3 characters, one organ", func() Query { return Query{Text: piece(3), All: []string{"pub", "o" + strconv.Itoa(r.IntN(1200))}} }},
		{"6 characters, kinds and in force", func() Query {
			return Query{Text: piece(6), All: []string{"ok"}, Any: [][]string{{"k1", "k2", "k3"}}}
		}},
		{"2 characters, page 10", func() Query { return Query{Text: piece(2), Offset: 180} }},
		{"document number", func() Query { return Query{Text: numbered(some, r)} }},
		{"no such words", func() Query {
			return Query{Text: string([]rune{rune(0x4e00 + r.IntN(20000)), rune(0x4e00 + r.IntN(20000)), rune(0x4e00 + r.IntN(20000))})}
		}},
		{"one organ, newest", func() Query { return Query{All: []string{"o" + strconv.Itoa(r.IntN(1200))}, Newest: true} }},
	}
	rounds := 200
	for b.Loop() {
		var all, allWork []time.Duration
		for _, k := range kinds {
			var took, work []time.Duration
			hits, scattered := 0, 0
			for range rounds {
				q := k.q()
				q.Synonyms = Synonyms()
				t, worked := time.Now(), threadCPU()
				res, err := x.Find(ctx, q)
				if err != nil {
					b.Fatal(err)
				}
				took, work = append(took, time.Since(t)), append(work, threadCPU()-worked)
				hits += res.Count
				scattered += res.Count - res.Strict
			}
			if strings.Contains("236", k.name[:1]) {
				all, allWork = append(all, took...), append(allWork, work...)
			}
			fmt.Printf("%-34s %s; work %s; %d items counted on average, %d of them apart\n", k.name, quantiles(took), quantiles(work), hits/rounds, max(scattered, 0)/rounds)
		}
		fmt.Printf("%-34s %s; work %s\n", "2, 3 and 6 characters together", quantiles(all), quantiles(allWork))
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)*95/100].Microseconds())/1000, "p95-ms")
	}
	// The baseline: the same question without an index.
	t := time.Now()
	var n int64
	if err := x.read.QueryRow("select count(*) from body where instr(text, $1) > 0", piece(3)).Scan(&n); err != nil {
		b.Fatal(err)
	}
	fmt.Printf("baseline: looking through all texts %v\n", time.Since(t).Round(time.Millisecond))
	for _, k := range []int64{1, 100} {
		t = time.Now()
		gone := make([]int64, k)
		for i := range gone {
			gone[i] = oldest + int64(i)*3 + k
		}
		if err := x.Delete(ctx, gone); err != nil {
			b.Fatal(err)
		}
		fmt.Printf("%d items taken out with their words: %v\n", k, time.Since(t).Round(time.Microsecond))
	}
}

func numbered(docs []Doc, r *rand.Rand) string {
	for {
		if d := docs[r.IntN(len(docs))]; d.DocNo != "" {
			return strings.NewReplacer("〔", "[", "〕", "]").Replace(d.DocNo)
		}
	}
}

func quantiles(d []time.Duration) string {
	d = slices.Clone(d)
	slices.Sort(d)
	return fmt.Sprintf("p50 %.1f ms, p95 %.1f ms, max %.1f ms", ms(d[len(d)/2]), ms(d[len(d)*95/100]), ms(d[len(d)-1]))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
