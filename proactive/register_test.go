package proactive

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/law"
	"gongkai/law/annual"
)

// Whatever the days are, a year ends with what the year before ended with, plus
// what was made, less what ceased to be in force.
func TestInForceFollowsFromTheYearBefore(t *testing.T) {
	someDay := rapid.Custom(func(t *rapid.T) law.Date {
		if rapid.IntRange(0, 3).Draw(t, "none") == 0 {
			return law.Date{}
		}
		return law.Day(rapid.IntRange(2015, 2030).Draw(t, "year"), rapid.IntRange(1, 12).Draw(t, "month"), rapid.IntRange(1, 28).Draw(t, "day"))
	})
	rapid.Check(t, func(t *rapid.T) {
		var list []RegisterEntry
		for range rapid.IntRange(0, 30).Draw(t, "n") {
			list = append(list, RegisterEntry{Kind: rapid.SampledFrom([]Kind{Normative, Rules}).Draw(t, "kind"), Made: someDay.Draw(t, "made"), Effective: someDay.Draw(t, "effective"),
				Until: someDay.Draw(t, "until"), Abolished: someDay.Draw(t, "abolished"), Published: someDay.Draw(t, "published")})
		}
		for _, k := range []Kind{Normative, Rules} {
			for year := 2014; year <= 2032; year++ {
				last, c := CountRegister(list, k, year-1), CountRegister(list, k, year)
				if len(c.InForce) != len(last.InForce)+len(c.Made)-len(c.Repealed) {
					t.Fatalf("%s %d: %d in force, %d the year before, %d made, %d ceased", k, year, len(c.InForce), len(last.InForce), len(c.Made), len(c.Repealed))
				}
				if len(c.Published) > len(c.Total) || len(c.InForce) < len(c.Made)-len(c.Repealed) {
					t.Fatalf("%s %d: %d published of %d", k, year, len(c.Published), len(c.Total))
				}
			}
		}
	})
}

func TestValidityRunsOutByTheDay(t *testing.T) {
	e := RegisterEntry{Kind: Normative, Made: law.Day(2021, 3, 1), Effective: law.Day(2021, 4, 1), Until: law.Day(2026, 3, 31)}
	for _, c := range []struct {
		day  law.Date
		want Validity
	}{{law.Day(2021, 3, 15), NotYet}, {law.Day(2021, 4, 1), InForce}, {law.Day(2026, 3, 31), InForce}, {law.Day(2026, 4, 1), Expired}} {
		if got := e.Validity(c.day); got != c.want {
			t.Errorf("%s: %s, want %s", c.day, got, c.want)
		}
	}
	if w := e.Warning(law.Day(2026, 1, 10)); !strings.Contains(w, "还有80天") {
		t.Errorf("80 days before the end: %q", w)
	}
	if w := e.Warning(law.Day(2025, 1, 10)); w != "" {
		t.Errorf("a year before: %q", w)
	}
	open := RegisterEntry{Kind: Normative, Made: law.Day(2020, 2, 29)}
	if w := open.Warning(law.Day(2025, 3, 1)); !strings.Contains(w, "已满5年") {
		t.Errorf("five years without an end: %q", w)
	}
	open.Abolished = law.Day(2024, 1, 1)
	if w := open.Warning(law.Day(2025, 3, 1)); w != "" {
		t.Errorf("what was repealed needs nothing: %q", w)
	}
}

