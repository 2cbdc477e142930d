package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestRequestLedgerSQLite(t *testing.T) {
	storetest.RunRequestLedger(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestLedgerPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestLedger(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestLifeSQLite(t *testing.T) {
	storetest.RunRequestLife(t, func(t testing.TB) *store.Store {
		dir := t.TempDir()
		return open(t, "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "files")})
	})
}

func TestRequestLifePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestLife(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir()})
	})
}
