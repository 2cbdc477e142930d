package annual

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"gongkai/doc"
)

// ErrMachineForm is returned for JSON that is no report in machine form.
var ErrMachineForm = errors.New("annual: not a report in machine form")

// DecodeJSON reads what EncodeJSON wrote. Unknown fields are ignored, unknown
// cells, kinds and editions are errors: a figure is never dropped in silence.
func DecodeJSON(b []byte) (file string, r *Report, findings []Finding, err error) {
	var m machineForm
	if err := json.Unmarshal(b, &m); err != nil {
		return "", nil, nil, fmt.Errorf("%w: %w", ErrMachineForm, err)
	}
	f := Edition(m.Edition)
	if f == nil {
		return "", nil, nil, fmt.Errorf("%w: no edition %q", ErrMachineForm, m.Edition)
	}
	r = New(f, m.Organ, m.Year)
	r.Title, r.Signature, r.Dated, r.Published, r.Contact, r.Missing = m.Title, m.Signature, m.Dated, m.Published, m.Contact, m.Missing
	if err := r.decodeCells(&m); err != nil {
		return "", nil, nil, err
	}
	r.Intro = m.Narrative["intro"]
	for i, c := range f.Chapters {
		r.Chapters[i], r.Headings[i] = m.Narrative[c.Ordinal], m.Headings[c.Ordinal]
	}
	for _, u := range m.Undecided {
		r.Undecided = append(r.Undecided, Undecided{u.Cells, u.Place, u.Raw, u.Why})
	}
	for _, p := range m.Repairs {
		r.Repairs = append(r.Repairs, Repair{Code: p.Code, At: p.Place, Was: p.Was, ReadAs: p.ReadAs, Cells: p.Cells})
	}
	for _, n := range m.Notes {
		r.Notes = append(r.Notes, doc.Note{Code: n.Code, At: n.Place, Text: n.Text})
	}
	for _, g := range m.Findings {
		h, err := decodeFinding(f, g)
		if err != nil {
			return "", nil, nil, err
		}
		findings = append(findings, h)
	}
	return m.File, r, findings, nil
}

func (r *Report) decodeCells(m *machineForm) error {
	if !m.Entered {
		r.Sources = make([]Source, len(r.Values))
	}
	for i := range r.Values {
		r.Values[i] = Value{}
	}
	for id, c := range m.Cells {
		i, ok := r.Form.Index(id)
		if !ok {
			return fmt.Errorf("%w: edition %s has no cell %q", ErrMachineForm, r.Form.Edition, id)
		}
		v, err := decodeFigure(machineFigure{c.Value, c.Kind}, r.Form.Cells[i].Type)
		if err != nil {
			return fmt.Errorf("%w: cell %s: %w", ErrMachineForm, id, err)
		}
		r.Values[i] = v
		if !m.Entered {
			r.Sources[i] = Source{c.Raw, c.Place}
		}
	}
	for id, s := range m.Lost {
		i, ok := r.Form.Index(id)
		if !ok || m.Entered {
			return fmt.Errorf("%w: no source can stand at %q", ErrMachineForm, id)
		}
		r.Sources[i] = Source{s.Raw, s.Place}
	}
	return nil
}

func decodeFigure(g machineFigure, t CellType) (Value, error) {
	k, err := ParseKind(g.Kind)
	if err != nil {
		return Value{}, err
	}
	if k != Number && k != Zero {
		if g.Value != nil {
			return Value{}, fmt.Errorf("kind %s with a value", g.Kind)
		}
		return Value{Kind: k}, nil
	}
	if g.Value == nil {
		return Value{}, fmt.Errorf("kind %s without a value", g.Kind)
	}
	var n int64
	if t == Money {
		n, err = ParseMicro(g.Value.String())
	} else {
		n, err = strconv.ParseInt(g.Value.String(), 10, 64)
	}
	if err != nil {
		return Value{}, err
	}
	if v := Num(n); v.Kind == k {
		return v, nil
	}
	return Value{}, fmt.Errorf("kind %s with value %s", g.Kind, g.Value)
}

func decodeFinding(f *Form, m machineFinding) (Finding, error) {
	g := m.Finding
	g.At, g.Quote = m.Place, m.Quoted
	for _, c := range m.Changed {
		i, ok := f.Index(c.Cell)
		if !ok {
			return g, fmt.Errorf("%w: edition %s has no cell %q", ErrMachineForm, f.Edition, c.Cell)
		}
		from, err := decodeFigure(c.From, f.Cells[i].Type)
		if err != nil {
			return g, fmt.Errorf("%w: %w", ErrMachineForm, err)
		}
		to, err := decodeFigure(c.To, f.Cells[i].Type)
		if err != nil {
			return g, fmt.Errorf("%w: %w", ErrMachineForm, err)
		}
		g.Changes = append(g.Changes, Change{c.Cell, from, to})
	}
	return g, nil
}
