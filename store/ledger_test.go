package store_test

import (
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gongkai/store"
	"gongkai/store/storetest"
)

func ledgerOptions(t testing.TB) store.Options {
	return store.Options{Signer: storetest.LogKey(t), Secret: make([]byte, store.SecretSize), Blobs: t.TempDir(), Now: func() time.Time { return storetest.LedgerNow }}
}

// ledgerSQLite dumps the very bytes of the database.
func ledgerSQLite(t testing.TB) storetest.LedgerBed {
	dir := t.TempDir()
	return storetest.LedgerBed{Store: open(t, "sqlite:"+filepath.Join(dir, "x.db"), ledgerOptions(t)), Dump: func(t testing.TB) string {
		var b strings.Builder
		files, err := filepath.Glob(filepath.Join(dir, "x.db*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(data)
		}
		return b.String()
	}}
}

// ledgerPostgres dumps every row as text.
func ledgerPostgres(server *storetest.Server) func(t testing.TB) storetest.LedgerBed {
	return func(t testing.TB) storetest.LedgerBed {
		address := server.Migrated(t)
		return storetest.LedgerBed{Store: open(t, address, ledgerOptions(t)), Dump: func(t testing.TB) string {
			u, err := url.Parse(address)
			if err != nil {
				t.Fatal(err)
			}
			q := u.Query()
			q.Del("blobs")
			u.RawQuery = q.Encode()
			db, err := sql.Open("pgx", u.String())
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			column := func(query string) []string {
				rows, err := db.QueryContext(t.Context(), query)
				if err != nil {
					t.Fatal(err)
				}
				defer rows.Close()
				var out []string
				for rows.Next() {
					var s string
					if err := rows.Scan(&s); err != nil {
						t.Fatal(err)
					}
					out = append(out, s)
				}
				return out
			}
			var b strings.Builder
			for _, name := range column("select table_name from information_schema.tables where table_schema = 'public'") {
				b.WriteString(strings.Join(column(`select x::text from "`+name+`" x`), "\n"))
			}
			return b.String()
		}}
	}
}

func TestVoicesSQLite(t *testing.T) { storetest.RunVoices(t, ledgerSQLite) }

func TestVoicesPostgres(t *testing.T) { storetest.RunVoices(t, ledgerPostgres(storetest.Postgres(t))) }

func TestLedgersSQLite(t *testing.T) { storetest.RunLedgers(t, ledgerSQLite) }

func TestLedgersPostgres(t *testing.T) {
	storetest.RunLedgers(t, ledgerPostgres(storetest.Postgres(t)))
}
