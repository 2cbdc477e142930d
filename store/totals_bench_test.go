package store_test

import (
	"context"
	"runtime"
	"testing"

	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// BenchmarkCheckAll checks every report of the nation over six years, with the
// rules against the year before and of governments against their organs.
func BenchmarkCheckAll(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	run := func(b *testing.B, first, last int, words bool) {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		var sweep *store.Sweep
		most := uint64(0)
		for b.Loop() {
			var err error
			sweep, err = x.store.CheckAll(ctx, store.CheckOptions{First: first, Last: last, Words: words, Progress: func(int, int) {
				runtime.ReadMemStats(&after)
				most = max(most, after.HeapInuse)
			}})
			if err != nil {
				b.Fatal(err)
			}
		}
		found := 0
		for _, h := range sweep.Hits {
			found += h.Found
		}
		b.ReportMetric(float64(sweep.Reports), "reports")
		b.ReportMetric(float64(found), "findings")
		b.ReportMetric(float64(most-before.HeapInuse)/(1<<20), "MiB-more-heap")
	}
	b.Run("SixYears", func(b *testing.B) { run(b, benchFirst, benchFirst+benchYears-1, false) })
	b.Run("OneYear", func(b *testing.B) { run(b, benchYear, benchYear, false) })
	b.Run("OneYearWithWords", func(b *testing.B) { run(b, benchYear, benchYear, true) })
	b.Run("Keep", func(b *testing.B) {
		sweep, err := x.store.CheckAll(ctx, store.CheckOptions{First: benchFirst, Last: benchFirst + benchYears - 1})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := x.store.KeepCheck(ctx, sweep); err != nil {
				b.Fatal(err)
			}
		}
	})
	// The baseline reads the same figures and decides nothing.
	b.Run("BaselineRead", func(b *testing.B) {
		for b.Loop() {
			for year := benchFirst; year < benchFirst+benchYears; year++ {
				for _, err := range x.store.EachReport(ctx, year) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
		}
	})
}

// BenchmarkTotal adds up by the list of organs counted: the default list, and the
// whole nation organ by organ, after one leaf changed.
func BenchmarkTotal(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	v := org.Program("测试")
	top, leaf := x.organs[0], x.organs[len(x.organs)-1].ID
	total := func(b *testing.B, organ int64, want int) {
		t, err := x.store.Total(ctx, v, organ, benchYear, false)
		if err != nil {
			b.Fatal(err)
		}
		if len(t.Counted) < want {
			b.Fatalf("%d counted", len(t.Counted))
		}
	}
	b.Run("County", func(b *testing.B) {
		var county int64
		for _, o := range x.organs {
			if o.Kind == org.Government && o.Level == org.County {
				county = o.ID
			}
		}
		for b.Loop() {
			total(b, county, 10)
		}
	})
	b.Run("Nation", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			resave(b, x.store, leaf)
			b.StartTimer()
			total(b, top.ID, 30)
		}
	})
	b.Run("NationOrganByOrgan", func(b *testing.B) {
		choices := map[int64]reporting.Choice{}
		for _, o := range x.organs {
			if o.Kind == org.Government && o.ID != top.ID {
				choices[o.ID] = reporting.Choice{Way: reporting.WayEach, Reason: "逐个计入"}
			}
		}
		c, err := x.store.Counted(ctx, v, top.ID, benchYear)
		if err != nil {
			b.Fatal(err)
		}
		// One level opens the next: a government inside one counted whole is not in
		// the list yet.
		for range 4 {
			open := map[int64]reporting.Choice{}
			for _, l := range c.Present.Lines {
				if l.Splits && l.Way != reporting.WayEach {
					open[l.Organ] = choices[l.Organ]
				}
			}
			if len(open) == 0 {
				break
			}
			if _, err := x.store.EditCounted(ctx, store.By{Viewer: v}, top.ID, benchYear, c.Version, open); err != nil {
				b.Fatal(err)
			}
			if c, err = x.store.Counted(ctx, v, top.ID, benchYear); err != nil {
				b.Fatal(err)
			}
		}
		for b.Loop() {
			b.StopTimer()
			resave(b, x.store, leaf)
			b.StartTimer()
			total(b, top.ID, len(x.organs)*9/10)
		}
	})
}
