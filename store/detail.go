package store

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"gongkai/doc"
	"gongkai/law"
	"gongkai/law/annual"
)

// detail is what a report holds beside its figures, as it is kept: one JSON
// object, deflated. Only the page of one report reads it. A field may be added;
// none may change its name or meaning.
type detail struct {
	Organ     string             `json:"organ,omitempty"`
	Year      int                `json:"year,omitempty"`
	Title     string             `json:"title,omitempty"`
	Intro     string             `json:"intro,omitempty"`
	Chapters  []string           `json:"chapters,omitempty"`
	Headings  []string           `json:"headings,omitempty"`
	Signature string             `json:"signature,omitempty"`
	Dated     law.Date           `json:"dated,omitzero"`
	Published law.Date           `json:"published,omitzero"`
	Contact   string             `json:"contact,omitempty"`
	Raw       []string           `json:"raw,omitempty"` // by cell index
	At        []annual.Place     `json:"at,omitempty"`  // by cell index
	Repairs   []detailRepair     `json:"repairs,omitempty"`
	Undecided []annual.Undecided `json:"undecided,omitempty"`
	Missing   []string           `json:"missing,omitempty"`
	Notes     []doc.Note         `json:"notes,omitempty"`
	Findings  []detailFinding    `json:"findings,omitempty"`
}

// The public form of repairs and findings leaves out their places and proposed
// figures; here they are kept.
type detailRepair struct {
	annual.Repair
	At annual.Place `json:"at,omitzero"`
}

type detailFinding struct {
	annual.Finding
	At      annual.Place    `json:"at,omitzero"`
	Quote   string          `json:"quote,omitempty"`
	Changes []annual.Change `json:"changes,omitempty"`
}

// Forms of a kept detail: short ones are not worth deflating.
const (
	detailPlain   = 0
	detailDeflate = 1
	worthDeflate  = 200
	maxDetail     = 64 << 20
)

var errDetail = errors.New("store: damaged detail of a report")

func encodeDetail(r *annual.Report, findings []annual.Finding) ([]byte, error) {
	d := detail{Organ: r.Organ, Year: r.Year, Title: r.Title, Intro: r.Intro, Chapters: r.Chapters, Headings: r.Headings,
		Signature: r.Signature, Dated: r.Dated, Published: r.Published, Contact: r.Contact,
		Undecided: r.Undecided, Missing: r.Missing, Notes: r.Notes}
	if len(r.Sources) > 0 {
		d.Raw, d.At = make([]string, len(r.Sources)), make([]annual.Place, len(r.Sources))
		for i, s := range r.Sources {
			d.Raw[i], d.At[i] = s.Raw, s.At
		}
	}
	for _, x := range r.Repairs {
		d.Repairs = append(d.Repairs, detailRepair{x, x.At})
	}
	for _, x := range findings {
		d.Findings = append(d.Findings, detailFinding{x, x.At, x.Quote, x.Changes})
	}
	var b bytes.Buffer
	b.WriteByte(detailPlain)
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(&d); err != nil {
		return nil, fmt.Errorf("store: detail: %w", err)
	}
	if b.Len() > maxDetail {
		return nil, fmt.Errorf("%w: report of %s", ErrTooLarge, r.Organ)
	}
	if b.Len() < worthDeflate {
		return b.Bytes(), nil
	}
	var z bytes.Buffer
	z.WriteByte(detailDeflate)
	w, err := flate.NewWriter(&z, flate.DefaultCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(b.Bytes()[1:]); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return z.Bytes(), nil
}

// decodeDetail fills the report with everything but its figures and returns the
// findings.
func decodeDetail(b []byte, r *annual.Report) ([]annual.Finding, error) {
	if len(b) == 0 {
		return nil, errDetail
	}
	var in io.Reader = bytes.NewReader(b[1:])
	switch b[0] {
	case detailPlain:
	case detailDeflate:
		in = flate.NewReader(in)
	default:
		return nil, errDetail
	}
	var d detail
	if err := json.NewDecoder(io.LimitReader(in, maxDetail)).Decode(&d); err != nil {
		return nil, fmt.Errorf("%w: %v", errDetail, err)
	}
	if len(d.At) != len(d.Raw) {
		return nil, errDetail
	}
	r.Organ, r.Year, r.Title, r.Intro = d.Organ, d.Year, d.Title, d.Intro
	r.Chapters, r.Headings = d.Chapters, d.Headings
	r.Signature, r.Dated, r.Published, r.Contact = d.Signature, d.Dated, d.Published, d.Contact
	r.Undecided, r.Missing, r.Notes = d.Undecided, d.Missing, d.Notes
	for i, raw := range d.Raw {
		r.Sources = append(r.Sources, annual.Source{Raw: raw, At: d.At[i]})
	}
	for _, x := range d.Repairs {
		x.Repair.At = x.At
		r.Repairs = append(r.Repairs, x.Repair)
	}
	var findings []annual.Finding
	for _, x := range d.Findings {
		x.Finding.At, x.Finding.Quote, x.Finding.Changes = x.At, x.Quote, x.Changes
		findings = append(findings, x.Finding)
	}
	return findings, nil
}

// trimDetail is a kept detail without what a check found.
func trimDetail(b []byte) ([]byte, error) {
	var r annual.Report
	if _, err := decodeDetail(b, &r); err != nil {
		return nil, err
	}
	return encodeDetail(&r, nil)
}
