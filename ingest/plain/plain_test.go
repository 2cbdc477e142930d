package plain

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"gongkai/doc"
	"gongkai/ingest/limit"
	"gongkai/internal/doctest"

	"golang.org/x/text/encoding/simplifiedchinese"
)

func read(t *testing.T, name, s string) *doc.Document {
	t.Helper()
	d, err := Read(context.Background(), name, []byte(s))
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	doctest.Check(t, d)
	return d
}

// dump prints blocks on a line each: paragraphs as they are, grids row by row.
func dump(d *doc.Document) string {
	var out strings.Builder
	for _, b := range d.Blocks {
		if p := b.Para; p != nil {
			if p.Level > 0 {
				fmt.Fprintf(&out, "H%d ", p.Level)
			}
			fmt.Fprintf(&out, "%q\n", p.Text)
			continue
		}
		fmt.Fprintf(&out, "grid %d×%d\n", b.Grid.Rows, b.Grid.Cols)
		row := -1
		for _, c := range b.Grid.Cells {
			if c.Row != row {
				if row >= 0 {
					out.WriteString("\n")
				}
				row = c.Row
			}
			fmt.Fprintf(&out, "|%s", strings.ReplaceAll(c.Text, "\n", "⏎"))
			if c.ColSpan > 1 {
				fmt.Fprintf(&out, "→%d", c.ColSpan)
			}
		}
		out.WriteString("\n")
	}
	return out.String()
}

func want(t *testing.T, d *doc.Document, lines ...string) {
	t.Helper()
	doctest.Want(t, dump(d), lines...)
}

func utf16Bytes(s string, order binary.ByteOrder, bom bool) []byte {
	var b bytes.Buffer
	if bom {
		binary.Write(&b, order, uint16(0xfeff))
	}
	for _, u := range utf16.Encode([]rune(s)) {
		binary.Write(&b, order, u)
	}
	return b.Bytes()
}

