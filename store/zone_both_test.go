package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestZoneSQLite(t *testing.T) {
	storetest.RunZone(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "z.db"), signing(t), store.Options{Secret: storetest.Secret(1)})
	})
}

func TestZonePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunZone(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), signing(t), store.Options{Secret: storetest.Secret(1)})
	})
}
