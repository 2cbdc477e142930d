package storetest

import (
	"fmt"
	"testing"

	"gongkai/org"
	"gongkai/search"
	"gongkai/store"
)

// searchSynonyms: what an organ says means the same holds for it and all below
// it, from the next question on, and for nobody else.
func searchSynonyms(t *testing.T, s *store.Store, _ string) {
	d := itemsAt(t, s)
	d.published(t, s, store.NewItem{Content: itemText("防汛演练的通知")})
	fed(t, s)
	ask := func(organ int64) int {
		return len(must(s.SearchPublic(ctx, store.SearchQuery{Text: "抗洪操练", Organ: organ}))(t).Hits)
	}
	set := func(organ int64, value string) {
		t.Helper()
		var version int64
		for _, x := range must(s.Settings(ctx, organ))(t) {
			if x.Name == org.SearchSynonyms {
				version = x.Version
			}
		}
		must(s.SaveSetting(ctx, program(""), store.Setting{Organ: organ, Name: org.SearchSynonyms, Value: value, Version: version}))(t)
	}
	if n := ask(d.organ.ID); n != 0 {
		t.Fatalf("%d are found before anybody said so", n)
	}
	set(d.organ.ID, "抗洪操练=防汛演练")
	if n := ask(d.organ.ID); n != 1 {
		t.Errorf("%d are found by the organ's own words", n)
	}
	if r := must(s.SearchItems(ctx, d.clerk.Viewer, store.SearchQuery{Text: "抗洪操练"}))(t); len(r.Hits) != 1 {
		t.Errorf("the desk finds %d", len(r.Hits))
	}
	set(d.organ.ID, "抗洪操练=防汛演练 2001-01-01至2001-12-31")
	if n := ask(d.organ.ID); n != 0 {
		t.Errorf("%d are found by words that are out of force", n)
	}
	set(d.organ.ID, "")
	top := must(s.Organ(ctx, above(d.organ.Path)))(t)
	if top.ID == d.organ.ID {
		return
	}
	set(top.ID, "抗洪操练=防汛演练")
	if ask(d.organ.ID) != 1 || ask(0) != 1 {
		t.Errorf("what was decided above holds for %d below and %d of all", ask(d.organ.ID), ask(0))
	}
}

// above is the organ at the top of a path.
func above(path string) int64 {
	var id int64
	_, _ = fmt.Sscanf(path, "/%d/", &id)
	return id
}

// searchesInVain: they are collected once, are shown from the third on, and hold
// nothing that may name somebody.
func searchesInVain(t *testing.T, s *store.Store, _ string) {
	day := thisDay()
	for _, q := range []string{"养老补贴", "养老　补贴", "养老补贴", "公租房", "13800138000", "13800138000", "13800138000", "镇", "镇", "镇"} {
		if err := s.CountSearch(ctx, q, day, false); err != nil {
			t.Fatal(err)
		}
	}
	list := func() string {
		t.Helper()
		out := ""
		for _, x := range must(s.MissedWords(ctx, day.AddDays(-30), day, 10))(t) {
			out += fmt.Sprintf("%s %d %d;", x.Words, x.Times, x.Days)
		}
		return out
	}
	if got := list(); got != "" {
		t.Errorf("before they are collected: %s", got)
	}
	if n := must(s.CollectMisses(ctx))(t); n != 2 {
		t.Errorf("%d lines were collected", n)
	}
	if n := must(s.CollectMisses(ctx))(t); n != 0 {
		t.Errorf("%d lines were collected again", n)
	}
	if got := list(); got != "养老补贴 3 1;" {
		t.Error(got)
	}
	batch := []search.Miss{{Day: day.AddDays(-1).String(), Words: "公租房", Times: 2}, {Day: day.String(), Words: "电话 138 0013 8000", Times: 9}, {Day: "2100-01-01", Words: "将来", Times: 9}, {Day: "昨天", Words: "什么", Times: 9}, {Day: day.String(), Words: "少", Times: 9}}
	for range 2 { // the second time is the same batch again
		if err := s.KeepMisses(ctx, 77, batch); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(); got != "公租房 3 2;养老补贴 3 1;" {
		t.Error(got)
	}
	var flood []search.Miss
	for i := range 2100 {
		flood = append(flood, search.Miss{Day: day.AddDays(-2).String(), Words: fmt.Sprintf("词条%d", i), Times: 3})
	}
	if err := s.KeepMisses(ctx, 78, flood); err != nil {
		t.Fatal(err)
	}
	months := must(s.MissedMonths(ctx, day.AddDays(-2), day.AddDays(-2)))(t)
	if len(months) != 1 || months[0].N != 3*2000 {
		t.Errorf("of a flood %v are kept", months)
	}
}
