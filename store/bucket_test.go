package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

// noise is content that no two tests share.
func noise(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b) // never fails
	return b
}

func inBucket(t testing.TB, b *bucketServer, more ...store.Options) *store.Store {
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), append(more, b.options("县/files"))...)
}

// Everything a store does with files it does with a bucket too.
func TestSQLiteWithBucket(t *testing.T) {
	storetest.Run(t, func(tb testing.TB) *store.Store { return inBucket(tb, newBucketServer(tb.(*testing.T))) })
}

// The address may also say where the files are.
func TestBucketInTheAddress(t *testing.T) {
	b := newBucketServer(t)
	o := b.options("p")
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db")+"?blobs="+strings.NewReplacer(":", "%3A", "?", "%3F", "&", "%26", "/", "%2F", "=", "%3D", "%", "%25").Replace(o.Blobs), store.Options{Keys: o.Keys})
	hash, _, err := s.Blobs().Put(t.Context(), strings.NewReader("x"))
	if err != nil || !slices.Equal(b.names(), []string{"p/" + hash[:2] + "/" + hash}) {
		t.Errorf("%v, %v", b.names(), err)
	}
	for _, bad := range []string{"s3://bucket", "s3://b/p?endpoint=http://x", "s3://bucket/p?endpoint=ftp://x", "s3:///p?endpoint=http://x", "s3://bucket/p?endpoint=http://x&acl=public", "s3://u:p@bucket/?endpoint=http://x", "s3://bucket?endpoint=http://x/path"} {
		if s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Blobs: bad}); err == nil {
			s.Close()
			t.Errorf("%s was taken", bad)
		}
	}
}

// A wrong key is an error that names no key, and nothing is kept.
func TestBucketRefusesKeys(t *testing.T) {
	b := newBucketServer(t)
	o := b.options("p")
	o.Keys.Secret = "falsch"
	s := open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), o)
	_, err := s.PutFile(t.Context(), strings.NewReader("x"))
	if err == nil || strings.Contains(err.Error(), "falsch") || len(b.names()) > 0 {
		t.Errorf("%v, %v", err, b.names())
	}
}

// A server that fails for a moment, or breaks off in the middle, is asked again;
// what is read is the whole file, from any place.
func TestBucketBreaksOff(t *testing.T) {
	b := newBucketServer(t)
	s := inBucket(t, b)
	content := noise(300<<10, 1)
	failed := map[string]int{}
	b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		if failed[r.Method]++; failed[r.Method] > 2 {
			return false
		}
		switch r.Method {
		case http.MethodPut:
			if failed[r.Method] == 1 {
				_, _ = io.CopyN(io.Discard, r.Body, 100<<10)
				panic(http.ErrAbortHandler) // the connection is gone
			}
			s3Error(w, http.StatusServiceUnavailable, "SlowDown")
		case http.MethodGet:
			rest := content
			if strings.HasPrefix(r.Header.Get("Range"), "bytes=70000-") {
				rest = content[70000:]
				w.Header().Set("Content-Range", fmt.Sprintf("bytes 70000-%d/%d", len(content)-1, len(content)))
			} else if r.Header.Get("Range") != "" {
				t.Errorf("asked for %s", r.Header.Get("Range"))
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(rest)))
			w.Header().Set("ETag", `"`+etag(content)+`"`)
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
			if len(rest) < len(content) {
				w.WriteHeader(http.StatusPartialContent)
			}
			_, _ = w.Write(rest[:70000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		default:
			return false
		}
		return true
	}
	k, err := s.PutFile(t.Context(), bytes.NewReader(content))
	if err != nil || failed["PUT"] != 3 {
		t.Fatal(err, failed)
	}
	f, err := s.OpenFile(t.Context(), k.Hash)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	got, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(got, content) || failed["GET"] != 3 {
		t.Fatalf("%d bytes, %v, %v", len(got), err, failed)
	}
	part := make([]byte, 1000)
	if _, err := f.Seek(-5000, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(f, part); err != nil || !bytes.Equal(part, content[len(content)-5000:len(content)-4000]) {
		t.Errorf("a part from the end: %v", err)
	}
	// One that never comes back is an error, not a short file.
	b.spoil = func(w http.ResponseWriter, r *http.Request) bool {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		panic(http.ErrAbortHandler)
	}
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, f); err == nil {
		t.Errorf("%d bytes without an error", n)
	}
	if _, err := s.PutFile(ctx, strings.NewReader("neu")); err == nil {
		t.Error("a file was kept by a server that is not there")
	}
}

