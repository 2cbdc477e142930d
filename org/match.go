package org

import (
	"strings"
	"unicode/utf8"

	"gongkai/text"
)

// Certainty says how a name was matched to an organ.
type Certainty int

// From not at all to beyond doubt. Only Likely and Certain come with an organ.
const (
	NoMatch   Certainty = iota // no organ bears the name
	Ambiguous                  // several organs fit equally: a person decides
	Likely                     // fits one organ only, after dropping what is usual around a name
	Certain                    // the full name, the short name or the code
)

// Match finds the organ that a report, a file name or a letter head names. It
// folds width and spaces, drops 人民政府, 办事处 and the names of places above,
// and never chooses between two: then it returns Ambiguous and no organ.
func Match(organs []Organ, name string) (Organ, Certainty) {
	n := text.Fold(name)
	if n == "" {
		return Organ{}, NoMatch
	}
	forms := make([]form, len(organs))
	for i, o := range organs {
		forms[i] = form{name: text.Fold(o.Name), short: text.Fold(o.Short), code: text.Fold(o.Code)}
		forms[i].core = core(forms[i].name)
	}
	m := matcher{organs: organs, forms: forms}
	if o, c := m.only(Certain, func(f form) bool { return n == f.name || n == f.short || (n == f.code && f.code != "") }); c != NoMatch {
		return o, c
	}
	k := core(n)
	if o, c := m.only(Likely, func(f form) bool { return k == f.core || k == core(f.short) }); c != NoMatch {
		return o, c
	}
	if o, c := m.placed(k); c != NoMatch {
		return o, c
	}
	return m.within(n)
}

type form struct{ name, short, code, core string }

type matcher struct {
	organs []Organ
	forms  []form
}

// only returns the one organ whose forms satisfy fits.
func (m matcher) only(c Certainty, fits func(form) bool) (Organ, Certainty) {
	found := -1
	for i, f := range m.forms {
		if fits(f) {
			if found >= 0 {
				return Organ{}, Ambiguous
			}
			found = i
		}
	}
	if found < 0 {
		return Organ{}, NoMatch
	}
	return m.organs[found], c
}

// placed matches names that differ only by places named in front: 海丰县平东镇
// is 平东镇, and 财政局 in the county's list is 海丰县财政局. Places in front of
// the given name must not contradict those above the organ.
func (m matcher) placed(k string) (Organ, Certainty) {
	found := -1
	for i, f := range m.forms {
		if f.core == "" || utf8.RuneCountInString(f.core) < 2 {
			continue
		}
		front, ok := strings.CutSuffix(k, f.core)
		if ok {
			ok = places(front) && m.agrees(front, i)
		} else if front, ok = strings.CutSuffix(f.core, k); ok {
			// 县财政局 begins with the last character of 白云县.
			_, w := utf8.DecodeRuneInString(k)
			ok = (places(front) || places(front+k[:w])) && utf8.RuneCountInString(k) >= 2
		}
		if !ok {
			continue
		}
		if found >= 0 {
			return Organ{}, Ambiguous
		}
		found = i
	}
	if found < 0 {
		return Organ{}, NoMatch
	}
	return m.organs[found], Likely
}

// within finds the organ named inside a longer text such as a file name. A name
// that is part of a longer matching name is not counted, nor is a superior named
// right in front of its subordinate.
func (m matcher) within(n string) (Organ, Certainty) {
	type span struct{ from, to, organ int }
	var spans []span
	for i, f := range m.forms {
		for _, w := range []string{f.name, f.core, f.short} {
			if utf8.RuneCountInString(w) < 2 {
				continue
			}
			if at := strings.LastIndex(n, w); at >= 0 {
				spans = append(spans, span{at, at + len(w), i})
				break
			}
		}
	}
	found := -1
	for _, s := range spans {
		beaten := false
		for _, t := range spans {
			inside := t.from <= s.from && s.to <= t.to && t.to-t.from > s.to-s.from
			front := s.to <= t.from && places(n[s.from:s.to]) && places(n[s.from:t.from]) && s.organ != t.organ
			beaten = beaten || inside || front
		}
		if beaten {
			continue
		}
		if found >= 0 && found != s.organ {
			return Organ{}, Ambiguous
		}
		if !m.frontAgrees(n[:s.from], s.organ) {
			continue
		}
		found = s.organ
	}
	if found < 0 {
		return Organ{}, NoMatch
	}
	return m.organs[found], Likely
}

// core drops the ending that names the form of government: 白云镇人民政府 and
// 白云镇 are the same organ, and so are 城关街道办事处 and 城关街道.
func core(folded string) string {
	for _, end := range []string{"人民政府办事处", "人民政府", "办事处", "党工委", "政府"} {
		if c, ok := strings.CutSuffix(folded, end); ok && c != "" {
			folded = c
			break
		}
	}
	if c, ok := strings.CutSuffix(folded, "街道办"); ok && c != "" {
		folded = c + "街道"
	}
	return folded
}

// places reports whether s is a row of place names as they stand in front of an
// organ's name (乌有省乌有市白云县), or a bare 省, 市, 县, 区. Empty is fine.
func places(s string) bool {
	if s == "" {
		return true
	}
	if utf8.RuneCountInString(s) > 24 {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("省市县区旗州盟", last)
}

// agrees reports whether the places in front of a name do not contradict the
// organs above the candidate, as far as the list knows them.
func (m matcher) agrees(front string, candidate int) bool {
	if utf8.RuneCountInString(front) < 2 {
		return true // a bare 县 says which level, not which place
	}
	known := false
	parent := m.organs[candidate].Parent
	for range m.organs {
		i := m.byID(parent)
		if i < 0 {
			break
		}
		if places(m.forms[i].core) {
			known = true
			if strings.Contains(front, m.forms[i].core) || strings.HasSuffix(m.forms[i].core, front) {
				return true
			}
		}
		parent = m.organs[i].Parent
	}
	return !known
}

// frontAgrees applies agrees to the places that end right before a name inside
// a longer text.
func (m matcher) frontAgrees(before string, candidate int) bool {
	cut := strings.LastIndexFunc(before, func(r rune) bool { return r < 0x4e00 || r > 0x9fff })
	if cut >= 0 {
		_, w := utf8.DecodeRuneInString(before[cut:])
		before = before[cut+w:]
	}
	if before == "" || !places(before) {
		return true
	}
	return m.agrees(before, candidate)
}

func (m matcher) byID(id int64) int {
	if id == 0 {
		return -1
	}
	for i := range m.organs {
		if m.organs[i].ID == id {
			return i
		}
	}
	return -1
}
