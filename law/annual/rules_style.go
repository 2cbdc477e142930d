package annual

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// styleRules speak of how the prose is written.
func styleRules() []entry {
	cite := citeRegulation("第六条", "公开的信息应当准确，文字错漏会使读者误解。")
	return []entry{
		{Rule: Rule{Code: "D-TYPO", Level: Warning,
			Title: "常见错字", Says: "没有已知的错字、误写的名称和重复的词。", Cite: cite}, prose: checkTypos},
		{Rule: Rule{Code: "D-VAGUE", Level: Info,
			Title: "含糊的数字", Says: "零星的具体数字不加“余”“约”“左右”。", Cite: cite}, prose: checkVague},
		{Rule: Rule{Code: "D-ENUM", Level: Info,
			Title: "序号连续一致", Says: "一是、二是、三是不重复不跳号，同一层次序号写法一致。", Cite: cite}, prose: checkEnumerations},
		{Rule: Rule{Code: "D-BOOKMARK", Level: Info,
			Title: "没有排版残留", Says: "没有书签、域代码、“无标题文档”等残留文字。", Cite: cite}, prose: checkResidue},
		{Rule: Rule{Code: "D-PUNCT", Level: Info,
			Title: "标点规范", Says: "中文里不用半角标点，括号、书名号成对。", Cite: cite}, prose: checkPunctuation},
	}
}

func checkTypos(p *prose, _ *Context) []Finding {
	var out []Finding
	add := func(where, wrong, right, line string, k int, at Place) {
		g := finding("D-TYPO", Warning, nil, fmt.Sprintf("%s写“%s”，应为“%s”。", where, wrong, right))
		g.Expected, g.Found, g.Quote, g.At = right, wrong, clip(around(line, k, 20), 60), at
		g.Suggest = "请改为“" + right + "”。"
		out = append(out, g)
	}
	known := func(where, line string, label bool, at Place) bool {
		said := -1
		words().typos.each(line, func(n, k int) {
			t := words().Typos[n]
			if t.Label && !label || n == said || label && said >= 0 {
				return // one label, one misprint
			}
			said = n
			add(where, t.Wrong, t.Right, line, k, at)
		})
		return said >= 0
	}
	r := p.report
	known("标题", r.Title, false, Place{})
	for _, h := range r.Headings {
		known("小标题", h, true, Place{})
	}
	for _, m := range r.Repairs {
		if r.inTable3(m) {
			continue // T3-LABEL speaks of 表三's
		}
		was := strings.Join(strings.Fields(m.Was), "")
		if !known("表格名称", was, true, m.At) && strings.HasPrefix(m.Code, "LABEL") && was != "" && m.ReadAs != "" {
			add("表格名称", was, m.ReadAs, was, 0, m.At)
		}
	}
	for i := range p.paras {
		q := &p.paras[i]
		known(q.place(), q.text, false, Place{})
		if w, k := doubledWord(q.text); k >= 0 && !strings.Contains(q.text, "信息公开公开") {
			add(q.place(), w+w, w, q.text, k, Place{})
		}
	}
	return out
}

// around is a window of n runes to either side of byte offset k.
func around(s string, k, n int) string {
	rest := []rune(s[k:])
	if len(rest) > n {
		rest = rest[:n]
	}
	return lastRunes(s[:k], n) + string(rest)
}

// doubledWord finds a word of two characters written twice running, 公开公开.
// Distributive doubling (实实在在, 家家户户) repeats single characters instead.
func doubledWord(s string) (string, int) {
	var r [4]rune
	var at [4]int
	for i, c := range s {
		r = [4]rune{r[1], r[2], r[3], c}
		at = [4]int{at[1], at[2], at[3], i}
		if r[0] == r[2] && r[1] == r[3] && r[0] != r[1] && unicode.Is(unicode.Han, r[0]) && unicode.Is(unicode.Han, r[1]) {
			w := string(r[2:])
			if _, num := chineseDigit(r[0]); !num {
				return w, at[0]
			}
		}
		if c == '的' && r[2] == '的' {
			return "的", at[2]
		}
	}
	return "", -1
}

