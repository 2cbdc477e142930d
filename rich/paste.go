package rich

import (
	"strconv"
	"strings"
)

// FromHTML reads html of any origin: a paste from Word, WPS or a web page, or
// what an editor made of our own. The body is tidy and holds nothing a browser
// could run. images tells which file of the item an image's address stands for;
// what it does not know is dropped (an address may also be a data: one, with
// the picture in it). What was dropped is said, hidden text above
// all: in a document that is to be published it is a leak.
//
// Time and memory are linear in the source; beyond the limits nothing is kept.
func FromHTML(src string, images func(src string) (file int64, ok bool)) (Body, []Dropped) {
	b, dropped := read(src, images, look{bg: white})
	if len(b.Blocks) == 0 {
		for _, d := range dropped {
			if d.Why == Faint { // all of it was light: it stood on a dark page that was not copied
				return read(src, images, look{bg: white, art: true})
			}
		}
	}
	return b, dropped
}

func read(src string, images func(string) (int64, bool), root look) (Body, []Dropped) {
	f, err := parse(src)
	if err != nil {
		return Body{}, []Dropped{{Why: TooMuch, Count: 1}}
	}
	r := &reader{images: images, sheet: parseSheet(f.styles.String())}
	for _, c := range f.root.children {
		r.walk(c, root)
	}
	r.flush()
	for range f.scripts + f.refused {
		r.bin.Add(Script, "")
	}
	if r.over {
		return Body{}, []Dropped{{Why: TooMuch, Count: 1}}
	}
	return r.settle(), r.bin.all
}

// A look is the form that text inherits from the elements around it.
type look struct {
	form   Span // its flags and link; no text
	struck bool
	pre    bool
	fg, bg colour
	clear  bool // the colour shows nothing
	art    bool // over a picture, which may have any colour
	align  Align
	face   face
	tiny   bool // too small to see
	unseen Why  // why text below is not seen, or ""
	list   list
}

type face byte

const (
	heiti face = iota + 1 // 黑体
	kaiti                 // 楷体
)

// A list is the innermost list around.
type list struct {
	level  int
	marker string // of a numbered list: "1", or the style's name
	none   bool   // no marks
	of     *node
}

// A para is the line at hand.
type para struct {
	spans  []Span
	buf    strings.Builder // text of the last span
	form   Span            // its form
	last   rune            // last character, 0 at the start
	soft   rune            // ' ' or '\n' if blanks wait to be written
	softly Span            // their form
	lead   int             // wide blanks at the start of the line
	breaks int             // line breaks just before

	kind    Kind
	level   int
	align   Align
	flush   bool
	styled  bool   // says something about its own indent or is Word's
	indent  bool   // begins with the usual indent
	item    bool   // is an entry of a list, whatever becomes of it
	value   int    // number of a numbered entry, 0 if it has none
	marker  string // number or sign as printed, where it is to be kept as text
	marking bool   // the text at hand is the marker of a list of Word
	wlist   int    // level of Word's list, 0 if none
	runes   int    // characters to be seen
	faces   [3]int // of them by face
}

// A block as read, with what is needed to settle it.
type draft struct {
	Block
	value  int
	marker string
	styled bool
	indent bool
}

type reader struct {
	images func(string) (int64, bool)
	sheet  sheet
	bin    Bin
	out    []draft
	cur    para
	cell   *cellDraft // where lines of a cell go; nil outside of one
	later  []draft    // pictures of the line or table at hand
	text   int        // characters so far
	cells  int
	h1     int
	over   bool
}

// walk reads a node.
func (r *reader) walk(n *node, l look) {
	if r.over {
		return
	}
	if n.tag == "" {
		r.words(n.text, l)
		return
	}
	if unread[n.tag] {
		r.skip(n)
		return
	}
	l = r.dress(n, l)
	if l.unseen != "" {
		if s := textBelow(n, 400); strings.TrimSpace(s) != "" || l.unseen == Comment {
			r.bin.Add(l.unseen, s)
		}
		return
	}
	switch n.tag {
	case "br":
		r.put("\n", l)
	case "wbr":
	case "img", "v:imagedata":
		r.image(n, l)
	case "hr":
		r.flush()
		if r.cell == nil {
			r.emit(draft{Block: Block{Kind: Rule}})
		}
	case "table":
		r.table(n, l)
	case "q":
		r.put("“", l)
		r.children(n, l)
		r.put("”", l)
	default:
		if block[n.tag] {
			r.block(n, l)
			return
		}
		if r.marks(n) {
			was := r.cur.marking
			r.cur.marking = true
			r.children(n, l)
			r.cur.marking = was
			return
		}
		r.children(n, l)
	}
}

func (r *reader) children(n *node, l look) {
	for _, c := range n.children {
		r.walk(c, l)
	}
}

// skip leaves out an element whole and says so where a person may miss it.
func (r *reader) skip(n *node) {
	switch n.tag {
	case "script":
		// counted by parse
	case "iframe", "object", "embed", "applet", "svg", "math", "canvas", "video", "audio", "select", "textarea", "button", "input", "frame", "dialog", "fencedframe", "portal":
		r.bin.Add(Embedded, textBelow(n, 400))
	}
}

