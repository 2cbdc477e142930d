package store_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"gongkai/store"
)

// bucketServer is as much of an S3-compatible server as the store asks of one:
// it verifies every signature (AWS Signature Version 4) and every body against
// the hash that was signed, takes objects whole or not at all, and lists three
// at a time.
type bucketServer struct {
	t       *testing.T
	keys    store.Keys
	mu      sync.Mutex
	objects map[string]bucketObject
	calls   []string // method and object
	// spoil may answer instead, or break off; it reports whether it did.
	spoil func(w http.ResponseWriter, r *http.Request) bool
	url   string
}

type bucketObject struct {
	body    []byte
	kind    string
	changed time.Time
}

const (
	testBucket = "gongkai"
	testRegion = "cn-test-1"
	listPage   = 3
)

func newBucketServer(t *testing.T) *bucketServer {
	b := &bucketServer{t: t, keys: store.Keys{Access: "AKTEST", Secret: "geheim/+="}, objects: map[string]bucketObject{}}
	srv := httptest.NewServer(b)
	t.Cleanup(srv.Close)
	b.url = srv.URL
	return b
}

// options are what a store needs to keep its files here.
func (b *bucketServer) options(prefix string) store.Options {
	return store.Options{Blobs: "s3://" + testBucket + "/" + prefix + "?region=" + testRegion + "&endpoint=" + url.QueryEscape(b.url), Keys: b.keys}
}

func (b *bucketServer) names() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []string
	for n := range b.objects {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// change edits an object behind the back of the store.
func (b *bucketServer) change(name string, edit func([]byte) []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	o, ok := b.objects[name]
	if !ok {
		b.t.Fatalf("no object %s", name)
	}
	if o.body = edit(slices.Clone(o.body)); o.body == nil {
		delete(b.objects, name)
		return
	}
	b.objects[name] = o
}

func (b *bucketServer) age(by time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n, o := range b.objects {
		o.changed = o.changed.Add(-by)
		b.objects[n] = o
	}
}

func (b *bucketServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path, found := strings.CutPrefix(r.URL.Path, "/"+testBucket+"/")
	if !found {
		s3Error(w, http.StatusNotFound, "NoSuchBucket") // path style only
		return
	}
	b.mu.Lock()
	b.calls = append(b.calls, r.Method+" "+path)
	spoil := b.spoil
	b.mu.Unlock()
	if spoil != nil && spoil(w, r) {
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // broken off: nothing is kept
	}
	if code := b.verify(r, body); code != "" {
		s3Error(w, http.StatusForbidden, code)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	o, there := b.objects[path]
	switch {
	case r.Method == http.MethodGet && path == "":
		b.list(w, r.URL.Query())
	case r.Method == http.MethodPut:
		b.objects[path] = bucketObject{body, r.Header.Get("Content-Type"), time.Now()}
		w.Header().Set("ETag", `"`+etag(body)+`"`)
	case r.Method == http.MethodDelete:
		delete(b.objects, path)
		w.WriteHeader(http.StatusNoContent)
	case !there:
		s3Error(w, http.StatusNotFound, "NoSuchKey")
	default: // GET, HEAD
		h := w.Header()
		h.Set("Content-Type", o.kind)
		h.Set("ETag", `"`+etag(o.body)+`"`)
		http.ServeContent(w, r, "", o.changed, strings.NewReader(string(o.body)))
	}
}

func etag(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

func s3Error(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, code)
}

func (b *bucketServer) list(w http.ResponseWriter, q url.Values) {
	type content struct {
		Key, LastModified, ETag string
		Size                    int
	}
	var out struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		Name, Prefix          string
		IsTruncated           bool
		NextContinuationToken string
		Contents              []content
	}
	out.Name, out.Prefix = testBucket, q.Get("prefix")
	after := q.Get("continuation-token")
	var names []string
	for n := range b.objects {
		if strings.HasPrefix(n, out.Prefix) && n > after {
			names = append(names, n)
		}
	}
	slices.Sort(names)
	if len(names) > listPage {
		names, out.IsTruncated = names[:listPage], true
		out.NextContinuationToken = names[listPage-1]
	}
	for _, n := range names {
		o := b.objects[n]
		out.Contents = append(out.Contents, content{n, o.changed.UTC().Format("2006-01-02T15:04:05.000Z"), etag(o.body), len(o.body)})
	}
	w.Header().Set("Content-Type", "application/xml")
	if err := xml.NewEncoder(w).Encode(out); err != nil {
		b.t.Error(err)
	}
}

// verify recomputes the signature of a request.
func (b *bucketServer) verify(r *http.Request, body []byte) string {
	fields := map[string]string{}
	auth, found := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	if !found {
		return "AccessDenied"
	}
	for _, f := range strings.Split(auth, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(f), "=")
		fields[k] = v
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 5 || scope[0] != b.keys.Access || scope[2] != testRegion {
		return "InvalidAccessKeyId"
	}
	sum := sha256.Sum256(body)
	signed := r.Header.Get("X-Amz-Content-Sha256")
	if signed != hex.EncodeToString(sum[:]) && (signed != "UNSIGNED-PAYLOAD" || len(body) > 0) {
		return "XAmzContentSHA256Mismatch"
	}
	var canonical strings.Builder
	fmt.Fprintf(&canonical, "%s\n%s\n%s\n", r.Method, r.URL.EscapedPath(), strings.ReplaceAll(r.URL.Query().Encode(), "+", "%20"))
	for _, name := range strings.Split(fields["SignedHeaders"], ";") {
		v := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			v = r.Host
		case "content-length":
			v = strconv.FormatInt(r.ContentLength, 10)
		}
		fmt.Fprintf(&canonical, "%s:%s\n", name, strings.TrimSpace(v))
	}
	fmt.Fprintf(&canonical, "\n%s\n%s", fields["SignedHeaders"], signed)
	hash := sha256.Sum256([]byte(canonical.String()))
	mac := func(key []byte, text string) []byte {
		m := hmac.New(sha256.New, key)
		m.Write([]byte(text))
		return m.Sum(nil)
	}
	key := []byte("AWS4" + b.keys.Secret)
	for _, part := range scope[1:] {
		key = mac(key, part)
	}
	text := "AWS4-HMAC-SHA256\n" + r.Header.Get("X-Amz-Date") + "\n" + strings.Join(scope[1:], "/") + "\n" + hex.EncodeToString(hash[:])
	if hex.EncodeToString(mac(key, text)) != fields["Signature"] {
		return "SignatureDoesNotMatch"
	}
	return ""
}
