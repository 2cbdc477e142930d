package docx

import (
	"strconv"
	"strings"
)

// numbering is word/numbering.xml: how automatic numbers look. Chapter
// headings of real reports are often numbered so, and their text then lacks
// 一、 and （一）.
type numbering struct {
	lists    map[string]*list  // by abstractNumId
	nums     map[string]*num   // by numId
	byStyle  map[string]string // style → numId, through the list that names the style
	counters map[*list]*[9]int
	begun    map[*num]*[9]bool // start overrides already applied
}

type list struct {
	id     string
	levels [9]level
}

type level struct {
	start  int
	format string
	text   string // "%1、"
	legal  bool
	style  string
	set    bool
}

type num struct {
	list     *list
	restart  [9]int // -1 if the list goes on
	override [9]*level
}

func newNumbering() *numbering {
	return &numbering{lists: map[string]*list{}, nums: map[string]*num{}, byStyle: map[string]string{}, counters: map[*list]*[9]int{}, begun: map[*num]*[9]bool{}}
}

// parseNumbering reads the part. What it cannot make sense of is left out: a
// missing number is better than an unreadable report.
func parseNumbering(b []byte) (*numbering, error) {
	n := newNumbering()
	s := newScanner(b)
	var l *list
	var u *num
	var lv *level
	over := -1 // level of the override at hand
	for {
		t, err := s.next()
		if err != nil {
			return n, err
		}
		if t == eof {
			break
		}
		if t == end {
			switch {
			case s.is("abstractNum"):
				l = nil
			case s.is("num"):
				u = nil
			case s.is("lvl"):
				lv = nil
			case s.is("lvlOverride"):
				over, l = -1, nil
			}
			continue
		}
		if t != start {
			continue
		}
		switch string(s.name) {
		case "abstractNum":
			l = &list{id: s.val("abstractNumId")}
			n.lists[l.id] = l
		case "num":
			u = &num{restart: [9]int{-1, -1, -1, -1, -1, -1, -1, -1, -1}}
			n.nums[s.val("numId")] = u
		case "abstractNumId":
			if u != nil {
				u.list = n.lists[s.val("val")]
			}
		case "lvlOverride":
			over, l = s.num("ilvl", 0, 8), &list{}
		case "startOverride":
			if u != nil && over >= 0 {
				u.restart[over] = s.num("val", 1, 1<<20)
			}
		case "lvl":
			if l == nil {
				continue
			}
			i := s.num("ilvl", 0, 8)
			lv = &l.levels[i]
			lv.set, lv.start = true, 1
			if u != nil {
				u.override[i] = lv
			}
		case "start":
			if lv != nil {
				lv.start = s.num("val", 1, 1<<20)
			}
		case "numFmt":
			if lv != nil {
				lv.format = s.val("val")
			}
		case "lvlText":
			if lv != nil {
				lv.text = s.val("val")
			}
		case "isLgl":
			if lv != nil {
				lv.legal = s.on()
			}
		case "pStyle":
			if lv != nil {
				lv.style = s.val("val")
			}
		}
	}
	for id, u := range n.nums {
		if u.list == nil {
			continue
		}
		for i := range u.list.levels {
			if st := u.list.levels[i].style; st != "" {
				n.byStyle[st] = id
			}
		}
	}
	return n, nil
}

