package ingest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// publishedStyles are the forms in which people get hold of published reports:
// taken off a web page by a program that writes pipes, or copied out of a PDF
// viewer line by line.
var publishedStyles = map[string]func(t *rapid.T, b *strings.Builder, rows []hrow){
	"a row a line with pipes": func(t *rapid.T, b *strings.Builder, rows []hrow) {
		lead := rapid.SampledFrom([]string{"", "| "}).Draw(t, "lead")
		for _, row := range rows {
			b.WriteString(lead)
			for _, c := range row {
				b.WriteString(c.text + " |" + strings.Repeat("|", c.cs-1) + " ")
			}
			b.WriteString("\n")
		}
	},
	"a cell a line with pipes": func(t *rapid.T, b *strings.Builder, rows []hrow) {
		for _, row := range rows {
			pad := 0
			for _, c := range row {
				b.WriteString(c.text + " |\n")
				pad += c.cs - 1
			}
			if pad > 0 {
				b.WriteString(strings.Repeat("|", pad) + "\n")
			}
		}
	},
	"a pipe alone before each row": func(t *rapid.T, b *strings.Builder, rows []hrow) {
		for _, row := range rows {
			b.WriteString("|")
			for _, c := range row {
				b.WriteString(" \n " + c.text + "  |" + strings.Repeat("|", c.cs-1))
			}
			b.WriteString("\n")
		}
	},
	"lines of a page": func(t *rapid.T, b *strings.Builder, rows []hrow) {
		width := rapid.IntRange(6, 30).Draw(t, "width of a label")
		for _, row := range rows {
			var labels, figures []string
			for _, c := range row {
				if c.cell >= 0 {
					figures = append(figures, c.text)
				} else if c.text != "" {
					labels = append(labels, c.text)
				}
			}
			if len(labels) == 0 {
				b.WriteString(strings.Join(figures, " ") + "\n")
				continue
			}
			if len(figures) == 0 {
				b.WriteString(strings.Join(labels, " ") + "\n")
				continue
			}
			last := []rune(labels[len(labels)-1])
			for _, l := range labels[:len(labels)-1] {
				b.WriteString(l + "\n")
			}
			for len(last) > width && len(last)-width > 4 {
				b.WriteString(string(last[:width]) + "\n")
				last = last[width:]
			}
			b.WriteString(string(last) + " " + strings.Join(figures, " ") + "\n")
		}
	},
}

// publishedFaults are what clerks and converters do to them besides.
var publishedFaults = map[string]func(t *rapid.T, h *hostile){
	"nothing": func(t *rapid.T, h *hostile) {},
	"two blank cells lost": func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t3", "t4")
		if i < 0 {
			return
		}
		at := figureCells((*rows)[i])
		if len(at) < 3 {
			return
		}
		k := rapid.IntRange(0, len(at)-2).Draw(t, "cell")
		for _, x := range at[k : k+2] {
			h.want.Values[(*rows)[i][x].cell] = annual.Value{Kind: annual.Blank}
		}
		(*rows)[i] = slices.Delete(slices.Clone((*rows)[i]), at[k], at[k]+2)
	},
	"cells left blank": func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		for _, x := range figureCells((*rows)[i]) {
			if rapid.Bool().Draw(t, "blank") {
				(*rows)[i][x].text = ""
				h.want.Values[(*rows)[i][x].cell] = annual.Value{Kind: annual.Blank}
			}
		}
	},
	"marks for none": func(t *rapid.T, h *hostile) {
		rows, _ := h.drawTable(t)
		mark := rapid.SampledFrom([]string{"/", "-", "—", "无", "０", "——", "\\"}).Draw(t, "mark")
		for i := range *rows {
			(*rows)[i] = slices.Clone((*rows)[i])
			for k := range (*rows)[i] {
				if c := &(*rows)[i][k]; c.cell >= 0 && c.text == "0" && rapid.Bool().Draw(t, "here") {
					c.text = mark
					h.want.Values[c.cell] = annual.ParseValue(mark, h.want.Form.Cells[c.cell].Type)
				}
			}
		}
	},
	"a page's end in the table": func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t3")
		if i < 0 {
			return
		}
		text := rapid.SampledFrom([]string{"- 4 -", "— 4 —", "第 4 页 共 7 页", h.want.Organ + "2023年政府信息公开工作年度报告"}).Draw(t, "line")
		insRow(rows, i, hrow{{text: text, rs: 1, cs: 1, cell: -1}})
	},
	"a label misprinted": func(t *rapid.T, h *hostile) {
		h.relabel(t, func(s string) string {
			r := []rune(s)
			if len(r) < 8 {
				return s
			}
			r[rapid.IntRange(2, len(r)-1).Draw(t, "at")] = '某'
			return string(r)
		})
	},
	"a figure lost": func(t *rapid.T, h *hostile) {
		if rows, i := h.drawRow(t); i >= 0 {
			(*rows)[i] = without((*rows)[i], rapid.SampledFrom(figureCells((*rows)[i])).Draw(t, "cell"))
		}
	},
	"two cells joined": func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t3", "t4")
		if i < 0 {
			return
		}
		at := figureCells((*rows)[i])
		if len(at) < 2 {
			return
		}
		k := at[rapid.IntRange(0, len(at)-2).Draw(t, "cell")]
		row := slices.Clone((*rows)[i])
		h.doubt(row[k].cell)
		h.doubt(row[k+1].cell)
		row[k].text += row[k+1].text
		(*rows)[i] = slices.Delete(row, k+1, k+2)
	},
	"the tables before the text": func(t *rapid.T, h *hostile) {
		for _, id := range []string{"t4", "t3", "t2"} {
			i := h.place(id)
			it := h.items[i]
			h.items = slices.Delete(h.items, i, i+1)
			h.insert(1, it)
		}
	},
}

// What is read of a published layout is right or named, whatever else was done
// to it.
func TestNoPublishedLayoutIsReadSilentlyWrong(t *testing.T) {
	faults := slices.Sorted(maps.Keys(publishedFaults))
	for style, write := range publishedStyles {
		t.Run(style, func(t *testing.T) {
			decided, cells := 0, 0
			rapid.Check(t, func(t *rapid.T) {
				h := drawHostile(t)
				publishedFaults[rapid.SampledFrom(faults).Draw(t, "fault")](t, h)
				var b strings.Builder
				for _, it := range h.items {
					if it.table == nil {
						b.WriteString(it.text + "\n")
					} else {
						write(t, &b, *it.table)
					}
				}
				rd, err := Read(context.Background(), "报告.txt", []byte(b.String()))
				if err != nil {
					t.Fatalf("%v\n%s", err, b.String())
				}
				if bad := h.judge(rd.Report); bad != "" {
					t.Fatalf("%s%s\n%s", bad, explain(rd.Report), b.String())
				}
				for _, v := range rd.Report.Values {
					cells++
					if v.Kind != annual.Absent {
						decided++
					}
				}
			})
			t.Logf("%d of %d cells decided", decided, cells)
			if 10*decided < 8*cells {
				t.Errorf("only %d of %d cells are decided, a person reads more", decided, cells)
			}
		})
	}
}
