package zone

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hpke"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"strings"

	"gongkai/store"
)

// What the public sends is encrypted with HPKE (RFC 9180) under a key that only
// the inner side has: X25519 with ML-KEM-768, so that what is copied on its way
// today stays closed to who has other machines later.
var (
	kem  = hpke.MLKEM768X25519
	kdf  = hpke.HKDFSHA256
	aead = hpke.AES256GCM
)

const sealInfo = "gongkai-zone-request/1"

// private is the key that opens requests; it follows from the secret.
func private(st *store.Store) (hpke.PrivateKey, error) {
	seed, err := st.ZoneSeed()
	if err != nil {
		return nil, err
	}
	return kem().DeriveKeyPair(seed)
}

// recipient is its public half.
func recipient(st *store.Store) ([]byte, error) {
	k, err := private(st)
	if err != nil {
		return nil, err
	}
	return k.PublicKey().Bytes(), nil
}

func sealTo(recipient, plain []byte) ([]byte, error) {
	k, err := kem().NewPublicKey(recipient)
	if err != nil {
		return nil, err
	}
	return hpke.Seal(k, kdf(), aead(), []byte(sealInfo), plain)
}

// letters are those of the codes people write down: no 0, 1, I, O.
var letters = base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").WithPadding(base32.NoPadding)

// codeLetters is the length of a code: 80 bits, because whoever carries the
// folder may try codes as long as he likes.
const codeLetters = 16

// CodesOf are the name of the file in which a form waits and the code under which
// its sender follows it. Both follow from the key of the form, which is drawn when
// the form is shown: sent again it is the same file and the same code.
func CodesOf(key string) (form, code string, err error) {
	f, err := derive(key, "form")
	if err != nil {
		return "", "", err
	}
	c, err := derive(key, "code")
	return hex.EncodeToString(f[:16]), letters.EncodeToString(c[:10]), err
}

// ReadCode reads a code as people write it; "" if it is none.
func ReadCode(text string) string {
	text = strings.ToUpper(strings.NewReplacer("-", "", " ", "", "　", "", "－", "").Replace(text))
	if b, err := letters.DecodeString(text); err != nil || len(b) != 10 || len(text) != codeLetters {
		return ""
	}
	return text
}

// ShownCode is a code in groups of four.
func ShownCode(code string) string {
	if len(code) != codeLetters {
		return code
	}
	return code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
}

func derive(code, purpose string) ([]byte, error) {
	return hkdf.Key(sha256.New, []byte(code), nil, "gongkai-zone/1 "+purpose, 32)
}

// mark is what an answer is found by, and says nothing of the code.
func mark(code string) (string, error) {
	b, err := derive(code, "mark")
	return hex.EncodeToString(b), err
}

func codeCipher(code string) (cipher.AEAD, error) {
	key, err := derive(code, "answer")
	if err != nil {
		return nil, err
	}
	b, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(b)
}

func sealAnswer(code string, plain []byte) ([]byte, error) {
	a, err := codeCipher(code)
	if err != nil {
		return nil, err
	}
	nonce := make([]byte, a.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return a.Seal(nonce, nonce, plain, nil), nil
}

var errAnswer = errors.New("zone: the answer is damaged")

func openAnswer(code string, sealed []byte) ([]byte, error) {
	a, err := codeCipher(code)
	if err != nil {
		return nil, err
	}
	if len(sealed) < a.NonceSize() {
		return nil, errAnswer
	}
	b, err := a.Open(nil, sealed[:a.NonceSize()], sealed[a.NonceSize():], nil)
	if err != nil {
		return nil, errAnswer
	}
	return b, nil
}
