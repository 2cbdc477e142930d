package rich

import (
	"strconv"
	"strings"
	"unicode"
)

// words reads a text.
func (r *reader) words(s string, l look) {
	if s == "" {
		return
	}
	blank := strings.TrimSpace(s) == ""
	if !blank {
		switch {
		case l.clear, l.tiny, l.fg.like(l.bg) && !l.art:
			r.bin.Add(Faint, s)
			return
		case l.struck:
			r.bin.Add(Struck, s)
		}
	}
	if r.cur.marking {
		r.cur.marker += s
		return
	}
	for _, c := range s {
		r.rune(c, l)
	}
}

// put reads text that the source does not hold as such.
func (r *reader) put(s string, l look) {
	for _, c := range s {
		if c == '\n' {
			r.newline(l)
			continue
		}
		r.rune(c, l)
	}
}

func (r *reader) rune(c rune, l look) {
	p := &r.cur
	switch c {
	case ' ', '\t', '\n', '\r', '\f':
		if l.pre {
			if c == '\n' {
				r.newline(l)
			} else if c != '\r' {
				r.write(0xa0, l.form)
			}
			return
		}
		if p.soft == 0 || c == ' ' && p.soft == '\n' {
			if p.soft == 0 {
				p.softly = l.form
			}
			p.soft = c
			if c != ' ' {
				p.soft = '\n'
			}
		}
		return
	}
	if p.last == 0 || p.breaks > 0 {
		p.soft = 0
		if unicode.IsSpace(c) { // hard blanks at the start of a line
			if c == '\u3000' {
				p.lead += 2
			} else {
				p.lead++
			}
			return
		}
		if cleanRune(c) < 0 {
			return
		}
		if p.last == 0 {
			if p.indent = p.indent || p.lead >= 4; !p.item {
				p.align = l.align
			}
		} else if p.kind != Entry && !p.item && r.cell == nil && (p.breaks > 1 || p.lead >= 4) {
			r.split()
		}
		p.lead, p.breaks = 0, 0
	}
	if p.soft != 0 {
		// A line of the source that ends between two characters of Chinese has
		// no blank there.
		if p.soft == ' ' || !han(p.last) || !han(c) {
			r.write(' ', p.softly)
		}
		p.soft = 0
	}
	r.write(c, l.form)
	if !unicode.IsSpace(c) {
		p.runes++
		p.faces[l.face]++
	}
}

// han reports characters between which no blank stands.
func han(r rune) bool { return r >= 0x2e80 && (r < 0xac00 || r > 0xd7af) }

func (r *reader) newline(l look) {
	p := &r.cur
	p.soft, p.lead = 0, 0
	if p.last == 0 {
		return
	}
	p.breaks++
	r.write('\n', l.form)
}

func (r *reader) write(c rune, form Span) {
	p := &r.cur
	if p.buf.Len() > 0 && form != p.form {
		p.end()
	}
	p.form = form
	p.buf.WriteRune(c)
	p.last = c
	if r.text++; r.text > MaxText {
		r.over = true
	}
}

// end closes the span at hand.
func (p *para) end() {
	if p.buf.Len() > 0 {
		s := p.form
		s.Text = p.buf.String()
		p.spans = append(p.spans, s)
		p.buf.Reset()
	}
}

// split ends a paragraph where the source only breaks the line.
func (r *reader) split() {
	p := &r.cur
	next := para{kind: p.kind, level: p.level, align: p.align, flush: p.flush, styled: p.styled, indent: p.lead >= 4 || p.indent}
	r.flush()
	r.cur = next
}

// flush ends the line at hand.
func (r *reader) flush() {
	p := &r.cur
	p.end()
	if len(p.spans) > 0 || p.item && p.marker != "" {
		d := draft{Block: Block{Kind: p.kind, Level: p.level, Align: p.align, Flush: p.flush, Spans: p.spans}, value: p.value,
			marker: strings.TrimSpace(p.marker), styled: p.styled, indent: p.indent}
		if d.Kind == "" {
			d.Kind = Para
		}
		if d.Kind == Heading && d.Level == 1 {
			r.h1++
		}
		p.word(&d)
		if r.cell != nil {
			r.cell.add(d)
		} else {
			r.emit(d)
		}
	}
	r.cur = para{}
	if r.cell == nil {
		for _, d := range r.later {
			r.emit(d)
		}
		r.later = nil
	}
}

