package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func leading(t testing.TB, c *storetest.Clock) store.Options {
	return store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(3), Now: c.Now, Blobs: t.TempDir()}
}

func TestLeadingSQLite(t *testing.T) {
	storetest.RunLeading(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), leading(t, c))
	})
}

func TestLeadingPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunLeading(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, server.Migrated(t), leading(t, c))
	})
}
