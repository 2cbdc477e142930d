package main

import (
	"testing"

	"gongkai/org"
	"gongkai/proactive"
	"gongkai/store"
)

// submissionPrefixes are the addresses of what handedIn puts into a town.
var submissionPrefixes = []string{"/desk/submissions/{id}", "/desk/backfill/{id}"}

// handedIn puts material and old stock into a town.
func (p *whole) handedIn(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx := store.By{Viewer: org.Program("测试")}, t.Context()
	slip := id(p.store.SendMaterial(ctx, by, proactive.Submission{Organ: town.ID, Title: secrets[1], Note: secrets[2]}))
	id(p.store.ListBackfill(ctx, by, town.ID, []proactive.Backfill{{Title: secrets[1], Kind: proactive.Notice, Category: "20.15"}}))
	list, err := p.store.Backfills(ctx, by.Viewer, store.BackfillQuery{Organ: town.ID})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	return map[string]string{submissionPrefixes[0]: slip, submissionPrefixes[1]: decimal(list[0].ID)}
}
