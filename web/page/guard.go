package page

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Policy is the content security policy of every page: nothing from
// elsewhere, no script or style in the markup.
const Policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"

// secure are the headers of every answer, by their canonical names. Their
// slices have no room to grow, so that adding to one leaves this alone.
var secure = []struct {
	name  string
	value []string
}{
	{"Content-Security-Policy", []string{Policy}},
	{"X-Content-Type-Options", []string{"nosniff"}},
	{"X-Frame-Options", []string{"SAMEORIGIN"}},
	{"Referrer-Policy", []string{"same-origin"}},
	{"Cross-Origin-Opener-Policy", []string{"same-origin"}},
	{"Permissions-Policy", []string{"camera=(), microphone=(), geolocation=()"}},
}

// Guard stands in front of all routes: security headers, refusal of forms that
// another site sends, compression.
func (c *Config) Guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.answer(w, r, false, http.StatusForbidden, "这次提交来自另一个网站，已被拒绝。请在本站页面内重新操作。", "")
	}))
	guarded := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		for _, s := range secure {
			h[s.name] = s.value
		}
		if !accepts(r) {
			guarded.ServeHTTP(w, r)
			return
		}
		h.Add("Vary", "Accept-Encoding")
		gw := &gzipWriter{ResponseWriter: w, head: r.Method == http.MethodHead}
		defer gw.close()
		guarded.ServeHTTP(gw, r)
	})
}

// Server is an http.Server with the time limits of this program. Uploads and
// the January kit need minutes; their routes bound themselves.
func Server(address string, h http.Handler) *http.Server {
	return &http.Server{Addr: address, Handler: h, ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 10 * time.Minute, WriteTimeout: 15 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10}
}

// Writable extends how long the answer may be written, for routes that work
// longer than the server's limit allows.
func Writable(w http.ResponseWriter, until time.Time) {
	_ = http.NewResponseController(w).SetWriteDeadline(until) // not supported by every writer: then the server's limit holds
}

func accepts(r *http.Request) bool {
	if r.Header.Get("Range") != "" {
		return false
	}
	for _, v := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(v), ";")
		if strings.EqualFold(name, "gzip") && strings.ReplaceAll(q, " ", "") != "q=0" {
			return true
		}
	}
	return false
}

var zippers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// gzipWriter compresses text. It decides at the first byte, when the handler
// has said what it sends.
type gzipWriter struct {
	http.ResponseWriter
	head    bool
	decided bool
	zip     *gzip.Writer
}

func (g *gzipWriter) WriteHeader(code int) {
	if !g.decided && code >= 200 {
		g.decided = true
		h := g.Header()
		if !g.head && code != http.StatusNoContent && code != http.StatusNotModified && h.Get("Content-Encoding") == "" && compressible(h.Get("Content-Type")) {
			h.Set("Content-Encoding", "gzip")
			h.Del("Content-Length")
			if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
				h.Set("ETag", "W/"+tag)
			}
			g.zip = zippers.Get().(*gzip.Writer)
			g.zip.Reset(g.ResponseWriter)
		}
	}
	g.ResponseWriter.WriteHeader(code)
}

func (g *gzipWriter) Write(b []byte) (int, error) {
	if !g.decided {
		if g.Header().Get("Content-Type") == "" {
			g.Header().Set("Content-Type", http.DetectContentType(b))
		}
		g.WriteHeader(http.StatusOK)
	}
	if g.zip != nil {
		return g.zip.Write(b)
	}
	return g.ResponseWriter.Write(b)
}

// Flush sends what is there, for pages that report progress.
func (g *gzipWriter) Flush() {
	if g.zip != nil {
		_ = g.zip.Flush()
	}
	_ = http.NewResponseController(g.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (g *gzipWriter) Unwrap() http.ResponseWriter { return g.ResponseWriter }

func (g *gzipWriter) close() {
	if g.zip != nil {
		_ = g.zip.Close()
		zippers.Put(g.zip)
	}
}

func compressible(kind string) bool {
	kind, _, _ = strings.Cut(kind, ";")
	return strings.HasPrefix(kind, "text/") || kind == "application/json" || kind == "image/svg+xml" || kind == "application/atom+xml" || kind == "application/x-ndjson"
}
