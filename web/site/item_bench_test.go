package site

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// BenchmarkItemPage asks for the page of an item over eight connections, and a
// bare handler for the same bytes, in turns. The targets are a ratio of 0.5 of
// their rates, and 10 ms in 99 of 100.
func BenchmarkItemPage(b *testing.B) {
	dir := b.TempDir()
	st, err := store.Open(context.Background(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: make([]byte, store.SecretSize), Blobs: filepath.Join(dir, "files")})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	p := &press{county: &county{store: st, cfg: &page.Config{County: "云岭县"}}}
	if p.qs, err = st.SaveOrgan(context.Background(), org.Organ{Code: "11341500MB0C", Name: "青石镇人民政府", Kind: org.Town, Level: org.Township}); err != nil {
		b.Fatal(err)
	}
	p.staff()
	var text []string
	for range 40 {
		text = append(text, strings.Repeat("为做好水旱灾害的防范与处置，保证抗洪抢险工作有序进行，制定本预案。", 3))
	}
	_, number := p.publish(b, proactive.Normative, proactive.Content{Title: "关于印发防汛抗旱应急预案的通知", DocNo: "青政〔2026〕7号", Body: wording(text...)})
	site := New(p.cfg, st, page.Link{}).Handler()
	path := page.ItemHref(number)
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	body := w.Body.Bytes()
	if w.Code != 200 || len(body) < 1000 {
		b.Fatalf("%s: %d, %d bytes", path, w.Code, len(body))
	}
	bare := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	})
	one, two := serveOn(b, bare), serveOn(b, site)
	var bareTime, siteTime time.Duration
	var took []time.Duration
	n := 0
	for b.Loop() {
		const batch = 800
		x, _ := eight(b, one, path, batch)
		y, each := eight(b, two, path, batch)
		bareTime, siteTime, took, n = bareTime+x, siteTime+y, append(took, each...), n+batch
	}
	slices.Sort(took)
	b.ReportMetric(float64(n)/bareTime.Seconds(), "bare/s")
	b.ReportMetric(float64(n)/siteTime.Seconds(), "item/s")
	b.ReportMetric(bareTime.Seconds()/siteTime.Seconds(), "ratio")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
}

// eight asks n times over eight connections, and says how long each took.
func eight(b *testing.B, base, path string, n int) (time.Duration, []time.Duration) {
	t := &http.Transport{MaxIdleConnsPerHost: 8, DisableCompression: true}
	defer t.CloseIdleConnections()
	took := make([]time.Duration, n)
	start := time.Now()
	var wg sync.WaitGroup
	for c := range 8 {
		wg.Go(func() {
			for i := c; i < n; i += 8 {
				at := time.Now()
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
				took[i] = time.Since(at)
			}
		})
	}
	wg.Wait()
	return time.Since(start), took
}
