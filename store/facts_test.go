package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestFactsSQLite(t *testing.T) {
	storetest.RunFacts(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		dir := t.TempDir()
		return open(t, "sqlite:"+filepath.Join(dir, "x.db"), signing(t), store.Options{Now: c.Now, Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "blobs")})
	})
}

func TestFactsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunFacts(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, server.Migrated(t), signing(t), store.Options{Now: c.Now, Secret: storetest.Secret(1), Blobs: t.TempDir()})
	})
}
