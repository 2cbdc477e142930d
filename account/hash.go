package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Params are those of argon2id (RFC 9106). They stand in every hash, so that a
// change reaches each account when its owner next signs in.
type Params struct {
	Time    uint32 // passes
	Memory  uint32 // KiB
	Threads uint8
}

// Recommended are the parameters written now: 45 ms on one slow core.
func Recommended() Params { return Params{Time: 2, Memory: 19 << 10, Threads: 1} }

const (
	saltSize = 16 // bytes
	hashSize = 32
)

// Errors of passwords.
var (
	ErrBusy = errors.New("account: too many passwords are being checked")
	ErrHash = errors.New("account: damaged password hash")
)

// A Hasher hashes and checks passwords, few at a time: each takes its memory
// and a core.
type Hasher struct {
	params Params
	slots  chan struct{} // who works
	queue  chan struct{} // who works or waits
}

// NewHasher makes a hasher that works on so many passwords at once and lets so
// many more wait.
func NewHasher(p Params, atOnce, waiting int) *Hasher {
	return &Hasher{p, make(chan struct{}, atOnce), make(chan struct{}, atOnce+waiting)}
}

// enter waits for a slot. It returns ErrBusy at once if too many wait.
func (h *Hasher) enter(ctx context.Context) (leave func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, ErrBusy
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, ctx.Err()
	}
}

// Hash makes what is kept of a password, in the usual form
// $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	salt := make([]byte, saltSize)
	_, _ = rand.Read(salt) // never fails
	return encode(h.params, salt, h.params.key(password, salt, hashSize)), nil
}

// Verify reports whether the password is the one whose hash was kept, and
// whether that was made with other parameters than are used now. An empty hash,
// as of an account that is not there, takes as long as any other and is nobody's.
func (h *Hasher) Verify(ctx context.Context, kept, password string) (ok, stale bool, err error) {
	p, salt, want, err := decode(kept)
	if kept == "" {
		p, salt, want, err = h.params, make([]byte, saltSize), make([]byte, hashSize), nil
	}
	if err != nil {
		return false, false, err
	}
	leave, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer leave()
	same := subtle.ConstantTimeCompare(p.key(password, salt, uint32(len(want))), want) == 1
	return same && kept != "", p != h.params, nil
}

func (p Params) key(password string, salt []byte, size uint32) []byte {
	return argon2.IDKey([]byte(fold(password)), salt, p.Time, p.Memory, p.Threads, size)
}

// fold gives what is typed one spelling: full-width letters of a Chinese input
// method are the same as plain ones (NFKC).
func fold(s string) string { return norm.NFKC.String(s) }

func encode(p Params, salt, key []byte) string {
	b := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.Memory, p.Time, p.Threads, b.EncodeToString(salt), b.EncodeToString(key))
}

// decode refuses parameters that no sane program wrote: they decide how much
// memory and time a check takes.
func decode(s string) (p Params, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	var version int
	if len(parts) != 6 || parts[1] != "argon2id" {
		return p, nil, nil, ErrHash
	}
	if _, err = fmt.Sscanf(parts[2], "v=%d", &version); err != nil || version != argon2.Version {
		return p, nil, nil, ErrHash
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.Memory, &p.Time, &p.Threads); err != nil || p.Memory < 8 || p.Memory > 1<<20 || p.Time < 1 || p.Time > 16 || p.Threads < 1 {
		return p, nil, nil, ErrHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil || len(salt) < 8 || len(salt) > 64 {
		return p, nil, nil, ErrHash
	}
	if key, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, ErrHash
	}
	return p, salt, key, nil
}
