package store_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gongkai/store"
	"gongkai/store/storetest"
)

func TestCountedSQLite(t *testing.T) {
	storetest.RunCounted(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestCountedPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunCounted(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}

func TestChecksSQLite(t *testing.T) {
	storetest.RunChecks(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), signing(t))
	})
}

func TestChecksPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunChecks(t, func(t testing.TB) *store.Store { return open(t, server.Migrated(t), signing(t)) })
}

// A signed list that is changed behind the program's back is found, whatever is
// changed of it.
func TestInspectFindsChangedLists(t *testing.T) {
	kinds := databases(t)
	for name, change := range map[string]string{
		"Body":   "update counted_list set body = (select body from counted_list where number = 1) where number = 2",
		"Hash":   "update counted_list set hash = '" + strings.Repeat("0", 64) + "' where number = 1",
		"Gone":   "delete from counted_list where number = 1",
		"Number": "update counted_list set number = 5 where number = 2",
		"Year":   "update counted_list set year = 2024",
		"Act":    "update act set kind = 'counted.edited' where kind = 'counted.signed'",
		"Own":    "update own_figures set figures = substr(figures, 1, 3)",
		"Taken":  "update total_taken set shares = substr(shares, 1, 5)",
	} {
		for kind, newAddress := range kinds {
			if kind != "SQLite" && name != "Body" {
				continue // the same queries: one of them shows that they run there
			}
			t.Run(name+"/"+kind, func(t *testing.T) {
				address := newAddress()
				s := open(t, address, signing(t))
				storetest.FillCounted(t, s)
				healthy(t, s)
				res, err := plain(t, address).Exec(change)
				if err != nil {
					t.Fatal(err)
				}
				if n, _ := res.RowsAffected(); n == 0 {
					t.Fatal("nothing was changed")
				}
				x, err := s.Inspect(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(x.Faults, func(f store.Fault) bool { return f.Kind == store.FaultCounted && f.Name != "" }) {
					t.Errorf("not found: %+v", x.Faults)
				}
			})
		}
	}
}
