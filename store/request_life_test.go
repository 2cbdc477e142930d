package store_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

func TestRequestLedgerSQLite(t *testing.T) {
	storetest.RunRequestLedger(t, func(t testing.TB) *store.Store {
		return open(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestLedgerPostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestLedger(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
	})
}

func TestRequestLifeSQLite(t *testing.T) {
	storetest.RunRequestLife(t, func(t testing.TB) *store.Store {
		dir := t.TempDir()
		return open(t, "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: filepath.Join(dir, "files")})
	})
}

func TestRequestLifePostgres(t *testing.T) {
	server := storetest.Postgres(t)
	storetest.RunRequestLife(t, func(t testing.TB) *store.Store {
		return open(t, server.Migrated(t), store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1), Blobs: t.TempDir()})
	})
}

// A row of a request that was changed behind the program's back is found, and so
// is an act that was.
func TestInspectRequests(t *testing.T) {
	for _, c := range []struct{ name, change, detail string }{
		{"Outcome", "update request set outcome = 'granted' where number = '收1'", "收1"},
		{"Answered", "update request set answer = '2026-01-12' where number = '收1'", "收1"},
		{"Kind", "update request set applicant = 'legal' where number = '收1'", "收1"},
		{"Year", "update request set result_in = 2025 where number = '收1'", "收1: counts in"},
		{"Void", "update request set state = 'void', new_in = 0 where number = '收2'", "收2"},
		{"DueGone", "update request set due = '', prudent = '' where number = '收2'", "收2: due"},
		{"Remedy", "update request_remedy set ending = 'upheld'", "收1: remedy 1"},
		{"RemedyGone", "delete from request_remedy", "收1: 0 remedies"},
		{"Content", "update request_content set sealed_content = substr(sealed_content, 1, 20) where id in (select id from request where number = '收1')", "收1: content"},
		{"ActGone", "delete from act where kind = 'request.served'", "收1"},
		{"ActChanged", "update act set entry = replace(entry, 'process', 'granted') where kind = 'request.decided'", "收1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.db")
			s := open(t, "sqlite:"+file, store.Options{Signer: storetest.LogKey(t), Secret: storetest.Secret(1)})
			o, err := s.SaveOrgan(t.Context(), org.Organ{Name: "甲镇人民政府", Kind: org.Town, Level: org.Township})
			if err != nil {
				t.Fatal(err)
			}
			day := law.Day(2026, 1, 6)
			first := casework.Ledger{Number: "收1", Channel: "person", Arrived: day, Applicant: casework.Natural, Wanted: "会议纪要", Outcome: casework.Process, Basis: "讨论记录", Answer: day.AddDays(5), Served: day.AddDays(6), Way: "ems"}
			first.Remedies[0] = casework.LedgerRemedy{Begun: day.AddDays(20), Ended: day.AddDays(60), Ending: casework.Annulled}
			second := casework.Ledger{Number: "收2", Channel: "person", Arrived: day.AddDays(1), Applicant: casework.Business, Wanted: "招标文件"}
			if _, err := s.ImportLedger(t.Context(), store.By{Viewer: org.Program("测试")}, o.ID, []store.LedgerLine{{Line: 1, Ledger: first}, {Line: 2, Ledger: second}}); err != nil {
				t.Fatal(err)
			}
			healthy(t, s)
			db, err := sql.Open("sqlite", file)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if res, err := db.Exec(c.change); err != nil {
				t.Fatal(err)
			} else if n, _ := res.RowsAffected(); n == 0 {
				t.Fatal("nothing was changed")
			}
			x, err := s.Inspect(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range x.Faults {
				if f.Kind == store.FaultRequest && strings.HasPrefix(f.Detail, c.detail) {
					return
				}
			}
			t.Errorf("%d faults: %+v", x.Count, x.Faults)
		})
	}
}
