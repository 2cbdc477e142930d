package translog

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
)

func testKey(t *testing.T, name string) *Key {
	t.Helper()
	text, _, err := NewKey(name)
	if err != nil {
		t.Fatal(err)
	}
	k, err := ParseKey(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestDigestIsSignedForItsFormAndFile(t *testing.T) {
	k, other := testKey(t, "a.example"), testKey(t, "a.example")
	sum := Hash(sha256.Sum256([]byte("报送包")))
	b, err := SignDigest("gongkai-package/1", sum, k)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := Trust(k.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	if name, err := DigestSigner(b); err != nil || name != "a.example" {
		t.Errorf("signer %q, %v", name, err)
	}
	if _, err := CheckDigest(b, "gongkai-package/1", sum, trusted); err != nil {
		t.Error(err)
	}
	stranger, _ := Trust(other.Verifier)
	wrong := sum
	wrong[0]++
	for name, err := range map[string]error{
		"another form": errOf(CheckDigest(b, "gongkai-answer/1", sum, trusted)), "another file": errOf(CheckDigest(b, "gongkai-package/1", wrong, trusted)),
		"another key of the name": errOf(CheckDigest(b, "gongkai-package/1", sum, stranger)), "nothing": errOf(CheckDigest(nil, "gongkai-package/1", sum, trusted)),
		"too long": errOf(CheckDigest([]byte(strings.Repeat("x", maxNote+1)), "gongkai-package/1", sum, trusted)),
	} {
		if !errors.Is(err, ErrDigest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// Neither is a head of the log a signature of a file, nor the other way round.
	head, err := Sign(3, sum, k)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := CheckDigest(head, k.Name(), sum, trusted); !errors.Is(err, ErrDigest) {
		t.Errorf("a head passed: %v", err)
	}
	if _, err := OpenCheckpoint(b, k.verifier(t)); err == nil {
		t.Error("a signature of a file passed for a head")
	}
	if _, err := SignDigest(k.Name(), sum, k); err == nil {
		t.Error("signed under the form of a head")
	}
}

// A key that another has replaced signs nothing any more; the one that replaced
// it is trusted by who trusts the first.
func TestDigestAfterTheKeyWasReplaced(t *testing.T) {
	k, next := testKey(t, "a.example"), testKey(t, "a.example")
	v, err := SignVouch(true, k, next)
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := Trust(k.Verifier, string(v))
	if err != nil {
		t.Fatal(err)
	}
	sum := Hash(sha256.Sum256([]byte("x")))
	for _, c := range []struct {
		key  *Key
		good bool
	}{{k, false}, {next, true}} {
		b, err := SignDigest("f/1", sum, c.key)
		if err != nil {
			t.Fatal(err)
		}
		if by, err := CheckDigest(b, "f/1", sum, trusted); (err == nil) != c.good || c.good && trusted[by].Text != next.Verifier {
			t.Errorf("%s: %v", KeyName(c.key.verifier(t)), err)
		}
	}
}

func (k *Key) verifier(t *testing.T) interface {
	Name() string
	KeyHash() uint32
	Verify(msg, sig []byte) bool
} {
	t.Helper()
	v, err := ReadVerifier(k.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func errOf(_ int, err error) error { return err }
