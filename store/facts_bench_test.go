package store_test

import (
	"database/sql"
	"path/filepath"
	"testing"

	"gongkai/law"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkFacts counts what the prose of an organ with 100,000 requests can say,
// opens the lists behind the figures, and holds a whole chapter against them.
func BenchmarkFacts(b *testing.B) {
	file := filepath.Join(b.TempDir(), "x.db")
	s, err := store.Open(b.Context(), "sqlite:"+file, store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	town, err := s.SaveOrgan(b.Context(), org.Organ{Name: "青石镇人民政府", Kind: org.Town, Level: org.Township})
	if err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	oneOrgan(b, db, town.ID)
	v, today := org.Program("测量"), law.Day(2026, 1, 12)
	for b.Loop() {
	}
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(requestCount()), "requests")
	var facts []reporting.Fact
	p95(b, "ms-facts", 10, func(int) (err error) {
		facts, err = s.ReportFacts(b.Context(), v, town.ID, 2025, today)
		return err
	})
	for _, f := range facts {
		if f.Href == "" {
			continue
		}
		p95(b, "ms-list-"+f.Key, 5, func(int) error {
			rows, _, err := s.FactRows(b.Context(), v, town.ID, 2025, f.Key, false, 0)
			if err == nil && len(rows) == 0 {
				err = store.ErrNotFound
			}
			return err
		})
	}
	t, _ := reporting.ParseTemplate(reporting.ShippedTemplate(false))
	p95(b, "ms-write-and-check", 20, func(int) error {
		for _, w := range t.Write(facts, reporting.ProseNames{Organ: town.Name, Year: 2025}) {
			reporting.Recheck(w.Text, w.Links, facts)
		}
		return nil
	})
}
