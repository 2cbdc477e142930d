package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// SecretSize is the length of the key that private content is encrypted under,
// in bytes.
const SecretSize = 32

// Errors of private content.
var (
	ErrNoSecret = errors.New("store: no key for private content is set")
	ErrSealed   = errors.New("store: private content was changed, or encrypted under another key")
)

// sealer is AES-256-GCM under a key of its own for each purpose, derived from
// the one secret (HKDF, RFC 5869).
func (s *Store) sealer(purpose string) (cipher.AEAD, error) {
	if len(s.secret) != SecretSize {
		return nil, ErrNoSecret
	}
	key, err := hkdf.Key(sha256.New, s.secret, nil, "gongkai/1 "+purpose, 32)
	if err != nil {
		return nil, err
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// seal encrypts what is kept about one thing. The purpose and the reference are
// bound to it: it cannot be moved to another row.
func (s *Store) seal(purpose, ref string, plain []byte) ([]byte, error) {
	a, err := s.sealer(purpose)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return a.Seal(nonce, nonce, plain, []byte(ref)), nil
}

// unseal returns ErrSealed for what seal did not make for this reference.
func (s *Store) unseal(purpose, ref string, sealed []byte) ([]byte, error) {
	a, err := s.sealer(purpose)
	if err != nil {
		return nil, err
	}
	n := a.NonceSize()
	if len(sealed) < n {
		return nil, fmt.Errorf("%w: %s", ErrSealed, ref)
	}
	plain, err := a.Open(nil, sealed[:n], sealed[n:], []byte(ref))
	if err != nil {
		return nil, fmt.Errorf("%w: %s", ErrSealed, ref)
	}
	return plain, nil
}