func gb(s string) []byte {
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func TestEncodings(t *testing.T) {
	texts := []string{
		"石桥镇2023年政府信息公开工作年度报告\r\n一、总体情况\r\n全年主动公开信息36条。\r\n",
		"一、总体情况",
		"六、其他需要报告的事项\n无",
		"总计\t0",
		"公开信息",
		"无",
		"行政许可 12",
		"联通移动", // the two characters whose GBK bytes once fooled an editor
		"㐀𠮷镇：收到申请２件，办结２件。",
		strings.Repeat("我镇按照要求公开政府信息，", 2000) + "完。",
	}
	for _, s := range texts {
		for kind, b := range map[string][]byte{
			"UTF-8":           []byte(s),
			"UTF-8 BOM":       []byte("\ufeff" + s),
			"GB18030":         gb(s),
			"UTF-16LE BOM":    utf16Bytes(s, binary.LittleEndian, true),
			"UTF-16BE BOM":    utf16Bytes(s, binary.BigEndian, true),
			"UTF-16LE no BOM": utf16Bytes(s, binary.LittleEndian, false),
			"UTF-16BE no BOM": utf16Bytes(s, binary.BigEndian, false),
		} {
			if strings.HasSuffix(kind, "no BOM") && len(b) < 8 {
				continue // two characters are no evidence
			}
			got, bad, err := decode(b)
			if err != nil || bad || got != s {
				t.Errorf("%s of %.20q reads as %.20q (%v, %v)", kind, s, got, bad, err)
			}
		}
	}
}

func TestBrokenBytesAreToldNotHidden(t *testing.T) {
	s := []byte("石桥镇2023年政府信息公开工作年度报告，全年主动公开信息三十六条。")
	s[10] = 0xff
	d, err := Read(context.Background(), "a.txt", s)
	if err != nil || len(d.Notes) != 1 || d.Notes[0].Code != "BAD-BYTES" {
		t.Errorf("notes %v, error %v", d.Notes, err)
	}
}

func TestLinesKeepTheirPlaceAndText(t *testing.T) {
	d := read(t, "a.txt", "一、总体情况\r\n\r\n\t规章\r\n\t\r\n\t 0\r第二页\n\f末页 ")
	want(t, d, `"一、总体情况"`, `""`, `"\t规章"`, `"\t"`, `"\t 0"`, `"第二页"`, `"末页 "`)
	for i, n := range []int{1, 2, 3, 4, 5, 6, 7} {
		if at := d.Blocks[i].Para.At; at.Line != n {
			t.Errorf("block %d stands on line %d, want %d", i, at.Line, n)
		}
	}
	if p := d.Blocks[6].Para.At.Page; p != 2 {
		t.Errorf("after the form feed: page %d", p)
	}
}

func TestFlattenedCellsStayParagraphs(t *testing.T) {
	s := "\t第二十条第（一）项\n\n\t信息内容\n\t本年制发件数\n\t\n\t\n\n\t规章\n\t0\n\t 0\n\t总 计   \n"
	for _, b := range read(t, "a.txt", s).Blocks {
		if b.Grid != nil {
			t.Fatalf("one cell a line became a grid:\n%s", dump(&doc.Document{Blocks: []doc.Block{b}}))
		}
	}
}

func TestTabs(t *testing.T) {
	for _, c := range []struct {
		name, in string
		out      []string
	}{
		{"pasted from a spreadsheet", "前言\n第二十条第（一）项\t\t\t\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t\t0\n后记\n",
			[]string{`"前言"`, "grid 3×4", "|第二十条第（一）项|||", "|信息内容|本年制发件数|本年废止件数|现行有效件数", "|规章|0||0", `"后记"`}},
		{"cells with line breaks in quotation marks", "信息内容\t\"本年\n制发件数\"\t件数\n规章\t0\t\"他说\"\"一\"\"\"\n",
			[]string{"grid 2×3", "|信息内容|本年⏎制发件数|件数", `|规章|0|他说"一"`}},
		{"one row", "行政许可\t3\t1\n", []string{"grid 1×3", "|行政许可|3|1"}},
		{"one line with two texts is prose", "联系人：李四\t电话见公告\n", []string{`"联系人：李四\t电话见公告"`}},
		{"numbered headings are prose", "一、\t总体情况\n二、\t主动公开政府信息情况\n", []string{`"一、\t总体情况"`, `"二、\t主动公开政府信息情况"`}},
		{"header continued with leading blanks", "\t\t申请人情况\t\n\t\t自然人\t总计\n一、本年新收\t\t3\t3\n",
			[]string{"grid 3×4", "|||申请人情况|", "|||自然人|总计", "|一、本年新收||3|3"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			want(t, read(t, "a.txt", c.in), c.out...)
		})
	}
}

func TestColumns(t *testing.T) {
	d := read(t, "a.txt", strings.Join([]string{
		"三、收到和处理政府信息公开申请情况",
		"                                   自然人    商业企业   科研机构   总计",
		"一、本年新收政府信息公开申请数量         3          1          0      4",
		"",
		"二、上年结转政府信息公开申请数量         0                     0      0",
		"三、本年度    （一）予以公开            12          1          0     13",
		"四、政府信息公开行政复议、行政诉讼情况",
	}, "\n"))
	want(t, d,
		`"三、收到和处理政府信息公开申请情况"`,
		"grid 4×6",
		"|自然人|商业企业|科研机构|总计",
		"|一、本年新收政府信息公开申请数量|3|1|0|4",
		"|二、上年结转政府信息公开申请数量|0||0|0",
		"|三、本年度|（一）予以公开|12|1|0|13",
		`"四、政府信息公开行政复议、行政诉讼情况"`)
	g := d.Blocks[1].Grid
	if c := g.Cell(2, 3); c == nil || c.Text != "" {
		t.Errorf("the blank under 商业企业 is %+v", c)
	}
	if c := g.Cell(3, 5); c == nil || c.Text != "13" {
		t.Errorf("the last figure of the last row is %+v", c)
	}
}

func TestProseWithSpacesStaysProse(t *testing.T) {
	s := "附件：  1.目录  2.指南  3.表格\n联系人：  某某  地址：  某路\n    段首空格的一段话，讲了2件事。\n"
	if d := read(t, "a.txt", s); strings.Contains(dump(d), "grid") {
		t.Errorf("prose became a grid:\n%s", dump(d))
	}
}

func TestMarkdown(t *testing.T) {
	d := read(t, "报告.md", strings.Join([]string{
		"# 石桥镇2023年政府信息公开工作年度报告", "",
		"## 一、总体情况", "全年公开**36**条，见[目录](http://example.invalid/a)。",
		"![表格](table3.png)", "",
		"| 信息内容 | 本年 \\| 件数 |", "|:---|---:|", "| 规章 | 0 |", "| 第一行<br>第二行 | &nbsp;2 |", "",
		"二、标题", "---",
		"A | B", "--|--", "1 | 2 | 3",
	}, "\n"))
	want(t, d,
		`H1 "石桥镇2023年政府信息公开工作年度报告"`, `""`,
		`H2 "一、总体情况"`, `"全年公开36条，见目录。"`, `"表格"`, `""`,
		"grid 3×2", "|信息内容|本年 | 件数", "|规章|0", "|第一行⏎第二行|\u00a02", `""`,
		`H2 "二、标题"`,
		"grid 2×3", "|A|B", "|1|2|3")
	if len(d.Notes) != 1 || d.Notes[0].Code != "PICTURE-TABLE" || d.Notes[0].At.Line != 5 {
		t.Errorf("notes %v", d.Notes)
	}
	if d := read(t, "a.txt", "说明\n| a | b |\n| --- | --- |\n| 1 | 2 |\n"); d.Format != "md" {
		t.Errorf("a pipe table in a .txt reads as %s", d.Format)
	}
	if d := read(t, "a.txt", "一 | 二\n-----\n"); d.Format != "txt" {
		t.Errorf("a line with a bar reads as %s", d.Format)
	}
}

func TestHostileFiles(t *testing.T) {
	random := make([]byte, 1<<20)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(rng.Uint32())
	}
	for name, c := range map[string]struct {
		data []byte
		code string
	}{
		"empty":        {nil, "EMPTY"},
		"only spaces":  {[]byte(" \n\t\r\n "), "EMPTY"},
		"only a BOM":   {[]byte("\ufeff\n"), "EMPTY"},
		"random bytes": {random, "BROKEN"},
		"zeros":        {make([]byte, 1<<20), "BROKEN"},
		"too long":     {bytes.Repeat([]byte("公开"), 2<<20), "TOO-LARGE"},
		"many cells":   {bytes.Repeat([]byte("1\t2\t3\n"), 100_000), "TOO-LARGE"},
	} {
		start := time.Now()
		_, err := Read(context.Background(), "a.txt", c.data)
		var e *limit.Error
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, "a.txt", []byte("一")); limit.Code(err) != "TIMEOUT" {
		t.Errorf("cancelled: %v", err)
	}
}

