package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// otherFigures is a report of the same form with other figures.
func otherFigures(r *annual.Report) *annual.Report {
	o := r.Clone()
	for i, c := range o.Form.Cells {
		o.Values[i] = annual.Num(r.Values[i].N + 5*scale(c.Type))
	}
	return o
}

func (h *hostile) copyOf(id string) *[]hrow {
	o := otherFigures(h.want)
	return tableRows(o, o.Form.Table(id))
}

func drawID(t *rapid.T) string {
	return rapid.SampledFrom([]string{"t2", "t3", "t4"}).Draw(t, "copied")
}

// spoilCopy drops a row of one of two copies, so that a mixture would be whole.
func spoilCopy(t *rapid.T, h *hostile, rows *[]hrow) {
	if n := len(*rows); n > 5 && rapid.Bool().Draw(t, "row lacks") {
		i := rapid.IntRange(3, n-1).Draw(t, "lacking")
		if firstFigure((*rows)[i]) >= 0 {
			delRow(rows, i)
		}
	}
}

// documentSpoilers spoil the document around the tables.
var documentSpoilers = []spoiler{
	{name: "last year's table before", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		id := drawID(t)
		spoilCopy(t, h, h.tables[id])
		at := h.place(id)
		h.insert(at, hitem{text: fmt.Sprintf("%d年%s", h.want.Year-1, h.want.Form.Table(id).Name)}, hitem{table: h.copyOf(id)}, hitem{text: fmt.Sprintf("%d年%s", h.want.Year, h.want.Form.Table(id).Name)})
	}},
	{name: "last year's table behind", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		id := drawID(t)
		spoilCopy(t, h, h.tables[id])
		h.insert(h.place(id)+1, hitem{text: "附：上年同期数据"}, hitem{table: h.copyOf(id)})
	}},
	{name: "a second copy without a caption", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		id := drawID(t)
		h.insert(h.place(id)+1, hitem{table: h.copyOf(id)})
	}},
	{name: "the organs' tables behind everything", least: 0.9, alone: true, do: func(t *rapid.T, h *hostile) {
		for k := range rapid.IntRange(1, 4).Draw(t, "organs") {
			h.para(fmt.Sprintf("附件%d：第%d个部门情况表", k+1, k+1))
			for _, id := range []string{"t2", "t3", "t4"} {
				h.items = append(h.items, hitem{table: h.copyOf(id)})
			}
		}
	}},
	{name: "a table of contents", least: 0.95, do: func(t *rapid.T, h *hostile) {
		var toc []hitem
		toc = append(toc, hitem{text: "目 录"})
		for _, c := range h.want.Form.Chapters {
			toc = append(toc, hitem{text: c.Ordinal + "、" + c.Title + rapid.SampledFrom([]string{"", "……3", "\t5"}).Draw(t, "leader")})
		}
		h.insert(1, toc...)
	}},
	{name: "prose that speaks of labels and numbers", least: 0.9, do: func(t *rapid.T, h *hostile) {
		at := 3
		h.insert(at, hitem{text: "行政许可 12件"}, hitem{text: "行政处罚 34"}, hitem{text: "行政事业性收费 56"}, hitem{text: "其他处理 7"}, hitem{text: "规章 8 9 10"})
		h.items = append(h.items, hitem{text: "行政事业性收费 99"}, hitem{text: "四、结转下年度继续办理 1 2 3 4 5 6 7"})
		if rapid.Bool().Draw(t, "and the table lacks the row") {
			rows, i := h.drawRow(t, "t2")
			if i >= 0 {
				delRow(rows, i)
			}
		}
	}},
	{name: "a department's own table", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		own := &[]hrow{
			{hcell{text: "项目", rs: 1, cs: 1, cell: -1, head: true}, hcell{text: "办件量", rs: 1, cs: 1, cell: -1, head: true}},
		}
		for k, s := range []string{"行政许可", "行政确认", "行政处罚", "行政强制", "行政事业性收费", "政府集中采购"} {
			*own = append(*own, hrow{hcell{text: s, rs: 1, cs: 1, cell: -1}, hcell{text: fmt.Sprint(70 + k), rs: 1, cs: 1, cell: -2}})
		}
		items := []hitem{{text: "本单位行政权力事项办理情况统计表"}, {table: own}}
		at := h.place("t2")
		if rapid.Bool().Draw(t, "behind") {
			at++
		}
		h.insert(at, items...)
		if rapid.Bool().Draw(t, "and the official one lacks a row") {
			rows, i := h.drawRow(t, "t2")
			if i >= 0 {
				delRow(rows, i)
			}
		}
	}},
	{name: "tables in another order", least: 0.9, do: func(t *rapid.T, h *hostile) {
		a, b := h.place("t2"), h.place("t4")
		h.items[a], h.items[b] = h.items[b], h.items[a]
	}},
	{name: "all tables at the end", least: 0.9, do: func(t *rapid.T, h *hostile) {
		for _, id := range []string{"t2", "t3", "t4"} {
			i := h.place(id)
			it := h.items[i]
			h.items = slices.Delete(h.items, i, i+1)
			h.items = append(h.items, it)
		}
	}},
	{name: "table two of the other edition", least: 0.5, alone: true, do: func(t *rapid.T, h *hostile) {
		other := annual.Edition("2019")
		if h.want.Form == other {
			other = annual.Edition("2021")
		}
		o := annual.New(other, h.want.Organ, h.want.Year)
		for i, c := range other.Cells {
			o.Values[i] = annual.Num(int64(i%7) * scale(c.Type))
		}
		*h.tables["t2"] = *tableRows(o, other.Table("t2"))
		h.or = o
		for i, c := range other.Cells { // 表三 and 表四 stand there as the report's own edition has them
			if wi, ok := h.want.Form.Index(c.ID); c.Table != "t2" {
				h.or.Values[i] = annual.Value{}
				if ok {
					h.or.Values[i] = h.want.Values[wi]
				}
				// （六）其他处理 in one row, where three should be: none of them is none of each.
				if _, col, _ := strings.Cut(strings.TrimPrefix(c.ID, "t3."), "."); !ok && strings.HasPrefix(c.ID, "t3.other_") && h.want.Get("t3.other."+col).Kind == annual.Zero {
					h.or.Values[i] = h.want.Get("t3.other." + col)
				}
			}
		}
		for i, c := range h.want.Form.Cells { // 表二 does not, but for what both have
			if c.Table == "t2" {
				h.doubt(i)
				if oi, ok := other.Index(c.ID); ok && sameHead(h.want.Form, other, i, oi) {
					h.want.Values[i] = o.Values[oi]
				}
			}
		}
	}},
	{name: "figures in another writing", least: 0.9, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		k := rapid.SampledFrom(figureCells((*rows)[i])).Draw(t, "cell")
		c := &(*rows)[i][k]
		n := rapid.SampledFrom([]string{"12,345", "１２", "3件", "十二", "—", "/", "无", "约3", "零", "0件", "3.0", "3.5", "+2", "-1", "1，234", "不适用", "N/A", "12%", "见附件"}).Draw(t, "writing")
		c.text = n
		h.want.Values[c.cell] = annual.ParseValue(n, h.want.Form.Cells[c.cell].Type)
	}},
	{name: "figures in the label's cell", least: 0.85, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t2", "t3")
		if i < 0 || labelAt((*rows)[i]) < 0 {
			return
		}
		k := labelAt((*rows)[i])
		var s []string
		for x := k + 1; x < len((*rows)[i]); x++ {
			s = append(s, (*rows)[i][x].text)
			(*rows)[i][x].text = ""
		}
		(*rows)[i][k].text += rapid.SampledFrom([]string{" ", "\n", "", "："}).Draw(t, "joint") + strings.Join(s, " ")
	}},
	{name: "table three turned round", least: 0.1, alone: true, do: func(t *rapid.T, h *hostile) {
		p := &h.want.Form.Table("t3").Parts[0]
		out := []hrow{{hcell{rs: 1, cs: 1, cell: -1}}}
		for _, r := range p.Rows {
			out[0] = append(out[0], hcell{text: r.Label(), rs: 1, cs: 1, cell: -1, head: true})
		}
		for ci, c := range p.Columns {
			row := hrow{hcell{text: c.Label(), rs: 1, cs: 1, cell: -1}}
			for ri := range p.Rows {
				row = append(row, hcell{text: printed(h.want, p.Cells[ri][ci]), rs: 1, cs: 1, cell: p.Cells[ri][ci]})
			}
			out = append(out, row)
		}
		*h.tables["t3"] = out
	}},
	{name: "everything in one table", least: 0.9, alone: true, do: func(t *rapid.T, h *hostile) {
		var all []hrow
		for _, it := range h.items {
			if it.table == nil {
				all = append(all, hrow{hcell{text: it.text, rs: 1, cs: 10, cell: -1}})
				continue
			}
			all = append(all, *it.table...)
		}
		h.items = []hitem{{table: &all}}
	}},
	{name: "table two in five tables", least: 0.9, do: func(t *rapid.T, h *hostile) {
		rows := *h.tables["t2"]
		at := h.place("t2")
		var parts [][]hrow
		for _, row := range rows {
			if len(row) > 0 && row[0].title || len(parts) == 0 {
				parts = append(parts, nil)
			}
			parts[len(parts)-1] = append(parts[len(parts)-1], row)
		}
		*h.tables["t2"] = parts[0]
		for k := len(parts) - 1; k > 0; k-- {
			rest := parts[k]
			h.insert(at+1, hitem{table: &rest})
		}
	}},
}

