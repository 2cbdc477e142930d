package store_test

import (
	"errors"
	"path/filepath"
	"strconv"
	"testing"

	"gongkai/account"
	"gongkai/org"
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
		address, o := server.Migrated(t), secured(t, c)
		return open(t, address, o), open(t, address, o)
	})
}

// Accounts are restored with a backup, sessions are not: everybody signs in
// again, with the password he had.
func TestBackupKeepsAccountsAndNoSessions(t *testing.T) {
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			ctx, c := t.Context(), storetest.NewClock()
			o := secured(t, c)
			s := open(t, newAddress(), o)
			organ, err := s.SaveOrgan(ctx, org.Organ{Name: "青石镇人民政府", Kind: org.Town})
			if err != nil {
				t.Fatal(err)
			}
			by := store.By{Viewer: org.Program("测试")}
			d, err := s.SavePerson(ctx, by, org.Person{Name: "吴清荷", Organ: organ.ID, Login: "wu"})
			if err != nil {
				t.Fatal(err)
			}
			id, _ := strconv.ParseInt(d.Answer, 10, 64)
			if _, err := s.OpenAccount(ctx, by, id, "", "tulip-wagon-copper"); err != nil {
				t.Fatal(err)
			}
			token, _, err := s.BeginSession(ctx, store.Beginning{Person: id, Whole: true, Rules: account.Defaults()}, "192.0.2.1")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.ChargeAttempt(ctx, "wu", "192.0.2.1", account.Defaults()); err != nil {
				t.Fatal(err)
			}
			backup := filepath.Join(t.TempDir(), "b")
			m, err := s.Backup(ctx, backup, "test", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range m.Tables {
				if x.Name == "session" || x.Name == "attempt" {
					t.Errorf("the backup holds the table %s", x.Name)
				}
			}
			to := newAddress()
			if _, err := store.Restore(ctx, backup, to, store.Options{}, nil); err != nil {
				t.Fatal(err)
			}
			r := open(t, to, o)
			if _, err := r.Session(ctx, token); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a session came back from the backup: %v", err)
			}
			cred, err := r.Credentials(ctx, "wu")
			if err != nil {
				t.Fatal(err)
			}
			if ok, err := r.CheckPassword(ctx, cred, "tulip-wagon-copper"); !ok || err != nil {
				t.Errorf("the password is another after the restore: %v", err)
			}
		})
	}
}