// block reads an element that stands on lines of its own.
func (r *reader) block(n *node, l look) {
	if n.tag == "li" {
		r.item(n, l)
		return
	}
	switch n.tag {
	case "ul", "ol", "menu", "dir":
		r.flush()
		l.list = r.listOf(n, l.list)
		r.children(n, l)
		r.flush()
		return
	}
	if r.cur.item && heading(n.tag) == 0 { // paragraphs of an entry are its lines
		r.put("\n", l)
		r.children(n, l)
		r.put("\n", l)
		return
	}
	r.flush()
	r.begin(n, l)
	if n.tag == "pre" || n.tag == "listing" || n.tag == "xmp" || n.tag == "plaintext" {
		l.pre = true
	}
	r.children(n, l)
	if n.tag == "figcaption" && r.cur.align == "" && r.cell == nil {
		r.cur.align = Centre
	}
	r.flush()
}

// begin sets what the element says about its line.
func (r *reader) begin(n *node, l look) {
	r.cur = para{kind: Para}
	if h := heading(n.tag); h > 0 && r.cell == nil {
		r.cur.kind, r.cur.level = Heading, h
	}
	if n.tag != "p" && n.tag != "div" {
		return
	}
	class := n.attr["class"]
	for _, c := range strings.Fields(class) {
		if c == "flush" {
			r.cur.flush = true
		}
	}
	word := strings.HasPrefix(class, "Mso") || strings.HasPrefix(class, "p") && n.attr["style"] != ""
	r.cur.styled = word
	declarations(r.sheet.of(n), func(k, v string) {
		switch k {
		case "text-indent", "mso-char-indent-count":
			r.cur.styled = true
			if x, ok := length(v); ok {
				r.cur.indent = x >= 8 || k == "mso-char-indent-count" && x > 0
			}
		case "mso-list":
			r.cur.wlist = wordLevel(v)
		}
	})
}

// wordLevel reads the level of "l0 level2 lfo1".
func wordLevel(v string) int {
	for _, f := range strings.Fields(v) {
		if k, ok := strings.CutPrefix(f, "level"); ok {
			if n, err := strconv.Atoi(k); err == nil && n > 0 {
				return min(n, maxLevel)
			}
		}
	}
	return 0
}

// marks reports the span that holds the number or sign of Word's lists.
func (r *reader) marks(n *node) bool {
	if r.cur.wlist == 0 {
		return false
	}
	is := false
	declarations(n.attr["style"], func(k, v string) { is = is || k == "mso-list" && v == "ignore" })
	return is
}

func heading(tag string) int {
	if len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
		return int(tag[1] - '0')
	}
	return 0
}

// listOf is the list that an element opens.
func (r *reader) listOf(n *node, outer list) list {
	in := list{level: min(outer.level+1, maxLevel), of: n}
	kind := ""
	declarations(r.sheet.of(n), func(k, v string) {
		if k == "list-style-type" || k == "list-style" {
			kind, _, _ = strings.Cut(v, " ")
		}
	})
	in.none = kind == "none"
	if n.tag != "ol" {
		return in
	}
	if kind == "" {
		kind = map[string]string{"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}[n.attr["type"]]
	}
	if kind == "" {
		kind = "decimal"
	}
	in.marker = kind
	return in
}

// item reads an entry of a list.
func (r *reader) item(n *node, l look) {
	r.flush()
	r.cur = para{kind: Entry, item: true, level: max(l.list.level, 1)}
	if l.list.none {
		r.cur.kind = Para
	}
	if l.list.marker != "" {
		r.cur.value = r.valueOf(n, l.list.of)
		if l.list.marker != "decimal" || r.cell != nil {
			r.cur.kind = Para
			r.cur.marker = printed(l.list.marker, r.cur.value)
		}
	}
	r.children(n, l)
	r.flush()
}

// valueOf is the number of an entry: its own value, or one more than that of
// the entry before it. What was found is kept on the list.
func (r *reader) valueOf(n, of *node) int {
	if of.attr == nil {
		of.attr = map[string]string{}
	}
	last, err := strconv.Atoi(of.attr["\x00last"])
	if err != nil {
		if last, err = strconv.Atoi(strings.TrimSpace(of.attr["start"])); err != nil {
			last = 1
		}
		last--
	}
	v := last + 1
	if own, err := strconv.Atoi(strings.TrimSpace(n.attr["value"])); err == nil {
		v = own
	}
	if v < 1 || v > 100_000 {
		v = 1
	}
	of.attr["\x00last"] = strconv.Itoa(v)
	return v
}

// textBelow is the text under a node, cut.
func textBelow(n *node, most int) string {
	var s strings.Builder
	var down func(*node)
	down = func(n *node) {
		if s.Len() > most {
			return
		}
		if n.tag == "" {
			s.WriteString(n.text)
			return
		}
		if n.tag == "script" || n.tag == "style" {
			return
		}
		for _, c := range n.children {
			down(c)
		}
	}
	down(n)
	return s.String()
}
