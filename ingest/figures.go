package ingest

import (
	"slices"
	"strings"

	"gongkai/law/annual"
)

// reader carries what is known while one table is read into the report.
type reader struct {
	tokens []token
	report *annual.Report
	seq    *sequence
	chain  chain
	glued  []gluedRow
	filled map[int][]annual.Value // by row's first cell: rows of 表三 read whole, for the glued solver

	headers map[int]*header // by part
	derived map[int][]leaf  // by grid: columns of grids without a header
	extras  []match         // row labels that stand where the chain did not take them: twice, or out of order
	bounds  []int           // where matches and extras begin, sorted
	stray   bool            // figures without a label stand below the row just read

	usualCells, usualFigures int // how many most rows of the table have, 0 if they differ
}

// A gluedRow waits for the identities to split it.
type gluedRow struct {
	cells  []int
	digits string
	raw    string
	at     annual.Place
}

// readTable fills the table's cells from the chain and returns the tokens it
// covers, [from, to).
func readTable(tokens []token, r *annual.Report, ch chain) (from, to int) {
	rd := &reader{tokens: tokens, report: r, seq: ch.seq, chain: ch, filled: map[int][]annual.Value{}, headers: map[int]*header{}, derived: map[int][]leaf{}}
	for _, m := range ch.matches {
		rd.labelRepairs(m)
	}
	rd.findExtras()
	end := ch.matches[len(ch.matches)-1].to
	if ch.seq.values != nil {
		end = rd.readOnlyRow()
	} else {
		rd.usualCells, rd.usualFigures = rd.usualCount()
		orphan := false // figures without a row label stand above
		for _, m := range ch.matches {
			if rd.seq.labels[m.label].kind != rowLabel {
				orphan = rd.orphans(m) || orphan
				continue
			}
			rd.stray = false
			end = max(end, rd.readRow(m))
			if orphan {
				rd.blanksToUndecided(m)
			}
			orphan = rd.stray
		}
		for _, m := range rd.extras {
			end = max(end, rd.readExtra(m))
		}
	}
	rd.splitGlued()
	rd.missingRows()
	return ch.matches[0].from, end
}

// labelRepairs records where the printed label is not the form's.
func (rd *reader) labelRepairs(m match) {
	l := rd.seq.labels[m.label]
	if m.distance == 0 && m.variant == "" {
		return
	}
	was := rd.rawOf(m.from, m.to)
	code := "LABEL-MISPRINT"
	switch {
	case m.variant != "":
		code = "LABEL-VARIANT"
	case l.kind == rowLabel && rd.completed(m) >= 0:
		return // the rest of the label follows in another row: readRow says so
	}
	rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: code, At: rd.tokens[m.from].at, Was: was, ReadAs: l.text, Cells: rd.ids(l.cells)})
}

func (rd *reader) rawOf(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		b.WriteString(strings.Join(strings.Fields(rd.tokens[i].raw), ""))
	}
	return b.String()
}

// next returns the first token that belongs to the label after m.
func (rd *reader) next(m match) int {
	if i, _ := slices.BinarySearch(rd.bounds, m.from+1); i < len(rd.bounds) {
		return rd.bounds[i]
	}
	return rd.chain.to
}

