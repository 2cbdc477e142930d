package docx

import (
	"strconv"
	"strings"
)

// A style is what a paragraph style says that matters here.
type style struct {
	based  string
	name   string
	level  int // heading level 1 to 9, 0 if none, -1 if said to be body text
	numID  string
	ilvl   int
	hidden bool
}

type styles map[string]*style

// parseStyles reads word/styles.xml; what is broken in it is left out.
func parseStyles(b []byte) styles {
	out := styles{}
	s := newScanner(b)
	var st *style
	for {
		t, err := s.next()
		if err != nil || t == eof {
			return out
		}
		if t == end && s.is("style") {
			st = nil
		}
		if t != start {
			continue
		}
		if s.is("style") {
			st = &style{ilvl: -1}
			out[s.val("styleId")] = st
			continue
		}
		if st == nil {
			continue
		}
		switch string(s.name) {
		case "basedOn":
			st.based = s.val("val")
		case "name":
			st.name = strings.ToLower(s.val("val"))
			if k, ok := strings.CutPrefix(st.name, "heading "); ok {
				st.level, _ = strconv.Atoi(k)
			} else if k, ok := strings.CutPrefix(st.name, "标题 "); ok {
				st.level, _ = strconv.Atoi(k)
			} else if st.name == "title" {
				st.level = 1
			}
			if st.level < 0 || st.level > 9 {
				st.level = 0
			}
		case "outlineLvl":
			if st.level = s.num("val", 9, 9) + 1; st.level > 9 {
				st.level = -1
			}
		case "numId":
			st.numID = s.val("val")
		case "ilvl":
			st.ilvl = s.num("val", 0, 8)
		case "vanish":
			st.hidden = s.on()
		}
	}
}

// resolve follows basedOn. A chain longer than any sane document's is cut.
func (m styles) resolve(id string) style {
	out := style{ilvl: -1}
	for range 12 {
		st := m[id]
		if st == nil {
			break
		}
		if out.name == "" {
			out.name = st.name
		}
		if out.level == 0 {
			out.level = st.level
		}
		if out.numID == "" {
			out.numID = st.numID
		}
		if out.ilvl < 0 {
			out.ilvl = st.ilvl
		}
		out.hidden = out.hidden || st.hidden
		id = st.based
	}
	out.level = max(out.level, 0)
	return out
}
