package ingest

import (
	"gongkai/law/annual"
)

// splitGlued lets the identities split the rows whose separators were lost. A
// cell is decided only if it is the same in every split that satisfies them
// all; the rest stay undecided and are named.
func (rd *reader) splitGlued() {
	if len(rd.glued) == 0 {
		return
	}
	table := rd.seq.table
	glued := map[int]gluedRow{}
	var lines []annual.GluedLine
	for _, g := range rd.glued {
		c := rd.report.Form.Cells[g.cells[0]]
		if len(g.digits) == len(g.cells) && (g.digits[0] == '0' || table.ID != "t2") && rd.digitsAdd(g) {
			// One digit a cell: there is only one way. A run that could be one figure
			// of 表二, whose neighbours are lost, is not such a row.
			rd.settle(g, rd.digitsOf(g), nil)
			rd.filled[g.cells[0]] = rd.digitsOf(g)
			continue
		}
		if table.ID == "t2" { // no identity joins the columns of 表二
			rd.leave(g, "数字之间没有分隔，无法确定如何分开")
			continue
		}
		glued[c.Row] = g
		lines = append(lines, annual.GluedLine{Row: c.Row, Digits: g.digits})
	}
	if len(lines) == 0 {
		return
	}
	for first, values := range rd.filled {
		known := true
		for _, v := range values {
			known = known && v.Known()
		}
		if known {
			lines = append(lines, annual.GluedLine{Row: rd.report.Form.Cells[first].Row, Values: values})
		}
	}
	res := annual.SplitGlued(rd.report.Form, table.ID, lines)
	for row, g := range glued {
		rd.settle(g, res.Rows[row], res.Decided[row])
	}
}

// digitsAdd reports whether one digit a cell satisfies the identities of the row.
func (rd *reader) digitsAdd(g gluedRow) bool {
	return addsUp(rd.report.Form, g.cells, rd.digitsOf(g))
}

// digitsOf reads one digit a cell.
func (rd *reader) digitsOf(g gluedRow) []annual.Value {
	out := make([]annual.Value, len(g.digits))
	for i := range out {
		out[i] = annual.ParseValue(g.digits[i:i+1], rd.report.Form.Cells[g.cells[i]].Type)
	}
	return out
}

// settle puts the decided cells in and names the others; a nil decided means
// all are.
func (rd *reader) settle(g gluedRow, values []annual.Value, decided []bool) {
	if len(values) != len(g.cells) {
		rd.leave(g, "数字之间没有分隔，没有一种分法能满足全部勾稽关系，请核对原文")
		return
	}
	var open, done []int
	for k, c := range g.cells {
		if decided != nil && !decided[k] {
			open = append(open, c)
			continue
		}
		rd.report.Values[c] = values[k]
		done = append(done, c)
	}
	if len(done) > 0 {
		read := ""
		for _, c := range done {
			if read != "" {
				read += " "
			}
			read += rd.report.Values[c].Format(rd.report.Form.Cells[c].Type)
		}
		rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: "GLUED", At: g.at, Was: g.raw, ReadAs: read, Cells: rd.ids(done)})
	}
	if len(open) > 0 {
		rd.report.Undecided = append(rd.report.Undecided, annual.Undecided{Cells: rd.ids(open), At: g.at, Raw: g.raw,
			Why: "数字之间没有分隔，满足勾稽关系的分法不止一种，请核对原文"})
	}
}

func (rd *reader) leave(g gluedRow, why string) {
	rd.report.Undecided = append(rd.report.Undecided, annual.Undecided{Cells: rd.ids(g.cells), At: g.at, Raw: g.raw, Why: why})
}
