package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestCompileSQLite(t *testing.T) {
	storetest.RunCompile(t, func(t testing.TB) *store.Store {
		dir := t.TempDir()
		return open(t, "sqlite:"+filepath.Join(dir, "g.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "blobs")})
	})
}

func TestCompilePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunCompile(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir()})
	})
}
