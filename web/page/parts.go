package page

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"rsc.io/qr"

	"gongkai/law/annual"
)

// The parts below are drawn by templates of the same name in lower case:
// {{template "tag" .Tag}}.

// Tag is a word with a colour; the word alone says it. Tone is "", "ok",
// "warn" or "err".
type Tag struct{ Tone, Text string }

// LevelTag names the level of a finding.
func LevelTag(l annual.Level) Tag {
	switch l {
	case annual.Error:
		return Tag{"err", "错误"}
	case annual.Warning:
		return Tag{"warn", "待核实"}
	}
	return Tag{"", "提示"}
}

// StatusTag names the status of a reading.
func StatusTag(s annual.Status) Tag {
	switch s {
	case annual.Complete:
		return Tag{"ok", "完整读入"}
	case annual.Repaired:
		return Tag{"warn", "读入时有修复"}
	}
	return Tag{"err", "读入不完整"}
}

// Finding is a finding as a sentence, with links to the cells it speaks of.
type Finding struct {
	Tag     Tag
	Code    string
	Message string
	Suggest string
	Where   string // place in the source, "" if unknown
	Quote   string
	Cells   []Link // label and "#cell-…"
	Cite    string
}

// FindingOf draws a finding of a report.
func FindingOf(r *annual.Report, f annual.Finding, cite string) Finding {
	out := Finding{Tag: LevelTag(f.Level), Code: f.Code, Message: f.Message, Suggest: f.Suggest, Quote: f.Quote, Cite: cite}
	if !f.At.IsZero() {
		out.Where = f.At.String()
	}
	for _, id := range f.Cells {
		if i, ok := r.Form.Index(id); ok {
			out.Cells = append(out.Cells, Link{id, r.Form.Cells[i].Label, "#" + CellID(id)})
		}
	}
	return out
}

// CellID is the id of a cell's element on a page.
func CellID(cell string) string { return "cell-" + strings.ReplaceAll(cell, ".", "-") }

// Empty is the sentence for a list that has nothing, with what to do next.
type Empty struct {
	Text   string
	Action Link // zero for none
}

// Pager leads through a list by keyset. Empty addresses are not drawn.
type Pager struct {
	First, Next string // addresses
	Note        string // e.g. 本页 50 条
}

// Field is one input of a form. Kind is "text", "textarea", "select", "date",
// "number", "file" or "checkbox".
type Field struct {
	Name, Label, Kind string
	Hint              string // what to write, with an example
	Value             string
	Message           string // why it was not accepted and what to write instead
	Options           []Option
	Rows              int
	Required          bool
	Multiple          bool   // files
	Accept            string // files
	Max               int    // characters, 0 for no limit
}

// Option is one choice of a select.
type Option struct {
	Value, Text string
	Selected    bool
}

// ID is the id of the input's element.
func (f Field) ID() string { return "f-" + f.Name }

// Years lists years as choices.
func Years(years []int, selected int) []Option {
	out := make([]Option, len(years))
	for i, y := range years {
		out[i] = Option{fmt.Sprint(y), fmt.Sprintf("%d年度", y), y == selected}
	}
	return out
}

// With returns an address with its query; empty values are left out.
func With(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// SheetText keeps a spreadsheet from taking a text of a CSV file for a formula.
func SheetText(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}

// Prose is one paragraph of a chapter.
type Prose struct {
	Text string
	Head bool // a heading of the chapter's own, e.g. （一）主动公开
}

// Paragraphs splits a chapter into paragraphs and marks its own headings.
func Paragraphs(text string) []Prose {
	var out []Prose
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimSpace(strings.TrimLeft(line, "　"))
		if line == "" {
			continue
		}
		n := len([]rune(line))
		head := strings.HasPrefix(line, "（") && n <= 24 && !strings.HasSuffix(line, "。") && !strings.HasSuffix(line, "；")
		out = append(out, Prose{line, head})
	}
	return out
}

// qrSVG draws the address as a QR code. Text that does not fit gives nothing.
func qrSVG(text string) template.HTML {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="qr" viewBox="0 0 %[1]d %[1]d" width="96" height="96" role="img" aria-label="本页网址二维码" shape-rendering="crispEdges"><path fill="#000" d="`, c.Size+8)
	for y := range c.Size {
		for x := 0; x < c.Size; x++ {
			n := 0
			for x+n < c.Size && c.Black(x+n, y) {
				n++
			}
			if n > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x+4, y+4, n, n)
				x += n
			}
		}
	}
	b.WriteString(`"/></svg>`)
	return template.HTML(b.String()) // digits and constants only
}
