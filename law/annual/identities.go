package annual

import (
	"fmt"
	"strconv"
	"strings"
)

// sides adds up both sides of an identity. ok is false when a cell holds no
// figure: the identity is then not assessable, neither true nor false.
func (r *Report) sides(id *Identity) (left, right int64, ok bool) {
	for _, i := range id.Left {
		if !r.Values[i].Known() {
			return 0, 0, false
		}
		left += r.Values[i].N
	}
	for _, i := range id.Right {
		if !r.Values[i].Known() {
			return 0, 0, false
		}
		right += r.Values[i].N
	}
	return left, right, true
}

// holds compares two sides.
func (op Op) holds(left, right int64) bool {
	switch op {
	case AtMost:
		return left <= right
	case AtLeast:
		return left >= right
	}
	return left == right
}

// Failing lists the identities that the figures contradict, by their index in
// Form.Identities. Identities with a cell that holds no figure are not listed.
func (r *Report) Failing() []int {
	var out []int
	for i := range r.Form.Identities {
		id := &r.Form.Identities[i]
		if l, rt, ok := r.sides(id); ok && !id.Op.holds(l, rt) {
			out = append(out, i)
		}
	}
	return out
}

// identityCheck makes the check of a rule whose identities are data of the form.
func identityCheck(code string, level Level) func(*Report, *Context) []Finding {
	return func(r *Report, _ *Context) []Finding {
		var out []Finding
		for i := range r.Form.Identities {
			id := &r.Form.Identities[i]
			if id.Code != code {
				continue
			}
			if l, rt, ok := r.sides(id); ok && !id.Op.holds(l, rt) {
				out = append(out, identityFinding(r, id, level, l, rt))
			}
		}
		return out
	}
}

func identityFinding(r *Report, id *Identity, level Level, left, right int64) Finding {
	f := r.Form
	cells := append(f.ids(id.Right...), f.ids(id.Left...)...)
	g := finding(id.Code, level, cells, "")
	g.Expected, g.Found = strconv.FormatInt(left, 10), strconv.FormatInt(right, 10)
	where := f.identityPlace(id)
	ls, rs := f.sideLabels(id.Left, id), f.sideLabels(id.Right, id)
	if id.Op != Equal {
		word := "不应大于"
		g.Expected, g.Found = "不大于 "+g.Found, g.Expected
		if id.Op == AtLeast {
			word = "不应小于"
			g.Expected = "不小于 " + strings.TrimPrefix(g.Expected, "不大于 ")
		}
		g.Message = fmt.Sprintf("%s：%s为 %d，%s%s %d。", where, ls, left, word, rs, right)
		g.Suggest = "请核对这几格的数字是否填反或漏填。"
		return g
	}
	g.Message = fmt.Sprintf("%s：%s合计 %d，%s为 %d，相差 %d。", where, ls, left, rs, right, abs(left-right))
	g.Suggest = "请逐格核对，先查分项，再查" + rs + "。"
	return g
}

// identityPlace says over which row, column or group an identity stands.
func (f *Form) identityPlace(id *Identity) string {
	first := f.Cells[id.Left[0]]
	p := &f.Table(first.Table).Parts[first.Part]
	name := tableName(first.Table)
	sameRow := true
	for _, side := range [][]int{id.Left, id.Right} {
		for _, i := range side {
			sameRow = sameRow && f.Cells[i].Row == first.Row
		}
	}
	switch {
	case !sameRow:
		return name + "“" + p.Columns[first.Col].Label() + "”一列"
	case p.Rows[first.Row].Label() != "":
		return name + "“" + p.Rows[first.Row].Label() + "”一行"
	}
	path := p.Columns[first.Col].Path
	return name + "“" + strings.Join(path[:len(path)-1], " · ") + "”一组"
}

