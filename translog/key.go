package translog

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// verifierOf computes the public half of a signing key of package note, whose
// form is PRIVATE+KEY+name+hash+base64(1 ‖ seed).
func verifierOf(signer string) (string, error) {
	parts := strings.Split(signer, "+")
	if len(parts) < 5 {
		return "", errors.New("translog: too few parts")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Join(parts[4:], "+"))
	if err != nil || len(raw) != 1+ed25519.SeedSize || raw[0] != 1 {
		return "", errors.New("translog: not an Ed25519 key")
	}
	pub := ed25519.NewKeyFromSeed(raw[1:]).Public().(ed25519.PublicKey)
	return note.NewEd25519VerifierKey(parts[2], pub)
}