func sameHead(f, g *annual.Form, i, j int) bool {
	a, b := f.Cells[i], g.Cells[j]
	return f.Table(a.Table).Parts[a.Part].Columns[a.Col].Label() == g.Table(b.Table).Parts[b.Part].Columns[b.Col].Label()
}

// A report that holds a table twice says which was read.
func TestWhichCopyWasReadIsSaid(t *testing.T) {
	for name, put := range map[string]func(h *hostile, at int, other *[]hrow){
		"last year's before, with captions": func(h *hostile, at int, other *[]hrow) {
			h.insert(at, hitem{text: "2020年收到和处理政府信息公开申请情况"}, hitem{table: other}, hitem{text: "2021年收到和处理政府信息公开申请情况"})
		},
		"last year's behind": func(h *hostile, at int, other *[]hrow) {
			h.insert(at+1, hitem{text: "附：上年数据"}, hitem{table: other})
		},
		"another without a caption": func(h *hostile, at int, other *[]hrow) { h.insert(at+1, hitem{table: other}) },
	} {
		for _, style := range hstyles {
			h := hostileOf(sampleReport(t, "2021"))
			put(h, h.place("t3"), h.copyOf("t3"))
			got, err := h.read(style)
			if err != nil {
				t.Fatal(err)
			}
			if bad := h.judge(got); bad != "" || !hasRepair(got, "TABLE-TWICE") || !got.Get("t3.new.total").Known() {
				t.Errorf("%s, %s: %s%s", name, style, bad, explain(got))
			}
		}
	}
}
