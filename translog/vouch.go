package translog

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// OfficeLog is the purpose for which the key of the internal log is derived.
const OfficeLog = "office"

// vouchFormat names the form of a vouch. It begins a note, so that one is found
// in a file with other text.
const vouchFormat = "gongkai-log-key/1"

// A Vouch is a statement of one key about another, signed by both: that it
// signs the owner's internal log, or that it has taken over.
type Vouch struct {
	Next  bool         // To takes over from By; else To signs the internal log of By's owner
	By    string       // verifier key
	To    string       // verifier key
	Heads []Checkpoint // where By ends: of each log its last head under By
}

// ErrVouch is a statement about a key that is damaged or not signed by both.
var ErrVouch = errors.New("translog: statement about a key")

func (v Vouch) text() string {
	what := OfficeLog
	if v.Next {
		what = "next"
	}
	s := strings.Join([]string{vouchFormat, what, v.By, v.To}, "\n") + "\n"
	for _, h := range v.Heads {
		s += h.Origin + " " + strconv.FormatInt(h.Size, 10) + " " + h.Root.String() + "\n"
	}
	return s
}

// SignVouch signs the statement of by about to.
func SignVouch(next bool, by, to *Key, heads ...Checkpoint) ([]byte, error) {
	v := Vouch{Next: next, By: by.Verifier, To: to.Verifier, Heads: heads}
	b, err := note.Sign(&note.Note{Text: v.text()}, by, to)
	if err != nil {
		return nil, err
	}
	_, err = OpenVouch(string(b))
	return b, err
}

// OpenVouch reads a statement and checks the signatures of both keys. Whether
// either of them is to be trusted is another question: [Trust].
func OpenVouch(text string) (Vouch, error) {
	bad := func(err error) (Vouch, error) { return Vouch{}, fmt.Errorf("%w: %w", ErrVouch, err) }
	body, _, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(body, "\n")
	if !ok || len(text) > maxNote || len(lines) < 4 || lines[0] != vouchFormat || lines[1] != "next" && lines[1] != OfficeLog {
		return bad(errors.New("not in its form"))
	}
	v := Vouch{Next: lines[1] == "next", By: lines[2], To: lines[3]}
	by, err := ReadVerifier(v.By)
	if err != nil {
		return bad(err)
	}
	to, err := ReadVerifier(v.To)
	if err != nil {
		return bad(err)
	}
	n, err := note.Open([]byte(text), note.VerifierList(by, to))
	if err != nil {
		return bad(err)
	}
	if len(n.Sigs) != 2 {
		return bad(errors.New("one signature is missing"))
	}
	if v.Next && to.Name() != by.Name() || !v.Next && to.Name() != by.Name()+"/"+OfficeLog || v.By == v.To {
		return bad(fmt.Errorf("a key of %s about a key of %s", by.Name(), to.Name()))
	}
	for _, l := range lines[4:] {
		h, err := parse(strings.ReplaceAll(l, " ", "\n") + "\n")
		if err != nil {
			return bad(err)
		}
		v.Heads = append(v.Heads, h)
	}
	return v, nil
}

// A Signatory is a key that may sign a log, up to the size at which another
// took over.
type Signatory struct {
	note.Verifier
	Text  string // the verifier key as it is made public
	Until int64  // largest size it may sign, -1 without a bound
}

// Signatories are keys that are trusted, in the order they took over.
type Signatories []Signatory

// maxVouches bounds how many statements are looked at.
const maxVouches = 64

