package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

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

// sampled is how far apart the entries are of which there is more than a hash.
const sampled = 997

// leafOf is what an entry of the generated log says.
func leafOf(b *testing.B, id int64) (act.Act, []byte) {
	a := act.Act{ID: id + 1, Ref: act.ReportRef(id+1, 2025), Seq: 1, Kind: act.ReportPublished, Version: 1, On: law.Day(2026, 1, 20), At: id,
		Body: act.Report{Name: "青石镇人民政府", Year: 2025, Edition: "2021", Version: 1, Published: law.Day(2026, 1, 20), Content: act.Digest([]byte(strconv.FormatInt(id, 10)))}}
	leaf, err := a.Leaf()
	if err != nil {
		b.Fatal(err)
	}
	return a, leaf
}

// bigLog makes a log of n entries: every hash of its tree, its head, and of the
// entries one in 997.
func bigLog(b *testing.B, n int64) *store.Store {
	file := filepath.Join(b.TempDir(), "x.db")
	key := storetest.LogKey(b)
	s, err := store.Open(b.Context(), "sqlite:"+file, store.Options{Signer: key})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=synchronous(off)&_pragma=cache_size(-65536)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	must := func(query string, args ...any) {
		if _, err := db.Exec(query, args...); err != nil {
			b.Fatal(err)
		}
	}
	const many = 256
	text := "insert into log_hash (pos, hash) values ($1,$2)"
	for i := 1; i < many; i++ {
		text += fmt.Sprintf(",($%d,$%d)", 2*i+1, 2*i+2)
	}
	var args []any
	pos := int64(0)
	keep := func(h tlog.Hash) {
		if args = append(args, pos, h[:]); len(args) == 2*many {
			must(text, args...)
			args = args[:0]
		}
		pos++
	}
	var edge []tlog.Hash // roots of full subtrees, the largest first
	must("begin")
	for i := range n {
		h := tlog.Hash(sha256.Sum256(strconv.AppendInt(nil, i, 10)))
		if i%sampled == 0 {
			a, leaf := leafOf(b, i)
			h = translog.LeafHash(leaf)
			must(`insert into log_leaf (id, ref, seq, kind, version, at, officer, body, hash, idx) values ($1, $2, 1, $3, 1, $4, 0, $5, $6, $7)`,
				a.ID, a.Ref, a.Kind, a.At, string(leaf), h[:], i)
		}
		keep(h)
		for m := i; m&1 == 1; m >>= 1 {
			h = tlog.NodeHash(edge[len(edge)-1], h)
			edge = edge[:len(edge)-1]
			keep(h)
		}
		edge = append(edge, h)
	}
	for i := 0; i < len(args); i += 2 {
		must("insert into log_hash (pos, hash) values ($1, $2)", args[i], args[i+1])
	}
	root := edge[len(edge)-1]
	for i := len(edge) - 2; i >= 0; i-- {
		root = tlog.NodeHash(edge[i], root)
	}
	note, err := translog.Sign(n, root, key)
	if err != nil {
		b.Fatal(err)
	}
	must("insert into log_checkpoint (seq, size, note, at) values (1, $1, $2, 0)", n, string(note))
	must("commit")
	return s
}

// BenchmarkProof makes receipts of single entries of a large log, and checks
// them.
func BenchmarkProof(b *testing.B) {
	n := int64(leavesOfBench)
	if v := os.Getenv("GONGKAI_BENCH_LEAVES"); v != "" {
		var err error
		if n, err = strconv.ParseInt(v, 10, 64); err != nil {
			b.Fatal(err)
		}
	}
	s := bigLog(b, n)
	ctx := context.Background()
	var took []time.Duration
	at := int64(0)
	for b.Loop() {
		at = (at*6364136223846793005 + 1442695040888963407) & (1<<62 - 1)
		start := time.Now()
		r, err := s.ReceiptAt(ctx, at%n/sampled*sampled)
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
