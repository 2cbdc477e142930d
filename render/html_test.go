package render

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/law/annual"
)

func find(n *html.Node, tag string, visit func(*html.Node)) {
	if n.Type == html.ElementNode && n.Data == tag {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		find(c, tag, visit)
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// A CMS editor drops style sheets, classes and scripts: nothing may rest on them.
func TestRichTextSaysEverythingInline(t *testing.T) {
	var b bytes.Buffer
	if err := Rich(&b, sample(t, "2021"), Options{}); err != nil {
		t.Fatal(err)
	}
	keep(t, "rich.html", b.Bytes())
	for _, bad := range []string{"<style", "class=", "<script", "<link", "id="} {
		if strings.Contains(b.String(), bad) {
			t.Errorf("the fragment contains %s", bad)
		}
	}
	root, err := html.Parse(&b)
	if err != nil {
		t.Fatal(err)
	}
	tables := 0
	find(root, "table", func(n *html.Node) {
		tables++
		if attr(n, "border") != "1" || attr(n, "width") == "" || !strings.Contains(attr(n, "style"), "border-collapse") {
			t.Error("a table would lose its rules in an editor")
		}
	})
	find(root, "td", func(n *html.Node) {
		if !strings.Contains(attr(n, "style"), "border:1px") || attr(n, "width") == "" {
			t.Fatal("a cell would lose its rules in an editor")
		}
	})
	if tables != 3 {
		t.Errorf("%d tables, want 3", tables)
	}
}

func TestHTMLPageStandsAlone(t *testing.T) {
	r := sample(t, "2021")
	var b bytes.Buffer
	o := Options{Findings: []annual.Finding{{Code: "T3-BALANCE", Level: annual.Error, Cells: []string{"t3.new.total"}, Message: "总计不平 <b>", Suggest: "请核对"}}}
	if err := HTML(&b, r, o); err != nil {
		t.Fatal(err)
	}
	keep(t, "page.html", b.Bytes())
	page := b.String()
	for _, bad := range []string{"<script", "<link", "http://", "https://", "url("} {
		if strings.Contains(page, bad) {
			t.Errorf("the page contains %s", bad)
		}
	}
	for _, want := range []string{`id="t3-new-total" class="n bad"`, "总计不平 &lt;b&gt;", "须改正", "@media print"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page", want)
		}
	}
}

// The drawn table has exactly the cells and spans of the printed form.
func TestTableHTMLHasTheSpansOfTheForm(t *testing.T) {
	for _, f := range annual.Editions() {
		for i := range f.Tables {
			tab := &f.Tables[i]
			root, err := html.Parse(strings.NewReader(string(TableHTML(annual.New(f, "甲镇", f.FromYear), tab, nil))))
			if err != nil {
				t.Fatal(err)
			}
			layout := annual.Layout(tab)
			y := 0
			find(root, "tr", func(n *html.Node) {
				x := 0
				for c := n.FirstChild; c != nil; c = c.NextSibling {
					if x >= len(layout[y]) {
						t.Fatalf("%s %s row %d: too many cells", f.Edition, tab.ID, y)
					}
					want := layout[y][x]
					if got := spans(want); attr(c, "rowspan") != number(want.RowSpan) || attr(c, "colspan") != number(want.ColSpan) {
						t.Errorf("%s %s row %d cell %d: want%s", f.Edition, tab.ID, y, x, got)
					}
					x++
				}
				y++
			})
			if y != len(layout) {
				t.Errorf("%s %s: %d rows, want %d", f.Edition, tab.ID, y, len(layout))
			}
		}
	}
}

func number(n int) string {
	if n == 1 {
		return ""
	}
	return string(rune('0' + n/10))[:min(1, n/10)] + string(rune('0'+n%10))
}

func TestTableHTMLMarksCells(t *testing.T) {
	r := sample(t, "2021")
	tab := r.Form.Table("t3")
	got := string(TableHTML(r, tab, func(i int) (string, string, string) {
		if r.Form.Cells[i].ID == "t3.new.total" {
			return "bad", `a"b`, "<mark>35</mark>"
		}
		return "", "", ""
	}))
	if !strings.Contains(got, `<td id="t3-new-total" class="n bad" title="a&#34;b"><mark>35</mark></td>`) {
		t.Error("the mark is not at its cell")
	}
}
