package rich

import (
	"errors"
	"strings"

	"golang.org/x/net/html"
)

// A node is an element or a text. The tree is built here and not by html.Parse:
// that follows the standard to the letter, including rules by which a few
// hundred open font elements are opened again in every paragraph, so that a
// small page grows without bound.
type node struct {
	tag      string // "" for text
	text     string // of text; of a comment's element, what it says
	attr     map[string]string
	children []*node
	tables   bool // there is a table below
}

const (
	maxNodes  = 300_000
	maxDepth  = 200
	maxSource = 16 << 20 // bytes of html
)

var errTooMuch = errors.New("rich: more than a page has")

// attributes that say something here; others are not kept.
var attributes = map[string]bool{
	"class": true, "style": true, "href": true, "src": true, "alt": true, "align": true, "colspan": true, "rowspan": true,
	"hidden": true, "bgcolor": true, "background": true, "color": true, "face": true, "size": true, "start": true, "value": true, "type": true,
	"reversed": true, "width": true, "height": true, "role": true, "id": true, "aria-hidden": true,
}

// A forest is what was read, and what a page says about itself beside its text.
type forest struct {
	root    *node
	styles  strings.Builder // text of <style>
	scripts int
	refused int // elements with a script of their own
}

func parse(src string) (*forest, error) {
	if len(src) > maxSource {
		return nil, errTooMuch
	}
	f := &forest{root: &node{tag: "body"}}
	stack := []*node{f.root}
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(maxSource)
	nodes, raw := 0, ""
	add := func(n *node) error {
		if nodes++; nodes > maxNodes {
			return errTooMuch
		}
		top := stack[len(stack)-1]
		top.children = append(top.children, n)
		return nil
	}
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() == html.ErrBufferExceeded {
				return nil, errTooMuch
			}
			return f, nil
		case html.TextToken:
			switch raw {
			case "style":
				if f.styles.Len() < maxStyles {
					f.styles.Write(z.Raw())
				}
			case "script":
				f.scripts++
			case "title", "noscript", "textarea", "iframe", "noembed", "noframes":
			default:
				if err := add(&node{text: string(z.Text())}); err != nil {
					return nil, err
				}
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			n, loud := element(z)
			if loud {
				f.refused++
			}
			raw = n.tag
			switch n.tag {
			case "html", "head", "body":
				continue
			}
			stack = fit(stack, n.tag)
			if (n.tag == "td" || n.tag == "th") && !within(stack, "table", "") {
				n.tag = "div" // a cell outside of any table
			}
			if (n.tag == "td" || n.tag == "th") && stack[len(stack)-1].tag != "tr" {
				row := &node{tag: "tr"}
				if err := add(row); err != nil {
					return nil, err
				}
				stack = append(stack, row)
			}
			if n.tag == "table" {
				for _, up := range stack {
					up.tables = true
				}
			}
			if !void[n.tag] && !block[n.tag] && len(stack) > maxDepth/2 && n.attr == nil {
				continue // unclosed font and b elements pile up in real pages
			}
			if err := add(n); err != nil {
				return nil, err
			}
			if void[n.tag] {
				continue
			}
			if len(stack) > maxDepth {
				return nil, errTooMuch
			}
			stack = append(stack, n)
		case html.EndTagToken:
			b, _ := z.TagName()
			tag := string(b)
			raw = ""
			switch {
			case tag == "br":
				if err := add(&node{tag: "br"}); err != nil {
					return nil, err
				}
			case tag == "html" || tag == "head" || tag == "body":
			default:
				stack = shut(stack, tag)
			}
		}
	}
}