func checkVague(p *prose, _ *Context) []Finding {
	var out []Finding
	for i := range p.sentences {
		s := &p.sentences[i]
		for _, n := range s.numbers {
			whole := n.N / Micro
			if !n.Approx || n.Chinese || n.Unit == "" || n.Unit == "元" || n.N%Micro != 0 || whole >= 1000 || whole%10 == 0 || strings.HasSuffix(s.text[:n.Start], "超过") || strings.HasSuffix(s.text[:n.Start], "不少于") || strings.HasPrefix(s.text[n.End:], "以上") {
				continue
			}
			g := s.finding("D-VAGUE", Info, nil, fmt.Sprintf("%s写“%s”：已经精确到个位，又加“余”“约”等字。", s.place(), n.Raw))
			g.Expected, g.Found = n.Exact+n.Unit, n.Raw
			g.Suggest = "请写准确数字。"
			out = append(out, g)
		}
	}
	return out
}

var ordinals = []rune("一二三四五六七八九十")

func ordinalOf(r rune) int {
	for i, o := range ordinals {
		if o == r {
			return i + 1
		}
	}
	return 0
}

func checkEnumerations(p *prose, _ *Context) []Finding {
	var out []Finding
	add := func(q *para, msg, want, found string) {
		g := finding("D-ENUM", Info, nil, q.where+msg)
		g.Expected, g.Found, g.Quote = want, found, clip(q.text, 60)
		g.Suggest = "请理顺序号。"
		out = append(out, g)
	}
	last, chapter := 0, -2
	var marks markers
	for i := range p.paras {
		q := &p.paras[i]
		if q.chapter != chapter {
			last, chapter, marks = 0, q.chapter, markers{}
		}
		for at := 0; ; {
			k := strings.Index(q.text[at:], "是")
			if k < 0 {
				break
			}
			k += at
			at = k + len("是")
			r, w := utf8.DecodeLastRuneInString(q.text[:k])
			n := ordinalOf(r)
			before := strings.TrimRight(q.text[:k-w], " \u3000")
			prev, _ := utf8.DecodeLastRuneInString(before)
			if n == 0 || before != "" && !strings.ContainsRune("。；;：:，,！）)”", prev) {
				continue
			}
			if n != 1 && n != last+1 && last != 0 {
				if n == last {
					add(q, fmt.Sprintf("“%c是”重复出现。", r), string(ordinals[min(n, 9)])+"是", string(r)+"是")
				} else {
					add(q, fmt.Sprintf("序号从“%c是”跳到“%c是”。", ordinals[last-1], r), string(ordinals[min(last, 9)])+"是", string(r)+"是")
				}
			}
			last = n
		}
		if msg, want, found := marks.next(q.text); msg != "" {
			add(q, msg, want, found)
		}
	}
	return out
}

// markers follows the bracketed ordinals at the beginning of paragraphs.
type markers struct {
	kind string // "（一）" or "(1)"
	n    int
}

// next reads the mark of a paragraph and compares it with the one before.
func (m *markers) next(line string) (msg, want, found string) {
	rest := strings.TrimLeft(line, " \u3000")
	inner, ok := strings.CutPrefix(rest, "（")
	if !ok {
		if inner, ok = strings.CutPrefix(rest, "("); !ok {
			return "", "", ""
		}
	}
	r, w := utf8.DecodeRuneInString(inner)
	tail := inner[w:]
	if !strings.HasPrefix(tail, "）") && !strings.HasPrefix(tail, ")") {
		return "", "", ""
	}
	kind, n := "（一）", ordinalOf(r)
	if r >= '1' && r <= '9' {
		kind, n = "（1）", int(r-'0')
	}
	if n == 0 {
		return "", "", ""
	}
	was := *m
	*m = markers{kind, n}
	found = "（" + string(r) + "）"
	switch {
	case was.n == 0 || n == 1:
	case was.kind != kind && n == was.n+1:
		return "同一层次混用“（一）”和“(1)”两种序号。", "（" + string(ordinals[min(n, 10)-1]) + "）", found
	case was.kind == kind && n == was.n:
		return "序号“" + found + "”重复出现。", "连续的序号", found
	case was.kind == kind && n > was.n+1:
		return fmt.Sprintf("序号跳到“%s”，缺第%d项。", found, was.n+1), "连续的序号", found
	}
	return "", "", ""
}

