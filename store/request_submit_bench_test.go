package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"testing"

	"gongkai/casework"
	"gongkai/law/deadline"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// submitter sends applications of the web to the towns of a county by turns, or
// all to one: permission, number, sealed content, row, operation key, notices to
// the clerk, act and both logs.
func submitter(b testing.TB, s *store.Store, towns int) func(officer, i int) error {
	b.Helper()
	ctx, by := context.Background(), store.By{Viewer: org.Program("测量")}
	county, err := s.SaveOrgan(ctx, org.Organ{Name: "云岭县人民政府", Kind: org.Government, Level: org.County})
	if err != nil {
		b.Fatal(err)
	}
	var organs []int64
	for i := range towns {
		o, err := s.SaveOrgan(ctx, org.Organ{Name: fmt.Sprintf("第%d镇人民政府", i), Kind: org.Town, Level: org.Township, Parent: county.ID})
		if err != nil {
			b.Fatal(err)
		}
		d, err := s.SavePerson(ctx, by, org.Person{Name: "甲某", Organ: o.ID, Login: fmt.Sprint("q", s.NewID()%1_000_000_000)})
		if err != nil {
			b.Fatal(err)
		}
		var clerk int64
		if _, err := fmt.Sscan(d.Answer, &clerk); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Grant(ctx, by, org.Post{Person: clerk, Organ: o.ID, Role: org.Handler}); err != nil {
			b.Fatal(err)
		}
		organs = append(organs, o.ID)
	}
	return func(officer, i int) error {
		_, err := s.SubmitRequest(ctx, fmt.Sprintf("web-%d-%d", officer, s.NewID()), store.NewRequest{Organ: organs[i%towns], Registration: casework.Registration{Channel: deadline.Internet, Applicant: casework.Natural},
			Content: casework.Content{Wanted: "2025年本镇农田水利工程的资金拨付表，按村列明金额和日期", Person: casework.Person{Name: "甲某某", Phone: "13955550001", Address: "青石镇中街1号"}}})
		return err
	}
}

// submitBench measures both beside bare rows of about the same length in the same
// kind of database, each durable before the next, by turns.
func submitBench(b *testing.B, s *store.Store, bare *sql.DB) {
	b.Helper()
	many, one := submitter(b, s, 40), submitter(b, s, 1)
	row := make([]byte, 1600)
	for i := range row {
		row[i] = 'x'
	}
	if _, err := bare.Exec("create table bare (id bigint primary key, body text not null)"); err != nil {
		b.Fatal(err)
	}
	const some = 400
	var rates [3]float64
	n := 0
	for b.Loop() {
		rates[0] += atOnce(b, some, many)
		rates[1] += atOnce(b, some, one)
		rates[2] += atOnce(b, some, func(_, i int) error {
			_, err := bare.Exec("insert into bare (id, body) values ($1, $2)", n*some+i, string(row))
			return err
		})
		n++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rates[0]/float64(n), "submitted/s")
	b.ReportMetric(rates[1]/float64(n), "to-one-organ/s")
	b.ReportMetric(rates[2]/float64(n), "bare-rows/s")
	b.ReportMetric(rates[0]/rates[2], "ratio")
}

// BenchmarkSubmit is what eight people at once hand in on the web. The target is
// 200 a second.
func BenchmarkSubmit(b *testing.B) {
	dir := b.TempDir()
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(dir, "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	bare, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "bare.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { bare.Close() })
	bare.SetMaxOpenConns(1)
	submitBench(b, s, bare)
}

// BenchmarkSubmitPostgres is the same on PostgreSQL; the tests' own server does
// not flush, one named by GONGKAI_TEST_POSTGRES may.
func BenchmarkSubmitPostgres(b *testing.B) {
	server := storetest.Postgres(b)
	s, err := store.Open(b.Context(), server.Database(b), store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	u, err := url.Parse(server.Database(b))
	if err != nil {
		b.Fatal(err)
	}
	q := u.Query()
	q.Del("blobs") // of the store, not of the driver
	u.RawQuery = q.Encode()
	bare, err := sql.Open("pgx", u.String())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { bare.Close() })
	submitBench(b, s, bare)
}

// BenchmarkSubmitOnASlowDisk adds 8 ms to every flush.
func BenchmarkSubmitOnASlowDisk(b *testing.B) {
	s, err := store.Open(b.Context(), "sqlite:"+filepath.Join(b.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	one := submitter(b, s, 1)
	s.SlowFlush(slowFlush, func() {})
	rate, n := 0.0, 0
	for b.Loop() {
		rate += atOnce(b, 300, one)
		n++
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rate/float64(n), "submitted/s")
}
