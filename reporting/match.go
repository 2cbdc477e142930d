package reporting

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// A matcher finds the organ that a file is from.
type matcher struct {
	organs []Expected
	full   map[string]int // folded full or further name → organ, -1 if it names two
	core   map[string]int // the name without what all names of its kind share → organ, -1 if two
}

func newMatcher(organs []Expected) *matcher {
	m := &matcher{organs, map[string]int{}, map[string]int{}}
	for i, e := range organs {
		for _, n := range append([]string{e.Name}, e.Also...) {
			enter(m.full, text.Fold(n), i)
			enter(m.core, core(n), i)
		}
	}
	return m
}

func enter(m map[string]int, key string, i int) {
	if key == "" {
		return
	}
	if j, taken := m[key]; taken && j != i {
		i = -1 // two organs share it: it tells nothing
	}
	m[key] = i
}

// place is a leading place name and the word for its level. What stands before
// the word holds no such word, so that 城市管理局 and 市场监督管理局 stay whole.
var places = []*regexp.Regexp{
	regexp.MustCompile(`^[^省市县区州盟旗]{2,6}(省|自治区)`),
	regexp.MustCompile(`^[^省市县区州盟旗]{2,8}(市|自治州|州|盟)`),
	regexp.MustCompile(`^[^省市县区州盟旗]{1,8}(自治县|县|区|旗)`),
}

// core strips what does not tell organs apart: the county before the town, the
// word for the office. 云岭县清溪镇人民政府 and 清溪镇 have the same core.
func core(name string) string {
	n := text.Fold(name)
	for _, s := range []string{"党政办公室", "党政综合办公室", "人民政府", "办事处", "政府"} {
		n = strings.TrimSuffix(n, s)
	}
	for _, p := range places {
		m := p.FindString(n)
		if m == "" || utf8.RuneCountInString(n[len(m):]) < 2 || hasSuffix(m, "开发区", "园区", "示范区", "景区", "新区", "林区", "社区") {
			continue
		}
		n = n[len(m):]
	}
	return n
}

// find matches a name exactly, then by its core. ok is false when nothing or
// more than one organ fits: a file is never given to an organ by guess.
func (m *matcher) find(name string) (int, bool) {
	key := text.Fold(name)
	if key == "" {
		return 0, false
	}
	if i, ok := m.full[key]; ok {
		return i, i >= 0
	}
	if i, ok := m.core[core(name)]; ok {
		return i, i >= 0
	}
	return 0, false
}

// inText looks for exactly one organ's name inside a longer text such as a file
// name. The longest name that occurs wins, so that 城关镇东街社区 is not 城关镇
// where both are listed.
func (m *matcher) inText(s string) (int, bool) {
	folded := text.Fold(s)
	best, length, two := -1, 0, false
	for i, e := range m.organs {
		for _, n := range append([]string{e.Name}, e.Also...) {
			for _, key := range []string{text.Fold(n), core(n)} {
				if key != text.Fold(n) && hasSuffix(key, "省", "市", "县", "区", "州") {
					continue // 云岭县 stands before every town's name
				}
				if len(key) < len("镇镇") || len(key) < length || !strings.Contains(folded, key) {
					continue
				}
				if len(key) > length {
					best, length, two = i, len(key), false
				} else if best != i {
					two = true
				}
			}
		}
	}
	return best, best >= 0 && !two
}

// organOf names the organ an entry is from: by the report's own organ, by its
// signature, then by the file's name and its folder. -1 is none.
func (m *matcher) organOf(e *Entry) int {
	if i := m.ofReport(e); i >= 0 {
		return i
	}
	return m.ofFile(e)
}

func (m *matcher) ofReport(e *Entry) int {
	if e.Report == nil {
		return -1
	}
	for _, n := range []string{e.Report.Organ, e.Report.Signature} {
		if i, ok := m.find(n); ok {
			return i
		}
	}
	if i, ok := m.inText(e.Report.Organ + "\n" + e.Report.Title); ok {
		return i
	}
	return -1
}

func (m *matcher) ofFile(e *Entry) int {
	if i, ok := m.inText(path.Base(e.File)); ok {
		return i
	}
	if i, ok := m.inText(path.Dir(e.File)); ok {
		return i
	}
	return -1
}
