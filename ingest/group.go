package ingest

import (
	"gongkai/law/annual"
)

// readGroup reads the figures that stand behind the label of a group none of
// whose rows is there: （六）其他处理 was one row until 2020 and is three since, and
// many reports of later years still print the old one. A sum of nothing is
// nothing in each of its rows; any other cannot be divided. It reports whether
// the figures were such.
func (rd *reader) readGroup(m match, cells []int) bool {
	g := rd.seq.labels[m.label]
	rows := rd.groupRows(m.label)
	if g.kind != groupLabel || len(rows) == 0 {
		return false
	}
	l := rd.seq.labels[rows[0]]
	h := rd.header(l.part)
	for len(cells) > len(l.cells) && rd.tokens[cells[0]].n == 0 {
		cells = cells[1:] // the place of the label's merged cell
	}
	if len(cells) != len(l.cells) || len(cells) < 2 || h.bad != "" || h.moved {
		return false
	}
	values := make([]annual.Value, len(cells))
	for k, i := range cells {
		values[k] = annual.ParseValue(rd.tokens[i].raw, rd.report.Form.Cells[l.cells[k]].Type)
		if !values[k].Known() || values[k].N < 0 {
			return false
		}
	}
	if !addsUp(rd.report.Form, l.cells, values) {
		return false
	}
	var zero, open []int
	for k, i := range cells {
		for _, r := range rows {
			c := rd.seq.labels[r].cells[k]
			if values[k].N != 0 {
				open = append(open, c)
				continue
			}
			zero = append(zero, c)
			rd.set(c, rd.tokens[i].raw, rd.tokens[i].at)
		}
	}
	if len(zero) > 0 {
		rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: "GROUP-ROW", At: rd.tokens[cells[0]].at, Cells: rd.ids(zero),
			Was: rd.rawOf(m.from, m.to) + " " + rd.rawList(cells), ReadAs: "这一项在格式中分行填写，原文只填了合计；合计为0的，各行都读为0"})
	}
	if len(open) > 0 {
		rd.undecided(open, cells[0], rd.rawList(cells), "“"+g.text+"”在格式中分行填写，原文只填了合计，无法确定各行是多少")
	}
	return true
}

// groupRows lists the row labels under a group's label, none if the source has
// one of them.
func (rd *reader) groupRows(group int) []int {
	var rows []int
	for i := group + 1; i < len(rd.seq.labels); i++ {
		l := &rd.seq.labels[i]
		if l.kind != rowLabel {
			break
		}
		c := rd.report.Form.Cells[l.cells[0]]
		path := rd.seq.table.Parts[c.Part].Rows[c.Row].Path
		if len(path) < 2 || path[len(path)-2] != rd.seq.labels[group].text {
			break
		}
		rows = append(rows, i)
	}
	for _, list := range [][]match{rd.chain.matches, rd.extras} {
		for _, m := range list {
			for _, r := range rows {
				if m.label == r {
					return nil
				}
			}
		}
	}
	return rows
}