// element reads the tag at hand; loud tells of an attribute that is a script.
func element(z *html.Tokenizer) (n *node, loud bool) {
	b, more := z.TagName()
	n = &node{tag: string(b)}
	for range 500 {
		if !more {
			break
		}
		var k, v []byte
		k, v, more = z.TagAttr()
		if len(k) > 2 && k[0] == 'o' && k[1] == 'n' {
			loud = true
		}
		if attributes[string(k)] {
			if n.attr == nil {
				n.attr = map[string]string{}
			}
			if _, twice := n.attr[string(k)]; !twice {
				n.attr[string(k)] = string(v)
			}
		}
	}
	return n, loud
}

var void = set("br", "img", "hr", "input", "meta", "link", "col", "area", "base", "embed", "param", "source", "track", "wbr", "v:imagedata", "basefont", "bgsound", "frame", "keygen")

var block = set("p", "div", "table", "ul", "ol", "li", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "main",
	"header", "footer", "nav", "aside", "blockquote", "pre", "form", "fieldset", "legend", "center", "address", "figure", "figcaption", "hr", "caption",
	"tr", "tbody", "thead", "tfoot", "td", "th", "details", "summary", "hgroup", "menu", "dir", "listing", "xmp", "plaintext", "img", "colgroup")

// unread elements hold nothing a reader of the text sees.
var unread = set("script", "style", "noscript", "template", "select", "button", "textarea", "iframe", "object", "applet", "svg", "math", "canvas",
	"video", "audio", "map", "frameset", "noframes", "noembed", "option", "datalist", "title", "xml", "input", "embed", "meta", "link", "base",
	"param", "source", "track", "area", "frame", "keygen", "bgsound", "portal", "fencedframe", "dialog", "rp", "rt", "rtc")

func set(tags ...string) map[string]bool {
	m := map[string]bool{}
	for _, t := range tags {
		m[t] = true
	}
	return m
}

// within reports whether an element of the tag is open, looking no further than
// the bound.
func within(stack []*node, tag, bound string) bool {
	for i := len(stack) - 1; i > 0; i-- {
		switch stack[i].tag {
		case tag:
			return true
		case bound:
			return false
		}
	}
	return false
}

// fit closes what an element of the tag cannot stand in, as a browser does.
func fit(stack []*node, tag string) []*node {
	switch tag {
	case "td", "th":
		return shutInTable(stack, "td", "th", "caption", "colgroup")
	case "tr":
		return shutInTable(stack, "tr", "caption", "colgroup")
	case "tbody", "thead", "tfoot", "caption", "colgroup":
		return shutInTable(stack, "tbody", "thead", "tfoot", "caption", "colgroup", "tr")
	case "li":
		stack = shutLike(stack, "li")
	case "dd", "dt":
		stack = shutLike(stack, "dd", "dt")
	}
	if block[tag] && tag != "img" {
		stack = shutLike(stack, "p")
	}
	return stack
}

// shutInTable closes the outermost open element of the tags inside the
// innermost table.
func shutInTable(stack []*node, tags ...string) []*node {
	cut := len(stack)
	for i := len(stack) - 1; i > 0; i-- {
		if stack[i].tag == "table" {
			return stack[:cut]
		}
		for _, t := range tags {
			if stack[i].tag == t {
				cut = i
			}
		}
	}
	return stack
}

// shutLike closes the innermost open element of the tags, if no other block
// stands between.
func shutLike(stack []*node, tags ...string) []*node {
	for i := len(stack) - 1; i > 0; i-- {
		t := stack[i].tag
		for _, k := range tags {
			if t == k {
				return stack[:i]
			}
		}
		if block[t] {
			return stack
		}
	}
	return stack
}

// shut closes the innermost open element of the tag within its cell.
func shut(stack []*node, tag string) []*node {
	ofTable := tag == "table" || tag == "tr" || tag == "tbody" || tag == "thead" || tag == "tfoot" || tag == "td" || tag == "th"
	for i := len(stack) - 1; i > 0; i-- {
		t := stack[i].tag
		if t == tag {
			return stack[:i]
		}
		if t == "table" || (t == "td" || t == "th" || t == "caption") && !ofTable {
			return stack
		}
	}
	return stack
}
