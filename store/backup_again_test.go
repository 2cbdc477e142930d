package store_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// bySystem acts as the program itself.
func bySystem() store.By { return store.By{Viewer: org.Program("测试")} }

// What an earlier backup holds is not read from the bucket again, unless it was
// damaged there; every backup is whole by itself.
func TestBackupAfterAnEarlierOne(t *testing.T) {
	ctx := t.Context()
	b := newBucketServer(t)
	s := inBucket(t, b, store.Options{Secret: storetest.Secret(1)})
	fillStore(t, s)
	if _, err := s.PutPrivate(ctx, "request/1", bytes.NewReader(noise(100<<10, 3))); err != nil {
		t.Fatal(err)
	}
	want := readAll(t, s)
	var gets atomic.Int64
	b.spoil = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet && !strings.Contains(r.URL.RawQuery, "list-type") {
			gets.Add(1)
		}
		return false
	}
	dir := t.TempDir()
	first, second, third := filepath.Join(dir, "1"), filepath.Join(dir, "2"), filepath.Join(dir, "3.tar.gz")
	if _, err := s.Backup(ctx, first, "", nil); err != nil {
		t.Fatal(err)
	}
	all := gets.Swap(0)
	public, err := filepath.Glob(filepath.Join(first, "blobs", "*", "*"))
	if err != nil || int64(len(public))+1 != all {
		t.Fatalf("%d files read, %d in the backup, %v", all, len(public), err)
	}
	// One file of the first backup is damaged, one is not there any more.
	if err := os.WriteFile(public[0], []byte("other"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(public[1]); err != nil {
		t.Fatal(err)
	}
	m, err := s.Backup(ctx, second, "", nil, first)
	if err != nil || len(m.Lost) > 0 || gets.Swap(0) != 2 {
		t.Fatalf("%v, %v", m, err)
	}
	if _, err := store.CheckBackup(ctx, first, nil); err == nil {
		t.Error("the first backup was mended")
	}
	if err := os.RemoveAll(first); err != nil { // the second needs it no more
		t.Fatal(err)
	}
	to := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	if _, err := store.Restore(ctx, second, to, store.Options{}, nil); err != nil {
		t.Fatal(err)
	}
	r := open(t, to, store.Options{Secret: storetest.Secret(1)})
	if d := same(want, readAll(t, r)); d != "" {
		t.Error(d)
	}
	if x, err := r.InspectBlobs(ctx, true, nil); err != nil || x.Private != 1 || len(x.PrivateDamaged)+len(x.PrivateMissing) > 0 {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := s.Backup(ctx, third, "", nil, second); err != nil || gets.Swap(0) != all {
		t.Errorf("a compressed one: %v", err)
	}
}

// Who is signed in and who has to wait is in no backup.
func TestBackupLeavesOutWhatIsFleeting(t *testing.T) {
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			address := newAddress()
			s := open(t, address)
			db := plain(t, address)
			if _, err := db.Exec("insert into attempt (name, n, at, blocked) values ('x', 9, 1, 2)"); err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(t.TempDir(), "b")
			m, err := s.Backup(t.Context(), backup, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"session", "attempt"} {
				if slices.ContainsFunc(m.Tables, func(x store.ManifestTable) bool { return x.Name == name }) {
					t.Errorf("the backup has %s", name)
				}
			}
			to := newAddress()
			if _, err := store.Restore(t.Context(), backup, to, store.Options{}, nil); err != nil {
				t.Fatal(err)
			}
			var n int
			if err := plain(t, to).QueryRow("select count(*) from attempt").Scan(&n); err != nil || n != 0 {
				t.Errorf("%d attempts were restored, %v", n, err)
			}
		})
	}
}

// While officers act and applicants hand in papers, a backup holds one instant:
// every act with what it changed, both logs whole, every private file readable
// under the secret, and none without it.
func TestBackupUnderLoadOfActs(t *testing.T) {
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) { backupUnderActs(t, newAddress) })
	}
}

