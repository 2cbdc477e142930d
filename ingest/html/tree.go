package html

import (
	"context"
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
			tag, rest := tagOf(z.Raw())
			var a *attrs
			var meta [2]string
			if len(rest) > 1 && (!textual(tag) || hides(rest)) {
				a, meta = readAttrs(rest, tag)
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
			switch tag, _ := tagOf(z.Raw()); tag {
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
