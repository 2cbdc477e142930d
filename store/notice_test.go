package store_test

import (
	"database/sql"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// told opens a store with a clock that the test sets, and writes people by hand.
func told(t testing.TB, address string, db *sql.DB, more ...store.Options) *storetest.Told {
	now := new(atomic.Int64)
	now.Store(law.Day(2026, 3, 18).Start().UnixMilli())
	o := signing(t)
	o.Now = func() time.Time { return time.UnixMilli(now.Load()) }
	s := open(t, address, append([]store.Options{o}, more...)...)
	return &storetest.Told{Store: s, Now: now, Person: func(t testing.TB, p org.Person, roles ...org.Role) int64 {
		t.Helper()
		id := s.NewID()
		if _, err := db.Exec(`insert into person (id, organ, name, title, phone, email, login, valid_from, valid_to, version, search, saved_at)
			values ($1, $2, $3, '', $4, $5, '', '', $6, 1, '', 0)`, id, p.Organ, p.Name, p.Phone, p.Email, p.To.String()); err != nil {
			t.Fatal(err)
		}
		for _, r := range roles {
			if _, err := db.Exec("insert into post (id, person, organ, role, valid_from, valid_to) values ($1, $2, $3, $4, '', '')", s.NewID(), id, p.Organ, string(r)); err != nil {
				t.Fatal(err)
			}
		}
		return id
	}}
}

func TestNoticesSQLite(t *testing.T) {
	storetest.RunNotices(t, func(t testing.TB) *storetest.Told {
		file := filepath.Join(t.TempDir(), "x.db")
		return told(t, "sqlite:"+file, rawDB(t, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)"))
	})
}

func TestNoticesPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	t.Run("all", func(t *testing.T) {
		storetest.RunNotices(t, func(t testing.TB) *storetest.Told {
			address := server.Migrated(t)
			return told(t, address, rawDB(t, "pgx", withoutBlobs(address)))
		})
	})
}

func rawDB(t testing.TB, driver, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
