package storetest

import (
	"errors"
	"testing"

	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
	"gongkai/translog"
)

// Another key takes over: what the old one signed stays good, the statement of
// both leads from either to the other, and the old one signs nothing more.
func keyRotation(t *testing.T, l *logged) {
	o := l.office(t)
	l.publish(t, o.ID, 2023, 1, 0)
	admin := store.By{Viewer: org.Viewer{Person: 5, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.SystemAdmin}}}}
	earlier := must(l.ActReceipt(ctx, org.Program("测试"), must(l.Entries(ctx, org.Program("测试"), store.EntryQuery{}))(t)[3].Act.ID))(t)
	anchors := [][]byte{must(l.Checkpoint(ctx))(t), must(l.OfficeCheckpoint(ctx))(t)}

	old, next := l.key, LogKey(t)
	secret, _, _ := translog.NewKey("another.example")
	if _, err := l.RotateLogKey(ctx, admin, must(translog.ParseKey(secret))(t)); !errors.Is(err, store.ErrKeyName) {
		t.Errorf("a key of another name: %v", err)
	}
	var refusal *act.Refusal
	clerk := store.By{Viewer: org.Viewer{Person: 6, Posts: []org.Post{{Organ: o.ID, Path: o.Path, Role: org.Head}}}}
	if _, err := l.RotateLogKey(ctx, clerk, next); !errors.As(err, &refusal) {
		t.Errorf("without the permission: %v", err)
	}
	must(l.RotateLogKey(ctx, admin, next))(t)
	if l.LogKey().Verifier != next.Verifier {
		t.Fatal("the old key still signs")
	}
	l.publish(t, o.ID, 2024, 1, 0)
	h := must(l.Entries(ctx, org.Program("测试"), store.EntryQuery{Ref: store.LogKeyRef}))(t)
	if len(h) != 1 || h[0].Act.Kind != act.LogKeyRotated || h[0].Details.Changes[0].New != next.Verifier {
		t.Errorf("the rotation is no act: %+v", h)
	}

	check := func(s *store.Store) {
		t.Helper()
		if c := must(s.VerifyLog(ctx, anchors...))(t); len(c.Faults) != 0 || c.Anchors != 1 || c.Office.Anchors != 1 || c.Size != 2 {
			t.Errorf("%+v", c)
		}
	}
	check(l.Store)
	again := must(store.Open(ctx, l.address, store.Options{Signer: next}))(t)
	defer again.Close()
	check(again)

	// Whoever trusts one of the keys can follow to the other.
	keys := again.LogKeys()
	rec := must(again.Receipt(ctx, act.ReportRef(o.ID, 2024)))(t)
	inner := must(again.ActReceipt(ctx, org.Program("测试"), h[0].Act.ID))(t)
	for name, key := range map[string]string{"the old": old.Verifier, "the new": next.Verifier} {
		for _, r := range []translog.Receipt{rec, inner} {
			if err := translog.VerifyReceipt(r, key); err != nil {
				t.Errorf("a new receipt with %s key: %v", name, err)
			}
		}
		if err := translog.VerifyReceipt(earlier, key, keys.Vouches...); err != nil {
			t.Errorf("an old receipt with %s key: %v", name, err)
		}
	}
	read := must(translog.ReadKeys(keys.Text()))(t)
	if read.Public != next.Verifier || read.Office != keys.Office || len(read.Vouches) != len(keys.Vouches) {
		t.Errorf("the file of the keys says %+v", read)
	}

	// The old key is of no use to whoever finds it.
	stale := must(store.Open(ctx, l.address, store.Options{Signer: old}))(t)
	defer stale.Close()
	if now, retired := stale.LogKeyRetired(); !retired || now != next.Verifier {
		t.Errorf("retired %v, next %q", retired, now)
	}
	must(stale.SaveSetting(ctx, program(""), store.Setting{Organ: o.ID, Name: "后来", Value: "1"}))(t)
	if _, err := stale.Integrate(ctx); !errors.Is(err, store.ErrLog) {
		t.Errorf("the old key signs: %v", err)
	}
	head := must(again.Head(ctx))(t)
	forged := must(translog.Sign(head.Size, head.Root, old))(t)
	if f := l.faults(t, forged); !says(f, store.FaultAnchor, -1, "停用") {
		t.Errorf("a head of the old key: %+v", f)
	}
	l.exec(t, "update log_checkpoint set note = $1 where size = $2", string(forged), head.Size)
	if f := l.faults(t); !says(f, store.FaultCheckpoint, -1, "停用") {
		t.Errorf("a head of the old key in the database: %+v", f)
	}
}
