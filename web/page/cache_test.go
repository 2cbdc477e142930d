package page

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"gongkai/law"
)

// counted is a site of one cached route whose answer says how often it was
// made, what stamp it was made for and in what display.
type counted struct {
	handler http.Handler
	stamp   string
	made    int
	serve   func(w http.ResponseWriter, r *http.Request) error
}

func newCounted() *counted {
	c := &counted{stamp: "1"}
	cfg := &Config{County: "云岭县", Today: func() law.Date { return law.Day(2026, 2, 1) }}
	c.serve = func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Add("Vary", "Cookie")
		_, err := fmt.Fprintf(w, "第%d次 %s %s elder=%v", c.made, c.stamp, cfg.Root(r)+r.URL.RequestURI(), elder(r))
		return err
	}
	serve := NewCache(1<<16).Serve(cfg, func(context.Context, *http.Request) (string, error) { return c.stamp, nil },
		func(w http.ResponseWriter, r *http.Request) error {
			c.made++
			return c.serve(w, r)
		})
	mux := http.NewServeMux()
	cfg.Install(mux, Route{Pattern: "GET /", Role: Public, Serve: serve})
	c.handler = cfg.Guard(mux)
	return c
}

func (c *counted) ask(t *testing.T, method, url string, header ...string) (*http.Response, string) {
	t.Helper()
	r := httptest.NewRequest(method, url, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	res := w.Result()
	var body io.Reader = res.Body
	if res.Header.Get("Content-Encoding") == "gzip" && method != "HEAD" {
		z, err := gzip.NewReader(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		body = z
	}
	b, err := io.ReadAll(body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(b)
}

func TestCacheAnswersOnceUntilTheStampChanges(t *testing.T) {
	c := newCounted()
	_, first := c.ask(t, "GET", "http://a.test/x?y=1")
	res, again := c.ask(t, "GET", "http://a.test/x?y=1", "Accept-Encoding", "gzip")
	if again != first || c.made != 1 || res.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("made %d times: %q, %q %v", c.made, first, again, res.Header)
	}
	if v := strings.Join(res.Header.Values("Vary"), ","); !strings.Contains(v, "Cookie") || !strings.Contains(v, "Accept-Encoding") {
		t.Errorf("varies by %q", v)
	}
	if res.Header.Get("Content-Security-Policy") == "" {
		t.Error("the guard's headers are lost")
	}
	tag := res.Header.Get("ETag")
	if res, b := c.ask(t, "GET", "http://a.test/x?y=1", "If-None-Match", tag); res.StatusCode != 304 || b != "" {
		t.Errorf("a reader who has it gets %d %q", res.StatusCode, b)
	}
	if res, b := c.ask(t, "HEAD", "http://a.test/x?y=1"); res.StatusCode != 200 || b != "" || c.made != 1 {
		t.Errorf("HEAD: %d %q", res.StatusCode, b)
	}
	c.stamp = "2"
	if _, b := c.ask(t, "GET", "http://a.test/x?y=1", "If-None-Match", tag); !strings.Contains(b, "第2次 2 ") {
		t.Errorf("after a change: %q", b)
	}
}

func TestCacheTellsReadersApart(t *testing.T) {
	c := newCounted()
	for _, ask := range [][]string{{"http://a.test/x"}, {"http://a.test/x?y=2"}, {"http://b.test/x"}, {"http://a.test/x", "Cookie", "display=elder"}} {
		for range 2 {
			_, b := c.ask(t, "GET", ask[0], ask[1:]...)
			if !strings.Contains(b, ask[0]+" elder="+fmt.Sprint(len(ask) > 1)) {
				t.Errorf("%v got somebody else's page: %q", ask, b)
			}
		}
	}
	if c.made != 4 {
		t.Errorf("made %d times, want once for each of four", c.made)
	}
}

func TestCacheKeepsNoFailureAndNothingTooLarge(t *testing.T) {
	for name, serve := range map[string]func(w http.ResponseWriter, r *http.Request) error{
		"error": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			return errors.New("broken")
		},
		"missing":  func(http.ResponseWriter, *http.Request) error { return ErrNotFound },
		"redirect": func(w http.ResponseWriter, r *http.Request) error { http.Redirect(w, r, "/y", 303); return nil },
		"large": func(w http.ResponseWriter, _ *http.Request) error {
			for range 30 {
				if _, err := w.Write(make([]byte, 64<<10)); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		c := newCounted()
		c.serve = serve
		for range 2 {
			res, b := c.ask(t, "GET", "http://a.test/x")
			switch want := map[string]int{"error": 500, "missing": 404, "redirect": 303, "large": 200}[name]; {
			case res.StatusCode != want:
				t.Errorf("%s: %d", name, res.StatusCode)
			case name == "large" && len(b) != 30*64<<10:
				t.Errorf("a large answer came as %d bytes", len(b))
			case strings.Contains(b, "half"):
				t.Errorf("%s: half an answer was shown", name)
			}
		}
		if c.made != 2 {
			t.Errorf("%s was kept", name)
		}
	}
}

func TestCacheStaysWithinItsBytes(t *testing.T) {
	c := NewCache(20 * overhead)
	for i := range 1000 {
		c.put(&kept{key: fmt.Sprint(i), stamp: "1", body: make([]byte, 100)})
		if c.get("0", "1") == nil { // asked for all the time, so it stays
			t.Fatalf("the page used most was dropped after %d", i)
		}
	}
	if c.size > c.most || len(c.byKey) != c.recent.Len() || len(c.byKey) > 20 {
		t.Errorf("%d bytes in %d entries, at most %d", c.size, len(c.byKey), c.most)
	}
}
