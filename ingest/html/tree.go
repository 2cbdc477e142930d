package html

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"gongkai/ingest/limit"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A node is an element or a text of the page. The tree is built by this
// package and not by x/net/html.Parse: that follows the standard to the
// letter, including rules by which a few hundred open font elements are opened
// again in every paragraph, so that a small page grows without bound.
type node struct {
	tag                       atom.Atom // 0 for text and for elements without an atom
	elem                      bool
	text                      string
	attr                      *attrs
	parent, first, last, next *node

	runes, link int // visible characters below, and how many of them in links
	tables      int // data tables below
}

// attrs are the attributes that matter here.
type attrs struct {
	colspan, rowspan int // -1 where absent
	width, height    int
	hidden           bool
	class            string // class and id
	style            string // list style
	start            int
}

const maxNodes = 400_000

type parser struct {
	root  *node
	stack []*node
	slab  []node
	nodes int
	title string
	meta  [][2]string
	lines bool // no element says where lines end: the page is text with tables in it
}

// parse reads the page into a tree.
func parse(ctx context.Context, s string) (*parser, error) {
	p := &parser{lines: true, root: &node{elem: true, tag: atom.Body}}
	p.stack = append(p.stack, p.root)
	z := xhtml.NewTokenizer(strings.NewReader(s))
	z.SetMaxBuf(limit.Text)
	inTitle := false
	for n := 0; ; n++ {
		if n&0x3ff == 0 && ctx.Err() != nil {
			return nil, stopped(ctx)
		}
		switch z.Next() {
		case xhtml.ErrorToken:
			if z.Err() == xhtml.ErrBufferExceeded {
				return nil, limit.TooLarge("网页中的一段", limit.Text>>20, "MB")
			}
			return p, nil
		case xhtml.TextToken:
			if inTitle {
				p.title += string(z.Text())
				continue
			}
			top := p.top()
			if skipped(top.tag) {
				continue
			}
			if t := z.Text(); len(t) > 0 {
				if err := p.add(&node{text: string(t)}, false); err != nil {
					return nil, err
				}
			}
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken:
			name, more := z.TagName()
			tag := atom.Lookup(name)
			var a *attrs
			var meta [2]string
			if more && (!textual(tag) || hides(z.Raw())) {
				a, meta = readAttrs(z, tag, more)
			}
			switch tag {
			case atom.Html, atom.Head, atom.Body:
				continue
			case atom.Title:
				inTitle = p.title == ""
				continue
			case atom.Meta:
				if meta[0] != "" && meta[1] != "" && len(p.meta) < 200 {
					p.meta = append(p.meta, meta)
				}
				continue
			}
			if err := p.open(tag, a); err != nil {
				return nil, err
			}
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			switch tag := atom.Lookup(name); tag {
			case atom.Title:
				inTitle = false
			case atom.Html, atom.Head, atom.Body:
			case atom.Br: // </br> is read as <br>
				if err := p.open(atom.Br, nil); err != nil {
					return nil, err
				}
			default:
				p.close(tag)
			}
		}
	}
}

func (p *parser) top() *node { return p.stack[len(p.stack)-1] }

func (p *parser) add(n *node, push bool) error {
	if p.nodes++; p.nodes > maxNodes {
		return limit.TooLarge("网页元素", maxNodes, "个")
	}
	if len(p.slab) == 0 {
		p.slab = make([]node, 256)
	}
	m := &p.slab[0]
	p.slab = p.slab[1:]
	*m = *n
	m.parent = p.top()
	if m.parent.last == nil {
		m.parent.first = m
	} else {
		m.parent.last.next = m
	}
	m.parent.last = m
	if push {
		p.stack = append(p.stack, m)
	}
	return nil
}

// open puts an element where a browser would: it closes what the element
// cannot stand in, and supplies a missing row.
func (p *parser) open(tag atom.Atom, a *attrs) error {
	switch tag {
	case atom.P, atom.Br, atom.Div, atom.Li, atom.H1, atom.H2, atom.Pre:
		p.lines = p.lines && p.inTable() != nil
	}
	n := &node{elem: true, tag: tag, attr: a}
	if void(tag) {
		if a != nil && a.hidden {
			return nil
		}
		return p.add(n, false)
	}
	switch tag {
	case atom.Td, atom.Th:
		p.popTo(atom.Table, atom.Td, atom.Th)
		if t := p.inTable(); t == nil {
			n.tag = atom.Div // a cell outside any table
		} else if top := p.top(); top.tag != atom.Tr {
			if err := p.add(&node{elem: true, tag: atom.Tr}, true); err != nil {
				return err
			}
		}
	case atom.Tr:
		p.popTo(atom.Table, atom.Tr)
	case atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Colgroup:
		p.popTo(atom.Table, atom.Tbody, atom.Thead, atom.Tfoot, atom.Caption, atom.Tr)
	case atom.Li:
		p.popLike(atom.Li)
	case atom.Dd, atom.Dt:
		p.popLike(atom.Dd, atom.Dt)
	case atom.Option:
		p.popLike(atom.Option)
	}
	if block(tag) {
		p.popLike(atom.P)
	}
	if !block(tag) && tag != atom.Td && tag != atom.Th && len(p.stack) > limit.Depth/2 {
		return nil // unclosed font and span elements pile up in real pages
	}
	if len(p.stack) > limit.Depth {
		return limit.TooLarge("网页嵌套层数", limit.Depth, "层")
	}
	return p.add(n, true)
}

