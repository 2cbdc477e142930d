package rich

import (
	"strconv"
	"strings"
)

// A Highlight marks the runes From … To of a line as [Body.Lines] counts them.
// Of overlapping ones the first wins.
type Highlight struct {
	Line, From, To   int
	Class, Title, ID string
}

// HTML is the body as html for pages of this program. It is safe to put into a
// page whatever the body holds: elements, attributes and classes are this
// package's own, text is escaped, links are checked again. image gives the
// address of a picture's file, "" for none; nil if there are no pictures to
// show.
//
// Classes: p.flush (no indent), .center, .right, div.scroll around table.grid,
// figure.picture.
func (b Body) HTML(image func(file int64) string) string { return b.HTMLMarked(image, nil) }

// HTMLMarked is HTML with <mark> elements around the given places, each with
// its class, title and id. What marks the words of a picture is shown under it.
func (b Body) HTMLMarked(image func(file int64) string, marks []Highlight) string {
	w := &writer{image: image, marks: byLine(marks)}
	if w.marks != nil {
		w.lines = map[place]int{}
		for i, l := range b.Lines() {
			w.lines[place{l.Block, l.Row, l.Cell}] = i
		}
	}
	for i, x := range b.Blocks {
		w.block(i, x)
	}
	w.closeLists(0)
	return w.s.String()
}

type place struct{ block, row, cell int }

func byLine(marks []Highlight) map[int][]Highlight {
	if len(marks) == 0 {
		return nil
	}
	out := map[int][]Highlight{}
	for _, m := range marks {
		out[m.Line] = append(out[m.Line], m)
	}
	return out
}

// A writer writes one body.
type writer struct {
	s     strings.Builder
	image func(int64) string
	marks map[int][]Highlight
	lines map[place]int
	open  []string // "ul" or "ol" of every list open, each with its last entry open
	look  *Look    // for pages of others; nil for our own
}

func (w *writer) put(parts ...string) {
	for _, p := range parts {
		w.s.WriteString(p)
	}
}

func (w *writer) block(i int, x Block) {
	if x.Kind != Entry {
		w.closeLists(0)
	}
	at := place{i, -1, -1}
	switch x.Kind {
	case Para:
		w.put("<p", w.form(x), ">")
		w.spans(at, x.Spans)
		w.put("</p>\n")
	case Heading:
		tag := "h" + strconv.Itoa(min(max(x.Level, 2), 4))
		w.put("<", tag, w.form(x), ">")
		w.spans(at, x.Spans)
		w.put("</", tag, ">\n")
	case Entry:
		w.entry(at, x)
	case Grid:
		w.grid(i, x)
	case Picture:
		w.picture(at, x)
	case Rule:
		w.put("<hr", w.style("hr"), ">\n")
	}
}

// form is the class or style of a paragraph or heading.
func (w *writer) form(x Block) string {
	if w.look != nil {
		return w.look.form(x)
	}
	switch {
	case x.Align == Centre:
		return ` class="center"`
	case x.Align == Right:
		return ` class="right"`
	case x.Kind == Para && x.Flush:
		return ` class="flush"`
	}
	return ""
}

// entry opens and closes lists so that each stands inside the entry it belongs
// to.
func (w *writer) entry(at place, x Block) {
	level := min(max(x.Level, 1), maxLevel)
	tag := "ul"
	if x.Numbered {
		tag = "ol"
	}
	w.closeLists(level)
	if len(w.open) == level {
		w.put("</li>\n")
		if w.open[level-1] != tag {
			w.put("</", w.open[level-1], ">\n")
			w.open = w.open[:level-1]
		}
	}
	for len(w.open) < level { // a jump over levels opens empty entries between
		kind := "ul"
		if len(w.open)+1 == level {
			kind = tag
		}
		w.open = append(w.open, kind)
		w.put("<", kind, w.style(kind), ">")
		if len(w.open) < level {
			w.put("<li>")
		}
	}
	w.put("<li", w.style("li"), ">")
	w.spans(at, x.Spans)
}

// closeLists closes lists until so many are open.
func (w *writer) closeLists(level int) {
	for len(w.open) > level {
		last := len(w.open) - 1
		w.put("</li></", w.open[last], ">")
		w.open = w.open[:last]
		if last == 0 {
			w.put("\n")
		}
	}
}

func (w *writer) grid(i int, x Block) {
	if w.look == nil {
		w.put(`<div class="scroll" tabindex="0">`)
	}
	w.put("<table", w.style("table"), ">\n")
	if len(x.Spans) > 0 {
		w.put("<caption", w.style("caption"), ">")
		w.spans(place{i, -1, -1}, x.Spans)
		w.put("</caption>\n")
	}
	for r, row := range x.Rows {
		w.put("<tr>")
		for c, cell := range row.Cells {
			tag := "td"
			if cell.Head {
				tag = "th"
			}
			w.put("<", tag)
			if cell.RowSpan > 1 {
				w.put(` rowspan="`, strconv.Itoa(cell.RowSpan), `"`)
			}
			if cell.ColSpan > 1 {
				w.put(` colspan="`, strconv.Itoa(cell.ColSpan), `"`)
			}
			switch {
			case w.look != nil:
				w.put(w.look.cell(cell))
			case cell.Align == Centre:
				w.put(` class="center"`)
			case cell.Align == Right:
				w.put(` class="right"`)
			}
			w.put(">")
			w.spans(place{i, r, c}, cell.Spans)
			w.put("</", tag, ">")
		}
		w.put("</tr>\n")
	}
	w.put("</table>")
	if w.look == nil {
		w.put("</div>")
	}
	w.put("\n")
}

