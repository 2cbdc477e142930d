package desk

import (
	"fmt"
	"strings"

	"gongkai/law/annual"
	"gongkai/text"
)

// paste is what a block copied from WPS or Excel put into a table.
type paste struct {
	Cells map[int]string // by cell index, what stood there
}

// pasteTable reads a tab-separated block as a whole table of the form. Labels
// and header rows may be in it or not. Rows are told by their labels where the
// block has any, else by their order, and then the block must have exactly as
// many rows as the form: a row too many is never guessed away. The error is a
// sentence for a person.
func pasteTable(f *annual.Form, t *annual.Table, block string) (*paste, error) {
	rows := blockRows(block)
	if len(rows) == 0 {
		return nil, fmt.Errorf("没有粘贴内容。请在 WPS 或 Excel 中选中整张表复制后粘贴到这里。")
	}
	lines := formLines(t)
	p := &paste{Cells: map[int]string{}}
	if matched, err := byLabel(rows, lines, p); matched || err != nil {
		return p, err
	}
	var figures [][]string
	for _, r := range rows {
		if r.figures > 0 || len(r.cells) >= len(lines[0].cells) && r.labelEnd == 0 {
			figures = append(figures, r.cells[r.labelEnd:])
		}
	}
	if len(figures) != len(lines) {
		return nil, fmt.Errorf("“%s”表应有 %d 行数字，粘贴的内容有 %d 行。请连同行名一起复制整张表，或检查是否多选、少选了行。", t.Name, len(lines), len(figures))
	}
	for i, line := range lines {
		if err := p.put(line, figures[i]); err != nil {
			return nil, fmt.Errorf("“%s”表第 %d 行%s", t.Name, i+1, err)
		}
	}
	return p, nil
}

// A formLine is one row of figures of a table, from all its parts.
type formLine struct {
	label string
	keys  []string // folded labels by which it is known
	cells []int
}

func formLines(t *annual.Table) []formLine {
	var out []formLine
	for _, p := range t.Parts {
		for ri, r := range p.Rows {
			l := formLine{label: r.Label(), cells: p.Cells[ri]}
			for _, s := range append([]string{r.Label()}, r.Also...) {
				if k := text.Fold(s); k != "" {
					l.keys = append(l.keys, k)
				}
			}
			out = append(out, l)
		}
	}
	return out
}

// A blockRow is one pasted row. Cells before labelEnd hold words.
type blockRow struct {
	cells    []string
	labelEnd int
	figures  int
}

func blockRows(block string) []blockRow {
	var out []blockRow
	for line := range strings.SplitSeq(strings.ReplaceAll(block, "\r\n", "\n"), "\n") {
		if strings.Trim(line, " \r") == "" || len(out) >= 400 {
			continue
		}
		r := blockRow{cells: strings.Split(line, "\t")}
		for i, c := range r.cells {
			r.cells[i] = strings.TrimSpace(c)
			switch v := annual.ParseValue(c, annual.Signed); {
			case v.Known():
				r.figures++
			case v.Kind == annual.Text && r.figures == 0 && !figureLike(c):
				r.labelEnd = i + 1
			}
		}
		out = append(out, r)
	}
	return out
}

// figureLike tells a figure with something wrong (约36万元) from a label.
func figureLike(s string) bool {
	n := 0
	for _, r := range s {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n > 0 && len([]rune(s)) <= 12 && !strings.ContainsAny(s, "、.（()）第项年") || annual.ParseValue(s, annual.Money).Known()
}

// byLabel places rows by their labels, in the form's order. It matches when
// every line of the form is found; with some found and some not, a person has
// to look.
func byLabel(rows []blockRow, lines []formLine, p *paste) (bool, error) {
	next, found := 0, 0
	for _, r := range rows {
		for i := next; i < len(lines) && r.labelEnd > 0; i++ {
			if !named(r.cells[:r.labelEnd], lines[i].keys) {
				continue
			}
			if err := p.put(lines[i], r.cells[r.labelEnd:]); err != nil {
				return false, fmt.Errorf("“%s”一行%s", lines[i].label, err)
			}
			next, found = i+1, found+1
			break
		}
	}
	if found == 0 {
		return false, nil
	}
	if found < len(lines) {
		return false, fmt.Errorf("按行名只认出 %d 行，应有 %d 行；没有认出的行请检查行名是否与格式一致，或者去掉行名只粘贴数字。", found, len(lines))
	}
	return true, nil
}

func named(cells, keys []string) bool {
	for i := len(cells) - 1; i >= 0; i-- {
		k := text.Fold(cells[i])
		if k == "" {
			continue
		}
		for _, want := range keys {
			if k == want || len(want) > 12 && text.Distance(k, want, 2) <= 2 {
				return true
			}
		}
		return false // only the last label tells rows apart
	}
	return false
}

// put enters the figures of one row. Empty cells that a merged label or the
// stretched last column leaves behind are dropped from both ends.
func (p *paste) put(l formLine, cells []string) error {
	for len(cells) > len(l.cells) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	for len(cells) > len(l.cells) && cells[0] == "" {
		cells = cells[1:]
	}
	if len(cells) != len(l.cells) {
		return fmt.Errorf("应有 %d 个数，粘贴的是 %d 个。", len(l.cells), len(cells))
	}
	for i, c := range cells {
		p.Cells[l.cells[i]] = c
	}
	return nil
}
