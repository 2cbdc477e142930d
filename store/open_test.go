package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// TestOpening runs what depends on the address and the schema on both
// databases, each on an empty one with a plain connection beside the store.
func TestOpening(t *testing.T) {
	cases := []struct {
		name string
		run  func(t *testing.T, address string, db *sql.DB)
	}{
		{"ParametersAreBoundByNumber", parametersByNumber},
		{"NewerSchemaIsRefused", newerSchema},
		{"Migration", migration},
		{"OpenTwice", openTwice},
	}
	for _, c := range cases {
		t.Run("SQLite/"+c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.db")
			c.run(t, "sqlite:"+file, raw(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"))
		})
	}
	t.Run("Postgres", func(t *testing.T) {
		server := storetest.Postgres(t)
		for _, c := range append(cases, struct {
			name string
			run  func(t *testing.T, address string, db *sql.DB)
		}{"NoFolderForFiles", noFolder}) {
			t.Run(c.name, func(t *testing.T) {
				address := server.Database(t)
				c.run(t, address, raw(t, "pgx", withoutBlobs(address)))
			})
		}
	})
}

// withoutBlobs cuts our own parameter, which sorts first, out of an address.
func withoutBlobs(address string) string {
	base, query, _ := strings.Cut(address, "?")
	_, rest, _ := strings.Cut(query, "&")
	return base + "?" + rest
}

func raw(t *testing.T, driver, dsn string) *sql.DB {
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// The parameters of a query are bound by their number, not by where they stand.
func parametersByNumber(t *testing.T, _ string, db *sql.DB) {
	var a, b string
	err := db.QueryRow("select cast($2 as text), cast($1 as text)", "one", "two").Scan(&a, &b)
	if err != nil || a != "two" || b != "one" {
		t.Errorf("%q, %q, %v", a, b, err)
	}
}

func newerSchema(t *testing.T, address string, db *sql.DB) {
	open(t, address)
	if _, err := db.Exec("insert into goose_db_version (version_id, is_applied) values (9999, true)"); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), address)
	if !errors.Is(err, store.ErrNewer) || s != nil {
		t.Errorf("opened: %v", err)
	}
}

