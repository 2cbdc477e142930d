package site

import (
	"net/http"
	"strings"

	"gongkai/proactive"
	"gongkai/store"
	"gongkai/web/page"
)

// itemChanges is what a version changed in the one before.
type itemChanges struct {
	From, To int
	Note     string
	Lines    []changedLine
	Same     bool // nothing in the text: files, or things that are not shown
	Much     bool // too long to be compared line by line
	Back     string
}

// A changedLine is a line that went, came or stayed. Kind is "del", "ins" or "".
// Of one that was changed, Mid is what is different between Head and Tail.
type changedLine struct {
	Kind            string
	Head, Mid, Tail string
	Gap             bool // lines that stayed were left out before it
}

// mostCompared bounds the lines of a comparison on either side.
const mostCompared = 1500

// itemChanges compares version n, which x holds, with the one before.
func (s *Site) itemChanges(r *http.Request, x *store.PublicItem, n int) (*itemChanges, error) {
	before, err := s.store.PublicItem(fresh(r.Context()), x.Number, n-1)
	if err != nil {
		return nil, err
	}
	out := &itemChanges{From: n - 1, To: n, Note: x.Content.Note, Back: page.ItemHref(x.Number)}
	a, b := linesOf(before.Content), linesOf(x.Content)
	if len(a) > mostCompared || len(b) > mostCompared {
		out.Much = true
		return out, nil
	}
	out.Lines = shorten(compareLines(a, b))
	out.Same = len(out.Lines) == 0
	return out, nil
}

// linesOf is what people read of a content, a line each.
func linesOf(c proactive.Content) []string {
	out := []string{c.Title}
	for _, x := range []struct{ name, s string }{{"文号", c.DocNo}, {"内容概述", c.Summary}, {"发文机关", c.Issuer}, {"主题分类", c.Theme}, {"主题词", strings.Join(c.Keywords, "　")}} {
		if x.s != "" {
			out = append(out, x.name+"："+x.s)
		}
	}
	if !c.Until.IsZero() {
		out = append(out, "有效期至："+c.Until.Chinese())
	}
	if !c.Effective.IsZero() {
		out = append(out, "施行日期："+c.Effective.Chinese())
	}
	for _, l := range strings.Split(c.Body.Text(), "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	for _, f := range c.Attached() {
		out = append(out, "附件："+f.Name)
	}
	return out
}

// compareLines is the shortest way from a to b in whole lines.
func compareLines(a, b []string) []changedLine {
	var head, tail []changedLine
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, changedLine{Head: a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append([]changedLine{{Head: a[len(a)-1]}}, tail...)
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	// common[i][j] is how many lines a[i:] and b[j:] share in order.
	common := make([][]uint16, len(a)+1)
	for i := range common {
		common[i] = make([]uint16, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	out := head
	var gone, came []string
	flush := func() {
		for k := range max(len(gone), len(came)) {
			switch {
			case k >= len(came):
				out = append(out, changedLine{Kind: "del", Mid: gone[k]})
			case k >= len(gone):
				out = append(out, changedLine{Kind: "ins", Mid: came[k]})
			default:
				d, n := within(gone[k], came[k])
				out = append(out, d, n)
			}
		}
		gone, came = nil, nil
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			flush()
			out = append(out, changedLine{Head: a[i]})
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			gone = append(gone, a[i])
			i++
		default:
			came = append(came, b[j])
			j++
		}
	}
	flush()
	return append(out, tail...)
}

// within says what is different between two lines that stand in one place.
func within(before, after string) (gone, came changedLine) {
	a, b := []rune(before), []rune(after)
	h := 0
	for h < len(a) && h < len(b) && a[h] == b[h] {
		h++
	}
	t := 0
	for t < len(a)-h && t < len(b)-h && a[len(a)-1-t] == b[len(b)-1-t] {
		t++
	}
	part := func(kind string, r []rune) changedLine {
		return changedLine{Kind: kind, Head: string(r[:h]), Mid: string(r[h : len(r)-t]), Tail: string(r[len(r)-t:])}
	}
	return part("del", a), part("ins", b)
}

// shorten keeps what changed with one line around it.
func shorten(list []changedLine) []changedLine {
	near := func(i int) bool {
		for k := max(i-1, 0); k <= min(i+1, len(list)-1); k++ {
			if list[k].Kind != "" {
				return true
			}
		}
		return false
	}
	var out []changedLine
	gap := false
	for i, l := range list {
		if !near(i) {
			gap = true
			continue
		}
		l.Gap = gap
		gap = false
		out = append(out, l)
	}
	return out
}
