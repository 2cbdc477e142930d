package docx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"gongkai/ingest/limit"
)

// A scanner reads XML tokens without copying. It knows no entities but the
// five of the standard and character references, and refuses a document type:
// Office writes none, and entity bombs need one. (encoding/xml is four times
// slower, which is what reading a report costs.)
type scanner struct {
	b     []byte
	pos   int
	stack []span // open elements
	shut  bool   // the element just begun is empty

	prefix, name []byte // of the element at hand
	attrs        []attr
	text         []byte // of a text token, still with entities
	raw          bool   // the text is CDATA
}

type span struct{ from, to int }

type attr struct{ name, value []byte } // name without prefix

type token byte

const (
	eof token = iota
	start
	end
	chars
)

var (
	errSyntax  = errors.New("xml syntax")
	errDoctype = errors.New("xml with a document type")
)

// newScanner accepts UTF-8 and, by its mark, UTF-16.
func newScanner(b []byte) *scanner {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		b = b[3:]
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		b = utf16Text(b[2:], binary.LittleEndian)
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		b = utf16Text(b[2:], binary.BigEndian)
	}
	return &scanner{b: b}
}

func utf16Text(b []byte, order binary.ByteOrder) []byte {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = order.Uint16(b[2*i:])
	}
	return []byte(string(utf16.Decode(u)))
}

// next reads the next token. The document must close what it opens.
func (s *scanner) next() (token, error) {
	if s.shut {
		s.shut = false
		return end, s.pop()
	}
	for {
		if s.pos >= len(s.b) {
			if len(s.stack) > 0 {
				return eof, fmt.Errorf("%w: ends inside an element", errSyntax)
			}
			return eof, nil
		}
		if s.b[s.pos] != '<' {
			i := bytes.IndexByte(s.b[s.pos:], '<')
			if i < 0 {
				i = len(s.b) - s.pos
			}
			s.text, s.raw = s.b[s.pos:s.pos+i], false
			s.pos += i
			if len(s.stack) == 0 {
				if len(bytes.TrimSpace(s.text)) > 0 {
					return eof, fmt.Errorf("%w: text outside elements", errSyntax)
				}
				continue
			}
			return chars, nil
		}
		if s.pos+1 >= len(s.b) {
			return eof, errSyntax
		}
		switch s.b[s.pos+1] {
		case '?':
			if err := s.skipTo("?>"); err != nil {
				return eof, err
			}
		case '!':
			rest := s.b[s.pos:]
			switch {
			case bytes.HasPrefix(rest, []byte("<!--")):
				if err := s.skipTo("-->"); err != nil {
					return eof, err
				}
			case bytes.HasPrefix(rest, []byte("<![CDATA[")):
				i := bytes.Index(rest, []byte("]]>"))
				if i < 0 {
					return eof, errSyntax
				}
				s.text, s.raw = rest[9:i], true
				s.pos += i + 3
				return chars, nil
			default:
				return eof, errDoctype
			}
		case '/':
			i := bytes.IndexByte(s.b[s.pos:], '>')
			if i < 0 || len(s.stack) == 0 {
				return eof, errSyntax
			}
			name := bytes.TrimRight(s.b[s.pos+2:s.pos+i], " \t\r\n")
			s.pos += i + 1
			open := s.stack[len(s.stack)-1]
			if !bytes.Equal(name, s.b[open.from:open.to]) {
				return eof, fmt.Errorf("%w: wrong end tag", errSyntax)
			}
			s.setName(name)
			return end, s.pop()
		default:
			return start, s.startTag()
		}
	}
}

func (s *scanner) pop() error {
	top := s.stack[len(s.stack)-1]
	s.setName(s.b[top.from:top.to])
	s.stack = s.stack[:len(s.stack)-1]
	return nil
}

func (s *scanner) skipTo(mark string) error {
	i := bytes.Index(s.b[s.pos:], []byte(mark))
	if i < 0 {
		return errSyntax
	}
	s.pos += i + len(mark)
	return nil
}

