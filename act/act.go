// Package act says what happened. An act is written once and never changed: an
// id, what it is about, its number in the history of that, its kind with a
// version, the day that counts in law and the instant it was entered. Acts hold
// no personal data, only references.
//
// What the public log commits to is the [Act.Leaf] of an act: its canonical
// JSON without the officer. A leaf that was ever released stays readable;
// testdata/acts keeps one of every kind and version.
package act

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"gongkai/law"
)

// Format names the form of a leaf.
const Format = "gongkai-act/1"

// The kinds of acts of the public log. Their body is a [Report].
const (
	ReportPublished = "report.published" // 年度报告发布
	ReportCorrected = "report.corrected" // 年度报告更正后重新发布
)

// kinds is asked at every act; Kinds is a copy for callers.
var kinds = Kinds()

// Newest is the version of a kind that is written now, 0 for one that this
// program does not know.
func Newest(kind string) int { return kinds[kind].Version }

// public reports whether acts of a kind stand in the public log.
func public(kind string) bool {
	return kind == ReportPublished || kind == ReportCorrected || ofItem(kind)
}

// Errors of reading a leaf.
var (
	ErrLeaf = errors.New("act: damaged leaf")
	ErrKind = errors.New("act: kind or version is not known to this program")
)

// MaxLeaf bounds a leaf, in bytes: a tile of entries gives it 16 bits.
const MaxLeaf = 1<<16 - 1

// An Act is one thing that happened.
type Act struct {
	ID      int64
	Ref     string // what it is about, e.g. report/123/2025
	Seq     int64  // its number in the history of Ref, from 1
	Kind    string
	Version int
	On      law.Date // the day that counts in law
	At      int64    // when it was entered, milliseconds since 1970
	Officer int64    // who did it, 0 if nobody signed in; never in a public leaf
	Organ   int64    // for which organ, 0 for none; never in a public leaf
	Body    Body
}

// A Body is what an act of one kind and version says. It is closed: only this
// package makes one.
type Body interface{ check() error }

// ReportRef is the reference of an organ's report of a fiscal year.
func ReportRef(organ int64, year int) string { return fmt.Sprintf("report/%d/%d", organ, year) }

// Report is the body of ReportPublished and ReportCorrected, version 1. The
// hashes are SHA-256 in lower-case hex.
type Report struct {
	Organ     string   `json:"organ"`   // its code, "" if it has none
	Name      string   `json:"name"`    // of the organ on that day
	Year      int      `json:"year"`    // fiscal year
	Edition   string   `json:"edition"` // of the form
	Version   int64    `json:"version"` // of the report in the system that published it
	Published law.Date `json:"published"`
	Content   string   `json:"content"`          // hash of the canonical content: annual.Canonical
	Source    string   `json:"source,omitempty"` // hash of the file the report came in, "" if it was typed in
}

func (r Report) check() error {
	switch {
	case r.Name == "" || r.Edition == "" || r.Version < 1:
		return fmt.Errorf("%w: organ, edition and version of a report are needed", ErrLeaf)
	case r.Year < 1 || r.Year > 9999 || !r.Published.Valid():
		return fmt.Errorf("%w: year %d, published %v", ErrLeaf, r.Year, r.Published)
	case !isHash(r.Content) || r.Source != "" && !isHash(r.Source):
		return fmt.Errorf("%w: hash of the report", ErrLeaf)
	}
	return nil
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == sha256.Size && hex.EncodeToString(b) == s
}

