package vetting

import (
	_ "embed"
	"strconv"
	"strings"
	"unicode"
)

// The list is our own: a wrong word, the right one, and behind ! the words in
// which the wrong one is right.
//
//go:embed misprints.txt
var misprints string

func (c *Checker) addMisprints() {
	for line := range strings.Lines(misprints) {
		f := strings.Fields(line)
		if len(f) < 2 || strings.HasPrefix(f[0], "#") {
			continue
		}
		w := &word{said: f[0], see: (*scan).misprinted, entry: Entry{Word: f[0], Right: f[1]}}
		if w.said == flattenLong(f[1]) {
			continue // differs only in what is folded
		}
		for _, x := range f[2:] {
			w.except = append(w.except, flattenLong(strings.TrimPrefix(x, "!")))
		}
		c.words.add(w)
	}
}

func (s *scan) misprinted(i int, w *word, from, to int) {
	u := &s.units[i]
	if u.around(from, w.except, w.said) {
		return
	}
	a, z := u.span(from, to)
	s.add(i, a, z, misprint("错别字，应当是“"+w.entry.Right+"”。", w.entry.Right))
}

func misprint(why, right string) Mark {
	return Mark{Kind: Misprint, Cite: citeAccurate, Why: why, Suggest: right}
}

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// signs looks at punctuation and at what cannot be seen, one mark a line of each
// sort, because who pasted one pasted a hundred.
func (s *scan) signs(i int) {
	u := &s.units[i]
	t := u.text
	half, blind, garbled, doubled := 0, 0, 0, 0
	halfAt, blindAt, blindEnd, garbledAt, doubledAt := -1, -1, -1, -1, -1
	first := func(at *int, n *int, k int) {
		if *n++; *at < 0 {
			*at = k
		}
	}
	for k, r := range t {
		switch {
		case r < 0x80:
			if (r == ',' || r == ';' || r == ':' || r == '?' || r == '!') && k > 0 && k+1 < len(t) && han(t[k-1]) && han(t[k+1]) {
				first(&halfAt, &half, k)
			}
			if unseen(r) {
				first(&blindAt, &blind, k)
			}
		case unseen(r):
			if first(&blindAt, &blind, k); blindEnd < 0 || blindEnd == k {
				blindEnd = k + 1
			}
		case r == unicode.ReplacementChar || unicode.Is(unicode.Co, r):
			first(&garbledAt, &garbled, k)
		case point(r) && k+1 < len(t) && point(t[k+1]):
			first(&doubledAt, &doubled, k)
		}
	}
	if half > 0 {
		full := map[rune]string{',': "，", ';': "；", ':': "：", '?': "？", '!': "！"}[t[halfAt]]
		s.once(&s.halves, i, halfAt, halfAt+1, half, misprint("中文之间用了半角标点，应当用全角。", full))
	}
	if doubled > 0 {
		s.add(i, doubledAt, doubledAt+2, misprint(count("标点连用，多了一个。", doubled), string(t[doubledAt])))
	}
	if garbled > 0 {
		s.add(i, garbledAt, garbledAt+1, misprint(count("显示不出的字符，别人看到的是方框或者问号。请换成能显示的字；生僻字请改用标准编码的字。", garbled), ""))
	}
	if blind > 0 {
		s.once(&s.blinds, i, blindAt, max(blindEnd, blindAt+1), blind, Mark{Kind: HiddenText, Cite: citeReview, Why: "看不见的字符，可能是从别处粘贴带来的，会妨碍检索和朗读，也可能藏有内容。请删去后重新输入。"})
	}
}

func point(r rune) bool { return r == '，' || r == '。' || r == '、' || r == '；' || r == '：' }

// once notes what a paste brings by the hundred: one mark a field, at the first
// place, with the number of all.
func (s *scan) once(n *often, i, from, to, more int, m Mark) {
	if f := s.pieces[s.units[i].piece].Field; n.times == 0 || f != n.field {
		*n = often{field: f, unit: i, why: m.Why}
		s.add(i, from, to, m)
		n.mark = len(s.found[i]) - 1
	}
	if n.times += more; n.times > 1 {
		s.found[n.unit][n.mark].Why = n.why + "全文共" + strconv.Itoa(n.times) + "处。"
	}
}

// often is what once has noted of a field.
type often struct {
	field      string
	unit, mark int
	times      int
	why        string
}

func count(s string, n int) string {
	if n == 1 {
		return s
	}
	return s + "本行共" + strconv.Itoa(n) + "处。"
}

// an open is a bracket that waits for its other half.
type open struct {
	unit, at int
	sign     rune
}

var closing = map[rune]rune{'）': '（', '》': '《', '】': '【', '〕': '〔', '”': '“', '」': '「'}

// pairs finds brackets without their other half. A cell has to have both; text
// may go on over paragraphs.
func (s *scan) pairs() {
	waiting := map[rune][]open{}
	lost := func() {
		for _, list := range waiting {
			for n, o := range list {
				if n >= 20 {
					break // one that is never closed would make all that follow wrong
				}
				s.add(o.unit, o.at, o.at+1, misprint("“"+string(o.sign)+"”没有配对的另一半。", ""))
			}
		}
		clear(waiting)
	}
	field, spare := "", 0
	var t *table
	for i := range s.units {
		u := &s.units[i]
		if f := s.pieces[u.piece].Field; f != field || u.table != nil || u.table != t {
			lost()
			field, spare = f, 0
		}
		t = u.table
		for k, r := range u.text {
			switch r {
			case '（', '《', '【', '〔', '“', '「':
				// a quotation of several paragraphs opens each and closes the last
				if n := len(waiting[r]); r == '“' && k == 0 && n > 0 && waiting[r][n-1].at == 0 {
					waiting[r] = waiting[r][:n-1]
				}
				if len(waiting[r]) < 1000 {
					waiting[r] = append(waiting[r], open{i, k, r})
				}
			case '(':
				// closed by a bracket of full width as well
				waiting['（'] = append(waiting['（'][:min(len(waiting['（']), 1000)], open{i, k, r})
			case ')', '）', '》', '】', '〕', '”', '」':
				o := closing[r]
				if r == ')' {
					o = '（'
				}
				if n := len(waiting[o]); n > 0 {
					w := waiting[o][n-1]
					waiting[o] = waiting[o][:n-1]
					if (r == ')') != (w.sign == '(') && (r == ')' || r == '）') && w.unit == i {
						s.add(i, k, k+1, misprint("括号一半全角一半半角。", string(map[bool]rune{true: '）', false: ')'}[r == ')'])))
					}
				} else if spare < 20 && !ordinal(u.text[:k]) {
					spare++
					s.add(i, k, k+1, misprint("“"+string(r)+"”没有配对的另一半。", ""))
				}
			}
		}
	}
	lost()
}

// ordinal reports what ends in the number of an entry, which may have only the
// closing bracket: 1）, （见二）.
func ordinal(lead []rune) bool {
	n := len(lead)
	k := n
	for k > 0 && n-k < 4 && (digit(lead[k-1]) >= 0 || letter(lead[k-1]) || strings.ContainsRune("一二三四五六七八九十甲乙丙丁", lead[k-1]) || lead[k-1] >= '①' && lead[k-1] <= '⑳') {
		k--
	}
	return k < n && (k == 0 || strings.ContainsRune(" \u3000\n。；;，,、:：", lead[k-1]))
}