// readRow reads the figures of the row label at match m; it returns the end of
// the tokens used.
func (rd *reader) readRow(m match) int {
	l := rd.seq.labels[m.label]
	rows := rd.rowsAfter(m, rd.next(m))
	end := m.to
	if whole := rd.wholeRow(m.to, rd.next(m), rd.tokens[m.to-1].row, len(l.cells)); whole != nil {
		rows[0].cells, rows[0].junk = whole, nil
	}
	for _, row := range rows {
		for _, i := range row.cells {
			end = max(end, i+1)
		}
	}
	cells := rows[0].cells
	for _, row := range rows[1:] {
		if len(row.cells) == 0 {
			continue
		}
		rest := rd.completes(m, row)
		if !rd.anyFigure(row.cells) {
			if rest && rd.anyFigure(cells) {
				rd.repair("ROW-SPLIT-BY-PAGE", m.from, rd.rawOf(m.from, m.to)+" / "+rd.rawJunk(row), l)
			}
			continue
		}
		both := rd.rawList(cells) + " / " + rd.rawList(row.cells)
		switch {
		case len(row.junk) > 0 && !rest:
			rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: "UNKNOWN-ROW", At: rd.tokens[row.cells[0]].at, Was: rd.rawJunk(row) + " " + rd.rawList(row.cells), ReadAs: "（格式中没有这一行，未读入）"})
		case !rd.anyFigure(cells) && !rest && rd.tokens[row.cells[0]].grid != rd.tokens[m.from].grid:
			rd.undecided(l.cells, m.from, both, "这一行的格子是空的，后面另一张没有名称的表里有数字，无法确定是不是这一行的")
			return row.cells[len(row.cells)-1] + 1
		case !rd.anyFigure(cells) && (rest || !rd.rowLacksAfter(m)):
			rd.repair("FIGURES-IN-NEXT-ROW", row.cells[0], rd.rawList(row.cells), l)
			cells = row.cells
		case rd.sameFigures(cells, row.cells, len(l.cells)):
			rd.repair("ROW-SPLIT-BY-PAGE", m.from, rd.rawOf(m.from, m.to)+" / "+rd.rawJunk(row), l)
		case rest:
			rd.undecided(l.cells, m.from, both, "一行被分页拆成两行，而两行的数字不同，无法确定以哪一行为准")
			return end
		case !rd.rowLacksAfter(m) || rd.blanks(cells) > 0:
			rd.stray = true
			rd.undecided(l.cells, m.from, both, "这一行下面另有一行没有项目名称的数字，无法确定是不是这一行的")
			return end
		default: // the figures of the row whose label is lacking, which is named as missing
			rd.stray = true
		}
	}
	if above := rd.firstHalf(m); above != nil && rd.anyFigure(above) && !rd.sameFigures(above, cells, len(l.cells)) {
		rd.undecided(l.cells, m.from, rd.rawList(above)+" / "+rd.rawList(cells), "一行被分页拆成两行，而两行的数字不同，无法确定以哪一行为准")
		return end
	}
	if i := rd.closerLabel(rows[0]); i >= 0 && rd.anyFigure(cells) {
		rd.undecided(l.cells, m.from, rd.rawList(cells), "数字属于“"+strings.TrimSpace(rd.tokens[i].raw)+"”，格式中没有这一项，无法确定这一行的数字")
		return end
	}
	rd.assign(l, cells)
	return end
}

// closerLabel returns a label of another edition that stands between the row's
// label and its figures, which are then not the row's; -1 if there is none.
func (rd *reader) closerLabel(row printedRow) int {
	for _, i := range row.junk {
		t := &rd.tokens[i]
		if rd.seq.spelled(t) == nil && (t.known() || bareLabel(t.fold) != t.fold && t.n > 5) {
			return i
		}
	}
	return -1
}

// orphans names figures that stand behind a group's or a header's label and no
// row's.
func (rd *reader) orphans(m match) bool {
	head := rd.seq.labels[m.label].kind != groupLabel
	found := false
	for _, row := range rd.rowsAfter(m, rd.next(m)) {
		if len(row.junk) == 0 && rd.readGroup(m, row.cells) {
			continue
		}
		if len(row.cells) > 1 && rd.anyFigure(row.cells) && !(head && (len(row.junk) > 0 || row.row == rd.tokens[m.from].row)) {
			found = true
			rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: "UNKNOWN-ROW", At: rd.tokens[row.cells[0]].at, Was: rd.rawJunk(row) + " " + rd.rawList(row.cells), ReadAs: "（这一行没有项目名称，未读入）"})
		}
	}
	return found
}

// blanksToUndecided leaves the blank cells of a row open: what belongs there may
// stand in the row above that has no label.
func (rd *reader) blanksToUndecided(m match) {
	var open []int
	for _, c := range rd.seq.labels[m.label].cells {
		if rd.report.Values[c].Kind == annual.Blank {
			open = append(open, c)
		}
	}
	if len(open) > 0 {
		rd.undecided(open, m.from, "", "这几格空白，而上面一行有数字却没有项目名称，无法确定是不是这一行的")
	}
}

