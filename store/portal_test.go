package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestPortalSQLite(t *testing.T) {
	storetest.RunPortal(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestPortalPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunPortal(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}

func TestTableSQLite(t *testing.T) { storetest.RunTable(t, openSQLite) }

func TestTablePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunTable(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t)) })
}
