package ingest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gongkai/law/annual"
	"gongkai/text"
)

// A heading found in the stream.
type heading struct {
	chapter int
	token   int
	rest    string // text that follows the heading in the same paragraph
	moved   bool   // stands before or behind another than the form has it
}

// A headingTitle is one accepted wording of a chapter's heading.
type headingTitle struct {
	fold string
	n    int
	fit  float32
}

func headingTitles(f *annual.Form) [][]headingTitle {
	out := make([][]headingTitle, len(f.Chapters))
	for i, def := range f.Chapters {
		for k, title := range append([]string{def.Title}, def.Also...) {
			fold := text.Fold(title)
			fit := float32(1)
			if k > 0 {
				fit = 0.95
			}
			out[i] = append(out[i], headingTitle{fold, utf8.RuneCountInString(fold), fit})
		}
	}
	return out
}

// findHeadings aligns the six chapter headings with the stream. A heading is a
// short line; one that runs on into its text is cut behind the title.
func findHeadings(tokens []token, r *annual.Report, covered func(int) bool) []heading {
	var cands []heading
	var fits []float32
	titles := headingTitles(r.Form)
	for i := range tokens {
		t := &tokens[i]
		if t.n < 4 || covered(i) || t.cell() && t.n > 40 {
			continue
		}
		ordinal, bare := splitHeading(t.fold)
		for c, def := range r.Form.Chapters {
			if fit, rest := headingFit(t, bare, ordinal == def.Ordinal, titles[c]); fit > 0 {
				if t.cell() {
					fit *= 0.8
				}
				cands = append(cands, heading{chapter: c, token: i, rest: rest})
				fits = append(fits, fit)
			}
		}
		if len(cands) > candidatesMax {
			break
		}
	}
	// In a table of contents one heading follows another; a chapter has text.
	for i := range cands {
		if i+1 == len(cands) || textBetween(tokens, cands[i].token+1, cands[i+1].token) {
			fits[i] += 0.05
		}
	}
	best := make([]float32, len(cands))
	prev := make([]int, len(cands))
	top, end := float32(0), -1
	for i := range cands {
		best[i], prev[i] = fits[i], -1
		for j := range i {
			if cands[j].token < cands[i].token && cands[j].chapter < cands[i].chapter && best[j]+fits[i] > best[i] {
				best[i], prev[i] = best[j]+fits[i], j
			}
		}
		if best[i] >= top { // the last of equals: contents come first
			top, end = best[i], i
		}
	}
	var out []heading
	found := make([]bool, len(r.Form.Chapters))
	for i := end; i >= 0; i = prev[i] {
		out = append(out, cands[i])
		found[cands[i].chapter] = true
	}
	// A chapter that stands out of order is still that chapter.
	for i, c := range cands {
		if !found[c.chapter] && fits[i] > 1 {
			found[c.chapter] = true
			c.moved = true
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(a, b heading) int { return a.token - b.token })
	return out
}

func textBetween(tokens []token, from, to int) bool {
	for i := from; i < to; i++ {
		if t := &tokens[i]; t.n > 0 && !isFigure(strings.Trim(t.fold, ".…")) {
			return true
		}
	}
	return false
}

var partOrdinal = regexp.MustCompile(`^第([一二三四五六七八九十])(部分|章|节|篇)[.:]?`)

// splitHeading takes the number off a folded heading, however it is written:
// 一. (一) 第一部分 一.
func splitHeading(fold string) (ordinal, bare string) {
	if m := partOrdinal.FindStringSubmatch(fold); m != nil {
		return m[1], fold[len(m[0]):]
	}
	bare = bareLabel(fold)
	if bare != fold {
		return strings.Trim(strings.TrimSuffix(fold, bare), "()."), bare
	}
	// 一总体情况: the mark behind the number was a space.
	if r, size := utf8.DecodeRuneInString(fold); strings.ContainsRune("一二三四五六", r) {
		return fold[:size], fold[size:]
	}
	return "", fold
}

// headingFit says how well a token fits a chapter's heading; 0 is not at all.
func headingFit(t *token, bare string, numbered bool, titles []headingTitle) (fit float32, rest string) {
	body := strings.TrimRight(bare, ".:;,")
	for _, h := range titles {
		w := h.fit
		if numbered {
			w += 0.3
		}
		switch {
		case body == h.fold:
			return w, ""
		case numbered && strings.HasPrefix(bare, h.fold):
			return w * 0.9, restAfter(t.raw, t.n-utf8.RuneCountInString(bare)+h.n)
		case h.n >= 6 && len(body) <= len(h.fold)+9 && len(body) >= len(h.fold)-9 && text.Distance(body, h.fold, h.n/4) <= h.n/4:
			return w * 0.8, ""
		}
	}
	return 0, ""
}

// restAfter returns the text behind the first n folded runes of a paragraph.
func restAfter(raw string, n int) string {
	_, offs := foldMap(raw)
	if n >= len(offs)-1 {
		return ""
	}
	return strings.TrimLeft(raw[offs[n]:], "。.：: \u3000")
}
