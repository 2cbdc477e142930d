package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gongkai/law/annual"

	"pgregory.net/rapid"
)

// mixedSpoilers mix what belongs to different rows, tables and reports.
var mixedSpoilers = []spoiler{
	{name: "a row moved to another table", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t2", "t3")
		others := slices.DeleteFunc([]string{"t2", "t3", "t4"}, func(id string) bool { return h.tables[id] == rows })
		other := h.tables[rapid.SampledFrom(others).Draw(t, "other")]
		row := slices.DeleteFunc(slices.Clone((*rows)[i]), func(c hcell) bool { return c.rs > 1 })
		delRow(rows, i)
		insRow(other, rapid.IntRange(2, len(*other)).Draw(t, "at"), row)
	}},
	{name: "a row of another table put in", least: 0.75, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t2", "t3")
		others := slices.DeleteFunc([]string{"t2", "t3", "t4"}, func(id string) bool { return h.tables[id] == rows })
		other := h.tables[rapid.SampledFrom(others).Draw(t, "other")]
		row := slices.DeleteFunc(slices.Clone((*rows)[i]), func(c hcell) bool { return c.rs > 1 })
		for k := range row {
			if row[k].cell >= 0 {
				row[k].text = "9"
			}
		}
		insRow(other, rapid.IntRange(2, len(*other)).Draw(t, "at"), row)
	}},
	{name: "the figures of a row merged into one", least: 0.85, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t, "t3")
		row := (*rows)[i]
		from := firstFigure(row)
		last := row[len(row)-1]
		for _, c := range row[from:] {
			h.doubt(c.cell)
		}
		(*rows)[i] = append(slices.Clone(row[:from]), hcell{text: last.text, rs: 1, cs: len(row) - from, cell: last.cell})
	}},
	{name: "two totals merged", least: 0.8, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, figures := h.drawTable(t, "t3")
		k := rapid.IntRange(0, len(figures)-2).Draw(t, "row")
		i, j := figures[k], figures[k+1]
		if j != i+1 {
			return
		}
		up, down := (*rows)[i], (*rows)[j]
		(*rows)[i] = slices.Clone(up)
		(*rows)[i][len(up)-1].rs = 2
		(*rows)[j] = slices.Clone(down[:len(down)-1])
		h.doubt(down[len(down)-1].cell)
	}},
	{name: "the items under a result summed up", least: 0.5, alone: true, do: func(t *rapid.T, h *hostile) {
		var mine []int // rows of one group
		rows, figures := h.drawTable(t, "t3")
		group := rapid.SampledFrom([]string{"deny", "unavailable", "decline", "other"}).Draw(t, "group")
		for _, i := range figures {
			c := h.want.Form.Cells[(*rows)[i][firstFigure((*rows)[i])].cell]
			if strings.HasPrefix(c.ID, "t3."+group+"_") {
				mine = append(mine, i)
			}
		}
		if len(mine) < 2 {
			return
		}
		sum := slices.Clone((*rows)[mine[0]])
		from := firstFigure(sum)
		label := from - 2
		if label < 0 {
			return
		}
		sum = slices.Delete(sum, from-1, from) // the group's label now stands before the figures
		sum[label].rs, sum[label].cs = 1, 2
		for _, i := range mine {
			for _, c := range (*rows)[i] {
				if c.cell >= 0 {
					h.doubt(c.cell)
				}
			}
		}
		for k := len(mine) - 1; k > 0; k-- {
			delRow(rows, mine[k])
		}
		for k := range sum {
			if sum[k].cell >= 0 {
				sum[k].text = "7"
			}
		}
		(*rows)[mine[0]] = sum
	}},
	{name: "all figures of a row twice in their cells", least: 0.85, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, i := h.drawRow(t)
		if i < 0 {
			return
		}
		joint := rapid.SampledFrom([]string{"/", "、", " / ", "（上年", "→"}).Draw(t, "joint")
		for k := range (*rows)[i] {
			if c := &(*rows)[i][k]; c.cell >= 0 {
				c.text += joint + "3"
				h.want.Values[c.cell] = annual.ParseValue(c.text, h.want.Form.Cells[c.cell].Type)
			}
		}
	}},
	{name: "units in every figure", least: 0.5, alone: true, do: func(t *rapid.T, h *hostile) {
		rows, _ := h.drawTable(t)
		unit := rapid.SampledFrom([]string{"件", " 件", "万元", "项", "（件）", "．０", ".5"}).Draw(t, "unit")
		for i := range *rows {
			(*rows)[i] = slices.Clone((*rows)[i])
			for k := range (*rows)[i] {
				if c := &(*rows)[i][k]; c.cell >= 0 && c.text != "" {
					c.text += unit
					h.want.Values[c.cell] = annual.ParseValue(c.text, h.want.Form.Cells[c.cell].Type)
				}
			}
		}
	}},
}

func TestNoMixedLayoutIsReadSilentlyWrong(t *testing.T) {
	eachSpoilt(t, mixedSpoilers, true)
}

// Two reports in one file are never mixed: the first is read, the second is
// named, and what the first lacks is not taken from the second.
func TestTwoReportsInOneFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := drawHostile(t)
		o := otherFigures(h.want)
		o.Organ = "白水乡"
		second := hostileOf(o)
		if lacking := rapid.SampledFrom([]string{"", "t2", "t3", "t4"}).Draw(t, "lacking in the first"); lacking != "" {
			at := h.place(lacking)
			h.items = slices.Delete(h.items, at, at+1)
			for i, c := range h.want.Form.Cells {
				if strings.HasPrefix(c.ID, lacking+".") {
					h.doubt(i)
				}
			}
		}
		h.items = append(h.items, second.items...)
		style := rapid.SampledFrom([]string{"grid", "tab", "web", "row"}).Draw(t, "style")
		got, err := h.read(style)
		if err != nil {
			t.Fatal(err)
		}
		if bad := h.judge(got); bad != "" {
			t.Fatalf("%s: %s%s\n%s", style, bad, explain(got), h.show())
		}
		if !slices.ContainsFunc(got.Repairs, func(r annual.Repair) bool { return r.Code == "TWO-REPORTS" && strings.Contains(r.Was, "白水乡") }) {
			t.Fatalf("%s: that there are two is not said%s", style, explain(got))
		}
		if got.Organ != h.want.Organ {
			t.Fatal(fmt.Sprint(got.Organ))
		}
	})
}

// Figures of two rows run together in every cell of a row: one of them begins
// with 0, which no count does, and so none of the row is read for certain.
func TestRowOfFiguresRunTogetherIsDoubtedWhole(t *testing.T) {
	r := annual.New(annual.Edition("2019"), "青石镇", 2019)
	for i := range r.Values {
		r.Values[i] = annual.Num(0)
	}
	h := hostileOf(r)
	for _, row := range *h.tables["t3"] {
		for k := range row {
			if row[k].cell >= 0 && strings.HasPrefix(r.Form.Cells[row[k].cell].ID, "t3.partial.") {
				row[k].text = []string{"03", "13"}[k%2]
			}
		}
	}
	got, err := h.read("grid")
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range got.Form.Cells {
		if strings.HasPrefix(c.ID, "t3.partial.") && got.Values[i].Kind != annual.Absent {
			t.Errorf("%s is read as %v", c.ID, got.Values[i])
		}
	}
	if n := len(got.Undecided); n != 7 {
		t.Errorf("%d of 7 figures are named: %+v", n, got.Undecided)
	}
}
