package render

import (
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"gongkai/law/annual"
)

const (
	colourBad  = "FBE8E6"
	colourSus  = "FBF1DA"
	colourHead = "F3F0E8"
)

// XLSX writes the report as a workbook: 封面 with the organ, year and prose, one
// sheet per table in the official layout, 核对意见 if there are findings, and 数据
// with the machine form, from which the report is read back exactly. Totals are
// formulas where the report's own total equals the sum; a total that differs
// stays as reported, coloured and with a comment.
func XLSX(w io.Writer, r *annual.Report, o Options) error {
	b := newBook("封面")
	defer b.f.Close()
	b.cover(r, o)
	for i, def := range r.Form.Chapters {
		if t := r.Form.Table(def.Table); t != nil {
			b.tableSheet("表"+def.Ordinal, heading(r, i), r, t, o.Findings)
		}
	}
	if len(o.Findings) > 0 {
		b.findings(o.Findings)
	}
	b.data(r)
	return b.writeTo(w)
}

func (b *book) cover(r *annual.Report, o Options) {
	const sheet = "封面"
	b.width(sheet, 1, 14)
	b.width(sheet, 2, 84)
	row := 1
	put := func(key, text string, l look) {
		b.text(sheet, 1, row, key)
		b.style(sheet, 1, row, 1, row, look{bold: true})
		b.text(sheet, 2, row, text)
		b.style(sheet, 2, row, 2, row, l)
		b.height(sheet, row, text, 40)
		row++
	}
	if m := line(o.Watermark); m != "" {
		put("", m, look{color: "A8271B", bold: true})
	}
	b.text(sheet, 1, row, strings.ReplaceAll(reportTitle(r), "\n", ""))
	b.merge(sheet, 1, row, 2, row)
	b.style(sheet, 1, row, 2, row, look{han: "方正小标宋简体", size: 18, centred: true})
	b.check(b.f.SetRowHeight(sheet, row, 48))
	row += 2
	put("机关名称", line(r.Organ), look{})
	if r.Year > 0 {
		put("报告年度", strconv.Itoa(r.Year), look{})
	}
	put("适用格式", r.Form.Edition+"年版（"+r.Form.Cite.Number+"）", look{})
	put("落款", line(r.Signature), look{})
	put("成文日期", r.Dated.Chinese(), look{})
	if !r.Published.IsZero() {
		put("发布日期", r.Published.Chinese(), look{})
	}
	if c := line(r.Contact); c != "" {
		put("联系方式", c, look{})
	}
	row++
	prose := func(text string) {
		for _, p := range paragraphs(text) {
			for _, part := range cellSized(p) {
				put("", part, look{size: 11})
			}
		}
	}
	prose(r.Intro)
	for i, def := range r.Form.Chapters {
		b.text(sheet, 1, row, heading(r, i))
		b.merge(sheet, 1, row, 2, row)
		b.style(sheet, 1, row, 2, row, look{han: "黑体", size: 12})
		row++
		if i < len(r.Chapters) {
			prose(r.Chapters[i])
		}
		if def.Table != "" {
			put("", "见工作表“表"+def.Ordinal+"”。", look{size: 11, color: "566170"})
		}
	}
	b.a4(sheet, false, 0)
}

// cellSized cuts text into parts that a cell can hold whole.
func cellSized(s string) []string {
	const most = 16000 // characters; a cell holds 32,767 UTF-16 units
	var out []string
	for utf8.RuneCountInString(s) > most {
		cut, n := 0, 0
		for i := range s {
			if n == most {
				cut = i
				break
			}
			n++
		}
		out = append(out, s[:cut])
		s = s[cut:]
	}
	return append(out, s)
}

