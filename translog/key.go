package translog

import (
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// publicHalf computes the verifier key and takes the seed out of a signing key
// of package note, whose form is PRIVATE+KEY+name+hash+base64(1 ‖ seed).
func publicHalf(signer string) (verifier string, seed []byte, err error) {
	parts := strings.Split(signer, "+")
	if len(parts) < 5 {
		return "", nil, errors.New("translog: too few parts")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != 1 {
		return "", nil, errors.New("translog: not an Ed25519 key")
	}
	pub := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	verifier, err = note.NewEd25519VerifierKey(parts[2], pub)
	return verifier, raw[1:], err
}

// Derive makes the key of another log of the same owner, whose name is the
// key's with /purpose behind it: two logs must never sign under one name. Who
// holds the first key holds the second too.
func (k *Key) Derive(purpose string) (*Key, error) {
	m := hmac.New(sha256.New, k.seed)
	m.Write([]byte("gongkai-log-key/1\n" + purpose))
	private := ed25519.NewKeyFromSeed(m.Sum(nil))
	name := k.Name() + "/" + purpose
	verifier, err := note.NewEd25519VerifierKey(name, private.Public().(ed25519.PublicKey))
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(verifier)
	if err != nil {
		return nil, err
	}
	secret := append([]byte{1}, private.Seed()...) // 1: Ed25519
	return ParseKey(fmt.Sprintf("PRIVATE+KEY+%s+%08x+%s", name, v.KeyHash(), base64.StdEncoding.EncodeToString(secret)))
}
