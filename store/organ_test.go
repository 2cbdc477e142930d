package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestOrgansSQLite(t *testing.T) {
	storetest.RunOrgans(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestOrgansPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunOrgans(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}

func TestOrganPartsSQLite(t *testing.T) {
	storetest.RunOrganParts(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestOrganPartsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunOrganParts(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}
