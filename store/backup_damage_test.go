package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
)

// backedUp makes a backup of a filled store.
func backedUp(t *testing.T, name string) (s *store.Store, backup string) {
	t.Helper()
	s = openSQLite(t)
	fillStore(t, s)
	backup = filepath.Join(t.TempDir(), name)
	if _, err := s.Backup(t.Context(), backup, "test", nil); err != nil {
		t.Fatal(err)
	}
	return s, backup
}

// refused restores a damaged backup and returns the damage; nothing may be left.
func refused(t *testing.T, backup string) []store.Damage {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new")
	_, err := store.Restore(t.Context(), backup, "sqlite:"+filepath.Join(dir, "x.db"), store.Options{}, nil)
	var d *store.DamagedError
	if !errors.As(err, &d) {
		t.Fatalf("not refused as damaged: %v", err)
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something was written: %v", err)
	}
	return d.Files
}

func names(files []store.Damage) (out []string) {
	for _, d := range files {
		out = append(out, d.File)
	}
	return out
}

// One flipped byte in any file of a backup, one cut off or added, a file taken
// away or put in: refused by the name of the file.
func TestDamagedFolderIsRefused(t *testing.T) {
	_, backup := backedUp(t, "b")
	rng := rand.New(rand.NewPCG(1, 2))
	files := 0
	err := filepath.WalkDir(backup, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		name, err := filepath.Rel(backup, p)
		if err != nil {
			return err
		}
		whole, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		changes := map[string][]byte{"longer": append(slices.Clone(whole), '\n'), "empty": {}}
		if len(whole) == 0 {
			delete(changes, "empty")
		}
		for i := range 4 {
			if len(whole) == 0 {
				break
			}
			at := []int{0, len(whole) - 1, rng.IntN(len(whole)), rng.IntN(len(whole))}[i]
			b := slices.Clone(whole)
			b[at] ^= 1 << rng.IntN(8)
			changes[fmt.Sprint("byte ", at)] = b
			changes["shorter"] = whole[:len(whole)-1]
		}
		for what, b := range changes {
			if err := os.WriteFile(p, b, 0o600); err != nil {
				return err
			}
			if bad := refused(t, backup); !slices.Contains(names(bad), filepath.ToSlash(name)) {
				t.Errorf("%s, %s: %v", name, what, bad)
			}
		}
		if err := os.Remove(p); err != nil {
			return err
		}
		if bad := refused(t, backup); !slices.Contains(bad, store.Damage{File: filepath.ToSlash(name), Fault: store.DamageMissing}) {
			t.Errorf("%s missing: %v", name, bad)
		}
		return os.WriteFile(p, whole, 0o600)
	})
	if err != nil || files < 10 {
		t.Fatal(files, err)
	}
	for _, more := range []string{"tables/more.jsonl", "more.txt", "blobs/ab/" + strings.Repeat("ab", 32)} {
		p := filepath.Join(backup, more)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		if bad := refused(t, backup); !slices.Contains(bad, store.Damage{File: more, Fault: store.DamageUnexpected}) {
			t.Errorf("%s: %v", more, bad)
		}
		if err := os.Remove(p); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.CheckBackup(t.Context(), backup, nil); err != nil {
		t.Errorf("as it was at first: %v", err)
	}
}

// The same for a compressed backup: any byte of it.
func TestDamagedArchiveIsRefused(t *testing.T) {
	_, backup := backedUp(t, "b.tar.gz")
	whole, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(3, 4))
	at := []int{len(whole) - 1, len(whole) - 8, len(whole) / 2}
	for i := range 12 { // the head, which no checksum covers
		at = append(at, i)
	}
	for range 60 {
		at = append(at, rng.IntN(len(whole)))
	}
	put := func(b []byte) {
		t.Helper()
		if err := os.WriteFile(backup, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if bad := refused(t, backup); len(bad) == 0 {
			t.Error("no file is named")
		}
	}
	for _, i := range at {
		b := slices.Clone(whole)
		b[i] ^= 1 << rng.IntN(8)
		put(b)
	}
	for range 10 {
		put(whole[:rng.IntN(len(whole))])
	}
	put(append(slices.Clone(whole), "more"...))
	put(append(slices.Clone(whole), whole...))
}