// A database of the first version keeps its content through the migration, and
// the SQLite file is copied before.
func migration(t *testing.T, address string, db *sql.DB) {
	s := open(t, address)
	o, err := s.SaveOrgan(t.Context(), org.Organ{Name: "青石镇人民政府", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	downTo(t, db, address, 1)
	s = open(t, address)
	if got, err := s.Organ(t.Context(), o.ID); err != nil || got != o {
		t.Errorf("after migrating: %+v, %v", got, err)
	}
	r := annual.New(annual.Edition("2021"), o.Name, 2023)
	if _, err := s.SaveReport(t.Context(), store.Filed{Organ: o.ID, Year: 2023, Report: r}); err != nil {
		t.Error(err)
	}
	file, isFile := strings.CutPrefix(address, "sqlite:")
	if !isFile {
		return
	}
	old := raw(t, "sqlite", "file:"+file+".v1.bak")
	var name string
	if err := old.QueryRow("select name from organ").Scan(&name); err != nil || name != o.Name {
		t.Errorf("the copy made before holds %q, %v", name, err)
	}
}

// Opening again, and from two processes' worth of stores, changes nothing.
func openTwice(t *testing.T, address string, _ *sql.DB) {
	a, b := open(t, address), open(t, address)
	o, err := a.SaveOrgan(t.Context(), org.Organ{Name: "甲镇", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // b keeps organs in memory and still sees what a changes
		o.Short = strings.Repeat("甲", i+1)
		if o, err = a.SaveOrgan(t.Context(), o); err != nil {
			t.Fatal(err)
		}
		list, err := b.Organs(t.Context())
		if err != nil || len(list) != 1 || list[0] != o {
			t.Errorf("the other instance sees %+v, %v", list, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	for _, a := range []string{"", "mysql://x", "gongkai.db", "sqlite:", "sqlite:x.db?mode=ro", "postgres://\x7f"} {
		if s, err := store.Open(t.Context(), a); err == nil || s != nil {
			t.Errorf("%q was opened", a)
		}
	}
	_, err := store.Open(t.Context(), "postgres://u:geheim@[")
	if err == nil || strings.Contains(err.Error(), "geheim") {
		t.Errorf("the password is in the message: %v", err)
	}
}

// The ids of one instance grow and never repeat, also while its clock stands
// still or goes back.
func TestIDs(t *testing.T) {
	now := time.UnixMilli(1_800_000_000_000)
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	last := int64(0)
	for i := range 10_000 {
		if i == 5000 {
			now = now.Add(-time.Hour)
		}
		id := s.NewID()
		if id <= last {
			t.Fatalf("id %d after %d", id, last)
		}
		last = id
	}
}

// A sweep takes away what no report names, but only once it is a day old.
func TestSweep(t *testing.T) {
	now := time.Now()
	dir := t.TempDir()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Now: func() time.Time { return now }, Blobs: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx := context.Background()
	if n, err := s.SweepBlobs(ctx); n != 0 || err != nil {
		t.Errorf("before there is any file: %d, %v", n, err)
	}
	o, err := s.SaveOrgan(ctx, org.Organ{Name: "青石镇", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	f := store.Filed{Organ: o.ID, Year: 2023, Report: annual.New(annual.Edition("2021"), "", 2023), FileName: "a.txt"}
	for _, content := range []string{"first", "second"} { // the first stays with the earlier version
		f.Source = []byte(content)
		if f.Version, err = s.SaveReport(ctx, f); err != nil {
			t.Fatal(err)
		}
	}
	hash, _, err := s.Blobs().Put(ctx, strings.NewReader("nobody's"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "files", "tmp", "put-left"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := s.SweepBlobs(ctx); n != 0 || err != nil || !hasBlob(t, s, hash) {
		t.Errorf("young orphans: %d taken, %v", n, err)
	}
	now = now.Add(25 * time.Hour)
	if n, err := s.SweepBlobs(ctx); n != 2 || err != nil || hasBlob(t, s, hash) {
		t.Errorf("old orphans: %d taken, %v", n, err)
	}
	if st, err := s.Stats(ctx); err != nil || st.Blobs != 2 {
		t.Errorf("%d files left, %v", st.Blobs, err)
	}
}

func hasBlob(t *testing.T, s *store.Store, hash string) bool {
	t.Helper()
	has, err := s.Blobs().Has(t.Context(), hash)
	if err != nil {
		t.Fatal(err)
	}
	return has
}

// Without a folder for files a store on PostgreSQL keeps reports but no files.
func noFolder(t *testing.T, address string, _ *sql.DB) {
	s := open(t, withoutBlobs(address))
	o, err := s.SaveOrgan(t.Context(), org.Organ{Name: "青石镇", Kind: org.Town})
	if err != nil {
		t.Fatal(err)
	}
	f := store.Filed{Organ: o.ID, Year: 2023, Report: annual.New(annual.Edition("2021"), "", 2023), FileName: "a.txt", Source: []byte("x")}
	if _, err := s.SaveReport(t.Context(), f); !errors.Is(err, store.ErrNoBlobs) {
		t.Errorf("kept a file nowhere: %v", err)
	}
	f.FileName, f.Source = "", nil
	if _, err := s.SaveReport(t.Context(), f); err != nil {
		t.Error(err)
	}
	if _, err := s.Stats(t.Context()); err != nil {
		t.Error(err)
	}
}

// downTo takes a database back to an earlier schema, as its migrations say.
func downTo(t *testing.T, db *sql.DB, address string, version int64) {
	t.Helper()
	name, d := "sqlite", goose.DialectSQLite3
	if strings.HasPrefix(address, "postgres") {
		name, d = "postgres", goose.DialectPostgres
	}
	p, err := goose.NewProvider(d, db, os.DirFS("migrations/"+name), goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.DownTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
}
