package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gongkai/account"
	"gongkai/act"
	"gongkai/org"
	"gongkai/store"
)

func random(n int, seed byte) []byte {
	b := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(b) // never fails
	return b
}

func readPrivate(s *store.Store, id int64) ([]byte, error) {
	_, f, err := s.OpenPrivate(ctx, id)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(f)
	return b, errors.Join(err, f.Close())
}

// Sizes around a chunk come back, whole and in parts.
func privateFiles(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1)})
	const chunk = 64 << 10
	for i, n := range []int{0, 1, chunk - 1, chunk, chunk + 1, 2 * chunk, 3*chunk + 17} {
		content := random(n, byte(i))
		p := must(s.PutPrivate(ctx, "request/1", bytes.NewReader(content)))(t)
		if p.Size != int64(n) || p.Hash != act.Digest(content) {
			t.Errorf("%+v", p)
		}
		if b, err := readPrivate(s, p.ID); err != nil || !bytes.Equal(b, content) {
			t.Errorf("%d bytes: %d came back, %v", n, len(b), err)
		}
		got, f, err := s.OpenPrivate(ctx, p.ID)
		if err != nil || got != p {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, at := range []int{n / 2, 0, max(n-3, 0), n} {
			if _, err := f.Seek(int64(at), io.SeekStart); err != nil {
				t.Fatal(err)
			}
			if b, err := io.ReadAll(f); err != nil || !bytes.Equal(b, content[at:]) {
				t.Errorf("from %d of %d: %d bytes, %v", at, n, len(b), err)
			}
		}
		f.Close()
	}
	if x := must(s.InspectBlobs(ctx, true, nil))(t); x.Private != 7 || len(x.PrivateMissing)+len(x.PrivateDamaged) > 0 || x.PrivateBlind {
		t.Errorf("%+v", x)
	}
	if _, err := s.PutPrivate(ctx, "request/1", io.LimitReader(zeros{}, store.MaxBlob+1)); !errors.Is(err, store.ErrTooLarge) {
		t.Errorf("beyond the limit: %v", err)
	}
	blind := bed.Open(t, store.Options{Blobs: dir})
	if _, err := blind.PutPrivate(ctx, "request/1", strings.NewReader("x")); !errors.Is(err, store.ErrNoSecret) {
		t.Errorf("kept without a secret: %v", err)
	}
	if x := must(blind.InspectBlobs(ctx, true, nil))(t); !x.PrivateBlind {
		t.Errorf("%+v", x)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Neither name nor bytes tell that two files are the same, or what they are.
func privateApart(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1)})
	content := []byte(strings.Repeat("申请人提供的身份材料", 100))
	for range 2 {
		must(s.PutPrivate(ctx, "request/1", bytes.NewReader(content)))(t)
	}
	list := files(t, dir)
	if len(list) != 2 {
		t.Fatalf("%d files for two: %v", len(list), list)
	}
	var all [][]byte
	for _, p := range list {
		b := must(os.ReadFile(p))(t)
		if strings.Contains(p, act.Digest(content)) || bytes.Contains(b, content[:30]) {
			t.Errorf("%s tells what it is", p)
		}
		all = append(all, b)
	}
	if bytes.Equal(all[0][8:], all[1][8:]) {
		t.Error("the same content has the same bytes")
	}
}

