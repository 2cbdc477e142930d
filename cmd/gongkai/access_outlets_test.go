package main

import (
	"strconv"
	"testing"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// outletPrefixes are the addresses of what hung puts into a town.
var outletPrefixes = []string{"/desk/outlets/{id}", "/desk/postings/{id}", "/desk/scripts/{id}", "/desk/copies/{id}", "/desk/places/{id}"}

// hung puts channels and what stood on them into a town.
func (p *whole) hung(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx, day := store.By{Viewer: org.Program("测试")}, t.Context(), p.cfg.Today()
	board := id(p.store.SaveOutlet(ctx, by, proactive.Outlet{Organ: town.ID, Kind: proactive.Screen, Name: secrets[1], Place: secrets[2], Keeper: secrets[3]}))
	posting := id(p.store.SavePosting(ctx, by, proactive.Posting{Outlet: parsed(t, board), Title: secrets[1], Topic: "民生", On: day}))
	script := id(p.store.SaveScript(ctx, by, store.Script{Organ: town.ID, Title: secrets[1], Text: secrets[2]}))
	id(p.store.GiveCopies(ctx, by, []store.GuideCopies{{Organ: town.ID, What: "指南", Receiver: secrets[1], Copies: 3, On: day}}))
	list, err := p.store.Copies(ctx, by.Viewer, day.Year)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	places, err := p.store.Places(ctx, by.Viewer, day.Year)
	if err != nil || len(places) != 1 {
		t.Fatal(places, err)
	}
	id(p.store.SavePlace(ctx, by, store.ReadingPlace{Equipment: places[0].Equipment, Address: secrets[2], Hours: "工作日"}))
	return map[string]string{outletPrefixes[0]: board, outletPrefixes[1]: posting, outletPrefixes[2]: script, outletPrefixes[3]: decimal(list[0].ID), outletPrefixes[4]: decimal(places[0].Equipment)}
}

func decimal(n int64) string { return strconv.FormatInt(n, 10) }
