package desk

import (
	"strings"
	"testing"

	"golang.org/x/net/html"

	"gongkai/doc"
	"gongkai/law/annual"
)

// Everything one can fill in says what it is and what to write there.
func TestEveryInputHasLabelAndHint(t *testing.T) {
	s, _ := serve(t)
	for _, path := range []string{"/check", "/fill", "/kit", "/desk/reports"} {
		_, body, _ := get(t, s.URL+path)
		root, err := html.Parse(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		byID, labels := map[string]*html.Node{}, map[string]bool{}
		for n := range root.Descendants() {
			byID[attrOf(n, "id")] = n
			if n.Data == "label" {
				labels[attrOf(n, "for")] = strings.TrimSpace(words(n)) != ""
			}
		}
		for n := range root.Descendants() {
			kind := attrOf(n, "type")
			if n.Type != html.ElementNode || (n.Data != "input" && n.Data != "select" && n.Data != "textarea") || kind == "hidden" || kind == "submit" {
				continue
			}
			name := path + " " + attrOf(n, "name")
			wrapped := false
			for p := n.Parent; p != nil; p = p.Parent {
				wrapped = wrapped || p.Data == "label"
			}
			if !labels[attrOf(n, "id")] && !wrapped && attrOf(n, "aria-label") == "" {
				t.Errorf("%s has no label", name)
			}
			inTable := strings.Contains(attrOf(n, "name"), ".") && n.Data == "input" // a cell of the form: its heads say it
			hint := attrOf(n, "placeholder")
			if d := byID[attrOf(n, "aria-describedby")]; d != nil && attrOf(n, "aria-describedby") != "" {
				hint += strings.TrimSpace(words(d))
			}
			if hint == "" && !inTable && n.Data != "select" && kind != "checkbox" {
				t.Errorf("%s has no hint", name)
			}
		}
	}
}

func attrOf(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func words(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// A reader is told why there are no figures, and never that zeros were read.
func TestUnreadFiguresAreExplained(t *testing.T) {
	blank := annual.New(annual.Edition("2021"), "云岭县青石镇人民政府", 2025)
	pictures := sample("云岭县青石镇人民政府")
	pictures.Missing = []string{"t2", "t3"}
	scanned := *pictures
	pictures.Notes = []doc.Note{{Code: "PICTURE-TABLE", Text: "此处是一张图片"}}
	scanned.Notes = []doc.Note{{Code: "NO-TEXT-LAYER", Text: "第2页是扫描图片"}}
	for name, c := range map[string]struct {
		r    *annual.Report
		want string
	}{
		"whole":             {sample("云岭县青石镇人民政府"), ""},
		"empty template":    {blank, "空白的模板"},
		"tables as picture": {pictures, "以图片插入"},
		"scanned pages":     {&scanned, "扫描的页"},
	} {
		got := unread(c.r)
		if (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q in it", name, got, c.want)
		}
	}
}

// The tally opens the organs of one conclusion.
func TestKitListsOneConclusion(t *testing.T) {
	s, _ := serve(t)
	at := county(t, s.URL)
	_, body, _ := get(t, at+"?show=missing")
	if !strings.Contains(body, "云岭县黑石乡人民政府") || strings.Contains(body, `id="organ-1"`) {
		t.Error("the list of missing organs holds others, or lacks the one")
	}
	_, body, _ = get(t, at+"?show=nonsense")
	wants(t, body, "云岭县黑石乡人民政府", "云岭县青石镇人民政府")
}
