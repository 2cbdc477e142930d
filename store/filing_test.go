package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func filingBed(t testing.TB, address string, db *sql.DB, more ...store.Options) *storetest.FilingBed {
	sealed := store.Options{Secret: storetest.Secret(1)}
	s := told(t, address, db, append(more, sealed)...)
	return &storetest.FilingBed{Told: s, Exec: func(t testing.TB, q string, args ...any) {
		t.Helper()
		if _, err := db.Exec(q, args...); err != nil {
			t.Fatal(err)
		}
	}, Reopen: func(t testing.TB, o store.Options) *store.Store { return open(t, address, sealed, o) }}
}

func TestFilingsSQLite(t *testing.T) {
	storetest.RunFilings(t, func(t testing.TB) *storetest.FilingBed {
		file := filepath.Join(t.TempDir(), "x.db")
		return filingBed(t, "sqlite:"+file, rawDB(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"))
	})
}

func TestFilingsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	t.Run("all", func(t *testing.T) {
		storetest.RunFilings(t, func(t testing.TB) *storetest.FilingBed {
			address := server.Migrated(t)
			return filingBed(t, address, rawDB(t, "pgx", withoutBlobs(address)))
		})
	})
}

func TestPackagesSQLite(t *testing.T) {
	storetest.RunPackages(t, func(t testing.TB, log string) *storetest.FilingBed {
		file := filepath.Join(t.TempDir(), "x.db")
		return filingBed(t, "sqlite:"+file, rawDB(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"), store.Options{Signer: storetest.LogKeyNamed(t, log)})
	})
}

func TestPackagesPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	t.Run("all", func(t *testing.T) {
		storetest.RunPackages(t, func(t testing.TB, log string) *storetest.FilingBed {
			address := server.Migrated(t)
			return filingBed(t, address, rawDB(t, "pgx", withoutBlobs(address)), store.Options{Signer: storetest.LogKeyNamed(t, log)})
		})
	})
}
