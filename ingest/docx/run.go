package docx

import (
	"strconv"
	"strings"

	"gongkai/ingest/limit"
)

// run reads one run of text of one look.
func (p *parser) run(l *line) error {
	hidden := false
	return p.each(func() error {
		s := p.s
		switch string(s.name) {
		case "rPr":
			return p.each(func() error {
				if s.is("vanish") {
					hidden = s.on()
				}
				return s.skip()
			})
		case "t":
			return p.chars(l, hidden)
		case "tab", "ptab":
			p.put(l, hidden, "\t")
		case "br", "cr":
			if k := s.val("type"); k == "" || k == "textWrapping" {
				p.put(l, hidden, "\n")
			}
		case "noBreakHyphen":
			p.put(l, hidden, "-")
		case "sym":
			p.put(l, hidden, symbol(s.val("font"), s.val("char")))
		case "fldChar":
			switch s.val("fldCharType") {
			case "begin":
				if len(p.code) < limit.Depth {
					p.code = append(p.code, true)
				}
			case "separate":
				if n := len(p.code); n > 0 {
					p.code[n-1] = false
				}
			case "end":
				if n := len(p.code); n > 0 {
					p.code = p.code[:n-1]
				}
			}
		case "footnoteReference":
			p.footnotes = true
		case "ruby":
			return p.each(func() error {
				if s.is("rubyBase") {
					return p.runs(l, hidden)
				}
				return s.skip()
			})
		case "drawing", "pict", "object":
			return p.drawing(l)
		case "AlternateContent":
			return p.choice(func() error { return p.alternative(l) })
		}
		return s.skip()
	})
}

// alternative reads one alternative inside a run.
func (p *parser) alternative(l *line) error {
	return p.each(func() error {
		switch string(p.s.name) {
		case "drawing", "pict", "object":
			return p.drawing(l)
		case "t":
			return p.chars(l, false)
		}
		return p.s.skip()
	})
}

// chars reads the text of a w:t.
func (p *parser) chars(l *line, hidden bool) error {
	for {
		t, err := p.s.next()
		if err != nil {
			return err
		}
		switch t {
		case chars:
			if !p.shown(hidden) {
				continue
			}
			if p.text+len(l.text)+len(p.s.text) > limit.Text {
				return limit.TooLarge("文字", limit.Text>>20, "MB")
			}
			if p.s.raw {
				l.text = append(l.text, p.s.text...)
			} else {
				l.text = unescape(l.text, p.s.text)
			}
		case start:
			if err := p.s.skip(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
}

// shown reports whether text here is printed: not hidden, not a field's code.
func (p *parser) shown(hidden bool) bool {
	for _, c := range p.code {
		if c {
			return false
		}
	}
	return !hidden
}

func (p *parser) put(l *line, hidden bool, s string) {
	if p.shown(hidden) {
		l.text = append(l.text, s...)
	}
}

// largest picture that is an icon or a seal's edge, in EMU: 300 × 60 pixels.
const (
	wideEMU = 300 * 9525
	highEMU = 60 * 9525
)

// drawing reads text boxes and notices pictures.
func (p *parser) drawing(l *line) error {
	cx, cy, image := 0, 0, false
	var walk func() error
	walk = func() error {
		return p.each(func() error {
			s := p.s
			switch string(s.name) {
			case "extent":
				cx, cy = s.num("cx", 0, 1<<40), s.num("cy", 0, 1<<40)
			case "shape":
				if w, h := points(s.val("style")); w > 0 {
					cx, cy = w, h
				}
			case "blip", "imagedata":
				image = true
			case "txbxContent":
				return p.textBox(l)
			case "AlternateContent":
				return p.choice(walk)
			}
			return walk()
		})
	}
	if err := walk(); err != nil {
		return err
	}
	if image {
		l.image = l.image || cx == 0 || cx > wideEMU/2 && cy > highEMU
		l.picture = l.picture || cx > wideEMU && cy > highEMU
	}
	return nil
}

func (p *parser) textBox(l *line) error {
	outer, code := p.box, p.code
	p.box, p.code = &box{}, nil
	err := p.blocks()
	l.boxes = append(l.boxes, p.box)
	p.box, p.code = outer, code
	return err
}

// points reads width and height of a VML shape's style, in EMU.
func points(style string) (w, h int) {
	for _, d := range strings.Split(style, ";") {
		k, v, _ := strings.Cut(d, ":")
		n, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(v), "pt"), 64)
		if err != nil || n < 0 || n > 1e6 {
			continue
		}
		switch strings.TrimSpace(k) {
		case "width":
			w = int(n * 12700)
		case "height":
			h = int(n * 12700)
		}
	}
	return w, h
}

// symbol maps the few symbols of symbol fonts that forms use.
func symbol(font, char string) string {
	n, err := strconv.ParseUint(char, 16, 32)
	if err != nil {
		return ""
	}
	if n < 0xf000 {
		return string(rune(n))
	}
	if n -= 0xf000; strings.HasPrefix(font, "Wingdings") {
		switch n {
		case 0xfc, 0x50:
			return "√"
		case 0xfe, 0x52:
			return "☑"
		case 0xa8, 0x6f, 0xa3:
			return "□"
		case 0xfb, 0x4f:
			return "×"
		}
		return ""
	}
	if n >= ' ' && n < 0x7f {
		return string(rune(n))
	}
	return ""
}
