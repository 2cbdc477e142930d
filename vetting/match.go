package vetting

import (
	"slices"
	"strings"
)

// addList puts the words of a list among what is looked for.
func (c *Checker) addList(l List) {
	c.words.sorted = slices.Grow(c.words.sorted, len(l.Entries))
	for at, e := range l.Entries {
		said := flattenLong(e.Word)
		if n := len([]rune(said)); n < 2 || n > MaxWord {
			continue
		}
		w := &word{said: said, runes: []rune(said), entry: e, list: l.Name, kind: l.Kind}
		switch {
		case l.Kind == Allowed:
			c.allow(said)
			w.see = (*scan).stands
		case l.Kind == Leaders:
			c.addLeader(l, at, e)
			continue
		case l.Kind == Internal:
			w.how, w.see = always, (*scan).inside
			w.mark = &Mark{Kind: InternalWord, Cite: cite16, Suggest: e.Right, Why: "词表“" + l.Name + "”：“" + e.Word + "”是内部文件的字样。请确认全文可以公开，并删去这个字样。" + e.Note}
		case e.Right == "" && l.Kind != Banned:
			c.addPhrase(w)
			continue
		default:
			if l.Kind == Organs || l.Kind == Places {
				w.except = append(w.except, "原"+said, flattenLong(e.Right))
			} else if e.Right != "" {
				w.except = append(w.except, flattenLong(e.Right))
			}
			w.see = (*scan).listed
		}
		c.words.add(w)
	}
}

// allow lets a number or an address stand, with and without its area code.
func (c *Checker) allow(said string) {
	c.allowed[said] = true
	var d strings.Builder
	for _, r := range said {
		if digit(r) >= 0 {
			d.WriteRune(r)
		}
	}
	if d.Len() >= 7 {
		c.allowed[d.String()] = true
	}
}

// Places that are right: nothing inside of an allowed word is marked but a mark
// of secrecy, and no word of a list where a right wording stands.
const allowedPlace, rightPlace Kind = "\x00allowed", "\x00right"

// stands notes such a place.
func (s *scan) stands(i int, w *word, from, to int) {
	k := rightPlace
	if w.kind == Allowed {
		k = allowedPlace
	}
	a, z := s.units[i].span(from, to)
	s.add(i, a, z, Mark{Kind: k})
}

// listed marks a word that a list says is wrong.
func (s *scan) listed(i int, w *word, from, to int) {
	u := &s.units[i]
	if u.around(from, w.except, w.said) {
		return
	}
	a, z := u.span(from, to)
	why := "词表“" + w.list + "”："
	switch {
	case w.kind == Banned && w.entry.Right == "":
		why += "不得使用的词，请删去或者改写。"
	case w.kind == Organs:
		why += "机构名称已变更，现在是“" + w.entry.Right + "”。写历史情况的，请在前面加“原”字。"
	case w.kind == Places:
		why += "地名应当写“" + w.entry.Right + "”。"
	default:
		why += "应当写“" + w.entry.Right + "”。"
	}
	if w.entry.Note != "" {
		why += w.entry.Note
	}
	s.add(i, a, z, Mark{Kind: ListWord, Cite: citeWording, Why: why, Suggest: w.entry.Right})
}

// How long a phrase has to be for a wording that differs by one character to be
// taken for a misquotation, and where it differs in its last or first one.
const shortest, shortestAtEnd = 6, 8

// addPhrase looks for a right wording and for what differs from it by one
// character: then one of its halves is whole.
func (c *Checker) addPhrase(w *word) {
	n := len(w.runes)
	right := *w
	right.see = (*scan).stands
	c.words.add(&right)
	if n < shortest || w.kind != Phrases {
		return // 第一小学 is no misquotation of 第二小学
	}
	for half, r := range [][]rune{w.runes[:n/2], w.runes[n/2:]} {
		h := *w
		h.half, h.whole, h.runes, h.said = half+1, w.runes, r, string(r)
		h.see = (*scan).misquoted
		c.words.add(&h)
	}
}

// misquoted looks at what stands beside a half of a phrase.
func (s *scan) misquoted(i int, w *word, from, to int) {
	u := &s.units[i]
	var rest, beside []rune
	if w.half == 1 {
		rest = w.whole[len(w.runes):]
		beside = u.flat[to:min(len(u.flat), to+len(rest)+1)]
	} else {
		rest = slices.Clone(w.whole[:len(w.whole)-len(w.runes)])
		slices.Reverse(rest)
		beside = slices.Clone(u.flat[max(0, from-len(rest)-1):from])
		slices.Reverse(beside)
	}
	n, ok := oneOff(rest, beside, len(w.whole) >= shortestAtEnd)
	if !ok {
		return
	}
	a, z := from, to+n
	if w.half == 2 {
		a, z = from-n, to
	}
	if strings.ContainsAny(string(u.flat[a:z]), "。；！？\n") {
		return
	}
	a, z = u.span(a, z)
	why := "词表“" + w.list + "”：固定表述应当是“" + w.entry.Word + "”，这里差一个字。"
	if w.entry.Note != "" {
		why += w.entry.Note
	}
	s.add(i, a, z, Mark{Kind: ListWord, Cite: citeWording, Why: why, Suggest: w.entry.Word})
}

