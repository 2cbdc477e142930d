package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestWatchSQLite(t *testing.T) {
	storetest.RunWatch(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), leading(t, c))
	})
}

func TestWatchPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunWatch(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, server.Migrated(t), leading(t, c))
	})
}
