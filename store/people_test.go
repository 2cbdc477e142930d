package store_test

import (
	"path/filepath"
	"testing"
	"time"

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
	storetest.RunPeople(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}

// Who leaves works on to his last day, and is closed out the night after.
func TestAccountsEndWithTheLastDay(t *testing.T) {
	server := storetest.Postgres(t)
	for name, address := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "x.db"), "postgres": server.Database(t)} {
		t.Run(name, func(t *testing.T) {
			now := time.Date(2026, 3, 30, 10, 0, 0, 0, time.UTC)
			o := signing(t)
			o.Now = func() time.Time { return now }
			storetest.LastDay(t, open(t, address, o), func(days int) { now = now.AddDate(0, 0, days) })
		})
	}
}
