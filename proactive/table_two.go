package proactive

import (
	"fmt"
	"slices"
	"strings"

	"gongkai/law"
	"gongkai/law/annual"
)

// A TwoCell is a figure of table 二 with what stands behind it.
type TwoCell struct {
	Cell, Label string
	Type        annual.CellType
	Value       annual.Value
	From        string // register or ledger
	Documents   []RegisterEntry
	Sheets      []MonthSheet
}

// A TwoFinding is something to be looked at before the figure is used.
type TwoFinding struct {
	Cell             string
	Text             string
	Ledger, Recorded int64 // both numbers of a difference
}

// TableTwo is table 二 of an organ's annual report as its data has it.
type TableTwo struct {
	Organ    int64
	Year     int
	Edition  string
	Cells    []TwoCell
	Findings []TwoFinding
}

// Cell is the figure of a cell, or nil.
func (t *TableTwo) Cell(id string) *TwoCell {
	for i := range t.Cells {
		if t.Cells[i].Cell == id {
			return &t.Cells[i]
		}
	}
	return nil
}

// MakeTableTwo computes the table of a year: 规章 and 规范性文件 from the register,
// the rest from the monthly ledger. records are how many single decisions of the
// year were published, by row of the table; where there are any, a difference to
// the ledger is a finding with both numbers. names are those of sections.
func MakeTableTwo(organ int64, year int, register []RegisterEntry, sheets []MonthSheet, records map[string]int, names map[int64]string, today law.Date) (*TableTwo, error) {
	form, err := annual.FormFor(year)
	if err != nil {
		return nil, err
	}
	t := &TableTwo{Organ: organ, Year: year, Edition: form.Edition}
	counts := map[string]RegisterCount{"rules": CountRegister(register, Rules, year), "normative": CountRegister(register, Normative, year)}
	sums := SumMonths(year, sheets, today)
	for _, c := range form.Cells {
		if c.Table != "t2" {
			continue
		}
		row, col := cellKeys(c.ID)
		x := TwoCell{Cell: c.ID, Label: c.Label, Type: c.Type, From: "register"}
		if n, ok := counts[row]; ok {
			x.Documents = n.By(col)
			x.Value = annual.Num(int64(len(x.Documents)))
			t.Cells = append(t.Cells, x)
			continue
		}
		x.From = "ledger"
		if i := slices.IndexFunc(sums, func(s MonthSum) bool { return s.Cell == c.ID }); i >= 0 {
			x.Value, x.Sheets = sums[i].Value, sums[i].Sheets
			t.lacking(sums[i], names)
			if n, ok := records[row]; ok && n > 0 && col == "decisions" && x.Value.N != int64(n) {
				said := "台账没有登记"
				if x.Value.Known() {
					said = fmt.Sprintf("台账登记%d件", x.Value.N)
				}
				t.Findings = append(t.Findings, TwoFinding{Cell: c.ID, Ledger: x.Value.N, Recorded: int64(n),
					Text: fmt.Sprintf("%s：%s，本平台逐件公开的有%d件。请核对：少登记了更正台账，不需要逐件公开的在年报中说明。", c.Label, said, n)})
			}
		}
		t.Cells = append(t.Cells, x)
	}
	return t, nil
}

// lacking says in one finding which months nobody has stated.
func (t *TableTwo) lacking(s MonthSum, names map[int64]string) {
	if !s.Value.Known() {
		t.Findings = append(t.Findings, TwoFinding{Cell: s.Cell, Text: s.Chinese + "：全年没有登记。没有发生的也要登记0，空白不能当作0。"})
		return
	}
	by := map[int64][]int{}
	var order []int64
	for _, g := range s.Lacking {
		if by[g.Organ] == nil {
			order = append(order, g.Organ)
		}
		by[g.Organ] = append(by[g.Organ], g.Month)
	}
	for _, o := range order {
		t.Findings = append(t.Findings, TwoFinding{Cell: s.Cell, Text: fmt.Sprintf("%s：%s没有登记%s月。没有发生的登记0。", s.Chinese, names[o], monthSpans(by[o]))})
	}
}

// monthSpans are months in words, those in a row together: 1、3至12.
func monthSpans(months []int) string {
	var out []string
	for i := 0; i < len(months); {
		j := i
		for j+1 < len(months) && months[j+1] == months[j]+1 {
			j++
		}
		switch {
		case j == i:
			out = append(out, num(months[i]))
		case j == i+1:
			out = append(out, num(months[i]), num(months[j]))
		default:
			out = append(out, num(months[i])+"至"+num(months[j]))
		}
		i = j + 1
	}
	return strings.Join(out, "、")
}
