package ingest

import (
	"fmt"
	"strings"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// style is one way in which real converters flatten the printed tables.
type style struct {
	name  string
	table func(b *strings.Builder, r *annual.Report, t *annual.Table)
}

// The layouts seen in real files: one cell a line behind a tab with an empty
// line after each row; one cell a line with empty lines between; one row a
// line; rows whose figures are glued; a table in one paragraph.
var (
	tabStyle    = style{"tab", tabTable}
	webStyle    = style{"web", webTable}
	rowStyle    = style{"row", func(b *strings.Builder, r *annual.Report, t *annual.Table) { rowTable(b, r, t, " ", "\n") }}
	gluedStyle  = style{"glued", func(b *strings.Builder, r *annual.Report, t *annual.Table) { rowTable(b, r, t, "", "\n") }}
	denseStyle  = style{"dense", func(b *strings.Builder, r *annual.Report, t *annual.Table) { rowTable(b, r, t, "", "") }}
	spacedDense = style{"dense with spaces", func(b *strings.Builder, r *annual.Report, t *annual.Table) { rowTable(b, r, t, " ", " ") }}
)

func printed(r *annual.Report, i int) string {
	v := r.Values[i]
	switch v.Kind {
	case annual.NA:
		return "/"
	case annual.Text:
		return r.Sources[i].Raw
	}
	return v.Format(r.Form.Cells[i].Type)
}

func tabTable(b *strings.Builder, r *annual.Report, t *annual.Table) {
	rows := annual.Layout(t)
	covered := map[[2]int]bool{}
	for y, row := range rows {
		at := 0
		for _, c := range row {
			for ; covered[[2]int{y, at}]; at++ { // the place of a cell merged from above
				b.WriteString("\t\n")
			}
			s := c.Text
			if c.Cell >= 0 {
				s = printed(r, c.Cell)
			}
			b.WriteString("\t" + s + "\n")
			for d := range c.RowSpan {
				for k := range c.ColSpan {
					covered[[2]int{y + d, c.Col + k}] = true
				}
			}
			at = c.Col + c.ColSpan
		}
		b.WriteString("\n")
	}
}

func webTable(b *strings.Builder, r *annual.Report, t *annual.Table) {
	for _, row := range annual.Layout(t) {
		for _, c := range row {
			s := c.Text
			if c.Cell >= 0 {
				s = printed(r, c.Cell)
			}
			b.WriteString("  " + s + "\n\n")
		}
	}
}

func rowTable(b *strings.Builder, r *annual.Report, t *annual.Table, sep, end string) {
	for _, row := range annual.Layout(t) {
		var figures []string
		for _, c := range row {
			if c.Cell >= 0 {
				figures = append(figures, printed(r, c.Cell))
			} else {
				b.WriteString(c.Text)
				if end == "\n" && (c.Head || c.RowSpan > 1) {
					b.WriteString("\n")
				}
			}
		}
		if len(figures) > 0 {
			b.WriteString(sep + strings.Join(figures, sep))
		}
		b.WriteString(end)
	}
}

// write prints a whole report in a style, with prose of our own.
func write(r *annual.Report, s style) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%d年政府信息公开工作年度报告\n\n本报告按照格式编制，统计期限为全年。\n", r.Organ, r.Year)
	for i, c := range r.Form.Chapters {
		fmt.Fprintf(&b, "%s、%s\n", c.Ordinal, c.Title)
		if c.Table != "" {
			s.table(&b, r, r.Form.Table(c.Table))
			b.WriteString("\n")
			continue
		}
		fmt.Fprintf(&b, "第%d章的文字，说明本年度的工作情况。\n", i+1)
	}
	fmt.Fprintf(&b, "\n%s人民政府\n%d年1月20日\n", r.Organ, r.Year+1)
	return b.String()
}

// trueReport draws a report that satisfies every identity.
func trueReport(t *rapid.T, edition string, max int) *annual.Report {
	f := annual.Edition(edition)
	r := annual.New(f, "青石镇", f.FromYear)
	for i := range r.Values {
		r.Values[i] = annual.Value{Kind: annual.Zero}
	}
	figure := rapid.IntRange(0, max)
	p := &f.Table("t3").Parts[0]
	at := func(row string, c int) *annual.Value {
		for ri, l := range p.Rows {
			if l.Key == row {
				return &r.Values[p.Cells[ri][c]]
			}
		}
		panic(row)
	}
	for c := range 6 {
		sum := int64(0)
		for _, l := range p.Rows {
			switch l.Key {
			case "new", "carried_in", "result_total", "carried_out":
				continue
			}
			n := int64(0)
			if rapid.IntRange(0, 3).Draw(t, "filled") == 0 {
				n = int64(figure.Draw(t, l.Key))
			}
			*at(l.Key, c) = annual.Num(n)
			sum += n
		}
		out := int64(rapid.IntRange(0, 3).Draw(t, "out"))
		in := min(int64(rapid.IntRange(0, 3).Draw(t, "in")), sum+out)
		*at("result_total", c), *at("carried_out", c) = annual.Num(sum), annual.Num(out)
		*at("carried_in", c), *at("new", c) = annual.Num(in), annual.Num(sum+out-in)
	}
	for _, cells := range p.Cells {
		sum := int64(0)
		for _, c := range cells[:6] {
			sum += r.Values[c].N
		}
		r.Values[cells[6]] = annual.Num(sum)
	}
	q := &f.Table("t4").Parts[0]
	for g := range 3 {
		sum := int64(0)
		for k := range 4 {
			n := int64(rapid.IntRange(0, 9).Draw(t, "remedy"))
			r.Values[q.Cells[0][5*g+k]] = annual.Num(n)
			sum += n
		}
		r.Values[q.Cells[0][5*g+4]] = annual.Num(sum)
	}
	for _, c := range f.Cells {
		if c.Table == "t2" {
			r.Values[c.Index] = annual.Num(int64(figure.Draw(t, "t2")) * scale(c.Type))
		}
	}
	return r
}

func scale(t annual.CellType) int64 {
	if t == annual.Money {
		return annual.Micro
	}
	return 1
}
