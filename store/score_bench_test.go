package store_test

import (
	"context"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/oversight"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkQuarterOfANation scores a quarter of some 40,000 organs by the
// computed indicators of scheme T in one pass: figures are counted, frozen in
// every score table and added up. Four tasks stand at each organ. The baseline
// reads the same rows and does nothing with them.
func BenchmarkQuarterOfANation(b *testing.B) {
	ctx := context.Background()
	file := filepath.Join(b.TempDir(), "x.db")
	today := law.Day(2026, 4, 8)
	s, err := store.Open(ctx, "sqlite:"+file, store.Options{Signer: storetest.LogKey(b), Now: func() time.Time { return today.Start().Add(9 * time.Hour) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	organs, err := s.SaveOrgans(ctx, storetest.Nation(45_000, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	top := organs[0]
	office := store.By{Viewer: org.Viewer{Person: 1, Name: "测量", Organ: top.ID, Posts: []org.Post{{Person: 1, Organ: top.ID, Path: "/" + strconv.FormatInt(top.ID, 10) + "/", Role: org.Office}}}}
	tx, err := plainBench(b, file).Begin()
	if err != nil {
		b.Fatal(err)
	}
	for n, o := range organs {
		for i := range 4 {
			state, ended := "done", law.Day(2026, 2, 10+i+n%3).Start().UnixMilli()
			if (n+i)%7 == 0 {
				state, ended = "open", 0
			}
			if _, err := tx.Exec(`insert into task (id, organ, role, person, title, body, ref, due, basis, state, given_by, answer, version, given_at, ended_at, search)
				values (?, ?, 'drafter', 0, '报送材料', '', '', '2026-02-12', '', ?, 0, '', 1, 0, ?, '')`, s.NewID(), o.ID, state, ended); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	scheme, _ := oversight.ShippedScheme("T")
	saved, err := s.SaveScheme(ctx, office, top.ID, 0, 0, scheme)
	if err != nil {
		b.Fatal(err)
	}
	id, err := strconv.ParseInt(saved.Answer, 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.PublishScheme(ctx, office, id, 1); err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	d, err := s.OpenRound(ctx, office, oversight.Round{Scheme: id, Name: "一季度", Year: 2026, Period: oversight.PeriodQuarter, Number: 1}, nil)
	if err != nil {
		b.Fatal(err)
	}
	opened := time.Since(start)
	round, err := strconv.ParseInt(d.Answer, 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	version := int64(1)
	b.Run("ComputeAndFreeze", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.ComputeRound(ctx, office, round, version); err != nil {
				b.Fatal(err)
			}
			version++
		}
		f, err := s.Round(ctx, office.Viewer, round)
		if err != nil {
			b.Fatal(err)
		}
		if f.Organs < 40_000 || f.Failed > 0 {
			b.Errorf("%d organs, %d measures failed", f.Organs, f.Failed)
		}
		b.ReportMetric(float64(f.Organs), "organs")
		b.ReportMetric(opened.Seconds(), "s-to-open")
	})
	b.Run("BaselineReadRows", func(b *testing.B) {
		db := plainBench(b, file)
		for b.Loop() {
			for _, q := range []string{"select organ, id, due, state from task", "select organ, id, marks, self_on from assessment"} {
				rows, err := db.Query(q)
				if err != nil {
					b.Fatal(err)
				}
				var x, y int64
				var t, u string
				for rows.Next() {
					if err := rows.Scan(&x, &y, &t, &u); err != nil {
						b.Fatal(err)
					}
				}
				rows.Close()
			}
		}
	})
	b.Run("FirstPageOfTheTable", func(b *testing.B) {
		f, err := s.Round(ctx, office.Viewer, round)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Assessments(ctx, f, office.Viewer, store.AssessmentQuery{Round: round, Marks: true, Limit: 100}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
