package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestRequestFiguresSQLite(t *testing.T) {
	dir, n := t.TempDir(), 0
	storetest.RunRequestFigures(t, func(t testing.TB) *store.Store {
		n++
		return open(t, "sqlite:"+filepath.Join(dir, string(rune('a'+n))+".db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestFiguresPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestFigures(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}
