package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

// citizenBed opens a store whose clock stands still until the test moves it.
func citizenBed(t testing.TB, address string) storetest.CitizenBed {
	now := time.Now()
	s := open(t, address, store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir(), Now: func() time.Time { return now }})
	return storetest.CitizenBed{Store: s, Pass: func(d time.Duration) { now = now.Add(d) }, Keys: s.LogKeys()}
}

func TestCitizenSQLite(t *testing.T) {
	storetest.RunCitizen(t, func(t testing.TB) storetest.CitizenBed {
		return citizenBed(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
	})
}

func TestCitizenPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunCitizen(t, func(t testing.TB) storetest.CitizenBed { return citizenBed(t, server.Database(t)) })
}
