package ruled_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"gongkai/doc"
	"gongkai/ingest/ruled"
)

// rowsRead are the rows of all grids, cells joined by |.
func rowsRead(d *doc.Document) map[string]bool {
	out := map[string]bool{}
	for _, b := range d.Blocks {
		if b.Grid == nil {
			continue
		}
		rows := make([][]string, b.Grid.Rows)
		for _, c := range b.Grid.Cells {
			rows[c.Row] = append(rows[c.Row], c.Text)
		}
		for _, r := range rows {
			out[strings.Join(r, "|")] = true
		}
	}
	return out
}

// Whatever the figures, and however many lines the labels beside them take,
// every row of a table without lines has its own: some figures blank, labels
// beside their middle or top.
func TestAnyTableWithoutRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSheet(1)
		cols := rapid.IntRange(2, 7).Draw(t, "cols")
		rows := rapid.IntRange(3, 12).Draw(t, "rows")
		top := rapid.Bool().Draw(t, "top")
		s.write(72, 60, "情形")
		for c := range cols {
			s.write(290+40*float64(c)-em, 60, "甲乙丙丁戊己庚辛"[3*c:3*c+3]+"列")
		}
		y := 90.0
		var want []string
		for r := range rows {
			n := rapid.IntRange(1, 3).Draw(t, "lines")
			label := ""
			for k := range n {
				line := strings.Repeat("事", rapid.IntRange(3, 15).Draw(t, "width"))
				if k == 0 {
					line = fmt.Sprintf("%d.%s", r+1, line)
				}
				s.write(72, y+1.25*em*float64(k), line)
				label += line
			}
			at := y + 1.25*em*float64(n-1)/2
			if top {
				at = y
			}
			cells := []string{label}
			for c := range cols {
				f := fmt.Sprint(rapid.IntRange(0, 999).Draw(t, "figure"))
				if r > 0 && c != r%cols && rapid.IntRange(0, 3).Draw(t, "blank") == 0 {
					f = ""
				}
				s.write(290+40*float64(c)-em/4*float64(len(f)), at, f)
				cells = append(cells, f)
			}
			want = append(want, strings.Join(cells, "|"))
			y += 1.25*em*float64(n) + rapid.Float64Range(5, 12).Draw(t, "gap")
		}
		d := &doc.Document{}
		if err := ruled.Build(d, []ruled.Page{s.Page}, ruled.Limits{Cells: 1000, Text: 1 << 16}); err != nil {
			t.Fatal(err)
		}
		got := rowsRead(d)
		for _, w := range want {
			if !got[w] {
				t.Fatalf("no row %s in\n%s", w, strings.Join(show(d), "\n"))
			}
		}
	})
}

// A figure broken over two lines beside a label of two lines is one figure.
func TestBrokenFigureWithoutRules(t *testing.T) {
	s := newSheet(1)
	for i, c := range []string{"情形", "甲", "乙", "丙"} {
		s.write([]float64{72, 300, 330, 350}[i], 60, c)
	}
	rows := [][]string{{"1.予以公开", "12", "7", "11"}, {"2.部分公开的", "5", "31", ""}, {"3.不予公开", "3", "0", "14"}}
	for i, r := range rows {
		y := 90 + 40*float64(i)
		for k, x := range []float64{72, 300, 330, 350} {
			s.write(x, y, r[k])
		}
	}
	s.write(350, 130-0.65*em, "10")
	s.write(350, 130+0.65*em, "5")
	d := build(t, s)
	if got := rowsRead(d); !got["2.部分公开的|5|31|105"] {
		t.Errorf("%s", strings.Join(show(d), "\n"))
	}
}

// A figure right under another, beside which no label stands, may be its rest:
// the two are not read as one that is certain.
func TestDoubtfulFigures(t *testing.T) {
	s := newSheet(1)
	for i, c := range []string{"情形", "甲列", "乙列"} {
		s.write([]float64{72, 300, 400}[i], 60, c)
	}
	for i, r := range [][]string{{"1.予以公开", "12", "7"}, {"2.部分公开", "5", "31"}, {"3.不予公开", "3", "0"}} {
		for k, x := range []float64{72, 300, 400} {
			s.write(x, 90+22*float64(i), r[k])
		}
	}
	s.write(400, 90+22+0.75*em, "8")
	for row := range rowsRead(build(t, s)) {
		if strings.HasSuffix(row, "|31") {
			t.Errorf("read for certain: %s", row)
		}
	}
}

// Marks over the page are not its text.
func TestWatermarks(t *testing.T) {
	plain := newSheet(1)
	plain.write(72, 100, "一、本年新收政府信息公开申请数量十二件")
	want := show(build(t, plain))
	for name, m := range map[string]ruled.Char{
		"aslant": {Size: em, Slant: true},
		"large":  {Size: 8 * em},
		"pale":   {Size: em, Tint: 0xcccccc},
	} {
		s := newSheet(1)
		s.Chars = append(s.Chars, plain.Chars...)
		for i, r := range "草稿草稿" {
			c := m
			c.R, c.X0, c.Y0 = r, 75+float64(i)*8, 106-c.Size/2
			c.X1, c.Y1 = c.X0+c.Size, c.Y0+c.Size
			s.Chars = append(s.Chars, c)
		}
		if got := show(build(t, s)); strings.Join(got, "") != strings.Join(want, "") {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// A sheet wider than the page goes on beside itself on the next one.
func TestSheetOverPagesSideBySide(t *testing.T) {
	a, b := newSheet(1), newSheet(2)
	for i, r := range [][]string{{"情形", "甲", "乙"}, {"予以公开", "1", "2"}, {"部分公开", "3", "4"}, {"不予公开", "5", "6"}} {
		y := 100 + float64(20+3*i)*float64(i)
		h := float64(20+3*(i+1))*float64(i+1) - float64(20+3*i)*float64(i)
		a.cell(70, y, 270, y+h, r[0])
		a.cell(270, y, 520, y+h, r[1])
		b.cell(70, y, 270, y+h, r[2])
		b.cell(270, y, 400, y+h, "0")
	}
	got := rowsRead(build(t, a, b))
	for _, w := range []string{"情形|甲|乙|0", "予以公开|1|2|0", "部分公开|3|4|0", "不予公开|5|6|0"} {
		if !got[w] {
			t.Errorf("no row %s in %v", w, got)
		}
	}
}