// The table of a town, as a lawyer reads it: testdata/table_two.
func TestTableTwoOfATown(t *testing.T) {
	b, err := os.ReadFile("testdata/table_two/town.json")
	if err != nil {
		t.Fatal(err)
	}
	var in struct {
		Today    law.Date
		Register []struct {
			Title                             string
			Made, Until, Abolished, Published law.Date
		}
		Months []struct {
			Section     string
			Year, Month int
			Figures     map[string]string
		}
		Records map[string]int
		Years   []int
	}
	if err := json.Unmarshal(b, &in); err != nil {
		t.Fatal(err)
	}
	var register []RegisterEntry
	for _, d := range in.Register {
		register = append(register, RegisterEntry{Kind: Normative, Title: d.Title, Made: d.Made, Until: d.Until, Abolished: d.Abolished, Published: d.Published})
	}
	names, ids := map[int64]string{}, map[string]int64{}
	var sheets []MonthSheet
	for _, m := range in.Months {
		if ids[m.Section] == 0 {
			ids[m.Section] = int64(len(ids) + 1)
			names[ids[m.Section]] = m.Section
		}
		x := MonthSheet{Organ: ids[m.Section], Year: m.Year, Month: m.Month, Values: map[string]annual.Value{}, Source: "统计表"}
		for cell, text := range m.Figures {
			f, ok := MonthFigureOf(m.Year, cell)
			v, stated, bad := f.ReadFigure(text)
			if !ok || bad != "" || !stated {
				t.Fatal(cell, text, bad)
			}
			x.Values[cell] = v
		}
		if bad := x.Check(in.Today); len(bad) > 0 {
			t.Fatal(bad)
		}
		sheets = append(sheets, x)
	}
	var out strings.Builder
	for _, year := range in.Years {
		two, err := MakeTableTwo(1, year, register, sheets, in.Records, names, in.Today)
		if err != nil {
			t.Fatal(err)
		}
		out.WriteString(num(year) + "年度，" + two.Edition + "年版\n")
		for _, c := range two.Cells {
			shown := c.Value.Format(c.Type)
			if shown == "" {
				shown = "（空）"
			}
			out.WriteString("  " + c.Cell + "  " + c.Label + "：" + shown)
			for _, d := range c.Documents {
				out.WriteString(" 《" + d.Title + "》")
			}
			out.WriteByte('\n')
		}
		for _, f := range two.Findings {
			out.WriteString("  核对 " + f.Text + "\n")
		}
	}
	golden := filepath.Join("testdata", "table_two", "town.txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if out.String() != string(want) {
		t.Errorf("table 二 is\n%s\nwant\n%s", out.String(), want)
	}
}

func TestAMonthThatNobodyStatedIsNotZero(t *testing.T) {
	today := law.Day(2026, 4, 10)
	f, _ := MonthFigureOf(2026, "t2.fees.amount")
	if _, stated, bad := f.ReadFigure("  "); stated || bad != "" {
		t.Error("blank is taken for something")
	}
	if v, stated, _ := f.ReadFigure("0.038"); !stated || v.N != 38_000 {
		t.Errorf("380 yuan is %v", v)
	}
	if _, _, bad := f.ReadFigure("约36万元"); !strings.Contains(bad, "万元") {
		t.Errorf("a guess is taken: %q", bad)
	}
	sheet := func(month int, text string) MonthSheet {
		v, _, _ := f.ReadFigure(text)
		return MonthSheet{Organ: 9, Year: 2026, Month: month, Values: map[string]annual.Value{f.Cell: v}, Source: "票据存根"}
	}
	for _, s := range SumMonths(2026, []MonthSheet{sheet(1, "0"), sheet(3, "1.2")}, today) {
		switch {
		case s.Cell == f.Cell && (s.Value.Format(annual.Money) != "1.2" || len(s.Lacking) != 1 || s.Lacking[0].Month != 2):
			t.Errorf("%s lacks %v", s.Value.Format(annual.Money), s.Lacking)
		case s.Cell != f.Cell && s.Value.Known():
			t.Errorf("%s is %v and nobody said so", s.Cell, s.Value)
		}
	}
	if bad := sheet(5, "1").Check(today); bad["month"] == "" {
		t.Error("a month to come is taken")
	}
	none := sheet(2, "3")
	none.Source = ""
	if bad := none.Check(today); bad["source"] == "" {
		t.Error("a figure without a source is taken")
	}
	zero := sheet(2, "0")
	zero.Source = ""
	if bad := zero.Check(today); len(bad) > 0 {
		t.Errorf("nothing needs a source: %v", bad)
	}
}
