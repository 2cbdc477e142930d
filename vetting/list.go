package vetting

import (
	"encoding/csv"
	"fmt"
	"strings"
	"unicode/utf8"

	"gongkai/law"
)

// ListKind is what the words of a list are.
type ListKind string

// The kinds of lists.
const (
	Leaders ListKind = "leaders" // 领导人姓名职务, in the order in which they are named
	Phrases ListKind = "phrases" // 固定表述
	Places  ListKind = "places"  // 地名
	Organs  ListKind = "organs"  // 机构名称
	Banned  ListKind = "banned"  // 禁用词
	Allowed ListKind = "allowed" // 放行: numbers of the office, words that may stand

	Internal ListKind = "internal" // 内部字样: words of papers that are to stay inside
)

var listKinds = []struct {
	kind    ListKind
	chinese string
}{{Leaders, "领导人"}, {Phrases, "固定表述"}, {Places, "地名"}, {Organs, "机构名称"}, {Banned, "禁用词"}, {Internal, "内部字样"}, {Allowed, "放行"}}

// ListKinds lists the kinds.
func ListKinds() []ListKind {
	var out []ListKind
	for _, k := range listKinds {
		out = append(out, k.kind)
	}
	return out
}

// Chinese is the kind as it is shown and as a file of a list says it.
func (k ListKind) Chinese() string {
	for _, x := range listKinds {
		if x.kind == k {
			return x.chinese
		}
	}
	return string(k)
}

// An Entry is one word. Of leaders Word is a name and Right the posts in force,
// apart by 、. Of phrases Word alone is the right wording, and what differs from
// it by one character is marked; with Right it is a wrong one. Of places, organs
// and banned words Right is what to write instead.
type Entry struct {
	Word, Right, Note string
}

// A List is a dated list of words (词表): imported, edited offline, in force from
// a day on.
type List struct {
	Name     string
	Kind     ListKind
	From, To law.Date // last day, zero while it has no end
	Entries  []Entry
}

// InForce reports whether the list is in force on the day.
func (l List) InForce(on law.Date) bool {
	return !on.Before(l.From) && (l.To.IsZero() || !on.After(l.To))
}

// Allow is a list of what may stand: the numbers and mailboxes of the office.
func Allow(words ...string) List {
	l := List{Name: "本机关公布的联系方式", Kind: Allowed}
	for _, w := range words {
		l.Entries = append(l.Entries, Entry{Word: w})
	}
	return l
}

// Limits of a list.
const (
	MaxListBytes = 4 << 20
	MaxEntries   = 50_000
	MaxWord      = 60 // runes
)

// A Fault is what is wrong with a line of a file.
type Fault struct {
	Line int // from 1, 0 of the whole file
	Text string
}

