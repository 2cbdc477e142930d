package storetest

import (
	"errors"
	"testing"

	"gongkai/org"
	"gongkai/store"
)

// The town's key is replaced: the statement in the package moves the county's
// registry along, and the old key signs nothing any more.
func packageKey(t *testing.T, x *exchange) {
	x.handIn(t, 7)
	old := x.sent(t)
	was, next := x.below.LogKey(), LogKeyNamed(t, "town.example")
	must(x.below.RotateLogKey(ctx, program(""), next))(t)
	behind := x.below.Reopen(t, store.Options{Signer: was}) // started with the key of before
	if _, err := behind.ExportPackage(ctx, store.By{Viewer: x.clerk}, x.town.ID, filingYear, false); !isRefused(err) {
		t.Errorf("the retired key signed: %v", err)
	}
	must(x.up(x.sent(t)))(t)
	if p := must(x.above.Peers(ctx, x.office))(t)[0]; p.Verifier != next.Verifier {
		t.Errorf("the county still knows %s", p.Verifier)
	}
	if _, err := x.up(old); !isRefused(err) {
		t.Errorf("the old key: %v", err)
	}
}

func packageRights(t *testing.T, x *exchange) {
	x.handIn(t, 7)
	file := x.sent(t)
	stranger := officer(31, must(x.above.OrganByCode(ctx, "T2"))(t), org.Head, org.Office)
	townsman := officer(32, x.same, org.Head)
	by := store.By{Viewer: x.office}
	p := must(x.above.OpenPackage(ctx, by, file))(t)
	for name, c := range map[string]struct {
		v     org.Viewer
		known bool
	}{"a neighbour": {stranger, false}, "the town's own head": {townsman, true}, "nobody": {org.Viewer{}, false}} {
		_, err := x.above.OpenPackage(ctx, store.By{Viewer: c.v}, file)
		_, take := x.above.TakePackage(ctx, store.By{Viewer: c.v}, p, nil)
		for _, err := range []error{err, take} {
			if c.known && !isRefused(err) || !c.known && !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := x.above.SavePeer(ctx, store.By{Viewer: c.v}, store.Peer{Title: "某镇", Verifier: LogKey(t).Verifier, Sends: true, Organs: []int64{x.county.ID}}); !isRefused(err) {
			t.Errorf("%s entered a peer for the county: %v", name, err)
		}
	}
	must(x.up(file))(t)
	if _, err := x.above.ExportAnswer(ctx, store.By{Viewer: townsman}, x.same.ID, filingYear); !isRefused(err) {
		t.Errorf("the town answered for the office: %v", err)
	}
	if _, err := x.below.ExportPackage(ctx, store.By{Viewer: officer(9, x.town, org.Signer)}, x.town.ID, filingYear, false); !isRefused(err) {
		t.Errorf("a signer made a package: %v", err)
	}
	if _, err := x.above.ExportAnswer(ctx, by, must(x.above.OrganByCode(ctx, "T2"))(t).ID, filingYear); !isRefused(err) {
		t.Errorf("an answer to nothing: %v", err)
	}
}
