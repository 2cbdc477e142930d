package store_test

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"gongkai/store"
)

// A database of any schema ever released comes up to date with what it holds,
// and then has the schema of a new one.
func TestMigrationFromEveryVersion(t *testing.T) {
	for kind, newAddress := range databases(t) {
		t.Run(kind, func(t *testing.T) {
			fresh := newAddress()
			_, known, err := open(t, fresh).Schema(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := schemaOf(t, plain(t, fresh), fresh)
			address := newAddress()
			s, err := store.Open(t.Context(), address)
			if err != nil {
				t.Fatal(err)
			}
			fillStore(t, s)
			before := readAll(t, s)
			db := plain(t, address)
			for from := known - 1; from >= 2; from-- { // the reports came with the second
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				downTo(t, db, address, from)
				if s, err = store.Open(t.Context(), address); err != nil {
					t.Fatalf("from %d: %v", from, err)
				}
				healthy(t, s)
				if d := same(before, readAll(t, s)); d != "" {
					t.Errorf("from %d: %s", from, d)
				}
				if d := cmp.Diff(want, schemaOf(t, db, address)); d != "" {
					t.Errorf("from %d the schema is another: %s", from, d)
				}
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// schemaOf lists tables with their columns, and indexes.
func schemaOf(t *testing.T, db *sql.DB, address string) (out []string) {
	t.Helper()
	query := `select 'column ' || t.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" from pragma_table_list t join pragma_table_xinfo(t.name) c where t.schema = 'main'
		union all select 'index ' || name || ' ' || coalesce(sql, '') from sqlite_schema where type = 'index'`
	if strings.HasPrefix(address, "postgres") {
		query = `select 'column ' || table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable from information_schema.columns where table_schema = 'public'
			union all select indexdef from pg_indexes where schemaname = 'public'`
	}
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil || len(out) < 50 {
		t.Fatal(len(out), err)
	}
	slices.Sort(out)
	return out
}

// A program does not open what a newer one migrated, neither to work on it nor
// to look at it, and leaves it as it was.
func TestDowngradeIsRefused(t *testing.T) {
	for kind, newAddress := range databases(t) {
		address := newAddress()
		s := open(t, address)
		fillStore(t, s)
		db := plain(t, address)
		before := schemaOf(t, db, address)
		if _, err := db.Exec("insert into goose_db_version (version_id, is_applied) values (9999, true)"); err != nil {
			t.Fatal(err)
		}
		for _, o := range []store.Options{{}, {AsIs: true}} {
			if s, err := store.Open(t.Context(), address, o); !errors.Is(err, store.ErrNewer) || s != nil {
				t.Errorf("%s: %v", kind, err)
			}
		}
		if d := cmp.Diff(before, schemaOf(t, db, address)); d != "" {
			t.Errorf("%s: %s", kind, d)
		}
	}
}
