package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkCompile measures the annual report of one organ with 100,000 requests
// over three years, half of them in the year, and the first page of what each of
// its figures counts, on both databases, beside a bare count of the same rows. The
// targets are 1 s for the report and 100 ms for a page.
func BenchmarkCompile(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) {
		file := filepath.Join(b.TempDir(), "x.db")
		benchCompile(b, "sqlite:"+file, "sqlite", file)
	})
	b.Run("postgres", func(b *testing.B) {
		at := storetest.Postgres(b).Migrated(b)
		u, err := url.Parse(at)
		if err != nil {
			b.Fatal(err)
		}
		q := u.Query()
		q.Del("blobs") // the store's own
		u.RawQuery = q.Encode()
		benchCompile(b, at, "pgx", u.String())
	})
}

func benchCompile(b *testing.B, at, driver, source string) {
	s, err := store.Open(b.Context(), at, store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	town, err := s.SaveOrgan(b.Context(), org.Organ{Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	oneOrgan(b, db, town.ID)
	ctx, v, today := context.Background(), org.Program("测量"), law.Day(2026, 1, 12)
	for b.Loop() {
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(requestCount()), "requests")
	var c *reporting.Compilation
	p95(b, "ms-bare-count", 10, func(int) error {
		var n int
		return db.QueryRow("select count(*) from request where organ = $1 and new_in > 0 and new_in <= 2025 and (result_in = 0 or result_in >= 2025)", town.ID).Scan(&n)
	})
	p95(b, "ms-compile", 10, func(int) (err error) {
		c, err = s.Compile(ctx, v, town.ID, 2025, today)
		return err
	})
	worst, where := time.Duration(0), ""
	p95(b, "ms-first-page", len(c.Figures), func(i int) error {
		begin := time.Now()
		_, _, err := s.CompiledCases(ctx, v, town.ID, 2025, c.Figures[i].Cell, "", 50)
		if took := time.Since(begin); took > worst {
			worst, where = took, c.Figures[i].Cell
		}
		return err
	})
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-first-page-worst")
	b.Logf("%s: the slowest first page is %s", driver, where)
	p95(b, "ms-later-page", 20, func(int) error {
		_, next, err := s.CompiledCases(ctx, v, town.ID, 2025, "t3.new.total", "q_2025-10-01_1", 50)
		if err == nil && next == "" {
			err = fmt.Errorf("no page after it")
		}
		return err
	})
}

// oneOrgan writes rows of requests and cases as the store does, without their acts.
func oneOrgan(b *testing.B, db *sql.DB, organ int64) {
	b.Helper()
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	in, err := tx.Prepare(`insert into request (id, organ, number, subject, search, state, channel, applicant, arrived, received, due, prudent, provisional, waiting, outcome, answer, letter_no, extended, corrected, late,
		days, fen, marks, remedies, answer_by, reopened, ledger, new_in, result_in, person, who, code, clock, version, saved_at)
		values ($1, $2, $3, $4, $5, $6, 'person', $7, $8, $9, $10, $11, 0, '', $12, $13, '', 0, 0, $14, 0, 0, 0, 0, '', 0, 0, $15, $16, 0, '', $17, '', 1, 0)`)
	if err != nil {
		b.Fatal(err)
	}
	review, err := tx.Prepare(`insert into request_remedy (request, n, organ, kind, begun, ended, ending, counted, simple, redone, letter, instance, answered, answer_due, hearing, appeal_by)
		values ($1, 1, $2, $3, $4, $5, $6, 1, 0, 0, 0, 0, '', '', '', '')`)
	if err != nil {
		b.Fatal(err)
	}
	random, results, kinds, endings := rand.New(rand.NewPCG(1, 2)), casework.Results(), casework.Applicants(), casework.Endings()
	for i := range requestCount() {
		day := law.Day(2025, 1, 2).AddDays(random.IntN(360))
		if i%2 == 0 {
			day = law.Day(2023, 1, 2).AddDays(random.IntN(1080))
		}
		number := fmt.Sprintf("%d-%06d", day.Year, i)
		state, due, answer, outcome, ended := "closed", "", day.AddDays(25).String(), string(results[random.IntN(len(results))].Outcome), day.AddDays(25).Year
		if i%10 == 0 {
			state, due, answer, outcome, ended = "running", day.AddDays(28).String(), "", "", 0
		}
		if _, err := in.Exec(i+1, organ, number, "征地补偿", number+" 征地补偿", state, string(kinds[random.IntN(6)]), day.String(), day.String(), due, due, outcome, answer, min(random.IntN(20), 1), day.Year, ended, number); err != nil {
			b.Fatal(err)
		}
		if i%10 == 5 {
			over, ending := "", ""
			if random.IntN(3) > 0 {
				over, ending = day.AddDays(90).String(), string(endings[random.IntN(8)])
			}
			if _, err := review.Exec(i+1, organ, string(casework.RemedyKinds()[random.IntN(3)]), day.AddDays(40).String(), over, ending); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("analyze"); err != nil {
		b.Fatal(err)
	}
}
