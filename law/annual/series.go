package annual

import "strings"

// A SeriesLine is one figure of the form followed over years of several
// editions: the cells that mean the same.
type SeriesLine struct {
	ID    string // the cell in the newest edition that has it
	Label string // as CellLabel of that edition
	Table string
	Type  CellType
	Unit  string
	cells map[string][]string // edition → cells that are added up; missing where no cell means the same
}

// Series lists the figures of the editions in the order of the newest, each with
// what means the same in the others. A figure whose meaning changed is a line of
// its own in each edition; the three rows of 其他处理 of 2021 are also added up to
// the one row of 2019. The editions are in any order.
func Series(forms ...*Form) []SeriesLine {
	var newest *Form
	for _, f := range forms {
		if newest == nil || f.FromYear > newest.FromYear {
			newest = f
		}
	}
	if newest == nil {
		return nil
	}
	var older []*Form
	for _, f := range forms {
		if f != newest && !containsForm(older, f) {
			older = append(older, f)
		}
	}
	taken := map[*Form]map[string]bool{}
	for _, f := range older {
		taken[f] = map[string]bool{}
	}
	line := func(f *Form, i int) SeriesLine {
		c := f.Cells[i]
		return SeriesLine{ID: c.ID, Label: c.Label, Table: c.Table, Type: c.Type, Unit: c.Unit, cells: map[string][]string{f.Edition: {c.ID}}}
	}
	var out []SeriesLine
	for i, c := range newest.Cells {
		l := line(newest, i)
		x, special := crossingOf(c.ID)
		if col, first := strings.CutPrefix(c.ID, "t3.other_overdue."); first {
			for _, f := range older {
				if old, ok := f.Index("t3.other." + col); ok {
					sum := line(f, old)
					sum.cells[newest.Edition] = []string{"t3.other_overdue." + col, "t3.other_unpaid." + col, "t3.other_misc." + col}
					taken[f][sum.ID] = true
					out = append(out, sum)
				}
			}
		}
		if !special || x.comparable {
			for _, f := range older {
				if _, ok := f.Index(c.ID); ok {
					l.cells[f.Edition] = []string{c.ID}
					taken[f][c.ID] = true
				}
			}
		}
		out = append(out, l)
	}
	for _, f := range older {
		for i, c := range f.Cells {
			if !taken[f][c.ID] {
				out = append(out, line(f, i))
			}
		}
	}
	return out
}

func containsForm(list []*Form, f *Form) bool {
	for _, x := range list {
		if x == f {
			return true
		}
	}
	return false
}

// Spans reports whether the figure means the same in all these editions.
func (l SeriesLine) Spans(forms ...*Form) bool {
	for _, f := range forms {
		if len(l.cells[f.Edition]) == 0 {
			return false
		}
	}
	return true
}

// Of is the figure of a report: Absent where its edition has none that means the
// same, Blank where a cell of it holds no figure.
func (l SeriesLine) Of(r *Report) Value {
	ids := l.cells[r.Form.Edition]
	if len(ids) == 0 {
		return Value{}
	}
	if len(ids) == 1 {
		if v := r.Get(ids[0]); v.Known() || v.Kind == Text {
			return v
		}
		return Value{Kind: Blank}
	}
	values := make([]Value, len(ids))
	for i, id := range ids {
		values[i] = r.Get(id)
	}
	return addUp(values...)
}
