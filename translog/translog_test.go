package translog

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

// naive is the tree hash as RFC 6962 section 2.1 words it, recomputed from the
// leaves each time and sharing no code with what is tested.
func naive(leaves [][]byte) [32]byte {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return sha256.Sum256(append([]byte{0}, leaves[0]...))
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	l, r := naive(leaves[:k]), naive(leaves[k:])
	return sha256.Sum256(append(append([]byte{1}, l[:]...), r[:]...))
}

// naivePath is the audit path of RFC 6962 section 2.1.1.
func naivePath(m int, leaves [][]byte) [][32]byte {
	if len(leaves) <= 1 {
		return nil
	}
	k := 1
	for k*2 < len(leaves) {
		k *= 2
	}
	if m < k {
		return append(naivePath(m, leaves[:k]), naive(leaves[k:]))
	}
	return append(naivePath(m-k, leaves[k:]), naive(leaves[:k]))
}

// failer is a test, of testing or of rapid.
type failer interface {
	Fatal(...any)
	Fatalf(string, ...any)
}

// memory keeps a log in memory.
type memory struct {
	leaves [][]byte
	hashes []Hash
}

func (m *memory) ReadHashes(at []int64) ([]Hash, error) {
	out := make([]Hash, len(at))
	for i, x := range at {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d", x)
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

func (m *memory) grow(t failer, leaves ...[]byte) {
	var list []Hash
	for _, l := range leaves {
		list = append(list, LeafHash(l))
	}
	fresh, err := Grow(int64(len(m.leaves)), list, m)
	if err != nil {
		t.Fatal(err)
	}
	m.hashes, m.leaves = append(m.hashes, fresh...), append(m.leaves, leaves...)
	if want := tlog.StoredHashCount(int64(len(m.leaves))); int64(len(m.hashes)) != want {
		t.Fatalf("%d hashes for %d leaves, want %d", len(m.hashes), len(m.leaves), want)
	}
}

func (m *memory) head(t failer, k *Key) []byte {
	root, err := tlog.TreeHash(int64(len(m.leaves)), m)
	if err != nil {
		t.Fatal(err)
	}
	b, err := Sign(int64(len(m.leaves)), root, k)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func key(t failer) *Key {
	secret, public, err := NewKey("log.example.gov.cn/gongkai")
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKey(secret + "\n")
	if err != nil || k.Verifier != public {
		t.Fatalf("key %v, verifier %q, want %q", err, k.Verifier, public)
	}
	return k
}

func receipt(t failer, m *memory, k *Key, i int, salt []byte) Receipt {
	v, err := ReadVerifier(k.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	leaf := m.leaves[i]
	r, err := NewReceipt(leaf, salt, int64(i), m.head(t, k), v, m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func drawLeaves(t *rapid.T, least int) [][]byte {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 40), least, 70).Draw(t, "leaves")
}

func TestProofsAgreeWithTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := drawLeaves(t, 1)
		m := &memory{}
		cut := rapid.IntRange(0, len(leaves)).Draw(t, "cut")
		m.grow(t, leaves[:cut]...) // in two strokes, as batches come
		m.grow(t, leaves[cut:]...)
		root, err := tlog.TreeHash(int64(len(leaves)), m)
		if err != nil || root != naive(leaves) {
			t.Fatalf("tree hash %v, want %x (%v)", root, naive(leaves), err)
		}
		i := rapid.IntRange(0, len(leaves)-1).Draw(t, "i")
		p, err := tlog.ProveRecord(int64(len(leaves)), int64(i), m)
		want := naivePath(i, leaves)
		if err != nil || len(p) != len(want) {
			t.Fatalf("proof of %d hashes, want %d (%v)", len(p), len(want), err)
		}
		for j := range want {
			if p[j] != want[j] {
				t.Fatalf("hash %d of the proof differs", j)
			}
		}
		if cut > 0 { // the log of the first stroke is a beginning of the whole
			tp, err := tlog.ProveTree(int64(len(leaves)), int64(cut), m)
			if err != nil {
				t.Fatal(err)
			}
			if err := tlog.CheckTree(tp, int64(len(leaves)), root, int64(cut), naive(leaves[:cut])); err != nil {
				t.Fatal(err)
			}
			other := append([][]byte{[]byte("another beginning of the log, longer than any drawn")}, leaves[1:cut]...)
			if tlog.CheckTree(tp, int64(len(leaves)), root, int64(cut), naive(other)) == nil {
				t.Fatal("another beginning is accepted")
			}
		}
	})
}

func TestAnyTamperingWithAReceiptIsFound(t *testing.T) {
	k := key(t)
	rapid.Check(t, func(t *rapid.T) {
		leaves := rapid.SliceOfN(rapid.StringMatching(`[a-z中文]{1,12}`), 1, 40).Draw(t, "leaves")
		m := &memory{}
		for i, l := range leaves {
			m.grow(t, fmt.Appendf(nil, "%d %s", i, l))
		}
		i := rapid.IntRange(0, len(leaves)-1).Draw(t, "i")
		r := receipt(t, m, k, i, nil)
		if err := VerifyReceipt(r, k.Verifier); err != nil {
			t.Fatal(err)
		}
		bad := r
		bad.Proof = append([]Hash(nil), r.Proof...)
		switch rapid.IntRange(0, 7).Draw(t, "tamper") {
		case 0:
			bad.Leaf += "。"
		case 1:
			bad.Index = (bad.Index + 1) % max(bad.Size, 2)
		case 2:
			bad.Size++
		case 3:
			if len(bad.Proof) == 0 {
				bad.Proof = []Hash{{}}
			} else {
				bad.Proof[rapid.IntRange(0, len(bad.Proof)-1).Draw(t, "p")][rapid.IntRange(0, 31).Draw(t, "byte")] ^= 1
			}
		case 4:
			bad.Proof = append(bad.Proof, Hash{})
		case 5:
			b := []byte(bad.Checkpoint)
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] ^= 1
			bad.Checkpoint = string(b)
		case 6:
			bad.Salt = strings.Repeat("00", 16)
		case 7:
			bad.Key = "x" + bad.Key
		}
		var f *Fault
		if err := VerifyReceipt(bad, k.Verifier); !errors.As(err, &f) || f.Text == "" {
			t.Fatalf("accepted, or without a reason: %v", err)
		}
	})
}

