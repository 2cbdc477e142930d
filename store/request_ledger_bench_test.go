package store_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"gongkai/casework"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
	"gongkai/store/storetest"
)

// BenchmarkLedger previews and imports the largest ledger, 5,000 lines, half of
// them answered and served, and previews it again.
func BenchmarkLedger(b *testing.B) {
	lines := make([]store.LedgerLine, store.MaxLedger)
	for i := range lines {
		day := law.Day(2024, 1, 2).AddDays(i % 600)
		x := casework.Ledger{Number: fmt.Sprintf("收%d", i), Channel: "person", Arrived: day, Applicant: casework.Applicants()[i%6], Name: "甲某某", Wanted: "工程资金的使用情况"}
		if i%2 == 0 {
			x.Outcome, x.Answer, x.LetterNo, x.Served, x.Way = casework.Granted, day.AddDays(9), fmt.Sprintf("测公开告〔2024〕%d号", i), day.AddDays(10), "ems"
		}
		lines[i] = store.LedgerLine{Line: i + 2, Ledger: x}
	}
	for b.Loop() {
		b.StopTimer()
		s := open(b, "sqlite:"+filepath.Join(b.TempDir(), "x.db"), store.Options{Signer: storetest.LogKey(b), Secret: storetest.Secret(1)})
		o, err := s.SaveOrgan(b.Context(), org.Organ{Name: "甲镇人民政府", Kind: org.Town, Level: org.Township})
		if err != nil {
			b.Fatal(err)
		}
		by := store.By{Viewer: org.Program("测量")}
		step := func(name string, do func() error) {
			b.StartTimer()
			began := b.Elapsed()
			if err := do(); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric((b.Elapsed() - began).Seconds(), name)
			b.StopTimer()
		}
		plan := func() error { _, err := s.PlanLedger(b.Context(), by.Viewer, o.ID, lines); return err }
		step("s-preview", plan)
		step("s-import", func() error { _, err := s.ImportLedger(b.Context(), by, o.ID, lines); return err })
		step("s-preview-again", plan)
		step("s-export", func() error {
			_, _, _, err := s.Ledger(b.Context(), by.Viewer, store.LedgerQuery{Organ: o.ID})
			return err
		})
		b.StartTimer()
	}
}
