package translog

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A witness keeps the heads of other people's logs, and signs each that is
// consistent with the one before (C2SP tlog-witness, tlog-cosignature).

// cosigner is the algorithm byte of a witness's key.
const cosigner = 4

// witnessKey verifies cosignatures: the time stands before the signature.
type witnessKey struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (w witnessKey) Name() string    { return w.name }
func (w witnessKey) KeyHash() uint32 { return w.hash }
func (w witnessKey) Verify(msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := binary.BigEndian.Uint64(sig)
	return ed25519.Verify(w.key, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, msg), sig[8:])
}

// ReadWitness reads the verifier key of a witness: "name+hash+key".
func ReadWitness(text string) (note.Verifier, error) {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("translog: not the key of a witness")
	}
	hash, err := strconv.ParseUint(parts[1], 16, 32)
	if err != nil {
		return nil, errors.New("translog: not the key of a witness")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosigner {
		return nil, errors.New("translog: not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if binary.BigEndian.Uint32(sum[:]) != uint32(hash) {
		return nil, errors.New("translog: the key of a witness is damaged")
	}
	return witnessKey{parts[0], uint32(hash), key[1:]}, nil
}

// AddCheckpoint is what is sent to a witness: that the head follows on one of an
// earlier size, by a proof of consistency, which is empty for size 0.
func AddCheckpoint(earlier int64, proof []Hash, checkpoint []byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "old %d\n", earlier)
	for _, h := range proof {
		b.WriteString(h.String() + "\n")
	}
	b.WriteByte('\n')
	b.Write(checkpoint)
	return b.Bytes()
}

// ReadAddCheckpoint takes apart what AddCheckpoint wrote.
func ReadAddCheckpoint(b []byte) (earlier int64, proof []Hash, checkpoint []byte, err error) {
	head, checkpoint, ok := bytes.Cut(b, []byte("\n\n"))
	lines := strings.Split(string(head), "\n")
	size, found := strings.CutPrefix(lines[0], "old ")
	if !ok || !found || len(lines) > 64 || len(checkpoint) > maxNote {
		return 0, nil, nil, ErrCheckpoint
	}
	if earlier, err = strconv.ParseInt(size, 10, 64); err != nil || earlier < 0 {
		return 0, nil, nil, ErrCheckpoint
	}
	for _, l := range lines[1:] {
		h, err := tlog.ParseHash(l)
		if err != nil {
			return 0, nil, nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
		}
		proof = append(proof, h)
	}
	return earlier, proof, checkpoint, nil
}

// Cosigned appends the signature lines that a witness answered to a head. With a
// key, one of them must be that witness's.
func Cosigned(checkpoint, answer []byte, witness note.Verifier) ([]byte, error) {
	for _, l := range strings.Split(strings.TrimSuffix(string(answer), "\n"), "\n") {
		if !strings.HasPrefix(l, "— ") {
			return nil, fmt.Errorf("%w: no signature line", ErrCheckpoint)
		}
	}
	out := append(bytes.Clone(checkpoint), answer...)
	if !bytes.HasSuffix(out, []byte("\n")) {
		out = append(out, '\n')
	}
	if len(out) > maxNote {
		return nil, fmt.Errorf("%w: too many signatures", ErrCheckpoint)
	}
	if witness != nil {
		if _, err := note.Open(out, note.VerifierList(witness)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
		}
	} else if _, err := PeekCheckpoint(out); err != nil {
		return nil, err
	}
	return out, nil
}
