package storetest

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"gongkai/act"
	"gongkai/oversight"
	"gongkai/proactive"
	"gongkai/store"
)

// RunItemsAfter checks what follows the review and publication of items. Every
// call of open gives an empty store that signs, keeps files and has a key.
func RunItemsAfter(t *testing.T, open func(testing.TB) *store.Store) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *store.Store)
	}{
		{"HistoryAndScans", itemHistory},
		{"WithheldIsEmptied", itemWithheld},
		{"RemovalBeginsItsReport", itemIncident},
		{"Volumes", itemVolumes},
	} {
		t.Run(c.name, func(t *testing.T) { c.run(t, open(t)) })
	}
}

func itemHistory(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id := idOf(t, must(s.DraftItem(ctx, d.clerk, store.NewItem{Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("通知")}))(t))
	must(onItem(t, s, d.clerk, id, hand))(t)
	f := must(s.PutPrivate(ctx, store.ItemRef(id), bytes.NewReader([]byte("%PDF-1.4 scan"))))(t)
	by := d.clerk
	by.Paper, by.Signer, by.Reason = &act.Paper{On: thisDay(), Scan: f.Hash}, "梁某某", "同意"
	must(onItem(t, s, by, id, func(x *store.ItemFile, do proactive.Doing) error {
		if err := x.Pass(do, x.Item.Content, "nnnnn"); err != nil {
			return err
		}
		return x.KeepScan(f.ID)
	}))(t)
	list := must(s.ItemHistory(ctx, d.office.Viewer, id))(t)
	if len(list) != 3 || list[2].Details.Signer != "梁某某" || list[2].Details.Reason != "同意" || store.ScanOf(list[2].Act) != f.ID {
		t.Errorf("history: %+v", list)
	}
	if _, r, err := s.OpenItemScan(ctx, d.office.Viewer, id, f.ID); err != nil {
		t.Error(err)
	} else if err := r.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.ItemHistory(ctx, d.nextTo.Viewer, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads the history: %v", err)
	}
	if _, _, err := s.OpenItemScan(ctx, d.nextTo.Viewer, id, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour opens the scan: %v", err)
	}
	if _, err := s.ItemTexts(ctx, d.nextTo.Viewer, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a neighbour reads the texts: %v", err)
	}
	must(s.Resolve(ctx, d.clerk, id, 0, act.Change{Field: "内容", New: "全文公开"}))(t)
	if x := must(s.Item(ctx, d.clerk.Viewer, id))(t); len(x.Signed) != 1 {
		t.Errorf("a record changed the item: %+v", x.Item)
	}
}

func itemWithheld(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	n := store.NewItem{ID: s.NewID(), Organ: d.organ.ID, Kind: proactive.Notice, Content: itemText("内部分工")}
	f := must(s.PutPrivate(ctx, store.ItemRef(n.ID), bytes.NewReader([]byte("附表"))))(t)
	n.Content.Files = []proactive.File{{ID: f.ID, Name: "附表.txt", Type: f.Type, Size: f.Size, Hash: f.Hash}}
	must(s.DraftItem(ctx, d.clerk, n))(t)
	must(onItem(t, s, d.office, n.ID, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Withhold(do, proactive.Internal, thisDay().AddDays(100))
	}))(t)
	texts := must(s.ItemTexts(ctx, d.clerk.Viewer, n.ID))(t)
	if len(texts) != 1 || !texts[0].Body.Empty() || len(texts[0].Files) != 0 || texts[0].Title != "内部分工" {
		t.Errorf("kept: %+v", texts)
	}
	if _, _, err := s.OpenPrivate(ctx, f.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the file is still there: %v", err)
	}
	must(onItem(t, s, d.office, n.ID, func(x *store.ItemFile, do proactive.Doing) error { return x.ReReview(do, true, thisDay()) }))(t)
	// The same text once more is another text: it can be drafted and goes out whole.
	must(onItem(t, s, d.clerk, n.ID, func(x *store.ItemFile, do proactive.Doing) error {
		return x.Rewrite(do, x.Kind, itemText("内部分工"))
	}))(t)
	d.bring(t, s, n.ID)
	if p := must(s.PublicItem(ctx, must(s.Item(ctx, d.clerk.Viewer, n.ID))(t).Number, 0))(t); p.Content.Body.Empty() {
		t.Errorf("public: %+v", p.Content)
	}
	if r := must(s.Inspect(ctx, nil))(t); r.Count != 0 {
		t.Errorf("inspection: %+v", r.Faults)
	}
}

func itemIncident(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id, number := d.published(t, s, store.NewItem{Content: itemText("某某工程的坐标")})
	must(s.RemoveItem(ctx, d.office, id, must(s.Item(ctx, d.office.Viewer, id))(t).Version, proactive.StateSecret))(t)
	list := must(s.Incidents(ctx, d.office.Viewer, store.IncidentQuery{}))(t)
	if len(list) != 1 || list[0].Kind != oversight.Leak || !list[0].Secrecy || !strings.Contains(list[0].Content.What, number) || strings.Contains(list[0].Content.What+list[0].Content.Title, "坐标") {
		t.Errorf("incidents: %+v", list)
	}
	if list := must(s.Incidents(ctx, d.clerk.Viewer, store.IncidentQuery{}))(t); len(list) != 0 {
		t.Errorf("a clerk sees what only those see who guard secrets: %+v", list)
	}
}

func itemVolumes(t *testing.T, s *store.Store) {
	d := itemsAt(t, s)
	id, _ := d.published(t, s, store.NewItem{Content: itemText("通知")})
	must(onItem(t, s, d.clerk, id, func(x *store.ItemFile, do proactive.Doing) error { return x.Archive(do, "2026-001", "3") }))(t)
	list := must(s.Volumes(ctx, d.clerk.Viewer, 0))(t)
	if len(list) != 1 || list[0].Name != "2026-001" || list[0].N != 1 || len(list[0].Handed) != 0 {
		t.Fatalf("volumes: %+v", list)
	}
	hand := store.VolumeHand{To: "云岭县档案馆", On: thisDay(), Copies: 1, Taker: "王某"}
	if _, err := s.HandVolume(ctx, d.nextTo, d.organ.ID, "2026-001", hand, ""); err == nil {
		t.Error("a neighbour hands the volume over")
	}
	if _, err := s.HandVolume(ctx, d.clerk, d.organ.ID, "2026-002", hand, ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a volume that is not there: %v", err)
	}
	must(s.HandVolume(ctx, d.clerk, d.organ.ID, "2026-001", hand, ""))(t)
	if list = must(s.Volumes(ctx, d.clerk.Viewer, 0))(t); len(list[0].Handed) != 1 || list[0].Handed[0] != hand {
		t.Errorf("handed over: %+v", list[0].Handed)
	}
	if rows := must(s.VolumeItems(ctx, d.nextTo.Viewer, d.organ.ID, "2026-001"))(t); len(rows) != 0 {
		t.Errorf("a neighbour lists the volume: %+v", rows)
	}
}