// Bits flipped, chunks moved, the end cut off, two files exchanged: all found.
func privateDamage(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1)})
	const chunk = 64<<10 + 16
	p := must(s.PutPrivate(ctx, "request/1", bytes.NewReader(random(3*(64<<10), 1))))(t)
	mine := files(t, dir)[0]
	q := must(s.PutPrivate(ctx, "request/1", bytes.NewReader(random(3*(64<<10), 2))))(t)
	i := slices.IndexFunc(files(t, dir), func(f string) bool { return f != mine })
	other := must(os.ReadFile(files(t, dir)[i]))(t)
	whole := must(os.ReadFile(mine))(t)
	swapped := slices.Clone(whole)
	copy(swapped[8:8+chunk], whole[8+chunk:8+2*chunk])
	copy(swapped[8+chunk:8+2*chunk], whole[8:8+chunk])
	flipped := func(at int) []byte { b := slices.Clone(whole); b[at] ^= 4; return b }
	for name, b := range map[string][]byte{
		"a bit of the first chunk": flipped(100), "a bit of the last": flipped(len(whole) - 1), "a bit of the beginning": flipped(0),
		"cut off in a chunk": whole[:len(whole)-1000], "cut off after a chunk": whole[:8+2*chunk], "a chunk twice": append(slices.Clone(whole), whole[8+2*chunk:]...),
		"two chunks exchanged": swapped, "another's bytes": other, "nothing": {},
	} {
		if err := os.WriteFile(mine, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := readPrivate(s, p.ID); !errors.Is(err, store.ErrSealed) {
			t.Errorf("%s: %v", name, err)
		}
		x := must(s.InspectBlobs(ctx, true, nil))(t)
		if !slices.Equal(x.PrivateDamaged, []int64{p.ID}) {
			t.Errorf("%s: inspected %+v", name, x)
		}
	}
	if err := os.Remove(mine); err != nil {
		t.Fatal(err)
	}
	if x := must(s.InspectBlobs(ctx, true, nil))(t); !slices.Equal(x.PrivateMissing, []int64{p.ID}) {
		t.Errorf("%+v", x)
	}
	if _, err := readPrivate(s, q.ID); err != nil {
		t.Errorf("the other file: %v", err)
	}
	if _, err := readPrivate(bed.Open(t, store.Options{Blobs: dir, Secret: Secret(2), AsIs: true}), q.ID); !errors.Is(err, store.ErrSealed) {
		t.Errorf("another secret opened it: %v", err)
	}
}

func privateErased(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	now := time.Now()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1), Now: func() time.Time { return now }})
	p := must(s.PutPrivate(ctx, "request/1", strings.NewReader("erased")))(t)
	q := must(s.PutPrivate(ctx, "request/1", strings.NewReader("stays")))(t)
	for _, id := range []int64{p.ID, q.ID} {
		if err := bed.Keep(ctx, s, id, "request/1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := bed.Keep(ctx, s, q.ID, "request/2"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("a file of another request was taken: %v", err)
	}
	for range 2 {
		if err := s.DropPrivate(ctx, p.ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DropPrivate(ctx, 12345); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nothing was erased: %v", err)
	}
	if _, _, err := s.OpenPrivate(ctx, p.ID); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("erased, and opened: %v", err)
	}
	if err := bed.Keep(ctx, s, p.ID, "request/1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("erased, and kept: %v", err)
	}
	if n := must(s.SealedRows(ctx))(t); n != 1 {
		t.Errorf("%d sealed rows", n)
	}
	if x := must(s.InspectBlobs(ctx, true, nil))(t); x.Private != 1 || len(x.PrivateMissing) > 0 {
		t.Errorf("%+v", x)
	}
	backup := filepath.Join(t.TempDir(), "b")
	if n, _ := must(s.Backup(ctx, backup, "", nil))(t).Private(); n != 1 {
		t.Errorf("%d private files in a backup", n)
	}
	// The encrypted bytes go with the sweep, a day later; the other file stays.
	now = now.Add(25 * time.Hour)
	must(s.SweepBlobs(ctx))(t)
	if left := files(t, dir); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
	if b, err := readPrivate(s, q.ID); err != nil || string(b) != "stays" {
		t.Errorf("%q, %v", b, err)
	}
}