// A body that is changed on its way is refused by the server: it does not have
// the hash that was signed.
func TestBucketMissesAndDamage(t *testing.T) {
	b := newBucketServer(t)
	s := inBucket(t, b)
	fillStore(t, s)
	names := b.names()
	if len(names) < 3 {
		t.Fatal(names)
	}
	b.change(names[0], func([]byte) []byte { return nil })
	b.change(names[1], func(c []byte) []byte { c[0] ^= 1; return c })
	x, err := s.InspectBlobs(t.Context(), true, nil)
	if err != nil || len(x.Missing) != 1 || len(x.Damaged) != 1 || !strings.HasSuffix(names[0], x.Missing[0]) || !strings.HasSuffix(names[1], x.Damaged[0]) {
		t.Fatalf("%+v, %v", x, err)
	}
	if _, err := s.OpenFile(t.Context(), x.Missing[0]); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a file that is gone: %v", err)
	}
	backup := filepath.Join(t.TempDir(), "b.tar.gz")
	m, err := s.Backup(t.Context(), backup, "", nil)
	if err != nil || len(m.Lost) != 2 {
		t.Errorf("%+v, %v", m, err)
	}
}

// From a bucket into a folder, into another bucket, and back: the same.
func TestBackupOfABucket(t *testing.T) {
	ctx := t.Context()
	b := newBucketServer(t)
	s := inBucket(t, b)
	fillStore(t, s)
	want := readAll(t, s)
	backup := filepath.Join(t.TempDir(), "b")
	m, err := s.Backup(ctx, backup, "", nil)
	if err != nil || len(m.Lost) > 0 {
		t.Fatal(m, err)
	}
	if n := len(b.names()); n == 0 {
		t.Fatal("nothing is in the bucket")
	} else if files, _ := m.Blobs(); files != n {
		t.Errorf("%d of %d files, or a mark was left: %v", files, n, b.names())
	}
	folder := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	if _, err := store.Restore(ctx, backup, folder, store.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	if d := same(want, readAll(t, open(t, folder))); d != "" {
		t.Error(d)
	}
	other := newBucketServer(t)
	to := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	if _, err := store.Restore(ctx, backup, to, other.options("neu"), nil); err != nil {
		t.Fatal(err)
	}
	if d := same(want, readAll(t, open(t, to, other.options("neu")))); d != "" {
		t.Error(d)
	}
	if _, err := store.Restore(ctx, backup, "sqlite:"+filepath.Join(t.TempDir(), "y.db"), other.options("neu"), nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("into a bucket that has files: %v", err)
	}
	// A restore that fails takes out of the bucket what it had put there.
	third := newBucketServer(t)
	stop, cancel := context.WithCancel(ctx)
	_, err = store.Restore(stop, backup, "sqlite:"+filepath.Join(t.TempDir(), "z.db"), third.options("neu"), func(what string, n, _ int64) {
		if what == "blobs" && n == 2 {
			cancel()
		}
	})
	if err == nil || len(third.names()) > 0 {
		t.Errorf("%v, left %v", err, third.names())
	}
}

// A sweep of a bucket takes orphans of a day, and none while a backup runs.
func TestSweepOfABucket(t *testing.T) {
	b := newBucketServer(t)
	s := inBucket(t, b)
	fillStore(t, s)
	named := len(b.names())
	if _, _, err := s.Blobs().Put(t.Context(), strings.NewReader("nobody's")); err != nil {
		t.Fatal(err)
	}
	if n, err := s.SweepBlobs(t.Context()); n != 0 || err != nil {
		t.Errorf("young: %d, %v", n, err)
	}
	b.age(25 * time.Hour)
	said := false
	if _, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "b"), "", func(what string, _, _ int64) {
		if what == "blobs" && !said {
			said = true
			if n, err := s.SweepBlobs(t.Context()); n != 0 || !errors.Is(err, store.ErrBackup) {
				t.Errorf("during a backup: %d, %v", n, err)
			}
		}
	}); err != nil || !said {
		t.Fatal(err)
	}
	if n, err := s.SweepBlobs(t.Context()); n != 1 || err != nil || len(b.names()) != named {
		t.Errorf("%d swept, %v, left %v", n, err, b.names())
	}
}
