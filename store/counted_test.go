package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestCountedSQLite(t *testing.T) {
	storetest.RunCounted(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestCountedPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunCounted(t, func(t testing.TB) *store.Store { return open(t, server.Database(t), signing(t)) })
}

func TestChecksSQLite(t *testing.T) {
	storetest.RunChecks(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestChecksPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunChecks(t, func(t testing.TB) *store.Store { return open(t, server.Database(t), signing(t)) })
}
