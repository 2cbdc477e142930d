package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkFilings counts and lists the filings of 45,000 organs, nine tenths of
// them begun. A tally of the nation is to take no more than 100 ms.
func BenchmarkFilings(b *testing.B) {
	file := filepath.Join(b.TempDir(), "x.db")
	s := open(b, "sqlite:"+file, store.Options{Now: func() time.Time { return law.Day(2026, 1, 25).Start() }})
	organs, err := s.SaveOrgans(b.Context(), storetest.Nation(45_000, s.NewID))
	if err != nil {
		b.Fatal(err)
	}
	db := rawDB(b, "sqlite", "file:"+file+"?_pragma=busy_timeout(5000)")
	if _, err := db.Exec(`insert into filing (year, organ, version, state, correction, due, basis, publish_by, submitted, submitted_by, filed, accepted, accepted_by, published, corrected,
		note, returned, reminded, reminders, public, content, edition, status, errors, warnings, received, carried_in, result_total, carried_out, review, litigation,
		file_name, file, saved_at, saved_by, brief, figures)
		select 2025, id, 1, case id % 5 when 2 then 'submitted' when 3 then 'returned' when 4 then 'accepted' when 1 then 'checked' else 'draft' end, 0, '', '', '', case when id % 5 > 1 then '2026-01-20' else '' end, 1, '', '', 0, '', '',
		'', 0, '', 0, 0, 1, '2021', 'complete', 0, 0, 1, 0, 1, 0, 0, 0, '', 0, 0, 0, id % 5 + 8 + case when id % 5 > 1 then 9516 * 256 else 0 end, zeroblob(60)
		from organ where filer = 1 and id % 10 <> 7`); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("insert into filing_due (office, year, kind, level, day, basis, version) select id, 2025, 'town', 0, '2026-01-20', '通知', 1 from organ where kind = 'government' and level = 4"); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec(`insert into report (year, organ, version, edition, status, errors, warnings, received, carried_in, result_total, carried_out, review, litigation, published, file_name, file_hash, saved_at, figures)
		select 2024, id, 1, '2021', 'complete', 0, 0, 1, 0, 1, 0, 0, 0, '2025-01-20', '', '', 0, zeroblob(60) from organ where filer = 1`); err != nil {
		b.Fatal(err)
	}
	nation := org.Viewer{Person: 1, Posts: []org.Post{{Organ: organs[0].ID, Path: organs[0].Path, Role: org.Office}}}
	var county org.Organ
	for _, o := range organs {
		if o.Level == org.County && o.Kind == org.Government {
			county = o
			break
		}
	}
	office := org.Viewer{Person: 1, Posts: []org.Post{{Organ: county.ID, Path: county.Path, Role: org.Office}}}
	for _, c := range []struct {
		name string
		run  func() error
	}{
		{"tally of the nation", func() error { return rowsOf(s.FilingTally(b.Context(), nation, 2025, 0)) }},
		{"tally of a year before there were filings", func() error { return rowsOf(s.FilingTally(b.Context(), nation, 2024, 0)) }},
		{"tally of a county", func() error { return rowsOf(s.FilingTally(b.Context(), office, 2025, 0)) }},
		{"first page of the nation", func() error { return page(s.Filings(b.Context(), store.FilingQuery{Year: 2025, Viewer: nation})) }},
		{"first late page of the nation", func() error {
			return page(s.Filings(b.Context(), store.FilingQuery{Year: 2025, Viewer: nation, State: store.FilingsLate}))
		}},
		{"a county's page", func() error { return page(s.Filings(b.Context(), store.FilingQuery{Year: 2025, Viewer: office})) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func rowsOf(rows []store.FilingCount, err error) error {
	if err == nil && len(rows) == 0 {
		return store.ErrNotFound
	}
	return err
}

func page(rows []store.FilingRow, _ string, err error) error {
	if err == nil && len(rows) == 0 {
		return store.ErrNotFound
	}
	return err
}
