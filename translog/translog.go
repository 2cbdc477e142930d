// Package translog is the tamper-evident log: a Merkle tree (RFC 6962) over
// leaves, its head signed as a checkpoint, proofs that a leaf is in it and that
// it only ever grew, tiles in the layout of tlog-tiles so that independent
// monitors work unchanged, and receipts that are checked without asking us.
//
// Trees and tiles are those of golang.org/x/mod/sumdb/tlog, signatures those of
// golang.org/x/mod/sumdb/note (Ed25519). Where hashes are kept is the caller's
// business: everything here reads them through a [tlog.HashReader].
package translog

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// Hash is the hash of a leaf, a node or a whole tree.
type Hash = tlog.Hash

// LeafHash is the hash of a leaf as RFC 6962 has it: SHA-256 of a zero byte and
// the leaf.
func LeafHash(leaf []byte) Hash { return tlog.RecordHash(leaf) }

// A Checkpoint is the head of a log of some size.
type Checkpoint struct {
	Origin string // name of the log, equal to the name of its key
	Size   int64  // number of leaves
	Root   Hash
}

// ErrCheckpoint is a checkpoint that is damaged or not signed by the key.
var ErrCheckpoint = errors.New("translog: checkpoint")

// text is the body of C2SP tlog-checkpoint: origin, size, root, a line each.
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n"
}

// Sign writes the checkpoint as a signed note. The origin is the signer's name.
func Sign(size int64, root Hash, s note.Signer) ([]byte, error) {
	return note.Sign(&note.Note{Text: Checkpoint{s.Name(), size, root}.text()}, s)
}

// maxNote bounds a checkpoint: three lines and the signatures of witnesses.
const maxNote = 16 << 10

// OpenCheckpoint reads a signed checkpoint and checks its signature. Further
// lines, which C2SP allows, and signatures of witnesses are let pass.
func OpenCheckpoint(b []byte, v note.Verifier) (Checkpoint, error) {
	if len(b) > maxNote {
		return Checkpoint{}, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(b))
	}
	n, err := note.Open(b, note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parse(n.Text)
	if err == nil && c.Origin != v.Name() {
		err = fmt.Errorf("%w: origin %q, key of %q", ErrCheckpoint, c.Origin, v.Name())
	}
	return c, err
}

// PeekCheckpoint reads a checkpoint without checking its signature.
func PeekCheckpoint(b []byte) (Checkpoint, error) {
	text, _, ok := strings.Cut(string(b), "\n\n")
	if !ok || len(b) > maxNote {
		return Checkpoint{}, fmt.Errorf("%w: no signed note", ErrCheckpoint)
	}
	return parse(text + "\n")
}

func parse(text string) (Checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 || lines[0] == "" {
		return Checkpoint{}, fmt.Errorf("%w: too few lines", ErrCheckpoint)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return Checkpoint{}, fmt.Errorf("%w: size %.20q", ErrCheckpoint, lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return Checkpoint{}, fmt.Errorf("%w: root %.60q", ErrCheckpoint, lines[2])
	}
	return Checkpoint{lines[0], size, Hash(root)}, nil
}

// NewKey draws a signing key for a log of that name, and the verifier key that
// is made public. The name is best the address of the log without its scheme.
func NewKey(name string) (signer, verifier string, err error) {
	if name == "" || strings.ContainsAny(name, "+ \t\r\n\u3000") {
		return "", "", fmt.Errorf("translog: %q cannot name a log", name)
	}
	return note.GenerateKey(rand.Reader, name)
}

// A Key signs checkpoints, and knows its public half.
type Key struct {
	note.Signer
	Verifier string // "name+hash+key", as it is made public
	seed     []byte
}

// ParseKey reads a signing key as NewKey wrote it.
func ParseKey(text string) (*Key, error) {
	text = strings.TrimSpace(text)
	s, err := note.NewSigner(text)
	if err != nil {
		return nil, errors.New("translog: not a signing key") // its text is the secret
	}
	v, seed, err := publicHalf(text)
	if err != nil {
		return nil, errors.New("translog: not a signing key")
	}
	return &Key{s, v, seed}, nil
}

// ReadVerifier reads a verifier key.
func ReadVerifier(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("translog: verifier key: %w", err)
	}
	return v, nil
}

// KeyName is the part of a verifier key that names it: "name+hash".
func KeyName(v note.Verifier) string { return fmt.Sprintf("%s+%08x", v.Name(), v.KeyHash()) }

// Commit is the leaf of private content: a hash with a salt, so that nobody
// without the salt can try what it says. The salt has at least 16 bytes.
func Commit(salt, content []byte) []byte {
	m := hmac.New(sha256.New, salt)
	m.Write(content)
	return fmt.Appendf(nil, "gongkai-private/1\n%x\n", m.Sum(nil))
}

// NewSalt draws a salt.
func NewSalt() []byte {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return b
}

// Grow computes what must be stored when leaves with these hashes follow a tree
// of size n: the hashes for the stored positions from StoredHashCount(n) on. It
// asks old only for positions below that.
func Grow(n int64, leaves []Hash, old tlog.HashReader) ([]Hash, error) {
	first := tlog.StoredHashCount(n)
	var fresh []Hash
	both := tlog.HashReaderFunc(func(at []int64) ([]Hash, error) {
		out := make([]Hash, len(at))
		var ask []int64
		var put []int
		for i, x := range at {
			if x >= first {
				if x-first >= int64(len(fresh)) {
					return nil, fmt.Errorf("translog: hash %d is not there yet", x)
				}
				out[i] = fresh[x-first]
				continue
			}
			ask, put = append(ask, x), append(put, i)
		}
		if len(ask) == 0 {
			return out, nil
		}
		got, err := old.ReadHashes(ask)
		if err != nil {
			return nil, err
		}
		if len(got) != len(ask) {
			return nil, fmt.Errorf("translog: %d hashes for %d positions", len(got), len(ask))
		}
		for i, h := range got {
			out[put[i]] = h
		}
		return out, nil
	})
	for i, h := range leaves {
		add, err := tlog.StoredHashesForRecordHash(n+int64(i), h, both)
		if err != nil {
			return nil, err
		}
		fresh = append(fresh, add...)
	}
	return fresh, nil
}
