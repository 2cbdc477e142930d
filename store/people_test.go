package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestPeopleSQLite(t *testing.T) {
	storetest.RunPeople(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestPeoplePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunPeople(t, func(t testing.TB) *store.Store { return open(t, server.Database(t), signing(t)) })
}
