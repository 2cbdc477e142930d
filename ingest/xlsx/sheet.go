package xlsx

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/doc"
	"gongkai/ingest/limit"
)

const (
	maxRow = 1 << 20
	maxCol = 1 << 14
)

// pos is a position, counted from 1 as Excel does.
type pos struct{ row, col int }

type area struct{ from, to pos }

// A sheet is what one worksheet holds.
type sheet struct {
	cells    map[pos]string
	formulas map[pos]string // of cells without a cached value
	merges   []area
	hidden   int // hidden rows and columns that hold something
	hideRow  map[int]bool
	hideCol  []area // columns only
}

func (b *book) readSheet(name, part string) error {
	s := &sheet{cells: map[pos]string{}, formulas: map[pos]string{}, hideRow: map[int]bool{}}
	var at pos
	var kind string
	style := -1
	err := b.each(part, func(e *xml.StartElement, d *xml.Decoder) (bool, error) {
		switch e.Name.Local {
		case "row":
			n, err := strconv.Atoi(value(e, "r"))
			if err != nil {
				n = at.row + 1
			}
			if n < 1 || n > maxRow {
				return false, fmt.Errorf("row %d", n)
			}
			at = pos{n, 0}
			if h := value(e, "hidden"); h == "1" || h == "true" {
				s.hideRow[n] = true
			}
		case "col":
			if h := value(e, "hidden"); h == "1" || h == "true" {
				from, _ := strconv.Atoi(value(e, "min"))
				to, _ := strconv.Atoi(value(e, "max"))
				s.hideCol = append(s.hideCol, area{pos{col: from}, pos{col: to}})
			}
		case "c":
			if p, ok := parsePos(value(e, "r")); ok {
				at.col = p.col
			} else {
				at.col++
			}
			if at.col > maxCol {
				return false, fmt.Errorf("column %d", at.col)
			}
			kind, style = value(e, "t"), -1
			if n, err := strconv.Atoi(value(e, "s")); err == nil {
				style = n
			}
		case "v", "is":
			t, err := text(d)
			if err != nil {
				return true, err
			}
			return true, b.put(s, at, b.cellText(kind, t, style))
		case "f":
			t, err := text(d)
			if err == nil && len(s.formulas) < 10_000 {
				s.formulas[at] = t[:min(len(t), 200)]
			}
			return true, err
		case "mergeCell":
			from, to, _ := strings.Cut(value(e, "ref"), ":")
			p, ok := parsePos(from)
			q, ok2 := parsePos(to)
			if ok && ok2 && p.row <= q.row && p.col <= q.col && p != q {
				if s.merges = append(s.merges, area{p, q}); len(s.merges) > limit.Cells {
					return false, limit.TooLarge("合并单元格", limit.Cells, "个")
				}
			}
		}
		return false, nil
	})
	if err != nil {
		return err
	}
	missing := s.compute()
	if missing > 0 {
		b.doc.Note("FORMULA-NO-VALUE", doc.Place{Part: name}, fmt.Sprintf("工作表“%s”有 %d 个公式没有保存计算结果，按空白读取；请在 Excel 或 WPS 中打开、重新计算并保存后再上传。", name, missing))
	}
	if b.shown {
		if n, begins := s.dropHidden(); n > 0 {
			b.doc.Note("HIDDEN-CELLS", doc.Place{Part: name}, fmt.Sprintf("工作表“%s”有隐藏的行或列，其中 %d 个单元格有内容，没有读取：“%s”。请检查原文件，不要直接把它作为附件公开。", name, n, begins))
		}
	}
	g, err := s.grid(name)
	if err != nil || g == nil {
		return err
	}
	if b.cells += len(g.Cells); b.cells > limit.Cells {
		return limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	if s.hidden > 0 {
		b.doc.Note("HIDDEN-CELLS", doc.Place{Part: name}, fmt.Sprintf("工作表“%s”有隐藏的行或列，其中 %d 个单元格有内容，已一并读取，请核对。", name, s.hidden))
	}
	b.tables++
	g.At = doc.Place{Part: name, Table: b.tables}
	for i := range g.Cells {
		g.Cells[i].At.Table = b.tables
	}
	b.doc.AddGrid(g)
	return nil
}

func (b *book) put(s *sheet, at pos, t string) error {
	if at.row == 0 || at.col == 0 {
		return fmt.Errorf("value outside a cell")
	}
	if strings.TrimSpace(t) == "" {
		return nil
	}
	if b.text += len(t); b.text > limit.Text {
		return limit.TooLarge("文字", limit.Text>>20, "MB")
	}
	s.cells[at] = t
	if len(s.cells) > limit.Cells {
		return limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	delete(s.formulas, at)
	return nil
}

// cellText is what a cell shows, by the kind of its stored value.
func (b *book) cellText(kind, v string, style int) string {
	switch kind {
	case "s":
		if n, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && n >= 0 && n < len(b.strings) {
			return b.strings[n]
		}
		return ""
	case "str", "inlineStr", "d", "e":
		return unescape(v)
	case "b":
		if strings.TrimSpace(v) == "1" {
			return "TRUE"
		}
		return "FALSE"
	}
	return b.show(v, style)
}

// parsePos reads a reference such as B12 or $B$12.
func parsePos(s string) (p pos, ok bool) {
	i := 0
	if i < len(s) && s[i] == '$' {
		i++
	}
	for ; i < len(s) && (s[i]|0x20) >= 'a' && (s[i]|0x20) <= 'z'; i++ {
		if p.col = p.col*26 + int(s[i]|0x20-'a') + 1; p.col > maxCol {
			return p, false
		}
	}
	if i < len(s) && s[i] == '$' {
		i++
	}
	n, err := strconv.Atoi(s[i:])
	p.row = n
	return p, err == nil && p.col > 0 && n > 0 && n <= maxRow
}

// hides reports a position in a hidden row or column.
func (s *sheet) hides(p pos) bool {
	return s.hideRow[p.row] || slices.ContainsFunc(s.hideCol, func(a area) bool { return p.col >= a.from.col && p.col <= a.to.col })
}

// dropHidden takes hidden cells away and says how many there were and what the
// first of them begin with.
func (s *sheet) dropHidden() (n int, begins string) {
	var gone []pos
	for p := range s.cells {
		if s.hides(p) {
			gone = append(gone, p)
		}
	}
	slices.SortFunc(gone, func(a, b pos) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col)) })
	var first []string
	for i, p := range gone {
		if r := []rune(strings.TrimSpace(s.cells[p])); i < 3 {
			first = append(first, string(r[:min(len(r), 12)]))
		}
		delete(s.cells, p)
	}
	return len(gone), strings.Join(first, "”“")
}

