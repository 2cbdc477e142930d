package main

import (
	"strings"
	"testing"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
	"gongkai/store"
)

// compiled puts into a town a figure of its annual report that was entered by
// hand, with its document.
func (p *whole) compiled(t *testing.T, town org.Organ, id func(store.Done, error) string) map[string]string {
	t.Helper()
	by, ctx := store.By{Viewer: org.Program("测试")}, t.Context()
	f, err := p.store.PutPrivate(ctx, store.CompiledRef(town.ID, 2025), strings.NewReader(secrets[3]))
	if err != nil {
		t.Fatal(err)
	}
	entry := id(p.store.SaveCompiledEntry(ctx, by, reporting.CompiledEntry{Organ: town.ID, Year: 2025, Cell: "t3.new.natural", Add: annual.Num(2), Reason: secrets[1], File: f.ID, FileName: secrets[2] + ".pdf"}))
	return map[string]string{"{entry}": entry, "{cell}": "t3.new.natural"}
}
