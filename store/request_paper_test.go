package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

var requestRoles = filepath.Join("testdata", "request_roles.txt")

func TestRequestPapersSQLite(t *testing.T) {
	storetest.RunRequestPapers(t, requestRoles, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "gongkai.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestPapersPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestPapers(t, requestRoles, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}
