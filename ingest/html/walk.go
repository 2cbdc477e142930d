package html

import (
	"context"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"gongkai/doc"
	"gongkai/ingest/limit"

	"golang.org/x/net/html/atom"
)

func hidden(n *node) bool { return n.attr != nil && n.attr.hidden }

// measure counts the visible characters and data tables below every node.
func (n *node) measure(link bool) {
	if !n.elem {
		for _, r := range n.text {
			if r > ' ' && !unicode.IsSpace(r) {
				n.runes++
			}
		}
		if link {
			n.link = n.runes
		}
		return
	}
	if skipped(n.tag) || hidden(n) {
		return
	}
	for c := n.first; c != nil; c = c.next {
		c.measure(link || n.tag == atom.A)
		n.runes += c.runes
		n.link += c.link
		n.tables += c.tables
	}
	if n.tag == atom.Table && takeApart(n).data() {
		n.tables++
	}
}

// mainPart is the smallest part of the page that holds every data table and
// most of the text that is no link. A page almost without links is all main
// part: it was written by Word or by hand, not by a site.
func mainPart(root *node) *node {
	if 20*root.link < root.runes {
		return root
	}
	n, best := root, root
	for {
		var inner *node
		for c := n.first; c != nil; c = c.next {
			if c.elem && c.tables == root.tables && c.runes > c.link && 5*(c.runes-c.link) >= 3*(root.runes-root.link) {
				inner = c
				break
			}
		}
		if inner == nil || inner.tag == atom.Table && takeApart(inner).data() || inner.tag == atom.P || inner.tag == atom.Li || heading(inner.tag) > 0 {
			return best
		}
		if n = inner; n.tag != atom.Tr && n.tag != atom.Tbody && n.tag != atom.Thead && n.tag != atom.Tfoot {
			best = n
		}
	}
}

// A walker turns the tree into blocks in reading order.
type walker struct {
	ctx  context.Context
	err  error
	doc  *doc.Document
	main *node

	line         flow
	level        int
	inside       bool // the line stands in the main part
	lines        bool // line ends outside elements end lines
	prefix       string
	paras, cells int
	tables, text int
	steps        int
}

// walk visits the children of n.
func (w *walker) walk(n *node, inside bool) {
	if w.steps++; w.steps&0xfff == 0 && w.ctx.Err() != nil && w.err == nil {
		w.err = stopped(w.ctx)
	}
	if w.err != nil {
		return
	}
	inside = inside || n == w.main
	ordinal := 0
	if n.tag == atom.Ol && n.attr != nil && n.attr.start > 1 {
		ordinal = n.attr.start - 1
	}
	for c := n.first; c != nil; c = c.next {
		w.inside = inside || c == w.main
		if !c.elem && w.lines && n.parent == nil {
			w.textLines(c.text)
			continue
		}
		if !c.elem {
			w.line.add(c.text)
			w.line.runes += c.runes
			w.line.link += c.link
			continue
		}
		if skipped(c.tag) || hidden(c) || (inside || !contains(c, w.main)) && w.leaves(c) {
			continue
		}
		switch {
		case c.tag == atom.Br:
			w.flush()
		case c.tag == atom.Img:
			w.line.image(c)
		case c.tag == atom.Table:
			w.flush()
			w.table(c, w.inside)
		case block(c.tag):
			w.flush()
			if c.tag == atom.Li && n.tag == atom.Ol {
				ordinal++
				w.prefix = listNumber(n, ordinal)
			}
			level := w.level
			if h := heading(c.tag); h > 0 {
				w.level = h
			}
			w.walk(c, w.inside)
			w.flush()
			w.level, w.prefix = level, ""
		default:
			w.walk(c, w.inside)
		}
	}
	w.inside = inside
}

// textLines reads text around tables line by line, as in Markdown that a
// converter wrote with HTML tables.
func (w *walker) textLines(s string) {
	for i, line := range strings.Split(s, "\n") {
		if i > 0 {
			w.flush()
		}
		head := strings.TrimLeft(line, "#")
		if n := len(line) - len(head); n > 0 && n < 7 && strings.HasPrefix(head, " ") {
			w.level = n
			line = head
		}
		w.line.add(line)
		if w.level > 0 {
			w.flush()
			w.level = 0
		}
	}
}

// leaves reports page furniture by tag or name.
func (w *walker) leaves(n *node) bool {
	switch n.tag {
	case atom.Nav, atom.Footer, atom.Aside, atom.Header:
		return n.tables == 0 && (n.runes-n.link <= 200 || n.tag == atom.Nav) && !titled(n)
	}
	return named(n)
}

func contains(n, inner *node) bool {
	for p := inner; p != nil; p = p.parent {
		if p == n {
			return true
		}
	}
	return false
}

func heading(t atom.Atom) int {
	switch t {
	case atom.H1:
		return 1
	case atom.H2:
		return 2
	case atom.H3:
		return 3
	case atom.H4:
		return 4
	case atom.H5:
		return 5
	case atom.H6:
		return 6
	}
	return 0
}

