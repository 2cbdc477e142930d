package docx

import (
	"strconv"
	"strings"

	"gongkai/ingest/limit"
)

// A pageCell is a cell before its rows are counted.
type pageCell struct {
	html      string
	fill      string
	col, wide int
	high      int
	head      bool
}

type pageRow struct {
	cells []*pageCell
	gone  bool // deleted as a tracked change
	dark  bool // hidden
}

type pageTable struct {
	rows  []pageRow
	dark  bool // its style colours cells
	col   int
	above map[int]*pageCell // by first column
}

func (w *pager) table() error {
	t := &pageTable{above: map[int]*pageCell{}}
	w.depth++
	err := w.tableRows(t)
	w.depth--
	if err != nil {
		return err
	}
	if len(t.rows) == 0 {
		return nil
	}
	if t.dark { // white type may stand there, as far as can be told from here
		w.put("<table background=\"style\">\n")
	} else {
		w.put("<table>\n")
	}
	for _, r := range t.rows {
		switch {
		case r.gone:
			w.put(`<tr class="msoDel">`)
		case r.dark:
			w.put(`<tr style="display:none">`)
		default:
			w.put("<tr>")
		}
		for _, c := range r.cells {
			tag := "td"
			if c.head {
				tag = "th"
			}
			w.put("<" + tag)
			if c.high > 1 {
				w.put(` rowspan="` + strconv.Itoa(c.high) + `"`)
			}
			if c.wide > 1 {
				w.put(` colspan="` + strconv.Itoa(c.wide) + `"`)
			}
			if c.fill != "" {
				w.put(` style="` + css("background", c.fill) + `"`)
			}
			w.put(">" + c.html + "</" + tag + ">")
		}
		w.put("</tr>\n")
	}
	w.put("</table>\n")
	return nil
}

func (w *pager) tableRows(t *pageTable) error {
	return w.each(func() error {
		switch string(w.s.name) {
		case "tblPr":
			return w.each(func() error {
				if w.s.is("tblStyle") {
					_, run := w.looks.of(w.s.val("val"))
					t.dark = run.fill != ""
				}
				return w.s.skip()
			})
		case "tr":
			return w.tableRow(t)
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			return w.tableRows(t)
		}
		return w.s.skip()
	})
}

func (w *pager) tableRow(t *pageTable) error {
	t.col = 0
	r := pageRow{}
	head := false
	err := w.tableCells(t, &r, &head)
	if err != nil {
		return err
	}
	if head {
		for _, c := range r.cells {
			c.head = true
		}
	}
	t.rows = append(t.rows, r)
	return nil
}

func (w *pager) tableCells(t *pageTable, r *pageRow, head *bool) error {
	return w.each(func() error {
		s := w.s
		switch string(s.name) {
		case "trPr":
			return w.each(func() error {
				switch string(s.name) {
				case "gridBefore":
					if n := s.num("val", 0, maxSpan); n > 0 {
						r.cells = append(r.cells, &pageCell{col: t.col, wide: n, high: 1})
						t.col += n
					}
				case "tblHeader":
					*head = s.on()
				case "del":
					r.gone = true
				case "hidden":
					r.dark = s.on()
				}
				return s.skip()
			})
		case "tc":
			return w.tableCell(t, r)
		case "sdt", "sdtContent", "customXml", "smartTag":
			return w.tableCells(t, r, head)
		}
		return s.skip()
	})
}

func (w *pager) tableCell(t *pageTable, r *pageRow) error {
	if w.cells++; w.cells > limit.Cells {
		return limit.TooLarge("表格单元格", limit.Cells, "个")
	}
	c := &pageCell{col: t.col, wide: 1, high: 1}
	down, left := "", ""
	outer, fields := w.out, w.fields
	b := &strings.Builder{}
	w.out, w.fields = b, nil
	err := w.each(func() error {
		s := w.s
		switch string(s.name) {
		case "tcPr":
			return w.each(func() error {
				switch string(s.name) {
				case "gridSpan":
					c.wide = max(s.num("val", 1, maxSpan), 1)
				case "vMerge":
					if down = s.val("val"); down == "" {
						down = "continue"
					}
				case "hMerge":
					if left = s.val("val"); left == "" {
						left = "continue"
					}
				case "shd":
					c.fill = fill(s)
				}
				return s.skip()
			})
		case "p":
			return w.paragraph()
		case "tbl":
			return w.table()
		case "sdt", "sdtContent", "customXml", "ins", "moveTo":
			return w.blocks()
		case "AlternateContent":
			return w.choice(w.blocks)
		}
		return s.skip()
	})
	w.out, w.fields = outer, fields
	if err != nil {
		return err
	}
	t.col += c.wide
	if t.col > maxCols {
		return limit.TooLarge("表格列数", maxCols, "列")
	}
	c.html = b.String()
	if n := len(r.cells); left == "continue" && n > 0 {
		r.cells[n-1].wide += c.wide
		return nil
	}
	if down == "continue" {
		if up := t.above[c.col]; up != nil && up.wide == c.wide {
			up.high++
			return nil // Word keeps what once stood here but shows none of it
		}
	}
	t.above[c.col] = c
	if down != "restart" {
		delete(t.above, c.col)
	}
	r.cells = append(r.cells, c)
	return nil
}

// drawing reads pictures and text boxes.
func (w *pager) drawing(p *pagePara) error {
	alt := ""
	var walk func() error
	walk = func() error {
		return w.each(func() error {
			s := w.s
			switch string(s.name) {
			case "docPr", "shape":
				for _, name := range []string{"descr", "alt"} {
					if v := s.val(name); v != "" {
						alt = v
					}
				}
			case "blip":
				w.image(p, s.val("embed"), alt)
			case "imagedata":
				w.image(p, s.val("id"), alt)
			case "chart", "relIds":
				if w.foreign() {
					w.put("<object>图表</object>")
				}
			case "txbxContent":
				outer, fields := w.out, w.fields
				b := &strings.Builder{}
				w.out, w.fields = b, nil
				w.depth++
				err := w.blocks()
				w.depth--
				w.out, w.fields = outer, fields
				p.boxes = append(p.boxes, b.String())
				return err
			case "AlternateContent":
				return w.choice(walk)
			}
			return walk()
		})
	}
	return walk()
}

func (w *pager) image(p *pagePara, id, alt string) {
	if id != "" {
		p.line.picture = true
		w.put(w.picture(id, alt))
	}
}
