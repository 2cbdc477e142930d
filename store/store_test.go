package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func openSQLite(t testing.TB) *store.Store {
	t.Helper()
	return open(t, "sqlite:"+filepath.Join(t.TempDir(), "资料 库.db"))
}

func open(t testing.TB, address string, o ...store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), address, o...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSQLite(t *testing.T) { storetest.Run(t, openSQLite) }

func TestPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.Run(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t)) })
}

// signing is what a store needs to keep its logs.
func signing(t testing.TB) store.Options { return store.Options{Signer: storetest.LogKey(t)} }

func TestActsSQLite(t *testing.T) {
	storetest.RunActs(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestActsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunActs(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}
