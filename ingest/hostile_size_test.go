package ingest

import (
	"context"
	"strings"
	"testing"
	"time"

	"gongkai/doc"
)

// Files that repeat labels, figures or nothing without end are read in bounded
// time, whatever comes of it.
func TestEndlessFilesEndSoon(t *testing.T) {
	grid := func(rows, cols int, text func(r, c int) string) *doc.Document {
		d := &doc.Document{Name: "x.xlsx", Format: "xlsx"}
		g := &doc.Grid{Rows: rows, Cols: cols}
		for r := range rows {
			for c := range cols {
				g.Cells = append(g.Cells, doc.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: text(r, c)})
			}
		}
		d.AddGrid(g)
		return d
	}
	lines := func(n int, s ...string) *doc.Document {
		d := &doc.Document{Name: "x.txt", Format: "txt"}
		for i := range n {
			d.AddPara(s[i%len(s)], 0, doc.Place{Line: i + 1})
		}
		return d
	}
	labels := strings.Split(blankTemplate(), "\n")
	for _, c := range []struct {
		name string
		d    *doc.Document
	}{
		{"a grid of zeros", grid(2000, 100, func(int, int) string { return "0" })},
		{"a grid of labels", grid(2000, 100, func(r, c int) string { return "行政许可" })},
		{"a grid of label and zeros", grid(25_000, 8, func(r, c int) string {
			if c == 0 {
				return "1.属于国家秘密"
			}
			return "0"
		})},
		{"a template again and again", lines(100_000, labels...)},
		{"a label again and again", lines(100_000, "一、本年新收政府信息公开申请数量 0 0 0 0 0 0 0")},
		{"labels and figures", lines(100_000, "行政许可", "12", "规章", "自然人", "总计")},
		{"misprinted labels", lines(100_000, "二、上年结转政府住息公开申请数重", "3.要求提供公于出版物", "5.要求行政机关确认或者重新出县已获取信息")},
		{"headings", lines(100_000, "一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况")},
		{"cells of one line", lines(100_000, "\t规章")},
		{"a cell without end", lines(100_000, "\t规章", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字", "文字")},
		{"one cell and lines", func() *doc.Document {
			d := lines(1, "\t规章")
			d.Blocks = append(d.Blocks, lines(100_000, "一段文字接着一段文字").Blocks...)
			return d
		}()},
		{"titles", lines(100_000, "某某县人民政府2023年政府信息公开工作年度报告")},
		{"dates", lines(100_000, "2024年1月18日", "某某县人民政府")},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			Align(c.d)
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("took %s", took)
			} else {
				t.Log(took)
			}
		})
	}
	t.Run("one long line of text", func(t *testing.T) {
		start := time.Now()
		Read(context.Background(), "x.txt", []byte(strings.Repeat("一、本年新收政府信息公开申请数量行政许可0", 70_000)))
		if took := time.Since(start); took > 4*time.Second {
			t.Errorf("took %s", took)
		}
	})
}
