package docx

import (
	"strconv"
	"strings"
)

// A look is what a style, a paragraph or a run says of the form of text; nil and
// "" say nothing.
type runLook struct {
	bold, italic, under, strike, hidden *bool
	vert                                string // superscript, subscript
	colour, fill, face                  string
	size                                int // half points
}

// over is the look of a run whose own is b, within a.
func (a runLook) over(b runLook) runLook {
	pick := func(x, y *bool) *bool {
		if y != nil {
			return y
		}
		return x
	}
	word := func(x, y string) string {
		if y != "" {
			return y
		}
		return x
	}
	out := runLook{pick(a.bold, b.bold), pick(a.italic, b.italic), pick(a.under, b.under), pick(a.strike, b.strike), pick(a.hidden, b.hidden),
		word(a.vert, b.vert), word(a.colour, b.colour), word(a.fill, b.fill), word(a.face, b.face), a.size}
	if b.size > 0 {
		out.size = b.size
	}
	return out
}

func said(b *bool) bool { return b != nil && *b }

// paraLook is the form of a paragraph.
type paraLook struct {
	jc     string
	indent *bool // of the first line
	fill   string
}

func (a paraLook) over(b paraLook) paraLook {
	if b.jc != "" {
		a.jc = b.jc
	}
	if b.indent != nil {
		a.indent = b.indent
	}
	if b.fill != "" {
		a.fill = b.fill
	}
	return a
}

type styleLook struct {
	based string
	run   runLook
	para  paraLook
}

type looks struct {
	byID   map[string]*styleLook
	normal runLook // docDefaults
}

// of follows basedOn.
func (l looks) of(id string) (paraLook, runLook) {
	var chain []*styleLook
	for range 12 {
		st := l.byID[id]
		if st == nil {
			break
		}
		chain = append(chain, st)
		id = st.based
	}
	var p paraLook
	r := l.normal
	for i := len(chain) - 1; i >= 0; i-- {
		p, r = p.over(chain[i].para), r.over(chain[i].run)
	}
	return p, r
}

func parseLooks(b []byte) looks {
	out := looks{byID: map[string]*styleLook{}}
	s := newScanner(b)
	var st *styleLook
	defaults := false
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return out
		}
		switch {
		case t == end && s.is("style"):
			st = nil
		case t == end && s.is("docDefaults"):
			defaults = false
		case t != start:
		case s.is("docDefaults"):
			defaults = true
		case s.is("style"):
			st = &styleLook{}
			out.byID[s.val("styleId")] = st
			if s.val("default") == "1" && s.val("type") == "paragraph" {
				out.byID[""] = st
			}
		case st == nil && defaults:
			out.normal.read(s)
		case st == nil:
		case s.is("basedOn"):
			st.based = s.val("val")
		default:
			st.run.read(s)
			st.para.read(s)
		}
	}
}

// read takes one property of a run from the element at hand.
func (r *runLook) read(s *scanner) {
	on := func(to **bool) {
		v := s.on()
		*to = &v
	}
	switch string(s.name) {
	case "b":
		on(&r.bold)
	case "i":
		on(&r.italic)
	case "strike", "dstrike":
		on(&r.strike)
	case "vanish":
		on(&r.hidden)
	case "u":
		v := s.val("val") != "none"
		r.under = &v
	case "vertAlign":
		r.vert = s.val("val")
	case "color":
		r.colour = s.val("val")
	case "highlight":
		r.fill = s.val("val")
	case "shd":
		r.fill = fill(s)
	case "sz":
		r.size, _ = strconv.Atoi(s.val("val"))
	case "rFonts":
		if f := s.val("eastAsia"); f != "" {
			r.face = f
		}
	}
}

// read takes one property of a paragraph from the element at hand.
func (p *paraLook) read(s *scanner) {
	switch string(s.name) {
	case "jc":
		p.jc = s.val("val")
	case "shd":
		p.fill = fill(s)
	case "ind":
		for _, name := range []string{"firstLineChars", "firstLine"} {
			if v := s.val(name); v != "" {
				yes := v != "0" && !strings.HasPrefix(v, "-")
				p.indent = &yes
				return
			}
		}
		if s.val("hanging") != "" || s.val("hangingChars") != "" {
			no := false
			p.indent = &no
		}
	}
}

func fill(s *scanner) string {
	if v := s.val("fill"); v != "auto" {
		return v
	}
	return ""
}

// css is the style of a colour or a ground as Word names it.
func css(property, v string) string {
	if v == "" || v == "auto" || v == "none" || len(v) > 12 || strings.Trim(v, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		return ""
	}
	if _, err := strconv.ParseUint(v, 16, 32); err == nil && len(v) == 6 {
		v = "#" + v
	}
	return property + ":" + v + ";"
}