func privateScanned(t *testing.T, bed FilesBed) {
	scanner, dir := NewClamd(t), t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1)})
	good := must(s.PutPrivate(ctx, "request/1", strings.NewReader("good")))(t)
	bad := must(s.PutPrivate(ctx, "request/1", strings.NewReader(Malware)))(t)
	s = bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1), Clamd: scanner.Address})
	if _, err := readPrivate(s, good.ID); refusal(err) == "" {
		t.Errorf("served before it passed: %v", err)
	}
	if done := must(s.ScanPending(ctx, 10))(t); done != (store.Scan{Clean: 1, Infected: 1}) {
		t.Errorf("%+v", done)
	}
	if _, err := readPrivate(s, good.ID); err != nil {
		t.Error(err)
	}
	if _, err := readPrivate(s, bad.ID); refusal(err) == "" {
		t.Errorf("infected, and served: %v", err)
	}
	x := must(s.InspectBlobs(ctx, true, nil))(t)
	if len(x.Infected) != 1 || x.Infected[0].File != fmt.Sprintf("private/%d", bad.ID) {
		t.Errorf("%+v", x.Infected)
	}
	now := must(s.PutPrivate(ctx, "request/1", strings.NewReader("looked at as it comes")))(t)
	if _, err := readPrivate(s, now.ID); err != nil {
		t.Error(err)
	}
}

// What no act came to name is erased after a day, not before.
func privateUnkept(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	now := time.Now()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1), Now: func() time.Time { return now }})
	p := must(s.PutPrivate(ctx, "request/1", strings.NewReader("x")))(t)
	must(s.SweepBlobs(ctx))(t)
	if _, err := readPrivate(s, p.ID); err != nil {
		t.Errorf("gone too early: %v", err)
	}
	now = now.Add(25 * time.Hour)
	must(s.SweepBlobs(ctx))(t)
	if _, _, err := s.OpenPrivate(ctx, p.ID); !errors.Is(err, store.ErrNotFound) || len(files(t, dir)) > 0 {
		t.Errorf("still there: %v, %v", err, files(t, dir))
	}
}

// A secret may be exchanged while nothing is sealed under it, and not after.
func anotherSecret(t *testing.T, bed FilesBed) {
	dir := t.TempDir()
	with := func(secret []byte) *store.Store { return bed.Open(t, store.Options{Blobs: dir, Secret: secret}) }
	read := func(secret []byte) *store.Store {
		return bed.Open(t, store.Options{Blobs: dir, Secret: secret, AsIs: true})
	}
	with(nil)
	with(Secret(1))
	with(Secret(1))
	s := with(Secret(2))
	p := must(s.PutPrivate(ctx, "request/1", strings.NewReader("x")))(t)
	if o, err := bed.TryOpen(store.Options{Blobs: dir, Secret: Secret(1)}); !errors.Is(err, store.ErrOtherSecret) || o != nil {
		t.Errorf("another secret: %v", err)
	}
	if err := read(Secret(1)).CheckSecret(ctx); !errors.Is(err, store.ErrOtherSecret) {
		t.Errorf("another secret was taken for it: %v", err)
	}
	if err := read(nil).CheckSecret(ctx); !errors.Is(err, store.ErrNoSecret) {
		t.Errorf("no secret: %v", err)
	}
	if err := read(Secret(2)).CheckSecret(ctx); err != nil {
		t.Error(err)
	}
	if b, err := readPrivate(s, p.ID); err != nil || string(b) != "x" {
		t.Errorf("%q, %v", b, err)
	}
}

// Who has lost the secret starts without it: one-time codes cannot be checked
// any more, recovery codes can.
func recoveryWithoutSecret(t *testing.T, bed FilesBed) {
	clock, dir := NewClock(), t.TempDir()
	s := bed.Open(t, store.Options{Blobs: dir, Secret: Secret(1), Signer: LogKey(t), Now: clock.Now})
	x := Two{s, s, clock}
	id := x.opened(t, county(t, s, 0)[0], "吴清荷", org.Drafter)
	me := as(t, s, id)
	must(s.StartFactor(ctx, me))(t)
	secret := must(s.FactorSecret(ctx, me.Viewer))(t)
	recovery, _ := must2(s.FinishFactor(ctx, me, account.Code(secret, clock.Now())))(t)
	clock.Pass(time.Minute)
	blind := bed.Open(t, store.Options{Blobs: dir, Signer: LogKey(t), Now: clock.Now})
	for code, want := range map[string]string{account.Code(secret, clock.Now()): "", recovery[0]: "备用码"} {
		if how, err := blind.PassFactor(ctx, id, code, "192.0.2.1"); err != nil || how != want {
			t.Errorf("%q, %v, want %q", how, err, want)
		}
	}
}