// sideLabels words one side: at most four labels, then their number.
func (f *Form) sideLabels(side []int, id *Identity) string {
	if len(side) > 4 {
		return fmt.Sprintf("各分项（%d格）", len(side))
	}
	sameRow := len(id.Left) > 0 && len(id.Right) > 0 && f.Cells[id.Left[0]].Row == f.Cells[id.Right[0]].Row
	var s []string
	for _, i := range side {
		c := f.Cells[i]
		p := &f.Table(c.Table).Parts[c.Part]
		if sameRow {
			s = append(s, "“"+p.Columns[c.Col].Label()+"”")
		} else {
			s = append(s, "“"+p.Rows[c.Row].Label()+"”")
		}
	}
	return strings.Join(s, "加")
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

// lacks reports whether a cell is gone because its part is missing from the
// source, so that it is spoken of once, as a missing part.
func (r *Report) lacks(i int) bool {
	c := &r.Form.Cells[i]
	for _, m := range r.Missing {
		if m == c.Table || m == c.ID || len(c.ID) > len(m) && c.ID[len(m)] == '.' && strings.HasPrefix(c.ID, m) {
			return true
		}
	}
	return false
}

// undecided reports whether a cell is named as undecided.
func (r *Report) undecided(i int) bool {
	for _, u := range r.Undecided {
		for _, id := range u.Cells {
			if id == r.Form.Cells[i].ID {
				return true
			}
		}
	}
	return false
}

// blanks lists the cells of a table where the source has nothing or a mark
// for "does not apply".
func (r *Report) blanks(table string) []int {
	var out []int
	for i := range r.Values {
		if v := r.Values[i].Kind; (v == Blank || v == NA) && r.Form.Cells[i].Table == table && !r.lacks(i) && !r.undecided(i) {
			out = append(out, i)
		}
	}
	return out
}

// gone lists the cells of a table that the source does not have at all.
func (r *Report) gone(table string) []int {
	var out []int
	for i := range r.Values {
		if r.Values[i].Known() || r.Form.Cells[i].Table != table {
			continue
		}
		if r.lacks(i) || r.Values[i].Kind == Absent && !r.undecided(i) {
			out = append(out, i)
		}
	}
	return out
}

// rowNames names the rows that cells stand in, each once, at most max.
func (r *Report) rowNames(cells []int, max int) string {
	var names []string
	seen := map[string]bool{}
	for _, i := range cells {
		c := r.Form.Cells[i]
		p := &r.Form.Table(c.Table).Parts[c.Part]
		n := p.Rows[c.Row].Label()
		if n == "" {
			n = c.Label
		}
		if !seen[n] {
			seen[n] = true
			names = append(names, "“"+clip(n, 18)+"”")
		}
	}
	if len(names) > max {
		return strings.Join(names[:max], "、") + fmt.Sprintf("等%d处", len(names))
	}
	return strings.Join(names, "、")
}

// blankCheck makes T3-BLANK and T4-BLANK: a warning, or an error when a whole
// row or at least ten cells hold nothing.
func blankCheck(code, table string) func(*Report, *Context) []Finding {
	return func(r *Report, _ *Context) []Finding {
		cells := r.blanks(table)
		if len(cells) == 0 {
			return nil
		}
		level := Warning
		if len(cells) >= 10 || r.wholeRow(cells) {
			level = Error
		}
		g := finding(code, level, r.Form.ids(cells...), fmt.Sprintf("%s有%d格没有填数字（空白或“/”“-”），在%s。空白不等于零，涉及的勾稽关系无法核对。",
			tableName(table), len(cells), r.rowNames(cells, 4)))
		g.Expected, g.Found = "每格填写数字，没有的填 0", fmt.Sprintf("%d格空白", len(cells))
		g.Suggest = "确实没有的请填 0，有数的请补上数字。"
		return []Finding{g}
	}
}

// wholeRow reports whether the cells, in the form's order, fill a row.
func (r *Report) wholeRow(cells []int) bool {
	n := 0
	for k, i := range cells {
		c := r.Form.Cells[i]
		if k > 0 {
			if b := r.Form.Cells[cells[k-1]]; b.Row != c.Row || b.Part != c.Part {
				n = 0
			}
		}
		n++
		if n == len(r.Form.Table(c.Table).Parts[c.Part].Columns) {
			return true
		}
	}
	return false
}

// kindCheck makes the rules *-NONNEG-INT: a figure of the wrong kind. In 表二
// words in a cell belong to T2-TEXT instead.
func kindCheck(code, table string) func(*Report, *Context) []Finding {
	return func(r *Report, _ *Context) []Finding {
		var out []Finding
		for i := range r.Values {
			c := &r.Form.Cells[i]
			if c.Table != table || !r.wrongKind(i) {
				continue
			}
			raw := r.Raw(i)
			if r.Values[i].Kind == Text && table == "t2" && (!isPlainDecimal(raw) || c.Type == Money && !strings.HasPrefix(strings.TrimSpace(foldDigits(raw)), "-")) {
				continue // T2-TEXT speaks of words, T2-UNIT-21 of too many decimals
			}
			want := map[CellType]string{Count: "不小于 0 的整数", Signed: "整数（减少写负数）", Money: "不小于 0 的数"}[c.Type]
			g := finding(code, Error, []string{c.ID}, fmt.Sprintf("%s填的是“%s”，应填%s。", r.Form.label(i), raw, want))
			g.Expected, g.Found, g.At, g.Quote = want, raw, r.At(i), raw
			g.Suggest = "请改为" + want + "，没有的填 0。"
			out = append(out, g)
		}
		return out
	}
}

func (r *Report) wrongKind(i int) bool {
	v := r.Values[i]
	return v.Kind == Text && !r.undecided(i) || v.Kind == Number && v.N < 0 && r.Form.Cells[i].Type != Signed
}

// isPlainDecimal reports whether the text is a number of any sign, without
// words or units.
func isPlainDecimal(s string) bool {
	s = strings.TrimSpace(foldDigits(s))
	s = strings.TrimLeft(s, "+-")
	a, b, _ := strings.Cut(s, ".")
	return a+b != "" && digits(a) && digits(b)
}