// tableSheet writes one table in the official layout under its heading.
func (b *book) tableSheet(sheet, head string, r *annual.Report, t *annual.Table, findings []annual.Finding) {
	b.sheet(sheet)
	tab := formTable(r, t)
	const top = 2 // the table's first row
	for k, w := range tab.widths {
		b.width(sheet, k+1, max(6.5, w/4.6))
	}
	b.text(sheet, 1, 1, head)
	b.merge(sheet, 1, 1, tab.cols, 1)
	b.style(sheet, 1, 1, tab.cols, 1, look{han: "黑体", size: 14})
	b.check(b.f.SetRowHeight(sheet, 1, 30))
	sums := totals(r, t)
	words, levels := cellNotes(r.Form, findings)
	at := map[int][2]int{}
	for _, row := range tab.rows {
		for _, c := range row {
			if c.Cell >= 0 {
				at[c.Cell] = [2]int{c.Col + 1, c.Row + top}
			}
		}
	}
	for y, row := range tab.rows {
		b.check(b.f.SetRowHeight(sheet, y+top, 20))
		for x := range row {
			c := &row[x]
			col, line := c.Col+1, c.Row+top
			b.merge(sheet, col, line, c.Col+c.ColSpan, c.Row+c.RowSpan-1+top)
			l := look{border: true, centred: tab.centred(c), sum: tab.sumRow(y) && c.RowSpan == 1}
			switch {
			case c.Head || c.Title:
				l.fill = colourHead
			case c.Cell >= 0:
				note := words[c.Cell]
				sum, isSum := sums[c.Cell]
				if isSum && !sum.agrees {
					levels[c.Cell] = annual.Error
					if len(note) == 0 {
						note = []string{fmt.Sprintf("报告所列为%s，各项相加为%s，二者不符；此处保留报告原数。", c.Figure, sum.want.Format(r.Form.Cells[c.Cell].Type))}
					}
				}
				l.fill = map[annual.Level]string{annual.Error: colourBad, annual.Warning: colourSus}[levels[c.Cell]]
				if c.Value.Known() {
					b.number(sheet, col, line, c.Figure)
					if isSum && sum.agrees {
						b.formula(sheet, col, line, sumFormula(sum.parts, at))
					}
				} else {
					b.text(sheet, col, line, c.Figure)
				}
				if len(note) > 0 {
					b.comment(sheet, col, line, strings.Join(note, "\n"))
				}
			}
			if c.Cell < 0 {
				b.text(sheet, col, line, c.Text)
			}
			b.style(sheet, col, line, c.Col+c.ColSpan, c.Row+c.RowSpan-1+top, l)
		}
	}
	tall(b, sheet, tab, top)
	if unread(tab.rows) {
		b.text(sheet, 1, top+len(tab.rows), "注：标“"+Unread+"”处，来源文件未能确定读出，须由人工核填。")
		b.merge(sheet, 1, top+len(tab.rows), tab.cols, top+len(tab.rows))
	}
	b.a4(sheet, false, 1)
}

// tall gives rows whose labels need several lines the height for them, because
// spreadsheets do not fit merged cells.
func tall(b *book, sheet string, t *table, top int) {
	for y, row := range t.rows {
		lines := 1
		for x := range row {
			c := &row[x]
			if c.RowSpan > 1 {
				continue
			}
			chars := 0.0
			for k := c.Col; k < c.Col+c.ColSpan; k++ {
				chars += max(6.5, t.widths[k]/4.6)
			}
			lines = max(lines, int(width(c.Print())*2/max(1, chars-1))+1)
		}
		if lines > 1 {
			b.check(b.f.SetRowHeight(sheet, y+top, min(400, float64(lines)*14+6)))
		}
	}
}

// A total is a cell that the form says is the sum of others.
type total struct {
	parts  []int
	want   annual.Value
	agrees bool
}

// totals finds the cells of a table that can be written as formulas, and those
// whose figure is not the sum. Where a part or the total itself is no figure,
// the sum says nothing and the cell is neither.
func totals(r *annual.Report, t *annual.Table) map[int]total {
	out := map[int]total{}
	for _, id := range r.Form.Identities {
		if id.Op != annual.Equal || len(id.Right) != 1 || r.Form.Cells[id.Right[0]].Table != t.ID {
			continue
		}
		cell := id.Right[0]
		n, ok := int64(0), value(r, cell).Known()
		for _, p := range id.Left {
			v := value(r, p)
			n, ok = n+v.N, ok && v.Known()
		}
		if !ok {
			continue
		}
		s := total{parts: id.Left, want: annual.Num(n), agrees: n == value(r, cell).N}
		if old, have := out[cell]; have && (!old.agrees || s.agrees) {
			continue // a cell that is two sums shows the one that fails
		}
		out[cell] = s
	}
	return out
}

