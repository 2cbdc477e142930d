package page

import (
	"bytes"
	"compress/gzip"
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

// A Cache keeps public answers as compressed bytes, so that one that is asked
// for again costs one read of its stamp and no rendering. It holds the answers
// used last, up to a number of bytes, and belongs to one instance of the
// program: nothing in it is shared and nothing need be told to it, because every
// hit compares stamps.
type Cache struct {
	most   int
	mu     sync.Mutex
	size   int
	byKey  map[string]*list.Element // of *kept
	recent list.List                // the last used first
}

// NewCache makes a cache that holds at most that many bytes.
func NewCache(bytes int) *Cache {
	return &Cache{most: bytes, byKey: map[string]*list.Element{}}
}

// A kept answer. It is not changed once it is in the cache.
type kept struct {
	key, stamp string
	header     http.Header
	tag        string // ETag
	body       []byte
	length     []string // of the body as it is kept
	zipped     bool
}

// Bounds of what is kept: a larger answer is passed through, a longer address
// is nobody's bookmark. overhead is what an entry takes beside its body.
const (
	mostKept = 1 << 20
	mostKey  = 600
	overhead = 1 << 10
)

// A Stamp gives a text that changes whenever the answer to the request may
// change.
type Stamp func(ctx context.Context, r *http.Request) (string, error)

// Serve answers with what it keeps if the stamp is still the same, else with
// serve, keeping what that answers with status 200. The stamp is read before
// serve runs: a change in between is at worst shown and rendered once more.
// Answers depend on the address, the display chosen and nothing else.
func (c *Cache) Serve(cfg *Config, stamp Stamp, serve func(http.ResponseWriter, *http.Request) error) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		key := cfg.cacheKey(r)
		if key == "" {
			return serve(w, r)
		}
		s, err := stamp(r.Context(), r)
		if err != nil {
			return err
		}
		k := c.get(key, s)
		if k == nil {
			if r.Method != http.MethodGet {
				return serve(w, r)
			}
			rec := &recorder{to: w, header: http.Header{}}
			if err := serve(rec, r); err != nil {
				return err
			}
			switch {
			case rec.passed:
				return nil
			case rec.code != 0 && rec.code != http.StatusOK:
				return rec.pass()
			}
			if k, err = rec.keep(key, s); err != nil {
				return err
			}
			c.put(k)
		}
		return k.write(w, r)
	}
}

// cacheKey tells apart what may be answered differently; "" is not kept.
func (c *Config) cacheKey(r *http.Request) string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	mode := "-"
	switch e := elder(r); {
	case e && c.Checking:
		mode = "ec"
	case e:
		mode = "e"
	case c.Checking:
		mode = "-c"
	}
	key := mode + c.Root(r) + r.URL.RequestURI()
	if len(key) > mostKey {
		return ""
	}
	return key
}

func (c *Cache) get(key, stamp string) *kept {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.byKey[key]
	if e == nil {
		return nil
	}
	k := e.Value.(*kept)
	if k.stamp != stamp {
		return nil // put replaces it
	}
	c.recent.MoveToFront(e)
	return k
}

func (c *Cache) put(k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.byKey[k.key]; e != nil {
		c.remove(e)
	}
	c.byKey[k.key] = c.recent.PushFront(k)
	c.size += k.cost()
	for c.size > c.most && c.recent.Len() > 0 {
		c.remove(c.recent.Back())
	}
}

func (c *Cache) remove(e *list.Element) {
	k := c.recent.Remove(e).(*kept)
	delete(c.byKey, k.key)
	c.size -= k.cost()
}

func (k *kept) cost() int { return len(k.body) + 2*len(k.key) + overhead }

func (k *kept) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	copyHeader(h, k.header)
	if k.isAt(r) {
		h.Del("Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body, length := k.body, k.length
	if k.zipped && accepts(r) {
		h["Content-Encoding"] = gzipped
	} else if k.zipped {
		z, err := gzip.NewReader(bytes.NewReader(body))
		if err != nil {
			return fmt.Errorf("page: cache: %w", err)
		}
		if body, err = io.ReadAll(z); err != nil {
			return fmt.Errorf("page: cache: %w", err)
		}
		length = []string{strconv.Itoa(len(body))}
	}
	h["Content-Length"] = length
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the reader has gone: nothing to tell anyone
	}
	return nil
}

// Values that many answers share. A header is only ever replaced, never changed
// in place: its slices have no room to grow.
var gzipped = []string{"gzip"}

// isAt says whether who asks already has this answer.
func (k *kept) isAt(r *http.Request) bool {
	asked := r.Header.Get("If-None-Match")
	for asked != "" {
		var t string
		t, asked, _ = strings.Cut(asked, ",")
		if strings.TrimSpace(t) == k.tag {
			return true
		}
	}
	return false
}

// copyHeader sets what the answer says; what it varies by is added to what the
// guard has said.
func copyHeader(to, from http.Header) {
	for name, v := range from {
		if name == "Vary" {
			v = append(to["Vary"][:len(to["Vary"]):len(to["Vary"])], v...)
		}
		to[name] = v
	}
}

// recorder holds an answer back. One that grows past mostKept goes through.
type recorder struct {
	to     http.ResponseWriter
	header http.Header
	code   int
	body   bytes.Buffer
	passed bool
}

func (rec *recorder) Header() http.Header { return rec.header }

func (rec *recorder) WriteHeader(code int) {
	if rec.code == 0 {
		rec.code = code
	}
}

func (rec *recorder) Write(b []byte) (int, error) {
	rec.WriteHeader(http.StatusOK)
	if !rec.passed && rec.body.Len()+len(b) > mostKept {
		if err := rec.pass(); err != nil {
			return 0, err
		}
	}
	if rec.passed {
		return rec.to.Write(b)
	}
	return rec.body.Write(b)
}

// pass sends what was held back.
func (rec *recorder) pass() error {
	rec.passed = true
	copyHeader(rec.to.Header(), rec.header)
	rec.to.WriteHeader(rec.code)
	_, err := rec.body.WriteTo(rec.to)
	return err
}

// keep makes the entry of the cache from what was held back.
func (rec *recorder) keep(key, stamp string) (*kept, error) {
	sum := sha256.Sum256(rec.body.Bytes())
	k := &kept{key: key, stamp: stamp, header: rec.header, tag: `W/"` + hex.EncodeToString(sum[:8]) + `"`, body: bytes.Clone(rec.body.Bytes())}
	k.header.Del("Content-Length")
	if k.header.Get("Content-Type") == "" {
		k.header.Set("Content-Type", http.DetectContentType(k.body))
	}
	if compressible(k.header.Get("Content-Type")) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(k.body); err != nil {
			return nil, fmt.Errorf("page: cache: %w", err)
		}
		if err := z.Close(); err != nil {
			return nil, fmt.Errorf("page: cache: %w", err)
		}
		k.body, k.zipped = bytes.Clone(b.Bytes()), true
	}
	k.header.Set("ETag", k.tag)
	k.length = []string{strconv.Itoa(len(k.body))}
	return k, nil
}