// grid makes one grid of the used range. Rows and columns in which nothing
// stands are left out; a blank between figures stays a blank cell.
func (s *sheet) grid(name string) (*doc.Grid, error) {
	if len(s.cells) == 0 {
		return nil, nil
	}
	var rows, cols []int
	for p := range s.cells {
		rows, cols = append(rows, p.row), append(cols, p.col)
		if s.hides(p) {
			s.hidden++
		}
	}
	slices.Sort(rows)
	slices.Sort(cols)
	rows, cols = slices.Compact(rows), slices.Compact(cols)
	if len(rows)*len(cols) > 5*limit.Cells {
		return nil, limit.TooLarge("表格单元格", 5*limit.Cells, "个")
	}
	g := &doc.Grid{Rows: len(rows), Cols: len(cols)}
	taken := make([]bool, len(rows)*len(cols))
	span := map[pos]area{} // by the position shown, in grid coordinates [from, to)
	slices.SortFunc(s.merges, func(a, b area) int {
		return cmp.Or(cmp.Compare(a.from.row, b.from.row), cmp.Compare(a.from.col, b.from.col))
	})
	budget := 20 * limit.Cells // positions looked at: overlapping areas may be many
	for _, m := range s.merges {
		r0, _ := slices.BinarySearch(rows, m.from.row)
		r1, _ := slices.BinarySearch(rows, m.to.row+1)
		c0, _ := slices.BinarySearch(cols, m.from.col)
		c1, _ := slices.BinarySearch(cols, m.to.col+1)
		if budget -= (r1 - r0) * (c1 - c0); budget < 0 {
			return nil, limit.TooLarge("合并单元格", limit.Cells, "个")
		}
		if (r1-r0)*(c1-c0) < 1 || !free(taken, len(cols), r0, r1, c0, c1) {
			continue // nothing shows, or it overlaps another: damaged
		}
		if r0 < len(rows) && c0 < len(cols) {
			span[pos{r0, c0}] = area{pos{r0, c0}, pos{r1, c1}}
			for r := r0; r < r1; r++ {
				for c := c0; c < c1; c++ {
					taken[r*len(cols)+c] = true
				}
			}
			// The merged cell shows its first cell and nothing else.
			first, ok := s.cells[m.from]
			for r := r0; r < r1; r++ {
				for c := c0; c < c1; c++ {
					delete(s.cells, pos{rows[r], cols[c]})
				}
			}
			if ok {
				s.cells[pos{rows[r0], cols[c0]}] = first
			}
		}
	}
	for r, row := range rows {
		texts, longest := 0, 0
		for c, col := range cols {
			a, merged := span[pos{r, c}]
			if taken[r*len(cols)+c] && !merged {
				continue
			}
			t := s.cells[pos{row, col}]
			if t != "" {
				texts++
				longest = max(longest, utf8.RuneCountInString(t))
			}
			cell := doc.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: t, At: doc.Place{Part: name, Row: row, Col: col}}
			if merged {
				cell.RowSpan, cell.ColSpan = a.to.row-a.from.row, a.to.col-a.from.col
			}
			g.Cells = append(g.Cells, cell)
		}
		if texts == 1 && longest >= 40 { // a paragraph typed into one cell, not a row of a table
			g.Cells = slices.DeleteFunc(g.Cells, func(c doc.Cell) bool { return c.Row == r && c.Text == "" && c.RowSpan == 1 })
		}
	}
	if len(g.Cells) > limit.Cells {
		return nil, limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	return g, nil
}

func free(taken []bool, cols, r0, r1, c0, c1 int) bool {
	for r := r0; r < r1; r++ {
		for c := c0; c < c1; c++ {
			if taken[r*cols+c] {
				return false
			}
		}
	}
	return true
}
