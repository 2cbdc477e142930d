// Package manual is the user's manual: the Markdown files of this folder with
// their pictures, read into pages that the program serves at /help. README.md
// is the index; a page belongs to the book when it is reached from there.
package manual

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed *.md all:pictures
var files embed.FS

// Index is the name of the first page.
const Index = "README"

// A Page is one file of the manual.
type Page struct {
	Name     string // of the file without .md, the last part of its address
	Title    string
	HTML     string // the body without the title, of our own tags only
	Sections []Section
	Links    []string // names of the pages it leads to
	Pictures []string // names of files in pictures
	Code     []string // what stands between backticks, in order
}

// A Section is a heading with the text below it, for finding.
type Section struct {
	ID, Title, Text string
}

// A Book is the manual.
type Book struct {
	Pages  []*Page // in the order of the index, which is first
	byName map[string]*Page
}

// Read reads the whole manual. The files are part of the program; one that
// cannot be read is a fault of the build and leaves a page out.
func Read() *Book {
	b := &Book{byName: map[string]*Page{}}
	names, err := fs.Glob(files, "*.md")
	if err != nil {
		return b
	}
	for _, n := range names {
		if text, err := files.ReadFile(n); err == nil {
			p := parse(strings.TrimSuffix(n, ".md"), string(text))
			b.byName[p.Name] = p
		}
	}
	seen := map[string]bool{}
	var walk func(name string)
	walk = func(name string) {
		p := b.byName[name]
		if p == nil || seen[name] {
			return
		}
		seen[name] = true
		b.Pages = append(b.Pages, p)
		if name == Index {
			for _, l := range p.Links {
				walk(l)
			}
		}
	}
	walk(Index)
	for i := 0; i < len(b.Pages); i++ { // what is reached from the pages stands behind them
		for _, l := range b.Pages[i].Links {
			walk(l)
		}
	}
	return b
}

// Page is the page of a name, nil where there is none.
func (b *Book) Page(name string) *Page { return b.byName[name] }

// Picture is the file of a picture.
func (b *Book) Picture(name string) ([]byte, error) { return files.ReadFile("pictures/" + name) }

// A Hit is a section that holds every word asked for.
type Hit struct {
	Page    *Page
	Section Section
	Excerpt string
}

// Find looks for words, headings first, at most so many hits.
func (b *Book) Find(query string, most int) []Hit {
	words := strings.Fields(strings.ToLower(query))
	if len(words) == 0 {
		return nil
	}
	var titles, texts []Hit
	for _, p := range b.Pages {
		if p.Name == Index {
			continue
		}
		for _, s := range p.Sections {
			title, text := strings.ToLower(p.Title+" "+s.Title), strings.ToLower(s.Text)
			inTitle, in := true, true
			for _, w := range words {
				t := strings.Contains(title, w)
				inTitle = inTitle && t
				in = in && (t || strings.Contains(text, w))
			}
			switch h := (Hit{p, s, excerpt(s.Text, words[0])}); {
			case inTitle:
				titles = append(titles, h)
			case in:
				texts = append(texts, h)
			}
		}
	}
	out := append(titles, texts...)
	return out[:min(len(out), most)]
}

// excerpt is some text around a word.
func excerpt(text, word string) string {
	const before, longest = 20, 80
	r := []rune(text)
	at := max(0, len([]rune(text[:max(0, strings.Index(strings.ToLower(text), word))]))-before)
	out := string(r[min(at, len(r)):min(at+longest, len(r))])
	if at > 0 {
		out = "…" + out
	}
	if at+longest < len(r) {
		out += "…"
	}
	return out
}