func TestEachFaultSaysWhatIsWrong(t *testing.T) {
	k, other := key(t), key(t)
	m := &memory{}
	m.grow(t, []byte("甲"), []byte("乙"), []byte("丙"))
	good := receipt(t, m, k, 1, nil)
	for _, c := range []struct {
		name, part, says string
		key              string
		edit             func(*Receipt)
	}{
		{"content", "proof", "内容、序号或证明", k.Verifier, func(r *Receipt) { r.Leaf = "丁" }},
		{"foreign key", "key", "拿错了公钥", other.Verifier, func(*Receipt) {}},
		{"no key", "key", "完整复制", "甲", func(*Receipt) {}},
		{"size", "checkpoint", "不一致", k.Verifier, func(r *Receipt) { r.Size = 9 }},
		{"root", "checkpoint", "检查点签名不成立", k.Verifier, func(r *Receipt) { r.Checkpoint = strings.Replace(r.Checkpoint, "\n3\n", "\n4\n", 1) }},
		{"index", "proof", "超出", k.Verifier, func(r *Receipt) { r.Index = 3 }},
		{"format", "format", "不是本程序能识别", k.Verifier, func(r *Receipt) { r.Format = "x" }},
		{"salt", "leaf", "随机数", k.Verifier, func(r *Receipt) { r.Salt = "zz" }},
	} {
		r := good
		c.edit(&r)
		var f *Fault
		if err := VerifyReceipt(r, c.key); !errors.As(err, &f) || f.Part != c.part || !strings.Contains(f.Text, c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestPrivateContentNeedsItsSalt(t *testing.T) {
	k := key(t)
	salt, content := NewSalt(), []byte("申请人只有两种可能")
	m := &memory{}
	m.grow(t, []byte("x"), Commit(salt, content))
	r := receipt(t, m, k, 1, salt)
	r.Leaf = string(content)
	if err := VerifyReceipt(r, k.Verifier); err != nil {
		t.Error(err)
	}
	if bytes.Contains(m.leaves[1], content) || bytes.Equal(Commit(NewSalt(), content), m.leaves[1]) {
		t.Error("the leaf betrays the content")
	}
	r.Salt = strings.Repeat("ab", 16)
	if VerifyReceipt(r, k.Verifier) == nil {
		t.Error("another salt is accepted")
	}
}

// A monitor reads nothing but checkpoint and tiles, with the client of the Go
// checksum database, and arrives at the same tree.
func TestTilesServeAMonitor(t *testing.T) {
	k := key(t)
	v, _ := ReadVerifier(k.Verifier)
	m := &memory{}
	for i := range 600 {
		m.grow(t, fmt.Appendf(nil, "entry %d", i))
	}
	c, err := OpenCheckpoint(m.head(t, k), v)
	if err != nil || c.Size != 600 {
		t.Fatalf("%+v, %v", c, err)
	}
	r := tlog.TileHashReader(tlog.Tree{N: c.Size, Hash: c.Root}, monitor{m, c.Size})
	for _, i := range []int64{0, 255, 256, 511, 599} {
		p, err := tlog.ProveRecord(c.Size, i, r)
		if err != nil {
			t.Fatal(err)
		}
		if err := tlog.CheckRecord(p, c.Size, c.Root, i, LeafHash(m.leaves[i])); err != nil {
			t.Error(err)
		}
	}
	for path, ok := range map[string]bool{
		"0/000": true, "0/001": true, "0/002.p/88": true, "0/002.p/1": true, "1/000.p/2": true, "entries/001": true, "entries/002.p/88": true,
		"0/002": false, "0/002.p/89": false, "1/000": false, "2/000": false, "data/000": false, "0/0": false, "0/x000/001": false, "-1/000": false,
		"0/002.p/0": false, "0/000.p/256": false, "": false, "entries": false, "0/x999/x999/x999/x999/x999/x999/x999/999": false, "entries/../0/000": false,
	} {
		if _, err := ParseTile(path, c.Size); (err == nil) != ok {
			t.Errorf("tile %q: %v", path, err)
		}
	}
}

type monitor struct {
	m    *memory
	size int64
}

func (monitor) Height() int                     { return TileHeight }
func (monitor) SaveTiles([]tlog.Tile, [][]byte) {}
func (x monitor) ReadTiles(list []tlog.Tile) (out [][]byte, err error) {
	for _, t := range list {
		path := strings.TrimPrefix(t.Path(), fmt.Sprintf("tile/%d/", TileHeight))
		p, err := ParseTile(path, x.size)
		if err != nil {
			return nil, err
		}
		b, err := p.Hashes(x.m)
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

func TestEntriesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		leaves := drawLeaves(t, 0)
		var b []byte
		for _, l := range leaves {
			b, _ = AppendEntry(b, l)
		}
		got, err := SplitEntries(b)
		if err != nil || len(got) != len(leaves) {
			t.Fatalf("%d of %d, %v", len(got), len(leaves), err)
		}
		for i := range got {
			if !bytes.Equal(got[i], leaves[i]) {
				t.Fatal(i)
			}
		}
	})
	if _, err := AppendEntry(nil, make([]byte, 1<<16)); err == nil {
		t.Error("an entry too long for 16 bits was taken")
	}
}

func TestCheckpointText(t *testing.T) {
	k := key(t)
	v, _ := ReadVerifier(k.Verifier)
	m := &memory{}
	b := m.head(t, k)
	want := "log.example.gov.cn/gongkai\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— log.example.gov.cn/gongkai "
	if !strings.HasPrefix(string(b), want) {
		t.Errorf("checkpoint of the empty log:\n%s", b)
	}
	for _, name := range []string{"", "a b", "a+b", "a\nb"} {
		if _, _, err := NewKey(name); err == nil {
			t.Errorf("a log is named %q", name)
		}
	}
	for _, bad := range []string{"", "x", "PRIVATE+KEY+x", "PRIVATE+KEY+a+00000000+AAAA"} {
		if _, err := ParseKey(bad); err == nil || bad != "" && strings.Contains(err.Error(), bad) {
			t.Errorf("key %q: %v", bad, err)
		}
	}
	if _, err := OpenCheckpoint(make([]byte, maxNote+1), v); err == nil {
		t.Error("a checkpoint without bounds")
	}
}

func FuzzReceipt(f *testing.F) {
	k := key(f)
	m := &memory{}
	m.grow(f, []byte("a"), []byte("b"))
	r := receipt(f, m, k, 1, nil)
	f.Add([]byte(`{"format":"gongkai-receipt/1","leaf":"x","index":1,"size":2,"proof":["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="],"checkpoint":"a\n2\nx\n\n","key":"k"}`), "checkpoint")
	f.Add([]byte("{}"), r.Checkpoint)
	f.Fuzz(func(t *testing.T, b []byte, note string) {
		_, _ = PeekCheckpoint([]byte(note))
		x, err := ParseReceipt(b)
		if err != nil {
			return
		}
		x.Checkpoint = r.Checkpoint
		if VerifyReceipt(x, k.Verifier) == nil && (x.Leaf != r.Leaf || x.Index != r.Index) {
			t.Fatalf("accepted %+v", x)
		}
	})
}
