package vetting

import (
	_ "embed"
	"strings"
	"unicode"

	"gongkai/law"
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
		s.found[n.unit][n.mark].Why = n.why + "全文共" + itoa(n.times) + "处。"
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
	return s + "本行共" + itoa(n) + "处。"
}

func itoa(n int) string {
	var b [20]byte
	i := len(b)
	for {
		i--
		b[i] = byte('0' + n%10)
		if n /= 10; n == 0 {
			return string(b[i:])
		}
	}
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

// day judges the date around 月: one that does not exist, or on another day of
// the week than is said.
func (s *scan) day(i int, _ *word, from, to int) {
	u := &s.units[i]
	f := u.flat
	a := from
	for a > 0 && from-a < 3 && dateDigit(f[a-1]) {
		a--
	}
	z := to
	for z < len(f) && z-to < 4 && dateDigit(f[z]) {
		z++
	}
	month, okM := dateNumber(f[a:from])
	d, okD := dateNumber(f[to:z])
	if !okM || a > 0 && (f[a-1] == '个' || dateDigit(f[a-1])) {
		return
	}
	year, okY := 0, false
	start := a
	if a > 1 && f[a-1] == '年' {
		y := a - 1
		for y > 0 && a-1-y < 5 && dateDigit(f[y-1]) {
			y--
		}
		if a-1-y == 4 {
			year, okY = yearNumber(f[y : a-1])
			if okY {
				start = y
			}
		}
	}
	end := z
	if okD && z < len(f) && (f[z] == '日' || f[z] == '号') {
		end = z + 1
	} else if okD = false; !okY {
		return // 3月 and 12月份 say nothing wrong; 13月 without year may be an amount of months
	} else {
		end = to
	}
	leap := year
	if !okY {
		leap = 2024
	}
	bad := ""
	switch {
	case month < 1 || month > 12:
		bad = "没有这个月份。请核对日期。"
	case okD && !(law.Date{Year: leap, Month: month, Day: d}).Valid():
		bad = "没有这一天。请核对日期。"
	}
	if bad != "" {
		x, y := u.span(start, end)
		s.add(i, x, y, misprint(bad, ""))
		return
	}
	if !okY || !okD || end >= len(f) {
		return
	}
	rest := f[end:min(len(f), end+5)]
	if len(rest) > 0 && (rest[0] == '(' || rest[0] == '（') {
		rest = rest[1:]
		end++
	}
	var said rune
	if n := len(rest); n >= 3 && rest[0] == '星' && rest[1] == '期' {
		said, end = rest[2], end+3
	} else if n >= 2 && rest[0] == '周' {
		said, end = rest[1], end+2
	}
	k := strings.IndexRune("日一二三四五六", said)
	if said == '天' {
		k = 0
	}
	if said == 0 || k < 0 {
		return
	}
	days := []string{"日", "一", "二", "三", "四", "五", "六"}
	if right := (law.Date{Year: year, Month: month, Day: d}).Weekday(); days[right] != string([]rune("日一二三四五六")[k/3]) {
		if end < len(f) && (f[end] == ')' || f[end] == '）') {
			end++
		}
		x, y := u.span(start, end)
		s.add(i, x, y, misprint("这一天是星期"+days[right]+"。请核对日期和星期。", "星期"+days[right]))
	}
}

const chineseDigits = "〇一二三四五六七八九"

func dateDigit(r rune) bool {
	return r >= '0' && r <= '9' || strings.ContainsRune("零〇○Ｏ一二三四五六七八九十廿", r)
}

// dateNumber reads 12, 十二, 二十.
func dateNumber(r []rune) (int, bool) {
	n, ok := 0, false
	for k, c := range r {
		d := digit(c)
		if d < 0 {
			if p := strings.IndexRune(chineseDigits, c); p >= 0 {
				d = p / 3
			}
		}
		switch {
		case c == '十' && k == 0:
			n = 10
		case c == '十' && n < 10:
			n *= 10
		case d >= 0 && k > 0 && r[k-1] == '十':
			n += d
		case d >= 0:
			n = n*10 + d
		default:
			return 0, false
		}
		if ok = true; n > 999 {
			return 0, false
		}
	}
	return n, ok
}

func yearNumber(r []rune) (int, bool) {
	n := 0
	for _, c := range r {
		d := digit(c)
		if d < 0 {
			switch p := strings.IndexRune(chineseDigits, c); {
			case p >= 0:
				d = p / 3
			case c == '零' || c == '○' || c == 'Ｏ':
				d = 0
			default:
				return 0, false
			}
		}
		n = n*10 + d
	}
	return n, n >= 1800 && n < 2200
}
