package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
)

// ErrErased says that the content of a record was erased: its key is gone.
var ErrErased = errors.New("store: the content was erased")

// A recordKey opens the content of one record. It is kept sealed beside the
// content; destroying it there erases the content for good.
type recordKey struct {
	key    []byte
	ref    string
	sealed []byte // as it is kept
}

// newRecordKey draws the key of a record.
func (s *Store) newRecordKey(purpose, ref string) (recordKey, error) {
	k := recordKey{key: make([]byte, keySize), ref: ref}
	_, _ = rand.Read(k.key) // never fails
	var err error
	k.sealed, err = s.seal(purpose, ref, k.key)
	return k, err
}

// openRecordKey opens the kept key of a record; ErrErased where it is gone.
func (s *Store) openRecordKey(purpose, ref string, sealed []byte) (recordKey, error) {
	if len(sealed) == 0 {
		return recordKey{}, ErrErased
	}
	key, err := s.unseal(purpose, ref, sealed)
	if err == nil && len(key) != keySize {
		err = fmt.Errorf("%w: key of %s", ErrSealed, ref)
	}
	return recordKey{key, ref, sealed}, err
}

func (k recordKey) aead() (cipher.AEAD, error) {
	b, err := aes.NewCipher(k.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

// seal encrypts content of the record; part tells several apart.
func (k recordKey) seal(part string, plain []byte) ([]byte, error) {
	a, err := k.aead()
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return a.Seal(nonce, nonce, plain, []byte(k.ref+"/"+part)), nil
}

// open returns ErrSealed for what seal did not make for this record and part.
func (k recordKey) open(part string, sealed []byte) ([]byte, error) {
	a, err := k.aead()
	if err != nil {
		return nil, err
	}
	if n := a.NonceSize(); len(sealed) >= n {
		if plain, err := a.Open(nil, sealed[:n], sealed[n:], []byte(k.ref+"/"+part)); err == nil {
			return plain, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrSealed, k.ref)
}

// mac is a keyed hash under a key of its own for each purpose.
func (s *Store) mac(purpose string, b []byte) ([]byte, error) {
	if len(s.secret) != SecretSize {
		return nil, ErrNoSecret
	}
	key, err := hkdf.Key(sha256.New, s.secret, nil, "gongkai/1 mac "+purpose, 32)
	if err != nil {
		return nil, err
	}
	m := hmac.New(sha256.New, key)
	m.Write(b)
	return m.Sum(nil), nil
}

// nextNumber is the next running number of an organ's register in a year.
func (h *hand) nextNumber(organ int64, series string, year int) (int64, error) {
	var n int64
	err := h.QueryRowContext(h.ctx, `insert into ledger_number (organ, series, year, last) values ($1, $2, $3, 1)
		on conflict (organ, series, year) do update set last = ledger_number.last + 1 returning last`, organ, series, year).Scan(&n)
	return n, err
}
