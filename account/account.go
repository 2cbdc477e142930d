// Package account says how people prove who they are: passwords and what makes
// one easy to guess, one-time codes (TOTP, RFC 6238) with recovery codes, and
// how long somebody waits after wrong attempts. It works on values only; who
// has which account, and every session, is kept by the store.
package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// alphabet of what people copy from a slip of paper: no 0 and O, no 1, I and L.
const alphabet = "23456789abcdefghjkmnpqrstuvwxyz"

// draw gives groups of four letters and digits, e.g. k7mt-9xqd, from the
// system's random source: nearly five bits a character.
func draw(groups int) string {
	out := make([]byte, 0, groups*5)
	var b [1]byte
	for i := 0; i < groups*4; {
		_, _ = rand.Read(b[:]) // never fails
		if int(b[0]) >= 256/len(alphabet)*len(alphabet) {
			continue // would make the first letters likelier
		}
		if i > 0 && i%4 == 0 {
			out = append(out, '-')
		}
		out = append(out, alphabet[int(b[0])%len(alphabet)])
		i++
	}
	return string(out)
}

// OneTime draws a password that somebody else hands over and that has to be
// replaced at the first sign-in (一次性口令): 79 bits.
func OneTime() string { return draw(4) }

// plainCode is what was typed without the marks between groups.
func plainCode(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '－' || r == '　' {
			return -1
		}
		return r
	}, strings.ToLower(fold(s)))
}

// Token draws what the cookie of a session holds: 256 bits as 64 hex digits.
// Only its hash is kept.
func Token() (token, hash string) {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	token = hex.EncodeToString(b)
	return token, TokenHash(token)
}

// TokenHash is what is kept of a token. A token is random, so that a plain
// hash of it tells nobody anything.
func TokenHash(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}

// Backoff is how long somebody waits after so many wrong attempts in a row
// (登录失败处理): nothing for the first ones, then a minute, doubling up to half
// an hour. It has an end, so that nobody can shut others out for good.
func Backoff(failures, free int) time.Duration {
	n := failures - free
	switch {
	case n < 0:
		return 0
	case n >= 5:
		return 30 * time.Minute
	}
	return time.Minute << n
}
