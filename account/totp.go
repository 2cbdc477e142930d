package account

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// One-time codes (动态口令) are those of RFC 6238 as every app on a phone has
// them: SHA-1, six digits, thirty seconds.
const (
	SecretSize = 20 // bytes
	step       = 30 // seconds
	digits     = 6
	around     = 1 // steps before and after that count, for clocks that differ
)

// NewSecret draws the secret that a phone and the program share.
func NewSecret() []byte {
	b := make([]byte, SecretSize)
	_, _ = rand.Read(b) // never fails
	return b
}

var base32Plain = base32.StdEncoding.WithPadding(base32.NoPadding)

// SecretText is a secret as people type it into an app, in groups of four.
func SecretText(secret []byte) string {
	s := base32Plain.EncodeToString(secret)
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// SecretURI is the address that the QR code of a secret holds. The issuer
// stands in it once: in Chinese it is long, and small cells are hard to scan.
func SecretURI(issuer, login string, secret []byte) string {
	q := url.Values{"secret": {base32Plain.EncodeToString(secret)}, "issuer": {issuer}}
	return "otpauth://totp/" + url.PathEscape(login) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// Code is the code of the time step that an instant lies in.
func Code(secret []byte, at time.Time) string { return codeOf(secret, at.Unix()/step, digits) }

func codeOf(secret []byte, n int64, digits int) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(n))
	m := hmac.New(sha1.New, secret)
	m.Write(b[:])
	h := m.Sum(nil)
	at := h[len(h)-1] & 15
	v := binary.BigEndian.Uint32(h[at:]) & 0x7fffffff
	mod := uint32(1)
	for range digits {
		mod *= 10
	}
	return fmt.Sprintf("%0*d", digits, v%mod)
}

// MatchCode finds the time step of a code, near the instant and after the step
// last used: a code counts once (RFC 6238, 5.2).
func MatchCode(secret []byte, code string, at time.Time, used int64) (int64, bool) {
	code = plainCode(code)
	if len(code) != digits {
		return 0, false
	}
	now := at.Unix() / step
	for n := now - around; n <= now+around; n++ {
		if hmac.Equal([]byte(codeOf(secret, n, digits)), []byte(code)) {
			return n, n > used
		}
	}
	return 0, false
}

// RecoveryCodes is how many codes stand in for a lost phone (备用码).
const RecoveryCodes = 10

// NewRecovery draws recovery codes. Each has 79 bits, so that a plain hash of
// it is all that must be kept.
func NewRecovery() []string {
	out := make([]string, RecoveryCodes)
	for i := range out {
		out[i] = draw(4)
	}
	return out
}

// RecoveryHash is what is kept of a person's recovery code, or "" for what
// cannot be one.
func RecoveryHash(person int64, code string) string {
	code = plainCode(code)
	if len(code) != 16 {
		return ""
	}
	h := sha256.Sum256(fmt.Appendf(nil, "gongkai-recovery/1 %d %s", person, code))
	return hex.EncodeToString(h[:])
}
