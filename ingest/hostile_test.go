package ingest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/doc"
	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// A hostile document is a true report whose layout a converter or a clerk has
// spoilt. Its figures are what a careful person reads.
type hostile struct {
	want   *annual.Report
	tables map[string]*[]hrow
	items  []hitem
	or     *annual.Report // the same by the labels of the other edition, where both are mixed
}

// hitem is a paragraph or a table in reading order.
type hitem struct {
	text  string
	table *[]hrow
}

type hrow []hcell

type hcell struct {
	text   string
	rs, cs int
	cell   int // index of the figure, -1 for labels
	head   bool
	title  bool
}

func hostileOf(r *annual.Report) *hostile {
	h := &hostile{want: r, tables: map[string]*[]hrow{}}
	h.para(fmt.Sprintf("%s%d年政府信息公开工作年度报告", r.Organ, r.Year))
	h.para("本报告按照格式编制，统计期限为全年。")
	for i, c := range r.Form.Chapters {
		h.para(c.Ordinal + "、" + c.Title)
		if c.Table == "" {
			h.para(fmt.Sprintf("第%d章的文字，说明本年度的工作情况。", i+1))
			continue
		}
		rows := tableRows(r, r.Form.Table(c.Table))
		h.tables[c.Table] = rows
		h.items = append(h.items, hitem{table: rows})
	}
	h.para(r.Organ + "人民政府")
	h.para(fmt.Sprintf("%d年1月20日", r.Year+1))
	return h
}

func tableRows(r *annual.Report, t *annual.Table) *[]hrow {
	var rows []hrow
	for _, lr := range annual.Layout(t) {
		var row hrow
		for _, c := range lr {
			s := c.Text
			if c.Cell >= 0 {
				s = printed(r, c.Cell)
			}
			row = append(row, hcell{s, c.RowSpan, c.ColSpan, c.Cell, c.Head, c.Title})
		}
		rows = append(rows, row)
	}
	return &rows
}

func (h *hostile) para(s string) { h.items = append(h.items, hitem{text: s}) }

// place returns the position of the table among the items.
func (h *hostile) place(id string) int {
	for i, it := range h.items {
		if it.table == h.tables[id] {
			return i
		}
	}
	panic(id)
}

func (h *hostile) insert(at int, items ...hitem) {
	h.items = append(h.items[:at:at], append(items, h.items[at:]...)...)
}

// hstyles are the ways a document reaches the aligner: grids with spans, grids
// whose merged places are empty cells, and flattened text.
var hstyles = []string{"grid", "unmerged", "tab", "web", "row"}

func (h *hostile) read(style string) (*annual.Report, error) {
	if style == "grid" || style == "unmerged" {
		d := &doc.Document{Name: "报告.docx", Format: "docx"}
		for _, it := range h.items {
			if it.table == nil {
				d.AddPara(it.text, 0, doc.Place{Para: len(d.Blocks) + 1})
				continue
			}
			d.AddGrid(gridOf(*it.table, style == "unmerged", len(d.Blocks)+1))
		}
		return Align(d)
	}
	rd, err := Read(context.Background(), "报告.txt", []byte(h.text(style)))
	return rd.Report, err
}

