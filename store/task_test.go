package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestTasksSQLite(t *testing.T) {
	storetest.RunTasks(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestTasksPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunTasks(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}
