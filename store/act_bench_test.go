package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// officers is how many act at once.
const officers = 8

// atOnce lets the officers act until the benchmark's number is reached, and says
// how many acts a second were acknowledged.
func atOnce(b testing.TB, n int, one func(officer, i int) error) float64 {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	start := time.Now()
	for w := range officers {
		wg.Go(func() {
			for {
				i := next.Add(1)
				if i > int64(n) {
					return
				}
				if err := one(w, int(i)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return float64(n) / time.Since(start).Seconds()
}

// actor saves settings of one organ as a head does: permission, projection,
// operation key, act with details, and both logs.
func actor(b testing.TB, s *store.Store) func(officer, i int) error {
	b.Helper()
	ctx := context.Background()
	o, err := s.SaveOrgan(ctx, org.Organ{Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		b.Fatal(err)
	}
	var round atomic.Int64
	return func(officer, i int) error {
		if i == 1 {
			round.Add(1)
		}
		v := org.Viewer{Person: int64(officer + 1), Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}
		key := fmt.Sprintf("%d-%d", round.Load(), i)
		_, err := s.SaveSetting(ctx, store.By{Viewer: v, Key: key, From: "192.0.2.7", Reason: "测算"}, store.Setting{Organ: o.ID, Name: "设置" + key, Value: "5个工作日"})
		return err
	}
}

// BenchmarkActs compares acts of eight officers at once, each with its
// projection, operation key, details and entry of the log, with bare inserts of
// a row as long by eight writers, each durable before the next, by turns in one
// run: one row to a commit, and as many to a commit as the acts have.
func BenchmarkActs(b *testing.B) {
	dir := b.TempDir()
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	act := actor(b, s)
	insert := bareRows(b, filepath.Join(dir, "bare.db"))
	const some = 500
	var acts, bare float64
	n := 0
	for b.Loop() {
		acts += atOnce(b, some, act)
		bare += atOnce(b, some, insert)
		n++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(acts/float64(n), "acts/s")
	b.ReportMetric(bare/float64(n), "bare-rows/s")
	b.ReportMetric(acts/bare, "ratio")
}

// bareRows puts a row of 600 bytes into a table, each durable before the next.
func bareRows(b testing.TB, file string) func(officer, i int) error {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("create table bare (id integer primary key, body text not null) strict"); err != nil {
		b.Fatal(err)
	}
	body := strings.Repeat("x", 600)
	insert, err := db.Prepare("insert into bare (body) values ($1)")
	if err != nil {
		b.Fatal(err)
	}
	return func(int, int) error {
		_, err := insert.Exec(body)
		return err
	}
}

// slowFlush is what an honest disk adds to a flush.
const slowFlush = 8 * time.Millisecond

// BenchmarkActsOnASlowDisk lets eight officers act where every flush takes 8 ms
// longer.
func BenchmarkActsOnASlowDisk(b *testing.B) {
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	act := actor(b, s)
	flushes := 0
	s.SlowFlush(slowFlush, func() { flushes++ })
	const some = 500
	rate, n := 0.0, 0
	for b.Loop() {
		rate += atOnce(b, some, act)
		n++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate/float64(n), "acts/s")
	b.ReportMetric(float64(n*some)/float64(flushes), "acts/flush")
}

// Officers who act at once share the flushes of the disk.
func TestActsShareFlushes(t *testing.T) {
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	act := actor(t, s)
	flushes := 0
	s.SlowFlush(slowFlush, func() { flushes++ })
	const acts = 160
	rate := atOnce(t, acts, act)
	if flushes > acts/2 {
		t.Errorf("%d acts took %d flushes", acts, flushes)
	}
	c, err := s.VerifyLog(t.Context())
	if err != nil || len(c.Faults) > 0 || c.Office.Size != acts || c.Office.Waiting != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	t.Logf("%.0f acts/s, %.1f to a flush", rate, float64(acts)/float64(flushes))
}

// BenchmarkActsPostgres is for information: the test's server does not flush.
func BenchmarkActsPostgres(b *testing.B) {
	s, err := store.Open(b.Context(), storetest.Postgres(b).Database(b), store.Options{Signer: storetest.LogKey(b)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	act := actor(b, s)
	const some = 500
	rate, n := 0.0, 0
	for b.Loop() {
		rate += atOnce(b, some, act)
		n++
	}
	if _, err := s.Integrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate/float64(n), "acts/s")
}
