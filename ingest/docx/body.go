package docx

import (
	"context"
	"strings"
	"unicode"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// A parser reads one part that holds paragraphs and tables. Its methods are
// called when the start of their element has been read and return after its
// end; the scanner's depth limit bounds their recursion.
type parser struct {
	ctx     context.Context
	doc     *doc.Document
	styles  styles
	numbers *numbering
	s       *scanner

	box       *box // where blocks go
	code      []bool
	paras     int
	tables    int
	cells     int
	text      int
	tracked   bool
	footnotes bool
}

// A box collects blocks: the body's, a cell's, or a text box's.
type box struct {
	blocks []doc.Block
}

func (p *parser) document(b []byte) error {
	p.s = newScanner(b)
	p.box = &box{}
	found := false
	for {
		t, err := p.s.next()
		if err != nil {
			return err
		}
		switch {
		case t == eof:
			if !found {
				return errSyntax
			}
			p.doc.Blocks = append(p.doc.Blocks, p.box.blocks...)
			return nil
		case t != start:
		case p.s.is("body"), p.s.is("hdr"), p.s.is("footnote") && p.s.val("type") == "":
			found = true
			if err := p.blocks(); err != nil {
				return err
			}
		case p.s.is("footnotes"):
			found = true
		case !p.s.is("document"):
			if err := p.s.skip(); err != nil {
				return err
			}
		}
	}
}

// each calls f at the start of every child element; f must read to its end.
func (p *parser) each(f func() error) error {
	for {
		t, err := p.s.next()
		if err != nil {
			return err
		}
		switch t {
		case start:
			if err := f(); err != nil {
				return err
			}
		case end:
			return nil
		case eof:
			return errSyntax
		}
	}
}

// blocks reads the children of a container of paragraphs and tables.
func (p *parser) blocks() error {
	return p.each(func() error {
		switch string(p.s.name) {
		case "p":
			if p.foreign() {
				return p.s.skip()
			}
			return p.paragraph()
		case "tbl":
			if p.foreign() {
				return p.s.skip()
			}
			return p.table()
		case "sdt", "sdtContent", "customXml", "smartTag":
			return p.blocks()
		case "ins", "moveTo":
			p.change()
			return p.blocks()
		case "del", "moveFrom":
			p.change()
			return p.s.skip()
		case "AlternateContent":
			return p.choice(p.blocks)
		}
		return p.s.skip()
	})
}

// foreign reports DrawingML and the like, which have elements of the same name.
func (p *parser) foreign() bool {
	switch string(p.s.prefix) {
	case "a", "m", "v", "o", "dgm", "c", "pic":
		return true
	}
	return false
}

// choice reads the first alternative of mc:AlternateContent and no other.
func (p *parser) choice(read func() error) error {
	done := false
	return p.each(func() error {
		if done || !p.s.is("Choice") && !p.s.is("Fallback") {
			return p.s.skip()
		}
		done = true
		return read()
	})
}

func (p *parser) change() {
	if !p.tracked {
		p.tracked = true
		p.doc.Note("TRACKED-CHANGES", doc.Place{Para: p.paras + 1}, "文档中有未处理的修订，已按“接受修订”读取：插入的文字计入，删除的文字不计。")
	}
}

// A line is the paragraph being read.
type line struct {
	text    []byte
	style   string
	level   int // -1 not said
	numID   string
	ilvl    int
	boxes   []*box
	picture bool // a large picture
	image   bool // any picture
}

func (p *parser) paragraph() error {
	if p.paras++; p.paras&0x3ff == 0 && p.ctx.Err() != nil {
		return &limit.Error{Code: "TIMEOUT", Msg: "读取 Word 文件超时，已停止。请另存后再试。", Err: p.ctx.Err()}
	}
	at := doc.Place{Para: p.paras}
	l := &line{level: -1, ilvl: -1}
	if err := p.runs(l, false); err != nil {
		return err
	}
	p.finish(l, at)
	return nil
}

// finish adds the paragraph, its number before it, its text boxes after it.
func (p *parser) finish(l *line, at doc.Place) {
	st := p.styles.resolve(l.style)
	level := st.level
	if l.level >= 0 {
		level = l.level % 10
	}
	if l.numID == "" {
		l.numID = st.numID
		if l.numID == "" {
			l.numID = p.numbers.byStyle[l.style]
		}
	}
	if l.ilvl < 0 {
		l.ilvl = max(st.ilvl, 0)
		if u := p.numbers.nums[l.numID]; u != nil && u.list != nil && st.ilvl < 0 {
			for k := range u.list.levels {
				if u.list.levels[k].style == l.style && l.style != "" {
					l.ilvl = k
				}
			}
		}
	}
	text := strings.TrimFunc(string(l.text), unicode.IsSpace)
	contents := strings.HasPrefix(st.name, "toc ") || strings.HasPrefix(st.name, "目录 ")
	if l.numID != "" && l.numID != "0" && !contents {
		text = p.numbers.next(l.numID, l.ilvl) + text
	}
	if st.hidden {
		text = ""
	}
	if l.picture || l.image && text == "" && len(l.boxes) == 0 {
		if len(p.doc.Notes) < 100 {
			p.doc.Note("PICTURE-TABLE", at, "此处是一张图片，图片中的文字和表格没有读取，请核对原文。")
		}
	}
	if text != "" && !contents {
		p.text += len(text)
		for _, s := range strings.Split(text, "\n") {
			if s = strings.TrimFunc(s, unicode.IsSpace); s != "" {
				p.box.blocks = append(p.box.blocks, doc.Block{Para: &doc.Para{Text: s, Level: level, At: at}})
			}
		}
	}
	for _, b := range l.boxes {
		p.box.blocks = append(p.box.blocks, b.blocks...)
	}
}

// runs reads the children of a paragraph, or of what may stand in one.
func (p *parser) runs(l *line, hidden bool) error {
	return p.each(func() error {
		s := p.s
		switch string(s.name) {
		case "pPr":
			return p.properties(l)
		case "r":
			if p.foreign() && string(s.prefix) != "m" {
				return s.skip()
			}
			return p.run(l)
		case "ins", "moveTo":
			p.change()
			return p.runs(l, hidden)
		case "del", "moveFrom":
			p.change()
			return s.skip()
		case "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml", "dir", "bdo", "oMath", "oMathPara":
			return p.runs(l, hidden)
		case "AlternateContent":
			return p.choice(func() error { return p.runs(l, hidden) })
		case "t": // in formulas
			return p.chars(l, hidden)
		}
		return s.skip()
	})
}

func (p *parser) properties(l *line) error {
	return p.each(func() error {
		s := p.s
		switch string(s.name) {
		case "pStyle":
			l.style = s.val("val")
		case "outlineLvl":
			l.level = s.num("val", 9, 9) + 1
		case "numPr":
			return p.each(func() error {
				switch string(s.name) {
				case "numId":
					l.numID = s.val("val")
				case "ilvl":
					l.ilvl = s.num("val", 0, 8)
				}
				return s.skip()
			})
		case "rPr":
			return p.each(func() error {
				if s.is("ins") || s.is("del") {
					p.change()
				}
				return s.skip()
			})
		}
		return s.skip()
	})
}
