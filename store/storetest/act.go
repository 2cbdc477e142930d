package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"gongkai/act"
	"gongkai/law"
	"gongkai/org"
	"gongkai/store"
)

// RunActs checks how everything officers do is kept: once for each key, whole
// or not at all, by those who may, and in the internal log. Every call of open
// gives an empty store that signs.
func RunActs(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"DoubleClickActsOnce", doubleClick},
		{"SecondOfficerSeesTheConflict", secondOfficer},
		{"RefusedActLeavesNothing", refusedAct},
		{"ManyAtOnceLoseNothing", manyAtOnce},
		{"HistorySaysWhoAndWhat", historyOfSetting},
		{"SupervisionIsAnswered", supervision},
		{"EntriesAreFoundAndExported", entriesFound},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func program(key string) store.By { return store.By{Viewer: org.Program("测试"), Key: key} }

func doubleClick(t *testing.T, s *store.Store) {
	o := county(t, s, 0)[0]
	x := store.Setting{Organ: o.ID, Name: "退回期限", Value: "5"}
	first := must(s.SaveSetting(ctx, program("k1"), x))(t)
	again := must(s.SaveSetting(ctx, program("k1"), x))(t)
	if first.Repeated || !again.Repeated || first.Act == 0 {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if h := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.SettingRef(o.ID, "退回期限")}))(t); len(h) != 1 {
		t.Errorf("a double click left %d acts", len(h))
	}
	other := store.By{Viewer: org.Viewer{Person: 7}, Key: "k1"}
	if _, err := s.SaveSetting(ctx, other, x); !errors.Is(err, store.ErrConflict) {
		t.Errorf("somebody else's key answered %v", err)
	}
}

func secondOfficer(t *testing.T, s *store.Store) {
	o := county(t, s, 0)[0]
	x := store.Setting{Organ: o.ID, Name: "退回期限", Value: "5"}
	must(s.SaveSetting(ctx, program(""), x))(t)
	x.Version, x.Value = 1, "7"
	must(s.SaveSetting(ctx, program(""), x))(t)
	x.Value = "9"
	if _, err := s.SaveSetting(ctx, program("k2"), x); !errors.Is(err, store.ErrConflict) {
		t.Fatalf("the second officer overwrote the first: %v", err)
	}
	// A refused form may be sent again under its key once it is put right.
	x.Version = 2
	if d := must(s.SaveSetting(ctx, program("k2"), x))(t); d.Repeated {
		t.Error("a key that was never answered counts as answered")
	}
	if got := must(s.Settings(ctx, o.ID))(t); len(got) != 1 || got[0].Value != "9" || got[0].Version != 3 {
		t.Errorf("settings %+v", got)
	}
}

func refusedAct(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	town := org.Viewer{Person: 4, Posts: []org.Post{{Organ: o[1].ID, Path: o[1].Path, Role: org.Head}}}
	_, err := s.SaveSetting(ctx, store.By{Viewer: town, Key: "k"}, store.Setting{Organ: o[0].ID, Name: "退回期限", Value: "5"})
	var refusal *act.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("a town changed its county: %v", err)
	}
	if got := must(s.Settings(ctx, o[0].ID))(t); len(got) != 0 {
		t.Errorf("the refused act left %+v", got)
	}
	if e := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t); len(e) != 0 {
		t.Errorf("the refused act left %d entries", len(e))
	}
	must(s.SaveSetting(ctx, store.By{Viewer: town}, store.Setting{Organ: o[1].ID, Name: "退回期限", Value: "5"}))(t)
}

// Many officers at once, some refused and some gone meanwhile: what was
// answered is there, nothing else is, and every act has its number.
func manyAtOnce(t *testing.T, s *store.Store) {
	o := county(t, s, 0)[0]
	var wg sync.WaitGroup
	var mu sync.Mutex
	good := map[string]bool{}
	for i := range 40 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, stop := context.WithCancel(ctx)
			defer stop()
			by, name := program(""), fmt.Sprintf("设置%02d", i)
			switch i % 4 {
			case 1:
				by.Viewer = org.Viewer{}
			case 2:
				stop()
			}
			_, err := s.SaveSetting(c, by, store.Setting{Organ: o.ID, Name: name, Value: "1"})
			if (err == nil) != (i%4 != 1 && i%4 != 2) {
				t.Errorf("%s: %v", name, err)
			}
			if err == nil {
				mu.Lock()
				good[name] = true
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	got := must(s.Settings(ctx, o.ID))(t)
	if len(got) != len(good) {
		t.Errorf("%d acknowledged, %d kept", len(good), len(got))
	}
	must(s.Integrate(ctx))(t)
	entries := must(s.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t)
	seen := map[int64]bool{}
	for _, e := range entries {
		if e.Index < 0 || seen[e.Index] {
			t.Errorf("entry %s has number %d", e.Act.Ref, e.Index)
		}
		seen[e.Index] = true
	}
	if len(entries) != len(good) {
		t.Errorf("%d entries for %d acts", len(entries), len(good))
	}
}

func historyOfSetting(t *testing.T, s *store.Store) {
	o := county(t, s, 1)
	by := program("")
	by.Reason, by.From = "县政府办要求", "192.0.2.7"
	must(s.SaveSetting(ctx, by, store.Setting{Organ: o[1].ID, Name: "退回期限", Value: "5"}))(t)
	by.Paper, by.Signer, by.On = &act.Paper{On: law.Day(2026, 3, 1)}, "某领导", law.Day(2026, 3, 1)
	must(s.SaveSetting(ctx, by, store.Setting{Organ: o[1].ID, Name: "退回期限", Value: "7", Version: 1}))(t)
	office := org.Viewer{Person: 9, Posts: []org.Post{{Organ: o[0].ID, Path: o[0].Path, Role: org.Office}}}
	h := must(s.Entries(ctx, office, store.EntryQuery{Ref: store.SettingRef(o[1].ID, "退回期限")}))(t)
	if len(h) != 2 {
		t.Fatalf("%d entries", len(h))
	}
	last := h[0]
	if c := last.Details.Changes; len(c) != 1 || c[0] != (act.Change{Field: "退回期限", Old: "5", New: "7"}) {
		t.Errorf("changes %+v", c)
	}
	if last.Details.Signer != "某领导" || last.Act.On != law.Day(2026, 3, 1) || last.Organ != o[1].Name || last.Details.From != "192.0.2.7" || last.Act.Seq != 2 {
		t.Errorf("entry %+v", last)
	}
	stranger := org.Viewer{Person: 8, Posts: []org.Post{{Organ: 424242, Path: "/424242/", Role: org.Office}}}
	for _, v := range []org.Viewer{{}, stranger} {
		if h := must(s.Entries(ctx, v, store.EntryQuery{}))(t); len(h) != 0 {
			t.Errorf("%+v sees %d entries", v, len(h))
		}
	}
}
