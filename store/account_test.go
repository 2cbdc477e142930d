package store_test

import (
	"path/filepath"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func secured(t testing.TB, c *storetest.Clock) store.Options {
	o := signing(t)
	o.Secret, o.Now = make([]byte, store.SecretSize), c.Now
	return o
}

func TestAccountsSQLite(t *testing.T) {
	storetest.RunAccounts(t, func(t testing.TB, c *storetest.Clock) (one, two *store.Store) {
		one = open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), secured(t, c))
		return one, one
	})
}

// On PostgreSQL two instances work on one database: what one does, the other
// knows at once.
func TestAccountsPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunAccounts(t, func(t testing.TB, c *storetest.Clock) (one, two *store.Store) {
		address, o := server.Database(t), secured(t, c)
		return open(t, address, o), open(t, address, o)
	})
}
