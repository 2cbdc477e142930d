package docx

import (
	"context"
	"fmt"
	"html"
	"path"
	"strings"
	"unicode"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

// A Page is a Word document as html with its form, for one who cleans html: what
// Word hides, deleted and commented on is in it, marked as Word marks it when
// text is copied, so that the cleaner can tell what was there.
type Page struct {
	HTML     string
	Title    string // set as the title of an official paper: large, in the middle, before the text
	Pictures []Picture
	Property string // the file's own title property, often useless
}

// A Picture is an image of the document.
type Picture struct {
	Src  string // how HTML names it
	Name string
	Type string // image/png …
	Data []byte
}

// Limits of pictures; what is beyond stands in the html without its data.
const (
	maxPictures     = 200
	maxPictureBytes = 64 << 20 // all of them
)

// ReadPage reads a .docx file with its form. The error is a *limit.Error.
func ReadPage(ctx context.Context, name string, data []byte) (*Page, error) {
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
	w := &pager{z: z, dir: dir, page: &Page{}, links: relations(z, dir+"_rels/"+base+".rels", dir), out: &strings.Builder{}}
	w.parser = &parser{ctx: ctx, doc: &doc.Document{Name: name}, numbers: newNumbering()}
	part := func(file string) []byte {
		if !z.Has(dir + file) {
			return nil
		}
		b, err := z.Read(dir + file)
		if err != nil {
			return nil
		}
		return b
	}
	if b := part("styles.xml"); b != nil {
		w.styles = parseStyles(b)
		w.looks = parseLooks(b)
	}
	if b := part("numbering.xml"); b != nil {
		w.numbers, _ = parseNumbering(b)
	}
	if b := part("comments.xml"); b != nil {
		w.comments = notesByID(b, "comment")
	}
	if b := part("footnotes.xml"); b != nil {
		w.footnotes = notesByID(b, "footnote")
	}
	w.s = newScanner(body)
	if err := w.document(); err != nil {
		return nil, broken(err)
	}
	for i, s := range w.feet {
		fmt.Fprintf(w.out, "<p>[%d] %s</p>\n", i+1, html.EscapeString(s))
	}
	w.margins()
	if z.Has("docProps/core.xml") {
		if b, err := z.Read("docProps/core.xml"); err == nil {
			w.page.Property = property(b, "title")
		}
	}
	w.page.Title = strings.Join(w.title, "")
	w.page.HTML = w.out.String()
	return w.page, nil
}

// A pager writes the page. Its methods are called as a parser's are.
type pager struct {
	*parser
	z         *limit.Zip
	dir       string
	page      *Page
	links     map[string]relation
	looks     looks
	comments  map[string]string
	footnotes map[string]string
	out       *strings.Builder
	feet      []string
	fields    []field
	title     []string
	past      bool // the title is behind
	seen      int  // paragraphs with text so far
	depth     int  // tables and boxes around
	pictures  int  // bytes
	length    int  // bytes of text
}

// A field is code that Word prints the result of.
type field struct {
	code bool
	text strings.Builder
	link string
}

type relation struct {
	to       string
	external bool
}

func relations(z *limit.Zip, file, dir string) map[string]relation {
	out := map[string]relation{}
	if !z.Has(file) {
		return out
	}
	b, err := z.Read(file)
	if err != nil {
		return out
	}
	s := newScanner(b)
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return out
		}
		if t != start || !s.is("Relationship") {
			continue
		}
		r := relation{s.val("Target"), s.val("TargetMode") == "External"}
		switch {
		case r.external:
		case strings.HasPrefix(r.to, "/"):
			r.to = r.to[1:]
		default:
			r.to = path.Join(dir, r.to)
		}
		out[s.val("Id")] = r
	}
}

// notesByID reads the plain text of comments or footnotes.
func notesByID(b []byte, element string) map[string]string {
	out := map[string]string{}
	s := newScanner(b)
	id := ""
	var text []byte
	in := false
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return out
		}
		switch {
		case t == start && s.is(element):
			if id, text = s.val("id"), nil; s.val("type") != "" {
				id = ""
			}
		case t == start:
			in = s.is("t")
		case t == end && s.is(element):
			if id != "" {
				out[id] = strings.TrimSpace(string(text))
			}
		case t == end:
			in = false
		case t == chars && in && len(text) < 4000:
			text = unescape(text, s.text)
		}
	}
}

// margins tells of words in headers and footers: a mark such as 内部资料 stands
// there.
func (w *pager) margins() {
	for _, n := range w.z.Names {
		base, ok := strings.CutPrefix(n, w.dir)
		if !ok || !strings.HasSuffix(n, ".xml") || !strings.HasPrefix(base, "header") && !strings.HasPrefix(base, "footer") {
			continue
		}
		b, err := w.z.Read(n)
		if err != nil {
			continue
		}
		s := newScanner(b)
		var text []byte
		in := false
		for len(text) < 4000 {
			t, err := s.next()
			if err != nil || t == eof {
				break
			}
			switch {
			case t == start || t == end:
				in = t == start && s.is("t")
			case in:
				text = unescape(text, s.text)
			}
		}
		if strings.ContainsFunc(string(text), func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
			w.out.WriteString(`<div style="mso-element:header"><p>` + html.EscapeString(string(text)) + "</p></div>\n")
		}
	}
}

func (w *pager) document() error {
	found := false
	for {
		t, err := w.s.next()
		if err != nil {
			return err
		}
		switch {
		case t == eof:
			if !found {
				return errSyntax
			}
			return nil
		case t != start:
		case w.s.is("body"):
			found = true
			if err := w.blocks(); err != nil {
				return err
			}
		case !w.s.is("document"):
			if err := w.s.skip(); err != nil {
				return err
			}
		}
	}
}

func (w *pager) blocks() error {
	return w.each(func() error {
		switch string(w.s.name) {
		case "p":
			if !w.foreign() {
				return w.paragraph()
			}
		case "tbl":
			if !w.foreign() {
				return w.table()
			}
		case "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo":
			return w.blocks()
		case "del", "moveFrom":
			w.put("<del>")
			err := w.blocks()
			w.put("</del>")
			return err
		case "AlternateContent":
			return w.choice(w.blocks)
		}
		return w.s.skip()
	})
}

func (w *pager) put(s string) { w.out.WriteString(s) }

// relationship ids stand under different names in different schemes.
func (w *pager) related(id string) (relation, bool) {
	r, ok := w.links[id]
	return r, ok
}

// picture gives a picture's name in the html.
func (w *pager) picture(id, alt string) string {
	alt = html.EscapeString(alt)
	r, ok := w.related(id)
	kind := map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif"}[strings.ToLower(path.Ext(r.to))]
	if !ok || r.external || kind == "" || !w.z.Has(r.to) || len(w.page.Pictures) >= maxPictures {
		return `<img alt="` + alt + `">`
	}
	src := "docx:" + r.to
	for _, p := range w.page.Pictures {
		if p.Src == src {
			return `<img src="` + html.EscapeString(src) + `" alt="` + alt + `">`
		}
	}
	b, err := w.z.Read(r.to)
	if err != nil || w.pictures+len(b) > maxPictureBytes {
		return `<img alt="` + alt + `">`
	}
	w.pictures += len(b)
	w.page.Pictures = append(w.page.Pictures, Picture{src, path.Base(r.to), kind, b})
	return `<img src="` + html.EscapeString(src) + `" alt="` + alt + `">`
}