// A backup or restore that is cut short leaves nothing under the final name and
// nothing beside it, and neither writes over anything.
func TestCutShort(t *testing.T) {
	s, whole := backedUp(t, "b")
	for _, name := range []string{"c", "c.tar.gz"} {
		for _, stop := range []string{"organ", "report", "blobs"} {
			dir := t.TempDir()
			ctx, cancel := context.WithCancel(t.Context())
			_, err := s.Backup(ctx, filepath.Join(dir, name), "", func(what string, _, _ int64) {
				if what == stop {
					cancel()
				}
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s at %s: %v", name, stop, err)
			}
			if left, _ := os.ReadDir(dir); len(left) > 0 {
				t.Errorf("%s at %s left %v", name, stop, left)
			}
			for address, kind := range map[string]string{"sqlite:" + filepath.Join(dir, "new", "x.db"): stop} {
				ctx, cancel := context.WithCancel(t.Context())
				_, err := store.Restore(ctx, whole, address, store.Options{}, func(what string, _, _ int64) {
					if what == kind {
						cancel()
					}
				})
				if err == nil {
					t.Errorf("restore stopped at %s succeeded", stop)
				}
				filepath.WalkDir(filepath.Join(dir, "new"), func(p string, d fs.DirEntry, err error) error {
					if err == nil && !d.IsDir() {
						t.Errorf("restore stopped at %s left %s", stop, p)
					}
					return nil
				})
			}
		}
		for _, there := range []string{name, name + ".part"} {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, there), []byte("mine"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Backup(t.Context(), filepath.Join(dir, name), "", nil); !errors.Is(err, store.ErrExists) {
				t.Errorf("%s: %v", there, err)
			}
			if b, err := os.ReadFile(filepath.Join(dir, there)); string(b) != "mine" {
				t.Errorf("%s now holds %q, %v", there, b, err)
			}
		}
	}
	// A half backup under any name is no backup.
	if err := os.Remove(filepath.Join(whole, "manifest.json")); err != nil {
		t.Fatal(err)
	}
	if bad := refused(t, whole); !slices.Contains(bad, store.Damage{File: "manifest.json", Fault: store.DamageMissing}) {
		t.Error(bad)
	}
}

// A target with anything in it is refused and stays as it was, and so is a
// backup of a newer program.
func TestRestoreRefuses(t *testing.T) {
	s, backup := backedUp(t, "b")
	ctx := t.Context()
	for kind, newAddress := range databases(t) {
		address := newAddress()
		b := open(t, address)
		o, err := b.SaveOrgan(ctx, org.Organ{Name: "原有镇", Kind: org.Town})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(ctx, backup, address, store.Options{}, nil); !errors.Is(err, store.ErrNotEmpty) {
			t.Errorf("%s: %v", kind, err)
		}
		if list, err := b.Organs(ctx); err != nil || len(list) != 1 || list[0] != o {
			t.Errorf("%s: %v, %v", kind, list, err)
		}
	}
	dir := t.TempDir()
	if _, _, err := s.Blobs().Put(ctx, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(filepath.Join(dir, "files", "ab"), 0o700), os.WriteFile(filepath.Join(dir, "files", "ab", strings.Repeat("ab", 32)), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Restore(ctx, backup, "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Blobs: filepath.Join(dir, "files")}, nil); !errors.Is(err, store.ErrNotEmpty) {
		t.Errorf("a folder with a file: %v", err)
	}
	if _, err := store.Restore(ctx, filepath.Join(dir, "none"), "sqlite:"+filepath.Join(dir, "y.db"), store.Options{}, nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no backup: %v", err)
	}
	for from, to := range map[string]string{`"schema": `: `"schema": 9`, `"format": `: `"format": 9`} {
		rewriteManifest(t, backup, from, to)
		if _, err := store.Restore(ctx, backup, "sqlite:"+filepath.Join(dir, "z", "z.db"), store.Options{}, nil); !errors.Is(err, store.ErrNewer) {
			t.Errorf("%s: %v", to, err)
		}
		rewriteManifest(t, backup, to, from)
	}
}

// While officers save reports with files, a backup holds the state of one
// instant: every report whole, with its file and its history, and no file more.
func TestBackupUnderLoad(t *testing.T) {
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) { backupUnderLoad(t, newAddress) })
	}
}

func backupUnderLoad(t *testing.T, newAddress func() string) {
	ctx := t.Context()
	s := open(t, newAddress())
	fillStore(t, s)
	organs, err := s.Organs(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var saved atomic.Int64
	var stop atomic.Bool
	var wg sync.WaitGroup
	for i, o := range organs {
		wg.Go(func() {
			f := store.Filed{Organ: o.ID, Year: 2021, FileName: "a.txt"}
			for n := 0; !stop.Load(); n++ {
				f.Report = annual.New(annual.Edition("2021"), o.Name, 2021)
				f.Report.Set("t3.new.total", annual.Num(f.Version+1))
				f.Source = fmt.Appendf(nil, "version %d of %d", f.Version+1, i)
				var err error
				if f.Version, err = s.SaveReport(ctx, f); err != nil {
					t.Error(err)
					return
				}
				saved.Add(1)
			}
		})
	}
	for i := range 4 {
		before := saved.Load()
		backup := filepath.Join(t.TempDir(), []string{"b", "b.tar.gz"}[i%2])
		m, err := s.Backup(ctx, backup, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		after := saved.Load()
		address := newAddress()
		if _, err := store.Restore(ctx, backup, address, store.Options{}, nil); err != nil {
			t.Fatal(err)
		}
		r := open(t, address)
		healthy(t, r)
		all, files := int64(0), 0
		for i, o := range organs {
			f, err := r.Report(ctx, o.ID, 2021)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			all += f.Version
			if f.Report.Get("t3.new.total") != annual.Num(f.Version) {
				t.Errorf("version %d holds another's figure", f.Version)
			}
			_, in, err := r.Source(ctx, o.ID, 2021)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := b.ReadFrom(in); err != nil || b.String() != fmt.Sprintf("version %d of %d", f.Version, i) {
				t.Errorf("version %d has the file %q, %v", f.Version, b.String(), err)
			}
			in.Close()
			files += int(f.Version)
		}
		if all < before || all > after+int64(len(organs)) {
			t.Errorf("%d versions are in the backup, %d were saved before and %d after it", all, before, after)
		}
		if n, _ := m.Blobs(); len(m.Lost) > 0 || n < files {
			t.Errorf("%d files for %d versions, lost %v", n, files, m.Lost)
		}
	}
	stop.Store(true)
	wg.Wait()
}

// rewriteManifest changes a manifest and the hash beside it, as a newer program
// would have written them.
func rewriteManifest(t *testing.T, backup, from, to string) {
	t.Helper()
	name := filepath.Join(backup, "manifest.json")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, []byte(from), []byte(to), 1)
	sum := fmt.Sprintf("%x  manifest.json\n", sha256.Sum256(b))
	if err := errors.Join(os.WriteFile(name, b, 0o600), os.WriteFile(name+".sha256", []byte(sum), 0o600)); err != nil {
		t.Fatal(err)
	}
}
