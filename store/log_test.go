package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"gongkai/store/storetest"
)

func TestLogSQLite(t *testing.T) {
	storetest.RunLog(t, func(t *testing.T) (string, *sql.DB) {
		file := filepath.Join(t.TempDir(), "x.db")
		return "sqlite:" + file, raw(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	})
}

func TestLogPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunLog(t, func(t *testing.T) (string, *sql.DB) {
		address := server.Migrated(t)
		return address, raw(t, "pgx", withoutBlobs(address))
	})
}
