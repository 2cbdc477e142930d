package translog

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// ErrDigest is a signature of a file that is damaged, or of somebody who is not
// trusted.
var ErrDigest = errors.New("translog: signature of a file")

// SignDigest signs the SHA-256 of a file, as a note whose first line names the
// form of the file: no head of a log begins like that, so that neither can be
// taken for the other. The form has no space and is not the name of the key.
func SignDigest(form string, sum Hash, k *Key) ([]byte, error) {
	if form == "" || form == k.Name() || strings.ContainsAny(form, " \r\n") {
		return nil, fmt.Errorf("%w: form %q", ErrDigest, form)
	}
	return note.Sign(&note.Note{Text: digestText(form, sum)}, k)
}

func digestText(form string, sum Hash) string { return form + "\n" + hex.EncodeToString(sum[:]) + "\n" }

// DigestSigner is the name of the key that a note of SignDigest claims to be
// signed by. It proves nothing.
func DigestSigner(b []byte) (name string, err error) {
	if len(b) > maxNote {
		return "", fmt.Errorf("%w: %d bytes", ErrDigest, len(b))
	}
	var unverified *note.UnverifiedNoteError
	if _, err := note.Open(b, note.VerifierList()); !errors.As(err, &unverified) || len(unverified.Note.UnverifiedSigs) != 1 {
		return "", fmt.Errorf("%w: not signed by one key", ErrDigest)
	}
	return unverified.Note.UnverifiedSigs[0].Name, nil
}

// CheckDigest is nil if a key that is trusted, and that no other has replaced,
// signed the SHA-256 as that of a file of the form. It says by which key: its
// number in the list.
func CheckDigest(b []byte, form string, sum Hash, trusted Signatories) (by int, err error) {
	if len(b) > maxNote {
		return 0, fmt.Errorf("%w: %d bytes", ErrDigest, len(b))
	}
	n, err := note.Open(b, trusted.verifiers())
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: %w", ErrDigest, err)
	case n.Text != digestText(form, sum):
		return 0, fmt.Errorf("%w: of another file", ErrDigest)
	}
	for _, sig := range n.Sigs {
		i := slices.IndexFunc(trusted, func(x Signatory) bool { return x.Name() == sig.Name && x.KeyHash() == sig.Hash })
		if i >= 0 && trusted[i].Until < 0 && trusted[i].Name() == trusted[0].Name() {
			return i, nil
		}
	}
	return 0, fmt.Errorf("%w: %w", ErrDigest, ErrRetired)
}
