package ruled_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"gongkai/doc"
	"gongkai/ingest/ruled"
)

// A sheet is a page being drawn.
type sheet struct{ ruled.Page }

func newSheet(number int) *sheet {
	return &sheet{ruled.Page{Number: number, W: 595, H: 842}}
}

const em = 10.5

// write sets a line of text from x, with its top at y.
func (s *sheet) write(x, y float64, text string) {
	for _, r := range text {
		w := em
		if r < 0x2000 {
			w = em / 2
		}
		s.Chars = append(s.Chars, ruled.Char{R: r, X0: x, Y0: y, X1: x + w, Y1: y + em, Size: em})
		x += w
	}
}

func (s *sheet) rule(x0, y0, x1, y1 float64) {
	s.Rules = append(s.Rules, ruled.Box{X0: x0, Y0: y0, X1: x1, Y1: y1})
}

// cell draws a closed cell and its text.
func (s *sheet) cell(x0, y0, x1, y1 float64, text string) {
	s.rule(x0, y0, x1, y0)
	s.rule(x0, y1, x1, y1)
	s.rule(x0, y0, x0, y1)
	s.rule(x1, y0, x1, y1)
	s.write(x0+2, y0+3, text)
}

func build(t testing.TB, sheets ...*sheet) *doc.Document {
	t.Helper()
	d := &doc.Document{}
	var pages []ruled.Page
	for _, s := range sheets {
		pages = append(pages, s.Page)
	}
	if err := ruled.Build(d, pages, ruled.Limits{Cells: 10_000, Text: 1 << 20}); err != nil {
		t.Fatal(err)
	}
	for _, b := range d.Blocks {
		if b.Grid != nil {
			if err := b.Grid.Check(); err != nil {
				t.Error(err)
			}
		}
	}
	return d
}

// show is one line for each paragraph and cell.
func show(d *doc.Document) (out []string) {
	for _, b := range d.Blocks {
		if b.Para != nil {
			out = append(out, "¶ "+b.Para.Text)
			continue
		}
		out = append(out, fmt.Sprintf("%d×%d", b.Grid.Rows, b.Grid.Cols))
		for _, c := range b.Grid.Cells {
			out = append(out, fmt.Sprintf("p%d %d,%d %d×%d %s", c.At.Page, c.Row, c.Col, c.RowSpan, c.ColSpan, c.Text))
		}
	}
	return out
}

func same(t *testing.T, d *doc.Document, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, show(d)); diff != "" {
		t.Errorf("(-want +read):\n%s", diff)
	}
}

// Whatever cells are merged in a table, they come out so.
func TestAnyMergedTable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(1, 8).Draw(t, "rows"), rapid.IntRange(2, 8).Draw(t, "cols")
		xs, ys := []float64{50}, []float64{200}
		for range cols {
			xs = append(xs, xs[len(xs)-1]+rapid.Float64Range(25, 50).Draw(t, "w"))
		}
		for range rows {
			ys = append(ys, ys[len(ys)-1]+rapid.Float64Range(16, 40).Draw(t, "h"))
		}
		taken := make([]bool, rows*cols)
		s := newSheet(1)
		var want []string
		// A table in which some line is nowhere drawn has fewer rows or
		// columns: keep the first column and row whole.
		for r := range rows {
			for c := range cols {
				if taken[r*cols+c] {
					continue
				}
				h, w := 1, 1
				if r > 0 && c > 0 {
					for c+w < cols && !taken[r*cols+c+w] && rapid.IntRange(0, 2).Draw(t, "wider") == 0 {
						w++
					}
					for r+h < rows && rapid.IntRange(0, 2).Draw(t, "higher") == 0 {
						h++
					}
				}
				for y := r; y < r+h; y++ {
					for x := c; x < c+w; x++ {
						taken[y*cols+x] = true
					}
				}
				text := fmt.Sprint(r*10 + c)
				s.cell(xs[c], ys[r], xs[c+w], ys[r+h], text)
				want = append(want, fmt.Sprintf("p1 %d,%d %d×%d %s", r, c, h, w, text))
			}
		}
		d := &doc.Document{}
		if err := ruled.Build(d, []ruled.Page{s.Page}, ruled.Limits{Cells: 100, Text: 1000}); err != nil {
			t.Fatal(err)
		}
		got := show(d)
		if len(got) == 0 || got[0] != fmt.Sprintf("%d×%d", rows, cols) {
			t.Fatalf("got %v, want %d×%d", got, rows, cols)
		}
		if diff := cmp.Diff(want, got[1:]); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A table cut by the page is one table: its group label reaches on, the rest of
