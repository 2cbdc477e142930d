package main

import (
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// cataloguePrefixes are the addresses of what catalogued puts into a town.
var cataloguePrefixes = []string{"/desk/register/{id}", "/desk/cleanups/{id}"}

// catalogued puts into a town what the catalogue has beside items: a document, a
// clean-up, a month of the ledger, a draft of the guide.
func (p *whole) catalogued(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx, day := store.By{Viewer: org.Program("测试")}, t.Context(), p.cfg.Today()
	document := id(p.store.SaveDocument(ctx, by, proactive.RegisterEntry{Organ: town.ID, Kind: proactive.Normative, Title: secrets[1], Made: day.AddDays(-400)}))
	cleanup := id(p.store.OpenCleanup(ctx, by, proactive.Cleanup{Organ: town.ID, Title: secrets[2]}))
	id(p.store.SaveMonth(ctx, by, proactive.MonthSheet{Organ: town.ID, Year: day.Year - 1, Month: 12, Source: secrets[1], Values: map[string]annual.Value{"t2.licence.decisions": annual.Num(7)}}))
	id(p.store.DraftGuide(ctx, by, town.ID))
	return map[string]string{cataloguePrefixes[0]: document, cataloguePrefixes[1]: cleanup}
}
