package site

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
	"gongkai/web/page"
)

// BenchmarkApply is what eight people at once hand in through HTTP: the form
// parsed, the application durable, the receipt page read and drawn. The target is
// 200 a second.
func BenchmarkApply(b *testing.B) {
	st, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: bytes.Repeat([]byte{3}, store.SecretSize), Blobs: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	for i := range 40 {
		if _, err := st.SaveOrgan(b.Context(), org.Organ{Code: fmt.Sprint("T", i), Name: fmt.Sprintf("第%d镇人民政府", i), Kind: org.Town, Level: org.Township}); err != nil {
			b.Fatal(err)
		}
	}
	var from atomic.Int64 // everybody has an address of his own
	cfg := &page.Config{County: "云岭县", Today: func() law.Date { return law.DateOf(time.Now()) }, Now: time.Now, Visit: func(*http.Request) (page.Visit, error) {
		return page.Visit{Address: fmt.Sprint(from.Add(1))}, nil
	}}
	srv := httptest.NewServer(New(cfg, st, page.Link{}).Handler())
	b.Cleanup(srv.Close)
	const some, people = 400, 8
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: people}}
	n, took := 0, time.Duration(0)
	for b.Loop() {
		var next atomic.Int64
		var wg sync.WaitGroup
		start := time.Now()
		for range people {
			wg.Go(func() {
				for i := next.Add(1); i <= some; i = next.Add(1) {
					form := url.Values{"organ": {fmt.Sprint("T", i%40)}, "applicant": {"natural"}, "wanted": {"2025年农田水利工程的资金拨付表，按村列明金额和日期"}, "name": {"甲某某"}, "phone": {"13955550001"}, "key": {page.NewKey()}}
					req, _ := http.NewRequest(http.MethodPost, srv.URL+"/apply", strings.NewReader(form.Encode())) // a fixed address
					req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
					req.Header.Set("Origin", srv.URL)
					res, err := client.Do(req)
					if err != nil {
						b.Error(err)
						return
					}
					body, err := io.ReadAll(res.Body)
					res.Body.Close()
					if err != nil || res.StatusCode != 200 || !bytes.Contains(body, []byte("登记号")) {
						b.Errorf("%d %v %.300s", res.StatusCode, err, body)
						return
					}
				}
			})
		}
		wg.Wait()
		took += time.Since(start)
		n += some
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(n)/took.Seconds(), "submitted/s")
}