// TestLongRunsAreReadOnce feeds layouts that tempt a reader to look at the
// same lines again and again.
func TestLongRunsAreReadOnce(t *testing.T) {
	for name, unit := range map[string]string{
		"indented cells":    "\t\t0\n",
		"weak then strong":  "\t\t0\n\t\t0\n1\t2\n",
		"columns of words":  "甲  乙  丙\n",
		"unclosed quotes":   "\"甲\t乙\n",
		"clashing figures":  "1  2  3\n111111111  3  4\n",
		"blank lines":       "\n\n\n1  2  3\n",
		"pipes not a table": "a | b\n",
	} {
		s := strings.Repeat(unit, min(60_000, 1<<20/len(unit)))
		start := time.Now()
		if _, err := Read(context.Background(), "a.txt", []byte(s)); err != nil && limit.Code(err) != "TOO-LARGE" {
			t.Errorf("%s: %v", name, err)
		}
		if d := time.Since(start); d > 3*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"一、总体情况\n\t规章\n\t0\n", "a\tb\tc\n1\t\"2\n3\"\t4\n", "合计    1    2   3\n小计   4   5   6\n",
		"# 题\n| a | b |\n|---|---|\n| 1 | \\| |\n", "\f\v\r\n\u2028x\u0085y",
	} {
		f.Add("a.txt", []byte(s))
		f.Add("a.md", gb(s))
		f.Add("b.txt", utf16Bytes(s, binary.LittleEndian, false))
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		d, err := Read(context.Background(), name, data)
		if err != nil {
			if e := (*limit.Error)(nil); !errors.As(err, &e) || e.Msg == "" {
				t.Fatalf("error without a sentence: %v", err)
			}
			return
		}
		doctest.Check(t, d)
	})
}

// report is a flattened report of the usual length with figures of our own.
func report() string {
	var b strings.Builder
	b.WriteString("石桥镇2023年政府信息公开工作年度报告\n一、总体情况\n")
	for range 20 {
		b.WriteString("我镇按照县里的安排，把与群众关系密切的事项放在公开的首位，逐项核对、逐项发布，并在村务公开栏同步张贴。\n")
	}
	b.WriteString("三、收到和处理政府信息公开申请情况\n")
	for i := range 25 {
		fmt.Fprintf(&b, "\n\t%d.属于某一类办理结果\n", i)
		for range 7 {
			b.WriteString("\t0\n")
		}
	}
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	for name, data := range map[string][]byte{"utf8": []byte(report()), "gb18030": gb(report())} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(context.Background(), "a.txt", data); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