// word takes a list of Word's for what it is, and a heading by its type.
func (p *para) word(d *draft) {
	if p.wlist > 0 {
		m := d.marker
		number := strings.TrimRight(m, ".．、")
		n, err := strconv.Atoi(number)
		switch {
		case err == nil && n > 0 && number != m && n < 100_000:
			d.Kind, d.Level, d.value, d.marker = Entry, p.wlist, n, ""
		case m == "" || bullet(m):
			d.Kind, d.Level, d.value, d.marker = Entry, p.wlist, 0, ""
		}
		d.styled = false
		return
	}
	if d.Kind != Para || p.runes == 0 || p.runes > 40 {
		return
	}
	text := textOf(d.Spans)
	switch {
	case p.faces[heiti] == p.runes && ordinal(text, "", "、"):
		d.Kind, d.Level = Heading, 2
	case p.faces[kaiti] == p.runes && ordinal(text, "（", "）"):
		d.Kind, d.Level = Heading, 3
	}
}

// ordinal reports a text that begins with a Chinese number between the two.
func ordinal(s, before, after string) bool {
	s, ok := strings.CutPrefix(strings.TrimSpace(s), before)
	rest := strings.TrimLeft(s, "一二三四五六七八九十")
	return ok && rest != s && strings.HasPrefix(rest, after)
}

// bullet reports a sign that numbers nothing.
func bullet(m string) bool {
	if len([]rune(m)) != 1 {
		return false
	}
	return strings.ContainsAny(m, "·•●○◦◆◇■□▪▫►➢➤✓✔√※*-–—oOlnuqvØ§üØ") || []rune(m)[0] >= 0xf000 && []rune(m)[0] < 0xf100
}

func (r *reader) emit(d draft) {
	if len(r.out) >= MaxBlocks {
		r.over = true
		return
	}
	r.out = append(r.out, d)
}

// settle makes the body out of what was read.
func (r *reader) settle() Body {
	indents := false
	for _, d := range r.out {
		indents = indents || d.Kind == Para && d.Align == "" && d.indent
	}
	// One heading of the first level at the top is a title; else the first level
	// is that of chapters.
	title := r.h1 == 0 || r.h1 == 1 && r.out[0].Kind == Heading && r.out[0].Level == 1
	var b Body
	var c counter
	last := 0
	for _, d := range r.out {
		x := d.Block
		switch {
		case x.Kind == Heading:
			if !title {
				x.Level++
			}
		case x.Kind == Para && indents && d.styled && !d.indent:
			x.Flush = true // the others have the usual indent, this one has not
		case x.Kind == Entry && d.value > 0:
			// A number is part of the text: where ours would be another, it is
			// kept as text.
			was := c
			x.Numbered = true
			if x.Level = min(x.Level, last+1); c.next(x) != d.value {
				d.marker = strconv.Itoa(d.value) + "."
				x.Kind, x.Numbered, x.Level = Para, false, 0
			}
			c = was
		}
		if d.marker != "" {
			m := d.marker
			if strings.HasSuffix(m, ".") {
				m += " "
			}
			x.Spans = append([]Span{{Text: m}}, x.Spans...)
		}
		y, ok := tidyBlock(x, last)
		if !ok {
			continue
		}
		last = 0
		if y.Kind == Entry {
			last = y.Level
		}
		c.next(y)
		b.Blocks = append(b.Blocks, y)
	}
	return b
}

// printed is a number as the named style of html lists prints it.
func printed(style string, n int) string {
	switch {
	case style == "decimal":
		return strconv.Itoa(n) + "."
	case strings.Contains(style, "cjk") || strings.Contains(style, "chinese"):
		return chinese(n) + "、"
	case strings.HasSuffix(style, "lower-alpha") || style == "lower-latin":
		return letter('a', n)
	case strings.HasSuffix(style, "upper-alpha") || style == "upper-latin":
		return letter('A', n)
	case style == "lower-roman":
		return strings.ToLower(roman(n)) + "."
	case style == "upper-roman":
		return roman(n) + "."
	case style == "none", style == "disc", style == "circle", style == "square":
		return ""
	}
	return strconv.Itoa(n) + "."
}

func letter(a rune, n int) string {
	if n < 1 || n > 26 {
		return strconv.Itoa(n) + "."
	}
	return string(a+rune(n-1)) + "."
}

func roman(n int) string {
	if n > 100 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, x := range []struct {
		v int
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= x.v {
			b.WriteString(x.s)
			n -= x.v
		}
	}
	return b.String()
}

// chinese writes 1 to 99 in Chinese.
func chinese(n int) string {
	d := []rune("〇一二三四五六七八九")
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
