package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// The benchmarks run on a nation of 45,000 organs with six years of reports.
// GONGKAI_BENCH_ORGANS=2000 makes a small one for a quick look.
const (
	benchFirst = 2021
	benchYears = 6
	benchYear  = 2024
)

// nation is the database all benchmarks of one run share.
type nation struct {
	file    string
	store   *store.Store
	organs  []org.Organ
	reports int
	made    time.Duration // generating alone
	loaded  time.Duration // generating and storing
}

var benchNation = sync.OnceValues(func() (*nation, error) {
	n := 45_000
	if v := os.Getenv("GONGKAI_BENCH_ORGANS"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil {
			return nil, err
		}
	}
	dir, err := os.MkdirTemp("", "gongkai-bench")
	if err != nil {
		return nil, err
	}
	nationMade.Store(true)
	x := &nation{file: filepath.Join(dir, "bench.db")}
	ctx := context.Background()
	if x.store, err = store.Open(ctx, "sqlite:"+x.file); err != nil {
		return nil, err
	}
	x.organs = storetest.Nation(n, x.store.NewID)
	if x.organs, err = x.store.SaveOrgans(ctx, x.organs); err != nil {
		return nil, err
	}
	start := time.Now()
	for range storetest.Reports(x.organs, benchFirst, benchYears, 1) {
		x.reports++
	}
	x.made = time.Since(start)
	start = time.Now()
	_, err = x.store.ImportReports(ctx, storetest.Reports(x.organs, benchFirst, benchYears, 1))
	x.loaded = time.Since(start)
	return x, err
})

// nationMade is set once a benchmark has asked for it.
var nationMade atomic.Bool

func theNation(b *testing.B) *nation {
	b.Helper()
	x, err := benchNation()
	if err != nil {
		b.Fatal(err)
	}
	return x
}

// TestMain removes the shared database.
func TestMain(m *testing.M) {
	if childOfKill() || childOfKillLoad() || childOfKillActs() || childOfJobs() {
		return
	}
	code := m.Run()
	if nationMade.Load() {
		if x, err := benchNation(); err == nil {
			x.store.Close()
			os.RemoveAll(filepath.Dir(x.file))
		}
	}
	os.Exit(code)
}

// BenchmarkLoad says what generating and storing took; the baseline generates
// alone.
func BenchmarkLoad(b *testing.B) {
	x := theNation(b)
	st, err := x.store.Stats(context.Background())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(x.reports), "reports")
	b.ReportMetric(x.loaded.Seconds(), "s-generate-and-store")
	b.ReportMetric(x.made.Seconds(), "s-generate-alone")
	b.ReportMetric(float64(st.Bytes)/(1<<20), "MiB-on-disk")
	b.ReportMetric(float64(st.Bytes)/float64(x.reports), "B/report")
}

