package reporting

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law/annual"
)

// Judge checks a report as its filing does. A chapter left empty is named as
// missing: who files has begun it. That a day was missed is a fact, which the
// filing counts by itself ([Filing.Late]); here it asks for an explanation and
// blocks nothing, or what is late could never be handed in.
func Judge(r *annual.Report, c *annual.Context) []annual.Finding {
	if r == nil {
		return nil
	}
	judged := r.Clone()
	judged.Missing = append([]string(nil), r.Missing...)
	for i, ch := range r.Form.Chapters {
		id := fmt.Sprintf("chapter.%d", i+1)
		if ch.Kind == "prose" && strings.TrimSpace(nth(r.Chapters, i)) == "" && !slices.Contains(r.Missing, id) {
			judged.Missing = append(judged.Missing, id)
		}
	}
	out := annual.Check(judged, c)
	for i := range out {
		if out[i].Code == "D-DATE" && out[i].Level == annual.Error {
			out[i].Level = annual.Warning
		}
	}
	return out
}

// Unconfirmed are the cells whose figures were read from a file with a repair,
// or not at all, and that nobody has looked at since, in the form's order.
func Unconfirmed(r *annual.Report) []string {
	if r == nil {
		return nil
	}
	open := map[string]bool{}
	for _, u := range r.Undecided {
		for _, c := range u.Cells {
			open[c] = true
		}
	}
	for _, p := range r.Repairs {
		for _, c := range p.Cells {
			open[c] = true
		}
	}
	var out []string
	for _, c := range r.Form.Cells {
		if open[c.ID] {
			out = append(out, c.ID)
		}
	}
	return out
}

// Confirm is the report with the figure of a cell as a person confirmed or
// corrected it: what was open about the cell is settled. It changes nothing of
// r. It is false for a cell the form does not have.
func Confirm(r *annual.Report, cell string, v annual.Value) (*annual.Report, bool) {
	out := r.Clone()
	if !out.Set(cell, v) {
		return r, false
	}
	out.Undecided, out.Repairs = nil, nil
	for _, u := range r.Undecided {
		if u.Cells = without(u.Cells, cell); len(u.Cells) > 0 {
			out.Undecided = append(out.Undecided, u)
		}
	}
	for _, p := range r.Repairs {
		left := without(p.Cells, cell)
		if len(p.Cells) > 0 && len(left) == 0 {
			continue
		}
		p.Cells = left
		out.Repairs = append(out.Repairs, p)
	}
	out.Missing = nil
	for _, m := range r.Missing {
		if !whole(out, m) {
			out.Missing = append(out.Missing, m)
		}
	}
	return out, true
}

// whole reports whether a part of the form that a source lacked is there now.
func whole(r *annual.Report, part string) bool {
	found := false
	for i, c := range r.Form.Cells {
		if strings.HasPrefix(c.ID, part+".") {
			found = true
			if r.Values[i].Kind == annual.Absent {
				return false
			}
		}
	}
	return found
}

func without(list []string, s string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(x string) bool { return x == s })
}