// Digest is SHA-256 in lower-case hex, as bodies state it.
func Digest(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// leaf is the public form. An id goes as a string: JSON numbers end at 2^53.
type leaf struct {
	Format  string          `json:"format"`
	ID      string          `json:"id"`
	Ref     string          `json:"ref"`
	Seq     int64           `json:"seq"`
	Kind    string          `json:"kind"`
	Version int             `json:"version"`
	On      law.Date        `json:"on"`
	At      int64           `json:"at"`
	Body    json.RawMessage `json:"body"`
}

func (a Act) check() error {
	newest := Newest(a.Kind)
	switch {
	case newest == 0 || a.Version < 1 || a.Version > newest:
		return fmt.Errorf("%w: %q version %d", ErrKind, a.Kind, a.Version)
	case a.ID < 1 || a.Ref == "" || a.Seq < 1 || a.At < 0 || !a.On.Valid() || a.Body == nil:
		return fmt.Errorf("%w: id %d, ref %q, seq %d, at %d, on %v", ErrLeaf, a.ID, a.Ref, a.Seq, a.At, a.On)
	}
	return a.Body.check()
}

// form is the act as it is written.
func (a Act) form() (leaf, error) {
	if err := a.check(); err != nil {
		return leaf{}, err
	}
	body, err := a.body()
	return leaf{Format, strconv.FormatInt(a.ID, 10), a.Ref, a.Seq, a.Kind, a.Version, a.On, a.At, body}, err
}

// body is the body in canonical form.
func (a Act) body() ([]byte, error) {
	r, ok := a.Body.(Record)
	if !ok {
		return Canonical(a.Body)
	}
	s := sortedRecord{Detail: r.Detail, Facts: r.Facts, Fields: r.Fields, Refs: r.Refs}
	if r.Paper != nil {
		s.Paper = &sortedPaper{r.Paper.On, r.Paper.Scan}
	}
	return canonicalSorted(s)
}

// Leaf is what the public log commits to: the act without officer and organ, in
// canonical form. Acts of the office have none.
func (a Act) Leaf() ([]byte, error) {
	l, err := a.form()
	if err != nil {
		return nil, err
	}
	if !public(a.Kind) {
		return nil, fmt.Errorf("%w: %q is no act of the public log", ErrKind, a.Kind)
	}
	b, err := Canonical(l)
	if err == nil && len(b) > MaxLeaf {
		err = fmt.Errorf("%w: %d bytes", ErrLeaf, len(b))
	}
	return b, err
}

// Hash is the content hash of the act: SHA-256 of its leaf.
func (a Act) Hash() ([sha256.Size]byte, error) {
	b, err := a.Leaf()
	return sha256.Sum256(b), err
}

// ParseLeaf reads a leaf of any version ever released. What is not in canonical
// form, or says more than its kind knows, is ErrLeaf; a kind of a later program
// is ErrKind.
func ParseLeaf(b []byte) (Act, error) {
	var l leaf
	if err := readForm(b, &l); err != nil {
		return Act{}, err
	}
	a, err := l.act(Format)
	if err == nil && !public(a.Kind) {
		return Act{}, fmt.Errorf("%w: %q is no act of the public log", ErrKind, a.Kind)
	}
	return a, err
}

// readForm reads text in canonical form that says nothing its form does not know.
func readForm(b []byte, to any) error {
	if err := checkForm(b); err != nil {
		return err
	}
	return strict(b, to)
}

// checkForm reports whether a leaf or entry is in the canonical form, and no
// longer than one may be.
func checkForm(b []byte) error {
	if len(b) > MaxLeaf {
		return fmt.Errorf("%w: %d bytes", ErrLeaf, len(b))
	}
	if c, err := Recanonical(b); err != nil || !bytes.Equal(b, c) {
		return fmt.Errorf("%w: not in canonical form", ErrLeaf)
	}
	return nil
}

func (l leaf) act(format string) (Act, error) {
	id, err := strconv.ParseInt(l.ID, 10, 64)
	if err != nil || l.Format != format || strconv.FormatInt(id, 10) != l.ID {
		return Act{}, fmt.Errorf("%w: format %q, id %q", ErrLeaf, l.Format, l.ID)
	}
	a := Act{ID: id, Ref: l.Ref, Seq: l.Seq, Kind: l.Kind, Version: l.Version, On: l.On, At: l.At}
	switch {
	case l.Version != 1 || Newest(l.Kind) == 0:
		return Act{}, fmt.Errorf("%w: %q version %d", ErrKind, l.Kind, l.Version)
	case ofItem(l.Kind):
		a.Body, err = readBody[Item](l.Body)
	case public(l.Kind):
		a.Body, err = readBody[Report](l.Body)
	default:
		a.Body, err = readBody[Record](l.Body)
	}
	if err != nil {
		return Act{}, err
	}
	return a, a.check()
}

func readBody[B Body](b []byte) (Body, error) {
	var body B
	err := strict(b, &body)
	return body, err
}

func strict(b []byte, to any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(to); err != nil {
		return fmt.Errorf("%w: %v", ErrLeaf, err)
	}
	return nil
}

// Chinese says what happened in one sentence, without the full stop. Of an act
// of the office it names the kind: whom and what it concerned is not in it.
func (a Act) Chinese() string {
	if x, ok := a.Body.(Item); ok {
		return fmt.Sprintf("%s%s：索引号%s（第%d版），%s", x.Name, kinds[a.Kind].Chinese, x.Number, x.Version, x.On.Chinese())
	}
	r, ok := a.Body.(Report)
	if !ok {
		if k, ok := kinds[a.Kind]; ok {
			return k.Chinese
		}
		return a.Kind
	}
	what := "发布"
	if a.Kind == ReportCorrected {
		what = "更正发布"
	}
	return fmt.Sprintf("%s%d年度政府信息公开工作年度报告（第%d版），%s%s", r.Name, r.Year, r.Version, r.Published.Chinese(), what)
}
