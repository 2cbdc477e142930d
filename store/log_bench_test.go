package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"gongkai/act"
	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/translog"
)

// leavesOfBench is how many entries BenchmarkProof has; GONGKAI_BENCH_LEAVES
// takes another number, e.g. 10000000.
const leavesOfBench = 1_000_000

// bigLog makes a log of n entries. They are queued past the store, as many to a
// transaction as the integrator takes in at once.
func bigLog(b *testing.B, n int) (*store.Store, time.Duration) {
	file := filepath.Join(b.TempDir(), "x.db")
	s, err := store.Open(b.Context(), "sqlite:"+file, store.Options{Signer: storetest.LogKey(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=synchronous(normal)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	var integrating time.Duration
	for id := 1; id <= n; {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		st, err := tx.Prepare(`insert into log_leaf (id, ref, seq, kind, version, at, officer, body, hash) values ($1, $2, 1, $3, 1, 0, 0, $4, x'')`)
		if err != nil {
			b.Fatal(err)
		}
		for end := min(id+10_000, n+1); id < end; id++ {
			a := act.Act{ID: int64(id), Ref: act.ReportRef(int64(id), 2025), Seq: 1, Kind: act.ReportPublished, Version: 1, On: law.Day(2026, 1, 20), At: int64(id),
				Body: act.Report{Name: "青石镇人民政府", Year: 2025, Edition: "2021", Version: 1, Published: law.Day(2026, 1, 20), Content: act.Digest([]byte(strconv.Itoa(id)))}}
			leaf, err := a.Leaf()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := st.Exec(id, a.Ref, a.Kind, string(leaf)); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		if _, err := s.Integrate(b.Context()); err != nil {
			b.Fatal(err)
		}
		integrating += time.Since(start)
	}
	return s, integrating
}

// BenchmarkProof makes receipts of single entries of a large log, and checks
// them; the baseline reads the entry alone.
func BenchmarkProof(b *testing.B) {
	n := leavesOfBench
	if v := os.Getenv("GONGKAI_BENCH_LEAVES"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			b.Fatal(err)
		}
	}
	s, integrating := bigLog(b, n)
	ctx := context.Background()
	var took []time.Duration
	at := int64(0)
	for b.Loop() {
		at = (at*6364136223846793005 + 1442695040888963407) & (1<<62 - 1)
		start := time.Now()
		r, err := s.ReceiptAt(ctx, at%int64(n))
		took = append(took, time.Since(start))
		if err != nil {
			b.Fatal(err)
		}
		if len(took)%100 == 1 {
			if err := translog.VerifyReceipt(r, s.LogKey().Verifier); err != nil {
				b.Fatal(err)
			}
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(n), "entries")
	b.ReportMetric(float64(integrating.Nanoseconds())/float64(n), "ns-integrate/entry")
	b.ReportMetric(float64(took[len(took)/2].Microseconds()), "µs-p50")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds()), "µs-p99")
	b.ReportMetric(float64(took[len(took)-1].Microseconds()), "µs-max")
}

// BenchmarkSaveReport saves a published report with and without a log, by turns
// in one run, each with a flush to the disk.
func BenchmarkSaveReport(b *testing.B) {
	type side struct {
		s    *store.Store
		f    store.Filed
		took time.Duration
	}
	make1 := func(o store.Options) *side {
		s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "x.db"), o)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { s.Close() })
		g, err := s.SaveOrgan(b.Context(), org.Organ{Name: "青石镇人民政府", Kind: org.Town})
		if err != nil {
			b.Fatal(err)
		}
		r := annual.New(annual.Edition("2021"), g.Name, 2025)
		for i := range r.Values {
			r.Values[i] = annual.Num(int64(i % 5))
		}
		for i := range r.Chapters {
			r.Chapters[i] = fmt.Sprintf("第%d章的文字，讲本机关一年的工作。", i+1)
		}
		return &side{s: s, f: store.Filed{Organ: g.ID, Year: 2025, Report: r, Published: law.Day(2026, 1, 20)}}
	}
	sides := []*side{make1(store.Options{}), make1(store.Options{Signer: storetest.LogKey(b)})}
	for b.Loop() {
		for _, x := range sides {
			start := time.Now()
			v, err := x.s.SaveReport(b.Context(), x.f)
			x.took += time.Since(start)
			if err != nil {
				b.Fatal(err)
			}
			x.f.Version = v
		}
	}
	n := float64(b.N)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(sides[0].took.Microseconds())/n, "µs-without")
	b.ReportMetric(float64(sides[1].took.Microseconds())/n, "µs-with")
	b.ReportMetric(float64(sides[0].took)/float64(sides[1].took), "ratio-of-speed")
}
