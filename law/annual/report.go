package annual

import (
	"gongkai/doc"
	"gongkai/law"
)

// Place is where in the source something stands.
type Place = doc.Place

// A Report is one organ's report of one year. It is comparable cell by cell
// with any report of the same edition.
type Report struct {
	Form      *Form
	Organ     string   // 机关全称 as the report gives it
	Year      int      // fiscal year, 0 if the source does not say
	Title     string   // as printed, split lines joined
	Intro     string   // prose before chapter 一
	Chapters  []string // prose by chapter, len(Form.Chapters); "" where none
	Headings  []string // the chapter headings as printed, "" where missing
	Signature string   // 落款: the organ as it signs
	Dated     law.Date // 成文日期
	Published law.Date // as the page states it
	Contact   string   // the sentence that says where to ask

	Values  []Value  // by cell index
	Sources []Source // by cell index; empty for a report that was not read

	Repairs   []Repair
	Undecided []Undecided
	Missing   []string   // parts that the source lacks: "t4", "t2.penalty", "chapter.4"
	Notes     []doc.Note // what the reader saw in the file
}

// Source is what stood in a cell and where.
type Source struct {
	Raw string
	At  Place
}

// A Repair is a departure of the source from the form that could be read with
// certainty all the same. It is always shown to a person.
type Repair struct {
	Code   string   `json:"code"` // e.g. LABEL-MISPRINT, ROW-SPLIT-BY-PAGE, GLUED
	At     Place    `json:"-"`
	Was    string   `json:"was"`
	ReadAs string   `json:"read_as"`
	Cells  []string `json:"cells,omitempty"`
}

// Undecided names cells whose figures the source does not settle. They hold no
// value and are never counted as blank.
type Undecided struct {
	Cells []string
	At    Place
	Raw   string
	Why   string // Chinese sentence
}

// Status of a reading.
type Status string

// A reading is complete when every cell and chapter stood where the form has
// it, repaired when departures were mended, incomplete when something is
// missing or undecided.
const (
	Complete   Status = "complete"
	Repaired   Status = "repaired"
	Incomplete Status = "incomplete"
)

// New makes an empty report of an edition: every cell blank.
func New(f *Form, organ string, year int) *Report {
	r := &Report{Form: f, Organ: organ, Year: year, Values: make([]Value, len(f.Cells)),
		Chapters: make([]string, len(f.Chapters)), Headings: make([]string, len(f.Chapters))}
	for i := range r.Values {
		r.Values[i] = Value{Kind: Blank}
	}
	return r
}

// Get returns the value of a cell by id; an id the edition lacks is Absent.
func (r *Report) Get(id string) Value {
	if i, ok := r.Form.Index(id); ok {
		return r.Values[i]
	}
	return Value{}
}

// Set puts a value into a cell by id and reports whether the edition has it.
func (r *Report) Set(id string, v Value) bool {
	i, ok := r.Form.Index(id)
	if ok {
		r.Values[i] = v
	}
	return ok
}

// Raw returns what stood in the cell, or the figure as the form prints it when
// the report was not read from a file.
func (r *Report) Raw(i int) string {
	if i < len(r.Sources) {
		return r.Sources[i].Raw
	}
	return r.Values[i].Format(r.Form.Cells[i].Type)
}

// At returns where the cell stands in the source.
func (r *Report) At(i int) Place {
	if i < len(r.Sources) {
		return r.Sources[i].At
	}
	return Place{}
}

// Status of the reading.
func (r *Report) Status() Status {
	switch {
	case len(r.Undecided) > 0 || len(r.Missing) > 0:
		return Incomplete
	case len(r.Repairs) > 0:
		return Repaired
	}
	for _, v := range r.Values {
		if v.Kind == Absent {
			return Incomplete
		}
	}
	return Complete
}

// Clone copies the report so that the copy's values may be changed.
func (r *Report) Clone() *Report {
	c := *r
	c.Values = append([]Value(nil), r.Values...)
	c.Sources = append([]Source(nil), r.Sources...)
	c.Chapters = append([]string(nil), r.Chapters...)
	c.Headings = append([]string(nil), r.Headings...)
	return &c
}
