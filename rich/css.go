package rich

import (
	"strconv"
	"strings"
)

const (
	maxStyles = 1 << 20 // bytes of style sheets that are read
	maxRules  = 5_000
)

// sheet is the declarations of a page's own style sheet by class and id: what
// Word and Excel write beside their text.
type sheet map[string]string // ".name", "#name", "tag.name" → declarations

func parseSheet(s string) sheet {
	if s == "" {
		return nil
	}
	out := sheet{}
	s = strings.NewReplacer("<!--", " ", "-->", " ").Replace(uncommented(s))
	for n := 0; n < maxRules; n++ {
		head, rest, ok := strings.Cut(s, "{")
		if !ok {
			return out
		}
		body, after, ok := strings.Cut(rest, "}")
		if !ok {
			return out
		}
		s = after
		if strings.HasPrefix(strings.TrimSpace(head), "@") || len(body) > 4096 {
			continue
		}
		for i, sel := range strings.Split(head, ",") {
			sel = strings.TrimSpace(sel)
			if i > 50 || sel == "" || strings.ContainsAny(sel, " >+~:[*") || !strings.ContainsAny(sel, ".#") || len(sel) > 100 {
				continue
			}
			if have := out[sel]; len(have) < 4096 {
				out[sel] = have + ";" + body
			}
		}
	}
	return out
}

// uncommented takes the comments out, in one pass.
func uncommented(s string) string {
	var out strings.Builder
	for {
		a, rest, ok := strings.Cut(s, "/*")
		out.WriteString(a)
		if !ok {
			return out.String()
		}
		if _, s, ok = strings.Cut(rest, "*/"); !ok {
			return out.String()
		}
	}
}

// of gives the declarations that hold for an element, its own last.
func (s sheet) of(n *node) string {
	own := n.attr["style"]
	if len(s) == 0 {
		return own
	}
	css := ""
	for i, c := range strings.Fields(n.attr["class"]) {
		if i == 20 {
			break
		}
		css += s["."+c] + ";" + s[n.tag+"."+c] + ";"
	}
	if id := n.attr["id"]; id != "" {
		css += s["#"+id] + ";"
	}
	return css + own
}

// declarations calls f with every property and value, both in lower case.
func declarations(css string, f func(name, value string)) {
	if css == "" {
		return
	}
	if strings.Contains(css, "/*") {
		css = uncommented(css)
	}
	css = strings.ToLower(css)
	for i := 0; css != "" && i < 400; i++ {
		var d string
		d, css = cutDeclaration(css)
		if k, v, ok := strings.Cut(d, ":"); ok {
			v = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(v), "!important"))
			f(strings.TrimSpace(k), v)
		}
	}
}

// cutDeclaration cuts at the next semicolon outside of quotes.
func cutDeclaration(s string) (string, string) {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ';':
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// A colour is red, green and blue from 0 to 255; known is false if nothing, or
// nothing that could be read, was said.
type colour struct {
	r, g, b int
	known   bool
}

var white = colour{255, 255, 255, true}

// like reports whether one can hardly be seen on the other.
func (c colour) like(d colour) bool {
	const near = 24
	abs := func(x int) int { return max(x, -x) }
	return c.known && d.known && abs(c.r-d.r) <= near && abs(c.g-d.g) <= near && abs(c.b-d.b) <= near
}

// parseColour reads a colour; clear is true for one that shows nothing.
func parseColour(s string) (c colour, clear bool) {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, ' '); i > 0 && !strings.Contains(s, "(") {
		s = s[:i]
	}
	if s == "transparent" {
		return c, true
	}
	if n, ok := named[s]; ok {
		return n, false
	}
	if h, ok := strings.CutPrefix(s, "#"); ok {
		return parseHex(h)
	}
	for _, p := range []string{"rgba(", "rgb("} {
		in, ok := strings.CutPrefix(s, p)
		if !ok {
			continue
		}
		in = strings.TrimSuffix(in, ")")
		f := strings.FieldsFunc(in, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
		if len(f) < 3 {
			return c, false
		}
		var v [3]int
		for i := range v {
			n, err := strconv.ParseFloat(strings.TrimSuffix(f[i], "%"), 64)
			if err != nil || n < 0 || n > 1000 {
				return c, false
			}
			if strings.HasSuffix(f[i], "%") {
				n = n * 255 / 100
			}
			v[i] = min(int(n+0.5), 255)
		}
		if len(f) > 3 {
			if a, err := strconv.ParseFloat(strings.TrimSuffix(f[3], "%"), 64); err == nil && a < 0.05 {
				return c, true
			}
		}
		return colour{v[0], v[1], v[2], true}, false
	}
	if len(s) == 6 {
		return parseHex(s)
	}
	return c, false
}

func parseHex(h string) (colour, bool) {
	if len(h) == 3 || len(h) == 4 {
		h = string([]byte{h[0], h[0], h[1], h[1], h[2], h[2]})
	}
	if len(h) != 6 && len(h) != 8 {
		return colour{}, false
	}
	if len(h) == 8 && h[6:] == "00" {
		return colour{}, true
	}
	n, err := strconv.ParseUint(h[:6], 16, 32)
	if err != nil {
		return colour{}, false
	}
	return colour{int(n >> 16), int(n >> 8 & 255), int(n & 255), true}, false
}

var named = map[string]colour{
	"white": white, "snow": {255, 250, 250, true}, "ivory": {255, 255, 240, true}, "ghostwhite": {248, 248, 255, true}, "whitesmoke": {245, 245, 245, true},
	"floralwhite": {255, 250, 240, true}, "mintcream": {245, 255, 250, true}, "azure": {240, 255, 255, true}, "window": white, "background1": white,
	"black": {0, 0, 0, true}, "windowtext": {0, 0, 0, true}, "red": {255, 0, 0, true}, "yellow": {255, 255, 0, true}, "blue": {0, 0, 255, true},
	"green": {0, 128, 0, true}, "lime": {0, 255, 0, true}, "aqua": {0, 255, 255, true}, "cyan": {0, 255, 255, true}, "fuchsia": {255, 0, 255, true},
	"magenta": {255, 0, 255, true}, "navy": {0, 0, 128, true}, "maroon": {128, 0, 0, true}, "purple": {128, 0, 128, true}, "teal": {0, 128, 128, true},
	"gray": {128, 128, 128, true}, "grey": {128, 128, 128, true}, "silver": {192, 192, 192, true}, "orange": {255, 165, 0, true}, "darkred": {139, 0, 0, true},
	"darkblue": {0, 0, 139, true}, "darkgreen": {0, 100, 0, true}, "olive": {128, 128, 0, true},
}

// length reads a css length in points, rough for units that depend on type.
func length(v string) (float64, bool) {
	units := []struct {
		name string
		pt   float64
	}{{"pt", 1}, {"px", 0.75}, {"em", 12}, {"rem", 12}, {"cm", 28.35}, {"mm", 2.835}, {"in", 72}, {"ch", 6}, {"%", 0.12}, {"gd", 12}, {"", 0.75}}
	v = strings.TrimSpace(v)
	for _, u := range units {
		if num, ok := strings.CutSuffix(v, u.name); ok {
			if n, err := strconv.ParseFloat(strings.TrimSpace(num), 64); err == nil && n > -1e6 && n < 1e6 {
				return n * u.pt, true
			}
		}
	}
	return 0, false
}
