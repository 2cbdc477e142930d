package annual

import (
	"gongkai/act"
)

// CanonicalFormat names the form of [Canonical].
const CanonicalFormat = "gongkai-report/1"

// canonicalForm is what a report says, without how it was read: no places, no
// repairs, no findings. Every figure is text, so that no program rounds it.
type canonicalForm struct {
	Format    string            `json:"format"`
	Edition   string            `json:"edition"`
	Organ     string            `json:"organ"` // as the report names it
	Year      int               `json:"year"`  // as the report states it, 0 if it does not
	Title     string            `json:"title"`
	Intro     string            `json:"intro"`
	Chapters  []string          `json:"chapters"` // prose, one for each chapter of the form
	Headings  []string          `json:"headings"` // as printed
	Signature string            `json:"signature"`
	Dated     string            `json:"dated"`
	Published string            `json:"published"`
	Contact   string            `json:"contact"`
	Cells     map[string]string `json:"cells"`
}

// Canonical is the content of a report as one sequence of bytes, the same on
// every machine: canonical JSON (see [act.Canonical]) of the prose by chapter
// and the cells by id. A figure stands as its plain decimal, a zero as "0", a
// blank cell as "", one that does not apply as "/", other words as "text:" and
// the words; an absent cell is left out. Its SHA-256 is what the public log
// states as the content of a report. Reading the machine form back gives the
// same bytes.
func Canonical(r *Report) ([]byte, error) {
	c := canonicalForm{Format: CanonicalFormat, Edition: r.Form.Edition, Organ: r.Organ, Year: r.Year, Title: r.Title, Intro: r.Intro,
		Chapters: padded(r.Chapters, len(r.Form.Chapters)), Headings: padded(r.Headings, len(r.Form.Chapters)),
		Signature: r.Signature, Dated: r.Dated.String(), Published: r.Published.String(), Contact: r.Contact,
		Cells: make(map[string]string, len(r.Values))}
	for i, v := range r.Values {
		cell := r.Form.Cells[i]
		switch v.Kind {
		case Absent:
		case Blank:
			c.Cells[cell.ID] = ""
		case NA:
			c.Cells[cell.ID] = "/"
		case Text:
			c.Cells[cell.ID] = "text:" + r.Raw(i)
		default:
			c.Cells[cell.ID] = v.Format(cell.Type)
		}
	}
	return act.Canonical(c)
}

// padded is a list of n texts: a report may lack the last ones, or all.
func padded(list []string, n int) []string {
	out := make([]string, n)
	copy(out, list)
	return out
}
