package annual

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// glue runs the figures of a table's rows together.
func glue(r *Report, table string) []GluedLine {
	p := &r.Form.Table(table).Parts[0]
	var lines []GluedLine
	for row, cells := range p.Cells {
		var b strings.Builder
		for _, i := range cells {
			b.WriteString(r.Values[i].Format(Count))
		}
		lines = append(lines, GluedLine{Row: row, Digits: b.String()})
	}
	return lines
}

func mustBeRight(t interface{ Fatalf(string, ...any) }, r *Report, table string, res GluedResult) {
	for row, decided := range res.Decided {
		for c, yes := range decided {
			want := r.Values[r.Form.Table(table).Parts[0].Cells[row][c]]
			if yes && res.Rows[row][c] != want {
				t.Fatalf("%s row %d column %d decided as %v, is %v", table, row, c, res.Rows[row][c], want)
			}
			if !yes && res.Rows[row][c].Known() {
				t.Fatalf("an undecided cell must hold no figure")
			}
		}
	}
}

func TestGluedCellsAreNeverDecidedWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapidReport(t)
		for _, table := range []string{"t3", "t4"} {
			lines := glue(r, table)
			p := &r.Form.Table(table).Parts[0]
			for i := range lines {
				switch rapid.IntRange(0, 9).Draw(t, "apart") {
				case 0: // some rows stand apart in the source
					lines[i].Digits = ""
					for _, c := range p.Cells[lines[i].Row] {
						lines[i].Values = append(lines[i].Values, r.Values[c])
					}
				case 1:
					if rapid.IntRange(0, 9).Draw(t, "lost") == 0 { // and some are lost
						lines[i].Row = -1
					}
				}
			}
			res := SplitGlued(r.Form, table, lines)
			if res.NoSplit {
				t.Fatalf("%s: a true report has a split", table)
			}
			mustBeRight(t, r, table, res)
		}
	})
}

func TestGluedExamples(t *testing.T) {
	f := Edition("2021")
	row := func(key string) int {
		for i, l := range f.Table("t3").Parts[0].Rows {
			if l.Key == key {
				return i
			}
		}
		t.Fatal(key)
		return -1
	}
	show := func(v []Value) string {
		var s []string
		for _, x := range v {
			s = append(s, x.Format(Count))
		}
		return strings.Join(s, ",")
	}
	one := SplitGlued(f, "t3", []GluedLine{{Row: row("new"), Digits: "640020470"}})
	if got := show(one.Rows[row("new")]); got != "64,0,0,2,0,4,70" || !one.Unique {
		t.Errorf("640020470 = %s, unique %v", got, one.Unique)
	}
	zero := SplitGlued(f, "t3", []GluedLine{{Row: row("granted"), Digits: "0000000"}})
	if got := show(zero.Rows[row("granted")]); got != "0,0,0,0,0,0,0" || !zero.Unique {
		t.Errorf("0000000 = %s", got)
	}
	four := SplitGlued(f, "t4", []GluedLine{{Row: 0, Digits: "100012000000000012"}, {Row: 0, Digits: "1"}})
	if four.NoSplit && len(four.Candidates) > 1 {
		t.Errorf("a row given twice is read once: %+v", four)
	}
	if got := SplitGlued(f, "t4", []GluedLine{{Row: 0, Digits: "12003150000000000"}}); show(got.Rows[0]) != "12,0,0,3,15,0,0,0,0,0,0,0,0,0,0" || !got.Unique {
		t.Errorf("表四: %s", show(got.Rows[0]))
	}
	// 1100000 11 and 110000011: two ways to split one row, both sums hold.
	two := SplitGlued(f, "t3", []GluedLine{{Row: row("new"), Digits: "1010000011"}})
	for c, d := range two.Decided[row("new")] {
		if !d && two.Rows[row("new")][c].Kind != Absent {
			t.Error("undecided cells are absent")
		}
	}
	bad := SplitGlued(f, "t3", []GluedLine{{Row: row("new"), Digits: "640020471"}})
	if !bad.NoSplit || bad.Unique || slices.Contains(bad.Decided[row("new")], true) {
		t.Errorf("no split has that sum: %+v", bad)
	}
	for _, l := range []GluedLine{{Row: 99, Digits: "0"}, {Row: 0, Digits: "12a"}, {Row: 0, Digits: "12"}, {Row: 0, Digits: strings.Repeat("1", 5000)}, {Row: 0}} {
		if got := SplitGlued(f, "t3", []GluedLine{l}); slices.Contains(got.Decided[0], true) {
			t.Errorf("%+v decided: %+v", l, got)
		}
	}
	if got := SplitGlued(f, "t9", nil); !got.NoSplit {
		t.Error("no such table")
	}
}

// One wrong figure: nothing may be shown as certain where no split fits, and
// the candidates that satisfy the row's sum are shown.
func TestGluedWithAWrongFigureShowsCandidates(t *testing.T) {
	r := with(busy("2021", 2023), map[string]int64{"t3.result_total.natural": 14, "t3.result_total.total": 17})
	res := SplitGlued(r.Form, "t3", glue(r, "t3"))
	if !res.NoSplit || res.Unique {
		t.Fatalf("the columns do not add up: %+v", res)
	}
	if len(res.Candidates[0]) == 0 {
		t.Error("no candidates for the first row")
	}
	for row, c := range res.Candidates {
		if len(c) > 8 {
			t.Errorf("row %d shows %d candidates", row, len(c))
		}
	}
}

func TestGluedWorkIsBounded(t *testing.T) {
	f := Edition("2021")
	for _, d := range []string{"1", "12", "110", "10", "0", "9"} {
		var lines []GluedLine
		for row := range f.Table("t3").Parts[0].Rows {
			lines = append(lines, GluedLine{Row: row, Digits: strings.Repeat(d, 64)[:42]})
		}
		start := time.Now()
		SplitGlued(f, "t3", lines)
		SplitGlued(f, "t4", []GluedLine{{Row: 0, Digits: strings.Repeat(d, 64)[:60]}})
		t.Logf("%s…: %v", d, time.Since(start))
		if took := time.Since(start); took > 500*time.Millisecond {
			t.Errorf("digits %s…: %v", d, took)
		}
	}
}

func BenchmarkSplitGlued(b *testing.B) {
	rnd := rand.New(rand.NewPCG(7, 7))
	var all [][]GluedLine
	var reports []*Report
	for range 300 {
		r := trueReport("2021", rnd.IntN)
		reports = append(reports, r)
		all = append(all, glue(r, "t3"))
	}
	var took []time.Duration
	unique, n := 0, 0
	for b.Loop() {
		k := n % len(all)
		start := time.Now()
		res := SplitGlued(reports[k].Form, "t3", all[k])
		took = append(took, time.Since(start))
		if res.Unique {
			unique++
		}
		n++
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(100*float64(unique)/float64(n), "%unique")
}
