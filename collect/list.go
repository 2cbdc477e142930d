package collect

import (
	"encoding/csv"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"

	"gongkai/law/annual"
	"gongkai/reporting"
)

// A sheet is one table of the list.
type sheet struct {
	name   string
	head   []string
	widths []float64
	rows   [][]string
	status int // column that holds a status and is coloured, -1 if none
}

func (res *Result) sheets() []sheet {
	out := []sheet{res.listSheet(), res.findingSheet()}
	if len(res.Alike) > 0 {
		s := sheet{name: "雷同", head: []string{"机关", "与之雷同的机关", "相似度", "相同的语句"}, widths: []float64{26, 26, 10, 90}, status: -1}
		for _, p := range res.Alike {
			s.rows = append(s.rows, []string{p.A, p.B, percent(p.Score), strings.Join(p.Shared, "\n")})
		}
		out = append(out, s)
	}
	if res.Changes != nil {
		out = append(out, res.changeSheet())
	}
	if res.Sum != nil && len(res.SumDoubt)+len(res.SumLacks)+len(res.SumGaps) > 0 {
		out = append(out, res.sumSheet())
	}
	if len(res.Unknown)+len(res.Strange) > 0 {
		s := sheet{name: "未计入的文件", head: []string{"文件", "原因"}, widths: []float64{60, 80}, status: -1}
		for _, e := range res.Unknown {
			why := e.Problem
			if e.Report != nil {
				why = "报告内和文件名都没有写明机关，无法对应到名单。"
			}
			s.rows = append(s.rows, []string{e.File, why})
		}
		for _, e := range res.Strange {
			s.rows = append(s.rows, []string{e.File, fmt.Sprintf("这是%d年度的报告，不是%d年度。", e.Report.Year, res.Year)})
		}
		out = append(out, s)
	}
	return out
}

func (res *Result) listSheet() sheet {
	s := sheet{name: "清单", status: 2, widths: []float64{6, 32, 10, 8, 8, 10, 24, 40, 70},
		head: []string{"序号", "机关", "结论", "错误", "须说明", "读取", "雷同", "采用的文件", "说明"}}
	for i, r := range res.Rows {
		reading, errs, warns := "", "", ""
		if r.Report != nil {
			reading = ReadingChinese(r.Report.Status())
			errs, warns = fmt.Sprint(r.Errors), fmt.Sprint(r.Warnings)
		}
		notes := append([]string(nil), r.Notes...)
		if r.Problem != "" {
			notes = append([]string{r.Problem}, notes...)
		}
		s.rows = append(s.rows, []string{fmt.Sprint(i + 1), r.Organ, r.Status.Chinese(), errs, warns, reading,
			strings.Join(res.AlikeTo(r.Organ), "、"), r.File, strings.Join(notes, "\n")})
	}
	return s
}

// ReadingChinese is a reading's status as lists print it.
func ReadingChinese(s annual.Status) string {
	switch s {
	case annual.Complete:
		return "完整"
	case annual.Repaired:
		return "有修补"
	}
	return "不完整"
}

// LevelChinese is a finding's level as lists print it.
func LevelChinese(l annual.Level) string {
	switch l {
	case annual.Error:
		return "错误"
	case annual.Warning:
		return "须说明"
	}
	return "提示"
}

func (res *Result) findingSheet() sheet {
	s := sheet{name: "问题明细", status: 1, widths: []float64{30, 10, 18, 44, 70, 12, 12, 60},
		head: []string{"机关", "级别", "规则", "位置", "问题", "应为", "实为", "建议"}}
	for _, r := range res.Rows {
		for _, f := range r.Findings {
			s.rows = append(s.rows, []string{r.Organ, LevelChinese(f.Level), f.Code, reporting.Where(r.Report, f), f.Message, f.Expected, f.Found, f.Suggest})
		}
	}
	return s
}

func (res *Result) changeSheet() sheet {
	s := sheet{name: "与上次相比", status: -1, widths: []float64{30, 10, 10, 10, 60, 60, 60},
		head: []string{"机关", "上次", "这次", "改动数据", "已改正", "仍有", "新出现"}}
	for _, c := range res.Changes {
		s.rows = append(s.rows, []string{c.Organ, c.Was.Chinese(), c.Is.Chinese(), fmt.Sprint(c.Figures), flawLines(c.Fixed), flawLines(c.StillWrong), flawLines(c.NewlyWrong)})
	}
	return s
}

// sumSheet says what the sum rests on: who is not in it, whose figures are in
// doubt, which cells lack somebody's figure.
func (res *Result) sumSheet() sheet {
	s := sheet{name: "汇总说明", head: []string{"情况", "机关", "格"}, widths: []float64{26, 70, 50}, status: -1}
	for _, o := range res.SumLacks {
		s.rows = append(s.rows, []string{"未计入汇总", o, ""})
	}
	for _, o := range res.SumDoubt {
		s.rows = append(s.rows, []string{"已计入，但有错误待改正", o, ""})
	}
	for _, g := range res.SumGaps {
		s.rows = append(s.rows, []string{"没有填数字，合计不含", strings.Join(g.Organs, "、"), reporting.CellName(res.Sum.Form, g.Cell)})
	}
	return s
}

