package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestScoresSQLite(t *testing.T) {
	storetest.RunScores(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t), store.Options{Now: c.Now, Secret: storetest.Secret(1)})
	})
}

func TestScoresPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunScores(t, func(t testing.TB, c *storetest.Clock) *store.Store {
		return open(t, server.Migrated(t), signing(t), store.Options{Now: c.Now, Secret: storetest.Secret(1)})
	})
}
