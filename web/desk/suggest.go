package desk

import (
	"strings"

	"gongkai/law/annual"
	"gongkai/web/page"
)

// A suggestion is a set of changes that a person may accept. Key travels in
// the page and is parsed again when it comes back: t3.new.total=12;…
type suggestion struct {
	Key     string
	Why     string // the findings it answers
	Code    string
	Changes []changeView
}

type changeView struct {
	Cell     page.Link
	From, To string
}

// suggestionsOf lists the different sets of changes among the findings.
func suggestionsOf(r *annual.Report, findings []annual.Finding) []suggestion {
	var out []suggestion
	seen := map[string]int{}
	for _, f := range findings {
		key := changesKey(r.Form, f.Changes)
		if key == "" {
			continue
		}
		if i, ok := seen[key]; ok {
			if !strings.Contains(out[i].Code, f.Code) {
				out[i].Code += " " + f.Code
			}
			continue
		}
		seen[key] = len(out)
		s := suggestion{Key: key, Why: f.Message, Code: f.Code}
		for _, c := range f.Changes {
			i, _ := r.Form.Index(c.Cell)
			s.Changes = append(s.Changes, changeView{page.Link{Text: r.Form.Cells[i].Label, Href: "#" + page.CellID(c.Cell)},
				shown(c.From, r.Form.Cells[i].Type, r.Raw(i)), shown(c.To, r.Form.Cells[i].Type, "")})
		}
		out = append(out, s)
	}
	return out
}

func shown(v annual.Value, t annual.CellType, raw string) string {
	switch {
	case v.Known():
		return v.Format(t)
	case v.Kind == annual.Text || v.Kind == annual.NA:
		return raw
	}
	return "空"
}

// changesKey writes changes as text, "" if one of them names no cell of the
// form or no figure.
func changesKey(f *annual.Form, cs []annual.Change) string {
	var parts []string
	for _, c := range cs {
		i, ok := f.Index(c.Cell)
		if !ok || !c.To.Known() {
			return ""
		}
		parts = append(parts, c.Cell+"="+c.To.Format(f.Cells[i].Type))
	}
	return strings.Join(parts, ";")
}

// accept enters the changes of keys that came back from a page. What names no
// cell or no figure is passed over; it returns how many figures it entered.
func accept(r *annual.Report, keys []string) int {
	n := 0
	for _, key := range keys {
		for _, part := range strings.SplitN(key, ";", 20) {
			cell, figure, ok := strings.Cut(part, "=")
			i, has := r.Form.Index(cell)
			if !ok || !has {
				continue
			}
			v := annual.ParseValue(figure, r.Form.Cells[i].Type)
			if !v.Known() {
				continue
			}
			r.Values[i] = v
			settle(r, cell)
			n++
		}
	}
	return n
}

// changed lists what accepting the keys changes in a report.
func changed(r *annual.Report, keys []string) []changeView {
	after := r.Clone()
	accept(after, keys)
	var out []changeView
	for i, v := range after.Values {
		if c := r.Form.Cells[i]; v != r.Values[i] {
			out = append(out, changeView{page.Link{Text: c.Label, Href: "#" + page.CellID(c.ID)}, shown(r.Values[i], c.Type, r.Raw(i)), shown(v, c.Type, "")})
		}
	}
	return out
}

// settle takes a cell that a person has decided out of the undecided ones.
func settle(r *annual.Report, cell string) {
	var left []annual.Undecided
	for _, u := range r.Undecided {
		var cells []string
		for _, c := range u.Cells {
			if c != cell {
				cells = append(cells, c)
			}
		}
		if u.Cells = cells; len(cells) > 0 {
			left = append(left, u)
		}
	}
	r.Undecided = left
}
