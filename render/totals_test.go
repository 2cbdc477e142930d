package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"gongkai/law"
	"gongkai/law/annual"
	"gongkai/org"
	"gongkai/reporting"
)

// countyTotals is a county with two organs counted, one lacking and one left out.
func countyTotals(t *testing.T) Totals {
	t.Helper()
	a, b := sample(t, "2021"), sample(t, "2021")
	b.Set("t3.new.natural", annual.Num(1))
	list := reporting.CountedList{Organ: 1, Name: "云岭县人民政府", Year: a.Year, Number: 2, SignedOn: law.Day(2026, 2, 20)}
	line := func(id int64, name string, way reporting.Way, reason string) reporting.CountedLine {
		l := reporting.CountedLine{Organ: id, Name: name, Kind: org.Town, Way: way, Reason: reason}
		list.Lines = append(list.Lines, l)
		return l
	}
	shares := []reporting.Share{
		{Line: line(2, "青石镇人民政府", reporting.WayIn, "乡镇"), State: reporting.CountsPublished, Form: a.Form, Values: a.Values},
		{Line: line(3, "白河乡人民政府", reporting.WayIn, "乡镇"), State: reporting.CountsAccepted, Form: b.Form, Values: b.Values},
		{Line: line(4, "红叶镇人民政府", reporting.WayIn, "乡镇"), State: reporting.LacksReport},
		{Line: line(5, "县税务局", reporting.WayOut, "垂直管理机关"), State: reporting.StandsOut},
	}
	sum, err := reporting.Aggregated(list, a.Form, false, func(yield func(reporting.Share, error) bool) {
		for _, s := range shares {
			if !yield(s, nil) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return Totals{Name: list.Name, Aggregate: sum, Parts: []SumPart{{"青石镇人民政府", a}, {"白河乡人民政府", b}}, Check: &reporting.TotalCheck{
		Faults: []reporting.TotalFault{{Cell: "t3.new.natural", Stated: annual.Num(99), Sum: annual.Num(32), Suspects: []reporting.Suspect{{Name: "白河乡人民政府", Why: "可能漏加了白河乡人民政府。"}}}}}}
}

// The workbook says on its face who is not in the sum, traces every figure to the
// organs, and holds the list and the check.
func TestTotalsWorkbook(t *testing.T) {
	var b bytes.Buffer
	x := countyTotals(t)
	if err := TotalsXLSX(&b, x); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	keep(t, "totals.xlsx", b.Bytes())
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet, addr := where(x.Aggregate.Sum, "t3.new.natural")
	if got, err := f.CalcCellValue(sheet, addr); err != nil || got != "32" {
		t.Errorf("31 and 1 make %s (%v)", got, err)
	}
	for sheet, wants := range map[string][]string{"说明": {"未计入：红叶镇人民政府（未报送）", "第2号名单"}, "名单": {"垂直管理机关", "不计入", "审核通过"}, "核对": {"与合计不符", "99", "可能漏加了"}} {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		var all strings.Builder
		for _, r := range rows {
			all.WriteString(strings.Join(r, "|") + "\n")
		}
		for _, want := range wants {
			if !strings.Contains(all.String(), want) {
				t.Errorf("%s lacks %q:\n%s", sheet, want, all.String())
			}
		}
	}
}

// The printed report carries the organs counted, and those that are not.
func TestTotalsDocument(t *testing.T) {
	var b bytes.Buffer
	x := countyTotals(t)
	if err := TotalsDOCX(&b, sample(t, "2021"), x, Options{Watermark: "汇总稿（未收齐）"}); err != nil {
		t.Fatal(err)
	}
	wellFormed(t, b.Bytes())
	var all strings.Builder
	for _, bl := range totalsPaper(sample(t, "2021"), x, Options{}).blocks {
		all.WriteString(bl.text + "\n")
		if bl.table != nil {
			for _, row := range bl.table.rows {
				for _, c := range row {
					all.WriteString(c.Text + "|")
				}
			}
		}
	}
	for _, want := range []string{"附件　汇总范围", "这还不是完整的汇总", "青石镇人民政府", "红叶镇人民政府", "不计入的机关", "垂直管理机关"} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("lacks %q", want)
		}
	}
}