// close closes the innermost open element of the kind within its table cell.
func (p *parser) close(tag atom.Atom) {
	if tag == 0 {
		return
	}
	for i := len(p.stack) - 1; i > 0; i-- {
		t := p.stack[i].tag
		if t == tag {
			p.stack = p.stack[:i]
			return
		}
		switch t {
		case atom.Table:
			return
		case atom.Td, atom.Th, atom.Caption:
			if tag != atom.Table && tag != atom.Tr && tag != atom.Tbody && tag != atom.Thead && tag != atom.Tfoot {
				return
			}
		}
	}
}

// popTo closes the outermost open element of the kinds inside the innermost
// table.
func (p *parser) popTo(bound atom.Atom, kinds ...atom.Atom) {
	cut := len(p.stack)
	for i := len(p.stack) - 1; i > 0 && p.stack[i].tag != bound; i-- {
		for _, k := range kinds {
			if p.stack[i].tag == k {
				cut = i
			}
		}
	}
	p.stack = p.stack[:cut]
}

// popLike closes the innermost open element of the kinds, if no other block
// stands between.
func (p *parser) popLike(kinds ...atom.Atom) {
	for i := len(p.stack) - 1; i > 0; i-- {
		t := p.stack[i].tag
		for _, k := range kinds {
			if t == k {
				p.stack = p.stack[:i]
				return
			}
		}
		if block(t) || t == atom.Td || t == atom.Th {
			return
		}
	}
}

func (p *parser) inTable() *node {
	for i := len(p.stack) - 1; i > 0; i-- {
		if p.stack[i].tag == atom.Table {
			return p.stack[i]
		}
	}
	return nil
}

// hides is a quick look whether a tag may hide its element.
func hides(raw []byte) bool {
	for _, w := range [...]string{"isplay", "DISPLAY", "hid", "HID"} {
		if bytes.Contains(raw, []byte(w)) {
			return true
		}
	}
	return false
}

// readAttrs reads what matters of a tag; meta is the name and content of a
// meta element.
func readAttrs(z *xhtml.Tokenizer, tag atom.Atom, more bool) (a *attrs, meta [2]string) {
	for n := 0; more && n < 200; n++ {
		var k, v []byte
		k, v, more = z.TagAttr()
		if tag == atom.Meta {
			switch string(k) {
			case "name", "property":
				meta[0] = string(v)
			case "content":
				meta[1] = string(v)
			}
			continue
		}
		switch string(k) {
		case "colspan", "rowspan", "width", "height", "class", "id", "style", "hidden", "start", "type":
		default:
			continue
		}
		if a == nil {
			a = &attrs{colspan: -1, rowspan: -1}
		}
		switch string(k) {
		case "colspan":
			a.colspan = number(v)
		case "rowspan":
			a.rowspan = number(v)
		case "width":
			a.width = number(v)
		case "height":
			a.height = number(v)
		case "start":
			a.start = number(v)
		case "class", "id":
			a.class += " " + string(v)
		case "hidden":
			a.hidden = true
		case "type":
			a.hidden = a.hidden || string(v) == "hidden"
		case "style":
			if styled(v) {
				readStyle(a, string(v))
			}
		}
	}
	return a, meta
}

// styled reports a style that can say something of use; Word puts one on every
// element.
func styled(v []byte) bool {
	return bytes.Contains(v, []byte("isplay")) || bytes.Contains(v, []byte("DISPLAY")) || bytes.Contains(v, []byte("mso-hide")) ||
		bytes.Contains(v, []byte("list-style")) || bytes.Contains(v, []byte("width")) && bytes.Contains(v, []byte("px"))
}

func readStyle(a *attrs, style string) {
	if len(style) > 4096 {
		style = style[:4096]
	}
	for len(style) > 0 {
		var d string
		d, style, _ = strings.Cut(style, ";")
		k, v, ok := strings.Cut(d, ":")
		if !ok {
			continue
		}
		k, v = strings.TrimSpace(k), strings.TrimSpace(v)
		switch {
		case strings.EqualFold(k, "display"):
			a.hidden = a.hidden || len(v) >= 4 && strings.EqualFold(v[:4], "none")
		case strings.EqualFold(k, "mso-hide"):
			a.hidden = a.hidden || strings.EqualFold(v, "all")
		case strings.EqualFold(k, "width") && strings.HasSuffix(v, "px"):
			a.width = number([]byte(v))
		case strings.EqualFold(k, "list-style-type"), strings.EqualFold(k, "list-style"):
			a.style = strings.ToLower(v)
		}
	}
}

// number reads the digits at the front, at most five of them; -1 if none. A
// percentage is no number of pixels.
func number(v []byte) int {
	s := strings.TrimSpace(string(v))
	end := 0
	for end < len(s) && s[end] >= '0' && s[end] <= '9' {
		end++
	}
	if end == 0 || strings.HasPrefix(s[end:], "%") {
		return -1
	}
	if end > 5 {
		return 99_999
	}
	n, _ := strconv.Atoi(s[:end])
	return n
}