// sumFormula adds cells up, neighbours as a range.
func sumFormula(parts []int, at map[int][2]int) string {
	pos := make([][2]int, 0, len(parts))
	for _, p := range parts {
		pos = append(pos, at[p])
	}
	sort.Slice(pos, func(i, j int) bool {
		if pos[i][0] != pos[j][0] {
			return pos[i][0] < pos[j][0]
		}
		return pos[i][1] < pos[j][1]
	})
	var terms []string
	for i := 0; i < len(pos); {
		j := i + 1
		for j < len(pos) && (pos[j][0] == pos[j-1][0] && pos[j][1] == pos[j-1][1]+1 && pos[j][0] == pos[i][0] ||
			pos[j][1] == pos[j-1][1] && pos[j][0] == pos[j-1][0]+1 && pos[j][1] == pos[i][1]) {
			j++
		}
		s := ref(pos[i][0], pos[i][1])
		if j > i+1 {
			s += ":" + ref(pos[j-1][0], pos[j-1][1])
		}
		terms = append(terms, s)
		i = j
	}
	return "SUM(" + strings.Join(terms, ",") + ")"
}

// cellNotes are the messages and the worst level of findings by cell.
func cellNotes(f *annual.Form, findings []annual.Finding) (map[int][]string, map[int]annual.Level) {
	words, levels := map[int][]string{}, map[int]annual.Level{}
	for _, fd := range findings {
		for _, id := range fd.Cells {
			i, ok := f.Index(id)
			if !ok {
				continue
			}
			if len(words[i]) < 5 {
				words[i] = append(words[i], line(fd.Message))
			}
			if levels[i] != annual.Error {
				levels[i] = fd.Level
			}
		}
	}
	return words, levels
}

func (b *book) findings(list []annual.Finding) {
	const sheet = "核对意见"
	b.sheet(sheet)
	for k, w := range []float64{9, 20, 70, 46} {
		b.width(sheet, k+1, w)
		b.text(sheet, k+1, 1, []string{"类别", "规则", "问题", "建议"}[k])
	}
	b.style(sheet, 1, 1, 4, 1, look{bold: true, border: true, centred: true, fill: colourHead})
	for i, f := range list {
		for k, s := range []string{levelWord(f.Level), f.Code, f.Message, f.Suggest} {
			b.text(sheet, k+1, i+2, cellSized(s)[0])
		}
		b.style(sheet, 1, i+2, 4, i+2, look{border: true})
		b.height(sheet, i+2, f.Message, 33)
		if width(f.Suggest)/22 > width(f.Message)/33 {
			b.height(sheet, i+2, f.Suggest, 22)
		}
	}
	b.a4(sheet, true, 0)
}

// data writes the machine form.
func (b *book) data(r *annual.Report) {
	const sheet = "数据"
	b.sheet(sheet)
	for k, w := range []float64{26, 22, 44, 30, 14, 10, 16} {
		b.width(sheet, k+1, w)
		b.text(sheet, k+1, 1, machineHead[k])
	}
	b.style(sheet, 1, 1, len(machineHead), 1, look{bold: true, border: true, fill: colourHead})
	y := 2
	for i, row := range machineRows(r) {
		parts := cellSized(row[4])
		for n, part := range parts {
			if n > 0 { // a fact longer than a cell goes on in rows of its own
				row = []string{fmt.Sprintf("%s.%d", row[0], n+1), "", "", "", part, "", ""}
			}
			for k, s := range row {
				if k == 4 && i < len(r.Form.Cells) && s != "" {
					b.number(sheet, k+1, y, s)
					continue
				}
				if k == 4 {
					s = part
				}
				b.text(sheet, k+1, y, cellSized(s)[0])
			}
			y++
		}
	}
	b.a4(sheet, true, 0)
}