func checkResidue(p *prose, _ *Context) []Finding {
	var out []Finding
	look := func(where, s string, at Place) {
		said := false
		words().residue.each(s, func(n, k int) {
			if said {
				return
			}
			said = true
			w := words().Residue[n]
			g := finding("D-BOOKMARK", Info, nil, fmt.Sprintf("%s有排版残留“%s”。", where, w))
			g.Expected, g.Found, g.Quote, g.At = "没有残留", w, clip(around(s, k, 20), 60), at
			g.Suggest = "请删去残留文字。"
			out = append(out, g)
		})
	}
	look("标题", p.report.Title, Place{})
	for _, m := range p.report.Repairs {
		look("表格内", m.Was, m.At)
	}
	for i := range p.paras {
		look(p.paras[i].place(), p.paras[i].text, Place{})
	}
	return out
}

func checkPunctuation(p *prose, _ *Context) []Finding {
	var out []Finding
	half, quote := 0, ""
	for i := range p.paras {
		q := &p.paras[i]
		if k := halfWidth(q.text, &half); k >= 0 && quote == "" {
			quote = q.place() + "“" + around(q.text, k, 8) + "”"
		}
		if mark := unmatched(q.text); mark != "" {
			g := finding("D-PUNCT", Info, nil, fmt.Sprintf("%s的“%s”不成对。", q.place(), mark))
			g.Expected, g.Found, g.Quote = "成对的括号、引号", mark, clip(q.text, 60)
			g.Suggest = "请补上或删去另一半。"
			out = append(out, g)
		}
	}
	if half > 0 {
		g := finding("D-PUNCT", Info, nil, fmt.Sprintf("中文里有%d处半角标点，如%s。", half, quote))
		g.Expected, g.Found, g.Quote = "全角标点", fmt.Sprintf("%d处半角", half), quote
		g.Suggest = "请改为全角标点。"
		out = append(out, g)
	}
	return out
}

// halfWidth counts half-width marks between two Chinese characters and
// returns the offset of the first, -1 if none.
func halfWidth(s string, count *int) int {
	first := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ',', ';', ':', '?', '!':
		default:
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		if unicode.Is(unicode.Han, before) && (i+1 == len(s) || unicode.Is(unicode.Han, after)) {
			*count++
			if first < 0 {
				first = i
			}
		}
	}
	return first
}

// unmatched returns the first bracket or quotation mark without its partner.
// A closing bracket behind a number at the start, 1), is an ordinal.
func unmatched(s string) string {
	var open []rune
	pair := map[rune]rune{'）': '（', '》': '《', '】': '【', '〕': '〔', '”': '“', '’': '‘'}
	for i, r := range s {
		switch r {
		case '(':
			r = '（'
		case ')':
			r = '）'
		}
		switch r {
		case '（', '《', '【', '〔', '“', '‘':
			open = append(open, r)
		case '）', '》', '】', '〕', '”', '’':
			if len(open) > 0 && open[len(open)-1] == pair[r] {
				open = open[:len(open)-1]
				continue
			}
			if r == '）' && i > 0 && len(open) == 0 && digits(strings.TrimSpace(s[:i])) {
				continue
			}
			return string(r)
		}
	}
	if len(open) > 0 {
		return string(open[0])
	}
	return ""
}
