package storetest

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"gongkai/proactive"
	"gongkai/store"
)

// RunZone tests two zones: what one database gives out, another of the same kind
// takes, in order, once, and never what was removed.
func RunZone(t *testing.T, open func(t testing.TB) *store.Store) {
	inner, outer := open(t), open(t)
	d := itemsAt(t, inner)
	id, number := d.published(t, inner, store.NewItem{Content: itemText("甲件")})
	other, _ := d.published(t, inner, store.NewItem{Content: itemText("乙件")})
	var made []store.ZoneIncoming
	emit := func(p *store.ZonePackage) (string, error) {
		x := *p
		made = append(made, store.ZoneIncoming{ZonePackage: x, Hash: fmt.Sprintf("h%d-%t", p.N, p.Urgent)})
		return made[len(made)-1].Hash, nil
	}
	give := func(whole bool) []store.ZoneIncoming {
		t.Helper()
		made = nil
		must(inner.ZoneOut(ctx, whole, nil, emit))(t)
		return made
	}
	take := func(list []store.ZoneIncoming) error {
		return outer.TakeZone(ctx, list, nil, func(f store.ZoneFile) (io.ReadCloser, error) { return inner.OpenZoneFile(ctx, f) })
	}
	first := give(false)
	if len(first) != 1 || !first[0].Whole {
		t.Fatalf("first: %d packages", len(first))
	}
	if err := take(first); err != nil {
		t.Fatal(err)
	}
	if x := must(outer.PublicItem(ctx, number, 0))(t); x.Content.Title != "甲件" {
		t.Errorf("outside: %q", x.Content.Title)
	}
	if err := take(first); !errors.Is(err, store.ErrZoneSeen) {
		t.Errorf("taken twice: %v", err)
	}
	if again := give(false); len(again) != 0 {
		t.Errorf("nothing has changed, and %d packages", len(again))
	}
	by := d.clerk
	by.Reason = "内容有误"
	must(onItem(t, inner, by, other, func(x *store.ItemFile, do proactive.Doing) error { return x.TakeDown(do, by.Reason, false) }))(t)
	second := give(false)
	wrong := second[0]
	wrong.Prev = "another"
	if err := take([]store.ZoneIncoming{wrong}); !errors.Is(err, store.ErrZoneChain) {
		t.Errorf("out of the chain: %v", err)
	}
	late := second[0]
	if late.N++; !errors.Is(take([]store.ZoneIncoming{late}), store.ErrZoneGap) {
		t.Error("a gap is taken")
	}
	foreign := second[0]
	foreign.Tables = append(foreign.Tables[:len(foreign.Tables):len(foreign.Tables)], store.ZoneRows{Table: "person"})
	if err := take([]store.ZoneIncoming{foreign}); !errors.Is(err, store.ErrZoneContent) {
		t.Errorf("rows of persons: %v", err)
	}
	if err := take(second); err != nil {
		t.Fatal(err)
	}
	x := must(inner.Item(ctx, d.clerk.Viewer, id))(t)
	must(inner.RemoveItem(ctx, d.office, id, x.Version, proactive.StateSecret))(t)
	made = nil
	if told := must(inner.ZoneGone(ctx, emit))(t); !told || len(made) != 1 || len(made[0].Gone) != 1 {
		t.Fatalf("removal: %v %+v", told, made)
	}
	if err := take(made); err != nil {
		t.Fatal(err)
	}
	gone := func() {
		t.Helper()
		if x, err := outer.PublicItem(ctx, number, 0); err != nil || x.Standing != proactive.Removed || x.Content.Title != "" {
			t.Errorf("removed: %+v, %v", x, err)
		}
	}
	gone()
	made = nil
	if told := must(inner.ZoneGone(ctx, emit))(t); told {
		t.Error("told twice")
	}
	old := first[0] // a full set from before, with a later number
	if old.N = 9; take([]store.ZoneIncoming{old}) != nil {
		t.Error("a full set is refused")
	}
	if x, err := outer.PublicItem(ctx, number, 0); err == nil && x.Content.Title != "" {
		t.Errorf("an old package brought it back: %q", x.Content.Title)
	}
}