// ParseList reads a list from text: one entry a line, word, right wording and
// note apart by comma or tab; a quoted field may hold commas. Lines that begin
// with # are remarks, and # 名称：, # 种类：, # 施行：, # 截止： tell of the list. Lines
// with a fault are left out and named.
func ParseList(data []byte) (List, []Fault) {
	var l List
	if len(data) > MaxListBytes {
		return l, []Fault{{0, fmt.Sprintf("文件超过%d MB，请分成几个词表。", MaxListBytes>>20)}}
	}
	s := strings.TrimPrefix(string(data), "\ufeff")
	if !utf8.ValidString(s) {
		return l, []Fault{{0, "文件不是UTF-8编码。请在WPS或者记事本中另存为“CSV UTF-8”或者“UTF-8”。"}}
	}
	var faults []Fault
	fault := func(n int, format string, a ...any) {
		if len(faults) < 200 {
			faults = append(faults, Fault{n, fmt.Sprintf(format, a...)})
		}
	}
	seen := map[string]int{}
	n := 0
	for line := range strings.Lines(s) {
		n++
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "#"); ok {
			l.tell(strings.TrimSpace(strings.TrimRight(rest, ",，\t ")), func(why string) { fault(n, "%s", why) })
			continue
		}
		fields, err := splitFields(line)
		if err != nil {
			fault(n, "引号没有成对，这一行没有读入。")
			continue
		}
		e := Entry{Word: fields[0], Right: fields[1], Note: fields[2]}
		size := utf8.RuneCountInString(flattenLong(e.Word))
		switch {
		case len(l.Entries) == 0 && (e.Word == "词语" || e.Word == "词" || e.Word == "姓名" || e.Word == "表述"):
		case size < 2:
			fault(n, "词语“%s”不足两个字，容易误报，没有读入。", e.Word)
		case size > MaxWord || utf8.RuneCountInString(e.Right) > 2*MaxWord || utf8.RuneCountInString(e.Note) > 500:
			fault(n, "词语超过%d字，或者正确写法超过%d字，或者说明超过500字，没有读入。", MaxWord, 2*MaxWord)
		case strings.IndexFunc(fields[0]+fields[1]+fields[2], unseen) >= 0:
			fault(n, "有看不见的字符，没有读入。请删去后重新输入这一行。")
		case seen[e.Word] > 0:
			fault(n, "“%s”与第%d行重复，没有读入。", e.Word, seen[e.Word])
		case e.Word == e.Right:
			fault(n, "“%s”的正确写法与词语相同，没有读入。", e.Word)
		case len(l.Entries) >= MaxEntries:
			fault(n, "一个词表最多%d条，从这一行起没有读入。", MaxEntries)
			return l, faults
		default:
			seen[e.Word] = n
			l.Entries = append(l.Entries, e)
		}
	}
	if !l.To.IsZero() && l.To.Before(l.From) {
		fault(0, "截止日期%s早于施行日期%s。", l.To, l.From)
	}
	return l, faults
}

// tell reads a remark that tells of the list.
func (l *List) tell(s string, fault func(string)) {
	k, v, ok := strings.Cut(strings.Replace(s, "：", ":", 1), ":")
	if !ok {
		return
	}
	v = strings.TrimSpace(v)
	switch strings.TrimSpace(k) {
	case "名称":
		l.Name = v
	case "种类":
		for _, x := range listKinds {
			if x.chinese == v || string(x.kind) == v {
				l.Kind = x.kind
				return
			}
		}
		var all []string
		for _, x := range listKinds {
			all = append(all, x.chinese)
		}
		fault("种类“" + v + "”不认识，应当是：" + strings.Join(all, "、") + "。")
	case "施行", "截止":
		d, err := law.ParseDate(v)
		if err != nil && v != "" {
			fault("日期“" + v + "”应当写成2026-01-31的样子。")
			return
		}
		if strings.TrimSpace(k) == "施行" {
			l.From = d
		} else {
			l.To = d
		}
	}
}

func splitFields(line string) (out [3]string, err error) {
	r := csv.NewReader(strings.NewReader(line))
	r.FieldsPerRecord = -1
	if strings.Contains(line, "\t") {
		r.Comma = '\t'
	} else if !strings.Contains(line, ",") {
		r.Comma = '，'
	}
	fields, err := r.Read()
	if err != nil {
		return out, err
	}
	for i := range fields {
		if i < 3 {
			out[i] = strings.TrimSpace(fields[i])
		}
	}
	return out, nil
}

// Text is the list as ParseList reads it.
func (l List) Text() string {
	var b strings.Builder
	b.WriteString("# 名称：" + l.Name + "\n# 种类：" + l.Kind.Chinese() + "\n# 施行：" + l.From.String() + "\n# 截止：" + l.To.String() + "\n")
	quote := func(s string) string {
		if strings.ContainsAny(s, ",，\t\"#\n") {
			return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		}
		return s
	}
	for _, e := range l.Entries {
		b.WriteString(quote(e.Word) + "," + quote(e.Right) + "," + quote(e.Note) + "\n")
	}
	return b.String()
}