func (w *writer) picture(at place, x Block) {
	if x.Image == nil {
		return
	}
	src := ""
	if w.image != nil {
		src = w.image(x.Image.File)
	}
	marks := w.marks[w.line(at)]
	if src == "" && x.Image.Alt == "" {
		return
	}
	if w.look != nil {
		w.put("<p", w.look.picture(), ">")
	} else {
		w.put(`<figure class="picture">`)
	}
	if src != "" {
		w.put(`<img src="`, escape(src), `" alt="`, escape(x.Image.Alt), `"`, w.style("img"), ">")
	}
	if w.look != nil {
		w.put("</p>\n")
		return
	}
	if src == "" || len(marks) > 0 {
		w.put("<figcaption>图片说明：")
		w.spans(at, []Span{{Text: x.Image.Alt}})
		w.put("</figcaption>")
	}
	w.put("</figure>\n")
}

func (w *writer) line(at place) int {
	if n, ok := w.lines[at]; ok {
		return n
	}
	return -1
}

// spans writes the text of a line, cut where marks begin and end.
func (w *writer) spans(at place, spans []Span) {
	var marks []Highlight
	if w.marks != nil {
		marks = w.marks[w.line(at)]
	}
	total := 0
	if len(marks) > 0 {
		for _, s := range spans {
			total += len([]rune(s.Text))
		}
	}
	of := owners(marks, total)
	told := make([]bool, len(marks)) // whether the mark's id has been written
	prev, n := '\n', 0
	for k, s := range spans {
		next := '\n'
		for _, t := range spans[k+1:] {
			if t.Text != "" {
				next = []rune(t.Text)[0]
				break
			}
		}
		runes := []rune(s.Text)
		shut := w.openSpan(s)
		for i := 0; i < len(runes); {
			j := len(runes)
			mark := -1
			if of != nil {
				mark = of[n+i]
				for j = i + 1; j < len(runes) && of[n+j] == mark; j++ {
				}
			}
			if mark >= 0 {
				w.openMark(marks[mark], !told[mark])
				told[mark] = true
			}
			after := next
			if j < len(runes) {
				after = runes[j]
			}
			w.text(runes[i:j], prev, after)
			prev = runes[j-1]
			if mark >= 0 {
				w.put("</mark>")
			}
			i = j
		}
		w.put(shut)
		n += len(runes)
	}
}

// owners gives for every rune the index of the first mark that covers it, or
// -1; nil if there are no marks.
func owners(marks []Highlight, total int) []int {
	if len(marks) == 0 || total == 0 {
		return nil
	}
	of := make([]int, total)
	for i := range of {
		of[i] = -1
	}
	for m := range marks {
		for i := max(marks[m].From, 0); i < min(marks[m].To, total); i++ {
			if of[i] < 0 {
				of[i] = m
			}
		}
	}
	return of
}

func (w *writer) openMark(m Highlight, first bool) {
	w.put("<mark")
	if m.ID != "" && first {
		w.put(` id="`, escape(m.ID), `"`)
	}
	if m.Class != "" {
		w.put(` class="`, escape(m.Class), `"`)
	}
	if m.Title != "" {
		w.put(` title="`, escape(m.Title), `"`)
	}
	w.put(">")
}

// openSpan opens the elements of a span's form and returns what closes them.
func (w *writer) openSpan(s Span) string {
	shut := ""
	tag := func(name string) {
		w.put("<", name, ">")
		shut = "</" + name + ">" + shut
	}
	if s.Link != "" {
		if to, ok := SafeLink(s.Link); ok {
			w.put(`<a href="`, escape(to), `">`)
			shut = "</a>"
		}
	}
	if s.Bold {
		tag("strong")
	}
	if s.Italic {
		tag("em")
	}
	if s.Under {
		tag("u")
	}
	switch {
	case s.Sub:
		tag("sub")
	case s.Sup:
		tag("sup")
	}
	return shut
}

// text writes text; blanks that a browser would swallow are written so that it
// keeps them.
func (w *writer) text(runes []rune, prev, next rune) {
	for i, r := range runes {
		after := next
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		switch r {
		case '\n':
			w.put("<br>")
		case ' ':
			if prev == ' ' || prev == '\n' || after == ' ' || after == '\n' {
				w.put("&nbsp;")
			} else {
				w.put(" ")
			}
		case '&':
			w.put("&amp;")
		case '<':
			w.put("&lt;")
		case '>':
			w.put("&gt;")
		case '"':
			w.put("&#34;")
		case '\'':
			w.put("&#39;")
		default:
			if r == '\t' || cleanRune(r) == r { // what is no text is not written
				w.s.WriteRune(r)
			}
		}
		prev = r
	}
}

// style is the look of an element, for pages of others.
func (w *writer) style(tag string) string {
	if w.look != nil {
		return w.look.element(tag)
	}
	if tag == "table" {
		return ` class="grid"`
	}
	return ""
}

// escape is for attribute values.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r = cleanRune(r); r == '\n' {
			return ' '
		}
		return r
	}, s)
	return escaper.Replace(s)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")