// rowLacksAfter reports whether a row of the form that should follow the label
// was not found before the next label.
func (rd *reader) rowLacksAfter(m match) bool {
	following := -1
	for i := m.label + 1; i < len(rd.seq.labels); i++ {
		if rd.seq.labels[i].kind == rowLabel {
			following = i
			break
		}
	}
	if following < 0 {
		return false
	}
	for _, o := range rd.chain.matches {
		if o.label == following {
			return false
		}
	}
	return true
}

// readOnlyRow reads the one row of figures below the header (表四).
func (rd *reader) readOnlyRow() int {
	last := rd.chain.matches[len(rd.chain.matches)-1]
	l := label{kind: rowLabel, text: rd.seq.table.Name, cells: rd.seq.values}
	m := match{from: last.to - 1, to: last.to}
	rows := rd.rowsAfter(m, rd.chain.to)
	// The figures may stand in the row below the header's.
	var best []int
	row := -2
	for i := last.to; i < rd.chain.to; i++ {
		t := &rd.tokens[i]
		if t.row != row {
			if rd.anyFigure(best) || len(best) >= len(l.cells) {
				break
			}
			best, row = nil, t.row
			if whole := rd.wholeRow(i, rd.chain.to, row, len(l.cells)); whole != nil {
				best = whole
				break
			}
		}
		if t.n > 0 && !valueLike(t) {
			if t.row < 0 {
				break
			}
			continue
		}
		if t.cell() || t.n > 0 {
			best = append(best, i)
		}
	}
	if len(best) == 0 && len(rows) > 0 {
		best = rows[0].cells
	}
	if len(best) == 0 {
		rd.report.Missing = append(rd.report.Missing, rd.seq.table.ID)
		return last.to
	}
	rd.assign(l, best)
	return best[len(best)-1] + 1
}

func (rd *reader) anyFigure(cells []int) bool {
	for _, i := range cells {
		if rd.tokens[i].n > 0 {
			return true
		}
	}
	return false
}

func (rd *reader) sameFigures(a, b []int, n int) bool {
	if len(a) < n || len(b) < n {
		return false
	}
	for i := range n {
		if rd.tokens[a[i]].fold != rd.tokens[b[i]].fold {
			return false
		}
	}
	return true
}

func (rd *reader) rawList(cells []int) string {
	var s []string
	for _, i := range cells {
		s = append(s, strings.TrimSpace(rd.tokens[i].raw))
	}
	return strings.Join(s, " ")
}

func (rd *reader) rawJunk(row printedRow) string {
	var s []string
	for _, i := range row.junk {
		s = append(s, strings.TrimSpace(rd.tokens[i].raw))
	}
	return strings.Join(s, " ")
}

func (rd *reader) ids(cells []int) []string {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = rd.report.Form.Cells[c].ID
	}
	return out
}

func (rd *reader) repair(code string, at int, was string, l label) {
	rd.report.Repairs = append(rd.report.Repairs, annual.Repair{Code: code, At: rd.tokens[at].at, Was: was, ReadAs: l.text, Cells: rd.ids(l.cells)})
}

func (rd *reader) undecided(cells []int, at int, raw, why string) {
	for _, c := range cells {
		rd.report.Values[c] = annual.Value{}
		rd.report.Sources[c] = annual.Source{Raw: raw, At: rd.tokens[at].at}
	}
	rd.report.Undecided = append(rd.report.Undecided, annual.Undecided{Cells: rd.ids(cells), At: rd.tokens[at].at, Raw: raw, Why: why})
}

// missingRows names the rows that the chain never reached.
func (rd *reader) missingRows() {
	for i := range rd.seq.table.Parts {
		p := &rd.seq.table.Parts[i]
		for ri, row := range p.Rows {
			absent := row.Key != ""
			for _, c := range p.Cells[ri] {
				if rd.report.Values[c].Kind != annual.Absent || rd.report.Sources[c].Raw != "" || !rd.report.Sources[c].At.IsZero() {
					absent = false
				}
			}
			if absent {
				rd.report.Missing = append(rd.report.Missing, rd.seq.table.ID+"."+row.Key)
			}
		}
	}
}
