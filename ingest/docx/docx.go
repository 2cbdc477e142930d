// Package docx reads Word documents: paragraphs with their automatic numbers,
// tables with merged cells, text boxes, tracked changes taken as accepted.
package docx

import (
	"bytes"
	"context"
	"errors"
	"path"
	"strings"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// Read reads a .docx file, transitional or strict. What Word would not print
// (deletions, hidden text, field codes) is left out. Notes tell of tracked
// changes and of pictures that may hold tables. The error is a *limit.Error.
func Read(ctx context.Context, name string, data []byte) (*doc.Document, error) {
	z, err := limit.OpenFile("Word", data)
	if err != nil {
		return nil, err
	}
	main := "word/document.xml"
	if t := target(z, "_rels/.rels", "", "/officeDocument"); t != "" && z.Has(t) {
		main = t
	}
	body, err := z.Read(main)
	if err != nil {
		return nil, err
	}
	dir, base := path.Split(main)
	rels := dir + "_rels/" + base + ".rels"
	part := func(kind, def string) ([]byte, error) {
		at := dir + def
		if !z.Has(at) {
			at = target(z, rels, dir, kind)
		}
		if !z.Has(at) {
			return nil, nil
		}
		return z.Read(at)
	}
	p := &parser{ctx: ctx, doc: &doc.Document{Name: name, Format: "docx"}, numbers: newNumbering()}
	if b, err := part("/styles", "styles.xml"); err != nil {
		return nil, err
	} else if b != nil {
		p.styles = parseStyles(b)
	}
	if b, err := part("/numbering", "numbering.xml"); err != nil {
		return nil, err
	} else if b != nil {
		p.numbers, _ = parseNumbering(b)
	}
	if err := p.document(body); err != nil {
		return nil, broken(err)
	}
	if p.footnotes {
		if b, err := part("/footnotes", "footnotes.xml"); err == nil && b != nil {
			p.notes(b)
		}
	}
	if !titled(p.doc) {
		p.pageHeaders(z, dir)
	}
	if z.Has("docProps/core.xml") {
		if b, err := z.Read("docProps/core.xml"); err == nil {
			p.doc.Title = property(b, "title")
		}
	}
	if len(p.doc.Blocks) == 0 && len(p.doc.Notes) == 0 {
		return nil, &limit.Error{Code: "EMPTY", Msg: "Word 文件中没有任何文字，请检查是否选错了文件。"}
	}
	return p.doc, nil
}

// broken gives every failure a sentence for a person.
func broken(err error) error {
	var e *limit.Error
	if errors.As(err, &e) {
		return e
	}
	return limit.Broken("Word", err)
}

// target finds the part that a relationship of the kind names.
func target(z *limit.Zip, rels, dir, kind string) string {
	if !z.Has(rels) {
		return ""
	}
	b, err := z.Read(rels)
	if err != nil {
		return ""
	}
	s := newScanner(b)
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return ""
		}
		if t != start || !s.is("Relationship") || !strings.HasSuffix(s.val("Type"), kind) || s.val("TargetMode") == "External" {
			continue
		}
		to := s.val("Target")
		if strings.HasPrefix(to, "/") {
			return to[1:]
		}
		return path.Join(dir, to)
	}
}

// property reads one element of the core properties.
func property(b []byte, name string) string {
	s := newScanner(b)
	in := false
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return ""
		}
		switch {
		case t == start:
			in = s.is(name)
		case t == end:
			in = false
		case in:
			return strings.TrimSpace(string(unescape(nil, s.text)))
		}
	}
}

// titled reports whether the report's title stands in the document itself.
func titled(d *doc.Document) bool {
	for i, b := range d.Blocks {
		if i > 20 {
			break
		}
		if b.Para != nil && strings.Contains(b.Para.Text, "年度报告") {
			return true
		}
	}
	return false
}

// pageHeaders takes the title from a page header if only that carries it.
func (p *parser) pageHeaders(z *limit.Zip, dir string) {
	for _, n := range z.Names {
		if !strings.HasPrefix(n, dir+"header") || !strings.HasSuffix(n, ".xml") {
			continue
		}
		b, err := z.Read(n)
		if err != nil || !bytes.Contains(b, []byte("年度报告")) {
			continue
		}
		q := &parser{ctx: p.ctx, doc: &doc.Document{}, numbers: newNumbering(), styles: p.styles}
		if q.document(b) != nil {
			continue
		}
		for _, h := range q.doc.Blocks {
			if h.Para != nil && strings.Contains(h.Para.Text, "年度报告") {
				h.Para.At = doc.Place{Part: "页眉"}
				p.doc.Blocks = append([]doc.Block{h}, p.doc.Blocks...)
				return
			}
		}
	}
}

// notes appends the footnotes.
func (p *parser) notes(b []byte) {
	q := &parser{ctx: p.ctx, doc: &doc.Document{}, numbers: newNumbering(), styles: p.styles}
	if q.document(b) != nil {
		return
	}
	for _, n := range q.doc.Blocks {
		if n.Para != nil {
			n.Para.At = doc.Place{Part: "脚注", Para: n.Para.At.Para}
			p.doc.Blocks = append(p.doc.Blocks, n)
		}
	}
}