// gridOf lays rows out as a browser does.
func gridOf(rows []hrow, unmerged bool, ordinal int) *doc.Grid {
	g := &doc.Grid{Rows: len(rows), At: doc.Place{Table: ordinal}}
	taken := map[[2]int]bool{}
	for y, row := range rows {
		x := 0
		empty := func() {
			for ; taken[[2]int{y, x}]; x++ {
				if unmerged {
					g.Cells = append(g.Cells, doc.Cell{Row: y, Col: x, RowSpan: 1, ColSpan: 1, At: doc.Place{Table: ordinal, Row: y + 1, Col: x + 1}})
				}
			}
		}
		for _, c := range row {
			empty()
			rs := min(c.rs, len(rows)-y)
			cell := doc.Cell{Row: y, Col: x, RowSpan: rs, ColSpan: c.cs, Text: c.text, At: doc.Place{Table: ordinal, Row: y + 1, Col: x + 1}}
			for d := range rs {
				for k := range c.cs {
					taken[[2]int{y + d, x + k}] = true
				}
			}
			if unmerged {
				cell.RowSpan, cell.ColSpan = 1, 1
				if c.head || c.cell >= 0 {
					cell.ColSpan = c.cs
				}
			}
			g.Cells = append(g.Cells, cell)
			x += cell.ColSpan
			if unmerged {
				for k := cell.ColSpan; k < c.cs; k++ {
					g.Cells = append(g.Cells, doc.Cell{Row: y, Col: x, RowSpan: 1, ColSpan: 1, At: cell.At})
					x++
				}
			}
		}
		empty()
		g.Cols = max(g.Cols, x)
	}
	return g
}

func (h *hostile) text(style string) string {
	var b strings.Builder
	for _, it := range h.items {
		if it.table == nil {
			b.WriteString(it.text + "\n")
			continue
		}
		taken := map[[2]int]bool{}
		for y, row := range *it.table {
			x := 0
			var figures []string
			for _, c := range row {
				for ; taken[[2]int{y, x}]; x++ {
					if style == "tab" {
						b.WriteString("\t\n")
					}
				}
				switch style {
				case "tab":
					b.WriteString("\t" + c.text + "\n")
				case "web":
					b.WriteString("  " + c.text + "\n\n")
				case "row":
					if c.cell >= 0 {
						figures = append(figures, c.text)
					} else {
						b.WriteString(c.text)
						if c.head || c.rs > 1 {
							b.WriteString("\n")
						}
					}
				}
				for d := range c.rs {
					for k := range c.cs {
						taken[[2]int{y + d, x + k}] = true
					}
				}
				x += c.cs
			}
			if len(figures) > 0 {
				b.WriteString(" " + strings.Join(figures, " "))
			}
			b.WriteString("\n")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// judge says where a reading is silently wrong, "" if nowhere.
func (h *hostile) judge(got *annual.Report) string {
	if h.or != nil && got.Form == h.or.Form {
		h = &hostile{want: h.or}
	}
	if got.Form != h.want.Form {
		return "read as edition " + got.Form.Edition
	}
	spoken := map[string]bool{} // cells the report speaks of
	for _, u := range got.Undecided {
		for _, c := range u.Cells {
			if got.Get(c).Known() {
				return c + " is undecided and known"
			}
			spoken[c] = true
		}
	}
	for _, r := range got.Repairs {
		for _, c := range r.Cells {
			spoken[c] = true
		}
	}
	for i, c := range h.want.Form.Cells {
		v, w := got.Values[i], h.want.Values[i]
		if v == w || got.Missing != nil && missingNames(got.Missing, c.ID) && !v.Known() || spoken[c.ID] && !v.Known() {
			continue
		}
		if v.Kind == annual.Text && w.Known() && got.Sources[i].Raw != "" && !strings.ContainsAny(got.Sources[i].Raw, " \n") {
			continue // shown as it stands, for a person to see
		}
		return fmt.Sprintf("%s: read %v from %q at %s, a person reads %v", c.ID, v, got.Sources[i].Raw, got.Sources[i].At, w)
	}
	return ""
}

func missingNames(missing []string, id string) bool {
	for _, m := range missing {
		if id == m || strings.HasPrefix(id, m+".") {
			return true
		}
	}
	return false
}

func explain(got *annual.Report) string {
	var b strings.Builder
	for _, r := range got.Repairs {
		fmt.Fprintf(&b, "\n  repair %s %q → %q %d cells %.1v", r.Code, r.Was, r.ReadAs, len(r.Cells), r.Cells[:min(1, len(r.Cells))])
	}
	for _, u := range got.Undecided {
		fmt.Fprintf(&b, "\n  undecided %d cells %v %q %s", len(u.Cells), u.Cells[:1], u.Raw, u.Why)
	}
	for _, n := range got.Notes {
		fmt.Fprintf(&b, "\n  note %s %s", n.Code, n.Text)
	}
	return fmt.Sprintf("%s\n  missing %v", b.String(), got.Missing)
}

// show prints the document compactly.
func (h *hostile) show() string {
	var b strings.Builder
	for _, it := range h.items {
		if it.table == nil {
			b.WriteString("  " + it.text + "\n")
			continue
		}
		for _, row := range *it.table {
			var s []string
			for _, c := range row {
				s = append(s, c.text)
			}
			b.WriteString("  | " + strings.Join(s, " | ") + "\n")
		}
	}
	return b.String()
}

// drawHostile draws a true report and its document.
func drawHostile(t *rapid.T) *hostile {
	return hostileOf(trueReport(t, rapid.SampledFrom([]string{"2019", "2021"}).Draw(t, "edition"), rapid.SampledFrom([]int{3, 60, 2000}).Draw(t, "max")))
}

// Each way of spoiling a layout alone: what is read is right or named.
func TestNoSpoiltLayoutIsReadSilentlyWrong(t *testing.T) {
	eachSpoilt(t, slices.Concat(spoilers, documentSpoilers), false)
}

// eachSpoilt spoils documents in each way alone and judges what is read of them.
// How much is read is a mean over documents of which a few lose a whole table:
// where a hundred draws fall below the bound, a thousand decide.
func eachSpoilt(t *testing.T, ways []spoiler, several bool) {
	for _, s := range ways {
		t.Run(s.name, func(t *testing.T) {
			decided, cells := 0, 0
			share := func() float64 { return float64(decided) / float64(cells) }
			draw := func() {
				rapid.Check(t, func(t *rapid.T) {
					h := drawHostile(t)
					s.do(t, h)
					d, c := judged(t, h, several)
					decided, cells = decided+d, cells+c
				})
			}
			if draw(); share() < s.least {
				for range 9 {
					draw()
				}
			}
			t.Logf("%d of %d cells decided", decided, cells)
			if share() < s.least {
				t.Errorf("only %.0f %% of the cells are decided, a person reads more", 100*share())
			}
		})
	}
}

// Faults come together.
func TestSpoiltTwiceIsNotReadSilentlyWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHostile(t)
		cells := false
		for range rapid.IntRange(2, 4).Draw(t, "times") {
			s := rapid.SampledFrom(slices.Concat(spoilers, documentSpoilers)).Draw(t, "spoiler")
			if !s.alone && !(cells && s.cells) {
				cells = cells || s.cells
				t.Log(s.name)
				s.do(t, h)
			}
		}
		judged(t, h, true)
	})
}

