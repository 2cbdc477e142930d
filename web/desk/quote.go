package desk

import (
	"fmt"
	"hash/fnv"
	"sort"
	"strings"

	"gongkai/law/annual"
	"gongkai/web/page"
)

// A proseView is a paragraph cut into pieces, so that the words a finding
// speaks of are marked where they stand.
type proseView struct {
	Head   bool
	Pieces []piece
}

// A piece is plain text, or a marked quote that leads to its finding.
type piece struct {
	Text string
	ID   string // of the first occurrence, for links
	Tone string // "", "bad", "sus", "note"
	Href string // of the finding
	Note string
}

type quote struct {
	text, href, note, tone string
	used                   *bool
}

// narrative cuts intro and chapters at the quotes of the findings and lets the
// findings whose words are marked lead there.
func (v *view) narrative(r *annual.Report, findings []annual.Finding) {
	var qs []quote
	seen := map[string]bool{}
	for i, f := range sorted(findings) {
		if strings.TrimSpace(f.Quote) == "" {
			continue
		}
		tone := "note"
		switch f.Level {
		case annual.Error:
			tone = "bad"
		case annual.Warning:
			tone = "sus"
		}
		if seen[f.Quote] {
			continue // one mark for the same words; it leads to the gravest finding
		}
		seen[f.Quote] = true
		qs = append(qs, quote{f.Quote, fmt.Sprintf("#finding-%d", i+1), f.Message, tone, new(bool)})
	}
	v.Intro = paragraphs(r.Intro, qs)
	for i, c := range r.Form.Chapters {
		ch := chapterView{ID: fmt.Sprintf("chapter-%d", i+1), Heading: r.Headings[i]}
		if ch.Heading == "" {
			ch.Heading = c.Ordinal + "、" + c.Title
			ch.Note = "原文没有这一章的标题"
		}
		ch.Paras = paragraphs(r.Chapters[i], qs)
		for _, t := range v.Tables {
			if c.Table == t.ID {
				ch.Tables = append(ch.Tables, t)
			}
		}
		v.Chapters = append(v.Chapters, ch)
	}
	drawn := map[string]bool{}
	for _, q := range qs {
		drawn[q.text] = drawn[q.text] || *q.used
	}
	for i := range v.Findings {
		if q := v.Findings[i].Quote; drawn[q] {
			v.Findings[i].QuoteAt = quoteID(q)
		}
		v.Findings[i].Quote = clip(v.Findings[i].Quote, 120) // 雷同 quotes whole chapters
	}
}

func paragraphs(text string, qs []quote) []proseView {
	var out []proseView
	for _, p := range page.Paragraphs(text) {
		out = append(out, proseView{p.Head, cut(p.Text, qs)})
	}
	return out
}

// cut marks the quotes in a text. Where two overlap, the earlier and then the
// longer one is marked; the other one's finding still quotes its words.
func cut(text string, qs []quote) []piece {
	type hit struct{ from, to, q int }
	var hits []hit
	for i, q := range qs {
		for off := 0; q.text != "" && len(hits) < 500; {
			k := strings.Index(text[off:], q.text)
			if k < 0 {
				break
			}
			hits = append(hits, hit{off + k, off + k + len(q.text), i})
			off += k + len(q.text)
		}
	}
	sort.SliceStable(hits, func(a, b int) bool {
		if hits[a].from != hits[b].from {
			return hits[a].from < hits[b].from
		}
		return hits[a].to > hits[b].to
	})
	var out []piece
	at := 0
	for _, h := range hits {
		if h.from < at {
			continue
		}
		if h.from > at {
			out = append(out, piece{Text: text[at:h.from]})
		}
		q := qs[h.q]
		p := piece{Text: text[h.from:h.to], Tone: q.tone, Href: q.href, Note: q.note}
		if !*q.used {
			*q.used = true
			p.ID = quoteID(q.text)
		}
		out = append(out, p)
		at = h.to
	}
	if at < len(text) {
		out = append(out, piece{Text: text[at:]})
	}
	return out
}

// quoteID names a quote's element by its words, so that findings that quote
// the same words lead to the same place.
func quoteID(q string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(q)) // a hash never fails
	return fmt.Sprintf("quote-%08x", h.Sum32())
}
