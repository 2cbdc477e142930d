package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestJobsSQLite(t *testing.T) {
	storetest.RunJobs(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestJobsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	t.Run("all", func(t *testing.T) {
		storetest.RunJobs(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
	})
}
