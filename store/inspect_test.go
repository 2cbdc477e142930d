package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/store"
)

// healthy fails the test unless the store finds nothing wrong with itself.
func healthy(t testing.TB, s *store.Store) {
	t.Helper()
	x, err := s.Inspect(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if x.Count > 0 {
		t.Errorf("%d faults: %+v", x.Count, x.Faults)
	}
	b, err := s.InspectBlobs(t.Context(), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Missing)+len(b.Damaged) > 0 {
		t.Errorf("files: %+v", b)
	}
}

// Whatever is changed in the database behind the program's back is found and
// named.
func TestInspect(t *testing.T) {
	cases := []struct{ name, change, kind, detail string }{
		{"Count", "update report set received = received + 1 where year = 2024 and organ in (select max(organ) from report where year = 2024)", store.FaultColumn, "received"},
		{"Errors", "update report set errors = errors + 7 where year = 2024", store.FaultColumn, "errors"},
		{"Status", "update report set status = 'x' where year = 2024", store.FaultColumn, "status"},
		{"Published", "update report set published = '2024-13-01' where year = 2024", store.FaultColumn, "published"},
		{"Edition", "update report set edition = '1999' where year = 2024", store.FaultFigures, "1999"},
		{"Figures", "update report set figures = substr(figures, 1, 3) where year = 2024", store.FaultFigures, ""},
		{"Detail", "update report_detail set body = substr(body, 1, 5) where year = 2024", store.FaultDetail, ""},
		{"DetailGone", "delete from report_detail where year = 2024", store.FaultDetail, ""},
		{"OldFigures", "update report_version set figures = substr(figures, 1, 3) where year = 2024", store.FaultFigures, ""},
		{"OldErrors", "update report_version set errors = errors + 1 where year = 2024", store.FaultColumn, "errors"},
		{"VersionGone", "delete from report_version where year = 2024 and version = 1", store.FaultHistory, ""},
		{"Path", "update organ set path = path || 'x/' where code = 'C0'", store.FaultOrgan, "path"},
		{"Filer", "update organ set filer = 1 - filer where name = '空镇'", store.FaultOrgan, "filer"},
		{"Search", "update organ set search = 'x' where name = '空镇'", store.FaultOrgan, "search"},
	}
	test := func(t *testing.T, newAddress func() string) {
		address := newAddress()
		s := open(t, address)
		fillStore(t, s)
		healthy(t, s)
		backup := filepath.Join(t.TempDir(), "b")
		if _, err := s.Backup(t.Context(), backup, "", nil); err != nil {
			t.Fatal(err)
		}
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				address := newAddress()
				if _, err := store.Restore(t.Context(), backup, address, store.Options{}, nil); err != nil {
					t.Fatal(err)
				}
				s := open(t, address)
				db := plain(t, address)
				res, err := db.Exec(c.change)
				if err != nil {
					t.Fatal(err)
				}
				if n, _ := res.RowsAffected(); n == 0 {
					t.Fatal("nothing was changed")
				}
				x, err := s.Inspect(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if x.Count == 0 || x.Faults[0].Kind != c.kind || !strings.Contains(x.Faults[0].Detail, c.detail) {
					t.Errorf("%d faults: %+v", x.Count, x.Faults)
				}
			})
		}
	}
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) { test(t, newAddress) })
	}
}

// plain opens the database of an address beside the store.
func plain(t *testing.T, address string) *sql.DB {
	if file, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return raw(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=foreign_keys(0)")
	}
	return raw(t, "pgx", withoutBlobs(address))
}

func TestInspectBlobs(t *testing.T) {
	dir := t.TempDir()
	s := open(t, "sqlite:"+filepath.Join(dir, "x.db"))
	fillStore(t, s)
	var files []string
	err := filepath.WalkDir(filepath.Join(dir, "blobs"), func(p string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			files = append(files, p)
		}
		return err
	})
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[1], []byte("other bytes"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, content := range []string{"nobody's", "young"} {
		hash, _, err := s.Blobs().Put(t.Context(), strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if old := time.Now().Add(-25 * time.Hour); content != "young" {
			if err := os.Chtimes(filepath.Join(dir, "blobs", hash[:2], hash), old, old); err != nil {
				t.Fatal(err)
			}
		}
	}
	x, err := s.InspectBlobs(context.Background(), true, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Missing) != 1 || x.Missing[0] != filepath.Base(files[0]) || len(x.Damaged) != 1 || x.Damaged[0] != filepath.Base(files[1]) ||
		x.Orphans != 1 || x.OrphanSize != 8 || x.Named != len(files) {
		t.Errorf("%+v", x)
	}
	// A backup is made all the same, and says what it lacks.
	to := filepath.Join(dir, "backup")
	m, err := s.Backup(context.Background(), to, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := m.Blobs(); n != len(files)-2 || len(m.Lost) != 2 {
		t.Errorf("%d files, lost %+v", n, m.Lost)
	}
	if _, err := store.Restore(context.Background(), to, "sqlite:"+filepath.Join(dir, "again", "x.db"), store.Options{}, nil); err != nil {
		t.Error(err)
	}
}
