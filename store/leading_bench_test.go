package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkGapsOfANation counts what 45,000 organs have open: three shares of a
// plan and two publications overdue at each town and bureau, reports missing
// where a day is set. The baseline reads the same rows and does nothing with
// them. Issue freezes them all.
func BenchmarkGapsOfANation(b *testing.B) {
	ctx := context.Background()
	file := filepath.Join(b.TempDir(), "x.db")
	today := law.Day(2026, 3, 25)
	s, err := store.Open(ctx, "sqlite:"+file, store.Options{Signer: storetest.LogKey(b), Now: func() time.Time { return today.Start().Add(9 * time.Hour) }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	organs, err := s.SaveOrgans(ctx, storetest.Nation(45_000, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	fillNation(b, s, file, organs)
	office, top := org.Program("测量"), organs[0].ID
	b.Run("Nation", func(b *testing.B) {
		gaps := 0
		for b.Loop() {
			sheet, err := s.Gaps(ctx, office, top, today)
			if err != nil {
				b.Fatal(err)
			}
			gaps = sheet.Gaps
		}
		if gaps < 200_000 {
			b.Errorf("only %d gaps", gaps)
		}
		b.ReportMetric(float64(gaps), "gaps")
	})
	b.Run("BaselineReadRows", func(b *testing.B) {
		db := plainBench(b, file)
		for b.Loop() {
			for _, q := range []string{"select task, organ, state, reported_on from plan_party", "select id, organ, name, due from recurring"} {
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
	county := organs[0]
	for _, o := range organs {
		if o.Level == org.County && o.Kind == org.Government {
			county = o
			break
		}
	}
	b.Run("CountyOfIt", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Gaps(ctx, office, county.ID, today); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Issue", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if i > 0 {
				b.Skip("a month is issued once")
			}
			if _, err := s.IssueDispatch(ctx, store.By{Viewer: office}, top, today, ""); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func plainBench(b *testing.B, file string) *sql.DB {
	b.Helper()
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	return db
}

// fillNation writes plans and publications straight into the tables: through the
// acts of officers it would take an hour.
func fillNation(b *testing.B, s *store.Store, file string, organs []org.Organ) {
	b.Helper()
	tx, err := plainBench(b, file).Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(q string, args ...any) {
		if _, err := tx.Exec(q, args...); err != nil {
			b.Fatal(err)
		}
	}
	tasks := map[int64][]int64{}
	for _, o := range organs {
		if o.Kind == org.Government {
			plan := s.NewID()
			exec("insert into plan (id, organ, year, title, number, issued, version, made_at) values (?, ?, 2026, '要点', '', '2026-01-10', 1, 0)", plan, o.ID)
			for i := range 3 {
				id := s.NewID()
				exec(`insert into plan_task (id, plan, parent, organ, place, number, chapter, body, source, meeting, due, due_text, measure, evidence, done_on, cancelled_on, version, made_at)
					values (?, ?, 0, ?, ?, '1', '', '更新公开指南和公开目录', '', 0, '2026-03-10', '', '', '', '', '', 1, 0)`, id, plan, o.ID, i)
				tasks[o.ID] = append(tasks[o.ID], id)
			}
			continue
		}
		for _, task := range tasks[o.Parent] {
			exec("insert into plan_party (task, organ, lead, state, percent, reported_on, done_on) values (?, ?, 1, '', -1, '', '')", task, o.ID)
		}
		for range 2 {
			exec(`insert into recurring (id, organ, name, category, rule, basis, template, first_day, last_day, period, due, version, made_at)
				values (?, ?, '城乡低保对象名单', '社会救助', 'monthly:5', '通知', '', '2026-01-01', '', '2026-03', '2026-03-05', 1, 0)`, s.NewID(), o.ID)
		}
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}
