package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func filingBed(t testing.TB, address string, db *sql.DB) *storetest.FilingBed {
	s := told(t, address, db, store.Options{Secret: storetest.Secret(1)})
	return &storetest.FilingBed{Told: s, Exec: func(t testing.TB, q string, args ...any) {
		t.Helper()
		if _, err := db.Exec(q, args...); err != nil {
			t.Fatal(err)
		}
	}}
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
			address := server.Database(t)
			return filingBed(t, address, rawDB(t, "pgx", withoutBlobs(address)))
		})
	})
}