// flush ends the line and adds it as a paragraph if it belongs to the report.
func (w *walker) flush() {
	text, line := w.line.take(), w.line
	w.line = flow{buf: w.line.buf[:0]}
	if text == "" {
		if line.picture || line.bare {
			w.picture()
		}
		return
	}
	if line.picture {
		w.picture()
	}
	b := bare(text)
	if metas := metaLine(b); metas != nil {
		w.doc.Meta = append(w.doc.Meta, metas...)
		return
	}
	if b == "" && utf8.RuneCountInString(text) > 1 || furniture(b) {
		return // a lone dash stays: it may be what a lost table cell held
	}
	if 2*line.link > line.runes && attached.MatchString(b) {
		w.doc.Meta = append(w.doc.Meta, doc.Meta{Name: "附件", Value: b})
		return
	}
	level := w.level
	if !w.inside {
		title := strings.Contains(text, "年度报告") && utf8.RuneCountInString(text) < 60
		prose := strings.Contains(text, "。") && line.runes-line.link > 30
		if 2*line.link > line.runes || !title && !prose {
			return
		}
		if title && level == 0 {
			level = 1
		}
	}
	if w.text += len(text); w.text > limit.Text && w.err == nil {
		w.err = limit.TooLarge("文字", limit.Text>>20, "MB")
	}
	w.paras++
	w.doc.AddPara(w.prefix+text, level, doc.Place{Para: w.paras})
	w.prefix = ""
}

func (w *walker) picture() {
	if w.inside && len(w.doc.Notes) < 100 {
		w.doc.Note("PICTURE-TABLE", doc.Place{Para: w.paras + 1}, "此处是一张图片，图片中的文字和表格没有读取，请核对原文。")
	}
}

// table adds a grid, or the blocks of a table that is only layout.
func (w *walker) table(n *node, inside bool) {
	t := takeApart(n)
	for _, s := range t.stray {
		w.stray(s, inside)
	}
	if t.layout() {
		t.each(func(c *node) {
			w.flush()
			w.walk(c, inside)
			w.flush()
		})
		return
	}
	if metas := t.metas(); metas != nil {
		w.doc.Meta = append(w.doc.Meta, metas...)
		return
	}
	if !inside && !t.data() || w.err != nil {
		return
	}
	var inner []*node
	var f cellText
	g, err := t.grid(func(c *node) string {
		f.reset()
		f.walk(c, &inner)
		if f.picture {
			w.picture()
		}
		s := f.String()
		w.text += len(s)
		return s
	})
	switch {
	case err != nil:
		w.err = err
		return
	case w.text > limit.Text:
		w.err = limit.TooLarge("文字", limit.Text>>20, "MB")
		return
	}
	if w.cells += len(g.Cells); w.cells > limit.Cells {
		w.err = limit.TooLarge("表格单元格", limit.Cells, "个")
		return
	}
	w.tables++
	g.At = doc.Place{Table: w.tables}
	for i := range g.Cells {
		c := &g.Cells[i]
		c.At = doc.Place{Table: w.tables, Row: c.Row + 1, Col: c.Col + 1}
	}
	w.doc.AddGrid(g)
	for _, c := range inner {
		w.table(c, inside)
	}
}

// stray reads what a page wrongly puts between rows.
func (w *walker) stray(n *node, inside bool) {
	w.inside = inside
	switch {
	case !n.elem:
		w.line.add(n.text)
		w.line.runes += n.runes
		w.line.link += n.link
	case skipped(n.tag) || hidden(n):
	case n.tag == atom.Table:
		w.flush()
		w.table(n, inside)
	case n.tag == atom.Img:
		w.line.image(n)
	default:
		w.flush()
		w.walk(n, inside)
	}
	w.flush()
}

// metas reads a table that only describes the page: 索引号, 发布机构, 文号 …
func (t *table) metas() []doc.Meta {
	if t.cells > 48 {
		return nil
	}
	texts := make([]string, 0, t.cells)
	var f cellText
	t.each(func(c *node) {
		f.reset()
		f.walk(c, nil)
		texts = append(texts, f.String())
	})
	var out []doc.Meta
	labels := 0
	for i := 0; i < len(texts); i++ {
		s := strings.TrimSpace(texts[i])
		if m := metaLine(s); len(m) > 0 {
			out = append(out, m...)
			labels++
			continue
		}
		if r, _ := utf8.DecodeRuneInString(s); strings.ContainsRune(metaFirst, r) && metaOnly.MatchString(s) {
			labels++
			if i+1 < len(texts) {
				i++
				name := strings.Join(strings.Fields(strings.TrimRight(s, ":：")), "")
				if v := strings.TrimSpace(texts[i]); v != "" {
					out = append(out, doc.Meta{Name: name, Value: v})
				}
			}
		}
	}
	if labels < 2 || 3*labels < len(texts) {
		return nil
	}
	return out
}

// listNumber is the number a browser prints before an item.
func listNumber(list *node, n int) string {
	style := ""
	if list.attr != nil {
		style = list.attr.style
	}
	switch {
	case strings.Contains(style, "none"):
		return ""
	case strings.Contains(style, "cjk-ideographic"), strings.Contains(style, "chinese"), strings.Contains(style, "cjk-"):
		return chinese(n) + "、"
	}
	return strconv.Itoa(n) + "."
}

// chinese writes 1 to 99 in Chinese.
func chinese(n int) string {
	const digits = "〇一二三四五六七八九"
	d := []rune(digits)
	switch {
	case n < 1 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(d[n])
	}
	s := "十"
	if n >= 20 {
		s = string(d[n/10]) + s
	}
	if n%10 > 0 {
		s += string(d[n%10])
	}
	return s
}
