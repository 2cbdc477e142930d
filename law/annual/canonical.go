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

// A Match says what a file is to a report that was logged.
type Match int

// The matches.
const (
	MatchNone    Match = iota // neither the file nor a report in the machine form
	MatchSource               // the very file the report came in
	MatchContent              // the machine form of a report with the same figures and words
	MatchOther                // the machine form of a report that says something else
)

// HoldAgainst compares a file with a report that was logged.
func HoldAgainst(logged act.Report, file []byte) (Match, error) {
	if logged.Source != "" && act.Digest(file) == logged.Source {
		return MatchSource, nil
	}
	_, r, _, err := DecodeJSON(file)
	if err != nil {
		return MatchNone, nil // not an error of ours: the file is something else
	}
	b, err := Canonical(r)
	if err != nil {
		return MatchNone, err
	}
	if act.Digest(b) == logged.Content {
		return MatchContent, nil
	}
	return MatchOther, nil
}

// Chinese says it to a reader.
func (m Match) Chinese() string {
	switch m {
	case MatchSource:
		return "文件相符：它就是存证时登记的报告原件。"
	case MatchContent:
		return "报告相符：数字和文字与存证时完全一致。"
	case MatchOther:
		return "不相符：报告的数字或文字与存证时不同。可能是另一年度、另一版的报告，也可能被改动过。"
	}
	return "不相符：这个文件不是存证登记的原件，也不是从网站下载的报告 JSON。由网站另行生成的 Word、PDF、Excel 文件不能用来核对，请下载 JSON。"
}

// Holds reports whether the file is what was logged.
func (m Match) Holds() bool { return m == MatchSource || m == MatchContent }