// BenchmarkSumTree adds up the whole nation for one year.
func BenchmarkSumTree(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	root := x.organs[0].ID
	sum := func(b *testing.B, s *store.Store) {
		t, err := s.SumTree(ctx, root, benchYear)
		if err != nil {
			b.Fatal(err)
		}
		if len(t.Filed) == 0 || len(t.Filed)+len(t.Summaries) != len(x.organs) {
			b.Fatalf("%d added, %d summaries of %d organs", len(t.Filed), len(t.Summaries), len(x.organs))
		}
	}
	b.Run("FirstOfAnInstance", func(b *testing.B) { // organs and reports read
		for b.Loop() {
			b.StopTimer()
			s, err := store.Open(ctx, "sqlite:"+x.file)
			if err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			sum(b, s)
			b.StopTimer()
			s.Close()
			b.StartTimer()
		}
	})
	b.Run("AfterAChange", func(b *testing.B) { // organs known, reports read
		sum(b, x.store)
		for b.Loop() {
			b.StopTimer()
			resave(b, x.store, x.organs[len(x.organs)-1].ID)
			b.StartTimer()
			sum(b, x.store)
		}
	})
	b.Run("Unchanged", func(b *testing.B) {
		for b.Loop() {
			sum(b, x.store)
		}
	})
	b.Run("County", func(b *testing.B) {
		var county org.Organ
		for _, o := range x.organs {
			if o.Kind == org.Government && o.Level == org.County {
				county = o
			}
		}
		for b.Loop() {
			b.StopTimer()
			resave(b, x.store, county.ID)
			b.StartTimer()
			if _, err := x.store.SumTree(ctx, county.ID, benchYear); err != nil {
				b.Fatal(err)
			}
		}
	})
	// The baselines, in the same run on the same file.
	db, err := sql.Open("sqlite", "file:"+x.file+"?_pragma=cache_size(-16384)")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	b.Run("BaselineCount", func(b *testing.B) {
		for b.Loop() {
			var n int
			if err := db.QueryRow("select count(*) from report where year = ? and organ > 0", benchYear).Scan(&n); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("BaselineReadFigures", func(b *testing.B) { // the same bytes, one connection, nothing added
		for b.Loop() {
			rows, err := db.Query("select organ, figures from report where year = ?", benchYear)
			if err != nil {
				b.Fatal(err)
			}
			var id int64
			var raw sql.RawBytes
			for rows.Next() {
				if err := rows.Scan(&id, &raw); err != nil {
					b.Fatal(err)
				}
			}
			rows.Close()
		}
	})
}

func resave(b *testing.B, s *store.Store, organ int64) {
	b.Helper()
	f, err := s.Report(context.Background(), organ, benchYear)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.SaveReport(context.Background(), *f); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPage turns the pages of the list of all organs, evenly spread over
// the list, and tells the median and the 95th percentile.
func BenchmarkPage(b *testing.B) {
	x := theNation(b)
	ctx := context.Background()
	province, err := x.store.Organ(ctx, x.organs[1].ID)
	if err != nil {
		b.Fatal(err)
	}
	root := "/" + fmt.Sprint(x.organs[0].ID) + "/"
	for name, q := range map[string]store.ReportQuery{
		"AllOrgans":      {Status: store.StatusAll},
		"Tree":           {},
		"UnderNation":    {Under: root},
		"ByName":         {Sort: store.SortName},
		"ByNew":          {Sort: store.SortNew},
		"ByNewNation":    {Sort: store.SortNew, Under: root},
		"ByNewProvince":  {Sort: store.SortNew, Under: province.Path},
		"ByPublished":    {Sort: store.SortPublished},
		"Errors":         {Status: store.StatusErrors},
		"Missing":        {Status: store.StatusMissing}, // there are none: the worst case
		"Search":         {Search: "云3县石7镇"},
		"SearchProvince": {Search: "云3县石7镇", Under: province.Path},
	} {
		b.Run(name, func(b *testing.B) {
			next, stop := iter.Pull(marks(b, x.store, q))
			defer stop()
			var took []time.Duration
			for b.Loop() {
				q.Year, q.Limit = benchYear, 50
				var ok bool
				if q.After, ok = next(); !ok {
					b.Fatal("no page")
				}
				start := time.Now()
				if _, _, err := x.store.Reports(ctx, q); err != nil {
					b.Fatal(err)
				}
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "ms-p95")
		})
	}
}

// marks gives the marks of up to 60 pages spread over a list, again and again.
func marks(b *testing.B, s *store.Store, q store.ReportQuery) iter.Seq[string] {
	q.Year, q.Limit = benchYear, store.MaxReports
	all := []string{""}
	for len(all) < 60 {
		_, next, err := s.Reports(context.Background(), q)
		if err != nil {
			b.Fatal(err)
		}
		if next == "" {
			break
		}
		all = append(all, next)
		q.After = next
	}
	return func(yield func(string) bool) {
		for {
			for _, m := range all {
				if !yield(m) {
					return
				}
			}
		}
	}
}

// BenchmarkMemory tells what the process holds after the work above.
func BenchmarkMemory(b *testing.B) {
	x := theNation(b)
	for _, year := range []int{benchYear, benchYear + 1} {
		if _, err := x.store.SumTree(context.Background(), x.organs[0].ID, year); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "MiB-heap")
	b.ReportMetric(resident("VmRSS:"), "MiB-resident")
	b.ReportMetric(resident("VmHWM:"), "MiB-resident-peak")
}

// resident reads a line of /proc/self/status in MiB; 0 where there is none.
func resident(line string) float64 {
	b, _ := os.ReadFile("/proc/self/status")
	for _, l := range strings.Split(string(b), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == line {
			n, _ := strconv.ParseFloat(f[1], 64)
			return n / 1024
		}
	}
	return 0
}