// Trust is everything that is trusted by who trusts one key: that key, the keys
// that took over from it or from which it took over, and those of the internal
// log. Statements that do not hold, or are about others, count for nothing.
func Trust(key string, vouches ...string) (Signatories, error) {
	key = strings.TrimSpace(key)
	first, err := ReadVerifier(key)
	if err != nil {
		return nil, err
	}
	var known []Vouch
	for _, text := range vouches[:min(len(vouches), maxVouches)] {
		if v, err := OpenVouch(text); err == nil {
			known = append(known, v)
		}
	}
	out := Signatories{{first, key, -1}}
	add := func(text string) bool {
		if out.has(text) {
			return false
		}
		v, err := ReadVerifier(text)
		if err == nil {
			out = append(out, Signatory{v, text, -1})
		}
		return err == nil
	}
	for grew := true; grew; {
		grew = false
		for _, v := range known {
			if out.has(v.By) && add(v.To) || v.Next && out.has(v.To) && add(v.By) {
				grew = true
			}
		}
	}
	for _, v := range known {
		if v.Next && out.has(v.By) {
			out.end(v.By, v.Heads)
			for _, w := range known { // the key of its internal log ends with it
				if !w.Next && w.By == v.By {
					out.end(w.To, v.Heads)
				}
			}
		}
	}
	return out, nil
}

func (s Signatories) has(text string) bool {
	return slices.ContainsFunc(s, func(x Signatory) bool { return x.Text == text })
}

func (s Signatories) end(text string, heads []Checkpoint) {
	for i := range s {
		if s[i].Text != text {
			continue
		}
		s[i].Until = 0
		for _, h := range heads {
			if h.Origin == s[i].Name() {
				s[i].Until = h.Size
			}
		}
	}
}

// verifiers are the keys as package note wants them.
func (s Signatories) verifiers() note.Verifiers {
	list := make([]note.Verifier, len(s))
	for i, x := range s {
		list[i] = x.Verifier
	}
	return note.VerifierList(list...)
}

// ErrRetired is a signature of a key beyond the size at which another took over.
var ErrRetired = errors.New("translog: signed by a key that had been replaced")

// Open reads a checkpoint signed by one of the keys and says by which: its
// number in the list.
func (s Signatories) Open(b []byte) (c Checkpoint, by int, err error) {
	if len(b) > maxNote {
		return c, 0, fmt.Errorf("%w: %d bytes", ErrCheckpoint, len(b))
	}
	n, err := note.Open(b, s.verifiers())
	if err != nil {
		return c, 0, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	if c, err = parse(n.Text); err != nil {
		return c, 0, err
	}
	err = fmt.Errorf("%w: origin %q", ErrCheckpoint, c.Origin)
	for _, sig := range n.Sigs {
		i := slices.IndexFunc(s, func(x Signatory) bool { return x.Name() == sig.Name && x.KeyHash() == sig.Hash })
		switch {
		case i < 0 || s[i].Name() != c.Origin:
		case s[i].Until >= 0 && c.Size > s[i].Until:
			err = fmt.Errorf("%w: %s ended at %d", ErrRetired, KeyName(s[i]), s[i].Until)
		default:
			return c, i, nil
		}
	}
	return c, 0, err
}

// Keys are the verifier keys as they are made public: the key of the public
// log, that of the internal log, and the statements that bind them and those
// before them.
type Keys struct {
	Public, Office string
	Vouches        []string
}

// Text writes the keys: a line each, then the statements.
func (k Keys) Text() string {
	s := k.Public + "\n"
	if k.Office != "" {
		s += k.Office + "\n"
	}
	for _, v := range k.Vouches {
		s += "\n" + v
	}
	return s
}

// ReadKeys reads what Text wrote, or a verifier key alone.
func ReadKeys(text string) (Keys, error) {
	var k Keys
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	parts := strings.Split("\n"+strings.TrimSpace(text)+"\n", "\n"+vouchFormat+"\n")
	for i, l := range strings.Fields(parts[0]) {
		switch i {
		case 0:
			k.Public = l
		case 1:
			k.Office = l
		}
	}
	if _, err := ReadVerifier(k.Public); err != nil {
		return k, err
	}
	for _, p := range parts[1:] {
		k.Vouches = append(k.Vouches, vouchFormat+"\n"+strings.TrimRight(p, "\n")+"\n")
	}
	return k, nil
}
