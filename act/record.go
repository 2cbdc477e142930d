package act

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"gongkai/law"
)

// EntryFormat names the form of an entry.
const EntryFormat = "gongkai-entry/1"

// Record is the body of every act of the office, version 1. It names what
// changed and what else is concerned, by reference. What was said stands in the
// [Details] beside the act: they may hold personal data and can be erased, and
// the act still proves what they were.
type Record struct {
	Fields []string `json:"fields,omitempty"` // names of what changed
	Refs   []string `json:"refs,omitempty"`   // what else it concerns, e.g. organ/5
	Detail string   `json:"detail,omitempty"` // salted hash of the details, "" if there are none
	Paper  *Paper   `json:"paper,omitempty"`  // it was signed on paper and entered afterwards

	// Facts are what a file is replayed from: codes, days, numbers and
	// references, never words about a person.
	Facts map[string]string `json:"facts,omitempty"`
}

// Bounds of facts.
const (
	maxFacts = 24
	maxFact  = 120 // bytes of a value
)

var factKey = regexp.MustCompile(`^[a-z][a-z_]{0,31}$`)

// Paper is a signature given on paper (纸质审批) that an officer entered.
type Paper struct {
	On   law.Date `json:"on"`             // day on the paper
	Scan string   `json:"scan,omitempty"` // SHA-256 of the scan, in lower-case hex
}

// Details are what an act of the office says that may be personal.
type Details struct {
	Changes []Change `json:"changes,omitempty"`
	Reason  string   `json:"reason,omitempty"`
	Signer  string   `json:"signer,omitempty"`  // who signed on paper
	From    string   `json:"from,omitempty"`    // network address
	Program string   `json:"program,omitempty"` // what acted where nobody signed in
}

// A Change is one field before and after, as people read it.
type Change struct {
	Field string `json:"field"` // Chinese name
	Old   string `json:"old,omitempty"`
	New   string `json:"new,omitempty"`
}

// Empty reports whether there is nothing to keep.
func (d Details) Empty() bool {
	return len(d.Changes) == 0 && d.Reason == "" && d.Signer == "" && d.From == "" && d.Program == ""
}

// Seal writes the details in canonical form and hashes them with the salt of
// their act, so that nobody can try what erased details said.
func (d Details) Seal(salt []byte) (body []byte, hash string, err error) {
	sorted := sortedDetails{nil, d.From, d.Program, d.Reason, d.Signer}
	for _, c := range d.Changes {
		sorted.Changes = append(sorted.Changes, sortedChange{c.Field, c.New, c.Old})
	}
	if body, err = canonicalSorted(sorted); err != nil {
		return nil, "", err
	}
	return body, SealOf(salt, body), nil
}

// SealOf is the hash of details in canonical form under the salt of their act.
func SealOf(salt, body []byte) string {
	m := hmac.New(sha256.New, salt)
	m.Write([]byte("gongkai-details/1\n"))
	m.Write(body)
	return hex.EncodeToString(m.Sum(nil))
}

func (r Record) check() error {
	for _, s := range [][]string{r.Fields, r.Refs} {
		for _, x := range s {
			if x == "" {
				return fmt.Errorf("%w: empty field or reference", ErrLeaf)
			}
		}
	}
	for k, v := range r.Facts {
		if !factKey.MatchString(k) || v == "" || len(v) > maxFact {
			return fmt.Errorf("%w: fact %q", ErrLeaf, k)
		}
	}
	switch {
	case len(r.Facts) > maxFacts:
		return fmt.Errorf("%w: %d facts", ErrLeaf, len(r.Facts))
	case r.Detail != "" && !isHash(r.Detail):
		return fmt.Errorf("%w: hash of the details", ErrLeaf)
	case r.Paper != nil && (!r.Paper.On.Valid() || r.Paper.Scan != "" && !isHash(r.Paper.Scan)):
		return fmt.Errorf("%w: paper", ErrLeaf)
	}
	return nil
}

// entry is the form of the internal log: the leaf with who did it and for which
// organ.
type entry struct {
	leaf
	Officer string `json:"officer"` // id of a person, "0" for the program
	Organ   string `json:"organ"`   // id, "0" for none
}

// Entry is what the internal log commits to, with a salt: the whole act, its
// officer and organ included, in canonical form.
func (a Act) Entry() ([]byte, error) {
	l, err := a.form()
	if err != nil {
		return nil, err
	}
	b, err := canonicalSorted(sortedEntry{l.At, l.Body, EntryFormat, l.ID, l.Kind, strconv.FormatInt(a.Officer, 10), l.On, strconv.FormatInt(a.Organ, 10), l.Ref, l.Seq, l.Version})
	if err == nil && len(b) > MaxLeaf {
		err = fmt.Errorf("%w: %d bytes", ErrLeaf, len(b))
	}
	return b, err
}

// ParseEntry reads an entry of any version ever written. The errors are those
// of [ParseLeaf].
func ParseEntry(b []byte) (Act, error) {
	if err := checkForm(b); err != nil {
		return Act{}, err
	}
	return KeptEntry(b)
}

// KeptEntry reads an entry out of the reader's own database, which wrote it in
// the canonical form: that it still stands there is asked when the log is
// verified, not whenever a file is opened.
func KeptEntry(b []byte) (Act, error) {
	var e entry
	if err := strict(b, &e); err != nil {
		return Act{}, err
	}
	a, err := e.leaf.act(EntryFormat)
	if err != nil {
		return Act{}, err
	}
	for _, x := range []struct {
		text string
		to   *int64
	}{{e.Officer, &a.Officer}, {e.Organ, &a.Organ}} {
		n, err := strconv.ParseInt(x.text, 10, 64)
		if err != nil || n < 0 || strconv.FormatInt(n, 10) != x.text {
			return Act{}, fmt.Errorf("%w: officer %q, organ %q", ErrLeaf, e.Officer, e.Organ)
		}
		*x.to = n
	}
	return a, nil
}

// ParseDetails reads what was kept beside an act.
func ParseDetails(b []byte) (Details, error) {
	var d Details
	if len(b) == 0 {
		return d, nil
	}
	err := json.Unmarshal(b, &d)
	return d, err
}
