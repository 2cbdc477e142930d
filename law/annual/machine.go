package annual

import (
	"bytes"
	"encoding/json"

	"gongkai/doc"
	"gongkai/law"
)

// The machine form of a report: one JSON object, a public contract. Names are
// never changed, only added. Every place stands twice: in words ("at") and by
// its parts ("place"), so that reading it back loses nothing.
type machineForm struct {
	File      string                   `json:"file"`
	Organ     string                   `json:"organ"`
	Year      int                      `json:"year"`
	Edition   string                   `json:"edition"`
	Status    Status                   `json:"status"`
	Title     string                   `json:"title,omitempty"`
	Signature string                   `json:"signature,omitempty"`
	Dated     law.Date                 `json:"dated,omitzero"`
	Published law.Date                 `json:"published,omitzero"`
	Contact   string                   `json:"contact,omitempty"`
	Cells     map[string]machineCell   `json:"cells"`
	Narrative map[string]string        `json:"narrative"`          // intro, 一 … 六
	Headings  map[string]string        `json:"headings,omitempty"` // 一 … 六, as printed
	Missing   []string                 `json:"missing,omitempty"`
	Undecided []machineUndecided       `json:"undecided,omitempty"`
	Repairs   []machineRepair          `json:"repairs"`
	Notes     []machineNote            `json:"notes,omitempty"`
	Findings  []machineFinding         `json:"findings"`
	Entered   bool                     `json:"entered,omitempty"`        // filled in, not read from a file: raw is our own print
	Lost      map[string]machineSource `json:"absent_sources,omitempty"` // what stood at cells without a reading
}

type machineCell struct {
	Value *json.Number `json:"value,omitempty"` // exact decimal; none unless kind is number or zero
	Raw   string       `json:"raw"`
	Kind  string       `json:"kind"`
	At    string       `json:"at"`
	Place doc.Place    `json:"place,omitzero"`
}

type machineSource struct {
	Raw   string    `json:"raw"`
	At    string    `json:"at"`
	Place doc.Place `json:"place,omitzero"`
}

type machineUndecided struct {
	Cells []string  `json:"cells"`
	At    string    `json:"at"`
	Place doc.Place `json:"place,omitzero"`
	Raw   string    `json:"raw"`
	Why   string    `json:"why"`
}

type machineRepair struct {
	Code   string    `json:"code"`
	At     string    `json:"at"`
	Place  doc.Place `json:"place,omitzero"`
	Was    string    `json:"was"`
	ReadAs string    `json:"read_as"`
	Cells  []string  `json:"cells,omitempty"`
}

type machineNote struct {
	Code  string    `json:"code"`
	At    string    `json:"at"`
	Place doc.Place `json:"place,omitzero"`
	Text  string    `json:"text"`
}

type machineFinding struct {
	Finding
	AtWords string          `json:"at,omitempty"`
	Place   doc.Place       `json:"place,omitzero"`
	Quoted  string          `json:"quote,omitempty"`
	Changed []machineChange `json:"changes,omitempty"`
}

type machineChange struct {
	Cell string        `json:"cell"`
	From machineFigure `json:"from"`
	To   machineFigure `json:"to"`
}

type machineFigure struct {
	Value *json.Number `json:"value,omitempty"`
	Kind  string       `json:"kind"`
}

// EncodeJSON writes a report and its findings in the machine form: one line,
// without a newline at the end. Absent cells are left out.
func EncodeJSON(file string, r *Report, findings []Finding) ([]byte, error) {
	m := machineForm{File: file, Organ: r.Organ, Year: r.Year, Edition: r.Form.Edition, Status: r.Status(),
		Title: r.Title, Signature: r.Signature, Dated: r.Dated, Published: r.Published, Contact: r.Contact,
		Cells: make(map[string]machineCell, len(r.Values)), Narrative: map[string]string{}, Headings: map[string]string{},
		Missing: r.Missing, Repairs: []machineRepair{}, Findings: []machineFinding{}, Entered: len(r.Sources) == 0, Lost: map[string]machineSource{}}
	for i, c := range r.Form.Cells {
		v, at := r.Values[i], r.At(i)
		if v.Kind == Absent {
			if raw := r.Raw(i); len(r.Sources) > 0 && (raw != "" || !at.IsZero()) {
				m.Lost[c.ID] = machineSource{raw, at.String(), at}
			}
			continue
		}
		g := figureOf(v, c.Type)
		m.Cells[c.ID] = machineCell{g.Value, r.Raw(i), g.Kind, at.String(), at}
	}
	if r.Intro != "" {
		m.Narrative["intro"] = r.Intro
	}
	for i, c := range r.Form.Chapters {
		if i < len(r.Chapters) && r.Chapters[i] != "" {
			m.Narrative[c.Ordinal] = r.Chapters[i]
		}
		if i < len(r.Headings) && r.Headings[i] != "" {
			m.Headings[c.Ordinal] = r.Headings[i]
		}
	}
	for _, u := range r.Undecided {
		m.Undecided = append(m.Undecided, machineUndecided{u.Cells, u.At.String(), u.At, u.Raw, u.Why})
	}
	for _, p := range r.Repairs {
		m.Repairs = append(m.Repairs, machineRepair{p.Code, p.At.String(), p.At, p.Was, p.ReadAs, p.Cells})
	}
	for _, n := range r.Notes {
		m.Notes = append(m.Notes, machineNote{n.Code, n.At.String(), n.At, n.Text})
	}
	for _, g := range findings {
		m.Findings = append(m.Findings, encodeFinding(r.Form, g))
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(m); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func figureOf(v Value, t CellType) machineFigure {
	g := machineFigure{Kind: v.Kind.String()}
	if v.Known() {
		n := json.Number(v.Format(t))
		g.Value = &n
	}
	return g
}

func encodeFinding(f *Form, g Finding) machineFinding {
	if g.Cells == nil {
		g.Cells = []string{}
	}
	m := machineFinding{Finding: g, AtWords: g.At.String(), Place: g.At, Quoted: g.Quote}
	for _, c := range g.Changes {
		t := Count
		if i, ok := f.Index(c.Cell); ok {
			t = f.Cells[i].Type
		}
		m.Changed = append(m.Changed, machineChange{c.Cell, figureOf(c.From, t), figureOf(c.To, t)})
	}
	return m
}
