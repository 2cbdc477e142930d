package ingest

import (
	"bytes"
	"encoding/csv"
	"strings"

	"gongkai/doc"
	"gongkai/law/annual"
	"gongkai/text"
)

// machineTable reads a table whose rows are cell ids, as this program writes
// them to xlsx and csv, and returns the document without it; nil if there is
// none.
func machineTable(d *doc.Document) (*annual.Report, *doc.Document) {
	for i, b := range d.Blocks {
		if b.Grid == nil || b.Grid.Cols < 2 || b.Grid.Rows < 20 || b.Grid.Rows*b.Grid.Cols > maxMachine {
			continue
		}
		if r := readMachine(b.Grid); r != nil {
			rest := *d
			rest.Blocks = append(append([]doc.Block(nil), d.Blocks[:i]...), d.Blocks[i+1:]...)
			return r, &rest
		}
	}
	return nil, d
}

// maxMachine bounds the positions of a table that is looked at as a machine
// table: spans make a hostile grid far larger than its cells.
const maxMachine = 50_000

// reconcile lets the printed tables win over the sheet of ids and says where
// they differ.
func reconcile(m, printed *annual.Report) {
	for i, v := range printed.Values {
		if v == m.Values[i] || v.Kind == annual.Absent {
			continue
		}
		cell := m.Form.Cells[i]
		m.Repairs = append(m.Repairs, annual.Repair{Code: "DATA-SHEET-DIFFERS", At: printed.Sources[i].At, Cells: []string{cell.ID},
			Was: "工作表“数据”为" + m.Sources[i].Raw, ReadAs: printed.Sources[i].Raw + "（以印出的表格为准）"})
		m.Values[i] = v
		m.Sources[i] = printed.Sources[i]
	}
}

func readMachine(g *doc.Grid) *annual.Report {
	rows := make([][]string, g.Rows)
	for i := range rows {
		rows[i] = make([]string, g.Cols)
	}
	for _, c := range g.Cells {
		rows[c.Row][c.Col] = strings.TrimPrefix(c.Text, "'") // the guard against formulas
	}
	head := -1
	col := map[string]int{}
	for i, row := range rows[:min(len(rows), 40)] {
		for k, s := range row {
			col[text.Fold(s)] = k
		}
		if _, ok := col["value"]; ok {
			head = i
			break
		}
		clear(col)
	}
	if head < 0 {
		return nil
	}
	ids, ok := firstOf(col, "id", "cell", "cellid")
	kinds, okKind := firstOf(col, "kind")
	if !ok || !okKind {
		return nil
	}
	form := editionOf(rows[head+1:], ids)
	if form == nil {
		return nil
	}
	r := annual.New(form, "", 0)
	for i := range r.Values {
		r.Values[i] = annual.Value{}
	}
	r.Sources = make([]annual.Source, len(form.Cells))
	for i := range rows[:head] {
		readMachineFact(r, rows[i])
	}
	raws, hasRaw := col["raw"]
	for _, row := range rows[head+1:] {
		i, ok := form.Index(row[ids])
		if !ok {
			readMachineFact(r, row)
			continue
		}
		kind, err := annual.ParseKind(row[kinds])
		if err != nil {
			continue
		}
		v := annual.Value{Kind: kind}
		if v.Known() {
			v = annual.ParseValue(row[col["value"]], form.Cells[i].Type)
		}
		r.Values[i] = v
		if hasRaw {
			r.Sources[i].Raw = row[raws]
		}
	}
	return r
}

func firstOf(col map[string]int, names ...string) (int, bool) {
	for _, n := range names {
		if k, ok := col[n]; ok {
			return k, true
		}
	}
	return 0, false
}

// editionOf finds the edition that has all the ids of the column.
func editionOf(rows [][]string, ids int) *annual.Form {
	var best *annual.Form
	most := 20
	for _, f := range annual.Editions() {
		n := 0
		for _, row := range rows {
			if _, ok := f.Index(row[ids]); ok {
				n++
			}
		}
		if n > most {
			best, most = f, n
		}
	}
	return best
}

// readMachineFact reads a row that names a fact of the report rather than a
// cell: organ, year, title, signature, dated, intro, chapter1 …
func readMachineFact(r *annual.Report, row []string) {
	var key, value string
	for _, s := range row {
		if s == "" {
			continue
		}
		if key == "" {
			key = s
			continue
		}
		value = s
		break
	}
	switch key {
	case "organ":
		r.Organ = value
	case "year":
		r.Year = atoi(value)
	case "title":
		r.Title = value
	case "signature":
		r.Signature = value
	case "dated":
		r.Dated = parseDate(value)
	case "published":
		r.Published = parseDate(value)
	case "contact":
		r.Contact = value
	default:
		readMachineProse(r, key, value)
	}
}

// readMachineProse reads intro, chapter.1, heading.1; a text longer than a
// spreadsheet cell goes on in chapter.1.2 and so on.
func readMachineProse(r *annual.Report, key, value string) {
	if key == "intro" || strings.HasPrefix(key, "intro.") {
		r.Intro += value
		return
	}
	kind, rest, _ := strings.Cut(key, ".")
	number, _, _ := strings.Cut(rest, ".")
	i := atoi(number) - 1
	if i < 0 || i >= len(r.Chapters) || !isGlued(number) {
		return
	}
	switch kind {
	case "chapter":
		r.Chapters[i] += value
	case "heading":
		r.Headings[i] += value
	}
}

// readCSV turns comma-separated values into one grid.
func readCSV(name string, data []byte) (*doc.Document, bool) {
	cr := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	cr.FieldsPerRecord = -1
	cr.LazyQuotes = true
	rows, err := cr.ReadAll()
	if err != nil || len(rows) < 2 || len(rows) > 20_000 {
		return nil, false
	}
	d := &doc.Document{Name: name, Format: "csv"}
	g := &doc.Grid{Rows: len(rows)}
	for i, row := range rows {
		g.Cols = max(g.Cols, len(row))
		for k, s := range row {
			g.Cells = append(g.Cells, doc.Cell{Row: i, Col: k, RowSpan: 1, ColSpan: 1, Text: s, At: doc.Place{Row: i + 1, Col: k + 1}})
		}
	}
	if g.Cols < 2 {
		return nil, false
	}
	d.AddGrid(g)
	return d, true
}
