package reporting

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A FactLink is a figure of a text that stands for a fact, with the words around
// it by which it is found again after the text was edited.
type FactLink struct {
	Key    string `json:"key"`
	At     int    `json:"at"`  // place in the text, in characters
	Len    int    `json:"len"` // characters
	Said   string `json:"said"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// A Written is one part of the report as a template says it.
type Written struct {
	ProseSection
	Text  string
	Links []FactLink // by their places
}

// Write fills the template with facts: every part of the report, "" for one of
// which the facts give nothing to say.
func (t *Template) Write(facts []Fact, names ProseNames) []Written {
	x := writer{facts: indexFacts(facts), names: names}
	var out []Written
	for _, s := range ProseSections() {
		w := Written{ProseSection: s}
		for _, have := range t.sections {
			if have.field == s.Field {
				w.Text, w.Links = x.section(have)
			}
		}
		out = append(out, w)
	}
	return out
}

type writer struct {
	facts factsBy
	names ProseNames
}

// A draftText is text as it grows, with its links.
type draftText struct {
	text  []rune
	links []FactLink
}

const (
	separators = "、，；："
	closings   = "。；）"
)

// add appends words. Where a part fell away, the mark that would have led to it
// is taken back.
func (d *draftText) add(s string) {
	if s == "" {
		return
	}
	first, n := utf8.DecodeRuneInString(s)
	if k := len(d.text); k > 0 && strings.ContainsRune(separators, d.text[k-1]) {
		switch {
		case strings.ContainsRune(closings, first):
			d.text = d.text[:k-1]
		case strings.ContainsRune("、，", first):
			s = s[n:]
		}
	}
	d.text = append(d.text, []rune(s)...)
}

func (d *draftText) fact(f Fact) {
	said := []rune(f.Text())
	d.links = append(d.links, FactLink{Key: f.Key, At: len(d.text), Len: len(said), Said: string(said)})
	d.text = append(d.text, said...)
}

// join appends another text behind this one.
func (d *draftText) join(o draftText) {
	if len(o.text) == 0 {
		return
	}
	d.add(string(o.text))
	shift := len(d.text) - len(o.text)
	for _, l := range o.links {
		l.At += shift
		d.links = append(d.links, l)
	}
}

func (w *writer) section(s templateSection) (string, []FactLink) {
	var all draftText
	for _, para := range s.paras {
		var p draftText
		for _, sentence := range para {
			p.join(w.sentence(sentence))
		}
		if len(p.text) == 0 {
			continue
		}
		if len(all.text) > 0 {
			all.text = append(all.text, '\n')
		}
		shift := len(all.text)
		all.text = append(all.text, p.text...)
		for _, l := range p.links {
			l.At += shift
			all.links = append(all.links, l)
		}
	}
	text := string(all.text)
	return text, anchored(all.text, all.links)
}

// sentence writes a sentence, its 无 sentence, or nothing.
func (w *writer) sentence(s templateSentence) draftText {
	if first := firstFigure(s.parts); first != "" {
		f, list, ok := w.figure(first)
		if !ok {
			return draftText{}
		}
		if list == nil && f.N == 0 {
			out, _ := w.parts(s.none, false)
			return out
		}
	}
	out, ok := w.parts(s.parts, false)
	if !ok {
		return draftText{}
	}
	return out
}

// figure is the fact of a key, or the members of a family.
func (w *writer) figure(key string) (f Fact, list []Fact, ok bool) {
	if strings.HasSuffix(key, ".*") {
		list = w.facts.family[key]
		return Fact{}, list, len(list) > 0
	}
	f, ok = w.facts.one[key]
	return f, nil, ok && f.Known
}

// parts writes what follows one another. An optional one is not ok where a
// figure in it is not known or zero; any is not ok where a figure of its own is
// not known, or where it consists of optional parts that all fell away.
func (w *writer) parts(list []templatePart, optional bool) (draftText, bool) {
	var out draftText
	options, kept, own := 0, 0, 0
	for _, x := range list {
		switch {
		case x.inner != nil:
			options++
			if part, ok := w.parts(x.inner, true); ok {
				kept++
				out.join(part)
			}
		case x.name != "":
			out.add(proseNames[x.name](w.names))
		case x.key != "":
			f, members, ok := w.figure(x.key)
			if own++; !ok || optional && !x.family && f.N == 0 {
				return draftText{}, false
			}
			if !x.family {
				out.fact(f)
				break
			}
			for i, m := range members {
				if i > 0 {
					out.add("、")
				}
				out.add(m.Member())
				out.fact(m)
				out.add(m.Unit)
			}
		default:
			out.add(x.text)
		}
	}
	if own == 0 && options > 0 && kept == 0 {
		return draftText{}, false
	}
	return out, len(list) > 0
}

// Characters before and after a figure by which it is found again.
const (
	anchorBefore = 12
	anchorAfter  = 8
)

// anchored gives links the words around them.
func anchored(text []rune, links []FactLink) []FactLink {
	out := slices.Clone(links)
	for i := range out {
		l := &out[i]
		l.Before = string(text[max(0, l.At-anchorBefore):l.At])
		l.After = string(text[l.At+l.Len : min(len(text), l.At+l.Len+anchorAfter)])
	}
	return out
}

// Anchored gives links the words around them in the text where they stand now.
// A link whose place is not in the text is dropped.
func Anchored(text string, links []FactLink) []FactLink {
	r := []rune(text)
	links = slices.DeleteFunc(slices.Clone(links), func(l FactLink) bool { return l.At < 0 || l.Len <= 0 || l.At+l.Len > len(r) })
	return anchored(r, links)
}