func flawLines(fs []reporting.Flaw) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.Code+"："+f.Message)
	}
	return strings.Join(out, "\n")
}

func percent(f float64) string { return fmt.Sprintf("%.0f%%", f*100) }

// writeXLSX writes 清单.xlsx: the list, every finding, copied prose, changes.
// Cells are written as text, so that nothing in a report becomes a formula.
func (res *Result) writeXLSX(w io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF2"}},
		Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}, Border: thin()})
	if err != nil {
		return err
	}
	plain, err := f.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}, Border: thin()})
	if err != nil {
		return err
	}
	marks := map[string]int{}
	for word, colour := range map[string]string{"缺报": "B3261E", "读不出": "B3261E", "须退回": "B3261E", "错误": "B3261E", "请说明": "8A5A00", "须说明": "8A5A00", "可接受": "1B6E3C"} {
		if marks[word], err = f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: colour},
			Alignment: &excelize.Alignment{Horizontal: "center", Vertical: "top"}, Border: thin()}); err != nil {
			return err
		}
	}
	for i, s := range res.sheets() {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.name)
		} else {
			_, err = f.NewSheet(s.name)
		}
		if err != nil {
			return err
		}
		if err := fill(f, s, head, plain, marks); err != nil {
			return err
		}
	}
	return f.Write(w)
}

func thin() []excelize.Border {
	var b []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		b = append(b, excelize.Border{Type: side, Style: 1, Color: "9AA5AE"})
	}
	return b
}

func fill(f *excelize.File, s sheet, head, plain int, marks map[string]int) error {
	for c, w := range s.widths {
		col, err := excelize.ColumnNumberToName(c + 1)
		if err != nil {
			return err
		}
		if err := f.SetColWidth(s.name, col, col, w); err != nil {
			return err
		}
	}
	put := func(row, col, style int, text string) error {
		at, err := excelize.CoordinatesToCellName(col+1, row+1)
		if err != nil {
			return err
		}
		if r := []rune(text); len(r) > 32_000 { // a cell of a spreadsheet holds no more
			text = string(r[:32_000]) + "…"
		}
		if err := f.SetCellStr(s.name, at, text); err != nil {
			return err
		}
		return f.SetCellStyle(s.name, at, at, style)
	}
	for c, h := range s.head {
		if err := put(0, c, head, h); err != nil {
			return err
		}
	}
	for r, row := range s.rows {
		for c, v := range row {
			style := plain
			if m, ok := marks[v]; ok && c == s.status {
				style = m
			}
			if err := put(r+1, c, style, v); err != nil {
				return err
			}
		}
	}
	if err := f.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return printed(f, s)
}

// printed sets up a sheet for A4 across: all columns on one page, the heading
// on every page.
func printed(f *excelize.File, s sheet) error {
	if err := f.SetSheetProps(s.name, &excelize.SheetPropsOptions{FitToPage: ptr(true)}); err != nil {
		return err
	}
	if err := f.SetPageMargins(s.name, &excelize.PageLayoutMarginsOptions{Left: ptr(0.4), Right: ptr(0.4), Top: ptr(0.5), Bottom: ptr(0.6), Footer: ptr(0.3)}); err != nil {
		return err
	}
	if err := f.SetHeaderFooter(s.name, &excelize.HeaderFooterOptions{OddFooter: "&C第 &P 页，共 &N 页"}); err != nil {
		return err
	}
	if err := f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + s.name + "'!$1:$1", Scope: s.name}); err != nil {
		return err
	}
	return f.SetPageLayout(s.name, &excelize.PageLayoutOptions{Orientation: ptr("landscape"), Size: ptr(9), FitToWidth: ptr(1), FitToHeight: ptr(0)})
}

func ptr[T any](v T) *T { return &v }

// writeCSV writes 清单.csv: one line an organ, with the byte order mark that
// spreadsheets want for Chinese.
func (res *Result) writeCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	s := res.listSheet()
	if err := c.Write(s.head); err != nil {
		return err
	}
	for _, r := range s.rows {
		for i := range r {
			r[i] = guard(r[i])
		}
		if err := c.Write(r); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// guard keeps a spreadsheet from taking text for a formula.
func guard(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// fileName makes an organ's name fit for a file on every system.
func fileName(organ string) string {
	n := strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`\/:*?"<>|`, r) {
			return '_'
		}
		return r
	}, organ)
	n = strings.Trim(path.Clean(n), ". ")
	if r := []rune(n); len(r) > 60 {
		n = string(r[:60])
	}
	if n == "" {
		n = "未写明机关"
	}
	return n
}
