package store_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkJobs puts jobs and runs them to their end, each in transactions of
// its own, as the office does.
func BenchmarkJobs(b *testing.B) {
	for name, address := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(b.TempDir(), "x.db") },
		"postgres": func() string { return storetest.Postgres(b).Database(b) },
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b, address())
			for range b.N {
				if err := s.Enqueue(b.Context(), "空", "", 1, time.Time{}); err != nil {
					b.Fatal(err)
				}
			}
			ctx, stop := context.WithCancel(b.Context())
			var n atomic.Int64
			b.ResetTimer()
			err := s.RunJobs(ctx, store.JobRunner{Workers: 8, Poll: 5 * time.Millisecond, Kinds: []store.JobKind{{Name: "空", Max: 8, Run: func(context.Context, []byte) error {
				if n.Add(1) >= int64(b.N) {
					stop()
				}
				return nil
			}}}})
			stop()
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "jobs/s")
		})
	}
}
