package desk

import (
	"fmt"
	"hash/fnv"
	"strings"

	"gongkai/doc"
	"gongkai/law/annual"
	"gongkai/web/page"
)

// A sourceView is the file as it was read, beside the report: every paragraph
// and table with its place, so that a figure can be seen where it stood.
type sourceView struct {
	Name, Format string
	Blocks       []sourceBlock
	Cut          bool // more than the panel shows
	Notes        []noteView
}

type sourceBlock struct {
	Where string // in words, where it changes: page, sheet
	Para  *sourcePara
	Rows  [][]sourceCell // of a grid
	ID    string         // of the grid
}

type sourcePara struct {
	ID, Text, Tone, Back string
	Line                 int
	Level                int
}

type sourceCell struct {
	ID, Text, Tone   string
	Back             string // anchor of the figure read from here
	RowSpan, ColSpan int
}

// Bounds of the panel: a report has some 300 cells and 100 paragraphs; what
// goes far beyond is no help beside it.
const (
	panelBlocks = 3000
	panelCells  = 12_000
)

// A source knows which places of the document have an element in the panel.
type source struct {
	doc *doc.Document
	ids map[doc.Place]string
}

func newSource(d *doc.Document) *source {
	s := &source{doc: d, ids: map[doc.Place]string{}}
	if d == nil {
		return s
	}
	cells := 0
	for i, b := range d.Blocks {
		if i == panelBlocks || cells > panelCells {
			break
		}
		switch {
		case b.Para != nil:
			s.add(b.Para.At)
		case b.Grid != nil:
			s.add(b.Grid.At)
			for _, c := range b.Grid.Cells {
				s.add(c.At)
			}
			cells += len(b.Grid.Cells)
		}
	}
	return s
}

func (s *source) add(p doc.Place) {
	if _, taken := s.ids[p]; !taken && !p.IsZero() {
		s.ids[p] = placeID(p)
	}
}

// placeID is the id of the element that stands for a place: at-p2-t3-r5-c2.
func placeID(p doc.Place) string {
	var b strings.Builder
	b.WriteString("at")
	if p.Part != "" {
		h := fnv.New32a()
		_, _ = h.Write([]byte(p.Part))
		fmt.Fprintf(&b, "-s%08x", h.Sum32())
	}
	for _, f := range []struct {
		key string
		n   int
	}{{"p", p.Page}, {"l", p.Line}, {"t", p.Table}, {"r", p.Row}, {"c", p.Col}, {"g", p.Para}} {
		if f.n > 0 {
			fmt.Fprintf(&b, "-%s%d", f.key, f.n)
		}
	}
	return b.String()
}

// anchor is the link to a place in the panel, or "" if the panel does not show
// it. A paragraph inside a cell leads to the cell, a cell that is not shown to
// its table.
func (s *source) anchor(p doc.Place) string {
	if p.IsZero() {
		return ""
	}
	for _, q := range []doc.Place{p, {Part: p.Part, Page: p.Page, Line: p.Line, Table: p.Table, Row: p.Row, Col: p.Col}, {Part: p.Part, Page: p.Page, Table: p.Table}} {
		if id, ok := s.ids[q]; ok {
			return "#" + id
		}
	}
	return ""
}

// panel draws the document. Places that figures were read from are marked as
// the figures are, and lead back to them.
func (s *source) panel(r *annual.Report, marks map[string]page.Mark) *sourceView {
	if s.doc == nil {
		return nil
	}
	type hit struct{ tone, back string }
	hits := map[string]hit{}
	for i := range r.Sources {
		id := strings.TrimPrefix(s.anchor(r.Sources[i].At), "#")
		if id == "" {
			continue
		}
		cell := r.Form.Cells[i].ID
		h := hits[id]
		if h.back == "" {
			h.back = "#" + page.CellID(cell)
		}
		if t := marks[cell].Tone; t != "" && (h.tone == "" || t == "bad") {
			h.tone, h.back = t, "#"+page.CellID(cell)
		}
		hits[id] = h
	}
	v := &sourceView{Name: s.doc.Name, Format: s.doc.Format}
	for _, n := range s.doc.Notes {
		v.Notes = append(v.Notes, noteView{n.Code, n.Text, n.At.String()})
	}
	drawn := map[string]bool{} // an id is given once; equal places share it
	once := func(p doc.Place) string {
		id := s.ids[p]
		if drawn[id] {
			return ""
		}
		drawn[id] = true
		return id
	}
	where, cells := "", 0
	for i, b := range s.doc.Blocks {
		if i == panelBlocks || cells > panelCells {
			v.Cut = true
			break
		}
		var sb sourceBlock
		at := doc.Place{}
		switch {
		case b.Para != nil:
			at = b.Para.At
			if strings.TrimSpace(b.Para.Text) == "" && hits[s.ids[at]].back == "" {
				continue
			}
			h := hits[s.ids[at]]
			sb.Para = &sourcePara{ID: once(at), Text: b.Para.Text, Tone: h.tone, Back: h.back, Line: at.Line, Level: b.Para.Level}
		case b.Grid != nil:
			at = b.Grid.At
			sb.ID = once(at)
			cells += len(b.Grid.Cells)
			row := -1
			for _, c := range b.Grid.Cells {
				if c.Row != row {
					sb.Rows = append(sb.Rows, nil)
					row = c.Row
				}
				h := hits[s.ids[c.At]]
				last := len(sb.Rows) - 1
				sb.Rows[last] = append(sb.Rows[last], sourceCell{ID: once(c.At), Text: c.Text, Tone: h.tone, Back: h.back, RowSpan: c.RowSpan, ColSpan: c.ColSpan})
			}
		}
		if w := (doc.Place{Part: at.Part, Page: at.Page}).String(); w != where {
			sb.Where, where = w, w
		}
		v.Blocks = append(v.Blocks, sb)
	}
	return v
}