// a row that is blank is no row, a repeated heading is not read twice.
func TestTableCutByThePage(t *testing.T) {
	a, b := newSheet(1), newSheet(2)
	a.write(72, 600, "三、收到和处理政府信息公开申请情况")
	a.cell(70, 700, 270, 720, "情形")
	a.cell(270, 700, 370, 720, "数量")
	a.cell(70, 720, 130, 760, "办理结果")
	a.cell(130, 720, 270, 740, "予以公开")
	a.cell(270, 720, 370, 740, "5")
	a.cell(130, 740, 270, 760, "部分公开")
	a.cell(270, 740, 370, 760, "0")
	a.write(290, 800, "- 1 -")
	b.cell(70, 60, 270, 80, "情形")
	b.cell(270, 60, 370, 80, "数量")
	b.cell(70, 80, 130, 110, "")
	b.cell(130, 80, 270, 90, "")
	b.cell(270, 80, 370, 90, "")
	b.cell(130, 90, 270, 110, "不予公开")
	b.cell(270, 90, 370, 110, "3")
	b.write(72, 200, "四、行政复议")
	b.write(290, 800, "- 2 -")
	same(t, build(t, a, b),
		"¶ 三、收到和处理政府信息公开申请情况",
		"4×3",
		"p1 0,0 1×2 情形", "p1 0,2 1×1 数量",
		"p1 1,0 3×1 办理结果", "p1 1,1 1×1 予以公开", "p1 1,2 1×1 5",
		"p1 2,1 1×1 部分公开", "p1 2,2 1×1 0",
		"p2 3,1 1×1 不予公开", "p2 3,2 1×1 3",
		"¶ 四、行政复议")
}

// The second piece has fewer columns, and its title row stands alone at the
// bottom of the first page.
func TestPiecesOfDifferentColumns(t *testing.T) {
	a, b := newSheet(1), newSheet(2)
	a.write(72, 100, "二、主动公开政府信息情况")
	for i, s := range []string{"信息内容", "制发", "废止", "有效"} {
		a.cell(70+100*float64(i), 720, 170+100*float64(i), 740, s)
	}
	b.cell(70, 60, 470, 80, "第二十条第（五）项")
	b.cell(70, 80, 170, 100, "行政许可")
	b.cell(170, 80, 470, 100, "12")
	same(t, build(t, a, b),
		"¶ 二、主动公开政府信息情况", "3×4",
		"p1 0,0 1×1 信息内容", "p1 0,1 1×1 制发", "p1 0,2 1×1 废止", "p1 0,3 1×1 有效",
		"p2 1,0 1×4 第二十条第（五）项", "p2 2,0 1×1 行政许可", "p2 2,1 1×3 12")
}

func TestTextBetweenTablesKeepsThemApart(t *testing.T) {
	a, b := newSheet(1), newSheet(2)
	for i, s := range []string{"甲", "1"} {
		a.cell(70+100*float64(i), 720, 170+100*float64(i), 740, s)
		b.cell(70+100*float64(i), 120, 170+100*float64(i), 140, s)
	}
	b.write(72, 60, "表外的一句话")
	same(t, build(t, a, b), "1×2", "p1 0,0 1×1 甲", "p1 0,1 1×1 1", "¶ 表外的一句话", "1×2", "p2 0,0 1×1 甲", "p2 0,1 1×1 1")
}

// A frame or a shaded block around text is no table.
func TestFrameIsNoTable(t *testing.T) {
	s := newSheet(1)
	s.cell(60, 300, 500, 420, "")
	s.write(72, 310, "框内第一行")
	s.write(72, 100, "框上的文字")
	same(t, build(t, s), "¶ 框上的文字", "¶ 框内第一行")
}

func TestParagraphs(t *testing.T) {
	a, b := newSheet(1), newSheet(2)
	full := strings.Repeat("信息公开工作", 7) // 42 characters, 441 pt: the whole line
	a.write(297-5*em, 60, "年度工作情况报告文")
	a.write(72+2*em, 120, full[:40*3])
	a.write(72, 140, full)
	a.write(72, 160, full[:10*3])
	a.write(72+2*em, 180, "一、标题")
	a.write(72+2*em, 740, full[:40*3])
	b.write(72, 60, "下页接着写。")
	b.write(72+2*em, 80, "year on")
	b.write(400, 120, "柳溪镇人民政府")
	for i, s := range []*sheet{a, b} {
		s.write(250, 800, fmt.Sprintf("— %d —", i+1))
	}
	same(t, build(t, a, b),
		"¶ 年度工作情况报告文",
		"¶ "+full[:40*3]+full+full[:10*3],
		"¶ 一、标题",
		"¶ "+full[:40*3]+"下页接着写。",
		"¶ year on",
		"¶ 柳溪镇人民政府")
}

func TestRunningHeaders(t *testing.T) {
	var ss []*sheet
	var want []string
	for i := range 3 {
		s := newSheet(i + 1)
		s.write(200, 30, fmt.Sprintf("柳溪镇年度报告 第%d页", i+1))
		body := fmt.Sprintf("第%s段", []string{"一", "二", "三"}[i])
		s.write(93, 100, body)
		want = append(want, "¶ "+body)
		ss = append(ss, s)
	}
	same(t, build(t, ss...), want...)
}

// A figure at the end of the page is not its number.
func TestFigureIsNoPageNumber(t *testing.T) {
	s := newSheet(1)
	s.write(72, 770, "收到申请数量")
	s.write(72, 784, "15")
	d := build(t, s)
	if got := strings.Join(show(d), ""); !strings.Contains(got, "15") {
		t.Errorf("the figure is gone: %s", got)
	}
}

