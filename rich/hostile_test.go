package rich

import (
	_ "embed"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

//go:embed testdata/hostile.html.txt
var hostile string

// allowed are all elements of our pages, with their attributes.
var allowed = map[string]string{
	"p": "class", "h2": "class", "h3": "class", "h4": "class", "ul": "", "ol": "", "li": "", "table": "class", "caption": "", "tr": "", "tbody": "",
	"td": "class rowspan colspan", "th": "class rowspan colspan", "div": "class tabindex", "figure": "class", "figcaption": "", "img": "src alt",
	"hr": "", "br": "", "a": "href", "strong": "", "em": "", "u": "", "sub": "", "sup": "", "mark": "id class title",
}

// wrong says what of the html is none of ours.
func wrong(src string, style bool) string {
	nodes, err := html.ParseFragment(strings.NewReader(src), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return err.Error()
	}
	bad := ""
	var down func(*html.Node)
	down = func(n *html.Node) {
		switch n.Type {
		case html.CommentNode, html.DoctypeNode:
			bad = "a comment"
		case html.ElementNode:
			attrs, ok := allowed[n.Data]
			if !ok || n.Namespace != "" {
				bad = "element " + n.Data
			}
			if style {
				attrs += " style align border cellspacing cellpadding"
			}
			for _, a := range n.Attr {
				if !strings.Contains(" "+attrs+" ", " "+a.Key+" ") {
					bad = n.Data + " with " + a.Key
				}
				v := strings.ToLower(a.Val)
				switch {
				case a.Key == "href" && !strings.HasPrefix(v, "http://") && !strings.HasPrefix(v, "https://") && !strings.HasPrefix(v, "mailto:") &&
					(!strings.HasPrefix(v, "/") || strings.HasPrefix(v, "//") || strings.Contains(v, `\`)),
					a.Key == "src" && !strings.HasPrefix(v, "/f/"),
					a.Key == "style" && (strings.Contains(v, "url(") || strings.Contains(v, "expression") || strings.Contains(v, "position")):
					bad = a.Key + " of " + a.Val
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			down(c)
		}
	}
	for _, n := range nodes {
		down(n)
	}
	return bad
}

// checkHostile holds for every source there is.
func checkHostile(src string) string {
	b, _ := FromHTML(src, fileOf)
	out := b.HTML(fileURL)
	if bad := wrong(out, false); bad != "" {
		return fmt.Sprintf("the page has %s: %s", bad, out)
	}
	if f := b.Fragment(Look{Title: src[:min(len(src), 50)], Image: fileURL}); wrong(f, true) != "" {
		return fmt.Sprintf("the fragment has %s: %s", wrong(f, true), f)
	}
	if again, dropped := FromHTML(out, fileOf); len(dropped) > 0 || !reflect.DeepEqual(again, b) {
		return fmt.Sprintf("the page reads back otherwise (%v):\n%s\n%s", dropped, out, again.HTML(fileURL))
	}
	return ""
}

// Whatever was put into a page to be run is not in ours.
func TestNothingHostileStays(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(hostile), "\n")
	if len(lines) < 100 {
		t.Fatalf("only %d sources", len(lines))
	}
	for _, src := range lines {
		for _, s := range []string{src, "<p>前" + src + "后</p>", "<table><tr><td>" + src, "<ul><li>" + src, "<b><a href=https://a.example>" + src} {
			if bad := checkHostile(s); bad != "" {
				t.Errorf("%s\n%s", s, bad)
			}
		}
	}
	if bad := checkHostile(hostile); bad != "" {
		t.Error(bad)
	}
}

// A body that was not read but built, by whoever, cannot harm a page either.
func TestABodyCannotHarmAPage(t *testing.T) {
	for _, s := range strings.Split(hostile, "\n") {
		cell := Cell{Spans: []Span{{Text: s, Link: s}}, Align: Align(s)}
		b := Body{Blocks: []Block{{Kind: Para, Align: Align(s), Spans: cell.Spans}, {Kind: Heading, Level: 99, Spans: cell.Spans},
			{Kind: Entry, Level: 9, Spans: cell.Spans}, {Kind: Grid, Spans: cell.Spans, Rows: []Row{{Cells: []Cell{cell}}}},
			{Kind: Picture, Image: &Image{File: 1, Alt: s}}, {Kind: Kind(s), Spans: cell.Spans}}}
		marks := []Highlight{{Line: 0, From: 0, To: 3, Class: s, Title: s, ID: s}}
		if bad := wrong(b.HTMLMarked(fileURL, marks), false); bad != "" {
			t.Errorf("%s: %s", s, bad)
		}
		if bad := wrong(b.Fragment(Look{Title: s, Image: fileURL}), true); bad != "" {
			t.Errorf("%s: %s", s, bad)
		}
	}
}

func FuzzFromHTML(f *testing.F) {
	for _, s := range strings.Split(hostile, "\n") {
		f.Add(s)
	}
	f.Add(wordPaste)
	f.Fuzz(func(t *testing.T, src string) {
		if bad := checkHostile(src); bad != "" {
			t.Errorf("%q\n%s", src, bad)
		}
	})
}

// A source that asks for much is read in time that grows with its length, or
// refused.
func TestMuchIsReadInLinearTime(t *testing.T) {
	for name, src := range map[string]string{
		"open font elements": strings.Repeat("<font color=red><b><i><a href=x>", 100_000) + "文" + strings.Repeat("<p>段", 4000),
		"deep":               strings.Repeat("<div>", 200_000) + "文",
		"deep tables":        strings.Repeat("<table><tr><td>", 50_000) + "文",
		"ends":               strings.Repeat("</p></b></table>", 300_000) + "文",
		"cells":              "<table><tr>" + strings.Repeat("<td>", 49_000) + "文",
		"too many cells":     "<table>" + strings.Repeat("<tr><td>1", 60_000),
		"spans":              "<table>" + strings.Repeat("<tr><td rowspan=65534 colspan=1000>1", 2_000),
		"attributes":         "<p " + strings.Repeat("style='a:b' ", 300_000) + ">文",
		"declarations":       `<p style="` + strings.Repeat("color:red;", 500_000) + `">文`,
		"sheet":              "<style>" + strings.Repeat(".a{color:red}/*", 200_000) + "</style><p class=a>文",
		"marks of lists":     strings.Repeat("<ol><li>", 100_000) + "文",
		"comments":           strings.Repeat("<!--", 500_000) + "文",
		"one word":           strings.Repeat("字", 2_100_000),
		"breaks":             strings.Repeat("<br>", 200_000) + "文",
		"spans of form":      strings.Repeat("<b>文</b>字", 70_000),
		"unclosed tag":       strings.Repeat("<p ", 1_000_000),
	} {
		at := time.Now()
		b, _ := FromHTML(src, nil)
		_ = b.HTML(nil)
		if took := time.Since(at); took > 5*time.Second {
			t.Errorf("%s (%d bytes) took %v", name, len(src), took)
		}
	}
}
