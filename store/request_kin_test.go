package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestRequestKinSQLite(t *testing.T) {
	dir, n := t.TempDir(), 0
	storetest.RunRequestKin(t, func(t testing.TB) *store.Store {
		n++
		return open(t, "sqlite:"+filepath.Join(dir, string(rune('a'+n))+".db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestKinPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestKin(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}
