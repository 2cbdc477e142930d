package site

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/web/page"
)

// BenchmarkAllOrgansOfAYear asks for pages of the list of one year over a
// nation's organs (GONGKAI_BENCH_ORGANS, 45,000 if it is not set). The target
// is 50 ms a page.
func BenchmarkAllOrgansOfAYear(b *testing.B) {
	n := 45_000
	if s := os.Getenv("GONGKAI_BENCH_ORGANS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	st := nation(b, n)
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 2, 1) }}
	h := New(cfg, st, page.Link{}).Handler()
	for _, c := range []struct{ name, path string }{
		{"tree", "/reports?year=2025"}, {"new", "/reports?year=2025&sort=new"}, {"name", "/reports?year=2025&sort=name"},
		{"search", "/reports?year=2025&q=%E9%95%87100"}, {"search-none", "/reports?year=2025&q=%E6%B2%A1%E6%9C%89"}, {"home", "/"}, {"report", "/reports/O100/2025"},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", c.path, nil))
				if w.Code != 200 {
					b.Fatalf("%s: %d", c.path, w.Code)
				}
			}
		})
	}
}

func nation(b *testing.B, n int) *store.Store {
	b.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, "sqlite:"+filepath.Join(b.TempDir(), "gongkai.db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	organs := make([]org.Organ, n)
	for i := range organs {
		organs[i] = org.Organ{ID: int64(i + 1), Code: fmt.Sprintf("O%d", i), Name: fmt.Sprintf("第%d镇人民政府镇%d", i%97, i), Kind: org.Town, Level: org.Township, Parent: int64((i + 29) / 30)}
		if i < 1500 {
			organs[i].Kind, organs[i].Level = org.Government, org.County
		}
	}
	if _, err := st.SaveOrgans(ctx, organs); err != nil {
		b.Fatal(err)
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
	if err != nil {
		b.Fatal(err)
	}
	return st
}