// next counts a paragraph of the list and returns its number as printed.
func (n *numbering) next(numID string, ilvl int) string {
	u := n.nums[numID]
	if u == nil || u.list == nil || ilvl < 0 || ilvl > 8 {
		return ""
	}
	c := n.counters[u.list]
	if c == nil {
		c = new([9]int)
		n.counters[u.list] = c
	}
	lv := u.level(ilvl)
	begun := n.begun[u]
	if begun == nil {
		begun = new([9]bool)
		n.begun[u] = begun
	}
	switch {
	case u.restart[ilvl] >= 0 && !begun[ilvl]:
		c[ilvl] = u.restart[ilvl] + 1
	case c[ilvl] == 0:
		c[ilvl] = lv.start + 1
	default:
		c[ilvl]++
	}
	begun[ilvl] = true
	for k := ilvl + 1; k < 9; k++ {
		c[k] = 0
	}
	if lv.format == "bullet" || lv.format == "none" && lv.text == "" || !lv.set {
		return ""
	}
	var out strings.Builder
	for i := 0; i < len(lv.text); i++ {
		if lv.text[i] != '%' || i+1 >= len(lv.text) || lv.text[i+1] < '1' || lv.text[i+1] > '9' {
			out.WriteByte(lv.text[i])
			continue
		}
		k := int(lv.text[i+1] - '1')
		i++
		at := u.level(k)
		v := c[k] - 1 // counters hold one more, so that 0 means not begun
		if c[k] == 0 {
			v = at.start
		}
		format := at.format
		if lv.legal {
			format = "decimal"
		}
		out.WriteString(printed(format, v))
	}
	s := out.String()
	if s != "" {
		if last := s[len(s)-1]; last >= '0' && last <= '9' || last >= 'A' && last <= 'z' {
			s += " "
		}
	}
	return s
}

func (u *num) level(i int) *level {
	if u.override[i] != nil {
		return u.override[i]
	}
	return &u.list.levels[i]
}

// printed writes a number in one of Word's formats.
func printed(format string, v int) string {
	switch format {
	case "none":
		return ""
	case "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified", "japaneseCounting", "japaneseDigitalTenThousand",
		"taiwaneseCounting", "taiwaneseCountingThousand", "ideographDigital", "taiwaneseDigital", "koreanCounting":
		return chinese(v)
	case "ideographTraditional":
		return pick("甲乙丙丁戊己庚辛壬癸", v)
	case "ideographZodiac":
		return pick("子丑寅卯辰巳午未申酉戌亥", v)
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if v >= 1 && v <= 20 {
			return string(rune('①' + v - 1))
		}
	case "decimalEnclosedParen":
		if v >= 1 && v <= 20 {
			return string(rune('⑴' + v - 1))
		}
	case "decimalEnclosedFullstop":
		if v >= 1 && v <= 20 {
			return string(rune('⒈' + v - 1))
		}
	case "ideographEnclosedCircle":
		if v >= 1 && v <= 10 {
			return string(rune('㊀' + v - 1))
		}
	case "decimalFullWidth", "decimalFullWidth2":
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(v))
	case "decimalZero":
		if v < 10 {
			return "0" + strconv.Itoa(v)
		}
	case "upperLetter", "lowerLetter":
		if v >= 1 && v <= 26 {
			base := 'A'
			if format == "lowerLetter" {
				base = 'a'
			}
			return string(base + rune(v) - 1)
		}
	case "upperRoman":
		return roman(v)
	case "lowerRoman":
		return strings.ToLower(roman(v))
	}
	return strconv.Itoa(v)
}

func pick(from string, v int) string {
	r := []rune(from)
	if v < 1 || v > len(r) {
		return strconv.Itoa(v)
	}
	return string(r[v-1])
}

// chinese writes 0 to 99 in Chinese; lists of reports go no further.
func chinese(n int) string {
	d := []rune("〇一二三四五六七八九")
	switch {
	case n < 0 || n > 99:
		return strconv.Itoa(n)
	case n < 10:
		return string(d[n])
	}
	s := "十"
	if n >= 20 {
		s = string(d[n/10]) + s
	}
	if n%10 > 0 {
		s += string(d[n%10])
	}
	return s
}

func roman(n int) string {
	if n < 1 || n > 100 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, x := range []struct {
		v int
		s string
	}{{100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}} {
		for n >= x.v {
			b.WriteString(x.s)
			n -= x.v
		}
	}
	return b.String()
}
