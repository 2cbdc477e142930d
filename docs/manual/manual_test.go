package manual

import (
	"bytes"
	"image/png"
	"os"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// One book: every page is reached from the index, every link arrives, every
// picture is there and small, no picture lies about unused.
func TestBookHoldsTogether(t *testing.T) {
	b := Read()
	list, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		name, ok := strings.CutSuffix(f.Name(), ".md")
		if ok && !slices.ContainsFunc(b.Pages, func(p *Page) bool { return p.Name == name }) {
			t.Errorf("%s is not reached from README.md", f.Name())
		}
	}
	used := map[string]bool{}
	for _, p := range b.Pages {
		if p.Title == p.Name {
			t.Errorf("%s.md has no title", p.Name)
		}
		for _, l := range p.Links {
			if b.Page(l) == nil {
				t.Errorf("%s.md leads to %s.md, which is not there", p.Name, l)
			}
		}
		for _, f := range p.Pictures {
			used[f] = true
			if _, err := b.Picture(f); err != nil {
				t.Errorf("%s.md shows %s, which make pictures does not make", p.Name, f)
			}
		}
		text, err := os.ReadFile(p.Name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(text, []byte("\n")); n > 400 {
			t.Errorf("%s.md has %d lines: divide it", p.Name, n)
		}
	}
	pictures, err := os.ReadDir("pictures")
	if err != nil {
		t.Fatal(err)
	}
	if len(pictures) > 41 {
		t.Errorf("%d pictures", len(pictures))
	}
	for _, f := range pictures {
		if !strings.HasSuffix(f.Name(), ".png") {
			continue
		}
		body, err := b.Picture(f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if len(body) > 60<<10 {
			t.Errorf("%s has %d KB", f.Name(), len(body)>>10)
		}
		if _, err := png.DecodeConfig(bytes.NewReader(body)); err != nil {
			t.Errorf("%s: %v", f.Name(), err)
		}
		if !used[f.Name()] {
			t.Errorf("no page shows %s", f.Name())
		}
	}
}

// What a page says is well-formed, its links within the book arrive at a
// section that is there, and no mark of Markdown is left to be read.
func TestPagesAreWritten(t *testing.T) {
	b := Read()
	ids := map[string]bool{}
	for _, p := range b.Pages {
		for _, s := range p.Sections {
			ids["/help/"+p.Name+"#"+s.ID] = true
		}
	}
	for _, p := range b.Pages {
		doc, err := html.Parse(strings.NewReader(p.HTML))
		if err != nil {
			t.Fatal(err)
		}
		var walk func(n *html.Node, code bool)
		walk = func(n *html.Node, code bool) {
			code = code || n.Data == "pre" || n.Data == "code"
			if n.Type == html.TextNode && !code && (strings.Contains(n.Data, "**") || strings.Contains(n.Data, "](") || strings.Contains(n.Data, "```")) {
				t.Errorf("%s.md: a mark is left in %q", p.Name, n.Data)
			}
			for _, a := range n.Attr {
				if a.Key != "href" || !strings.Contains(a.Val, "#") {
					continue
				}
				to := a.Val
				if strings.HasPrefix(to, "#") {
					to = "/help/" + p.Name + to
				}
				if strings.HasPrefix(to, "/help/") && !ids[to] {
					t.Errorf("%s.md leads to %s, which is no section", p.Name, to)
				}
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c, code)
			}
		}
		walk(doc, false)
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"# 题\n\n一段\n接着":                            "<p>一段接着</p>\n",
		"## 一 节":                                   "<h2 id=\"一-节\">一 节</h2>\n",
		"- 甲\n  - 乙\n- 丙":                          "<ul>\n<li>甲<ul>\n<li>乙</li>\n</ul>\n</li>\n<li>丙</li>\n</ul>\n",
		"1. 甲\n2. 乙":                               "<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>\n",
		"`a|b` **重** [网](shenqing.md#x) <script>":  "<p><code>a|b</code> <strong>重</strong> <a href=\"/help/shenqing#x\">网</a> &lt;script&gt;</p>\n",
		"[坏](javascript:x) [外](../law/x.md)":       "<p>坏 外</p>\n",
		"    a < b\n\n    c":                       "<pre tabindex=\"0\">a &lt; b\n\nc</pre>\n",
		"```\na\n```":                              "<pre tabindex=\"0\">a</pre>\n",
		"<!-- 注 -->\n文":                            "<p>文</p>\n",
		"| 甲 | 乙 |\n| --- | --- |\n| 1 | `x|y` |":  "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"表格1\"><table>\n<tr><th scope=\"col\">甲</th><th scope=\"col\">乙</th></tr>\n<tr><td>1</td><td><code>x|y</code></td></tr>\n</table></div>\n",
		"![首页](pictures/home.png)":                 "<figure><a href=\"/help/pictures/home.png\"><img src=\"/help/pictures/home.png\" alt=\"首页\" loading=\"lazy\"></a><figcaption>首页</figcaption></figure>\n",
		"[不在这里](pictures/../../x.png) ![图](x.png)": "<p>不在这里 !图</p>\n",
	} {
		if got := parse("x", in).HTML; got != want {
			t.Errorf("%q gives\n%s\nwant\n%s", in, got, want)
		}
	}
}

// Words that people would look for are found, headings first.
func TestFind(t *testing.T) {
	b := Read()
	for q, want := range map[string]string{"查询码": "shenqing", "动态口令 手机": "denglu", "紧急撤下": "zhudong-gongkai"} {
		hits := b.Find(q, 10)
		if !slices.ContainsFunc(hits, func(h Hit) bool { return h.Page.Name == want }) {
			t.Errorf("%q is not found in %s: %d hits", q, want, len(hits))
		}
	}
	if h := b.Find("动态口令", 1); len(h) != 1 || h[0].Section.Title != "动态口令" {
		t.Errorf("the section of that name is not first: %+v", h)
	}
	if len(b.Find(" ", 5)) != 0 || len(b.Find("没有这样的话", 5)) != 0 {
		t.Error("nothing was asked and something found")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("# a\n- b\n  1. c\n| d |\n```\n")
	f.Fuzz(func(t *testing.T, s string) {
		if p := parse("x", s); strings.Contains(p.HTML, "<script") {
			t.Error("a tag of the text became a tag")
		}
	})
}
