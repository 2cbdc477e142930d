package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestSearchSQLite(t *testing.T) {
	storetest.RunSearch(t, func(t testing.TB) (*store.Store, string) {
		return withSearch(t, "sqlite:"+filepath.Join(t.TempDir(), "g.db"))
	})
}

func TestSearchPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunSearch(t, func(t testing.TB) (*store.Store, string) { return withSearch(t, server.Migrated(t)) })
}

func withSearch(t testing.TB, address string) (*store.Store, string) {
	s := open(t, address, store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir()})
	folder := t.TempDir()
	if err := s.OpenSearch(folder); err != nil {
		t.Fatal(err)
	}
	return s, folder
}