// oneOff reports whether text begins with want but for one character put in,
// left out or changed, and how much of it that is. What is put in or left out at
// the far end is no misquotation: the phrase only goes on. What is changed there
// is one if atEnd.
func oneOff(want, text []rune, atEnd bool) (int, bool) {
	k := 0
	for k < len(want) && k < len(text) && want[k] == text[k] {
		k++
	}
	if k == len(want) {
		return 0, false
	}
	same := func(a, b []rune) bool { return len(b) >= len(a) && string(b[:len(a)]) == string(a) }
	switch {
	case k == len(want)-1 && k < 2: // nearly nothing of the half is left
		return 0, false
	case k < len(text) && same(want[k:], text[k+1:]):
		return len(want) + 1, true
	case k == len(want)-1:
		return len(want), atEnd && k < len(text) && han(text[k])
	case k < len(text) && same(want[k+1:], text[k+1:]):
		return len(want), true
	case k < len(want)-1 && same(want[k+1:], text[k:]):
		return len(want) - 1, true
	}
	return 0, false
}

// A leader is who bears a name in a list: his posts and his place in the order.
type leader struct {
	posts []string
	place int
	list  string
	said  string
	note  string
}

func (c *Checker) addLeader(l List, at int, e Entry) {
	said := flattenLong(e.Word)
	posts := strings.FieldsFunc(flattenLong(e.Right), func(r rune) bool { return strings.ContainsRune("、,，;；/", r) })
	if old := c.leaders[said]; old != nil {
		old.posts = append(old.posts, posts...)
		return
	}
	c.leaders[said] = &leader{posts: posts, place: at, list: l.Name, said: e.Right, note: e.Note}
	c.words.add(&word{said: said, runes: []rune(said), see: (*scan).named})
}

// named judges a leader's name: the post before or behind it, and the order
// when several are named.
func (s *scan) named(i int, w *word, from, to int) {
	u := &s.units[i]
	l := s.c.leaders[w.said]
	lead := string(u.flat[max(0, from-14):from])
	a, z := u.span(from, to)
	m := Mark{Kind: ListWord, Cite: citeWording, Suggest: l.said}
	switch post := postBefore(lead); {
	case len(l.posts) == 0:
	case post != "":
		if !holds(l.posts, post) && !strings.HasSuffix(strings.TrimSuffix(lead, post), "原") {
			m.Why = "词表“" + l.list + "”：" + w.said + "的职务是“" + l.said + "”，这里写的是“" + post + "”。请核对是否已经变动。" + l.note
		}
	default:
		rest := strings.TrimPrefix(string(u.flat[to:min(len(u.flat), to+10)]), "同志")
		if post := postAfter(rest); post != "" && !holds(l.posts, post) {
			m.Why = "词表“" + l.list + "”：" + w.said + "的职务是“" + l.said + "”，这里称“" + post + "”。请核对是否已经变动。" + l.note
		}
	}
	if m.Why == "" && from > 0 && u.flat[from-1] == '、' {
		for n := 2; n <= 4 && from-1-n >= 0; n++ {
			prev := s.c.leaders[string(u.flat[from-1-n:from-1])]
			if prev != nil && prev.list == l.list && prev.place > l.place {
				m.Why, m.Suggest = "词表“"+l.list+"”：排列顺序不对，"+w.said+"应当排在前面。", ""
			}
		}
	}
	if m.Why != "" {
		s.add(i, a, z, m)
	}
}

// titles end the name of a post; the longer come first.
var titles = []string{"副书记", "副主席", "副总理", "副省长", "副市长", "副县长", "副区长", "副镇长", "副乡长", "副主任", "副局长", "副部长", "副院长", "副检察长", "副秘书长", "总书记", "书记", "主席", "总理", "省长", "市长", "县长", "区长", "镇长", "乡长", "主任", "局长", "部长", "秘书长", "检察长", "院长", "常委", "委员", "科长", "所长", "站长"}

func postBefore(s string) string {
	for _, t := range titles {
		if strings.HasSuffix(s, t) {
			if lead := strings.TrimSuffix(s, t); strings.HasSuffix(lead, "代") {
				return "代" + t
			}
			return t
		}
	}
	return ""
}

func postAfter(s string) string {
	for _, t := range titles {
		if strings.HasPrefix(s, t) {
			return t
		}
	}
	return ""
}

// holds reports whether one of the posts is the one that is said; 副县长 is not
// 县长.
func holds(posts []string, said string) bool {
	for _, p := range posts {
		if lead, ok := strings.CutSuffix(p, said); ok && !strings.HasSuffix(lead, "副") && !strings.HasSuffix(lead, "原") && !strings.HasSuffix(lead, "代") {
			return true
		}
	}
	return false
}