func (s *scanner) setName(full []byte) {
	s.prefix, s.name = nil, full
	if i := bytes.IndexByte(full, ':'); i >= 0 {
		s.prefix, s.name = full[:i], full[i+1:]
	}
}

func (s *scanner) startTag() error {
	b, i := s.b, s.pos+1
	from := i
	for i < len(b) && b[i] > ' ' && b[i] != '>' && b[i] != '/' {
		i++
	}
	if i == from || i >= len(b) {
		return errSyntax
	}
	if len(s.stack) >= limit.Depth {
		return limit.TooLarge("文档嵌套层数", limit.Depth, "层")
	}
	s.stack = append(s.stack, span{from, i})
	s.setName(b[from:i])
	s.attrs = s.attrs[:0]
	for {
		for i < len(b) && b[i] <= ' ' {
			i++
		}
		if i >= len(b) {
			return errSyntax
		}
		switch b[i] {
		case '>':
			s.pos = i + 1
			return nil
		case '/':
			if i+1 >= len(b) || b[i+1] != '>' {
				return errSyntax
			}
			s.pos, s.shut = i+2, true
			return nil
		}
		from := i
		for i < len(b) && b[i] != '=' && b[i] != '>' && b[i] > ' ' {
			if b[i] == ':' {
				from = i + 1
			}
			i++
		}
		name := b[from:i]
		for i < len(b) && b[i] <= ' ' {
			i++
		}
		if i >= len(b) || b[i] != '=' {
			return errSyntax
		}
		for i++; i < len(b) && b[i] <= ' '; i++ {
		}
		if i >= len(b) || b[i] != '"' && b[i] != '\'' {
			return errSyntax
		}
		k := bytes.IndexByte(b[i+1:], b[i])
		if k < 0 {
			return errSyntax
		}
		s.attrs = append(s.attrs, attr{name, b[i+1 : i+1+k]})
		i += k + 2
	}
}

// is reports the local name of the element at hand.
func (s *scanner) is(name string) bool { return string(s.name) == name }

// val returns an attribute by its name without prefix, entities resolved.
func (s *scanner) val(name string) string {
	for _, a := range s.attrs {
		if string(a.name) == name {
			return string(unescape(nil, a.value))
		}
	}
	return ""
}

// on reads a switch such as <w:vanish/> or <w:b w:val="0"/>.
func (s *scanner) on() bool {
	switch s.val("val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}

// num reads a number from an attribute, or def; it is kept within 0 to max.
func (s *scanner) num(name string, def, max int) int {
	n, err := strconv.Atoi(s.val(name))
	if err != nil || n < 0 {
		return def
	}
	return min(n, max)
}

// skip passes over the element that has just begun.
func (s *scanner) skip() error {
	for depth := 1; depth > 0; {
		t, err := s.next()
		if err != nil {
			return err
		}
		switch t {
		case start:
			depth++
		case end:
			depth--
		case eof:
			return errSyntax
		}
	}
	return nil
}

// unescape appends text with its entities resolved; one it does not know stays
// as it stands.
func unescape(dst, b []byte) []byte {
	for len(b) > 0 {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			break
		}
		dst = append(dst, b[:i]...)
		b = b[i:]
		k := bytes.IndexByte(b[:min(len(b), 12)], ';')
		if k < 0 {
			dst, b = append(dst, '&'), b[1:]
			continue
		}
		switch ent := string(b[1:k]); ent {
		case "amp":
			dst = append(dst, '&')
		case "lt":
			dst = append(dst, '<')
		case "gt":
			dst = append(dst, '>')
		case "quot":
			dst = append(dst, '"')
		case "apos":
			dst = append(dst, '\'')
		default:
			if r := reference(ent); r > 0 {
				dst = utf8.AppendRune(dst, r)
			} else {
				dst = append(dst, b[:k+1]...)
			}
		}
		b = b[k+1:]
	}
	return append(dst, b...)
}

func reference(ent string) rune {
	if len(ent) < 2 || ent[0] != '#' {
		return 0
	}
	base, digits := 10, ent[1:]
	if digits[0] == 'x' || digits[0] == 'X' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return 0
	}
	return rune(n)
}
