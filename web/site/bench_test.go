package site

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// The benchmarks work on a nation's organs with one year of reports, made once
// a run (GONGKAI_BENCH_ORGANS, 45,000 if it is not set).
var benchNation = sync.OnceValues(func() (*store.Store, error) {
	n := 45_000
	if s := os.Getenv("GONGKAI_BENCH_ORGANS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	dir, err := os.MkdirTemp("", "gongkai-bench")
	if err != nil {
		return nil, err
	}
	return nation(dir, n)
})

func TestMain(m *testing.M) {
	code := m.Run()
	if benchDir != "" {
		_ = os.RemoveAll(benchDir)
	}
	os.Exit(code)
}

var benchDir string // of benchNation, removed at the end

// nationSite is a site over the nation; fresh says that nothing is cached.
func nationSite(b *testing.B) (fresh func() http.Handler) {
	b.Helper()
	st, err := benchNation()
	if err != nil {
		b.Fatal(err)
	}
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 2, 1) }}
	return func() http.Handler { return New(cfg, st, page.Link{}).Handler() }
}

func ask(b *testing.B, h http.Handler, path string) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	if w.Code != 200 {
		b.Fatalf("%s: %d", path, w.Code)
	}
	return w.Body.Len()
}

// BenchmarkAllOrgansOfAYear renders pages over all organs of one year anew each
// time and reports median and 95th percentile. The target is 50 ms a page.
func BenchmarkAllOrgansOfAYear(b *testing.B) {
	fresh := nationSite(b)
	for _, c := range []struct{ name, path string }{
		{"tree", "/reports?year=2025"}, {"new", "/reports?year=2025&sort=new"}, {"name", "/reports?year=2025&sort=name"},
		{"litigation-up", "/reports?year=2025&sort=litigation&order=up"}, {"coercion", "/reports?year=2025&sort=coercion&show=proactive"}, {"published", "/reports?year=2025&sort=published"},
		{"towns", "/reports?year=2025&kind=town&level=5&figures=whole&sort=denied&show=outcomes"}, {"shares", "/reports?year=2025&show=shares"}, {"api-table", "/api/v1/table?year=2025&sort=granted"},
		{"search", "/reports?year=2025&q=%E9%95%87100"}, {"search-none", "/reports?year=2025&q=%E6%B2%A1%E6%9C%89"}, {"home", "/"}, {"report", "/reports/O100/2025"},
	} {
		b.Run(c.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				h := fresh()
				start := time.Now()
				ask(b, h, c.path)
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapInuse>>20), "heap-MiB")
		})
	}
}

// BenchmarkYearAsCSV streams a whole year. The target is 3 s at 45,000 organs,
// in memory that does not grow with them.
func BenchmarkYearAsCSV(b *testing.B) {
	h := nationSite(b)()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak := uint64(0)
	for b.Loop() {
		w := &counting{header: http.Header{}, every: func() {
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapInuse-min(after.HeapInuse, before.HeapInuse))
		}}
		h.ServeHTTP(w, httptest.NewRequest("GET", "/open/reports-2025.csv", nil))
		b.ReportMetric(float64(w.n)/(1<<20), "MiB")
	}
	b.ReportMetric(float64(peak>>20), "peak-heap-MiB")
}

type counting struct {
	header http.Header
	n, at  int
	every  func()
}

func (c *counting) Header() http.Header { return c.header }
func (c *counting) WriteHeader(int)     {}
func (c *counting) Write(p []byte) (int, error) {
	if c.n += len(p); c.n-c.at > 4<<20 {
		c.at = c.n
		c.every()
	}
	return len(p), nil
}

// BenchmarkCachedPages asks a server over the loopback for a report page that
// is in the cache, and a bare handler for the same bytes, in turns, and reports
// the ratio of their rates. The target is 0.5.
func BenchmarkCachedPages(b *testing.B) {
	site := nationSite(b)()
	for _, c := range []struct{ name, path string }{{"report", "/reports/O100/2025"}, {"list", "/reports?year=2025"}, {"home", "/"}} {
		b.Run(c.name, func(b *testing.B) {
			r := httptest.NewRequest("GET", c.path, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			w := httptest.NewRecorder()
			site.ServeHTTP(w, r)
			body := w.Body.Bytes()
			bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Length", strconv.Itoa(len(body)))
				_, _ = w.Write(body)
			})
			one, two := serveOn(b, bare), serveOn(b, site)
			var bareTime, siteTime time.Duration
			n := 0
			for b.Loop() {
				const batch = 500
				bareTime += fetch(b, one, c.path, batch)
				siteTime += fetch(b, two, c.path, batch)
				n += batch
			}
			b.ReportMetric(float64(n)/bareTime.Seconds(), "bare/s")
			b.ReportMetric(float64(n)/siteTime.Seconds(), "cached/s")
			b.ReportMetric(bareTime.Seconds()/siteTime.Seconds(), "ratio")
		})
	}
}

func serveOn(b *testing.B, h http.Handler) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	s := page.Server("", h)
	go func() { _ = s.Serve(l) }()
	b.Cleanup(func() { _ = s.Close() })
	return "http://" + l.Addr().String()
}

// fetch asks n times over four connections.
func fetch(b *testing.B, base, path string, n int) time.Duration {
	t := &http.Transport{MaxIdleConnsPerHost: 4, DisableCompression: true}
	defer t.CloseIdleConnections()
	start := time.Now()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range n / 4 {
				r, err := http.NewRequest("GET", base+path, nil)
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Accept-Encoding", "gzip")
				res, err := t.RoundTrip(r)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if res.StatusCode != 200 {
					b.Errorf("%s: %d", path, res.StatusCode)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}

func nation(dir string, n int) (*store.Store, error) {
	benchDir = dir
	ctx := context.Background()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "gongkai.db"))
	if err != nil {
		return nil, err
	}
	organs := make([]org.Organ, n)
	for i := range organs {
		organs[i] = org.Organ{ID: int64(i + 1), Code: fmt.Sprintf("O%d", i), Name: fmt.Sprintf("第%d镇人民政府镇%d", i%97, i), Kind: org.Town, Level: org.Township, Parent: int64((i + 29) / 30)}
		if i < 1500 {
			organs[i].Kind, organs[i].Level = org.Government, org.County
		}
	}
	if _, err := st.SaveOrgans(ctx, organs); err != nil {
		return nil, err
	}
	form := annual.Edition("2021")
	_, err = st.ImportReports(ctx, func(yield func(store.Filed) bool) {
		for i := range n {
			r := annual.New(form, organs[i].Name, 2025)
			for k := range r.Values {
				r.Values[k] = annual.Num(int64((i * k) % 7))
			}
			if !yield(store.Filed{Organ: organs[i].ID, Year: 2025, Report: r, Published: law.Day(2026, 1, 1+i%28)}) {
				return
			}
		}
	})
	return st, err
}
