package page

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/law/annual"
)

type tablePage struct {
	Base
	Tables []ReportTable
}

func TestTableStandsAsTheFormPrintsIt(t *testing.T) {
	for _, f := range annual.Editions() {
		r := annual.New(f, "青石镇人民政府", f.FromYear)
		r.Set("t3.new.total", annual.Num(74))
		tables := ReportTables(r, TableOptions{Marks: map[string]Mark{"t3.new.total": {"bad", "应为 73"}},
			Link: func(id string) string { return "?cell=" + id }})
		if len(tables) != 3 {
			t.Fatalf("%s: %d tables", f.Edition, len(tables))
		}
		figures := 0
		for _, tb := range tables {
			width := map[int]int{}
			for y, row := range tb.Rows {
				for _, c := range row.Cells {
					for d := range c.RowSpan {
						width[y+d] += c.ColSpan
					}
					if c.Figure {
						figures++
					}
				}
			}
			for y, w := range width {
				if w != width[0] {
					t.Errorf("%s %s: row %d is %d wide, the first %d", f.Edition, tb.ID, y, w, width[0])
				}
			}
		}
		if figures != len(f.Cells) {
			t.Errorf("%s: %d of %d figures drawn", f.Edition, figures, len(f.Cells))
		}
	}
}

func TestMarkedCellHasColourAndWords(t *testing.T) {
	r := annual.New(annual.Edition("2021"), "青石镇人民政府", 2025)
	r.Set("t3.new.total", annual.Num(74))
	p := tablePage{Tables: ReportTables(r, TableOptions{Marks: map[string]Mark{"t3.new.total": {"bad", "应为 73"}}})}
	tmpl := NewTemplate(mapFS(`{{define "main"}}{{range .Tables}}{{template "reporttable" .}}{{end}}{{end}}`), "p.html")
	if err := tmpl.Check(p); err != nil {
		t.Fatal(err)
	}
	b, err := tmpl.Execute(p)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := html.Parse(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	var found *html.Node
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" && a.Val == "cell-t3-new-total" {
				found = n
			}
		}
	}
	if found == nil {
		t.Fatal("the cell has no id")
	}
	var text strings.Builder
	for n := range found.Descendants() {
		if n.Type == html.TextNode {
			text.WriteString(n.Data)
		}
	}
	if s := text.String(); !strings.Contains(s, "74") || !strings.Contains(s, "应为 73") {
		t.Errorf("cell says %q", s)
	}
}

func TestTableNeverPassesMarkupOfTheSource(t *testing.T) {
	r := annual.New(annual.Edition("2021"), "青石镇人民政府", 2025)
	const bad = `"><script>alert(1)</script>`
	o := TableOptions{Text: func(int) string { return bad }, Beside: func(int) string { return bad },
		Link: func(string) string { return "javascript:alert(1)" }, Marks: map[string]Mark{"t3.new.total": {"bad", bad}}}
	for _, input := range []bool{false, true} {
		o.Input = input
		for _, tb := range ReportTables(r, o) {
			if h := string(tb.HTML()); strings.Contains(h, "<script") || strings.Contains(h, "javascript:") {
				t.Error("markup of the source stands in the table")
			}
		}
	}
}
