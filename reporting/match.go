package reporting

import (
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/text"
)

// A matcher finds the organ of the list that a file is from.
type matcher struct {
	organs []org.Organ
	bare   []org.Organ // the same, with the name that file names use as the short one
	index  map[int64]int
}

func newMatcher(organs []org.Organ) *matcher {
	m := &matcher{organs: append([]org.Organ(nil), organs...), index: map[int64]int{}}
	for i := range m.organs {
		id := m.organs[i].ID
		if _, taken := m.index[id]; taken || id == 0 {
			id = -int64(i) - 1 // organs that were never stored
			m.organs[i].ID = id
		}
		m.index[id] = i
		bare := m.organs[i]
		bare.Short = withoutPlace(bare.Name)
		m.bare = append(m.bare, bare)
	}
	return m
}

// places is a leading place name with the word for its level. What stands
// before the word holds no such word, so that 城市管理局 stays whole.
var places = []*regexp.Regexp{
	regexp.MustCompile(`^[^省市县区州盟旗]{2,6}(省|自治区)`),
	regexp.MustCompile(`^[^省市县区州盟旗]{2,8}(市|自治州|州|盟)`),
	regexp.MustCompile(`^[^省市县区州盟旗]{1,8}(自治县|县|区|旗)`),
}

// withoutPlace is the name as file names give it: 清溪镇 for
// 云岭县清溪镇人民政府. A list seldom holds short names.
func withoutPlace(name string) string {
	n := text.Fold(name)
	for _, end := range []string{"人民政府办事处", "人民政府", "办事处", "政府"} {
		if c, ok := strings.CutSuffix(n, end); ok {
			n = c
			break
		}
	}
	for _, p := range places {
		m := p.FindString(n)
		zone := strings.HasSuffix(m, "开发区") || strings.HasSuffix(m, "园区") || strings.HasSuffix(m, "景区") || strings.HasSuffix(m, "新区")
		if m != "" && !zone && utf8.RuneCountInString(n[len(m):]) >= 2 {
			n = n[len(m):]
		}
	}
	return n
}

// find returns the position of the one organ that the name fits, or -1. Where
// two fit a person decides: a file is never given to an organ by guess.
func (m *matcher) find(name string) int {
	if strings.TrimSpace(name) == "" || len(m.organs) == 0 {
		return -1
	}
	for _, list := range [][]org.Organ{m.organs, m.bare} {
		switch o, c := org.Match(list, name); {
		case c >= org.Likely && elsewhere(o.Name, name):
			return -1
		case c >= org.Likely:
			return m.index[o.ID]
		case c == org.Ambiguous:
			return -1
		}
	}
	return -1
}

// elsewhere says that two names begin with different places: 云岭县民政局 is not
// 临江县民政局, whatever the rest says. One without a place contradicts nothing,
// and a province or city in front of the county makes no difference.
func elsewhere(a, b string) bool {
	x, y := placeOf(a), placeOf(b)
	return x != "" && y != "" && !strings.HasSuffix(x, y) && !strings.HasSuffix(y, x)
}

// placeOf is the place that a name begins with, "" for none. 县 alone, as file
// names have it, names no place.
func placeOf(name string) string {
	n := text.Fold(name)
	bare := withoutPlace(name)
	i := strings.Index(n, bare)
	if i <= 0 || utf8.RuneCountInString(n[:i]) < 3 {
		return ""
	}
	return n[:i]
}

// ofReport goes by what the report calls its organ, then by who signs it.
func (m *matcher) ofReport(e *Entry) int {
	if e.Report == nil {
		return -1
	}
	for _, n := range []string{e.Report.Organ, e.Report.Signature, e.Report.Title} {
		if i := m.find(n); i >= 0 {
			return i
		}
	}
	return -1
}

// ofFile goes by the file's name, then by the folder it lies in.
func (m *matcher) ofFile(e *Entry) int {
	name := path.Base(e.File)
	if i := m.find(strings.TrimSuffix(name, path.Ext(name))); i >= 0 {
		return i
	}
	if dir := path.Base(path.Dir(e.File)); dir != "." && dir != "/" {
		return m.find(strings.TrimSuffix(dir, path.Ext(dir)))
	}
	return -1
}

// LevelOf says from an organ's name what kind of organ it is, as far as the
// rules care; LevelUnknown where the name does not tell.
func LevelOf(name string) annual.OrganLevel {
	var o org.Organ
	o.Name = name
	o.Kind, o.Level = org.GuessKind(name)
	return o.OrganLevel()
}