func backupUnderActs(t *testing.T, newAddress func() string) {
	ctx := t.Context()
	o := signing(t)
	o.Secret = storetest.Secret(1)
	s := open(t, newAddress(), o)
	fillStore(t, s)
	organs, err := s.Organs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPrivate(ctx, "request/1", strings.NewReader("材料")); err != nil {
		t.Fatal(err)
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	var saved [4]atomic.Int64
	for i := range saved {
		wg.Go(func() {
			x := store.Setting{Organ: organs[i].ID, Name: "退回期限"}
			for n := int64(1); !stop.Load(); n++ {
				x.Value = fmt.Sprint(n)
				if _, err := s.SaveSetting(ctx, bySystem(), x); err != nil {
					t.Error(err)
					return
				}
				x.Version++
				saved[i].Store(n)
			}
		})
	}
	wg.Go(func() {
		for n := 0; !stop.Load(); n++ {
			if _, err := s.PutPrivate(ctx, "request/1", strings.NewReader(fmt.Sprint("材料", n))); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for saved[0].Load() < 3 && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	for range 2 {
		var before, after [4]int64
		for i := range saved {
			before[i] = saved[i].Load()
		}
		backup := filepath.Join(t.TempDir(), "b.tar.gz")
		m, err := s.Backup(ctx, backup, "", nil)
		if err != nil || len(m.Lost) > 0 {
			t.Fatal(m, err)
		}
		for i := range saved {
			after[i] = saved[i].Load() + 1 // one may be committed and not yet counted
		}
		address := newAddress()
		if _, err := store.Restore(ctx, backup, address, store.Options{}, nil); err != nil {
			t.Fatal(err)
		}
		r := open(t, address, o)
		healthy(t, r)
		acts := int64(0)
		for i := range saved {
			got, err := r.Settings(ctx, organs[i].ID)
			if err != nil {
				t.Fatal(err)
			}
			n := int64(0)
			if len(got) == 1 {
				n = got[0].Version
				if got[0].Value != fmt.Sprint(n) {
					t.Errorf("version %d says %s", n, got[0].Value)
				}
			}
			if n < before[i] || n > after[i] {
				t.Errorf("%d acts restored, %d before the backup, %d after", n, before[i], after[i])
			}
			acts += n
		}
		if _, err := r.Integrate(ctx); err != nil {
			t.Fatal(err)
		}
		c, err := r.VerifyLog(ctx)
		if err != nil || len(c.Faults) > 0 || c.Office.Size < acts {
			t.Errorf("the logs after the restore: %+v, %v; %d acts", c, err, acts)
		}
		x, err := r.InspectBlobs(ctx, true, nil)
		if err != nil || len(x.PrivateMissing)+len(x.PrivateDamaged) > 0 || x.Private == 0 {
			t.Errorf("%+v, %v", x, err)
		}
	}
	stop.Store(true)
	wg.Wait()
}

// An erased key is not left in the pages of the database.
func TestErasedKeyIsGoneFromTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "x.db")
	address := "sqlite:" + file
	s, err := store.Open(t.Context(), address, store.Options{Secret: storetest.Secret(1)})
	if err != nil {
		t.Fatal(err)
	}
	var sealed [][]byte
	var ids []int64
	for n := range 60 {
		p, err := s.PutPrivate(t.Context(), "request/1", strings.NewReader(fmt.Sprint(n)))
		if err != nil {
			t.Fatal(err)
		}
		var key []byte
		if err := plain(t, address).QueryRow("select sealed_key from private_file where id = $1", p.ID).Scan(&key); err != nil {
			t.Fatal(err)
		}
		sealed, ids = append(sealed, key), append(ids, p.ID)
	}
	for _, id := range ids[:30] {
		if err := s.DropPrivate(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil { // brings the log of changes into the file
		t.Fatal(err)
	}
	db := plain(t, address)
	if _, err := db.Exec("pragma wal_checkpoint(truncate)"); err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, end := range []string{"", "-wal"} {
		f, err := os.Open(file + end)
		if err != nil {
			continue
		}
		b, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	for i, key := range sealed {
		if found := bytes.Contains(all, key); found != (i >= 30) {
			t.Errorf("key %d of 60 in the file: %v", i, found)
		}
	}
}
