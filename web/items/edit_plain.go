package items

import (
	"fmt"
	"strconv"
	"strings"

	"gongkai/rich"
)

// Without script a text is edited as plain lines: blank lines part paragraphs,
// "# " begins a heading (## and ### smaller ones), "- " an entry of a list and
// "1. " one of a numbered list. Tables and pictures stand as a line of their own,
// 【表格1】 or 【图片1：…】, and are kept as they are; what was not touched keeps
// its form.

// plainOf is the body as such lines.
func plainOf(b rich.Body) string {
	var out []string
	tables, pictures := 0, 0
	entry := false
	for i, x := range b.Blocks {
		s := plainBlock(x)
		switch x.Kind {
		case rich.Grid:
			tables++
			s = fmt.Sprintf("【表格%d】", tables)
		case rich.Picture:
			pictures++
			s = fmt.Sprintf("【图片%d】", pictures)
			if x.Image != nil && x.Image.Alt != "" {
				s = fmt.Sprintf("【图片%d：%s】", pictures, clip(oneLine(x.Image.Alt), 40))
			}
		}
		if i > 0 && !(entry && x.Kind == rich.Entry) {
			out = append(out, "")
		}
		entry = x.Kind == rich.Entry
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func plainBlock(x rich.Block) string {
	s := strings.TrimSpace(rich.Body{Blocks: []rich.Block{{Kind: rich.Para, Spans: x.Spans}}}.Text())
	switch x.Kind {
	case rich.Heading:
		return strings.Repeat("#", min(max(x.Level-1, 1), 3)) + " " + oneLine(s)
	case rich.Entry:
		mark := "- "
		if x.Numbered {
			mark = "1. "
		}
		return strings.Repeat("  ", min(max(x.Level-1, 0), 3)) + mark + oneLine(s)
	case rich.Rule:
		return "----"
	}
	return s
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// mergePlain is the body that such lines say, over the one that they were made
// of: blocks whose line stands there still are taken over whole.
func mergePlain(was rich.Body, text string) rich.Body {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	same := map[string][]rich.Block{}
	var tables, pictures []rich.Block
	for _, x := range was.Blocks {
		switch x.Kind {
		case rich.Grid:
			tables = append(tables, x)
		case rich.Picture:
			pictures = append(pictures, x)
		default:
			k := plainBlock(x)
			same[k] = append(same[k], x)
		}
	}
	take := func(k string) (rich.Block, bool) {
		list := same[k]
		if len(list) == 0 {
			return rich.Block{}, false
		}
		same[k] = list[1:]
		return list[0], true
	}
	var out rich.Body
	add := func(x rich.Block) { out.Blocks = append(out.Blocks, x) }
	var para []string
	flush := func() {
		if len(para) == 0 {
			return
		}
		s := strings.Join(para, "\n")
		para = nil
		if x, ok := take(s); ok {
			add(x)
			return
		}
		add(rich.Block{Kind: rich.Para, Spans: []rich.Span{{Text: s}}})
	}
	for line := range strings.SplitSeq(text, "\n") {
		bare := strings.TrimSpace(line)
		if bare == "" {
			flush()
			continue
		}
		if x, ok := kept(bare, tables, pictures); ok {
			flush()
			add(x)
			continue
		}
		x, ok := marked(line)
		if !ok {
			para = append(para, bare)
			continue
		}
		flush()
		if old, ok := take(plainBlock(x)); ok {
			x = old
		}
		add(x)
	}
	flush()
	return out.Tidy()
}

// kept is the table or picture that a line stands for.
func kept(line string, tables, pictures []rich.Block) (rich.Block, bool) {
	for _, p := range []struct {
		word string
		list []rich.Block
	}{{"【表格", tables}, {"【图片", pictures}} {
		rest, ok := strings.CutPrefix(line, p.word)
		if !ok || !strings.HasSuffix(rest, "】") {
			continue
		}
		digits, _, _ := strings.Cut(strings.TrimSuffix(rest, "】"), "：")
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= len(p.list) {
			return p.list[n-1], true
		}
	}
	return rich.Block{}, false
}

// marked reads a line that begins with a sign for a heading, a list or a rule.
func marked(line string) (rich.Block, bool) {
	bare := strings.TrimLeft(line, " ")
	level := (len(line)-len(bare))/2 + 1
	spans := func(s string) []rich.Span { return []rich.Span{{Text: strings.TrimSpace(s)}} }
	if bare == "----" {
		return rich.Block{Kind: rich.Rule}, true
	}
	if s, ok := strings.CutPrefix(bare, "- "); ok {
		return rich.Block{Kind: rich.Entry, Level: min(level, 4), Spans: spans(s)}, true
	}
	for n := 3; n >= 1; n-- {
		if s, ok := strings.CutPrefix(bare, strings.Repeat("#", n)+" "); ok {
			return rich.Block{Kind: rich.Heading, Level: n + 1, Spans: spans(s)}, true
		}
	}
	digits, rest, ok := strings.Cut(bare, ". ")
	if n, err := strconv.Atoi(digits); ok && err == nil && n > 0 && n < 1000 {
		return rich.Block{Kind: rich.Entry, Level: min(level, 4), Numbered: true, Spans: spans(rest)}, true
	}
	return rich.Block{}, false
}

// lineDiff is what stands in a and not in b, and the other way round, by lines in
// their order.
func lineDiff(a, b []string) (only, other []string) {
	count := map[string]int{}
	for _, s := range b {
		count[s]++
	}
	for _, s := range a {
		if count[s] > 0 {
			count[s]--
		} else {
			only = append(only, s)
		}
	}
	count = map[string]int{}
	for _, s := range a {
		count[s]++
	}
	for _, s := range b {
		if count[s] > 0 {
			count[s]--
		} else {
			other = append(other, s)
		}
	}
	return only, other
}
