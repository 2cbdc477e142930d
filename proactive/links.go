package proactive

import (
	"net/url"
	"strings"

	"gongkai/rich"
)

// LinkKind is where a link in a text leads.
type LinkKind string

// The kinds of links.
const (
	ToItem LinkKind = "item" // to an item of this site
	ToFile LinkKind = "file" // to an attachment of one
	ToPage LinkKind = "page" // to another page of this site
	ToSite LinkKind = "out"  // to another site
)

// A Link is one in the text of an item.
type Link struct {
	Kind   LinkKind
	URL    string
	Host   string // of one that leads out
	Words  string // that carry it
	Target string // index number of the item it leads to, or whose file it is
}

// MaxLinks is how many links of one text are registered, and MaxLink how long one
// may be, in bytes.
const (
	MaxLinks = 500
	MaxLink  = 1000
)

// Links lists the web links of a text, each address once, with the words that
// first carry it. Domain is that of this site, "" if it is not known.
func (c Content) Links(domain string) []Link {
	var out []Link
	seen := map[string]bool{}
	add := func(spans []rich.Span) {
		for i := 0; i < len(spans); i++ {
			to := spans[i].Link
			words := ""
			for ; i < len(spans) && spans[i].Link == to; i++ { // one link may be bold in its middle
				words += spans[i].Text
			}
			i--
			if to == "" || seen[to] || len(to) > MaxLink || len(out) == MaxLinks {
				continue
			}
			seen[to] = true
			if l, ok := linkOf(to, domain); ok {
				if r := []rune(strings.TrimSpace(words)); len(r) > 60 {
					l.Words = string(r[:60])
				} else {
					l.Words = string(r)
				}
				out = append(out, l)
			}
		}
	}
	for _, b := range c.Body.Blocks {
		add(b.Spans)
		for _, row := range b.Rows {
			for _, cell := range row.Cells {
				add(cell.Spans)
			}
		}
	}
	return out
}

// linkOf says where an address leads; what is no page of the web is no link.
func linkOf(to, domain string) (Link, bool) {
	u, err := url.Parse(to)
	if err != nil || u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https" {
		return Link{}, false
	}
	l := Link{Kind: ToPage, URL: to}
	if u.Host != "" && !strings.EqualFold(u.Host, domain) {
		l.Kind, l.Host = ToSite, strings.ToLower(u.Host)
		return l, true
	}
	if n, ok := strings.CutPrefix(u.Path, "/item/"); ok && n != "" {
		l.Kind, l.Target = ToItem, n
	} else if rest, ok := strings.CutPrefix(u.Path, "/item-file/"); ok {
		if _, n, ok := strings.Cut(rest, "/"); ok && n != "" {
			l.Kind, l.Target = ToFile, n
		}
	}
	return l, true
}