// A page cut the table, and on one of its parts another column was taken out
// and one of sums put in: the rows of the other part vouch for themselves only.
func TestSumsForAnotherColumnOnOnePageOnly(t *testing.T) {
	spoil := func(t *rapid.T, h *hostile, name string) {
		k := slices.IndexFunc(spoilers, func(s spoiler) bool { return s.name == name })
		spoilers[k].do(t, h)
	}
	rapid.Check(t, func(t *rapid.T) {
		h := drawHostile(t)
		spoil(t, h, "a table cut in two with a note between")
		spoil(t, h, "a column of sums instead of another")
		judged(t, h, true)
	})
}

func judged(t *rapid.T, h *hostile, several bool) (decided, cells int) {
	styles := hstyles
	if several { // which empty cell is a merged label's place, no person can tell then
		styles = []string{"grid", "tab", "web", "row"}
	}
	style := rapid.SampledFrom(styles).Draw(t, "style")
	got, err := h.read(style)
	if err != nil {
		t.Fatalf("%s: %v\n%s", style, err, h.show())
	}
	if bad := h.judge(got); bad != "" {
		t.Fatalf("%s: %s%s\n%s", style, bad, explain(got), h.show())
	}
	for _, v := range got.Values {
		if v.Kind != annual.Absent {
			decided++
		}
	}
	return decided, len(got.Values)
}
