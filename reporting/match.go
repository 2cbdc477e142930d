package reporting

import (
	"path"
	"strings"

	"gongkai/law/annual"
	"gongkai/org"
)

// A matcher finds the organ of the list that a file is from.
type matcher struct {
	organs []org.Organ
	index  map[int64]int
}

func newMatcher(organs []org.Organ) *matcher {
	m := &matcher{append([]org.Organ(nil), organs...), map[int64]int{}}
	for i := range m.organs {
		id := m.organs[i].ID
		if _, taken := m.index[id]; taken || id == 0 {
			id = -int64(i) - 1 // organs that were never stored
			m.organs[i].ID = id
		}
		m.index[id] = i
	}
	return m
}

// find returns the position of the one organ that the name fits, or -1. Where
// two fit a person decides: a file is never given to an organ by guess.
func (m *matcher) find(name string) int {
	if strings.TrimSpace(name) == "" || len(m.organs) == 0 {
		return -1
	}
	if o, c := org.Match(m.organs, name); c >= org.Likely {
		return m.index[o.ID]
	}
	return -1
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
