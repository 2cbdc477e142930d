package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
)

// BenchmarkTable asks for pages of the table of all organs: the first after the
// start, after one report changed, and in every order once it is known. The
// target of a page is 50 ms.
func BenchmarkTable(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	page := func(b *testing.B, q store.TableQuery) time.Duration {
		q.Year = benchYear
		start := time.Now()
		p, err := x.store.Table(ctx, q)
		if err != nil {
			b.Fatal(err)
		}
		took := time.Since(start)
		if len(p.Rows) == 0 {
			b.Fatal("an empty page")
		}
		return took
	}
	report := func(b *testing.B, took []time.Duration) {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	}
	b.Logf("the first page took %v", page(b, store.TableQuery{}))
	for name, q := range map[string]store.TableQuery{
		"Tree": {}, "ByName": {Sort: store.TableName}, "ByNew": {Sort: "new"}, "ByShare": {Sort: "disclosed_share"}, "ByShareUp": {Sort: "disclosed_share", Up: true},
		"Towns": {Sort: "carried_out", Kinds: []org.Kind{org.Town}}, "Search": {Search: "镇人民政府", Sort: "new"},
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				took = append(took, page(b, q))
			}
			report(b, took)
		})
	}
	b.Run("AfterAChange", func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			b.StopTimer()
			resave(b, x.store, x.organs[len(took)%len(x.organs)].ID)
			b.StartTimer()
			took = append(took, page(b, store.TableQuery{Sort: "new"}))
		}
		report(b, took)
	})
}
