package html

import (
	"bytes"
	stdhtml "html"
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// tagOf returns the element that a tag as written, <td …> or </td>, names (0
// if unknown) and what follows the name. Tags are most of a page: x/net's way
// would copy every name and every value.
func tagOf(raw []byte) (tag atom.Atom, rest []byte) {
	raw = raw[1:]
	if len(raw) > 0 && raw[0] == '/' {
		raw = raw[1:]
	}
	var name [32]byte
	n := 0
	for n < len(raw) && !space(raw[n]) && raw[n] != '/' && raw[n] != '>' {
		if n < len(name) {
			name[n] = lowerByte(raw[n])
		}
		n++
	}
	if n > len(name) {
		return 0, raw[n:]
	}
	return atom.Lookup(name[:n]), raw[n:]
}

func space(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' }

func lowerByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// nextAttr cuts the next attribute off what follows a tag's name, as browsers
// do; its key is empty at the end of the tag. The key is lowered in place of a
// copy, into buf.
func nextAttr(s []byte, buf *[16]byte) (key, value, rest []byte) {
	i := 0
	for i < len(s) && (space(s[i]) || s[i] == '/') {
		i++
	}
	if i == len(s) || s[i] == '>' {
		return nil, nil, nil
	}
	from := i
	for i++; i < len(s) && !space(s[i]) && s[i] != '/' && s[i] != '>' && s[i] != '='; i++ {
	}
	for k := 0; k < i-from && k < len(buf); k++ {
		buf[k] = lowerByte(s[from+k])
	}
	key = buf[:min(i-from, len(buf))]
	for i < len(s) && space(s[i]) {
		i++
	}
	if i == len(s) || s[i] != '=' {
		return key, nil, s[i:]
	}
	for i++; i < len(s) && space(s[i]); i++ {
	}
	if i == len(s) {
		return key, nil, nil
	}
	if q := s[i]; q == '"' || q == '\'' {
		end := bytes.IndexByte(s[i+1:], q)
		if end < 0 {
			return key, s[i+1:], nil
		}
		return key, s[i+1 : i+1+end], s[i+end+2:]
	}
	from = i
	for i < len(s) && !space(s[i]) && s[i] != '>' {
		i++
	}
	return key, s[from:i], s[i:]
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
func readAttrs(s []byte, tag atom.Atom) (a *attrs, meta [2]string) {
	var buf [16]byte
	var seen [2]bool
	for range 200 {
		k, v, rest := nextAttr(s, &buf)
		if len(k) == 0 {
			break
		}
		s = rest
		if tag == atom.Meta {
			switch string(k) {
			case "name", "property":
				meta[0] = value(v)
			case "content":
				meta[1] = value(v)
			}
			continue
		}
		switch string(k) {
		case "colspan", "rowspan", "width", "height", "class", "id", "hidden", "start", "type":
		case "style":
			if !styled(v) {
				continue
			}
		default:
			continue
		}
		if a == nil {
			a = &attrs{colspan: -1, rowspan: -1}
		}
		switch string(k) {
		case "colspan":
			if !seen[0] { // a browser takes the first of two
				a.colspan, seen[0] = number(v), true
			}
		case "rowspan":
			if !seen[1] {
				a.rowspan, seen[1] = number(v), true
			}
		case "width":
			a.width = number(v)
		case "height":
			a.height = number(v)
		case "start":
			a.start = number(v)
		case "class", "id":
			if a.class != "" {
				a.class += " "
			}
			a.class += value(v)
		case "hidden":
			a.hidden = true
		case "type":
			a.hidden = a.hidden || strings.EqualFold(string(v), "hidden")
		case "style":
			readStyle(a, value(v))
		}
	}
	return a, meta
}

func value(v []byte) string {
	if bytes.IndexByte(v, '&') >= 0 {
		return stdhtml.UnescapeString(string(v))
	}
	return string(v)
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