// Figures under each other are a table even without lines; a blank place stays
// blank.
func TestTableWithoutRules(t *testing.T) {
	s := newSheet(1)
	s.write(72, 60, "统计如下")
	for i, row := range [][]string{{"情形", "上年", "本年"}, {"予以公开", "12", "7"}, {"部分公开", "", "0"}, {"不予公开", "3", "-"}} {
		for k, c := range row {
			s.write(72+120*float64(k), 100+20*float64(i), c)
		}
	}
	s.write(72, 240, "以上是全部数据")
	same(t, build(t, s), "¶ 统计如下", "4×3",
		"p1 0,0 1×1 情形", "p1 0,1 1×1 上年", "p1 0,2 1×1 本年",
		"p1 1,0 1×1 予以公开", "p1 1,1 1×1 12", "p1 1,2 1×1 7",
		"p1 2,0 1×1 部分公开", "p1 2,1 1×1 ", "p1 2,2 1×1 0",
		"p1 3,0 1×1 不予公开", "p1 3,1 1×1 3", "p1 3,2 1×1 -",
		"¶ 以上是全部数据")
}

// A number wrapped in a narrow cell is one number, two numbers are two.
func TestLinesOfACell(t *testing.T) {
	s := newSheet(1)
	s.cell(70, 100, 100, 150, "")
	s.cell(100, 100, 300, 150, "")
	s.write(72, 103, "2510")
	s.write(72, 116, "00")
	s.write(102, 103, "12")
	s.write(102, 116, "34")
	same(t, build(t, s), "1×2", "p1 0,0 1×1 251000", "p1 0,1 1×1 12\n34")
}

func TestDoubledBoldAndDashedLines(t *testing.T) {
	s := newSheet(1)
	for range 2 {
		s.write(72.2, 103, "总计")
		s.write(172.2, 103, "11")
	}
	for x := 70.0; x < 270; x += 4 { // dashes of 2.5
		s.rule(x, 100, x+2.5, 100)
		s.rule(x, 120, x+2.5, 120)
	}
	for _, x := range []float64{70, 170, 270} {
		s.rule(x, 100, x, 120)
		s.rule(x+1, 100, x+1, 120) // doubled
	}
	same(t, build(t, s), "1×2", "p1 0,0 1×1 总计", "p1 0,1 1×1 11")
}

func TestLimits(t *testing.T) {
	s := newSheet(1)
	s.cell(70, 100, 170, 120, "甲")
	s.cell(170, 100, 270, 120, "乙")
	for _, lim := range []ruled.Limits{{Cells: 1, Text: 100}, {Cells: 9, Text: 3}} {
		if err := ruled.Build(&doc.Document{}, []ruled.Page{s.Page}, lim); err != ruled.ErrTooLarge {
			t.Errorf("%+v: %v", lim, err)
		}
	}
}

func TestTurn(t *testing.T) {
	s := newSheet(1)
	s.cell(70, 100, 170, 120, "甲")
	s.cell(170, 100, 270, 120, "乙")
	want := show(build(t, s))
	s.Turn(1)
	if s.W != 842 || s.Rules[0].X1-s.Rules[0].X0 > 1 {
		t.Errorf("not turned: %+v", s.Rules[0])
	}
	s.Turn(3)
	if diff := cmp.Diff(want, show(build(t, s))); diff != "" {
		t.Error(diff)
	}
}

// Any marks on any page make a document whose grids hold together.
func FuzzBuild(f *testing.F) {
	f.Add([]byte("\x00\x10\x10\x50\x10\x00\x10\x20\x50\x20\x00\x10\x10\x10\x20\x00\x50\x10\x50\x20\x01\x20\x15\x00\x31"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pages := []ruled.Page{{Number: 1, W: 255, H: 255}}
		for ; len(b) >= 5; b = b[5:] {
			p := &pages[len(pages)-1]
			x0, y0, x1, y1 := float64(b[1]), float64(b[2]), float64(b[3]), float64(b[4])
			switch b[0] % 8 {
			case 0, 1, 2:
				p.Rules = append(p.Rules, ruled.Box{X0: min(x0, x1), Y0: y0, X1: max(x0, x1), Y1: y0})
			case 3, 4:
				p.Rules = append(p.Rules, ruled.Box{X0: x0, Y0: min(y0, y1), X1: x0, Y1: max(y0, y1)})
			case 5, 6:
				p.Chars = append(p.Chars, ruled.Char{R: rune(b[3])<<8 | rune(b[4]), X0: x0, Y0: y0, X1: x0 + 5, Y1: y0 + 9, Size: float64(b[0] >> 3)})
			case 7:
				if len(pages) < 20 {
					pages = append(pages, ruled.Page{Number: len(pages) + 1, W: x0, H: y0})
				}
			}
		}
		d := &doc.Document{}
		if err := ruled.Build(d, pages, ruled.Limits{Cells: 100_000, Text: 1 << 20}); err != nil {
			t.Fatal(err)
		}
		for i := range pages {
			pages[i].Tell(d, "PDF", 0)
		}
		for _, b := range d.Blocks {
			if b.Grid != nil {
				if err := b.Grid.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
