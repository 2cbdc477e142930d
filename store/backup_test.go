package store_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// everything is all that a store tells about organs and reports.
type everything struct {
	Organs  []org.Organ
	Reports []store.Filed // all versions of all
	Rows    []store.ReportRow
	Files   []string
	Stamp   string
}

func readAll(t testing.TB, s *store.Store) (all everything) {
	t.Helper()
	ctx := context.Background()
	fatal := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	var err error
	all.Organs, err = s.Organs(ctx)
	fatal(err)
	all.Stamp, err = s.YearStamp(ctx, 0)
	fatal(err)
	years, err := s.Years(ctx)
	fatal(err)
	for _, y := range years {
		q := store.ReportQuery{Year: y, Limit: store.MaxReports}
		for {
			rows, next, err := s.Reports(ctx, q)
			fatal(err)
			all.Rows = append(all.Rows, rows...)
			if q.After = next; next == "" {
				break
			}
		}
		for _, o := range all.Organs {
			f, err := s.Report(ctx, o.ID, y)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			fatal(err)
			for v := int64(1); v <= f.Version; v++ {
				f, err := s.ReportVersion(ctx, o.ID, y, v)
				fatal(err)
				all.Reports = append(all.Reports, *f)
			}
			name, r, err := s.Source(ctx, o.ID, y)
			if errors.Is(err, store.ErrNotFound) {
				continue
			}
			fatal(err)
			b, err := io.ReadAll(r)
			fatal(errors.Join(err, r.Close()))
			all.Files = append(all.Files, name+": "+string(b))
		}
	}
	return all
}

func same(a, b everything) string {
	return cmp.Diff(a, b, cmpopts.EquateEmpty(), cmp.Comparer(func(a, b *annual.Form) bool { return a == b }))
}

// fillStore keeps organs whose parents come after their children, and reports
// with everything a reader may leave in them, versions and files.
func fillStore(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	top, list := s.NewID(), []org.Organ{}
	for _, name := range []string{"青石镇人民政府", "白鹿镇人民政府", "教育局\u2028“甲”\\", "空镇"} {
		list = append(list, org.Organ{Name: name, Kind: org.Town, Level: org.Township, Parent: top})
	}
	list = append(list, org.Organ{ID: top, Code: "C0", Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	list, err := s.SaveOrgans(ctx, list)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range list[:4] {
		for year := 2022; year < 2025; year++ {
			version := int64(0)
			for v := range i {
				f := storetest.Filed(o.ID, year).Example(1000*i + 10*(year-2000) + v)
				f.Version = version
				if v%2 == 0 {
					f.FileName, f.Source = "年报\x00.docx", []byte(strings.Repeat(o.Name, v*100+1))
				}
				if version, err = s.SaveReport(ctx, f); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// databases gives the address of an empty database of each kind; every call
// another one.
func databases(t *testing.T) map[string]func() string {
	server := storetest.Postgres(t)
	return map[string]func() string{
		"SQLite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "资料 库.db") },
		"Postgres": func() string { return server.Database(t) },
	}
}

// What is restored, into either database and from either form of backup, is
// what was backed up, to the byte.
func TestBackupAndRestore(t *testing.T) {
	kinds := databases(t)
	ctx := context.Background()
	for from, newFrom := range kinds {
		a := open(t, newFrom())
		fillStore(t, a)
		want := readAll(t, a)
		for to, newTo := range kinds {
			for _, name := range []string{"备份", "备份.tar.gz"} {
				t.Run(from+"To"+to+"/"+name, func(t *testing.T) {
					backup := filepath.Join(t.TempDir(), "里面", name)
					m, err := a.Backup(ctx, backup, "test", nil)
					if err != nil {
						t.Fatal(err)
					}
					address := newTo()
					got, err := store.Restore(ctx, backup, address, store.Options{}, nil)
					if err != nil {
						t.Fatal(err)
					}
					if d := cmp.Diff(m, got); d != "" {
						t.Error(d)
					}
					b := open(t, address)
					if d := same(want, readAll(t, b)); d != "" {
						t.Error(d)
					}
					again, err := b.Backup(ctx, backup+"2", "test", nil)
					if err != nil {
						t.Fatal(err)
					}
					if d := cmp.Diff(m, again, cmpopts.IgnoreFields(store.Manifest{}, "Dialect", "Taken")); d != "" {
						t.Errorf("a backup of what was restored is another: %s", d)
					}
					// The restored store goes on.
					o, err := b.SaveOrgan(ctx, org.Organ{Name: "新镇", Kind: org.Town})
					if err != nil {
						t.Fatal(err)
					}
					if _, err := b.SaveReport(ctx, store.Filed{Organ: o.ID, Year: 2024, Report: annual.New(annual.Edition("2021"), "", 2024)}); err != nil {
						t.Error(err)
					}
				})
			}
		}
	}
}

// A backup of an older schema, taken by the new program without touching the
// database, is brought up to date as it is restored.
func TestBackupOfAnOlderSchema(t *testing.T) {
	ctx := t.Context()
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			address := newAddress()
			s := open(t, address)
			fillStore(t, s)
			want := readAll(t, s)
			db := plain(t, address)
			downTo(t, db, address, 2)
			old, err := store.Open(ctx, address, store.Options{AsIs: true})
			if err != nil {
				t.Fatal(err)
			}
			defer old.Close()
			backup := filepath.Join(t.TempDir(), "b")
			m, err := old.Backup(ctx, backup, "", nil)
			if err != nil || m.Schema != 2 {
				t.Fatal(m, err)
			}
			if current, known, err := old.Schema(ctx); err != nil || current != 2 || known < 3 {
				t.Errorf("after the backup the schema is %d of %d, %v", current, known, err)
			}
			to := newAddress()
			if _, err := store.Restore(ctx, backup, to, store.Options{}, nil); err != nil {
				t.Fatal(err)
			}
			r := open(t, to)
			if current, known, err := r.Schema(ctx); err != nil || current != known {
				t.Errorf("schema %d of %d, %v", current, known, err)
			}
			if d := same(want, readAll(t, r)); d != "" {
				t.Error(d)
			}
		})
	}
}

// Opening as it is makes nothing and refuses what a newer program wrote.
func TestOpenAsIs(t *testing.T) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "none", "x.db")
	if _, err := store.Open(ctx, "sqlite:"+file, store.Options{AsIs: true}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no database: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(file)); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder was made: %v", err)
	}
	for kind, newAddress := range databases(t) {
		address := newAddress()
		open(t, address)
		r, err := store.Open(ctx, address, store.Options{AsIs: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.SaveOrgan(ctx, org.Organ{Name: "新镇", Kind: org.Town}); err == nil {
			t.Error(kind, ": a database opened as it is was written")
		}
		r.Close()
		if _, err := plain(t, address).Exec("insert into goose_db_version (version_id, is_applied) values (9999, true)"); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Open(ctx, address, store.Options{AsIs: true}); !errors.Is(err, store.ErrNewer) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}
